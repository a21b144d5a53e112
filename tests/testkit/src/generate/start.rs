//! The first entries: the ledger and its books, wallets and parties, first prices, sometimes an opening.

use serde_json::{Value, json};

use super::plan::{Asset, Charge, Kind, Stock, Wallet, When, date, month, text};
use super::{Generator, money};

impl Generator {
    /// The entry with this number, as long as the start goes on.
    pub(super) fn start(&mut self, number: u64) -> Option<(When, Vec<Value>)> {
        let when = When::bare(self.first_day);
        match number {
            1 => Some((when, vec![self.ledger()])),
            2 => Some((when, self.places())),
            3 => Some((when, self.first_prices(when))),
            4 => Some((when, self.opening(when))),
            _ => None,
        }
    }

    fn ledger(&mut self) -> Value {
        let (ours, mut tax) = (self.policy(true), self.policy(false));
        if self.dice.once_in(2) {
            tax["lots"] = json!({"method": "specific"});
        }
        let books = json!([
            {"book": "us-gaap", "policy": ours},
            {"book": "tax", "framework": "us-tax", "policy": tax},
        ]);
        self.books = vec!["us-gaap".to_owned(), "tax".to_owned()];
        json!({"type": "ledger_opened", "entity": "Random", "functional_currency": "USD",
               "time_zone": self.zone, "fiscal_year_end": "12-31", "books": books})
    }

    fn policy(&mut self, fair_value: bool) -> Value {
        let mut policy = self.changeable();
        if self.dice.once_in(3) {
            // For all time: what does not lie in lots from the beginning never does.
            policy["stablecoin"] = json!([{"commodity": "USDT", "treatment": "crypto"}]);
            self.tether_in_lots = true;
        }
        if fair_value && self.dice.once_in(3) {
            let method = *self.dice.pick(&["fifo", "lifo", "hifo", "lofo", "average"]);
            policy["lots"] = json!({"method": method, "scope": "entity"});
        }
        if self.dice.once_in(4) {
            policy["pledge"] = json!(self.dice.pick(&["by_control", "never_a_disposal"]));
        }
        let other = ["cost", "cost_less_impairment", "revaluation"];
        if fair_value && self.dice.once_in(3) || !fair_value && self.dice.once_in(3) {
            policy["measurement"] = json!(self.dice.pick(&other));
        }
        if policy["measurement"] == "revaluation" && policy["lots"]["method"] == "average" {
            policy["lots"]["method"] = json!("fifo");
        }
        policy
    }

    /// Choices that may change while the books are kept.
    pub(super) fn changeable(&mut self) -> Value {
        let mut policy = json!({});
        let mut maybe = |name: &str, choices: &[&str]| {
            if self.dice.once_in(2) {
                policy[name] = json!(self.dice.pick(choices));
            }
        };
        maybe("sale_fee", &["reduces_proceeds", "expense"]);
        maybe("purchase_fee", &["capitalise", "expense"]);
        maybe("disposal_carrying", &["remeasure_first", "last_mark"]);
        maybe("rounding", &["half_even", "half_up"]);
        maybe("mined_cost", &["inception", "receipt"]);
        if self.dice.once_in(2) {
            policy["lots"] = json!({"method": self.dice.pick(&["fifo", "lifo", "hifo", "lofo", "average"])});
        }
        if self.dice.once_in(3) {
            policy["allowance"] = json!(text(self.dice.between(0, 300), 4));
        }
        if !self.tether_in_lots && self.dice.once_in(3) {
            let treatment = *self.dice.pick(&["financial_asset", "cash_equivalent", "cost_less_impairment"]);
            policy["stablecoin"] = json!([{"commodity": "USDT", "treatment": treatment, "memo": "file 7"}]);
        }
        if self.dice.once_in(4) {
            policy["price"] = self.price_terms();
        }
        if self.dice.once_in(4) {
            policy["impairment_reversal"] = json!(self.dice.pick(&["none", "to_cost"]));
        }
        policy
    }

    /// Whose prices serve, and by when that of a day is taken.
    fn price_terms(&mut self) -> Value {
        let mut terms = json!({"commodity": self.dice.pick(&["BTC", "BTC", "USDT"]), "currency": "USD"});
        if self.dice.once_in(2) {
            terms["source"] = json!(self.dice.pick(&["exchange", "exchange", "index"]));
        }
        if self.dice.once_in(2) {
            terms["cut_off"] = json!(format!("{:02}:30", self.dice.between(8, 22)));
        }
        json!([terms])
    }

    fn places(&mut self) -> Vec<Value> {
        let wallet =
            |name: &str, holds: &str, kind| Wallet { name: name.to_owned(), holds: holds.to_owned(), kind };
        self.plan.wallets = vec![
            wallet("bank", "USD", Kind::Money),
            wallet("second-bank", "USD", Kind::Money),
            wallet("usdt", "USDT", Kind::Money),
            wallet("cold", "BTC", Kind::Coins),
            wallet("hot", "BTC", Kind::Coins),
            wallet("side", "BCH", Kind::Coins),
            wallet("pool", "BTC", Kind::Pool),
        ];
        let designation = *self.dice.pick(&["operating", "strategic"]);
        vec![
            json!({"type": "commodity_declared", "code": "BCH", "scale": 8}),
            json!({"type": "wallet_opened", "wallet": "bank", "kind": "bank", "currency": "USD"}),
            json!({"type": "wallet_opened", "wallet": "second-bank", "kind": "bank", "currency": "USD"}),
            json!({"type": "wallet_opened", "wallet": "usdt", "kind": "custodian", "currency": "USDT"}),
            json!({"type": "wallet_opened", "wallet": "cold", "kind": "cold", "commodity": "BTC"}),
            json!({"type": "wallet_opened", "wallet": "hot", "kind": "hot", "commodity": "BTC", "designation": designation}),
            json!({"type": "wallet_opened", "wallet": "side", "kind": "exchange", "commodity": "BCH"}),
            json!({"type": "wallet_opened", "wallet": "pool", "kind": "pool", "commodity": "BTC"}),
            json!({"type": "party_registered", "party": "lender"}),
            json!({"type": "party_registered", "party": "vendor", "related_party": true}),
            json!({"type": "account_opened", "code": "6090", "name": "Further costs", "class": "expense"}),
        ]
    }

