//! What is wrong with a definition, said so that its author can act on it.

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The definition cannot be saved.
    Error,
    /// It can, but something is suspicious.
    Warning,
}

/// One finding at one place of a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// JSON pointer into the definition; empty for the whole document.
    pub pointer: String,
    /// Stable code, such as `unknown_key` or `not_in_profile`.
    pub code: &'static str,
    /// One sentence for the author.
    pub message: String,
    /// What to write instead, when we can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Line in the text, from 1, when the text is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Finding {
    /// An error at a pointer.
    pub(crate) fn error(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            pointer: pointer.into(),
            code,
            message: message.into(),
            suggestion: None,
            line: None,
            column: None,
        }
    }

    /// A warning at a pointer.
    pub(crate) fn warning(
        pointer: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(pointer, code, message)
        }
    }

    /// The same with a suggestion.
    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}
