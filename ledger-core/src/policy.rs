//! The choices of a set of books: how coins are measured, which lots leave first, what a pledge is. A book
//! states them when it is opened and may change them from a day on; what is left out takes its default.

mod stablecoin;

pub use stablecoin::{STABLECOINS_MAX, StablecoinChoice, StablecoinTreatment, Stablecoins};

use crate::ids::Commodity;
use crate::money::Rate;
use crate::rounding::Rounding;
use crate::shape::{choice, fact};
use crate::time::TimeOfDay;

choice! {
    /// The body of rules that a book follows, which sets its defaults.
    pub enum Framework {
        /// US GAAP: coins at fair value (ASC 350-60), a pledge by who has control.
        0 UsGaap = "us-gaap",
        /// US tax: coins at cost, a pledge is no disposal, lots by wallet (Rev. Proc. 2024-28).
        1 UsTax = "us-tax",
        /// IFRS: coins are intangible assets (IAS 38; IFRIC, June 2019), at cost less impairment or revalued.
        2 Ifrs = "ifrs",
    }
}

choice! {
    /// How coins are carried.
    pub enum MeasurementModel {
        /// At fair value through income (ASC 350-60-35-1).
        0 FairValue = "fair_value",
        /// At cost until disposed of.
        1 Cost = "cost",
        /// At cost, each lot written down when it is worth less (ASC 350-30-35-18, IAS 36).
        2 CostLessImpairment = "cost_less_impairment",
        /// At fair value, what exceeds the cost of each lot in equity (IAS 38.75, 38.85).
        3 Revaluation = "revaluation",
    }
}

choice! {
    /// What becomes of an impairment when the price rises again.
    pub enum Reversal {
        /// It stays (ASC 350-30-35-20).
        0 None = "none",
        /// It is reversed, up to cost (IAS 36.117).
        1 ToCost = "to_cost",
    }
}

choice! {
    /// Which lots leave first.
    pub enum LotMethod {
        /// The oldest.
        0 Fifo = "fifo",
        /// The newest.
        1 Lifo = "lifo",
        /// The dearest by what was paid for a unit without fee.
        2 Hifo = "hifo",
        /// The cheapest by what was paid for a unit without fee.
        3 Lofo = "lofo",
        /// Those the event names.
        4 Specific = "specific",
        /// A pool of one lot, at the average cost of what came to it.
        5 Average = "average",
    }
}

choice! {
    /// Among which lots the method chooses.
    pub enum LotScope {
        /// Those of the place that the coins leave; a facility is a place of its own.
        0 Wallet = "wallet",
        /// Those of all wallets, by what they are designated for; pledged coins are a place of their own.
        1 Entity = "entity",
    }
}

fact! {
    /// Which lots leave.
    pub struct LotChoice {
        /// In which order.
        #[n(0)] pub method: LotMethod,
        /// Out of which pool; `wallet` when not said.
        #[n(1)] pub scope: Option<LotScope>,
    }
}

choice! {
    /// What pledging coins to a lender is.
    pub enum Pledge {
        /// As the facility says: a disposal when control passes.
        0 ByControl = "by_control",
        /// Never a disposal; lots go on at the place of the facility.
        1 NeverADisposal = "never_a_disposal",
    }
}

choice! {
    /// What becomes of a selling fee.
    pub enum SaleFee {
        /// It lowers the proceeds and so the gain.
        0 ReducesProceeds = "reduces_proceeds",
        /// It is an expense.
        1 Expense = "expense",
    }
}

choice! {
    /// What becomes of a buying fee.
    pub enum PurchaseFee {
        /// It is part of the cost.
        0 Capitalise = "capitalise",
        /// It is an expense.
        1 Expense = "expense",
    }
}

choice! {
    /// At what amount coins leave a book at fair value. Income is the same either way.
    pub enum DisposalCarrying {
        /// Remeasured to the price of the sale, then removed at that.
        0 RemeasureFirst = "remeasure_first",
        /// Removed at the last mark; the difference is a gain or loss.
        1 LastMark = "last_mark",
    }
}

choice! {
    /// At which observation coins earned are income where the event says neither value nor price (ASC 606-10-32-21).
    pub enum RevenuePrice {
        /// The latest at the event.
        0 Inception = "inception",
        /// The plain average of those of its local day.
        1 DailyAverage = "daily_average",
        /// The last of its local day.
        2 Close = "close",
    }
}

