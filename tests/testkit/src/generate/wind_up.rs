//! The end of a story: collateral comes home, pools pay, loans are repaid and their facilities end, borrowed coins go
//! back and all others are sold, until no book holds a coin.

use ledger_core::entry::Entry;
use serde_json::{Value, json};

use super::plan::{Facility, Kind, Stock, When, text};
use super::{Generator, money};

/// Days until the first of these entries: whatever was on its way has arrived by then.
const UNTIL_ALL_ARRIVED: i64 = 10;

impl Generator {
    /// The next entry towards the end, a day after the one before; none when nothing is left to wind up. Debts are
    /// dollars here and are paid from the bank, which gets new capital for them. Whoever
    /// asked says whether it was taken in, as for [`Generator::propose`].
    pub fn wind_up(&mut self) -> Option<Entry> {
        self.plan = self.before.clone();
        self.proposed += 1;
        self.today += if self.winding_up { 1 } else { UNTIL_ALL_ARRIVED };
        self.winding_up = true;
        let when = When::bare(self.today);
        let events = self
            .calls_met()
            .or_else(|| self.all_released(when))
            .or_else(|| self.all_received(when))
            .or_else(|| self.capital_for_debts(when))
            .or_else(|| self.all_repaid(when))
            .or_else(|| self.next_retired(when))
            .or_else(|| self.all_given_back(when))
            .or_else(|| self.all_sold(when))?;
        Some(self.entry(when, &events))
    }

    /// What one event each makes of those there are; none where there are none.
    fn of_each<T>(all: Vec<T>, one: impl FnMut(T) -> Option<Value>) -> Option<Vec<Value>> {
        let events: Vec<Value> = all.into_iter().filter_map(one).collect();
        (!events.is_empty()).then_some(events)
    }

    fn calls_met(&mut self) -> Option<Vec<Value>> {
        let called: Vec<Facility> =
            self.plan.facilities.iter().filter(|facility| facility.called).cloned().collect();
        Self::of_each(called, |facility| {
            self.plan.facility(&facility.name).called = false;
            Some(json!({"type": "margin_call_met", "facility": facility.name, "how": "price_recovered"}))
        })
    }

    fn all_released(&mut self, when: When) -> Option<Vec<Value>> {
        Self::of_each(self.plan.facilities.clone(), |facility| {
            let pledged = self.plan.available(&Stock::Pledged(facility.name.clone()), when);
            (pledged > 0).then(|| self.release_units(when, &facility, pledged))
        })
    }

    fn all_received(&mut self, when: When) -> Option<Vec<Value>> {
        let owed = Stock::Owed("pool".to_owned());
        let units = self.plan.available(&owed, when);
        if units == 0 {
            return None;
        }
        self.take(when, owed, units);
        self.put(when, Stock::In("cold".to_owned()), units);
        let price = self.price_near("BTC");
        Some(vec![json!({"type": "coins_received", "pool": "pool", "wallet": "cold",
            "units": text(units, 8), "price": price})])
    }

    /// As much as all debts and their interest may take.
    fn capital_for_debts(&mut self, when: When) -> Option<Vec<Value>> {
        let principal = |facility: &Facility| Stock::Principal(facility.name.clone());
        let owed: i128 =
            self.plan.facilities.iter().map(|facility| self.plan.available(&principal(facility), when)).sum();
        let bank = Stock::In("bank".to_owned());
        if self.plan.facilities.is_empty() || self.plan.available(&bank, when) >= 2 * owed + 1_000_000_000_000
        {
            return None;
        }
        let amount = (2 * owed + 2_000_000_000_000) / 10_000 * 10_000;
        self.put(when, bank, amount);
        Some(vec![json!({"type": "cash_received", "wallet": "bank", "amount": money(amount, "USD"),
            "category": "equity"})])
    }

    /// All principal, a day before a facility ends: on the day of a repayment what is then idle may cost more than was
    /// accrued.
    fn all_repaid(&mut self, when: When) -> Option<Vec<Value>> {
        Self::of_each(self.plan.facilities.clone(), |facility| {
            let owed = Stock::Principal(facility.name.clone());
            let principal = self.plan.available(&owed, when);
            if principal == 0 {
                return None;
            }
            self.take(when, owed, principal);
            self.take(when, Stock::In("bank".to_owned()), principal);
            Some(json!({"type": "loan_repaid", "facility": facility.name,
                "principal": money(principal, &facility.currency), "from": {"wallet": "bank"}}))
        })
    }

    /// The first facility that is known and settled.
    fn next_retired(&mut self, when: When) -> Option<Vec<Value>> {
        for facility in self.plan.facilities.clone() {
            if let Some(events) = self.retired(when, &facility) {
                return Some(events);
            }
        }
        None
    }

    fn all_given_back(&mut self, when: When) -> Option<Vec<Value>> {
        Self::of_each(self.plan.wallets_of(Kind::Coins), |from| {
            let owed = self.plan.available(&Stock::Borrowed(from.holds.clone()), when);
            let held = self.plan.available(&Stock::In(from.name.clone()), when);
            (owed.min(held) > 0).then(|| self.given_back(when, &from, owed.min(held)))
        })
    }

    fn all_sold(&mut self, when: When) -> Option<Vec<Value>> {
        Self::of_each(self.plan.wallets_of(Kind::Coins), |from| {
            let units = self.plan.available(&Stock::In(from.name.clone()), when);
            if units == 0 {
                return None;
            }
            self.leave(when, &from.name, units);
            let proceeds = self.about(units, &from.holds, "USD");
            let fee = self.fee_of(proceeds, "USD");
            self.put(when, Stock::In("bank".to_owned()), proceeds - fee);
            let mut event = json!({"type": "coins_sold", "commodity": from.holds, "units": text(units, 8),
                "from": {"wallet": from.name}, "proceeds": money(proceeds, "USD"), "to": {"wallet": "bank"}});
            if fee > 0 {
                event["fee"] = money(fee, "USD");
            }
            Some(event)
        })
    }
}
