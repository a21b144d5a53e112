//! What must be there before a period is closed, in one list. A check looks at world and books as they stand at the end
//! of the last day and says what is missing; each has a name under which it can be waived with a reason.

use std::collections::BTreeSet;

use crate::book::Book;
use crate::chart::{BITCOIN_IN_TRANSIT, is_owned_coins};
use crate::event::books::CloseCheck;
use crate::event::{DepreciationCharged, ReconciliationRun};
use crate::fold::Fold;
use crate::policy::MeasurementModel;
use crate::refusal::Refusal;
use crate::time::Day;
use crate::world::{Asset, Month};

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Period<'a> {
    /// World and books at the end of the last day.
    pub fold: &'a Fold,
    /// The book.
    pub book: &'a Book,
    /// The first day, if it is known.
    pub from: Option<Day>,
    /// The last day.
    pub through: Day,
}

/// A check.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name.
    pub check: CloseCheck,
    /// What must be the case, in a sentence.
    pub about: &'static str,
    /// What is missing, a sentence each.
    pub missing: fn(&Period<'_>) -> Result<Vec<String>, Refusal>,
}

/// Every check, in the order in which they are told.
pub const CHECKS: &[Check] = &[
    Check {
        check: CloseCheck::PreviousPeriod,
        about: "what lies before the period is closed",
        missing: previous_period,
    },
    Check {
        check: CloseCheck::Marks,
        about: "every coin held in a book at fair value is marked on the last day",
        missing: marks,
    },
    Check {
        check: CloseCheck::Accruals,
        about: "interest is accrued through the last day on every facility that owes principal",
        missing: accruals,
    },
    Check {
        check: CloseCheck::IssueCost,
        about: "the cost of every facility is charged through the last day",
        missing: issue_cost,
    },
    Check {
        check: CloseCheck::Depreciation,
        about: "every asset in service is depreciated through the last month that has ended",
        missing: depreciation,
    },
    Check { check: CloseCheck::InTransit, about: "nothing is on its way", missing: in_transit },
    Check { check: CloseCheck::MarginCalls, about: "no margin call is open", missing: margin_calls },
    Check {
        check: CloseCheck::Reconciliations,
        about: "every account that was ever compared with statements is so through the last day, and it is signed off",
        missing: reconciliations,
    },
];

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The check that is not met.
    pub check: CloseCheck,
    /// What is missing.
    pub what: String,
}

/// All that is missing for a book to be closed, the checks waived included.
///
/// # Errors
/// Refused when an amount does not fit.
pub fn unmet(fold: &Fold, book: &Book, from: Option<Day>, through: Day) -> Result<Vec<Unmet>, Refusal> {
    let period = Period { fold, book, from, through };
    let mut all = Vec::new();
    for check in CHECKS {
        let missing = (check.missing)(&period)?;
        all.extend(missing.into_iter().map(|what| Unmet { check: check.check, what }));
    }
    Ok(all)
}

fn previous_period(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let Some(from) = period.from else { return Ok(Vec::new()) };
    let world = period.fold.world();
    let name = period.book.name();
    let opened = period.fold.zone().day_of(world.settings()?.opened);
    let closed = world.lock_of(name).map(|lock| lock.through);
    let eve = Day::from_number(from.number() - 1).unwrap_or(Day::FIRST);
    // A ledger that takes over the balances of a year's end has nothing before the period but that day.
    if opened >= eve || closed.is_some_and(|closed| closed >= eve) {
        return Ok(Vec::new());
    }
    let so_far =
        closed.map_or("not closed at all".to_owned(), |closed| format!("closed through {closed} only"));
    Ok(vec![format!("book {name} is {so_far}, and the period begins on {from}")])
}

fn marks(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let world = period.fold.world();
    let policy = world.book(period.book.name())?.policy_on(period.through);
    if policy.measurement != MeasurementModel::FairValue {
        return Ok(Vec::new());
    }
    let held = period.book.lots().positions().filter(|(_, holding)| !holding.units.is_zero());
    let coins: BTreeSet<_> = held.map(|(position, _)| position.commodity).collect();
    let unmarked = coins.into_iter().filter(|coin| world.marked_on(*coin) != Some(period.through));
    let told = |coin| match world.marked_on(coin) {
        Some(last) => format!("{coin} was marked last on {last}"),
        None => format!("{coin} was never marked"),
    };
    Ok(unmarked.map(told).collect())
}

fn accruals(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let open = period.fold.world().facilities().filter(|facility| facility.retired.is_none());
    let behind = open.filter(|facility| {
        !facility.principal.is_zero() && facility.accrued_through.is_none_or(|last| last < period.through)
    });
    let told = |facility: &crate::world::Facility| {
        let name = facility.terms.facility;
        match facility.accrued_through {
            Some(last) => format!("interest on {name} is accrued through {last} only"),
            None => format!("no interest on {name} is accrued"),
        }
    };
    Ok(behind.map(told).collect())
}

fn issue_cost(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let mut missing = Vec::new();
    for facility in period.fold.world().facilities().filter(|facility| facility.retired.is_none()) {
        let left = facility.issue_cost.left()?.plus(facility.deferred_cost.left()?)?;
        if left.is_zero() || facility.amortised_through.is_some_and(|last| last >= period.through) {
            continue;
        }
        let name = facility.terms.facility;
        missing.push(match facility.amortised_through {
            Some(last) => format!("the cost of {name} is charged through {last} only"),
            None => format!("no cost of {name} is charged"),
        });
    }
    Ok(missing)
}

fn depreciation(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let charge = DepreciationCharged { through: period.through, asset: None };
    let due = period.fold.world().depreciation(&charge)?;
    let told = |asset: &Asset| {
        let name = asset.name;
        if asset.charged_through < Month::of(asset.in_service) {
            format!("no depreciation of {name} is charged")
        } else {
            format!("depreciation of {name} is charged through {} only", asset.charged_through.last_day())
        }
    };
    Ok(due.into_iter().map(|(asset, _)| told(asset)).collect())
}

fn in_transit(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    debug_assert!(is_owned_coins(BITCOIN_IN_TRANSIT));
    let on_its_way = period.book.of(BITCOIN_IN_TRANSIT).filter(|(_, balance)| !balance.units.is_zero());
    let told = |coin: Option<_>, units| match coin {
        Some(coin) => format!("{units} {coin} are on their way"),
        None => format!("{units} units are on their way"),
    };
    Ok(on_its_way.map(|(target, balance)| told(target.commodity, balance.units)).collect())
}

fn margin_calls(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let called = period.fold.world().facilities().filter_map(|facility| facility.call.as_ref());
    let told = |call: &crate::event::MarginCalled| {
        format!("the margin call of {} is open, due {}", call.facility, call.deadline)
    };
    Ok(called.map(told).collect())
}

fn reconciliations(period: &Period<'_>) -> Result<Vec<String>, Refusal> {
    let world = period.fold.world();
    let told = |(number, run): (u64, &ReconciliationRun)| {
        let (account, through) = (&run.account, run.through);
        if through < period.through {
            Some(format!("{account} is reconciled through {through} only"))
        } else if world.signed_off(number).is_none() {
            Some(format!(
                "the reconciliation of {account} through {through} (entry {number}) is not signed off"
            ))
        } else {
            None
        }
    };
    Ok(world.last_runs().filter_map(told).collect())
}