choice! {
    /// What coins that a pool pays out cost.
    pub enum MinedCost {
        /// What they were worth when they were earned (ASC 606-10-32-21); a change of value is left to the next mark.
        0 Inception = "inception",
        /// What they are worth when they arrive.
        1 Receipt = "receipt",
    }
}

fact! {
    /// Which observations of a price a book may use.
    pub struct PriceTerms {
        /// Of what.
        #[n(0)] pub commodity: Commodity,
        /// In which currency.
        #[n(1)] pub currency: Commodity,
        /// Who published it; whoever when not said.
        #[n(2)] pub source: Option<String>,
        /// On which market; on any when not said.
        #[n(3)] pub market: Option<String>,
        /// How old an observation may be when it is used, in hours (ASC 820-10-35-54): none older than that counts.
        #[n(4)] pub max_age_hours: Option<u32>,
        /// The time on the ledger's clocks by which the price of a day is taken, for its marks and its `close`; midnight when
        /// not said.
        #[n(5)] pub cut_off: Option<TimeOfDay>,
    }
}

choice! {
    /// At what amount a roll-forward shows coins that left.
    pub enum RollforwardStyle {
        /// At what was received for them, all changes of value in one line.
        0 Proceeds = "proceeds",
        /// At what they were carried at, the gain of their last days not shown.
        1 Carrying = "carrying",
    }
}

fact! {
    /// Choices as stated in the log.
    #[derive(Default)]
    pub struct PolicyChoices {
        /// How coins are carried.
        #[n(0)] pub measurement: Option<MeasurementModel>,
        /// Which lots leave.
        #[n(1)] pub lots: Option<LotChoice>,
        /// What a pledge is.
        #[n(2)] pub pledge: Option<Pledge>,
        /// What becomes of a selling fee.
        #[n(3)] pub sale_fee: Option<SaleFee>,
        /// What becomes of a buying fee.
        #[n(4)] pub purchase_fee: Option<PurchaseFee>,
        /// At what amount coins leave.
        #[n(5)] pub disposal_carrying: Option<DisposalCarrying>,
        /// How amounts are rounded.
        #[n(6)] pub rounding: Option<Rounding>,
        /// What each stablecoin is; a financial asset when not said.
        #[n(7)] pub stablecoin: Option<Vec<StablecoinChoice>>,
        /// At what amount a roll-forward shows coins that left.
        #[n(8)] pub rollforward: Option<RollforwardStyle>,
        /// Coins sold within so many days of being mined are operating cash (ASC 230-10-45-27A); none when not said.
        #[n(9)] pub operating_within_days: Option<u32>,
        /// At which observation coins earned are income; the event says it when not said.
        #[n(10)] pub revenue_price: Option<RevenuePrice>,
        /// What coins that a pool pays out cost.
        #[n(11)] pub mined_cost: Option<MinedCost>,
        /// Which observations of prices may be used, pair by pair; any where a pair is not said.
        #[n(12)] pub price: Option<Vec<PriceTerms>>,
        /// The part of claims for collateral that is not expected back (ASC 326-20-30).
        #[n(13)] pub allowance: Option<Rate>,
        /// What becomes of an impairment.
        #[n(15)] pub impairment_reversal: Option<Reversal>,
        /// The version of the rules that sets the defaults of choices left out: 1 when not said.
        #[n(14)] pub rules: Option<u8>,
    }
}

/// A book's rules on a given day, complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How coins are carried.
    pub measurement: MeasurementModel,
    /// Which lots leave first.
    pub lots: LotMethod,
    /// Out of which pool.
    pub scope: LotScope,
    /// What a pledge is.
    pub pledge: Pledge,
    /// What becomes of a selling fee.
    pub sale_fee: SaleFee,
    /// What becomes of a buying fee.
    pub purchase_fee: PurchaseFee,
    /// At what amount coins leave a book at fair value.
    pub disposal_carrying: DisposalCarrying,
    /// How amounts are rounded.
    pub rounding: Rounding,
    /// At what amount a roll-forward shows coins that left.
    pub rollforward: RollforwardStyle,
    /// Coins sold within so many days of being mined are operating cash.
    pub operating_within_days: Option<u32>,
    /// At which observation coins earned are income.
    pub revenue_price: Option<RevenuePrice>,
    /// What coins that a pool pays out cost.
    pub mined_cost: MinedCost,
    /// The part of claims for collateral that is not expected back.
    pub allowance: Rate,
    /// What becomes of an impairment when the price rises again.
    pub impairment_reversal: Reversal,
    /// What each stablecoin is.
    pub stablecoins: Stablecoins,
    /// The version of the rules.
    pub rules: u8,
    framework: Option<Framework>,
    /// Whether the book has stated what becomes of a selling fee.
    sale_fee_stated: bool,
}

