//! Rules of matching as a file:
//!
//! ```toml
//! name = "bank"
//! version = 2
//! days = 3                      # two lines of one amount may be so many days apart
//! timing_days = 5               # and lack the other side so many days before the end
//! group_most = 5                # so many lines may be suggested as one
//! references = ["E2E-*"]        # words of the text that are references; # is a digit, * any letters
//! not_references = ["NONREF"]
//! [tolerance]                   # amounts are exact unless one is stated
//! USD = "0.05"
//! ```

use std::path::Path;

use ledger_core::reconcile::{Pattern, Rules};
use toml::{Table, Value};

use crate::config::files::toml;
use crate::diagnostic::Failure;

/// Reads a file of rules.
pub(super) fn read(file: &Path) -> Result<Rules, Failure> {
    let text = std::fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
    let fault = |why: String| Failure::usage(format!("{}: {why}", file.display()));
    let table = toml(&text, &file.to_string_lossy())?;
    of(&table).map_err(fault)
}

fn of(table: &Table) -> Result<Rules, String> {
    let mut rules = Rules::default();
    let mut named = (false, false);
    for (name, value) in table {
        match name.as_str() {
            "name" => (rules.name, named.0) = (text(name, value)?, true),
            "version" => (rules.version, named.1) = (number(name, value)?, true),
            "days" => rules.days = number(name, value)?,
            "timing_days" => rules.timing_days = number(name, value)?,
            "group_most" => rules.group_most = number::<u8>(name, value)?.into(),
            "references" => {
                let all = texts(name, value)?;
                let patterns = all.iter().map(|one| Pattern::new(one).map_err(|why| why.to_string()));
                rules.patterns = patterns.collect::<Result<_, _>>()?;
            }
            "not_references" => rules.not_references = texts(name, value)?.into_iter().collect(),
            "tolerance" => {
                for (code, units) in value.as_table().ok_or("`tolerance` is a table")? {
                    let commodity = code.parse().map_err(|why| format!("tolerance: {why}"))?;
                    let units =
                        text(code, units)?.parse().map_err(|why| format!("tolerance of {code}: {why}"))?;
                    rules.tolerance.push((commodity, units));
                }
            }
            other => return Err(format!("there is no rule `{other}`")),
        }
    }
    if named == (true, true) { Ok(rules) } else { Err("rules have a `name` and a `version`".to_owned()) }
}

fn text(name: &str, value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` is a text"))
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, String> {
    let all = value.as_array().ok_or_else(|| format!("`{name}` is a list"))?;
    all.iter().map(|one| text(name, one)).collect()
}

fn number<T: TryFrom<i64>>(name: &str, value: &Value) -> Result<T, String> {
    let found = value.as_integer().and_then(|number| T::try_from(number).ok());
    found.ok_or_else(|| format!("`{name}` is a small whole number"))
}
