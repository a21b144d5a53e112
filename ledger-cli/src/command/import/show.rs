//! Statements as tables for people, JSON for programs, and rows for spreadsheets.

use std::io::Write;

use ledger_core::money::Units;
use ledger_core::sheet::{Cell, Row, columns};
use serde_json::{Value, json};

use super::{Examined, way_out};
use crate::args::Format;
use crate::diagnostic::Failure;
use crate::export::one_line;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render::figures::grouped;
use crate::render::{Look, grid, json, wrap};
use crate::statement::{Balance, Footing, Line, Statement, StatementFault};

/// Prints what was examined and what is wrong with the order of it.
pub(super) fn print(
    format: Format,
    examined: &[Examined<'_>],
    order: &[StatementFault],
    io: &mut Io,
) -> Result<(), Failure> {
    match format {
        Format::Table => table(examined, order, io),
        Format::Json => Ok(json::print(&mut io.out, &value(examined, order))?),
        Format::Csv => csv(examined, io),
    }
}

fn table(examined: &[Examined<'_>], order: &[StatementFault], io: &mut Io) -> Result<(), Failure> {
    for one in examined {
        for statement in &one.statements {
            one_table(statement, io)?;
        }
    }
    findings(order, io)
}

fn findings(wrong: &[StatementFault], io: &mut Io) -> Result<(), Failure> {
    for fault in wrong {
        writeln!(io.out, "{}", styled(WRONG, format!("finding: {}", fault.code.as_str())))?;
        let said = wrap(&fault.to_string(), io.width.saturating_sub(2));
        let help = wrap(&format!("help: {}", way_out(fault)), io.width.saturating_sub(2));
        for line in said {
            writeln!(io.out, "  {line}")?;
        }
        for line in help {
            writeln!(io.out, "  {}", styled(DIM, line))?;
        }
    }
    Ok(())
}

fn one_table(statement: &Statement, io: &mut Io) -> Result<(), Failure> {
    writeln!(io.out, "{}", styled(BOLD, statement.name()))?;
    let days = match (statement.from, statement.to) {
        (Some(from), Some(to)) if from != to => format!(", {from} to {to}"),
        (_, Some(day)) | (Some(day), None) => format!(", {day}"),
        (None, None) => String::new(),
    };
    writeln!(io.out, "{} {}{days}", statement.format, statement.variant)?;
    let look = Look { width: io.width, digits: 2, rounded: None };
    let names = columns(&[
        ("text", "Text"),
        ("booked", "Booked"),
        ("kind", "Kind"),
        ("amount", "Amount"),
        ("balance", "Balance"),
    ]);
    let rows: Vec<Row> = rows(statement);
    for line in grid::small(&names, &rows, &look) {
        writeln!(io.out, "{line}")?;
    }
    for other in &statement.others {
        let amount = grouped(other.amount, 2);
        writeln!(io.out, "{}", styled(DIM, format!("{}: {amount} {}", other.name, other.currency)))?;
    }
    let (style, word) = match statement.footing {
        Footing::Foots => (RIGHT, "foots: opening and lines come to the closing"),
        Footing::Differs => (WRONG, "does not foot"),
        Footing::Untold => (DIM, "no two balances to foot by"),
    };
    writeln!(io.out, "{}", styled(style, word))?;
    for note in &statement.notes {
        for line in wrap(note, io.width) {
            writeln!(io.out, "{}", styled(DIM, line))?;
        }
    }
    findings(&statement.findings, io)?;
    Ok(writeln!(io.out)?)
}

fn rows(statement: &Statement) -> Vec<Row> {
    let units = |amount| Cell::Units(Units::new(amount), 2);
    let balance = |name: &str, balance: Option<Balance>| {
        let balance = balance?;
        let day = balance.day.map_or(Cell::Empty, Cell::Day);
        Some(Row::line_at(0, vec![Cell::text(name), day, Cell::Empty, Cell::Empty, units(balance.amount)]))
    };
    let line = |line: &Line| {
        let words = [line.counterparty.as_deref().unwrap_or(""), &line.text];
        let said = one_line(&words.join(" "));
        let reference = line.references.first().map(|reference| reference.value.clone()).unwrap_or_default();
        let text = if said.is_empty() { reference } else { said };
        let pending = if line.amount.is_zero() || line.status.as_str() == "booked" { "" } else { "pending " };
        Row::line(vec![
            Cell::text(shortened(&text)),
            Cell::Day(line.booked),
            Cell::text(format!("{pending}{}", line.kind)),
            units(line.amount),
            line.balance.map_or(Cell::Empty, units),
        ])
    };
    let opening = balance("Opening balance", statement.opening);
    let closing = balance("Closing balance", statement.closing);
    opening.into_iter().chain(statement.lines.iter().map(line)).chain(closing).collect()
}

/// Enough of a text to know a line by; all of it is in JSON and CSV.
fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain("...".chars()).collect()
}

fn value(examined: &[Examined<'_>], order: &[StatementFault]) -> Value {
    let file = |one: &Examined<'_>| {
        json!({
            "file": one.file.display().to_string(),
            "statements": one.statements.iter().map(of_statement).collect::<Vec<_>>(),
        })
    };
    json!({
        "files": examined.iter().map(file).collect::<Vec<_>>(),
        "findings": order.iter().map(of_fault).collect::<Vec<_>>(),
    })
}

fn of_fault(fault: &StatementFault) -> Value {
    json!({"code": fault.code.as_str(), "line": fault.line, "message": fault.what})
}

fn of_balance(balance: Option<Balance>) -> Value {
    balance.map_or(Value::Null, |balance| {
        json!({"day": balance.day.map(|day| day.to_string()), "amount": balance.amount.to_string()})
    })
}

fn of_statement(statement: &Statement) -> Value {
    let others = statement.others.iter().map(|other| {
        json!({
            "name": other.name,
            "amount": other.amount.to_string(),
            "currency": other.currency,
            "day": other.day.map(|day| day.to_string()),
        })
    });
    json!({
        "format": statement.format,
        "variant": statement.variant,
        "account": statement.account,
        "currency": statement.currency,
        "number": statement.number,
        "page": statement.page,
        "goes_on": statement.goes_on,
        "from": statement.from.map(|day| day.to_string()),
        "to": statement.to.map(|day| day.to_string()),
        "opening": of_balance(statement.opening),
        "closing": of_balance(statement.closing),
        "others": others.collect::<Vec<_>>(),
        "lines": statement.lines.iter().map(of_line).collect::<Vec<_>>(),
        "footing": statement.footing.as_str(),
        "findings": statement.findings.iter().map(of_fault).collect::<Vec<_>>(),
        "notes": statement.notes,
        "sha256": statement.sha256,
        "place": statement.place,
    })
}

fn of_line(line: &Line) -> Value {
    let references =
        line.references.iter().map(|reference| json!({"kind": reference.kind, "value": reference.value}));
    json!({
        "id": line.id,
        "booked": line.booked.to_string(),
        "value": line.value.map(|day| day.to_string()),
        "amount": line.amount.to_string(),
        "status": line.status.as_str(),
        "kind": line.kind,
        "references": references.collect::<Vec<_>>(),
        "counterparty": line.counterparty,
        "counter_account": line.counter_account,
        "text": line.text,
        "balance": line.balance.map(|balance| balance.to_string()),
        "place": line.place,
    })
}

const COLUMNS: [&str; 14] = [
    "file",
    "account",
    "currency",
    "statement",
    "page",
    "booked",
    "value",
    "amount",
    "status",
    "kind",
    "references",
    "counterparty",
    "text",
    "id",
];

fn csv(examined: &[Examined<'_>], io: &mut Io) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(&mut io.out);
    rows.write_record(COLUMNS).map_err(std::io::Error::from)?;
    for one in examined {
        let lines = one
            .statements
            .iter()
            .flat_map(|statement| statement.lines.iter().map(move |line| (statement, line)));
        for (statement, line) in lines {
            let references: Vec<String> = line
                .references
                .iter()
                .map(|reference| format!("{}:{}", reference.kind, reference.value))
                .collect();
            let row = [
                one.file.display().to_string(),
                statement.account.clone(),
                statement.currency.clone(),
                statement.number.clone().unwrap_or_default(),
                statement.page.map(|page| page.to_string()).unwrap_or_default(),
                line.booked.to_string(),
                line.value.map(|day| day.to_string()).unwrap_or_default(),
                line.amount.to_string(),
                line.status.as_str().to_owned(),
                line.kind.clone(),
                references.join(" "),
                line.counterparty.clone().unwrap_or_default(),
                one_line(&line.text),
                line.id.clone(),
            ];
            rows.write_record(row).map_err(std::io::Error::from)?;
        }
    }
    Ok(rows.flush()?)
}
