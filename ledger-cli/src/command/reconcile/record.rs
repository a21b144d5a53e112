//! Recording statements and runs, once each. What is recorded has an id made from what it says, and what lies in blobs is
//! there before the entry that names it.

use ledger_core::entry::Entry;
use ledger_core::event::books::Subject;
use ledger_core::event::{Event, ReconciliationRun};
use ledger_core::evidence::{Evidence, Sha256Hex};
use ledger_core::reconcile::{Line, Reconciliation};
use ledger_core::time::{Day, Effective};
use ledger_store::blobs;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Order;
use super::statement::{Given, hash};
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
    let outcome = keep(app, "matches and breaks", &outcome(compared))?;
    // A state that comes back after another is a run of its own.
    let salt = before.map(|(number, _)| number.to_string()).unwrap_or_default();
    let made = entry(app, run.through, run.clone().into(), &salt, vec![outcome])?;
    once(app, made, order, io)
}

/// The hash of all that was found.
pub(super) fn outcome_hash(compared: &[Reconciliation]) -> Sha256Hex {
    hash(&outcome(compared))
}

/// All that was found, with the lines, in one text.
fn outcome(compared: &[Reconciliation]) -> Vec<u8> {
    let line = |line: &Line| {
        json!({"day": line.day.to_string(), "units": line.units.to_string(), "references": line.references,
            "text": line.text, "place": line.place})
    };
    let lines = |places: &[usize], of: &[Line]| -> Vec<Value> {
        places.iter().filter_map(|at| of.get(*at)).map(line).collect()
    };
    let all: Vec<Value> = compared
        .iter()
        .map(|of| {
            let matches: Vec<Value> = of
                .matches
                .iter()
                .map(|one| {
                    json!({"how": one.how.as_str(), "ours": lines(&one.ours, &of.our_lines),
                        "theirs": lines(&one.theirs, &of.their_lines)})
                })
                .collect();
            let items: Vec<Value> = of
                .items
                .iter()
                .map(|item| {
                    let theirs: Vec<usize> = item.theirs.into_iter().collect();
                    json!({"name": item.name.to_string(), "found": item.found, "since": item.since.to_string(),
                        "units": item.units.to_string(), "ours": lines(&item.ours, &of.our_lines),
                        "theirs": lines(&theirs, &of.their_lines)})
                })
                .collect();
            json!({"source": of.source, "ours": of.ours.to_string(), "theirs": of.theirs.to_string(),
                "matches": matches, "breaks": items})
        })
        .collect();
    format!("{}\n", Value::Array(all)).into_bytes()
}
