//! Loans: what is owed, what interest comes to, and how far the coins cover it.
//!
//! Debt stands in the books at par: one unit of the facility's currency is one of the ledger's. What money
//! given or got for it is worth beyond that is a difference of exchange.

use chrono::{Datelike, NaiveDate};
use ledger_core::event::loan::{CoinsGiven, Control, DayCount, FacilityKind, InterestForm};
use ledger_core::event::{
    Event, FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid, LoanDrawn, LoanRepaid, RateReset,
};
use ledger_core::ids::{Commodity, FacilityId, Place};
use ledger_core::money::Amount;
use ledger_core::time::Day;

use super::cost::Cost;
use super::desk::{Desk, Done};
use super::numbers::{self, FINE, Fraction, Half};
use super::when::Moment;

/// A facility and its history.
#[derive(Debug, Clone)]
pub(super) struct Facility {
    pub(super) name: FacilityId,
    pub(super) terms: FacilityOpened,
    pub(super) is_open: bool,
    /// Whether a margin call waits to be met: until then nothing is released.
    pub(super) called: bool,
    /// The entry that made or ended the call.
    pub(super) call_of: Option<u64>,
    pub(super) lapsed: bool,
    pub(super) deadline: Option<Moment>,
    pub(super) limit: i128,
    pub(super) principal: i128,
    /// Capacity that was drawn and does not come back.
    pub(super) spent: i128,
    pub(super) accrued: i128,
    /// All interest, and all fees on what was not drawn, ever charged since the opening.
    pub(super) charged: [i128; 2],
    /// The last day whose interest is charged.
    pub(super) charged_through: Option<Day>,
    /// Cost beside the debt, and of capacity.
    pub(super) issue_cost: Cost,
    pub(super) deferred_cost: Cost,
    pub(super) cost_charged_through: Option<Day>,
    /// Changes of the principal that bears interest, each with the first day it counts on.
    pub(super) flows: Vec<(Day, i128)>,
    /// Interest that came to be owed otherwise than by accrual, or was paid.
    pub(super) paid: Vec<(Day, i128)>,
    /// The same of what is not drawn.
    pub(super) idle: Vec<(Day, i128)>,
    /// Rates with their first days, in millionths; the first of a fixed rate holds before it as well.
    pub(super) rates: Vec<(Day, i128)>,
    pub(super) idle_rates: Vec<(Day, i128)>,
    pub(super) index: Option<i128>,
}

/// A rate in millionths.
pub(super) fn millionths(rate: ledger_core::money::Rate) -> i128 {
    let rate = Fraction::of(rate.decimal());
    assert_eq!(rate.top * 1_000_000 % rate.bottom, 0, "a rate finer than the model counts");
    rate.top * 1_000_000 / rate.bottom
}

impl Facility {
    /// What is owed and agreed, and how far it is charged: what must be as an entry left it for the entry to be reversed.
    pub(super) fn owed(&self) -> String {
        let owed = (self.principal, self.spent, self.limit, self.accrued, self.charged, self.charged_through);
        let costs = (self.issue_cost.left(), self.deferred_cost.left(), self.cost_charged_through);
        let state = (self.is_open, self.call_of, self.lapsed, &self.terms, &self.rates, self.index);
        format!("{owed:?} {costs:?} {state:?}")
    }

    /// What may still be drawn.
    pub(super) fn undrawn(&self) -> i128 {
        self.limit - self.spent - if self.revolves() { self.principal } else { 0 }
    }

    pub(super) fn revolves(&self) -> bool {
        !matches!(self.terms.kind, Some(FacilityKind::Term | FacilityKind::Convertible))
    }

    /// Principal and what may be drawn change, from a day on that bears interest.
    pub(super) fn flow(&mut self, first: Day, principal: i128, idle: i128) {
        self.flows.push((first, principal));
        self.idle.push((first, idle));
    }

    /// The rate of the terms: fixed, or the index, at least the floor, and the spread on top.
    pub(super) fn rate_now(&self) -> Option<i128> {
        let terms = &self.terms.rate;
        let floor = terms.floor.map_or(0, millionths);
        let floating = || Some(self.index?.max(floor) + terms.spread.map_or(0, millionths));
        terms.fixed.map(millionths).or_else(floating)
    }

