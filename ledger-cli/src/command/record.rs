//! Recording an event that the command itself makes, as an entry of its own.

use std::path::PathBuf;

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::time::{Day, Effective};
use ledger_store::Log;
use ledger_store::ledger::{LedgerError, Outcome};
use ledger_store::signature::Signed;
use uuid::Uuid;

use crate::app::App;
use crate::command::append::{self, Patience};
use crate::diagnostic::Failure;
use crate::io::Io;
use crate::signing::Signing;
use crate::store;

/// Records one event on a day, as an entry of its own; gives its number.
pub(crate) fn record(
    app: &App,
    day: Day,
    event: Event,
    key: Option<PathBuf>,
    io: &mut Io,
) -> Result<u64, Failure> {
    let actor = app.actor.ok_or_else(|| {
        Failure::refused("ACTOR_MISSING", "an entry names who recorded it, and nobody was named")
    })?;
    let entry = Entry {
        id: Uuid::now_v7().into(),
        effective: Effective::Day(day),
        actor,
        transaction: None,
        memo: None,
        occurred: None,
        evidence: Vec::new(),
        refs: Default::default(),
        events: vec![event],
    };
    let mut signing = match key {
        Some(file) => Signing::With(file, store::open(app, io)?.log_id()),
        None => Signing::Nobody,
    };
    let wish = Signed { signature: signing.sign(&entry)?, entry };
    let mut ledger = append::open(app, Patience::usual(), io)?;
    let outcome = ledger.record(&wish, &app.clock);
    let closed = ledger.into_log().close().map_err(Failure::from);
    let number = match outcome {
        Ok(Outcome::Recorded(accepted)) => Ok(accepted.number),
        Ok(Outcome::AlreadyRecorded(number)) => Ok(number),
        Err(LedgerError::Refused(refused)) => Err(refused.why.into()),
        Err(error) => Err(error.into()),
    };
    number.and_then(|number| closed.map(|()| number))
}
