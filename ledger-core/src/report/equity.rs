//! The statement of changes in equity: every component from opening to closing, by what changed it (Regulation S-X
//! 3-04, ASC 505-10-50-2). Income of the period stands in retained earnings, as that of all years before does.

use std::collections::BTreeMap;

use super::traced::{AMOUNT, Show, each_posting};
use super::{NoReport, Request};
use crate::account::{Account, Class};
use crate::chart::{
    EQUITY_NOT_ANALYSED, OTHER_COMPREHENSIVE, PAID_IN_CAPITAL, RETAINED_EARNINGS, SHARES, TREASURY_STOCK,
};
use crate::event::{Event, declaration};
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::money::Money;
use crate::sheet::{Cell, Row, RowId, RowKind, Sheet, columns, end_section};
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
    /// Its name in the names of rows.
    fn id(self) -> &'static str {
        match self {
            Movement::Opening => "opening",
            Movement::Recorded => "recorded-at-opening",
            Movement::Issued => "shares-issued",
            Movement::BoughtBack => "shares-bought-back",
            Movement::Contributed => "owners",
            Movement::Translated => "translation",
            Movement::NetIncome => "net-income",
            Movement::Adopted => "policy-adopted",
            Movement::Revalued => "coins-revalued",
            Movement::Realised => "surplus-realised",
            Movement::Journals => "journals",
        }
    }

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

impl Movement {
    /// What a posting of an event is that gets to equity, as income or not.
    fn in_equity(event: &Event, is_income: bool) -> Movement {
        if is_income && !matches!(event, Event::OpeningRecorded(_)) {
            Movement::NetIncome
        } else {
            Movement::of(event)
        }
    }
}

/// The name of a line: of a component, or of all of them.
fn id(component: Option<Account>, movement: &str) -> String {
    component.map_or_else(|| format!("total.{movement}"), |account| format!("{account}.{movement}"))
}

/// The sum that adds up a line: the closing of its component, or of all.
pub(super) fn sums_of(id: &str) -> Vec<RowId> {
    match id.split_once('.') {
        Some((of, movement)) if movement != CLOSING => vec![format!("{of}.{CLOSING}").into()],
        Some(_) | None => Vec::new(),
    }
}

/// The name of the closing among the lines of a component.
const CLOSING: &str = "closing";

/// Shows what each posting adds to which line, of its component and of the total.
pub(super) fn trace(request: &Request<'_>, show: Show<'_>) -> Result<(), NoReport> {
    let from = request.first_day()?;
    each_posting(request, None, |traced, on| {
        let event = traced.step.applied.entry.events.get(traced.posted.event);
        let found = component(traced.step.after.world(), traced.line.target.account);
        let (movement, component) = match (found, event) {
            (Some((component, _)), _) if on < from => (Movement::Opening, component),
            (Some((component, is_income)), Some(event)) => (Movement::in_equity(event, is_income), component),
            (Some(_), None) | (None, _) => return Ok(()),
        };
        for of in [Some(component), None] {
            show(&traced.adds(id(of, movement.id()).into(), AMOUNT, traced.line.amount.negated()))?;
        }
        Ok(())
    })
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
                add(&mut changes, component, Movement::in_equity(event, is_income), line.amount)?;
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
        let of = Of { component: Some(*component), code, kind: RowKind::Subtotal, place: place(*component) };
        closings.push(part(&mut rows, movements, &of)?);
        for (movement, amount) in movements {
            let sum = all.entry(*movement).or_default();
            *sum = sum.plus(*amount)?;
        }
    }
    rows.push(Row::heading("Total equity", 3));
    part(&mut rows, &all, &Of { component: None, code: Cell::Empty, kind: RowKind::Total, place: TOTAL })?;
    Ok(rows)
}

/// What rows are of: a component, or all of them.
struct Of {
    component: Option<Account>,
    code: Cell,
    kind: RowKind,
    place: u8,
}

/// What changed one component, or all of them, and its closing, whose place is told.
fn part(rows: &mut Vec<Row>, movements: &BTreeMap<Movement, Money>, of: &Of) -> Result<usize, NoReport> {
    let Of { component, code, kind, place } = of;
    let (kind, place) = (*kind, *place);
    end_section(rows, place);
    let first = rows.len();
    for (movement, amount) in movements {
        if !amount.is_zero() || *movement == Movement::Opening {
            let row = Row::line(vec![Cell::text(movement.label()), code.clone(), Cell::Money(*amount)]);
            rows.push(row.named(id(*component, movement.id())));
            end_section(rows, place.saturating_add(*movement as u8));
        }
    }
    let closing = Money::sum(movements.values().copied())?;
    let cells = vec![Cell::text("Closing"), code.clone(), Cell::Money(closing)];
    let lines = first..rows.len();
    let row = Row { depth: 1, ..Row::new(kind, cells) };
    rows.push(row.named(id(*component, CLOSING)).adding(lines));
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
