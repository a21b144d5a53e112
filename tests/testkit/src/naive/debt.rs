//! Loans: what is owed, what interest comes to, and how far the coins cover it.
//!
//! Debt stands in the books at par: one unit of the facility's currency is one of the ledger's. What money
//! given or got for it is worth beyond that is a difference of exchange.

use chrono::{Datelike, NaiveDate};
use ledger_core::event::loan::{Control, DayCount, FacilityKind};
use ledger_core::event::{
    Event, FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid, LoanDrawn, LoanRepaid,
};
use ledger_core::ids::{Commodity, FacilityId, Place};
use ledger_core::money::Amount;
use ledger_core::time::Day;

use super::desk::{Desk, Done};
use super::numbers::{self, FINE, Fraction, Half};
use super::when::Moment;

/// A facility and its history.
#[derive(Debug, Clone)]
pub(super) struct Facility {
    pub(super) name: FacilityId,
    terms: FacilityOpened,
    pub(super) is_open: bool,
    /// Whether a margin call waits to be met: until then nothing is released.
    pub(super) called: bool,
    limit: i128,
    pub(super) principal: i128,
    /// All that was ever drawn.
    pub(super) drawn: i128,
    pub(super) accrued: i128,
    /// All interest ever charged since the opening.
    charged: i128,
    /// The last day whose interest is charged.
    pub(super) charged_through: Option<Day>,
    /// Issue cost not yet charged, in cents.
    pub(super) issue_cost: i128,
    /// Changes of the principal that bears interest, each with the first day it counts on.
    pub(super) flows: Vec<(Day, i128)>,
}

impl Facility {
    /// What may still be drawn: under a term loan, capacity once used is gone.
    pub(super) fn undrawn(&self) -> i128 {
        self.limit - if self.terms.kind == Some(FacilityKind::Term) { self.drawn } else { self.principal }
    }

    /// Interest from the beginning through a day, rounded once, to the digits of its currency. Day after day:
    /// the principal of that day, times the part of a year that the day is. What is owed is no matter of a
    /// book's policy: halves go to the even neighbour.
    fn interest_through(&self, through: Day, digits: u32) -> i128 {
        let mut principal_years = 0;
        for (first, change) in &self.flows {
            let mut day = *first;
            while day <= through {
                principal_years += change * part_of_year(day.date(), self.terms.day_count);
                day = day.next();
            }
        }
        let rate = Fraction::of(self.terms.rate.fixed.decimal());
        let smallest = numbers::ten_to(FINE - digits);
        numbers::divide(principal_years * rate.top, YEAR * rate.bottom * smallest, Half::Even) * smallest
    }
}

/// A year in parts, such that a day is a whole number of them under every convention.
const YEAR: i128 = 360 * 365 * 366;

/// How many parts of a year a day is. Under 30/360 (30E) a period runs from its first day to the day after its
/// last, so a day is what lies between it and the next: the 30th of a long month nothing, the last of February
/// up to three days. Every month is thirty days.
fn part_of_year(day: NaiveDate, count: DayCount) -> i128 {
    let days_of_year: i128 = if day.leap_year() { 366 } else { 365 };
    let thirties = |day: NaiveDate| {
        360 * i128::from(day.year()) + 30 * i128::from(day.month()) + i128::from(day.day().min(30))
    };
    match count {
        DayCount::Act360 => YEAR / 360,
        DayCount::Act365 => YEAR / 365,
        DayCount::ActAct => YEAR / days_of_year,
        DayCount::Thirty360 => {
            let tomorrow = day.succ_opt().expect("a day after");
            (thirties(tomorrow) - thirties(day)) * (YEAR / 360)
        }
    }
}

impl Desk<'_, '_> {
    pub(super) fn facility(&mut self, name: FacilityId) -> Result<&mut Facility, String> {
        let found = self.facilities.iter_mut().find(|facility| facility.name == name && facility.is_open);
        found.ok_or_else(|| format!("facility {name} is not open"))
    }

    /// A margin call begins or ends; it posts nothing.
    pub(super) fn call(&mut self, name: FacilityId, begins: bool) -> Done {
        let facility = self.facility(name)?;
        if facility.called == begins {
            return Err(format!(
                "{name}: a margin call {}",
                if begins { "is open already" } else { "is not open" }
            ));
        }
        facility.called = begins;
        Ok(())
    }

