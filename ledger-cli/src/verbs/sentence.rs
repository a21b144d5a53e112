//! A sentence becomes an event: its words by position, its flags by field, and what is still missing.

use std::collections::BTreeMap;

use ledger_core::event::books::WalletOpened;
use serde_json::{Map, Value, json};

use super::schema::{self, Field};
use super::table::{Slot, Verb, of_event};
use super::typed::{self, Names};
use crate::diagnostic::Failure;

/// What was typed after a verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// The verb.
    pub(crate) verb: Verb,
    /// The words without a flag.
    pub(crate) words: Vec<String>,
    /// By field, the words after its flag, each time it was given.
    pub(crate) flags: BTreeMap<&'static str, Vec<Vec<String>>>,
}

/// A field that must be there and is not.
#[derive(Debug, Clone)]
pub(crate) struct Missing {
    /// The field.
    pub(crate) field: Field,
    /// How it is given.
    pub(crate) how: String,
}

impl Sentence {
    /// The event as JSON.
    ///
    /// # Errors
    /// When words do not fit the sentence or a field, with the flag that they were given for.
    pub(crate) fn event(&self, names: &Names<'_>) -> Result<Map<String, Value>, Failure> {
        let mut event = Map::new();
        event.insert("type".to_owned(), json!(self.verb.event));
        let fields = schema::event(self.verb.event);
        self.positions(&fields, names, &mut event)?;
        for field in &fields {
            let Some(given) = self.flags.get(field.name) else { continue };
            let flag = self.verb.flag(field.name);
            if event.contains_key(field.name) {
                return Err(Failure::usage(format!("`--{flag}` says again what the sentence says")));
            }
            let mut values = Vec::new();
            for words in given {
                let told = |why: String| Failure::usage(format!("--{flag}: {why}"));
                values.extend(self.values(field, words, names).map_err(told)?);
            }
            match (field.many, values.len()) {
                (true, _) => event.insert(field.name.to_owned(), Value::Array(values)),
                (false, 1) => values.pop().and_then(|one| event.insert(field.name.to_owned(), one)),
                (false, _) => return Err(Failure::usage(format!("`--{flag}` is given more than once"))),
            };
        }
        Ok(event)
    }

    /// Names in a list may be typed together: `--role preparer,approver`.
    fn values(&self, field: &Field, words: &[String], names: &Names<'_>) -> Result<Vec<Value>, String> {
        if field.many && schema::record(field.kind).is_none() {
            let each = words.iter().flat_map(|word| word.split(','));
            return each.map(|word| typed::value(field, &[word.to_owned()], names)).collect();
        }
        let one = typed::value(field, words, names)?;
        match one.as_array() {
            Some(list) if field.many => Ok(list.clone()),
            Some(_) | None => Ok(vec![one]),
        }
    }

    fn positions(
        &self,
        fields: &[Field],
        names: &Names<'_>,
        event: &mut Map<String, Value>,
    ) -> Result<(), Failure> {
        let mut words = self.words.iter().flat_map(|word| spaced(word)).peekable();
        for slot in self.verb.positions() {
            let Some(word) = words.next() else { break };
            match slot {
                Slot::Coins => {
                    let units = typed::number(&word).map_err(Failure::usage)?;
                    event.insert("units".to_owned(), json!(units));
                    let Some(coin) = words.next() else { break };
                    if fields.iter().any(|field| field.name == "commodity") {
                        event.insert("commodity".to_owned(), json!(coin));
                    }
                }
                Slot::Field(name) => {
                    let Some(field) = fields.iter().find(|field| field.name == name) else { continue };
                    let mut given = vec![word];
                    let is_currency = |word: &String| word.starts_with(|c: char| c.is_ascii_uppercase());
                    if field.kind == "Amount" {
                        given.extend(words.next_if(is_currency));
                    }
                    let told = |why: String| Failure::usage(format!("{name}: {why}"));
                    event.insert(name.to_owned(), typed::value(field, &given, names).map_err(told)?);
                }
            }
        }
        match words.next() {
            Some(word) => Err(Failure::usage(format!("what is `{word}` doing there?")).with_help(format!(
                "the sentence is `treasury {} {}`",
                self.verb.words,
                self.verb.usage()
            ))),
            None => Ok(()),
        }
    }

