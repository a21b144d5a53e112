//! The balance sheet: what is owned, owed and the owners', current apart from non-current. Retained earnings are
//! their own postings and the income of all earlier fiscal years; this year's income stands on a line of its own
//! until the year ends.

use std::collections::BTreeMap;

use super::classification::{Term, term, without_maturity};
use super::slices::{Dimension, Slice, by_dimension};
use super::traced::{AMOUNT, Show, each_posting};
use super::{NoReport, Request};
use crate::account::{Account, Class, Side};
use crate::chart::RETAINED_EARNINGS;
use crate::fold::Fold;
use crate::ids::BookId;
use crate::money::Money;
use crate::policy::MeasurementModel;
use crate::posting::{Line, Target};
use crate::replay::Standing;
use crate::sheet::{Cell, Row, RowId, RowKind, Sheet, columns, end_section};
use crate::time::Day;
use crate::world::World;

/// The sections of a balance sheet, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    CurrentAssets,
    NonCurrentAssets,
    CurrentLiabilities,
    NonCurrentLiabilities,
    Equity,
    OffTheSheet,
}

/// All of them.
const SECTIONS: [Section; 6] = [
    Section::CurrentAssets,
    Section::NonCurrentAssets,
    Section::CurrentLiabilities,
    Section::NonCurrentLiabilities,
    Section::Equity,
    Section::OffTheSheet,
];

impl Section {
    /// Its name in the names of rows.
    fn id(self) -> &'static str {
        match self {
            Section::CurrentAssets => "current-assets",
            Section::NonCurrentAssets => "non-current-assets",
            Section::CurrentLiabilities => "current-liabilities",
            Section::NonCurrentLiabilities => "non-current-liabilities",
            Section::Equity => "equity",
            Section::OffTheSheet => "off-the-sheet",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Section::CurrentAssets => "Current assets",
            Section::NonCurrentAssets => "Non-current assets",
            Section::CurrentLiabilities => "Current liabilities",
            Section::NonCurrentLiabilities => "Non-current liabilities",
            Section::Equity => "Equity",
            Section::OffTheSheet => "Off the balance sheet",
        }
    }

    /// Its place among the sections and the totals between them.
    fn place(self) -> u8 {
        match self {
            Section::CurrentAssets => 1,
            Section::NonCurrentAssets => 2,
            Section::CurrentLiabilities => 4,
            Section::NonCurrentLiabilities => 5,
            Section::Equity => 7,
            Section::OffTheSheet => 9,
        }
    }
}

/// Places of the totals that stand between sections.
const TOTAL_ASSETS: u8 = 3;
const TOTAL_LIABILITIES: u8 = 6;
const ALL: u8 = 8;

/// The names of those totals.
const ASSETS: &str = "total-assets";
const LIABILITIES: &str = "total-liabilities";
const EQUITY: &str = "total-equity";
const LIABILITIES_AND_EQUITY: &str = "total-liabilities-and-equity";

/// The name of the line of this year's income.
const INCOME_OF_YEAR: &str = "income-of-year";

/// The name of the line of an account.
fn id(section: Section, account: Account) -> String {
    format!("{}.{account}", section.id())
}

/// The figures of a balance sheet, each on its normal side.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    lines: BTreeMap<(Section, Account), Money>,
    income_of_year: Money,
    pub(super) assets: Money,
    pub(super) liabilities: Money,
    pub(super) equity: Money,
}

/// What a balance sheet is of: which postings, on which day, with which income in retained earnings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) book: BookId,
    pub(super) slice: Slice,
    pub(super) day: Day,
    /// Income of the slice in all earlier fiscal years.
    pub(super) earlier_income: Money,
}

