//! Values that cross the engine's boundary.
//!
//! Owns [`Value`]: an immutable, cheaply cloned JSON value.
//! Invariants of every `Value`: depth at most [`DEPTH_MAX`], object keys are text, numbers are finite, text is
//! UTF-8, and its JSON size is known and at most [`VALUE_BYTES_MAX`]. Therefore printing, comparing and
//! dropping one is safe on an ordinary stack and needs no budget.

mod measure;
mod read;
mod write;

use std::sync::Arc;

use jaq_json::{Num, Val};

use crate::limits::{DEPTH_MAX, VALUE_BYTES_MAX};
pub(crate) use measure::{Measure, measure};

/// Why bytes or a value cannot become a [`Value`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// Not JSON; the sentence says where.
    NotJson(String),
    /// Nested deeper than [`DEPTH_MAX`].
    TooDeep,
    /// Larger than [`VALUE_BYTES_MAX`] as JSON.
    TooLarge,
    /// Holds an integer of more than 128 bits.
    IntegerTooLarge {
        /// Its JSON pointer.
        pointer: String,
    },
    /// Holds something that JSON cannot write (NaN, infinity, bytes that are not text, a key that is not text).
    NotJsonValue(&'static str),
}

impl std::fmt::Display for ValueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotJson(detail) => write!(f, "not JSON: {detail}"),
            Self::TooDeep => write!(f, "nested deeper than {DEPTH_MAX} levels"),
            Self::TooLarge => write!(f, "larger than {VALUE_BYTES_MAX} bytes"),
            Self::IntegerTooLarge { pointer } => {
                write!(f, "not exact: the integer at {pointer:?} has more than 128 bits")
            }
            Self::NotJsonValue(what) => write!(f, "not JSON: it holds {what}"),
        }
    }
}

impl std::error::Error for ValueError {}

/// A JSON value inside the engine. Cloning copies a pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub(crate) val: Val,
    /// JSON bytes, approximately (never less than the number of nodes).
    bytes: u32,
    /// Levels of nesting; a scalar has 0.
    depth: u16,
}

impl Default for Value {
    fn default() -> Self {
        Self::null()
    }
}

impl Value {
    /// JSON `null`.
    #[must_use]
    pub const fn null() -> Self {
        Self {
            val: Val::Null,
            bytes: 4,
            depth: 0,
        }
    }

    /// An empty object.
    #[must_use]
    pub fn empty_object() -> Self {
        Self {
            val: Val::obj(jaq_json::Map::default()),
            bytes: 2,
            depth: 1,
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`ValueError::TooLarge`].
    pub fn from_text(text: impl Into<String>) -> Result<Self, ValueError> {
        Self::from_val(Val::from(text.into()))
    }

    /// A boolean.
    #[must_use]
    pub const fn from_bool(value: bool) -> Self {
        Self {
            val: Val::Bool(value),
            bytes: 5,
            depth: 0,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn from_int(value: i64) -> Self {
        Self {
            val: Val::Num(Num::from_integral(value)),
            bytes: 20,
            depth: 0,
        }
    }

    /// Parses JSON bytes, at most [`VALUE_BYTES_MAX`] long and [`DEPTH_MAX`] deep.
    ///
    /// # Errors
    /// [`ValueError::NotJson`], [`ValueError::TooLarge`], [`ValueError::IntegerTooLarge`]; too deep input is
    /// reported as `NotJson`.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ValueError> {
        if bytes.len() > VALUE_BYTES_MAX {
            return Err(ValueError::TooLarge);
        }
        Self::from_val(read::read_json(bytes)?)
    }

    /// Converts from `serde_json`.
    ///
    /// # Errors
    /// [`ValueError::TooDeep`], [`ValueError::TooLarge`].
    pub fn from_serde(value: &serde_json::Value) -> Result<Self, ValueError> {
        Self::from_val(val_from_serde(value, 0)?)
    }

    /// Converts to `serde_json`, for hosts that need to look inside.
    #[must_use]
    pub fn to_serde(&self) -> serde_json::Value {
        val_to_serde(&self.val)
    }

    /// Compact JSON, keys in their order.
    #[must_use]
    pub fn to_json_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes as usize + 16);
        write::write_json(&self.val, &mut out);
        out
    }

