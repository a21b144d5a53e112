//! Statements at the door: read from a file, kept with their document, and read back from what was kept.
//!
//! A file is in a format of `treasury import`, or in the plain form, for whatever a job writes itself:
//!
//! ```json
//! {"source":"example-bank","from":"2026-02-01","to":"2026-02-28","opening":"1000.00","closing":"975.00","number":2,
//!  "lines":[{"day":"2026-02-03","units":"-25.00","references":["E2E-7"],"text":"a charge"}]}
//! ```

use std::path::Path;

use ledger_core::event::StatementRecorded;
use ledger_core::event::books::{AtBlock, Subject};
use ledger_core::evidence::Sha256Hex;
use ledger_core::ids::Commodity;
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Statement};
use ledger_core::strict_json;
use ledger_core::time::Day;
use ledger_store::blobs::{self, BlobName};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::besides::Besides;
use super::{file_name, foreign};
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
    /// Its last block, where the chain states it.
    pub(super) chain: Option<AtBlock>,
    /// The entry of the first statement whose place it takes.
    pub(super) replaces: Option<u64>,
}

impl Given {
    fn of(statement: Statement, file: &Path, document: &[u8]) -> Given {
        let lines = as_kept(&statement.lines);
        let (name, document) = (file_name(file), document.to_vec());
        Given { statement, name, document, lines, chain: None, replaces: None }
    }

    /// A statement of the chain, with what the node said.
    pub(super) fn of_chain(
        statement: Statement,
        at: AtBlock,
        replaces: Option<u64>,
        document: Vec<u8>,
    ) -> Given {
        let (lines, name) = (as_kept(&statement.lines), format!("{}-{}.json", statement.source, at.height));
        Given { statement, name, document, lines, chain: Some(at), replaces }
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
            // What a node says may be said again in other words; its block is what is recorded of it.
            document: self.chain.is_none().then(|| hash(&self.document)),
            chain: self.chain.clone(),
            replaces: self.replaces,
        }
    }
}

/// The SHA-256 of bytes.
pub(super) fn hash(bytes: &[u8]) -> Sha256Hex {
    Sha256Hex::of(Sha256::digest(bytes).into())
}

/// A statement in the plain form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    source: String,
    number: Option<u64>,
    from: Day,
    to: Day,
    opening: Option<Units>,
    closing: Units,
    #[serde(default)]
    lines: Vec<PlainLine>,
}

/// A line in the plain form, which is the one that is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainLine {
    day: Day,
    units: Units,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    text: String,
    place: Option<String>,
}

/// A line as it is kept.
#[derive(Serialize)]
pub(super) struct Kept<'a> {
    day: String,
    units: String,
    references: &'a [String],
    text: &'a str,
    place: &'a str,
}

impl Kept<'_> {
    pub(super) fn of(line: &Line) -> Kept<'_> {
        let Line { day, units, references, text, place, .. } = line;
        Kept { day: day.to_string(), units: units.to_string(), references, text, place }
    }
}

/// Reads the statements of a file.
pub(super) fn read(file: &Path, account: &Subject, besides: &Besides) -> Result<Vec<Given>, Failure> {
    let bytes = std::fs::read(file).map_err(|why| Failure::unreadable(file, &why))?;
    let statements = match std::str::from_utf8(&bytes).ok().filter(|text| is_plain(text)) {
        Some(_) if besides.is_said() => {
            let why = "the file says itself which days it covers and its closing balance";
            return Err(Failure::usage(why).with_help("leave `--covers` and `--closing` out"));
        }
        Some(text) => plain(text, account.commodity).map_err(|why| fault(file, &why))?,
        None => foreign::read(file, &bytes, account, besides)?,
    };
    Ok(statements.into_iter().map(|statement| Given::of(statement, file, &bytes)).collect())
}

/// The first and the last day listed in a file that does not say which days it covers.
pub(super) fn days_listed(file: &Path) -> Result<Option<(Day, Day)>, Failure> {
    let bytes = std::fs::read(file).map_err(|why| Failure::unreadable(file, &why))?;
    let Ok(all) = crate::statement::read(&bytes, "auto") else { return Ok(None) };
    let days: Vec<Day> = all
        .iter()
        .filter(|of| foreign::only_lists(of))
        .flat_map(|of| of.lines.iter().map(|line| line.booked))
        .collect();
    Ok(days.iter().min().copied().zip(days.iter().max().copied()))
}

/// Whether a text is JSON, and no balance that somebody signed off.
fn is_plain(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Known {
        assertion: Option<IgnoredAny>,
    }
    // A list of statements is none of its own.
    let is_list = text.trim_start().starts_with('[');
    let known: Result<Known, _> = serde_json::from_str(text);
    (is_list && serde_json::from_str::<IgnoredAny>(text).is_ok())
        || known.is_ok_and(|known| known.assertion.is_none())
}

pub(super) fn fault(file: &Path, why: &str) -> Failure {
    Failure::refused("STATEMENT_MALFORMED", format!("{} is no statement: {why}", file.display()))
}

fn plain(text: &str, commodity: Commodity) -> Result<Vec<Statement>, String> {
    let all: Vec<Plain> = if text.trim_start().starts_with('[') { usual(text)? } else { vec![usual(text)?] };
    all.into_iter().map(|one| one.statement(commodity)).collect()
}

/// Reads at once what is right; the tree that says where a fault lies is made of nothing else.
fn usual<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).or_else(|_| strict_json::from_str(text).map_err(|why| why.to_string()))
}

impl Plain {
    fn statement(self, commodity: Commodity) -> Result<Statement, String> {
        let Plain { source, number, from, to, opening, closing, lines } = self;
        if let Some(at) = lines.iter().position(|line| line.day < from || to < line.day) {
            return Err(format!("line {} is of a day outside of the statement", at + 1));
        }
        if opening.is_none() && !lines.is_empty() {
            return Err("a statement of lines has an opening balance".to_owned());
        }
        let lines = lines.into_iter().enumerate().map(|(at, line)| line.line(commodity, at + 1)).collect();
        Ok(Statement { source, number, height: None, from, to, opening, closing, lines })
    }
}

impl PlainLine {
    fn line(self, commodity: Commodity, nth: usize) -> Line {
        let PlainLine { day, units, references, text, place } = self;
        let place = place.unwrap_or_else(|| nth.to_string());
        Line { day, units, commodity, references, text, place }
    }
}

/// Lines as they are kept: one a line, in the order of the statement.
fn as_kept(lines: &[Line]) -> Vec<u8> {
    lines.iter().map(|line| format!("{}\n", json!(Kept::of(line)))).collect::<String>().into_bytes()
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
        let line: PlainLine = usual(one)?;
        Ok::<_, String>(line.line(stated.account.commodity, at + 1))
    });
    Ok(Statement {
        source: stated.source.clone(),
        number: stated.number,
        height: stated.chain.as_ref().map(|chain| chain.height),
        from: stated.from,
        to: stated.to,
        opening: stated.opening,
        closing: stated.closing,
        lines: lines.collect::<Result<_, _>>().map_err(damaged)?,
    })
}
