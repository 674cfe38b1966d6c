//! JSON Schemas, compiled once.
//!
//! References to other documents are not followed, patterns are matched in linear time.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde::Serialize;
use serde_json::Value as Json;

use crate::limits::VIOLATIONS_MAX;
use crate::value::Value;

/// One way in which a value does not fit a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaViolation {
    /// JSON pointer into the value; empty for the value itself.
    pub pointer: String,
    /// The keyword of the schema that refused, such as `required` or `type`.
    pub code: String,
    /// What was expected and what came.
    pub message: String,
}

/// A compiled schema and its text.
pub(crate) struct SchemaPlan {
    pub document: Json,
    validator: Validator,
}

impl SchemaPlan {
    /// Compiles a schema.
    ///
    /// # Errors
    /// A sentence.
    pub(crate) fn compile(document: &Json) -> Result<Self, String> {
        let options = jsonschema::options()
            .offline()
            .should_validate_formats(true)
            .with_pattern_options(
                PatternOptions::regex()
                    .size_limit(1 << 20)
                    .dfa_size_limit(1 << 20),
            );
        let validator = options
            .build(document)
            .map_err(|error| short(&error.to_string()))?;
        Ok(Self {
            document: document.clone(),
            validator,
        })
    }

    /// Checks a value.
    ///
    /// # Errors
    /// What does not fit, at most [`VIOLATIONS_MAX`].
    pub(crate) fn check(&self, value: &Value) -> Result<(), Vec<SchemaViolation>> {
        let json = value.to_serde();
        if self.validator.is_valid(&json) {
            return Ok(());
        }
        let mut found = Vec::new();
        for error in self.validator.iter_errors(&json) {
            violations(&error, &mut found);
            if found.len() >= VIOLATIONS_MAX {
                found.truncate(VIOLATIONS_MAX);
                break;
            }
        }
        Err(found)
    }
}

/// One violation for most errors; one for each key where several are named.
fn violations(error: &ValidationError<'_>, found: &mut Vec<SchemaViolation>) {
    let pointer = error.instance_path().to_string();
    let code = error.kind().keyword().to_owned();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                let pointer = crate::definition::join(&pointer, name);
                let message = format!("expected no further members, found `{name}`");
                found.push(SchemaViolation {
                    pointer,
                    code: code.clone(),
                    message,
                });
            }
        }
        kind => {
            let message = sentence(kind, error.instance()).unwrap_or_else(|| short(&error.to_string()));
            found.push(SchemaViolation {
                pointer,
                code,
                message,
            });
        }
    }
}

/// "Expected ..., found ..." for the keywords that people meet most.
fn sentence(kind: &ValidationErrorKind, came: &Json) -> Option<String> {
    use ValidationErrorKind as Kind;
    let expected = match kind {
        Kind::Required { property } => {
            return Some(format!("expected a member {property}, found none"));
        }
        Kind::Type { kind } => {
            return Some(format!("expected {}, found {}", type_names(kind), describe(came)));
        }
        Kind::Enum { options } => format!("one of {options}"),
        Kind::Constant { expected_value } => format!("{expected_value}"),
        Kind::Minimum { limit } => format!("{limit} or more"),
        Kind::Maximum { limit } => format!("{limit} or less"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Kind::MinLength { limit } => format!("{limit} characters or more"),
        Kind::MaxLength { limit } => format!("{limit} characters or less"),
        Kind::MinItems { limit } => format!("{limit} items or more"),
        Kind::MaxItems { limit } => format!("{limit} items or less"),
        Kind::Pattern { pattern } => format!("a text that matches `{pattern}`"),
        Kind::Format { format } => format!("a text in the format `{format}`"),
        Kind::UniqueItems => "items that all differ".to_owned(),
        Kind::FalseSchema => "nothing here".to_owned(),
        _ => return None,
    };
    Some(short(&format!("expected {expected}, found {}", describe(came))))
}

fn type_names(kind: &jsonschema::error::TypeKind) -> String {
    match kind {
        jsonschema::error::TypeKind::Single(one) => one.to_string(),
        jsonschema::error::TypeKind::Multiple(many) => {
            let names: Vec<String> = many.iter().map(|one| one.to_string()).collect();
            names.join(" or ")
        }
    }
}

/// A value in a message: scalars as they are, the rest by kind.
fn describe(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("an array of {}", items.len()),
        Json::Object(_) => "an object".to_owned(),
        Json::String(text) => format!("\"{}\"", text.chars().take(60).collect::<String>()),
        scalar => scalar.to_string(),
    }
}

fn short(message: &str) -> String {
    message.chars().take(300).collect()
}
