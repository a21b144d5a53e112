//! Where a book sees coins lie: at a place of the world, or in all wallets together.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{FacilityId, Place, WalletId};

/// Where a book sees coins lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Site {
    /// In a wallet of ours.
    Wallet(WalletId),
    /// With the lender of a facility.
    Facility(FacilityId),
    /// In whatever wallet: the book keeps one pool, the world counts what each wallet holds.
    Entity,
}

impl From<Place> for Site {
    fn from(place: Place) -> Site {
        match place {
            Place::Wallet(wallet) => Site::Wallet(wallet),
            Place::Facility(facility) => Site::Facility(facility),
        }
    }
}

impl PartialEq<Place> for Site {
    fn eq(&self, place: &Place) -> bool {
        *self == Site::from(*place)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Site::Wallet(wallet) => Place::Wallet(*wallet).fmt(f),
            Site::Facility(facility) => Place::Facility(*facility).fmt(f),
            Site::Entity => f.write_str("all wallets"),
        }
    }
}
