//! An entry as people write it into a file: the keys of an entry in JSON, what stands in them as it is typed on the command
//! line, and each event as a sentence or by its fields.
//!
//! ```toml
//! effective = "2026-02-08"
//! transaction = "paydown"
//! events = [
//!   "sell 4,451 BTC --from facility:antalpha --to desk --for '305,000,000 USDT'",
//!   { type = "loan_repaid", facility = "antalpha", principal = "305,000,000 USDT", from = "desk" },
//! ]
//! ```

use clap::Command;
use clap::parser::ValueSource;
use serde_json::{Map, Value, json};
use toml::Value as Written;

use super::grammar::{self, Entry};
use super::schema::{self, Field};
use super::sentence::Sentence;
use super::table::{VERBS, Verb};
use super::typed::{self, Names};
use crate::config;
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;

/// An entry as it was written, before names and days are known.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// What it says of the entry, by the key in JSON.
    pub(super) keys: Map<String, Value>,
    /// What happened, in order.
    pub(super) events: Vec<Said>,
}

/// An entry as JSON, without what the command adds to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Told {
    /// What is said of the entry, by the key in JSON.
    pub(crate) keys: Map<String, Value>,
    /// What happened, in order.
    pub(crate) events: Vec<Value>,
}

/// An event as it was written.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// As a sentence, and the book that it names.
    Sentence(Sentence, Option<String>),
    /// By its fields.
    Fields(Map<String, Value>),
}

/// Reads sentences; the grammar of the whole command is made once.
pub(crate) struct Sentences(Command);

impl Sentences {
    /// The reader.
    pub(crate) fn new() -> Sentences {
        Sentences(crate::app::grammar())
    }

    /// Reads a sentence without its `treasury`.
    fn read(&mut self, text: &str) -> Result<Said, String> {
        let words = shlex::split(text).ok_or("a quotation mark is not closed")?;
        let words = words.strip_prefix(&["treasury".to_owned()]).unwrap_or(&words);
        let is_verb =
            |verb: &Verb| verb.words.split(' ').eq(words.iter().take(verb.words.split(' ').count()));
        if !VERBS.iter().any(is_verb) {
            return Err(not_a_verb(words));
        }
        let typed = std::iter::once("treasury").chain(words.iter().map(String::as_str));
        let matches = self.0.try_get_matches_from_mut(typed).map_err(|why| first_line(&why))?;
        let told = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let spoken = grammar::spoken(&matches).ok_or_else(|| not_a_verb(words))?;
        let spoken = spoken.map_err(|why| first_line(&why))?;
        let is_told = matches.ids().map(clap::Id::as_str).find(|id| *id != "book" && told(id));
        if spoken.entry != Entry::default() || is_told.is_some() {
            return Err(
                "a sentence in a file says what happened and nothing of the entry or the command".into()
            );
        }
        let book = matches.get_raw("book").and_then(|mut given| given.next());
        Ok(Said::Sentence(spoken.sentence, book.map(|book| book.to_string_lossy().into_owned())))
    }
}

/// What clap says, without the usage after it.
fn first_line(why: &clap::Error) -> String {
    let text = why.render().to_string();
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("error: ").unwrap_or(first).to_owned()
}

fn not_a_verb(words: &[String]) -> String {
    let said = words.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
    let first = words.first().map_or("", String::as_str);
    let verbs = || VERBS.iter().map(|verb| verb.words);
    let near = nearest(&said, verbs()).or_else(|| nearest(first, verbs()));
    format!(
        "`{said}` records nothing{}",
        near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    )
}

/// The tree of a file in TOML, or in JSON if it begins with a brace.
///
/// # Errors
/// `MALFORMED` when it is neither, with its place.
pub(crate) fn tree(text: &str, file: &str) -> Result<toml::Table, Failure> {
    if text.trim_start().starts_with('{') {
        let read = serde_json::from_str(text);
        return read.map_err(|why| Failure::malformed(format!("this is no JSON: {why}"), file));
    }
    config::files::toml(text, file).map_err(Failure::of_file)
}

/// The same as JSON. A number with a fraction is refused: in quotes it stays exact.
fn plain(value: &Written) -> Result<Value, String> {
    Ok(match value {
        Written::String(text) => json!(text),
        Written::Integer(number) => json!(number),
        Written::Boolean(yes) => json!(yes),
        Written::Datetime(time) => json!(time.to_string()),
        Written::Float(_) => {
            return Err("a number with a fraction stands in quotes, where it stays exact".into());
        }
        Written::Array(list) => Value::Array(list.iter().map(plain).collect::<Result<_, _>>()?),
        Written::Table(table) => {
            let each = table
                .iter()
                .map(|(key, value)| Ok((key.clone(), plain(value).map_err(|why| format!("{key}: {why}"))?)));
            Value::Object(each.collect::<Result<_, String>>()?)
        }
    })
}

