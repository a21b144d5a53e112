//! A reconciliation on paper: from the balance of the books, over each item, to the balance of the statement.

use ledger_core::event::books::{AtBlock, Break, FoundAs};
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Reconciliation};
use serde_json::{Value, json};

use super::Done;
use crate::app::App;
use crate::args::Format;
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render;
use crate::render::figures::{grouped, so_many};

/// Prints what was found.
pub(super) fn print(app: &App, done: &Done, io: &mut Io) -> Result<(), Failure> {
    match app.format {
        Format::Table => table(done, io),
        Format::Json | Format::Csv => Ok(render::json::print(&mut io.out, &value(done))?),
    }
}

/// What was found, for programs.
pub(crate) fn value(done: &Done) -> Value {
    let run = &done.run;
    let is_open = |found: &Break| done.open.iter().any(|open| open.name == found.name);
    let breaks: Vec<Value> = run
        .breaks
        .iter()
        .map(|found| {
            json!({"name": found.name.to_string(), "found": found.found, "since": found.since.to_string(),
                "units": found.units.to_string(), "source": found.source, "open": is_open(found)})
        })
        .collect();
    let sources: Vec<Value> = done
        .compared
        .iter()
        .map(|of| {
            let suggestions: Vec<Value> = of
                .suggestions
                .iter()
                .map(|one| json!({"name": one.name.to_string(), "ours": one.ours.len(), "theirs": one.theirs.len()}))
                .collect();
            json!({"source": of.source, "statement": of.theirs.to_string(), "on": of.stated_on.to_string(),
                "matched": of.matched(), "suggestions": suggestions, "block": done.blocks.get(&of.source), "block_asked": done.asked})
        })
        .collect();
    let gone = done
        .gone
        .iter()
        .map(|one| json!({"entry": one.number, "height": one.height, "hash": one.hash.to_string()}));
    json!({"no_longer_in_the_chain": gone.collect::<Vec<Value>>(), "account": done.account.to_string(), "through": run.through.to_string(), "rules": run.rules,
        "ledger": run.ours.to_string(), "entry": done.number, "recorded": done.is_new,
        "statements_recorded": done.statements, "matched": run.matched, "open": done.open.len(),
        "sources": sources, "breaks": breaks})
}

fn table(done: &Done, io: &mut Io) -> Result<(), Failure> {
    for of in &done.compared {
        one_source(done, of, io)?;
    }
    let said = match (done.number, done.is_new) {
        (Some(number), true) => format!("recorded {number}"),
        (Some(number), false) => format!("already recorded as {number}"),
        (None, _) => "nothing was recorded".to_owned(),
    };
    if !io.quiet {
        if let Some(told) = statements(done) {
            writeln!(io.out, "{told}")?;
        }
        let (lines, breaks) =
            (so_many(done.run.matched, "line"), so_many(done.run.breaks.len() as u64, "break"));
        writeln!(io.out, "{said}: {lines} matched, {breaks}, {} of them open", done.open.len())?;
    }
    Ok(())
}

/// How many statements were recorded, and in whose place.
fn statements(done: &Done) -> Option<String> {
    let replaced: Vec<String> = done.replaced.iter().map(|number| format!("entry {number}")).collect();
    let in_place = match replaced.as_slice() {
        [] => String::new(),
        all => format!(", in place of {}", all.join(" and ")),
    };
    let recorded = so_many(done.statements as u64, "statement");
    (done.statements > 0).then(|| format!("{recorded} recorded{in_place}"))
}

/// Captions of the items, in the order of the paper.
const CAPTIONS: &[(&str, &[FoundAs])] = &[
    ("In the books, not yet with them (timing)", &[FoundAs::OursNotTheirs]),
    ("With them, not yet in the books (timing)", &[FoundAs::TheirsNotOurs]),
    ("Amounts that differ", &[FoundAs::AmountDiffers]),
    ("In the books only", &[FoundAs::UnmatchedOurs]),
    ("With them only", &[FoundAs::UnmatchedTheirs]),
    ("Twice", &[FoundAs::DuplicateOurs, FoundAs::DuplicateTheirs]),
    ("Statements that are missing", &[FoundAs::MissingStatement]),
    ("Balances that no line explains", &[FoundAs::OpeningDiffers, FoundAs::BalanceDiffers]),
];