    /// Interest and fees from the beginning through a day, each rounded once.
    fn borne(&self, through: Day, digits: u32) -> Result<[i128; 2], String> {
        let count = self.terms.day_count;
        let fixed = self.terms.rate.fixed.is_some() || self.index.is_none() && !self.rates.is_empty();
        let interest = match self.compounded(through, digits) {
            Some(compounded) => compounded?,
            None => run(&self.flows, &self.rates, fixed, count, through, digits)?,
        };
        let fee = match self.terms.unused_fee {
            Some(_) => run(&self.idle, &self.idle_rates, true, count, through, digits)?,
            None => self.charged[1],
        };
        Ok([interest, fee])
    }
}

/// What a rate comes to on an amount that changes, rounded once, to the digits of its currency. Day after day: the
/// amount of that day, times its rate, times the part of a year that the day is. What is owed is no matter of a
/// book's policy: halves go to the even neighbour.
fn run(
    flows: &[(Day, i128)],
    rates: &[(Day, i128)],
    from_the_first: bool,
    count: DayCount,
    through: Day,
    digits: u32,
) -> Result<i128, String> {
    let mut sum = 0;
    for (first, change) in flows.iter().filter(|(_, change)| *change != 0) {
        let mut day = *first;
        while day <= through {
            let by_then = rates.iter().rev().find(|(from, _)| *from <= day);
            let rate = by_then.or(rates.first().filter(|_| from_the_first));
            let (_, rate) = rate.ok_or_else(|| format!("no rate is set for {day}"))?;
            sum += change * rate * part_of_year(day.date(), count);
            day = day.next();
        }
    }
    let smallest = numbers::ten_to(FINE - digits);
    Ok(numbers::divide(sum, YEAR * 1_000_000 * smallest, Half::Even) * smallest)
}

/// A year in parts, such that a day is a whole number of them under every convention.
pub(super) const YEAR: i128 = 360 * 365 * 366;

