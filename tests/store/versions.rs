//! Logs that a later version of the program has written to: verified as far as they can be, neither read beyond what
//! is known nor appended to.

use ledger_store::conformance::read_all;
use ledger_store::fault::FaultDisk;
use ledger_store::{Envelope, EnvelopeError, FileLog, Log, LogError, Options, Trust, verify};
use sha2::{Digest, Sha256};

use crate::damage::mend;
use crate::harness::{FRAMES_BEGIN, SEGMENT_1, frame_offsets, log_of, open, report, shared, small};

fn writers_refuse(disk: &FaultDisk) {
    let before = disk.bytes(SEGMENT_1);
    for trust in [Trust::Footers, Trust::Nothing] {
        let opened = FileLog::open(shared(disk), &Options { trust, ..small() });
        assert!(matches!(opened, Err(LogError::LaterFormat { format: 2 })), "{trust:?}: {:?}", opened.err());
    }
    assert_eq!(disk.bytes(SEGMENT_1), before, "something was written");
}

/// Writes format 2 into a block and its checksum anew.
fn make_later(bytes: &mut [u8], block: usize, checksum: usize) {
    bytes[block + 8] = 2;
    let crc = crc32c::crc32c(&bytes[block..checksum]);
    bytes[checksum..checksum + 4].copy_from_slice(&crc.to_le_bytes());
}

/// A log whose only entry has an envelope that says format 2, everything around it mended.
fn log_of_a_later_version() -> FaultDisk {
    let (disk, _) = log_of(&[1]);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    let mut envelope = read_all(&log, 1..2).unwrap().remove(0).3;
    envelope[2] = 2;
    assert_eq!(Envelope::decode(&envelope), Err(EnvelopeError::UnknownFormat(2)));
    let root = ledger_store::merkle::leaf_hash(&envelope);
    disk.change(SEGMENT_1, |bytes| {
        let at = FRAMES_BEGIN;
        bytes[at + 156..at + 156 + envelope.len()].copy_from_slice(&envelope);
        bytes[at + 64..at + 96].copy_from_slice(&root);
        mend(bytes, at);
        let batch: [u8; 32] = Sha256::digest(&bytes[at..at + 156]).into();
        for slot in [4_096, 8_192] {
            if bytes[slot + 48] == 1 {
                bytes[slot + 64..slot + 96].copy_from_slice(&root);
                bytes[slot + 96..slot + 128].copy_from_slice(&batch);
                let crc = crc32c::crc32c(&bytes[slot..slot + 128]);
                bytes[slot + 128..slot + 132].copy_from_slice(&crc.to_le_bytes());
            }
        }
    });
    disk
}

