//! Reading tasks.

use serde_json::Value as Json;

use super::call;
use super::catch;
use super::model::{
    Case, Expression, For, Kind, Metering, Raise, Schema, SchemaSource, Stage, Task, Template, Then,
};
use super::profile;
use super::reach;
use super::reader::{At, Reader, join};
use super::reusable::Reusable;
use crate::finding::Finding;
use crate::limits::{DEFINITION_DEPTH_MAX, ITERATIONS_MAX, TASKS_MAX};

/// Keys that every task may have.
const COMMON: [&str; 7] = ["if", "input", "output", "export", "timeout", "then", "metadata"];

/// Keywords that name a task, with the further keys of that task.
const KINDS: [(&str, &[&str]); 7] = [
    ("call", &["with"]),
    ("for", &["while", "do"]),
    ("try", &["catch"]),
    ("switch", &[]),
    ("set", &[]),
    ("raise", &[]),
    // Last: `do` is also a key of `for`.
    ("do", &[]),
];

/// Keywords of tasks outside of the profile.
const OUTSIDE: [&str; 5] = ["fork", "wait", "listen", "emit", "run"];

/// Reads tasks; knows what `use` offers.
pub(super) struct Tasks<'r> {
    pub reader: &'r mut Reader,
    pub reusable: &'r Reusable,
    pub count: usize,
    pub depth: usize,
}

