//! The register of equipment in use: what it cost, how long it is used, how far it is depreciated. Free of any
//! book's policy, for cost and life are stated in the functional currency and every book charges the same.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::{Moment, World};
use crate::account::Account;
use crate::chart::{DATA_CENTRE_PLANT, GPU_SERVERS, MINERS};
use crate::event::capex::{EquipmentClass, OpeningAsset};
use crate::event::{AssetDisposed, AssetPlacedInService, DepreciationCharged, Event};
use crate::exact::{self, Overflow};
use crate::ids::{AssetId, Segment};
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::rounding::Rounding;
use crate::time::Day;
use rust_decimal::Decimal;

/// A calendar month, counted from the year zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Month(i32);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Day) -> Month {
        let date = day.date();
        // Years of the calendar have six digits at most.
        Month(date.year() * 12 + date.month0().cast_signed())
    }

    /// The last month that has ended with a day, or before it.
    #[must_use]
    pub fn ended_by(day: Day) -> Month {
        Month::of(day.next()).before()
    }

    /// The month before.
    #[must_use]
    pub fn before(self) -> Month {
        Month(self.0.saturating_sub(1))
    }

    /// How many months it lies after another.
    fn since(self, other: Month) -> i64 {
        i64::from(self.0) - i64::from(other.0)
    }

    /// Its last day; the calendar's last when it reaches no further.
    #[must_use]
    pub fn last_day(self) -> Day {
        let next = self.0.saturating_add(1);
        let month = (next.rem_euclid(12) + 1).cast_unsigned();
        let first_of_next = chrono::NaiveDate::from_ymd_opt(next.div_euclid(12), month, 1);
        first_of_next.and_then(|date| date.pred_opt()).and_then(Day::from_date).unwrap_or(Day::LAST)
    }
}

/// The account of a class of equipment.
pub(crate) fn equipment_account(class: EquipmentClass) -> Account {
    match class {
        EquipmentClass::Miners => MINERS,
        EquipmentClass::GpuServers => GPU_SERVERS,
        EquipmentClass::DataCentrePlant => DATA_CENTRE_PLANT,
    }
}

/// An asset and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Its name.
    pub name: AssetId,
    /// What it is.
    pub class: EquipmentClass,
    /// The line of business it serves.
    pub segment: Option<Segment>,
    /// How many months it is used.
    pub life_months: u32,
    /// When that was.
    pub in_service: Day,
    /// What the items that are left cost.
    pub cost: Money,
    /// What they will be worth at the end.
    pub salvage: Money,
    /// Their depreciation and impairment.
    pub accumulated: Money,
    /// How many items are left, where they are counted.
    pub units: Option<Units>,
    /// The last month charged; the month before its first while none is.
    pub charged_through: Month,
    /// When the last of it was disposed of.
    pub disposed: Option<Day>,
    /// What is spread over the months after `spread_after`, and how much of that is charged.
    spread: Money,
    spread_after: Month,
    charged: Money,
}

/// What a disposal takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Cost.
    pub cost: Money,
    /// Depreciation and impairment.
    pub accumulated: Money,
    salvage: Money,
}

impl Removed {
    /// What it was carried at.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn carrying(&self) -> Result<Money, Overflow> {
        self.cost.minus(self.accumulated)
    }
}

impl Asset {
    fn placed(e: &AssetPlacedInService, day: Day) -> Result<Asset, Overflow> {
        let cost = Money::new(e.cost.amount.decimal());
        let salvage = e.salvage.map_or(Money::ZERO, |salvage| Money::new(salvage.amount.decimal()));
        let before = Month::of(day).before();
        Ok(Asset {
            name: e.asset,
            class: e.class,
            segment: e.segment,
            life_months: e.life_months,
            in_service: day,
            cost,
            salvage,
            accumulated: Money::ZERO,
            units: e.units,
            charged_through: before,
            disposed: None,
            spread: cost.minus(salvage)?,
            spread_after: before,
            charged: Money::ZERO,
        })
    }

