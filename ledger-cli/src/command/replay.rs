//! `treasury replay`: entries in accounting order, each with its journals, the lots it touched, what moved,
//! and the state of the proof; the balance sheet before the first and after the last.

pub(crate) mod json;
pub(crate) mod parts;
pub(crate) mod standing;
pub(crate) mod text;
pub(crate) mod walk;

use ledger_core::ids::BookId;
use ledger_core::refusal::Refusal;
use ledger_core::resolve::{Question, resolve};
use ledger_core::sheet::{Head, Sheet};
use ledger_store::Head as LogHead;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::args::{Format, Replay};
use crate::command::report::{look, make, proof};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::render::{self, Look, table};
use crate::store::{Loaded, load};
use walk::{Selection, Walked, prefix, walk};

/// Runs the command.
pub(crate) fn run(app: &App, args: &Replay, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("replay")?;
    let loaded = load(app, false, io)?;
    let question = loaded.question(app, io)?;
    let books = match app.book {
        Some(_) => vec![loaded.book(app, &question)?],
        None => loaded.books(&question),
    };
    loaded.opened()?;
    let selection = selection(&loaded, args)?;
    let shown = Shown {
        loaded: &loaded,
        question,
        books: &books,
        look: look(&loaded.entries, &question, io),
        heads: loaded.heads(),
    };
    match app.format {
        Format::Table => shown.text(&selection, io)?,
        Format::Json | Format::Csv => shown.json(&selection, io)?,
    }
    Ok(Exit::Done)
}

fn selection(loaded: &Loaded, args: &Replay) -> Result<Selection, Failure> {
    if let Some(name) = args.transaction {
        return Ok(Selection::Transaction(name));
    }
    if let Some(facility) = args.facility {
        return Ok(Selection::Facility(facility));
    }
    let first = args.from.map_or(Ok(1), |number| loaded.existing(number))?;
    let last = args.to.map_or(Ok(loaded.size()), |number| loaded.existing(number))?;
    if first > last {
        return Err(Failure::usage(format!("there is nothing from {first} to {last}")));
    }
    Ok(Selection::Numbers(first, last))
}

/// What is shown, and how.
struct Shown<'a> {
    loaded: &'a Loaded,
    question: Question,
    books: &'a [BookId],
    look: Look,
    /// The head of the log after each entry, by number.
    heads: Vec<LogHead>,
}

impl Shown<'_> {
    fn log_head(&self, number: u64) -> Result<&LogHead, Failure> {
        let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        at.and_then(|at| self.heads.get(at))
            .ok_or_else(|| Failure::Bug(format!("no head after entry {number}")))
    }

    fn text(&self, selection: &Selection, io: &mut Io) -> Result<(), Failure> {
        let Shown { loaded, question, books, look, .. } = self;
        let (first, last) = self.places(selection)?;
        let head = self.head()?;
        let proof = proof(loaded, head.as_known);
        table::head(&mut io.out, &selection.title(), &head, &proof, look)?;
        writeln!(io.out)?;
        self.sheets(first, "before", io)?;
        walk(&loaded.entries, question, selection, |_, step, fold| {
            text::step(&mut io.out, step, fold, books, self.log_head(step.applied.number)?, look)
        })?;
        self.sheets(last + 1, "after", io)
    }

    fn json(&self, selection: &Selection, io: &mut Io) -> Result<(), Failure> {
        let Shown { loaded, question, books, look, .. } = self;
        let (first, last) = self.places(selection)?;
        let mut entries = Vec::new();
        walk(&loaded.entries, question, selection, |_, step, fold| {
            entries.push(json::step(step, fold, books, self.log_head(step.applied.number)?, look)?);
            Ok(())
        })?;
        let head = self.head()?;
        let proof = proof(loaded, head.as_known);
        let sheets = |places: usize| -> Result<Value, Failure> {
            let mut of_book = Map::new();
            for book in *books {
                let sheet = render::json::report(&self.sheet(places, *book)?, &proof, look.digits);
                of_book.insert(book.to_string(), sheet);
            }
            Ok(Value::Object(of_book))
        };
        let value = json!({
            "replay": selection.title(),
            "head": render::json::head(&head, &proof),
            "before": sheets(first)?,
            "entries": entries,
            "after": sheets(last + 1)?,
        });
        Ok(render::json::print(&mut io.out, &value)?)
    }

    /// What ties the replay to its log.
    fn head(&self) -> Result<Head, Failure> {
        let opened = self.loaded.opened()?;
        Ok(Head {
            entity: opened.entity.clone(),
            notice: opened.notice.clone(),
            book: self.books.first().copied().filter(|_| self.books.len() == 1),
            currency: opened.functional_currency,
            from: None,
            as_of: self.question.as_of,
            as_known: self.question.as_known.unwrap_or(self.loaded.size()),
        })
    }

    /// The places in accounting order of the first and last entry selected.
    fn places(&self, selection: &Selection) -> Result<(usize, usize), Failure> {
        let Walked { shown, fold } = walk(&self.loaded.entries, &self.question, selection, |_, _, _| Ok(()))?;
        shown.ok_or_else(|| match selection {
            Selection::Transaction(name) => {
                let mut known: Vec<&str> = self
                    .loaded
                    .entries
                    .iter()
                    .filter_map(|recorded| recorded.entry.transaction.as_ref())
                    .map(|name| name.as_str())
                    .collect();
                known.dedup();
                Failure::usage(format!("no entry belongs to a transaction {name}"))
                    .with_help(format!("the transactions: {}", known.join(", ")))
            }
            Selection::Facility(facility) if fold.world().has_facility(*facility) => {
                Failure::usage(format!("no entry in question touches facility {facility}"))
            }
            Selection::Facility(facility) => Refusal::UnknownFacility { facility: *facility }.into(),
            Selection::Numbers(..) => Failure::usage("no entry in question has such a number"),
        })
    }

    /// A book's balance sheet over the entries before a place in accounting order.
    fn sheet(&self, places: usize, book: BookId) -> Result<Sheet, Failure> {
        let log = prefix(&self.loaded.entries, &self.question, places);
        make("balance-sheet", &log, self.question, book)
    }

    fn sheets(&self, places: usize, when: &str, io: &mut Io) -> Result<(), Failure> {
        let order = resolve(&self.loaded.entries, &self.question, self.loaded.opened()?.time_zone);
        let beside = if when == "before" {
            order.get(places)
        } else {
            places.checked_sub(1).and_then(|at| order.get(at))
        };
        let number = beside.map(|applied| applied.number).unwrap_or_default();
        for book in self.books {
            let sheet = self.sheet(places, *book)?;
            let heading =
                format!("Balance sheet {when} entry {number} · book {book} · {}", sheet.head.currency);
            writeln!(io.out, "{}", styled(BOLD, heading))?;
            for line in render::grid::lines(&sheet.columns, &sheet.rows, &self.look) {
                writeln!(io.out, "{line}")?;
            }
            writeln!(io.out)?;
        }
        Ok(())
    }
}
