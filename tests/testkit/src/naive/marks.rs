//! What coins are carried at under each model, what goes over to another model, and the allowance on claims.

use ledger_core::event::books::Transition;
use ledger_core::event::{Event, FairValueMarked, PolicyAdopted};
use ledger_core::ids::{Commodity, Place};
use ledger_core::policy::{MeasurementModel, StablecoinTreatment};
use ledger_core::time::Day;

use super::coins::Position;
use super::desk::{Desk, Done};
use super::numbers::{self, Fraction};
use super::{Line, rules};

impl Desk<'_, '_> {
    /// The price is the event's, else that of the entry it names, else the latest observation. What pools owe is no
    /// position; claims for collateral are carried at fair value in every book that marks.
    pub(super) fn mark(&mut self, event: &FairValueMarked) -> Done {
        // A book at cost needs no price.
        if self.rules.model == MeasurementModel::Cost && event.price.is_none() {
            return Ok(());
        }
        let price = match (event.price, event.from_observation) {
            (Some(price), _) => Fraction::of(price.decimal()),
            (None, Some(number)) => self.observed_in(number, event.commodity)?,
            (None, None) => self.price_of_day(event.commodity)?,
        };
        if event.price.is_some() {
            self.marks.push((event.commodity, self.moment, price));
        }
        if self.rules.model == MeasurementModel::Cost {
            return Ok(());
        }
        self.mark_tether(event.commodity, price)?;
        for position in self.coins.positions(event.commodity) {
            self.touch(position);
            let model = if position.account == 1240 { MeasurementModel::FairValue } else { self.rules.model };
            let (change, surplus, rest) = match model {
                MeasurementModel::FairValue | MeasurementModel::Cost => {
                    (self.coins.mark(position, price, self.rules.half), 0, 4510)
                }
                MeasurementModel::CostLessImpairment => (self.write_down(position, price), 0, 6120),
                MeasurementModel::Revaluation => {
                    let before = self.coins.beyond_cost();
                    let change = self.revalue(position, price);
                    (change, self.coins.beyond_cost() - before, 4510)
                }
            };
            self.post(position.account, change);
            self.post(3200, -surplus);
            self.post(if position.account == 1240 { 4520 } else { rest }, surplus - change);
        }
        self.mark_owed(event.commodity, price);
        Ok(())
    }

    /// A stablecoin at its price, or written down to it; a cash equivalent stays at par.
    fn mark_tether(&mut self, coin: Commodity, price: Fraction) -> Done {
        let (half, tether) = (self.rules.half, self.rules.tether);
        let names: Vec<_> =
            self.purses.iter().filter(|purse| purse.currency == coin).map(|purse| purse.wallet).collect();
        for name in names {
            let purse = self.purse(name)?;
            let worth = numbers::worth(purse.units, price, half);
            let (to, rest) = match tether {
                StablecoinTreatment::CashEquivalent | StablecoinTreatment::Crypto => continue,
                StablecoinTreatment::FinancialAsset => (worth, 4550),
                StablecoinTreatment::CostLessImpairment => (worth.min(purse.carrying), 6120),
            };
            let change = to - purse.carrying;
            purse.change(0, change)?;
            self.post(1110, change);
            self.post(rest, -change);
        }
        Ok(())
    }

    /// Each lot by itself, at its value if that is less.
    fn write_down(&mut self, position: Position, price: Fraction) -> i128 {
        let before = self.coins.carrying_of(position);
        let (half, reversible) = (self.rules.half, self.rules.impairment_may_be_reversed);
        for lot in self.coins.lots.iter_mut().filter(|lot| lot.position == position) {
            let own = lot.own.expect("nothing is marked together under this model");
            let most = if reversible { lot.cost } else { own };
            lot.own = Some(most.min(numbers::worth(lot.units, price, half)));
        }
        self.coins.carrying_of(position) - before
    }

