//! Figures for a monitor, in the text form of Prometheus: written beside and renamed, so that no reader sees half of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::file::Job;
use super::told::{Ended, Outcome};
use crate::diagnostic::Failure;

/// What is known of a job.
#[derive(Default)]
struct OfJob {
    ended: u64,
    succeeded: u64,
    runs: u64,
    attempts: u64,
    failures: u64,
    matched: u64,
    breaks: u64,
    open: u64,
}

/// What is known of all jobs.
pub(super) struct Figures(BTreeMap<String, OfJob>);

/// A figure: its name, what kind it is, what it says, and where it comes from.
type Row = (&'static str, &'static str, &'static str, fn(&OfJob) -> u64);

const ROWS: &[Row] = &[
    ("last_run_timestamp_seconds", "gauge", "When the job ended last.", |of| of.ended),
    ("last_success_timestamp_seconds", "gauge", "When the job last compared its account.", |of| of.succeeded),
    ("runs_total", "counter", "How often the job ended since the process began.", |of| of.runs),
    ("attempts_total", "counter", "How often it was tried.", |of| of.attempts),
    ("failures_total", "counter", "How often it failed for good.", |of| of.failures),
    ("matched_lines", "gauge", "Lines of statements that are matched.", |of| of.matched),
    ("breaks", "gauge", "Breaks that the last run found.", |of| of.breaks),
    ("breaks_open", "gauge", "Breaks of these that nobody answers for.", |of| of.open),
];

impl Figures {
    pub(super) fn of(jobs: &[Job]) -> Figures {
        Figures(jobs.iter().map(|job| (job.name.clone(), OfJob::default())).collect())
    }

    /// Takes in how a job ended.
    pub(super) fn take(&mut self, result: &Ended) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let of = self.0.entry(result.job.clone()).or_default();
        of.ended = now;
        of.runs += 1;
        of.attempts += u64::from(result.attempts);
        match &result.outcome {
            Outcome::Compared { matched, breaks, open, .. } => {
                of.succeeded = now;
                (of.matched, of.breaks, of.open) = (*matched, *breaks as u64, *open as u64);
            }
            Outcome::Failed { .. } => of.failures += 1,
        }
    }

    /// Writes the file anew.
    pub(super) fn write(&self, file: &Path) -> Result<(), Failure> {
        let mut text = String::new();
        for (name, kind, about, figure) in ROWS {
            // Writing to memory cannot fail.
            let _ = writeln!(
                text,
                "# HELP treasury_reconcile_{name} {about}\n# TYPE treasury_reconcile_{name} {kind}"
            );
            for (job, of) in &self.0 {
                let _ = writeln!(text, "treasury_reconcile_{name}{{job=\"{job}\"}} {}", figure(of));
            }
        }
        let beside = file.with_extension("prom.tmp");
        let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file));
        written.map_err(|why| Failure::unreadable(file, &why))
    }
}