/// Works out the figures: balances of the book, with earlier years' income in retained earnings.
pub(super) fn position(fold: &Fold, asked: &Asked) -> Result<Position, NoReport> {
    let world = fold.world();
    let mut position = Position::default();
    let mut income = Money::ZERO;
    let retained = (Section::Equity, RETAINED_EARNINGS);
    position.lines.insert(retained, asked.earlier_income);
    position.equity = asked.earlier_income;
    let of_slice = fold.book(asked.book)?.balances().filter(|(target, _)| asked.slice.takes(&target.about));
    for (target, balance) in of_slice {
        let amount = normal(world, target.account, balance.amount)?;
        let sum = match world.account(target.account)?.class {
            Class::Asset => Some(&mut position.assets),
            Class::Liability => Some(&mut position.liabilities),
            Class::Equity => Some(&mut position.equity),
            Class::Income | Class::Expense => {
                income = income.minus(balance.amount)?;
                None
            }
            Class::Memo => None,
        };
        if let Some(sum) = sum {
            *sum = sum.plus(amount)?;
        }
        let Some(section) = section_of(world, asked.day, target)? else { continue };
        let line = position.lines.entry((section, target.account)).or_default();
        *line = line.plus(amount)?;
    }
    position.income_of_year = income.minus(asked.earlier_income)?;
    position.equity = position.equity.plus(position.income_of_year)?;
    position.lines.retain(|_, amount| !amount.is_zero());
    Ok(position)
}

/// Where a target stands on the sheet of a day; nowhere what is income or the contra of a memo account.
fn section_of(world: &World, day: Day, target: &Target) -> Result<Option<Section>, NoReport> {
    let info = world.account(target.account)?;
    let at = |current, later| match term(world, day, target.account, &target.about) {
        Term::Current => current,
        Term::NonCurrent => later,
    };
    Ok(match info.class {
        Class::Asset => Some(at(Section::CurrentAssets, Section::NonCurrentAssets)),
        Class::Liability => Some(at(Section::CurrentLiabilities, Section::NonCurrentLiabilities)),
        Class::Equity => Some(Section::Equity),
        Class::Memo => (info.normal_side == Side::Debit).then_some(Section::OffTheSheet),
        Class::Income | Class::Expense => None,
    })
}

/// A debit on the side on which its account's class stands.
fn normal(world: &World, account: Account, debit: Money) -> Result<Money, NoReport> {
    let side = world.account(account)?.class.normal_side();
    Ok(if side == Side::Debit { debit } else { debit.negated() })
}

/// The sums that add up a line.
pub(super) fn sums_of(id: &str) -> Vec<RowId> {
    let section =
        SECTIONS.into_iter().find(|section| id.split_once('.').is_some_and(|(of, _)| of == section.id()));
    let sums: &[&'static str] = match section {
        Some(at @ (Section::CurrentAssets | Section::NonCurrentAssets)) => &[at.id(), ASSETS],
        Some(at @ (Section::CurrentLiabilities | Section::NonCurrentLiabilities)) => {
            &[at.id(), LIABILITIES, LIABILITIES_AND_EQUITY]
        }
        Some(Section::Equity) => &[EQUITY, LIABILITIES_AND_EQUITY],
        None if id == INCOME_OF_YEAR => &[EQUITY, LIABILITIES_AND_EQUITY],
        Some(Section::OffTheSheet) | None => &[],
    };
    sums.iter().copied().map(RowId::from).collect()
}

/// Shows what each posting adds to which line.
pub(super) fn trace(request: &Request<'_>, show: Show<'_>) -> Result<(), NoReport> {
    let standing = request.standing()?;
    let (year_start, day) = request.fiscal_year(&standing)?;
    let world = standing.fold.world();
    each_posting(request, None, |traced, on| {
        let Line { target, amount, .. } = traced.line;
        let class = world.account(target.account)?.class;
        let id = match section_of(world, day, target)? {
            Some(section) => id(section, target.account),
            None if class == Class::Memo => return Ok(()),
            None if on < year_start => id(Section::Equity, RETAINED_EARNINGS),
            None => INCOME_OF_YEAR.to_owned(),
        };
        let amount = match class {
            Class::Income | Class::Expense => amount.negated(),
            Class::Asset | Class::Liability | Class::Equity | Class::Memo => {
                normal(world, target.account, *amount)?
            }
        };
        show(&traced.adds(id.into(), AMOUNT, amount))
    })
}

