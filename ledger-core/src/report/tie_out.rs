//! The tie-out: published figures beside ours, the difference, and why there is one. The table is CSV with the
//! columns `figure,book,as_of,measure,published,source,why`; a measure is one of [`Measure`].

use rust_decimal::Decimal;
use serde::Deserialize;

use super::balance_sheet::Asked;
use super::roll_forward::{Caption, Sum, Table, Tables};
use super::slices::Slice;
use super::{NoReport, Request, balance_sheet, coins, income};
use crate::account::{Account, Side};
use crate::chart::is_of_owned_lots;
use crate::event::Event;
use crate::exact::{self, Overflow, scale_needed};
use crate::ids::{BookId, Commodity, FacilityId, TransactionId};
use crate::lots::LotChange;
use crate::money::{Money, Units};
use crate::resolve::Question;
use crate::rounding::Rounding;
use crate::sheet::{Cell, Head, Row, RowKind, Sheet, columns};
use crate::time::Day;
use crate::world::Moment;

const COLUMNS: [&str; 7] = ["figure", "book", "as_of", "measure", "published", "source", "why"];

/// A line of the table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    figure: String,
    book: BookId,
    as_of: Day,
    measure: String,
    published: Units,
    source: String,
    why: String,
}

/// Which column of a roll-forward.
#[derive(Debug, Clone, Copy)]
enum Column {
    Units,
    Money,
    /// Money in thousands of the currency, rounded half away from zero as filers print it.
    Thousands,
}

/// What of ours stands beside a published figure.
enum Measure {
    /// `account 1240`: the balance on the account's normal side.
    Account(Account),
    /// `total assets`, `total liabilities`, `total equity`.
    Total(Total),
    /// `net income 2026-01-01..2026-03-31`: income less expense over days.
    NetIncome(Day, Day),
    /// `units BTC`: coins owned and receivable together.
    Units(Commodity),
    /// `mined BTC 2026-01-01..2026-01-31`.
    Mined(Commodity, Day, Day),
    /// `sold BTC 2026-02-07..2026-02-08`.
    Sold(Commodity, Day, Day),
    /// `roll-forward BTC sold+spent 2026-01-01..2026-03-31 units`: lines of a roll-forward together, or `closing`, in
    /// `units`, in money, or `thousands` of it.
    RollForward(Commodity, Vec<Option<Caption>>, Day, Day, Column),
    /// `realised BTC sold 2026-01-01..2026-03-31`, or `realised BTC all …`: over cost, gains less losses.
    RealisedOf(Commodity, Option<Caption>, Day, Day, Column),
    /// `cost-of BTC sold 2026-01-01..2026-03-31`: cost of the lots that left, in one line or in `all`.
    CostOf(Commodity, Option<Caption>, Day, Day, Column),
    /// `unrealised BTC 2026-01-01..2026-03-31`: change of value in the period that was not realised over cost.
    Unrealised(Commodity, Day, Day, Column),
    /// `cost BTC`: cost of the coins owned on the day.
    Cost(Commodity, Column),
    /// `proceeds NAME`: what a transaction's sales brought in.
    Proceeds(TransactionId),
    /// `realised NAME`: proceeds of a transaction's sales less the cost of the lots that left.
    Realised(TransactionId),
    /// `debt NAME`: principal owed.
    Debt(FacilityId),
    /// `ltv NAME`: debt over the bitcoin collateral, in percent.
    Ltv(FacilityId),
}

enum Total {
    Assets,
    Liabilities,
    Equity,
}

