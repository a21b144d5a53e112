//! What must hold after every entry, in every book, over random logs of all events. Each rule is read off the fold by
//! itself: journals, lots, sub-ledgers, debts and the sheet are added up here, not asked for.

use std::collections::{BTreeMap, BTreeSet};

use ledger_core::account::{Account, Class};
use ledger_core::book::Book;
use ledger_core::chart;
use ledger_core::event::in_kind::Spending;
use ledger_core::event::loan::InterestForm;
use ledger_core::event::{Event, NAMES};
use ledger_core::fold::Fold;
use ledger_core::ids::{BookId, Commodity, FacilityId, Place};
use ledger_core::lots::{LotChange, Piece};
use ledger_core::money::{Money, Units};
use ledger_core::policy::MeasurementModel;
use ledger_core::posting::Line;
use ledger_core::replay::{Step, replay};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::world::World;
use testkit::generate::is_left_out;

use super::{HELD, Tally, recorded};

/// What is added up from entry to entry.
#[derive(Default)]
struct Sums {
    /// Cost of all lots, by book: what came less what left.
    cost: BTreeMap<BookId, Money>,
    /// Principal owed, as events tell it.
    principal: BTreeMap<FacilityId, Units>,
    /// What each entry did to it, for its reversal.
    of_entry: BTreeMap<u64, Vec<(FacilityId, Units)>>,
}

fn account(number: u16) -> Account {
    number.to_string().parse().unwrap()
}

fn units_on(book: &Book, accounts: std::ops::RangeInclusive<u16>, coin: Commodity) -> Units {
    let on = |number: u16| {
        book.of(account(number))
            .filter(|(target, _)| target.commodity == Some(coin))
            .map(|(_, there)| there.units)
    };
    Units::sum(accounts.flat_map(on)).unwrap()
}

/// 1: debits are credits, on the sheet and off it.
fn balanced(lines: &[Line]) {
    let is_memo =
        |line: &&Line| chart::line(line.target.account).is_some_and(|line| line.class == Class::Memo);
    let sum = |memo: bool| {
        let of_kind = lines.iter().filter(|line| is_memo(line) == memo);
        Money::sum(of_kind.map(|line| line.amount)).unwrap()
    };
    assert_eq!((sum(false), sum(true)), (Money::ZERO, Money::ZERO), "{lines:?}");
}

/// What wallets hold of a currency.
fn held(world: &World, currency: Commodity) -> Units {
    let wallets = world.wallets().filter(|wallet| wallet.currency == Some(currency));
    Units::sum(wallets.map(|wallet| world.money(wallet.wallet))).unwrap()
}

/// 2: lots are the units on the accounts of coins, claims and obligations those of their sub-ledgers; none is negative.
fn units_agree(fold: &Fold, book: &Book) {
    let world = fold.world();
    for (position, holding) in
        book.lots().positions().filter(|(position, _)| position.account == chart::STABLECOINS)
    {
        let units = Units::sum(book.lots().of(position).map(|(_, lot)| lot.units)).unwrap();
        let coin = position.commodity;
        assert_eq!((units, holding.units), (held(world, coin), units_on(book, 1110..=1110, coin)), "{coin}");
    }
    let coins: BTreeSet<Commodity> = world.all_coins().map(|(_, coin, _)| coin).collect();
    for coin in coins {
        let lots = |owned: bool| {
            let of_kind = book.lots().positions().filter(|(position, _)| {
                position.commodity == coin && chart::is_owned_coins(position.account) == owned
            });
            Units::sum(of_kind.flat_map(|(position, _)| book.lots().of(position).map(|(_, lot)| lot.units)))
                .unwrap()
        };
        assert_eq!(lots(true), units_on(book, 1210..=1220, coin), "owned {coin}");
        assert_eq!(lots(false), units_on(book, 1240..=1240, coin), "claims for {coin}");
        let there = world.all_coins().filter(|(_, of, _)| *of == coin).map(|(_, _, units)| units);
        let on_their_way = units_on(book, 1215..=1215, coin);
        let everywhere = Units::sum(there).unwrap().plus(on_their_way).unwrap();
        assert_eq!(lots(true).plus(lots(false)).unwrap(), everywhere, "{coin} in the world");
        let pools = world.wallets().map(|wallet| world.claim(wallet.wallet, coin));
        assert_eq!(Units::sum(pools).unwrap(), units_on(book, 1230..=1230, coin), "{coin} of pools");
        let owed = Units::sum(world.coins_owed(coin).map(|(_, units)| units)).unwrap();
        assert_eq!(owed.negated(), units_on(book, 2330..=2330, coin), "{coin} owed");
    }
    assert!(world.all_coins().all(|(_, _, units)| !units.is_negative()));
    for (position, holding) in book.lots().positions() {
        assert!(!holding.units.is_negative() && !holding.cost.is_negative(), "{position:?}");
        assert!(book.lots().of(position).all(|(_, lot)| lot.units.is_positive() && !lot.cost.is_negative()));
    }
}

