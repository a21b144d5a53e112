//! The life of a loan: facility, draw, interest, repayment, retirement (ASC 470, ASC 835-30).

use crate::event::treasury::NamedLot;
use crate::exact::{Overflow, add};
use crate::ids::{Commodity, FacilityId, PartyId, Place};
use crate::money::{Amount, Price, Rate, Units};
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
        /// Whether interest bears interest, and from when on.
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
        /// What the lender takes for opening it.
        #[n(14)] pub upfront_fee: Option<Amount>,
        /// The yearly rate on what is not drawn. It accrues with the interest.
        #[n(15)] pub unused_fee: Option<Rate>,
        /// How issue cost becomes expense; `straight_line` when not said.
        #[n(16)] pub fee_method: Option<FeeMethod>,
        /// Where the upfront fee was paid from; it is owed to the lender when not said.
        #[n(17)] pub fee_from: Option<Place>,
    }
}

choice! {
    /// How issue cost becomes interest expense.
    pub enum FeeMethod {
        /// In proportion to days (ASC 835-30-35-4, where it differs little).
        0 StraightLine = "straight_line",
        /// At a constant rate on the carrying amount of the debt (ASC 835-30-35-2).
        1 EffectiveInterest = "effective_interest",
    }
}

impl FacilityOpened {
    /// What becomes of capacity once repaid: it comes back, unless the terms say otherwise.
    #[must_use]
    pub fn kind(&self) -> FacilityKind {
        self.kind.unwrap_or(FacilityKind::Revolver)
    }

    /// Whether what the lender takes for opening it is an asset, the cost of capacity, rather than a deduction
    /// from the debt.
    #[must_use]
    pub fn cost_is_deferred(&self) -> bool {
        self.kind().capacity_returns()
    }
}

