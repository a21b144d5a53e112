//! Four eyes: what a policy asks of entries, and entries that wait until others have read them.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::canonical::{Canonical, Reader};
use crate::entry::Entry;
use crate::evidence::Sha256Hex;
use crate::money::Money;
use crate::shape::{choice, fact};

choice! {
    /// The families of events, as the vocabulary groups them.
    pub enum Family {
        /// The ledger itself, prices, marks and journals.
        0 Books = "books",
        /// What pools owe and pay.
        1 Mining = "mining",
        /// Coins and money that are bought, sold, moved, paid.
        2 Treasury = "treasury",
        /// Coins given or taken in place of money.
        3 InKind = "in_kind",
        /// Options and other derivatives.
        4 Derivative = "derivative",
        /// Debt.
        5 Loan = "loan",
        /// Coins pledged.
        6 Collateral = "collateral",
        /// Commitments, equipment, depreciation.
        7 Capex = "capex",
        /// Contracts for power and computing.
        8 Contract = "contract",
        /// Our own shares.
        9 Equity = "equity",
    }
}

fact! {
    /// What needs the approval of others from the next entry on; it takes the place of the policy before it.
    pub struct ApprovalPolicyAdopted {
        /// Each adds to what always needs an approval.
        #[n(0)] pub rules: Vec<ApprovalRule>,
    }
}

fact! {
    /// That entries of a family need approvals.
    pub struct ApprovalRule {
        /// An entry that has an event of this family;
        #[n(0)] pub family: Family,
        /// only if it debits more than this in the ledger's first book, in the functional currency, memo accounts aside.
        #[n(1)] pub above: Option<Money>,
        /// How many others must approve.
        #[n(2)] pub approvals: u8,
        /// Whether one of them must name a resolution of the board.
        #[serde(default)]
        #[n(3)] pub board: bool,
    }
}

fact! {
    /// An entry that is to be recorded once others approve of it.
    pub struct EntryProposed {
        /// The entry.
        #[n(0)] pub payload: Payload,
        /// The SHA-256 of its canonical bytes.
        #[n(1)] pub hash: Sha256Hex,
        /// How many approvals it asks for; one when not said. No fewer than the policy demands.
        #[n(2)] pub approvals: Option<u8>,
        /// Whether it asks for a resolution of the board.
        #[serde(default)]
        #[n(3)] pub board: bool,
    }
}

fact! {
    /// Somebody else has read what was proposed and answers for it. The last approval that is needed posts it.
    pub struct EntryApproved {
        /// The number of the proposal.
        #[n(0)] pub proposal: u64,
        /// The SHA-256 of what was read.
        #[n(1)] pub hash: Sha256Hex,
        /// The resolution of the board, where one is asked for.
        #[n(2)] pub board: Option<String>,
    }
}

fact! {
    /// What was proposed will not be recorded.
    pub struct EntryRejected {
        /// The number of the proposal.
        #[n(0)] pub proposal: u64,
        /// Why.
        #[n(1)] pub reason: String,
    }
}

/// An entry that is part of another: in CBOR the byte string of its canonical form, of which the hash is taken.
///
/// Invariant, of what was read from bytes: no proposal, approval or rejection is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload(Box<Entry>);

/// The numbers of the events that no payload has: what is proposed is not itself about proposals.
const ABOUT_PROPOSALS: std::ops::RangeInclusive<u64> = 21..=23;

impl Payload {
    /// The entry.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.0
    }

    /// The SHA-256 of its canonical bytes.
    #[must_use]
    pub fn hash(&self) -> Sha256Hex {
        Sha256Hex::of(Sha256::digest(self.0.to_cbor()).into())
    }

    /// Reads the bytes of an entry. What is in them is looked at first, so that nothing can be nested without end.
    fn from_bytes(bytes: &[u8]) -> Result<Payload, String> {
        if is_about_proposals(bytes) != Some(false) {
            return Err("the payload is no entry that can be proposed".to_owned());
        }
        Entry::from_cbor(bytes).map(Payload::from).map_err(|why| why.to_string())
    }
}

impl From<Entry> for Payload {
    fn from(entry: Entry) -> Payload {
        Payload(Box::new(entry))
    }
}

