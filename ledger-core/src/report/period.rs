//! Periods of a report beside each other: a statement of a day is that of each period's end.

use super::{Dimension, NoReport, Part, Report, Request, beside};
use crate::resolve::Question;
use crate::sheet::Sheet;
use crate::time::Day;
use chrono::{Datelike, Months};

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
        for (at, period) in periods.iter().enumerate() {
            if periods.iter().take(at).any(|earlier| earlier.name == period.name) {
                return Err(NoReport::BadArgument(format!("the period {} is named twice", period.name)));
            }
        }
        beside(self.parts(request, periods)?)
            .ok_or_else(|| NoReport::BadArgument("which periods?".to_owned()))
    }

    /// The report over each calendar month of its period, side by side, then over all of it. A report of a day
    /// stands at the end of each, and the last is that of the whole.
    ///
    /// # Errors
    /// As for [`Report::over`].
    pub fn by_month(&self, request: &Request<'_>) -> Result<Sheet, NoReport> {
        let standing = request.standing()?;
        let (first_of_year, last) = request.fiscal_year(&standing)?;
        let whole = Period { name: "total".to_owned(), first: request.from.unwrap_or(first_of_year), last };
        let mut parts = self.parts(request, &whole.months())?;
        if parts.iter().any(|part| part.sheet.head.from.is_some()) {
            parts.extend(self.parts(request, &[whole])?);
        }
        beside(parts).ok_or_else(|| NoReport::BadArgument("there is no month in the period".to_owned()))
    }

    /// The report in parts by what postings are about, beside the whole.
    ///
    /// # Errors
    /// [`NoReport`] when it cannot be divided so, and as for the report itself.
    pub fn by(&self, request: &Request<'_>, dimension: Dimension) -> Result<Sheet, NoReport> {
        let refused =
            || NoReport::BadArgument(format!("{} is not divided by what is posted about", self.name));
        self.divided.ok_or_else(refused)?(request, dimension)
    }

    fn parts(&self, request: &Request<'_>, periods: &[Period]) -> Result<Vec<Part>, NoReport> {
        if !self.periodic {
            return Err(NoReport::BadArgument(format!("{} is not made for periods", self.name)));
        }
        let part = |Period { name, first, last }: &Period| {
            let question = Question { as_of: Some(*last), ..request.question };
            let sheet = (self.make)(&Request { question, from: Some(*first), ..*request })?;
            Ok(Part { name: name.clone(), sheet })
        };
        periods.iter().map(part).collect()
    }
}

impl Period {
    /// The calendar months that it has days in, each cut to them.
    fn months(&self) -> Vec<Period> {
        let mut months = Vec::new();
        let mut first = self.first;
        while first <= self.last {
            let date = first.date();
            let next = date.with_day(1).and_then(|date| date.checked_add_months(Months::new(1)));
            let last = next.and_then(|next| next.pred_opt()).and_then(Day::from_date).unwrap_or(Day::LAST);
            let last = last.min(self.last);
            months.push(Period { name: date.format("%Y-%m").to_string(), first, last });
            if last == Day::LAST {
                break;
            }
            first = last.next();
        }
        months
    }
}