impl std::str::FromStr for Measure {
    type Err = NoReport;
    fn from_str(text: &str) -> Result<Measure, NoReport> {
        let refused = || NoReport::BadArgument(format!("`{text}` is not a measure"));
        let named = |name: &str| name.parse().map_err(|_| refused());
        let days = |range: &str| {
            let (from, to) = range.split_once("..").ok_or_else(refused)?;
            Ok::<(Day, Day), NoReport>((
                from.parse().map_err(|_| refused())?,
                to.parse().map_err(|_| refused())?,
            ))
        };
        let coin = |code: &str| code.parse::<Commodity>().map_err(|_| refused());
        let lines =
            |names: &str| names.split('+').map(line_of).collect::<Option<Vec<_>>>().ok_or_else(refused);
        let (text, column) = Column::at_the_end_of(text);
        let words: Vec<&str> = text.split(' ').collect();
        Ok(match words.as_slice() {
            ["account", number] => Measure::Account(number.parse().map_err(|_| refused())?),
            ["total", "assets"] => Measure::Total(Total::Assets),
            ["total", "liabilities"] => Measure::Total(Total::Liabilities),
            ["total", "equity"] => Measure::Total(Total::Equity),
            ["net", "income", range] => days(range).map(|(from, to)| Measure::NetIncome(from, to))?,
            ["units", code] => Measure::Units(coin(code)?),
            ["mined", code, range] => Measure::Mined(coin(code)?, days(range)?.0, days(range)?.1),
            ["sold", code, range] => Measure::Sold(coin(code)?, days(range)?.0, days(range)?.1),
            ["roll-forward", code, names, range] => {
                Measure::RollForward(coin(code)?, lines(names)?, days(range)?.0, days(range)?.1, column)
            }
            [of @ ("realised" | "cost-of"), code, name, range] => {
                let line = if *name == "all" { None } else { Some(name.parse().map_err(|()| refused())?) };
                let (coin, (from, to)) = (coin(code)?, days(range)?);
                match *of {
                    "realised" => Measure::RealisedOf(coin, line, from, to, column),
                    _cost => Measure::CostOf(coin, line, from, to, column),
                }
            }
            ["unrealised", code, range] => {
                Measure::Unrealised(coin(code)?, days(range)?.0, days(range)?.1, column)
            }
            ["cost", code] => Measure::Cost(coin(code)?, column),
            ["proceeds", name] => Measure::Proceeds(named(name)?),
            ["realised", name] => Measure::Realised(named(name)?),
            ["debt", name] => Measure::Debt(name.parse().map_err(|_| refused())?),
            ["ltv", name] => Measure::Ltv(name.parse().map_err(|_| refused())?),
            _ => return Err(refused()),
        })
    }
}

/// A figure of ours: an exact number and its digits after the point.
struct Figure(Units, u8);

pub(super) fn tie_out(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let text =
        request.argument.ok_or_else(|| NoReport::BadArgument("tie out with which table?".to_owned()))?;
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let header =
        table.headers().map_err(|why| NoReport::BadArgument(format!("line 1 of the table: {why}")))?;
    if *header != COLUMNS[..] {
        return Err(NoReport::BadArgument(format!("the table's first line must be `{}`", COLUMNS.join(","))));
    }
    let mut rows = Vec::new();
    for (line, published) in (2..).zip(table.deserialize()) {
        let published: Published =
            published.map_err(|why| NoReport::BadArgument(format!("line {line} of the table: {why}")))?;
        let measure: Measure = published.measure.parse()?;
        let question = Question { as_of: Some(published.as_of), ..request.question };
        let asked = Request { question, book: published.book, from: None, ..*request };
        let Figure(ours, scale) = measure.of(&asked)?;
        let difference = ours.minus(published.published)?;
        let digits = |units: Units| u8::try_from(scale_needed(units.decimal())).unwrap_or(scale);
        let scale = scale.min(digits(published.published).max(digits(ours)));
        rows.push(Row::new(
            RowKind::Line,
            vec![
                Cell::text(published.figure),
                Cell::text(published.book),
                Cell::Units(published.published, scale),
                Cell::Units(ours, scale),
                Cell::Units(difference, scale),
                Cell::text(published.why),
                Cell::text(published.source),
            ],
        ));
    }
    let fold = request.fold()?;
    Ok(Sheet {
        report: "tie-out",
        title: "Published figures beside ours".to_owned(),
        head: Head { book: None, ..request.head(&fold)? },
        columns: columns(&[
            ("figure", "Figure"),
            ("book", "Book"),
            ("published", "Published"),
            ("ours", "Ours"),
            ("difference", "Difference"),
            ("why", "Why"),
            ("source", "Source"),
        ]),
        rows,
        notes: Vec::new(),
    })
}

