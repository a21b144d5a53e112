//! stub
use crate::{app::App, args::Demo, diagnostic::Failure, exit::Exit, io::Io};
pub(crate) fn run(_: &App, _: &Demo, _: &mut Io) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
