//! What the notes to the statements say of crypto assets, topic by topic (ASC 350-60-50-1 to 50-7): holdings, the way
//! cost is determined, the reconciliation, what was realised, what is restricted. It says again what other reports
//! work out; only which parts are asked for, and which holdings are significant, is decided here.

mod holdings;
mod reconciliation;

use rust_decimal::Decimal;

use super::restricted::restrictions;
use super::{NoReport, Request, cash_flow, coins, realised};
use crate::chart::{BITCOIN_GAINS, STABLECOINS, is_of_owned_lots};
use crate::fold::Fold;
use crate::ids::Commodity;
use crate::money::{Money, Units};
use crate::policy::{LotMethod, LotScope, MeasurementModel, Policy, RollforwardStyle};
use crate::replay::Standing;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;

/// A holding is significant from this part of the fair value of all coins in scope, in percent. The standard says no
/// figure; this is the rule of the report, which a note tells.
const SIGNIFICANT_PERCENT: Decimal = Decimal::from_parts(5, 0, 0, false, 0);

/// Which disclosures the period asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// A whole fiscal year: all.
    Annual,
    /// A shorter period of the year in which fair value was adopted: all too.
    YearOfAdoption,
    /// Any other period: those of interim statements.
    Interim,
}

impl Extent {
    fn of(request: &Request<'_>, standing: &Standing, from: Day, last: Day) -> Result<Extent, NoReport> {
        let world = standing.fold.world();
        let year_end = world.settings()?.year_end;
        let first_of_year = year_end.start_of(last).unwrap_or(last);
        if from == first_of_year && year_end.start_of(last.next()) == Some(last.next()) {
            return Ok(Extent::Annual);
        }
        let eve = Day::from_number(first_of_year.number() - 1).unwrap_or(first_of_year);
        let before = world.book(request.book)?.policy_on(eve).measurement;
        Ok(if before == MeasurementModel::FairValue { Extent::Interim } else { Extent::YearOfAdoption })
    }

    fn note(self) -> &'static str {
        match self {
            Extent::Annual => "The period is a fiscal year: the annual disclosures are here.",
            Extent::YearOfAdoption => {
                "Fair value was adopted in this fiscal year: the annual disclosures are here for the shorter period too."
            }
            Extent::Interim => {
                "The period is not a whole fiscal year: the annual disclosures (50-2 to 50-5) are left out."
            }
        }
    }
}

/// The rows as they are written, from the top.
#[derive(Default)]
struct Page {
    rows: Vec<Row>,
}

/// A row before it has its columns.
#[derive(Default)]
struct Entry {
    /// Which paragraph of ASC 350-60 asks for it.
    paragraph: &'static str,
    label: String,
    coin: Option<Commodity>,
    units: Option<Cell>,
    cost: Option<Cell>,
    amount: Option<Cell>,
    detail: String,
}

const COLUMNS: usize = 7;

impl Page {
    fn heading(&mut self, label: &str) {
        self.rows.push(Row::heading(label, COLUMNS));
    }

    /// Writes a row and tells its place.
    fn write(&mut self, kind: RowKind, entry: Entry) -> usize {
        let detail = if entry.detail.is_empty() { Cell::Empty } else { Cell::Text(entry.detail) };
        let cells = vec![
            Cell::Text(entry.label),
            Cell::text(entry.paragraph),
            entry.coin.map_or(Cell::Empty, Cell::text),
            entry.units.unwrap_or(Cell::Empty),
            entry.cost.unwrap_or(Cell::Empty),
            entry.amount.unwrap_or(Cell::Empty),
            detail,
        ];
        self.rows.push(if kind == RowKind::Line { Row::line(cells) } else { Row::new(kind, cells) });
        self.rows.len() - 1
    }

    /// Writes a sum of rows and tells its place.
    fn sum(&mut self, kind: RowKind, entry: Entry, terms: Vec<usize>) -> usize {
        let at = self.write(kind, entry);
        if let Some(row) = self.rows.get_mut(at) {
            row.terms = terms;
        }
        at
    }
}

