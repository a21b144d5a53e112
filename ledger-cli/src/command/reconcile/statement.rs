//! Statements at the door: read from a file, kept with their document, and read back from what was kept.
//!
//! The plain form, for whatever a job writes itself:
//!
//! ```json
//! {"source":"example-bank","from":"2026-02-01","to":"2026-02-28","opening":"1000.00","closing":"975.00","number":2,
//!  "lines":[{"day":"2026-02-03","units":"-25.00","references":["E2E-7"],"text":"a charge"}]}
//! ```

use std::path::Path;

use ledger_core::event::StatementRecorded;
use ledger_core::event::books::Subject;
use ledger_core::evidence::Sha256Hex;
use ledger_core::ids::Commodity;
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Statement};
use ledger_core::world::World;
use ledger_store::blobs::{self, BlobName};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::file_name;
use crate::app::App;
use crate::diagnostic::Failure;
use crate::documents::blob;
use crate::store::disk;

/// A statement of a file.
pub(super) struct Given {
    pub(super) statement: Statement,
    /// The file's name.
    pub(super) name: String,
    /// The bytes it was read from.
    pub(super) document: Vec<u8>,
    /// Its lines, as they are kept.
    pub(super) lines: Vec<u8>,
}

impl Given {
    fn of(statement: Statement, file: &Path, document: &[u8]) -> Given {
        let lines = as_kept(&statement.lines);
        Given { statement, name: file_name(file), document: document.to_vec(), lines }
    }

    /// The event that records it. What it says follows from what the statement says, not from the file's name.
    pub(super) fn event(&self, account: &Subject) -> StatementRecorded {
        let of = &self.statement;
        StatementRecorded {
            source: of.source.clone(),
            account: account.clone(),
            from: of.from,
            to: of.to,
            opening: of.opening,
            closing: of.closing,
            sha256: hash(&self.lines),
            lines: of.lines.len() as u64,
            number: of.number,
            document: None,
        }
    }
}

/// The SHA-256 of bytes.
pub(super) fn hash(bytes: &[u8]) -> Sha256Hex {
    Sha256Hex::of(Sha256::digest(bytes).into())
}

/// Reads the statements of a file.
pub(super) fn read(file: &Path, commodity: Commodity) -> Result<Vec<Given>, Failure> {
    let bytes = std::fs::read(file).map_err(|why| Failure::unreadable(file, &why))?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|why| fault(file, &why.to_string()))?;
    let all: Vec<&Value> = value.as_array().map_or_else(|| vec![&value], |all| all.iter().collect());
    let read = all.into_iter().map(|one| plain(one, commodity).map_err(|why| fault(file, &why)));
    read.map(|statement| Ok(Given::of(statement?, file, &bytes))).collect()
}

fn fault(file: &Path, why: &str) -> Failure {
    Failure::refused("STATEMENT_MALFORMED", format!("{} is no statement: {why}", file.display()))
}

fn plain(value: &Value, commodity: Commodity) -> Result<Statement, String> {
    let fields = known(value, &["source", "from", "to", "opening", "closing", "number", "lines"])?;
    let lines = fields.get("lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let lines = lines.iter().enumerate();
    let lines: Vec<Line> = lines
        .map(|(at, one)| line(one, commodity, at + 1).map_err(|why| format!("line {}: {why}", at + 1)))
        .collect::<Result<_, _>>()?;
    let opening: Option<Units> = fields.get("opening").map(|_| parsed(fields, "opening")).transpose()?;
    let statement = Statement {
        source: parsed(fields, "source")?,
        number: fields.get("number").and_then(Value::as_u64),
        from: parsed(fields, "from")?,
        to: parsed(fields, "to")?,
        opening,
        closing: parsed(fields, "closing")?,
        lines,
    };
    if let Some(at) =
        statement.lines.iter().position(|line| line.day < statement.from || statement.to < line.day)
    {
        return Err(format!("line {} is of a day outside of the statement", at + 1));
    }
    if statement.opening.is_none() && !statement.lines.is_empty() {
        return Err("a statement of lines has an opening balance".to_owned());
    }
    Ok(statement)
}

fn line(value: &Value, commodity: Commodity, place: usize) -> Result<Line, String> {
    let fields = known(value, &["day", "units", "references", "text", "place"])?;
    let references = fields.get("references").and_then(Value::as_array).cloned().unwrap_or_default();
    let reference = |one: Value| one.as_str().map(str::to_owned).ok_or("a reference is a text".to_owned());
    Ok(Line {
        day: parsed(fields, "day")?,
        units: parsed(fields, "units")?,
        commodity,
        references: references.into_iter().map(reference).collect::<Result<_, _>>()?,
        text: fields.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        place: fields.get("place").and_then(Value::as_str).map_or_else(|| place.to_string(), str::to_owned),
    })
}

fn known<'v>(value: &'v Value, names: &[&str]) -> Result<&'v Map<String, Value>, String> {
    let fields = value.as_object().ok_or("an object was expected")?;
    match fields.keys().find(|name| !names.contains(&name.as_str())) {
        Some(other) => Err(format!("there is no field `{other}` among {}", names.join(", "))),
        None => Ok(fields),
    }
}

fn parsed<T: std::str::FromStr>(fields: &Map<String, Value>, name: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    let text = fields.get(name).and_then(Value::as_str).ok_or_else(|| format!("`{name}` is a text"))?;
    text.parse().map_err(|why| format!("`{name}`: {why}"))
}

/// Lines as they are kept: one a line, in the order of the statement.
fn as_kept(lines: &[Line]) -> Vec<u8> {
    let one = |line: &Line| {
        let value = json!({"day": line.day.to_string(), "units": line.units.to_string(), "references": line.references,
            "text": line.text, "place": line.place});
        format!("{value}\n")
    };
    lines.iter().map(one).collect::<String>().into_bytes()
}

/// The statements of an account that are recorded.
pub(super) fn recorded(_: &App, world: &World, account: &Subject) -> Result<Vec<StatementRecorded>, Failure> {
    Ok(world.statements(account).map(|(_, stated)| stated.clone()).collect())
}

/// A recorded statement with the lines that were kept.
pub(super) fn from_blob(app: &App, stated: &StatementRecorded) -> Result<Statement, Failure> {
    let name: BlobName = blob(stated.sha256);
    let mut bytes = Vec::new();
    let damaged = |why: String| {
        Failure::damaged(format!(
            "the lines of a statement of {} through {}: {why}",
            stated.account, stated.to
        ))
    };
    blobs::get(&*disk(app)?, &name, &mut bytes).map_err(|why| damaged(why.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|why| damaged(why.to_string()))?;
    let lines = text.lines().enumerate().map(|(at, one)| {
        let value: Value = serde_json::from_str(one).map_err(|why| why.to_string())?;
        line(&value, stated.account.commodity, at + 1)
    });
    Ok(Statement {
        source: stated.source.clone(),
        number: stated.number,
        from: stated.from,
        to: stated.to,
        opening: stated.opening,
        closing: stated.closing,
        lines: lines.collect::<Result<_, _>>().map_err(damaged)?,
    })
}
