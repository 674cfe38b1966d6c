//! What `use` offers by name: errors, retries, timeouts, functions, secrets.

use std::collections::BTreeMap;

use super::catch::read_retry;
use super::model::{Raise, Retry};
use super::profile;
use super::reader::{At, Reader};
use super::task::{read_error, read_timeout};
use crate::finding::Finding;
use crate::text::nearest;

/// The parts of `use`, functions only by name (they are tasks and read later).
#[derive(Default)]
pub(super) struct Reusable {
    errors: BTreeMap<String, Option<Raise>>,
    retries: BTreeMap<String, Option<Retry>>,
    timeouts: BTreeMap<String, Option<u64>>,
    functions: Vec<String>,
    pub secrets: Vec<String>,
}

const KEYS: [&str; 5] = ["errors", "retries", "timeouts", "functions", "secrets"];

/// Keys of `use` that are refused, what they are, what does instead.
const OUTSIDE: [(&str, &str, &str); 3] = [
    ("authentications", "an authentication policy", profile::HEADER),
    (
        "extensions",
        "an extension",
        "tasks before and after those that it extends",
    ),
    (
        "catalogs",
        "a catalog",
        "the functions themselves, in `use.functions`",
    ),
];

/// Reads `use`.
pub(super) fn read(reader: &mut Reader, at: &At<'_>) -> Reusable {
    let mut reusable = Reusable::default();
    for (key, what, instead) in OUTSIDE {
        if let Some(part) = at.get(key) {
            reader.report(profile::key(what, instead, &part.pointer));
        }
    }
    let known: Vec<&str> = KEYS.iter().copied().chain(OUTSIDE.map(|(key, ..)| key)).collect();
    reader.object(at, &known);
    reusable.errors = table(reader, at, "errors", read_error);
    reusable.retries = table(reader, at, "retries", read_retry);
    reusable.timeouts = table(reader, at, "timeouts", read_timeout);
    reusable.functions = table(reader, at, "functions", |_, _| Some(()))
        .into_keys()
        .collect();
    reusable.secrets = at
        .get("secrets")
        .map(|secrets| read_secrets(reader, &secrets))
        .unwrap_or_default();
    reusable
}

fn table<T>(
    reader: &mut Reader,
    at: &At<'_>,
    key: &str,
    read: impl Fn(&mut Reader, &At<'_>) -> Option<T>,
) -> BTreeMap<String, Option<T>> {
    let Some(part) = at.get(key) else {
        return BTreeMap::new();
    };
    let Some(map) = part.value.as_object() else {
        reader.wrong_type(&part, "an object");
        return BTreeMap::new();
    };
    let mut table = BTreeMap::new();
    for (name, value) in map {
        let child = part.child(name, value);
        reader.name(&child.pointer, name);
        table.insert(name.clone(), read(reader, &child));
    }
    table
}

/// Names as the platform stores secrets: `[A-Z][A-Z0-9_]{0,63}`.
fn read_secrets(reader: &mut Reader, at: &At<'_>) -> Vec<String> {
    if !at.value.is_array() {
        reader.wrong_type(at, "a list of names");
        return Vec::new();
    }
    let mut names = Vec::new();
    for item in at.elements() {
        let Some(name) = reader.text(&item) else { continue };
        let first = name.starts_with(|letter: char| letter.is_ascii_uppercase());
        let letter = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
        if !first || !name.chars().all(letter) || name.len() > 64 {
            let finding = Finding::error(&item.pointer, "invalid_name", "not a name for a secret");
            reader.report(finding.suggest("capitals, digits and `_`, for example `STRIPE_KEY`"));
        } else if names.contains(&name) {
            let message = format!("`{name}` is listed twice");
            reader.report(Finding::warning(&item.pointer, "duplicate_name", message));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

impl Reusable {
    pub(super) fn function_names(&self) -> Vec<&str> {
        self.functions.iter().map(String::as_str).collect()
    }

    pub(super) fn error(&self, reader: &mut Reader, pointer: &str, name: &str) -> Option<Raise> {
        lookup(&self.errors, "errors", reader, pointer, name)
    }

    pub(super) fn retry(&self, reader: &mut Reader, pointer: &str, name: &str) -> Option<Retry> {
        lookup(&self.retries, "retries", reader, pointer, name)
    }

    pub(super) fn timeout(&self, reader: &mut Reader, pointer: &str, name: &str) -> Option<u64> {
        lookup(&self.timeouts, "timeouts", reader, pointer, name)
    }
}

fn lookup<T: Clone>(
    table: &BTreeMap<String, Option<T>>,
    what: &str,
    reader: &mut Reader,
    pointer: &str,
    name: &str,
) -> Option<T> {
    if let Some(found) = table.get(name) {
        // None: it is there but broken, and was reported where it stands.
        return found.clone();
    }
    let finding = Finding::error(
        pointer,
        "unknown_name",
        format!("there is no `{name}` in `use.{what}`"),
    );
    reader.report(match nearest(name, table.keys().map(String::as_str)) {
        Some(near) => finding.suggest(format!("did you mean `{near}`?")),
        None => finding,
    });
    None
}
