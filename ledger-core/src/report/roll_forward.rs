//! The roll-forward of coins, and apart from it that of claims for coins: opening, additions, dispositions,
//! gains and losses, closing, in units and in money (ASC 350-60-50-3).

use std::collections::BTreeMap;

use super::coins::is_coins;
use super::{NoReport, Request};
use crate::chart::COLLATERAL_RECEIVABLE;
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::{Event, declaration};
use crate::exact::Overflow;
use crate::ids::Commodity;
use crate::money::{Money, Units};
use crate::posting::Line;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};

/// The lines of a roll-forward, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Caption {
    Opening,
    OpeningRecorded,
    Mined,
    Received,
    Bought,
    Accepted,
    Borrowed,
    Contributed,
    Returned,
    Given,
    Sold,
    Liquidated,
    Settled,
    Spent,
    LentBack,
    Distributed,
    Impounded,
    Lost,
    Fees,
    Moved,
    Reversed,
    Remeasured,
}

impl Caption {
    fn label(self, of_claims: bool, amount: Money) -> &'static str {
        match (self, of_claims) {
            (Caption::Opening, _) => "Opening",
            (Caption::OpeningRecorded, _) => "Recorded when the books were opened",
            (Caption::Mined, _) => "Mined",
            (Caption::Received, _) => "Received from pools",
            (Caption::Bought, _) => "Bought",
            (Caption::Accepted, _) => "Accepted in payment",
            (Caption::Borrowed, _) => "Borrowed",
            (Caption::Contributed, _) => "Contributed in kind",
            (Caption::Returned, false) => "Returned by lenders",
            (Caption::Returned, true) => "Coins returned by lenders",
            (Caption::Given, false) => "Given to lenders",
            (Caption::Given, true) => "Coins given to lenders",
            (Caption::Sold, false) => "Sold",
            (Caption::Sold, true) => "Sold by lenders",
            (Caption::Liquidated, _) => "Liquidated by lenders",
            (Caption::Settled, _) => "Given in settlement of debt",
            (Caption::Spent, _) => "Spent",
            (Caption::LentBack, _) => "Given back to whom they were borrowed from",
            (Caption::Distributed, _) => "Distributed in kind",
            (Caption::Impounded, _) => "Impounded with others",
            (Caption::Lost, _) => "Lost",
            (Caption::Fees, _) => "Network fees",
            (Caption::Moved, _) => "Moved",
            (Caption::Reversed, _) => "Entries reversed",
            (Caption::Remeasured, _) if amount.is_negative() => "Loss on remeasurement",
            (Caption::Remeasured, _) => "Gain on remeasurement",
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    units: Units,
    amount: Money,
}

impl Sum {
    fn add(&mut self, units: Units, amount: Money) -> Result<(), Overflow> {
        self.units = self.units.plus(units)?;
        self.amount = self.amount.plus(amount)?;
        Ok(())
    }
}

type Captions = BTreeMap<(bool, Commodity, Caption), Sum>;

pub(super) fn roll_forward(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let mut sums: Captions = BTreeMap::new();
    let before = request.standing_before(from)?.fold;
    for (target, balance) in before.book(request.book)?.balances().filter(|(target, _)| is_coins(target)) {
        let Some(commodity) = target.commodity else { continue };
        let key = (target.account == COLLATERAL_RECEIVABLE, commodity, Caption::Opening);
        sums.entry(key).or_default().add(balance.units, balance.amount)?;
    }
    let fold = request.replay(Some(from), |step| {
        for posted in request.posted(step) {
            let event = step.applied.entry.events.get(posted.event);
            for line in posted.journal.lines().iter().filter(|line| is_coins(&line.target)) {
                let Some(commodity) = line.target.commodity else { continue };
                let key = (line.target.account == COLLATERAL_RECEIVABLE, commodity, caption(event, line));
                sums.entry(key).or_default().add(line.units, line.amount)?;
            }
        }
        Ok(())
    })?;
    let mut rows = Vec::new();
    let mut tables: Vec<(bool, Commodity)> = sums.keys().map(|(claims, coin, _)| (*claims, *coin)).collect();
    tables.dedup();
    for (of_claims, commodity) in tables {
        let scale = fold.world().scale(commodity)?;
        let what = if of_claims { "receivable for collateral" } else { "owned" };
        rows.push(Row::heading(format!("{commodity} {what}"), 3));
        let first = rows.len();
        let mut closing = Sum::default();
        let lines = sums.iter().filter(|((claims, coin, _), _)| (*claims, *coin) == (of_claims, commodity));
        for ((_, _, caption), sum) in lines {
            closing.add(sum.units, sum.amount)?;
            if sum.units.is_zero() && sum.amount.is_zero() {
                continue;
            }
            rows.push(Row::line(vec![
                Cell::text(caption.label(of_claims, sum.amount)),
                if sum.units.is_zero() { Cell::Empty } else { Cell::Units(sum.units, scale) },
                Cell::Money(sum.amount),
            ]));
        }
        let cells =
            vec![Cell::text("Closing"), Cell::Units(closing.units, scale), Cell::Money(closing.amount)];
        let lines = first..rows.len();
        rows.push(Row::new(RowKind::Total, cells).adding(lines));
    }
    let head = request.head_from(&fold, from)?;
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "roll-forward",
        title: "Roll-forward of coins".to_owned(),
        head,
        columns: columns(&[("line", ""), ("units", "Units"), ("amount", &currency)]),
        rows,
        notes: vec!["Pledged coins of which control is kept are owned; claims for coins given away are a table of their own.".to_owned()],
    })
}

