//! The sums under a roll-forward: per table, coin and line what came, what went and what changed in value.

use std::collections::BTreeMap;

use super::caption::{Caption, caption, of_stablecoin};
use crate::account::Account;
use crate::chart::{
    BITCOIN_GAINS, COLLATERAL_GAINS, COLLATERAL_RECEIVABLE, STABLECOINS, is_of_owned_lots, is_owned_coins,
};
use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::{Fold, Posted};
use crate::ids::Commodity;
use crate::lots::{LotChange, Piece, Position, Precision, Spread};
use crate::money::{Money, Units};
use crate::policy::{MeasurementModel, Policy, RollforwardStyle};
use crate::posting::Target;
use crate::report::{NoReport, Request, day_of};

/// Which coins a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Table {
    /// Those that are owned, pledged ones of which control is kept among them.
    Owned,
    /// Claims for coins given away as collateral.
    Claims,
    /// Stablecoins that are money in the book: not printed with the coins, but asked for by name.
    Stable,
}

impl Table {
    fn of(target: &Target, policy: &Policy) -> Option<Table> {
        let account = target.account;
        let in_lots = |coin| policy.stablecoins.in_lots(coin);
        if is_owned_coins(account) || account == STABLECOINS && target.commodity.is_some_and(in_lots) {
            Some(Table::Owned)
        } else if account == COLLATERAL_RECEIVABLE {
            Some(Table::Claims)
        } else if account == STABLECOINS {
            Some(Table::Stable)
        } else {
            None
        }
    }

    /// Where the gain of what leaves is posted.
    fn gains(self) -> Option<Account> {
        match self {
            Table::Owned => Some(BITCOIN_GAINS),
            Table::Claims => Some(COLLATERAL_GAINS),
            Table::Stable => None,
        }
    }
}

/// Units and money of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::report) struct Sum {
    pub(in crate::report) units: Units,
    pub(in crate::report) amount: Money,
}

impl Sum {
    pub(in crate::report) fn add(&mut self, units: Units, amount: Money) -> Result<(), Overflow> {
        self.units = self.units.plus(units)?;
        self.amount = self.amount.plus(amount)?;
        Ok(())
    }
}

/// What was gained and lost over cost on coins that left, lot by lot (ASC 350-60-50-4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::report) struct Realised {
    pub(in crate::report) gains: Money,
    pub(in crate::report) losses: Money,
    /// Cost of what left.
    pub(in crate::report) cost: Money,
}

/// Every sum of a period.
#[derive(Debug, Default)]
pub(in crate::report) struct Tables {
    pub(in crate::report) sums: BTreeMap<(Table, Commodity, Caption), Sum>,
    pub(in crate::report) realised: BTreeMap<(Commodity, Caption), Realised>,
}

impl Tables {
    /// Those of the request's period, from a day on, with world and books at its end.
    pub(in crate::report) fn of(
        request: &Request<'_>,
        from: crate::time::Day,
    ) -> Result<(Tables, Fold), NoReport> {
        let mut tables = Tables::default();
        let before = request.standing_before(from)?.fold;
        let policy = before.world().book(request.book)?.policy_on(from);
        for (target, balance) in before.book(request.book)?.balances() {
            let (Some(table), Some(commodity)) = (Table::of(target, &policy), target.commodity) else {
                continue;
            };
            tables.line(table, commodity, Caption::Opening).add(balance.units, balance.amount)?;
        }
        let fold = request.replay(Some(from), |step| {
            let Ok(book) = step.after.world().book(request.book) else { return Ok(()) };
            let policy = book.policy_on(day_of(step));
            for posted in request.posted(step) {
                tables.take(step.applied.entry.events.get(posted.event), posted, &policy)?;
            }
            Ok(())
        })?;
        Ok((tables, fold))
    }

    fn line(&mut self, table: Table, commodity: Commodity, caption: Caption) -> &mut Sum {
        self.sums.entry((table, commodity, caption)).or_default()
    }

