//! The tree against the published vectors of RFC 6962 and against an implementation that is not ours.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger_store::Hash;
use ledger_store::merkle::{
    Frontier, consistency_holds, consistency_proof, inclusion_holds, inclusion_proof, leaf_hash, root,
};
