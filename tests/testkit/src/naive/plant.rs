//! Equipment: what it cost, month after month of depreciation, impairment, disposal.

use std::collections::BTreeMap;

use chrono::Datelike;
use ledger_core::event::capex::{EquipmentClass, OpeningAsset};
use ledger_core::event::{AssetDisposed, AssetImpaired, AssetPlacedInService, DepreciationCharged};
use ledger_core::ids::AssetId;
use ledger_core::money::Amount;
use ledger_core::time::Day;

use super::capex::Site;
use super::desk::{Desk, Done};
use super::numbers::{self, Half};

/// An asset, in cents.
#[derive(Debug, Clone)]
struct Asset {
    name: AssetId,
    account: u16,
    cost: i128,
    worn: i128,
    salvage: i128,
    items: Option<i128>,
    /// Months of its life that are not charged yet.
    months_left: i128,
    /// The month that is charged next.
    next: i128,
    /// What was to be charged when it was last valued, over how many months, and how much of it is charged.
    to_charge: i128,
    over: i128,
    charged: i128,
}

impl Asset {
    /// Charges the months before `month`, each its part: what is due by then less what was charged.
    fn charge_until(&mut self, month: i128) -> i128 {
        let mut due = 0;
        while self.next < month {
            self.next += 1;
            self.months_left = (self.months_left - 1).max(0);
            let gone = self.over - self.months_left;
            let total = if self.months_left == 0 {
                self.to_charge
            } else {
                numbers::divide(self.to_charge * gone, self.over, Half::Even)
            };
            due += total - self.charged;
            self.charged = total;
        }
        self.worn += due;
        due
    }

    /// What is left to be charged is spread over what is left of the life.
    fn value_anew(&mut self) {
        self.to_charge = (self.cost - self.worn - self.salvage).max(0);
        self.over = self.months_left;
        self.charged = 0;
    }
}

/// All equipment in service.
#[derive(Debug, Clone, Default)]
pub(super) struct Plant {
    assets: Vec<Asset>,
    /// The month that a charge of all assets comes to next.
    next: Option<i128>,
}

impl Plant {
    fn asset(&mut self, name: AssetId) -> Result<&mut Asset, String> {
        let found = self.assets.iter_mut().find(|asset| asset.name == name);
        found.ok_or_else(|| format!("{name} is not in service"))
    }

    /// Cost and depreciation by asset.
    pub(super) fn carried(&self) -> BTreeMap<AssetId, (i128, i128)> {
        self.assets.iter().map(|asset| (asset.name, (asset.cost, asset.worn))).collect()
    }
}

fn month(day: Day) -> i128 {
    i128::from(day.date().year()) * 12 + i128::from(day.date().month0())
}

fn account_of(class: EquipmentClass) -> u16 {
    match class {
        EquipmentClass::Miners => 1510,
        EquipmentClass::GpuServers => 1511,
        EquipmentClass::DataCentrePlant => 1512,
    }
}

fn cents(amount: &Amount) -> i128 {
    numbers::cents(amount.amount.decimal())
}

impl Desk<'_, '_> {
    /// Orders give what they have before projects do, in the order in which they are named.
    pub(super) fn placed(&mut self, event: &AssetPlacedInService) -> Done {
        let cost = cents(&event.cost);
        let orders = event.commitments.iter().map(|order| Site::Order(*order));
        let projects = event.projects.iter().map(|project| Site::Project(*project));
        let mut left = cost;
        for site in orders.chain(projects) {
            let built = self.works.built.entry(site).or_default();
            let part = left.min(*built);
            *built -= part;
            left -= part;
        }
        if left > 0 {
            return Err(format!("{left} more than was built"));
        }
        let account = account_of(event.class);
        self.post(account, cost);
        self.post(1520, -cost);
        let life = i128::from(event.life_months);
        let mut asset = Asset {
            name: event.asset,
            account,
            cost,
            worn: 0,
            salvage: event.salvage.as_ref().map_or(0, cents),
            items: event.units.map(|items| numbers::fine(items.decimal())),
            months_left: life,
            next: month(self.day),
            to_charge: 0,
            over: life,
            charged: 0,
        };
        asset.value_anew();
        self.plant.assets.push(asset);
        Ok(())
    }

