//! A comparison as people and programs read it. Under a sum its lines tell who is responsible, so that people are told each
//! entry once a line; JSON and CSV have the entries of sums too.

use std::io::{self, Write};

use ledger_core::compare::{Compared, Differing, Responsible};
use ledger_core::money::Money;
use ledger_core::sheet::{Head, RowKind};
use serde_json::{Value, json};

use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, styled};
use crate::render::figures::{self, fixed};
use crate::render::page::{self, Item, Kind};
use crate::render::{self, Look, Proof, table, wrap};

/// More entries than this under one line are counted, unless all are asked for.
const SHOWN_MAX: usize = 12;

/// Prints a comparison for people.
pub(super) fn table(
    out: &mut dyn Write,
    compared: &Compared,
    proofs: &[Proof; 2],
    names: &[String; 2],
    look: &Look,
    all: bool,
) -> Result<(), Failure> {
    let Compared { report, heads, figures } = compared;
    sides(out, &format!("{report} compared"), (heads, names, proofs), look)?;
    if figures.is_empty() {
        writeln!(out, "No figure differs.")?;
        return Ok(());
    }
    let money = |amount: Money| figures::money(amount, look);
    let cells = |sides: &[Money; 2], difference| vec![money(sides[0]), money(sides[1]), money(difference)];
    let mut items = Vec::new();
    for figure in figures {
        let Differing { line, kind, column, sides, difference, entries } = figure;
        let account = line.account.map(|account| format!("{account} ")).unwrap_or_default();
        let column = if column == "amount" { String::new() } else { format!(", {column}") };
        let is_sum = matches!(kind, RowKind::Subtotal | RowKind::Total);
        let label = format!("{account}{}{column}", line.label);
        let kind = if is_sum { Kind::Sum } else { Kind::Line };
        items.push(Item { kind, ..Item::line(label, cells(sides, *difference)) });
        if is_sum {
            continue;
        }
        let shown = if all { entries.len() } else { SHOWN_MAX };
        items.extend(entries.iter().take(shown).map(|entry| Item {
            indent: 2,
            ..Item::line(told(entry), cells(&entry.sides, entry.difference))
        }));
        if entries.len() > shown {
            let more = format!("and {} more entries; `--all` shows them", entries.len() - shown);
            items.push(Item { indent: 2, ..Item::line(more, Vec::new()) });
        }
    }
    Ok(page::print(out, &["first", "second", "difference"], &items, look.width)?)
}

/// Prints what is compared: the heads of both sides, each with its name and what was checked.
pub(crate) fn sides(
    out: &mut dyn Write,
    title: &str,
    (heads, names, proofs): (&[Head; 2], &[String; 2], &[Proof; 2]),
    look: &Look,
) -> Result<(), Failure> {
    let [first, second] = heads;
    writeln!(out, "{}", styled(BOLD, format!("{} · {title}", second.entity)))?;
    for (name, head, proof) in [(&names[0], first, &proofs[0]), (&names[1], second, &proofs[1])] {
        for line in wrap(&format!("{name}: {}", side(head, proof)), look.width) {
            writeln!(out, "{line}")?;
        }
    }
    if let Some(notice) = &second.notice {
        writeln!(out, "{}", styled(BOLD, notice))?;
    }
    let [checked, root] = table::proof_lines(&proofs[1]);
    writeln!(out, "{}\n{}", styled(DIM, checked), styled(DIM, root))?;
    Ok(writeln!(out)?)
}

/// What a side is of.
fn side(head: &Head, proof: &Proof) -> String {
    let day = head.as_of.map_or_else(|| "the last entry".to_owned(), |day| day.to_string());
    let book = head.book.map(|book| format!(" · book {book}")).unwrap_or_default();
    let from = head.from.map(|from| format!("{from} to ")).unwrap_or_default();
    format!("{from}{day} · as known at entry {} of {}{book} · {}", proof.known, proof.entries, head.currency)
}

fn told(entry: &Responsible) -> String {
    let about = &entry.about;
    format!(
        "entry {} · {} · {} · {}",
        entry.number,
        about.effective,
        entry.how.as_str(),
        about.journals.join(", ")
    )
}

/// Prints a comparison for programs; `docs/json.md` has the form.
pub(super) fn json(
    out: &mut dyn Write,
    compared: &Compared,
    proofs: &[Proof; 2],
    look: &Look,
) -> Result<(), Failure> {
    let money = |amount: Money| fixed(amount.decimal(), look.digits);
    let entry = |entry: &Responsible| {
        json!({
            "number": entry.number,
            "effective": entry.about.effective.to_string(),
            "actor": entry.about.actor.to_string(),
            "transaction": entry.about.transaction.map(|name| name.to_string()),
            "memo": entry.about.memo,
            "journals": entry.about.journals,
            "how": entry.how.as_str(),
            "first": money(entry.sides[0]),
            "second": money(entry.sides[1]),
            "difference": money(entry.difference),
        })
    };
    let figures: Vec<Value> = compared
        .figures
        .iter()
        .map(|figure| {
            json!({
                "id": figure.line.id,
                "label": figure.line.label,
                "account": figure.line.account.map(|account| account.to_string()),
                "kind": figure.kind.as_str(),
                "column": figure.column,
                "first": money(figure.sides[0]),
                "second": money(figure.sides[1]),
                "difference": money(figure.difference),
                "entries": figure.entries.iter().map(entry).collect::<Vec<_>>(),
            })
        })
        .collect();
    let value = json!({
        "compare": compared.report,
        "first": render::json::head(&compared.heads[0], &proofs[0], look),
        "second": render::json::head(&compared.heads[1], &proofs[1], look),
        "figures": figures,
    });
    Ok(render::json::print(out, &value)?)
}

/// Prints a comparison for spreadsheets: a record for each figure, and after it one for each entry responsible.
pub(super) fn csv(out: &mut dyn Write, compared: &Compared, digits: u32) -> Result<(), Failure> {
    let money = |amount: Money| fixed(amount.decimal(), digits);
    let mut records = ::csv::Writer::from_writer(out);
    let mut write = |row: [String; 12]| records.write_record(&row).map_err(io::Error::from);
    let names = "row,id,label,account,column,number,effective,actor,how,first,second,difference";
    let mut header = names.split(',').map(str::to_owned);
    write(std::array::from_fn(|_| header.next().unwrap_or_default()))?;
    for figure in &compared.figures {
        let account = figure.line.account.map(|account| account.to_string()).unwrap_or_default();
        let of_line = [figure.line.id.to_string(), figure.line.label.clone(), account, figure.column.clone()];
        let none = || String::new();
        let [id, label, account, column] = of_line.clone();
        let [first, second] = figure.sides.map(money);
        let kind = figure.kind.as_str().to_owned();
        let difference = money(figure.difference);
        write([kind, id, label, account, column, none(), none(), none(), none(), first, second, difference])?;
        for entry in &figure.entries {
            let [id, label, account, column] = of_line.clone();
            let [first, second] = entry.sides.map(money);
            write([
                "entry".to_owned(),
                id,
                label,
                account,
                column,
                entry.number.to_string(),
                entry.about.effective.to_string(),
                entry.about.actor.to_string(),
                entry.how.as_str().to_owned(),
                first,
                second,
                money(entry.difference),
            ])?;
        }
    }
    Ok(records.flush()?)
}
