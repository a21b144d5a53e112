//! Recording statements and runs, once each. What is recorded has an id made from what it says, and what lies in blobs is
//! there before the entry that names it.

use std::io::Write;

use ledger_core::entry::Entry;
use ledger_core::event::books::{FoundAs, Subject};
use ledger_core::event::{Event, ReconciliationRun};
use ledger_core::evidence::{Evidence, Sha256Hex};
use ledger_core::reconcile::{Line, Reconciliation};
use ledger_core::time::{Day, Effective};
use ledger_store::blobs;
use serde::{Serialize, Serializer};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Order;
use super::statement::{Given, Kept};
use crate::app::App;
use crate::command::made;
use crate::diagnostic::Failure;
use crate::documents::blob;
use crate::io::Io;
use crate::store::disk;

/// The name under which ids of such entries are made.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f3a_1c5e_8d42_5b7a_9e10_c4b2_d7f0_a381);

/// Keeps bytes, and says in an entry's words that they are kept.
fn keep(app: &App, name: &str, mut bytes: &[u8]) -> Result<Evidence, Failure> {
    let kept = blobs::put(&*disk(app)?, &mut bytes).map_err(|why| Failure::unreachable(why.to_string()))?;
    let sha256 = Sha256Hex::of(kept.0.0);
    Ok(Evidence { name: name.to_owned(), sha256: Some(sha256), uri: Some(blob(sha256).file()) })
}

fn entry(app: &App, day: Day, event: Event, salt: &str, evidence: Vec<Evidence>) -> Result<Entry, Failure> {
    let said = json!([event, salt]).to_string();
    let made = made::entry(app, Effective::Day(day), event)?;
    Ok(Entry { id: Uuid::new_v5(&NAMESPACE, said.as_bytes()).into(), evidence, ..made })
}

/// Records an entry unless one of its id stands there; gives its number, and whether it is new.
fn once(app: &App, entry: Entry, order: &Order, io: &mut Io) -> Result<(u64, bool), Failure> {
    let found = crate::store::open(app, io)?;
    if let Some(number) = ledger_store::Log::find(&found, &entry.id.bytes())? {
        return Ok((number, false));
    }
    drop(found);
    let recorded = made::record(app, entry, order.sign.clone(), io)?;
    Ok(recorded.map_or_else(|number| (number, false), |accepted| (accepted.number, true)))
}

/// Records statements, their lines and documents first; gives how many are new.
pub(super) fn statements(
    app: &App,
    account: &Subject,
    new: &[Given],
    order: &Order,
    io: &mut Io,
) -> Result<usize, Failure> {
    let mut count = 0;
    for given in new {
        let lines = keep(app, "lines of the statement", &given.lines)?;
        let document = keep(app, &given.name, &given.document)?;
        let event = given.event(account);
        let made = entry(app, event.to, event.into(), "", vec![lines, document])?;
        count += usize::from(once(app, made, order, io)?.1);
    }
    Ok(count)
}

/// Records a run, unless the account's last one says the same.
pub(super) fn run(
    app: &App,
    run: &ReconciliationRun,
    compared: &[Reconciliation],
    before: Option<&(u64, ReconciliationRun)>,
    order: &Order,
    io: &mut Io,
) -> Result<(u64, bool), Failure> {
    if let Some((number, _)) = before.filter(|(_, before)| before == run) {
        return Ok((*number, false));
    }
    let mut found = Vec::new();
    write_outcome(compared, &mut found)?;
    let outcome = keep(app, "matches and breaks", &found)?;
    // A state that comes back after another is a run of its own.
    let salt = before.map(|(number, _)| number.to_string()).unwrap_or_default();
    let made = entry(app, run.through, run.clone().into(), &salt, vec![outcome])?;
    once(app, made, order, io)
}

/// The hash of all that was found.
pub(super) fn outcome_hash(compared: &[Reconciliation]) -> Result<Sha256Hex, Failure> {
    let mut hashed = Sha256::new();
    write_outcome(compared, &mut hashed)?;
    Ok(Sha256Hex::of(hashed.finalize().into()))
}

/// All that was found, with the lines, in one text. It is written as it goes: as a tree it would be many times the lines.
fn write_outcome(compared: &[Reconciliation], to: &mut impl Write) -> Result<(), Failure> {
    let all: Vec<Found<'_>> = compared.iter().map(Found::of).collect();
    serde_json::to_writer(&mut *to, &all).map_err(std::io::Error::from)?;
    Ok(to.write_all(b"\n")?)
}

/// What was found with one source, as it is kept.
#[derive(Serialize)]
struct Found<'a> {
    source: &'a str,
    ours: String,
    theirs: String,
    matches: Vec<FoundMatch<'a>>,
    breaks: Vec<FoundBreak<'a>>,
}

#[derive(Serialize)]
struct FoundMatch<'a> {
    how: &'static str,
    ours: Lines<'a>,
    theirs: Lines<'a>,
}

#[derive(Serialize)]
struct FoundBreak<'a> {
    name: String,
    found: FoundAs,
    since: String,
    units: String,
    ours: Lines<'a>,
    theirs: Lines<'a>,
}

/// Some of these lines, by their places.
struct Lines<'a> {
    places: &'a [usize],
    of: &'a [Line],
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.places.iter().filter_map(|at| self.of.get(*at)).map(Kept::of))
    }
}

impl<'a> Found<'a> {
    fn of(of: &'a Reconciliation) -> Found<'a> {
        let ours = |places: &'a [usize]| Lines { places, of: &of.our_lines };
        let theirs = |places: &'a [usize]| Lines { places, of: &of.their_lines };
        let matches = of.matches.iter().map(|one| FoundMatch {
            how: one.how.as_str(),
            ours: ours(&one.ours),
            theirs: theirs(&one.theirs),
        });
        let breaks = of.items.iter().map(|item| FoundBreak {
            name: item.name.to_string(),
            found: item.found,
            since: item.since.to_string(),
            units: item.units.to_string(),
            ours: ours(&item.ours),
            theirs: theirs(item.theirs.as_slice()),
        });
        Found {
            source: &of.source,
            ours: of.ours.to_string(),
            theirs: of.theirs.to_string(),
            matches: matches.collect(),
            breaks: breaks.collect(),
        }
    }
}
