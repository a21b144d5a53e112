//! The balance sheet: what is owned, owed and the owners'. Retained earnings are their postings and the income
//! of all earlier fiscal years; the current year's income stands on a line of its own.

use std::collections::BTreeMap;

use super::{NoReport, Request};
use crate::account::{Account, Class, Side};
use crate::chart::RETAINED_EARNINGS;
use crate::money::Money;
use crate::posting::Line;
use crate::replay::Step;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;

pub(super) fn balance_sheet(request: &Request<'_>) -> Result<Sheet, NoReport> {
    todo()
}