impl Measure {
    fn of(&self, request: &Request<'_>) -> Result<Figure, NoReport> {
        match self {
            Measure::Account(account) => {
                let fold = request.fold()?;
                let total = fold.book(request.book)?.total(*account)?;
                let side = fold.world().account(*account)?.normal_side;
                Ok(money(if side == Side::Debit { total } else { total.negated() }))
            }
            Measure::Total(total) => {
                let fold = request.fold()?;
                let day = request.question.as_of.unwrap_or(Day::LAST);
                let asked =
                    Asked { book: request.book, slice: Slice::Whole, day, earlier_income: Money::ZERO };
                let position = balance_sheet::position(&fold, &asked)?;
                Ok(money(match total {
                    Total::Assets => position.assets,
                    Total::Liabilities => position.liabilities,
                    Total::Equity => position.equity,
                }))
            }
            Measure::NetIncome(from, to) => Ok(money(income::net_income(&until(request, *to), *from)?)),
            Measure::Units(coin) => {
                let fold = request.fold()?;
                Ok(Figure(coins::economic_units(&fold, request, *coin)?, fold.world().scale(*coin)?))
            }
            Measure::Mined(coin, from, to) => moved(&until(request, *to), *coin, *from, Moved::Mined),
            Measure::Sold(coin, from, to) => moved(&until(request, *to), *coin, *from, Moved::Sold),
            Measure::RollForward(coin, lines, from, to, column) => {
                let (tables, fold) = Tables::of(&until(request, *to), *from)?;
                column.figure(rolled(&tables, *coin, lines)?, fold.world().scale(*coin)?)
            }
            Measure::RealisedOf(coin, line, from, to, column) => {
                let (tables, _) = Tables::of(&until(request, *to), *from)?;
                column.figure(Sum { units: Units::ZERO, amount: realised(&tables, *coin, *line)? }, 0)
            }
            Measure::CostOf(coin, line, from, to, column) => {
                let (tables, _) = Tables::of(&until(request, *to), *from)?;
                let of_line = tables
                    .realised
                    .iter()
                    .filter(|((of, caption), _)| of == coin && line.is_none_or(|line| line == *caption));
                let amount = Money::sum(of_line.map(|(_, realised)| realised.cost))?;
                column.figure(Sum { units: Units::ZERO, amount }, 0)
            }
            Measure::Unrealised(coin, from, to, column) => {
                let (tables, _) = Tables::of(&until(request, *to), *from)?;
                let changes = [Some(Caption::Remeasured), Some(Caption::Realised)];
                let amount =
                    rolled(&tables, *coin, &changes)?.amount.minus(realised(&tables, *coin, None)?)?;
                column.figure(Sum { units: Units::ZERO, amount }, 0)
            }
            Measure::Cost(coin, column) => {
                let fold = request.fold()?;
                let mut sum = Sum::default();
                for (position, holding) in fold.book(request.book)?.lots().held(*coin) {
                    if is_of_owned_lots(position.account) {
                        sum.units = sum.units.plus(holding.units)?;
                        sum.amount = sum.amount.plus(holding.cost)?;
                    }
                }
                column.figure(sum, fold.world().scale(*coin)?)
            }
            Measure::Proceeds(transaction) => Ok(money(sales(request, transaction)?.0)),
            Measure::Realised(transaction) => {
                let (proceeds, cost) = sales(request, transaction)?;
                Ok(money(proceeds.minus(cost)?))
            }
            Measure::Debt(name) => {
                let fold = request.fold()?;
                let facility = fold.world().facility(*name)?;
                Ok(Figure(facility.principal, fold.world().scale(facility.terms.currency)?))
            }
            Measure::Ltv(name) => {
                let standing = request.standing()?;
                let fold = &standing.fold;
                let at = Moment::end_of(request.last_day(&standing)?, fold.zone());
                let ltv = fold.world().ltv(fold.world().facility(*name)?, &at)?;
                let percent = ltv.and_then(|ltv| ltv.percent()).unwrap_or_default();
                Ok(Figure(Units::new(percent), 2))
            }
        }
    }
}