/// Whether an entry's bytes have an event about proposals; `None` if they are not in the form of an entry.
fn is_about_proposals(bytes: &[u8]) -> Option<bool> {
    let mut decoder = Decoder::new(bytes);
    let fields = decoder.map().ok()??;
    let mut found = false;
    for _ in 0..fields {
        if decoder.u8().ok()? != Entry::EVENTS {
            decoder.skip().ok()?;
            continue;
        }
        for _ in 0..decoder.array().ok()?? {
            if decoder.array().ok()? != Some(2) {
                return None;
            }
            found |= ABOUT_PROPOSALS.contains(&decoder.u64().ok()?);
            decoder.skip().ok()?;
        }
    }
    Some(found)
}

impl<C> Encode<C> for Payload {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0.to_cbor())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Payload {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Payload, decode::Error> {
        let at = d.position();
        Payload::from_bytes(d.bytes()?).map_err(|why| decode::Error::message(why).at(at))
    }
}

impl Canonical for Payload {
    fn read(reader: &mut Reader<'_>) -> Option<Payload> {
        Payload::from_bytes(reader.bytes()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, FAMILIES};

    fn entry(events: &str) -> Entry {
        let text = format!(
            r#"{{"id":"8ed79a3b-af9a-5246-ac56-592d7e4c222f","effective":"2026-02-15","actor":"a","events":[{events}]}}"#
        );
        Entry::from_json(&text).unwrap()
    }

    #[test]
    fn every_family_of_events_can_be_named() {
        let all = [
            Family::Books,
            Family::Mining,
            Family::Treasury,
            Family::InKind,
            Family::Derivative,
            Family::Loan,
            Family::Collateral,
            Family::Capex,
            Family::Contract,
            Family::Equity,
        ];
        for (event, family) in FAMILIES {
            assert!(all.iter().any(|known| known.as_str() == *family), "{event} is of {family}");
        }
        for known in all {
            assert!(FAMILIES.iter().any(|(_, family)| *family == known.as_str()), "{known}");
        }
    }

    #[test]
    fn the_numbers_that_no_payload_has_are_those_of_proposals_approvals_and_rejections() {
        let payload = entry(r#"{"type":"actor_revoked","actor":"b","reason":"left"}"#);
        let hash = Payload::from(payload.clone()).hash();
        let all = [
            Event::from(EntryProposed { payload: payload.into(), hash, approvals: None, board: false }),
            EntryApproved { proposal: 1, hash, board: None }.into(),
            EntryRejected { proposal: 1, reason: "no".to_owned() }.into(),
        ];
        for (number, event) in ABOUT_PROPOSALS.zip(all) {
            let bytes = minicbor::to_vec(&event).unwrap();
            let mut decoder = Decoder::new(&bytes);
            assert_eq!((decoder.array().unwrap(), decoder.u64().unwrap()), (Some(2), number));
        }
    }

    #[test]
    fn proposals_are_not_nested_however_deep_somebody_writes_them() {
        let mut bytes = entry(r#"{"type":"actor_revoked","actor":"b","reason":"left"}"#).to_cbor();
        let hash = Sha256Hex::of([0; 32]);
        let mut depth = 0;
        while bytes.len() < 200_000 {
            let payload = minicbor::bytes::ByteVec::from(bytes);
            // An event of number 21 with its two fields, in an entry with all that it must have.
            let event = (21u8, [std::collections::BTreeMap::from([(0u8, payload)])]);
            let plain = entry(r#"{"type":"actor_revoked","actor":"b","reason":"left"}"#);
            let mut encoder = Encoder::new(Vec::new());
            encoder.map(4).unwrap();
            encoder.u8(0).unwrap().encode(plain.id).unwrap();
            encoder.u8(1).unwrap().encode(plain.effective).unwrap();
            encoder.u8(2).unwrap().encode(plain.actor).unwrap();
            encoder.u8(8).unwrap().array(1).unwrap().encode(event).unwrap();
            bytes = encoder.into_writer();
            depth += 1;
        }
        assert!(depth > 1_000);
        assert!(Entry::from_cbor(&bytes).is_err());
        let _ = hash;
    }

    #[test]
    fn json_nested_without_end_is_refused_before_it_is_read() {
        let plain = entry(r#"{"type":"actor_revoked","actor":"b","reason":"left"}"#).to_json().to_string();
        let hash = "0".repeat(64);
        let mut text = plain.clone();
        for _ in 0..30 {
            let (head, tail) = plain.split_once(r#""events":["#).unwrap();
            let tail = tail.split_once(']').unwrap().1;
            text = format!(
                r#"{head}"events":[{{"type":"entry_proposed","payload":{text},"hash":"{hash}"}}]{tail}"#
            );
        }
        let fault = Entry::from_json(&text).unwrap_err();
        assert!(fault.to_string().contains("nested"), "{fault}");
    }
}
