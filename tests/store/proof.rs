//! Proofs as texts, of a log with tiles and without, each checked by an implementation that is not ours.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use ledger_store::checkpoint::NoCheckpoint;
use ledger_store::conformance::read_all;
use ledger_store::fault::FaultDisk;
use ledger_store::merkle::{leaf_hash, root};
use ledger_store::note::{Note, Signer};
use ledger_store::proof::{self, Consistency, Inclusion, NoProof};
use ledger_store::tiles::{TilesError, catch_up};
use ledger_store::{Checkpoint, CheckpointError, FileLog, Hash, Head};
use sha2::Sha256;
use sha2::digest::Output;

use crate::harness::{log_of, shared};

const ENTRIES: u64 = 21;

/// A log, its envelopes, and the roots that it had.
fn log() -> (FaultDisk, FileLog, Vec<Vec<u8>>, Vec<Hash>) {
    let (disk, head) = log_of(&[1, 2, 3, 4, 5, 6]);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    let envelopes: Vec<Vec<u8>> = read_all(&log, 1..ENTRIES + 1).unwrap().into_iter().map(|r| r.3).collect();
    let leaves: Vec<Hash> = envelopes.iter().map(|envelope| leaf_hash(envelope)).collect();
    let roots: Vec<Hash> = (0..=leaves.len()).map(|size| root(&leaves[..size])).collect();
    assert_eq!((head.size, head.root), (ENTRIES, *roots.last().unwrap()));
    (disk, log, envelopes, roots)
}

fn checkpoint(size: u64, roots: &[Hash]) -> Checkpoint {
    Checkpoint::new("example.com/log", Head { size, root: roots[size as usize] }).unwrap()
}

fn their_root(root: &Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new(Output::<Sha256>::from(*root), size)
}

/// The lines of a text up to its empty line, decoded; and what follows it.
fn hashes<'t>(lines: &mut impl Iterator<Item = &'t str>) -> Vec<u8> {
    lines.take_while(|line| !line.is_empty()).flat_map(|line| BASE64_STANDARD.decode(line).unwrap()).collect()
}

#[test]
fn every_entry_is_proven_in_every_log_that_has_it() {
    let (disk, log, envelopes, roots) = log();
    for tiles in [false, true] {
        if tiles {
            catch_up(&disk, &log).unwrap();
        }
        for size in 1..=ENTRIES {
            for number in 1..=size {
                let path = proof::inclusion(&disk, &log, number, size).unwrap();
                let proven = Inclusion { number, path, checkpoint: checkpoint(size, &roots), note: None };
                let text = proven.to_string();
                let mut lines = text.split('\n');
                assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
                assert_eq!(lines.next().unwrap(), format!("index {}", number - 1));
                let theirs = InclusionProof::<Sha256>::from_bytes(hashes(&mut lines));
                let leaf = &envelopes[number as usize - 1];
                let root = their_root(&roots[size as usize], size);
                root.verify_inclusion(leaf, number - 1, &theirs).unwrap();
                assert_eq!(lines.collect::<Vec<_>>().join("\n"), proven.checkpoint.to_string());
                let read: Inclusion = text.parse().unwrap();
                assert!(read == proven && read.holds(leaf));
                assert!(!read.holds(&envelopes[number as usize % envelopes.len()]));
            }
        }
    }
}

#[test]
fn every_log_is_proven_to_extend_every_earlier_one() {
    let (disk, log, _, roots) = log();
    for tiles in [false, true] {
        if tiles {
            catch_up(&disk, &log).unwrap();
        }
        for new in 2..=ENTRIES {
            for old in 1..new {
                let path = proof::consistency(&disk, &log, old, new).unwrap();
                let proven = Consistency { old, path, checkpoint: checkpoint(new, &roots), note: None };
                let text = proven.to_string();
                let mut lines = text.split('\n');
                assert_eq!(lines.next().unwrap(), format!("old {old}"));
                let theirs = ConsistencyProof::<Sha256>::try_from_bytes(hashes(&mut lines)).unwrap();
                let (before, after) =
                    (their_root(&roots[old as usize], old), their_root(&roots[new as usize], new));
                after.verify_consistency(&before, &theirs).unwrap();
                let other = their_root(&[9; 32], old);
                assert!(after.verify_consistency(&other, &theirs).is_err());
                assert_eq!(lines.collect::<Vec<_>>().join("\n"), proven.checkpoint.to_string());
            }
        }
    }
}

