//! `treasury compare`: which figures of a statement differ between two days, two states of knowledge or two books, and
//! which entries are responsible.

mod print;

use ledger_core::compare::compare;
use ledger_core::report::Request;

use crate::app::{App, Between};
use crate::args::{Compare, Format};
use crate::command::explain::statement;
use crate::command::report::{look, proof};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::store::load;

/// Runs the command. It ends as a verification does: with findings where figures differ.
pub(crate) fn run(app: &App, args: &Compare, io: &mut Io) -> Result<Exit, Failure> {
    let report = statement(&args.report)?;
    let (first, second, names) = sides(app)?;
    let loaded = load(app, false, io)?;
    let calendar = loaded.calendar(app)?;
    let from = args.from.map(|when| when.first(&calendar));
    let questions = [loaded.question(&first, io)?, loaded.question(&second, io)?];
    let books = [loaded.book(&first)?, loaded.book(&second)?];
    let request = |side: usize| Request {
        log: &loaded.reading,
        question: questions[side],
        book: books[side],
        from,
        argument: None,
    };
    let compared = compare(report, [&request(0), &request(1)])?;
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
fn sides(app: &App) -> Result<(App, App, [String; 2]), Failure> {
    let one = App { between: Vec::new(), ..app.clone() };
    let usage = |what: &str| {
        Failure::usage(what).with_help(
            "one of `--as-of 2026-01-31..2026-02-28`, `--as-known 10..12`, `--book us-gaap..tax`; the other flags hold for both sides",
        )
    };
    Ok(match app.between.as_slice() {
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
        [..] => return Err(usage("one thing is compared at a time")),
    })
}
