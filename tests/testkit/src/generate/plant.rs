//! Equipment: placed in service, depreciated, impaired, disposed of.

use serde_json::{Value, json};

use super::plan::{Asset, Charge, Stock, When, date, month, text};
use super::{Generator, money};
use crate::naive::Naive;

impl Generator {
    pub(super) fn equipment(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        match self.dice.between(0, 7) {
            0..=2 => self.place(when),
            3..=5 => self.depreciate(when, today),
            6 => self.impair(when),
            _ => self.dispose(when),
        }
    }

    /// Built on the spot where nothing stands in construction.
    fn place(&mut self, when: When) -> Option<Vec<Value>> {
        let mut events = Vec::new();
        let mut site = match self.order_open_at(when) {
            Some(order) if self.dice.once_in(4) => order.name,
            Some(_) | None => "hall".to_owned(),
        };
        let built = |generator: &Generator, site: &str| {
            generator.plan.available(&Stock::Built(site.to_owned()), when)
        };
        if built(self, &site) < 1_000_000 {
            events.extend(self.invoice(when)?);
            site =
                self.plan.orders.iter().map(|order| order.name.clone()).find(|name| built(self, name) > 0)?;
        }
        let cost = self.dice.part_of(built(self, &site), 10_000)?;
        self.take(when, Stock::Built(site.clone()), cost);
        let name = format!("a{}-{}", self.log.len() + 1, self.plan.assets.len());
        let items = self.dice.once_in(2).then(|| self.dice.between(1, 9));
        self.plan.assets.push(Asset { name: name.clone(), placed: when, items, gone: false });
        let named = if site == "hall" { "projects" } else { "commitments" };
        let salvage = self.dice.between(0, cost / 20_000) * 10_000;
        let mut event = json!({"type": "asset_placed_in_service", "asset": name, "cost": money(cost, "USD"),
            "class": self.dice.pick(&["miners", "gpu_servers", "data_centre_plant"]), named: [site],
            "life_months": u32::try_from(self.dice.between(1, 40)).unwrap(), "salvage": money(salvage, "USD")});
        if let Some(items) = items {
            event["units"] = json!(text(items, 0));
        }
        if self.dice.once_in(2) {
            event["segment"] = json!(self.dice.pick(&["mining", "ai"]));
        }
        events.push(event);
        Some(events)
    }

    /// An asset in service since an earlier entry, at the end: what it is carried at is asked of the model.
    fn asset_at_the_end(&mut self, when: When) -> Option<Asset> {
        if when < self.plan.latest {
            return None;
        }
        let known = |asset: &&Asset| self.before.assets.iter().any(|before| before.name == asset.name);
        let there = |asset: &&Asset| !asset.gone && asset.placed <= when;
        let assets: Vec<_> = self.plan.assets.iter().filter(there).filter(known).cloned().collect();
        if assets.is_empty() { None } else { Some(self.dice.pick(&assets).clone()) }
    }

    fn charge(&mut self, when: When, month: i64, asset: Option<&Asset>, through: i64) -> Value {
        let asset = asset.map(|asset| asset.name.clone());
        self.plan.charges.push(Charge { when, month, asset: asset.clone() });
        let mut event = json!({"type": "depreciation_charged", "through": date(through)});
        if let Some(asset) = asset {
            event["asset"] = json!(asset);
        }
        event
    }

    /// Of all, mostly; of months that have ended by then, whether or not `through` ends one.
    fn depreciate(&mut self, when: When, today: bool) -> Option<Vec<Value>> {
        if !today {
            return None;
        }
        let ended = month(when.day + 1) - 1;
        if self.dice.once_in(4) {
            let asset = self.asset_at_the_end(when)?;
            let last = self
                .plan
                .charges
                .iter()
                .filter(|charge| charge.asset.as_ref().is_none_or(|name| *name == asset.name));
            let last = last.map(|charge| charge.month).max().unwrap_or(0).max(month(asset.placed.day) - 1);
            return (ended > last).then(|| vec![self.charge(when, ended, Some(&asset), when.day)]);
        }
        let of_all = self.plan.charges.iter().filter(|charge| charge.asset.is_none());
        let last = of_all.map(|charge| charge.month).max().unwrap_or(0);
        (ended > last).then(|| vec![self.charge(when, ended, None, when.day)])
    }

    /// What comes before an asset is valued: the months gone by, if they are not charged.
    fn caught_up(&mut self, when: When, asset: &Asset) -> Vec<Value> {
        let due = month(when.day) - 1;
        if self.plan.charged(asset, when) >= due {
            return Vec::new();
        }
        vec![self.charge(when, due, Some(asset), when.day)]
    }

    fn impair(&mut self, when: When) -> Option<Vec<Value>> {
        let asset = self.asset_at_the_end(when)?;
        let mut events = self.caught_up(when, &asset);
        let naive = Naive::new(&self.log);
        let picture = naive.ask(naive.books()[0], None, None).ok()?;
        let (cost, worn) = picture.assets.get(&asset.name.parse().ok()?)?;
        let to = (cost - worn) / self.dice.between(2, 40);
        events.push(json!({"type": "asset_impaired", "asset": asset.name, "to": money(to * 10_000, "USD")}));
        (to > 0).then_some(events)
    }

    /// Some of its items or all of it; for money, on credit, or for nothing.
    fn dispose(&mut self, when: When) -> Option<Vec<Value>> {
        let asset = self.asset_at_the_end(when)?;
        let mut events = self.caught_up(when, &asset);
        let currency = *self.dice.pick(&["USD", "USDT"]);
        let proceeds = self.dice.between(0, 500_000) * 10_000;
        let fee = self.dice.between(0, proceeds / 100_000) * 10_000;
        let mut event = json!({"type": "asset_disposed", "asset": asset.name});
        match self.dice.between(0, 3) {
            0 => event["proceeds"] = money(0, "USD"),
            1 => {
                event["proceeds"] = money(proceeds, currency);
                event["receivable"] = json!("vendor");
            }
            _ => {
                let to = if currency == "USD" { "bank" } else { "usdt" };
                event["proceeds"] = money(proceeds, currency);
                event["fee"] = money(fee, currency);
                event["to"] = json!({"wallet": to});
                self.put(when, Stock::In(to.to_owned()), proceeds - fee);
            }
        }
        let sold = asset.items.map(|items| self.dice.between(1, items));
        let whole = sold.is_none() || self.dice.once_in(4);
        if let (Some(sold), false) = (sold, whole) {
            event["units"] = json!(text(sold, 0));
        }
        let of_plan = self.plan.assets.iter_mut().find(|of_plan| of_plan.name == asset.name)?;
        of_plan.items = asset.items.map(|items| items - if whole { items } else { sold.unwrap_or(items) });
        of_plan.gone = whole || of_plan.items == Some(0);
        events.push(event);
        Some(events)
    }
}
