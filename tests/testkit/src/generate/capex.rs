//! Orders: signed, changed, called off, invoiced, paid; interest that becomes part of what is built.

use serde_json::{Value, json};

use super::plan::{Order, Stock, When, date};
use super::{Generator, money, step};
use crate::naive::Naive;

impl Generator {
    pub(super) fn capital(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        match self.dice.between(0, 9) {
            0 => self.amend_order(when),
            1 => self.cancel(when),
            2..=5 => self.invoice(when),
            6..=7 => self.pay_invoices(when),
            _ => self.capitalise(when, today),
        }
    }

    pub(super) fn commit(&mut self, when: When) -> Option<Vec<Value>> {
        let name = format!("c{}-{}", self.log.len() + 1, self.plan.orders.len());
        let currency = if self.options.stablecoin_debt && self.dice.once_in(4) { "USDT" } else { "USD" };
        let amount = self.dice.between(100_000_000, 900_000_000_000) / step(currency) * step(currency);
        let order = Order { name: name.clone(), signed: when, currency, total: amount, cancelled: false };
        self.plan.orders.push(order);
        self.put(when, Stock::Committed(name.clone()), amount);
        Some(vec![
            json!({"type": "capex_committed", "commitment": name, "project": "hall", "vendor": "vendor",
            "amount": money(amount, currency), "megawatts": "2.5",
            "schedule": [{"due": date(when.day + 90), "amount": money(amount, currency)}]}),
        ])
    }

    /// One of the orders signed by then and not called off.
    pub(super) fn order_open_at(&mut self, when: When) -> Option<Order> {
        let open = self.plan.orders.iter().filter(|order| order.signed <= when && !order.cancelled);
        let open: Vec<_> = open.cloned().collect();
        if open.is_empty() { None } else { Some(self.dice.pick(&open).clone()) }
    }

