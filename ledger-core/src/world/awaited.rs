//! What an entry did to the world that will be reversed: kept from when it is folded until its reversal comes, which
//! sets back what it finds here. Of entries that are never reversed nothing is kept.

use std::hash::Hash;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::asset::{Asset, Month};
use super::contract::{ComputeContract, PowerContract};
use super::{Commitment, Derivative, Facility, Moment, Movement, Movements, World};
use crate::exact::Overflow;
use crate::ids::{AssetId, CommitmentId, Commodity, ContractId, DerivativeId, FacilityId, Place};
use crate::money::Units;
use crate::refusal::Refusal;
use crate::tracked::Tracked;

/// Lists what of the world an entry may change beside units and money, and how each is called.
macro_rules! objects {
    ($($field:ident: $key:ty => $value:ty, $told:expr;)*) => {
        /// What an entry did.
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        pub(super) struct Did {
            /// What moved, once for each place.
            movements: Vec<Movement>,
            $($field: Vec<Was<$key, $value>>,)*
        }

        /// What an entry touches.
        struct Touched {
            $($field: Vec<$key>,)*
            /// Facilities at which coins come or go.
            pledged: Vec<FacilityId>,
        }

        impl Did {
            /// Takes what the entry has changed so far.
            fn take_from(&mut self, world: &World) {
                $(self.$field = Was::all(&world.$field);)*
            }

            /// Notes which objects a later entry touches; whether it touches any.
            fn note_objects(&mut self, by: u64, touched: &Touched) -> bool {
                let mut touches = false;
                $(for was in &mut self.$field {
                    touches |= was.note(by, &touched.$field);
                })*
                touches
            }

            /// The object that changed since, and the entry that did it.
            fn changed_object(&self, world: &World) -> Option<(String, u64)> {
                $(if let Some(found) = self.$field.iter().find_map(|was| was.changed($told, &world.$field)) {
                    return Some(found);
                })*
                None
            }
        }

        impl World {
            fn touched_objects(&self, pledged: Vec<FacilityId>) -> Touched {
                Touched {
                    $($field: self.$field.changed().into_iter().map(|(key, _)| key).collect(),)*
                    pledged,
                }
            }

            fn set_objects_back(&mut self, did: Did) {
                $(did.$field.into_iter().for_each(|was| was.set_back(&mut self.$field));)*
            }
        }
    };
}

objects! {
    facilities: FacilityId => Facility, |facility| format!("facility {facility}");
    capitalised: FacilityId => Units, |facility| format!("interest capitalised of {facility}");
    commitments: CommitmentId => Commitment, |commitment| format!("commitment {commitment}");
    assets: AssetId => Asset, |asset| format!("asset {asset}");
    depreciated: () => Month, |()| "what is depreciated".to_owned();
    power: ContractId => PowerContract, |contract| format!("contract {contract}");
    compute: ContractId => ComputeContract, |contract| format!("contract {contract}");
    derivatives: DerivativeId => Derivative, |derivative| format!("derivative {derivative}");
}

/// Something that it changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Was<K, V> {
    key: K,
    /// As it was before; `None` if the entry made it.
    before: Option<V>,
    /// As the entry left it.
    after: V,
    /// The last entry that changed it since.
    changed_by: Option<u64>,
}

impl<K: Ord + Hash + Copy, V: PartialEq + Clone> Was<K, V> {
    /// What the entry that is being taken in has changed.
    fn all(things: &Tracked<K, V>) -> Vec<Was<K, V>> {
        let was = |(key, before): (K, Option<&V>)| {
            let after = things.get(&key).filter(|after| before != Some(after))?.clone();
            Some(Was { key, before: before.cloned(), after, changed_by: None })
        };
        things.changed().into_iter().filter_map(was).collect()
    }

    /// What it is called and the entry that changed it, if it is not as it was left.
    fn changed(&self, told: impl Fn(&K) -> String, things: &Tracked<K, V>) -> Option<(String, u64)> {
        let by = self.changed_by.filter(|_| things.get(&self.key) != Some(&self.after))?;
        Some((told(&self.key), by))
    }

    /// Notes that a later entry touches it; whether it does.
    fn note(&mut self, by: u64, touched: &[K]) -> bool {
        let touches = touched.contains(&self.key);
        if touches {
            self.changed_by = Some(by);
        }
        touches
    }