impl Column {
    /// The column that a measure names last, and the rest of the measure.
    fn at_the_end_of(text: &str) -> (&str, Column) {
        match text.rsplit_once(' ') {
            Some((rest, "units")) => (rest, Column::Units),
            Some((rest, "thousands")) => (rest, Column::Thousands),
            Some(_) | None => (text, Column::Money),
        }
    }

    fn figure(self, sum: Sum, scale: u8) -> Result<Figure, NoReport> {
        match self {
            Column::Units => Ok(Figure(sum.units, scale)),
            Column::Money => Ok(money(sum.amount)),
            Column::Thousands => {
                let thousandth = Decimal::new(1, 3);
                let rounded = exact::mul_round(sum.amount.decimal(), thousandth, 0, Rounding::HalfUp)?;
                Ok(Figure(Units::new(rounded), 0))
            }
        }
    }
}

/// A line by its name; `closing` is all of them.
fn line_of(name: &str) -> Option<Option<Caption>> {
    if name == "closing" { Some(None) } else { name.parse().ok().map(Some) }
}

/// Lines of a coin's roll-forward together.
fn rolled(tables: &Tables, coin: Commodity, lines: &[Option<Caption>]) -> Result<Sum, Overflow> {
    let mut all = Sum::default();
    for ((table, of, caption), sum) in &tables.sums {
        let asked = lines.contains(&None) || lines.contains(&Some(*caption));
        if *of == coin && *table != Table::Claims && asked {
            all.units = all.units.plus(sum.units)?;
            all.amount = all.amount.plus(sum.amount)?;
        }
    }
    Ok(all)
}

/// Gains over cost less losses, of one line or of all.
fn realised(tables: &Tables, coin: Commodity, line: Option<Caption>) -> Result<Money, Overflow> {
    let mut all = Money::ZERO;
    for ((of, caption), realised) in &tables.realised {
        if *of == coin && line.is_none_or(|line| line == *caption) {
            all = all.plus(realised.gains)?.plus(realised.losses)?;
        }
    }
    Ok(all)
}

fn money(amount: Money) -> Figure {
    Figure(Units::new(amount.decimal()), 2)
}

fn until<'a>(request: &Request<'a>, to: Day) -> Request<'a> {
    Request { question: Question { as_of: Some(to), ..request.question }, ..*request }
}

#[derive(Clone, Copy)]
enum Moved {
    Mined,
    Sold,
}

/// Units of a coin mined or sold since a day.
fn moved(request: &Request<'_>, coin: Commodity, from: Day, what: Moved) -> Result<Figure, NoReport> {
    let mut sum = Units::ZERO;
    let fold = request.replay(Some(from), |step| {
        for event in &step.applied.entry.events {
            let units = if let (Event::CoinsMined(e), Moved::Mined) = (event, what) {
                e.units
            } else if let (Event::CoinsReceived(e), Moved::Mined) = (event, what) {
                e.units
            } else if let (Event::CoinsSold(e), Moved::Sold) = (event, what) {
                if e.commodity == coin { e.units } else { Units::ZERO }
            } else {
                Units::ZERO
            };
            sum = sum.plus(units)?;
        }
        Ok(())
    })?;
    Ok(Figure(sum, fold.world().scale(coin)?))
}

/// Proceeds of a transaction's sales and cost of the lots that left.
fn sales(request: &Request<'_>, transaction: &TransactionId) -> Result<(Money, Money), NoReport> {
    let (mut proceeds, mut cost) = (Money::ZERO, Money::ZERO);
    request.replay(None, |step| {
        if step.applied.entry.transaction.as_ref() != Some(transaction) {
            return Ok(());
        }
        for posted in request.posted(step).filter(|posted| !posted.proceeds.is_zero()) {
            proceeds = proceeds.plus(posted.proceeds)?;
            for change in &posted.lots {
                if let LotChange::Leave(_, pieces) = change {
                    cost = cost.plus(Money::sum(pieces.iter().map(|piece| piece.cost))?)?;
                }
            }
        }
        Ok(())
    })?;
    Ok((proceeds, cost))
}
