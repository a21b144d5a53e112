//! The dump in the format page: this reader is made from that page alone and shares no code with the log's.

use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Log, LogId, NewRecord};
use sha2::{Digest, Sha256};

use crate::harness::{SEGMENT_1, open, small};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/log-format.md");
const BEGIN: &str = "<!-- dump -->\n```text\n";
const END: &str = "```\n";
const FILE_BYTES: usize = 14_336;
const LINE_BYTES: usize = 32;

/// The log of the page, made by the program.
fn made() -> Vec<u8> {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LogId(*b"format page log!"), &small()).unwrap();
    let (mut log, _) = open(&disk).unwrap();
    let record = |id: u8, text: &[u8], recorded| NewRecord {
        id: [id; 16],
        order: i64::from(id) - 2,
        recorded,
        payload: [&[0x60 | text.len() as u8], text].concat(),
        signatures: if id == 2 { vec![b"signed".to_vec()] } else { Vec::new() },
    };
    log.append(0, &[record(1, b"first", 1_767_225_600_000_000)]).unwrap();
    let two = [record(2, b"second", 1_767_225_600_000_001), record(3, b"third", -1)];
    log.append(1, &two).unwrap();
    log.close().unwrap();
    disk.bytes(SEGMENT_1)
}

fn dump(bytes: &[u8]) -> String {
    let line = |(at, bytes): (usize, &[u8])| {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{:05} {hex}\n", at * LINE_BYTES)
    };
    let written = |(_, bytes): &(usize, &[u8])| bytes.iter().any(|byte| *byte != 0);
    bytes.chunks(LINE_BYTES).enumerate().filter(written).map(line).collect()
}

/// The file that the page describes.
fn described() -> Vec<u8> {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let dump = page.split_once(BEGIN).unwrap().1.split_once(END).unwrap().0;
    let mut file = vec![0; FILE_BYTES];
    for line in dump.lines() {
        let (offset, hex) = line.split_once(' ').unwrap();
        let offset: usize = offset.parse().unwrap();
        for (at, digits) in (offset..).zip(hex.as_bytes().chunks(2)) {
            file[at] = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        }
    }
    file
}

/// CRC32C, bit by bit.
pub(crate) fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 * (crc & 1));
        }
    }
    (!crc).to_le_bytes()
}

pub(crate) fn sha(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

pub(crate) fn long(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

pub(crate) fn short(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Set `UPDATE_EXPECT=1` to write the dump into the page anew.
#[test]
fn the_page_shows_the_bytes_that_are_written() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{BEGIN}{}{END}{after}", dump(&made()));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(PAGE, &wanted).unwrap();
    }
    assert!(std::fs::read_to_string(PAGE).unwrap() == wanted, "the dump in the format page is not current");
}

#[test]
fn the_page_is_enough_to_read_the_header_and_the_slots() {
    let file = described();
    assert_eq!(file[..10], *b"tlsegmt\n\x01\x00");
    assert_eq!(file[16..32], *b"format page log!");
    assert_eq!((long(&file, 32), long(&file, 40)), (1, 1));
    assert_eq!(file[48..128], [0; 80]);
    assert!(file[128..1024].starts_with(b"\nThis file is one segment"));
    assert_eq!(file[4_092..4_096], checksum(&file[..4_092]));
    // Written at creation as 0 and 1, when the writer raised its epoch as 2, then once for each batch.
    for (slot, sequence, size) in [(4_096, 4, 3), (8_192, 3, 1)] {
        let slot = &file[slot..slot + 4_096];
        assert_eq!(slot[..10], *b"tlhead0\n\x01\x00");
        assert_eq!(slot[16..32], *b"format page log!");
        assert_eq!((long(slot, 32), long(slot, 40)), (sequence, 1));
        assert_eq!(long(slot, 48), size);
        assert_eq!(slot[128..132], checksum(&slot[..128]));
        assert_eq!(slot[132..], [0; 3_964]);
    }
}

#[test]
fn the_page_is_enough_to_read_the_entries_and_to_prove_them() {
    let file = described();
    let slot =
        [4_096, 8_192].map(|at| &file[at..at + 4_096]).into_iter().max_by_key(|slot| long(slot, 32)).unwrap();
    let (mut at, mut previous, mut leaves, mut rows) = (12_288, [0; 32], Vec::new(), Vec::new());
    while at < long(slot, 56) as usize {
        let header = &file[at..at + 128];
        assert_eq!(header[..12], *b"tlbatch\n\x01\x00\x00\x00");
        assert_eq!(header[124..128], checksum(&header[..124]));
        assert_eq!((long(header, 16), long(header, 24)), (leaves.len() as u64 + 1, 1));
        assert_eq!(header[32..64], previous);
        assert_eq!(header[96..112], *b"format page log!");
        let (count, body) = (short(header, 12), &file[at + 128..at + 128 + short(header, 112)]);
        assert_eq!(header[116..120], checksum(body));
        let (table, mut envelopes) = body.split_at(count * 28);
        for row in table.chunks(28) {
            let (envelope, rest) = envelopes.split_at(short(row, 24));
            envelopes = rest;
            leaves.push(sha(&[&[0], envelope]));
            rows.push((long(row, 0).cast_signed(), row[8], envelope.to_vec()));
        }
        assert!(envelopes.is_empty());
        previous = sha(&[header, table]);
        let root = match leaves[..] {
            [one] => one,
            [one, two, three] => sha(&[&[1], &sha(&[&[1], &one, &two]), &three]),
            _ => panic!("{} leaves", leaves.len()),
        };
        assert_eq!(header[64..96], root);
        at = (at + 128 + body.len()).next_multiple_of(8);
    }
    assert_eq!((at as u64, long(slot, 48)), (long(slot, 56), 3));
    assert_eq!(slot[96..128], previous);
    assert!(file[at..].iter().all(|byte| *byte == 0));

    let time = 1_767_225_600_000_000_u64.to_be_bytes();
    let later = 1_767_225_600_000_001_u64.to_be_bytes();
    let envelope = |number: u8, time: &[u8], decided_at: u8, rest: &[u8]| {
        [&[0xa6, 0, 1, 1, number, 2, 0x1b], time, &[3, decided_at, 4], rest].concat()
    };
    let wanted = [
        (-1, 1, envelope(1, &time, 0, b"\x46\x65first\x05\x80")),
        (0, 2, envelope(2, &later, 1, b"\x47\x66second\x05\x81\x46signed")),
        (1, 3, envelope(3, &later, 1, b"\x46\x65third\x05\x80")),
    ];
    assert_eq!(rows, wanted);
}
