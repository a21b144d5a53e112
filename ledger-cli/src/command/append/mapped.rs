//! The rows of a table, each made an entry by a mapping.

use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::fold::Fold;

use super::input::{Line, bytes};
use crate::app::App;
use crate::command::speak;
use crate::diagnostic::{Failure, fault};
use crate::mapping::Mapping;
use crate::signing::Signing;
use crate::statement::table::{header, reader};
use crate::verbs::holes::Row;

/// The entries of a table, in the order of its rows, and how many rows stand for none. Names are those of the ledger before any
/// of them.
///
/// # Errors
/// Refused when the mapping does not fit the table, or a row the mapping, with the line.
pub(super) fn lines(
    app: &App,
    (file, mapping): (&Path, &Path),
    fold: &Fold,
    signing: &mut Signing,
) -> Result<(Vec<Line>, usize), Failure> {
    let names = speak::names(app, fold)?;
    let text = std::fs::read_to_string(mapping).map_err(|why| Failure::unreadable(mapping, &why))?;
    let mut map = Mapping::read(&text).map_err(|why| Failure::malformed(why, mapping.display().to_string()))?;
    let (name, bytes) = bytes(file, app.may_ask)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::refused("MALFORMED", "the table is not text in UTF-8").at(&name))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (columns, delimiter) = header(text.lines().next().unwrap_or_default());
    map.check(&columns).map_err(|why| Failure::malformed(why, mapping.display().to_string()))?;
    let (mut lines, mut skipped) = (Vec::new(), 0);
    for row in reader(delimiter).from_reader(text.as_bytes()).records().skip(1) {
        let row = row.map_err(|why| Failure::refused("MALFORMED", why.to_string()).at(&name))?;
        let place = format!("{name}:{}", row.position().map_or(1, csv::Position::line));
        let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if cells.len() > columns.len() {
            let why = format!("the row has {} cells, the header {}", cells.len(), columns.len());
            return Err(Failure::refused("MALFORMED", why).with_help(IN_QUOTES).at(place));
        }
        let row = Row { columns: &columns, cells: &cells };
        let Some((said, events)) = map.entry(row, &names).map_err(|why| why.in_file(&place))? else {
            skipped += 1;
            continue;
        };
        let text = speak::whole(app, said, events)?.to_string();
        let entry = Entry::from_json(&text).map_err(|why| fault::refused(&why, &text, &place))?;
        let signature = signing.sign(&entry).map_err(|why| why.at(place.clone()))?;
        lines.push(Line { entry, signature, place });
    }
    if lines.is_empty() && skipped == 0 {
        return Err(Failure::refused("EMPTY_INPUT", format!("{name} has no rows")));
    }
    Ok((lines, skipped))
}

const IN_QUOTES: &str = "a cell that holds what parts the columns stands in quotes";
