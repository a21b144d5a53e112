//! The income statement: what was earned and what it cost, over a period, with the subtotals that US miners print.
//! Every figure shows what it does to income, so that each subtotal is the plain sum of what stands above it.

use std::collections::BTreeMap;

use super::slices::{Dimension, Slice, by_dimension};
use super::traced::{AMOUNT, Show, each_posting};
use super::{NoReport, Request};
use crate::account::{Account, Class};
use crate::chart::{
    BITCOIN_GAINS, COLLATERAL_GAINS, CREDIT_LOSS, DERIVATIVE_GAINS, DISCONTINUED, EQUIPMENT_DISPOSALS,
    EXCHANGE_DIFFERENCES, EXTINGUISHMENT, INCOME_TAX, INTEREST, LIQUIDATION_FEES, OTHER_INCOME,
};
use crate::fold::Fold;
use crate::ids::Segment;
use crate::money::Money;
use crate::posting::{Line, Target};
use crate::sheet::{Cell, Head, Row, RowId, RowKind, Sheet, columns, end_section};
use crate::time::Day;

/// The sections of an income statement, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Revenue,
    CostOfRevenue,
    Operating,
    Other,
    Tax,
    Discontinued,
}

impl Section {
    /// Its name in the names of rows, that of its own sum, and that of the sum of everything up to it.
    fn ids(self) -> [&'static str; 2] {
        match self {
            Section::Revenue => ["revenue", "total-revenue"],
            Section::CostOfRevenue => ["cost-of-revenue", "gross-profit"],
            Section::Operating => ["operating-items", "operating-income"],
            Section::Other => ["other-items", "income-before-tax"],
            Section::Tax => ["tax", "income-from-continuing-operations"],
            Section::Discontinued => ["discontinued", "net-income"],
        }
    }
}

/// The name of the line of an account.
fn id(section: Section, account: Account) -> String {
    let [own, _] = section.ids();
    format!("{own}.{account}")
}

/// A section: its heading, the label of its own sum if it has one, and that of the sum of everything up to it.
struct Outline {
    section: Section,
    heading: &'static str,
    own: Option<&'static str>,
    up_to: &'static str,
}

const OUTLINE: [Outline; 6] = [
    Outline { section: Section::Revenue, heading: "Revenue", own: None, up_to: "Total revenue" },
    Outline {
        section: Section::CostOfRevenue,
        heading: "Cost of revenue",
        own: Some("Total cost of revenue"),
        up_to: "Gross profit (loss)",
    },
    Outline {
        section: Section::Operating,
        heading: "Operating items",
        own: Some("Total operating items"),
        up_to: "Operating income (loss)",
    },
    Outline {
        section: Section::Other,
        heading: "Other items",
        own: Some("Total other items"),
        up_to: "Income (loss) before tax",
    },
    Outline {
        section: Section::Tax,
        heading: "Tax",
        own: None,
        up_to: "Income (loss) from continuing operations",
    },
    Outline {
        section: Section::Discontinued,
        heading: "Discontinued operations",
        own: None,
        up_to: "Net income (loss)",
    },
];

impl Section {
    /// Where an account stands.
    ///
    /// Gains and losses on bitcoin are operating. ASC 350-60-45-2 asks for a line of their own in net income and
    /// leaves the section open; gains on the disposal of long-lived assets are operating (ASC 360-10-45-5), and the
    /// coins are what the operations bring in. Cango prints changes in fair value of its receivable for bitcoin
    /// collateral, and the provision for credit losses, within operating cost and expenses (Form 20-F for 2024,
    /// statements of comprehensive income). What debt costs beyond interest, derivatives and exchange differences
    /// are other items.
    fn of(account: Account, class: Class) -> Section {
        match account {
            BITCOIN_GAINS | COLLATERAL_GAINS | EQUIPMENT_DISPOSALS | CREDIT_LOSS => Section::Operating,
            DERIVATIVE_GAINS | EXCHANGE_DIFFERENCES | EXTINGUISHMENT | OTHER_INCOME | LIQUIDATION_FEES
            | INTEREST => Section::Other,
            INCOME_TAX => Section::Tax,
            DISCONTINUED => Section::Discontinued,
            // Accounts that the ledger opened stand where their number puts them.
            other => match (class, other.number()) {
                (Class::Income, ..=4499) => Section::Revenue,
                (Class::Income, _) => Section::Other,
                (_, ..=5999) => Section::CostOfRevenue,
                (_, 7000..=7899) => Section::Tax,
                (_, 7900..) => Section::Discontinued,
                (_, _) => Section::Operating,
            },
        }
    }
}

