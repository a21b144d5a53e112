//! Strict JSON for entries: text to a tree that keeps duplicate keys visible, then to typed values, with
//! every fault naming its path, the field and what was expected. A `type` beside the fields selects an event.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

/// What is wrong with a JSON text, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The way to the value, such as `events[0].proceeds.amount`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub what: FaultKind,
}

/// The kinds of fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is not JSON.
    NotJson(String),
    /// An object has a key twice.
    DuplicateKey(String),
    /// A field that the object does not have.
    UnknownField {
        /// The field given.
        field: String,
        /// The fields there are.
        known: &'static [&'static str],
    },
    /// A name outside a closed list: an event type, a kind, a choice.
    UnknownName {
        /// The name given.
        name: String,
        /// The names there are.
        known: &'static [&'static str],
    },
    /// A field that must be there is not.
    Missing(String),
    /// A value of the wrong kind, or a text that is not of its form.
    Invalid(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        match &self.what {
            FaultKind::NotJson(why) => write!(f, "not JSON: {why}"),
            FaultKind::DuplicateKey(key) => write!(f, "the key `{key}` stands twice"),
            FaultKind::UnknownField { field, .. } => write!(f, "there is no field `{field}` here"),
            FaultKind::UnknownName { name, .. } => write!(f, "`{name}` is not known here"),
            FaultKind::Missing(field) => write!(f, "the field `{field}` is missing"),
            FaultKind::Invalid(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    fn here(what: FaultKind) -> Fault {
        Fault { path: String::new(), what }
    }

    fn under(mut self, step: &str) -> Fault {
        let joint = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{step}{joint}{}", self.path);
        self
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(why: T) -> Fault {
        Fault::here(FaultKind::Invalid(why.to_string()))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Fault {
        Fault::here(FaultKind::UnknownField { field: field.to_owned(), known })
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Fault {
        Fault::here(FaultKind::UnknownName { name: name.to_owned(), known })
    }

    fn missing_field(field: &'static str) -> Fault {
        Fault::here(FaultKind::Missing(field.to_owned()))
    }

    fn duplicate_field(field: &'static str) -> Fault {
        Fault::here(FaultKind::DuplicateKey(field.to_owned()))
    }
}

/// So deep may objects and lists lie in each other: an entry in an entry, and some more.
const DEPTH_MOST: u8 = 20;

/// Reads a value from JSON text.
///
/// # Errors
/// The first [`Fault`] in the text.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let node: Node =
        serde_json::from_str(text).map_err(|why| Fault::here(FaultKind::NotJson(why.to_string())))?;
    node.refuse_duplicates(DEPTH_MOST)?;
    T::deserialize(node)
}

/// Reads a type whose form is a text.
pub(crate) fn parsed<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    struct Text<T>(&'static str, PhantomData<T>);
    impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text(expected, PhantomData))
}

/// Gives a type with `Display` and `FromStr` its JSON form: that text.
macro_rules! text_form {
    ($name:ident, $what:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                crate::strict_json::parsed(deserializer, $what)
            }
        }
    };
}
pub(crate) use text_form;

/// The same for a type that snapshots hold in great numbers: there its form is that of its parts.
macro_rules! text_form_or_parts {
    ($name:ident, $what:expr, $parts:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                let parts: $parts = self.to_parts();
                parts.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                if deserializer.is_human_readable() {
                    return crate::strict_json::parsed(deserializer, $what);
                }
                let parts = <$parts>::deserialize(deserializer)?;
                $name::of_parts(parts).ok_or_else(|| serde::de::Error::custom(concat!("not ", $what)))
            }
        }
    };
}
pub(crate) use text_form_or_parts;

/// The enum whose variant is told by `type` alone; any other object of one field is told by that field.
pub(crate) const TOLD_BY_TYPE: &str = "Event";

