//! The bytes of a snapshot file: `magic ‖ anchor ‖ body ‖ SHA-256 over all before`. The body is bincode.

use std::io;
use std::ops::ControlFlow;

use bincode::config::{Configuration, Limit, standard};
use ledger_core::fold::Fold;
use ledger_core::resolve::{Declaring, Outline, Place};
use ledger_core::time::OrderKey;
use sha2::{Digest, Sha256};

use super::unfinished;
use crate::disk::{Access, Disk};
use crate::log::{Hash, Log};
use crate::merkle::leaf_hash;

const MAGIC: [u8; 8] = *b"tlsnaps\n";
const ANCHOR_BYTES: usize = 56;
const HEAD_BYTES: usize = MAGIC.len() + ANCHOR_BYTES;
const HASH_BYTES: usize = 32;

/// No snapshot is longer; what claims to be is damaged.
const BODY_BYTES_MAX: usize = 1 << 30;

/// What ties a snapshot to a log: whose it is, and the last entry that it knows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Anchor([u8; ANCHOR_BYTES]);

impl Anchor {
    /// The anchor at a size of the log; `None` if the log cannot show the entry.
    pub(super) fn of<L: Log + ?Sized>(log: &L, size: u64) -> Option<Anchor> {
        let mut leaf: Option<Hash> = None;
        log.read(size..size + 1, &mut |record| {
            leaf = Some(leaf_hash(record.envelope));
            ControlFlow::Break(())
        })
        .ok()?;
        let mut bytes = [0; ANCHOR_BYTES];
        bytes[..16].copy_from_slice(&log.log_id().0);
        bytes[16..24].copy_from_slice(&size.to_le_bytes());
        bytes[24..].copy_from_slice(&leaf?);
        Some(Anchor(bytes))
    }
}

/// The body of a file, if it is whole and of this anchor.
pub(super) fn read(disk: &dyn Disk, path: &str, anchor: &Anchor) -> Option<Vec<u8>> {
    let file = disk.open(path, Access::Read).ok()?;
    let bytes = usize::try_from(file.len().ok()?).ok().filter(|bytes| *bytes <= BODY_BYTES_MAX)?;
    let mut content = vec![0; bytes];
    let filled = file.read_at(&mut content, 0).ok()?;
    let hashed = filled.checked_sub(HASH_BYTES).filter(|hashed| filled == bytes && *hashed >= HEAD_BYTES)?;
    let sound = content[..8] == MAGIC
        && content[8..HEAD_BYTES] == anchor.0
        && Sha256::digest(&content[..hashed])[..] == content[hashed..];
    content.truncate(hashed);
    content.drain(..HEAD_BYTES);
    sound.then_some(content)
}

/// Writes a file under another name and renames it, so that nobody ever sees a part of it.
pub(super) fn publish(disk: &dyn Disk, path: &str, anchor: &Anchor, body: &[u8]) -> io::Result<()> {
    let mut content = Vec::with_capacity(HEAD_BYTES + body.len() + HASH_BYTES);
    content.extend(MAGIC);
    content.extend(anchor.0);
    content.extend(body);
    content.extend(Sha256::digest(&content));
    disk.create_folder(super::FOLDER)?;
    let (file, name) = unfinished(disk, path, std::process::id())?;
    file.write_at(&content, 0)?;
    disk.rename(&name, path)
}

fn bincode() -> Configuration<bincode::config::LittleEndian, bincode::config::Varint, Limit<BODY_BYTES_MAX>> {
    standard().with_limit()
}

/// World and books, without what is declared: that is taken from the outline.
pub(super) fn pack(fold: &Fold) -> Option<Vec<u8>> {
    bincode::serde::encode_to_vec(fold, bincode()).ok()
}

/// World and books as packed.
pub(super) fn unpack(bytes: &[u8]) -> Option<Fold> {
    let (fold, read) = bincode::serde::decode_from_slice(bytes, bincode()).ok()?;
    (read == bytes.len()).then_some(fold)
}

/// An outline in parts: size, greatest place, late entries, and the numbers, times and events of declarations in
/// the log's own CBOR.
type Parts = (u64, i64, Vec<(i64, u64)>, Vec<(u64, Vec<u8>)>);

pub(super) fn pack_outline(outline: &Outline) -> Option<Vec<u8>> {
    let late = outline.late().iter().map(|late| (late.order.number(), late.number)).collect();
    let declaring = outline.declaring().iter();
    let declaring = declaring.map(|declaring| (declaring.number, declaring.to_cbor())).collect();
    let parts: Parts = (outline.size(), outline.greatest().number(), late, declaring);
    bincode::encode_to_vec(parts, bincode()).ok()
}

pub(super) fn unpack_outline(bytes: &[u8]) -> Option<Outline> {
    let ((size, greatest, late, declaring), read): (Parts, usize) =
        bincode::decode_from_slice(bytes, bincode()).ok()?;
    let place = |(order, number)| Place { order: OrderKey::from_number(order), number };
    let late = late.into_iter().map(place).collect();
    let declaring = declaring.iter().map(|(number, cbor)| Declaring::from_cbor(*number, cbor).ok());
    let declaring = declaring.collect::<Option<_>>()?;
    let outline = Outline::of_parts(size, OrderKey::from_number(greatest), late, declaring);
    (read == bytes.len()).then_some(outline)
}
