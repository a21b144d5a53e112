//! The text of a checkpoint, and what verification makes of it.

use ledger_store::conformance::read_all;
use ledger_store::fault::FaultDisk;
use ledger_store::merkle::{leaf_hash, root};
use ledger_store::{Checkpoint, CheckpointError, FileLog, Head, verify};

use crate::harness::{log_of, shared};

const TEXT: &str = "example.com/ledger\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

#[test]
fn a_checkpoint_is_read_and_printed_the_same() {
    let checkpoint: Checkpoint = TEXT.parse().unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.head.size), ("example.com/ledger", 20_852_163));
    assert_eq!(checkpoint.head.root[..3], [0x0a, 0xc5, 0x18]);
    assert_eq!(checkpoint.to_string(), TEXT);
}

#[test]
fn whatever_would_be_printed_otherwise_is_refused() {
    use CheckpointError::{Lines, Origin, Root, Size};
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let cases = [
        (String::new(), Lines),
        (TEXT.trim_end().to_owned(), Lines),
        (format!("{TEXT}\n"), Lines),
        (format!("a\r\n1\r\n{root}\r\n"), Size),
        (format!("\n1\n{root}\n"), Origin),
        (format!(" a\n1\n{root}\n"), Origin),
        (format!("a b\n1\n{root}\n"), Origin),
        (format!("a+b\n1\n{root}\n"), Origin),
        (format!("a\tb\n1\n{root}\n"), Origin),
        (format!("a\n01\n{root}\n"), Size),
        (format!("a\n+1\n{root}\n"), Size),
        (format!("a\n-1\n{root}\n"), Size),
        (format!("a\n18446744073709551616\n{root}\n"), Size),
        (format!("a\n1\n{}\n", root.trim_end_matches('=')), Root),
        (format!("a\n1\n{}\n", root.replace("I=", "J=")), Root),
        (format!("a\n1\n{}\n", root.replace('/', "_")), Root),
        ("a\n1\nAAAA\n".to_owned(), Root),
    ];
    for (text, wanted) in cases {
        assert_eq!(text.parse::<Checkpoint>(), Err(wanted), "{text:?}");
    }
}

#[test]
fn a_log_rolled_back_as_a_whole_is_found_by_a_checkpoint_only() {
    let (_, later) = log_of(&[1, 2, 3]);
    let (rolled_back, head) = log_of(&[1, 2]);
    assert!(verify(&rolled_back, None).unwrap().is_clean());
    assert!(verify(&rolled_back, Some(&head)).unwrap().is_clean());
    assert_eq!(found(&rolled_back, &later), ["shorter_than_checkpoint"]);
}

#[test]
fn an_earlier_checkpoint_holds_and_another_history_does_not() {
    let (disk, _) = log_of(&[1, 2, 3]);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    let envelopes = read_all(&log, 1..7).unwrap();
    // Sizes within a batch are sizes too.
    let leaves: Vec<_> = envelopes.iter().map(|record| leaf_hash(&record.3)).collect();
    for size in 0..=6 {
        let head = Head { size, root: root(&leaves[..size as usize]) };
        assert!(verify(&disk, Some(&head)).unwrap().is_clean(), "at {size}");
        let other = Head { root: [9; 32], ..head };
        assert_eq!(found(&disk, &other), ["root_not_of_checkpoint"], "at {size}");
    }
}

fn found(disk: &FaultDisk, checkpoint: &Head) -> Vec<&'static str> {
    let report = verify(disk, Some(checkpoint)).unwrap();
    report.findings.iter().map(|finding| finding.defect.code()).collect()
}
