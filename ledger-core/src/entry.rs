//! The entry: events that stand or fall together, who recorded them, and what supports them. It is the unit
//! of the log; its canonical bytes are what proofs cover and what an approval names.

mod documents;
pub mod lookups;

use std::collections::BTreeMap;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::canonical::{Canonical, Reader, canonical_record};
use crate::event::{EntryApproved, EntryProposed, Event};
use crate::evidence::Evidence;
use crate::ids::{ActorId, TransactionId};
use crate::shape::MayBeAbsent;
use crate::strict_json::{self, Fault};
use crate::time::{Day, Effective, OrderKey, Rank, Zone};
use crate::usual_json;

/// Events at one effective time, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Entry {
    /// Given by the client before the first attempt, so that a retry is harmless.
    #[n(0)]
    pub id: EntryId,
    /// When it happened.
    #[n(1)]
    pub effective: Effective,
    /// Who recorded it.
    #[n(2)]
    pub actor: ActorId,
    /// The transaction it belongs to.
    #[n(3)]
    pub transaction: Option<TransactionId>,
    /// In words.
    #[n(4)]
    pub memo: Option<String>,
    /// When it really occurred, if the period was no longer open: listed as out of period.
    #[n(5)]
    pub occurred: Option<Day>,
    /// What supports it.
    #[serde(default, skip_serializing_if = "MayBeAbsent::is_absent")]
    #[n(6)]
    pub evidence: Vec<Evidence>,
    /// References into other systems.
    #[serde(default, skip_serializing_if = "MayBeAbsent::is_absent")]
    #[n(7)]
    pub refs: References,
    /// What happened, in order.
    #[n(8)]
    pub events: Vec<Event>,
}

canonical_record!(Entry {
    0 id,
    1 effective,
    2 actor,
    3 transaction,
    4 memo,
    5 occurred,
    6 evidence,
    7 refs,
    8 events,
});

/// The identifier of an entry, a UUID: version 7 where the ledger makes it, version 5 over source ids for imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(Uuid);

impl EntryId {
    /// The UUID's bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }
}

impl From<Uuid> for EntryId {
    fn from(id: Uuid) -> EntryId {
        EntryId(id)
    }
}

impl std::str::FromStr for EntryId {
    type Err = String;
    fn from_str(text: &str) -> Result<EntryId, String> {
        let id = Uuid::try_parse(text).ok().filter(|id| !id.is_nil() && text.len() == 36);
        id.map(EntryId)
            .ok_or_else(|| format!("`{text}` is not a UUID such as 019c3e1b-7a10-7c3e-9b1f-0242ac120002"))
    }
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

strict_json::text_form!(EntryId, "a UUID");

impl<C> Encode<C> for EntryId {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(self.0.as_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for EntryId {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<EntryId, decode::Error> {
        let at = d.position();
        Uuid::from_slice(d.bytes()?).map(EntryId).map_err(|_| decode::Error::message("not a UUID").at(at))
    }
}

impl Canonical for EntryId {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<EntryId> {
        Uuid::from_slice(reader.bytes()?).ok().map(EntryId)
    }
}

/// References into other systems, by name. In CBOR a list of pairs in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct References(pub BTreeMap<String, String>);

impl MayBeAbsent for References {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<C> Encode<C> for References {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(self.0.len() as u64)?;
        self.0.iter().try_for_each(|(name, value)| e.array(2)?.str(name)?.str(value)?.ok())
    }
}

impl<'b, C> Decode<'b, C> for References {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<References, decode::Error> {
        let pairs: Vec<(String, String)> = d.decode_with(ctx)?;
        Ok(References(pairs.into_iter().collect()))
    }
}

impl Canonical for References {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<References> {
        let mut pairs = BTreeMap::new();
        for _ in 0..reader.list()? {
            let (name, value) = match reader.list()? {
                2 => (String::read(reader)?, String::read(reader)?),
                _ => return None,
            };
            if pairs.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return None;
            }
            pairs.insert(name, value);
        }
        Some(References(pairs))
    }
}

/// Why bytes are not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEntry {
    /// The bytes do not decode.
    #[error("the bytes are not an entry: {0}")]
    Undecodable(String),
    /// They decode, but are not the one form that the entry has.
    #[error("the bytes are not in the entry's canonical form")]
    NotCanonical,
}

impl Entry {
    /// The number of the field in which its events are.
    pub(crate) const EVENTS: u8 = 8;

