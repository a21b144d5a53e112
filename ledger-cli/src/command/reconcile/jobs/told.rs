//! What is told about a job: a record for programs, a sentence for people, a line in the log.

use std::io::Write;

use serde_json::{Value, json};

use super::super::Done;
use super::file::Job;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::render::figures::so_many;

/// How a job ended.
pub(super) struct Ended {
    pub(super) job: String,
    pub(super) account: String,
    /// How many times it was tried.
    pub(super) attempts: u32,
    pub(super) outcome: Outcome,
}

/// What came of it.
pub(super) enum Outcome {
    /// The account was compared.
    Compared { entry: Option<u64>, is_new: bool, statements: usize, matched: u64, breaks: usize, open: usize },
    /// It was not, as often as it was tried.
    Failed { exit: Exit, code: &'static str, message: String },
}

impl Outcome {
    /// Whether another try may end otherwise.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Outcome::Compared { .. } => false,
            Outcome::Failed { exit, .. } => *exit != Exit::Usage,
        }
    }
}

impl Ended {
    pub(super) fn of(job: &Job, attempts: u32, done: Result<Done, Failure>) -> Ended {
        let outcome = match done {
            Ok(done) => Outcome::Compared {
                entry: done.number,
                is_new: done.is_new,
                statements: done.statements,
                matched: done.run.matched,
                breaks: done.run.breaks.len(),
                open: done.open.len(),
            },
            Err(failure) => failed(failure),
        };
        Ended { job: job.name.clone(), account: job.account.clone(), attempts, outcome }
    }

    /// What the process ends with if this is the worst.
    pub(super) fn exit(&self) -> Exit {
        match &self.outcome {
            Outcome::Compared { open: 0, .. } => Exit::Done,
            Outcome::Compared { .. } => Exit::Findings,
            Outcome::Failed { exit, .. } => *exit,
        }
    }

    /// How loud its line in the log is.
    pub(super) fn level(&self) -> &'static str {
        match &self.outcome {
            Outcome::Compared { open: 0, .. } => "info",
            Outcome::Compared { .. } => "warn",
            Outcome::Failed { .. } => "error",
        }
    }

    /// For programs.
    pub(super) fn value(&self) -> Value {
        let mut value = match &self.outcome {
            Outcome::Compared { entry, is_new, statements, matched, breaks, open } => {
                json!({"event": "compared",
                "entry": entry, "recorded": is_new, "statements_recorded": statements, "matched": matched,
                "breaks": breaks, "open": open})
            }
            Outcome::Failed { exit, code, message } => {
                json!({"event": "failed", "exit": *exit as u8, "code": code, "message": message})
            }
        };
        value["job"] = json!(self.job);
        value["account"] = json!(self.account);
        value["attempts"] = json!(self.attempts);
        value
    }

    /// For people.
    pub(super) fn sentence(&self) -> String {
        let job = &self.job;
        match &self.outcome {
            Outcome::Compared { entry, is_new, statements, matched, breaks, open } => {
                let new = so_many(*statements as u64, "statement");
                let new = if *statements > 0 { format!("{new} recorded; ") } else { String::new() };
                let entry = entry.unwrap_or_default();
                let said = if *is_new { "recorded" } else { "already recorded as" };
                let (lines, breaks) = (so_many(*matched, "line"), so_many(*breaks as u64, "break"));
                format!("{job}: {new}{said} {entry}: {lines} matched, {breaks}, {open} of them open")
            }
            Outcome::Failed { code, message, .. } => {
                let attempts = so_many(self.attempts.into(), "attempt");
                format!("{job}: failed after {attempts}: {code}: {message}")
            }
        }
    }
}

fn failed(failure: Failure) -> Outcome {
    let (exit, code, message) = match failure {
        Failure::Usage(told) => (Exit::Usage, "USAGE", told.message),
        Failure::Refused { code, told } => (Exit::Refused, code, told.message),
        Failure::Unreachable(told) => (Exit::Store, "UNREACHABLE", told.message),
        Failure::Damaged(told) => (Exit::Store, "DAMAGED", told.message),
        Failure::Bug(message) => (Exit::Bug, "BUG", message),
        Failure::Output(why) => (Exit::Store, "OUTPUT", why.to_string()),
    };
    Outcome::Failed { exit, code, message }
}

/// A line of the log on standard error, as JSON.
pub(super) fn log(level: &str, job: &str, mut what: Value) {
    what["at"] = json!(chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).to_rfc3339());
    what["level"] = json!(level);
    what["job"] = json!(job);
    // A log that nobody reads stops no job.
    let _unread = writeln!(std::io::stderr(), "{what}");
}