/// Where a posting to coins belongs. What carries no units is a change of value.
fn caption(event: Option<&Event>, line: &Line) -> Caption {
    if line.units.is_zero() {
        return Caption::Remeasured;
    }
    let Some(event) = event else { return Caption::Moved };
    match event {
        Event::OpeningRecorded(_) => Caption::OpeningRecorded,
        Event::EntryReversed(_) => Caption::Reversed,
        Event::CoinsMined(_) => Caption::Mined,
        Event::CoinsReceived(_) => Caption::Received,
        Event::CoinsBought(_) => Caption::Bought,
        Event::CoinsSold(_) => Caption::Sold,
        Event::CollateralLiquidated(_) => Caption::Liquidated,
        Event::InterestPaid(_) | Event::LoanRepaid(_) => Caption::Settled,
        Event::CoinsSpent(e) => spent(e.settles),
        Event::CoinsAccepted(e) if e.against == Acceptance::Borrowed => Caption::Borrowed,
        Event::CoinsAccepted(_) => Caption::Accepted,
        Event::CoinsContributed(_) => Caption::Contributed,
        Event::CoinsDistributed(_) => Caption::Distributed,
        Event::CoinsImpounded(_) => Caption::Impounded,
        Event::CoinsLost(_) => Caption::Lost,
        // Where control is kept both sides are owned and cancel.
        Event::CollateralPosted(_) => Caption::Given,
        Event::CollateralReleased(_) => Caption::Returned,
        // What a move loses went to the network; the rest cancels.
        Event::CoinsMoved(_) => Caption::Fees,
        Event::CoinsDesignated(_) => Caption::Moved,
        declaration!()
        | Event::FairValueMarked(_)
        | Event::JournalRecorded(_)
        | Event::CoinsEarned(_)
        | Event::CurrencyConverted(_)
        | Event::CashReceived(_)
        | Event::CashPaid(_)
        | Event::FacilityOpened(_)
        | Event::LoanDrawn(_)
        | Event::InterestAccrued(_)
        | Event::FacilityRetired(_)
        | Event::FacilityAmended(_)
        | Event::RateReset(_)
        | Event::IssueCostAmortised(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::CapexCommitted(_)
        | Event::DepositPaid(_)
        | Event::CapexAmended(_)
        | Event::CapexCancelled(_)
        | Event::CapexInvoiced(_)
        | Event::CapexPaid(_)
        | Event::InterestCapitalised(_)
        | Event::AssetPlacedInService(_)
        | Event::DepreciationCharged(_)
        | Event::AssetImpaired(_)
        | Event::AssetDisposed(_)
        | Event::PowerContracted(_)
        | Event::PowerBilled(_)
        | Event::ComputeContracted(_)
        | Event::ComputeDelivered(_)
        | Event::OperatingMetricRecorded(_)
        | Event::OperatingCostRecorded(_)
        | Event::DerivativeOpened(_)
        | Event::DerivativeMarked(_)
        | Event::DerivativeSettled(_)
        | Event::SharesIssued(_)
        | Event::SharesRepurchased(_)
        | Event::TranslationRecorded(_) => Caption::Moved,
    }
}

fn spent(settles: Spending) -> Caption {
    match settles {
        Spending::Principal | Spending::Interest => Caption::Settled,
        Spending::Borrowed => Caption::LentBack,
        Spending::Expense | Spending::Payable | Spending::Deposit | Spending::Payroll => Caption::Spent,
    }
}
