//! The statement of cash flows by the indirect method: from net income to the cash of operations, then investing and
//! financing, and what moved without cash (ASC 230). It is built from the journals of the period.

mod activities;
mod flows;
mod fresh;
mod trace;

use std::collections::BTreeMap;

use super::{NoReport, Request, day_of};
use crate::account::Account;
use crate::chart;
use crate::fold::Fold;
use crate::ids::BookId;
use crate::money::Money;
use crate::policy::Policy;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns, end_section};
use crate::time::Day;
use crate::world::World;
use activities::{Activity, CashOf, cash_of};
use flows::{Flows, is_cash};
use fresh::Fresh;
pub(super) use fresh::SoldFresh;
use trace::id;
pub(super) use trace::{sums_of, trace};

/// What a period's journals come to, and where the folds stand before it and at its end.
struct Period {
    flows: Flows,
    policy: Policy,
    before: Fold,
    fold: Fold,
}

impl Period {
    fn of(request: &Request<'_>, from: Day) -> Result<Period, NoReport> {
        let standing = request.standing()?;
        // What is cash is the same for all of the period, as it is at its end.
        let policy = standing.fold.world().book(request.book)?.policy_on(request.last_day(&standing)?);
        let before = request.standing_before(from)?.fold;
        let window = fresh_from(request, before.world(), from)?;
        let mut fresh = Fresh::new(request.book);
        let mut flows = Flows::default();
        let fold = request.replay(Some(window), |step| {
            let day = day_of(step);
            fresh.take_in(step, day);
            if day >= from { flows.take_in(step, day, request.book, &policy, &fresh) } else { Ok(()) }
        })?;
        Ok(Period { flows, policy, before, fold })
    }
}

/// Net cash from operating activities over a period.
pub(super) fn operating_cash(request: &Request<'_>, from: Day) -> Result<Money, NoReport> {
    Ok(Period::of(request, from)?.flows.operating)
}

pub(super) fn cash_flow(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let Period { flows, policy, before, fold } = Period::of(request, from)?;
    let head = request.head_from(&fold, from)?;
    let currency = head.currency.to_string();
    let opening = cash(&before, request.book, &policy)?;
    Ok(Sheet {
        report: "cash-flow",
        title: "Statement of cash flows".to_owned(),
        head,
        columns: columns(&[("line", ""), ("account", "Account"), ("amount", &currency)]),
        rows: rows(fold.world(), &flows, &opening, &cash(&fold, request.book, &policy)?)?,
        notes: vec![
            "Cash includes restricted cash, and stablecoins only where the book's policy has them as cash equivalents: \
             what others pay is listed apart."
                .to_owned(),
        ],
    })
}

/// Coins sold for cash from a day on and within days of being mined, where the book's policy says how many.
pub(super) fn sold_fresh(request: &Request<'_>, from: Day) -> Result<Vec<SoldFresh>, NoReport> {
    let before = request.standing_before(from)?.fold;
    let window = fresh_from(request, before.world(), from)?;
    let mut fresh = Fresh::new(request.book);
    let mut sold = Vec::new();
    request.replay(Some(window), |step| {
        let day = day_of(step);
        fresh.take_in(step, day);
        let world = step.after.world();
        let Ok(policy) = world.book(request.book).map(|declared| declared.policy_on(day)) else {
            return Ok(());
        };
        for posted in request.posted(step).filter(|_| day >= from) {
            let event = step.applied.entry.events.get(posted.event);
            let lines = posted.journal.lines().iter().filter(|line| is_cash(&policy, &line.target));
            let cash = Money::sum(lines.map(|line| line.amount))?;
            if event.is_some_and(|event| matches!(cash_of(event), CashOf::Sale)) && !cash.is_zero() {
                sold.extend(fresh.sold_fresh(world, posted, day, cash)?);
            }
        }
        Ok(())
    })?;
    Ok(sold)
}

/// The first day whose mined coins may still be fresh in the period.
fn fresh_from(request: &Request<'_>, world: &World, from: Day) -> Result<Day, NoReport> {
    let policies = world.book(request.book)?.policies();
    let days = policies.filter_map(|policy| policy.operating_within_days).max().unwrap_or(0);
    Ok(Day::from_number(from.number() - i64::from(days)).unwrap_or(from))
}

/// Cash of a book by account, accounts without any left out.
type Cash = BTreeMap<Account, Money>;

fn cash(fold: &Fold, book: BookId, policy: &Policy) -> Result<Cash, NoReport> {
    let mut cash = Cash::new();
    for (target, balance) in fold.book(book)?.balances().filter(|(target, _)| is_cash(policy, target)) {
        let sum = cash.entry(target.account).or_default();
        *sum = sum.plus(balance.amount)?;
    }
    cash.retain(|_, amount| !amount.is_zero());
    Ok(cash)
}

/// The rows as they are written, from the top.
#[derive(Default)]
struct Written {
    rows: Vec<Row>,
    section: u8,
}

impl Written {
    fn heading(&mut self, depth: u8, label: &str) {
        self.rows.push(Row { depth, ..Row::heading(label, 3) });
    }

    /// Writes a line and tells its place.
    fn line(&mut self, id: String, depth: u8, label: &str, account: Option<Account>, amount: Money) -> usize {
        let account = account.map_or(Cell::Empty, |account| Cell::Code(account.to_string()));
        let row = Row::line_at(depth, vec![Cell::text(label), account, Cell::Money(amount)]);
        self.rows.push(row.named(id));
        self.rows.len() - 1
    }

