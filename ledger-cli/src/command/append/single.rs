//! One entry, made by a command rather than read: signed, recorded, its number told.

use std::path::PathBuf;

use ledger_core::entry::Entry;
use ledger_store::Log;
use ledger_store::ledger::Outcome;
use ledger_store::signature::Signed;

use super::{Patience, open, refusal};
use crate::app::App;
use crate::diagnostic::Failure;
use crate::io::Io;
use crate::signing::Signing;
use crate::store;

/// Records an entry and gives its number; a refusal says that the entry stands at `place`.
pub(crate) fn record_one(
    app: &App,
    entry: Entry,
    key: Option<PathBuf>,
    place: &str,
    io: &mut Io,
) -> Result<u64, Failure> {
    let mut signing = match key {
        Some(file) => Signing::With(file, store::open(app, io)?.log_id()),
        None => Signing::Nobody,
    };
    let wish = Signed { signature: signing.sign(&entry)?, entry };
    let mut ledger = open(app, Patience::usual(), io)?;
    let outcome = ledger.record(&wish, &app.clock);
    let told = outcome.map_err(|error| refusal::of_error(error, &wish.entry, place, ledger.fold()));
    let closed = ledger.into_log().close().map_err(Failure::from);
    let number = told.map(|outcome| match outcome {
        Outcome::Recorded(accepted) => accepted.number,
        Outcome::AlreadyRecorded(number) => number,
    });
    number.and_then(|number| closed.map(|()| number))
}
