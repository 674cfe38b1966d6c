//! Permissions.

use serde::Serialize;
use utoipa::ToSchema;

/// A permission: what it allows, and who holds it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Permission {
    /// How it is spelled.
    #[schema(example = "flows:call")]
    pub name: String,
    /// What it allows, for people.
    #[schema(example = "Call flows.")]
    pub description: String,
    /// The roles that hold it; null for a permission of the operator's own API, which only keys hold.
    #[schema(required, example = json!(["owner", "admin", "member", "runner", "guest"]))]
    pub roles: Option<Vec<String>>,
    /// May an API key hold it?
    pub for_keys: bool,
    /// May a key hold it that the caller makes? A key can do no more than its maker.
    pub grantable: bool,
}
