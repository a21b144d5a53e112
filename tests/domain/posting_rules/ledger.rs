//! A small ledger to try things on: an entity, two books, a few wallets and parties, a million dollars.

use ledger_core::closing::seal;
use ledger_core::decide::{Accepted, Decision, History, Signer};
use ledger_core::entry::Entry;
use ledger_core::lots::Site;
use ledger_core::money::{Money, Units};
use ledger_core::posting::Target;
use ledger_core::refusal::Refusal;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use serde_json::{Value, json};

use super::json::usd;

/// A ledger and how it came to be, in words.
pub(crate) struct Ledger {
    pub(crate) history: History,
    /// What was recorded on top of the standard ledger, for the printed page.
    pub(crate) told: Vec<String>,
    /// Who records.
    actor: &'static str,
    /// Who signs that.
    signer: Signer,
}

/// The standard ledger: books `us-gaap` and `tax` on their defaults.
pub(crate) fn standard() -> Ledger {
    with_books(standard_books())
}

/// The same world under books of other policies, each named for its policy.
pub(crate) fn under(policies: &[(&str, Value)]) -> Ledger {
    with_books(policies.iter().map(|(book, policy)| json!({"book": book, "policy": policy})).collect())
}

/// The same before its first fact.
pub(crate) fn unfunded_under(policies: &[(&str, Value)]) -> Ledger {
    let books = policies.iter().map(|(book, policy)| json!({"book": book, "policy": policy})).collect();
    let mut ledger = empty();
    ledger.must("2025-01-01", vec![opened(books)]);
    ledger.must("2025-01-01", places());
    ledger
}

/// A log without an entry.
pub(crate) fn empty() -> Ledger {
    Ledger { history: History::default(), told: Vec::new(), actor: "controller-1", signer: Signer::Nobody }
}

/// The standard ledger before its first fact.
pub(crate) fn unfunded() -> Ledger {
    let mut ledger = empty();
    ledger.must("2025-01-01", vec![opened(standard_books())]);
    ledger.must("2025-01-01", places());
    ledger
}

pub(crate) fn standard_books() -> Value {
    json!([{"book": "us-gaap", "framework": "us-gaap"}, {"book": "tax", "framework": "us-tax"}])
}

fn with_books(books: Value) -> Ledger {
    let mut ledger = empty();
    ledger.must("2025-01-01", vec![opened(books)]);
    ledger.must("2025-01-01", places());
    ledger.must(
        "2025-01-01",
        vec![
            json!({"type": "cash_received", "wallet": "bank", "amount": usd("1000000.00"), "category": "equity"}),
        ],
    );
    ledger
}

pub(crate) fn opened(books: Value) -> Value {
    json!({"type": "ledger_opened", "entity": "Example", "functional_currency": "USD", "time_zone": "UTC",
        "fiscal_year_end": "12-31", "books": books})
}

pub(crate) fn places() -> Vec<Value> {
    let money = |name: &str, kind: &str, currency: &str| json!({"type": "wallet_opened", "wallet": name, "kind": kind, "currency": currency});
    let coins = |name: &str, kind: &str| json!({"type": "wallet_opened", "wallet": name, "kind": kind, "commodity": "BTC"});
    let party = |name: &str| json!({"type": "party_registered", "party": name});
    vec![
        money("bank", "bank", "USD"),
        money("usdt", "exchange", "USDT"),
        coins("cold", "cold"),
        coins("hot", "hot"),
        coins("pool", "pool"),
        party("lender"),
        party("vendor"),
    ]
}

impl Ledger {
    /// The same, with this actor recording from now on, and whoever signs it.
    pub(crate) fn by(self, actor: &'static str, signer: Signer) -> Ledger {
        Ledger { actor, signer, ..self }
    }

    /// Records further events as one entry, in words of their own on the printed page.
    pub(crate) fn and(mut self, effective: &str, words: &str, events: Vec<Value>) -> Ledger {
        self.must(effective, events);
        self.told.push(format!("{effective}: {words}"));
        self
    }

    /// The next entry as JSON, its id made from its number.
    pub(crate) fn entry(&self, effective: &str, events: Vec<Value>) -> Value {
        let number = self.history.log().len() + 1;
        json!({"id": format!("00000000-0000-4000-8000-{number:012}"), "effective": effective,
            "actor": self.actor, "events": events})
    }

    /// A close of all books through a day, with the seals that they have.
    pub(crate) fn close(&self, through: &str) -> Value {
        let day = through.parse().unwrap();
        let question = Question { as_of: Some(day), ..Question::default() };
        let fold = replay(self.history.log(), &question, |_| ()).unwrap();
        let seals: Vec<Value> =
            fold.books().iter().map(|book| json!(seal(&fold, book.name(), day).unwrap())).collect();
        json!({"type": "period_closed", "through": through, "seals": seals})
    }

    /// Closes all books through a day, on that day.
    pub(crate) fn and_closed(self, through: &str) -> Ledger {
        let close = self.close(through);
        self.and(through, &format!("closed through {through}"), vec![close])
    }

    /// Considers an entry.
    pub(crate) fn consider(&mut self, entry: &Value) -> Result<Decision, Refusal> {
        self.history.consider_signed(&read(entry), self.signer).map_err(|refused| refused.why)
    }

    /// Records an entry that the ledger takes.
    pub(crate) fn must(&mut self, effective: &str, events: Vec<Value>) -> Accepted {
        let entry = self.entry(effective, events);
        match self.consider(&entry) {
            Ok(Decision::Accepted(accepted)) => {
                self.accept(accepted.number, &entry);
                accepted
            }
            Ok(Decision::AlreadyRecorded(number)) => panic!("recorded already as {number}: {entry}"),
            Err(refusal) => panic!("{}: {refusal}\n{entry}", refusal.code()),
        }
    }

    pub(crate) fn accept(&mut self, number: u64, entry: &Value) {
        let recorded = Instant::from_micros(0);
        self.history.accept(Recorded { number, recorded, entry: read(entry) });
    }

    /// Lots and postings tell the same: units and carrying amount of every position, in every book.
    pub(crate) fn assert_lots_agree_with_accounts(&self) {
        for book in self.history.fold().books() {
            for (position, holding) in book.lots().positions() {
                let posted: Vec<_> = book
                    .of(position.account)
                    .filter(|(target, _)| of_place(target, position.place))
                    .filter(|(target, _)| target.commodity == Some(position.commodity))
                    .map(|(_, balance)| (balance.amount, balance.units))
                    .collect();
                assert_eq!(posted, [(holding.carrying, holding.units)], "{} {position:?}", book.name());
                let lots = || book.lots().of(position);
                let cost = Money::sum(lots().map(|(_, lot)| lot.cost)).unwrap();
                let units = Units::sum(lots().map(|(_, lot)| lot.units)).unwrap();
                assert_eq!((cost, units), (holding.cost, holding.units), "{} {position:?}", book.name());
                assert!(!holding.units.is_zero() || holding.carrying.is_zero(), "{position:?}");
            }
        }
    }
}

fn of_place(target: &Target, place: Site) -> bool {
    match place {
        Site::Wallet(wallet) => target.about.wallet == Some(wallet),
        Site::Facility(facility) => target.about.facility == Some(facility),
        Site::Entity => target.about.wallet.is_none() && target.about.facility.is_none(),
    }
}

fn read(entry: &Value) -> Entry {
    Entry::from_json(&entry.to_string()).unwrap_or_else(|fault| panic!("{fault}\n{entry}"))
}
