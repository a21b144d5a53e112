//! Writes a log as JSON Lines, the same every time, for programs that are not ours:
//!
//! ```text
//! logs load SPAN TAKE      a miner's ledger: its first TAKE entries, where ten years have SPAN; one in a hundred is late
//! logs random SEED LENGTH  whatever the generator of random logs proposes and the ledger takes
//! ```
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program for tests: what it does not expect ends it")]

use std::io::{self, BufWriter, ErrorKind, Write};

use ledger_core::decide::{Decision, History};
use ledger_core::entry::Entry;
use ledger_core::resolve::Recorded;
use ledger_core::time::Instant;
use testkit::generate::{Generator, Options};
use testkit::load::Load;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let written = match words.as_slice() {
        ["load", span, take] => {
            let load = Load { late: true, ..Load::of(span.parse().unwrap()) };
            write(load.entries().take(take.parse().unwrap()))
        }
        ["random", seed, length] => write(random(seed.parse().unwrap(), length.parse().unwrap()).into_iter()),
        other => panic!("{other:?} is neither `load SPAN TAKE` nor `random SEED LENGTH`"),
    };
    match written {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => {}
        done => done.unwrap(),
    }
}

fn write(mut entries: impl Iterator<Item = Entry>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    entries.try_for_each(|entry| writeln!(out, "{}", entry.to_json()))?;
    out.flush()
}

/// What the ledger takes of what the generator proposes, until it has taken enough.
fn random(seed: u64, length: usize) -> Vec<Entry> {
    let mut generator = Generator::new(seed, Options::default());
    let mut history = History::default();
    while history.log().len() < length {
        let entry = generator.propose();
        if let Ok(Decision::Accepted(accepted)) = history.consider(&entry) {
            let recorded = Instant::from_micros(0);
            history.accept(Recorded { number: accepted.number, recorded, entry: entry.clone() });
            generator.accepted(entry);
        }
    }
    generator.log().iter().map(|(_, entry)| entry.clone()).collect()
}
