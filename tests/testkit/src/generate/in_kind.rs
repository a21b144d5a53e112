//! Coins in place of money: spent, accepted, borrowed and given back, contributed, distributed, impounded, lost.

use serde_json::{Value, json};

use super::plan::{Stock, Wallet, When, text};
use super::{Generator, money, step};

/// To whom borrowed coins are owed.
const LENDER_OF_COINS: &str = "lender";

impl Generator {
    /// Some coins leave a wallet; what they are worth, roughly.
    fn given(&mut self, when: When, kind: &str) -> Option<(Value, i128)> {
        let from = self.coin_wallet();
        let units = self.dice.part_of(self.plan.available(&Stock::In(from.name.clone()), when), 1)?;
        self.leave(when, &from.name, units);
        let event = json!({"type": kind, "commodity": from.holds, "units": text(units, 8),
            "from": {"wallet": from.name}});
        let worth = self.about(units, &from.holds, "USD");
        Some((event, worth))
    }

    /// Some coins arrive in a wallet.
    fn taken(&mut self, when: When, kind: &str) -> (Value, i128, String) {
        let (to, units) = (self.coin_wallet(), self.coins() / 10);
        self.put(when, Stock::In(to.name.clone()), units);
        let event = json!({"type": kind, "commodity": to.holds, "to": {"wallet": to.name},
            "counterparty": self.dice.pick(&["vendor", "lender"])});
        (self.value_or_price(units, &to.holds, event), units, to.holds)
    }

    pub(super) fn spend(&mut self, when: When) -> Option<Vec<Value>> {
        let (mut event, worth) = self.given(when, "coins_spent")?;
        event["value"] = money(worth, "USD");
        let settles = *self.dice.pick(&["expense", "payroll", "payable", "deposit", "principal"]);
        event["settles"] = json!(settles);
        match settles {
            "expense" if self.dice.once_in(3) => event["account"] = json!("6090"),
            "expense" => {
                event["category"] = json!(self.dice.pick(&["power", "hosting", "ai", "general"]));
                event["segment"] = json!(self.dice.pick(&["mining", "ai"]));
            }
            "deposit" => {
                let order = self.order_open_at(when)?;
                let left = self.plan.available(&Stock::Committed(order.name.clone()), when);
                let amount = self.dice.part_of(left, step(order.currency))?;
                self.take(when, Stock::Committed(order.name.clone()), amount);
                self.put(when, Stock::Deposited(order.name.clone()), amount);
                event["commitment"] = json!(order.name);
                event["amount"] = money(amount, order.currency);
            }
            "principal" => {
                let facility = self.facility_open_at(when)?;
                let amount = self.principal_goes(when, &facility)?;
                event["facility"] = json!(facility.name);
                event["amount"] = money(amount, &facility.currency);
            }
            _ if self.dice.once_in(2) => {
                let amount = self.dice.between(worth / 2, worth).max(10_000);
                event["amount"] = money(amount, "USD");
                event["party"] = json!("vendor");
            }
            _ => {}
        }
        Some(vec![event])
    }

