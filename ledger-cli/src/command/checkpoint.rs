//! stub
use crate::{app::App, diagnostic::Failure, exit::Exit, io::Io};
pub(crate) fn run(_: &App, _: &mut Io) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