#[test]
fn what_is_not_there_cannot_be_proven() {
    let (disk, log, ..) = log();
    for (number, size) in [(0, 5), (6, 5), (1, 0), (1, ENTRIES + 1), (ENTRIES + 1, ENTRIES + 1)] {
        let refused = proof::inclusion(&disk, &log, number, size);
        assert!(matches!(refused, Err(TilesError::Beyond { .. })), "{number} in {size}");
    }
    for (old, new) in [(0, 5), (6, 5), (5, ENTRIES + 1)] {
        let refused = proof::consistency(&disk, &log, old, new);
        assert!(matches!(refused, Err(TilesError::Beyond { .. })), "{old} to {new}");
    }
}

#[test]
fn a_proof_carries_the_signatures_of_its_checkpoint() {
    let (disk, log, envelopes, roots) = log();
    let signer = Signer::from_seed("example.com/log", &[1; 32]).unwrap();
    let checkpoint = checkpoint(ENTRIES, &roots);
    let mut note = Note::unsigned(&checkpoint.to_string()).unwrap();
    note.sign(&signer).unwrap();
    let path = proof::inclusion(&disk, &log, 3, ENTRIES).unwrap();
    let proven = Inclusion { number: 3, path, checkpoint, note: Some(note) };
    let read: Inclusion = proven.to_string().parse().unwrap();
    assert_eq!(read.note.as_ref().unwrap().verify(signer.verifier()), Ok(()));
    assert!(read == proven && read.holds(&envelopes[2]));
}

#[test]
fn a_text_in_any_other_form_is_no_proof() {
    let (disk, log, _, roots) = log();
    let path = proof::inclusion(&disk, &log, 3, ENTRIES).unwrap();
    let hash = BASE64_STANDARD.encode(path[0]);
    let proven = Inclusion { number: 3, path, checkpoint: checkpoint(ENTRIES, &roots), note: None };
    let text = proven.to_string();
    let body = NoProof::Checkpoint(NoCheckpoint::Body(CheckpointError::Lines));
    let cases = [
        (String::new(), NoProof::Header),
        (text.replace("@v1", "@v2"), NoProof::Header),
        (text.replace("index 2", "extra AAAA\nindex 2"), NoProof::Index),
        (text.replace("index 2", "index 02"), NoProof::Index),
        (text.replace("index 2", "index 18446744073709551615"), NoProof::Index),
        (text.replace(&hash, "AAAA"), NoProof::Hash),
        (text.replace(&hash, &[hash.as_str(); 65].join("\n")), NoProof::Hash),
        (text.replace("\n\n", "\n"), NoProof::Hash),
        (text.trim_end().to_owned(), body),
    ];
    for (text, wanted) in cases {
        assert_eq!(text.parse::<Inclusion>(), Err(wanted), "{text}");
    }
}

#[test]
fn every_bit_of_a_signed_proof_counts() {
    let (disk, log, envelopes, roots) = log();
    let signer = Signer::from_seed("example.com/log", &[1; 32]).unwrap();
    let path = proof::inclusion(&disk, &log, 3, ENTRIES).unwrap();
    let mut note = Note::unsigned(&checkpoint(ENTRIES, &roots).to_string()).unwrap();
    note.sign(&signer).unwrap();
    let proven = Inclusion { number: 3, path, checkpoint: checkpoint(ENTRIES, &roots), note: Some(note) };
    let text = proven.to_string();
    for bit in 0..text.len() * 8 {
        let mut bytes = text.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Inclusion>().ok());
        // A path alone does not say how large the tree is: that is what the signature is for.
        let signed =
            |read: &Inclusion| read.note.as_ref().is_some_and(|note| note.verify(signer.verifier()).is_ok());
        assert!(read.is_none_or(|read| !read.holds(&envelopes[2]) || !signed(&read)), "bit {bit}");
    }
}
