//! Loans and their collateral.

use ledger_core::entry::Entry;
use serde_json::{Value, json};

use super::plan::{Facility, Stock, When, date, text};
use super::{Generator, money, step};
use crate::naive::Naive;

impl Generator {
    /// One of the facilities that are open now and were so at the moment.
    pub(super) fn facility_open_at(&mut self, when: When) -> Option<Facility> {
        let open: Vec<_> =
            self.plan.facilities.iter().filter(|facility| facility.opened <= when).cloned().collect();
        if open.is_empty() { None } else { Some(self.dice.pick(&open).clone()) }
    }

    pub(super) fn open_facility(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        if !today || self.plan.facilities.len() > 2 {
            return None;
        }
        let name = format!("f{}-{}", self.log.len() + 1, self.plan.facilities.len());
        let limit = self.dice.between(1_000, 90_000_000) * 1_000_000;
        let mut events = self.terms(&name, limit, when);
        self.upfront_fee(when, &mut events);
        let facility = self.plan.facility(&name).clone();
        events.extend(self.pledge_under(when, &facility).unwrap_or_default());
        events.extend(self.draw_under(when, &facility).unwrap_or_default());
        Some(events)
    }

    pub(super) fn draw(&mut self, when: When) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        self.draw_under(when, &facility)
    }

    /// A wallet whose money settles a debt, one for one.
    fn settling(&mut self, currency: &str) -> &'static str {
        let settled_by: &[&'static str] =
            if currency == "USDT" { &["usdt"] } else { &["bank", "bank", "second-bank", "usdt"] };
        self.dice.pick::<&str>(settled_by)
    }

    fn draw_under(&mut self, when: When, facility: &Facility) -> Option<Vec<Value>> {
        let (name, currency) = (facility.name.clone(), facility.currency.clone());
        let undrawn = Stock::Undrawn(name.clone());
        let amount = self.dice.part_of(self.plan.available(&undrawn, when), step(&currency))?;
        let fee = self.fee_of(amount, &currency);
        let to = self.settling(&currency);
        self.take(when, undrawn, amount);
        self.put(when, Stock::Principal(name.clone()), amount);
        self.put(when, Stock::In(to.to_owned()), amount - fee);
        let mut event = json!({"type": "loan_drawn", "facility": name, "amount": money(amount, &currency),
            "to": {"wallet": to}});
        if fee > 0 {
            event["fee"] = money(fee, &currency);
        }
        Some(vec![event])
    }

    /// Interest accrued through today, by the model, with everything that is in the log.
    pub(super) fn accrued_by(&mut self, when: When, facility: &Facility, through: i64) -> Option<i128> {
        let event = json!({"type": "interest_accrued", "facility": facility.name, "through": date(through)});
        let probe: Entry = self.entry(when, &[event]);
        let mut log = self.log.clone();
        log.push((log.len() as u64 + 1, probe));
        let naive = Naive::new(&log);
        let picture = naive.ask(naive.books()[0], None, None).ok()?;
        let accrued = picture.facilities.get(&facility.name.parse().ok()?)?.accrued;
        Some(accrued / 100 / step(&facility.currency) * step(&facility.currency))
    }

    pub(super) fn accrue_under(&mut self, facility: &Facility, through: i64) -> Option<Value> {
        if facility.accrued_through >= through {
            return None;
        }
        self.plan.facility(&facility.name).accrued_through = through;
        Some(json!({"type": "interest_accrued", "facility": facility.name, "through": date(through)}))
    }

    /// Accrued, and half of the time paid as far as it goes.
    pub(super) fn accrue(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        if !today || self.log_has_opened(&facility).is_none() {
            return None;
        }
        let through = when.day - if self.dice.once_in(4) { 1 } else { 0 };
        let mut events = vec![self.accrue_under(&facility, through)?];
        if self.dice.once_in(2) {
            let accrued = self.accrued_by(when, &facility, through).unwrap_or(0);
            if accrued > 0 && self.dice.once_in(4) {
                events.push(self.pay_in_kind(when, &facility, accrued));
                return Some(events);
            }
            let from = self.settling(&facility.currency);
            let held = self.plan.available(&Stock::In(from.to_owned()), when);
            let paid = if self.dice.once_in(2) { accrued } else { accrued / 2 }.min(held);
            let paid = paid / step(&facility.currency) * step(&facility.currency);
            if paid > 0 {
                self.take(when, Stock::In(from.to_owned()), paid);
                events.push(json!({"type": "interest_paid", "facility": facility.name, "how": "cash",
                    "amount": money(paid, &facility.currency), "from": {"wallet": from}}));
            }
        }
        Some(events)
    }

    /// The model can only be asked about facilities that the log has opened.
    pub(super) fn log_has_opened(&self, facility: &Facility) -> Option<()> {
        self.before.facilities.iter().any(|known| known.name == facility.name).then_some(())
    }

    pub(super) fn repay(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        let (name, currency) = (facility.name.clone(), facility.currency.clone());
        if self.dice.once_in(4) {
            return self.repay_in_coins(when, &facility);
        }
        let from = self.settling(&currency);
        let held = self.plan.available(&Stock::In(from.to_owned()), when);
        let owed = self.plan.available(&Stock::Principal(name.clone()), when);
        let principal = self.dice.part_of(owed.min(held), step(&currency))?;
        let fee = self.fee_of((held - principal).min(principal), &currency);
        let mut events = Vec::new();
        if today && self.dice.once_in(2) {
            events.extend(self.accrue_under(&facility, when.day));
        }
        self.take(when, Stock::In(from.to_owned()), principal + fee);
        self.take(when, Stock::Principal(name.clone()), principal);
        if facility.revolving {
            self.put(when, Stock::Undrawn(name.clone()), principal);
        }
        let mut event = json!({"type": "loan_repaid", "facility": name, "principal": money(principal, &currency),
            "from": {"wallet": from}});
        if fee > 0 {
            event["prepayment_fee"] = money(fee, &currency);
        }
        events.push(event);
        Some(events)
    }

    pub(super) fn pledge(&mut self, when: When) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        self.pledge_under(when, &facility)
    }

    fn pledge_under(&mut self, when: When, facility: &Facility) -> Option<Vec<Value>> {
        let from = *self.dice.pick(&["cold", "hot"]);
        let units = self.dice.part_of(self.plan.available(&Stock::In(from.to_owned()), when), 1)?;
        self.leave(when, from, units);
        self.put(when, Stock::Pledged(facility.name.clone()), units);
        let mut event = json!({"type": "collateral_posted", "facility": facility.name, "from": {"wallet": from},
            "commodity": "BTC", "units": text(units, 8)});
        if self.dice.once_in(2) {
            event["price"] = json!(self.price_near("BTC"));
        }
        Some(vec![event])
    }

    pub(super) fn release(&mut self, when: When) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        let late_and_called = facility.was_ever_called && when.day < self.today;
        if facility.called || late_and_called {
            return None;
        }
        let pledged = self.plan.available(&Stock::Pledged(facility.name.clone()), when);
        let units = self.dice.part_of(pledged, 1)?;
        Some(vec![self.release_units(when, &facility, units)])
    }

    pub(super) fn release_units(&mut self, when: When, facility: &Facility, units: i128) -> Value {
        let to = *self.dice.pick(&["cold", "hot"]);
        self.take(when, Stock::Pledged(facility.name.clone()), units);
        self.put(when, Stock::In(to.to_owned()), units);
        let mut event = json!({"type": "collateral_released", "facility": facility.name, "to": {"wallet": to},
            "commodity": "BTC", "units": text(units, 8)});
        if self.dice.once_in(2) {
            event["price"] = json!(self.price_near("BTC"));
        }
        event
    }

    /// A margin call, or what meets the one that is open.
    pub(super) fn call(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        if !today {
            return None;
        }
        if facility.called {
            if let Some(ending) = self.call_ends_badly(when, &facility) {
                return Some(ending);
            }
            self.plan.facility(&facility.name).called = false;
            let mut events = self.pledge_under(when, &facility).unwrap_or_default();
            let how = if events.is_empty() { "price_recovered" } else { "top_up" };
            events.push(json!({"type": "margin_call_met", "facility": facility.name, "how": how}));
            return Some(events);
        }
        let planned = self.plan.facility(&facility.name);
        planned.called = true;
        planned.was_ever_called = true;
        planned.deadline = when.day + 2;
        planned.lapsed = false;
        let at = self.instant(when);
        let deadline = self.instant(When { day: when.day + 2, ..when });
        Some(vec![json!({"type": "margin_called", "facility": facility.name, "at": at, "ltv": "0.81",
            "required": {"units": "0.5", "commodity": "BTC"}, "deadline": deadline})])
    }

    /// Everything is settled: interest through today, principal, coins; then the facility ends.
    pub(super) fn retire(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        if !today || facility.called || facility.opened.day > self.today - 20 {
            return None;
        }
        self.retired(when, &facility)
    }

    /// The same for one that is not under a call.
    pub(super) fn retired(&mut self, when: When, facility: &Facility) -> Option<Vec<Value>> {
        self.log_has_opened(facility)?;
        let (name, currency) = (facility.name.clone(), facility.currency.clone());
        let from = if currency == "USDT" { "usdt" } else { "bank" };
        let mut events = vec![self.accrue_under(facility, when.day)?];
        let interest = self.accrued_by(when, facility, when.day)?;
        let principal = self.plan.available(&Stock::Principal(name.clone()), when);
        let held = self.plan.available(&Stock::In(from.to_owned()), when);
        if principal + interest > held {
            return None;
        }
        self.take(when, Stock::In(from.to_owned()), principal + interest);
        if principal > 0 {
            events.push(
                json!({"type": "loan_repaid", "facility": name, "principal": money(principal, &currency),
                "interest": money(interest, &currency), "from": {"wallet": from}}),
            );
        } else if interest > 0 {
            events.push(json!({"type": "interest_paid", "facility": name, "how": "cash",
                "amount": money(interest, &currency), "from": {"wallet": from}}));
        }
        let pledged = self.plan.available(&Stock::Pledged(name.clone()), When::bare(self.today + 1));
        if pledged > 0 {
            events.push(self.release_units(when, facility, pledged));
        }
        events.push(json!({"type": "facility_retired", "facility": name}));
        self.plan.facilities.retain(|facility| facility.name != name);
        Some(events)
    }
}