    /// What is left to be charged at the opening is spread over what is left of the life.
    fn opened(e: &OpeningAsset, day: Day) -> Result<Asset, Overflow> {
        let charged_through = Month::ended_by(e.charged_through.unwrap_or(day));
        let mut asset = Asset {
            name: e.asset,
            class: e.class,
            segment: e.segment,
            life_months: e.life_months,
            in_service: e.in_service,
            cost: e.cost,
            salvage: e.salvage.unwrap_or_default(),
            accumulated: e.accumulated.unwrap_or_default(),
            units: e.units,
            charged_through: charged_through.max(Month::of(e.in_service).before()),
            disposed: None,
            spread: Money::ZERO,
            spread_after: charged_through,
            charged: Money::ZERO,
        };
        asset.spread_anew()?;
        Ok(asset)
    }

    /// What it is carried at.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn carrying(&self) -> Result<Money, Overflow> {
        self.cost.minus(self.accumulated)
    }

    /// The account of its cost.
    #[must_use]
    pub fn account(&self) -> Account {
        equipment_account(self.class)
    }

    /// The last month of its life; the month of service is its first.
    fn last_month(&self) -> Month {
        let life = i32::try_from(self.life_months).unwrap_or(i32::MAX);
        Month(Month::of(self.in_service).before().0.saturating_add(life))
    }

    /// The last month that must be charged before what it is carried at on a day can be said, if it is not.
    #[must_use]
    pub fn behind(&self, day: Day) -> Option<Month> {
        let due = Month::of(day).before().min(self.last_month());
        (due > self.charged_through).then_some(due)
    }

    /// Depreciation of the months after the last one charged, through a month: what is spread, times the months gone
    /// over the months there are, rounded once, less what was charged before. So the last month takes the rest.
    fn depreciation_due(&self, through: Month, scale: u8) -> Result<Money, Overflow> {
        if self.disposed.is_some() || through <= self.charged_through {
            return Ok(Money::ZERO);
        }
        let months = self.last_month().since(self.spread_after);
        let gone = through.since(self.spread_after);
        let so_far = if gone >= months {
            self.spread
        } else {
            let (gone, months) = (Decimal::from(gone), Decimal::from(months));
            let rounding = Rounding::HalfEven;
            Money::new(exact::mul_div_round(self.spread.decimal(), gone, months, scale.into(), rounding)?)
        };
        so_far.minus(self.charged)
    }

    fn charge(&mut self, due: Money, through: Month) -> Result<(), Overflow> {
        self.accumulated = self.accumulated.plus(due)?;
        self.charged = self.charged.plus(due)?;
        self.charged_through = through;
        Ok(())
    }

    /// What is left to be charged is spread anew over what is left of the life (ASC 360-10-35-20).
    fn spread_anew(&mut self) -> Result<(), Overflow> {
        self.spread = self.carrying()?.minus(self.salvage)?.max(Money::ZERO);
        self.spread_after = self.charged_through;
        self.charged = Money::ZERO;
        Ok(())
    }
}

impl World {
    /// An asset in service.
    ///
    /// # Errors
    /// Refused when nobody placed it in service, or it was disposed of.
    pub fn asset(&self, asset: AssetId) -> Result<&Asset, Refusal> {
        let found = self.assets.get(&asset).ok_or(Refusal::UnknownAsset { asset })?;
        if found.disposed.is_some() { Err(Refusal::AssetIsDisposed { asset }) } else { Ok(found) }
    }

