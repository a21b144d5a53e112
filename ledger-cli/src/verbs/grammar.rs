//! The verbs as clap knows them, and what was typed as a sentence.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args as _, Command};

use super::schema::{self, Field};
use super::sentence::{Sentence, quoted};
use super::table::{Slot, VERBS, Verb};
use crate::render::wrap;

/// Columns for a sentence after the word `Usage:`, in a terminal of 80.
const USAGE_WIDTH: usize = 72;

/// What every verb takes, beside what the event needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "The entry")]
pub(crate) struct Entry {
    /// When it happened: 2026-02-08, yesterday, or a time such as 2026-02-08T14:30:00Z
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// The transaction that it belongs to
    #[arg(long, value_name = "NAME")]
    pub(crate) transaction: Option<String>,
    /// What happened, in words
    #[arg(long, value_name = "TEXT")]
    pub(crate) memo: Option<String>,
    /// The day it came to light later than it happened
    #[arg(long, value_name = "DATE")]
    pub(crate) occurred: Option<String>,
    /// A document: name=… sha256=… uri=…, or only its name; may be given again
    #[arg(long, value_name = "DOCUMENT", num_args = 1.., action = ArgAction::Append)]
    pub(crate) evidence: Vec<String>,
    /// A reference: key=value, such as board_resolution=2026-07
    #[arg(long = "ref", value_name = "KEY=VALUE")]
    pub(crate) refs: Vec<String>,
    /// The entry's own id [default: a new one]
    #[arg(long, value_name = "UUID")]
    pub(crate) id: Option<String>,
    /// Show what it would do and record nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Record without asking
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// Propose it to whoever approves, instead of recording it
    #[arg(long)]
    pub(crate) propose: bool,
    /// Sign with this key, through ssh-keygen
    #[arg(long, value_name = "KEYFILE", conflicts_with = "dry_run")]
    pub(crate) sign: Option<PathBuf>,
}

/// A verb with what was typed after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// The sentence.
    pub(crate) sentence: Sentence,
    /// What it says of the entry.
    pub(crate) entry: Entry,
}

impl Spoken {
    /// The sentence as it may be typed again, in lines that a terminal of 80 columns holds and a shell joins.
    pub(crate) fn text(&self) -> String {
        let of = &self.entry;
        let mut parts = self.sentence.parts();
        let named = [
            ("--on", of.on.as_ref()),
            ("--occurred", of.occurred.as_ref()),
            ("--transaction", of.transaction.as_ref()),
            ("--memo", of.memo.as_ref()),
        ];
        let said = named.into_iter().filter_map(|(flag, text)| Some(format!("{flag} {}", quoted(text?))));
        parts.extend(said);
        parts.extend(of.refs.iter().map(|text| format!("--ref {}", quoted(text))));
        if !of.evidence.is_empty() {
            let words: Vec<String> = of.evidence.iter().map(|word| quoted(word)).collect();
            parts.push(format!("--evidence {}", words.join(" ")));
        }
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            match lines.last_mut() {
                Some(line) if line.chars().count() + part.chars().count() < SENTENCE_WIDTH => {
                    line.push(' ');
                    line.push_str(&part);
                }
                Some(_) => lines.extend(
                    wrap(&part, SENTENCE_WIDTH - 4)
                        .into_iter()
                        .enumerate()
                        .map(|(at, line)| format!("{}{line}", if at == 0 { "  " } else { "    " })),
                ),
                None => lines.push(part),
            }
        }
        lines.join(" \\\n")
    }
}

/// Columns for a line of a sentence, without what says that it goes on.
const SENTENCE_WIDTH: usize = 77;

