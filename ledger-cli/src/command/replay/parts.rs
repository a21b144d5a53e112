//! The parts of a step as rows of figures: what each part shows is decided here once, for text and JSON alike.

use ledger_core::account::{Account, Class};
use ledger_core::chart;
use ledger_core::fold::Posted;
use ledger_core::ids::{BookId, Commodity, FacilityId, Place};
use ledger_core::lots::{LotChange, Piece, Position};
use ledger_core::money::{Money, Units};
use ledger_core::world::World;

use super::standing::Debt;
use super::walk::Step;
use crate::diagnostic::Failure;
use crate::render::journal::name;

/// A line of the balance sheet that moved.
pub(crate) struct Moved {
    /// Its account; `None` for the income of all time.
    pub(crate) account: Option<Account>,
    /// What it is called.
    pub(crate) name: String,
    /// Before, on its normal side.
    pub(crate) before: Money,
    /// After, on its normal side.
    pub(crate) after: Money,
}

/// Units of a commodity at a place that changed.
pub(crate) struct UnitsMoved {
    /// Where.
    pub(crate) place: Place,
    /// Of what.
    pub(crate) commodity: Commodity,
    /// Before.
    pub(crate) before: Units,
    /// After.
    pub(crate) after: Units,
}

/// What happened to a lot.
pub(crate) struct LotTouched<'a> {
    /// `leaves`, `arrives` or `marked`.
    pub(crate) what: &'static str,
    /// Where.
    pub(crate) position: &'a Position,
    /// The lot; `None` where all lots of a position are marked together.
    pub(crate) piece: Option<&'a Piece>,
    /// The carrying amount that goes along, or the new one.
    pub(crate) carrying: Money,
}

impl LotTouched<'_> {
    /// Whether coins of our own are touched, rather than a claim for coins.
    pub(crate) fn is_owned(&self) -> bool {
        chart::is_owned_coins(self.position.account)
    }
}

/// How a facility changed.
pub(crate) struct DebtMoved<'a> {
    /// Which.
    pub(crate) facility: FacilityId,
    /// Before; `None` when the entry opened it.
    pub(crate) before: Option<&'a Debt>,
    /// After.
    pub(crate) after: &'a Debt,
}

impl Step<'_> {
    /// The balance-sheet lines of a book that moved, in the order of the chart, income in one line.
    pub(crate) fn moved(&self, book: BookId, world: &World) -> Result<Vec<Moved>, Failure> {
        let mut moved = Vec::new();
        let none = std::collections::BTreeMap::new();
        let before = self.before.totals.get(&book).unwrap_or(&none);
        let after = self.after.totals.get(&book).unwrap_or(&none);
        for (account, total) in after {
            let was = before.get(account).copied().unwrap_or_default();
            let class = world.account(*account)?.class;
            let (before, after) = match class {
                Class::Asset => (was, *total),
                Class::Liability | Class::Equity => (was.negated(), total.negated()),
                Class::Income | Class::Expense | Class::Memo => continue,
            };
            if was != *total {
                moved.push(Moved { account: Some(*account), name: name(world, *account), before, after });
            }
        }
        let income = |standing: &super::standing::Standing| {
            standing.sums.get(&book).map(|sums| sums.income).unwrap_or_default()
        };
        let (before, after) = (income(&self.before), income(&self.after));
        if before != after {
            moved.push(Moved { account: None, name: "Income to date".to_owned(), before, after });
        }
        Ok(moved)
    }

    /// Where units changed.
    pub(crate) fn units_moved(&self) -> Vec<UnitsMoved> {
        let was = |key| self.before.units.get(key).copied().unwrap_or_default();
        let all = self.after.units.iter().map(|(key, after)| UnitsMoved {
            place: key.0,
            commodity: key.1,
            before: was(key),
            after: *after,
        });
        all.filter(|moved| moved.before != moved.after).collect()
    }

    /// The facilities that the entry touches, or whose loan to value it changes.
    pub(crate) fn debts_moved(&self) -> Vec<DebtMoved<'_>> {
        let moved = self.after.debts.iter().filter(|(facility, after)| {
            let before = self.before.debts.get(facility);
            before != Some(after) || self.touches(**facility)
        });
        moved
            .map(|(facility, after)| DebtMoved {
                facility: *facility,
                before: self.before.debts.get(facility),
                after,
            })
            .collect()
    }
}

/// The events of a step by their place in the entry; of an arrival, that of the event that sent the coins.
pub(crate) fn events_of(step: &Step<'_>) -> Vec<(usize, &'static str)> {
    let events = step.applied.entry.events.iter().enumerate().map(|(index, event)| (index, event.name()));
    let arrived = step.posted.iter().filter(|_| step.is_arrival).map(|posted| (posted.event, "arrival"));
    let mut events: Vec<_> = events.chain(arrived).collect();
    events.dedup();
    events
}

/// What an event did to the lots of a book.
pub(crate) fn lots(posted: &Posted) -> Vec<LotTouched<'_>> {
    let mut touched = Vec::new();
    for change in &posted.lots {
        let (what, position, all): (_, _, &[Piece]) = match change {
            LotChange::Leave(position, leaving) => ("leaves", position, leaving),
            LotChange::Arrive(position, arriving) => ("arrives", position, arriving),
            LotChange::Carry(position, carried) => ("carried", position, carried),
            LotChange::Return(position, coming_back) => ("comes back", position, coming_back),
            LotChange::Mark(position, carrying) => {
                touched.push(LotTouched { what: "marked", position, piece: None, carrying: *carrying });
                continue;
            }
            LotChange::Pool(_) => continue,
        };
        touched.extend(all.iter().map(|piece| LotTouched {
            what,
            position,
            piece: Some(piece),
            carrying: piece.carrying,
        }));
    }
    touched
}
