//! Coins: bought, sold, moved, designated, mined, marked, observed.

use serde_json::{Value, json};

use super::plan::{BARE, Kind, Stock, Wallet, When, text};
use super::{Generator, money, step};

impl Generator {
    pub(super) fn coin_wallet(&mut self) -> Wallet {
        let wallets = self.plan.wallets_of(Kind::Coins);
        self.dice.pick(&wallets).clone()
    }

    fn money_wallet(&mut self) -> Wallet {
        let wallets = self.plan.wallets_of(Kind::Money);
        self.dice.pick(&wallets).clone()
    }

    /// A wallet of money with something in it at the moment.
    pub(super) fn payer(&mut self, when: When) -> Option<(Wallet, i128)> {
        let wallet = self.money_wallet();
        let held = self.plan.available(&Stock::In(wallet.name.clone()), when);
        (held > 100_000_000).then_some((wallet, held))
    }

    /// A fee of up to a fiftieth, sometimes none.
    pub(super) fn fee_of(&mut self, amount: i128, currency: &str) -> i128 {
        let most = if self.dice.once_in(3) { 0 } else { amount / 50 };
        self.dice.between(0, most) / step(currency) * step(currency)
    }

    /// What units are worth, roughly, in a currency's smallest steps.
    pub(super) fn about(&mut self, units: i128, commodity: &str, currency: &str) -> i128 {
        let price = *self.plan.price(commodity);
        let worth = units * price / 10_000;
        (worth + self.dice.between(-worth / 50, worth / 50)).max(step(currency)) / step(currency)
            * step(currency)
    }

    pub(super) fn buy(&mut self, when: When) -> Option<Vec<Value>> {
        let (from, held) = self.payer(when)?;
        let to = self.coin_wallet();
        let paid = self.dice.part_of(held / 5, step(&from.holds))?;
        let fee = self.fee_of(paid, &from.holds);
        let price = *self.plan.price(&to.holds);
        let units = (paid * 10_000 / price + self.dice.between(0, 5_000)).max(1);
        self.take(when, Stock::In(from.name.clone()), paid + fee);
        self.put(when, Stock::In(to.name.clone()), units);
        let mut event = json!({"type": "coins_bought", "to": {"wallet": to.name}, "commodity": to.holds,
            "units": text(units, 8), "paid": money(paid, &from.holds), "from": {"wallet": from.name}});
        if fee > 0 {
            event["fee"] = money(fee, &from.holds);
        }
        Some(vec![event])
    }

    fn proceeds(&mut self, when: When, units: i128, commodity: &str, mut event: Value) -> Vec<Value> {
        let to = self.money_wallet();
        let proceeds = self.about(units, commodity, &to.holds);
        let fee = self.fee_of(proceeds, &to.holds);
        self.put(when, Stock::In(to.name.clone()), proceeds - fee);
        event["units"] = json!(text(units, 8));
        event["proceeds"] = money(proceeds, &to.holds);
        event["to"] = json!({"wallet": to.name});
        if fee > 0 {
            event["fee"] = money(fee, &to.holds);
        }
        vec![event]
    }

    pub(super) fn sell(&mut self, when: When) -> Option<Vec<Value>> {
        let from = self.coin_wallet();
        let units = self.dice.part_of(self.plan.available(&Stock::In(from.name.clone()), when), 1)?;
        self.leave(when, &from.name, units);
        let event = json!({"type": "coins_sold", "commodity": from.holds, "from": {"wallet": from.name}});
        Some(self.proceeds(when, units, &from.holds, event))
    }

    pub(super) fn sell_pledged(&mut self, when: When) -> Option<Vec<Value>> {
        let facility = self.facility_open_at(when)?;
        let pledged = self.plan.available(&Stock::Pledged(facility.name.clone()), when);
        let units = self.dice.part_of(pledged, 1)?;
        self.take(when, Stock::Pledged(facility.name.clone()), units);
        let event = json!({"type": "coins_sold", "commodity": "BTC", "from": {"facility": facility.name},
            "route": "settled_by_lender"});
        Some(self.proceeds(when, units, "BTC", event))
    }

    /// Coins leave a wallet, the strategic ones last.
    pub(super) fn leave(&mut self, when: When, wallet: &str, units: i128) {
        self.take(when, Stock::In(wallet.to_owned()), units);
        let left = self.plan.available(&Stock::In(wallet.to_owned()), when);
        let strategic = Stock::Strategic(wallet.to_owned());
        let too_many = self.plan.available(&strategic, when) - left;
        if too_many > 0 {
            self.take(when, strategic, too_many);
        }
    }

    pub(super) fn move_coins(&mut self, when: When) -> Option<Vec<Value>> {
        let (from, to) = *self.dice.pick(&[("cold", "hot"), ("hot", "cold")]);
        let held = self.plan.available(&Stock::In(from.to_owned()), when);
        let fee = if self.dice.once_in(3) { 0 } else { self.dice.between(1, 100_000) };
        let units = self.dice.part_of(held - fee, 1)?;
        self.leave(when, from, units + fee);
        let mut event = json!({"type": "coins_moved", "commodity": "BTC", "units": text(units, 8),
            "from": {"wallet": from}, "to": {"wallet": to}});
        let there = if self.dice.once_in(2) { when } else { self.later_than(when) };
        if there > when {
            event["arrives"] = json!(self.effective(there));
        }
        self.put(there, Stock::In(to.to_owned()), units);
        if fee > 0 {
            event["network_fee_units"] = json!(text(fee, 8));
            if self.dice.once_in(2) {
                event["price"] = json!(self.price_near("BTC"));
            }
        }
        Some(vec![event])
    }

