//! Changes to the files of a store, as an input describes them.

use ledger_store::fault::FaultDisk;

use crate::bytes::Input;

/// Overwrites parts of files: each patch names a file, a place and what to do there.
pub fn apply(disk: &FaultDisk, names: &[String], input: &[u8]) {
    let mut input = Input(input);
    while !input.is_empty() && !names.is_empty() {
        let name = &names[usize::from(input.byte()) % names.len()];
        let kind = input.byte() % 7;
        let (at, length) = (input.short(), usize::from(input.byte()));
        let other = disk.bytes(&names[usize::from(input.byte()) % names.len()]);
        let noise = input.take(if kind == 0 { length.min(16) } else { 0 }).to_vec();
        disk.change(name, |bytes| {
            let at = at % bytes.len().max(1);
            let end = bytes.len().min(at + length);
            match kind {
                0 => bytes.iter_mut().skip(at).zip(&noise).for_each(|(there, new)| *there = *new),
                1 => bytes[at..end].fill(0),
                2 => bytes.truncate(at),
                3 => bytes.extend(vec![0; length]),
                // A piece of another file, or of the same one, and all of it.
                4 => {
                    let piece = other.get(at..).unwrap_or_default();
                    bytes.iter_mut().skip(at).zip(piece).take(512).for_each(|(there, new)| *there = *new);
                }
                5 => *bytes = other,
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << (length % 8);
                    }
                }
            }
        });
    }
}

/// One patch of each kind, and some together.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let patch = |kind: u8, place: u8| vec![place, kind, 48, place.wrapping_mul(7), 40, place / 2, 1, 2, 3, 4];
    let mut seeds: Vec<Vec<u8>> = (0..7).flat_map(|kind| [0, 1, 5].map(|place| patch(kind, place))).collect();
    seeds.push((0..7).flat_map(|kind| patch(kind, kind)).collect());
    seeds.push(Vec::new());
    seeds
}