    /// The wallet whose money an order is paid with.
    fn wallet_of(order: &Order) -> &'static str {
        if order.currency == "USDT" { "usdt" } else { "bank" }
    }

    pub(super) fn deposit(&mut self, when: When) -> Option<Vec<Value>> {
        let order = self.order_open_at(when)?;
        let from = Self::wallet_of(&order);
        let left = self.plan.available(&Stock::Committed(order.name.clone()), when);
        let held = self.plan.available(&Stock::In(from.to_owned()), when);
        let amount = self.dice.part_of(left.min(held) / 2, step(order.currency))?;
        self.take(when, Stock::In(from.to_owned()), amount);
        self.take(when, Stock::Committed(order.name.clone()), amount);
        self.put(when, Stock::Deposited(order.name.clone()), amount);
        Some(vec![json!({"type": "deposit_paid", "commitment": order.name,
            "amount": money(amount, order.currency), "from": {"wallet": from}})])
    }

    /// Larger, or smaller by some of what is outstanding. Only at the end: the new total knows all before it.
    fn amend_order(&mut self, when: When) -> Option<Vec<Value>> {
        let order = self.order_open_at(when)?;
        if when < self.plan.latest {
            return None;
        }
        let left = self.plan.available(&Stock::Committed(order.name.clone()), when);
        let change = self.dice.between(-left, 1_000_000_000) / step(order.currency) * step(order.currency);
        let total = order.total + change;
        if total <= 0 {
            return None;
        }
        self.plan.order(&order.name).total = total;
        self.put(when, Stock::Committed(order.name.clone()), change);
        Some(vec![json!({"type": "capex_amended", "commitment": order.name,
            "amount": money(total, order.currency), "reason": "changed"})])
    }

    /// At the end, with whatever deposits there are.
    fn cancel(&mut self, when: When) -> Option<Vec<Value>> {
        let order = self.order_open_at(when)?;
        if when < self.plan.latest || !self.dice.once_in(2) {
            return None;
        }
        let (name, currency, wallet) = (order.name.clone(), order.currency, Self::wallet_of(&order));
        let stock = |stock: fn(String) -> Stock| stock(name.clone());
        let left = self.plan.available(&stock(Stock::Committed), when);
        let deposits = self.plan.available(&stock(Stock::Deposited), when);
        let refunded = self.dice.part_of(deposits, step(currency)).unwrap_or(0);
        self.take(when, stock(Stock::Committed), left);
        self.take(when, stock(Stock::Deposited), deposits);
        self.plan.order(&name).cancelled = true;
        let mut event = json!({"type": "capex_cancelled", "commitment": name,
            "deposit_refunded": money(refunded, currency),
            "deposit_forfeited": money(deposits - refunded, currency)});
        if self.dice.once_in(2) {
            self.put(when, Stock::In(wallet.to_owned()), refunded);
            event["to"] = json!({"wallet": wallet});
        }
        let held = self.plan.available(&Stock::In(wallet.to_owned()), when);
        if let Some(penalty) = self.dice.part_of(left.min(held) / 10, step(currency)) {
            event["penalty"] = money(penalty, currency);
            if self.dice.once_in(2) {
                self.take(when, Stock::In(wallet.to_owned()), penalty);
                event["from"] = json!({"wallet": wallet});
            }
        }
        Some(vec![event])
    }

    /// Signed on the spot where no order is open.
    pub(super) fn invoice(&mut self, when: When) -> Option<Vec<Value>> {
        let mut events = Vec::new();
        let order = match self.order_open_at(when) {
            Some(order) => order,
            None => {
                events.extend(self.commit(when)?);
                self.order_open_at(when)?
            }
        };
        let (name, currency) = (order.name.clone(), order.currency);
        let left = self.plan.available(&Stock::Committed(name.clone()), when);
        let deposits = self.plan.available(&Stock::Deposited(name.clone()), when);
        let beyond = self.dice.part_of(left, step(currency)).unwrap_or(0);
        let covered =
            if self.dice.once_in(2) { self.dice.part_of(deposits, step(currency)).unwrap_or(0) } else { 0 };
        if beyond + covered == 0 {
            return None;
        }
        self.take(when, Stock::Committed(name.clone()), beyond);
        self.take(when, Stock::Deposited(name.clone()), covered);
        self.put(when, Stock::Invoiced(name.clone()), beyond);
        // What a stablecoin builds depends on its price, and is rounded.
        let built = if currency == "USD" { beyond + covered } else { (beyond + covered) / 2 };
        self.put(when, Stock::Built(name.clone()), built / 10_000 * 10_000);
        let mut event = json!({"type": "capex_invoiced", "commitment": name,
            "amount": money(beyond + covered, currency), "due": date(when.day + 30)});
        if covered > 0 {
            event["from_deposit"] = money(covered, currency);
        }
        events.push(event);
        Some(events)
    }

    /// Of one order, or at the end of the vendor, who has orders in one currency paid by name.
    fn pay_invoices(&mut self, when: When) -> Option<Vec<Value>> {
        let order = self.order_open_at(when)?;
        let (currency, from) = (order.currency, Self::wallet_of(&order));
        let of_vendor = when >= self.plan.latest && self.dice.once_in(3);
        let mut names: Vec<String> = if of_vendor {
            let orders = self.plan.orders.iter().filter(|order| order.currency == currency);
            orders.map(|order| order.name.clone()).collect()
        } else {
            vec![order.name.clone()]
        };
        names.sort();
        let owed = |name: &String| self.plan.available(&Stock::Invoiced(name.clone()), when);
        let all: i128 = names.iter().map(owed).sum();
        let held = self.plan.available(&Stock::In(from.to_owned()), when);
        let amount = self.dice.part_of(all.min(held), step(currency))?;
        let mut left = amount;
        for name in names {
            let part = left.min(self.plan.available(&Stock::Invoiced(name.clone()), when));
            self.take(when, Stock::Invoiced(name), part);
            left -= part;
        }
        self.take(when, Stock::In(from.to_owned()), amount);
        let mut event =
            json!({"type": "capex_paid", "amount": money(amount, currency), "from": {"wallet": from}});
        if of_vendor {
            event["party"] = json!("vendor");
        } else {
            event["commitment"] = json!(order.name);
        }
        Some(vec![event])
    }

    /// Interest accrued through today, and some of it part of what is built. It is there from the next day on, for
    /// accruals come after the facts of their day.
    fn capitalise(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        if !today || self.log_has_opened(&facility).is_none() {
            return None;
        }
        let naive = Naive::new(&self.log);
        let picture = naive.ask(naive.books()[0], None, None).ok()?;
        let before = picture.facilities.get(&facility.name.parse().ok()?)?.accrued / 100;
        let after = self.accrued_by(when, &facility, when.day)?;
        let accrued = self.accrue_under(&facility, when.day)?;
        let amount = self.dice.part_of((after - before) / 2, step(&facility.currency))?;
        let mut event = json!({"type": "interest_capitalised", "facility": facility.name,
            "amount": money(amount, &facility.currency), "through": date(when.day)});
        let order = if self.dice.once_in(2) { self.order_open_at(when) } else { None };
        let site = match order {
            Some(order) => {
                event["commitment"] = json!(order.name);
                order.name
            }
            None => {
                event["project"] = json!("hall");
                "hall".to_owned()
            }
        };
        self.put(
            When { day: when.day + 1, minute: 0 },
            Stock::Built(site),
            (amount - 10_000) / 10_000 * 10_000,
        );
        Some(vec![accrued, event])
    }
}
