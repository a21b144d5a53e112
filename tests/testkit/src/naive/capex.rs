//! Capital spending: orders, their deposits and invoices, and what stands in construction.
//!
//! Off the balance sheet an order stands at par, as debt does: one unit of its currency is one of the ledger's. A
//! deposit stands at what was given for it.

use std::collections::BTreeMap;

use ledger_core::event::{
    CapexAmended, CapexCancelled, CapexCommitted, CapexInvoiced, CapexPaid, DepositPaid, InterestCapitalised,
};
use ledger_core::ids::{CommitmentId, Commodity, FacilityId, PartyId, ProjectId};
use ledger_core::money::Amount;

use super::desk::{Desk, Done};
use super::numbers;

/// An order, in units of its currency unless said.
#[derive(Debug, Clone)]
struct Order {
    name: CommitmentId,
    vendor: PartyId,
    currency: Commodity,
    outstanding: i128,
    /// Paid before the goods came, or invoiced beyond that: it is no longer outstanding.
    done: i128,
    deposits: i128,
    /// What the deposits are carried at, in cents.
    deposits_carried: i128,
    owed: i128,
    is_cancelled: bool,
}

/// What construction something stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Site {
    Order(CommitmentId),
    Project(ProjectId),
}

/// Orders and construction.
#[derive(Debug, Clone, Default)]
pub(super) struct Works {
    orders: Vec<Order>,
    /// Cents in construction.
    pub(super) built: BTreeMap<Site, i128>,
    capitalised: BTreeMap<FacilityId, i128>,
    /// Cents on deposit at the opening, for orders recorded after it.
    opening: BTreeMap<CommitmentId, i128>,
}

impl Works {
    fn order(&mut self, name: CommitmentId) -> Result<&mut Order, String> {
        let found = self.orders.iter_mut().find(|order| order.name == name);
        found.ok_or_else(|| format!("nobody ordered {name}"))
    }

    /// The opening has something on deposit for an order to come.
    pub(super) fn on_deposit(&mut self, order: CommitmentId, cents: i128) {
        *self.opening.entry(order).or_default() += cents;
    }

    /// What is outstanding, where anything is.
    pub(super) fn left(&self) -> BTreeMap<CommitmentId, i128> {
        let open = self.orders.iter().filter(|order| order.outstanding != 0);
        open.map(|order| (order.name, order.outstanding)).collect()
    }
}

fn fine(amount: &Amount) -> i128 {
    numbers::fine(amount.amount.decimal())
}

fn fine_or_none(amount: &Option<Amount>) -> i128 {
    amount.as_ref().map_or(0, fine)
}

impl Desk<'_, '_> {
    /// What so many units more make of so many before, in cents: the difference of both rounded.
    fn par_of_change(&self, before: i128, change: i128) -> i128 {
        self.par(before + change) - self.par(before)
    }

    /// The order is outstanding by so much more or less. A rule says how far it may fall.
    fn outstanding(&mut self, name: CommitmentId, change: i128) -> Done {
        let order = self.works.order(name)?;
        let before = order.outstanding;
        order.outstanding += change;
        if order.outstanding < 0 {
            return Err(format!("{name} is outstanding by {before} only"));
        }
        let cents = self.par_of_change(before, change);
        self.memo(9110, cents);
        Ok(())
    }

    pub(super) fn committed(&mut self, event: &CapexCommitted) -> Done {
        let carried = self.works.opening.get(&event.commitment).copied().unwrap_or(0);
        let deposits = carried * numbers::ten_to(numbers::FINE - 2);
        self.works.orders.push(Order {
            name: event.commitment,
            vendor: event.vendor,
            currency: event.amount.currency,
            outstanding: 0,
            done: deposits,
            deposits,
            deposits_carried: carried,
            owed: 0,
            is_cancelled: false,
        });
        self.outstanding(event.commitment, fine(&event.amount) - deposits)
    }

    /// The amount is the new total; what is paid or invoiced stays done.
    pub(super) fn order_amended(&mut self, event: &CapexAmended) -> Done {
        let order = self.works.order(event.commitment)?;
        if order.is_cancelled {
            return Err(format!("{} is cancelled", order.name));
        }
        let change = fine(&event.amount) - order.done - order.outstanding;
        self.outstanding(event.commitment, change)
    }

    pub(super) fn deposit(&mut self, event: &DepositPaid) -> Done {
        self.deposited(event.commitment, &event.amount)?;
        self.pay(event.from, fine(&event.amount))?;
        self.post_rest(4550);
        Ok(())
    }

    /// A deposit, whatever it was paid in.
    pub(super) fn deposited(&mut self, name: CommitmentId, amount: &Amount) -> Done {
        let (units, value) = (fine(amount), self.face(amount)?);
        self.outstanding(name, -units)?;
        let order = self.works.order(name)?;
        order.done += units;
        order.deposits += units;
        order.deposits_carried += value;
        self.post(1530, value);
        Ok(())
    }