/// Income and expense by target over a period, credits positive, and where the fold stands at its end.
pub(super) struct Earned {
    by_target: BTreeMap<Target, Money>,
    pub(super) fold: Fold,
}

impl Earned {
    /// What was earned from a day on: how balances of income and expense changed.
    pub(super) fn over(request: &Request<'_>, from: Day) -> Result<Earned, NoReport> {
        let fold = request.fold()?;
        let before = request.standing_before(from)?.fold;
        let mut by_target: BTreeMap<Target, Money> = BTreeMap::new();
        for (at, sign_kept) in [(&before, true), (&fold, false)] {
            for (target, balance) in at.book(request.book)?.balances() {
                let class = fold.world().account(target.account)?.class;
                if matches!(class, Class::Income | Class::Expense) {
                    let sum = by_target.entry(*target).or_default();
                    *sum = if sign_kept { sum.plus(balance.amount)? } else { sum.minus(balance.amount)? };
                }
            }
        }
        by_target.retain(|_, amount| !amount.is_zero());
        Ok(Earned { by_target, fold })
    }

    /// Income less expense.
    pub(super) fn net(&self) -> Result<Money, NoReport> {
        Ok(Money::sum(self.by_target.values().copied())?)
    }

    /// What a line of business earned, and what that cost it: revenue and cost of revenue, each positive.
    pub(super) fn gross_of(&self, segment: Segment) -> Result<(Money, Money), NoReport> {
        let lines = self.lines(Slice::of_segment(segment))?;
        let sum = |section: Section| {
            Money::sum(lines.iter().filter(|((of, _), _)| *of == section).map(|(_, amount)| *amount))
        };
        Ok((sum(Section::Revenue)?, sum(Section::CostOfRevenue)?.negated()))
    }

    /// What an account of income or expense comes to, income positive.
    pub(super) fn of_account(&self, account: Account) -> Result<Money, NoReport> {
        let of_it = self.by_target.iter().filter(|(target, _)| target.account == account);
        Ok(Money::sum(of_it.map(|(_, amount)| *amount))?)
    }

    /// What a slice of it comes to, by section and account.
    fn lines(&self, slice: Slice) -> Result<BTreeMap<(Section, Account), Money>, NoReport> {
        let mut lines: BTreeMap<(Section, Account), Money> = BTreeMap::new();
        for (target, amount) in self.by_target.iter().filter(|(target, _)| slice.takes(&target.about)) {
            let class = self.fold.world().account(target.account)?.class;
            let line = lines.entry((Section::of(target.account, class), target.account)).or_default();
            *line = line.plus(*amount)?;
        }
        lines.retain(|_, amount| !amount.is_zero());
        Ok(lines)
    }
}

/// Income less expense over a period.
pub(super) fn net_income(request: &Request<'_>, from: Day) -> Result<Money, NoReport> {
    Earned::over(request, from)?.net()
}

pub(super) fn income_statement(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let earned = Earned::over(request, from)?;
    sheet(request.head_from(&earned.fold, from)?, &earned, Slice::Whole)
}

/// The sums that add up a line: that of its section, and every running sum from there on.
pub(super) fn sums_of(id: &str) -> Vec<RowId> {
    let section = id.split_once('.').map_or("", |(section, _)| section);
    let from = OUTLINE.iter().skip_while(|outline| outline.section.ids()[0] != section);
    let own =
        from.clone().take(1).filter(|outline| outline.own.is_some()).map(|outline| outline.section.ids()[0]);
    own.chain(from.map(|outline| outline.section.ids()[1])).map(RowId::from).collect()
}

