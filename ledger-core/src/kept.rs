//! How facts stand in a fold that is written down: as the log has them, in CBOR. Their JSON form is for people, and
//! its texts and lists would take a damaged length at its word.

use std::borrow::Cow;
use std::fmt;

use minicbor::{Decode, Encode};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are written and read as such, not one by one.
#[derive(Debug)]
pub(crate) struct Bytes<'b>(pub(crate) Cow<'b, [u8]>);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes<'de>, D::Error> {
        struct AsBytes;
        impl<'de> Visitor<'de> for AsBytes {
            type Value = Bytes<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Bytes<'de>, E> {
                Ok(Bytes(Cow::Borrowed(bytes)))
            }
            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes<'de>, E> {
                Ok(Bytes(Cow::Owned(bytes)))
            }
        }
        deserializer.deserialize_bytes(AsBytes)
    }
}

/// A fact as the log has it.
pub(crate) mod fact {
    use super::*;

    pub(crate) fn serialize<T: Encode<()>, S: Serializer>(
        fact: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        // Writing to memory cannot fail.
        serializer.serialize_bytes(&minicbor::to_vec(fact).unwrap_or_default())
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: for<'b> Decode<'b, ()>,
        D: Deserializer<'de>,
    {
        let Bytes(bytes) = Bytes::deserialize(deserializer)?;
        minicbor::decode(&bytes).map_err(D::Error::custom)
    }
}

/// Facts by key.
pub(crate) mod facts {
    use std::hash::Hash;

    use super::*;
    use crate::tracked::Tracked;

    /// A fact beside its key.
    #[derive(Clone, Serialize, Deserialize)]
    #[serde(bound(serialize = "T: Encode<()>", deserialize = "T: for<'b> Decode<'b, ()>"))]
    struct Fact<T>(#[serde(with = "super::fact")] T);

    pub(crate) fn serialize<K, T, S>(facts: &Tracked<K, T>, serializer: S) -> Result<S::Ok, S::Error>
    where
        K: Serialize + Ord + Hash + Copy,
        T: Encode<()> + Clone,
        S: Serializer,
    {
        facts.map(|fact| Fact(fact.clone())).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, K, T, D>(deserializer: D) -> Result<Tracked<K, T>, D::Error>
    where
        K: Deserialize<'de> + Ord + Hash + Copy,
        T: for<'b> Decode<'b, ()> + Clone,
        D: Deserializer<'de>,
    {
        let facts = Tracked::<K, Fact<T>>::deserialize(deserializer)?;
        Ok(facts.map(|Fact(fact)| fact.clone()))
    }
}
