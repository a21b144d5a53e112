//! The statement of changes in equity: every component from opening to closing, by what changed it (Regulation S-X
//! 3-04, ASC 505-10-50-2). Income of the period stands in retained earnings, as that of all years before does.

use std::collections::BTreeMap;

use super::{NoReport, Request};
use crate::account::{Account, Class};
use crate::chart::{
    EQUITY_NOT_ANALYSED, OTHER_COMPREHENSIVE, PAID_IN_CAPITAL, RETAINED_EARNINGS, SHARES, TREASURY_STOCK,
};
use crate::event::{Event, declaration};
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::money::Money;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns, end_section};
use crate::world::World;

/// What changes equity, in the order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Movement {
    Opening,
    Recorded,
    Issued,
    BoughtBack,
    Contributed,
    NetIncome,
    Translated,
    Adopted,
    Revalued,
    Realised,
    Journals,
}

impl Movement {
    fn label(self) -> &'static str {
        match self {
            Movement::Opening => "Opening",
            Movement::Recorded => "Recorded when the books were opened",
            Movement::Issued => "Shares issued",
            Movement::BoughtBack => "Shares bought back",
            Movement::Contributed => "Received from and paid to owners",
            Movement::Translated => "Translation",
            Movement::NetIncome => "Net income (loss)",
            Movement::Adopted => "Adoption of another policy",
            Movement::Revalued => "Coins revalued",
            Movement::Realised => "Surplus of coins that left",
            Movement::Journals => "Journals",
        }
    }

    /// What an event that posts to equity is.
    fn of(event: &Event) -> Movement {
        if matches!(event, Event::PolicyAdopted(_)) {
            return Movement::Adopted;
        }
        match event {
            Event::OpeningRecorded(_) => Movement::Recorded,
            Event::SharesIssued(_) => Movement::Issued,
            Event::SharesRepurchased(_) => Movement::BoughtBack,
            Event::TranslationRecorded(_) => Movement::Translated,
            Event::CashReceived(_)
            | Event::CashPaid(_)
            | Event::CoinsContributed(_)
            | Event::CoinsDistributed(_) => Movement::Contributed,
            Event::FairValueMarked(_) => Movement::Revalued,
            // Where coins are revalued, their surplus goes to retained earnings with them (IAS 38.87).
            Event::CoinsReceived(_)
            | Event::CoinsSold(_)
            | Event::CoinsMoved(_)
            | Event::CoinsDesignated(_)
            | Event::CoinsSpent(_)
            | Event::CoinsImpounded(_)
            | Event::CoinsLost(_)
            | Event::InterestPaid(_)
            | Event::LoanRepaid(_)
            | Event::CollateralPosted(_)
            | Event::CollateralReleased(_)
            | Event::CollateralLiquidated(_) => Movement::Realised,
            // Only a person's journal posts to equity beside these.
            declaration!()
            | Event::JournalRecorded(_)
            | Event::EntryReversed(_)
            | Event::CoinsEarned(_)
            | Event::CoinsMined(_)
            | Event::CoinsBought(_)
            | Event::CoinsAccepted(_)
            | Event::DerivativeOpened(_)
            | Event::DerivativeMarked(_)
            | Event::DerivativeSettled(_)
            | Event::CurrencyConverted(_)
            | Event::FacilityOpened(_)
            | Event::FacilityAmended(_)
            | Event::RateReset(_)
            | Event::LoanDrawn(_)
            | Event::InterestAccrued(_)
            | Event::IssueCostAmortised(_)
            | Event::FacilityRetired(_)
            | Event::MarginCalled(_)
            | Event::MarginCallMet(_)
            | Event::MarginCallLapsed(_)
            | Event::OperatingMetricRecorded(_)
            | Event::CapexAmended(_)
            | Event::InterestCapitalised(_)
            | Event::AssetPlacedInService(_)
            | Event::DepreciationCharged(_)
            | Event::AssetImpaired(_)
            | Event::PowerContracted(_)
            | Event::ComputeContracted(_)
            | Event::ComputeDelivered(_)
            | Event::CapexInvoiced(_)
            | Event::CapexPaid(_)
            | Event::CapexCancelled(_)
            | Event::AssetDisposed(_)
            | Event::PowerBilled(_)
            | Event::CapexCommitted(_)
            | Event::DepositPaid(_)
            | Event::OperatingCostRecorded(_) => Movement::Journals,
        }
    }
}

/// What changed each component, credits positive.
type Changes = BTreeMap<Account, BTreeMap<Movement, Money>>;

