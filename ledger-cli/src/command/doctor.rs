//! `treasury doctor`: what a person asks first when something seems off with a store. It looks from outside, reads a
//! few blocks, and changes nothing; whether every byte is right is what `treasury verify` says.

mod log;
mod place;

use ledger_store::backup;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::Format;
use crate::command::find::index;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render::{self, wrap};
use crate::store::{directory, disk};

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// As it should be.
    Ok,
    /// To be known, not to be acted upon.
    Note,
    /// Somebody should do something.
    Attention,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Note => "note",
            State::Attention => "attention",
        }
    }
}

/// One thing looked at.
#[derive(Debug)]
struct Check {
    name: &'static str,
    state: State,
    detail: String,
    help: Option<String>,
    /// The figures of the detail, for programs.
    facts: Value,
}

impl Check {
    fn new(name: &'static str, state: State, detail: impl Into<String>) -> Check {
        Check { name, state, detail: detail.into(), help: None, facts: Value::Null }
    }

    fn ok(name: &'static str, detail: impl Into<String>) -> Check {
        Check::new(name, State::Ok, detail)
    }

    fn note(name: &'static str, detail: impl Into<String>) -> Check {
        Check::new(name, State::Note, detail)
    }

    fn attention(name: &'static str, detail: impl Into<String>) -> Check {
        Check::new(name, State::Attention, detail)
    }

    fn help(mut self, help: impl Into<String>) -> Check {
        self.help = Some(help.into());
        self
    }

    fn facts(mut self, facts: Value) -> Check {
        self.facts = facts;
        self
    }
}

/// Runs the command.
pub(crate) fn run(app: &App, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("doctor")?;
    let checks = look(app)?;
    match app.format {
        Format::Table => text(app, &checks, io)?,
        Format::Json | Format::Csv => json(app, &checks, io)?,
    }
    Ok(if is_healthy(&checks) { Exit::Done } else { Exit::Findings })
}

fn is_healthy(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.state != State::Attention)
}

fn look(app: &App) -> Result<Vec<Check>, Failure> {
    let (directory, disk) = (directory(app)?, disk(app)?);
    let mut checks = vec![log::store(&*disk)];
    if directory.is_dir() {
        checks.extend(place::checks(directory));
    }
    if let Some(mark) = backup::finished(&*disk) {
        let size = mark.head.size;
        let detail =
            format!("this is a backup, finished at entry {size}: append here only if the ledger is lost");
        checks.push(Check::note("backup", detail).facts(json!({"entries": size})));
    }
    checks.extend(log::checks(&disk, &index(directory), app.now()));
    checks.push(log::versions());
    Ok(checks)
}

fn text(app: &App, checks: &[Check], io: &mut Io) -> Result<(), Failure> {
    writeln!(io.out, "{}", styled(BOLD, format!("The ledger at {}", app.store)))?;
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let indent = width + 15;
    for check in checks {
        let style = match check.state {
            State::Ok => RIGHT,
            State::Note => DIM,
            State::Attention => WRONG,
        };
        let state = styled(style, format!("{:<9}", check.state.word()));
        let mut begin = format!("  {:width$}  {state}  ", check.name);
        let help = check.help.iter().map(|help| format!("help: {help}"));
        for line in std::iter::once(check.detail.clone()).chain(help) {
            for line in wrap(&line, io.width.saturating_sub(indent)) {
                writeln!(io.out, "{begin}{line}")?;
                begin = " ".repeat(indent);
            }
        }
    }
    Ok(())
}

fn json(app: &App, checks: &[Check], io: &mut Io) -> Result<(), Failure> {
    let check = |check: &Check| {
        json!({
            "check": check.name,
            "state": check.state.word(),
            "detail": check.detail,
            "help": check.help,
            "facts": check.facts,
        })
    };
    let value = json!({
        "healthy": is_healthy(checks),
        "store": app.store.to_string(),
        "checks": checks.iter().map(check).collect::<Vec<_>>(),
    });
    Ok(render::json::print(&mut io.out, &value)?)
}

/// A number of bytes as a person says it, rounded down.
fn size_in_words(bytes: u64) -> String {
    const UNITS: [(u32, &str); 4] = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let unit = UNITS.into_iter().find(|(shift, _)| bytes >> shift > 0);
    unit.map_or_else(|| format!("{bytes} bytes"), |(shift, unit)| format!("{} {unit}", bytes >> shift))
}

/// A count with its noun.
fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_down() {
        let words = [0, 1_023, 1_024, 1_048_575, 5 << 30, u64::MAX].map(size_in_words);
        assert_eq!(words, ["0 bytes", "1023 bytes", "1 KiB", "1023 KiB", "5 GiB", "16777215 TiB"]);
    }
}
