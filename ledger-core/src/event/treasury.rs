//! Coins bought, sold and moved; money received, paid and converted.

use crate::account::Account;
use crate::event::books::Designation;
use crate::ids::{BookId, Commodity, LotId, PartyId, Place, Segment, WalletId};
use crate::money::{Amount, Price, Units};
use crate::shape::{choice, fact};
use crate::time::Effective;

fact! {
    /// Units of a lot that a person names for a disposal or a move.
    pub struct NamedLot {
        /// The book whose lot it is; every book when not named.
        #[n(0)] pub book: Option<BookId>,
        /// The lot.
        #[n(1)] pub lot: LotId,
        /// How many units of it.
        #[n(2)] pub units: Units,
    }
}

fact! {
    /// Coins bought for money.
    pub struct CoinsBought {
        /// Where the coins arrive.
        #[n(0)] pub to: Place,
        /// The coin.
        #[n(1)] pub commodity: Commodity,
        /// How many.
        #[n(2)] pub units: Units,
        /// What was paid, without the fee.
        #[n(3)] pub paid: Amount,
        /// Where the money came from.
        #[n(4)] pub from: Place,
        /// The fee on top, from the same place.
        #[n(5)] pub fee: Option<Amount>,
    }
}

fact! {
    /// Coins sold for money.
    pub struct CoinsSold {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// How many.
        #[n(1)] pub units: Units,
        /// What was received, before the fee.
        #[n(2)] pub proceeds: Amount,
        /// Where the money went.
        #[n(3)] pub to: Place,
        /// The fee, out of the proceeds.
        #[n(4)] pub fee: Option<Amount>,
        /// Where the coins were.
        #[n(5)] pub from: Place,
        /// How it was settled.
        #[n(6)] pub route: Option<Route>,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(7)] pub lots: Vec<NamedLot>,
    }
}

choice! {
    /// How a sale was settled.
    pub enum Route {
        /// On a market, by ourselves.
        0 Market = "market",
        /// By the lender who holds the coins.
        1 SettledByLender = "settled_by_lender",
    }
}

fact! {
    /// Coins moved between wallets of ours.
    pub struct CoinsMoved {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// How many arrive.
        #[n(1)] pub units: Units,
        /// From where.
        #[n(2)] pub from: Place,
        /// To where.
        #[n(3)] pub to: Place,
        /// Units the network took besides.
        #[n(4)] pub network_fee_units: Option<Units>,
        /// The price of one, for the fee; the latest observation when not said.
        #[n(5)] pub price: Option<Price>,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(6)] pub lots: Vec<NamedLot>,
        /// When they arrive, if not at once; until then they are in transit.
        #[n(7)] pub arrives: Option<Effective>,
    }
}

fact! {
    /// Coins of a wallet are meant for something else from now on.
    pub struct CoinsDesignated {
        /// The wallet.
        #[n(0)] pub wallet: WalletId,
        /// The coin.
        #[n(1)] pub commodity: Commodity,
        /// How many.
        #[n(2)] pub units: Units,
        /// What for.
        #[n(3)] pub to: Designation,
    }
}

fact! {
    /// One currency or stablecoin turned into another.
    pub struct CurrencyConverted {
        /// What was given.
        #[n(0)] pub given: Amount,
        /// What was got.
        #[n(1)] pub got: Amount,
        /// Where the given came from.
        #[n(2)] pub from: Place,
        /// Where the got went.
        #[n(3)] pub to: Place,
        /// The fee, on top of the given, from the same place.
        #[n(4)] pub fee: Option<Amount>,
    }
}

fact! {
    /// Money received for a reason that no other event tells.
    pub struct CashReceived {
        /// Into which wallet.
        #[n(0)] pub wallet: WalletId,
        /// How much.
        #[n(1)] pub amount: Amount,
        /// For what; or else
        #[n(2)] pub category: Option<CashCategory>,
        /// against which account.
        #[n(3)] pub account: Option<Account>,
        /// From whom.
        #[n(4)] pub party: Option<PartyId>,
        /// For which line of business.
        #[n(5)] pub segment: Option<Segment>,
    }
}

fact! {
    /// Money paid for a reason that no other event tells.
    pub struct CashPaid {
        /// From which wallet.
        #[n(0)] pub wallet: WalletId,
        /// How much.
        #[n(1)] pub amount: Amount,
        /// For what; or else
        #[n(2)] pub category: Option<CashCategory>,
        /// against which account.
        #[n(3)] pub account: Option<Account>,
        /// To whom.
        #[n(4)] pub party: Option<PartyId>,
        /// For which line of business.
        #[n(5)] pub segment: Option<Segment>,
    }
}

fact! {
    /// A difference of translation that is no income of the period (ASC 830-30-45-12).
    pub struct TranslationRecorded {
        /// In which book.
        #[n(0)] pub book: BookId,
        /// The difference in the book's currency: a gain is positive, a loss negative.
        #[n(1)] pub amount: Amount,
        /// The account whose balance was translated.
        #[n(2)] pub account: Account,
        /// On an account of coins, which; what they are carried at changes, in proportion to units, and not their cost.
        #[n(3)] pub commodity: Option<Commodity>,
    }
}

choice! {
    /// What money was received or paid for.
    pub enum CashCategory {
        /// Capital of the owners.
        0 Equity = "equity",
        /// Goods and services already recorded.
        1 Supplier = "supplier",
        /// Income tax.
        2 Tax = "tax",
        /// Trade debtors.
        3 Customer = "customer",
        /// What was accrued.
        4 Accrued = "accrued",
        /// Anything else.
        5 Other = "other",
        /// Costs to come, paid in advance.
        6 Prepaid = "prepaid",
        /// Computing to come, paid by a customer in advance.
        7 Prepayment = "prepayment",
        /// A deposit for power or hosting, or its return.
        8 Deposit = "deposit",
    }
}