    /// All assets, those disposed of too, by name.
    pub fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.assets.iter().map(|(_, asset)| asset)
    }

    /// Whether an asset of this name was ever placed in service.
    #[must_use]
    pub fn has_asset(&self, asset: AssetId) -> bool {
        self.assets.contains(&asset)
    }

    /// The last month for which the depreciation of all assets was charged.
    #[must_use]
    pub fn depreciated_through(&self) -> Option<Month> {
        self.depreciated.get(&()).copied()
    }

    /// What a charge of depreciation comes to, asset by asset; those that it charges nothing are left out.
    ///
    /// # Errors
    /// Refused when it names an asset that is not in service, or an amount does not fit.
    pub fn depreciation(&self, e: &DepreciationCharged) -> Result<Vec<(&Asset, Money)>, Refusal> {
        let scale = self.scale(self.settings()?.functional)?;
        let through = Month::ended_by(e.through);
        let mut due = Vec::new();
        if let Some(named) = e.asset {
            let asset = self.asset(named)?;
            due.push((asset, asset.depreciation_due(through, scale)?));
        } else {
            for asset in self.assets() {
                due.push((asset, asset.depreciation_due(through, scale)?));
            }
        }
        due.retain(|(_, amount)| !amount.is_zero());
        Ok(due)
    }

    /// What a disposal takes away: all that is left, or the part of it that goes with the items disposed of.
    ///
    /// # Errors
    /// Refused when the asset is not in service, or an amount does not fit.
    pub fn removed(&self, e: &AssetDisposed) -> Result<Removed, Refusal> {
        let asset = self.asset(e.asset)?;
        let scale = self.scale(self.settings()?.functional)?.into();
        let part = |amount: Money| match (e.units, asset.units) {
            (Some(units), Some(left)) => amount.share(units, left, scale, Rounding::HalfEven),
            (None, _) | (Some(_), None) => Ok(amount),
        };
        Ok(Removed {
            cost: part(asset.cost)?,
            accumulated: part(asset.accumulated)?,
            salvage: part(asset.salvage)?,
        })
    }

    pub(super) fn change_assets(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        if let Event::AssetPlacedInService(e) = event {
            self.assets.set(e.asset, Asset::placed(e, at.day)?);
        } else if let Event::OpeningRecorded(e) = event {
            // Further books open on the same world.
            for opening in
                e.assets.iter().filter(|opening| !self.assets.contains(&opening.asset)).collect::<Vec<_>>()
            {
                self.assets.set(opening.asset, Asset::opened(opening, at.day)?);
            }
        } else if let Event::DepreciationCharged(e) = event {
            self.charge_depreciation(e)?;
        } else if let Event::AssetImpaired(e) = event {
            let mut asset = self.asset(e.asset)?.clone();
            asset.accumulated = asset.cost.minus(Money::new(e.to.amount.decimal()))?;
            asset.spread_anew()?;
            self.assets.set(e.asset, asset);
        } else if let Event::AssetDisposed(e) = event {
            let removed = self.removed(e)?;
            let mut asset = self.asset(e.asset)?.clone();
            asset.cost = asset.cost.minus(removed.cost)?;
            asset.accumulated = asset.accumulated.minus(removed.accumulated)?;
            asset.salvage = asset.salvage.minus(removed.salvage)?;
            let left = match (e.units, asset.units) {
                (Some(units), Some(before)) => before.minus(units)?,
                (None, _) | (Some(_), None) => Units::ZERO,
            };
            asset.units = asset.units.map(|_| left);
            if left.is_zero() {
                asset.disposed = Some(at.day);
            }
            asset.spread_anew()?;
            self.assets.set(e.asset, asset);
        }
        Ok(())
    }

    fn charge_depreciation(&mut self, e: &DepreciationCharged) -> Result<(), Refusal> {
        let scale = self.scale(self.settings()?.functional)?;
        let through = Month::ended_by(e.through);
        let charged = |asset: &&Asset| e.asset.is_none_or(|named| named == asset.name);
        let running = |asset: &&Asset| asset.disposed.is_none() && asset.charged_through < through;
        let mut all: Vec<Asset> = self.assets().filter(charged).filter(running).cloned().collect();
        for asset in &mut all {
            let due = asset.depreciation_due(through, scale)?;
            asset.charge(due, through)?;
        }
        for asset in all {
            self.assets.set(asset.name, asset);
        }
        if e.asset.is_none() {
            self.depreciated.set((), through);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_ended_with_its_last_day() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (through, last) in [
            ("2026-02-27", "2026-01-31"),
            ("2026-02-28", "2026-02-28"),
            ("2028-02-28", "2028-01-31"),
            ("2028-02-29", "2028-02-29"),
            ("2026-12-31", "2026-12-31"),
            ("2027-01-01", "2026-12-31"),
        ] {
            assert_eq!(Month::ended_by(day(through)).last_day(), day(last), "{through}");
        }
        assert_eq!(Month::of(day("2027-01-15")).since(Month::of(day("2025-11-30"))), 14);
    }
}
