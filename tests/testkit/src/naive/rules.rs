//! A book's rules on a day, with the model's own reading of the defaults.

use ledger_core::event::{Event, LedgerOpened};
use ledger_core::ids::BookId;
use ledger_core::policy::{
    Framework, LotMethod, MeasurementModel, Pledge, PolicyChoices, PurchaseFee, SaleFee,
};
use ledger_core::rounding::Rounding;
use ledger_core::time::Day;

use super::Line;
use super::numbers::Half;

/// What a book does on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) fair_value: bool,
    pub(super) method: LotMethod,
    pub(super) pledge_may_be_disposal: bool,
    pub(super) sale_fee_lowers_gain: bool,
    pub(super) purchase_fee_is_cost: bool,
    pub(super) half: Half,
}

/// The rules of `book` on `day`: what it was opened with, then every adoption known whose first day has come,
/// by first day and then by number, however late it was recorded.
pub(super) fn on(day: Day, book: BookId, opened: &LedgerOpened, known: &[Line<'_>]) -> Rules {
    let stated = opened.books.iter().find(|candidate| candidate.book == book);
    let none = PolicyChoices::default();
    let first = stated.and_then(|stated| stated.policy.as_ref()).unwrap_or(&none);
    let us_tax = stated.and_then(|stated| stated.framework) == Some(Framework::UsTax);
    let fair_value = match first.measurement {
        Some(model) => model == MeasurementModel::FairValue,
        None => !us_tax,
    };
    let mut rules = Rules {
        fair_value,
        method: LotMethod::Fifo,
        pledge_may_be_disposal: fair_value,
        sale_fee_lowers_gain: false,
        purchase_fee_is_cost: true,
        half: Half::Even,
    };
    rules.adopt(first);
    let mut adoptions = Vec::new();
    for line in known {
        for event in &line.entry.events {
            if let Event::PolicyAdopted(adopted) = event
                && adopted.book == book
                && adopted.from <= day
            {
                adoptions.push((adopted.from, line.number, &adopted.policy));
            }
        }
    }
    adoptions.sort_by_key(|(from, number, _)| (*from, *number));
    for (_, _, choices) in adoptions {
        rules.adopt(choices);
    }
    rules
}

impl Rules {
    fn adopt(&mut self, choices: &PolicyChoices) {
        if let Some(model) = choices.measurement {
            self.fair_value = model == MeasurementModel::FairValue;
        }
        if let Some(lots) = &choices.lots {
            self.method = lots.method;
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
        if let Some(rounding) = choices.rounding {
            self.half = if rounding == Rounding::HalfUp { Half::Up } else { Half::Even };
        }
    }
}