/// 3: the cost of all lots is what came less what left.
fn cost_moved(sums: &mut Sums, book: &Book, changes: &[LotChange]) {
    let sum = |pieces: &[Piece]| Money::sum(pieces.iter().map(|piece| piece.cost)).unwrap();
    let total = sums.cost.entry(book.name()).or_default();
    for change in changes {
        *total = match change {
            LotChange::Leave(_, pieces) => total.minus(sum(pieces)).unwrap(),
            LotChange::Arrive(_, pieces) => total.plus(sum(pieces)).unwrap(),
            LotChange::Return(_, pieces) => total.plus(sum(pieces)).unwrap(),
            LotChange::Mark(..) | LotChange::Carry(..) | LotChange::Pool(_) => *total,
        };
    }
}

/// 4: right after a mark that states its price, a position at fair value is carried at units times price.
fn carried_at_the_mark(fold: &Fold, book: &Book, step: &Step<'_>) {
    let Some(Event::FairValueMarked(mark)) = step.applied.entry.events.last() else { return };
    let day = fold.zone().day_of(step.applied.entry.effective);
    let policy = fold.world().book(book.name()).unwrap().policy_on(day);
    let (Some(price), MeasurementModel::FairValue) = (mark.price, policy.measurement) else { return };
    for (position, holding) in book.lots().positions().filter(|(at, _)| at.commodity == mark.commodity) {
        let worth = price.value_of(holding.units, 2, policy.rounding).unwrap();
        assert_eq!(holding.carrying, worth, "{position:?}");
    }
}

/// 5: a debt is the sum of its events, and nothing is left of a facility that was retired.
fn debts_add_up(fold: &Fold, sums: &mut Sums, step: &Step<'_>) {
    let mut changes: Vec<(FacilityId, Units)> = Vec::new();
    let first_opening = fold.world().openings().count() == 1;
    for event in &step.applied.entry.events {
        if let Event::LoanDrawn(e) = event {
            changes.push((e.facility, e.amount.amount));
        } else if let Event::LoanRepaid(e) = event {
            changes.push((e.facility, e.principal.amount.negated()));
        } else if let Event::CollateralLiquidated(e) = event {
            changes.push((e.facility, e.applied_principal.amount.negated()));
        } else if let Event::InterestPaid(e) = event {
            changes.extend((e.how == InterestForm::InKind).then_some((e.facility, e.amount.amount)));
        } else if let Event::FacilityAmended(e) = event {
            changes.extend(e.forgiven.map(|forgiven| (e.facility, forgiven.amount.negated())));
        } else if let Event::CoinsSpent(e) = event {
            let amount = e.amount.unwrap_or(e.value).amount.negated();
            let facility = e.facility.filter(|_| e.settles == Spending::Principal);
            changes.extend(facility.map(|facility| (facility, amount)));
        } else if let Event::EntryReversed(e) = event {
            let mirrored = sums.of_entry.get(&e.entry).cloned().unwrap_or_default();
            changes.extend(mirrored.into_iter().map(|(facility, units)| (facility, units.negated())));
        } else if let Event::OpeningRecorded(e) = event {
            // Further books open on the same debts.
            let is_first = first_opening
                || !sums.principal.keys().any(|of| e.facilities.iter().any(|f| f.facility == *of));
            let debts = e.facilities.iter().filter(|_| is_first);
            for debt in debts {
                sums.principal.insert(debt.facility, debt.principal.amount);
            }
        }
    }
    for (facility, units) in &changes {
        let sum = sums.principal.entry(*facility).or_default();
        *sum = sum.plus(*units).unwrap();
    }
    sums.of_entry.entry(step.applied.number).or_default().extend(changes);
    for facility in fold.world().facilities() {
        let name = facility.terms.facility;
        assert_eq!(facility.principal, sums.principal.get(&name).copied().unwrap_or_default(), "{name}");
        if facility.retired.is_none() {
            continue;
        }
        let pledged = fold.world().all_coins().filter(|(place, _, _)| *place == Place::Facility(name));
        assert!(pledged.map(|(_, _, units)| units).all(Units::is_zero), "{name}");
        for book in fold.books() {
            for number in [1220, 1240, 1249, 1430, 2310, 2319, 2320, 9010, 9019] {
                let of_facility =
                    book.of(account(number)).filter(|(target, _)| target.about.facility == Some(name));
                let left = Money::sum(of_facility.map(|(_, there)| there.amount)).unwrap();
                assert_eq!(left, Money::ZERO, "{name}: {number}");
            }
        }
    }
}