    /// So many units of the deposits go, with their part of what these are carried at.
    fn take_deposits(&mut self, name: CommitmentId, units: i128) -> Result<i128, String> {
        let half = self.half();
        let order = self.works.order(name)?;
        if units > order.deposits {
            return Err(format!("{name} has deposits of {} only", order.deposits));
        }
        if units == 0 {
            return Ok(0);
        }
        let cents = numbers::part_of(order.deposits_carried, units, order.deposits, half);
        order.deposits -= units;
        order.deposits_carried -= cents;
        Ok(cents)
    }

    /// All that is left is called off. Every deposit comes back or is lost. A penalty is paid out of what
    /// was there before: the deposit that comes back does not pay for it.
    pub(super) fn cancelled(&mut self, event: &CapexCancelled) -> Done {
        let order = self.works.order(event.commitment)?;
        if order.is_cancelled {
            return Err(format!("{} is cancelled already", order.name));
        }
        order.is_cancelled = true;
        let (left, deposits) = (order.outstanding, order.deposits);
        self.outstanding(event.commitment, -left)?;
        let (refunded, lost) =
            (fine_or_none(&event.deposit_refunded), fine_or_none(&event.deposit_forfeited));
        if refunded + lost != deposits {
            return Err(format!("{deposits} of deposits are not settled"));
        }
        let carried = self.works.order(event.commitment)?.deposits_carried;
        let lost = self.take_deposits(event.commitment, lost)?;
        self.take_deposits(event.commitment, refunded)?;
        self.post(1530, -carried);
        self.post(6120, lost);
        let penalty = fine_or_none(&event.penalty);
        self.post(6010, self.par(penalty));
        match event.from {
            Some(from) if penalty > 0 => {
                self.pay(from, penalty)?;
            }
            Some(_) => {}
            None => self.post(2020, -self.par(penalty)),
        }
        match event.to {
            Some(to) if refunded > 0 => {
                self.receive(to, refunded)?;
            }
            Some(_) => {}
            None => self.post(1410, self.par(refunded)),
        }
        self.post_rest(4550);
        Ok(())
    }

    /// What deposits do not cover is no longer outstanding, but owed.
    pub(super) fn invoiced(&mut self, event: &CapexInvoiced) -> Done {
        let (all, covered) = (fine(&event.amount), fine_or_none(&event.from_deposit));
        if covered > all {
            return Err("deposits cover more than the invoice".to_owned());
        }
        let from_deposits = self.take_deposits(event.commitment, covered)?;
        self.outstanding(event.commitment, covered - all)?;
        let order = self.works.order(event.commitment)?;
        order.done += all - covered;
        let before = order.owed;
        order.owed += all - covered;
        let owed = self.par_of_change(before, all - covered);
        self.post(1530, -from_deposits);
        self.post(2010, -owed);
        self.post_rest(1520);
        *self.works.built.entry(Site::Order(event.commitment)).or_default() += from_deposits + owed;
        Ok(())
    }

    /// Of one order, or of a vendor's orders by name.
    pub(super) fn invoices_paid(&mut self, event: &CapexPaid) -> Done {
        let mut left = fine(&event.amount);
        let mut names: Vec<CommitmentId> = Vec::new();
        for order in &self.works.orders {
            let of_payment = Some(order.name) == event.commitment || Some(order.vendor) == event.party;
            if of_payment && order.currency == event.amount.currency {
                names.push(order.name);
            }
        }
        names.sort();
        for name in names {
            let order = self.works.order(name)?;
            let (before, part) = (order.owed, left.min(order.owed));
            order.owed -= part;
            left -= part;
            let cents = self.par_of_change(before, -part);
            self.post(2010, -cents);
        }
        if left > 0 {
            return Err(format!("{left} more is paid than invoiced"));
        }
        self.pay(event.from, fine(&event.amount))?;
        self.post_rest(4550);
        Ok(())
    }

    /// No more than was incurred on the facility since the opening.
    pub(super) fn capitalised(&mut self, event: &InterestCapitalised) -> Done {
        let [incurred, _] = self.facility(event.facility)?.charged;
        let amount = fine(&event.amount);
        let so_far = self.works.capitalised.entry(event.facility).or_default();
        let before = *so_far;
        *so_far += amount;
        if *so_far > incurred {
            return Err(format!("{incurred} of interest are incurred on {}", event.facility));
        }
        let site = match (event.commitment, event.project) {
            (Some(order), None) => {
                self.works.order(order)?;
                Site::Order(order)
            }
            (None, Some(project)) => Site::Project(project),
            _ => return Err("interest for one order or project".to_owned()),
        };
        let cents = self.par_of_change(before, amount);
        self.post(1520, cents);
        self.post(6710, -cents);
        *self.works.built.entry(site).or_default() += cents;
        Ok(())
    }
}
