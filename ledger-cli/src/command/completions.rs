//! `treasury completions`: the lines that make a shell ask this program what may stand next.

use clap_complete::env::Shells;

use crate::args::{Completions, Shell};
use crate::completion::VARIABLE;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;

/// Runs the command.
pub(crate) fn run(args: &Completions, io: &mut Io) -> Result<Exit, Failure> {
    let name = match args.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
    };
    let shells = Shells::builtins();
    let shell = shells.completer(name);
    let shell = shell.ok_or_else(|| Failure::Bug(format!("nothing is known of {name}")))?;
    shell.write_registration(VARIABLE, "treasury", "treasury", "treasury", &mut io.out)?;
    Ok(Exit::Done)
}