    /// Some days on, or the end of the same day.
    fn later_than(&mut self, when: When) -> When {
        let days = i64::try_from(self.dice.between(0, 5)).unwrap();
        if days == 0 || self.dice.once_in(2) {
            return When::bare(when.day + days);
        }
        When { day: when.day + days, minute: i64::try_from(self.dice.between(6 * 60, 18 * 60)).unwrap() }
    }

    pub(super) fn designate(&mut self, when: When) -> Option<Vec<Value>> {
        let wallet = self.coin_wallet();
        let strategic = Stock::Strategic(wallet.name.clone());
        let there = self.plan.available(&strategic, when);
        let all = self.plan.available(&Stock::In(wallet.name.clone()), when);
        let to = *self.dice.pick(&["strategic", "operating"]);
        let most = if to == "strategic" { all - there } else { there };
        let units = self.dice.part_of(most, 1)?;
        self.put(when, strategic, if to == "strategic" { units } else { -units });
        Some(vec![json!({"type": "coins_designated", "wallet": wallet.name, "commodity": wallet.holds,
            "units": text(units, 8), "to": to})])
    }

    pub(super) fn value_or_price(&mut self, units: i128, commodity: &str, mut event: Value) -> Value {
        event["units"] = json!(text(units, 8));
        if self.dice.once_in(2) {
            event["price"] = json!(self.price_near(commodity));
        } else {
            let currency = *self.dice.pick(&["USD", "USDT"]);
            event["value"] = money(self.about(units, commodity, currency), currency);
        }
        event
    }

    pub(super) fn mine(&mut self, when: When) -> Option<Vec<Value>> {
        let (wallet, units) = (self.coin_wallet(), self.coins() / 10);
        self.put(when, Stock::In(wallet.name.clone()), units);
        let event = json!({"type": "coins_mined", "wallet": wallet.name});
        Some(vec![self.value_or_price(units, &wallet.holds, event)])
    }

    pub(super) fn earn(&mut self, when: When) -> Option<Vec<Value>> {
        let units = self.coins() / 10;
        self.put(when, Stock::Owed("pool".to_owned()), units);
        let event = json!({"type": "coins_earned", "pool": "pool", "pool_fee": "0.00000123"});
        Some(vec![self.value_or_price(units, "BTC", event)])
    }

    pub(super) fn receive(&mut self, when: When) -> Option<Vec<Value>> {
        let owed = Stock::Owed("pool".to_owned());
        let units = self.dice.part_of(self.plan.available(&owed, when), 1)?;
        let wallet = *self.dice.pick(&["cold", "hot"]);
        self.take(when, owed, units);
        self.put(when, Stock::In(wallet.to_owned()), units);
        let mut event =
            json!({"type": "coins_received", "pool": "pool", "wallet": wallet, "units": text(units, 8)});
        if self.dice.once_in(2) {
            event["price"] = json!(self.price_near("BTC"));
        }
        Some(vec![event])
    }

    pub(super) fn mark(&mut self, when: When) -> Option<Vec<Value>> {
        let commodity = *self.dice.pick(&["BTC", "BTC", "BTC", "BCH", "USDT"]);
        let mut event = json!({"type": "fair_value_marked", "commodity": commodity});
        let of_coin = |(_, coin, at): &&(u64, String, When)| coin == commodity && *at < when;
        let observed: Vec<_> = self.plan.observations.iter().filter(of_coin).cloned().collect();
        match self.dice.between(0, 3) {
            0 if !observed.is_empty() => event["from_observation"] = json!(self.dice.pick(&observed).0),
            1 => {}
            _ => event["price"] = json!(self.price_near(commodity)),
        }
        Some(vec![event])
    }

    /// A price. It lies at its own time unless prices may come to light late.
    pub(super) fn observe(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        if !self.options.late_prices && (!today || when.minute == BARE || when <= self.plan.latest) {
            return None;
        }
        let number = self.log.len() as u64 + 1;
        let commodity = *self.dice.pick(&["BTC", "BTC", "BCH", "USDT"]);
        let price = if commodity == "USDT" {
            text(self.dice.between(9_900, 10_100), 4)
        } else {
            let price = self.price_near(commodity);
            let thousandths: i128 = price.replace('.', "").parse().expect("digits");
            *self.plan.price(commodity) = thousandths / 10;
            price
        };
        let mut event = json!({"type": "price_observed", "commodity": commodity, "currency": "USD", "price": price,
            "source": self.dice.pick(&["exchange", "exchange", "index"]), "market": format!("{commodity}/USD"),
            "at": self.instant(when)});
        let earlier: Vec<_> =
            self.plan.observations.iter().filter(|(_, coin, _)| coin == commodity).cloned().collect();
        let twice = self.plan.observations.iter().any(|(known, _, _)| *known == number);
        if twice {
            return None;
        }
        if self.options.late_prices && !earlier.is_empty() && self.dice.once_in(4) {
            // A price is replaced once; whoever corrects it again replaces the correction.
            let replaced = self.dice.pick(&earlier).0;
            self.plan.observations.retain(|(known, _, _)| *known != replaced);
            event["supersedes"] = json!(replaced);
        }
        self.plan.observations.push((number, commodity.to_owned(), when));
        Some(vec![event])
    }
}
