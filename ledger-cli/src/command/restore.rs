//! `treasury restore DIR`: a backup becomes the ledger, where there is none.

use ledger_store::backup::restore;

use crate::app::App;
use crate::args::Restore;
use crate::command::backup::{disk_at, tell};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::store::directory;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Restore, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("restore")?;
    let copied = restore(&disk_at(&args.dir), &disk_at(directory(app)?)).map_err(Failure::from)?;
    let told = tell(app, "restored", (&args.dir.display().to_string(), &app.store.to_string()), &copied, io)?;
    io.note(
        "append to one of the two only: if the ledger it was copied from still lives, their histories part",
    );
    Ok(told)
}
