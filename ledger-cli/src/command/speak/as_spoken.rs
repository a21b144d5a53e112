//! A refusal in the words of whoever typed a sentence: flags for the fields of an entry, verbs for its events.

use crate::diagnostic::{Failure, Told};
use crate::verbs::table::{Slot, Verb, of_event};

/// How a place is said.
const PLACES: &str =
    "coins lie in wallets of coins, and with a lender as `facility:NAME`; money lies in wallets of money";

/// The refusal of an entry that was a sentence.
pub(super) fn as_spoken(failure: Failure, verb: &Verb) -> Failure {
    let Failure::Refused { code, told } = failure else { return failure };
    let is_form = code == "MALFORMED";
    let help = match told.help {
        // How a line of a file is written is of no use here.
        Some(_) if is_form => Some(format!("`treasury {} --help` tells what each flag takes", verb.words)),
        Some(_) if code == "WRONG_PLACE" => Some(PLACES.to_owned()),
        help => help.map(|help| in_words(&help, verb)),
    };
    let message = in_words(&path(&told.message, verb), verb);
    Failure::Refused { code, told: Told { message, at: None, help } }
}

/// A path into an entry's events, as the flag that set it.
fn path(message: &str, verb: &Verb) -> String {
    let Some(rest) = message.strip_prefix("events[0].") else { return message.to_owned() };
    let end = rest.find([':', '.', '[', ' ']).unwrap_or(rest.len());
    let (field, rest) = rest.split_at(end);
    format!("{}{rest}", said(field, verb).unwrap_or_else(|| field.to_owned()))
}

/// A text whose names in backticks are those of events or of the event's fields.
fn in_words(text: &str, verb: &Verb) -> String {
    named(text, |name| verb_of(name).or_else(|| said(name, verb)))
}

/// A text that speaks of verbs where it named events.
pub(crate) fn in_verbs(text: &str) -> String {
    named(text, verb_of)
}

fn verb_of(event: &str) -> Option<String> {
    of_event(event).map(|verb| format!("treasury {}", verb.words))
}

/// A text with another name for each in backticks that has one.
fn named(text: &str, other: impl Fn(&str) -> Option<String>) -> String {
    let parts = text.split('`').enumerate();
    let told = parts.map(|(at, part)| {
        let is_name = at % 2 == 1;
        is_name.then(|| other(part)).flatten().unwrap_or_else(|| part.to_owned())
    });
    told.collect::<Vec<_>>().join("`")
}

/// Fields of the entry itself, and the flags that set them.
const OF_THE_ENTRY: &[(&str, &str)] = &[
    ("effective", "--on"),
    ("occurred", "--occurred"),
    ("transaction", "--transaction"),
    ("memo", "--memo"),
];

/// How a field is said: by its flag, or by its place in the sentence.
fn said(field: &str, verb: &Verb) -> Option<String> {
    if let Some((_, flag)) = OF_THE_ENTRY.iter().find(|(name, _)| *name == field) {
        return Some((*flag).to_owned());
    }
    crate::verbs::schema::event(verb.event).iter().find(|of| of.name == field)?;
    let positions = verb.positions();
    let of_coins = ["units", "commodity"].contains(&field) && positions.contains(&Slot::Coins);
    let by_position = positions.iter().any(|slot| matches!(slot, Slot::Field(name) if *name == field));
    Some(match (of_coins, by_position) {
        (true, _) if field == "commodity" => "COIN".to_owned(),
        (true, _) | (_, true) => field.to_uppercase(),
        (false, false) => format!("--{}", verb.flag(field)),
    })
}
