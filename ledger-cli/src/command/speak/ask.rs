//! What is asked on a terminal: a value that is missing, and whether to record.

use std::io::{BufRead, IsTerminal, Write};

use serde_json::{Map, Value};

use crate::app::App;
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;
use crate::io::{BOLD, DIM, Io, WRONG, styled};
use crate::render::wrap;
use crate::verbs::asked::{Asked, names_what_is_there, questions};
use crate::verbs::schema;
use crate::verbs::sentence::{Missing, Sentence};
use crate::verbs::table::Slot;
use crate::verbs::typed::{self, Names};

/// At most so many names are suggested.
const SUGGESTED_MAX: usize = 8;

/// Whether there is somebody to ask.
pub(crate) fn may_ask(app: &App) -> bool {
    app.may_ask && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A line that somebody types.
pub(crate) fn line(prompt: &str, io: &mut Io) -> Result<String, Failure> {
    io.out.flush()?;
    write!(io.err, "{prompt}")?;
    io.err.flush()?;
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => {
            writeln!(io.err)?;
            Err(Failure::usage("the input ended before everything was answered; nothing was recorded"))
        }
        Ok(_) => Ok(line.trim().to_owned()),
        Err(why) => Err(why.into()),
    }
}

/// A question with what may be answered.
pub(crate) fn prompt(label: &str, hint: &str) -> String {
    let hint = if hint.is_empty() { String::new() } else { format!(" ({hint})") };
    format!("{}{}: ", styled(BOLD, label), styled(DIM, hint))
}

/// An answer that must not be empty.
pub(crate) fn needed(label: &str, hint: &str, io: &mut Io) -> Result<String, Failure> {
    loop {
        let typed = line(&prompt(label, hint), io)?;
        if !typed.is_empty() {
            return Ok(typed);
        }
    }
}

/// An answer that can be read as a value of a type.
pub(crate) fn parsed<T>(label: &str, hint: &str, io: &mut Io) -> Result<T, Failure>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    loop {
        match needed(label, hint, io)?.parse() {
            Ok(value) => return Ok(value),
            Err(why) => tell(&why.to_string(), io)?,
        }
    }
}

/// Tells why an answer will not do.
pub(crate) fn tell(why: &str, io: &mut Io) -> Result<(), Failure> {
    let width = io.err_width.unwrap_or(usize::MAX).saturating_sub(2);
    for line in wrap(why, width) {
        writeln!(io.err, "  {}", styled(WRONG, line))?;
    }
    Ok(())
}

/// Reads an answer; what it names must be there, unless it is a new name.
fn read(missing: &Missing, event: &str, typed: String, names: &Names<'_>) -> Result<Value, String> {
    let words: Vec<String> = match schema::record(missing.field.kind) {
        Some(_) => typed.split_whitespace().map(str::to_owned).collect(),
        None => vec![typed],
    };
    let value = typed::value(&missing.field, &words, names)?;
    let (kind, typed) = (missing.field.kind, words.concat());
    let known = names.known(kind).filter(|_| names_what_is_there(event, missing.field.name));
    let is_known = |known: &Vec<String>| {
        let plain = |name: &str| name.split_once(':').map_or(name.to_owned(), |(_, name)| name.to_owned());
        known.iter().any(|name| plain(name) == plain(&typed))
    };
    match known.filter(|known| !is_known(known)) {
        Some(known) => Err(not_there(kind, &typed, &known)),
        None => Ok(value),
    }
}

/// There is no such name; the nearest, or where names come from.
fn not_there(kind: &str, typed: &str, known: &[String]) -> String {
    let (what, comes_from) = match kind {
        "WalletId" => ("wallet", "wallet open"),
        "FacilityId" => ("loan", "loan open"),
        "PartyId" => ("party", "party register"),
        "Commodity" => {
            return format!("no coin or currency `{typed}` is declared; there are {}", known.join(", "));
        }
        "BookId" => return format!("there is no book `{typed}`: {}", known.join(", ")),
        _ => ("wallet or loan", "wallet open"),
    };
    match nearest(typed, known.iter().map(String::as_str)) {
        Some(near) => format!("there is no {what} `{typed}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{typed}` yet: `treasury {comes_from}` makes one"),
    }
}

