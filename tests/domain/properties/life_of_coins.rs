//! The whole life of coins: a random story is brought to an end at which no book holds a coin, and then what each book
//! recognised as income on acquiring them, with its gains and less the fees of coins, is what was received for them less
//! what was paid. What was received and paid is read off the events; what was recognised is added up from postings.
//! Stablecoins are left out, for a book may measure them as it likes; credit losses, interest and what is owed in coins
//! have accounts of their own, which are not looked at.

use std::collections::BTreeMap;

use ledger_core::book::Book;
use ledger_core::decide::{Decision, History, Refused};
use ledger_core::event::Event;
use ledger_core::event::in_kind::Acceptance;
use ledger_core::ids::{BookId, Commodity};
use ledger_core::money::{Amount, Money, Price, Units};
use ledger_core::policy::{MeasurementModel, PolicyChoices, StablecoinTreatment};
use ledger_core::posting::Line;
use ledger_core::refusal::Refusal;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::rounding::Rounding;
use ledger_core::time::{Day, Effective, Zone};
use testkit::generate::{Generator, Options, possible};

use super::{HELD, in_log, is_stricter};

/// Entries of a story before its end.
const STORY: usize = 45;

/// Stories that are told, of two books each.
const LOGS: u64 = 110;

/// Where coins are carried: owned, on their way, pledged, owed by a pool, and claimed from a lender.
const COINS: &[u16] = &[1210, 1211, 1215, 1220, 1230, 1240];

/// What is recognised over their life: income on acquiring them, gains in income, beside it and in earnings kept,
/// losses of what they are carried at, and fees.
const RECOGNISED: &[u16] = &[4010, 4020, 4110, 4510, 4520, 3200, 3100, 6120, 6510, 6520, 6530];

/// The events by which coins come, change or go.
const OF_COINS: &[&str] = &[
    "fair_value_marked",
    "policy_adopted",
    "coins_earned",
    "coins_received",
    "coins_mined",
    "coins_bought",
    "coins_sold",
    "coins_moved",
    "coins_designated",
    "coins_spent",
    "coins_accepted",
    "coins_contributed",
    "coins_distributed",
    "coins_impounded",
    "coins_lost",
    "collateral_posted",
    "collateral_released",
    "collateral_liquidated",
    "loan_repaid",
    "interest_paid",
];

/// What is paid in a stablecoin moves only that, whatever it is in a book.
fn is_of_coins(event: &Event) -> bool {
    let is_beside = if let Event::FairValueMarked(mark) = event {
        mark.commodity.as_str() == "USDT"
    } else if let Event::LoanRepaid(repaid) = event {
        repaid.coins.is_none()
    } else if let Event::InterestPaid(paid) = event {
        paid.coins.is_none()
    } else {
        false
    };
    OF_COINS.contains(&event.name()) && !is_beside
}

/// Whether an event of coins states an amount in a stablecoin.
fn is_in_stablecoin(event: &Event) -> bool {
    is_of_coins(event) && serde_json::to_string(event).unwrap().contains("USDT")
}

/// A book's view of the values that events state.
struct Eye<'a> {
    log: &'a [Recorded],
    zone: Zone,
    number: u64,
    effective: Effective,
    rounding: Rounding,
}

