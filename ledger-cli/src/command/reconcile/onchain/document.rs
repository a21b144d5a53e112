//! What is kept as a statement's document: what the node said, so that anybody with a node can look it up. Descriptors,
//! scripts and addresses are left out: transactions and amounts are enough for that.

use ledger_core::event::books::AtBlock;
use serde_json::{Value, json};

use crate::node::{Activity, Scan};

/// The document of a statement, as JSON.
pub(super) fn of(chain: &AtBlock, scan: &Scan, activity: &[Activity]) -> Vec<u8> {
    let coins = scan.unspents.iter().map(|coin| {
        json!({"output": output(&coin.txid, coin.vout), "amount": coin.amount.0.to_string(), "height": coin.height})
    });
    let activity = activity.iter().map(|one| match one {
        Activity::Receive(of) => {
            json!({"height": of.height, "transaction": of.txid, "received": of.amount.0.to_string(),
            "output": output(&of.txid, of.vout)})
        }
        Activity::Spend(of) => {
            json!({"height": of.height, "transaction": of.spend_txid, "spent": of.amount.0.to_string(),
            "output": output(&of.prevout_txid, of.prevout_vout)})
        }
    });
    let value = json!({"chain": chain, "scanned": {"height": scan.height, "hash": scan.bestblock.to_string(),
        "total": scan.total_amount.0.to_string()},
        "coins": coins.collect::<Vec<Value>>(), "activity": activity.collect::<Vec<Value>>()});
    format!("{value:#}\n").into_bytes()
}

fn output(txid: &str, nth: u32) -> String {
    format!("{txid}:{nth}")
}
