//! Derivatives: opened, marked, settled.

use serde_json::{Value, json};

use super::plan::{Stock, When, text};
use super::{Generator, money, step};

impl Generator {
    /// A new contract, or what becomes of one that is open.
    pub(super) fn hedge(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let open: Vec<_> = self.plan.derivatives.iter().filter(|(_, then)| *then <= when).cloned().collect();
        if open.is_empty() || self.dice.once_in(4) {
            return self.open_derivative(when);
        }
        let (name, _) = self.dice.pick(&open).clone();
        if today && self.dice.once_in(4) {
            return self.settle_derivative(when, &name);
        }
        let value = money(self.worth_either_way(), "USD");
        Some(vec![json!({"type": "derivative_marked", "derivative": name, "value": value})])
    }

    /// What a contract may be worth.
    fn worth_either_way(&mut self) -> i128 {
        self.dice.between(-900_000, 900_000) * 10_000
    }

    /// Money paid or received under a name of its own.
    fn either_way(&mut self, when: When, field: &str, mut event: Value) -> Option<Value> {
        let (wallet, held) = self.payer(when)?;
        let amount = self.dice.part_of(held / 100, step(&wallet.holds))?;
        let paid = self.dice.once_in(2);
        self.put(when, Stock::In(wallet.name.clone()), if paid { -amount } else { amount });
        event[field] = money(amount, &wallet.holds);
        event[if paid { "from" } else { "to" }] = json!({"wallet": wallet.name});
        Some(event)
    }

    fn open_derivative(&mut self, when: When) -> Option<Vec<Value>> {
        let name = format!("d{}-{}", self.log.len() + 1, self.plan.derivatives.len());
        let kind = *self.dice.pick(&["put", "call", "collar", "power_contract"]);
        let mut terms = json!({"side": self.dice.pick(&["bought", "sold"])});
        if kind != "power_contract" {
            terms["commodity"] = json!("BTC");
            terms["units"] = json!(text(self.coins(), 8));
            terms["strike"] = json!(self.price_near("BTC"));
        }
        if kind == "collar" {
            terms["cap"] = json!(self.price_near("BTC"));
        }
        let mut event = json!({"type": "derivative_opened", "derivative": name, "kind": kind,
            "counterparty": "lender", "terms": terms});
        if self.dice.once_in(3) {
            event["value"] = money(self.worth_either_way(), "USD");
        }
        if !self.dice.once_in(3) {
            event = self.either_way(when, "premium", event)?;
        }
        self.plan.derivatives.push((name, when));
        Some(vec![event])
    }

    fn settle_derivative(&mut self, when: When, name: &str) -> Option<Vec<Value>> {
        let mut event = json!({"type": "derivative_settled", "derivative": name});
        if !self.dice.once_in(3) {
            event = self.either_way(when, "amount", event)?;
        }
        self.plan.derivatives.retain(|(open, _)| open != name);
        Some(vec![event])
    }
}