impl Eye<'_> {
    fn face(&self, amount: &Amount) -> Money {
        assert_eq!(amount.currency.as_str(), "USD");
        Money::new(amount.amount.decimal())
    }

    /// The price stated, else the latest observed by then of those recorded by then and not replaced.
    fn worth(&self, units: Units, price: Option<Price>, coin: Commodity) -> Money {
        let known = self.log.iter().filter(|recorded| recorded.number <= self.number);
        let observed: Vec<_> = known
            .flat_map(|recorded| recorded.entry.events.iter().map(move |event| (recorded.number, event)))
            .filter_map(|(number, event)| {
                let Event::PriceObserved(price) = event else { return None };
                (price.commodity == coin).then_some((number, price))
            })
            .collect();
        let by_then = |at| match self.effective {
            Effective::At(now) => at <= now,
            Effective::Day(day) => self.zone.day_of(Effective::At(at)) <= day,
        };
        let stands = |number| observed.iter().all(|(_, other)| other.supersedes != Some(number));
        let latest = observed.iter().filter(|(number, price)| by_then(price.at) && stands(*number));
        let latest = || latest.max_by_key(|(number, price)| (price.at, *number)).unwrap().1.price;
        price.unwrap_or_else(latest).value_of(units, 2, self.rounding).unwrap()
    }

    fn value(&self, units: Units, value: Option<&Amount>, price: Option<Price>, coin: Commodity) -> Money {
        value.map_or_else(|| self.worth(units, price, coin), |value| self.face(value))
    }

    /// What an event received for coins, less what it paid for them, after the fees.
    fn consideration(&self, event: &Event) -> Money {
        let fee = |fee: &Option<Amount>| fee.as_ref().map_or(Money::ZERO, |fee| self.face(fee));
        if let Event::CoinsSold(e) = event {
            self.face(&e.proceeds).minus(fee(&e.fee)).unwrap()
        } else if let Event::CollateralLiquidated(e) = event {
            self.face(&e.proceeds).minus(fee(&e.fee)).unwrap()
        } else if let Event::CoinsSpent(e) = event {
            self.face(&e.value)
        } else if let Event::CoinsDistributed(e) = event {
            self.value(e.units, e.value.as_ref(), e.price, e.commodity)
        } else if let Event::CoinsImpounded(e) = event {
            self.worth(e.units, e.price, e.commodity)
        } else if let Event::LoanRepaid(e) = event {
            let coins = e.coins.as_ref();
            coins.map_or(Money::ZERO, |coins| self.worth(coins.units, coins.price, coins.commodity))
        } else if let Event::CoinsBought(e) = event {
            self.face(&e.paid).plus(fee(&e.fee)).unwrap().negated()
        } else if let Event::CoinsAccepted(e) = event {
            let value = self.value(e.units, e.value.as_ref(), e.price, e.commodity);
            match e.against {
                // Recognised as income.
                Acceptance::Hosting | Acceptance::Compute => Money::ZERO,
                Acceptance::Receivable | Acceptance::ContractLiability | Acceptance::Borrowed => {
                    value.negated()
                }
            }
        } else if let Event::CoinsContributed(e) = event {
            self.value(e.units, e.value.as_ref(), e.price, e.commodity).negated()
        } else if let Event::OpeningRecorded(e) = event {
            Money::sum(e.lots.iter().map(|lot| lot.cost)).unwrap().negated()
        } else {
            Money::ZERO
        }
    }
}

/// A story that was brought to its end. There is none where the generator lost sight of coins, or takes a call for met
/// whose cure was reversed.
fn ended(seed: u64) -> Option<Vec<Recorded>> {
    let mut generator = Generator::new(seed, Options { stablecoin_debt: false, ..HELD });
    let mut history = History::default();
    for _ in 0..3 * STORY {
        if history.log().len() == STORY {
            break;
        }
        let entry = generator.propose();
        if entry.events.iter().any(is_in_stablecoin) {
            continue;
        }
        match history.consider(&entry) {
            Ok(Decision::Accepted(accepted)) => {
                history.accept(in_log(accepted.number, entry.clone()));
                generator.accepted(entry);
            }
            Ok(Decision::AlreadyRecorded(number)) => panic!("seed {seed}: {number} has the id already"),
            Err(refused) => {
                let mut tried = generator.log().to_vec();
                tried.push((tried.len() as u64 + 1, entry));
                assert!(is_stricter(&refused.why) || possible(&tried).is_err(), "seed {seed}: {refused}");
            }
        }
    }
    while let Some(entry) = generator.wind_up() {
        match history.consider(&entry) {
            Ok(Decision::Accepted(accepted)) => {
                history.accept(in_log(accepted.number, entry.clone()));
                generator.accepted(entry);
            }
            Err(Refused { why: Refusal::MarginCallState { .. }, .. }) => return None,
            other => panic!("seed {seed}: the story does not end: {other:?}\n{}", entry.to_json()),
        }
    }
    let mut coins = history.fold().world().all_coins();
    let is_left = coins.any(|(_, coin, units)| coin.as_str() != "USDT" && units.is_positive());
    (!is_left).then(|| history.log().to_vec())
}

