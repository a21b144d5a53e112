//! `treasury checkpoint`: size and root in the text form of C2SP tlog-checkpoint, to be kept elsewhere.

use ledger_store::checkpoint::{Checkpoint, origin};
use serde_json::json;

use crate::app::App;
use crate::args::Format;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::render::{self, hex};
use crate::store::load;

/// Runs the command.
pub(crate) fn run(app: &App, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("checkpoint")?;
    let loaded = load(app, false, io)?;
    let size = match app.as_known {
        Some(_) => loaded.question(app, io)?.as_known.unwrap_or(loaded.size()),
        None => loaded.size(),
    };
    let head = loaded.head_at(size)?;
    let checkpoint =
        Checkpoint::new(&origin(loaded.log_id), head).map_err(|why| Failure::Bug(why.to_string()))?;
    match app.format {
        Format::Table => write!(io.out, "{checkpoint}")?,
        Format::Json | Format::Csv => {
            let value = json!({
                "origin": checkpoint.origin(),
                "size": head.size,
                "root": hex(&head.root),
                "text": checkpoint.to_string(),
            });
            render::json::print(&mut io.out, &value)?;
        }
    }
    io.note("keep it elsewhere: `treasury verify --expect FILE` holds the log against it");
    Ok(Exit::Done)
}
