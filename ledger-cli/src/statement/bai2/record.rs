//! Records of BAI2: a code, fields between commas, a slash, and continuations in records 88.

use ledger_core::time::Day;

use super::{Code, Source, StatementFault, shown, value};

/// A record with its continuations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record<'a> {
    /// Its code.
    pub(super) code: &'a str,
    /// Its fields, those of continuations among them.
    pub(super) fields: Vec<&'a str>,
    /// The line of the file, from 1.
    pub(super) line: usize,
    /// How many physical records it is made of, as control counts count them.
    pub(super) lines: usize,
    /// Which fields begin a continuation.
    joints: Vec<usize>,
}

/// Every record of a file.
pub(super) fn records(source: &Source) -> Result<Vec<Record<'_>>, StatementFault> {
    let mut records: Vec<Record<'_>> = Vec::new();
    for (line, text) in source.lines() {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let text = text.strip_suffix('/').unwrap_or(text);
        let (code, rest) = text.split_once(',').unwrap_or((text, ""));
        if code == "88" {
            let Some(last) = records.last_mut() else {
                let what = "a continuation, record 88, continues nothing";
                return Err(StatementFault::at(Code::Malformed, line, what));
            };
            last.joints.push(last.fields.len());
            last.fields.extend(rest.split(','));
            last.lines += 1;
        } else if ["01", "02", "03", "16", "49", "98", "99"].contains(&code) {
            records.push(Record {
                code,
                fields: rest.split(',').collect(),
                line,
                lines: 1,
                joints: Vec::new(),
            });
        } else {
            let what = format!("`{}` is no code of a record", shown(code));
            return Err(StatementFault::at(Code::Malformed, line, what));
        }
    }
    Ok(records)
}

impl<'a> Record<'a> {
    /// A field, blank where there is none.
    pub(super) fn field(&self, at: usize) -> &'a str {
        self.fields.get(at).map_or("", |field| field.trim())
    }

    /// Everything from a field on as one text: commas are part of it, continuations follow after a blank.
    pub(super) fn text(&self, from: usize) -> String {
        let mut text = String::new();
        for (at, field) in self.fields.iter().enumerate().skip(from) {
            if at > from && !text.is_empty() {
                text.push(if self.joints.contains(&at) { ' ' } else { ',' });
            }
            text.push_str(field);
        }
        text.trim().to_owned()
    }

    /// Where fields go on after a funds type, which may bring fields of its own.
    ///
    /// # Errors
    /// `STATEMENT_MALFORMED` for a type that is none.
    pub(super) fn after_funds(&self, at: usize) -> Result<usize, StatementFault> {
        let own = match self.field(at) {
            "" | "Z" | "0" | "1" | "2" => 0,
            "V" => 2,
            "S" => 3,
            "D" => {
                let count = self.field(at + 1);
                let count: usize = count.parse().map_err(|_| self.bad_funds(count))?;
                1 + 2 * count.min(self.fields.len())
            }
            other => return Err(self.bad_funds(other)),
        };
        Ok(at + 1 + own)
    }

    fn bad_funds(&self, text: &str) -> StatementFault {
        StatementFault::at(Code::Malformed, self.line, format!("`{}` is no type of funds", shown(text)))
    }

    /// The value day that a funds type brings.
    pub(super) fn value_day(&self, at: usize) -> Result<Option<Day>, StatementFault> {
        let day = self.field(at + 1);
        if self.field(at) != "V" || day.is_empty() {
            return Ok(None);
        }
        value::short_day(day, self.line, &mut Vec::new()).map(Some)
    }
}