    fn take(&mut self, event: Option<&Event>, posted: &Posted, policy: &Policy) -> Result<(), Overflow> {
        let caption = caption(event, policy);
        let mut changed: BTreeMap<(Table, Commodity), Sum> = BTreeMap::new();
        for line in posted.journal.lines() {
            if let (Some(Event::CoinsEarned(_)), Some(coin)) = (event, line.target.commodity) {
                self.line(Table::Owned, coin, Caption::Mined).add(line.units, line.amount)?;
                changed
                    .entry((Table::Owned, coin))
                    .or_default()
                    .add(line.units.negated(), line.amount.negated())?;
                continue;
            }
            let (Some(table), Some(coin)) = (Table::of(&line.target, policy), line.target.commodity) else {
                continue;
            };
            changed.entry((table, coin)).or_default().add(line.units, line.amount)?;
        }
        let owned = changed.keys().filter(|(table, _)| *table == Table::Owned).count();
        for ((table, coin), change) in changed {
            let is_stablecoin = table == Table::Owned && policy.stablecoins.in_lots(coin);
            let caption = if is_stablecoin { of_stablecoin(caption, change.units) } else { caption };
            let marked = matches!(
                caption,
                Caption::Remeasured | Caption::Impaired | Caption::Adopted | Caption::Translated
            );
            let gain = match table.gains() {
                // Of two coins that are exchanged, the gain is on the one that goes.
                Some(account) if !marked && (owned == 1 || change.units.is_negative()) => {
                    gain_on(account, posted)?
                }
                Some(_) | None => Money::ZERO,
            };
            if table == Table::Owned && change.units.is_negative() && caption != Caption::Reversed {
                self.realise((coin, caption), posted, gain.minus(change.amount)?)?;
            }
            let shown = if policy.rollforward == RollforwardStyle::Proceeds { gain } else { Money::ZERO };
            self.line(table, coin, caption).add(change.units, change.amount.minus(shown)?)?;
            let of_gains = match policy.measurement {
                MeasurementModel::Cost | MeasurementModel::CostLessImpairment => Caption::Realised,
                MeasurementModel::FairValue | MeasurementModel::Revaluation => Caption::Remeasured,
            };
            self.line(table, coin, of_gains).add(Units::ZERO, shown)?;
        }
        Ok(())
    }

    /// What was received for the lots that left, spread over them by units, beside their cost. What comes back in the
    /// same event, as coins moved do, did not leave.
    fn realise(
        &mut self,
        line: (Commodity, Caption),
        posted: &Posted,
        received: Money,
    ) -> Result<(), Overflow> {
        let sum = self.realised.entry(line).or_default();
        let left: Vec<&Piece> = posted.lots.iter().flat_map(|change| left(change, line.0)).collect();
        let came: Vec<&Piece> = posted.lots.iter().flat_map(|change| came(change, line.0)).collect();
        let back = Money::sum(came.iter().map(|piece| piece.cost))?;
        if !came.is_empty() {
            let cost = Money::sum(left.iter().map(|piece| piece.cost))?.minus(back)?;
            return sum.add(received, cost);
        }
        let units = Units::sum(left.iter().map(|piece| piece.units))?;
        let mut spread = Spread::new(
            received,
            units,
            Precision { scale: 2, rounding: crate::rounding::Rounding::HalfEven },
        );
        for piece in left {
            sum.add(spread.next(piece.units)?, piece.cost)?;
        }
        Ok(())
    }
}

impl Realised {
    fn add(&mut self, received: Money, cost: Money) -> Result<(), Overflow> {
        let gain = received.minus(cost)?;
        let side = if gain.is_negative() { &mut self.losses } else { &mut self.gains };
        *side = side.plus(gain)?;
        self.cost = self.cost.plus(cost)?;
        Ok(())
    }
}

fn gain_on(account: Account, posted: &Posted) -> Result<Money, Overflow> {
    let lines = posted.journal.lines().iter().filter(|line| line.target.account == account);
    Ok(Money::sum(lines.map(|line| line.amount))?.negated())
}

fn left(change: &LotChange, coin: Commodity) -> &[Piece] {
    match change {
        LotChange::Leave(position, pieces) if is_owned(position, coin) => pieces,
        LotChange::Leave(..)
        | LotChange::Arrive(..)
        | LotChange::Mark(..)
        | LotChange::Carry(..)
        | LotChange::Pool(_)
        | LotChange::Return(..) => &[],
    }
}

fn is_owned(position: &Position, coin: Commodity) -> bool {
    position.commodity == coin && is_of_owned_lots(position.account)
}

fn came(change: &LotChange, coin: Commodity) -> &[Piece] {
    match change {
        LotChange::Arrive(position, pieces) if is_owned(position, coin) => pieces,
        LotChange::Leave(..)
        | LotChange::Arrive(..)
        | LotChange::Mark(..)
        | LotChange::Carry(..)
        | LotChange::Pool(_)
        | LotChange::Return(..) => &[],
    }
}
