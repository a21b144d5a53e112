//! `treasury compare`: which figures of a statement differ between two days, two states of knowledge, two books, or a book
//! and what it would be under other choices, and which entries are responsible.

pub(crate) mod print;

use ledger_core::compare::compare;
use ledger_core::explain::NotExplained;
use ledger_core::report::{NoReport, Request, View};

use crate::app::{App, Between};
use crate::args::{Compare, Format};
use crate::command::explain::statement;
use crate::command::report::{look, proof};
use crate::command::what_if;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::store::load;

/// Runs the command. It ends as a verification does: with findings where figures differ.
pub(crate) fn run(app: &App, args: &Compare, io: &mut Io) -> Result<Exit, Failure> {
    let report = statement(&args.report)?;
    let (first, second, mut names) = sides(app, args.what_if.is_some())?;
    let loaded = load(app, false, io)?;
    let calendar = loaded.calendar(app)?;
    let from = args.from.map(|when| when.first(&calendar));
    let questions = [loaded.question(&first, io)?, loaded.question(&second, io)?];
    let what = what_if::read(&second, &loaded, &questions[1], args.what_if.as_deref())?;
    let [first, second] = [first, second].map(|app| what_if::of_book(&app, what.as_ref()));
    let books = [loaded.book(&first)?, loaded.book(&second)?];
    if let (Some(what), [_, second]) = (&what, &mut names) {
        *second = format!("what if {what}");
    }
    let supposed = what.map(|what| loaded.reading.what_if(what));
    let then: &dyn View = supposed.as_ref().map_or(&loaded.reading, |supposed| supposed);
    let request = |log, side: usize| Request {
        log,
        question: questions[side],
        book: books[side],
        from,
        argument: None,
    };
    let compared = compare(report, [&request(&loaded.reading, 0), &request(then, 1)]);
    if let (Err(NotExplained::NoReport(NoReport::CannotFold(why))), Some(what)) = (&compared, then.what_if())
    {
        return what_if::cannot_be(app, what, why, io);
    }
    let compared = compared?;
    let proofs = [proof(&loaded, &questions[0])?, proof(&loaded, &questions[1])?];
    let look = look(&loaded.opening(), io);
    match app.format {
        Format::Table => print::table(&mut io.out, &compared, &proofs, &names, &look, args.all)?,
        Format::Json => print::json(&mut io.out, &compared, &proofs, &look)?,
        Format::Csv => print::csv(&mut io.out, &compared, look.digits)?,
    }
    Ok(if compared.figures.is_empty() { Exit::Done } else { Exit::Findings })
}

/// The command as it would be given for either side, and what the sides are called.
fn sides(app: &App, supposing: bool) -> Result<(App, App, [String; 2]), Failure> {
    let one = App { between: Vec::new(), ..app.clone() };
    let usage = |what: &str| {
        Failure::usage(what).with_help(
            "one of `--as-of 2026-01-31..2026-02-28`, `--as-known 10..12`, `--book us-gaap..tax`, `--what-if FILE`; the other flags hold for both sides",
        )
    };
    let held = || usage("one thing is compared at a time");
    Ok(match app.between.as_slice() {
        [] if supposing => (one.clone(), one, ["as it is".to_owned(), String::new()]),
        _ if supposing => return Err(held()),
        [Between::AsOf(first, second)] => (
            App { as_of: Some(*first), ..one.clone() },
            App { as_of: Some(*second), ..one },
            ["first day".to_owned(), "second day".to_owned()],
        ),
        [Between::AsKnown(first, second)] => (
            App { as_known: Some(*first), ..one.clone() },
            App { as_known: Some(*second), ..one },
            ["as known first".to_owned(), "as known then".to_owned()],
        ),
        [Between::Books(first, second)] => (
            App { book: Some(*first), ..one.clone() },
            App { book: Some(*second), ..one },
            [first.to_string(), second.to_string()],
        ),
        [] => return Err(usage("compare what with what?")),
        [..] => return Err(held()),
    })
}
