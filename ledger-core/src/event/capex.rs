//! Capital commitments and what is paid on them (ASC 440-10-50).

use crate::ids::{CommitmentId, PartyId, Place, ProjectId};
use crate::money::{Amount, Units};
use crate::shape::fact;
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
