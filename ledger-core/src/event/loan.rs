//! The life of a loan: facility, draw, interest, repayment, retirement (ASC 470, ASC 835-30).

use crate::ids::{Commodity, FacilityId, PartyId, Place};
use crate::money::{Amount, Rate};
use crate::shape::{choice, fact};
use crate::time::Day;

fact! {
    /// A lender commits to lend.
    pub struct FacilityOpened {
        /// The facility.
        #[n(0)] pub facility: FacilityId,
        /// The lender, a registered party.
        #[n(1)] pub lender: PartyId,
        /// What becomes of capacity once repaid; `revolver` when not said.
        #[n(2)] pub kind: Option<FacilityKind>,
        /// The currency of the debt.
        #[n(3)] pub currency: Commodity,
        /// The most that may be owed.
        #[n(4)] pub limit: Amount,
        /// The yearly interest rate.
        #[n(5)] pub rate: RateTerms,
        /// How days become a fraction of a year.
        #[n(6)] pub day_count: DayCount,
        /// Whether a draw bears interest on its own day.
        #[n(7)] pub count_first_day: bool,
        /// Whether a repayment bears interest on its own day.
        #[n(8)] pub count_last_day: bool,
        /// Whether interest bears interest.
        #[n(9)] pub compounding: Option<Compounding>,
        /// When it ends, if it does.
        #[n(10)] pub maturity: Option<Day>,
        /// The ratios of debt to collateral that have consequences.
        #[n(11)] pub ltv: Option<Thresholds>,
        /// What may be pledged, and at what haircut.
        #[serde(default)]
        #[n(12)] pub collateral: Vec<CollateralTerms>,
        /// Whether pledged coins stay ours.
        #[n(13)] pub control: Control,
    }
}

choice! {
    /// What becomes of capacity once repaid.
    pub enum FacilityKind {
        /// It is gone.
        0 Term = "term",
        /// It comes back.
        1 Revolver = "revolver",
        /// It comes back, and the lender may call at any time.
        2 OnDemand = "on_demand",
    }
}

choice! {
    /// Whether the lender may use pledged coins as its own, so that control passes
    /// (AICPA practice aid on digital assets, Q&A 25).
    pub enum Control {
        /// The coins stay ours, restricted.
        0 Kept = "kept",
        /// The coins are the lender's; we have a right to get them back.
        1 Passed = "passed",
    }
}

choice! {
    /// How days become a fraction of a year.
    pub enum DayCount {
        /// Actual days over 360.
        0 Act360 = "act/360",
        /// Actual days over 365.
        1 Act365 = "act/365",
        /// Actual days over those of their year (ISDA).
        2 ActAct = "act/act",
        /// Months of thirty days, European (30E/360).
        3 Thirty360 = "30/360",
    }
}

choice! {
    /// Whether interest bears interest.
    pub enum Compounding {
        /// It does not.
        0 None = "none",
    }
}

fact! {
    /// The yearly interest rate.
    pub struct RateTerms {
        /// A rate that never changes.
        #[n(0)] pub fixed: Rate,
    }
}

fact! {
    /// Ratios of debt to collateral that have consequences, as fractions of one.
    pub struct Thresholds {
        /// The ratio that a draw may reach.
        #[n(0)] pub initial: Option<Rate>,
        /// From here the lender may call for more.
        #[n(1)] pub call: Option<Rate>,
        /// From here the lender may sell.
        #[n(2)] pub liquidation: Option<Rate>,
        /// Below it, collateral may be taken back.
        #[n(3)] pub release: Option<Rate>,
        /// Hours to meet a call.
        #[n(4)] pub cure_hours: Option<u32>,
    }
}

fact! {
    /// What may be pledged.
    pub struct CollateralTerms {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// The part of its value that does not count; none when not said.
        #[n(1)] pub haircut: Option<Rate>,
    }
}

fact! {
    /// Money is lent.
    pub struct LoanDrawn {
        /// Under which facility.
        #[n(0)] pub facility: FacilityId,
        /// The principal.
        #[n(1)] pub amount: Amount,
        /// What the lender keeps of it as issue cost.
        #[n(2)] pub fee: Option<Amount>,
        /// Where the money arrives.
        #[n(3)] pub to: Place,
    }
}

fact! {
    /// Interest up to and with a day is owed.
    pub struct InterestAccrued {
        /// On which facility.
        #[n(0)] pub facility: FacilityId,
        /// The last day of it.
        #[n(1)] pub through: Day,
    }
}

fact! {
    /// Accrued interest is paid.
    pub struct InterestPaid {
        /// On which facility.
        #[n(0)] pub facility: FacilityId,
        /// How much.
        #[n(1)] pub amount: Amount,
        /// In what form.
        #[n(2)] pub how: InterestForm,
        /// Where the money came from.
        #[n(3)] pub from: Place,
    }
}

choice! {
    /// The form of an interest payment.
    pub enum InterestForm {
        /// In money.
        0 Cash = "cash",
    }
}

fact! {
    /// Principal is paid back, with interest already accrued. It accrues nothing by itself.
    pub struct LoanRepaid {
        /// Under which facility.
        #[n(0)] pub facility: FacilityId,
        /// The principal.
        #[n(1)] pub principal: Amount,
        /// The interest; none when not said.
        #[n(2)] pub interest: Option<Amount>,
        /// What the lender takes for being paid early.
        #[n(3)] pub prepayment_fee: Option<Amount>,
        /// Where the money came from.
        #[n(4)] pub from: Place,
    }
}

fact! {
    /// The facility ends: nothing is owed, nothing is pledged.
    pub struct FacilityRetired {
        /// Which one.
        #[n(0)] pub facility: FacilityId,
    }
}
