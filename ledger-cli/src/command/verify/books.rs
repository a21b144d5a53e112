//! What the entries come to: they fold in every book, every journal balances, lots are the units that the
//! world knows, and what stands on the accounts is what the lots carry.

use std::collections::BTreeMap;
use std::convert::Infallible;

use ledger_core::account::{Account, Class};
use ledger_core::book::Book;
use ledger_core::chart;
use ledger_core::exact::Overflow;
use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::{Commodity, Place};
use ledger_core::lots::{Position, Site};
use ledger_core::money::{Money, Units};
use ledger_core::posting::{Dimensions, Target};
use ledger_core::replay::{Course, Standing};
use ledger_core::resolve::{Applied, Question};

use super::facilities::Rolled;
use super::log::Entries;
use super::{Finding, Pass};
use crate::command::replay::standing::sums;

const FOLD: &str = "entries fold";
const DOUBLE_ENTRY: &str = "double entry";
const LOTS: &str = "lots are the units";
const COINS: &str = "accounts are the lots";
const SHEETS: &str = "balance sheets";

/// What folding all entries came to.
pub(super) struct Folded {
    fold: Fold,
    entries: usize,
    journals: usize,
    unfolded: Vec<Finding>,
    unbalanced: Vec<Finding>,
    rolled: Rolled,
}

/// Folds all books, going on after an entry that they cannot take; shows each standing on the way.
pub(super) fn fold(entries: &Entries<'_>, mark: &mut dyn FnMut(&Standing)) -> Folded {
    let outline = entries.outline();
    let course = Course { archive: entries, outline: &outline, question: Question::default() };
    let (mut folded, mut journals) = (0, 0);
    let (mut unfolded, mut unbalanced) = (Vec::new(), Vec::new());
    let mut rolled = Rolled::default();
    let mut apply = |fold: &mut Fold, applied: &Applied<'_>| {
        let entry = applied.number;
        match fold.apply(applied) {
            Ok(posted) => {
                folded += 1;
                journals += posted.len();
                posted.iter().for_each(|posted| rolled.take(posted));
                unbalanced.extend(posted.iter().filter(|posted| !balances(posted)).map(|posted| {
                    let message =
                        format!("debits and credits of event {} differ in {}", posted.event, posted.book);
                    Finding::of("double_entry", message).at(entry)
                }));
            }
            Err(why) => unfolded.push(Finding::of("cannot_fold", why.to_string()).at(entry)),
        }
        Ok::<(), Infallible>(())
    };
    let standing = match course.run(course.start(), &mut apply, mark) {
        Ok(standing) => standing,
        Err(never) => match never {},
    };
    Folded { fold: standing.fold, entries: folded, journals, unfolded, unbalanced, rolled }
}

/// The passes over the books; they say nothing where the log is damaged.
pub(super) fn check(folded: Folded, sound: bool, passes: &mut Vec<Pass>) {
    if !sound {
        passes.extend([FOLD, DOUBLE_ENTRY, LOTS, COINS, SHEETS].map(Pass::not_checked));
        return;
    }
    let Folded { fold, entries, journals, unfolded, unbalanced, rolled } = folded;
    passes.push(Pass::of(FOLD, entries, "entries", unfolded));
    passes.push(Pass::of(DOUBLE_ENTRY, journals, "journals", unbalanced));
    let places: Vec<_> = fold.world().all_coins().collect();
    let books = || fold.books().iter();
    let mut lots: Vec<Finding> = books().flat_map(|book| lots_differ(book, &places)).collect();
    lots.extend(books().flat_map(|book| ways_differ(book, &fold)));
    passes.push(Pass::of(LOTS, places.len() * fold.books().len(), "places", lots));
    let positions = books().map(|book| book.lots().positions().count()).sum();
    let coins = books().flat_map(accounts_differ).collect();
    passes.push(Pass::of(COINS, positions, "positions", coins));
    let sheets = books().filter_map(|book| sheet_differs(&fold, book)).collect();
    passes.push(Pass::of(SHEETS, fold.books().len(), "books", sheets));
    rolled.check(&fold, passes);
}

fn balances(posted: &Posted) -> bool {
    let is_memo = |account| chart::line(account).is_some_and(|line| line.class == Class::Memo);
    [true, false].into_iter().all(|memo| {
        let lines = posted.journal.lines().iter().filter(|line| is_memo(line.target.account) == memo);
        Money::sum(lines.map(|line| line.amount)).is_ok_and(Money::is_zero)
    })
}

fn finding(code: &'static str, message: String) -> Finding {
    Finding::of(code, message)
}

