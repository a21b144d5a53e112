//! Capital commitments, what is paid on them (ASC 440-10-50), and what becomes of it: construction, equipment in
//! use, depreciation (ASC 360).

use crate::ids::{AssetId, CommitmentId, FacilityId, PartyId, Place, ProjectId, Segment};
use crate::money::{Amount, Money, Units};
use crate::shape::{choice, fact};
use crate::time::Day;

fact! {
    /// An order is signed. Off the balance sheet until goods or deposits.
    pub struct CapexCommitted {
        /// The commitment.
        #[n(0)] pub commitment: CommitmentId,
        /// What it is for.
        #[n(1)] pub project: ProjectId,
        /// Whom it binds us to, a registered party.
        #[n(2)] pub vendor: PartyId,
        /// How much in all.
        #[n(3)] pub amount: Amount,
        /// When it falls due.
        #[serde(default)]
        #[n(4)] pub schedule: Vec<Due>,
        /// Where.
        #[n(5)] pub site: Option<String>,
        /// Power of the plant, in megawatts.
        #[n(6)] pub megawatts: Option<Units>,
        /// What it will be, in words.
        #[n(7)] pub asset_class: Option<String>,
    }
}

fact! {
    /// A part of a commitment and its day.
    pub struct Due {
        /// The day.
        #[n(0)] pub due: Day,
        /// How much.
        #[n(1)] pub amount: Amount,
    }
}

fact! {
    /// Money is paid before the goods come.
    pub struct DepositPaid {
        /// On which commitment.
        #[n(0)] pub commitment: CommitmentId,
        /// How much.
        #[n(1)] pub amount: Amount,
        /// Where the money came from.
        #[n(2)] pub from: Place,
    }
}

fact! {
    /// An order is changed.
    pub struct CapexAmended {
        /// Which.
        #[n(0)] pub commitment: CommitmentId,
        /// How much it is in all from now on.
        #[n(1)] pub amount: Amount,
        /// When it falls due. It takes the place of the schedule before, also when it is left out: the amounts then
        /// have no date.
        #[serde(default)]
        #[n(2)] pub schedule: Vec<Due>,
        /// Why, in words.
        #[n(3)] pub reason: Option<String>,
    }
}

fact! {
    /// What is left of an order is called off, and its deposits are settled.
    pub struct CapexCancelled {
        /// Which.
        #[n(0)] pub commitment: CommitmentId,
        /// What the cancellation costs.
        #[n(1)] pub penalty: Option<Amount>,
        /// The part of the deposits that comes back.
        #[n(2)] pub deposit_refunded: Option<Amount>,
        /// Where it arrives; a receivable when not said.
        #[n(3)] pub to: Option<Place>,
        /// The part of the deposits that is lost.
        #[n(4)] pub deposit_forfeited: Option<Amount>,
        /// Who owes the refund and is owed the penalty; the vendor when not said.
        #[n(5)] pub party: Option<PartyId>,
        /// Where the money for the penalty came from; accrued when not said.
        #[n(6)] pub from: Option<Place>,
    }
}

fact! {
    /// Goods or work on an order are delivered and invoiced.
    pub struct CapexInvoiced {
        /// On which order.
        #[n(0)] pub commitment: CommitmentId,
        /// How much in all.
        #[n(1)] pub amount: Amount,
        /// The part that deposits cover.
        #[n(2)] pub from_deposit: Option<Amount>,
        /// When the rest is due.
        #[n(3)] pub due: Option<Day>,
    }
}

fact! {
    /// Invoices for capital goods are paid.
    pub struct CapexPaid {
        /// Those of an order; or else
        #[n(0)] pub commitment: Option<CommitmentId>,
        /// those of a vendor, his orders in the order of their names.
        #[n(1)] pub party: Option<PartyId>,
        /// How much.
        #[n(2)] pub amount: Amount,
        /// Where the money came from.
        #[n(3)] pub from: Place,
    }
}

fact! {
    /// Interest on a facility becomes part of what is being built (ASC 835-20).
    pub struct InterestCapitalised {
        /// Part of an order; or else
        #[n(0)] pub commitment: Option<CommitmentId>,
        /// of a project.
        #[n(1)] pub project: Option<ProjectId>,
        /// Whose interest.
        #[n(2)] pub facility: FacilityId,
        /// How much.
        #[n(3)] pub amount: Amount,
        /// The last day whose interest is in it.
        #[n(4)] pub through: Option<Day>,
    }
}

