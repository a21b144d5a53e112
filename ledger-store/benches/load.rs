//! Writes a load in any form, for measurements of whole processes: `load FORM COUNT [late] [after N]`, where FORM is
//! `jsonl`, `journal`, `beancount`, `tackler`, `sql`, or `log=FOLDER`. Without a form it says how fast loads are made.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints what it is asked for, and an unexpected error ends it"
)]

#[path = "parts/filled.rs"]
mod filled;

use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::time::Instant;

use ledger_store::RealDisk;
use testkit::load::Load;
use testkit::load::forms::{Form, write};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match words.as_slice() {
        [] => speed(if words.len() == arguments.len() { 1_000 } else { 1_000_000 }),
        [form, count, rest @ ..] => {
            let (load, after) = asked_for(count, rest);
            put_out(form, load, after);
        }
        [form] => panic!("how many entries of {form}?"),
    }
}

/// The load, and how many of its entries are passed over.
fn asked_for(count: &str, rest: &[&str]) -> (Load, usize) {
    let mut load = Load::of(count.parse().unwrap());
    let mut after = 0;
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match *word {
            "late" => load.late = true,
            "after" => after = words.next().unwrap().parse().unwrap(),
            other => panic!("`{other}` is neither `late` nor `after N`"),
        }
    }
    (load, after)
}

fn put_out(form: &str, load: Load, after: usize) {
    if let Some(folder) = form.strip_prefix("log=") {
        assert!(after == 0, "a log begins with its first entry");
        filled::fill(&Arc::new(RealDisk::at(folder)), load);
        return;
    }
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let entries = load.entries().skip(after).take(usize::try_from(load.count).unwrap());
    let form = match form {
        "jsonl" => {
            for entry in entries {
                serde_json::to_writer(&mut out, &entry.to_json()).unwrap();
                out.write_all(b"\n").unwrap();
            }
            out.flush().unwrap();
            return;
        }
        "journal" => Form::Journal,
        "beancount" => Form::Beancount,
        "tackler" => Form::Tackler,
        "sql" => Form::Sql,
        other => panic!("`{other}` is not a form"),
    };
    assert!(after == 0, "the books of other programs begin with the first entry");
    let transactions = write(form, entries, &mut out).unwrap();
    out.flush().unwrap();
    eprintln!("{transactions} transactions");
}

fn speed(count: u64) {
    let start = Instant::now();
    let entries = Load::of(count).entries().take(usize::try_from(count).unwrap());
    let events: usize = entries.map(|entry| black_box(entry).events.len()).sum();
    let each = start.elapsed().as_nanos() / u128::from(count);
    println!("{count} entries with {events} events made, {each} ns each");
}
