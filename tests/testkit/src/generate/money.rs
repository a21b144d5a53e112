//! Money, costs, shares, journals, and changes of policy.

use serde_json::{Value, json};

use super::plan::{Stock, When, date, text};
use super::{Generator, money, step};

impl Generator {
    pub(super) fn cost(&mut self, when: When) -> Option<Vec<Value>> {
        let (from, held) = self.payer(when)?;
        let amount = self.dice.part_of(held / 50, step(&from.holds))?;
        let settles = *self.dice.pick(&["cash", "payable", "accrual"]);
        let mut event = json!({"type": "operating_cost_recorded",
            "segment": self.dice.pick(&["mining", "ai", "treasury", "corporate"]),
            "category": self.dice.pick(&["power", "hosting", "ai", "general"]),
            "amount": money(amount, &from.holds), "settles": settles});
        if settles == "cash" {
            self.take(when, Stock::In(from.name.clone()), amount);
            event["from"] = json!({"wallet": from.name});
        } else {
            event["party"] = json!("vendor");
        }
        Some(vec![event])
    }

    pub(super) fn issue_shares(&mut self, when: When) -> Option<Vec<Value>> {
        let shares = self.dice.between(1_000, 5_000_000);
        let price = self.dice.between(50, 90_000);
        let proceeds = shares * price / 10;
        let costs = self.fee_of(proceeds * 10_000, "USD");
        let par = self.dice.between(0, 10) * 100 * 10_000;
        let mut event = json!({"type": "shares_issued", "shares": text(shares, 0), "price": text(price, 3),
            "to": {"wallet": "bank"}, "costs": money(costs, "USD"), "par": money(par, "USD")});
        if self.dice.once_in(2) {
            event["proceeds"] = money(proceeds * 10_000, "USD");
        }
        self.put(when, Stock::In("bank".to_owned()), proceeds * 10_000 - costs);
        Some(vec![event])
    }

    pub(super) fn buy_back_shares(&mut self, when: When) -> Option<Vec<Value>> {
        let bank = Stock::In("bank".to_owned());
        let held = self.plan.available(&bank, when) / 10_000;
        let price = self.dice.between(50, 90_000);
        let shares = self.dice.between(1, (held / price).clamp(1, 100_000));
        let paid = shares * price / 10 * 10_000;
        let fee = self.fee_of(paid, "USD");
        if paid == 0 || paid + fee > held * 10_000 {
            return None;
        }
        let mut event = json!({"type": "shares_repurchased", "shares": text(shares, 0),
            "price": text(price, 3), "paid": money(paid, "USD"), "from": {"wallet": "bank"}});
        if fee > 0 {
            event["fee"] = money(fee, "USD");
        }
        self.take(when, bank, paid + fee);
        Some(vec![event])
    }

    pub(super) fn translate(&mut self) -> Option<Vec<Value>> {
        let book = self.dice.pick(&self.books.clone()).clone();
        let amount = self.dice.between(-90_000, 90_000) * 10_000;
        let event = json!({"type": "translation_recorded", "book": book, "amount": money(amount, "USD"),
            "account": "1590"});
        (amount != 0).then_some(vec![event])
    }

    pub(super) fn convert(&mut self, when: When) -> Option<Vec<Value>> {
        let (from, held) = self.payer(when)?;
        let to = if from.holds == "USD" { ("usdt", "USDT") } else { ("bank", "USD") };
        let given = self.dice.part_of(held / 4, step(&from.holds))?;
        let fee = self.fee_of(given, &from.holds);
        let got = (given + self.dice.between(-given / 200, given / 200)) / step(to.1) * step(to.1);
        self.take(when, Stock::In(from.name.clone()), given + fee);
        self.put(when, Stock::In(to.0.to_owned()), got);
        let mut event = json!({"type": "currency_converted", "given": money(given, &from.holds),
            "got": money(got, to.1), "from": {"wallet": from.name}, "to": {"wallet": to.0}});
        if fee > 0 {
            event["fee"] = money(fee, &from.holds);
        }
        (got > 0).then_some(vec![event])
    }

    pub(super) fn cash(&mut self, when: When) -> Option<Vec<Value>> {
        let (wallet, held) = self.payer(when)?;
        let amount = self.dice.part_of(held / 30, step(&wallet.holds))?;
        let paid = self.dice.once_in(2);
        self.put(when, Stock::In(wallet.name.clone()), if paid { -amount } else { amount });
        let mut event = json!({"type": if paid { "cash_paid" } else { "cash_received" }, "wallet": wallet.name,
            "amount": money(amount, &wallet.holds)});
        if self.dice.once_in(3) {
            event["account"] = json!(self.dice.pick(&["6090", "1540", "2590"]));
        } else {
            event["category"] = json!(
                self.dice.pick(&["equity", "supplier", "tax", "customer", "accrued", "other", "deposit"])
            );
        }
        Some(vec![event])
    }

    /// A manual journal: of one book, or of all with money of a bank.
    pub(super) fn journal(&mut self, when: When) -> Option<Vec<Value>> {
        let bank = Stock::In("bank".to_owned());
        let amount = self.dice.part_of(self.plan.available(&bank, when) / 100, 10_000)?;
        let part = amount / 30_000 * 10_000;
        let of = |cents: i128| text(cents / 10_000, 2);
        if self.dice.once_in(2) || part == 0 {
            let book = self.dice.pick(&self.books.clone()).clone();
            let mut event = json!({"type": "journal_recorded", "book": book, "lines": [
                {"account": "7010", "debit": of(amount)}, {"account": "2610", "credit": of(amount)}]});
            if self.dice.once_in(3) {
                let days = i64::try_from(self.dice.between(1, 30)).ok()?;
                event["reverses_on"] = json!(date(when.day + days));
            }
            return Some(vec![event]);
        }
        self.take(when, bank, amount);
        Some(vec![json!({"type": "journal_recorded", "lines": [
            {"account": "6090", "debit": of(amount - part), "segment": "corporate"},
            {"account": "1420", "debit": of(part)},
            {"account": "1010", "credit": of(amount), "wallet": "bank"}]})])
    }

    /// From today, from a day to come, or from a day gone by.
    pub(super) fn adopt_policy(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        if !self.dice.once_in(3) {
            let entry = self.log.len();
            return Some(vec![
                json!({"type": "evidence_attached", "entry": entry, "evidence": {"name": "scan"}}),
            ]);
        }
        if !today {
            return None;
        }
        let from = match self.dice.between(0, 3) {
            0 => when.day - 10,
            1 => when.day + 10,
            _ => when.day,
        };
        let from = if self.options.late { from.max(self.first_day) } else { from.max(when.day) };
        let from = from.max(self.plan.closed_through.map_or(from, |closed| closed + 1));
        let book = self.dice.pick(&self.books.clone()).clone();
        let mut policy = self.changeable();
        policy["sale_fee"] = json!(self.dice.pick(&["reduces_proceeds", "expense"]));
        if self.dice.once_in(3) {
            let event = json!({"type": "policy_adopted", "book": book, "from": date(when.day),
                "policy": {"measurement": "fair_value"}, "transition": "cumulative_effect"});
            return Some(vec![event]);
        }
        let may_go_back = self.options.late && self.plan.closed_through.is_none();
        let transition = if may_go_back && self.dice.once_in(6) { "retrospective" } else { "prospective" };
        Some(vec![json!({"type": "policy_adopted", "book": book, "from": date(from), "policy": policy,
            "transition": transition})])
    }
}
