//! Names of things: wallets, facilities, parties, accounts, lots. Short ASCII texts that are kept in a table or held
//! inline, so that copying one costs no allocation.

mod break_id;

pub use break_id::BreakId;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use arrayvec::ArrayString;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

use crate::canonical::{Canonical, Reader};
use crate::names::{Name, Table};
use crate::shape::choice;
use crate::strict_json::{text_form, text_form_or_parts};

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}: {rule}")]
pub struct NotAName {
    text: String,
    what: &'static str,
    rule: String,
}

/// What the text of a kind of name must be.
struct Rule {
    bytes_max: usize,
    first: fn(&u8) -> bool,
    rest: fn(&u8) -> bool,
    in_words: &'static str,
}

const PLAIN: Rule = Rule {
    bytes_max: 39,
    first: u8::is_ascii_alphanumeric,
    rest: |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'),
    in_words: "letters, digits, `.`, `_`, `-`, starting with a letter or digit",
};

const TRANSACTION: Rule = Rule {
    bytes_max: 64,
    first: u8::is_ascii_alphanumeric,
    rest: |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/' | b':'),
    in_words: "letters, digits, `.`, `_`, `-`, `/`, `:`, starting with a letter or digit",
};

const CODE: Rule = Rule {
    bytes_max: 10,
    first: u8::is_ascii_uppercase,
    rest: |b| b.is_ascii_uppercase() || b.is_ascii_digit(),
    in_words: "capital letters and digits, starting with a letter",
};

impl Rule {
    fn check(&self, text: &str, what: &'static str) -> Result<(), NotAName> {
        let bytes = text.as_bytes();
        let well_formed = bytes.first().is_some_and(self.first) && bytes.iter().all(self.rest);
        if well_formed && bytes.len() <= self.bytes_max {
            return Ok(());
        }
        let rule = format!("1 to {} of {}", self.bytes_max, self.in_words);
        Err(NotAName { text: text.to_owned(), what, rule })
    }
}

/// What every name can do, however its text is held: read, printed, put in order by its text.
macro_rules! text_of_name {
    ($name:ident, $what:literal) => {
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
            #[inline]
            fn encode<W: encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
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
}

/// A name kept in a table of its kind: a pointer, equal to another when both point to the same text.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name(&'static Name);

        impl $name {
            const TABLE: &'static Table = {
                static TABLE: Table = Table::empty();
                &TABLE
            };

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &'static str {
                self.0.text()
            }
        }

        impl FromStr for $name {
            type Err = NotAName;
            fn from_str(text: &str) -> Result<$name, NotAName> {
                // What was kept has been checked.
                if let Some(name) = $name::TABLE.find(text.as_bytes()) {
                    return Ok($name(name));
                }
                $rule.check(text, $what)?;
                Ok($name($name::TABLE.keep(text)))
            }
        }

        impl Canonical for $name {
            #[inline]
            fn read(reader: &mut Reader<'_>) -> Option<$name> {
                let text = reader.raw_text()?;
                match $name::TABLE.find(text) {
                    Some(name) => Some($name(name)),
                    None => std::str::from_utf8(text).ok()?.parse().ok(),
                }
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &$name) -> bool {
                std::ptr::eq(self.0, other.0)
            }
        }

        impl Eq for $name {}

        impl Ord for $name {
            #[inline]
            fn cmp(&self, other: &$name) -> Ordering {
                if self == other { Ordering::Equal } else { self.as_str().cmp(other.as_str()) }
            }
        }

        impl PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &$name) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Hash for $name {
            #[inline]
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u64(self.0.hash());
            }
        }

        text_of_name!($name, $what);
    };
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        name_type!($(#[$doc])* $name, $what, PLAIN);
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
    /// A contract for power or computing.
    ContractId, "a contract's name"
}
name_type! {
    /// A derivative.
    DerivativeId, "a derivative's name"
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
    /// The code of a coin or currency: `BTC`, `USDT`, `USD`.
    Commodity, "a commodity's code", CODE
}

/// A free name that groups entries over time, such as one loan's paydown. Every entry may have its own, so the
/// text is held inline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionId(ArrayString<64>);

impl TransactionId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for TransactionId {
    type Err = NotAName;
    fn from_str(text: &str) -> Result<TransactionId, NotAName> {
        TRANSACTION.check(text, "a transaction's name")?;
        // What the rule lets pass fits.
        Ok(TransactionId(ArrayString::from(text).unwrap_or_default()))
    }
}

text_of_name!(TransactionId, "a transaction's name");

impl Canonical for TransactionId {
    fn read(reader: &mut Reader<'_>) -> Option<TransactionId> {
        reader.text()?.parse().ok()
    }
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

impl Canonical for Place {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<Place> {
        match reader.kind(1)? {
            0 => Canonical::read(reader).map(Place::Wallet),
            1 => Canonical::read(reader).map(Place::Facility),
            _ => None,
        }
    }
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

impl Canonical for LotId {
    fn read(reader: &mut Reader<'_>) -> Option<LotId> {
        if reader.list()? != 3 {
            return None;
        }
        Some(LotId {
            entry: Canonical::read(reader)?,
            event: Canonical::read(reader)?,
            part: Canonical::read(reader)?,
        })
    }
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

text_form_or_parts!(LotId, "a lot's name such as \"12.0\"", (u64, u32, u32));

impl LotId {
    fn to_parts(self) -> (u64, u32, u32) {
        (self.entry, self.event, self.part)
    }

    fn of_parts((entry, event, part): (u64, u32, u32)) -> Option<LotId> {
        Some(LotId { entry, event, part })
    }
}

choice! {
    /// A line of business that revenue and cost belong to (ASC 280).
    pub enum Segment {
        /// Bitcoin mining.
        0 Mining = "mining",
        /// AI computing.
        1 Ai = "ai",
        /// The treasury itself.
        2 Treasury = "treasury",
        /// What belongs to no line.
        3 Corporate = "corporate",
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
