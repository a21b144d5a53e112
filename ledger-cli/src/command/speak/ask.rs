//! What is asked on a terminal: a value that is missing, and whether to record.

use std::io::{BufRead, IsTerminal, Write};

use serde_json::Value;

use crate::app::App;
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, Io, WRONG, styled};
use crate::verbs::schema;
use crate::verbs::sentence::Missing;
use crate::verbs::typed::{self, Names};

/// At most so many names are suggested.
const SUGGESTED_MAX: usize = 8;

/// Whether there is somebody to ask.
pub(crate) fn may_ask(app: &App) -> bool {
    app.may_ask && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn line(prompt: &str, io: &mut Io) -> Result<String, Failure> {
    io.out.flush()?;
    write!(io.err, "{prompt}")?;
    io.err.flush()?;
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => {
            writeln!(io.err)?;
            Err(Failure::usage("the input ended before everything was answered; nothing was recorded"))
        }
        Ok(_) => Ok(line.trim().to_owned()),
        Err(why) => Err(why.into()),
    }
}

/// A value that is missing, asked for until it can be read.
pub(crate) fn value(missing: &Missing, names: &Names<'_>, io: &mut Io) -> Result<Value, Failure> {
    let label = missing.how.trim_start_matches('-').replace('-', " ");
    let suggested = suggestions(missing, names);
    let hint = if suggested.is_empty() { String::new() } else { format!(" ({suggested})") };
    loop {
        let typed = line(&format!("{}{}: ", styled(BOLD, &label), styled(DIM, hint.clone())), io)?;
        if typed.is_empty() {
            continue;
        }
        let words: Vec<String> = match schema::record(missing.field.kind) {
            Some(_) => typed.split_whitespace().map(str::to_owned).collect(),
            None => vec![typed],
        };
        match typed::value(&missing.field, &words, names) {
            Ok(value) => return Ok(value),
            Err(why) => writeln!(io.err, "  {}", styled(WRONG, why))?,
        }
    }
}

/// The day of the entry, today if nothing is typed.
pub(crate) fn day(names: &Names<'_>, io: &mut Io) -> Result<String, Failure> {
    let today = names.calendar.today.to_string();
    loop {
        let typed =
            line(&format!("{} {}: ", styled(BOLD, "on"), styled(DIM, format!("(today is {today})"))), io)?;
        match typed::effective(if typed.is_empty() { "today" } else { &typed }, names) {
            Ok(day) => return Ok(day),
            Err(why) => writeln!(io.err, "  {}", styled(WRONG, why))?,
        }
    }
}

/// What may be answered: the choices, or the names there are.
fn suggestions(missing: &Missing, names: &Names<'_>) -> String {
    let wallets = || names.world.wallets().map(|wallet| wallet.wallet.to_string());
    let facilities = || names.world.facilities().map(|facility| facility.terms.facility);
    let known: Vec<String> = match missing.field.kind {
        "WalletId" => wallets().collect(),
        "FacilityId" => facilities().map(|facility| facility.to_string()).collect(),
        "Place" => wallets().chain(facilities().map(|facility| format!("facility:{facility}"))).collect(),
        "BookId" => names.world.books().map(|declared| declared.book.to_string()).collect(),
        "Amount" => return format!("such as 1,000.00 {}", names.functional),
        "Day" => return "such as 2026-02-08".to_owned(),
        kind => match (schema::choices(kind), schema::record(kind)) {
            (Some(choices), _) => choices.into_iter().map(str::to_owned).collect(),
            (None, Some(fields)) => {
                let keys: Vec<String> = fields.iter().map(|field| format!("{}=…", field.name)).collect();
                return keys.join(" ");
            }
            (None, None) => Vec::new(),
        },
    };
    let more = if known.len() > SUGGESTED_MAX { ", …" } else { "" };
    let shown: Vec<&str> = known.iter().take(SUGGESTED_MAX).map(String::as_str).collect();
    format!("{}{more}", shown.join(", "))
}

/// Whether a person says yes to what was shown.
pub(crate) fn whether_to_record(app: &App, io: &mut Io) -> Result<bool, Failure> {
    if !may_ask(app) {
        return Err(Failure::usage("there is nobody to ask whether to record it")
            .with_help("give `--yes` to record without asking, or `--dry-run` to look only"));
    }
    let answer = line(&format!("{} ", styled(BOLD, "record this? [y/N]")), io)?;
    Ok(["y", "yes"].contains(&answer.to_lowercase().as_str()))
}
