//! Reading a whole definition.

use serde_json::Value as Json;

use super::model::Document;
use super::profile;
use super::reader::{At, Reader};
use super::reusable::{self, Reusable};
use super::task::{Tasks, read_stage};
use crate::finding::Finding;
use crate::limits::DEFINITION_DEPTH_MAX;

const KEYS: [&str; 9] = [
    "document", "input", "use", "do", "timeout", "output", "schedule", "evaluate", "metadata",
];

/// Reads a definition; what cannot be read is left at its default and reported.
pub(super) fn read(reader: &mut Reader, value: &Json) -> Document {
    let at = At {
        value,
        pointer: String::new(),
    };
    let mut document = Document::default();
    if too_deep(value, 0) {
        let message = format!("the definition nests deeper than {DEFINITION_DEPTH_MAX} levels");
        reader.report(Finding::error("", "too_deep", message));
        return document;
    }
    if reader.object(&at, &KEYS).is_none() {
        return document;
    }
    if let Some(head) = reader.required(&at, "document") {
        read_head(reader, &head, &mut document);
    }
    if let Some(schedule) = at.get("schedule") {
        let finding = profile::key(
            "a schedule inside of a definition",
            "call the flow when it is time",
            &schedule.pointer,
        );
        reader.report(finding);
    }
    if let Some(evaluate) = at.get("evaluate") {
        read_evaluate(reader, &evaluate);
    }
    if let Some(metadata) = at.get("metadata") {
        read_metadata(reader, &metadata, &mut document);
    }
    let reusable = at
        .get("use")
        .map(|part| reusable::read(reader, &part))
        .unwrap_or_default();
    document.secrets.clone_from(&reusable.secrets);
    read_body(reader, &at, &reusable, &mut document);
    document
}

fn read_body(reader: &mut Reader, at: &At<'_>, reusable: &Reusable, document: &mut Document) {
    document.input = at
        .get("input")
        .map(|part| read_stage(reader, &part, "from"))
        .unwrap_or_default();
    document.output = at
        .get("output")
        .map(|part| read_stage(reader, &part, "as"))
        .unwrap_or_default();
    let mut tasks = Tasks {
        reader,
        reusable,
        count: 0,
        depth: 0,
    };
    document.timeout_ms = at.get("timeout").and_then(|timeout| tasks.timeout(&timeout));
    if let Some(functions) = at.get("use").and_then(|part| part.get("functions"))
        && let Some(map) = functions.value.as_object()
    {
        for (name, value) in map {
            let task = tasks.task(name.clone(), &functions.child(name, value));
            document.functions.extend(task);
        }
    }
    if let Some(list) = tasks.reader.required(at, "do") {
        document.tasks = tasks.list(&list);
    }
}

fn read_head(reader: &mut Reader, at: &At<'_>, document: &mut Document) {
    const KEYS: [&str; 8] = [
        "dsl",
        "namespace",
        "name",
        "version",
        "title",
        "summary",
        "tags",
        "metadata",
    ];
    if reader.object(at, &KEYS).is_none() {
        return;
    }
    if let Some(dsl) = reader.required(at, "dsl")
        && let Some(text) = reader.text(&dsl)
        && !is_known_dsl(&text)
    {
        let message = format!("version `{text}` of the language is not known");
        reader.report(Finding::error(&dsl.pointer, "unknown_dsl", message).suggest("'1.0.3'"));
    }
    document.namespace = label(reader, at, "namespace");
    document.name = label(reader, at, "name");
    if let Some(version) = reader.required(at, "version")
        && let Some(text) = reader.text(&version)
    {
        if !is_semantic(&text) {
            let finding = Finding::error(&version.pointer, "invalid_version", "not a semantic version");
            reader.report(finding.suggest("'1.0.0'"));
        }
        document.version = text;
    }
    document.title = at.get("title").and_then(|title| reader.text(&title));
    document.summary = at.get("summary").and_then(|summary| reader.text(&summary));
    for key in ["tags", "metadata"] {
        if let Some(part) = at.get(key) {
            if part.value.is_object() {
                if key == "metadata" {
                    read_metadata(reader, &part, document);
                }
            } else {
                reader.wrong_type(&part, "an object");
            }
        }
    }
}

/// Letters, digits and dashes, 1 to 63.
fn label(reader: &mut Reader, at: &At<'_>, key: &str) -> String {
    let Some(part) = reader.required(at, key) else {
        return String::new();
    };
    let Some(text) = reader.text(&part) else {
        return String::new();
    };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if text.is_empty()
        || text.len() > 63
        || !text.bytes().all(letter)
        || text.starts_with('-')
        || text.ends_with('-')
    {
        let message = format!("`{key}` has 1 to 63 letters, digits and dashes, no dash at its ends");
        reader.report(Finding::error(&part.pointer, "invalid_name", message));
    }
    text
}

/// What the platform reads of the metadata: `charge_on_failure`, `per_tenant`. The rest is the author's.
fn read_metadata(reader: &mut Reader, at: &At<'_>, document: &mut Document) {
    if !at.value.is_object() {
        reader.wrong_type(at, "an object");
        return;
    }
    if let Some(charge) = at.get("charge_on_failure") {
        document.charge_on_failure = reader.boolean(&charge).unwrap_or(false);
    }
    if let Some(names) = at.get("per_tenant") {
        if !names.value.is_array() {
            reader.wrong_type(&names, "a list of names of secrets");
        }
        let names = names.elements();
        document.secrets_per_tenant = names.iter().filter_map(|name| reader.text(name)).collect();
        document.secrets_per_tenant.sort();
    }
}

fn read_evaluate(reader: &mut Reader, at: &At<'_>) {
    if reader.object(at, &["language", "mode"]).is_none() {
        return;
    }
    for (key, only) in [("language", "jq"), ("mode", "strict")] {
        if let Some(part) = at.get(key)
            && let Some(text) = reader.text(&part)
            && text != only
        {
            let message = format!("the only {key} of expressions is `{only}`");
            reader.report(Finding::error(&part.pointer, "not_in_profile", message).suggest(only));
        }
    }
}

fn is_known_dsl(text: &str) -> bool {
    text.strip_prefix("1.0.").is_some_and(|rest| {
        let patch: String = rest.chars().take_while(char::is_ascii_digit).collect();
        !patch.is_empty() && (patch.len() == rest.len() || rest[patch.len()..].starts_with(['-', '+']))
    })
}

fn is_semantic(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let mut parts = core.split('.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| {
            !part.is_empty() && part.len() < 10 && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    number(parts.next()) && number(parts.next()) && number(parts.next()) && parts.next().is_none()
}

fn too_deep(value: &Json, depth: usize) -> bool {
    if depth > DEFINITION_DEPTH_MAX {
        return true;
    }
    match value {
        Json::Array(items) => items.iter().any(|item| too_deep(item, depth + 1)),
        Json::Object(map) => map.values().any(|member| too_deep(member, depth + 1)),
        _ => false,
    }
}
