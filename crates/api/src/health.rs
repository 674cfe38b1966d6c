//! Is the server alive, and can it work?

use serde::Serialize;
use utoipa::ToSchema;

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `alive`.
    #[schema(example = "alive")]
    pub status: &'static str,
    /// The release.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
}

/// Whether the server can do its work, and which part cannot.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// All checks passed.
    pub ready: bool,
    /// The database answers.
    pub database: Check,
    /// The schema is the one that this release needs.
    pub migrations: Check,
    /// The database belongs to the instance key of this process.
    pub keys: Check,
}

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// In order.
    Ok,
    /// Out of order; the log says why.
    Failed,
}
