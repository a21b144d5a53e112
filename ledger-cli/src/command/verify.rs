//! `treasury verify`.
use crate::{app::App, args::Verify, diagnostic::Failure, exit::Exit, io::Io};
pub(crate) fn run(app: &App, _: &Verify, io: &mut Io) -> Result<Exit, Failure> {
    let report = ledger_store::verify(&*crate::store::disk(app)?, None)?;
    for finding in &report.findings {
        writeln!(io.out, "{finding}")?;
    }
    Ok(if report.is_clean() { Exit::Done } else { Exit::Findings })
}