/// A JSON value as it stood in the text, keys in order and not yet unique.
#[derive(Debug, Clone)]
enum Node {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    fn refuse_duplicates(&self, room: u8) -> Result<(), Fault> {
        let inside = room.checked_sub(1);
        let inside = inside.ok_or_else(|| Fault::here(FaultKind::Invalid("nested too deep".to_owned())))?;
        match self {
            Node::Object(fields) => fields.iter().enumerate().try_for_each(|(index, (key, value))| {
                if fields.iter().take(index).any(|(earlier, _)| earlier == key) {
                    return Err(Fault::here(FaultKind::DuplicateKey(key.clone())));
                }
                value.refuse_duplicates(inside).map_err(|fault| fault.under(key))
            }),
            Node::List(items) => items.iter().enumerate().try_for_each(|(index, item)| {
                item.refuse_duplicates(inside).map_err(|fault| fault.under(&format!("[{index}]")))
            }),
            Node::Null | Node::Bool(_) | Node::Signed(_) | Node::Unsigned(_) | Node::Text(_) => Ok(()),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// Has no way to take a fraction: a number with a point or an exponent is refused before it could become a float.
struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, a list or an object (amounts are texts: \"4451.5\")")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Signed(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = object.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Object(fields))
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Node::Null => Err(<Fault as de::Error>::custom("null is no value here; leave the field out")),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Signed(value) => visitor.visit_i64(value),
            Node::Unsigned(value) => visitor.visit_u64(value),
            Node::Text(value) => visitor.visit_string(value),
            Node::List(items) => visitor.visit_seq(Items { next: 0, items: items.into_iter() }),
            Node::Object(fields) => visitor.visit_map(Fields { value: None, fields: fields.into_iter() }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        kind: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Node::Text(name) = self {
            return visitor.visit_enum(Choice { name, rest: None });
        }
        let Node::Object(mut fields) = self else {
            return Err(<Fault as de::Error>::custom(format!("expected one of {}", names.join(", "))));
        };
        if let Some(at) = fields.iter().position(|(key, _)| key == "type") {
            let Node::Text(name) = fields.remove(at).1 else {
                return Err(<Fault as de::Error>::custom("`type` must be a text"));
            };
            return visitor.visit_enum(Choice { name, rest: Some(Node::Object(fields)) });
        }
        if fields.len() == 1 && kind != TOLD_BY_TYPE {
            let (name, rest) = fields.remove(0);
            return visitor.visit_enum(Choice { name, rest: Some(rest) });
        }
        Err(Fault::here(FaultKind::Missing("type".to_owned())))
    }

    /// A struct is an object: without this, a list would pass for one by position.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self {
            Node::Object(_) => self.deserialize_any(visitor),
            Node::Null
            | Node::Bool(_)
            | Node::Signed(_)
            | Node::Unsigned(_)
            | Node::Text(_)
            | Node::List(_) => Err(<Fault as de::Error>::custom(format!(
                "expected an object with `{}`",
                fields.join("`, `")
            ))),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

struct Items {
    next: usize,
    items: std::vec::IntoIter<Node>,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Fault;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let index = self.next;
        self.next += 1;
        let item = self.items.next().map(|item| seed.deserialize(item));
        item.transpose().map_err(|fault| fault.under(&format!("[{index}]")))
    }
}

struct Fields {
    value: Option<(String, Node)>,
    fields: std::vec::IntoIter<(String, Node)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Fault;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.fields.next() else { return Ok(None) };
        let name: StrDeserializer<'_, Fault> = key.as_str().into_deserializer();
        let read = seed.deserialize(name)?;
        self.value = Some((key, value));
        Ok(Some(read))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some((key, value)) = self.value.take() else {
            return Err(<Fault as de::Error>::custom("a value without a key"));
        };
        seed.deserialize(value).map_err(|fault| fault.under(&key))
    }
}

struct Choice {
    name: String,
    rest: Option<Node>,
}

impl<'de> EnumAccess<'de> for Choice {
    type Error = Fault;
    type Variant = Rest;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Rest), Fault> {
        let name: StrDeserializer<'_, Fault> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, Rest(self.rest)))
    }
}

struct Rest(Option<Node>);

impl<'de> VariantAccess<'de> for Rest {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.0 {
            None => Ok(()),
            Some(_) => Err(<Fault as de::Error>::custom("expected a name alone")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self.0.unwrap_or(Node::Object(Vec::new())))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.0.unwrap_or(Node::Null).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.0.unwrap_or(Node::Null).deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Event {
        Sold(Sold),
        Nothing,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sold {
        units: crate::money::Units,
        lots: Option<Vec<u32>>,
    }

    fn fault(text: &str) -> String {
        from_str::<Vec<Event>>(text).unwrap_err().to_string()
    }

    #[test]
    fn a_type_beside_the_fields_selects_the_event() {
        let read: Vec<Event> = from_str(r#"[{"units":"1.5","type":"sold"},"nothing"]"#).unwrap();
        assert_eq!(read, [Event::Sold(Sold { units: "1.5".parse().unwrap(), lots: None }), Event::Nothing]);
    }

    #[test]
    fn every_fault_names_its_path() {
        let cases = [
            (
                r#"[{"type":"sold","units":"1,5"}]"#,
                "[0].units: `1,5` is not a plain decimal: digits, at most one point, no separators, exponent, plus sign or leading zeros",
            ),
            (
                r#"[{"type":"sold","units":15}]"#,
                "[0].units: invalid type: integer `15`, expected an amount as a string, such as \"4451.5\"",
            ),
            (
                r#"[{"type":"sold","units":"1","lots":[1,"x"]}]"#,
                "[0].lots[1]: invalid type: string \"x\", expected u32",
            ),
            (
                r#"[{"type":"sold","units":"1","lots":null}]"#,
                "[0].lots: null is no value here; leave the field out",
            ),
            (r#"[{"type":"sold","units":"1","unit":"2"}]"#, "[0]: there is no field `unit` here"),
            (r#"[{"type":"sold","units":"1","units":"2"}]"#, "[0]: the key `units` stands twice"),
            (r#"[{"type":"sold"}]"#, "[0]: the field `units` is missing"),
            (r#"[{"type":"sald"}]"#, "[0]: `sald` is not known here"),
            (r#"[{"units":"1","lots":[]}]"#, "[0]: the field `type` is missing"),
        ];
        for (text, expected) in cases {
            assert_eq!(fault(text), expected, "{text}");
        }
        assert!(
            fault(r#"[{"type":"sold","units":1.5}]"#).starts_with("not JSON: invalid type: floating point")
        );
        assert!(fault("[1").starts_with("not JSON: EOF"));
    }
}