    fn first_prices(&mut self, when: When) -> Vec<Value> {
        self.plan.prices =
            vec![("BTC".to_owned(), 6_000_000), ("BCH".to_owned(), 40_000), ("USDT".to_owned(), 100)];
        let at = self.instant(When { minute: 60, ..when });
        ["BTC", "BCH", "USDT"]
            .map(|coin| {
                let price = if coin == "USDT" { "0.9991".to_owned() } else { self.price_near(coin) };
                json!({"type": "price_observed", "commodity": coin, "currency": "USD", "price": price,
                       "source": "exchange", "market": format!("{coin}/USD"), "at": at})
            })
            .to_vec()
    }

    /// Half of the ledgers begin with nothing but capital, half with coins, money and sometimes debt.
    fn opening(&mut self, when: When) -> Vec<Value> {
        let cash = self.dice.between(50_000_000, 500_000_000) * 10_000;
        self.put(when, Stock::In("bank".to_owned()), cash);
        if self.dice.once_in(2) {
            return vec![json!({"type": "cash_received", "wallet": "bank", "amount": money(cash, "USD"),
                               "category": "equity"})];
        }
        let mut events = Vec::new();
        let mut debt = json!([]);
        let mut owed = 0;
        if self.dice.once_in(2) {
            events.extend(self.terms("f0", 1_000_000_000_000, when));
            let (principal, accrued, cost) = (400_000_000_000, 1_234_560_000, 2_000_010_000);
            let currency = self.plan.facility("f0").currency.clone();
            self.take(when, Stock::Undrawn("f0".to_owned()), principal);
            self.put(when, Stock::Principal("f0".to_owned()), principal);
            self.plan.facility("f0").accrued_through = when.day - 3;
            debt = json!([{"facility": "f0", "principal": money(principal, &currency),
                "accrued": money(accrued, &currency), "accrued_through": date(when.day - 3),
                "unamortised_cost": money(cost, &currency)}]);
            owed = principal + accrued - cost;
        }
        let tether = self.dice.between(1, 900_000_000_000);
        self.put(when, Stock::In("usdt".to_owned()), tether);
        let tether_carried = tether / 10_000 * 10_000;
        let (lots, carried) = self.opening_lots(when);
        let (assets, plant) = self.opening_plant(when);
        for book in ["us-gaap", "tax"] {
            let rest = cash + tether_carried + carried + plant - owed;
            events.push(json!({"type": "opening_recorded", "book": book, "lots": lots, "facilities": debt, "assets": assets,
                "balances": [
                    {"account": "1010", "debit": text(cash / 10_000, 2), "wallet": "bank"},
                    {"account": "1110", "debit": text(tether_carried / 10_000, 2), "wallet": "usdt", "units": text(tether, 6)},
                    {"account": "3020", "credit": "1000.00"},
                ],
                "equity_not_analysed": text(rest / 10_000 - 100_000, 2)}));
        }
        events
    }

    /// Sometimes an asset in service for a while, and what it is carried at in millionths.
    fn opening_plant(&mut self, when: When) -> (Value, i128) {
        if self.dice.once_in(2) {
            return (json!([]), 0);
        }
        let in_service = When::bare(when.day - i64::try_from(self.dice.between(0, 300)).unwrap());
        let charged = when.day - i64::try_from(self.dice.between(0, 40)).unwrap();
        let cost = self.dice.between(1_000_000, 900_000_000) * 10_000;
        let worn = self.dice.between(0, cost / 20_000) * 10_000;
        let items = self.dice.between(1, 9);
        let placed = When { day: in_service.day, minute: 0 };
        self.plan.assets.push(Asset { name: "a0".to_owned(), placed, items: Some(items), gone: false });
        let through = month(charged + 1) - 1;
        let charge = Charge { when: placed, month: through, asset: Some("a0".to_owned()) };
        self.plan.charges.push(charge);
        let asset = json!([{"asset": "a0", "class": "miners", "cost": text(cost / 10_000, 2),
            "accumulated": text(worn / 10_000, 2), "in_service": date(in_service.day),
            "life_months": u32::try_from(self.dice.between(1, 30)).unwrap(), "charged_through": date(charged),
            "salvage": text(self.dice.between(0, cost / 20_000), 2), "units": text(items, 0)}]);
        (asset, cost - worn)
    }

    /// Up to four lots, and what they are carried at together, in millionths.
    fn opening_lots(&mut self, when: When) -> (Value, i128) {
        let mut lots = Vec::new();
        let mut carried = 0;
        for _ in 0..self.dice.between(0, 4) {
            let place = *self.dice.pick(&["cold", "hot"]);
            let units = self.coins();
            let cost = self.dice.between(1_000, 40_000_000) * 10_000;
            let acquired = when.day - i64::try_from(self.dice.between(0, 400)).unwrap();
            self.put(when, Stock::In(place.to_owned()), units);
            carried += cost;
            lots.push(json!({"place": {"wallet": place}, "commodity": "BTC", "units": text(units, 8),
                "cost": text(cost / 10_000, 2), "acquired": date(acquired)}));
        }
        (json!(lots), carried)
    }
}
