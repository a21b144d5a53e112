//! What a check of a pack found, as people and programs read it.

use ledger_store::checkpoint::Checkpoint;
use ledger_store::pack::PackFinding;
use serde_json::json;

use crate::app::App;
use crate::args::Format;
use crate::command::verify;
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render::{self, hex, shown, wrap};

/// Something that is wrong.
#[derive(Debug)]
pub(super) struct Finding {
    /// The stable code.
    pub(super) code: &'static str,
    /// The file concerned, in the pack.
    pub(super) file: Option<String>,
    /// The entry concerned.
    pub(super) entry: Option<u64>,
    /// What it means.
    pub(super) message: String,
}

impl Finding {
    /// Something wrong with a file.
    pub(super) fn of(code: &'static str, file: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { code, file: Some(file.into()), entry: None, message: message.into() }
    }

    /// Something wrong with an entry in a file.
    pub(super) fn at(self, entry: u64) -> Finding {
        Finding { entry: Some(entry), ..self }
    }
}

impl From<PackFinding> for Finding {
    fn from(finding: PackFinding) -> Finding {
        let PackFinding { defect, file, entry } = finding;
        Finding { code: defect.code(), file: Some(file), entry, message: defect.meaning().to_owned() }
    }
}

/// One of the checks.
#[derive(Debug)]
pub(super) struct Pass {
    /// What is checked.
    pub(super) name: &'static str,
    /// How much was, in words; `None` when it could not be.
    pub(super) checked: Option<String>,
    /// What was found.
    pub(super) findings: Vec<Finding>,
}

impl Pass {
    /// A check that was made.
    pub(super) fn of(name: &'static str, count: usize, what: &str, findings: Vec<Finding>) -> Pass {
        let one = if what == "entries" { "entry" } else { what.trim_end_matches('s') };
        Pass { name, checked: Some(format!("{count} {}", if count == 1 { one } else { what })), findings }
    }
}

impl From<verify::Finding> for Finding {
    fn from(finding: verify::Finding) -> Finding {
        let verify::Finding { code, message, entry, place } = finding;
        Finding { code, file: place.map(|place| place.file), entry, message }
    }
}

impl From<verify::Pass> for Pass {
    fn from(pass: verify::Pass) -> Pass {
        let verify::Pass { name, checked, findings } = pass;
        Pass { name, checked, findings: findings.into_iter().map(Finding::from).collect() }
    }
}

/// All that was found.
pub(super) struct Verdict {
    /// The pack.
    pub(super) pack: String,
    /// The checks.
    pub(super) passes: Vec<Pass>,
    /// What the pack's own checkpoint says.
    pub(super) claimed: Option<Checkpoint>,
    /// The checkpoint that it was held against.
    pub(super) expected: Option<Checkpoint>,
    /// Whether somebody's signature was asked for.
    pub(super) signed: bool,
    /// What is to be known beside the findings.
    pub(super) notes: Vec<String>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub(super) fn is_clean(&self) -> bool {
        self.findings().next().is_none()
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.passes.iter().flat_map(|pass| &pass.findings)
    }

    fn completeness(&self) -> String {
        match &self.expected {
            None => "completeness not proven: without `--expect` nobody knows what there was".to_owned(),
            Some(_) if !self.is_clean() => "completeness not proven: see the findings".to_owned(),
            Some(expected) => format!(
                "the history of {} entries that the checkpoint names is contained, unchanged",
                expected.head.size
            ),
        }
    }

    fn origin(&self) -> &'static str {
        if self.signed {
            "signed by the keys given"
        } else {
            "whose log it is was not checked: `--key` names who must have signed"
        }
    }

    /// Prints it.
    pub(super) fn print(&self, app: &App, io: &mut Io) -> Result<(), Failure> {
        match app.format {
            Format::Table => self.text(io),
            Format::Json | Format::Csv => self.json(io),
        }
    }

    fn text(&self, io: &mut Io) -> Result<(), Failure> {
        writeln!(io.out, "{}", styled(BOLD, format!("Audit of {}", self.pack)))?;
        let width = self.passes.iter().map(|pass| pass.name.len()).max().unwrap_or(0);
        let checked = |pass: &Pass| pass.checked.clone().unwrap_or_else(|| "not checked".to_owned());
        let wide = self.passes.iter().map(|pass| checked(pass).len()).max().unwrap_or(0);
        for pass in &self.passes {
            let state = match (&pass.checked, pass.findings.len()) {
                (None, _) => styled(DIM, "the entries could not be read so far"),
                (Some(_), 0) => styled(RIGHT, "ok"),
                (Some(_), 1) => styled(WRONG, "1 finding"),
                (Some(_), count) => styled(WRONG, format!("{count} findings")),
            };
            writeln!(io.out, "  {:width$}  {:wide$}  {state}", pass.name, checked(pass))?;
        }
        for finding in self.findings() {
            writeln!(io.out, "{}", styled(WRONG, format!("finding: {}", finding.code)))?;
            let entry = finding.entry.map(|number| format!("entry {number}"));
            let place: Vec<String> = finding.file.iter().cloned().chain(entry).collect();
            let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
            let told = shown(&format!("{}{place}", finding.message));
            for line in wrap(&told, io.width.saturating_sub(2)) {
                writeln!(io.out, "  {line}")?;
            }
        }
        for line in self.notes.iter().flat_map(|note| wrap(note, io.width)) {
            writeln!(io.out, "{line}")?;
        }
        if let (Some(claimed), true) = (&self.claimed, self.is_clean()) {
            writeln!(io.out, "{} entries\nroot {}", claimed.head.size, hex(&claimed.head.root))?;
            writeln!(io.out, "{}", self.origin())?;
        }
        Ok(writeln!(io.out, "{}", self.completeness())?)
    }

    fn json(&self, io: &mut Io) -> Result<(), Failure> {
        let finding = |finding: &Finding| {
            let Finding { code, file, entry, message } = finding;
            json!({"code": code, "message": message, "file": file, "entry": entry})
        };
        let pass = |pass: &Pass| {
            let findings: Vec<_> = pass.findings.iter().map(finding).collect();
            json!({"pass": pass.name, "checked": pass.checked, "findings": findings})
        };
        let passes: Vec<_> = self.passes.iter().map(pass).collect();
        let complete = self.expected.as_ref().filter(|_| self.is_clean()).map(|expected| expected.head.size);
        let value = json!({
            "clean": self.is_clean(),
            "entries": self.claimed.as_ref().map(|claimed| claimed.head.size),
            "root": self.claimed.as_ref().map(|claimed| hex(&claimed.head.root)),
            "complete": complete,
            "signed": self.signed && self.is_clean(),
            "passes": passes,
            "notes": self.notes,
        });
        Ok(render::json::print(&mut io.out, &value)?)
    }
}
