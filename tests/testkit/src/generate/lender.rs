//! Lenders: terms of facilities, resets, amendments, cost, margin calls that end badly, coins in settlement.

use serde_json::{Value, json};

use super::plan::{Facility, Stock, When, date, text};
use super::{Generator, money, step};

impl Generator {
    /// A facility, opened in the plan as well; a floating one with its first reset.
    pub(super) fn terms(&mut self, name: &str, limit: i128, when: When) -> Vec<Value> {
        let stable = self.options.stablecoin_debt && self.dice.once_in(3);
        let currency = if stable { "USDT" } else { "USD" };
        let kind = *self.dice.pick(&["term", "revolver", "on_demand", "convertible"]);
        let floating = self.dice.once_in(3);
        let life = i64::try_from(self.dice.between(30, 900)).unwrap();
        let maturity = self.dice.once_in(2).then_some(when.day + life);
        let compounding = self.dice.once_in(4).then(|| *self.dice.pick(&["daily", "monthly"]));
        self.plan.facilities.push(Facility {
            name: name.to_owned(),
            currency: currency.to_owned(),
            opened: when,
            accrued_through: when.day - 1,
            revolving: !matches!(kind, "term" | "convertible"),
            called: false,
            was_ever_called: false,
            deadline: 0,
            lapsed: false,
            floating,
            compounds: compounding.is_some(),
            rate_from: when.day - 30,
            maturity,
            amortised_through: when.day - 1,
        });
        self.put(when, Stock::Undrawn(name.to_owned()), limit);
        let rate = self.rate(floating);
        let haircut = text(self.dice.between(0, 40), 2);
        let mut terms = json!({"type": "facility_opened", "facility": name, "lender": "lender", "kind": kind,
            "currency": currency, "limit": money(limit, currency), "rate": rate,
            "day_count": self.dice.pick(&["act/360", "act/365", "act/act", "30/360"]),
            "count_first_day": self.dice.once_in(2), "count_last_day": self.dice.once_in(2),
            "control": self.dice.pick(&["kept", "passed"]),
            "collateral": [{"commodity": "BTC", "haircut": haircut}]});
        if let Some(maturity) = maturity {
            terms["maturity"] = json!(date(maturity));
        }
        if let Some(compounding) = compounding {
            terms["compounding"] = json!(compounding);
        } else if self.dice.once_in(3) {
            terms["unused_fee"] = json!(text(self.dice.between(0, 200), 4));
        }
        let mut events = vec![terms];
        if floating {
            events.push(self.reset_from(name, when.day - 30));
        }
        events
    }

    fn rate(&mut self, floating: bool) -> Value {
        if !floating {
            return json!({"fixed": text(self.dice.between(1, 2_000), 4)});
        }
        let mut rate = json!({"index": "index", "spread": text(self.dice.between(0, 800), 4)});
        if self.dice.once_in(2) {
            rate["floor"] = json!(text(self.dice.between(0, 500), 4));
        }
        rate
    }

    fn reset_from(&mut self, name: &str, from: i64) -> Value {
        let index = text(self.dice.between(0, 900), 4);
        json!({"type": "rate_reset", "facility": name, "from": date(from), "index_rate": index})
    }

    /// What the lender takes for opening a facility: owed, or paid from the bank.
    pub(super) fn upfront_fee(&mut self, when: When, events: &mut [Value]) {
        if !self.dice.once_in(3) {
            return;
        }
        let currency = events[0]["currency"].as_str().unwrap().to_owned();
        let fee = self.dice.between(1, 90_000) * 1_000_000;
        events[0]["upfront_fee"] = money(fee, &currency);
        let from = if currency == "USDT" { "usdt" } else { "bank" };
        if self.dice.once_in(2) && self.plan.available(&Stock::In(from.to_owned()), when) >= fee {
            self.take(when, Stock::In(from.to_owned()), fee);
            events[0]["fee_from"] = json!({"wallet": from});
        }
    }

    pub(super) fn reset(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        let from = when.day.max(facility.accrued_through + 1).max(facility.rate_from + 1);
        if !today || !facility.floating {
            return None;
        }
        self.plan.facility(&facility.name).rate_from = from;
        Some(vec![self.reset_from(&facility.name, from)])
    }

    pub(super) fn amortise(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        if !today || facility.maturity.is_none() || facility.amortised_through >= when.day {
            return None;
        }
        self.plan.facility(&facility.name).amortised_through = when.day;
        Some(vec![
            json!({"type": "issue_cost_amortised", "facility": facility.name, "through": date(when.day)}),
        ])
    }

