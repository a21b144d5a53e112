//! Reads the one form that a record has in the log, in a single pass, and nothing else. Whatever it takes is canonical:
//! shortest heads, definite lengths, fields in order, none that is absent or unknown. Whatever it does not take is left
//! to the lenient decoders, which say what is wrong with it.

use std::str::FromStr;

/// A type with one form in the log.
pub(crate) trait Canonical: Sized {
    /// Reads it, or gives up: `None` says that the bytes are in another form, or in one that is too rare to be worth
    /// a way of its own here.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;

    /// Its value where a record leaves it out, if it may be left out.
    #[inline]
    fn absent() -> Option<Self> {
        None
    }
}

/// The bytes not read yet.
pub(crate) struct Reader<'b>(&'b [u8]);

/// The major types of CBOR (RFC 8949 3.1).
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

/// Arguments below this stand in the head itself, so that a head is one byte.
const INLINE: u64 = 24;

impl<'b> Reader<'b> {
    /// Reads a value that all of the bytes must belong to.
    pub(crate) fn whole<T: Canonical>(bytes: &'b [u8]) -> Option<T> {
        let mut reader = Reader(bytes);
        let value = T::read(&mut reader)?;
        reader.0.is_empty().then_some(value)
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    #[inline]
    fn take(&mut self, count: u64) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// A head in its shortest form: the major type and its argument.
    #[inline]
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = self.byte()?;
        let (major, short) = (first >> 5, u64::from(first & 0x1f));
        if short < INLINE { Some((major, short)) } else { Some((major, self.argument(short)?)) }
    }

    /// An argument too large to stand in the head, in no more bytes than it needs.
    fn argument(&mut self, short: u64) -> Option<u64> {
        let (bytes, least) = match short {
            24 => (1, INLINE),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return None,
        };
        let value = self.take(bytes)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        (value >= least).then_some(value)
    }

    #[inline]
    fn expect(&mut self, major: u8) -> Option<u64> {
        let (found, argument) = self.head()?;
        (found == major).then_some(argument)
    }

    /// Whether the next byte is this one, which is then read.
    #[inline]
    pub(crate) fn next_is(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            Some(_) | None => false,
        }
    }

    /// A whole number of either sign.
    #[inline]
    pub(crate) fn integer(&mut self) -> Option<i128> {
        match self.head()? {
            (UNSIGNED, value) => Some(value.into()),
            (NEGATIVE, value) => Some(-1 - i128::from(value)),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    #[inline]
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        self.expect(UNSIGNED)
    }

    /// A byte string.
    #[inline]
    pub(crate) fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.expect(BYTES)?;
        self.take(length)
    }

    /// The bytes of a text, which may not be UTF-8.
    #[inline]
    pub(crate) fn raw_text(&mut self) -> Option<&'b [u8]> {
        let length = self.expect(TEXT)?;
        self.take(length)
    }

    /// A text.
    #[inline]
    pub(crate) fn text(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.raw_text()?).ok()
    }

    /// The head of a list: how many items follow.
    #[inline]
    pub(crate) fn list(&mut self) -> Option<u64> {
        self.expect(ARRAY)
    }

    /// The head of a record: how many fields follow.
    #[inline]
    pub(crate) fn fields(&mut self) -> Option<u64> {
        self.expect(MAP)
    }

    /// The field of this number, if it comes next; else its value where it is left out.
    #[inline]
    pub(crate) fn field<T: Canonical>(&mut self, number: u8, left: &mut u64) -> Option<T> {
        if *left > 0 && u64::from(number) < INLINE && self.next_is(number) {
            *left -= 1;
            return T::read(self);
        }
        T::absent()
    }

    /// The head of one of several kinds, which is a list of its number and its fields: the number.
    #[inline]
    pub(crate) fn kind(&mut self, fields: u64) -> Option<u64> {
        let number = if self.list()? == 2 { self.unsigned()? } else { return None };
        (self.list()? == fields).then_some(number)
    }

    /// A text in the form that its type prints.
    pub(crate) fn printed<T: FromStr + ToString>(&mut self) -> Option<T> {
        let text = self.text()?;
        text.parse().ok().filter(|value: &T| value.to_string() == text)
    }
}

/// Reads a record: a map of numbered fields in ascending order.
macro_rules! canonical_record {
    ($name:ident { $($n:literal $field:ident,)* }) => {
        impl crate::canonical::Canonical for $name {
            #[inline]
            fn read(reader: &mut crate::canonical::Reader<'_>) -> Option<$name> {
                let mut left = reader.fields()?;
                $(let $field = reader.field($n, &mut left)?;)*
                (left == 0).then_some($name { $($field,)* })
            }
        }
    };
}
pub(crate) use canonical_record;

impl<T: Canonical> Canonical for Option<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<Option<T>> {
        T::read(reader).map(Some)
    }

    #[inline]
    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<Vec<T>> {
        let count = usize::try_from(reader.list()?).ok()?;
        // No item is shorter than a byte, so an absurd count reserves no more than there is.
        let mut items = Vec::with_capacity(count.min(reader.0.len()));
        for _ in 0..count {
            items.push(T::read(reader)?);
        }
        Some(items)
    }
}

impl Canonical for String {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<String> {
        reader.text().map(str::to_owned)
    }
}

impl Canonical for bool {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Option<bool> {
        match reader.byte()? {
            0xf4 => Some(false),
            0xf5 => Some(true),
            _ => None,
        }
    }
}

macro_rules! whole_numbers {
    ($($name:ident)*) => {
        $(impl Canonical for $name {
            #[inline]
            fn read(reader: &mut Reader<'_>) -> Option<$name> {
                reader.integer()?.try_into().ok()
            }
        })*
    };
}
whole_numbers!(u8 u16 u32 u64 i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_in_their_shortest_form_only() {
        for value in [0, 1, 23, 24, 255, 256, 65_535, 65_536, u64::from(u32::MAX), 1 << 32, u64::MAX] {
            let bytes = minicbor::to_vec(value).unwrap();
            assert_eq!(Reader::whole::<u64>(&bytes), Some(value));
            assert_eq!(Reader::whole::<u64>(&[&bytes[..], &[0]].concat()), None);
        }
        for value in [0, -1, -24, -25, i64::MAX, i64::MIN] {
            assert_eq!(Reader::whole::<i64>(&minicbor::to_vec(value).unwrap()), Some(value));
        }
        for longer in [
            &[0x18, 23][..],
            &[0x19, 0, 255],
            &[0x1a, 0, 0, 255, 255],
            &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],
        ] {
            assert_eq!(Reader::whole::<u64>(longer), None, "{longer:?}");
        }
        assert_eq!(Reader::whole::<u64>(&[]), None);
        assert_eq!(Reader::whole::<u64>(&[0x1c]), None);
        assert_eq!(Reader::whole::<Vec<u64>>(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255, 0]), None);
        assert_eq!(Reader::whole::<Vec<u64>>(&[0x9f, 0xff]), None);
    }
}
