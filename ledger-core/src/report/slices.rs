//! The parts of a statement by what its postings are about: a wallet, a line of business, a party, a facility. Each
//! part is the whole statement of the postings that it takes; beside them stands the statement of all.

use std::collections::BTreeSet;

use super::{NoReport, Part, beside};
use crate::ids::Segment;
use crate::posting::Dimensions;
use crate::sheet::Sheet;

/// What a posting may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The wallet.
    Wallet,
    /// The line of business (ASC 280).
    Segment,
    /// The counterparty.
    Party,
    /// The facility.
    Facility,
}

/// One of the things that postings are about, in the order in which columns stand.
pub(super) type Value = (u8, &'static str);

/// Which postings a statement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slice {
    /// All.
    Whole,
    /// Those about one thing, or about none of its kind.
    Of(Dimension, Option<Value>),
}

/// What stands over the column of postings about nothing of the kind.
const UNASSIGNED: &str = "unassigned";

/// What stands over the column of all postings.
const TOTAL: &str = "total";

impl Dimension {
    fn value(self, about: &Dimensions) -> Option<Value> {
        match self {
            Dimension::Wallet => about.wallet.map(|wallet| (0, wallet.as_str())),
            // Lines of business in the order of the list.
            Dimension::Segment => about.segment.map(|segment| (segment as u8, segment.as_str())),
            Dimension::Party => about.party.map(|party| (0, party.as_str())),
            Dimension::Facility => about.facility.map(|facility| (0, facility.as_str())),
        }
    }
}

impl Slice {
    /// Those about a line of business.
    pub(super) fn of_segment(segment: Segment) -> Slice {
        Slice::Of(Dimension::Segment, Some((segment as u8, segment.as_str())))
    }

    /// Whether it takes a posting.
    pub(super) fn takes(self, about: &Dimensions) -> bool {
        match self {
            Slice::Whole => true,
            Slice::Of(dimension, value) => dimension.value(about) == value,
        }
    }
}

/// A statement for each thing that postings are about, then for those about none, then for all. Parts in which
/// nothing stands are left out.
pub(super) fn by_dimension<'d>(
    dimension: Dimension,
    about: impl Iterator<Item = &'d Dimensions>,
    statement: impl Fn(Slice) -> Result<Sheet, NoReport>,
) -> Result<Sheet, NoReport> {
    let values: BTreeSet<Value> = about.filter_map(|about| dimension.value(about)).collect();
    let mut parts: Vec<Part> = Vec::new();
    for value in values.into_iter().map(Some).chain([None]) {
        let sheet = statement(Slice::Of(dimension, value))?;
        if sheet
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .any(|cell| cell.money().is_some_and(|money| !money.is_zero()))
        {
            parts.push(Part { name: value.map_or(UNASSIGNED, |(_, name)| name).to_owned(), sheet });
        }
    }
    parts.push(Part { name: TOTAL.to_owned(), sheet: statement(Slice::Whole)? });
    // A wallet may be called what we call the columns that are no wallet's.
    for at in 0..parts.len() {
        while parts.iter().take(at).any(|earlier| Some(&earlier.name) == parts.get(at).map(|part| &part.name))
        {
            if let Some(part) = parts.get_mut(at) {
                part.name.push('_');
            }
        }
    }
    beside(parts).ok_or_else(|| NoReport::BadArgument("by what?".to_owned()))
}
