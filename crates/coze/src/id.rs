//! Ids as clients send them: decimal strings, by mistake numbers; empty, `0` and `null` mean absent.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use types::Failure;

use crate::error;

/// An id of a request, if there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GivenId(pub Option<i64>);

impl GivenId {
    /// The id, which the request must have.
    pub fn required(self, field: &str) -> Result<i64, Failure> {
        self.0.ok_or_else(|| error::missing(field))
    }
}

impl serde::Serialize for GivenId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(id) => serializer.collect_str(&id),
            None => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for GivenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ids)
    }
}

struct Ids;

impl<'de> Visitor<'de> for Ids {
    type Value = GivenId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id: a decimal number in a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<GivenId, E> {
        match text.trim() {
            "" | "0" => Ok(GivenId(None)),
            id => types::id::parse_id(id).map(|id| GivenId(Some(id))).map_err(E::custom),
        }
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<GivenId, E> {
        match id {
            0 => Ok(GivenId(None)),
            1.. => Ok(GivenId(Some(id))),
            _ => Err(E::custom(types::NotAnId(id.to_string()))),
        }
    }

    fn visit_u64<E: de::Error>(self, id: u64) -> Result<GivenId, E> {
        i64::try_from(id).map_err(|_| E::custom(types::NotAnId(id.to_string()))).and_then(|id| self.visit_i64(id))
    }

    fn visit_unit<E: de::Error>(self) -> Result<GivenId, E> {
        Ok(GivenId(None))
    }

    fn visit_none<E: de::Error>(self) -> Result<GivenId, E> {
        Ok(GivenId(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<GivenId, D::Error> {
        GivenId::deserialize(deserializer)
    }
}

impl utoipa::PartialSchema for GivenId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <types::AgentId as utoipa::PartialSchema>::schema()
    }
}

impl utoipa::ToSchema for GivenId {}

/// Longest name of a person, characters.
const PERSON: usize = 255;

/// The caller's own name for the person who talks, which the request must have.
pub fn person(given: Option<String>, field: &str) -> Result<String, Failure> {
    let person = given.filter(|person| !person.is_empty()).ok_or_else(|| error::missing(field))?;
    if person.chars().count() > PERSON || person.contains('\0') {
        return Err(Failure::invalid(field, format!("`{field}` has at most {PERSON} characters, none of them NUL.")));
    }
    Ok(person)
}

/// Reads the id of a path segment; what is no id names nothing.
pub fn of_path(text: &str, what: &str) -> Result<i64, Failure> {
    types::id::parse_id(text).map_err(|_| Failure::not_found(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_in_all_its_forms() {
        for json in ["null", "\"\"", "\"0\"", "0"] {
            assert_eq!(serde_json::from_str::<GivenId>(json).unwrap(), GivenId(None), "{json}");
        }
        for json in ["\"7400000000000000017\"", "7400000000000000017"] {
            assert_eq!(serde_json::from_str::<GivenId>(json).unwrap(), GivenId(Some(7_400_000_000_000_000_017)), "{json}");
        }
        for json in ["\"abc\"", "-1", "1.5", "{}", "true"] {
            assert!(serde_json::from_str::<GivenId>(json).is_err(), "{json}");
        }
    }
}