    /// Each lot by itself, at the rounded running total less that of the lot before, the oldest first.
    fn revalue(&mut self, position: Position, price: Fraction) -> i128 {
        let (before, half) = (self.coins.carrying_of(position), self.rules.half);
        let units = self.coins.units_at(position);
        let total = numbers::worth(units, price, half);
        let mut order: Vec<usize> = (0..self.coins.lots.len()).collect();
        order.retain(|at| self.coins.lots[*at].position == position);
        order.sort_by_key(|at| {
            let lot = &self.coins.lots[*at];
            (lot.acquired, lot.born, lot.came)
        });
        let (mut so_far, mut given) = (0, 0);
        for at in order {
            let lot = &mut self.coins.lots[at];
            so_far += lot.units;
            let by_here = numbers::part_of(total, so_far, units, half);
            lot.own = Some(by_here - given);
            given = by_here;
        }
        self.coins.carrying_of(position) - before
    }

    /// A book that goes over to fair value remeasures on that day, against retained earnings.
    pub(super) fn adopted(&mut self, event: &PolicyAdopted) -> Done {
        if event.book != self.book {
            return Ok(());
        }
        rules::on(event.from, self.book, self.opened, self.known).agree()?;
        if event.transition != Transition::CumulativeEffect {
            return Ok(());
        }
        let known_before: Vec<Line<'_>> =
            self.known.iter().copied().filter(|line| line.number < self.number).collect();
        let own = self.known.iter().find(|line| line.number == self.number).expect("its own entry");
        let in_this_entry = own.entry.events.iter().take(self.event as usize).any(|before| {
            let Event::PolicyAdopted(before) = before else { return false };
            before.book == event.book && before.policy.measurement == Some(MeasurementModel::FairValue)
        });
        let model = rules::on(event.from, self.book, self.opened, &known_before).model;
        if in_this_entry || model == MeasurementModel::FairValue {
            return Err("the book is at fair value already".to_owned());
        }
        let eve = Day::from_number(self.day.number() - 1).expect("a day before");
        let before = rules::on(eve, self.book, self.opened, self.known).model;
        if self.day != event.from || before == self.rules.model {
            return Err("no cumulative effect".to_owned());
        }
        let coins: Vec<Commodity> = self.coins.lots.iter().map(|lot| lot.position.commodity).collect();
        let mut positions: Vec<Position> =
            coins.iter().flat_map(|coin| self.coins.positions(*coin)).collect();
        positions.retain(|position| position.account != 1240);
        while let Some(position) = positions.pop() {
            positions.retain(|other| *other != position);
            let price = self.price_of_day(position.commodity)?;
            let change = self.coins.mark(position, price, self.rules.half);
            self.post(position.account, change);
            self.post(3100, -change);
        }
        Ok(())
    }

    /// Something of a claim for collateral changed.
    pub(super) fn touch(&mut self, position: Position) {
        if let (1240, Place::Facility(facility)) = (position.account, position.place) {
            self.touched.insert(facility);
        }
    }

    /// The allowance on each claim that was touched is the policy's part of what it is carried at.
    pub(super) fn expect_losses(&mut self) {
        for facility in std::mem::take(&mut self.touched) {
            let mut positions: Vec<Position> = Vec::new();
            for lot in self.coins.lots.iter().filter(|lot| lot.position.place == Place::Facility(facility)) {
                if !positions.contains(&lot.position) {
                    positions.push(lot.position);
                }
            }
            let carrying: i128 = positions.iter().map(|position| self.coins.carrying_of(*position)).sum();
            let rate = self.rules.allowance;
            let expected = numbers::divide(carrying * rate.top, rate.bottom, self.rules.half);
            let before = self.allowances.insert(facility, expected).unwrap_or(0);
            self.post(1249, before - expected);
            self.post(6610, expected - before);
        }
    }

    /// The surplus of coins that left goes to retained earnings.
    pub(super) fn release_surplus(&mut self, event: &Event, before: i128) {
        if self.rules.model == MeasurementModel::Revaluation && !matches!(event, Event::FairValueMarked(_)) {
            let gone = before - self.coins.beyond_cost();
            self.post(3200, gone);
            self.post(3100, -gone);
        }
    }
}