/// 7: assets are liabilities and equity, with the income of all time.
fn sheet_balances(fold: &Fold, book: &Book) {
    let mut sums: BTreeMap<Class, Money> = BTreeMap::new();
    for (target, balance) in book.balances() {
        let class = fold.world().account(target.account).unwrap().class;
        let sum = sums.entry(class).or_default();
        *sum = sum.plus(balance.amount).unwrap();
    }
    let of = |classes: &[Class]| {
        Money::sum(classes.iter().map(|class| sums.get(class).copied().unwrap_or_default())).unwrap()
    };
    let claims = of(&[Class::Liability, Class::Equity, Class::Income, Class::Expense]);
    assert_eq!(of(&[Class::Asset]), claims.negated());
}

fn check(log: &[Recorded], seed: u64, occurred: &mut BTreeSet<&'static str>) -> usize {
    let (mut sums, mut cases) = (Sums::default(), 0);
    replay(log, &Question::default(), |step| {
        let (fold, applied) = (step.after, step.applied);
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for posted in step.posted {
                balanced(posted.journal.lines());
                let book = fold.book(posted.book).unwrap();
                cost_moved(&mut sums, book, &posted.lots);
            }
            debts_add_up(fold, &mut sums, step);
            for book in fold.books() {
                units_agree(fold, book);
                let lots = book.lots().positions();
                let cost = Money::sum(lots.map(|(_, holding)| holding.cost)).unwrap();
                assert_eq!(cost, sums.cost.get(&book.name()).copied().unwrap_or_default(), "{}", book.name());
                carried_at_the_mark(fold, book, step);
                sheet_balances(fold, book);
            }
        }));
        assert!(
            checked.is_ok(),
            "seed {seed}: not so after entry {}: {}",
            applied.number,
            applied.entry.to_json()
        );
        occurred.extend(applied.entry.events.iter().map(Event::name));
        cases += 1;
    })
    .unwrap();
    cases
}

#[test]
fn what_must_hold_holds_after_every_entry_in_every_book() {
    let mut tally = Tally::default();
    let (mut cases, mut occurred) = (0, BTreeSet::new());
    for seed in 5_000..5_175 {
        let log = recorded(seed, HELD, &mut tally);
        cases += check(&log, seed, &mut occurred);
    }
    assert!(cases >= 10_000, "{cases} cases");
    let missing: Vec<_> =
        NAMES.iter().filter(|name| !occurred.contains(*name) && !is_left_out(name)).collect();
    assert!(missing.is_empty(), "never came up: {missing:?}");
}