    /// Writes a sum of rows, with which a section ends, and tells its place.
    fn sum(
        &mut self,
        id: &'static str,
        kind: RowKind,
        label: &str,
        amount: Money,
        terms: Vec<usize>,
    ) -> usize {
        let cells = vec![Cell::text(label), Cell::Empty, Cell::Money(amount)];
        self.rows.push(Row::new(kind, cells).named(id).adding(terms));
        self.end_section();
        self.rows.len() - 1
    }

    fn end_section(&mut self) {
        self.section = self.section.saturating_add(1);
        end_section(&mut self.rows, self.section);
    }
}

fn rows(world: &World, flows: &Flows, opening: &Cash, closing: &Cash) -> Result<Vec<Row>, NoReport> {
    let by_account = closing;
    let (opening, closing) = (Money::sum(opening.values().copied())?, Money::sum(closing.values().copied())?);
    let mut written = Written::default();
    let mut change = vec![operating(&mut written, world, flows)?];
    for (activity, heading, label) in [
        (Activity::Investing, "Investing activities", "Net cash from investing activities"),
        (Activity::Financing, "Financing activities", "Net cash from financing activities"),
    ] {
        written.heading(0, heading);
        let mut terms = Vec::new();
        let mut sum = Money::ZERO;
        for ((_, caption), amount) in flows.other.iter().filter(|((of, _), _)| *of == activity) {
            if !amount.is_zero() {
                terms.push(written.line(id::of_activity(activity, caption), 1, caption, None, *amount));
                sum = sum.plus(*amount)?;
            }
        }
        change.push(written.sum(activity.id(), RowKind::Subtotal, label, sum, terms));
    }
    let moved = closing.minus(opening)?.minus(flows.recorded_at_opening)?;
    let change = written.sum(id::CHANGE, RowKind::Subtotal, "Change in cash", moved, change);
    let mut terms =
        vec![change, written.line(id::BEGINNING.to_owned(), 1, "Cash at the beginning", None, opening)];
    if !flows.recorded_at_opening.is_zero() {
        let label = "Cash recorded when the books were opened";
        terms.push(written.line(id::RECORDED.to_owned(), 1, label, None, flows.recorded_at_opening));
    }
    written.sum(id::AT_END, RowKind::Total, "Cash at the end", closing, terms);
    if by_account.contains_key(&chart::RESTRICTED_CASH) {
        // The lines of the balance sheet that come to it (ASC 230-10-50-8).
        written.heading(0, "Cash at the end on the balance sheet");
        for (account, amount) in by_account {
            written.line(id::end(*account), 1, world.account(*account)?.name, Some(*account), *amount);
        }
    }
    written.end_section();
    supplement(&mut written, flows);
    Ok(written.rows)
}

/// From net income to the cash of operations; the place of that.
fn operating(written: &mut Written, world: &World, flows: &Flows) -> Result<usize, NoReport> {
    written.heading(0, "Operating activities");
    let mut terms =
        vec![written.line(id::NET_INCOME.to_owned(), 1, "Net income (loss)", None, flows.net_income)];
    written.end_section();
    let taken_back = flows.taken_back.iter().filter(|(_, amount)| !amount.is_zero());
    for (at, ((account, caption), amount)) in taken_back.enumerate() {
        if at == 0 {
            written.heading(1, "Income and expense without operating cash");
        }
        let name = match account {
            Some(account) if caption.is_empty() => world.account(*account)?.name,
            Some(_) | None => caption,
        };
        terms.push(written.line(id::adjustment(&(*account, *caption)), 2, name, *account, *amount));
    }
    written.end_section();
    let changes = flows.working_capital.iter().filter(|(_, amount)| !amount.is_zero());
    for (at, (account, amount)) in changes.enumerate() {
        if at == 0 {
            written.heading(1, "Changes in operating assets and liabilities");
        }
        let name = world.account(*account)?.name;
        terms.push(written.line(id::working_capital(*account), 2, name, Some(*account), *amount));
    }
    Ok(written.sum(
        Activity::Operating.id(),
        RowKind::Subtotal,
        "Net cash from operating activities",
        flows.operating,
        terms,
    ))
}

/// What is told beside the flows: interest and tax paid (ASC 230-10-50-2), and what moved without cash.
fn supplement(written: &mut Written, flows: &Flows) {
    let paid = [
        (id::INTEREST, chart::ACCRUED_INTEREST, flows.interest_paid),
        (id::INCOME_TAX, chart::TAX_PAYABLE, flows.tax_paid),
    ];
    if paid.iter().any(|(_, _, amount)| !amount.is_zero()) {
        written.heading(0, "Paid in cash");
    }
    for (label, account, amount) in paid.into_iter().filter(|(_, _, amount)| !amount.is_zero()) {
        written.line(id::paid(label), 1, label, Some(account), amount);
    }
    written.end_section();
    let without = flows.without_cash.iter().filter(|(_, amount)| !amount.is_zero());
    for (at, (caption, amount)) in without.enumerate() {
        if at == 0 {
            written.heading(0, "Without cash");
        }
        written.line(id::without_cash(caption), 1, caption, None, *amount);
    }
    written.end_section();
}
