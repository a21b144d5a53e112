//! `treasury replay`: entries in accounting order, each with its journals, the lots it touched, what moved,
//! and the state of the proof; the balance sheet before the first and after the last.

mod beside;
pub(crate) mod condition;
pub(crate) mod json;
pub(crate) mod loans;
pub(crate) mod parts;
pub(crate) mod standing;
pub(crate) mod step;
pub(crate) mod text;
pub(crate) mod told;
pub(crate) mod walk;

use std::collections::{BTreeMap, BTreeSet};

use ledger_core::entry::lookups::LookupKind;
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::ids::{BookId, TransactionId};
use ledger_core::refusal::Refusal;
use ledger_core::resolve::{Place, Question};
use ledger_core::sheet::{Head, Sheet};
use ledger_store::Head as LogHead;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::args::{Format, Replay};
use crate::command::find::{index, with_approvals};
use crate::command::report::{look, make, proof};
use crate::diagnostic::{Failure, unknown};
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::render::{self, Look, table};
use crate::store::{Loaded, directory, load};
use condition::Condition;
use standing::After;
use step::Stop;
use walk::{END, Selection, Walked, walk};

/// Runs the command.
pub(crate) fn run(app: &App, args: &Replay, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("replay")?;
    if args.what_if.is_some() || !app.between.is_empty() {
        return beside::run(app, args, io);
    }
    if args.all {
        return Err(Failure::usage(
            "`--all` is for a replay side by side: with `--what-if FILE` or `--as-known A..B`",
        ));
    }
    let loaded = load(app, false, io)?;
    let question = loaded.question(app, io)?;
    let books = match app.book {
        Some(_) => vec![loaded.book(app)?],
        None => loaded.books(),
    };
    loaded.opened()?;
    let selection = selection(&loaded, args)?;
    let look = look(&loaded.opening(), io);
    let stop_when = args.stop_when.as_ref().zip(books.first().copied());
    let found = found(&loaded, &question, &selection, within(app, &loaded, &selection)?, stop_when)?;
    match (stop_when, found.stopped) {
        (Some(_), Some(number)) => {
            io.note(format!("stopped after entry {number}, after which the condition holds"))
        }
        (Some(_), None) => io.note("the condition holds after none of these entries"),
        (None, _) => {}
    }
    let shown = Shown { loaded: &loaded, question, books: &books, look, selection, found };
    match app.format {
        Format::Table if args.step && step::is_possible(app) => shown.step_through(io)?,
        Format::Table => shown.text(io)?,
        Format::Json | Format::Csv => shown.json(io)?,
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

/// The entries selected: where the first and the last stand, and the heads of the log after each.
struct Found {
    first: Place,
    last: Place,
    /// Between which places they can only be, if that is known.
    within: Option<(Place, Place)>,
    heads: BTreeMap<u64, LogHead>,
    /// The entries in accounting order.
    stops: Vec<Stop>,
    /// The entry after which the condition held first.
    stopped: Option<u64>,
}

/// Between which places the entries can only be that are selected by a name.
fn within(app: &App, loaded: &Loaded, selection: &Selection) -> Result<Option<(Place, Place)>, Failure> {
    let (kind, name) = match selection {
        Selection::Transaction(name) => (LookupKind::Transaction, name.to_string()),
        Selection::Facility(name) => (LookupKind::Facility, name.to_string()),
        Selection::Numbers(..) => return Ok(None),
    };
    let named = index(directory(app)?).find(loaded.reading.log(), kind, &name)?.numbers;
    let named = with_approvals(loaded.reading.outline().proposals(), named);
    let (Some(first), Some(last)) = (named.first(), named.last()) else { return Ok(None) };
    let places = loaded.reading.places(*first..last + 1)?;
    let is_named = |place: &&Place| named.binary_search(&place.number).is_ok();
    let named = || places.iter().filter(is_named).copied();
    let last = match selection {
        // What a facility owes against its collateral moves with every price, also after it was named last.
        Selection::Facility(_) => Some(END),
        // What an entry sends arrives later.
        Selection::Transaction(_)
            if named().try_fold(false, |any, place| any_sends(loaded, place, any))? =>
        {
            Some(END)
        }
        Selection::Transaction(_) | Selection::Numbers(..) => named().max(),
    };
    Ok(named().min().zip(last))
}

/// Whether an entry sends coins that arrive by themselves.
fn any_sends(loaded: &Loaded, place: Place, any: bool) -> Result<bool, Failure> {
    let sends = |event: &Event| matches!(event, Event::CoinsMoved(moved) if moved.arrives.is_some());
    Ok(any || loaded.entry(place.number)?.entry.events.iter().any(sends))
}

fn found(
    loaded: &Loaded,
    question: &Question,
    selection: &Selection,
    within: Option<(Place, Place)>,
    stop_when: Option<(&Condition, BookId)>,
) -> Result<Found, Failure> {
    let mut numbers = BTreeSet::new();
    let mut stops: Vec<Stop> = Vec::new();
    let mut stopped = None;
    let Walked { shown, fold } = walk(&loaded.reading, question, selection, within, |step, fold| {
        if stopped.is_some() {
            return Ok(());
        }
        numbers.insert(step.applied.number);
        let day = fold.zone().day_of(step.applied.entry.effective);
        stops.push(Stop { place: step.applied.place(), day });
        stopped = stop_when
            .filter(|(condition, book)| condition.holds(&After { step, fold, book: *book }))
            .map(|_| step.applied.number);
        Ok(())
    })?;
    let shown = shown.map(|(first, last)| (first, stops.last().map_or(last, |stop| stop.place)));
    let within = match (stopped, shown) {
        (Some(_), Some((_, last))) => {
            let (first, _) = within.map_or_else(|| selection.bounds(&loaded.reading), Ok)?;
            Some((first, last))
        }
        (None, _) | (_, None) => within,
    };
    let Some((first, last)) = shown else { return Err(nothing(loaded, question, selection, &fold)?) };
    let sizes: Vec<u64> = numbers.into_iter().collect();
    let heads = loaded.heads_at(&sizes)?;
    Ok(Found { first, last, within, heads: sizes.into_iter().zip(heads).collect(), stops, stopped })
}

/// Why nothing was found.
fn nothing(
    loaded: &Loaded,
    question: &Question,
    selection: &Selection,
    fold: &Fold,
) -> Result<Failure, Failure> {
    Ok(match selection {
        Selection::Transaction(name) => {
            let mut known: Vec<TransactionId> = Vec::new();
            loaded.reading.walk::<Failure>(question, Place::START, &mut |fold, next| {
                let named = next.applied().entry.transaction;
                known.extend(named.filter(|name| known.last() != Some(name)));
                next.take(fold)?;
                Ok(())
            })?;
            let known: Vec<&str> = known.iter().map(TransactionId::as_str).collect();
            Failure::usage(format!("no entry belongs to a transaction {name}"))
                .with_help(format!("the transactions: {}", known.join(", ")))
        }
        Selection::Facility(facility) if fold.world().has_facility(*facility) => {
            Failure::usage(format!("no entry in question touches facility {facility}"))
        }
        Selection::Facility(facility) => {
            unknown(&Refusal::UnknownFacility { facility: *facility }, fold.world())
        }
        Selection::Numbers(..) => Failure::usage("no entry in question has such a number"),
    })
}

/// What is shown, and how.
struct Shown<'a> {
    loaded: &'a Loaded,
    question: Question,
    books: &'a [BookId],
    look: Look,
    selection: Selection,
    found: Found,
}

impl Shown<'_> {
    fn log_head(&self, number: u64) -> Result<&LogHead, Failure> {
        self.found.heads.get(&number).ok_or_else(|| Failure::Bug(format!("no head after entry {number}")))
    }

    fn step_through(&self, io: &mut Io) -> Result<(), Failure> {
        let Shown { loaded, question, look, selection, found, .. } = self;
        let proof = proof(loaded, question)?;
        table::head(&mut io.out, &selection.title(), &self.head()?, &proof, look)?;
        writeln!(io.out)?;
        step::through(self, &found.stops, io)
    }

    fn text(&self, io: &mut Io) -> Result<(), Failure> {
        let Shown { loaded, question, books, look, selection, found } = self;
        let head = self.head()?;
        let before = self.sheets(found.first.just_before())?;
        let after = self.sheets(found.last)?;
        let proof = proof(loaded, question)?;
        table::head(&mut io.out, &selection.title(), &head, &proof, look)?;
        writeln!(io.out)?;
        self.print(&before, &format!("before entry {}", found.first.number), io)?;
        walk(&loaded.reading, question, selection, found.within, |step, fold| {
            text::step(&mut io.out, step, fold, books, self.log_head(step.applied.number)?, look)
        })?;
        self.print(&after, &format!("after entry {}", found.last.number), io)
    }

    fn json(&self, io: &mut Io) -> Result<(), Failure> {
        let Shown { loaded, question, books, look, selection, found } = self;
        let mut entries = Vec::new();
        walk(&loaded.reading, question, selection, found.within, |step, fold| {
            entries.push(json::step(step, fold, books, Some(self.log_head(step.applied.number)?), look)?);
            Ok(())
        })?;
        let head = self.head()?;
        let before = self.sheets(found.first.just_before())?;
        let after = self.sheets(found.last)?;
        let proof = proof(loaded, question)?;
        let of_books = |sheets: &[(BookId, Sheet)]| -> Map<String, Value> {
            let report = |sheet| render::json::report(sheet, &proof, look);
            sheets.iter().map(|(book, sheet)| (book.to_string(), report(sheet))).collect()
        };
        let value = json!({
            "replay": selection.title(),
            "head": render::json::head(&head, &proof, look),
            "before": of_books(&before),
            "entries": entries,
            "after": of_books(&after),
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
            what_if: None,
        })
    }

    /// Each book's balance sheet over the entries up to a place in accounting order.
    fn sheets(&self, through: Place) -> Result<Vec<(BookId, Sheet)>, Failure> {
        let question = Question { through: Some(through), ..self.question };
        let sheet =
            |book: &BookId| Ok((*book, make("balance-sheet", &self.loaded.reading, question, *book)?));
        self.books.iter().map(sheet).collect()
    }

    fn print(&self, sheets: &[(BookId, Sheet)], when: &str, io: &mut Io) -> Result<(), Failure> {
        for (book, sheet) in sheets {
            let heading = format!("Balance sheet {when} · book {book} · {}", sheet.head.currency);
            writeln!(io.out, "{}", styled(BOLD, heading))?;
            for line in render::grid::lines(&sheet.columns, &sheet.rows, &self.look) {
                writeln!(io.out, "{line}")?;
            }
            writeln!(io.out)?;
        }
        Ok(())
    }
}