pub(super) fn balance_sheet(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let (year_start, _) = request.fiscal_year(&standing)?;
    let fold = &standing.fold;
    let book = fold.book(request.book)?;
    let earlier_income = match fold.world().fiscal_year() {
        // Nothing has happened yet in the year that the sheet lies in.
        Some(first) if first < year_start => book.income(fold.world())?,
        Some(_) => book.earlier_income(),
        None => Money::ZERO,
    };
    sheet(request, &standing, Slice::Whole, earlier_income)
}

/// The same by what is posted about: each part's own assets and debts, and what other parts owe it.
pub(super) fn by(request: &Request<'_>, dimension: Dimension) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let (year_start, _) = request.fiscal_year(&standing)?;
    let before = request.standing_before(year_start)?.fold;
    let about = standing.fold.book(request.book)?.balances().map(|(target, _)| &target.about);
    by_dimension(dimension, about, |slice| {
        let mut earlier = Money::ZERO;
        for (target, balance) in before.book(request.book)?.balances() {
            let class = before.world().account(target.account)?.class;
            if matches!(class, Class::Income | Class::Expense) && slice.takes(&target.about) {
                earlier = earlier.minus(balance.amount)?;
            }
        }
        sheet(request, &standing, slice, earlier)
    })
}

fn sheet(
    request: &Request<'_>,
    standing: &Standing,
    slice: Slice,
    earlier_income: Money,
) -> Result<Sheet, NoReport> {
    let fold = &standing.fold;
    let day = request.last_day(standing)?;
    let position = position(fold, &Asked { book: request.book, slice, day, earlier_income })?;
    let head = request.head(fold)?;
    let currency = head.currency.to_string();
    let mut notes = vec![carrying_note(fold, request.book, day)?];
    notes.extend(maturity_note(fold));
    Ok(Sheet {
        report: "balance-sheet",
        title: "Balance sheet".to_owned(),
        head,
        columns: columns(&[("line", ""), ("account", "Account"), ("amount", &currency)]),
        rows: rows(fold, &position)?,
        notes,
    })
}

fn rows(fold: &Fold, position: &Position) -> Result<Vec<Row>, NoReport> {
    let mut rows = Vec::new();
    let current = section(&mut rows, fold, position, Section::CurrentAssets)?;
    let later = section(&mut rows, fold, position, Section::NonCurrentAssets)?;
    let assets = total(RowKind::Total, "Total assets", position.assets);
    rows.push(assets.named(ASSETS).adding(current.into_iter().chain(later)));
    end_section(&mut rows, TOTAL_ASSETS);
    let current = section(&mut rows, fold, position, Section::CurrentLiabilities)?;
    let later = section(&mut rows, fold, position, Section::NonCurrentLiabilities)?;
    let liabilities = rows.len();
    let row = total(RowKind::Subtotal, "Total liabilities", position.liabilities);
    rows.push(row.named(LIABILITIES).adding(current.into_iter().chain(later)));
    end_section(&mut rows, TOTAL_LIABILITIES);
    rows.push(Row::heading(Section::Equity.label(), 3));
    let first = rows.len();
    lines(&mut rows, fold, position, Section::Equity)?;
    let income = line("Income of the fiscal year to date", Cell::Empty, position.income_of_year);
    rows.push(income.named(INCOME_OF_YEAR));
    let equity = rows.len();
    let row = total(RowKind::Subtotal, "Total equity", position.equity);
    rows.push(row.named(EQUITY).adding(first..equity));
    end_section(&mut rows, Section::Equity.place());
    let both = position.liabilities.plus(position.equity)?;
    let mut terms = vec![liabilities, equity];
    let owed_by_others = both.minus(position.assets)?;
    if !owed_by_others.is_zero() {
        // Only a part of the books can have it: the other side of a posting is about something else.
        terms.push(rows.len());
        let row = line("Between this part and the others", Cell::Empty, owed_by_others.negated());
        rows.push(row.named("between-parts"));
    }
    let row = total(RowKind::Total, "Total liabilities and equity", position.assets);
    rows.push(row.named(LIABILITIES_AND_EQUITY).adding(terms));
    end_section(&mut rows, ALL);
    if position.lines.keys().any(|(section, _)| *section == Section::OffTheSheet) {
        rows.push(Row::heading(Section::OffTheSheet.label(), 3));
        lines(&mut rows, fold, position, Section::OffTheSheet)?;
    }
    end_section(&mut rows, Section::OffTheSheet.place());
    Ok(rows)
}

