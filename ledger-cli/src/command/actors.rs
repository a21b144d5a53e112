//! `treasury actors`: who may record what, with which keys, from which entry on.

use ledger_core::decide::could_enrol;
use ledger_core::ids::ActorId;
use ledger_core::resolve::Question;
use ledger_core::world::{Actor, HeldKey};
use ledger_store::signature::fingerprint;
use serde_json::json;

use crate::app::App;
use crate::args::Format;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render::{self, wrap};
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
    if people.is_empty() {
        io.note("nobody is enrolled: entries are recorded without signatures");
    } else if !could_enrol(fold.world().people()) {
        io.warn("nobody could be enrolled any more: no admin and approver are left of whom one could propose and another approve");
    }
    match app.format {
        Format::Table => text(&people, io)?,
        Format::Json => as_json(&people, io)?,
        Format::Csv => csv(&people, io)?,
    }
    Ok(Exit::Done)
}

fn roles(actor: &Actor) -> Vec<&'static str> {
    actor.roles.iter().map(|role| role.as_str()).collect()
}

fn limits(actor: &Actor) -> serde_json::Value {
    json!({"families": actor.limits.families, "amount": actor.limits.amount})
}

/// What an actor is limited to, in words.
fn limited(actor: &Actor) -> String {
    let families: Vec<&str> = actor.limits.families.iter().map(|family| family.as_str()).collect();
    let families =
        if families.is_empty() { String::new() } else { format!("; only {}", families.join(", ")) };
    let amount =
        actor.limits.amount.map(|amount| format!("; up to {amount:#.2} an entry")).unwrap_or_default();
    format!("{families}{amount}")
}

fn text(people: &[(ActorId, &Actor)], io: &mut Io) -> Result<(), Failure> {
    let width = people.iter().map(|(name, _)| name.to_string().len()).max().unwrap_or(0);
    for (name, actor) in people {
        let said = format!("{}{}", roles(actor).join(", "), limited(actor));
        for (at, line) in wrap(&said, io.width.saturating_sub(width + 2)).iter().enumerate() {
            let name = if at == 0 { name.to_string() } else { String::new() };
            writeln!(io.out, "{}  {line}", styled(BOLD, format!("{name:width$}")))?;
        }
        for held in &actor.keys {
            let revoked = held.revoked.map(|by| format!(", revoked by entry {by}")).unwrap_or_default();
            writeln!(io.out, "  {}", fingerprint(&held.key))?;
            writeln!(io.out, "  {}", styled(DIM, format!("  from entry {}{revoked}", held.from)))?;
        }
    }
    Ok(())
}

fn as_json(people: &[(ActorId, &Actor)], io: &mut Io) -> Result<(), Failure> {
    let key = |held: &HeldKey| json!({"key": held.key, "fingerprint": fingerprint(&held.key), "from": held.from, "revoked": held.revoked});
    let actor = |(name, actor): &(ActorId, &Actor)| json!({"actor": name, "roles": roles(actor), "limits": limits(actor), "keys": actor.keys.iter().map(key).collect::<Vec<_>>()});
    let value = json!({"actors": people.iter().map(actor).collect::<Vec<_>>()});
    Ok(render::json::print(&mut io.out, &value)?)
}

/// The columns; a row for each key.
const COLUMNS: [&str; 7] = ["actor", "roles", "key", "from", "revoked", "families", "amount"];

fn csv(people: &[(ActorId, &Actor)], io: &mut Io) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(&mut io.out);
    rows.write_record(COLUMNS).map_err(std::io::Error::from)?;
    for (name, actor) in people {
        let families: Vec<&str> = actor.limits.families.iter().map(|family| family.as_str()).collect();
        let amount = actor.limits.amount.map(|amount| amount.to_string()).unwrap_or_default();
        for held in &actor.keys {
            let row = [
                name.to_string(),
                roles(actor).join(" "),
                fingerprint(&held.key),
                held.from.to_string(),
                held.revoked.map(|by| by.to_string()).unwrap_or_default(),
                families.join(" "),
                amount.clone(),
            ];
            rows.write_record(row).map_err(std::io::Error::from)?;
        }
    }
    Ok(rows.flush()?)
}