/// Where a book's lots hold other units than the world knows there, all wallets together where the book has one pool.
fn lots_differ(book: &Book, places: &[(Place, Commodity, Units)]) -> Vec<Finding> {
    let pooled = |coin: Commodity| {
        book.lots()
            .positions()
            .any(|(position, _)| position.place == Site::Entity && position.commodity == coin)
    };
    let mut sites: BTreeMap<(Site, Commodity), Result<Units, Overflow>> = BTreeMap::new();
    for (place, coin, units) in places {
        let site = match place {
            Place::Wallet(_) if pooled(*coin) => Site::Entity,
            Place::Wallet(_) | Place::Facility(_) => Site::from(*place),
        };
        let sum = sites.entry((site, *coin)).or_insert(Ok(Units::ZERO));
        *sum = sum.and_then(|sum| sum.plus(*units));
    }
    let there = |account| account != chart::BITCOIN_IN_TRANSIT;
    sites.into_iter().filter_map(|(at, units)| differs(book, at, there, units)).collect()
}

/// Where a book's lots on their way to a wallet are other units than the world has on its way there.
fn ways_differ(book: &Book, fold: &Fold) -> Vec<Finding> {
    let sent = |account| account == chart::BITCOIN_IN_TRANSIT;
    let positions = book.lots().positions().map(|(position, _)| position);
    let ways = positions.filter(|position| sent(position.account));
    let ways = ways.map(|position| ((position.place, position.commodity), Ok(Units::ZERO)));
    let mut ways: BTreeMap<(Site, Commodity), Result<Units, Overflow>> = ways.collect();
    for transit in fold.world().in_transit() {
        let sum = ways.entry((transit.to.into(), transit.commodity)).or_insert(Ok(Units::ZERO));
        *sum = sum.and_then(|sum| sum.plus(transit.units));
    }
    ways.into_iter().filter_map(|(at, units)| differs(book, at, sent, units)).collect()
}

/// Whether a book's lots on some accounts at a site hold other units than these.
fn differs(
    book: &Book,
    (site, coin): (Site, Commodity),
    of_account: impl Fn(Account) -> bool,
    units: Result<Units, Overflow>,
) -> Option<Finding> {
    let there = |position: &&Position| {
        position.place == site && position.commodity == coin && of_account(position.account)
    };
    let positions = book.lots().positions().map(|(position, _)| position).filter(there);
    let lots = positions.flat_map(|position| book.lots().of(position).map(|(_, lot)| lot.units));
    let held = Units::sum(lots);
    (held != units).then(|| {
        let number = |units: Result<Units, Overflow>| {
            units.map_or("more than fits".to_owned(), |units| units.to_string())
        };
        let (name, held, units) = (book.name(), number(held), number(units));
        finding("lots_not_units", format!("lots of {name} at {site} hold {held} {coin}, the world {units}"))
    })
}

/// Where what stands on an account is not what the lots of its position are and carry.
fn accounts_differ(book: &Book) -> Vec<Finding> {
    let differs = |position: &Position| -> Result<bool, Overflow> {
        let holding = book.lots().holding(position);
        let balance = book.balance(&target(position));
        let units = Units::sum(book.lots().of(position).map(|(_, lot)| lot.units))?;
        let cost = Money::sum(book.lots().of(position).map(|(_, lot)| lot.cost))?;
        Ok(balance.units != holding.units
            || balance.amount != holding.carrying
            || units != holding.units
            || cost != holding.cost)
    };
    let positions = book.lots().positions().map(|(position, _)| position);
    positions
        .filter(|position| differs(position).unwrap_or(true))
        .map(|position| {
            let Position { commodity, account, place } = position;
            let name = book.name();
            finding(
                "account_not_lots",
                format!("account {account} of {name} for {commodity} at {place} is not what its lots carry"),
            )
        })
        .collect()
}

fn target(position: &Position) -> Target {
    let about = match position.place {
        Site::Wallet(wallet) => Dimensions { wallet: Some(wallet), ..Dimensions::default() },
        Site::Facility(facility) => Dimensions { facility: Some(facility), ..Dimensions::default() },
        Site::Entity => Dimensions::default(),
    };
    Target { account: position.account, commodity: Some(position.commodity), about }
}

fn sheet_differs(fold: &Fold, book: &Book) -> Option<Finding> {
    let balances = book.totals().map_err(Into::into).and_then(|totals| sums(fold, &totals));
    let balanced = balances.and_then(|sums| Ok(sums.balance()?)).unwrap_or(false);
    (!balanced).then(|| {
        finding("sheet_unbalanced", format!("the balance sheet of {} does not balance", book.name()))
    })
}
