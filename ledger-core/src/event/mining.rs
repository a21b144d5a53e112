//! Coins earned by hashing (ASC 606: income at fair value when earned).

use crate::ids::WalletId;
use crate::money::{Amount, Price, Units};
use crate::shape::fact;

fact! {
    /// A pool owes us coins for work done.
    pub struct CoinsEarned {
        /// The pool, a wallet of kind `pool`.
        #[n(0)] pub pool: WalletId,
        /// Units, net of the pool's fee.
        #[n(1)] pub units: Units,
        /// What they are worth together; or else
        #[n(2)] pub value: Option<Amount>,
        /// the price of one. Where neither is said, every book has a `revenue_price`.
        #[n(3)] pub price: Option<Price>,
        /// Units the pool kept: disclosed, not posted.
        #[n(4)] pub pool_fee: Option<Units>,
    }
}

fact! {
    /// A pool pays out what it owed.
    pub struct CoinsReceived {
        /// The pool.
        #[n(0)] pub pool: WalletId,
        /// Where the coins arrive.
        #[n(1)] pub wallet: WalletId,
        /// How many.
        #[n(2)] pub units: Units,
        /// The price of one on arrival; the latest observation when not said.
        #[n(3)] pub price: Option<Price>,
    }
}

fact! {
    /// Coins earned and received at once.
    pub struct CoinsMined {
        /// Where the coins arrive.
        #[n(0)] pub wallet: WalletId,
        /// How many, net of any pool's fee.
        #[n(1)] pub units: Units,
        /// What they are worth together; or else
        #[n(2)] pub value: Option<Amount>,
        /// the price of one.
        #[n(3)] pub price: Option<Price>,
    }
}
