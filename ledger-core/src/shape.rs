//! The two shapes of what the log records: a struct of numbered fields, and a closed list of names.

/// A record of the log: JSON refuses unknown fields; in CBOR a map of numbered fields, absent ones left out.
/// Numbers are never used again.
macro_rules! fact {
    ($(#[$meta:meta])* pub struct $name:ident { $(
        $(#[doc = $doc:literal])*
        $(#[serde($serde:ident)])?
        #[n($n:literal)] pub $field:ident: $type:ty,
    )* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
        #[serde(deny_unknown_fields)]
        #[cbor(map)]
        pub struct $name {
            $(
                $(#[doc = $doc])*
                $(#[serde($serde, skip_serializing_if = "crate::shape::MayBeAbsent::is_absent")])?
                #[n($n)] pub $field: $type,
            )*
        }

        crate::canonical::canonical_record!($name { $($n $field,)* });
    };
}
pub(crate) use fact;

/// A closed list of names: snake case in JSON, a number in CBOR.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $n:literal $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode,
        )]
        #[cbor(index_only)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] #[n($n)] $variant,)*
        }

        impl crate::canonical::Canonical for $name {
            #[inline]
            fn read(reader: &mut crate::canonical::Reader<'_>) -> Option<$name> {
                match reader.unsigned()? {
                    $($n => Some($name::$variant),)*
                    _ => None,
                }
            }
        }

        impl $name {
            /// The name as it stands in JSON.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use choice;

/// A field that JSON may leave out.
pub(crate) trait MayBeAbsent {
    /// Whether it is left out when it is written.
    fn is_absent(&self) -> bool;
}

impl<T> MayBeAbsent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl MayBeAbsent for bool {
    fn is_absent(&self) -> bool {
        // A plain no is said.
        false
    }
}
