//! The verbs: a sentence becomes an entry, is shown with what it would do, and is recorded once somebody said so.

pub(crate) mod as_spoken;
pub(crate) mod ask;
mod preview;

use ledger_core::entry::Entry;
use ledger_core::fold::Fold;
use ledger_store::FileLog;
use ledger_store::ledger::Ledger;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::args::Format;
use crate::command::proposals::demanded;
use crate::command::{append, made};
use crate::dates::Calendar;
use crate::diagnostic::{Failure, fault};
use crate::exit::Exit;
use crate::io::Io;
use crate::render::json::print;
use crate::verbs::form::Told;
use crate::verbs::grammar::{Entry as OfEntry, Spoken};
use crate::verbs::schema::{self, Field};
use crate::verbs::typed::{self, Names};
use as_spoken::as_spoken;
use preview::Seen;

/// Where a refusal says that the fault lies.
const PLACE: &str = "the command line";

/// Runs a verb. Whoever was asked and is refused is shown the sentence that their answers made, to be given again.
pub(crate) fn run(app: &App, mut spoken: Spoken, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("a verb")?;
    let typed = spoken.clone();
    let done = say(app, &mut spoken, io);
    if let (Err(Failure::Refused { .. }), true) = (&done, ask::may_ask(app) && spoken != typed) {
        io.note("the sentence, to be corrected and given again:");
        io.note(format!("{}\n", spoken.text()));
    }
    done
}

fn say(app: &App, spoken: &mut Spoken, io: &mut Io) -> Result<Exit, Failure> {
    let ledger = append::rehearsal(app, io)?;
    let text = entry(app, spoken, ledger.fold(), io)?.to_string();
    let offered = Offered { text, place: PLACE, of: &spoken.entry };
    offer(app, &offered, ledger, io).map_err(|why| as_spoken(why, &spoken.sentence.verb))
}

/// An entry that is shown, and recorded once somebody said so.
pub(crate) struct Offered<'a> {
    /// The entry as JSON.
    pub(crate) text: String,
    /// Where a refusal says that the fault lies.
    pub(crate) place: &'a str,
    /// What was typed about it.
    pub(crate) of: &'a OfEntry,
}

/// Shows what an entry would do on top of the ledger, and records it unless nobody wants to.
pub(crate) fn offer(
    app: &App,
    offered: &Offered<'_>,
    mut ledger: Ledger<FileLog>,
    io: &mut Io,
) -> Result<Exit, Failure> {
    let Offered { text, place, of } = offered;
    let entry = Entry::from_json(text).map_err(|why| fault::refused(&why, text, place))?;
    let entry = if of.propose {
        demanded(&mut append::rehearsal(app, io)?, &entry, None, false)?.entry
    } else {
        entry
    };
    let seen = preview::show(app, &entry, place, &mut ledger, io)?;
    let shown = match seen {
        Seen::AlreadyRecorded(number) => {
            match app.format {
                Format::Json => print(&mut io.out, &json!({"already_recorded": number}))?,
                Format::Table | Format::Csv => writeln!(io.out, "already recorded as {number}")?,
            }
            return Ok(Exit::Done);
        }
        Seen::New(shown) => shown,
    };
    if of.dry_run || !(of.yes || ask::whether_to_record(app, io)?) {
        if let Some(shown) = shown {
            print(&mut io.out, &shown)?;
        }
        if of.dry_run {
            append::nothing_recorded(ledger.fold(), io);
        } else {
            io.note("nothing was recorded");
        }
        return Ok(Exit::Done);
    }
    drop(ledger);
    let number = made::record(app, entry, of.sign.clone(), io)?;
    let number = number.map_or_else(|number| number, |accepted| accepted.number);
    match shown {
        Some(Value::Object(mut shown)) => {
            shown.insert("recorded".to_owned(), json!(number));
            print(&mut io.out, &Value::Object(shown))?;
        }
        Some(_) | None if io.quiet => {}
        Some(_) | None => writeln!(io.out, "recorded {number}")?,
    }
    Ok(Exit::Done)
}