    /// Whether coins pledged under the facility leave this book.
    pub(super) fn is_disposal(&self, name: FacilityId) -> Result<bool, String> {
        let facility = self.facilities.iter().find(|facility| facility.name == name);
        let facility = facility.ok_or_else(|| format!("facility {name} is not open"))?;
        Ok(facility.terms.control == Control::Passed && self.rules.pledge_may_be_disposal)
    }

    fn digits(&self, currency: Commodity) -> u32 {
        let mut events = self.known.iter().flat_map(|line| &line.entry.events);
        let declared = events.find_map(|event| {
            let Event::CommodityDeclared(declared) = event else { return None };
            (declared.code == currency).then_some(u32::from(declared.scale))
        });
        declared.unwrap_or(match currency.as_str() {
            "BTC" => 8,
            "USDT" => 6,
            _ => 2,
        })
    }

    pub(super) fn par(&self, units: i128) -> i128 {
        numbers::fine_to_cents(units, self.half())
    }

    /// Changes a balance of debt from one number of units to another: the difference of what both come to in
    /// cents, so that the balance is always the units, rounded.
    fn debt(&mut self, account: u16, before: i128, after: i128) {
        let change = self.par(after) - self.par(before);
        self.post(account, -change);
    }

    fn undrawn_memo(&mut self, before: i128, after: i128) {
        let change = self.par(after) - self.par(before);
        self.memo(9010, change);
    }

    pub(super) fn facility_opened(&mut self, event: &FacilityOpened) -> Done {
        let limit = numbers::fine(event.limit.amount.decimal());
        self.facilities.push(Facility {
            name: event.facility,
            terms: event.clone(),
            is_open: true,
            called: false,
            limit,
            principal: 0,
            drawn: 0,
            accrued: 0,
            charged: 0,
            charged_through: None,
            issue_cost: 0,
            flows: Vec::new(),
        });
        self.undrawn_memo(0, limit);
        Ok(())
    }

    pub(super) fn drawn(&mut self, event: &LoanDrawn) -> Done {
        let amount = numbers::fine(event.amount.amount.decimal());
        let fee = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        let cost = self.par(fee);
        let day = self.day;
        let facility = self.facility(event.facility)?;
        let before = facility.clone();
        let first = if facility.terms.count_first_day { day } else { day.next() };
        facility.flows.push((first, amount));
        facility.principal += amount;
        facility.drawn += amount;
        facility.issue_cost += cost;
        let after = facility.clone();
        if after.undrawn() < 0 {
            return Err(format!("{} is drawn beyond its limit", after.name));
        }
        self.debt(2310, before.principal, after.principal);
        self.post(2319, cost);
        self.undrawn_memo(before.undrawn(), after.undrawn());
        self.receive(event.to, amount - fee)?;
        self.post_rest(4550);
        Ok(())
    }

    /// What is accrued is the total to date less what was charged before; late entries may make it negative.
    /// Each accrual goes further than the one before, and no further than its own day.
    pub(super) fn accrued(&mut self, event: &InterestAccrued) -> Done {
        let currency = self.facility(event.facility)?.terms.currency;
        let (digits, day) = (self.digits(currency), self.day);
        let facility = self.facility(event.facility)?;
        if event.through > day || facility.charged_through.is_some_and(|last| event.through <= last) {
            return Err(format!("interest of {} is not accrued through {}", event.facility, event.through));
        }
        facility.charged_through = Some(event.through);
        let before = facility.accrued;
        let total = facility.interest_through(event.through, digits);
        facility.accrued += total - facility.charged;
        facility.charged = total;
        let after = facility.accrued;
        self.debt(2320, before, after);
        self.post_rest(6710);
        Ok(())
    }

    fn settle_interest(&mut self, name: FacilityId, amount: i128) -> Done {
        let facility = self.facility(name)?;
        let before = facility.accrued;
        if before < amount {
            return Err(format!("{name} has accrued {before}, {amount} is to be paid"));
        }
        facility.accrued -= amount;
        self.debt(2320, before, before - amount);
        Ok(())
    }

    pub(super) fn interest_paid(&mut self, event: &InterestPaid) -> Done {
        let amount = numbers::fine(event.amount.amount.decimal());
        self.settle_interest(event.facility, amount)?;
        self.pay(event.from, amount)?;
        self.post_rest(4550);
        Ok(())
    }

