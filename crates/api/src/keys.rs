//! API keys.

use serde::{Deserialize, Serialize};
use types::{ApiKeyId, Comment, DisplayName, EnvironmentId, FlowId, TenantId, Timestamp, UserId};
use utoipa::{IntoParams, ToSchema};

use crate::{credentials::CredentialStatus, schema};

/// Is a key for real use or for trying things out?
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Charged.
    Live,
    /// Costs nothing, and never reaches the environment `production`.
    Test,
}

/// An API key as people see it: all but the key.
#[derive(Debug, Serialize, ToSchema)]
pub struct Key {
    /// Its id.
    #[schema(value_type = schema::ApiKeyId)]
    pub id: ApiKeyId,
    /// What it is called.
    #[schema(value_type = String, example = "Checkout service")]
    pub name: DisplayName,
    /// What it is for.
    #[schema(value_type = String)]
    pub description: Comment,
    /// Live or test.
    pub kind: KeyKind,
    /// Is it good?
    pub status: CredentialStatus,
    /// How it begins.
    #[schema(example = "gld_live_")]
    pub prefix: String,
    /// How it ends.
    #[schema(example = "x7Qz")]
    pub last_four: String,
    /// What it was given. It can never do more than the role of its owner.
    #[schema(example = json!(["flows:call"]))]
    pub permissions: Vec<String>,
    /// The flows it may call, change and deploy; null for all.
    #[schema(required, value_type = Option<Vec<schema::FlowId>>)]
    pub flows: Option<Vec<FlowId>>,
    /// The environments it may call and deploy to; null for all.
    #[schema(required, value_type = Option<Vec<schema::EnvironmentId>>)]
    pub environments: Option<Vec<EnvironmentId>>,
    /// The networks it may be used from; null for anywhere.
    #[schema(required, example = json!(["203.0.113.0/24"]))]
    pub addresses: Option<Vec<String>>,
    /// The tenant that it is bound to; null for none.
    #[schema(required, value_type = Option<schema::TenantId>)]
    pub tenant: Option<TenantId>,
    /// Calls a minute; null for no limit of its own.
    #[schema(required)]
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<Timestamp>,
    /// The key that replaced it.
    #[schema(required, value_type = Option<schema::ApiKeyId>)]
    pub rotated_to: Option<ApiKeyId>,
    /// Who made it: the id of a user or of another key.
    #[schema(required)]
    pub created_by: Option<String>,
    /// The user by whose membership it lives.
    #[schema(value_type = schema::UserId)]
    pub owner: UserId,
    /// When it was made.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// When it was changed last.
    #[schema(value_type = schema::Timestamp)]
    pub updated_at: Timestamp,
    /// When it was used last, to a few seconds.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub last_used_at: Option<Timestamp>,
    /// When it was ended.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub revoked_at: Option<Timestamp>,
}

/// A new key, with the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewKey {
    /// The key. Told this once: keep it where it is safe. Absent when the request is answered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "gld_live_…")]
    pub key: Option<String>,
    /// All else about it.
    #[serde(flatten)]
    pub about: Key,
}

/// What a key is made from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyCreate {
    /// 1 to 80 characters.
    #[schema(max_length = 80, example = "Checkout service")]
    pub name: String,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// Live when absent.
    #[schema(value_type = KeyKind, required = false)]
    pub kind: Option<String>,
    /// What it may do, also in the operator's own API; `["flows:call"]` when absent.
    #[schema(example = json!(["flows:call", "companies:read"]))]
    pub permissions: Option<Vec<String>>,
    /// Ids or slugs of the flows it may call, change and deploy; all when absent.
    pub flows: Option<Vec<String>>,
    /// Ids or names of the environments it may call and deploy to; all when absent.
    pub environments: Option<Vec<String>>,
    /// Id or slug of the tenant that it is bound to; none when absent.
    pub tenant: Option<String>,
    /// Addresses and networks it may be used from; anywhere when absent.
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub addresses: Option<Vec<String>>,
    /// When it ends by itself; never when absent.
    #[schema(value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<String>,
    /// Calls a minute, 1 to 1,000,000; no limit of its own when absent.
    pub rate_limit_per_minute: Option<u32>,
}

/// What shall be different; what is absent stays as it is, and null takes a restriction away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeyUpdate {
    /// 1 to 80 characters.
    #[schema(max_length = 80)]
    pub name: Option<String>,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// What it may do.
    pub permissions: Option<Vec<String>>,
    /// Ids or slugs of the flows it may call, change and deploy.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<Vec<String>>)]
    pub flows: Option<Option<Vec<String>>>,
    /// Ids or names of the environments it may call and deploy to.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<Vec<String>>)]
    pub environments: Option<Option<Vec<String>>>,
    /// Id or slug of the tenant that it is bound to.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<String>)]
    pub tenant: Option<Option<String>>,
    /// Addresses and networks it may be used from.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<Vec<String>>)]
    pub addresses: Option<Option<Vec<String>>>,
    /// When it ends by itself.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<Option<String>>,
    /// Calls a minute.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<u32>)]
    pub rate_limit_per_minute: Option<Option<u32>>,
}

/// Which keys.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct KeysQuery {
    /// Only live ones, or only test ones.
    #[param(inline)]
    pub kind: Option<KeyKind>,
    /// Only those of this status.
    #[param(inline)]
    pub status: Option<CredentialStatus>,
    /// Only those that this user made.
    pub created_by: Option<String>,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
