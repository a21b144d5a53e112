//! `treasury payload FILE`: what the actor of an entry signs, to the byte, for `ssh-keygen -Y sign`.

use ledger_store::Log;
use ledger_store::signature::{NAMESPACE, text_to_sign};

use crate::app::App;
use crate::args::Payload;
use crate::command::append::only_entry;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::store;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Payload, io: &mut Io) -> Result<Exit, Failure> {
    if app.asks_for_a_form() {
        return Err(Failure::usage("payload prints the text to be signed; it has no other format"));
    }
    let entry = only_entry(&args.file, app.may_ask)?;
    let log = store::open(app, io)?.log_id();
    write!(io.out, "{}", text_to_sign(log, &entry.to_cbor()))?;
    io.note(format!(
        "sign it: `ssh-keygen -Y sign -n {NAMESPACE} -f KEYFILE`, and append with `--signature`"
    ));
    Ok(Exit::Done)
}
