//! What a node answers in place of what was asked, as refusals: each has a code, and says what was asked.

use std::time::Duration;

use super::address::Address;
use crate::diagnostic::{Failure, in_words};
use crate::render::shown;

/// An error of JSON-RPC.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(super) struct Told {
    pub(super) code: i64,
    pub(super) message: String,
}

/// The longest word of a message that is told as it came: keys are longer.
const WORD_MOST: usize = 40;

/// What a node's message means, by its number and words in it, the closest first.
const MEANINGS: &[(i64, &str, &str)] = &[
    (-28, "", "NODE_NOT_READY"),
    (-32601, "", "NODE_TOO_OLD"),
    (-8, "Scan already in progress", "NODE_SCAN_BUSY"),
    (-8, "Block height out of range", "HEIGHT_UNKNOWN"),
    (-1, "pruned", "BLOCKS_PRUNED"),
    (-1, "Block not available", "BLOCKS_PRUNED"),
    (-5, "Block is not in main chain", "CHAIN_MOVED"),
    (-5, "Block not found", "CHAIN_MOVED"),
];

/// A node's error as a refusal.
pub(super) fn refused(method: &str, told: &Told) -> Failure {
    let Told { code, message } = told;
    let message = without_keys(message);
    let found = MEANINGS.iter().find(|(number, words, _)| number == code && message.contains(words));
    let is_about_descriptors =
        matches!(method, "getdescriptorinfo" | "scantxoutset" | "getdescriptoractivity");
    let code = match found {
        Some((.., code)) => code,
        None if *code == -5 && is_about_descriptors => "DESCRIPTOR_INVALID",
        None => "NODE_REFUSED",
    };
    let told = shown(message.trim().trim_end_matches('.'));
    Failure::refused(code, format!("the node answers to `{method}`: {told}"))
}

/// A message without what a node repeats of a descriptor: who sees one sees all of a wallet, and messages are written down.
fn without_keys(message: &str) -> String {
    let is_key = |word: &&str| word.len() > WORD_MOST && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let words = message.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_key);
    words.fold(message.to_owned(), |said, word| said.replace(word, "…"))
}

/// Why nothing was answered.
pub(super) fn unreachable(address: &Address, within: Duration, why: &ureq::Error) -> Failure {
    let why = if let ureq::Error::Timeout(_) = why {
        format!("it did not answer within {} seconds", within.as_secs())
    } else if let ureq::Error::Io(why) = why {
        in_words(why)
    } else {
        why.to_string()
    };
    Failure::refused("NODE_UNREACHABLE", format!("the node at {address} cannot be reached: {why}"))
}

/// What nobody can answer for who is not let in.
pub(super) fn unauthorised(address: &Address, status: u16, with: Option<&str>) -> Failure {
    let with = with.map_or_else(|| "without a user".to_owned(), |file| format!("with what {file} says"));
    Failure::refused(
        "NODE_UNAUTHORISED",
        format!("the node at {address} lets nobody in {with} (HTTP {status})"),
    )
}

/// A reply that is not what the interface promises.
pub(super) fn unexpected(method: &str, why: impl std::fmt::Display) -> Failure {
    Failure::refused(
        "NODE_REPLY_UNEXPECTED",
        format!("the node's reply to `{method}` is not of the form expected: {}", shown(&why.to_string())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_node_repeats_of_a_descriptor_is_not_told() {
        let key = "tpubDDkud2WNFbzVdywfdQuwDjGUsEwgmMWqPfpuv2WDDwQPchMowGbLLx3gE1afBTyKVDGcEfrmj5qgyWGdHzsxX4ymQtjk3msj6aWRr7amMr3";
        assert_eq!(
            without_keys(&format!("wpkh(): key '{key}/x' is not valid")),
            "wpkh(): key '…/x' is not valid"
        );
        assert_eq!(without_keys("wpkh(): key '03' is not valid"), "wpkh(): key '03' is not valid");
    }
}
