//! Rows of tables and lines of statements, each made an entry by a mapping, and recorded once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ledger_core::entry::{Entry, EntryId};
use ledger_core::fold::Fold;
use ledger_store::FileLog;

use super::input::{Input, Line};
use super::rows::Rows;
use super::{Patience, preview, record, record_or_none, rehearsal, signing_with};
use crate::app::App;
use crate::command::{proposals, speak};
use crate::diagnostic::{Failure, fault};
use crate::exit::Exit;
use crate::io::Io;
use crate::mapping::Mapping;
use crate::signing::Signing;
use crate::store;
use crate::verbs::form;
use crate::verbs::holes::Row;

/// What becomes of entries that rows stand for.
pub(crate) struct How<'a> {
    /// Who signs them.
    pub(crate) sign: Option<&'a PathBuf>,
    /// They are proposed, and wait for approvals.
    pub(crate) propose: bool,
    /// They are shown.
    pub(crate) dry_run: bool,
    /// All or none.
    pub(crate) atomic: bool,
}

/// Records the entries that rows stand for, or shows them.
pub(crate) fn run(
    app: &App,
    (rows, mapping): (&Rows, &Path),
    how: &How<'_>,
    io: &mut Io,
) -> Result<Exit, Failure> {
    let signing = signing_with(app, how.sign, io)?;
    let input = input(app, rows, (mapping, how.propose), signing, io)?;
    match (how.dry_run, how.atomic) {
        (true, _) => preview(app, input, io),
        (false, false) => record(app, input, Patience::usual(), io),
        (false, true) => record_or_none(app, input, Patience::usual(), io),
    }
}

/// The entries that rows stand for, signed; what is no row, or stands for nothing, is told.
pub(super) fn input(
    app: &App,
    rows: &Rows,
    (mapping, propose): (&Path, bool),
    mut signing: Signing,
    io: &mut Io,
) -> Result<Input, Failure> {
    let mut rehearsed = rehearsal(app, io)?;
    let (mut lines, skipped) = entries(app, rows, mapping, rehearsed.fold())?;
    let log = store::open(app, io)?;
    let mut known = Known { log: &log, here: HashMap::new() };
    for line in &mut lines {
        known.take(line)?;
        if propose {
            let proposed = proposals::demanded_once((&mut rehearsed, &log), &line.entry);
            line.entry = proposed.map_err(|why| why.at(line.place.clone()))?;
        }
        line.signature = signing.sign(&line.entry).map_err(|why| why.at(line.place.clone()))?;
    }
    let tell = |io: &mut Io, count: usize, one: &str, many: &str| {
        if count > 0 {
            io.note(format!("{count} {}", if count == 1 { one } else { many }));
        }
    };
    tell(
        io,
        skipped,
        "row stands for no entry, as the mapping says",
        "rows stand for no entry, as the mapping says",
    );
    tell(
        io,
        rows.announced,
        "line is only announced, and not booked yet",
        "lines are only announced, and not booked yet",
    );
    if rows.rows.is_empty() {
        io.note("there is nothing to record");
    }
    Ok(Input::Read(lines.into()))
}

/// The entries of rows, in their order, and how many rows stand for none. Names are those of the ledger before any of them.
fn entries(app: &App, rows: &Rows, mapping: &Path, fold: &Fold) -> Result<(Vec<Line>, usize), Failure> {
    let names = speak::names(app, fold)?;
    let text = std::fs::read_to_string(mapping).map_err(|why| Failure::unreadable(mapping, &why))?;
    let file = mapping.display().to_string();
    let malformed = |why: String| Failure::malformed(why, &file);
    let table = form::tree(&text, &file)?;
    let mut map = Mapping::read(&table, rows.apart).map_err(malformed)?;
    map.check(&rows.columns).map_err(malformed)?;
    let (mut lines, mut skipped) = (Vec::new(), 0);
    for (place, cells) in &rows.rows {
        let row = Row { columns: &rows.columns, cells };
        let Some(told) = map.entry(row, &names).map_err(|why| why.at(place).of_file())? else {
            skipped += 1;
            continue;
        };
        let text = speak::whole(app, told)?.to_string();
        let entry = Entry::from_json(&text).map_err(|why| fault::refused(&why, &text, place))?;
        lines.push(Line { entry, signature: None, place: place.clone() });
    }
    Ok((lines, skipped))
}

/// What rows were recorded, before and in this run.
struct Known<'a> {
    log: &'a FileLog,
    here: HashMap<EntryId, Entry>,
}

impl Known<'_> {
    /// Where a row of the same name tells of the same, however it was described and by whom, it is the entry that stands.
    ///
    /// # Errors
    /// Refused when it tells of something else.
    fn take(&mut self, line: &mut Line) -> Result<(), Failure> {
        let id = line.entry.id;
        let stands = match self.here.get(&id) {
            Some(entry) => Some(entry.clone()),
            None => store::recorded(self.log, id)?,
        };
        match stands {
            None => {}
            Some(stands)
                if stands.effective == line.entry.effective && stands.events == line.entry.events =>
            {
                line.entry = stands;
            }
            Some(_) => {
                return Err(Failure::refused("ID_REUSED", "a row of this name was recorded and tells of something else")
                    .with_help("reverse that entry and name the row otherwise, or mend the table; `row` in the mapping says what names a row")
                    .at(line.place.clone()));
            }
        }
        self.here.insert(id, line.entry.clone());
        Ok(())
    }
}
