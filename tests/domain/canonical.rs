//! The quick reader of entries takes exactly what the lenient decoder reads and the encoder would write again: every
//! sample of an event, and every small damage to it.

use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::event::NAMES;
use serde_json::{Value, json};

/// The slow way to the same judgement.
fn judged(bytes: &[u8]) -> Option<Entry> {
    let entry: Entry = minicbor::decode(bytes).ok()?;
    (minicbor::to_vec(&entry).ok()? == bytes).then_some(entry)
}

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/events").join(format!("{name}.json"));
    let event: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let entry = json!({"id": "019c3e1b-7a10-7c3e-9b1f-0242ac120002", "effective": "2026-02-08T10:00:00Z",
        "actor": "controller-1", "transaction": "t/1", "memo": "a memo of more than twenty-three bytes",
        "occurred": "2026-01-31", "refs": {"bank": "1", "desk": "2"},
        "evidence": [{"name": "n", "sha256": "00".repeat(32), "uri": "u"}], "events": [event]});
    Entry::from_json(&entry.to_string()).unwrap().to_cbor()
}

/// Every change of one byte that is likely to matter, every byte left out, every byte put in.
fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).flat_map(move |at| {
        let changed = move |change: &dyn Fn(&mut Vec<u8>)| {
            let mut copy = bytes.to_vec();
            change(&mut copy);
            copy
        };
        let flips = (0..8).map(move |bit| changed(&|copy| copy[at] ^= 1 << bit));
        let others = [0x00, 0x18, 0x80, 0xa0, 0xf6, 0xff];
        let replaced = others.into_iter().map(move |byte| changed(&|copy| copy[at] = byte));
        let put_in = others.into_iter().map(move |byte| changed(&|copy| copy.insert(at, byte)));
        let doubled = std::iter::once(changed(&|copy| copy.insert(at, bytes[at])));
        let left_out = std::iter::once(changed(&|copy| {
            copy.remove(at);
        }));
        flips.chain(replaced).chain(put_in).chain(doubled).chain(left_out)
    })
}

#[test]
fn what_is_read_quickly_is_what_would_be_written_again() {
    let (mut read, mut refused) = (0, 0);
    for name in NAMES {
        let bytes = sample(name);
        assert!(judged(&bytes).is_some(), "{name}");
        for bytes in damaged(&bytes).chain([bytes.clone()]) {
            let found = Entry::from_cbor(&bytes).ok();
            assert_eq!(found, judged(&bytes), "{name}: {bytes:02x?}");
            match found {
                Some(_) => read += 1,
                None => refused += 1,
            }
        }
    }
    // Both judgements occur often: letters of texts change freely, heads do not.
    assert!(read > 10_000 && refused > 50_000, "{read} read, {refused} refused");
}