impl FacilityKind {
    /// Whether a repayment may be drawn again.
    #[must_use]
    pub fn capacity_returns(self) -> bool {
        match self {
            FacilityKind::Term | FacilityKind::Convertible => false,
            FacilityKind::Revolver | FacilityKind::OnDemand => true,
        }
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
        /// It is gone; the lender may take shares instead of money. One liability at its principal (ASU 2020-06).
        3 Convertible = "convertible",
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
    /// Whether interest bears interest, and from when on.
    pub enum Compounding {
        /// It does not.
        0 None = "none",
        /// That of a day bears interest from the next day on, until it is paid.
        1 Daily = "daily",
        /// That of a calendar month bears interest from the first of the next on, until it is paid.
        2 Monthly = "monthly",
    }
}

fact! {
    /// The yearly interest rate: fixed, or an index, no lower than a floor, and a spread on top.
    pub struct RateTerms {
        /// A rate that never changes; or else
        #[n(0)] pub fixed: Option<Rate>,
        /// the index that resets follow,
        #[n(1)] pub index: Option<String>,
        /// what is added to it,
        #[n(2)] pub spread: Option<Rate>,
        /// and what the index counts for at least.
        #[n(3)] pub floor: Option<Rate>,
    }
}

impl RateTerms {
    /// The rate of a fixed loan, or that of a floating one at an index.
    ///
    /// # Errors
    /// [`Overflow`] when the sum does not fit.
    pub fn at(&self, index: Option<Rate>) -> Result<Option<Rate>, Overflow> {
        if self.fixed.is_some() {
            return Ok(self.fixed);
        }
        let floored = index.map(|index| index.max(self.floor.unwrap_or(index)));
        let spread = self.spread.unwrap_or_default().decimal();
        floored.map(|index| add(index.decimal(), spread).map(Rate::new)).transpose()
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
        /// Where the money or the coins came from; nowhere when paid in kind.
        #[n(3)] pub from: Option<Place>,
        /// The coins given, when paid in coins.
        #[n(4)] pub coins: Option<CoinsGiven>,
    }
}

fact! {
    /// Coins that the lender takes in settlement, at their fair value.
    pub struct CoinsGiven {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// How many.
        #[n(1)] pub units: Units,
        /// The price of one; the latest observation when not said.
        #[n(2)] pub price: Option<Price>,
        /// The lots, where the book's method is `specific`.
        #[serde(default)]
        #[n(3)] pub lots: Vec<NamedLot>,
    }
}

choice! {
    /// The form of an interest payment.
    pub enum InterestForm {
        /// In money.
        0 Cash = "cash",
        /// Added to the principal, bearing interest as a draw of that day does.
        1 InKind = "in_kind",
        /// In coins at their fair value.
        2 Coins = "coins",
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
        /// Where the money or the coins came from; the facility itself where the lender keeps collateral.
        #[n(4)] pub from: Place,
        /// The coins given, when repaid in coins.
        #[n(5)] pub coins: Option<CoinsGiven>,
    }
}

fact! {
    /// The index of a floating rate is another from a day on.
    pub struct RateReset {
        /// On which facility.
        #[n(0)] pub facility: FacilityId,
        /// The first day that bears it.
        #[n(1)] pub from: Day,
        /// The index.
        #[n(2)] pub index_rate: Rate,
    }
}

fact! {
    /// Issue cost becomes expense up to and with a day.
    pub struct IssueCostAmortised {
        /// Of which facility.
        #[n(0)] pub facility: FacilityId,
        /// The last day of it.
        #[n(1)] pub through: Day,
    }
}

fact! {
    /// Lender and borrower agree on other terms (ASC 470-50, 470-60). What is not named stays.
    pub struct FacilityAmended {
        /// Which facility.
        #[n(0)] pub facility: FacilityId,
        /// What changes.
        #[n(1)] pub changes: TermsChanged,
        /// What the change is to the debt.
        #[n(2)] pub treatment: Treatment,
        /// By how much the cash flows changed, as a fraction of one (ASC 470-50-40-10).
        #[n(3)] pub test: Option<CashFlowTest>,
        /// What the lender takes for it.
        #[n(4)] pub fee: Option<Amount>,
        /// Where that was paid from.
        #[n(5)] pub from: Option<Place>,
        /// Principal that the lender gives up.
        #[n(6)] pub forgiven: Option<Amount>,
    }
}

fact! {
    /// Terms that an amendment changes.
    pub struct TermsChanged {
        /// The most that may be owed.
        #[n(0)] pub limit: Option<Amount>,
        /// The yearly rate, from the day of the amendment.
        #[n(1)] pub rate: Option<RateTerms>,
        /// When it ends.
        #[n(2)] pub maturity: Option<Day>,
        /// The ratios that have consequences.
        #[n(3)] pub ltv: Option<Thresholds>,
        /// The rate on what is not drawn.
        #[n(4)] pub unused_fee: Option<Rate>,
        /// What becomes of capacity once repaid.
        #[n(5)] pub kind: Option<FacilityKind>,
        /// Whether pledged coins stay ours; refused while coins are pledged.
        #[n(6)] pub control: Option<Control>,
        /// What may be pledged, all of it anew.
        #[serde(default)]
        #[n(7)] pub collateral: Vec<CollateralTerms>,
    }
}

fact! {
    /// The present value of the new cash flows beside that of the old (ASC 470-50-40-10).
    pub struct CashFlowTest {
        /// The difference as a fraction of one; a tenth and more is another debt.
        #[n(0)] pub difference: Rate,
        /// How it was worked out, in words.
        #[n(1)] pub basis: Option<String>,
    }
}

choice! {
    /// What an amendment is to the debt.
    pub enum Treatment {
        /// The same debt on other terms: cost not yet charged goes on, the fee joins it.
        0 Modification = "modification",
        /// A new debt: cost not yet charged is written off, the fee is part of the loss.
        1 Extinguishment = "extinguishment",
        /// A concession to a debtor in trouble (ASC 470-60): the carrying amount goes on, fees are expense.
        2 Troubled = "troubled",
    }
}

fact! {
    /// The facility ends: nothing is owed, nothing is pledged.
    pub struct FacilityRetired {
        /// Which one.
        #[n(0)] pub facility: FacilityId,
    }
}