    /// Reads one line of JSON.
    ///
    /// # Errors
    /// The first [`Fault`] of the text.
    pub fn from_json(text: &str) -> Result<Entry, Fault> {
        usual_json::from_str(text).map_or_else(|| strict_json::from_str(text), Ok)
    }

    /// The entry as JSON, absent fields left out.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        // Serialising plain structs, texts and numbers to a tree has no way to fail.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        drop_absent(&mut value);
        value
    }

    /// The canonical bytes: deterministic CBOR (RFC 8949 4.2), independent of the ledger's state.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        // Room for nearly every entry, which would otherwise grow six times while it is written.
        let mut bytes = Vec::with_capacity(256);
        // Writing to memory cannot fail.
        let _written = minicbor::encode(self, &mut bytes);
        bytes
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`NotAnEntry`] for any other bytes.
    pub fn from_cbor(bytes: &[u8]) -> Result<Entry, NotAnEntry> {
        Reader::whole(bytes).map_or_else(|| Entry::from_unlikely_cbor(bytes), Ok)
    }

    /// Judges bytes that are in a rare form or in a wrong one. Derived decoders are lenient, so what was read is written
    /// again and compared.
    fn from_unlikely_cbor(bytes: &[u8]) -> Result<Entry, NotAnEntry> {
        let entry: Entry = minicbor::decode(bytes).map_err(|why| NotAnEntry::Undecodable(why.to_string()))?;
        // Written against the bytes themselves: nothing is kept, and the first difference ends it.
        let mut rest = Same(bytes);
        match minicbor::encode(&entry, &mut rest) {
            Ok(()) if rest.0.is_empty() => Ok(entry),
            Ok(()) | Err(_) => Err(NotAnEntry::NotCanonical),
        }
    }

    /// The earliest rank among its events, which is the entry's own.
    #[must_use]
    pub fn rank(&self) -> Rank {
        self.events.iter().map(Event::rank).min().unwrap_or(Rank::Fact)
    }

    /// Whether it declares something, beside what else it tells.
    #[must_use]
    pub fn declares(&self) -> bool {
        self.events.iter().any(Event::declares)
    }

    /// The days on which journals of it are mirrored by themselves, in order.
    #[must_use]
    pub fn echo_days(&self) -> Vec<Day> {
        let mut days: Vec<Day> = self.events.iter().filter_map(Event::reverses_on).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// What happens by itself on such a day: the mirror of the journals that say so.
    #[must_use]
    pub fn echo(&self, number: u64, on: Day) -> Entry {
        let mirrored = |event: &Event| {
            let Event::JournalRecorded(journal) = event else { return None };
            (journal.reverses_on == Some(on)).then(|| Event::from(journal.mirrored()))
        };
        Entry {
            effective: Effective::Day(on),
            memo: Some(format!("Reversal of entry {number}")),
            occurred: None,
            events: self.events.iter().filter_map(mirrored).collect(),
            ..self.clone()
        }
    }

    /// What it proposes, approves of or rejects, if it does.
    #[must_use]
    pub fn about_proposals(&self) -> Option<&Event> {
        self.events.iter().find(|event| event.is_about_proposals())
    }

    /// The entry that it proposes.
    #[must_use]
    pub fn proposed(&self) -> Option<&EntryProposed> {
        if let Some(Event::EntryProposed(proposed)) = self.about_proposals() { Some(proposed) } else { None }
    }

    /// What it approves of.
    #[must_use]
    pub fn approved(&self) -> Option<&EntryApproved> {
        if let Some(Event::EntryApproved(approved)) = self.about_proposals() { Some(approved) } else { None }
    }

    /// Its place in accounting order, unless it posts what it approves of.
    #[must_use]
    pub fn order(&self, zone: Zone) -> OrderKey {
        OrderKey::new(self.effective, self.rank(), zone)
    }
}

/// Takes what is written as long as it is the same as these bytes.
struct Same<'a>(&'a [u8]);

/// What was written is not what stands there.
#[derive(Debug, thiserror::Error)]
#[error("other bytes")]
struct Differs;

impl encode::Write for Same<'_> {
    type Error = Differs;

    fn write_all(&mut self, written: &[u8]) -> Result<(), Differs> {
        self.0 = self.0.strip_prefix(written).ok_or(Differs)?;
        Ok(())
    }
}

