//! What accounts are called in other programs, such as `Assets:1210-Bitcoin-operating:Wallet-cold-1`: the class, the
//! number with the name, then what the postings are about. All programs get the same names, so that what each makes of
//! a book can be compared; each part is one that the strictest of them, beancount, takes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use ledger_core::account::Class;
use ledger_core::posting::{Dimensions, Target};
use ledger_core::refusal::Refusal;
use ledger_core::world::World;

/// The names of accounts as they were first needed.
pub(crate) struct Names {
    /// Where accounts off the balance sheet stand: of their own, or below equity where there are five classes only.
    memo: &'static str,
    known: BTreeMap<Target, String>,
    declared: BTreeSet<String>,
}

impl Names {
    /// No names yet.
    pub(crate) fn with_memo_below(memo: &'static str) -> Names {
        Names { memo, known: BTreeMap::new(), declared: BTreeSet::new() }
    }

    /// The name of an account with what it is about.
    pub(crate) fn of(&mut self, target: &Target, world: &World) -> Result<&str, Refusal> {
        Ok(match self.known.entry(*target) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(name(target, world, self.memo)?),
        })
    }

    /// The name, if it is given out here for the first time: then it is to be declared.
    pub(crate) fn first_of(&mut self, target: &Target, world: &World) -> Result<Option<String>, Refusal> {
        let name = self.of(target, world)?.to_owned();
        Ok(if self.declared.contains(&name) {
            None
        } else {
            self.declared.insert(name.clone());
            Some(name)
        })
    }
}

fn name(target: &Target, world: &World, memo: &str) -> Result<String, Refusal> {
    let info = world.account(target.account)?;
    let class = match info.class {
        Class::Asset => "Assets",
        Class::Liability => "Liabilities",
        Class::Equity => "Equity",
        Class::Income => "Income",
        Class::Expense => "Expenses",
        Class::Memo => memo,
    };
    let mut name = format!("{class}:{}{}", target.account, words(info.name));
    for (kind, about) in parts_named(&target.about, info.class) {
        name.push_str(&format!(":{}{}-{}", kind[..1].to_uppercase(), &kind[1..], spelt(&about)));
    }
    Ok(name)
}

/// What the name of an account says of what a posting is about. A payable is settled whatever line of business it came
/// from, so a segment divides what was earned and spent only.
pub(crate) fn parts_named(
    about: &Dimensions,
    class: Class,
) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let has_segments = matches!(class, Class::Income | Class::Expense);
    parts(about).filter(move |(kind, _)| has_segments || *kind != "segment")
}

/// What a posting is about, by kind.
pub(crate) fn parts(about: &Dimensions) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let Dimensions { wallet, facility, party, commitment, project, asset, segment, derivative } = about;
    let parts = [
        ("wallet", wallet.map(|name| name.to_string())),
        ("facility", facility.map(|name| name.to_string())),
        ("party", party.map(|name| name.to_string())),
        ("commitment", commitment.map(|name| name.to_string())),
        ("project", project.map(|name| name.to_string())),
        ("asset", asset.map(|name| name.to_string())),
        ("segment", segment.map(|name| name.to_string())),
        ("derivative", derivative.map(|name| name.to_string())),
    ];
    parts.into_iter().filter_map(|(kind, name)| Some((kind, name?)))
}

/// The letters and digits of an account's name behind its number, all else a dash. The number alone tells accounts apart.
fn words(name: &str) -> String {
    let is_kept = |letter: char| letter.is_ascii_alphanumeric() || is_latin(letter);
    let words = name.split(|letter| !is_kept(letter)).filter(|word| !word.is_empty());
    words.fold(String::new(), |all, word| all + "-" + word)
}

/// Letters of Latin script beyond ASCII, which every program knows to be letters.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\u{c0}'..='\u{24f}') && letter.is_alphabetic()
}

/// A name of ours, with other letters for those that beancount refuses, so that no two names become one: `--d` is a
/// dot, `--u` an underscore, and `--h` a dash that stands before one of the three or at the end.
fn spelt(name: &str) -> String {
    let mut spelt = String::with_capacity(name.len());
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '.' => spelt.push_str("--d"),
            '_' => spelt.push_str("--u"),
            '-' if letters.peek().is_none_or(|next| !next.is_ascii_alphanumeric()) => spelt.push_str("--h"),
            plain => spelt.push(plain),
        }
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_account_stand_behind_its_number() {
        assert_eq!(words("Bitcoin, operating"), "-Bitcoin-operating");
        assert_eq!(words(" Büro: Öl & Gas; 50% "), "-Büro-Öl-Gas-50");
        assert_eq!(words("电力"), "");
    }

    #[test]
    fn names_stay_apart_in_letters_that_all_programs_take() {
        let cases =
            [("cold-1", "cold-1"), ("cold.1", "cold--d1"), ("cold_1", "cold--u1"), ("cold-", "cold--h")];
        for (name, expected) in cases {
            assert_eq!(spelt(name), expected);
        }
        // Every name of up to six of these letters.
        let letters = ['a', 'd', 'h', '.', '_', '-'];
        let mut names = vec![String::new()];
        let mut seen = BTreeMap::new();
        for _ in 0..6 {
            names = names.iter().flat_map(|name| letters.map(|letter| format!("{name}{letter}"))).collect();
            for name in &names {
                if let Some(other) = seen.insert(spelt(name), name.clone()) {
                    panic!("{name} and {other} are both {}", spelt(name));
                }
            }
        }
        assert_eq!(seen.len(), 6 + 36 + 216 + 1_296 + 7_776 + 46_656);
    }
}
