//! What a column must say for a row to fit: a text in which `*` is any text, one of several, or an amount above or below
//! another.

use std::cmp::Ordering;

use ledger_core::exact;
use rust_decimal::Decimal;
use toml::Value;

use crate::verbs::holes::Row;
use crate::verbs::typed;

/// What a column must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    column: String,
    any: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// The text between stars.
    Like(Vec<String>),
    /// An amount that stands so to this one.
    Amount(Ordering, Decimal),
}

impl Test {
    fn read(text: &str) -> Result<Test, String> {
        let (order, number) = match (text.strip_prefix('<'), text.strip_prefix('>')) {
            (Some(number), _) => (Ordering::Less, number),
            (_, Some(number)) => (Ordering::Greater, number),
            (None, None) => return Ok(Test::Like(text.split('*').map(str::to_owned).collect())),
        };
        let number = number.trim();
        let amount = exact::parse(number).map_err(|_| format!("`{text}`: `{number}` is not a number"))?;
        Ok(Test::Amount(order, amount))
    }

    /// Whether a cell says so. An empty one is neither above nor below an amount.
    ///
    /// # Errors
    /// In words, when it must be an amount and is none: passed over, it would be lost.
    fn holds(&self, cell: &str) -> Result<bool, String> {
        match self {
            Test::Like(parts) => Ok(like(parts, cell)),
            Test::Amount(..) if cell.is_empty() => Ok(false),
            Test::Amount(order, bound) => {
                let plain = typed::number(cell)?;
                let amount: Decimal = exact::parse(&plain).map_err(|why| why.to_string())?;
                Ok(amount.cmp(bound) == *order)
            }
        }
    }
}

/// Whether a text begins with the first part, ends with the last, and has the others between them in order.
fn like(parts: &[String], text: &str) -> bool {
    let [first, between @ .., last] = parts else { return parts.first().is_some_and(|only| only == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in between {
        match rest.find(part.as_str()) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

impl Condition {
    /// Reads what a mapping says of a column.
    ///
    /// # Errors
    /// In words, when it is neither a text nor a list of texts.
    pub(super) fn read(column: &str, value: &Value) -> Result<Condition, String> {
        let one = |value: &Value| {
            let text =
                value.as_str().ok_or_else(|| format!("when: `{column}` is a text or a list of texts"))?;
            Test::read(text).map_err(|why| format!("when: {column}: {why}"))
        };
        let any = match value.as_array() {
            Some(list) => list.iter().map(one).collect::<Result<_, _>>()?,
            None => vec![one(value)?],
        };
        Ok(Condition { column: column.to_owned(), any })
    }

    /// Whether it asks for an amount: such a column is looked at last, for where the others do not fit it may say anything.
    pub(super) fn is_of_amount(&self) -> bool {
        self.any.iter().any(|test| matches!(test, Test::Amount(..)))
    }

    /// Whether a row says so.
    ///
    /// # Errors
    /// In words, when the table has no such column, or what stands in it is no amount and must be one.
    pub(super) fn holds(&self, row: &Row<'_>) -> Result<bool, String> {
        let cell = row.cell(&self.column)?;
        for test in &self.any {
            if test.holds(cell).map_err(|why| format!("{}: {why}", self.column))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Row};

    #[test]
    fn a_condition_is_a_text_a_pattern_a_list_or_a_bound() {
        let columns = ["is".to_owned()];
        for (when, fits, does_not) in [
            (r#""SELL""#, &["SELL"][..], &["sell", "SELLS", ""][..]),
            (r#""""#, &[""], &[" "]),
            (r#""*fee*""#, &["fee", "a fee paid"], &["free", ""]),
            (r#""INV-*-26""#, &["INV-1-26", "INV--26"], &["INV-26", "INV-1-26b"]),
            (r#"["A", "B*"]"#, &["A", "B", "Bc"], &["AB", "C"]),
            (r#""< 0""#, &["-0.01", "-1,234.50"], &["0", "1", ""]),
            (r#""> -1.5""#, &["-1.49", "0"], &["-1.5", "-2"]),
        ] {
            let table: toml::Table = format!("is = {when}").parse().unwrap();
            let condition = Condition::read("is", &table["is"]).unwrap();
            for (cells, holds) in [(fits, true), (does_not, false)] {
                for cell in cells {
                    let row = Row { columns: &columns, cells: &[(*cell).to_owned()] };
                    assert_eq!(condition.holds(&row), Ok(holds), "{when} and `{cell}`");
                }
            }
        }
        let bad: toml::Table = "is = \"< many\"\nnot = 5".parse().unwrap();
        let table: toml::Table = "is = \"< 0\"".parse().unwrap();
        let row = Row { columns: &columns, cells: &["(5)".to_owned()] };
        assert_eq!(
            Condition::read("is", &table["is"]).unwrap().holds(&row),
            Err("is: `(5)` is not a number".to_owned())
        );
        assert!(Condition::read("is", &bad["is"]).is_err());
        assert!(Condition::read("not", &bad["not"]).is_err());
    }
}
