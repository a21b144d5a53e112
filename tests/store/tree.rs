//! The tree against the published vectors of RFC 6962 and against an implementation that is not ours.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger_store::conformance::read_all;
use ledger_store::merkle::{
    Frontier, consistency_holds, consistency_proof, inclusion_holds, inclusion_proof, leaf_hash, root,
};
use ledger_store::{FileLog, Hash, Log};
use proptest::prelude::*;
use sha2::Sha256;

use crate::harness::{log_of, shared};

/// The leaves of the reference tree of Certificate Transparency, which RFC 6962 was written with.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The roots over none and over the first one to eight of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn numbered_leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
}

fn theirs(count: usize) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..count).for_each(|leaf| tree.push(leaf.to_be_bytes().to_vec()));
    tree
}

#[test]
fn the_published_roots_come_out() {
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(&hex(leaf))).collect();
    for (size, wanted) in ROOTS.iter().enumerate() {
        assert_eq!(root(&leaves[..size]).to_vec(), hex(wanted), "size {size}");
    }
}

#[test]
fn roots_and_proofs_are_those_of_another_implementation_up_to_seventy_leaves() {
    let mut proofs = 0;
    for size in 1..70 {
        let (leaves, theirs) = (numbered_leaves(size), theirs(size));
        assert_eq!(root(&leaves)[..], theirs.root().as_bytes()[..], "size {size}");
        for index in 0..size {
            let ours = inclusion_proof(&leaves, index).unwrap();
            assert_eq!(ours.concat(), theirs.prove_inclusion(index).as_bytes(), "{index} in {size}");
            proofs += 1;
        }
        for old in 1..size {
            let ours = consistency_proof(&leaves, old).unwrap();
            assert_eq!(ours.concat(), theirs.prove_consistency(size - old).as_bytes(), "{old} to {size}");
            proofs += 1;
        }
    }
    assert_eq!(proofs, 4_761);
}

#[test]
fn the_root_of_a_stored_log_is_that_of_another_implementation() {
    let (disk, head) = log_of(&[1, 5, 30, 2, 1]);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    read_all(&log, 1..u64::MAX).unwrap().into_iter().for_each(|record| theirs.push(record.3));
    assert_eq!(theirs.len(), 39);
    assert_eq!(log.head(), head);
    assert_eq!(head.root[..], theirs.root().as_bytes()[..]);
}

#[test]
fn nothing_is_proven_from_an_empty_tree_or_for_a_leaf_that_is_not_there() {
    let leaves = numbered_leaves(5);
    assert_eq!(consistency_proof(&leaves, 0), None);
    assert_eq!(consistency_proof(&leaves, 6), None);
    assert_eq!(inclusion_proof(&leaves, 5), None);
    assert_eq!(inclusion_proof(&[], 0), None);
    assert!(!consistency_holds(0, &root(&[]), 5, &root(&leaves), &[]));
    assert!(!inclusion_holds(&leaves[0], 5, 5, &root(&leaves), &[]));
}

proptest! {
    #[test]
    fn every_proof_holds_and_none_holds_for_anything_else(
        size in 1_usize..300, a in 0_usize..300, b in 1_usize..300, spoiled in 0_usize..40, bit in 0_usize..256,
    ) {
        let (index, old) = (a % size, 1 + b % size);
        let leaves = numbered_leaves(size);
        let (new_root, old_root) = (root(&leaves), root(&leaves[..old]));
        let size_long = size as u64;

        let path = inclusion_proof(&leaves, index).unwrap();
        prop_assert!(inclusion_holds(&leaves[index], index as u64, size_long, &new_root, &path));
        let other = (index + 1) % size;
        prop_assert!(size == 1 || !inclusion_holds(&leaves[index], other as u64, size_long, &new_root, &path));
        let mut longer = path.clone();
        longer.push([0; 32]);
        prop_assert!(!inclusion_holds(&leaves[index], index as u64, size_long, &new_root, &longer));
        if !path.is_empty() {
            let mut wrong = path.clone();
            let at = spoiled % path.len();
            wrong[at][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!inclusion_holds(&leaves[index], index as u64, size_long, &new_root, &wrong));
            prop_assert!(!inclusion_holds(&leaves[index], index as u64, size_long, &new_root, &path[1..]));
        }

        let path = consistency_proof(&leaves, old).unwrap();
        prop_assert!(consistency_holds(old as u64, &old_root, size_long, &new_root, &path));
        prop_assert!(!consistency_holds(old as u64, &[7; 32], size_long, &new_root, &path));
        prop_assert!(!consistency_holds(old as u64, &old_root, size_long, &[7; 32], &path));
        if !path.is_empty() {
            let mut wrong = path.clone();
            let at = spoiled % path.len();
            wrong[at][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!consistency_holds(old as u64, &old_root, size_long, &new_root, &wrong));
            prop_assert!(!consistency_holds(old as u64, &old_root, size_long, &new_root, &path[1..]));
        }
    }

    #[test]
    fn the_frontier_has_the_root_of_the_list_at_every_size(size in 0_usize..200) {
        let leaves = numbered_leaves(size);
        let mut frontier = Frontier::default();
        frontier.extend(leaves.iter().copied());
        prop_assert_eq!(frontier.size(), size as u64);
        prop_assert_eq!(frontier.root(), naive_root(&leaves));
    }
}

/// The definition of RFC 6962 2.1, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => ledger_store::merkle::empty_root(),
        [leaf] => *leaf,
        more => {
            let k = (1..).map(|power| 1 << power).take_while(|k| *k < more.len()).last().unwrap_or(1);
            ledger_store::merkle::node_hash(&naive_root(&more[..k]), &naive_root(&more[k..]))
        }
    }
}