    /// Under a term loan the issue cost goes with the principal, pro rata.
    pub(super) fn repaid(&mut self, event: &LoanRepaid) -> Done {
        let units = |amount: &Option<Amount>| {
            amount.as_ref().map_or(0, |amount| numbers::fine(amount.amount.decimal()))
        };
        let principal = numbers::fine(event.principal.amount.decimal());
        let (interest, fee) = (units(&event.interest), units(&event.prepayment_fee));
        self.settle_interest(event.facility, interest)?;
        let (day, half) = (self.day, self.half());
        let facility = self.facility(event.facility)?;
        let before = facility.clone();
        if before.principal < principal {
            return Err(format!("{} owes {}, {principal} is to be repaid", before.name, before.principal));
        }
        let first_without = if facility.terms.count_last_day { day.next() } else { day };
        facility.flows.push((first_without, -principal));
        facility.principal -= principal;
        if principal > 0 && facility.terms.kind == Some(FacilityKind::Term) {
            facility.issue_cost -= numbers::part_of(before.issue_cost, principal, before.principal, half);
        }
        let after = facility.clone();
        self.debt(2310, before.principal, after.principal);
        self.post(2319, after.issue_cost - before.issue_cost);
        self.post(4560, before.issue_cost - after.issue_cost + self.par(fee));
        self.undrawn_memo(before.undrawn(), after.undrawn());
        self.pay(event.from, principal + interest + fee)?;
        self.post_rest(4550);
        Ok(())
    }

    pub(super) fn retired(&mut self, event: &FacilityRetired) -> Done {
        let pledged = self.coins.lots.iter().any(|lot| lot.position.place == Place::Facility(event.facility));
        let currency = self.facility(event.facility)?.terms.currency;
        let (digits, day) = (self.digits(currency), self.day);
        let facility = self.facility(event.facility)?;
        let run_up = facility.interest_through(day, digits) > facility.charged;
        if run_up || facility.principal != 0 || facility.accrued != 0 || facility.called || pledged {
            return Err(format!("{} is not settled", event.facility));
        }
        let (cost, undrawn) = (facility.issue_cost, facility.undrawn());
        facility.is_open = false;
        self.post(2319, -cost);
        self.post(4560, cost);
        self.undrawn_memo(undrawn, 0);
        Ok(())
    }

    /// The latest price of all that is known: what was observed, or what the last mark stated by itself, if
    /// that is later.
    fn price_of_collateral(&self, commodity: Commodity, end: Moment) -> Option<Fraction> {
        let marked = self.marks.iter().rfind(|(coin, _, _)| *coin == commodity);
        match (self.price_at(commodity, end, u64::MAX), marked) {
            (Ok((at, _)), Some((_, when, price))) if Moment::at(at) < *when => Some(*price),
            (Ok((_, price)), _) => Some(price),
            (Err(_), Some((_, _, price))) => Some(*price),
            (Err(_), None) => None,
        }
    }

    /// Debt over coins at their latest price and haircut.
    pub(super) fn ltv(&self, facility: &Facility, end: Moment) -> Option<(i128, i128)> {
        let debt = facility.principal + facility.accrued;
        let (mut top, mut bottom) = (0, 1);
        for lot in self.coins.lots.iter().filter(|lot| lot.position.place == Place::Facility(facility.name)) {
            let commodity = lot.position.commodity;
            let price = self.price_of_collateral(commodity, end)?;
            let terms = facility.terms.collateral.iter().find(|terms| terms.commodity == commodity);
            let haircut = terms.and_then(|terms| terms.haircut);
            let haircut = haircut.map_or(Fraction { top: 0, bottom: 1 }, |rate| Fraction::of(rate.decimal()));
            // Sums a/b + c/d over common denominators, which stay small: prices and haircuts have few digits.
            let (more, of) = (
                lot.units * price.top * (haircut.bottom - haircut.top),
                numbers::ten_to(FINE) * price.bottom * haircut.bottom,
            );
            if of == bottom {
                top += more;
            } else {
                (top, bottom) = (top * of + more * bottom, bottom * of);
            }
        }
        (debt > 0 && top > 0).then(|| (debt * bottom, top * numbers::ten_to(FINE)))
    }
}
