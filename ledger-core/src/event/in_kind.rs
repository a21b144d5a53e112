//! Coins in place of money: spent, accepted, contributed, distributed; and coins that somebody else keeps or that are
//! gone.

use crate::account::Account;
use crate::event::contract::CostCategory;
use crate::event::treasury::NamedLot;
use crate::ids::{CommitmentId, Commodity, FacilityId, PartyId, Place, Segment};
use crate::money::{Amount, Price, Units};
use crate::shape::{choice, fact};

fact! {
    /// Coins are given for something that is not money: a disposal at fair value.
    pub struct CoinsSpent {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// How many.
        #[n(1)] pub units: Units,
        /// What they are worth together.
        #[n(2)] pub value: Amount,
        /// Where they were; with a lender, who may take them for what he is owed.
        #[n(3)] pub from: Place,
        /// What they settle.
        #[n(4)] pub settles: Spending,
        /// How much of it, where that is not the value.
        #[n(5)] pub amount: Option<Amount>,
        /// Who got them.
        #[n(6)] pub party: Option<PartyId>,
        /// For which line of business, for a cost.
        #[n(7)] pub segment: Option<Segment>,
        /// For which cost; or else
        #[n(8)] pub category: Option<CostCategory>,
        /// against which account.
        #[n(9)] pub account: Option<Account>,
        /// Whose principal or interest.
        #[n(10)] pub facility: Option<FacilityId>,
        /// On which commitment, for a deposit.
        #[n(11)] pub commitment: Option<CommitmentId>,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(12)] pub lots: Vec<NamedLot>,
    }
}

choice! {
    /// What coins settle.
    pub enum Spending {
        /// A cost of doing business.
        0 Expense = "expense",
        /// What is owed to a supplier.
        1 Payable = "payable",
        /// A deposit on equipment.
        2 Deposit = "deposit",
        /// Principal of a loan.
        3 Principal = "principal",
        /// Accrued interest of a loan.
        4 Interest = "interest",
        /// Wages.
        5 Payroll = "payroll",
        /// Coins that were borrowed.
        6 Borrowed = "borrowed",
    }
}

impl CoinsSpent {
    /// What is settled: as stated, else the value.
    #[must_use]
    pub fn settled(&self) -> Amount {
        self.amount.unwrap_or(self.value)
    }
}

fact! {
    /// Coins are taken in place of money, or borrowed: a new lot at fair value.
    pub struct CoinsAccepted {
        /// From whom.
        #[n(0)] pub counterparty: PartyId,
        /// Where they arrive.
        #[n(1)] pub to: Place,
        /// The coin.
        #[n(2)] pub commodity: Commodity,
        /// How many.
        #[n(3)] pub units: Units,
        /// What they are worth together; or else
        #[n(4)] pub value: Option<Amount>,
        /// the price of one.
        #[n(5)] pub price: Option<Price>,
        /// What for.
        #[n(6)] pub against: Acceptance,
        /// How much of it is settled, where that is not the value.
        #[n(7)] pub amount: Option<Amount>,
        /// For which line of business.
        #[n(8)] pub segment: Option<Segment>,
    }
}

choice! {
    /// What coins are taken for.
    pub enum Acceptance {
        /// Hosting of a customer's machines.
        0 Hosting = "hosting",
        /// Computing for a customer.
        1 Compute = "compute",
        /// What a customer owes.
        2 Receivable = "receivable",
        /// What is to be delivered later.
        3 ContractLiability = "contract_liability",
        /// Nothing: they are to be given back.
        4 Borrowed = "borrowed",
    }
}

fact! {
    /// An owner puts coins in, as the creation of a trust's units does.
    pub struct CoinsContributed {
        /// Who.
        #[n(0)] pub counterparty: PartyId,
        /// Where they arrive.
        #[n(1)] pub to: Place,
        /// The coin.
        #[n(2)] pub commodity: Commodity,
        /// How many.
        #[n(3)] pub units: Units,
        /// What they are worth together; or else
        #[n(4)] pub value: Option<Amount>,
        /// the price of one.
        #[n(5)] pub price: Option<Price>,
    }
}

fact! {
    /// An owner takes coins out, as the redemption of a trust's units does: a disposal at fair value.
    pub struct CoinsDistributed {
        /// Who.
        #[n(0)] pub counterparty: PartyId,
        /// Where they were.
        #[n(1)] pub from: Place,
        /// The coin.
        #[n(2)] pub commodity: Commodity,
        /// How many.
        #[n(3)] pub units: Units,
        /// What they are worth together; or else
        #[n(4)] pub value: Option<Amount>,
        /// the price of one.
        #[n(5)] pub price: Option<Price>,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(6)] pub lots: Vec<NamedLot>,
    }
}

fact! {
    /// Who keeps the coins cannot give them back: what is left is a claim on him.
    pub struct CoinsImpounded {
        /// On whom.
        #[n(0)] pub counterparty: PartyId,
        /// Where they were.
        #[n(1)] pub from: Place,
        /// The coin.
        #[n(2)] pub commodity: Commodity,
        /// How many.
        #[n(3)] pub units: Units,
        /// What of them is expected to come back.
        #[n(4)] pub value: Amount,
        /// The price of one; the latest observation when not said.
        #[n(5)] pub price: Option<Price>,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(6)] pub lots: Vec<NamedLot>,
    }
}

fact! {
    /// Coins are gone: stolen, or their keys lost.
    pub struct CoinsLost {
        /// Where they were.
        #[n(0)] pub from: Place,
        /// The coin.
        #[n(1)] pub commodity: Commodity,
        /// How many.
        #[n(2)] pub units: Units,
        /// How that is known.
        #[n(3)] pub reason: String,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(4)] pub lots: Vec<NamedLot>,
    }
}
