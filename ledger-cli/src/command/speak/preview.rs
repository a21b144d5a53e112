//! What an entry would do: its journals, the lots it touches, the lines of the balance sheet and the loans to value that
//! move. Decided on top of the log in memory, never written.

use ledger_core::decide::Decision;
use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::policy::LotMethod;
use ledger_core::resolve::Applied;
use ledger_core::time::Effective;
use ledger_store::FileLog;
use ledger_store::ledger::Ledger;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::Format;
use crate::command::append::refusal;
use crate::command::replay::standing::Standing;
use crate::command::replay::walk::Step;
use crate::command::replay::{json as in_json, text};
use crate::command::report::look;
use crate::diagnostic::Failure;
use crate::io::{BOLD, Io, styled};

/// What the look ahead came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Seen {
    /// The entry may be recorded; what it would do, as a value, where a program reads it.
    New(Option<Value>),
    /// It is in the log under this number.
    AlreadyRecorded(u64),
}

/// Warns of an instruction for a book that does not follow any on that day.
fn passed_over(entry: &Entry, fold: &Fold, io: &mut Io) -> Result<(), Failure> {
    for event in &entry.events {
        let Event::LotInstructionRecorded(instruction) = event else { continue };
        let (book, day) = (instruction.book, fold.zone().day_of(Effective::At(instruction.given_at)));
        let method = fold.world().book(book)?.policy_on(day).lots;
        if method != LotMethod::Specific {
            io.warn(format!(
                "warning: book {book} follows no instruction on {day}: its lots leave by `{method}`; one counts \
                 once `treasury policy adopt` gives the book the method `specific`"
            ));
        }
    }
    Ok(())
}

/// Shows what an entry would do.
pub(crate) fn show(
    app: &App,
    entry: &Entry,
    place: &str,
    ledger: &mut Ledger<FileLog>,
    io: &mut Io,
) -> Result<Seen, Failure> {
    let zone = ledger.fold().zone();
    let applied = Applied { order: entry.order(zone), number: ledger.size() + 1, recorded: None, entry };
    let known = Applied { number: ledger.size(), ..applied };
    let before = Standing::of(ledger.fold(), Some(&known.moment(0, zone)))?;
    let accepted = match ledger.rehearse(entry) {
        Ok(Decision::Accepted(accepted)) => accepted,
        Ok(Decision::AlreadyRecorded(number)) => {
            return Ok(Seen::AlreadyRecorded(number));
        }
        Err(error) => return Err(refusal::of_error(error, entry, place, ledger.fold())),
    };
    let fold = ledger.fold();
    passed_over(entry, fold, io)?;
    let applied = Applied { order: accepted.order, number: accepted.number, ..applied };
    let after = Standing::of(fold, Some(&applied.moment(0, zone)))?;
    let step = Step { applied, is_arrival: false, posted: accepted.posted, before, after };
    let books: Vec<_> = fold.world().books().map(|declared| declared.book).collect();
    if app.format == Format::Json {
        let effect = in_json::step(&step, fold, &books, None, &look(fold, io))?;
        let shown = json!({"late": accepted.late, "entry": entry.to_json(), "effect": effect});
        return Ok(Seen::New(Some(shown)));
    }
    let late = if accepted.late { ", before entries already recorded" } else { "" };
    let heading = format!("would be entry {}, effective {}{late}", accepted.number, entry.effective);
    writeln!(io.out, "{}", styled(BOLD, heading))?;
    let look = look(fold, io);
    text::effect(&mut io.out, &step, fold, &books, &look)?;
    writeln!(io.out)?;
    Ok(Seen::New(None))
}