fn drop_absent(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.retain(|_, field| {
                drop_absent(field);
                !field.is_null()
            });
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(drop_absent),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALE: &str = r#"{"id":"8ed79a3b-af9a-5246-ac56-592d7e4c222f","effective":"2026-02-15","actor":"controller-1",
        "refs":{"b":"2","a":"1"},"evidence":[{"name":"trade confirmation"}],
        "events":[{"type":"coins_sold","commodity":"BTC","units":"6.00","proceeds":{"amount":"411144.00","currency":"USD"},
        "to":{"wallet":"bank"},"from":{"wallet":"cold"}}]}"#;

    #[test]
    fn an_entry_has_one_canonical_form() {
        let entry = Entry::from_json(SALE).unwrap();
        let bytes = entry.to_cbor();
        assert_eq!(Entry::from_cbor(&bytes), Ok(entry.clone()));
        assert_eq!(Entry::from_json(&entry.to_json().to_string()), Ok(entry.clone()));
        let respelt = Entry::from_json(&SALE.replace("6.00", "6")).unwrap();
        assert_eq!(respelt.to_cbor(), bytes);
    }

    #[test]
    fn what_is_usual_is_read_in_one_pass_and_what_is_rare_is_read_too() {
        let bytes = Entry::from_json(SALE).unwrap().to_cbor();
        assert!(Reader::whole::<Entry>(&bytes).is_some());
        let large = Entry::from_json(&SALE.replace("411144.00", "18446744073709551616")).unwrap();
        assert!(Reader::whole::<Entry>(&large.to_cbor()).is_none());
        assert_eq!(Entry::from_cbor(&large.to_cbor()), Ok(large));
    }

    #[test]
    fn json_as_it_is_usually_spelt_is_read_in_one_pass_and_any_other_is_read_too() {
        let quick = usual_json::from_str::<Entry>;
        let entry = Entry::from_json(SALE).unwrap();
        assert_eq!(quick(SALE), Some(entry.clone()));
        let escaped = SALE.replace("cold", r"c\u006fld").replace(r#""actor""#, r#""\u0061ctor""#);
        assert_eq!(quick(&escaped), Some(entry.clone()));
        let told_late = SALE
            .replace(r#""type":"coins_sold","commodity":"BTC""#, r#""commodity":"BTC","type":"coins_sold""#);
        assert_eq!((quick(&told_late), Entry::from_json(&told_late)), (None, Ok(entry)));
        let twice = SALE.replace(r#""b":"2""#, r#""a":"2""#);
        assert_eq!(quick(&twice), None);
        assert_eq!(Entry::from_json(&twice).unwrap_err().to_string(), "refs: the key `a` stands twice");
    }

    #[test]
    fn a_list_that_must_be_there_is_written_when_it_is_empty() {
        let text = SALE.split(r#""events""#).next().unwrap().to_owned()
            + r#""events":[{"type":"journal_recorded","book":"us-gaap","lines":[]}]}"#;
        let entry = Entry::from_json(&text).unwrap();
        assert_eq!(Entry::from_json(&entry.to_json().to_string()), Ok(entry));
    }

    #[test]
    fn bytes_in_any_other_form_are_refused() {
        let bytes = Entry::from_json(SALE).unwrap().to_cbor();
        let mut trailing = bytes.clone();
        trailing.push(0);
        assert_eq!(Entry::from_cbor(&trailing), Err(NotAnEntry::NotCanonical));
        let mut unknown_field = bytes.clone();
        unknown_field[0] += 1;
        unknown_field.extend([0x18, 0x63, 0x00]);
        assert_eq!(Entry::from_cbor(&unknown_field), Err(NotAnEntry::NotCanonical));
        assert!(matches!(Entry::from_cbor(&bytes[..bytes.len() - 1]), Err(NotAnEntry::Undecodable(_))));
    }

    #[test]
    fn an_entry_takes_the_earliest_rank_of_its_events() {
        let accrued_and_paid = SALE.replace(
            r#""events":["#,
            r#""events":[{"type":"interest_accrued","facility":"f","through":"2026-02-15"},"#,
        );
        assert_eq!(Entry::from_json(&accrued_and_paid).unwrap().rank(), Rank::Fact);
    }
}