/// What a book recognised, and what was received less paid as it values that.
#[derive(Debug, Default, Clone, Copy)]
struct Life {
    recognised: Money,
    consideration: Money,
}

fn on(lines: &[Line], accounts: &[u16]) -> Money {
    let of = lines.iter().filter(|line| accounts.contains(&line.target.account.number()));
    Money::sum(of.map(|line| line.amount)).unwrap()
}

/// Adds up the life of coins in every book. What an entry did is taken back with its reversal: the consideration, and of
/// the mirrored postings those of events that are not of coins.
fn lives(log: &[Recorded]) -> BTreeMap<BookId, Life> {
    let mut lives: BTreeMap<BookId, Life> = BTreeMap::new();
    let mut done: BTreeMap<(u64, BookId), (Money, Money)> = BTreeMap::new();
    let fold = replay(log, &Question::default(), |step| {
        let (applied, zone) = (step.applied, step.after.zone());
        for book in step.after.books() {
            let day = zone.day_of(applied.entry.effective);
            let rounding = step.after.world().book(book.name()).unwrap().policy_on(day).rounding;
            let (number, effective) = (applied.number, applied.entry.effective);
            let eye = Eye { log, zone, number, effective, rounding };
            let life = lives.entry(book.name()).or_default();
            let (mut consideration, mut beside) = (Money::ZERO, Money::ZERO);
            for (at, event) in applied.entry.events.iter().enumerate() {
                let of_event =
                    |posted: &&ledger_core::fold::Posted| (posted.event, posted.book) == (at, book.name());
                let posted = step.posted.iter().filter(of_event);
                let posted = Money::sum(posted.map(|posted| on(posted.journal.lines(), RECOGNISED))).unwrap();
                if let Event::EntryReversed(e) = event {
                    let (consideration, beside) = done[&(e.entry, book.name())];
                    life.consideration = life.consideration.minus(consideration).unwrap();
                    life.recognised = life.recognised.minus(posted.plus(beside).unwrap()).unwrap();
                    continue;
                }
                // Each book opens for itself.
                if !matches!(event, Event::OpeningRecorded(e) if e.book.is_some_and(|of| of != book.name())) {
                    consideration = consideration.plus(eye.consideration(event)).unwrap();
                }
                if is_of_coins(event) {
                    life.recognised = life.recognised.minus(posted).unwrap();
                } else {
                    beside = beside.plus(posted).unwrap();
                }
            }
            life.consideration = life.consideration.plus(consideration).unwrap();
            done.insert((applied.number, book.name()), (consideration, beside));
        }
    });
    let fold = fold.unwrap();
    assert!(fold.world().facilities().all(|facility| facility.retired.is_some()));
    for book in fold.books() {
        let left = |number: u16| book.total(number.to_string().parse().unwrap()).unwrap();
        let left = Money::sum(COINS.iter().map(|number| left(*number))).unwrap();
        // Where a book has stablecoins in lots, some may be left.
        let coins = book.lots().positions().filter(|(position, _)| position.commodity.as_str() != "USDT");
        let units = Units::sum(coins.map(|(_, holding)| holding.units)).unwrap();
        assert!(left.is_zero() && units.is_zero(), "{} holds {units} at {left}", book.name());
    }
    lives
}

/// How a book measures coins, at first and in the end.
fn models(log: &[Recorded]) -> Vec<MeasurementModel> {
    let fold = replay(log, &Question::default(), |_| ()).unwrap();
    let of_book = |book: &Book| {
        let terms = fold.world().book(book.name()).unwrap();
        [Day::FIRST, Day::LAST].map(|day| terms.policy_on(day).measurement)
    };
    fold.books().iter().flat_map(of_book).collect()
}