/// Adds the verbs to the commands there are.
pub(crate) fn with_verbs(mut command: Command) -> Command {
    let mut families: Vec<(&'static str, Command)> = Vec::new();
    for verb in VERBS {
        match verb.words.split_once(' ') {
            None => command = command.subcommand(subcommand(verb, verb.words)),
            Some((family, word)) => {
                let of_family = families.iter().position(|(name, _)| *name == family).unwrap_or_else(|| {
                    let words: Vec<&str> = words_of(family).collect();
                    let about = format!("Record: {}", words.join(", "));
                    let new = Command::new(family).about(about).subcommand_required(true);
                    families.push((family, new.arg_required_else_help(true)));
                    families.len() - 1
                });
                if let Some((_, family)) = families.get_mut(of_family) {
                    *family = std::mem::take(family).subcommand(subcommand(verb, word));
                }
            }
        }
    }
    families.into_iter().fold(command, |command, (_, family)| command.subcommand(family))
}

fn words_of(family: &'static str) -> impl Iterator<Item = &'static str> {
    let split = VERBS.iter().filter_map(|verb| verb.words.split_once(' '));
    split.filter(move |(of, _)| *of == family).map(|(_, word)| word)
}

fn subcommand(verb: &'static Verb, name: &'static str) -> Command {
    let mut command = Command::new(name);
    let usage = format!("treasury {} {} [OPTIONS]", verb.words, verb.usage());
    command = command.override_usage(wrap(&usage, USAGE_WIDTH).join("\n       "));
    if !verb.positions().is_empty() {
        let words = Arg::new("words").value_name("WORDS").num_args(0..).allow_negative_numbers(true);
        command = command.arg(words.help("What the sentence begins with, as shown above"));
    }
    for field in flagged(verb) {
        command = command.arg(flag(verb, &field));
    }
    // The group's own words would stand as what the verb is about.
    Entry::augment_args(command).about(verb.about).long_about(None)
}

/// The fields that have a flag: all but those said by position, and the book, which every command takes.
fn flagged(verb: &Verb) -> Vec<Field> {
    let said = verb.positions();
    let is_said = |name: &'static str| {
        said.contains(&Slot::Field(name))
            || (said.contains(&Slot::Coins) && ["units", "commodity"].contains(&name))
    };
    let fields = schema::event(verb.event).into_iter();
    fields.filter(|field| field.name != "book" && !is_said(field.name)).collect()
}

fn flag(verb: &Verb, field: &Field) -> Arg {
    let is_record = schema::record(field.kind).is_some_and(|_| field.kind != "Amount");
    let arg = Arg::new(id(field)).long(verb.flag(field.name)).action(ArgAction::Append);
    let arg = arg.allow_negative_numbers(true).help(help(field)).help_heading("The event");
    match field.kind {
        "Amount" => arg.num_args(1..=2).value_names(["AMOUNT", "CURRENCY"]),
        _ if is_record => arg.num_args(1..).value_name("KEY=VALUE"),
        kind => arg.num_args(1).value_name(kind.to_uppercase()),
    }
}

/// What clap calls the flag of a field: the entry has fields of the same names.
fn id(field: &Field) -> String {
    format!("event.{}", field.name)
}

/// What may stand in a field.
fn help(field: &Field) -> String {
    let what = match (schema::choices(field.kind), schema::record(field.kind)) {
        (Some(choices), _) => choices.join(", "),
        (None, Some(fields)) if field.kind != "Amount" => {
            let keys: Vec<String> = fields.iter().map(|field| format!("{}=…", field.name)).collect();
            keys.join(" ")
        }
        (None, _) => match field.kind {
            "Amount" => "an amount, such as 305,000,000 USDT".to_owned(),
            "Units" | "Price" | "Money" => "a number, such as 4,451.5".to_owned(),
            "Rate" => "a rate, such as 0.085 or 8.5%".to_owned(),
            "Day" => "a day, such as 2026-02-08 or \"last month-end\"".to_owned(),
            "Place" => "a place: cold, wallet:cold or facility:antalpha".to_owned(),
            "bool" => "yes or no".to_owned(),
            "Commodity" => "a coin or a currency, such as BTC or USD".to_owned(),
            "WalletId" => "a wallet or a bank account".to_owned(),
            "PartyId" => "a party, as `treasury party register` names it".to_owned(),
            "FacilityId" => "a loan, as `treasury loan open` names it".to_owned(),
            "Account" => "an account, such as 6010: `treasury report accounts`".to_owned(),
            "Effective" | "Instant" => "a time, such as 2026-02-08T14:30:00Z".to_owned(),
            _ => field.name.replace('_', " "),
        },
    };
    let what = match field.kind {
        "NamedLot" => format!("{what}: taken by a book whose policy is `specific`, refused by any other"),
        _ => what,
    };
    let again = if field.many { "; may be given again" } else { "" };
    let required = if field.must_be_said() { "; required" } else { "" };
    format!("{what}{again}{required}")
}

/// The sentence that was typed, if it was one.
pub(crate) fn spoken(matches: &ArgMatches) -> Option<Result<Spoken, clap::Error>> {
    let (first, of_first) = matches.subcommand()?;
    let (words, of_verb) = match of_first.subcommand() {
        Some((second, of_second)) => (format!("{first} {second}"), of_second),
        None => (first.to_owned(), of_first),
    };
    let verb = VERBS.iter().find(|verb| verb.words == words)?;
    Some(read(verb, of_verb))
}

fn read(verb: &'static Verb, matches: &ArgMatches) -> Result<Spoken, clap::Error> {
    let entry = <Entry as clap::FromArgMatches>::from_arg_matches(matches)?;
    let has_words = !verb.positions().is_empty();
    let words = has_words.then(|| matches.get_many::<String>("words")).flatten();
    let mut flags = BTreeMap::new();
    for field in flagged(verb) {
        let Some(given) = matches.get_occurrences::<String>(&id(&field)) else { continue };
        flags.insert(field.name, given.map(|words| words.cloned().collect()).collect());
    }
    let words = words.into_iter().flatten().cloned().collect();
    Ok(Spoken { sentence: Sentence { verb: *verb, words, flags }, entry })
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_arguments_of_any_command_have_one_name() {
        crate::app::grammar().debug_assert();
    }
}
