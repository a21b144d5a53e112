//! Coins pledged to lenders: posted, released, called for.

use crate::event::treasury::NamedLot;
use crate::ids::{Commodity, FacilityId, Place};
use crate::money::{Amount, Price, Rate, Units};
use crate::shape::{choice, fact};
use crate::time::Instant;

fact! {
    /// Coins are given to the lender as security.
    pub struct CollateralPosted {
        /// Under which facility.
        #[n(0)] pub facility: FacilityId,
        /// Where they came from.
        #[n(1)] pub from: Place,
        /// The coin.
        #[n(2)] pub commodity: Commodity,
        /// How many.
        #[n(3)] pub units: Units,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(4)] pub lots: Vec<NamedLot>,
        /// The price of one; the latest observation when not said.
        #[n(5)] pub price: Option<Price>,
    }
}

fact! {
    /// Coins come back from the lender.
    pub struct CollateralReleased {
        /// Under which facility.
        #[n(0)] pub facility: FacilityId,
        /// Where they arrive.
        #[n(1)] pub to: Place,
        /// The coin.
        #[n(2)] pub commodity: Commodity,
        /// How many.
        #[n(3)] pub units: Units,
        /// The price of one; the latest observation when not said.
        #[n(4)] pub price: Option<Price>,
    }
}

fact! {
    /// The lender calls for more security. No journal; the facility is under call until it is met.
    pub struct MarginCalled {
        /// On which facility.
        #[n(0)] pub facility: FacilityId,
        /// When the notice was given.
        #[n(1)] pub at: Instant,
        /// The ratio the lender states, as a fraction of one.
        #[n(2)] pub ltv: Rate,
        /// What is called for.
        #[n(3)] pub required: Required,
        /// By when.
        #[n(4)] pub deadline: Instant,
    }
}

fact! {
    /// What a margin call asks for: units of a coin, or money to be paid down.
    pub struct Required {
        /// Units of the coin; or else
        #[n(0)] pub units: Option<Units>,
        /// the coin they are of,
        #[n(1)] pub commodity: Option<Commodity>,
        /// an amount of money
        #[n(2)] pub amount: Option<Units>,
        /// and its currency.
        #[n(3)] pub currency: Option<Commodity>,
    }
}

fact! {
    /// A margin call is met.
    pub struct MarginCallMet {
        /// On which facility.
        #[n(0)] pub facility: FacilityId,
        /// How.
        #[n(1)] pub how: Cure,
    }
}

choice! {
    /// How a margin call was met.
    pub enum Cure {
        /// More coins were posted.
        0 TopUp = "top_up",
        /// Principal was paid down.
        1 Repayment = "repayment",
        /// The price rose before the deadline.
        2 PriceRecovered = "price_recovered",
    }
}

fact! {
    /// The deadline of a margin call passed without a cure. No journal; the lender may sell.
    pub struct MarginCallLapsed {
        /// On which facility.
        #[n(0)] pub facility: FacilityId,
    }
}

fact! {
    /// The lender sells collateral and keeps what it is owed. It ends the margin call.
    pub struct CollateralLiquidated {
        /// Under which facility.
        #[n(0)] pub facility: FacilityId,
        /// The coin.
        #[n(1)] pub commodity: Commodity,
        /// How many were sold.
        #[n(2)] pub units: Units,
        /// What they brought, before the fee.
        #[n(3)] pub proceeds: Amount,
        /// What the lender took for selling.
        #[n(4)] pub fee: Option<Amount>,
        /// What went to the principal.
        #[n(5)] pub applied_principal: Amount,
        /// What went to interest already accrued.
        #[n(6)] pub applied_interest: Option<Amount>,
        /// What was left over, paid out to us.
        #[n(7)] pub surplus: Option<Amount>,
        /// Where that arrived.
        #[n(8)] pub surplus_to: Option<Place>,
    }
}