impl Tasks<'_> {
    /// A list of one-key objects.
    pub(super) fn list(&mut self, at: &At<'_>) -> Vec<Task> {
        if !at.value.is_array() {
            self.reader.wrong_type(at, "a list of tasks");
            return Vec::new();
        }
        // The definition is bounded in depth before; this bounds what the readers recurse.
        self.depth += 1;
        assert!(
            self.depth <= DEFINITION_DEPTH_MAX,
            "the depth of definitions is checked before"
        );
        let mut tasks: Vec<Task> = Vec::new();
        for item in at.elements() {
            let Some((name, task)) = self.named(&item, "a task") else {
                continue;
            };
            if tasks.iter().any(|other| other.name == name) {
                let message = format!("there are two tasks named `{name}` in this list");
                self.reader
                    .report(Finding::error(&task.pointer, "duplicate_task", message));
            }
            tasks.extend(self.task(name, &task));
        }
        if at.elements().is_empty() {
            self.reader
                .report(Finding::error(&at.pointer, "empty_list", "the list has no task"));
        }
        // What a task leads to that could not be read is not known.
        if tasks.len() == at.elements().len() {
            for task in reach::unreachable(&tasks) {
                let finding =
                    Finding::warning(&task.pointer, "unreachable_task", "nothing leads to this task");
                self.reader
                    .report(finding.suggest("name it in a `then` before, or leave it out"));
            }
        }
        self.depth -= 1;
        tasks
    }

    /// The only member of an object.
    fn named<'a>(&mut self, at: &At<'a>, what: &str) -> Option<(String, At<'a>)> {
        let Some(map) = at.value.as_object() else {
            self.reader.wrong_type(at, "an object with one key, the name");
            return None;
        };
        let mut members = map.iter();
        match (members.next(), members.next()) {
            (Some((name, value)), None) => {
                self.reader.name(&join(&at.pointer, name), name);
                Some((name.clone(), at.child(name, value)))
            }
            _ => {
                let message = format!(
                    "{what} is an object with exactly one key, its name; found {}",
                    map.len()
                );
                let finding = Finding::error(&at.pointer, "one_key_expected", message);
                self.reader
                    .report(finding.suggest("indent what belongs to the task below its name"));
                None
            }
        }
    }

    /// One task.
    pub(super) fn task(&mut self, name: String, at: &At<'_>) -> Option<Task> {
        self.count += 1;
        if self.count > TASKS_MAX {
            if self.count == TASKS_MAX + 1 {
                let message = format!("the definition has more than {TASKS_MAX} tasks");
                self.reader
                    .report(Finding::error(&at.pointer, "too_many_tasks", message));
            }
            return None;
        }
        if !at.value.is_object() {
            self.reader.wrong_type(at, "a task (an object)");
            return None;
        }
        let keyword = self.keyword(at)?;
        self.check_keys(at, keyword);
        let metadata = self.metadata(at, keyword);
        let kind = self.kind(at, keyword, metadata.max_iterations);
        Some(Task {
            name,
            pointer: at.pointer.clone(),
            condition: at
                .get("if")
                .and_then(|condition| self.reader.expression(&condition)),
            input: self.stage(at, "input", "from"),
            output: self.stage(at, "output", "as"),
            export: self.stage(at, "export", "as"),
            timeout_ms: at.get("timeout").and_then(|timeout| self.timeout(&timeout)),
            then: at.get("then").and_then(|then| self.then(&then)),
            metering: metadata.metering,
            kind: kind?,
        })
    }

    /// The key that says what a task is.
    fn keyword(&mut self, at: &At<'_>) -> Option<&'static str> {
        for keyword in OUTSIDE {
            if let Some(part) = at.get(keyword)
                && let Some(finding) = profile::task(keyword, part.value, &part.pointer)
            {
                self.reader.report(finding);
                return None;
            }
        }
        let found: Vec<&'static str> = KINDS
            .iter()
            .map(|(keyword, _)| *keyword)
            .filter(|keyword| at.value.get(keyword).is_some())
            .collect();
        let found = match found[..] {
            // `for` and `do` together are one task.
            ["for", "do"] => vec!["for"],
            _ => found,
        };
        match found[..] {
            [keyword] => Some(keyword),
            [] => {
                self.unknown_kind(at);
                None
            }
            _ => {
                let message = format!("a task is one thing; this one has {}", found.join(" and "));
                self.reader
                    .report(Finding::error(&at.pointer, "ambiguous_task", message));
                None
            }
        }
    }

    fn unknown_kind(&mut self, at: &At<'_>) {
        let keywords: Vec<&str> = KINDS.iter().map(|(keyword, _)| *keyword).collect();
        let keys = at.value.as_object().into_iter().flat_map(|map| map.keys());
        let near = keys
            .filter(|key| !COMMON.contains(&key.as_str()))
            .find_map(|key| crate::text::nearest(key, keywords.iter().copied()).map(|near| (key, near)));
        let message = "no key says what this task does";
        let finding = Finding::error(&at.pointer, "unknown_task", message);
        self.reader.report(match near {
            Some((key, near)) => finding.suggest(format!("did you mean `{near}` instead of `{key}`?")),
            None => finding.suggest(format!("one of: {}", keywords.join(", "))),
        });
    }

    fn check_keys(&mut self, at: &At<'_>, keyword: &str) {
        let further = KINDS
            .iter()
            .find(|(name, _)| *name == keyword)
            .map_or(&[][..], |(_, keys)| keys);
        let known: Vec<&str> = [keyword].iter().chain(further).chain(&COMMON).copied().collect();
        self.reader.object(at, &known);
    }

    fn kind(&mut self, at: &At<'_>, keyword: &str, max_iterations: Option<u64>) -> Option<Kind> {
        let body = at.get(keyword)?;
        match keyword {
            "do" => Some(Kind::Do(self.list(&body))),
            "set" => self.set(&body).map(Kind::Set),
            "switch" => Some(Kind::Switch(self.switch(&body))),
            "for" => self
                .for_each(at, &body, max_iterations)
                .map(|task| Kind::For(Box::new(task))),
            "raise" => self.raise(&body).map(|raise| Kind::Raise(Box::new(raise))),
            "try" => catch::read(self, at, &body).map(|task| Kind::Try(Box::new(task))),
            "call" => call::read(self, at, &body),
            _ => None,
        }
    }

    fn set(&mut self, at: &At<'_>) -> Option<Template> {
        match at.value {
            Json::Object(_) => Some(self.reader.template(at)),
            Json::String(text) if super::reader::enclosed(text).is_some() => Some(self.reader.template(at)),
            Json::String(text) => {
                let message = "`set` takes an object or an expression; this text is neither";
                let finding = Finding::error(&at.pointer, "wrong_type", message);
                self.reader.report(finding.suggest(format!("'${{ {text} }}'")));
                None
            }
            _ => {
                self.reader.wrong_type(at, "an object or an expression");
                None
            }
        }
    }

    fn switch(&mut self, at: &At<'_>) -> Vec<Case> {
        if !at.value.is_array() {
            self.reader.wrong_type(at, "a list of cases");
            return Vec::new();
        }
        let mut cases: Vec<Case> = Vec::new();
        for item in at.elements() {
            let Some((name, case)) = self.named(&item, "a case") else {
                continue;
            };
            self.reader.object(&case, &["when", "then"]);
            let when = case.get("when").and_then(|when| self.reader.expression(&when));
            let default = case.get("when").is_none();
            if default && cases.iter().any(|case| case.when.is_none()) {
                let message = "there is already a case without `when`; only one can be the default";
                self.reader
                    .report(Finding::error(&case.pointer, "two_defaults", message));
            }
            let then = self
                .reader
                .required(&case, "then")
                .and_then(|then| self.then(&then));
            if let Some(then) = then {
                cases.push(Case {
                    name,
                    pointer: case.pointer,
                    when,
                    then,
                });
            }
        }
        if at.elements().is_empty() {
            self.reader
                .report(Finding::error(&at.pointer, "empty_list", "the list has no case"));
        }
        cases
    }

    fn for_each(&mut self, at: &At<'_>, body: &At<'_>, max_iterations: Option<u64>) -> Option<For> {
        self.reader.object(body, &["each", "in", "at"]);
        let each = body
            .get("each")
            .map_or(Some("item".to_owned()), |name| self.reader.variable(&name));
        let index = body
            .get("at")
            .map_or(Some("index".to_owned()), |name| self.reader.variable(&name));
        if each.is_some() && each == index {
            let message = "`each` and `at` need different names";
            self.reader
                .report(Finding::error(&body.pointer, "duplicate_name", message));
        }
        let items = self
            .reader
            .required(body, "in")
            .and_then(|items| self.reader.expression_or_template(&items));
        let condition = at
            .get("while")
            .and_then(|condition| self.reader.expression(&condition));
        let tasks = self.reader.required(at, "do").map(|list| self.list(&list));
        Some(For {
            each: each?,
            at: index?,
            items: items?,
            condition,
            tasks: tasks?,
            max_iterations,
        })
    }

    fn raise(&mut self, at: &At<'_>) -> Option<Raise> {
        self.reader.object(at, &["error"]);
        let error = self.reader.required(at, "error")?;
        match error.value {
            Json::String(name) => {
                let name = name.clone();
                self.reusable.error(self.reader, &error.pointer, &name)
            }
            _ => read_error(self.reader, &error),
        }
    }

    /// A flow directive.
    pub(super) fn then(&mut self, at: &At<'_>) -> Option<Then> {
        Some(match self.reader.text(at)?.as_str() {
            "continue" => Then::Continue,
            "exit" => Then::Exit,
            "end" => Then::End,
            name => Then::Task {
                name: name.to_owned(),
                pointer: at.pointer.clone(),
            },
        })
    }

    /// `timeout: {after}` or a name in `use.timeouts`.
    pub(super) fn timeout(&mut self, at: &At<'_>) -> Option<u64> {
        match at.value {
            Json::String(name) => self.reusable.timeout(self.reader, &at.pointer, name),
            _ => read_timeout(self.reader, at),
        }
    }

    /// `input`, `output`, `export`.
    pub(super) fn stage(&mut self, at: &At<'_>, key: &str, transform: &str) -> Stage {
        at.get(key)
            .map_or_else(Stage::default, |stage| read_stage(self.reader, &stage, transform))
    }

    fn metadata(&mut self, at: &At<'_>, keyword: &str) -> Metadata {
        let mut found = Metadata::default();
        let Some(metadata) = at.get("metadata") else {
            return found;
        };
        if !metadata.value.is_object() {
            self.reader.wrong_type(&metadata, "an object");
            return found;
        }
        if let Some(max) = metadata.get("max_iterations") {
            found.max_iterations = self.reader.whole(&max, ITERATIONS_MAX);
            if keyword != "for" {
                let message = "`max_iterations` has a meaning only on `for`";
                self.reader
                    .report(Finding::warning(&max.pointer, "no_effect", message));
            }
        }
        found.metering = metadata
            .get("metering")
            .and_then(|metering| self.metering(&metering));
        found
    }

    fn metering(&mut self, at: &At<'_>) -> Option<Metering> {
        self.reader.object(at, &["unit", "quantity", "max"])?;
        let unit = self
            .reader
            .required(at, "unit")
            .and_then(|unit| self.reader.text(&unit));
        let quantity = self.reader.required(at, "quantity");
        let quantity = quantity.and_then(|quantity| match quantity.value {
            Json::Number(number) => Some(Expression {
                pointer: quantity.pointer.clone(),
                source: number.to_string(),
            }),
            _ => self.reader.expression(&quantity),
        });
        let max = self
            .reader
            .required(at, "max")
            .and_then(|max| self.reader.whole(&max, i64::MAX as u64));
        Some(Metering {
            unit: unit?,
            quantity: quantity?,
            max: max?,
        })
    }
}

