//! Reads the usual spelling of an entry's JSON straight into typed values, in a single pass. Whatever it takes,
//! `strict_json` takes too, as the same value. Whatever it does not take is left to `strict_json`, which says what is
//! wrong with it, or reads what is merely unusual, such as a `type` that is not the first of its object's keys.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::strict_json::TOLD_BY_TYPE;

/// Reads a value that all of the text must belong to, or gives up. It must be made of structs that refuse unknown
/// fields and have none called `type`, of lists, maps, closed lists of names, texts, whole numbers and truths.
pub(crate) fn from_str<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Usual(&mut json)).ok()?;
    json.end().is_ok().then_some(value)
}

fn unusual<E: Error>() -> E {
    E::custom("not spelt as usual")
}

/// Whatever serde asks or tells on the way to a value, narrowed to the usual spelling.
struct Usual<T>(T);

/// Requests whose answers are the same for both readers.
macro_rules! as_they_stand {
    ($($request:ident)*) => {
        $(fn $request<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$request(visitor)
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Usual<D> {
    type Error = D::Error;

    as_they_stand! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_str deserialize_string
    }

    /// What is absent is left out: a null is no value.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        // An entry in an entry is rare, and its reader must see how deep that goes.
        if name == "Payload" { Err(unusual()) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_seq(Usual(visitor))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(OfMap(visitor))
    }

    /// A struct is an object: asked for a struct, a list would pass for one by position.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Usual(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        kind: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(OfEnum { told_by_type: kind == TOLD_BY_TYPE, visitor })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(unusual())
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Usual<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Usual(deserializer))
    }
}

/// Takes a list, or the object of a struct, whose own reader refuses a key that is unknown or stands twice.
impl<'de, V: Visitor<'de>> Visitor<'de> for Usual<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Usual(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Usual(object))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Usual<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Usual(seed))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Usual<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, key: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, value: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Usual(value))
    }
}

/// Takes an object of any keys.
struct OfMap<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for OfMap<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Distinct { object: Usual(object), keys: Vec::new() })
    }
}

/// An object none of whose keys may stand twice.
struct Distinct<A> {
    object: Usual<A>,
    keys: Vec<String>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Distinct<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Some(key) = self.object.next_key::<String>()? else { return Ok(None) };
        if self.keys.contains(&key) {
            return Err(unusual());
        }
        let text: StrDeserializer<'_, A::Error> = key.as_str().into_deserializer();
        let read = seed.deserialize(text)?;
        self.keys.push(key);
        Ok(Some(read))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.object.next_value_seed(seed)
    }
}

/// Takes a name alone, or an object that tells its kind: an event by a `type` before all else, any other by its only key.
struct OfEnum<V> {
    told_by_type: bool,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for OfEnum<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        self.visitor.visit_enum(name.into_deserializer())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        if self.told_by_type {
            self.visitor.visit_enum(TypeFirst(object))
        } else {
            self.visitor.visit_enum(MapAccessDeserializer::new(Usual(object)))
        }
    }
}

/// The key that tells an event's kind.
#[derive(Deserialize)]
enum Key {
    #[serde(rename = "type")]
    Type,
}

/// An object whose first key is `type`; the others are the fields of what that names.
struct TypeFirst<A>(A);

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for TypeFirst<A> {
    type Error = A::Error;
    type Variant = TypeFirst<A>;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self), A::Error> {
        match self.0.next_key()? {
            Some(Key::Type) => Ok((self.0.next_value_seed(seed)?, self)),
            None => Err(unusual()),
        }
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for TypeFirst<A> {
    type Error = A::Error;

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        seed.deserialize(MapAccessDeserializer::new(Usual(self.0)))
    }

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(unusual())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(unusual())
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, A::Error> {
        Err(unusual())
    }
}