fact! {
    /// What was built is ready for its intended use. Depreciation begins with its month.
    pub struct AssetPlacedInService {
        /// Its name.
        #[n(0)] pub asset: AssetId,
        /// What it is.
        #[n(1)] pub class: EquipmentClass,
        /// The orders it was built under; each gives what it has in construction before the next.
        #[serde(default)]
        #[n(2)] pub commitments: Vec<CommitmentId>,
        /// Projects whose capitalised interest is in it, after the orders.
        #[serde(default)]
        #[n(3)] pub projects: Vec<ProjectId>,
        /// What it cost, in the functional currency.
        #[n(4)] pub cost: Amount,
        /// How many months it will be used.
        #[n(5)] pub life_months: u32,
        /// What it will then be worth.
        #[n(6)] pub salvage: Option<Amount>,
        /// How its cost is spread; by the straight line when not said.
        #[n(7)] pub method: Option<DepreciationMethod>,
        /// The line of business it serves.
        #[n(8)] pub segment: Option<Segment>,
        /// How many like items it consists of, where some may be disposed of before others.
        #[n(9)] pub units: Option<Units>,
    }
}

fact! {
    /// An asset in service at the opening. Its accounts follow from here.
    pub struct OpeningAsset {
        /// Its name.
        #[n(0)] pub asset: AssetId,
        /// What it is.
        #[n(1)] pub class: EquipmentClass,
        /// What it cost.
        #[n(2)] pub cost: Money,
        /// Its depreciation and impairment so far.
        #[n(3)] pub accumulated: Option<Money>,
        /// When it was placed in service.
        #[n(4)] pub in_service: Day,
        /// How many months it is used from then on.
        #[n(5)] pub life_months: u32,
        /// Through which day its depreciation is charged; that of the opening when not said.
        #[n(6)] pub charged_through: Option<Day>,
        /// What it will be worth at the end.
        #[n(7)] pub salvage: Option<Money>,
        /// The line of business it serves.
        #[n(8)] pub segment: Option<Segment>,
        /// How many like items it consists of.
        #[n(9)] pub units: Option<Units>,
    }
}

choice! {
    /// Classes of equipment, each with an account.
    pub enum EquipmentClass {
        /// Machines that mine.
        0 Miners = "miners",
        /// Machines that compute for customers.
        1 GpuServers = "gpu_servers",
        /// Buildings and electrical plant.
        2 DataCentrePlant = "data_centre_plant",
    }
}

choice! {
    /// How a cost is spread over a life.
    pub enum DepreciationMethod {
        /// The same every month.
        0 StraightLine = "straight_line",
    }
}

fact! {
    /// Depreciation is charged for the whole months that have ended by a day.
    pub struct DepreciationCharged {
        /// Through which day.
        #[n(0)] pub through: Day,
        /// Of one asset; of all when not said.
        #[n(1)] pub asset: Option<AssetId>,
    }
}

fact! {
    /// An asset will not earn what it is carried at (ASC 360-10-35-17).
    pub struct AssetImpaired {
        /// Which.
        #[n(0)] pub asset: AssetId,
        /// What it is carried at from now on: its fair value, its new cost.
        #[n(1)] pub to: Amount,
        /// Why, in words.
        #[n(2)] pub reason: Option<String>,
    }
}

fact! {
    /// An asset is sold or scrapped, whole or some of the items it consists of.
    pub struct AssetDisposed {
        /// Which.
        #[n(0)] pub asset: AssetId,
        /// What it brings, before the fee; nothing when scrapped.
        #[n(1)] pub proceeds: Amount,
        /// Where the money arrives; or else
        #[n(2)] pub to: Option<Place>,
        /// who owes it.
        #[n(3)] pub receivable: Option<PartyId>,
        /// What the sale costs, out of the proceeds.
        #[n(4)] pub fee: Option<Amount>,
        /// How many of its items; all that are left when not said.
        #[n(5)] pub units: Option<Units>,
    }
}