/// An answer: what was typed, and what it is.
struct Answer {
    typed: String,
    value: Value,
}

/// Asks for all that a sentence lacks, and puts it both into the sentence and into the event.
pub(crate) fn what_is_missing(
    sentence: &mut Sentence,
    event: &mut Map<String, Value>,
    names: &Names<'_>,
    io: &mut Io,
) -> Result<(), Failure> {
    let verb = sentence.verb;
    for missing in sentence.missing(event) {
        if event.contains_key(missing.field.name) {
            continue;
        }
        let (answer, coin) = value_and_coin(&missing, sentence, names, io)?;
        put(sentence, event, &missing, answer);
        if let Some(coin) = coin {
            sentence.coin(event, coin);
        }
    }
    for asked in questions(verb.event) {
        let open = asked.open(&verb, event);
        match asked {
            Asked::Where(..) => {
                for missing in open {
                    let answer = value(&missing, verb.event, names, io)?;
                    put(sentence, event, &missing, answer);
                }
            }
            Asked::OneOf(_) => {
                if let Some((missing, answer)) = one_of(&open, verb.event, names, io)? {
                    put(sentence, event, missing, answer);
                }
            }
            Asked::Lists(_) => {
                for missing in open {
                    let answers = list(&missing, verb.event, names, io)?;
                    for answer in answers {
                        put(sentence, event, &missing, answer);
                    }
                }
            }
        }
    }
    Ok(())
}

/// Puts an answer where it belongs; of a list, behind those before it.
fn put(sentence: &mut Sentence, event: &mut Map<String, Value>, missing: &Missing, answer: Answer) {
    let name = missing.field.name;
    sentence.answered(&missing.field, &answer.typed);
    match event.get_mut(name).and_then(Value::as_array_mut) {
        Some(list) => list.push(answer.value),
        None if missing.field.many && !answer.value.is_array() => {
            event.insert(name.to_owned(), Value::Array(vec![answer.value]));
        }
        None => {
            event.insert(name.to_owned(), answer.value);
        }
    }
}

/// A value that is missing, asked for until it can be read.
fn value(missing: &Missing, event: &str, names: &Names<'_>, io: &mut Io) -> Result<Answer, Failure> {
    let prompt = prompt(&label(missing), &suggestions(missing, event, names));
    loop {
        if let Some(answer) = one(missing, event, &prompt, names, io)? {
            return Ok(answer);
        }
    }
}

/// The same; a number of coins may have its coin behind it, as in the sentence.
fn value_and_coin(
    missing: &Missing,
    sentence: &Sentence,
    names: &Names<'_>,
    io: &mut Io,
) -> Result<(Answer, Option<String>), Failure> {
    let verb = sentence.verb;
    if missing.field.name != "units" || !verb.positions().contains(&Slot::Coins) {
        return Ok((value(missing, verb.event, names, io)?, None));
    }
    loop {
        let typed = needed(&label(missing), "such as 1.5 BTC", io)?;
        let (number, coin) = match typed.split_once(' ') {
            Some((number, coin)) => (number.to_owned(), Some(coin.trim().to_owned())),
            None => (typed, None),
        };
        let known = names.known("Commodity").unwrap_or_default();
        match (read(missing, verb.event, number.clone(), names), &coin) {
            (Err(why), _) => tell(&why, io)?,
            (Ok(_), Some(coin)) if !known.contains(coin) => tell(&not_there("Commodity", coin, &known), io)?,
            (Ok(value), _) => return Ok((Answer { typed: number, value }, coin)),
        }
    }
}

fn label(missing: &Missing) -> String {
    missing.how.trim_start_matches('-').replace('-', " ")
}

/// An answer that can be read, or that there is none.
fn one(
    missing: &Missing,
    event: &str,
    prompt: &str,
    names: &Names<'_>,
    io: &mut Io,
) -> Result<Option<Answer>, Failure> {
    loop {
        let typed = line(prompt, io)?;
        if typed.is_empty() {
            return Ok(None);
        }
        match read(missing, event, typed.clone(), names) {
            Ok(value) => return Ok(Some(Answer { typed, value })),
            Err(why) => tell(&why, io)?,
        }
    }
}