    /// A lender takes coins that lie with him for principal.
    pub(super) fn taken_by_lender(&mut self, when: When) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        let pledged = Stock::Pledged(facility.name.clone());
        let units = self.dice.part_of(self.plan.available(&pledged, when), 1)?;
        let amount = self.principal_goes(when, &facility)?;
        self.take(when, pledged, units);
        let worth = self.about(units, "BTC", "USD");
        Some(vec![json!({"type": "coins_spent", "commodity": "BTC", "units": text(units, 8),
            "value": money(worth, "USD"), "from": {"facility": facility.name}, "settles": "principal",
            "facility": facility.name, "amount": money(amount, &facility.currency)})])
    }

    fn principal_goes(&mut self, when: When, facility: &super::plan::Facility) -> Option<i128> {
        let owed = Stock::Principal(facility.name.clone());
        let amount = self.dice.part_of(self.plan.available(&owed, when), step(&facility.currency))?;
        self.take(when, owed, amount);
        if facility.revolving {
            self.put(when, Stock::Undrawn(facility.name.clone()), amount);
        }
        Some(amount)
    }

    /// Interest accrued through today and paid in coins.
    pub(super) fn interest_in_coins(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        if !today || self.log_has_opened(&facility).is_none() {
            return None;
        }
        let mut events = vec![self.accrue_under(&facility, when.day)?];
        let accrued = self.accrued_by(when, &facility, when.day).filter(|accrued| *accrued > 0)?;
        let (mut event, worth) = self.given(when, "coins_spent")?;
        event["value"] = money(worth, "USD");
        event["settles"] = json!("interest");
        event["facility"] = json!(facility.name);
        event["amount"] = money(accrued, &facility.currency);
        events.push(event);
        Some(events)
    }

    pub(super) fn accept(&mut self, when: When) -> Option<Vec<Value>> {
        let (mut event, units, commodity) = self.taken(when, "coins_accepted");
        let against = *self.dice.pick(&[
            "hosting",
            "compute",
            "receivable",
            "contract_liability",
            "borrowed",
            "borrowed",
        ]);
        event["against"] = json!(against);
        match against {
            "receivable" | "contract_liability" if self.dice.once_in(2) => {
                let currency = *self.dice.pick(&["USD", "USDT"]);
                event["amount"] = money(self.about(units, &commodity, currency), currency);
            }
            "hosting" => event["segment"] = json!("mining"),
            "borrowed" => {
                event["counterparty"] = json!(LENDER_OF_COINS);
                self.put(when, Stock::Borrowed(commodity), units);
            }
            _ => {}
        }
        Some(vec![event])
    }

    pub(super) fn give_back(&mut self, when: When) -> Option<Vec<Value>> {
        let from = self.coin_wallet();
        let owed = Stock::Borrowed(from.holds.clone());
        let held = self.plan.available(&Stock::In(from.name.clone()), when);
        let units = self.dice.part_of(self.plan.available(&owed, when).min(held), 1)?;
        Some(vec![self.given_back(when, &from, units)])
    }

    pub(super) fn given_back(&mut self, when: When, from: &Wallet, units: i128) -> Value {
        self.take(when, Stock::Borrowed(from.holds.clone()), units);
        self.leave(when, &from.name, units);
        let worth = self.about(units, &from.holds, "USD");
        json!({"type": "coins_spent", "commodity": from.holds, "units": text(units, 8),
            "value": money(worth, "USD"), "from": {"wallet": from.name}, "settles": "borrowed",
            "party": LENDER_OF_COINS})
    }

    /// Coins leave for nothing.
    pub(super) fn give_up(&mut self, when: When) -> Option<Vec<Value>> {
        if self.dice.once_in(2) { self.distribute(when) } else { self.lose(when) }
    }

    pub(super) fn contribute(&mut self, when: When) -> Option<Vec<Value>> {
        Some(vec![self.taken(when, "coins_contributed").0])
    }

    fn distribute(&mut self, when: When) -> Option<Vec<Value>> {
        let (mut event, worth) = self.given(when, "coins_distributed")?;
        event["counterparty"] = json!("vendor");
        event["value"] = money(worth, "USD");
        Some(vec![event])
    }

    /// Coins are gone, with hope or without.
    fn lose(&mut self, when: When) -> Option<Vec<Value>> {
        if self.dice.once_in(2) {
            let (mut event, _) = self.given(when, "coins_lost")?;
            event["reason"] = json!("keys lost");
            return Some(vec![event]);
        }
        let (mut event, worth) = self.given(when, "coins_impounded")?;
        event["counterparty"] = json!("vendor");
        event["value"] = money(self.dice.between(0, worth), "USD");
        if self.dice.once_in(2) {
            let commodity = event["commodity"].as_str().expect("a coin").to_owned();
            event["price"] = json!(self.price_near(&commodity));
        }
        Some(vec![event])
    }
}
