//! `treasury text`: texts about persons. An entry holds a reference in the text's place; the text can be erased, and every
//! proof still holds.

use std::io::{self, Read};
use std::path::Path;

use ledger_core::event::TextErased;
use ledger_core::evidence::{Sha256Hex, TEXT};
use ledger_store::blobs::{self, BlobError, BlobName};
use ledger_store::disk::Disk;
use ledger_store::texts::{self, SALT_BYTES, TEXT_BYTES_MAX};
use serde_json::json;

use crate::app::App;
use crate::args::{AddText, EraseText, Format, ShowText, Text};
use crate::command::backup::disk_at;
use crate::command::proposals::record_or_propose;
use crate::diagnostic::Failure;
use crate::documents::{Named, named};
use crate::exit::Exit;
use crate::io::Io;
use crate::render;
use crate::store::{disk, load, open};
use crate::texts::is_document;

/// Runs the command.
pub(crate) fn run(app: &App, text: &Text, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("text")?;
    match text {
        Text::Add(args) => add(app, args, io),
        Text::Show(args) => show(app, args, io),
        Text::Erase(args) => erase(app, args, io),
    }
}

fn add(app: &App, args: &AddText, io: &mut Io) -> Result<Exit, Failure> {
    drop(open(app, io)?);
    let text = read(&args.file)?;
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)
        .map_err(|why| Failure::unreachable(format!("no random numbers are to be had: {why}")))?;
    let name = texts::put(&*disk(app)?, &salt, &text).map_err(failed)?;
    match app.format {
        Format::Table => writeln!(io.out, "{TEXT}{name}")?,
        Format::Json | Format::Csv => {
            let value = json!({"reference": format!("{TEXT}{name}"), "commitment": name.to_string()});
            render::json::print(&mut io.out, &value)?;
        }
    }
    io.note("put this in the text's place: in a memo, a name, a reason, wherever an entry takes words");
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that there is too much.
    let most = TEXT_BYTES_MAX as u64 + 2;
    let read = if file == Path::new("-") {
        io::stdin().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|why| Failure::unreadable(file, &why))?;
    let mut text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("{} is not text in UTF-8", file.display())))?;
    if text.ends_with('\n') {
        text.pop();
    }
    if text.is_empty() || text.len() > TEXT_BYTES_MAX {
        return Err(Failure::usage(format!("a text has 1 to {TEXT_BYTES_MAX} bytes")));
    }
    Ok(text)
}

fn show(app: &App, args: &ShowText, io: &mut Io) -> Result<Exit, Failure> {
    let name = commitment(&args.commitment)?;
    let log = open(app, io)?;
    // What is to be gone is not shown, even where its bytes are there still.
    if let Some(by) = named(&log)?.erased_texts().get(&name) {
        let why = format!("the text {name} was erased, says entry {by}");
        return Err(Failure::refused("TEXT_ERASED", why));
    }
    match texts::get(&*disk(app)?, &name) {
        Ok(Some(text)) => {
            match app.format {
                Format::Table => writeln!(io.out, "{text}")?,
                Format::Json | Format::Csv => {
                    render::json::print(&mut io.out, &json!({"commitment": name.to_string(), "text": text}))?;
                }
            }
            Ok(Exit::Done)
        }
        Ok(None) => Err(not_a_text(&name)),
        Err(why @ BlobError::Absent { .. }) => Err(Failure::refused("TEXT_NOT_HELD", why.to_string())),
        Err(why) => Err(failed(why)),
    }
}

