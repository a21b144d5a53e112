//! Entries reversed. The model remembers what every entry did, whether it will be reversed or not, and does the
//! opposite. Orders and equipment it does not take back: see [`is_modelled`].

use std::collections::BTreeMap;

use ledger_core::event::in_kind::{Acceptance, Spending};
use ledger_core::event::{EntryReversed, Event};
use ledger_core::ids::{Commodity, Place, WalletId};
use ledger_core::policy::MeasurementModel;

use super::coins::{self, Lot, Position};
use super::contracts::Contract;
use super::debt::Facility;
use super::derivative::Derivative;
use super::desk::{Desk, Done};
use super::numbers;

/// Whether the model can take back what an event did.
#[must_use]
pub fn is_modelled(event: &Event) -> bool {
    let in_kind = if let Event::CoinsSpent(e) = event {
        matches!(e.settles, Spending::Deposit | Spending::Borrowed)
    } else if let Event::CoinsAccepted(e) = event {
        e.against == Acceptance::Borrowed
    } else if let Event::CoinsMoved(e) = event {
        e.arrives.is_some()
    } else {
        false
    };
    event.family() != "capex" && !in_kind
}

/// What a book held before an entry, as far as the entry may have changed it.
#[derive(Debug, Clone)]
pub(super) struct Before {
    balances: BTreeMap<u16, i128>,
    purses: BTreeMap<WalletId, (i128, i128)>,
    pools: BTreeMap<WalletId, (i128, i128)>,
    facilities: Vec<Facility>,
    derivatives: Vec<Derivative>,
    contracts: Vec<Contract>,
    heaps: BTreeMap<(Place, Commodity), i128>,
}

/// What an entry did.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    number: u64,
    before: Before,
    after: Before,
    /// Pieces of lots that it took, its own left out.
    taken: Vec<Lot>,
    /// Lots that it brought, as it left them.
    brought: Vec<Lot>,
    may_be_reversed: bool,
}

impl Desk<'_, '_> {
    pub(super) fn before(&self) -> Before {
        Before {
            balances: self.balances.clone(),
            purses: self.purses.iter().map(|purse| (purse.wallet, (purse.units, purse.carrying))).collect(),
            pools: self.pools.iter().map(|pool| (pool.wallet, (pool.units, pool.carrying))).collect(),
            facilities: self.facilities.clone(),
            derivatives: self.derivatives.clone(),
            contracts: self.contracts.clone(),
            heaps: self.heaps.clone(),
        }
    }

    /// Remembers what the entry did that has just been added up.
    pub(super) fn remember(&mut self, before: Before, events: &[Event]) {
        let number = self.number;
        let own = |lot: &&Lot| lot.came.number == number;
        let taken = self.coins.taken.iter().filter(|lot| !own(lot)).cloned().collect();
        // A lot that has become one with others is not there any more as it came.
        let brought =
            self.coins.lots.iter().filter(own).chain(self.coins.lost.iter().filter(own)).cloned().collect();
        let stands = |event: &Event| {
            event.reverses_on().is_some()
                || matches!(
                    event.name(),
                    "ledger_opened"
                        | "opening_recorded"
                        | "policy_adopted"
                        | "price_observed"
                        | "fair_value_marked"
                        | "derivative_marked"
                        | "entry_reversed"
                )
        };
        let may_be_reversed = events.iter().all(is_modelled)
            && !events.iter().any(stands)
            && !events.iter().all(Event::is_declaration);
        let after = self.before();
        self.effects.push(Effect { number, before, after, taken, brought, may_be_reversed });
    }

    /// Everything the other way round. Lots that the entry brought must be as it left them; they leave at what they are
    /// carried at now. What it took is again where it was, with date and cost, at what it left with. Debts and
    /// commitments must be as the entry left them, and are as before it. The difference is a gain or loss.
    pub(super) fn reversed(&mut self, event: &EntryReversed) -> Done {
        if event.on.is_some_and(|on| on != self.day) {
            return Err("another day is stated".to_owned());
        }
        let at = self.effects.iter().position(|effect| effect.number == event.entry);
        let at = at.ok_or_else(|| format!("{} did not come before", event.entry))?;
        let effect = self.effects.remove(at);
        if !effect.may_be_reversed {
            return Err(format!("{} stands", event.entry));
        }
        // Where no coins came or went, what an entry did to that account was no surplus of theirs.
        let of_coins = !effect.brought.is_empty() || !effect.taken.is_empty();
        let surplus = of_coins && self.rules.model == MeasurementModel::Revaluation;
        for (account, after) in &effect.after.balances {
            let before = effect.before.balances.get(account).copied().unwrap_or_default();
            // The allowance, and the surplus that leaves, follow from what is there after the reversal.
            let account = match account {
                1249 => 6610,
                3200 if surplus => 3100,
                other => *other,
            };
            self.post(account, before - after);
        }
        for (at, units) in effect.heaps() {
            self.heap(at.0, at.1, -units)?;
        }
        self.lots_back(&effect)?;
        self.purses_back(&effect)?;
        self.pools_back(&effect)?;
        self.debts_back(&effect)?;
        let (before, after) = (&effect.before, &effect.after);
        set_back(&mut self.derivatives, &before.derivatives, &after.derivatives)?;
        set_back(&mut self.contracts, &before.contracts, &after.contracts)
    }

