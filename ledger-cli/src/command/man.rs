//! `treasury man`: manual pages made from the same grammar as the help.

use clap_mangen::Man as Page;

use crate::app;
use crate::args::Man;
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::io::Io;

/// Runs the command.
pub(crate) fn run(args: &Man, io: &mut Io) -> Result<Exit, Failure> {
    let grammar = app::grammar();
    let Some(dir) = &args.dir else {
        Page::new(grammar).render(&mut io.out)?;
        return Ok(Exit::Done);
    };
    let written = std::fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(grammar, dir));
    written
        .map_err(|why| Failure::usage(format!("cannot write to {}: {}", dir.display(), in_words(&why))))?;
    io.note(format!("written to {}: read with `man -l {}/treasury.1`", dir.display(), dir.display()));
    Ok(Exit::Done)
}