/// The event first, the bytes after it: whatever stops between the two, the log says that the text is to be gone, and
/// erasing again finishes it.
fn erase(app: &App, args: &EraseText, io: &mut Io) -> Result<Exit, Failure> {
    let name = commitment(&args.commitment)?;
    let loaded = load(app, false, io)?;
    let calendar = loaded.calendar(app)?;
    let day = args.on.map_or(calendar.today, |when| when.last(&calendar));
    let Named { texts: referred, erased, .. } = named(loaded.reading.log())?;
    drop(loaded);
    let disk = disk(app)?;
    let copies: Vec<_> = args.also_in.iter().map(|copy| (copy, disk_at(copy))).collect();
    let everywhere = copies.iter().map(|(_, copy)| &**copy).chain([&*disk as &dyn Disk]);
    if everywhere.into_iter().any(|disk| is_document(disk, &name)) {
        return Err(not_a_text(&name));
    }
    if !referred.contains_key(&name) && !erased.contains_key(&name) && !blobs::is_there(&*disk, &name) {
        let why = format!("{name} is no text that is held or referred to");
        return Err(Failure::refused("TEXT_NOT_HELD", why));
    }
    let (number, again) = match erased.get(&name) {
        Some(by) => (*by, true),
        None => {
            let event = TextErased { text: Sha256Hex::of(name.0), reason: args.reason.clone() };
            let signing = (args.sign.clone(), args.propose);
            (record_or_propose(app, day, event.into(), signing, io)?, false)
        }
    };
    if args.propose && !again {
        return waits(app, number, &name, io);
    }
    let was_there = blobs::erase(&*disk, &name).map_err(failed)?;
    let mut gone_from = Vec::new();
    for (copy, disk) in &copies {
        let was_there = blobs::erase(&**disk, &name).map_err(failed)?;
        gone_from.push(json!({"copy": copy.display().to_string(), "was_there": was_there}));
    }
    match app.format {
        Format::Table if io.quiet => {}
        Format::Table => {
            let recorded = if again { "recorded already as" } else { "recorded" };
            let gone =
                if was_there { "the text is gone from the ledger" } else { "the ledger did not hold it" };
            writeln!(io.out, "{recorded} {number}: {gone}")?;
            for copy in &args.also_in {
                writeln!(io.out, "gone from {}", copy.display())?;
            }
        }
        Format::Json | Format::Csv => {
            let value = json!({
                "commitment": name.to_string(), "recorded": number, "already_recorded": again,
                "was_there": was_there, "copies": gone_from,
            });
            render::json::print(&mut io.out, &value)?;
        }
    }
    io.note("backups hold it until `treasury backup DIR` is run again; other copies must be erased where they are");
    Ok(Exit::Done)
}

/// Tells that an erasure is proposed: the bytes stay until it is approved, and erasing again takes them away.
fn waits(app: &App, number: u64, name: &BlobName, io: &mut Io) -> Result<Exit, Failure> {
    match app.format {
        Format::Table if io.quiet => {}
        Format::Table => writeln!(io.out, "recorded {number}: proposes to erase the text")?,
        Format::Json | Format::Csv => {
            let value = json!({"commitment": name.to_string(), "recorded": number, "proposed": true});
            render::json::print(&mut io.out, &value)?;
        }
    }
    io.note("once it is approved, the same command without `--propose` takes the text away");
    Ok(Exit::Done)
}

fn commitment(text: &str) -> Result<BlobName, Failure> {
    let digits = text.strip_prefix(TEXT).unwrap_or(text);
    digits.parse().map_err(|_| {
        Failure::usage(format!("`{text}` is no reference to a text: {TEXT} and 64 digits of 0-9 and a-f"))
    })
}

fn not_a_text(name: &BlobName) -> Failure {
    Failure::refused("NOT_A_TEXT", format!("{name} is a document, and evidence is not erased"))
}

fn failed(why: BlobError) -> Failure {
    match why {
        BlobError::Damaged { .. } => Failure::damaged(why.to_string()),
        BlobError::TooLarge { .. } => Failure::usage(why.to_string()),
        BlobError::Absent { .. }
        | BlobError::Busy
        | BlobError::Full
        | BlobError::Caller(_)
        | BlobError::Disk { .. } => Failure::unreachable(why.to_string()),
    }
}