/// One of several: whoever answers nothing is asked for the next, around and around.
fn one_of<'a>(
    open: &'a [Missing],
    event: &str,
    names: &Names<'_>,
    io: &mut Io,
) -> Result<Option<(&'a Missing, Answer)>, Failure> {
    for (at, missing) in open.iter().enumerate().cycle() {
        let next = open.get((at + 1) % open.len()).map(label).unwrap_or_default();
        let hint = format!("{}; or Enter for {next}", suggestions(missing, event, names));
        let prompt = prompt(&label(missing), hint.trim_start_matches("; "));
        if let Some(answer) = one(missing, event, &prompt, names, io)? {
            return Ok(Some((missing, answer)));
        }
    }
    Ok(None)
}

/// As many as there are, until nothing is answered. What each may say is told before the first.
fn list(missing: &Missing, event: &str, names: &Names<'_>, io: &mut Io) -> Result<Vec<Answer>, Failure> {
    let label = label(missing);
    let what = format!("each {label}: {}; Enter when there are no more", suggestions(missing, event, names));
    for line in wrap(&what, io.err_width.unwrap_or(usize::MAX)) {
        writeln!(io.err, "{}", styled(DIM, line))?;
    }
    let prompt = prompt(&label, "");
    let mut answers = Vec::new();
    while let Some(answer) = one(missing, event, &prompt, names, io)? {
        answers.push(answer);
    }
    Ok(answers)
}

/// The day of the entry, today if nothing is typed.
pub(crate) fn day(names: &Names<'_>, io: &mut Io) -> Result<String, Failure> {
    let today = names.calendar.today.to_string();
    loop {
        let typed = line(&prompt("on", &format!("today is {today}")), io)?;
        match typed::effective(if typed.is_empty() { "today" } else { &typed }, names) {
            Ok(day) => return Ok(day),
            Err(why) => tell(&why, io)?,
        }
    }
}

/// What may be answered: the choices, or the names there are.
fn suggestions(missing: &Missing, event: &str, names: &Names<'_>) -> String {
    let is_there = names_what_is_there(event, missing.field.name);
    let known: Vec<String> = match missing.field.kind {
        "Amount" => return format!("such as 1,000.00 {}", names.functional),
        "Day" => return "such as 2026-02-08".to_owned(),
        "Instant" => return "such as 2026-02-08T14:30:00Z".to_owned(),
        "Commodity" if missing.field.name == "currency" => return format!("such as {}", names.functional),
        "Commodity" if is_there => return "such as BTC".to_owned(),
        "RateTerms" => return "such as 8.5%, or index=SOFR spread=2%".to_owned(),
        "bool" => return "yes, no".to_owned(),
        "Account" => return "such as 6010".to_owned(),
        kind if names.known(kind).is_some() => names.known(kind).filter(|_| is_there).unwrap_or_default(),
        kind => match (schema::choices(kind), schema::record(kind)) {
            (Some(choices), _) => return choices.join(", "),
            (None, Some(fields)) => {
                let keys: Vec<String> = fields.iter().map(|field| format!("{}=…", field.name)).collect();
                return keys.join(" ");
            }
            (None, None) => Vec::new(),
        },
    };
    let more = if known.len() > SUGGESTED_MAX { ", …" } else { "" };
    let shown: Vec<&str> = known.iter().take(SUGGESTED_MAX).map(String::as_str).collect();
    format!("{}{more}", shown.join(", "))
}

/// Whether a person says yes to what was shown.
pub(crate) fn whether_to_record(app: &App, io: &mut Io) -> Result<bool, Failure> {
    if !may_ask(app) {
        return Err(Failure::usage("there is nobody to ask whether to record it")
            .with_help("give `--yes` to record without asking, or `--dry-run` to look only"));
    }
    let answer = line(&format!("{} ", styled(BOLD, "record this? [y/N]")), io)?;
    Ok(["y", "yes"].contains(&answer.to_lowercase().as_str()))
}
