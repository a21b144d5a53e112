//! Periods of a report beside each other: a statement of a day is that of each period's end.

use super::{NoReport, Part, Report, Request, beside};
use crate::resolve::Question;
use crate::sheet::Sheet;
use crate::time::Day;

/// A period and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// As it was asked for: `2026Q1`.
    pub name: String,
    /// Its first day.
    pub first: Day,
    /// Its last day.
    pub last: Day,
}

impl Report {
    /// The report over each of some periods, side by side.
    ///
    /// # Errors
    /// [`NoReport`] when it is not one over periods, and as for the report itself.
    pub fn over(&self, request: &Request<'_>, periods: &[Period]) -> Result<Sheet, NoReport> {
        if !self.periodic {
            return Err(NoReport::BadArgument(format!("{} is not made for periods", self.name)));
        }
        let mut parts: Vec<Part> = Vec::with_capacity(periods.len());
        for Period { name, first, last } in periods {
            if parts.iter().any(|part| part.name == *name) {
                return Err(NoReport::BadArgument(format!("the period {name} is named twice")));
            }
            let question = Question { as_of: Some(*last), ..request.question };
            let sheet = (self.make)(&Request { question, from: Some(*first), ..*request })?;
            parts.push(Part { name: name.clone(), sheet });
        }
        beside(parts).ok_or_else(|| NoReport::BadArgument("which periods?".to_owned()))
    }
}
