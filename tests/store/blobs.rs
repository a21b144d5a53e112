//! Blobs: kept before the entry that names them, whatever stops their writer, and never given when damaged.

use std::collections::BTreeSet;
use std::io::{self, Read};

use ledger_store::blobs::{BLOB_BYTES_MAX, BlobDefect, BlobError, BlobName, check, get, put, put_at_most};
use ledger_store::disk::Disk;
use ledger_store::fault::{FaultDisk, Operation};
use ledger_store::verify;
use sha2::{Digest, Sha256};

use crate::harness::log_of;

const TEXT: &[u8] = b"trade confirmation 4711";
const FILE: &str = "blobs/11/e10d1a0a984b91d33f3dd48fcc9e4a922fcf7a29b4438a02c1c11ecfe4d24b";

fn name_of(bytes: &[u8]) -> BlobName {
    BlobName(Sha256::digest(bytes).into())
}

fn kept(bytes: &[u8]) -> FaultDisk {
    let disk = FaultDisk::new(1);
    assert_eq!(put(&disk, &mut &*bytes).unwrap(), (name_of(bytes), bytes.len() as u64));
    disk
}

fn given(disk: &dyn Disk, bytes: &[u8]) -> Result<Vec<u8>, BlobError> {
    let mut out = Vec::new();
    let length = get(disk, &name_of(bytes), &mut out)?;
    assert_eq!(length, out.len() as u64);
    Ok(out)
}

/// What a check finds when entries name these blobs.
fn found(disk: &dyn Disk, named: &[&[u8]]) -> Vec<BlobDefect> {
    let named = named.iter().map(|bytes| name_of(bytes)).collect();
    check(disk, &named).unwrap().findings.iter().map(|finding| finding.defect).collect()
}

#[test]
fn a_blob_lies_under_the_name_of_its_content_and_is_given_back() {
    let disk = kept(TEXT);
    assert_eq!(disk.names(), [FILE]);
    assert_eq!(name_of(TEXT).file(), FILE);
    assert_eq!(given(&disk, TEXT).unwrap(), TEXT);
    assert!(matches!(given(&disk, b"another"), Err(BlobError::Absent { .. })));
}

#[test]
fn a_name_has_one_spelling() {
    let name = name_of(TEXT);
    assert_eq!(name.to_string().parse(), Ok(name));
    for wrong in [name.to_string().to_uppercase(), name.to_string()[1..].to_owned(), format!("{name}0")] {
        assert!(wrong.parse::<BlobName>().is_err(), "{wrong}");
    }
}

#[test]
fn blobs_of_any_size_up_to_the_limit_are_kept_and_nothing_larger() {
    let disk = FaultDisk::new(1);
    for bytes in [0, 1, 262_143, 262_144, 262_145, 1_000_000] {
        let content = vec![7; bytes];
        put(&disk, &mut content.as_slice()).unwrap();
        assert_eq!(given(&disk, &content).unwrap(), content);
    }
    assert_eq!(BLOB_BYTES_MAX, 1_073_741_824);
    let disk = FaultDisk::new(1);
    put_at_most(TEXT.len() as u64, &disk, &mut &*TEXT).unwrap();
    let refused = put_at_most(1_000, &disk, &mut io::repeat(0).take(1_001));
    assert!(matches!(refused, Err(BlobError::TooLarge { limit: 1_000 })), "{refused:?}");
    assert_eq!(disk.names(), [FILE]);
}

#[test]
fn putting_again_changes_nothing_and_mends_what_is_damaged() {
    let disk = kept(TEXT);
    let before = disk.bytes(FILE);
    put(&disk, &mut &*TEXT).unwrap();
    assert_eq!((disk.names(), disk.bytes(FILE)), (vec![FILE.to_owned()], before));
    disk.change(FILE, |bytes| bytes[3] ^= 1);
    put(&disk, &mut &*TEXT).unwrap();
    assert_eq!(given(&disk, TEXT).unwrap(), TEXT);
}