/// Shows what each posting adds to which line.
pub(super) fn trace(request: &Request<'_>, show: Show<'_>) -> Result<(), NoReport> {
    let from = request.first_day()?;
    let fold = request.fold()?;
    each_posting(request, Some(from), |traced, _| {
        let Line { target, amount, .. } = traced.line;
        let class = fold.world().account(target.account)?.class;
        if !matches!(class, Class::Income | Class::Expense) {
            return Ok(());
        }
        let id = id(Section::of(target.account, class), target.account);
        show(&traced.adds(id.into(), AMOUNT, amount.negated()))
    })
}

/// The same by what is posted about; by segment it is what ASC 280-10-50-22 asks for.
pub(super) fn by(request: &Request<'_>, dimension: Dimension) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let earned = Earned::over(request, from)?;
    let head = request.head_from(&earned.fold, from)?;
    let about = earned.by_target.keys().map(|target| &target.about);
    by_dimension(dimension, about, |slice| sheet(head.clone(), &earned, slice))
}

fn sheet(head: Head, earned: &Earned, slice: Slice) -> Result<Sheet, NoReport> {
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "income-statement",
        title: "Income statement".to_owned(),
        head,
        columns: columns(&[("line", ""), ("account", "Account"), ("amount", &currency)]),
        rows: rows(earned, slice)?,
        notes: Vec::new(),
    })
}

fn rows(earned: &Earned, slice: Slice) -> Result<Vec<Row>, NoReport> {
    let lines = earned.lines(slice)?;
    let has = |section: Section| lines.keys().any(|(of, _)| *of == section);
    let mut rows: Vec<Row> = Vec::new();
    // The rows that the next running sum adds up, and what they come to.
    let mut terms: Vec<usize> = Vec::new();
    let mut running = Money::ZERO;
    for (place, Outline { section, heading, own, up_to }) in (1..).zip(&OUTLINE) {
        let [own_id, up_to_id] = section.ids();
        if has(*section) {
            rows.push(Row::heading(heading, 3));
            let first = rows.len();
            let of_section = lines.iter().filter(|((of, _), _)| of == section);
            let mut sum = Money::ZERO;
            for ((_, account), amount) in of_section {
                let name = earned.fold.world().account(*account)?.name;
                let code = Cell::Code(account.to_string());
                let row = Row::line(vec![Cell::text(name), code, Cell::Money(*amount)]);
                rows.push(row.named(id(*section, *account)));
                sum = sum.plus(*amount)?;
            }
            running = running.plus(sum)?;
            let listed = first..rows.len();
            if let Some(label) = own {
                terms.push(rows.len());
                rows.push(total(RowKind::Subtotal, label, sum).named(own_id).adding(listed));
            } else {
                terms.extend(listed);
            }
        }
        match section {
            // Only where something comes after it; net income adds up the same rows either way.
            Section::Tax if has(Section::Discontinued) => {
                let row = total(RowKind::Subtotal, up_to, running).named(up_to_id);
                rows.push(row.adding(terms.clone()));
            }
            Section::Tax => {}
            Section::Discontinued => {
                let row = total(RowKind::Total, up_to, running).named(up_to_id);
                rows.push(row.adding(std::mem::take(&mut terms)));
            }
            Section::Revenue | Section::CostOfRevenue | Section::Operating | Section::Other => {
                let all = std::mem::replace(&mut terms, vec![rows.len()]);
                rows.push(total(RowKind::Subtotal, up_to, running).named(up_to_id).adding(all));
            }
        }
        end_section(&mut rows, place);
    }
    Ok(rows)
}

fn total(kind: RowKind, label: &str, amount: Money) -> Row {
    Row::new(kind, vec![Cell::text(label), Cell::Empty, Cell::Money(amount)])
}
