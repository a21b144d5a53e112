//! What the command tells its caller when it ends.

use std::io::Write;
use std::process::ExitCode;

/// The exit codes; they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Verification found something, or what was compared differs.
    Findings = 1,
    /// The command line makes no sense, or names a file that cannot be read.
    Usage = 2,
    /// The ledger refuses; nothing was written.
    Refused = 3,
    /// The store is damaged or cannot be reached.
    Store = 4,
    /// The program is wrong.
    Bug = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Turns a panic into a short text and [`Exit::Bug`].
pub(crate) fn report_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        // A cache that breaks is made anew; nobody need hear of it.
        if ledger_store::index::is_shielded() {
            return;
        }
        let mut stderr = std::io::stderr();
        let payload = panic.payload();
        let owned = payload.downcast_ref::<String>().map(String::as_str);
        let what = payload.downcast_ref::<&str>().copied().or(owned).unwrap_or("no message");
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let _ = writeln!(stderr, "bug: treasury {} stopped{place}: {what}", env!("CARGO_PKG_VERSION"));
        let _ =
            writeln!(stderr, "  what was acknowledged is safe; please report this with the command you gave");
        std::process::exit(Exit::Bug as i32);
    }));
}
