//! `--what-if FILE`: the same log under other choices of a book. It is folded anew, and nothing of it is kept.

use std::path::Path;

use ledger_core::decide;
use ledger_core::replay::CannotFold;
use ledger_core::resolve::{Question, WhatIf};
use serde_json::json;

use crate::app::App;
use crate::args::Format;
use crate::command::report::text_of;
use crate::config::Origin;
use crate::diagnostic::{Failure, fault};
use crate::exit::Exit;
use crate::io::Io;
use crate::render;
use crate::store::Loaded;

/// Reads what is supposed, if anything is, and refuses what the book could not choose.
pub(crate) fn read(
    app: &App,
    loaded: &Loaded,
    question: &Question,
    file: Option<&Path>,
) -> Result<Option<WhatIf>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let text = text_of(file)?;
    let what =
        WhatIf::from_json(&text).map_err(|why| fault::refused(&why, &text, &file.to_string_lossy()))?;
    decide::what_if(loaded.reading.declared(question).world(), &what)?;
    match app.book {
        Some(book) if book != what.book && app.settings.book.origin == Origin::Flag => {
            Err(Failure::usage(format!("what is supposed of {} says nothing of {book}", what.book)))
        }
        Some(_) | None => Ok(Some(what)),
    }
}

/// The command as it would be given for the book of which something is supposed.
pub(crate) fn of_book(app: &App, what: Option<&WhatIf>) -> App {
    App { book: what.map(|what| what.book).or(app.book), ..app.clone() }
}

/// Tells that the log could not have gone as it did under the other choices: an answer like any other.
pub(crate) fn cannot_be(app: &App, what: &WhatIf, found: &CannotFold, io: &mut Io) -> Result<Exit, Failure> {
    let CannotFold { number, why } = found;
    match app.format {
        Format::Table => {
            let lines = [format!("what if: {what}"), format!("Entry {number} could not have been: {why}")];
            for line in lines.iter().flat_map(|line| render::wrap(line, io.width)) {
                writeln!(io.out, "{line}")?;
            }
        }
        Format::Json => {
            let told = json!({"what_if": what.to_string(), "entry": number, "code": why.code(), "why": why.to_string()});
            render::json::print(&mut io.out, &told)?;
        }
        Format::Csv => {
            let mut records = ::csv::Writer::from_writer(&mut io.out);
            let written = records.write_record(["what_if", "entry", "code", "why"]).and_then(|()| {
                records.write_record([&what.to_string(), &number.to_string(), why.code(), &why.to_string()])
            });
            written.map_err(std::io::Error::from)?;
            records.flush()?;
        }
    }
    Ok(Exit::Findings)
}
