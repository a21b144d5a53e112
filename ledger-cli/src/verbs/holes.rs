//! Texts with holes: `{Amount}` is what stands in the column of that name, `{-Amount}` its negative, `{{` a brace. A flag, a
//! key or a word of a list whose column is empty is left out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::form::{Form, Said};
use super::sentence::Sentence;
use crate::diagnostic::fault::nearest;

/// A row of a table: what stands in each of its columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The columns' names.
    pub(crate) columns: &'a [String],
    /// What stands in them; those beyond the last are empty.
    pub(crate) cells: &'a [String],
}

impl Row<'_> {
    /// What stands in a column.
    ///
    /// # Errors
    /// In words, when the table has no such column.
    pub(crate) fn cell(&self, name: &str) -> Result<&str, String> {
        match self.columns.iter().position(|column| column == name) {
            Some(at) => Ok(self.cells.get(at).map_or("", String::as_str)),
            None => {
                let near = nearest(name, self.columns.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                Err(format!("the table has no column `{name}`{near}"))
            }
        }
    }
}

/// A text with its holes filled; `None` where one of them is empty.
///
/// # Errors
/// In words, when a hole is of no column, or a brace is alone.
pub(crate) fn filled(text: &str, row: &Row<'_>) -> Result<Option<String>, String> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        whole.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            whole.push_str(&from[..1]);
            rest = after;
            continue;
        }
        let (hole, after) = from
            .strip_prefix('{')
            .and_then(|from| from.split_once('}'))
            .ok_or_else(|| format!("`{text}`: a brace is alone; `{{{{` and `}}}}` stand for braces"))?;
        let negative = hole.strip_prefix('-');
        let cell = row.cell(negative.unwrap_or(hole).trim())?;
        if cell.is_empty() {
            return Ok(None);
        }
        match (negative, cell.strip_prefix('-')) {
            (Some(_), Some(positive)) => whole.push_str(positive),
            (Some(_), None) => whole.extend(["-", cell]),
            (None, _) => whole.push_str(cell),
        }
        rest = after;
    }
    whole.push_str(rest);
    Ok(Some(whole))
}

impl Form {
    /// The form with its holes filled from a row.
    ///
    /// # Errors
    /// As for [`filled`], and when a word that the sentence begins with is empty.
    pub(crate) fn filled(&self, row: &Row<'_>) -> Result<Form, String> {
        let events = self.events.iter().map(|said| match said {
            Said::Sentence(sentence, book) => Ok(Said::Sentence(sentence.filled(row)?, book.clone())),
            Said::Fields(fields) => Ok(Said::Fields(object(fields, row)?)),
        });
        Ok(Form { keys: object(&self.keys, row)?, events: events.collect::<Result<_, String>>()? })
    }
}

impl Sentence {
    fn filled(&self, row: &Row<'_>) -> Result<Sentence, String> {
        let words = self.words.iter().map(|word| {
            filled(word, row)?.ok_or_else(|| format!("`{word}` is empty, and the sentence needs it"))
        });
        let words = words.collect::<Result<_, _>>()?;
        let mut flags = BTreeMap::new();
        for (field, given) in &self.flags {
            let each = given.iter().map(|words| words.iter().map(|word| filled(word, row)).collect());
            let each: Vec<Option<Vec<String>>> = each.collect::<Result<_, String>>()?;
            let told: Vec<Vec<String>> = each.into_iter().flatten().collect();
            if !told.is_empty() {
                flags.insert(*field, told);
            }
        }
        Ok(Sentence { verb: self.verb, words, flags })
    }
}

fn object(fields: &Map<String, Value>, row: &Row<'_>) -> Result<Map<String, Value>, String> {
    let mut told = Map::new();
    for (key, value) in fields {
        told.extend(of_value(value, row)?.map(|value| (key.clone(), value)));
    }
    Ok(told)
}

fn of_value(value: &Value, row: &Row<'_>) -> Result<Option<Value>, String> {
    Ok(match value {
        Value::String(text) => filled(text, row)?.map(Value::String),
        Value::Array(list) => {
            let each: Vec<Option<Value>> =
                list.iter().map(|one| of_value(one, row)).collect::<Result<_, _>>()?;
            Some(Value::Array(each.into_iter().flatten().collect()))
        }
        Value::Object(fields) => Some(Value::Object(object(fields, row)?)),
        Value::Bool(_) | Value::Number(_) | Value::Null => Some(value.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Row, filled};

    #[test]
    fn holes_are_filled_from_their_columns() {
        let columns = ["Amount", "Fee", "Credit", "Text"].map(str::to_owned);
        let cells = ["-4.5", "", "7", "a {b}"].map(str::to_owned);
        let row = Row { columns: &columns, cells: &cells };
        for (text, told) in [
            ("{Amount} BTC", Some("-4.5 BTC")),
            ("{-Amount} BTC", Some("4.5 BTC")),
            ("{-Credit}", Some("-7")),
            ("{ Credit }", Some("7")),
            ("a fee of {Fee}", None),
            ("{{Credit}}: {Text}", Some("{Credit}: a {b}")),
            ("plain", Some("plain")),
        ] {
            assert_eq!(filled(text, &row), Ok(told.map(str::to_owned)), "{text}");
        }
        assert_eq!(
            filled("{Amonut}", &row),
            Err("the table has no column `Amonut`; did you mean `Amount`?".to_owned())
        );
        for alone in ["{Amount", "Amount}", "}{"] {
            assert!(filled(alone, &row).is_err(), "{alone}");
        }
    }
}
