//! Errors of a running flow, in the shape the language prescribes (RFC 7807).
//!
//! Owns the eight standard types and the equality of their three spellings: the language was renamed, and
//! its conformance kit uses a third root. We write the old root and compare by alias.

use serde::{Deserialize, Serialize};

use crate::limits::ERROR_TEXT_BYTES_MAX;
use crate::text::shorten;

/// Root of the error types that we write.
pub const ERROR_ROOT: &str = "https://serverlessworkflow.io/spec/1.0.0/errors/";

/// Type of an error whose own type is not kept (RFC 9457).
pub(crate) const UNNAMED_TYPE: &str = "about:blank";

/// Roots that count as equal to [`ERROR_ROOT`] when an author compares types.
const ERROR_ROOT_ALIASES: [&str; 4] = [
    ERROR_ROOT,
    "https://open-workflow-specification.org/spec/1.0.0/errors/",
    "https://serverlessworkflow.io/dsl/errors/types/",
    "https://open-workflow-specification.org/dsl/errors/types/",
];

/// A standard error type of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The definition or the deployment is wrong.
    Configuration,
    /// A schema refused a value.
    Validation,
    /// An expression failed, yielded no single value, or spent its budget.
    Expression,
    /// The other side did not accept who we are.
    Authentication,
    /// The other side did not allow it.
    Authorization,
    /// A timeout passed.
    Timeout,
    /// An outgoing call failed or was answered with an error status.
    Communication,
    /// The run hit a limit of the engine.
    Runtime,
}

impl ErrorKind {
    const ALL: [Self; 8] = [
        Self::Configuration,
        Self::Validation,
        Self::Expression,
        Self::Authentication,
        Self::Authorization,
        Self::Timeout,
        Self::Communication,
        Self::Runtime,
    ];

    /// Last segment of the type URI.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Validation => "validation",
            Self::Expression => "expression",
            Self::Authentication => "authentication",
            Self::Authorization => "authorization",
            Self::Timeout => "timeout",
            Self::Communication => "communication",
            Self::Runtime => "runtime",
        }
    }

    /// Status that the language gives the type by default.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Configuration | Self::Validation | Self::Expression => 400,
            Self::Authentication => 401,
            Self::Authorization => 403,
            Self::Timeout => 408,
            Self::Communication | Self::Runtime => 500,
        }
    }

    /// Title that the engine gives errors of the type.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Configuration => "Configuration Error",
            Self::Validation => "Validation Error",
            Self::Expression => "Expression Error",
            Self::Authentication => "Authentication Error",
            Self::Authorization => "Authorization Error",
            Self::Timeout => "Timeout Error",
            Self::Communication => "Communication Error",
            Self::Runtime => "Runtime Error",
        }
    }
}

/// An error raised by a flow or by the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowError {
    /// URI of the type; standard types start with [`ERROR_ROOT`].
    #[serde(rename = "type")]
    pub kind: String,
    /// HTTP-like status, 100 to 599.
    pub status: u16,
    /// Short name of the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What happened this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// JSON pointer of the task that raised it, such as `/do/0/getPet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

impl FlowError {
    /// A standard error without a place; the engine fills `instance` when it raises it.
    #[must_use]
    pub fn standard(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{ERROR_ROOT}{}", kind.as_str()),
            status: kind.status(),
            title: Some(kind.title().to_owned()),
            detail: Some(detail.into()),
            instance: None,
        }
    }

    /// The same with another status (a communication error carries the status of the response).
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Cuts its texts to their bound, wherever they come from: a flow raises what it likes, and a message may quote
    /// a value.
    pub(crate) fn shorten(&mut self) {
        let rest = [&mut self.title, &mut self.detail, &mut self.instance];
        for text in rest.into_iter().flatten().chain([&mut self.kind]) {
            shorten(text, ERROR_TEXT_BYTES_MAX);
        }
    }

    /// Bytes as JSON.
    pub(crate) fn size(&self) -> usize {
        serde_json::to_vec(self).map_or(0, |json| json.len())
    }

    /// Whether the error is of this standard type, in any spelling of its root.
    #[must_use]
    pub fn is(&self, kind: ErrorKind) -> bool {
        standard_name(&self.kind) == Some(kind.as_str())
    }

    /// Whether the error is of a standard type.
    pub(crate) fn is_standard(&self) -> bool {
        ErrorKind::ALL.into_iter().any(|kind| self.is(kind))
    }
}

/// Whether two type URIs name the same type.
#[must_use]
pub fn same_type(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    match (standard_name(left), standard_name(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// The part after a known root.
fn standard_name(uri: &str) -> Option<&str> {
    ERROR_ROOT_ALIASES
        .iter()
        .find_map(|root| uri.strip_prefix(root))
        .map(|name| name.trim_end_matches('/'))
}
