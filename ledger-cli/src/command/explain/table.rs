//! An explanation for people: a part a paragraph, the sum beneath, and the difference that must be nothing.

use std::io::Write;

use ledger_core::explain::{
    EntryExplained, Explained, Left, LotExplained, LotMoved, LotTouched, Part, Posting,
};
use ledger_core::money::{Money, Units};

use super::Found;
use super::consent::Consent;
use crate::diagnostic::Failure;
use crate::render::figures::{self, grouped};
use crate::render::page::{self, Item, Kind};
use crate::render::support;
use crate::render::{Look, Proof, table};

/// More parts than this are folded by transaction, and more lots than this counted, unless all are asked for.
const SHOWN_MAX: usize = 12;

/// Prints an explanation.
pub(super) fn print(
    out: &mut dyn Write,
    found: &Found,
    proof: &Proof,
    look: &Look,
    all: bool,
) -> Result<(), Failure> {
    match found {
        Found::Figure(explained) => figure(out, explained, proof, look, all),
        Found::Lot(explained) => lot(out, explained, proof, look, all),
        Found::Entry(explained, consent) => entry(out, (explained, consent.as_ref()), proof, look, all),
    }
}

fn figure(
    out: &mut dyn Write,
    explained: &Explained,
    proof: &Proof,
    look: &Look,
    all: bool,
) -> Result<(), Failure> {
    let Explained { report, head, lines, column, parts, within, .. } = explained;
    let names: Vec<String> = lines.iter().map(|line| format!("{report}:{}", line.id)).collect();
    let label = lines.first().map_or("", |line| line.label.as_str());
    let column = if column == "amount" { String::new() } else { format!(", {column}") };
    let title = format!("{label}{column} ({})", names.join(" and "));
    table::head(out, &title, head, proof, look)?;
    let mut items = Vec::new();
    let mut notes = Vec::new();
    let money = |amount: Money| figures::money(amount, look);
    if all || parts.len() <= SHOWN_MAX {
        items.extend(parts.iter().map(|part| item(part, vec![money(part.amount)], look, all)));
    } else {
        let groups = folded(parts)?;
        notes.push(format!(
            "{} parts are folded into {} lines; `--all` shows each with its lots, prices and evidence.",
            parts.len(),
            groups.len()
        ));
        items.extend(groups.iter().map(|group| Item::line(group.label(), vec![money(group.amount)])));
    }
    let sum = |kind, label: &str, amount| Item { kind, ..Item::line(label, vec![money(amount)]) };
    items.push(sum(Kind::Sum, "Sum of the parts", explained.total));
    items.push(sum(Kind::Line, "As the statement has it", explained.figure));
    items.push(sum(Kind::Last, "Difference", explained.difference));
    if *within > 0 {
        let entries = if *within == 1 { "1 entry".to_owned() } else { format!("{within} entries") };
        notes.push(format!("{entries} moved something within the figure and left it as it was."));
    }
    writeln!(out)?;
    page::print(out, &[head.currency.as_str()], &items, look.width)?;
    Ok(table::notes(out, &notes, look)?)
}

/// Parts of one transaction, or without one of one kind of journal.
struct Group {
    name: String,
    first: u64,
    last: u64,
    entries: usize,
    amount: Money,
}

impl Group {
    fn label(&self) -> String {
        let Group { name, first, last, entries, .. } = self;
        match entries {
            1 => format!("{name} · entry {first}"),
            _ => format!("{name} · {entries} parts, entries {first} to {last}"),
        }
    }
}

fn folded(parts: &[Part]) -> Result<Vec<Group>, Failure> {
    let mut groups: Vec<Group> = Vec::new();
    for part in parts {
        let name =
            part.transaction.map_or_else(|| part.journals.join(", "), |name| format!("transaction {name}"));
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => {
                group.first = group.first.min(part.number);
                group.last = group.last.max(part.number);
                group.entries += 1;
                group.amount = group.amount.plus(part.amount)?;
            }
            None => groups.push(Group {
                name,
                first: part.number,
                last: part.number,
                entries: 1,
                amount: part.amount,
            }),
        }
    }
    Ok(groups)
}

/// A part with its figures, and beneath it who and why.
fn item(part: &Part, figures: Vec<String>, look: &Look, all: bool) -> Item {
    let heading = format!("Entry {} · {} · {}", part.number, part.effective, part.journals.join(", "));
    Item { beneath: details(part, look, all), ..Item::line(heading, figures) }
}

/// What stands beneath a part, with how far it is indented.
fn details(part: &Part, look: &Look, all: bool) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = part.memo.iter().map(|memo| (2, memo.clone())).collect();
    let recorded = part.recorded.map(|at| format!("recorded {at} ")).unwrap_or_default();
    let transaction = part.transaction.map(|name| format!(" · transaction {name}")).unwrap_or_default();
    lines.push((2, format!("{recorded}by {}{transaction}", part.actor)));
    lines.extend(part.postings.iter().map(|line| (2, posting(line, look))));
    let shown = if all { part.lots.len() } else { SHOWN_MAX };
    lines.extend(part.lots.iter().take(shown).map(|lot| (2, touched(lot, look))));
    if part.lots.len() > shown {
        lines.push((2, format!("and {} more lots", part.lots.len() - shown)));
    }
    lines.extend(prices(part, look, all).into_iter().map(|line| (2, line)));
    for supported in &part.evidence {
        let attached = if supported.by == part.number {
            String::new()
        } else {
            format!(", attached by entry {}", supported.by)
        };
        lines.push((2, format!("{}{attached}", support::document(&supported.evidence))));
    }
    if part.evidence.is_empty() {
        lines.push((2, support::NO_DOCUMENT.to_owned()));
    }
    lines
}

