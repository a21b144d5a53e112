//! Descriptors at the door. Who has one sees all of a wallet, so that nothing of it is recorded but a hash by which the next
//! statement knows that it is of the same coins; and one that could spend goes nowhere.

use std::collections::BTreeSet;

use ledger_core::evidence::Sha256Hex;
use serde_json::{Value, json};

use super::super::statement::hash;
use super::Wallet;
use crate::diagnostic::Failure;
use crate::node::{Activity, Client, Scan};

/// How many addresses in a row a wallet may leave unused: what wallets look ahead by.
const UNUSED: u32 = 20;

/// What finds a wallet's coins.
pub(super) struct Wanted {
    /// For the node.
    pub(super) objects: Value,
    /// The SHA-256 of the descriptors with their checksums, in order, one a line.
    pub(super) fingerprint: Sha256Hex,
    /// The scripts of the last addresses that are looked for.
    last: BTreeSet<String>,
    range: u32,
}

impl Wanted {
    /// Descriptors as a node reads them.
    pub(super) fn of(node: &Client, wallet: &Wallet) -> Result<Wanted, Failure> {
        let (mut texts, mut objects, mut last) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for text in &wallet.descriptors {
            let is_private = || Failure::refused("DESCRIPTOR_PRIVATE", "a descriptor holds a private key");
            if can_spend(text) {
                return Err(is_private());
            }
            let info = node.descriptor(text)?;
            if info.hasprivatekeys {
                return Err(is_private());
            }
            let bare = text.split('#').next().unwrap_or(text);
            let whole = format!("{bare}#{}", info.checksum);
            if info.isrange {
                last.extend(last_scripts(node, &whole, wallet.range)?);
            }
            if texts.insert(whole.clone()) {
                objects.push(if info.isrange {
                    json!({"desc": whole, "range": wallet.range})
                } else {
                    json!(whole)
                });
            }
        }
        let texts: Vec<String> = texts.into_iter().collect();
        let fingerprint = hash(texts.join("\n").as_bytes());
        Ok(Wanted { objects: Value::Array(objects), fingerprint, last, range: wallet.range })
    }

    /// Refuses where one of the last addresses looked for is in use: there may be coins beyond.
    pub(super) fn has_room(&self, scan: &Scan, activity: &[Activity]) -> Result<(), Failure> {
        let of_activity = activity.iter().filter_map(|one| match one {
            Activity::Receive(of) => Some(&of.output_spk.hex),
            Activity::Spend(_) => None,
        });
        let mut used = scan.unspents.iter().map(|coin| &coin.script).chain(of_activity);
        if used.any(|script| self.last.contains(script)) {
            let range = self.range;
            let message = format!(
                "one of the last {UNUSED} of the {range} addresses looked for is in use: there may be coins beyond"
            );
            return Err(Failure::refused("DESCRIPTOR_RANGE_SHORT", message));
        }
        Ok(())
    }
}

/// Whether a descriptor holds an extended private key (BIP 32), or a private key as wallets import it (WIF).
fn can_spend(descriptor: &str) -> bool {
    let mut words = descriptor.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        let is_imported = matches!(word.len(), 51 | 52) && word.starts_with(['5', 'K', 'L', '9', 'c']);
        word.starts_with("xprv") || word.starts_with("tprv") || is_imported
    })
}

/// The scripts of the last addresses of a descriptor. One whose scripts have no address has none that can be looked for.
fn last_scripts(node: &Client, descriptor: &str, range: u32) -> Result<Vec<String>, Failure> {
    match node.scripts(descriptor, range.saturating_sub(UNUSED - 1), range) {
        Err(Failure::Refused { code: "NODE_REFUSED", .. }) => Ok(Vec::new()),
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_that_can_spend_is_told_from_one_whose_letters_look_like_it() {
        // The third is BIP 32's first test vector, the fourth the example of a WIF that everybody knows.
        let cases = [
            ("wpkh([d34db33f/84h/0h/0h]xpub6ERApprvA1/0/*)#prvprvpr", false),
            ("addr(bc1qprvw508d6qejxtdg4y5r3zarvary0c5xw7kprv)", false),
            (
                "wpkh([d34db33f/84h]xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi/0/*)",
                true,
            ),
            ("pkh(5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ)", true),
            ("wpkh(0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798)", false),
        ];
        for (descriptor, expected) in cases {
            assert_eq!(can_spend(descriptor), expected, "{descriptor}");
        }
    }
}
