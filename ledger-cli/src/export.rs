//! Exports: one book, or the whole log, in forms that other programs read. A target is a plain function in one list,
//! written while the log is folded, so that the room it takes is that of the books and not of their history.

mod ads;
mod beancount;
mod csv;
mod hledger;
mod jsonl;
mod ledger;
mod names;
mod plain_text;
mod xlsx;

use std::io::Write;
use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::ids::{BookId, Commodity};
use ledger_core::posting::{Line, Target as Account};
use ledger_core::replay::Step;
use ledger_core::resolve::Question;
use ledger_core::time::{Day, Instant};
use ledger_core::world::World;

use crate::diagnostic::Failure;
use crate::output::Kind;
use crate::render::Proof;
use crate::store::Loaded;

/// A form that the ledger can be exported in.
pub(crate) struct Target {
    /// Its name in the command.
    pub(crate) name: &'static str,
    /// What it is for, in a sentence.
    pub(crate) about: &'static str,
    /// Whether it is the log itself, of which no book and no day is a part.
    pub(crate) is_whole_log: bool,
    /// Writes it.
    pub(crate) write: Form,
}

/// How a form is written.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// As one text or one run of bytes.
    Stream(Kind, Stream),
    /// As several files in a folder, which is there and empty.
    Folder(fn(&Export<'_>, &Path) -> Result<(), Failure>),
}

/// Writes a form to wherever it goes.
type Stream = fn(&Export<'_>, &mut dyn Write) -> Result<(), Failure>;

const fn of_book(name: &'static str, about: &'static str, write: Stream) -> Target {
    Target { name, about, is_whole_log: false, write: Form::Stream(Kind::Text, write) }
}

/// Every target, in the order in which they are offered.
pub(crate) const TARGETS: &[Target] = &[
    of_book("hledger", "A book as a journal of hledger, clean under `hledger check -s`", hledger::write),
    of_book("ledger", "A book as a journal of ledger, clean under `ledger --pedantic`", ledger::write),
    of_book("beancount", "A book as beancount 3 reads it, clean under `bean-check`", beancount::write),
    of_book("csv", "Every line of a book's journals, for spreadsheets", csv::write),
    Target {
        name: "xlsx",
        about: "A book as a workbook: statements, lots, journal, and checks between them",
        is_whole_log: false,
        write: Form::Stream(Kind::Bytes, xlsx::write),
    },
    Target {
        name: "ads",
        about: "A book in the fields of the AICPA's Audit Data Standard, for auditors' programs: a folder",
        is_whole_log: false,
        write: Form::Folder(ads::write),
    },
    Target {
        is_whole_log: true,
        ..of_book("jsonl", "The entries as they were recorded, for `treasury append`", jsonl::write)
    },
];

/// What is exported.
pub(crate) struct Export<'a> {
    /// The ledger.
    pub(crate) loaded: &'a Loaded,
    /// Up to which day, as known at which entry.
    pub(crate) question: Question,
    /// The book.
    pub(crate) book: BookId,
    /// What ties the export to its log.
    pub(crate) proof: Proof,
    /// Digits after the point of the functional currency.
    pub(crate) digits: u32,
}

/// What one event posted in the book: a transaction of the export.
pub(crate) struct Transaction<'a> {
    /// The entry's number.
    pub(crate) number: u64,
    /// Which event of the entry, from 0.
    pub(crate) event: usize,
    /// What kind of event it is.
    pub(crate) kind: &'static str,
    /// Its local day.
    pub(crate) day: Day,
    /// When the entry was recorded.
    pub(crate) recorded: Option<Instant>,
    /// The entry.
    pub(crate) entry: &'a Entry,
    /// What happened, in the accountant's words.
    pub(crate) title: &'a str,
    /// The lines, which balance.
    pub(crate) lines: &'a [Line],
    /// What the accounts are called.
    pub(crate) world: &'a World,
}

/// What the opening of the ledger fixed, as the head of a text says it.
pub(crate) struct Opening<'a> {
    /// Whose ledger it is.
    pub(crate) entity: &'a str,
    /// The currency that the book is kept in.
    pub(crate) currency: Commodity,
    /// The first day on which something can stand.
    pub(crate) day: Day,
}

impl Export<'_> {
    /// What the opening of the ledger fixed.
    pub(crate) fn opening(&self) -> Result<Opening<'_>, Failure> {
        let opened = self.loaded.opened()?;
        let fold = self.loaded.opening();
        let day = fold.zone().day_of(fold.world().settings()?.opened);
        Ok(Opening { entity: &opened.entity, currency: opened.functional_currency, day })
    }

    /// What the head of a text says, line by line: whose books, up to where, and the root that proves the entries.
    pub(crate) fn head(&self) -> Result<Vec<String>, Failure> {
        let Opening { entity, currency, .. } = self.opening()?;
        let as_of = match self.question.as_of {
            Some(day) => format!("as of {day}"),
            None => "as of the last entry".to_owned(),
        };
        let notice = self.loaded.opened()?.notice.as_deref().map(one_line);
        let lines = [
            Some(one_line(entity)),
            Some(format!(
                "book {}, in {currency}, {as_of}, as known at entry {}",
                self.book, self.proof.known
            )),
            Some(format!("root {}", self.proof.root)),
            notice,
            Some(
                "Income and expenses are not closed: equity on a day is Equity and the income up to it."
                    .to_owned(),
            ),
        ];
        Ok(lines.into_iter().flatten().collect())
    }

    /// Every account that was ever posted to with what it is about, and what they are called. A standing that is kept
    /// knows them without a fold.
    pub(crate) fn accounts(
        &self,
        mut each: impl FnMut(&Account, &World) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let fold = self.loaded.reading.standing(&self.question)?.fold;
        fold.book(self.book)?.balances().try_for_each(|(account, _)| each(account, fold.world()))
    }

    /// Every journal of the book in accounting order, those of coins that arrive some time after they were sent among
    /// them.
    pub(crate) fn journals(
        &self,
        mut each: impl FnMut(&Transaction<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut done = Ok(());
        self.loaded.reading.replay(&self.question, None, &mut |step| {
            if done.is_ok() {
                done = self.of_step(step, &mut each);
            }
        })?;
        done
    }

    fn of_step(
        &self,
        step: &Step<'_>,
        each: &mut impl FnMut(&Transaction<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (applied, world) = (step.applied, step.after.world());
        for posted in step.posted.iter().filter(|posted| posted.book == self.book) {
            let lines = posted.journal.lines();
            if lines.is_empty() {
                continue;
            }
            // Coins arrive by the entry that sent them, at a time when that has no events.
            let kind = applied.entry.events.get(posted.event).map_or("coins_arrived", |event| event.name());
            each(&Transaction {
                number: applied.number,
                event: posted.event,
                kind,
                day: applied.moment(posted.event, step.after.zone()).day,
                recorded: applied.recorded,
                entry: applied.entry,
                title: &posted.journal.title(),
                lines,
                world,
            })?;
        }
        Ok(())
    }
}

/// Free text on one line: what breaks lines or is not to be seen becomes a blank, and blanks become one.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_text_cannot_leave_its_line() {
        assert_eq!(one_line(" a\r\n2026-01-01 * b\u{85}\u{2028}c\u{0}  d "), "a 2026-01-01 * b c d");
    }
}
