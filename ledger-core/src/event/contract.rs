//! Operating contracts, what they cost and what they bring.

use crate::ids::{ContractId, PartyId, Place, Segment};
use crate::money::{Amount, Price, Rate, Units};
use crate::shape::{choice, fact};
use crate::time::Day;

fact! {
    /// A cost of doing business.
    pub struct OperatingCostRecorded {
        /// The line of business.
        #[n(0)] pub segment: Segment,
        /// What was bought.
        #[n(1)] pub category: CostCategory,
        /// How much.
        #[n(2)] pub amount: Amount,
        /// How it is settled.
        #[n(3)] pub settles: Settlement,
        /// Where the money came from, if paid at once.
        #[n(4)] pub from: Option<Place>,
        /// Whom it is owed to.
        #[n(5)] pub party: Option<PartyId>,
        /// When it is due.
        #[n(6)] pub due: Option<Day>,
    }
}

choice! {
    /// What was bought.
    pub enum CostCategory {
        /// Electricity.
        0 Power = "power",
        /// Hosting of machines.
        1 Hosting = "hosting",
        /// What computing for customers costs.
        2 Ai = "ai",
        /// Administration.
        3 General = "general",
    }
}

choice! {
    /// How a cost is settled.
    pub enum Settlement {
        /// Paid at once.
        0 Cash = "cash",
        /// Invoiced, to be paid.
        1 Payable = "payable",
        /// Not yet invoiced.
        2 Accrual = "accrual",
        /// Paid in advance, before.
        3 Prepaid = "prepaid",
    }
}

fact! {
    /// Days from one to another, both included.
    pub struct Span {
        /// The first.
        #[n(0)] pub from: Day,
        /// The last.
        #[n(1)] pub to: Day,
    }
}

fact! {
    /// Power is contracted for a term. The part that must be paid for whether it is taken or not is off the balance
    /// sheet until billed (ASC 440-10-50): megawatts x 24 hours x days of the term x price x fixed share, rounded
    /// once.
    pub struct PowerContracted {
        /// The contract.
        #[n(0)] pub contract: ContractId,
        /// Where.
        #[n(1)] pub site: String,
        /// Who sells it, a registered party.
        #[n(2)] pub counterparty: PartyId,
        /// How much, in megawatts.
        #[n(3)] pub megawatts: Units,
        /// The price of a megawatt-hour, in the functional currency.
        #[n(4)] pub price_mwh: Price,
        /// From when to when.
        #[n(5)] pub term: Span,
        /// The share that must be paid for whether it is taken or not.
        #[n(6)] pub fixed_share: Rate,
    }
}

fact! {
    /// A bill for power, less what was credited for taking none when asked to.
    pub struct PowerBilled {
        /// Under which contract, if any.
        #[n(0)] pub contract: Option<ContractId>,
        /// Where.
        #[n(1)] pub site: Option<String>,
        /// The line of business: `mining` or `ai`.
        #[n(2)] pub segment: Segment,
        /// How much was taken, in megawatt-hours.
        #[n(3)] pub mwh: Units,
        /// What it cost, before credits.
        #[n(4)] pub cost: Amount,
        /// What was credited.
        #[n(5)] pub curtailment_credits: Option<Amount>,
        /// How it is settled.
        #[n(6)] pub settles: Settlement,
        /// Where the money came from, if paid at once.
        #[n(7)] pub from: Option<Place>,
        /// Whom it is owed to.
        #[n(8)] pub party: Option<PartyId>,
        /// When it is due.
        #[n(9)] pub due: Option<Day>,
        /// The part of the cost that had to be paid whether power was taken or not; the contract's share of the cost
        /// when not said.
        #[n(10)] pub fixed: Option<Amount>,
    }
}

fact! {
    /// A customer contracts computing for a term.
    pub struct ComputeContracted {
        /// The contract.
        #[n(0)] pub contract: ContractId,
        /// The customer, a registered party.
        #[n(1)] pub customer: PartyId,
        /// How many GPUs.
        #[n(2)] pub gpus: u32,
        /// Their power, in megawatts.
        #[n(3)] pub megawatts: Option<Units>,
        /// From when to when.
        #[n(4)] pub term: Span,
        /// The price of the whole term.
        #[n(5)] pub price: Amount,
        /// The share of it that is owed whether used or not. Only that is backlog: what depends on use is not
        /// (ASC 606-10-50-14A).
        #[n(6)] pub take_or_pay: Rate,
    }
}

fact! {
    /// Computing was delivered to a customer.
    pub struct ComputeDelivered {
        /// Under which contract, if any.
        #[n(0)] pub contract: Option<ContractId>,
        /// The customer, a registered party.
        #[n(1)] pub customer: PartyId,
        /// GPU hours sold.
        #[n(2)] pub gpu_hours_sold: Units,
        /// GPU hours that could have been sold.
        #[n(3)] pub gpu_hours_available: Units,
        /// What they bring, before credits.
        #[n(4)] pub revenue: Amount,
        /// Credits for what was promised and not delivered, a lower price (ASC 606-10-32-25).
        #[n(5)] pub credits: Option<Amount>,
        /// How it is settled.
        #[n(6)] pub settles: DeliverySettlement,
    }
}

choice! {
    /// How a delivery is settled.
    pub enum DeliverySettlement {
        /// To be paid by the customer.
        0 Receivable = "receivable",
        /// Paid by the customer in advance.
        1 Prepayment = "prepayment",
    }
}