    /// JSON size in bytes, approximately, known without a walk.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes as usize
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.val, Val::Null)
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self.val, Val::Obj(_))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        val_str(&self.val)
    }

    /// A member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        match &self.val {
            Val::Obj(map) => map
                .get(&Val::from(key.to_owned()))
                .map(|val| Self::part(val.clone())),
            _ => None,
        }
    }

    /// Checks and measures a value of the expression engine.
    pub(crate) fn from_val(val: Val) -> Result<Self, ValueError> {
        let found = measure(&val, VALUE_BYTES_MAX, DEPTH_MAX)?;
        Ok(Self::measured(val, found))
    }

    /// A value whose measure is known already.
    pub(crate) fn measured(val: Val, found: Measure) -> Self {
        Self {
            val,
            bytes: u32::try_from(found.bytes).unwrap_or(u32::MAX),
            depth: u16::try_from(found.depth).unwrap_or(u16::MAX),
        }
    }

    /// A part of a `Value`: it keeps the invariants, so measuring it cannot fail.
    pub(crate) fn part(val: Val) -> Self {
        let found = measure(&val, usize::MAX, usize::MAX).unwrap_or(Measure { bytes: 4, depth: 0 });
        Self::measured(val, found)
    }

    /// Its measure.
    pub(crate) fn measure(&self) -> Measure {
        Measure {
            bytes: self.bytes as usize,
            depth: usize::from(self.depth),
        }
    }
}

/// The text of a text value.
pub(crate) fn val_str(val: &Val) -> Option<&str> {
    match val {
        Val::TStr(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// Converts with a depth check, so that deep input cannot overflow the stack.
fn val_from_serde(value: &serde_json::Value, depth: usize) -> Result<Val, ValueError> {
    use serde_json::Value as Json;
    if depth > DEPTH_MAX {
        return Err(ValueError::TooDeep);
    }
    Ok(match value {
        Json::Null => Val::Null,
        Json::Bool(value) => Val::Bool(*value),
        Json::Number(number) => val_from_number(number),
        Json::String(text) => Val::from(text.clone()),
        Json::Array(items) => {
            let items: Result<Vec<Val>, _> =
                items.iter().map(|item| val_from_serde(item, depth + 1)).collect();
            Val::Arr(Arc::new(items?))
        }
        Json::Object(members) => {
            let mut map = jaq_json::Map::default();
            for (key, member) in members {
                map.insert(Val::from(key.clone()), val_from_serde(member, depth + 1)?);
            }
            Val::obj(map)
        }
    })
}

fn val_from_number(number: &serde_json::Number) -> Val {
    if let Some(int) = number.as_i64() {
        Val::Num(Num::from_integral(int))
    } else if let Some(int) = number.as_u64() {
        Val::Num(Num::from_integral(int))
    } else {
        Val::Num(Num::Float(number.as_f64().unwrap_or(0.0)))
    }
}

fn val_to_serde(val: &Val) -> serde_json::Value {
    use serde_json::Value as Json;
    match val {
        Val::Null => Json::Null,
        Val::Bool(value) => Json::Bool(*value),
        Val::Num(number) => number_to_serde(number),
        Val::BStr(bytes) | Val::TStr(bytes) => Json::String(String::from_utf8_lossy(bytes).into_owned()),
        Val::Arr(items) => Json::Array(items.iter().map(val_to_serde).collect()),
        Val::Obj(map) => Json::Object(
            map.iter()
                .map(|(key, member)| (val_str(key).unwrap_or_default().to_owned(), val_to_serde(member)))
                .collect(),
        ),
    }
}

fn number_to_serde(number: &Num) -> serde_json::Value {
    match number {
        Num::Int(int) => serde_json::Value::from(*int as i64),
        Num::Float(float) => serde_json::Value::from(*float),
        // Beyond 64 bits signed: unsigned when it fits, else the nearest floating number.
        other => {
            let text = other.to_string();
            text.parse::<u64>()
                .map(serde_json::Value::from)
                .unwrap_or_else(|_| serde_json::Value::from(text.parse::<f64>().unwrap_or(0.0)))
        }
    }
}