/// The entry as JSON, what is missing asked for.
fn entry(app: &App, spoken: &mut Spoken, fold: &Fold, io: &mut Io) -> Result<Value, Failure> {
    let names = names(app, fold)?;
    spoken.sentence = spoken.sentence.meant(&names);
    let mut event = spoken.sentence.event(&names)?;
    let takes_book = schema::event(spoken.sentence.verb.event).iter().any(|field| field.name == "book");
    if let (true, Some(book)) = (takes_book, app.book) {
        event.insert("book".to_owned(), json!(book));
    }
    let mut missing = spoken.sentence.missing(&event);
    missing.retain(|missing| missing.field.must_be_said());
    let on = match &spoken.entry.on {
        Some(on) => Some(typed::effective(on, &names).map_err(|why| Failure::usage(format!("--on: {why}")))?),
        None => None,
    };
    if !ask::may_ask(app) {
        let mut flags: Vec<&str> = missing.iter().map(|missing| missing.how.as_str()).collect();
        flags.extend(on.is_none().then_some("--on"));
        if !flags.is_empty() {
            return Err(Failure::usage(format!("{} is missing", flags.join(", "))).with_help(format!(
                "the sentence is `treasury {} {}`; `--help` tells what each flag takes",
                spoken.sentence.verb.words,
                spoken.sentence.verb.usage()
            )));
        }
    }
    if ask::may_ask(app) {
        ask::what_is_missing(&mut spoken.sentence, &mut event, &names, io)?;
    }
    spoken.sentence.check_coin(&event, &names)?;
    let on = match on {
        Some(on) => on,
        None => {
            let day = ask::day(&names, io)?;
            spoken.entry.on = Some(day.clone());
            day
        }
    };
    let mut keys = said_of_entry(&spoken.entry, &names)?;
    keys.insert("effective".to_owned(), json!(on));
    whole(app, Told { keys, events: vec![Value::Object(event)] })
}

/// What words are read by.
pub(crate) fn names<'a>(app: &App, fold: &'a Fold) -> Result<Names<'a>, Failure> {
    let settings = fold.world().settings()?;
    let calendar = Calendar::at(app.now(), settings.zone, settings.year_end);
    Ok(Names { world: fold.world(), calendar, functional: settings.functional })
}

/// The entry as JSON, with a new id unless it has one, by the actor of the command unless it names another.
pub(crate) fn whole(app: &App, told: Told) -> Result<Value, Failure> {
    let Told { keys: mut entry, events } = told;
    if !entry.contains_key("id") {
        entry.insert("id".to_owned(), json!(Uuid::now_v7().to_string()));
    }
    if !entry.contains_key("actor") {
        let actor = app.actor.ok_or_else(|| {
            Failure::refused("ACTOR_MISSING", "an entry names who recorded it, and nobody was named")
        })?;
        entry.insert("actor".to_owned(), json!(actor));
    }
    entry.insert("events".to_owned(), Value::Array(events));
    Ok(Value::Object(entry))
}

/// What was typed about the entry, by the key in JSON.
pub(crate) fn said_of_entry(of: &OfEntry, names: &Names<'_>) -> Result<Map<String, Value>, Failure> {
    let mut said = Map::new();
    let texts = [("id", &of.id), ("transaction", &of.transaction), ("memo", &of.memo)];
    for (key, text) in texts {
        said.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
    }
    for (key, flag, day) in [("effective", "--on", &of.on), ("occurred", "--occurred", &of.occurred)] {
        let Some(day) = day else { continue };
        let day = typed::effective(day, names).map_err(|why| Failure::usage(format!("{flag}: {why}")))?;
        said.insert(key.to_owned(), json!(day));
    }
    if !of.evidence.is_empty() {
        said.insert("evidence".to_owned(), json!(documents(&of.evidence, names)?));
    }
    if !of.refs.is_empty() {
        let split = of.refs.iter().map(|text| {
            let (key, value) = text
                .split_once('=')
                .ok_or_else(|| Failure::usage(format!("--ref: `{text}` is not of the form key=value")))?;
            Ok((key.to_owned(), json!(value)))
        });
        said.insert("refs".to_owned(), Value::Object(split.collect::<Result<_, Failure>>()?));
    }
    Ok(said)
}

/// Each document begins with its name; one without any `=` is a name alone.
fn documents(words: &[String], names: &Names<'_>) -> Result<Vec<Value>, Failure> {
    let mut documents: Vec<Vec<String>> = Vec::new();
    for word in words {
        let word =
            if word.contains('=') || word.starts_with('{') { word.clone() } else { format!("name={word}") };
        match documents.last_mut() {
            Some(document) if !word.starts_with("name=") && !word.starts_with('{') => document.push(word),
            Some(_) | None => documents.push(vec![word]),
        }
    }
    let field = Field { name: "evidence", kind: "Evidence", optional: true, many: true };
    let read = documents.iter().map(|words| typed::value(&field, words, names));
    read.collect::<Result<_, _>>().map_err(|why| Failure::usage(format!("--evidence: {why}")))
}
