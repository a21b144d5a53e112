//! Statements of one chain follow each other block by block. Which of those recorded still hold is found by their blocks'
//! hashes: after a reorganisation another block has the height.

use ledger_core::event::StatementRecorded;
use ledger_core::event::books::AtBlock;
use ledger_core::evidence::Sha256Hex;
use ledger_core::money::Units;

use super::blocks::Blocks;
use super::{Known, Wallet};
use crate::diagnostic::Failure;

/// A statement whose block is no longer in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gone {
    /// The entry that recorded it.
    pub(crate) number: u64,
    /// Its last block.
    pub(crate) height: u64,
    /// The hash that this block had.
    pub(crate) hash: Sha256Hex,
}

/// What a new statement follows, and whose place it takes.
pub(super) struct Series {
    /// The statement that it goes on from, with its entry and block.
    pub(super) base: Option<(u64, StatementRecorded, AtBlock)>,
    /// Those that no longer hold.
    pub(super) gone: Vec<Gone>,
    /// The first whose place it takes.
    pub(super) replaces: Option<u64>,
}

/// Who states what is on a chain.
pub(super) fn source(network: &str) -> String {
    format!("bitcoin-{network}")
}

impl Series {
    /// What a statement through a block follows.
    pub(super) fn of(
        wallet: &Wallet,
        known: &Known<'_>,
        fingerprint: &Sha256Hex,
        blocks: &Blocks<'_>,
        last: u64,
    ) -> Result<Series, Failure> {
        let source = source(&wallet.network);
        let of_chain = known.statements.iter().filter(|(_, stated)| stated.source == source);
        let all: Vec<(u64, StatementRecorded, AtBlock)> = of_chain
            .filter_map(|(number, stated)| Some((*number, stated.clone(), stated.chain.clone()?)))
            .collect();
        if wallet.anew {
            let replaces = all.iter().map(|(number, ..)| *number).min();
            return Ok(Series { base: None, gone: Vec::new(), replaces });
        }
        if let Some((number, ..)) = all.iter().find(|(.., at)| at.descriptors != *fingerprint) {
            let message = format!("entry {number} states {} by other descriptors", known.account);
            return Err(Failure::refused("DESCRIPTORS_DIFFER", message));
        }
        if wallet.from_height.is_some() && !all.is_empty() {
            let why = "`--from-height` begins a series, and there is one";
            return Err(Failure::usage(why).with_help("leave it out, or begin anew: `--anew`"));
        }
        let ahead = all.iter().find(|(.., at)| at.height > blocks.tip);
        if let Some((number, _, at)) = ahead.filter(|_| wallet.through_height.is_none()) {
            let (height, tip) = (at.height, blocks.tip);
            let message = format!("entry {number} states block {height}, and the node's last one is {tip}");
            return Err(Failure::refused("NODE_BEHIND", message));
        }
        let judged: Vec<_> = all.into_iter().filter(|(.., at)| at.height <= blocks.tip).collect();
        let hashes = blocks.node.hashes(judged.iter().map(|(.., at)| at.height))?;
        let with_hash = || judged.iter().zip(&hashes);
        let gone: Vec<Gone> = with_hash()
            .filter(|((.., at), hash)| at.hash != **hash)
            .map(|((number, _, at), _)| Gone { number: *number, height: at.height, hash: at.hash })
            .collect();
        let replaces = gone.iter().map(|one| one.number).min();
        let holds = with_hash()
            .filter(|((number, _, at), hash)| {
                at.hash == **hash && replaces.is_none_or(|first| *number < first)
            })
            .map(|(one, _)| one);
        let base = holds.filter(|(.., at)| at.height <= last).max_by_key(|(.., at)| at.height).cloned();
        Ok(Series { base, gone, replaces })
    }

    /// Whether a balance goes on where the last statement ended.
    pub(super) fn goes_on(&self, opening: Option<Units>) -> Result<(), Failure> {
        match (&self.base, opening) {
            (Some((number, base, at)), Some(opening)) if base.closing != opening => {
                let (height, closing) = (at.height, base.closing);
                let message = format!(
                    "after block {height} the wallet has {opening}, and entry {number} states {closing}"
                );
                Err(Failure::refused("CHAIN_NOT_CONTINUED", message))
            }
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }
}
