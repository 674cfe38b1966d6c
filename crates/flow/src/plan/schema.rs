//! JSON Schemas, compiled once.

use serde::Serialize;

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