pub(super) fn disclosures(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let standing = request.standing()?;
    let fold = &standing.fold;
    let last = request.last_day(&standing)?;
    let policy = fold.world().book(request.book)?.policy_on(last);
    let mut page = Page::default();
    let mut notes = Vec::new();
    if policy.measurement == MeasurementModel::FairValue {
        let extent = Extent::of(request, &standing, from, last)?;
        let worth = holdings::write(&mut page, request, &standing, last)?;
        let is_annual = extent != Extent::Interim;
        if is_annual {
            cost_basis(&mut page, fold, &policy)?;
            reconciliation::write(&mut page, request, from)?;
            realised_in_period(&mut page, request, from)?;
            converted(&mut page, request, &policy, from)?;
        }
        restrictions_of(&mut page, request, &standing, last)?;
        notes.push(extent.note().to_owned());
        notes.extend(scope(request, fold, &policy, worth)?);
        notes.extend(is_annual.then(|| style(&policy).to_owned()));
    } else {
        notes.push(format!(
            "Book {} carries coins at {}, not at fair value: ASC 350-60 asks nothing of it.",
            request.book,
            model(policy.measurement),
        ));
    }
    let head = request.head_from(fold, from)?;
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "disclosures",
        title: "Crypto assets: disclosures (ASC 350-60-50)".to_owned(),
        head,
        columns: columns(&[
            ("line", ""),
            ("paragraph", "350-60"),
            ("coin", "Coin"),
            ("units", "Units"),
            ("cost", "Cost basis"),
            ("amount", &currency),
            ("detail", ""),
        ]),
        rows: page.rows,
        notes,
    })
}

fn model(measurement: MeasurementModel) -> &'static str {
    match measurement {
        MeasurementModel::FairValue => "fair value",
        MeasurementModel::Cost => "cost",
        MeasurementModel::CostLessImpairment => "cost less impairment",
        MeasurementModel::Revaluation => "a revalued amount under IAS 38",
    }
}

/// What is in the tables and what is not.
fn scope(
    request: &Request<'_>,
    fold: &Fold,
    policy: &Policy,
    worth: Option<Money>,
) -> Result<Vec<String>, NoReport> {
    let mut notes = vec![format!(
        "A holding is significant from {SIGNIFICANT_PERCENT} % of the fair value of all coins in scope; one without a price is shown by name."
    )];
    let book = fold.book(request.book)?;
    let carried =
        Money::sum(coins::by_coin(fold, request, is_of_owned_lots)?.values().map(|sum| sum.carrying))?;
    if let Some(worth) = worth.filter(|worth| *worth != carried) {
        notes.push(format!(
            "The book carries these coins at {carried:#.2}, not at their fair value of {worth:#.2}: they are not marked at the last price."
        ));
    }
    for (coin, sum) in coins::by_coin(fold, request, |account| !is_of_owned_lots(account))? {
        notes.push(format!(
            "{:#} {coin} with lenders who have control of them are receivables and outside these tables (report holdings).",
            sum.units
        ));
    }
    let outside = |coin: Option<Commodity>| coin.is_none_or(|coin| !policy.stablecoins.in_lots(coin));
    if book.of(STABLECOINS).any(|(of, balance)| !balance.units.is_zero() && outside(of.commodity)) {
        notes.push(
            "Stablecoins that give a right to other assets are outside these tables (ASC 350-60-15-1)."
                .to_owned(),
        );
    }
    Ok(notes)
}

fn style(policy: &Policy) -> &'static str {
    match policy.rollforward {
        RollforwardStyle::Proceeds => {
            "Dispositions in the reconciliation are at what was received; all changes of value are in gains and losses."
        }
        RollforwardStyle::Carrying => {
            "Dispositions in the reconciliation are at what the coins were carried at last; the gain of their last days is not in it."
        }
    }
}

/// How cost is determined, and where gains and losses stand (50-2).
fn cost_basis(page: &mut Page, fold: &Fold, policy: &Policy) -> Result<(), NoReport> {
    let method = match policy.lots {
        LotMethod::Fifo => "first in, first out",
        LotMethod::Lifo => "last in, first out",
        LotMethod::Hifo => "highest cost first",
        LotMethod::Lofo => "lowest cost first",
        LotMethod::Specific => "specific identification",
        LotMethod::Average => "average cost",
    };
    let scope = match policy.scope {
        LotScope::Wallet => "within each wallet",
        LotScope::Entity => "over all wallets",
    };
    page.heading("Accounting");
    let told = |label: &str, detail: String| Entry {
        paragraph: "50-2",
        label: label.to_owned(),
        detail,
        ..Entry::default()
    };
    page.write(RowKind::Line, told("Method of determining cost", format!("{method}, {scope}")));
    let line = fold.world().account(BITCOIN_GAINS)?.name;
    let line = format!("{BITCOIN_GAINS} {line}, a line of its own");
    page.write(RowKind::Line, told("Line of gains and losses", line));
    Ok(())
}