#[derive(Default)]
struct Metadata {
    max_iterations: Option<u64>,
    metering: Option<Metering>,
}

/// An error to raise, written out.
pub(super) fn read_error(reader: &mut Reader, at: &At<'_>) -> Option<Raise> {
    reader.object(at, &["type", "status", "title", "detail", "instance"])?;
    let kind = reader.required(at, "type").map(|part| reader.template(&part));
    let status = reader.required(at, "status").map(|part| reader.template(&part));
    if let Some(Template::Literal(status)) = &status
        && !status
            .as_u64()
            .is_some_and(|status| (100..=599).contains(&status))
    {
        let message = "a status is a whole number from 100 to 599";
        reader.report(Finding::error(
            join(&at.pointer, "status"),
            "invalid_status",
            message,
        ));
    }
    let mut part = |key| at.get(key).map(|part| reader.template(&part));
    let (title, detail, instance) = (part("title"), part("detail"), part("instance"));
    Some(Raise {
        kind: kind?,
        status: status?,
        title,
        detail,
        instance,
    })
}

/// `{after: duration}`.
pub(super) fn read_timeout(reader: &mut Reader, at: &At<'_>) -> Option<u64> {
    reader.object(at, &["after"])?;
    let after = reader.required(at, "after")?;
    let ms = reader.duration(&after)?;
    if ms == 0 {
        reader.report(Finding::error(
            &after.pointer,
            "invalid_duration",
            "a timeout is longer than nothing",
        ));
        return None;
    }
    Some(ms)
}