/// How many parts of a year a day is. Under 30/360 (30E) a period runs from its first day to the day after its
/// last, so a day is what lies between it and the next: the 30th of a long month nothing, the last of February
/// up to three days. Every month is thirty days.
pub(super) fn part_of_year(day: NaiveDate, count: DayCount) -> i128 {
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

    /// A facility changes; the digits of its currency are given along.
    pub(super) fn with_facility<T>(
        &mut self,
        name: FacilityId,
        change: impl FnOnce(&mut Facility, u32) -> Result<T, String>,
    ) -> Result<T, String> {
        let currency = self.facility(name)?.terms.currency;
        let digits = self.digits(currency);
        change(self.facility(name)?, digits)
    }

    /// A margin call begins or ends; it posts nothing.
    pub(super) fn call(&mut self, name: FacilityId, begins: bool) -> Done {
        let number = self.number;
        let facility = self.facility(name)?;
        if facility.called == begins {
            return Err(format!(
                "{name}: a margin call {}",
                if begins { "is open already" } else { "is not open" }
            ));
        }
        facility.called = begins;
        facility.call_of = begins.then_some(number);
        facility.deadline = None;
        facility.lapsed = false;
        Ok(())
    }

    /// Whether coins pledged under the facility leave this book.
    pub(super) fn is_disposal(&self, name: FacilityId) -> Result<bool, String> {
        let facility = self.facilities.iter().find(|facility| facility.name == name);
        let facility = facility.ok_or_else(|| format!("facility {name} is not open"))?;
        Ok(facility.terms.control == Control::Passed && self.rules.pledge_may_be_disposal)
    }

    pub(super) fn digits(&self, currency: Commodity) -> u32 {
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
    pub(super) fn debt(&mut self, account: u16, before: i128, after: i128) {
        let change = self.par(after) - self.par(before);
        self.post(account, -change);
    }

    pub(super) fn undrawn_memo(&mut self, before: i128, after: i128) {
        let change = self.par(after) - self.par(before);
        self.memo(9010, change);
    }

    pub(super) fn facility_opened(&mut self, event: &FacilityOpened) -> Done {
        let limit = numbers::fine(event.limit.amount.decimal());
        let fee = event.upfront_fee.map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        let day = self.day;
        let mut facility = Facility {
            name: event.facility,
            terms: event.clone(),
            is_open: true,
            called: false,
            call_of: None,
            lapsed: false,
            deadline: None,
            limit,
            principal: 0,
            spent: 0,
            accrued: 0,
            charged: [0; 2],
            charged_through: None,
            issue_cost: Cost::default(),
            deferred_cost: Cost::default(),
            cost_charged_through: None,
            flows: Vec::new(),
            paid: Vec::new(),
            idle: vec![(if event.count_first_day { day } else { day.next() }, limit)],
            rates: Vec::new(),
            idle_rates: vec![(day, event.unused_fee.map_or(0, millionths))],
            index: None,
        };
        facility.rates.extend(facility.rate_now().map(|rate| (day, rate)));
        let (account, cost) = if facility.revolves() {
            (1430, &mut facility.deferred_cost)
        } else {
            (2319, &mut facility.issue_cost)
        };
        cost.add(day, fee);
        self.facilities.push(facility);
        self.undrawn_memo(0, limit);
        let cents = self.par(fee);
        self.post(account, cents);
        self.lenders_fee(fee, event.fee_from)
    }

    /// A fee is paid, or owed.
    pub(super) fn lenders_fee(&mut self, fee: i128, from: Option<Place>) -> Done {
        match from {
            Some(from) => {
                self.pay(from, fee)?;
                self.post_rest(4550);
            }
            None => self.post(2010, -self.par(fee)),
        }
        Ok(())
    }

    pub(super) fn drawn(&mut self, event: &LoanDrawn) -> Done {
        let amount = numbers::fine(event.amount.amount.decimal());
        let fee = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        let day = self.day;
        let facility = self.facility(event.facility)?;
        let before = facility.clone();
        facility.flow(if facility.terms.count_first_day { day } else { day.next() }, amount, -amount);
        facility.principal += amount;
        facility.spent += if facility.revolves() { 0 } else { amount };
        facility.issue_cost.add(day, fee);
        let after = facility.clone();
        if after.undrawn() < 0 {
            return Err(format!("{} is drawn beyond its limit", after.name));
        }
        self.debt(2310, before.principal, after.principal);
        self.cost(2319, before.issue_cost.left(), after.issue_cost.left());
        self.undrawn_memo(before.undrawn(), after.undrawn());
        self.receive(event.to, amount - fee)?;
        self.post_rest(4550);
        Ok(())
    }

    /// Cost not yet charged changes; the balance is always what is left, in cents.
    pub(super) fn cost(&mut self, account: u16, before: i128, after: i128) {
        let change = self.par(after) - self.par(before);
        self.post(account, change);
    }

    /// Another index, from a day on that neither a later reset nor an accrual knows.
    pub(super) fn reset(&mut self, event: &RateReset) -> Done {
        let facility = self.facility(event.facility)?;
        let known = facility.rates.last().is_some_and(|(last, _)| *last >= event.from);
        let gone = facility.charged_through.is_some_and(|through| through >= event.from);
        if facility.terms.rate.fixed.is_some() || known || gone {
            return Err(format!("{} takes no reset from {}", event.facility, event.from));
        }
        facility.index = Some(millionths(event.index_rate));
        let rate = facility.rate_now().ok_or("a rate")?;
        facility.rates.push((event.from, rate));
        Ok(())
    }

    /// What is accrued is the total to date less what was charged before; late entries may make it negative.
    /// Each accrual goes further than the one before, and no further than its own day.
    pub(super) fn accrued(&mut self, event: &InterestAccrued) -> Done {
        let day = self.day;
        let (before, after) = self.with_facility(event.facility, |facility, digits| {
            if event.through > day || facility.charged_through.is_some_and(|last| event.through <= last) {
                return Err(format!(
                    "interest of {} is not accrued through {}",
                    event.facility, event.through
                ));
            }
            facility.charged_through = Some(event.through);
            let before = facility.accrued;
            let total = facility.borne(event.through, digits)?;
            facility.accrued += total[0] - facility.charged[0] + total[1] - facility.charged[1];
            facility.charged = total;
            Ok((before, facility.accrued))
        })?;
        self.debt(2320, before, after);
        self.post_rest(6710);
        Ok(())
    }

    pub(super) fn settle_interest(&mut self, name: FacilityId, amount: i128) -> Done {
        let day = self.day;
        let facility = self.facility(name)?;
        let before = facility.accrued;
        facility.paid.push((facility.stops(day), -amount));
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
        let from = || event.from.ok_or("interest is paid from nowhere");
        match event.how {
            InterestForm::Cash => drop(self.pay(from()?, amount)?),
            InterestForm::Coins => self.give_coins(from()?, event.coins.as_ref().ok_or("no coins")?)?,
            InterestForm::InKind => {
                let day = self.day;
                let facility = self.facility(event.facility)?;
                let before = facility.principal;
                let first = if facility.terms.count_first_day { day } else { day.next() };
                facility.flow(first, amount, 0);
                facility.paid.last_mut().ok_or("interest is paid")?.0 = first;
                facility.principal += amount;
                // Capacity is what may be drawn of the limit; interest that is added takes none of it.
                facility.limit += if facility.revolves() { amount } else { 0 };
                self.debt(2310, before, before + amount);
            }
        }
        self.post_rest(4550);
        Ok(())
    }

    /// Coins go to the lender for what they are worth; the debt is settled for what it is.
    fn give_coins(&mut self, from: Place, coins: &CoinsGiven) -> Done {
        let units = numbers::fine(coins.units.decimal());
        let price = match coins.price {
            Some(price) => Fraction::of(price.decimal()),
            None => self.price(coins.commodity)?,
        };
        let value = numbers::worth(units, price, self.half());
        self.dispose(from, coins.commodity, units, &coins.lots, value)
    }

    /// Under a term loan the issue cost goes with the principal, pro rata.
    pub(super) fn repaid(&mut self, event: &LoanRepaid) -> Done {
        let units = |amount: &Option<Amount>| {
            amount.as_ref().map_or(0, |amount| numbers::fine(amount.amount.decimal()))
        };
        let principal = numbers::fine(event.principal.amount.decimal());
        let (interest, fee) = (units(&event.interest), units(&event.prepayment_fee));
        self.take_off(event.facility, principal, interest)?;
        self.post(4560, self.par(fee));
        match &event.coins {
            Some(coins) => self.give_coins(event.from, coins)?,
            None => drop(self.pay(event.from, principal + interest + fee)?),
        }
        self.post_rest(4550);
        Ok(())
    }

    /// Takes a repayment off the debt, with the cost that goes along.
    pub(super) fn take_off(&mut self, name: FacilityId, principal: i128, interest: i128) -> Done {
        self.settle_interest(name, interest)?;
        let day = self.day;
        let (before, after) = self.with_facility(name, |facility, digits| {
            let before = facility.clone();
            if before.principal < principal {
                return Err(format!(
                    "{} owes {}, {principal} is to be repaid",
                    before.name, before.principal
                ));
            }
            facility.flow(facility.stops(day), -principal, if facility.revolves() { principal } else { 0 });
            facility.principal -= principal;
            if !facility.revolves() {
                facility.issue_cost.release(principal, before.principal, digits);
            }
            Ok((before, facility.clone()))
        })?;
        self.debt(2310, before.principal, after.principal);
        self.cost(2319, before.issue_cost.left(), after.issue_cost.left());
        self.cost(4560, after.issue_cost.left(), before.issue_cost.left());
        self.undrawn_memo(before.undrawn(), after.undrawn());
        Ok(())
    }

    pub(super) fn retired(&mut self, event: &FacilityRetired) -> Done {
        let pledged = self.coins.lots.iter().any(|lot| lot.position.place == Place::Facility(event.facility));
        let day = self.day;
        let before = self.with_facility(event.facility, |facility, digits| {
            let borne = facility.borne(day, digits)?;
            let run_up = borne[0] + borne[1] > facility.charged[0] + facility.charged[1];
            if run_up || facility.principal != 0 || facility.accrued != 0 || facility.called || pledged {
                return Err(format!("{} is not settled", event.facility));
            }
            facility.is_open = false;
            Ok(facility.clone())
        })?;
        for (account, cost) in [(2319, &before.issue_cost), (1430, &before.deferred_cost)] {
            self.cost(account, cost.left(), 0);
        }
        self.post_rest(4560);
        self.undrawn_memo(before.undrawn(), 0);
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
