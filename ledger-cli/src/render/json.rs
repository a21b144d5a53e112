//! A report for programs. This form is a contract: names are never changed or taken away, amounts are strings
//! with all their digits, what is not there is `null`.
//!
//! ```json
//! {
//!   "report": "balance-sheet", "title": "Balance sheet",
//!   "head": {"entity": "…", "notice": null, "book": "us-gaap", "currency": "USD", "unit": null,
//!            "from": null, "as_of": "2026-02-08", "as_known": 37, "entries": 37, "root": "64 hex digits",
//!            "verified": {"to": 37, "from": "log", "every_byte": false, "at": null}, "what_if": null},
//!   "columns": [{"key": "line", "label": ""}],
//!   "rows": [{"kind": "line", "depth": 1, "id": "current-assets.1010",
//!             "cells": {"line": "Cash", "amount": "44900000.00"}}],
//!   "notes": []
//! }
//! ```
//!
//! `root` is that of the RFC 6962 tree over the first `as_known` entries; `verified` says to which entry
//! hashes were checked, and whether the figures came from the log itself. `unit` is what a person asked to see the
//! figures in; here they are exact.
//! `what_if` says what `--what-if` supposes.

use std::io::{self, Write};

use ledger_core::sheet::{Cell, Head, Sheet};
use serde_json::{Map, Value, json};

use super::figures::plain;
use super::{Checked, Look, Proof};
use crate::args::In;

/// A report as a value.
pub(crate) fn report(sheet: &Sheet, proof: &Proof, look: &Look) -> Value {
    let columns: Vec<Value> =
        sheet.columns.iter().map(|column| json!({"key": column.key, "label": column.label})).collect();
    let rows: Vec<Value> = sheet
        .rows
        .iter()
        .map(|row| {
            let mut cells = Map::new();
            for (at, column) in sheet.columns.iter().enumerate() {
                cells.insert(
                    column.key.clone().into_owned(),
                    row.cells.get(at).map_or(Value::Null, |cell| value(cell, look.digits)),
                );
            }
            json!({"kind": row.kind.as_str(), "depth": row.depth, "id": row.id, "cells": cells})
        })
        .collect();
    json!({
        "report": sheet.report,
        "title": sheet.title,
        "head": head(&sheet.head, proof, look),
        "columns": columns,
        "rows": rows,
        "notes": sheet.notes,
    })
}

/// How far a report was checked; what comes from a snapshot is verified to no entry.
fn verified(proof: &Proof) -> Value {
    match proof.checked {
        Checked::EveryByte => json!({"to": proof.known, "from": "log", "every_byte": true, "at": null}),
        Checked::Tree => json!({"to": proof.known, "from": "log", "every_byte": false, "at": null}),
        Checked::FromSnapshot(at) => json!({"to": null, "from": "snapshot", "every_byte": false, "at": at}),
        Checked::FromLog => json!({"to": null, "from": "log", "every_byte": false, "at": null}),
    }
}

/// A head as a value.
pub(crate) fn head(head: &Head, proof: &Proof, look: &Look) -> Value {
    json!({
        "entity": head.entity,
        "notice": head.notice,
        "book": head.book.map(|book| book.to_string()),
        "currency": head.currency.to_string(),
        "unit": look.rounded.map(In::name),
        "from": head.from.map(|day| day.to_string()),
        "as_of": head.as_of.map(|day| day.to_string()),
        "as_known": head.as_known,
        "entries": proof.entries,
        "root": proof.root,
        "verified": verified(proof),
        "what_if": head.what_if,
    })
}

fn value(cell: &Cell, digits: u32) -> Value {
    match cell {
        Cell::Number(number) => json!(number),
        Cell::Empty
        | Cell::Text(_)
        | Cell::Code(_)
        | Cell::Money(_)
        | Cell::Amount(..)
        | Cell::Units(..)
        | Cell::Price(_)
        | Cell::Percent(_)
        | Cell::Day(_) => json!(plain(cell, digits)),
    }
}

/// Prints a value.
pub(crate) fn print(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
