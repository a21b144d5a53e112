//! The stories replayed.

use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;

fn story(name: &str) -> Vec<Recorded> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stories").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    (1..)
        .zip(text.lines())
        .map(|(number, line)| Recorded {
            number,
            recorded: Instant::from_micros(0),
            entry: Entry::from_json(line).unwrap(),
        })
        .collect()
}

#[test]
fn try_all() {
    for name in ["mini.jsonl", "loan-life.jsonl", "cango-2026q1.jsonl"] {
        let fold = replay(&story(name), &Question::default(), |_| ()).unwrap();
        for book in fold.books() {
            println!("{name} {}", book.name());
            for (account, total) in book.totals().unwrap() {
                println!("  {account} {total:.2}");
            }
        }
    }
}
