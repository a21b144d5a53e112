//! The bytes of a snapshot file: `magic ‖ anchor ‖ hint ‖ body ‖ SHA-256 over its path and all before`. The hint says
//! where the last entry lies; the body is bincode.

use std::io;
use std::ops::ControlFlow;

use bincode::config::{Configuration, Limit, standard};
use ledger_core::fold::Fold;
use ledger_core::resolve::{Declaring, Outline, Place, Proposals};
use ledger_core::time::OrderKey;
use ledger_core::world::{Feed, Observed};
use sha2::{Digest, Sha256};

use crate::disk::{Access, Disk};
use crate::files::UNFINISHED;
use crate::log::{Hash, Log, Whereabouts};
use crate::merkle::leaf_hash;

const MAGIC: [u8; 8] = *b"tlsnaps\n";
const ANCHOR_BYTES: usize = 56;
const HINT_BYTES: usize = 24;
const HINT_BEGINS: usize = MAGIC.len() + ANCHOR_BYTES;
const HEAD_BYTES: usize = HINT_BEGINS + HINT_BYTES;
const HASH_BYTES: usize = 32;

/// No snapshot is longer; what claims to be is damaged.
const BODY_BYTES_MAX: usize = 1 << 30;

/// What ties a snapshot to a log: whose it is, and the last entry that it knows.
fn anchor<L: Log + ?Sized>(log: &L, size: u64) -> Option<[u8; ANCHOR_BYTES]> {
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
    Some(bytes)
}

/// The body of a file that knows the entries of a log up to a size, if it is whole and what was kept under its path.
pub(super) fn read<L: Log + ?Sized>(disk: &dyn Disk, path: &str, log: &L, size: u64) -> Option<Vec<u8>> {
    let file = disk.open(path, Access::Read).ok()?;
    let bytes = usize::try_from(file.len().ok()?).ok().filter(|bytes| *bytes <= BODY_BYTES_MAX)?;
    let mut content = vec![0; bytes];
    let filled = file.read_at(&mut content, 0).ok()?;
    let hashed = filled.checked_sub(HASH_BYTES).filter(|hashed| filled == bytes && *hashed >= HEAD_BYTES)?;
    if content[..MAGIC.len()] != MAGIC || hash(path, &content[..hashed])[..] != content[hashed..] {
        return None;
    }
    if let Some(whereabouts) = unpack_hint(&content[HINT_BEGINS..HEAD_BYTES]) {
        log.hint(whereabouts);
    }
    if content[MAGIC.len()..HINT_BEGINS] != anchor(log, size)? {
        return None;
    }
    content.truncate(hashed);
    content.drain(..HEAD_BYTES);
    Some(content)
}

/// Writes a file under another name and renames it, so that nobody ever sees a part of it. It may not be written, for
/// the log cannot show the last entry or the disk refuses; `false` says so.
pub(super) fn publish<L: Log + ?Sized>(
    disk: &dyn Disk,
    path: &str,
    log: &L,
    size: u64,
    body: Option<Vec<u8>>,
) -> bool {
    let (Some(anchor), Some(body)) = (anchor(log, size), body) else { return false };
    let mut content = Vec::with_capacity(HEAD_BYTES + body.len() + HASH_BYTES);
    content.extend(MAGIC);
    content.extend(anchor);
    content.extend(pack_hint(log.whereabouts(size)));
    content.extend(body);
    content.extend(hash(path, &content));
    write(disk, path, &content).is_ok()
}

fn write(disk: &dyn Disk, path: &str, content: &[u8]) -> io::Result<()> {
    let unfinished = format!("{path}.{}{UNFINISHED}", std::process::id());
    let file = match disk.open(&unfinished, Access::Create) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (folder, _) = path.rsplit_once('/').unwrap_or_default();
            disk.create_folder(folder)?;
            disk.open(&unfinished, Access::Create)?
        }
        opened => opened?,
    };
    file.write_at(content, 0)?;
    disk.rename(&unfinished, path)
}

/// Over the path as well: a file that got the name of another is none.
fn hash(path: &str, content: &[u8]) -> Hash {
    Sha256::new().chain_update(path).chain_update(content).finalize().into()
}

/// Where the last entry lies, no segment meaning that nobody knows.
fn pack_hint(whereabouts: Option<Whereabouts>) -> [u8; HINT_BYTES] {
    let mut bytes = [0; HINT_BYTES];
    if let Some(Whereabouts { segment, first, offset }) = whereabouts {
        bytes[..8].copy_from_slice(&segment.to_le_bytes());
        bytes[8..16].copy_from_slice(&first.to_le_bytes());
        bytes[16..].copy_from_slice(&offset.to_le_bytes());
    }
    bytes
}

fn unpack_hint(bytes: &[u8]) -> Option<Whereabouts> {
    let (numbers, _) = bytes.as_chunks::<8>();
    let [segment, first, offset] = *numbers else { return None };
    let [segment, first, offset] = [segment, first, offset].map(u64::from_le_bytes);
    (segment > 0).then_some(Whereabouts { segment, first, offset })
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

/// An outline in parts: size, greatest place, late entries, the numbers of declarations with them in the log's own
/// CBOR, prices, and proposals in CBOR.
type Parts<D, O> = (u64, i64, Vec<(i64, u64)>, Vec<(u64, D)>, O, Vec<u8>);

pub(super) fn pack_outline(outline: &Outline) -> Option<Vec<u8>> {
    let late = outline.late().iter().map(|late| (late.order.number(), late.number)).collect();
    let declaring = outline.declaring().iter();
    let declaring = declaring.map(|declaring| (declaring.number, declaring.to_cbor())).collect();
    let (size, greatest, proposals) =
        (outline.size(), outline.greatest().number(), outline.proposals().to_cbor());
    let parts: Parts<Vec<u8>, &[(Feed, Vec<Observed>)]> =
        (size, greatest, late, declaring, outline.observed(), proposals);
    bincode::serde::encode_to_vec(parts, bincode()).ok()
}

pub(super) fn unpack_outline(bytes: &[u8]) -> Option<Outline> {
    type Read = Parts<Vec<u8>, Vec<(Feed, Vec<Observed>)>>;
    let ((size, greatest, late, declaring, observed, proposals), read): (Read, usize) =
        bincode::serde::decode_from_slice(bytes, bincode()).ok()?;
    let place = |(order, number)| Place { order: OrderKey::from_number(order), number };
    let late = late.into_iter().map(place).collect();
    let declaring = declaring.iter().map(|(number, cbor)| Declaring::from_cbor(*number, cbor).ok());
    let declaring = declaring.collect::<Option<_>>()?;
    let proposals = Proposals::from_cbor(&proposals).ok()?;
    let greatest = OrderKey::from_number(greatest);
    let outline = Outline::of_parts(size, greatest, late, declaring, observed, proposals);
    (read == bytes.len()).then_some(outline)
}
