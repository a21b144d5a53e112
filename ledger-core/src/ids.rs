//! Names of things: wallets, facilities, parties, accounts, lots. Short ASCII texts held inline, so that
//! copying one costs no allocation.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

use crate::strict_json::text_form;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}: {rule}")]
pub struct NotAName {
    text: String,
    what: &'static str,
    rule: String,
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal, $first:ident, $rest:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(ArrayString<$max>);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = NotAName;
            fn from_str(text: &str) -> Result<$name, NotAName> {
                let allowed: fn(&u8) -> bool = $rest;
                let well_formed = text.as_bytes().first().is_some_and(u8::$first) && text.as_bytes().iter().all(allowed);
                let name = well_formed.then(|| ArrayString::from(text).ok()).flatten();
                name.map($name).ok_or_else(|| NotAName {
                    text: text.to_owned(),
                    what: $what,
                    rule: format!("1 to {} of {}", $max, $rule),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        text_form!($name, $what);

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                e.str(self.as_str())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<$name, decode::Error> {
                let at = d.position();
                d.str()?.parse().map_err(|_| decode::Error::message(concat!("not ", $what)).at(at))
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        name_type!(
            $(#[$doc])* $name, $what, 39, is_ascii_alphanumeric,
            |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'),
            "letters, digits, `.`, `_`, `-`, starting with a letter or digit"
        );
    };
}

name_type! {
    /// A place of coins or money of our own: a bank account, a cold wallet, an exchange account.
    WalletId, "a wallet's name"
}
name_type! {
    /// A loan facility.
    FacilityId, "a facility's name"
}
name_type! {
    /// A counterparty. Names of persons never stand in the log.
    PartyId, "a party's name"
}
name_type! {
    /// A capital commitment.
    CommitmentId, "a commitment's name"
}
name_type! {
    /// A project that capital is spent on.
    ProjectId, "a project's name"
}
name_type! {
    /// An item of plant or equipment.
    AssetId, "an asset's name"
}
name_type! {
    /// A set of books over the log, such as `us-gaap` or `tax`.
    BookId, "a book's name"
}
name_type! {
    /// Who recorded an entry: a role's identifier, never a person's name.
    ActorId, "an actor's name"
}
name_type! {
    /// A free name that groups entries over time, such as one loan's paydown.
    TransactionId, "a transaction's name", 64, is_ascii_alphanumeric,
    |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/' | b':'),
    "letters, digits, `.`, `_`, `-`, `/`, `:`, starting with a letter or digit"
}
name_type! {
    /// The code of a coin or currency: `BTC`, `USDT`, `USD`.
    Commodity, "a commodity's code", 10, is_ascii_uppercase,
    |b| b.is_ascii_uppercase() || b.is_ascii_digit(),
    "capital letters and digits, starting with a letter"
}

/// Where coins lie.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In a wallet of ours.
    #[n(0)]
    Wallet(#[n(0)] WalletId),
    /// With the lender of a facility.
    #[n(1)]
    Facility(#[n(0)] FacilityId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Wallet(wallet) => write!(f, "wallet {wallet}"),
            Place::Facility(facility) => write!(f, "facility {facility}"),
        }
    }
}

/// The event that gave birth to a lot, which is the lot's name: entry number (from 1) and event (from 0),
/// printed `12.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct LotId {
    /// The entry's number.
    #[n(0)]
    pub entry: u64,
    /// The event within the entry.
    #[n(1)]
    pub event: u32,
    /// The lot within the event; only an opening gives birth to more than one. Printed `12.0.3`.
    #[n(2)]
    pub part: u32,
}

impl fmt::Display for LotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            0 => write!(f, "{}.{}", self.entry, self.event),
            part => write!(f, "{}.{}.{part}", self.entry, self.event),
        }
    }
}

impl FromStr for LotId {
    type Err = NotAName;
    fn from_str(text: &str) -> Result<LotId, NotAName> {
        let refused = || NotAName {
            text: text.to_owned(),
            what: "a lot's name",
            rule: "the entry's number, a point, the event's, as in `12.0`".to_owned(),
        };
        let mut parts = text.split('.').map(str::parse::<u32>);
        let mut next = || parts.next().transpose().map_err(|_| refused());
        let (entry, event, part) = (next()?, next()?, next()?);
        match (entry, event, next()?) {
            (Some(entry), Some(event), None) => {
                Ok(LotId { entry: entry.into(), event, part: part.unwrap_or(0) })
            }
            _ => Err(refused()),
        }
    }
}

text_form!(LotId, "a lot's name such as \"12.0\"");

/// A line of business that revenue and cost belong to (ASC 280).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Segment {
    /// Bitcoin mining.
    #[n(0)]
    Mining,
    /// AI computing.
    #[n(1)]
    Ai,
    /// The treasury itself.
    #[n(2)]
    Treasury,
    /// What belongs to no line.
    #[n(3)]
    Corporate,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Segment::Mining => "mining",
            Segment::Ai => "ai",
            Segment::Treasury => "treasury",
            Segment::Corporate => "corporate",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_plain_ascii() {
        for good in ["cold-1", "antalpha", "a", "2026.q1_x"] {
            assert!(good.parse::<WalletId>().is_ok(), "{good}");
        }
        for bad in ["", "-x", "a b", "käse", "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"] {
            assert!(bad.parse::<WalletId>().is_err(), "{bad}");
        }
        assert!("btc".parse::<Commodity>().is_err());
    }

    #[test]
    fn a_lot_is_named_by_entry_and_event() {
        assert_eq!("12.0".parse::<LotId>().unwrap().to_string(), "12.0");
        assert_eq!("12.0.3".parse::<LotId>().unwrap().to_string(), "12.0.3");
        for bad in ["12", "12.", "a.b", "1.2.3.4", ""] {
            assert!(bad.parse::<LotId>().is_err(), "{bad}");
        }
    }
}
