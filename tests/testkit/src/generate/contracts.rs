//! Power and computing, costs and customers' money paid in advance, measurements.

use serde_json::{Value, json};

use super::plan::{Stock, When, date, text};
use super::{Generator, money};

impl Generator {
    pub(super) fn contracts(&mut self, when: When) -> Option<Vec<Value>> {
        match self.dice.between(0, 7) {
            0 => self.contract_power(when),
            1 => self.contract_computing(when),
            2..=3 => self.bill(when),
            4..=5 => self.deliver(when),
            6 => self.pay_in_advance(when),
            _ => self.measure(when),
        }
    }

    fn contract_power(&mut self, when: When) -> Option<Vec<Value>> {
        let name = format!("p{}-{}", self.log.len() + 1, self.plan.power.len());
        self.plan.power.push((name.clone(), when));
        let days = i64::try_from(self.dice.between(0, 1_000)).unwrap();
        Some(vec![
            json!({"type": "power_contracted", "contract": name, "site": "hall", "counterparty": "vendor",
            "megawatts": text(self.dice.between(1, 500), 1), "price_mwh": text(self.dice.between(1, 90_000), 3),
            "term": {"from": date(when.day), "to": date(when.day + days)},
            "fixed_share": text(self.dice.between(0, 1_000), 3)}),
        ])
    }

    fn contract_computing(&mut self, when: When) -> Option<Vec<Value>> {
        let name = format!("k{}-{}", self.log.len() + 1, self.plan.computing.len());
        self.plan.computing.push((name.clone(), when));
        let price = self.dice.between(100, 90_000_000) * 10_000;
        Some(vec![json!({"type": "compute_contracted", "contract": name, "customer": "vendor", "gpus": 64,
            "term": {"from": date(when.day), "to": date(when.day + 700)}, "price": money(price, "USD"),
            "take_or_pay": text(self.dice.between(0, 1_000), 3)})])
    }

    /// One of the contracts signed by then, or none.
    fn signed(&mut self, contracts: &[(String, When)], when: When) -> Option<String> {
        let signed: Vec<_> = contracts.iter().filter(|(_, then)| *then <= when).collect();
        if signed.is_empty() || self.dice.once_in(4) { None } else { Some(self.dice.pick(&signed).0.clone()) }
    }

    /// A bill for power, or another cost that was paid before.
    fn bill(&mut self, when: When) -> Option<Vec<Value>> {
        let settles = *self.dice.pick(&["cash", "payable", "accrual", "prepaid"]);
        let bank = Stock::In("bank".to_owned());
        let most = match settles {
            "cash" => self.plan.available(&bank, when) / 50,
            "prepaid" => self.plan.available(&Stock::Prepaid, when),
            _ => 900_000_000_000,
        };
        let net = self.dice.part_of(most, 10_000)?;
        match settles {
            "cash" => self.take(when, bank, net),
            "prepaid" => self.take(when, Stock::Prepaid, net),
            _ => {}
        }
        if settles == "prepaid" && self.dice.once_in(3) {
            return Some(vec![json!({"type": "operating_cost_recorded", "segment": "corporate",
                "category": "general", "amount": money(net, "USD"), "settles": "prepaid"})]);
        }
        let credits = self.dice.between(0, 10_000) * 10_000;
        let mut event = json!({"type": "power_billed", "segment": self.dice.pick(&["mining", "ai"]),
            "mwh": text(self.dice.between(0, 900_000), 2), "cost": money(net + credits, "USD"),
            "curtailment_credits": money(credits, "USD"), "settles": settles});
        if settles == "cash" {
            event["from"] = json!({"wallet": "bank"});
        }
        if let Some(contract) = self.signed(&self.plan.power.clone(), when) {
            event["contract"] = json!(contract);
            if self.dice.once_in(3) {
                event["fixed"] = money(net, "USD");
            }
        }
        Some(vec![event])
    }

    fn deliver(&mut self, when: When) -> Option<Vec<Value>> {
        let before = self.dice.once_in(2);
        let most = if before { self.plan.available(&Stock::Advance, when) } else { 500_000_000_000 };
        let net = self.dice.part_of(most, 10_000)?;
        if before {
            self.take(when, Stock::Advance, net);
        }
        let credits = self.dice.between(0, 1_000) * 10_000;
        let mut event = json!({"type": "compute_delivered", "customer": "vendor", "gpu_hours_sold": "40000.5",
            "gpu_hours_available": "47616", "revenue": money(net + credits, "USD"),
            "credits": money(credits, "USD"), "settles": if before { "prepayment" } else { "receivable" }});
        if let Some(contract) = self.signed(&self.plan.computing.clone(), when) {
            event["contract"] = json!(contract);
        }
        Some(vec![event])
    }

    /// Costs by us, or computing by a customer.
    fn pay_in_advance(&mut self, when: When) -> Option<Vec<Value>> {
        let bank = Stock::In("bank".to_owned());
        let amount = self.dice.part_of(self.plan.available(&bank, when) / 20, 10_000)?;
        let (kind, category) = if self.dice.once_in(2) {
            self.take(when, bank, amount);
            self.put(when, Stock::Prepaid, amount);
            ("cash_paid", "prepaid")
        } else {
            self.put(when, bank, amount);
            self.put(when, Stock::Advance, amount);
            ("cash_received", "prepayment")
        };
        Some(vec![
            json!({"type": kind, "wallet": "bank", "amount": money(amount, "USD"), "category": category}),
        ])
    }

    fn measure(&mut self, when: When) -> Option<Vec<Value>> {
        Some(vec![json!({"type": "operating_metric_recorded", "name": "uptime", "unit": "share",
            "period": {"from": date(when.day - 6), "to": date(when.day)},
            "value": text(self.dice.between(0, 1_000), 3), "source": "operations"})])
    }
}
