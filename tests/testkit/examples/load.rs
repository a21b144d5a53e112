//! Writes the first entries of a miner's ledger as JSON Lines, the same every time: `load SPAN TAKE`, where SPAN is how many
//! entries its ten years have and TAKE how many of them are wanted. One in a hundred is late.
#![allow(clippy::unwrap_used, reason = "a program for tests: an argument that is none ends it")]

use std::io::{BufWriter, ErrorKind, Write};

use testkit::load::Load;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse().unwrap());
    let (count, take) = (numbers.next().unwrap(), numbers.next().unwrap());
    let load = Load { late: true, ..Load::of(count) };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = load.entries().take(usize::try_from(take).unwrap());
    let written = written.map(|entry| entry.to_json()).try_for_each(|entry| writeln!(out, "{entry}"));
    match written.and_then(|()| out.flush()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => {}
        done => done.unwrap(),
    }
}
