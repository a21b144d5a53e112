//! A rule: a ledger, an event, and the journal that it posts in each book.

use expect_test::Expect;
use ledger_core::fold::Posted;
use ledger_core::money::{Money, Units};
use ledger_core::posting::{Journal, Line};
use ledger_core::world::World;
use serde_json::Value;

use super::ledger::Ledger;

/// What is given, what happens, what is posted.
pub(crate) struct Rule {
    given: Ledger,
    effective: &'static str,
    events: Vec<Value>,
    expected: Option<Expect>,
}

/// A rule checked: what the page prints.
pub(crate) struct Checked {
    pub(crate) given: Vec<String>,
    pub(crate) effective: &'static str,
    pub(crate) events: Vec<Value>,
    pub(crate) posted: String,
}

/// Starts a rule from the ledger that it holds in.
pub(crate) fn given(ledger: Ledger) -> Rule {
    Rule { given: ledger, effective: "", events: Vec::new(), expected: None }
}

impl Rule {
    /// The event.
    pub(crate) fn when(self, effective: &'static str, event: Value) -> Rule {
        Rule { effective, events: vec![event], ..self }
    }

    /// Several events of one entry.
    pub(crate) fn when_each(self, effective: &'static str, events: Vec<Value>) -> Rule {
        Rule { effective, events, ..self }
    }

    /// What it posts.
    pub(crate) fn posts(self, expected: Expect) -> Rule {
        Rule { expected: Some(expected), ..self }
    }

    /// Compares what is posted with what is expected.
    pub(crate) fn check(mut self) {
        let expected = self.expected.take().expect("a rule expects a journal");
        expected.assert_eq(&self.run().posted);
    }

    /// Records the event and prints what it posts.
    pub(crate) fn run(mut self) -> Checked {
        let accepted = self.given.must(self.effective, self.events.clone());
        self.given.assert_lots_agree_with_accounts();
        let world = self.given.history.fold().world();
        let posted = print(world, &accepted.posted);
        Checked { given: self.given.told, effective: self.effective, events: self.events, posted }
    }
}

/// The journals of an entry; books that post the same share one.
pub(crate) fn print(world: &World, posted: &[Posted]) -> String {
    let mut printed: Vec<(usize, String, Vec<String>)> = Vec::new();
    for posting in posted {
        let text = journal(world, &posting.journal);
        let book = posting.book.to_string();
        match printed.iter_mut().find(|(event, same, _)| *event == posting.event && *same == text) {
            Some((_, _, books)) => books.push(book),
            None => printed.push((posting.event, text, vec![book])),
        }
    }
    printed.iter().map(|(_, text, books)| format!("{}: {text}", books.join(", "))).collect()
}

fn journal(world: &World, journal: &Journal) -> String {
    let mut text = format!("{}\n", journal.title());
    if journal.lines().is_empty() {
        text.push_str("  nothing\n");
    }
    for line in journal.lines() {
        text.push_str(&print_line(world, line));
    }
    text
}

fn print_line(world: &World, line: &Line) -> String {
    let account = line.target.account;
    let name = world.account(account).map_or("?", |info| info.name);
    let credit = line.amount.is_negative() || line.units.is_negative();
    // Units and amount go the same way.
    let same_way = line.amount.is_zero()
        || line.units.is_zero()
        || line.amount.is_negative() == line.units.is_negative();
    assert!(same_way, "{line:?}");
    let amount = grouped(line.amount.abs());
    let name = match sub_ledger(line) {
        about if about.is_empty() => name.to_owned(),
        about => format!("{name} [{about}]"),
    };
    let mut text = if credit {
        format!("     Cr {account} {name:<49}{:>14}{amount:>14}", "")
    } else {
        format!("  Dr {account} {name:<52}{amount:>14}{:>14}", "")
    };
    text.push_str(&format!("{:>20}", units(world, line)));
    format!("{}\n", text.trim_end())
}

fn units(world: &World, line: &Line) -> String {
    let Some(commodity) = line.target.commodity else { return String::new() };
    if line.units.is_zero() {
        return String::new();
    }
    let scale = usize::from(world.scale(commodity).unwrap());
    let units: Units = line.units.abs();
    format!("{units:.scale$} {commodity}")
}

fn sub_ledger(line: &Line) -> String {
    let about = &line.target.about;
    let names = [
        about.wallet.map(|name| name.to_string()),
        about.facility.map(|name| name.to_string()),
        about.party.map(|name| name.to_string()),
        about.commitment.map(|name| name.to_string()),
        about.project.map(|name| name.to_string()),
        about.asset.map(|name| name.to_string()),
        about.segment.map(|name| name.to_string()),
    ];
    names.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// An amount to the cent, thousands apart.
fn grouped(amount: Money) -> String {
    let plain = format!("{amount:.2}");
    let (whole, cents) = plain.split_once('.').unwrap();
    let digits = whole.len();
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}.{cents}")
}