    /// Money that moves between accounts of ours is a conversion into as much of itself: the sentence that says so.
    pub(crate) fn meant(&self, names: &Names<'_>) -> Sentence {
        let words: Vec<String> = self.words.iter().flat_map(|word| spaced(word)).collect();
        let [_, currency] = words.as_slice() else { return self.clone() };
        let is_money = |held: &WalletOpened| {
            held.holds().is_some_and(|(code, money)| money && code.as_str() == currency)
        };
        let only_places = self.flags.keys().all(|field| ["from", "to"].contains(field));
        if self.verb.event != "coins_moved" || !only_places || !names.world.wallets().any(is_money) {
            return self.clone();
        }
        let Some(verb) = of_event("currency_converted") else { return self.clone() };
        let mut flags = self.flags.clone();
        flags.insert("got", vec![words.clone()]);
        Sentence { verb: *verb, words, flags }
    }

    /// Takes in the coin that was typed behind a number, where the event has a place for it.
    pub(crate) fn coin(&mut self, event: &mut Map<String, Value>, coin: String) {
        if schema::event(self.verb.event).iter().any(|field| field.name == "commodity") {
            event.insert("commodity".to_owned(), json!(coin));
        }
        self.words.push(coin);
    }

    /// Takes in the answer to a question, as if it had been typed.
    pub(crate) fn answered(&mut self, field: &Field, typed: &str) {
        let positions = self.verb.positions();
        let of_coins = ["units", "commodity"].contains(&field.name) && positions.contains(&Slot::Coins);
        if of_coins || positions.contains(&Slot::Field(field.name)) {
            self.words.push(typed.to_owned());
            return;
        }
        let words = match schema::record(field.kind) {
            Some(_) => typed.split_whitespace().map(str::to_owned).collect(),
            None => vec![typed.to_owned()],
        };
        self.flags.entry(field.name).or_default().push(words);
    }

    /// Its parts as they are typed: the verb with the words after it, then each flag with its own.
    pub(crate) fn parts(&self) -> Vec<String> {
        let words = self.words.iter().map(|word| quoted(word));
        let start = format!("treasury {}", self.verb.words);
        let mut parts = vec![std::iter::once(start).chain(words).collect::<Vec<_>>().join(" ")];
        let mut flags: Vec<_> = self.flags.iter().collect();
        flags.sort_by_key(|(name, _)| self.verb.place_of(name));
        for (name, times) in flags {
            let flag = format!("--{}", self.verb.flag(name));
            parts.extend(times.iter().map(|words| {
                let words = words.iter().map(|word| quoted(word));
                std::iter::once(flag.clone()).chain(words).collect::<Vec<_>>().join(" ")
            }));
        }
        parts
    }

    /// Where the wallet says which coin it is, the coin typed must be that one. Asked once the wallet is known.
    ///
    /// # Errors
    /// When it is another.
    pub(crate) fn check_coin(&self, event: &Map<String, Value>, names: &Names<'_>) -> Result<(), Failure> {
        let says_itself = event.contains_key("commodity") || !self.verb.positions().contains(&Slot::Coins);
        let typed = self.words.iter().flat_map(|word| spaced(word)).nth(1);
        let wallet = ["pool", "wallet"].iter().find_map(|field| event.get(*field)?.as_str());
        let (false, Some(coin), Some(wallet)) = (says_itself, typed, wallet) else { return Ok(()) };
        let held = names.world.wallets().find(|of| of.wallet.as_str() == wallet).and_then(|of| of.holds());
        match held {
            Some((holds, _)) if holds.as_str() != coin => {
                Err(Failure::usage(format!("wallet {wallet} holds {holds}, not {coin}")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What must be there and is not, in the order of the sentence; what the sentence does not name comes after it.
    pub(crate) fn missing(&self, event: &Map<String, Value>) -> Vec<Missing> {
        let positions = self.verb.positions();
        let is_absent = |field: &Field| !field.optional && !event.contains_key(field.name);
        let mut fields: Vec<Field> = schema::event(self.verb.event).into_iter().filter(is_absent).collect();
        fields.sort_by_key(|field| self.verb.place_of(field.name));
        fields
            .into_iter()
            .map(|field| {
                let by_position = positions.contains(&Slot::Field(field.name))
                    || (positions.contains(&Slot::Coins) && ["units", "commodity"].contains(&field.name));
                let label = field.name.replace('_', "-");
                let how = if by_position { label } else { format!("--{}", self.verb.flag(field.name)) };
                Missing { field, how }
            })
            .collect()
    }
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.,:/=%+@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A quoted `"4,451 BTC"` is two words, and so is a number with its coin; a text of several words is one.
fn spaced(word: &str) -> Vec<String> {
    let starts_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
    match word.split_once(' ') {
        Some((number, coin)) if starts_with_digit && !coin.contains(' ') => {
            vec![number.to_owned(), coin.to_owned()]
        }
        Some(_) | None => vec![word.to_owned()],
    }
}
