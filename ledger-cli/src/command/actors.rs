//! `treasury actors`: who may record what, with which keys, from which entry on.

use ledger_core::ids::ActorId;
use ledger_core::resolve::Question;
use ledger_core::world::{Actor, HeldKey};
use ledger_store::signature::fingerprint;
use serde_json::json;

use crate::app::App;
use crate::args::Format;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::render;
use crate::store::load;

/// Runs the command.
pub(crate) fn run(app: &App, io: &mut Io) -> Result<Exit, Failure> {
    if app.as_of.is_some() {
        return Err(Failure::usage(
            "actors are enrolled by number, whatever day it is: `--as-of` has no say",
        )
        .with_help("`--as-known N` shows them as they were after entry N"));
    }
    let loaded = load(app, false, io)?;
    let question = match app.as_known {
        Some(_) => loaded.question(app, io)?,
        None => Question::default(),
    };
    let fold = loaded.reading.declared(&question);
    let people: Vec<(ActorId, &Actor)> = fold.world().people().iter().collect();
    match app.format {
        Format::Table => text(&people, io)?,
        Format::Json => as_json(&people, io)?,
        Format::Csv => csv(&people, io)?,
    }
    Ok(Exit::Done)
}

/// The columns: actor, roles, fingerprint, from, revoked.
fn row((name, actor): (ActorId, &Actor), held: &HeldKey) -> [String; 5] {
    let revoked = held.revoked.map(|by| by.to_string()).unwrap_or_default();
    [name.to_string(), roles(actor).join(" "), fingerprint(&held.key), held.from.to_string(), revoked]
}

fn roles(actor: &Actor) -> Vec<&'static str> {
    actor.roles.iter().map(|role| role.as_str()).collect()
}

fn limits(actor: &Actor) -> serde_json::Value {
    json!({"families": actor.limits.families, "amount": actor.limits.amount})
}

const COLUMNS: [&str; 5] = ["actor", "roles", "key", "from", "revoked"];

fn text(people: &[(ActorId, &Actor)], io: &mut Io) -> Result<(), Failure> {
    if people.is_empty() {
        io.note("nobody is enrolled: entries are recorded without signatures");
        return Ok(());
    }
    let rows =
        people.iter().flat_map(|(name, actor)| actor.keys.iter().map(|held| row((*name, actor), held)));
    let rows: Vec<[String; 5]> = rows.collect();
    let widest =
        |at: usize| rows.iter().map(|row| row[at].len()).chain([COLUMNS[at].len()]).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4].map(widest);
    let line = |cells: [&str; 5]| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    writeln!(io.out, "{}", styled(BOLD, line(COLUMNS)))?;
    for row in &rows {
        writeln!(io.out, "{}", line(row.each_ref().map(String::as_str)))?;
    }
    Ok(())
}

fn as_json(people: &[(ActorId, &Actor)], io: &mut Io) -> Result<(), Failure> {
    let key = |held: &HeldKey| json!({"key": held.key, "fingerprint": fingerprint(&held.key), "from": held.from, "revoked": held.revoked});
    let actor = |(name, actor): &(ActorId, &Actor)| json!({"actor": name, "roles": roles(actor), "limits": limits(actor), "keys": actor.keys.iter().map(key).collect::<Vec<_>>()});
    let value = json!({"actors": people.iter().map(actor).collect::<Vec<_>>()});
    Ok(render::json::print(&mut io.out, &value)?)
}

fn csv(people: &[(ActorId, &Actor)], io: &mut Io) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(&mut io.out);
    rows.write_record(COLUMNS).map_err(std::io::Error::from)?;
    for (name, actor) in people {
        for held in &actor.keys {
            rows.write_record(row((*name, actor), held)).map_err(std::io::Error::from)?;
        }
    }
    Ok(rows.flush()?)
}
