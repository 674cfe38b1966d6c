//! Reading JSON with pointers: every reader goes through these few functions, so that every complaint has a
//! place and all complaints are collected.

use serde_json::{Map, Value as Json};

use super::model::{Expression, Template};
use crate::finding::Finding;
use crate::limits::{DURATION_MS_MAX, FINDINGS_MAX, NAME_BYTES_MAX};
use crate::text::nearest;

/// A place in the definition.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    pub value: &'a Json,
    pub pointer: String,
}

/// Collects findings.
#[derive(Default)]
pub(super) struct Reader {
    pub findings: Vec<Finding>,
}

impl<'a> At<'a> {
    /// A member or an element.
    pub(super) fn child(&self, key: &str, value: &'a Json) -> Self {
        Self {
            value,
            pointer: join(&self.pointer, key),
        }
    }

    /// A member, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.child(key, value))
    }

    /// The elements of a list.
    pub(super) fn elements(&self) -> Vec<Self> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .map(|(at, value)| self.child(&at.to_string(), value))
            .collect()
    }
}

/// Appends a token to a JSON pointer.
pub(crate) fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

impl Reader {
    pub(super) fn report(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    pub(super) fn wrong_type(&mut self, at: &At<'_>, expected: &str) {
        let came = kind(at.value);
        self.report(Finding::error(
            &at.pointer,
            "wrong_type",
            format!("expected {expected}, found {came}"),
        ));
    }

    /// An object whose keys are all known.
    pub(super) fn object<'a>(&mut self, at: &At<'a>, known: &[&str]) -> Option<&'a Map<String, Json>> {
        let Some(map) = at.value.as_object() else {
            self.wrong_type(at, "an object");
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.unknown_key(&at.pointer, key, known);
        }
        Some(map)
    }

    pub(super) fn unknown_key(&mut self, pointer: &str, key: &str, known: &[&str]) {
        let finding = Finding::error(
            join(pointer, key),
            "unknown_key",
            format!("the key `{key}` is not known here"),
        );
        self.report(match nearest(key, known.iter().copied()) {
            Some(near) => finding.suggest(format!("did you mean `{near}`?")),
            None => finding.suggest(format!("known keys: {}", known.join(", "))),
        });
    }

    pub(super) fn missing(&mut self, at: &At<'_>, key: &str) {
        self.report(Finding::error(
            &at.pointer,
            "missing_key",
            format!("the key `{key}` is missing"),
        ));
    }

    /// A required member.
    pub(super) fn required<'a>(&mut self, at: &At<'a>, key: &str) -> Option<At<'a>> {
        let member = at.get(key);
        if member.is_none() && at.value.is_object() {
            self.missing(at, key);
        }
        member
    }

    pub(super) fn text(&mut self, at: &At<'_>) -> Option<String> {
        match at.value {
            Json::String(text) => Some(text.clone()),
            other => {
                let quote = !other.is_object() && !other.is_array() && !other.is_null();
                let finding = Finding::error(
                    &at.pointer,
                    "wrong_type",
                    format!("expected a text, found {}", kind(other)),
                );
                self.report(if quote {
                    finding.suggest(format!("quote it: '{other}'"))
                } else {
                    finding
                });
                None
            }
        }
    }

    pub(super) fn boolean(&mut self, at: &At<'_>) -> Option<bool> {
        let value = at.value.as_bool();
        if value.is_none() {
            self.wrong_type(at, "true or false");
        }
        value
    }

    /// A whole number within bounds.
    pub(super) fn whole(&mut self, at: &At<'_>, max: u64) -> Option<u64> {
        match at.value.as_u64() {
            Some(value) if value <= max => Some(value),
            Some(value) => {
                let message = format!("{value} is more than the limit of {max}");
                self.report(Finding::error(&at.pointer, "too_large", message));
                None
            }
            None => {
                self.wrong_type(at, "a whole number, 0 or more");
                None
            }
        }
    }

    /// A property that is an expression by nature: with or without `${ }`.
    pub(super) fn expression(&mut self, at: &At<'_>) -> Option<Expression> {
        let text = self.text(at)?;
        let source = enclosed(&text).unwrap_or(&text).trim();
        if source.is_empty() {
            self.report(Finding::error(
                &at.pointer,
                "expression_syntax",
                "the expression is empty",
            ));
            return None;
        }
        Some(Expression {
            pointer: at.pointer.clone(),
            source: source.to_owned(),
        })
    }

    /// `from`, `as`, `in`: an expression, or a structure with expressions in it.
    pub(super) fn expression_or_template(&mut self, at: &At<'_>) -> Option<Template> {
        match at.value {
            Json::String(_) => self.expression(at).map(Template::Expression),
            _ => Some(self.template(at)),
        }
    }

    /// A value in which `${ }` marks expressions.
    pub(super) fn template(&mut self, at: &At<'_>) -> Template {
        match at.value {
            Json::String(text) => self.text_template(at, text),
            Json::Array(_) => {
                let items: Vec<Template> = at.elements().iter().map(|item| self.template(item)).collect();
                literal_or(items, at.value, Template::List)
            }
            Json::Object(map) => {
                let members = map
                    .iter()
                    .map(|(key, value)| (key.clone(), self.template(&at.child(key, value))));
                let members: Vec<(String, Template)> = members.collect();
                let literal = members
                    .iter()
                    .all(|(_, member)| matches!(member, Template::Literal(_)));
                if literal {
                    Template::Literal(at.value.clone())
                } else {
                    Template::Object(members)
                }
            }
            other => Template::Literal(other.clone()),
        }
    }

    fn text_template(&mut self, at: &At<'_>, text: &str) -> Template {
        if let Some(source) = enclosed(text) {
            let source = source.trim().to_owned();
            return Template::Expression(Expression {
                pointer: at.pointer.clone(),
                source,
            });
        }
        if text.contains("${") {
            let finding = Finding::warning(
                &at.pointer,
                "expression_inside_text",
                "only a whole text can be an expression; this one is taken literally",
            );
            self.report(finding.suggest("use interpolation: '${ \"Hello, \\(.name)\" }'"));
        } else if looks_like_path(text) {
            let finding = Finding::warning(
                &at.pointer,
                "literal_looks_like_expression",
                "this is taken literally, not as an expression",
            );
            self.report(finding.suggest(format!("if it is an expression, write '${{ {text} }}'")));
        }
        Template::Literal(Json::String(text.to_owned()))
    }

    /// A duration in milliseconds: an object of units, or ISO 8601.
    pub(super) fn duration(&mut self, at: &At<'_>) -> Option<u64> {
        let ms = match at.value {
            Json::Object(_) => self.duration_object(at)?,
            Json::String(text) if enclosed(text).is_some() => {
                let message =
                    "a computed duration is not in the profile yet: bounds must be known beforehand";
                self.report(Finding::error(&at.pointer, "not_in_profile", message).suggest("PT30S"));
                return None;
            }
            Json::String(text) => match super::duration::parse_iso8601(text) {
                Some(ms) => ms,
                None => {
                    let finding = Finding::error(&at.pointer, "invalid_duration", "not an ISO 8601 duration");
                    self.report(finding.suggest("for example `PT30S`, or `{seconds: 30}`"));
                    return None;
                }
            },
            _ => {
                self.wrong_type(at, "a duration");
                return None;
            }
        };
        if ms > DURATION_MS_MAX {
            self.report(Finding::error(
                &at.pointer,
                "too_large",
                "a duration may be 366 days at most",
            ));
            return None;
        }
        Some(ms)
    }

    fn duration_object(&mut self, at: &At<'_>) -> Option<u64> {
        const UNITS: [(&str, u64); 5] = [
            ("days", 86_400_000),
            ("hours", 3_600_000),
            ("minutes", 60_000),
            ("seconds", 1_000),
            ("milliseconds", 1),
        ];
        let map = self.object(at, &UNITS.map(|(name, _)| name))?;
        if map.is_empty() {
            self.report(Finding::error(
                &at.pointer,
                "invalid_duration",
                "the duration has no unit",
            ));
            return None;
        }
        let mut total = 0u64;
        for (name, factor) in UNITS {
            if let Some(part) = at.get(name) {
                total = total.saturating_add(self.whole(&part, u64::MAX)?.saturating_mul(factor));
            }
        }
        Some(total)
    }

    /// A name of a task, a case, or something in `use`.
    pub(super) fn name(&mut self, pointer: &str, name: &str) {
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            let message = format!("a name has 1 to {NAME_BYTES_MAX} bytes");
            self.report(Finding::error(pointer, "invalid_name", message));
        }
    }

    /// A name of a variable, without `$`.
    pub(super) fn variable(&mut self, at: &At<'_>) -> Option<String> {
        let text = self.text(at)?;
        let first = text
            .chars()
            .next()
            .is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_');
        let rest = text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !first || !rest || text.len() > NAME_BYTES_MAX || text.starts_with("__") {
            let finding = Finding::error(&at.pointer, "invalid_name", "not a name for a variable");
            self.report(finding.suggest("letters, digits and `_`, without `$`"));
            return None;
        }
        if RESERVED_VARIABLES.contains(&text.as_str()) {
            let message = format!("`${text}` is a variable of the language; choose another name");
            self.report(Finding::error(&at.pointer, "reserved_name", message));
            return None;
        }
        Some(text)
    }
}

/// Variables that the engine binds.
pub(crate) const RESERVED_VARIABLES: [&str; 10] = [
    "context",
    "input",
    "output",
    "task",
    "workflow",
    "runtime",
    "secrets",
    "authorization",
    "env",
    "tenant",
];

fn literal_or(items: Vec<Template>, value: &Json, build: fn(Vec<Template>) -> Template) -> Template {
    if items.iter().all(|item| matches!(item, Template::Literal(_))) {
        Template::Literal(value.clone())
    } else {
        build(items)
    }
}

/// The inside of `${ }`, if the whole text is one.
pub(super) fn enclosed(text: &str) -> Option<&str> {
    text.trim().strip_prefix("${")?.strip_suffix('}')
}

/// `.a.b` or `$context.x`: most likely a forgotten `${ }`.
fn looks_like_path(text: &str) -> bool {
    let body = text.strip_prefix('.').or_else(|| text.strip_prefix('$'));
    body.is_some_and(|body| {
        body.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && body
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_.[]".contains(letter))
    })
}

/// What a JSON value is, for messages.
pub(super) fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