impl Form {
    /// Reads what was written.
    ///
    /// # Errors
    /// In words, when a key or a sentence is not understood, or there is no event.
    pub(crate) fn read(table: &toml::Table, sentences: &mut Sentences) -> Result<Form, String> {
        let mut keys = Map::new();
        let mut events = Vec::new();
        let known: Vec<Field> = schema::record("Entry").unwrap_or_default();
        for (key, value) in table {
            let value = plain(value).map_err(|why| format!("{key}: {why}"))?;
            match key.as_str() {
                "events" => {
                    for said in value.as_array().unwrap_or(&vec![value.clone()]) {
                        let place = format!("event {}", events.len());
                        events.push(event(said, sentences).map_err(|why| format!("{place}: {why}"))?);
                    }
                }
                _ if known.iter().any(|field| field.name == key) => {
                    keys.insert(key.clone(), value);
                }
                _ => {
                    let names = known.iter().map(|field| field.name);
                    let near = nearest(key, names).map(|near| format!("; did you mean `{near}`?"));
                    return Err(format!("an entry has no `{key}`{}", near.unwrap_or_default()));
                }
            }
        }
        if events.is_empty() {
            return Err("nothing happens: `events` is a list of sentences, or of tables with a `type`".into());
        }
        Ok(Form { keys, events })
    }

    /// What it says of the entry, by the key in JSON, and its events.
    ///
    /// # Errors
    /// When what stands in a field does not fit, or a field is missing, with the event.
    pub(crate) fn said(&self, names: &Names<'_>) -> Result<Told, Failure> {
        let fields = schema::record("Entry").unwrap_or_default();
        let keys = of_fields(&fields, &self.keys, names).map_err(Failure::usage)?;
        let told = |(at, said): (usize, &Said)| {
            said.event(names).map(Value::Object).map_err(|why| why.before(&format!("event {at}: ")))
        };
        let events = self.events.iter().enumerate().map(told).collect::<Result<_, _>>()?;
        Ok(Told { keys, events })
    }
}

impl Said {
    /// The event as JSON; nobody is there to be asked for what is missing.
    fn event(&self, names: &Names<'_>) -> Result<Map<String, Value>, Failure> {
        let (sentence, book) = match self {
            Said::Sentence(sentence, book) => (sentence.meant(names), book),
            Said::Fields(fields) => {
                let name = fields.get("type").and_then(Value::as_str).unwrap_or_default();
                return of_fields(&schema::event(name), fields, names).map_err(Failure::usage);
            }
        };
        let mut event = sentence.event(names)?;
        event.extend(book.as_ref().map(|book| ("book".to_owned(), json!(book))));
        let missing = sentence.missing(&event).into_iter().filter(|missing| missing.field.must_be_said());
        let missing: Vec<String> = missing.map(|missing| missing.how).collect();
        if !missing.is_empty() {
            return Err(Failure::usage(format!("{} is missing", missing.join(", "))));
        }
        sentence.check_coin(&event, names)?;
        Ok(event)
    }
}

fn event(said: &Value, sentences: &mut Sentences) -> Result<Said, String> {
    match said {
        Value::String(sentence) => sentences.read(sentence),
        Value::Object(fields) => match fields.get("type").and_then(Value::as_str) {
            Some(name) if schema::events().contains(&name) => Ok(Said::Fields(fields.clone())),
            Some(name) => {
                let near = nearest(name, schema::events().into_iter());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                Err(format!("there is no event `{name}`{near}"))
            }
            None => Err("its `type` is missing".to_owned()),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            Err("an event is a sentence, or a table with a `type`".to_owned())
        }
    }
}

/// The fields of a record as JSON; a field that the record does not have is left to the reader of entries.
fn of_fields(
    fields: &[Field],
    said: &Map<String, Value>,
    names: &Names<'_>,
) -> Result<Map<String, Value>, String> {
    let each = said.iter().map(|(name, value)| {
        let value = match fields.iter().find(|field| field.name == name) {
            Some(field) => of_field(field, value, names).map_err(|why| format!("{name}: {why}"))?,
            None => value.clone(),
        };
        Ok((name.clone(), value))
    });
    each.collect()
}

/// What stands in a field: texts as they are typed, records by their own fields, all else as it is.
fn of_field(field: &Field, said: &Value, names: &Names<'_>) -> Result<Value, String> {
    match said {
        Value::Array(list) if field.many => {
            let once = Field { many: false, ..field.clone() };
            list.iter().map(|one| of_field(&once, one, names)).collect()
        }
        Value::String(text) if field.many && schema::record(field.kind).is_none() => {
            let once = Field { many: false, ..field.clone() };
            text.split(',').map(|word| typed::value(&once, &[word.trim().to_owned()], names)).collect()
        }
        // A document by its name alone.
        Value::String(text) if field.kind == "Evidence" => Ok(json!({"name": text})),
        Value::String(text) => {
            let is_record = field.kind != "Amount" && schema::record(field.kind).is_some();
            let words = if is_record { shlex::split(text) } else { None };
            let one = typed::value(field, &words.unwrap_or_else(|| vec![text.clone()]), names)?;
            Ok(if field.many && !one.is_array() { Value::Array(vec![one]) } else { one })
        }
        Value::Number(number) => match field.kind {
            "Units" | "Money" | "Price" | "Rate" | "Amount" => {
                typed::value(field, &[number.to_string()], names)
            }
            _ => Ok(said.clone()),
        },
        Value::Object(fields) => match schema::record(field.kind) {
            Some(known) => Ok(Value::Object(of_fields(&known, fields, names)?)),
            None => Ok(said.clone()),
        },
        Value::Array(_) | Value::Bool(_) | Value::Null => Ok(said.clone()),
    }
}