/// A section with its total, whose place is told; nothing where it has no lines.
fn section(
    rows: &mut Vec<Row>,
    fold: &Fold,
    position: &Position,
    section: Section,
) -> Result<Option<usize>, NoReport> {
    let amounts = position.lines.iter().filter(|((of, _), _)| *of == section).map(|(_, amount)| *amount);
    let sum = Money::sum(amounts)?;
    let heading = rows.len();
    rows.push(Row::heading(section.label(), 3));
    lines(rows, fold, position, section)?;
    if rows.len() == heading + 1 {
        rows.pop();
        return Ok(None);
    }
    let label = format!("Total {}", section.label().to_lowercase());
    let row = total(RowKind::Subtotal, &label, sum);
    rows.push(row.named(section.id()).adding(heading + 1..rows.len()));
    end_section(rows, section.place());
    Ok(Some(rows.len() - 1))
}

fn lines(rows: &mut Vec<Row>, fold: &Fold, position: &Position, section: Section) -> Result<(), NoReport> {
    for ((_, account), amount) in position.lines.iter().filter(|((of, _), _)| *of == section) {
        let name = fold.world().account(*account)?.name;
        rows.push(line(name, Cell::Code(account.to_string()), *amount).named(id(section, *account)));
    }
    Ok(())
}

fn line(label: &str, account: Cell, amount: Money) -> Row {
    Row::line(vec![Cell::text(label), account, Cell::Money(amount)])
}

fn total(kind: RowKind, label: &str, amount: Money) -> Row {
    Row::new(kind, vec![Cell::text(label), Cell::Empty, Cell::Money(amount)])
}

fn carrying_note(fold: &Fold, book: BookId, day: Day) -> Result<String, NoReport> {
    let policy = fold.world().book(book)?.policy_on(day);
    Ok(match (policy.measurement, fold.world().last_mark()) {
        (MeasurementModel::Cost, _) => "Coins are carried at cost.".to_owned(),
        (MeasurementModel::CostLessImpairment, None) => {
            "Coins are carried at cost: they have not been tested for impairment yet.".to_owned()
        }
        (MeasurementModel::CostLessImpairment, Some(day)) => {
            format!("Coins are carried at cost less impairment, last tested on {day}.")
        }
        (MeasurementModel::FairValue | MeasurementModel::Revaluation, None) => {
            "Coins are carried at what they came in at: they have not been marked yet.".to_owned()
        }
        (MeasurementModel::FairValue | MeasurementModel::Revaluation, Some(day)) => {
            format!("Coins are carried at the mark of {day}; those that came later at what they came in at.")
        }
    })
}

/// Whose debt is current because no maturity was agreed, which a reader may know better.
fn maturity_note(fold: &Fold) -> Option<String> {
    let names: Vec<String> = without_maturity(fold.world()).map(|name| name.to_string()).collect();
    let names = if names.is_empty() { return None } else { names.join(", ") };
    Some(format!("No maturity is recorded for {names}: that debt, and what secures it, is shown as current."))
}
