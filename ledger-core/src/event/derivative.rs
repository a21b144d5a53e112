//! Derivatives: contracts whose value follows a price. They are carried at fair value through income; none is a hedge
//! of coins that are at fair value already (ASC 815-20-25-43).

use crate::ids::{Commodity, DerivativeId, PartyId, Place};
use crate::money::{Amount, Price, Units};
use crate::shape::{choice, fact};
use crate::time::Day;

fact! {
    /// A contract is made.
    pub struct DerivativeOpened {
        /// Its name, which no other has or had.
        #[n(0)] pub derivative: DerivativeId,
        /// What kind of contract it is.
        #[n(1)] pub kind: DerivativeKind,
        /// With whom.
        #[n(2)] pub counterparty: PartyId,
        /// What it says.
        #[n(3)] pub terms: DerivativeTerms,
        /// What was paid or received for it; nothing when not said.
        #[n(4)] pub premium: Option<Amount>,
        /// Where a premium was paid from; or else
        #[n(5)] pub from: Option<Place>,
        /// where one was received.
        #[n(6)] pub to: Option<Place>,
        /// What it is worth, an asset positive, a liability negative; the premium when not said.
        #[n(7)] pub value: Option<Amount>,
    }
}

choice! {
    /// What kind of contract a derivative is.
    pub enum DerivativeKind {
        /// A right to sell.
        0 Put = "put",
        /// A right to buy.
        1 Call = "call",
        /// A right to sell at one price for an obligation to sell at a higher one.
        2 Collar = "collar",
        /// A contract for power that is not merely for use (ASC 815-10-15-22).
        3 PowerContract = "power_contract",
    }
}

fact! {
    /// What a derivative says.
    #[derive(Default)]
    pub struct DerivativeTerms {
        /// On which side of it we are; the side that has the right when not said.
        #[n(0)] pub side: Option<Side>,
        /// What it is about.
        #[n(1)] pub commodity: Option<Commodity>,
        /// How many units of that.
        #[n(2)] pub units: Option<Units>,
        /// The price from which the right is worth something.
        #[n(3)] pub strike: Option<Price>,
        /// The higher price of a collar.
        #[n(4)] pub cap: Option<Price>,
        /// The last day.
        #[n(5)] pub expiry: Option<Day>,
        /// Power, in megawatts.
        #[n(6)] pub megawatts: Option<Units>,
    }
}

choice! {
    /// A side of a derivative.
    pub enum Side {
        /// Who has the right.
        0 Bought = "bought",
        /// Who gave it.
        1 Sold = "sold",
    }
}

fact! {
    /// A derivative is remeasured to fair value (ASC 815-10-35-1).
    pub struct DerivativeMarked {
        /// Which one.
        #[n(0)] pub derivative: DerivativeId,
        /// What it is worth: an asset positive, a liability negative.
        #[n(1)] pub value: Amount,
    }
}

fact! {
    /// A derivative ends: for money, or worthless.
    pub struct DerivativeSettled {
        /// Which one.
        #[n(0)] pub derivative: DerivativeId,
        /// What was paid or received; nothing when it expired worthless.
        #[n(1)] pub amount: Option<Amount>,
        /// Where it was paid from; or else
        #[n(2)] pub from: Option<Place>,
        /// where it was received.
        #[n(3)] pub to: Option<Place>,
    }
}