#[test]
fn nothing_is_given_of_a_blob_with_any_bit_flipped_or_cut_or_lengthened() {
    for bit in 0..TEXT.len() * 8 {
        let disk = kept(TEXT);
        disk.change(FILE, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
        let mut out = Vec::new();
        assert!(matches!(get(&disk, &name_of(TEXT), &mut out), Err(BlobError::Damaged { .. })));
        assert_eq!(out, b"");
    }
    for length in [0, TEXT.len() - 1, TEXT.len() + 1] {
        let disk = kept(TEXT);
        disk.change(FILE, |bytes| bytes.resize(length, 0));
        assert!(matches!(given(&disk, TEXT), Err(BlobError::Damaged { .. })));
        assert_eq!(found(&disk, &[TEXT]), [BlobDefect::Damaged]);
    }
}

#[test]
fn a_check_names_what_is_absent_damaged_unreadable_and_foreign() {
    let disk = kept(TEXT);
    assert_eq!(found(&disk, &[TEXT]), []);
    assert_eq!(found(&disk, &[TEXT, b"another"]), [BlobDefect::Absent]);
    let report = check(&disk, &BTreeSet::new()).unwrap();
    assert_eq!((report.sound, report.bytes, report.unnamed, report.unfinished), (1, 23, 1, 0));

    disk.put("blobs/incoming-3.tmp", b"half".to_vec());
    disk.put("blobs/incoming-3.lock", Vec::new());
    let report = check(&disk, &BTreeSet::from([name_of(TEXT)])).unwrap();
    assert_eq!((report.unnamed, report.unfinished, report.findings), (0, 1, vec![]));

    for foreign in ["blobs/readme.txt", "blobs/00/short", "blobs/incoming", "blobs/AB/cd"] {
        disk.put(foreign, b"?".to_vec());
    }
    // A folder that is not that of a blob is not looked into.
    assert_eq!(found(&disk, &[TEXT]), [BlobDefect::Foreign; 3]);

    let disk = kept(TEXT);
    disk.make_unreadable(FILE, 0..1);
    let report = check(&disk, &BTreeSet::new()).unwrap();
    assert_eq!(report.findings[0].to_string(), format!("[blob_unreadable] a blob cannot be read ({FILE})"));
}

#[test]
fn a_blob_that_was_put_survives_a_power_cut_and_one_that_was_not_leaves_no_trace_of_itself() {
    let mut stops = 0;
    for seed in 0..20 {
        for operations in 0.. {
            let disk = FaultDisk::new(seed);
            disk.crash_after(operations);
            let put_before = put(&disk, &mut &*TEXT).is_ok();
            disk.power_cut();
            let now = given(&disk, TEXT);
            if put_before {
                assert_eq!(now.unwrap(), TEXT);
                break;
            }
            assert!(matches!(now, Ok(_) | Err(BlobError::Absent { .. })), "never half of it: {now:?}");
            put(&disk, &mut &*TEXT).unwrap();
            disk.power_cut();
            assert_eq!(given(&disk, TEXT).unwrap(), TEXT);
            assert_eq!(found(&disk, &[TEXT]), []);
            stops += 1;
        }
    }
    assert!(stops >= 20 * 4, "only {stops} stops");
}

#[test]
fn a_full_disk_or_a_failed_sync_keeps_nothing_and_the_next_attempt_does() {
    for operation in [Operation::Write, Operation::Sync, Operation::Change] {
        let disk = FaultDisk::new(3);
        disk.fail(operation, 0, io::ErrorKind::Other);
        assert!(matches!(put(&disk, &mut &*TEXT), Err(BlobError::Disk { .. })));
        put(&disk, &mut &*TEXT).unwrap();
        disk.power_cut();
        assert_eq!(given(&disk, TEXT).unwrap(), TEXT);
    }
    let disk = FaultDisk::new(3);
    disk.set_capacity(Some(10));
    assert!(matches!(put(&disk, &mut &*TEXT), Err(BlobError::Full)));
    assert_eq!(disk.names(), Vec::<String>::new());
    disk.set_capacity(None);
    put(&disk, &mut &*TEXT).unwrap();
}

#[test]
fn a_source_that_fails_keeps_nothing() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let disk = FaultDisk::new(1);
    assert!(matches!(put(&disk, &mut TEXT.chain(Failing)), Err(BlobError::Caller(_))));
    assert_eq!(disk.names(), Vec::<String>::new());
}

#[test]
fn writers_at_once_do_not_meet_and_blobs_do_not_disturb_the_log() {
    let (disk, head) = log_of(&[2]);
    let held = disk.lock("blobs/incoming-0.lock").unwrap().unwrap();
    disk.put("blobs/incoming-0.tmp", b"of the other".to_vec());
    put(&disk, &mut &*TEXT).unwrap();
    assert_eq!(disk.bytes("blobs/incoming-0.tmp"), b"of the other");
    drop(held);
    assert_eq!(given(&disk, TEXT).unwrap(), TEXT);
    assert!(verify(&disk, Some(&head)).unwrap().is_clean());
}