    fn set_back(self, things: &mut Tracked<K, V>) {
        match self.before {
            Some(before) => things.set(self.key, before),
            None => things.remove(&self.key),
        }
    }
}

impl Did {
    fn moved(&mut self, movement: &Movement) -> Result<(), Overflow> {
        match self.movements.iter_mut().find(|before| before.is_of_same(movement)) {
            Some(before) => *before = before.plus(movement)?,
            None => self.movements.push(*movement),
        }
        Ok(())
    }

    /// Notes what a later entry touches; whether it touches anything.
    fn note(&mut self, by: u64, touched: &Touched) -> bool {
        let mut touches = self.note_objects(by, touched);
        for was in &mut self.facilities {
            touches |= was.note(by, &touched.pledged);
        }
        touches
    }

    /// What changed since, and the entry that did it.
    fn changed(&self, world: &World) -> Option<(String, u64)> {
        let pledged = || self.facilities.iter().find_map(|was| self.still_pledged(was, world));
        self.changed_object(world).or_else(pledged)
    }

    /// Coins may not lie at a facility that was never opened.
    fn still_pledged(&self, was: &Was<FacilityId, Facility>, world: &World) -> Option<(String, u64)> {
        let by = was.changed_by.filter(|_| was.before.is_none())?;
        let place = Place::Facility(was.key);
        let own = |coin: Commodity| {
            let here = |movement: &&Movement| movement.is_of_same(&Movement::Coins(place, coin, Units::ZERO));
            self.movements.iter().find(here).map_or(Units::ZERO, Movement::units)
        };
        let stays = world.all_coins().any(|(there, coin, units)| there == place && units != own(coin));
        stays.then(|| (format!("what lies at facility {}", was.key), by))
    }
}

impl World {
    /// The entry that reverses an entry, if it is known that one does.
    #[must_use]
    pub fn reversed_by(&self, entry: u64) -> Option<u64> {
        self.reversals.get(&entry).copied()
    }

    /// What the reversal of an entry moves: the opposite of what the entry moved.
    ///
    /// # Errors
    /// Refused when the entry does not come before its reversal, or something that it changed has changed since.
    pub(super) fn mirrored(&self, entry: u64) -> Result<Movements, Refusal> {
        let did = self.awaiting.get(&entry).ok_or(Refusal::ReversedTooEarly { number: entry })?;
        if let Some((what, by)) = did.changed(self) {
            return Err(Refusal::DependedOn { number: entry, what, by });
        }
        Ok(did.movements.iter().map(Movement::opposite).collect())
    }

    /// Sets back what an entry changed, its movements aside.
    pub(super) fn set_back(&mut self, entry: u64) {
        let Some(did) = self.awaiting.remove(&entry) else { return };
        self.set_objects_back(did);
    }

    /// Takes note of an event that has just been taken in: for its own entry if that will be reversed, and for those
    /// that wait for their reversal.
    pub(super) fn remember(&mut self, at: &Moment, movements: &Movements) -> Result<(), Refusal> {
        let entry = at.event.entry;
        let awaited = self.reversals.contains(&entry);
        if !awaited && self.awaiting.is_empty() {
            return Ok(());
        }
        let touched = self.touched(movements);
        let others: SmallVec<[u64; 4]> =
            self.awaiting.iter().map(|(number, _)| *number).filter(|number| *number != entry).collect();
        for other in others {
            let Some(mut did) = self.awaiting.get(&other).cloned() else { continue };
            if did.note(entry, &touched) {
                self.awaiting.set(other, did);
            }
        }
        if awaited {
            let mut did = self.awaiting.get(&entry).cloned().unwrap_or_default();
            movements.iter().try_for_each(|movement| did.moved(movement))?;
            did.take_from(self);
            self.awaiting.set(entry, did);
        }
        Ok(())
    }

    /// What the entry that is being taken in has touched so far.
    fn touched(&self, movements: &Movements) -> Touched {
        let pledged = |movement: &Movement| match movement {
            Movement::Coins(Place::Facility(facility), _, _) => Some(*facility),
            Movement::Coins(Place::Wallet(_), ..)
            | Movement::Money(..)
            | Movement::Claim(..)
            | Movement::Owed(..) => None,
        };
        self.touched_objects(movements.iter().filter_map(pledged).collect())
    }
}
