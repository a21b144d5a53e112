//! A mapping: which entry a row of a table stands for. Its entries are written as in a file of `treasury entry`, with
//! holes for what stands in the row.
//!
//! ```toml
//! row = "{Txid}"                             # what tells rows apart [default: all that stands in them]
//! [columns]
//! Date = { day = "%d.%m.%Y" }                # days are written so [default: 2026-02-08]
//! Amount = { decimals = "comma" }            # 1.234,56
//! [[entry]]
//! when = { Type = "SELL", Amount = "< 0" }   # the first that fits; * is any text, a list any of its texts
//! effective = "{Date}"
//! events = ["sell {-Amount} BTC --from {Wallet} --for '{Proceeds} USDT'"]
//! [[entry]]
//! when = { Type = "INFO" }
//! skip = true                                # rows of which nothing is recorded are said to be so
//! ```

mod condition;

use std::collections::BTreeMap;

use serde_json::json;
use toml::{Table, Value as Written};
use uuid::Uuid;

use crate::diagnostic::Failure;
use crate::statement::{Point, amount, day_in};
use crate::verbs::form::{Form, Sentences, Told};
use crate::verbs::holes::{self, Row};
use crate::verbs::typed::Names;
use condition::Condition;

/// The ids of entries made of rows are of this namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b1d_7a3e_52c4_4f0b_9d8e_31f5_a7c2_e096);

/// Which entry a row stands for.
#[derive(Debug)]
pub(crate) struct Mapping {
    columns: BTreeMap<String, Column>,
    row: Option<String>,
    cases: Vec<Case>,
    /// By all that stands in them, how many rows were there that nothing else names.
    seen: BTreeMap<String, u64>,
}

/// How a column is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    /// As days in this form.
    Day(String),
    /// As amounts with this sign before the decimals.
    Amount(Point),
}

#[derive(Debug)]
struct Case {
    when: Vec<Condition>,
    /// `None` where nothing is recorded.
    form: Option<Form>,
}

fn text(key: &str, value: &Written) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is text in quotes"))
}

impl Column {
    fn read(name: &str, value: &Written) -> Result<Column, String> {
        let wrong = || format!("columns: `{name}` is {{ day = \"%d.%m.%Y\" }} or {{ decimals = \"comma\" }}");
        let table = value.as_table().filter(|table| table.len() == 1).ok_or_else(wrong)?;
        match table.iter().next() {
            Some((key, Written::String(form))) if key == "day" => Ok(Column::Day(form.clone())),
            Some((key, Written::String(sign))) if key == "decimals" => match sign.as_str() {
                "comma" => Ok(Column::Amount(Point::Comma)),
                "point" => Ok(Column::Amount(Point::Point)),
                _ => Err(wrong()),
            },
            Some(_) | None => Err(wrong()),
        }
    }

    /// What stands in a cell as it is written everywhere else.
    fn plain(&self, cell: &str) -> Result<String, String> {
        let told = match self {
            Column::Day(form) => day_in(form, cell, 0).map(|day| day.to_string()),
            Column::Amount(point) => amount(cell, *point, 0).map(|amount| amount.to_string()),
        };
        told.map_err(|fault| fault.what)
    }
}

