//! The owners' capital: shares issued and bought back.

use crate::ids::{PartyId, Place};
use crate::money::{Amount, Price, Units};
use crate::shape::fact;

fact! {
    /// Shares are issued for money.
    pub struct SharesIssued {
        /// How many.
        #[n(0)] pub shares: Units,
        /// The price of one.
        #[n(1)] pub price: Price,
        /// What was received, where it is not shares times price to the cent.
        #[n(2)] pub proceeds: Option<Amount>,
        /// The part that is share capital at par; the rest is paid-in capital.
        #[n(3)] pub par: Option<Amount>,
        /// Costs of the issue, out of the proceeds.
        #[n(4)] pub costs: Option<Amount>,
        /// Where the money arrives.
        #[n(5)] pub to: Place,
        /// Who bought them.
        #[n(6)] pub party: Option<PartyId>,
    }
}

fact! {
    /// Own shares are bought back and held in treasury.
    pub struct SharesRepurchased {
        /// How many.
        #[n(0)] pub shares: Units,
        /// The price of one.
        #[n(1)] pub price: Price,
        /// What was paid, where it is not shares times price to the cent.
        #[n(2)] pub paid: Option<Amount>,
        /// Where the money came from.
        #[n(3)] pub from: Place,
        /// What the purchase itself cost, on top and from the same place.
        #[n(4)] pub fee: Option<Amount>,
        /// Who sold them.
        #[n(5)] pub party: Option<PartyId>,
    }
}
