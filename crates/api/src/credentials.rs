//! What API keys and service tokens have in common.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Is a key or token good?
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// Yes.
    Active,
    /// It ended by itself.
    Expired,
    /// It was ended.
    Revoked,
}

/// How a key or token is replaced.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CredentialRotate {
    /// How long the old one lives on, in seconds, at most seven days. 0 ends it with the answer.
    #[schema(maximum = 604_800)]
    pub overlap_seconds: u32,
}
