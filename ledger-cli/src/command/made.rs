//! An entry that a command makes of one event, signed and recorded.

use std::path::PathBuf;

use ledger_core::decide::Accepted;
use ledger_core::entry::Entry;
use ledger_core::event::{EntryProposed, Event};
use ledger_core::ids::ActorId;
use ledger_core::time::{Day, Effective};
use ledger_store::ledger::{LedgerError, Outcome};
use ledger_store::signature::Signed;
use uuid::Uuid;

use crate::app::App;
use crate::command::append::{self, Patience};
use crate::diagnostic::Failure;
use crate::io::Io;

/// An entry of one event by the actor of the command.
pub(crate) fn entry(app: &App, effective: Effective, event: Event) -> Result<Entry, Failure> {
    let actor = app.actor.ok_or_else(|| {
        Failure::refused("ACTOR_MISSING", "an entry names who recorded it, and nobody was named")
    })?;
    Ok(of_one(actor, effective, event))
}

fn of_one(actor: ActorId, effective: Effective, event: Event) -> Entry {
    Entry {
        id: Uuid::now_v7().into(),
        effective,
        actor,
        transaction: None,
        memo: None,
        occurred: None,
        evidence: Vec::new(),
        refs: Default::default(),
        events: vec![event],
    }
}

/// An entry that proposes another, in the name of that one's actor and at its time.
pub(crate) fn proposing(payload: Entry, approvals: Option<u8>, board: bool) -> Entry {
    let (effective, actor) = (payload.effective, payload.actor);
    let payload = ledger_core::event::books::Payload::from(payload);
    let hash = payload.hash();
    of_one(actor, effective, EntryProposed { payload, hash, approvals, board }.into())
}

/// Records an entry; gives what became of it, or the number under which it stood already.
pub(crate) fn record(
    app: &App,
    entry: Entry,
    key: Option<PathBuf>,
    io: &mut Io,
) -> Result<Result<Accepted, u64>, Failure> {
    let mut signing = append::signing_with(app, key.as_ref(), io)?;
    let wish = Signed { signature: signing.sign(&entry)?, entry };
    let mut ledger = append::open(app, Patience::usual(), io)?;
    let outcome = ledger.record(&wish, &app.clock);
    let closed = ledger.into_log().close().map_err(Failure::from);
    let done = match outcome {
        Ok(Outcome::Recorded(accepted)) => Ok(Ok(accepted)),
        Ok(Outcome::AlreadyRecorded(number)) => Ok(Err(number)),
        Err(LedgerError::Refused(refused)) => Err(refused.why.into()),
        Err(error) => Err(error.into()),
    };
    done.and_then(|done| closed.map(|()| done))
}

/// Records one event on a day, as an entry of its own; gives its number.
pub(crate) fn record_event(
    app: &App,
    day: Day,
    event: Event,
    key: Option<PathBuf>,
    io: &mut Io,
) -> Result<u64, Failure> {
    let made = entry(app, Effective::Day(day), event)?;
    Ok(record(app, made, key, io)?.map_or_else(|number| number, |accepted| accepted.number))
}
