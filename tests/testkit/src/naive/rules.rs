//! A book's rules on a day, with the model's own reading of the defaults.

use ledger_core::event::books::Transition;
use ledger_core::event::contract::CostCategory;
use ledger_core::event::{Event, LedgerOpened};
use ledger_core::ids::BookId;
use ledger_core::policy::{
    Framework, LotMethod, LotScope, MeasurementModel, MinedCost, Pledge, PolicyChoices, PurchaseFee,
    RevenuePrice, Reversal, SaleFee, StablecoinTreatment,
};
use ledger_core::rounding::Rounding;
use ledger_core::time::Day;

use super::Line;
use super::numbers::{Fraction, Half};

/// What a book does on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) model: MeasurementModel,
    pub(super) impairment_may_be_reversed: bool,
    pub(super) method: LotMethod,
    /// Whether all wallets are one pool.
    pub(super) one_pool: bool,
    pub(super) allowance: Fraction,
    /// What USDT is; no other stablecoin comes up.
    pub(super) tether: StablecoinTreatment,
    pub(super) pledge_may_be_disposal: bool,
    pub(super) sale_fee_lowers_gain: bool,
    pub(super) purchase_fee_is_cost: bool,
    pub(super) revenue_price: Option<RevenuePrice>,
    /// Whether what a pool pays costs what it was earned for.
    pub(super) cost_is_as_earned: bool,
    pub(super) half: Half,
}

/// The rules of `book` on `day`: what it was opened with, then every adoption known whose first day has come,
/// by first day and then by number, however late it was recorded.
pub(super) fn on(day: Day, book: BookId, opened: &LedgerOpened, known: &[Line<'_>]) -> Rules {
    let stated = opened.books.iter().find(|candidate| candidate.book == book);
    let none = PolicyChoices::default();
    let first = stated.and_then(|stated| stated.policy.as_ref()).unwrap_or(&none);
    let framework = stated.and_then(|stated| stated.framework);
    let model = first.measurement.unwrap_or(match framework {
        Some(Framework::UsTax) => MeasurementModel::Cost,
        Some(Framework::Ifrs) => MeasurementModel::CostLessImpairment,
        Some(Framework::UsGaap) | None => MeasurementModel::FairValue,
    });
    let mut rules = Rules {
        model,
        impairment_may_be_reversed: framework == Some(Framework::Ifrs),
        method: LotMethod::Fifo,
        one_pool: false,
        allowance: Fraction { top: 0, bottom: 1 },
        tether: StablecoinTreatment::FinancialAsset,
        pledge_may_be_disposal: model != MeasurementModel::Cost,
        sale_fee_lowers_gain: false,
        purchase_fee_is_cost: true,
        revenue_price: None,
        cost_is_as_earned: false,
        half: Half::Even,
    };
    rules.adopt(first);
    let mut adoptions = Vec::new();
    for line in known {
        for event in &line.entry.events {
            if let Event::PolicyAdopted(adopted) = event
                && adopted.book == book
            {
                let always = adopted.transition == Transition::Retrospective;
                let from = if always { Day::FIRST } else { adopted.from };
                adoptions.push((from, line.number, &adopted.policy));
            }
        }
    }
    adoptions.retain(|(from, _, _)| *from <= day);
    adoptions.sort_by_key(|(from, number, _)| (*from, *number));
    for (_, _, choices) in adoptions {
        rules.adopt(choices);
    }
    rules
}

impl Rules {
    /// Choices that exclude each other.
    pub(super) fn agree(&self) -> Result<(), String> {
        let surplus = self.model == MeasurementModel::Revaluation;
        if surplus && self.method == LotMethod::Average {
            return Err("a surplus has no average".to_owned());
        }
        Ok(())
    }

    fn adopt(&mut self, choices: &PolicyChoices) {
        if let Some(model) = choices.measurement {
            self.model = model;
        }
        if let Some(reversal) = choices.impairment_reversal {
            self.impairment_may_be_reversed = reversal == Reversal::ToCost;
        }
        if let Some(choice) = choices.stablecoin.iter().flatten().last() {
            self.tether = choice.treatment;
        }
        if let Some(rate) = choices.allowance {
            self.allowance = Fraction::of(rate.decimal());
        }
        if let Some(lots) = &choices.lots {
            self.method = lots.method;
            self.one_pool = lots.scope.map_or(self.one_pool, |scope| scope == LotScope::Entity);
        }
        if let Some(pledge) = choices.pledge {
            self.pledge_may_be_disposal = pledge == Pledge::ByControl;
        }
        if let Some(fee) = choices.sale_fee {
            self.sale_fee_lowers_gain = fee == SaleFee::ReducesProceeds;
        }
        if let Some(fee) = choices.purchase_fee {
            self.purchase_fee_is_cost = fee == PurchaseFee::Capitalise;
        }
        self.revenue_price = choices.revenue_price.or(self.revenue_price);
        if let Some(cost) = choices.mined_cost {
            self.cost_is_as_earned = cost == MinedCost::Inception;
        }
        if let Some(rounding) = choices.rounding {
            self.half = if rounding == Rounding::HalfUp { Half::Up } else { Half::Even };
        }
    }
}

/// The account of a cost, by its category alone.
pub(super) fn account_of_cost(category: CostCategory) -> u16 {
    match category {
        CostCategory::Power => 5010,
        CostCategory::Hosting => 5020,
        CostCategory::Ai => 5110,
        CostCategory::General => 6010,
    }
}