    fn lots_back(&mut self, effect: &Effect) -> Done {
        for lot in &effect.brought {
            let there = self.coins.lots.iter().find(|there| there.is(lot));
            if there.is_none_or(|there| (there.units, there.cost) != (lot.units, lot.cost)) {
                return Err(format!("{} is not as it came", lot.lot));
            }
        }
        let places = effect.brought.iter().chain(&effect.taken).map(|lot| lot.position);
        let mut positions: Vec<Position> = Vec::new();
        for position in places {
            if !positions.contains(&position) {
                positions.push(position);
            }
        }
        for position in positions {
            let of = |lots: &[Lot]| -> Vec<Lot> {
                lots.iter().filter(|lot| lot.position == position).cloned().collect()
            };
            let (brought, taken) = (of(&effect.brought), of(&effect.taken));
            // What the lines of the entry changed here, which stand mirrored already.
            let half = self.half();
            let leaves = coins::carried(&self.coins.take_these(&brought, half));
            let comes = coins::carried(&taken);
            let posted = effect.posted_lots(position);
            let difference = comes - leaves + posted;
            let comes_back = !taken.is_empty();
            taken.into_iter().for_each(|lot| self.coins.put_back(lot));
            self.touch(position);
            if comes_back {
                self.arrived(position);
            }
            self.post(position.account, difference);
            self.post(if position.account == 1240 { 4520 } else { 4510 }, -difference);
        }
        Ok(())
    }

    fn purses_back(&mut self, effect: &Effect) -> Done {
        let half = self.half();
        for (wallet, (units, carrying)) in effect.changes(|before| &before.purses) {
            let own = self.purse(wallet)?;
            let (held, carried) = (own.units, own.carrying);
            if held < units {
                return Err(format!("{wallet} holds {held} of {units}"));
            }
            let back = if units > 0 { numbers::part_of(carried, units, held, half) } else { carrying };
            let currency = own.currency;
            own.change(-units, -back)?;
            let account = self.money_account(wallet, currency)?;
            self.post(account, carrying - back);
            self.post(4550, back - carrying);
        }
        Ok(())
    }

    fn pools_back(&mut self, effect: &Effect) -> Done {
        let half = self.half();
        for (wallet, (units, carrying)) in effect.changes(|before| &before.pools) {
            let pool = self.pools.iter_mut().find(|pool| pool.wallet == wallet).ok_or("no such pool")?;
            if pool.units < units {
                return Err(format!("{wallet} owes {} of {units}", pool.units));
            }
            let back =
                if units > 0 { numbers::part_of(pool.carrying, units, pool.units, half) } else { carrying };
            pool.units -= units;
            pool.carrying -= back;
            self.post(1230, carrying - back);
            self.post(4510, back - carrying);
        }
        Ok(())
    }

    fn debts_back(&mut self, effect: &Effect) -> Done {
        let text = |facility: Option<&Facility>| facility.map(Facility::owed);
        for after in &effect.after.facilities {
            let find = |all: &[Facility]| all.iter().find(|facility| facility.name == after.name).cloned();
            let before = find(&effect.before.facilities);
            if text(before.as_ref()) == text(Some(after)) {
                continue;
            }
            if text(find(&self.facilities).as_ref()) != text(Some(after)) {
                return Err(format!("{} is not as it was left", after.name));
            }
            self.facilities.retain(|facility| facility.name != after.name);
            let place = Place::Facility(after.name);
            let pledged = self.coins.lots.iter().any(|lot| lot.position.place == place);
            match before {
                Some(before) => self.facilities.push(before),
                None if pledged => return Err(format!("coins lie at {}", after.name)),
                None => {}
            }
        }
        Ok(())
    }
}

/// Something with a name that is either as an entry left it or not.
pub(super) trait Agreed: Clone {
    /// Its name, and what of it later entries may change.
    fn state(&self) -> (String, [i128; 3]);
}

/// What an entry changed must be as it left it, and is as it was before.
fn set_back<T: Agreed>(now: &mut Vec<T>, before: &[T], after: &[T]) -> Done {
    let find = |all: &[T], name: &str| all.iter().find(|one| one.state().0 == name).cloned();
    for left in after {
        let (name, state) = left.state();
        let was = find(before, &name);
        let is_as = |one: &Option<T>| one.as_ref().is_some_and(|one| one.state().1 == state);
        if is_as(&was) {
            continue;
        }
        if !is_as(&find(now, &name)) {
            return Err(format!("{name} is not as it was left"));
        }
        now.retain(|one| one.state().0 != name);
        now.extend(was);
    }
    Ok(())
}

impl Effect {
    /// What changed of the coins that lie somewhere.
    fn heaps(&self) -> Vec<((Place, Commodity), i128)> {
        let before = |at| self.before.heaps.get(at).copied().unwrap_or_default();
        self.after.heaps.iter().map(|(at, after)| (*at, after - before(at))).collect()
    }

    /// What the entry made of the carrying amount of a position: what it brought, less what it took.
    fn posted_lots(&self, position: Position) -> i128 {
        let here = |lots: &[Lot]| -> i128 {
            lots.iter().filter(|lot| lot.position == position).filter_map(|lot| lot.own).sum()
        };
        here(&self.brought) - here(&self.taken)
    }

    /// What changed of units and carrying amounts.
    fn changes(
        &self,
        of: impl Fn(&Before) -> &BTreeMap<WalletId, (i128, i128)>,
    ) -> Vec<(WalletId, (i128, i128))> {
        let changed = of(&self.after).iter().map(|(wallet, (units, carrying))| {
            let (units_before, carrying_before) = of(&self.before).get(wallet).copied().unwrap_or_default();
            (*wallet, (units - units_before, carrying - carrying_before))
        });
        changed.filter(|(_, change)| *change != (0, 0)).collect()
    }
}
