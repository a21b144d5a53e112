//! One file of the simulated disk: what the system's cache shows, what is durable, and the writes in between.

use std::ops::Range;

use super::random::Random;

pub(super) const SECTOR_BYTES: usize = 512;

#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) cached: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) unsynced: Vec<Write>,
    /// Whether the cache may differ from what is durable.
    parted: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Write {
    Bytes(usize, Vec<u8>),
    Length(usize),
    /// Bytes that will reach the disk in another place.
    Astray(Stray),
}

/// Bytes on their way to a wrong place.
#[derive(Debug, Clone)]
pub(super) struct Stray {
    pub(super) file: u64,
    pub(super) offset: usize,
    pub(super) bytes: Vec<u8>,
}

impl File {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self { cached: bytes.clone(), durable: bytes, unsynced: Vec::new(), parted: false }
    }

    /// Takes a write into the cache; it is durable only after a sync.
    pub(super) fn write(&mut self, write: Write) {
        apply(&mut self.cached, &write);
        self.unsynced.push(write);
        self.parted = true;
    }

    /// Takes a write into the cache that will reach the disk elsewhere.
    pub(super) fn write_astray(&mut self, offset: usize, stray: Stray) {
        apply(&mut self.cached, &Write::Bytes(offset, stray.bytes.clone()));
        self.unsynced.push(Write::Astray(stray));
        self.parted = true;
    }

    /// Carries over everything, and gives what went astray.
    pub(super) fn sync(&mut self) -> Vec<Stray> {
        let strays = carry_over(&mut self.durable, std::mem::take(&mut self.unsynced));
        // A lost write or an earlier failed sync leaves a difference that no later sync makes good.
        self.parted &= !strays.is_empty() || self.cached != self.durable;
        strays
    }

    /// Carries over some of what was not synced and forgets the rest: all, nothing, or any subset of the
    /// sectors, some of them torn.
    pub(super) fn keep_some(&mut self, random: &mut Random) -> Vec<Stray> {
        if self.unsynced.is_empty() {
            return Vec::new();
        }
        let unsynced = std::mem::take(&mut self.unsynced);
        match random.below(4) {
            0 => Vec::new(),
            1 => carry_over(&mut self.durable, unsynced),
            _ => carry_over(&mut self.durable, some_of(unsynced, random)),
        }
    }

    /// Forgets the cache.
    pub(super) fn forget_cache(&mut self) {
        if self.parted {
            self.cached.clone_from(&self.durable);
            self.unsynced.clear();
            self.parted = false;
        }
    }

    /// Sectors that were meant for another place arrive here; the cache knows nothing of it.
    pub(super) fn receive(&mut self, stray: &Stray) {
        let room = self.durable.len().saturating_sub(stray.offset).min(stray.bytes.len());
        if room > 0 {
            self.durable[stray.offset..stray.offset + room].copy_from_slice(&stray.bytes[..room]);
            self.parted = true;
        }
    }
}

fn apply(content: &mut Vec<u8>, write: &Write) {
    match write {
        Write::Length(bytes) => content.resize(*bytes, 0),
        Write::Bytes(offset, bytes) => {
            let end = offset + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*offset..end].copy_from_slice(bytes);
        }
        Write::Astray(_) => {}
    }
}

fn carry_over(durable: &mut Vec<u8>, writes: Vec<Write>) -> Vec<Stray> {
    let mut strays = Vec::new();
    for write in writes {
        apply(durable, &write);
        if let Write::Astray(stray) = write {
            strays.push(stray);
        }
    }
    strays
}

fn some_of(writes: Vec<Write>, random: &mut Random) -> Vec<Write> {
    let mut kept = Vec::new();
    for write in writes {
        match write {
            Write::Bytes(offset, bytes) => {
                for piece in pieces(offset, bytes.len()) {
                    let length = match random.below(8) {
                        0 => random.place(piece.len() + 1),
                        1..=4 => piece.len(),
                        _ => 0,
                    };
                    if length > 0 {
                        let sector = bytes[piece.start..piece.start + length].to_vec();
                        kept.push(Write::Bytes(offset + piece.start, sector));
                    }
                }
            }
            Write::Length(_) | Write::Astray(_) => {
                if random.once_in(2) {
                    kept.push(write);
                }
            }
        }
    }
    kept
}

/// The ranges of a write that fall into one sector each.
fn pieces(offset: usize, bytes: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let end = ((offset + start) / SECTOR_BYTES + 1) * SECTOR_BYTES - offset;
        let piece = start..end.min(bytes);
        start = piece.end;
        (!piece.is_empty()).then_some(piece)
    })
}