    pub(super) fn amend(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        let from = when.day.max(facility.accrued_through + 1);
        if !today || facility.rate_from > from {
            return None;
        }
        let (name, currency) = (facility.name.clone(), facility.currency.clone());
        let compounds = facility.compounds;
        let mut changes = json!({});
        if self.dice.once_in(2) {
            changes["rate"] = self.rate(facility.floating);
            self.plan.facility(&name).rate_from = from;
        }
        if let (Some(maturity), true) = (facility.maturity, self.dice.once_in(2)) {
            let later = maturity.max(when.day) + 90;
            self.plan.facility(&name).maturity = Some(later);
            changes["maturity"] = json!(date(later));
        }
        if !compounds && self.dice.once_in(3) {
            changes["unused_fee"] = json!(text(self.dice.between(0, 200), 4));
        }
        let treatment = *self.dice.pick(&["modification", "extinguishment", "troubled"]);
        let mut event =
            json!({"type": "facility_amended", "facility": name, "changes": changes, "treatment": treatment});
        let fee = self.dice.between(0, 1) * self.dice.between(1, 9_000) * 1_000_000;
        if fee > 0 {
            event["fee"] = money(fee, &currency);
        }
        if treatment != "modification" && self.dice.once_in(2) {
            let owed = self.plan.available(&Stock::Principal(name.clone()), when);
            if let Some(forgiven) = self.dice.part_of(owed, step(&currency)) {
                self.take(when, Stock::Principal(name.clone()), forgiven);
                event["forgiven"] = money(forgiven, &currency);
            }
        }
        Some(vec![event])
    }

    pub(super) fn pay_in_kind(&mut self, when: When, facility: &Facility, amount: i128) -> Value {
        self.put(when, Stock::Principal(facility.name.clone()), amount);
        json!({"type": "interest_paid", "facility": facility.name, "how": "in_kind",
            "amount": money(amount, &facility.currency)})
    }

    /// Principal repaid in coins, out of a wallet or of the collateral.
    pub(super) fn repay_in_coins(&mut self, when: When, facility: &Facility) -> Option<Vec<Value>> {
        let name = facility.name.clone();
        let owed = self.plan.available(&Stock::Principal(name.clone()), when);
        let principal = self.dice.part_of(owed, step(&facility.currency))?;
        let (from, units) = if self.dice.once_in(2) {
            let units = self.dice.part_of(self.plan.available(&Stock::Pledged(name.clone()), when), 1)?;
            self.take(when, Stock::Pledged(name.clone()), units);
            (json!({"facility": name}), units)
        } else {
            let units = self.dice.part_of(self.plan.available(&Stock::In("cold".to_owned()), when), 1)?;
            self.leave(when, "cold", units);
            (json!({"wallet": "cold"}), units)
        };
        self.take(when, Stock::Principal(name.clone()), principal);
        if facility.revolving {
            self.put(when, Stock::Undrawn(name.clone()), principal);
        }
        let mut coins = json!({"commodity": "BTC", "units": text(units, 8)});
        if self.dice.once_in(2) {
            coins["price"] = json!(self.price_near("BTC"));
        }
        Some(vec![json!({"type": "loan_repaid", "facility": name, "from": from, "coins": coins,
            "principal": money(principal, &facility.currency)})])
    }

    /// The deadline passes; then the lender sells what it is owed, and what is left over is ours.
    pub(super) fn call_ends_badly(&mut self, when: When, facility: &Facility) -> Option<Vec<Value>> {
        if self.dice.once_in(3) {
            return None;
        }
        let name = facility.name.clone();
        if !facility.lapsed && when.day > facility.deadline && self.dice.once_in(2) {
            self.plan.facility(&name).lapsed = true;
            return Some(vec![json!({"type": "margin_call_lapsed", "facility": name})]);
        }
        let pledged = self.plan.available(&Stock::Pledged(name.clone()), when);
        let units = self.dice.part_of(pledged, 1)?;
        let currency = facility.currency.clone();
        let smallest = step(&currency);
        // Coins are counted in hundred-millionths, prices in cents, money in millionths.
        let proceeds = units * *self.plan.price("BTC") / 10_000 / smallest * smallest;
        let fee = proceeds / 200 / smallest * smallest;
        let owed = self.plan.available(&Stock::Principal(name.clone()), when);
        let principal = owed.min(proceeds - fee);
        if proceeds <= 0 {
            return None;
        }
        let surplus = proceeds - fee - principal;
        self.take(when, Stock::Pledged(name.clone()), units);
        self.take(when, Stock::Principal(name.clone()), principal);
        if facility.revolving {
            self.put(when, Stock::Undrawn(name.clone()), principal);
        }
        let mut event = json!({"type": "collateral_liquidated", "facility": name, "commodity": "BTC",
            "units": text(units, 8), "proceeds": money(proceeds, &currency), "fee": money(fee, &currency),
            "applied_principal": money(principal, &currency)});
        if surplus > 0 {
            let to = if currency == "USDT" { "usdt" } else { "bank" };
            self.put(when, Stock::In(to.to_owned()), surplus);
            event["surplus"] = money(surplus, &currency);
            event["surplus_to"] = json!({"wallet": to});
        }
        self.plan.facility(&name).called = false;
        Some(vec![event])
    }
}