    /// In service before the books were opened. The months gone are charged, or are not, as the opening says.
    pub(super) fn opening_asset(&mut self, opening: &OpeningAsset) {
        let cost = numbers::cents(opening.cost.decimal());
        let worn = opening.accumulated.map_or(0, |worn| numbers::cents(worn.decimal()));
        let account = account_of(opening.class);
        self.post(account, cost);
        self.post(1519, -worn);
        let first = month(opening.in_service);
        let next = month(opening.charged_through.unwrap_or(self.day).next()).max(first);
        let months_left = (i128::from(opening.life_months) - (next - first)).max(0);
        let mut asset = Asset {
            name: opening.asset,
            account,
            cost,
            worn,
            salvage: opening.salvage.map_or(0, |salvage| numbers::cents(salvage.decimal())),
            items: opening.units.map(|items| numbers::fine(items.decimal())),
            months_left,
            next,
            to_charge: 0,
            over: months_left,
            charged: 0,
        };
        asset.value_anew();
        self.plant.assets.push(asset);
    }

    /// The months that have ended by the day named, each once.
    pub(super) fn depreciated(&mut self, event: &DepreciationCharged) -> Done {
        if event.through > self.day {
            return Err("depreciation of days to come".to_owned());
        }
        let running = month(event.through.next());
        let next = match event.asset {
            Some(name) => Some(self.plant.asset(name)?.next),
            None => self.plant.next.replace(running),
        };
        if next.is_some_and(|next| running <= next) {
            return Err("depreciation is charged already".to_owned());
        }
        let named = |asset: &&mut Asset| event.asset.is_none_or(|name| name == asset.name);
        let due: i128 =
            self.plant.assets.iter_mut().filter(named).map(|asset| asset.charge_until(running)).sum();
        self.post(6110, due);
        self.post(1519, -due);
        Ok(())
    }

    /// The months gone by are charged before an asset is valued.
    fn charged(&mut self, name: AssetId) -> Result<&mut Asset, String> {
        let this_month = month(self.day);
        let asset = self.plant.asset(name)?;
        let behind = asset.next < this_month && asset.months_left > 0;
        if behind { Err(format!("{name} is not charged until this month")) } else { Ok(asset) }
    }

    pub(super) fn impaired(&mut self, event: &AssetImpaired) -> Done {
        let asset = self.charged(event.asset)?;
        let loss = asset.cost - asset.worn - cents(&event.to);
        if loss <= 0 {
            return Err(format!("{} is worth no less", event.asset));
        }
        asset.worn += loss;
        asset.value_anew();
        self.post(6120, loss);
        self.post(1519, -loss);
        Ok(())
    }

    /// All of it, or so many of its items with their part of everything. What is left is valued anew.
    pub(super) fn disposed(&mut self, event: &AssetDisposed) -> Done {
        let asset = self.charged(event.asset)?;
        let items = event.units.map(|items| numbers::fine(items.decimal()));
        let part = |amount: i128| match (items, asset.items) {
            (Some(items), Some(all)) => numbers::part_of(amount, items, all, Half::Even),
            _ => amount,
        };
        let (cost, worn, salvage) = (part(asset.cost), part(asset.worn), part(asset.salvage));
        let (account, left) = (asset.account, asset.items.unwrap_or(0) - items.or(asset.items).unwrap_or(0));
        if left < 0 {
            return Err(format!("{} has fewer items", event.asset));
        }
        asset.cost -= cost;
        asset.worn -= worn;
        asset.salvage -= salvage;
        asset.items = asset.items.map(|_| left);
        asset.value_anew();
        if left == 0 {
            self.plant.assets.retain(|asset| asset.name != event.asset);
        }
        let fee = event.fee.as_ref().map_or(0, |fee| numbers::fine(fee.amount.decimal()));
        let net = numbers::fine(event.proceeds.amount.decimal()) - fee;
        match event.to {
            Some(to) => {
                self.receive(to, net)?;
            }
            None => self.post(1410, self.par(net)),
        }
        self.post(account, -cost);
        self.post(1519, worn);
        self.post_rest(4570);
        Ok(())
    }
}