/// `{from | as, schema}`.
pub(super) fn read_stage(reader: &mut Reader, at: &At<'_>, transform: &str) -> Stage {
    reader.object(at, &[transform, "schema"]);
    Stage {
        transform: at
            .get(transform)
            .and_then(|part| reader.expression_or_template(&part)),
        schema: at.get("schema").and_then(|schema| read_schema(reader, &schema)),
    }
}

fn read_schema(reader: &mut Reader, at: &At<'_>) -> Option<Schema> {
    reader.object(at, &["format", "document", "resource"])?;
    if let Some(format) = at.get("format") {
        let text = reader.text(&format)?;
        if text != "json" && !text.starts_with("json:") {
            let message = "the only format of schemas is `json`";
            reader.report(Finding::error(&format.pointer, "not_in_profile", message).suggest("json"));
        }
    }
    let source = match (at.get("document"), at.get("resource")) {
        (Some(document), None) => {
            if !document.value.is_object() && !document.value.is_boolean() {
                reader.wrong_type(&document, "a JSON Schema (an object)");
                return None;
            }
            return Some(Schema {
                pointer: document.pointer,
                source: SchemaSource::Document(document.value.clone()),
            });
        }
        (None, Some(resource)) => read_schema_resource(reader, &resource)?,
        _ => {
            let message = "a schema has either `document` or `resource`";
            reader.report(Finding::error(&at.pointer, "invalid_schema", message));
            return None;
        }
    };
    Some(Schema {
        pointer: at.pointer.clone(),
        source,
    })
}

fn read_schema_resource(reader: &mut Reader, at: &At<'_>) -> Option<SchemaSource> {
    reader.object(at, &["name", "endpoint"])?;
    let endpoint = reader.required(at, "endpoint")?;
    let endpoint = match endpoint.value {
        Json::Object(_) => {
            reader.object(&endpoint, &["uri"]);
            reader.required(&endpoint, "uri")?
        }
        _ => endpoint,
    };
    let uri = reader.text(&endpoint)?;
    if uri.strip_prefix("model:").is_some_and(|name| !name.is_empty()) {
        return Some(SchemaSource::Resource(uri));
    }
    let instead = "`model:Customer@3`, or put the schema in `document`";
    reader.report(if uri.starts_with("file:") {
        profile::never("files of the server are not readable", instead, &endpoint.pointer)
    } else {
        let message = "a schema is a model of the workspace, or written out";
        Finding::error(&endpoint.pointer, "not_in_profile", message).suggest(instead)
    });
    None
}