fn posting(line: &Posting, look: &Look) -> String {
    let side = if line.amount.is_negative() || (line.amount.is_zero() && line.units.is_negative()) {
        "Cr"
    } else {
        "Dr"
    };
    let units = match line.target.commodity {
        Some(commodity) if !line.units.is_zero() => format!(", {} {commodity}", counted(line.units.abs())),
        Some(_) | None => String::new(),
    };
    let amount = grouped(line.amount.abs().decimal(), look.digits);
    format!("{side} {} {} {amount}{units}", line.target.account, line.name)
}

fn counted(units: Units) -> String {
    grouped(units.decimal(), 2)
}

fn touched(lot: &LotTouched, look: &Look) -> String {
    let LotTouched { what, position, lot, units, cost, carrying } = lot;
    let (coin, place) = (position.commodity, position.place);
    let money = |amount: &Money| grouped(amount.decimal(), look.digits);
    match lot {
        Some((name, acquired)) => format!(
            "lot {name} of {acquired} {what} {place}: {} {coin}, cost {}, carried at {}",
            counted(*units),
            money(cost),
            money(carrying)
        ),
        None => format!("all lots of {coin} at {place} {what}, carried at {}", money(carrying)),
    }
}

/// The prices of a part, in words.
fn prices(part: &Part, look: &Look, all: bool) -> Vec<String> {
    let shown = if all { part.prices.len() } else { SHOWN_MAX };
    let mut lines: Vec<String> =
        part.prices.iter().take(shown).map(|taken| support::price(taken, look)).collect();
    if part.prices.len() > shown {
        lines.push(format!("and {} more prices", part.prices.len() - shown));
    }
    lines
}

fn lot(
    out: &mut dyn Write,
    explained: &LotExplained,
    proof: &Proof,
    look: &Look,
    all: bool,
) -> Result<(), Failure> {
    let acquired = explained.acquired.map(|day| format!(", acquired {day}")).unwrap_or_default();
    table::head(out, &format!("Lot {}{acquired}", explained.lot), &explained.head, proof, look)?;
    let figures = |left: &Left| {
        vec![
            grouped(left.units.decimal(), 2),
            figures::money(left.cost, look),
            figures::money(left.carrying, look),
        ]
    };
    let shown = if all { explained.moves.len() } else { SHOWN_MAX };
    let mut notes = Vec::new();
    let mut items = Vec::new();
    for LotMoved { part, change, .. } in last(&explained.moves, shown, &mut notes) {
        items.push(item(part, figures(change), look, all));
    }
    let sum = |kind, label: &str, left: &Left| Item { kind, ..Item::line(label, figures(left)) };
    items.push(sum(Kind::Sum, "Left", &explained.left));
    for (position, piece) in &explained.held {
        let there = Left { units: piece.units, cost: piece.cost, carrying: piece.carrying };
        let label = format!("at {} on {}", position.place, position.account);
        items.push(Item { indent: 2, ..Item::line(label, figures(&there)) });
    }
    items.push(sum(Kind::Last, "Beyond the sum of the changes", &explained.difference));
    writeln!(out)?;
    page::print(out, &["Units", "Cost", "Carrying"], &items, look.width)?;
    Ok(table::notes(out, &notes, look)?)
}

/// The last so many; how many came before is noted.
fn last<'m>(moves: &'m [LotMoved], shown: usize, notes: &mut Vec<String>) -> &'m [LotMoved] {
    let earlier = moves.len().saturating_sub(shown);
    if earlier > 0 {
        notes.push(format!(
            "{earlier} earlier changes are left out above, not of the sum; `--all` shows them."
        ));
    }
    moves.get(earlier..).unwrap_or(moves)
}

fn entry(
    out: &mut dyn Write,
    (explained, consent): (&EntryExplained, Option<&Consent>),
    proof: &Proof,
    look: &Look,
    all: bool,
) -> Result<(), Failure> {
    let number = explained.steps.first().map_or(0, |part| part.number);
    let reversed = explained.reversed_by.map(|by| format!(", reversed by entry {by}")).unwrap_or_default();
    let title = format!("Entry {number}: {}{reversed}", explained.events.join(", "));
    table::head(out, &title, &explained.head, proof, look)?;
    let mut items: Vec<Item> = explained.steps.iter().map(|part| item(part, Vec::new(), look, all)).collect();
    if let Some(consent) = consent {
        items.push(Item::heading("Its approval"));
        items.extend(
            consent.lines().into_iter().map(|line| Item { indent: 2, ..Item::line(line, Vec::new()) }),
        );
    }
    for of_report in &explained.figures {
        items.push(Item::heading(format!("Its part in {}", of_report.report)));
        items.extend(of_report.lines.iter().map(|(line, amount)| Item {
            indent: 2,
            ..Item::line(format!("{} {}", line.id, line.label), vec![figures::money(*amount, look)])
        }));
    }
    if explained.figures.is_empty() {
        items.push(Item::heading("It is part of no figure"));
    }
    writeln!(out)?;
    Ok(page::print(out, &[explained.head.currency.as_str()], &items, look.width)?)
}
