//! `treasury config show`: what is set and where, so that nobody wonders why a command read another ledger.

use clap::ValueEnum;
use serde_json::json;

use crate::app::App;
use crate::args::Format;
use crate::config::Set;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render;

/// A setting as it is shown.
struct Shown {
    key: &'static str,
    value: Option<String>,
    origin: String,
}

/// Runs the command.
pub(crate) fn show(app: &App, io: &mut Io) -> Result<Exit, Failure> {
    let settings = &app.settings;
    let shown = [
        told("store", &settings.store, |store| Some(store.to_string())),
        told("book", &settings.book, |book| book.map(|book| book.to_string())),
        told("actor", &settings.actor, |actor| actor.map(|actor| actor.to_string())),
        told("format", &settings.format, name),
        told("in", &settings.shown_in(None)?, name),
        told("node", &settings.node(None)?, |node| node.as_ref().map(ToString::to_string)),
        told("cookie", &settings.cookie(None)?, |file| file.as_ref().map(|file| file.display().to_string())),
        told("network", &settings.network(None)?, |network| Some(network.clone())),
    ];
    match app.format {
        Format::Table => text(app, &shown, io)?,
        Format::Json => {
            let settings =
                shown.iter().map(|one| json!({"key": one.key, "value": one.value, "origin": one.origin}));
            let files = settings_files(app).map(|(path, there)| json!({"path": path, "there": there}));
            let value = json!({"settings": settings.collect::<Vec<_>>(), "files": files.collect::<Vec<_>>()});
            render::json::print(&mut io.out, &value)?;
        }
        Format::Csv => {
            let mut records = csv::Writer::from_writer(&mut io.out);
            records.write_record(["key", "value", "origin"]).map_err(std::io::Error::from)?;
            for one in &shown {
                let record = [one.key, one.value.as_deref().unwrap_or(""), &one.origin];
                records.write_record(record).map_err(std::io::Error::from)?;
            }
            records.flush()?;
        }
    }
    Ok(Exit::Done)
}

fn told<T>(key: &'static str, set: &Set<T>, text: impl Fn(&T) -> Option<String>) -> Shown {
    Shown { key, value: text(&set.value), origin: set.origin.to_string() }
}

fn name<T: ValueEnum>(value: &T) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}

fn settings_files(app: &App) -> impl Iterator<Item = (&str, bool)> {
    app.settings.files()
}

fn text(app: &App, shown: &[Shown], io: &mut Io) -> Result<(), Failure> {
    let width = |of: fn(&Shown) -> usize| shown.iter().map(of).max().unwrap_or(0);
    let (keys, values) =
        (width(|one| one.key.len()), width(|one| one.value.as_deref().unwrap_or("–").chars().count()));
    for one in shown {
        let value = one.value.as_deref().unwrap_or("–");
        let key = styled(BOLD, format!("{:keys$}", one.key));
        writeln!(io.out, "{key}  {value:values$}  {}", styled(DIM, &one.origin))?;
    }
    for (path, there) in settings_files(app) {
        let is = if there { "read" } else { "not there" };
        writeln!(io.out, "{}", styled(DIM, format!("{path}: {is}")))?;
    }
    Ok(())
}