/// Gains and losses over cost on what was disposed of, each summed apart (50-4).
fn realised_in_period(page: &mut Page, request: &Request<'_>, from: Day) -> Result<(), NoReport> {
    let (all, _) = realised::disposed(request, from)?;
    page.heading("Realised in the period, over cost, lot by lot");
    let mut coins: Vec<_> = all.iter().map(|part| part.commodity).collect();
    coins.dedup();
    for (label, sum, gained) in [("Gains", "Realised gains", true), ("Losses", "Realised losses", false)] {
        let (mut terms, mut costs, mut gains) = (Vec::new(), Money::ZERO, Money::ZERO);
        for coin in &coins {
            let parts = || all.iter().filter(|part| part.commodity == *coin && part.gained() == gained);
            let cost = Money::sum(parts().map(|part| part.cost))?;
            let gain = parts().try_fold(Money::ZERO, |sum, part| sum.plus(part.gain()?))?;
            if parts().next().is_none() {
                continue;
            }
            (costs, gains) = (costs.plus(cost)?, gains.plus(gain)?);
            terms.push(page.write(RowKind::Line, entry_of("50-4", label, Some(*coin), cost, gain)));
        }
        page.sum(RowKind::Subtotal, entry_of("50-4", sum, None, costs, gains), terms);
    }
    Ok(())
}

fn entry_of(
    paragraph: &'static str,
    label: &str,
    coin: Option<Commodity>,
    cost: Money,
    amount: Money,
) -> Entry {
    Entry {
        paragraph,
        label: label.to_owned(),
        cost: Some(Cell::Money(cost)),
        amount: Some(Cell::Money(amount)),
        coin,
        ..Entry::default()
    }
}

/// Coins converted nearly immediately, if the book says within how many days that is (50-5).
fn converted(page: &mut Page, request: &Request<'_>, policy: &Policy, from: Day) -> Result<(), NoReport> {
    let Some(within) = policy.operating_within_days else { return Ok(()) };
    let sold = cash_flow::sold_fresh(request, from)?;
    page.heading(&format!("Coins sold for cash within {within} days of being mined"));
    let mut coins: Vec<_> = sold.iter().map(|part| part.commodity).collect();
    coins.sort_unstable();
    coins.dedup();
    let fold = request.fold()?;
    for coin in coins {
        let parts = || sold.iter().filter(|part| part.commodity == coin);
        let units = Units::sum(parts().map(|part| part.units))?;
        let cost = Money::sum(parts().map(|part| part.cost))?;
        let cash = Money::sum(parts().map(|part| part.cash))?;
        let scale = fold.world().scale(coin)?;
        let line = Entry {
            units: Some(Cell::Units(units, scale)),
            ..entry_of("50-5", "Sold, at what was received", Some(coin), cost, cash)
        };
        page.write(RowKind::Line, line);
    }
    let line = Entry {
        paragraph: "50-5",
        label: "Line of their gains and losses".to_owned(),
        detail: format!("{BITCOIN_GAINS}; they are in the reconciliation too"),
        ..Entry::default()
    };
    page.write(RowKind::Line, line);
    Ok(())
}

/// Coins that may not be sold, facility by facility (50-7).
fn restrictions_of(
    page: &mut Page,
    request: &Request<'_>,
    standing: &Standing,
    last: Day,
) -> Result<(), NoReport> {
    let all = restrictions(request, standing)?;
    if all.is_empty() {
        return Ok(());
    }
    page.heading("Coins under contractual sale restrictions, at fair value");
    let mut lines = Vec::new();
    for one in &all {
        lines.push(page.write(
            RowKind::Line,
            Entry {
                paragraph: "50-7",
                label: one.label(),
                coin: Some(one.commodity),
                units: Some(Cell::Units(one.holding.units, one.digits)),
                cost: Some(Cell::Money(one.holding.cost)),
                amount: Some(one.fair_value()),
                ..Entry::default()
            },
        ));
        for (label, figure, unit) in one.terms(last)? {
            // What is words already stands with the words.
            let (amount, detail) = if let Cell::Text(words) = figure {
                (None, format!("{words} {unit}"))
            } else {
                (Some(figure), unit)
            };
            let at = page.write(
                RowKind::Line,
                Entry { paragraph: "50-7", label: label.to_owned(), amount, detail, ..Entry::default() },
            );
            if let Some(row) = page.rows.get_mut(at) {
                row.depth = 2;
            }
        }
    }
    let values: Option<Vec<Money>> = all.iter().map(|one| one.value).collect();
    if let Some(values) = values {
        let cost = Money::sum(all.iter().map(|one| one.holding.cost))?;
        let sum = entry_of("50-7", "Restricted coins", None, cost, Money::sum(values)?);
        page.sum(RowKind::Subtotal, sum, lines);
    }
    Ok(())
}