fn add(changes: &mut Changes, component: Account, movement: Movement, amount: Money) -> Result<(), Overflow> {
    let sum = changes.entry(component).or_default().entry(movement).or_default();
    *sum = sum.minus(amount)?;
    Ok(())
}

/// The component in which an account stands, and whether it gets there as income; `None` for all but the owners'.
fn component(world: &World, account: Account) -> Option<(Account, bool)> {
    match world.account(account).map(|info| info.class) {
        Ok(Class::Equity) => Some((account, false)),
        Ok(Class::Income | Class::Expense) => Some((RETAINED_EARNINGS, true)),
        Ok(Class::Asset | Class::Liability | Class::Memo) | Err(_) => None,
    }
}

pub(super) fn equity(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let mut changes: Changes = BTreeMap::new();
    let before = request.standing_before(from)?.fold;
    for (target, balance) in before.book(request.book)?.balances() {
        if let Some((component, _)) = component(before.world(), target.account) {
            add(&mut changes, component, Movement::Opening, balance.amount)?;
        }
    }
    let fold = request.replay(Some(from), |step| {
        for posted in request.posted(step) {
            let Some(event) = step.applied.entry.events.get(posted.event) else { continue };
            for line in posted.journal.lines() {
                let found = component(step.after.world(), line.target.account);
                let Some((component, is_income)) = found else { continue };
                let movement = if is_income && !matches!(event, Event::OpeningRecorded(_)) {
                    Movement::NetIncome
                } else {
                    Movement::of(event)
                };
                add(&mut changes, component, movement, line.amount)?;
            }
        }
        Ok(())
    })?;
    let head = request.head_from(&fold, from)?;
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "equity",
        title: "Statement of changes in equity".to_owned(),
        head,
        columns: columns(&[("line", ""), ("account", "Account"), ("amount", &currency)]),
        rows: rows(&fold, &changes)?,
        notes: Vec::new(),
    })
}

fn rows(fold: &Fold, changes: &Changes) -> Result<Vec<Row>, NoReport> {
    let mut rows = Vec::new();
    let mut all: BTreeMap<Movement, Money> = BTreeMap::new();
    let mut closings = Vec::new();
    for (component, movements) in changes {
        if movements.values().all(|amount| amount.is_zero()) {
            continue;
        }
        let name = fold.world().account(*component)?.name;
        rows.push(Row::heading(name, 3));
        let code = Cell::Code(component.to_string());
        closings.push(part(&mut rows, movements, &code, RowKind::Subtotal, place(*component))?);
        for (movement, amount) in movements {
            let sum = all.entry(*movement).or_default();
            *sum = sum.plus(*amount)?;
        }
    }
    rows.push(Row::heading("Total equity", 3));
    part(&mut rows, &all, &Cell::Empty, RowKind::Total, TOTAL)?;
    Ok(rows)
}

/// What changed one component, or all of them, and its closing, whose place is told.
fn part(
    rows: &mut Vec<Row>,
    movements: &BTreeMap<Movement, Money>,
    code: &Cell,
    kind: RowKind,
    place: u8,
) -> Result<usize, NoReport> {
    end_section(rows, place);
    let first = rows.len();
    for (movement, amount) in movements {
        if !amount.is_zero() || *movement == Movement::Opening {
            rows.push(Row::line(vec![Cell::text(movement.label()), code.clone(), Cell::Money(*amount)]));
            end_section(rows, place.saturating_add(*movement as u8));
        }
    }
    let closing = Money::sum(movements.values().copied())?;
    let cells = vec![Cell::text("Closing"), code.clone(), Cell::Money(closing)];
    let lines = first..rows.len();
    rows.push(Row { depth: 1, ..Row::new(kind, cells) }.adding(lines));
    end_section(rows, place.saturating_add(STEP - 1));
    Ok(rows.len() - 1)
}

/// Between the places of two components there is one for each movement.
const STEP: u8 = 16;

/// The place of the total, after the components of the chart and those that a ledger opened.
const TOTAL: u8 = 8 * STEP;

/// The place of a component among all.
fn place(component: Account) -> u8 {
    let known = [
        SHARES,
        PAID_IN_CAPITAL,
        TREASURY_STOCK,
        RETAINED_EARNINGS,
        OTHER_COMPREHENSIVE,
        EQUITY_NOT_ANALYSED,
    ];
    let found = known.iter().position(|account| *account == component).unwrap_or(known.len());
    // Six are known.
    u8::try_from(found).map_or(TOTAL, |at| (at + 1).saturating_mul(STEP))
}