impl Mapping {
    /// Reads a mapping of rows that are told apart in this way, unless it names another.
    ///
    /// # Errors
    /// In words, when it says what is not understood, or has no entry.
    pub(crate) fn read(table: &Table, apart: Option<&str>) -> Result<Mapping, String> {
        let mut mapping = Mapping {
            columns: BTreeMap::new(),
            row: apart.map(str::to_owned),
            cases: Vec::new(),
            seen: BTreeMap::new(),
        };
        let mut sentences = Sentences::new();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("row", _) => mapping.row = Some(text(key, value)?),
                ("columns", Written::Table(columns)) => {
                    for (name, column) in columns {
                        mapping.columns.insert(name.clone(), Column::read(name, column)?);
                    }
                }
                ("entry", Written::Array(cases)) => {
                    for (at, case) in cases.iter().enumerate() {
                        let case = case.as_table().ok_or("each `[[entry]]` is a table")?;
                        let case =
                            Case::read(case, &mut sentences).map_err(|why| format!("entry {at}: {why}"))?;
                        mapping.cases.push(case);
                    }
                }
                _ => return Err(format!("a mapping has `row`, `[columns]` and `[[entry]]`, not `{key}`")),
            }
        }
        if mapping.cases.is_empty() {
            return Err("a mapping has an `[[entry]]` for each kind of row".to_owned());
        }
        Ok(mapping)
    }

    /// Whether everything that it names is a column of the table, and each hole well-formed, whatever the rows say.
    ///
    /// # Errors
    /// In words, with the entry of the mapping.
    pub(crate) fn check(&self, columns: &[String]) -> Result<(), String> {
        let cells = vec!["1".to_owned(); columns.len()];
        let row = Row { columns, cells: &cells };
        self.columns
            .keys()
            .try_for_each(|name| row.cell(name).map(drop).map_err(|why| format!("columns: {why}")))?;
        self.row
            .iter()
            .try_for_each(|text| holes::filled(text, &row).map(drop).map_err(|why| format!("row: {why}")))?;
        for (at, case) in self.cases.iter().enumerate() {
            let placed = |why: String| format!("entry {at}: {why}");
            case.when.iter().try_for_each(|condition| condition.holds(&row).map(drop)).map_err(placed)?;
            case.form.iter().try_for_each(|form| form.filled(&row).map(drop)).map_err(placed)?;
        }
        Ok(())
    }

    /// What a row says of its entry, with an id, and what happened; `None` if nothing is to be recorded.
    ///
    /// # Errors
    /// When it fits no entry, or what stands in it does not fit.
    pub(crate) fn entry(&mut self, row: Row<'_>, names: &Names<'_>) -> Result<Option<Told>, Failure> {
        let id = self.id(&row).map_err(Failure::usage)?;
        let plain: Result<Vec<String>, String> = row
            .columns
            .iter()
            .zip(row.cells)
            .map(|(name, cell)| match self.columns.get(name) {
                Some(column) if !cell.is_empty() => {
                    column.plain(cell).map_err(|why| format!("{name}: {why}"))
                }
                Some(_) | None => Ok(cell.clone()),
            })
            .collect();
        let plain = plain.map_err(Failure::usage)?;
        let row = Row { cells: &plain, ..row };
        for case in &self.cases {
            if !case.fits(&row).map_err(Failure::usage)? {
                continue;
            }
            let Some(form) = &case.form else { return Ok(None) };
            let mut told = form.filled(&row).map_err(Failure::usage)?.said(names)?;
            told.keys.entry("id").or_insert(json!(id.to_string()));
            return Ok(Some(told));
        }
        Err(Failure::usage("the row fits no entry of the mapping").with_help(
            "give the mapping an `[[entry]]` for it, with `skip = true` if nothing is to be recorded",
        ))
    }

    /// The same id for the same row however often it is read: by its name, or else by all that stands in it and how often
    /// that was there before.
    fn id(&mut self, row: &Row<'_>) -> Result<Uuid, String> {
        let said = match &self.row {
            Some(text) => json!(holes::filled(text, row)?.ok_or("what tells the row apart is empty")?),
            None => {
                let all = json!([row.columns, row.cells]);
                let before = self.seen.entry(all.to_string()).or_default();
                *before += 1;
                json!([all, *before])
            }
        };
        Ok(Uuid::new_v5(&NAMESPACE, said.to_string().as_bytes()))
    }
}

impl Case {
    fn fits(&self, row: &Row<'_>) -> Result<bool, String> {
        for condition in &self.when {
            if !condition.holds(row)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn read(table: &Table, sentences: &mut Sentences) -> Result<Case, String> {
        let mut table = table.clone();
        let when = match table.remove("when") {
            None => Vec::new(),
            Some(Written::Table(when)) => {
                let read = when.iter().map(|(column, value)| Condition::read(column, value));
                let mut when: Vec<Condition> = read.collect::<Result<_, _>>()?;
                when.sort_by_key(Condition::is_of_amount);
                when
            }
            Some(_) => return Err("`when` is a table of columns: { Type = \"SELL\" }".to_owned()),
        };
        match table.remove("skip") {
            Some(Written::Boolean(true)) if table.is_empty() => Ok(Case { when, form: None }),
            Some(_) => Err("`skip = true` stands alone with its `when`".to_owned()),
            None => Ok(Case { when, form: Some(Form::read(&table, sentences)?) }),
        }
    }
}