/// The latest version of the rules, which new ledgers state.
pub const LATEST_RULES: u8 = 2;

/// What becomes of a selling fee where the book does not say. Rules 2: selling costs reduce the amount realised on a
/// disposition of digital assets for US tax (Reg. 1.1001-7(b)(1) and (2)).
fn default_sale_fee(framework: Option<Framework>, rules: u8) -> SaleFee {
    match framework {
        Some(Framework::UsTax) if rules >= 2 => SaleFee::ReducesProceeds,
        Some(Framework::UsTax | Framework::UsGaap | Framework::Ifrs) | None => SaleFee::Expense,
    }
}

impl Policy {
    /// The rules of a new book: what it states, else its framework's defaults. A book at cost never treats a
    /// pledge as a disposal unless it says so.
    #[must_use]
    pub fn opened(framework: Option<Framework>, stated: &PolicyChoices) -> Policy {
        let measurement = stated.measurement.unwrap_or(match framework {
            Some(Framework::UsTax) => MeasurementModel::Cost,
            Some(Framework::Ifrs) => MeasurementModel::CostLessImpairment,
            Some(Framework::UsGaap) | None => MeasurementModel::FairValue,
        });
        let default = Policy {
            measurement,
            lots: LotMethod::Fifo,
            scope: LotScope::Wallet,
            pledge: match measurement {
                MeasurementModel::FairValue
                | MeasurementModel::CostLessImpairment
                | MeasurementModel::Revaluation => Pledge::ByControl,
                MeasurementModel::Cost => Pledge::NeverADisposal,
            },
            sale_fee: SaleFee::Expense,
            purchase_fee: PurchaseFee::Capitalise,
            disposal_carrying: DisposalCarrying::RemeasureFirst,
            rounding: Rounding::HalfEven,
            // The totals do not depend on when in the period the coins were last marked.
            rollforward: RollforwardStyle::Proceeds,
            operating_within_days: None,
            revenue_price: None,
            mined_cost: MinedCost::Receipt,
            allowance: Rate::ZERO,
            impairment_reversal: match framework {
                Some(Framework::Ifrs) => Reversal::ToCost,
                Some(Framework::UsGaap | Framework::UsTax) | None => Reversal::None,
            },
            stablecoins: Stablecoins::default(),
            rules: 1,
            framework,
            sale_fee_stated: false,
        };
        default.changed(stated)
    }

    /// Whether the oldest lots leave where lots are to be named and nobody names any (Reg. 1.1012-1(j)(3)(i)).
    #[must_use]
    pub fn oldest_go_unnamed(&self) -> bool {
        self.framework == Some(Framework::UsTax)
    }

    /// These rules with some choices made anew.
    #[must_use]
    pub fn changed(self, stated: &PolicyChoices) -> Policy {
        let rules = stated.rules.unwrap_or(self.rules);
        let sale_fee_stated = self.sale_fee_stated || stated.sale_fee.is_some();
        let before = if sale_fee_stated { self.sale_fee } else { default_sale_fee(self.framework, rules) };
        Policy {
            measurement: stated.measurement.unwrap_or(self.measurement),
            lots: stated.lots.as_ref().map_or(self.lots, |lots| lots.method),
            scope: stated.lots.as_ref().and_then(|lots| lots.scope).unwrap_or(self.scope),
            pledge: stated.pledge.unwrap_or(self.pledge),
            sale_fee: stated.sale_fee.unwrap_or(before),
            purchase_fee: stated.purchase_fee.unwrap_or(self.purchase_fee),
            disposal_carrying: stated.disposal_carrying.unwrap_or(self.disposal_carrying),
            rounding: stated.rounding.unwrap_or(self.rounding),
            rollforward: stated.rollforward.unwrap_or(self.rollforward),
            operating_within_days: stated.operating_within_days.or(self.operating_within_days),
            revenue_price: stated.revenue_price.or(self.revenue_price),
            mined_cost: stated.mined_cost.unwrap_or(self.mined_cost),
            allowance: stated.allowance.unwrap_or(self.allowance),
            impairment_reversal: stated.impairment_reversal.unwrap_or(self.impairment_reversal),
            // One for which there is no room is refused at the door.
            stablecoins: stated
                .stablecoin
                .iter()
                .flatten()
                .fold(self.stablecoins, |chosen, choice| chosen.with(choice).unwrap_or(chosen)),
            rules,
            framework: self.framework,
            sale_fee_stated,
        }
    }
}
