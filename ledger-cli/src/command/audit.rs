//! `treasury audit`: a folder with which an auditor who trusts neither the company nor this program checks the log and
//! the reports; and its check, which needs no ledger.

mod check;
mod contents;
mod entries;
pub(super) mod files;
mod manifest;
mod pack;
mod verdict;

use crate::app::App;
use crate::args::Audit;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;

/// Runs the command.
pub(crate) fn run(app: &App, audit: &Audit, io: &mut Io) -> Result<Exit, Failure> {
    match audit {
        Audit::Pack(args) => pack::run(app, args, io),
        Audit::Verify(args) => check::run(app, args, io),
    }
}
