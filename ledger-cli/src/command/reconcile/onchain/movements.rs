//! Coins that came and went, summed by transaction, and compared with the coins that are there.

use std::collections::{BTreeMap, BTreeSet};

use ledger_core::exact::Overflow;
use ledger_core::money::Units;

use crate::node::{Activity, Scan};

/// What a transaction changed in the wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    /// Its block.
    pub(super) height: u64,
    /// Its name.
    pub(super) txid: String,
    /// What came less what went: change that comes back is no movement, a fee paid is one.
    pub(super) units: Units,
}

/// An output: the transaction that made it, and its place there.
type Output<'a> = (&'a str, u32);

/// Movements by block, one a transaction that changed anything.
pub(super) fn by_transaction(activity: &[Activity]) -> Result<Vec<Moved>, Overflow> {
    let mut sums: BTreeMap<(u64, &str), Units> = BTreeMap::new();
    for one in activity {
        let (at, units) = match one {
            Activity::Receive(of) => ((of.height, of.txid.as_str()), of.amount.0),
            Activity::Spend(of) => ((of.height, of.spend_txid.as_str()), of.amount.0.negated()),
        };
        let sum = sums.entry(at).or_default();
        *sum = sum.plus(units)?;
    }
    let moved = sums.into_iter().filter(|(_, units)| !units.is_zero());
    Ok(moved.map(|((height, txid), units)| Moved { height, txid: txid.to_owned(), units }).collect())
}

/// Whether the coins that are there are those that came and did not go, as far as the blocks after one were looked through.
pub(super) fn agree(scan: &Scan, activity: &[Activity], after: u64) -> Result<(), String> {
    let (mut came, mut went) = (BTreeMap::<Output<'_>, (Units, u64)>::new(), BTreeMap::new());
    for one in activity {
        let (height, is_new) = match one {
            Activity::Receive(of) => {
                let before = came.insert((&*of.txid, of.vout), (of.amount.0, of.height));
                (of.height, before.is_none())
            }
            Activity::Spend(of) => {
                let before = went.insert((&*of.prevout_txid, of.prevout_vout), (of.amount.0, of.height));
                (of.height, before.is_none())
            }
        };
        if height <= after || height > scan.height {
            return Err(format!(
                "something happened in block {height}, and blocks were asked for from {after} to {}",
                scan.height
            ));
        }
        if !is_new {
            return Err("a coin comes or goes twice".to_owned());
        }
    }
    for (at, (spent, when)) in &went {
        let Some((units, height)) = came.get(at) else { continue };
        let (txid, vout) = at;
        if units != spent {
            return Err(format!("the output {vout} of {txid} came with {units} and went with {spent}"));
        }
        if when < height {
            return Err(format!(
                "the output {vout} of {txid} went in block {when} and came in block {height}"
            ));
        }
    }
    let mut there = BTreeSet::new();
    let mut sum = Units::ZERO;
    for coin in &scan.unspents {
        let at = (coin.txid.as_str(), coin.vout);
        let name = format!("the output {} of {}", coin.vout, coin.txid);
        sum = sum.plus(coin.amount.0).map_err(|why| why.to_string())?;
        if !there.insert(at) {
            return Err(format!("{name} is there twice"));
        }
        if went.contains_key(&at) {
            return Err(format!("{name} is there and was spent"));
        }
        let as_it_came = (coin.height > after).then_some((coin.amount.0, coin.height));
        if coin.height > scan.height || came.get(&at) != as_it_came.as_ref() {
            return Err(format!("{name} is there and never came with that amount in that block"));
        }
    }
    if sum != scan.total_amount.0 {
        return Err(format!("the coins come to {sum}, and {} is stated", scan.total_amount.0));
    }
    match came.keys().find(|at| !went.contains_key(*at) && !there.contains(*at)) {
        Some((txid, vout)) => {
            Err(format!("the output {vout} of {txid} came, was not spent, and is not there"))
        }
        None => Ok(()),
    }
}
