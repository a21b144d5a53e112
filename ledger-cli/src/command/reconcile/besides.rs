//! What a person says of a file that does not say it itself: the days that a table covers, and its closing balance.

use std::path::PathBuf;

use ledger_core::money::Units;
use ledger_core::time::Day;

use super::{file_name, statement};
use crate::app::App;
use crate::args::Reconcile;
use crate::command::speak::ask::{self, may_ask};
use crate::dates::When;
use crate::diagnostic::Failure;
use crate::io::Io;
use crate::render::wrap;
use crate::store::load;
use crate::verbs::typed::number;

/// What is said beside the files.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Besides {
    /// The first and the last day that they cover.
    pub(super) covers: Option<(Day, Day)>,
    /// The closing balance.
    pub(super) closing: Option<Units>,
}

impl Besides {
    /// Whether anything is said.
    pub(super) fn is_said(&self) -> bool {
        self.covers.is_some() || self.closing.is_some()
    }
}

/// What was typed, and what a terminal is asked for. It is of one file: what is said of several is true of one at most.
pub(super) fn said(app: &App, args: &Reconcile, io: &mut Io) -> Result<Besides, Failure> {
    if args.statements.len() > 1 && (args.covers.is_some() || args.closing.is_some()) {
        let files = args.statements.len();
        let why = format!("`--covers` and `--closing` are said of one file, and {files} are given");
        return Err(Failure::usage(why).with_help("give each file that needs them in a run of its own"));
    }
    let covers = match args.covers {
        Some(when) => {
            let calendar = load(app, false, io)?.calendar(app)?;
            Some((when.first(&calendar), when.last(&calendar)))
        }
        None if may_ask(app) => covered(app, &args.statements, io)?,
        None => None,
    };
    let closing = args.closing.as_deref().map(closing).transpose()?;
    Ok(Besides { covers, closing })
}

/// The days that a table covers, as somebody says at a terminal; nobody is asked of files that say it themselves.
fn covered(app: &App, files: &[PathBuf], io: &mut Io) -> Result<Option<(Day, Day)>, Failure> {
    let [file] = files else { return Ok(None) };
    let Some((first, last)) = statement::days_listed(file)? else { return Ok(None) };
    let calendar = load(app, false, io)?.calendar(app)?;
    let name = file_name(file);
    let told = format!("{name} lists what happened from {first} to {last}, and not which days it covers");
    for line in wrap(&told, io.err_width.unwrap_or(usize::MAX)) {
        writeln!(io.err, "{line}")?;
    }
    loop {
        let typed = ask::line(&ask::prompt("it covers", "such as 2026Q1; Enter for those days"), io)?;
        if typed.is_empty() {
            return Ok(None);
        }
        match typed.parse::<When>() {
            Ok(when) => return Ok(Some((when.first(&calendar), when.last(&calendar)))),
            Err(why) => ask::tell(&why.to_string(), io)?,
        }
    }
}

/// A balance as it was typed.
fn closing(text: &str) -> Result<Units, Failure> {
    let told = |why: String| Failure::usage(format!("--closing: {why}"));
    number(text).map_err(told)?.parse().map_err(|why| told(format!("{why}")))
}
