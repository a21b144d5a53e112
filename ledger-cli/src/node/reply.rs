//! What a node replies, as far as it is used. Fields beyond are left alone, for each version has more of them.

use ledger_core::evidence::Sha256Hex;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::amount::Amount;

/// `getblockchaininfo`
#[derive(Debug, Deserialize)]
pub(crate) struct Chain {
    /// `main`, `test`, `testnet4`, `signet`, `regtest`.
    pub(crate) chain: String,
    /// The last block that it has checked.
    pub(crate) blocks: u64,
    /// The last block that it has heard of.
    pub(crate) headers: u64,
    /// The first block that it still has whole, where it gives up old ones.
    pub(crate) pruneheight: Option<u64>,
}

/// `getdescriptorinfo`
#[derive(Debug, Deserialize)]
pub(crate) struct Descriptor {
    /// The checksum of the text as it was given.
    pub(crate) checksum: String,
    /// Whether it stands for a range of addresses.
    pub(crate) isrange: bool,
    /// Whether who knows it can spend.
    pub(crate) hasprivatekeys: bool,
}

/// `getblockheader`
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    /// Its hash.
    #[serde(deserialize_with = "hash")]
    pub(crate) hash: Sha256Hex,
    /// Its place in the chain.
    pub(crate) height: u64,
    /// When it was made, as its miner says: seconds since 1970, up to two hours off.
    pub(crate) time: u32,
    /// The median time of it and the ten before it, which never goes back.
    pub(crate) mediantime: u32,
}

/// `scantxoutset`
#[derive(Debug, Deserialize)]
pub(crate) struct Scan {
    /// Whether it came to its end.
    pub(crate) success: bool,
    /// The last block, as of which it is.
    pub(crate) height: u64,
    /// Its hash.
    #[serde(deserialize_with = "hash")]
    pub(crate) bestblock: Sha256Hex,
    /// The wallet's coins.
    pub(crate) unspents: Vec<Unspent>,
    /// All of them together.
    pub(crate) total_amount: Amount,
}

/// A coin of the wallet.
#[derive(Debug, Deserialize)]
pub(crate) struct Unspent {
    /// The transaction it is from.
    pub(crate) txid: String,
    /// Which output of it.
    pub(crate) vout: u32,
    /// Its script, in hex.
    #[serde(rename = "scriptPubKey")]
    pub(crate) script: String,
    /// How much.
    pub(crate) amount: Amount,
    /// The block it is from.
    pub(crate) height: u64,
}

/// `getindexinfo`, of the filters of blocks
#[derive(Debug, Deserialize)]
pub(super) struct Filters {
    synced: bool,
    best_block_height: u64,
}

impl Filters {
    /// Whether all blocks through one have a filter.
    pub(super) fn reach(&self, height: u64) -> bool {
        self.synced && self.best_block_height >= height
    }
}

/// `scanblocks`
#[derive(Debug, Deserialize)]
pub(super) struct Filtered {
    pub(super) relevant_blocks: Vec<String>,
    pub(super) completed: bool,
}

/// `getdescriptoractivity`
#[derive(Debug, Deserialize)]
pub(super) struct Activities<'a> {
    #[serde(borrow)]
    activity: Vec<&'a RawValue>,
}

impl Activities<'_> {
    /// Each by its type. An amount keeps its digits only where it is read from the text itself.
    pub(super) fn all(&self) -> Result<Vec<Activity>, serde_json::Error> {
        let one = |raw: &&RawValue| {
            let Typed { kind } = serde_json::from_str(raw.get())?;
            Ok(match kind {
                Kind::Receive => Activity::Receive(serde_json::from_str(raw.get())?),
                Kind::Spend => Activity::Spend(serde_json::from_str(raw.get())?),
            })
        };
        self.activity.iter().map(one).collect()
    }
}

#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Receive,
    Spend,
}

/// What happened to the wallet's coins in a block.
#[derive(Debug)]
pub(crate) enum Activity {
    /// One came.
    Receive(Receive),
    /// One went.
    Spend(Spend),
}

/// A coin that came.
#[derive(Debug, Deserialize)]
pub(crate) struct Receive {
    /// How much.
    pub(crate) amount: Amount,
    /// In which block.
    pub(crate) height: u64,
    /// By which transaction.
    pub(crate) txid: String,
    /// As which output of it.
    pub(crate) vout: u32,
    /// To whom.
    pub(crate) output_spk: Script,
}

/// A coin that went.
#[derive(Debug, Deserialize)]
pub(crate) struct Spend {
    /// How much.
    pub(crate) amount: Amount,
    /// In which block.
    pub(crate) height: u64,
    /// By which transaction.
    pub(crate) spend_txid: String,
    /// The transaction it was from.
    pub(crate) prevout_txid: String,
    /// Which output of that.
    pub(crate) prevout_vout: u32,
}

/// A script.
#[derive(Debug, Deserialize)]
pub(crate) struct Script {
    /// Its bytes, in hex.
    pub(crate) hex: String,
}

/// `validateaddress`
#[derive(Debug, Deserialize)]
pub(super) struct Known {
    /// The address' script, in hex.
    #[serde(rename = "scriptPubKey")]
    pub(super) script: String,
}

/// `deriveaddresses`: a list, or one for each path of the descriptor.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Derived {
    One(Vec<String>),
    Several(Vec<Vec<String>>),
}

impl Derived {
    pub(super) fn all(self) -> Vec<String> {
        match self {
            Derived::One(all) => all,
            Derived::Several(all) => all.into_iter().flatten().collect(),
        }
    }
}

/// A block's hash.
fn hash<'de, D: Deserializer<'de>>(reader: D) -> Result<Sha256Hex, D::Error> {
    String::deserialize(reader)?.parse().map_err(serde::de::Error::custom)
}
