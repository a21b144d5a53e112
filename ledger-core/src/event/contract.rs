//! Operating contracts and what they cost.

use crate::ids::{PartyId, Place, Segment};
use crate::money::Amount;
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
    }
}