#[test]
fn an_envelope_of_a_later_format_is_verified_but_neither_read_nor_appended_to() {
    let disk = log_of_a_later_version();
    let report = report(&disk);
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.later_format, Some(2));
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    let mut opened = None;
    log.read(1..2, &mut |record| {
        opened = Some(record.open().map(|_| ()));
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(opened, Some(Err(EnvelopeError::UnknownFormat(2))));
    writers_refuse(&disk);
}

#[test]
fn a_frame_of_a_later_format_is_passed_over_and_the_others_are_verified() {
    for place in 0..4 {
        let (disk, head) = log_of(&[2, 2, 2, 2]);
        let frames = frame_offsets(&disk.bytes(SEGMENT_1));
        disk.change(SEGMENT_1, |bytes| make_later(bytes, frames[place], frames[place] + 124));
        let report = verify(&disk, Some(&head)).unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!((report.later_format, report.entries, report.head), (Some(2), 8, Some(head)));
        let log = FileLog::open_read_only(shared(&disk)).unwrap();
        assert!(matches!(read_all(&log, 1..9), Err(LogError::LaterFormat { format: 2 })));
        let before = 2 * place as u64;
        assert_eq!(read_all(&log, 1..before + 1).unwrap().len() as u64, before);
        writers_refuse(&disk);
        // Its checksums are compared all the same, and those of the others.
        for frame in 0..4 {
            let disk = disk.copy(1);
            disk.change(SEGMENT_1, |bytes| bytes[frames[frame] + 200] ^= 1);
            assert!(!verify(&disk, None).unwrap().is_clean(), "{place}, {frame}");
        }
    }
}

#[test]
fn a_segment_of_a_later_format_is_named_and_the_others_are_verified() {
    for segment in [SEGMENT_1, "segment-00000003.log"] {
        let (disk, head) = log_of(&[8; 30]);
        disk.change(segment, |bytes| make_later(bytes, 0, 4_092));
        let found = verify(&disk, Some(&head)).unwrap();
        assert!(found.is_clean(), "{:?}", found.findings);
        assert_eq!(found.later_format, Some(2));
        assert!((100..240).contains(&found.entries), "{}", found.entries);
        let reader = FileLog::open_read_only(shared(&disk));
        assert!(matches!(reader, Err(LogError::LaterFormat { format: 2 })));
        writers_refuse(&disk);
        disk.change("segment-00000002.log", |bytes| bytes[13_000] ^= 1);
        assert!(!report(&disk).is_clean());
    }
}

#[test]
fn a_checkpoint_is_proven_only_when_every_entry_was_hashed() {
    let (sound, head) = log_of(&[8; 30]);
    assert_eq!(verify(&sound, Some(&head)).unwrap().proven, Some(240));
    assert_eq!(verify(&sound, None).unwrap().proven, None);
    // Whoever owns the disk changes an entry and has its frame, or its segment, pass for one of a later version. The
    // footer, from which the thread is taken up, stands as it was.
    let frame = frame_offsets(&sound.bytes(SEGMENT_1))[3];
    for (block, checksum) in [(frame, frame + 124), (0, 4_092)] {
        let disk = sound.copy(1);
        disk.change(SEGMENT_1, |bytes| {
            bytes[frame + 400] ^= 1;
            mend(bytes, frame);
            make_later(bytes, block, checksum);
        });
        let found = verify(&disk, Some(&head)).unwrap();
        assert_eq!((found.later_format, found.proven), (Some(2), None));
    }
}

#[test]
fn head_slots_of_a_later_format_are_not_taken_for_lost() {
    let (disk, head) = log_of(&[2, 2]);
    disk.change(SEGMENT_1, |bytes| {
        [4_096, 8_192].map(|slot| make_later(bytes, slot, slot + 128)).into_iter().collect()
    });
    let found = verify(&disk, Some(&head)).unwrap();
    assert!(found.is_clean(), "{:?}", found.findings);
    assert_eq!((found.later_format, found.entries), (Some(2), 4));
    let reader = FileLog::open_read_only(shared(&disk));
    assert!(matches!(reader, Err(LogError::LaterFormat { format: 2 })));
    writers_refuse(&disk);
}

#[test]
fn a_footer_of_a_later_format_is_not_needed_by_readers() {
    let (disk, head) = log_of(&[8; 30]);
    let begin = *frame_offsets(&disk.bytes(SEGMENT_1)).last().unwrap();
    disk.change(SEGMENT_1, |bytes| {
        make_later(bytes, begin, begin + 4_092);
        let trailer = bytes.len() - 64;
        make_later(bytes, trailer, trailer + 60);
    });
    let found = verify(&disk, Some(&head)).unwrap();
    assert!(found.is_clean(), "{:?}", found.findings);
    assert_eq!((found.later_format, found.entries), (Some(2), 240));
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    assert_eq!(read_all(&log, 2..241).unwrap().len(), 239);
    assert_eq!(log.find(&ledger_store::conformance::record(3, 0).id).unwrap(), Some(3));
    assert!(matches!(open(&disk), Err(LogError::LaterFormat { format: 2 })));
}

#[test]
fn later_envelopes_in_a_sealed_segment_are_told_by_its_footer() {
    let (disk, _) = log_of(&[8; 30]);
    let begin = *frame_offsets(&disk.bytes(SEGMENT_1)).last().unwrap();
    disk.change(SEGMENT_1, |bytes| {
        bytes[begin + 208] = 2;
        let crc = crc32c::crc32c(&bytes[begin..begin + 4_092]);
        bytes[begin + 4_092..begin + 4_096].copy_from_slice(&crc.to_le_bytes());
    });
    assert!(matches!(open(&disk), Err(LogError::LaterFormat { format: 2 })));
    // Here no envelope says so, which verification sees.
    assert_eq!(report(&disk).findings[0].defect.code(), "footer_head");
}
