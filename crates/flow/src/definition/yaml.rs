//! Text to JSON, strictly: YAML 1.2 booleans, no duplicate keys, bounded nodes, aliases and depth.
//! Text that begins with `{` is read as JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use crate::finding::Finding;
use crate::limits::{DEFINITION_BYTES_MAX, DEFINITION_DEPTH_MAX, YAML_ALIASES_MAX, YAML_NODES_MAX};

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Json, Finding> {
    if text.len() > DEFINITION_BYTES_MAX {
        let message = format!("the definition is longer than {DEFINITION_BYTES_MAX} bytes");
        return Err(Finding::error("", "definition_too_long", message));
    }
    if is_json(text) {
        read_json(text)
    } else {
        read_yaml(text)
    }
}

/// Whether a text is JSON rather than YAML.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

fn read_json(text: &str) -> Result<Json, Finding> {
    serde_json::from_str(text)
        .map(|Strict(json)| json)
        .map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            located(
                Finding::error("", code(message), format!("not JSON: {message}")),
                line as u64,
                column as u64,
            )
        })
}

fn read_yaml(text: &str) -> Result<Json, Finding> {
    serde_saphyr::from_str_with_options(text, options())
        .map(|Strict(json)| json)
        .map_err(|error| {
            let location = error.location();
            let message = error.without_snippet().to_string();
            let message: String = message
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(300)
                .collect();
            let finding = Finding::error("", code(&message), format!("not YAML: {message}"));
            match location {
                Some(place) => located(finding, place.line(), place.column()),
                None => finding,
            }
        })
}

fn code(message: &str) -> &'static str {
    if message.to_lowercase().contains("duplicate") {
        "duplicate_key"
    } else {
        "syntax"
    }
}

fn located(mut finding: Finding, line: u64, column: u64) -> Finding {
    finding.line = u32::try_from(line).ok().filter(|line| *line > 0);
    finding.column = u32::try_from(column).ok().filter(|column| *column > 0);
    finding
}

/// What YAML may do here.
pub(super) fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEFINITION_DEPTH_MAX,
            flow_nesting_limit: DEFINITION_DEPTH_MAX,
            max_nodes: YAML_NODES_MAX,
            max_events: 4 * YAML_NODES_MAX,
            max_aliases: YAML_ALIASES_MAX,
            max_anchors: YAML_ALIASES_MAX,
            max_recorded_anchor_events: YAML_NODES_MAX,
            max_documents: 1,
            max_total_scalar_bytes: 2 * DEFINITION_BYTES_MAX,
        },
        alias_limits: alias_limits(),
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

fn alias_limits() -> serde_saphyr::options::AliasLimits {
    let mut limits = serde_saphyr::options::AliasLimits::default();
    limits.max_total_replayed_events = YAML_NODES_MAX;
    limits
}

/// JSON that refuses duplicate keys.
struct Strict(Json);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| E::custom("a number that JSON cannot write"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = members.next_entry::<String, Strict>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate key `{key}`")));
            }
            map.insert(key, value);
        }
        Ok(Json::Object(map))
    }
}
