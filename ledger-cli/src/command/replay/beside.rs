//! A replay side by side: each entry as it is, and as it would be had a book made other choices (`--what-if FILE`), or as it
//! was known at one entry and at another (`--as-known A..B`).

mod figures;
mod print;

use ledger_core::ids::BookId;
use ledger_core::resolve::{Place, Question};
use ledger_core::sheet::Head;

use super::walk::{NotWalked, Selection, Step, Walks, walk};
use super::{nothing, selection, told::told, within};
use crate::app::{App, Between};
use crate::args::{Format, Replay};
use crate::command::report::{look, proof};
use crate::command::what_if;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::render::Look;
use crate::store::{Loaded, load};
use figures::{Figure, of_sheet, of_step};

/// An entry on one side.
struct Told {
    place: Place,
    is_arrival: bool,
    /// Its day or time, its transaction and memo.
    about: [Option<String>; 3],
    sentences: Vec<String>,
    figures: Vec<Figure>,
}

/// All entries on one side, and the balance sheets after the last.
#[derive(Default)]
struct Side {
    entries: Vec<Told>,
    sheet: Vec<Figure>,
}

/// What is replayed, and how.
struct Asked<'a> {
    selection: Selection,
    within: Option<(Place, Place)>,
    books: &'a [BookId],
    look: Look,
}

/// Runs the command.
pub(super) fn run(app: &App, args: &Replay, io: &mut Io) -> Result<Exit, Failure> {
    let (apps, names) = sides(app, args)?;
    let loaded = load(app, false, io)?;
    loaded.opened()?;
    let questions = [loaded.question(&apps[0], io)?, loaded.question(&apps[1], io)?];
    let what = what_if::read(app, &loaded, &questions[1], args.what_if.as_deref())?;
    let of_book = what_if::of_book(app, what.as_ref());
    let books = match of_book.book {
        Some(_) => vec![loaded.book(&of_book)?],
        None => loaded.books(),
    };
    let selection = selection(&loaded, args)?;
    let within = within(app, &loaded, &selection)?;
    let asked = Asked { selection, within, books: &books, look: look(&loaded.opening(), io) };
    let names = match &what {
        Some(what) => ["as it is".to_owned(), format!("what if {what}")],
        None => names,
    };
    let first = side(&loaded.reading, &questions[0], &asked)?;
    let second = match what.clone() {
        None => side(&loaded.reading, &questions[1], &asked)?,
        Some(what) => match side(&loaded.reading.what_if(what.clone()), &questions[1], &asked) {
            Err(NotWalked::CannotFold(why)) => return what_if::cannot_be(app, &what, &why, io),
            walked => walked?,
        },
    };
    if first.entries.is_empty() && second.entries.is_empty() {
        let fold = loaded.reading.declared(&questions[1]);
        return Err(nothing(&loaded, &questions[1], &asked.selection, &fold)?);
    }
    let proofs = [proof(&loaded, &questions[0])?, proof(&loaded, &questions[1])?];
    let supposed = what.map(|what| what.to_string());
    let heads =
        [head(&loaded, &questions[0], &books, None)?, head(&loaded, &questions[1], &books, supposed)?];
    let shown = print::Shown { title: asked.selection.title(), heads, names, proofs, sides: [first, second] };
    match app.format {
        Format::Table => shown.table(io, &asked.look, args.all)?,
        Format::Json | Format::Csv => shown.json(io, &asked.look)?,
    }
    Ok(Exit::Done)
}

/// The command as it would be given for either side, and what the sides are called.
fn sides(app: &App, args: &Replay) -> Result<([App; 2], [String; 2]), Failure> {
    let one = App { between: Vec::new(), ..app.clone() };
    match (app.between.as_slice(), &args.what_if) {
        ([], _) => Ok(([one.clone(), one], [String::new(), String::new()])),
        ([Between::AsKnown(first, second)], None) if !args.step && args.stop_when.is_none() => Ok((
            [App { as_known: Some(*first), ..one.clone() }, App { as_known: Some(*second), ..one }],
            ["as known first".to_owned(), "as known then".to_owned()],
        )),
        ([..], _) => Err(Failure::usage("one thing is set side by side at a time, and all of it at once")
            .with_help(
                "one of `--what-if FILE` and `--as-known 10..12`, without `--step` and `--stop-when`",
            )),
    }
}

fn head(
    loaded: &Loaded,
    question: &Question,
    books: &[BookId],
    what_if: Option<String>,
) -> Result<Head, Failure> {
    let opened = loaded.opened()?;
    Ok(Head {
        entity: opened.entity.clone(),
        notice: opened.notice.clone(),
        book: books.first().copied().filter(|_| books.len() == 1),
        currency: opened.functional_currency,
        from: None,
        as_of: question.as_of,
        as_known: question.as_known.unwrap_or(loaded.size()),
        what_if,
    })
}

/// Walks through the entries of one side and keeps what is told of each.
fn side(log: &dyn Walks, question: &Question, asked: &Asked<'_>) -> Result<Side, NotWalked> {
    let Asked { selection, within, books, look } = asked;
    let mut side = Side::default();
    walk(log, question, selection, *within, |step, fold| {
        let Step { applied, is_arrival, .. } = step;
        side.sheet = of_sheet(&step.after, fold, books)?;
        side.entries.push(Told {
            place: applied.place(),
            is_arrival: *is_arrival,
            about: [
                Some(applied.entry.effective.to_string()),
                applied.entry.transaction.map(|name| name.to_string()),
                applied.entry.memo.clone(),
            ],
            sentences: told(step, fold.world(), look),
            figures: of_step(step, fold, books)?,
        });
        Ok(())
    })?;
    Ok(side)
}

/// The entries of both sides, each beside itself where both have it, in accounting order.
fn pairs([first, second]: &[Side; 2]) -> Vec<[Option<&Told>; 2]> {
    let key = |told: &Told| (told.place.number, told.is_arrival);
    let is_on = |side: &[Told], told: &Told| side.iter().any(|other| key(other) == key(told));
    let (mut left, mut right) = (first.entries.iter().peekable(), second.entries.iter().peekable());
    let mut pairs = Vec::new();
    loop {
        match (left.peek(), right.peek()) {
            (None, None) => return pairs,
            (Some(one), Some(other)) if key(one) == key(other) => pairs.push([left.next(), right.next()]),
            (Some(one), _) if !is_on(&second.entries, one) => pairs.push([left.next(), None]),
            (None, Some(_)) => pairs.push([None, right.next()]),
            (Some(_), Some(other)) if !is_on(&first.entries, other) => pairs.push([None, right.next()]),
            // Both are on both sides, and not in one order: each is shown where it stands.
            (Some(_), _) => pairs.push([left.next(), None]),
        }
    }
}
