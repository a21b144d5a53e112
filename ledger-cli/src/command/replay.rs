//! stub
use crate::{app::App, args::Replay, diagnostic::Failure, exit::Exit, io::Io};
pub(crate) fn run(_: &App, _: &Replay, _: &mut Io) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