/// How wide a label may be.
const LABEL: usize = 56;

fn one_source(done: &Done, of: &Reconciliation, io: &mut Io) -> Result<(), Failure> {
    let title = format!("{} against {}, through {}", done.account, of.source, of.through);
    writeln!(io.out, "{}", styled(BOLD, title))?;
    if let Some(at) = done.blocks.get(&of.source) {
        writeln!(io.out, "{}", block(at))?;
        if !done.asked {
            io.note("no node was asked whether this block is still in the chain");
        }
        for one in &done.gone {
            let hash = short(&one.hash.to_string());
            writeln!(
                io.out,
                "Block {} {hash} of entry {} is no longer in the chain",
                grouped(one.height.into(), 0),
                one.number
            )?;
        }
    }
    let digits =
        of.items.iter().map(|item| item.units).chain([of.ours, of.theirs]).map(|u| u.decimal().scale());
    let digits = digits.max().unwrap_or(0).max(2);
    let figure = |units: Units| grouped(units.decimal(), digits);
    let row = |label: &str, units: Units| format!("{label:<LABEL$} {:>22}", figure(units));
    writeln!(io.out, "{}", row("Balance of the books", of.ours))?;
    let mut listed = Units::ZERO;
    for (caption, kinds) in CAPTIONS {
        let items: Vec<_> = of.items.iter().filter(|item| kinds.contains(&item.found)).collect();
        if items.is_empty() {
            continue;
        }
        writeln!(io.out, "{caption}")?;
        for item in items {
            let line = item.theirs.and_then(|at| of.their_lines.get(at));
            let line = line.or_else(|| item.ours.first().and_then(|at| of.our_lines.get(*at)));
            let said = line.map_or_else(|| item.found.as_str().replace('_', " "), said);
            let label = format!("  {} {} {said}", item.name, item.since);
            writeln!(io.out, "{}", row(&cut(&label), item.units))?;
            listed = listed.plus(item.units).map_err(ledger_core::refusal::Refusal::from)?;
        }
    }
    let rest = of.theirs.minus(of.ours).and_then(|all| all.minus(listed));
    let rest = rest.map_err(ledger_core::refusal::Refusal::from)?;
    if !rest.is_zero() {
        writeln!(io.out, "{}", row("Within what the rules let pass", rest))?;
    }
    writeln!(io.out, "{}", row(&format!("Balance of the statement, {}", of.stated_on), of.theirs))?;
    for one in &of.suggestions {
        let sides = format!("{} of ours and {} of theirs add up", one.ours.len(), one.theirs.len());
        writeln!(io.out, "{}", styled(DIM, format!("  perhaps {sides}: --accept {}", one.name)))?;
    }
    if of.cut_short {
        io.note("the search for sums ended at its bound: there may be more suggestions");
    }
    writeln!(io.out)?;
    Ok(())
}

fn said(line: &Line) -> String {
    let reference = line.references.first().map_or("", String::as_str);
    format!("{} {}", short(reference), line.text).trim().to_owned()
}

/// A label that leaves the figures their room.
fn cut(label: &str) -> String {
    if label.chars().count() <= LABEL {
        return label.to_owned();
    }
    let kept: String = label.chars().take(LABEL - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Up to which block the chain states an account.
pub(super) fn block(at: &AtBlock) -> String {
    let (height, hash) = (grouped(at.height.into(), 0), short(&at.hash.to_string()));
    format!("Block {height} of {}, {}, {hash}", at.network, at.time)
}

/// A hash by its ends, as people compare it; anything shorter as it is.
pub(super) fn short(text: &str) -> String {
    let is_hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match (text.get(..8), text.get(56..)) {
        (Some(first), Some(last)) if is_hash => format!("{first}…{last}"),
        _ => text.to_owned(),
    }
}
