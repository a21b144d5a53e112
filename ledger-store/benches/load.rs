//! Writes a load in any form, for measurements of whole processes: `load FORM COUNT [late] [after N] [take N]`, where FORM is
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
            let asked = Asked::of(count, rest);
            asked.put_out(form);
        }
        [form] => panic!("how many entries of {form}?"),
    }
}

/// Which entries of which load.
struct Asked {
    load: Load,
    after: usize,
    take: usize,
}

impl Asked {
    fn of(count: &str, rest: &[&str]) -> Asked {
        let load = Load::of(count.parse().unwrap());
        let mut asked = Asked { load, after: 0, take: count.parse().unwrap() };
        let mut words = rest.iter();
        let number = |word: Option<&&str>| word.unwrap().parse().unwrap();
        while let Some(word) = words.next() {
            match *word {
                "late" => asked.load.late = true,
                "after" => asked.after = number(words.next()),
                "take" => asked.take = number(words.next()),
                other => panic!("`{other}` is none of `late`, `after N`, `take N`"),
            }
        }
        asked
    }

    fn put_out(&self, form: &str) {
        let all = self.after == 0 && self.load.count == self.take as u64;
        if let Some(folder) = form.strip_prefix("log=") {
            assert!(all, "a log holds the whole load");
            filled::fill(&Arc::new(RealDisk::at(folder)), self.load);
            return;
        }
        let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
        let entries = self.load.entries().skip(self.after).take(self.take);
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
        assert!(all, "the books of other programs hold the whole load");
        let transactions = write(form, entries, &mut out).unwrap();
        out.flush().unwrap();
        eprintln!("{transactions} transactions");
    }
}

fn speed(count: u64) {
    let start = Instant::now();
    let entries = Load::of(count).entries().take(usize::try_from(count).unwrap());
    let events: usize = entries.map(|entry| black_box(entry).events.len()).sum();
    let each = start.elapsed().as_nanos() / u128::from(count);
    println!("{count} entries with {events} events made, {each} ns each");
}