/// Whether a book is set aside. What coins are worth to one that takes prices of one source or market only is not what
/// they are worth to others; and one with stablecoins in lots measures them anew, with the coins, when its policy changes.
fn is_set_aside(log: &[Recorded], book: BookId) -> bool {
    let events = || log.iter().flat_map(|recorded| &recorded.entry.events);
    let opened = events().filter_map(|event| {
        let Event::LedgerOpened(opened) = event else { return None };
        opened.books.iter().find(|its| its.book == book)?.policy.as_ref()
    });
    let adopted = || {
        events().filter_map(|event| {
            let Event::PolicyAdopted(adopted) = event else { return None };
            (adopted.book == book).then_some(&adopted.policy)
        })
    };
    let policies: Vec<&PolicyChoices> = opened.chain(adopted()).collect();
    let terms = policies.iter().flat_map(|policy| policy.price.iter().flatten());
    let in_lots = policies
        .iter()
        .flat_map(|policy| policy.stablecoin.iter().flatten())
        .any(|choice| choice.treatment == StablecoinTreatment::Crypto);
    terms.into_iter().any(|terms| terms.source.is_some() || terms.market.is_some())
        || (in_lots && adopted().next().is_some())
}

#[test]
fn over_the_whole_life_of_coins_every_book_recognises_what_came_less_what_was_paid() {
    let a_cent: Money = "0.01".parse().unwrap();
    let (mut books, mut rounded_alike, mut without_coins) = (0, 0, 0);
    let (mut aside, mut endless) = (0, 0);
    let mut measured: BTreeMap<String, usize> = BTreeMap::new();
    let mut events: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 8_000..8_000 + LOGS {
        let Some(log) = ended(seed) else {
            endless += 1;
            continue;
        };
        let mut lives = lives(&log);
        let of_two = lives.len();
        lives.retain(|book, _| !is_set_aside(&log, *book));
        aside += of_two - lives.len();
        for (book, life) in &lives {
            assert_eq!(life.recognised, life.consideration, "seed {seed}, {book}");
        }
        let sums: Vec<Money> = lives.values().map(|life| life.recognised).collect();
        if sums.iter().all(|sum| sum.is_zero()) {
            without_coins += 1;
            continue;
        }
        let happened = || log.iter().flat_map(|recorded| &recorded.entry.events);
        // Coins at a price are worth a cent more to a book that rounds half of one up.
        let valued = happened().filter(|event| is_of_coins(event)).count();
        let rounds_up = log.iter().any(|recorded| recorded.entry.to_json().to_string().contains("half_up"));
        let [first, .., last] = sums.as_slice() else {
            books += sums.len();
            continue;
        };
        let apart = first.minus(*last).unwrap().abs();
        let most = Money::sum(std::iter::repeat_n(a_cent, if rounds_up { valued } else { 0 })).unwrap();
        assert!(apart <= most, "seed {seed}: {apart} apart");
        rounded_alike += usize::from(apart.is_zero());
        books += sums.len();
        models(&log).into_iter().for_each(|model| *measured.entry(format!("{model:?}")).or_default() += 1);
        happened().for_each(|event| *events.entry(event.name()).or_default() += 1);
    }
    assert!(
        books >= 150 && endless <= 10 && aside * 2 < books && without_coins <= 10,
        "{books} books, {aside} set aside, {endless} stories without an end; in {without_coins} stories there are no coins"
    );
    assert!(rounded_alike >= 50, "the same in all books of {rounded_alike} stories");
    assert!(measured.len() == 4 && measured.values().all(|times| *times >= 10), "{measured:?}");
    let missing: Vec<_> = OF_COINS.iter().filter(|name| !events.contains_key(*name)).collect();
    assert!(missing.is_empty() && events["entry_reversed"] >= 20, "never came up: {missing:?} of {events:?}");
}
