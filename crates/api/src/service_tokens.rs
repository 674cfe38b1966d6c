//! Service tokens.

use serde::{Deserialize, Serialize};
use types::{Comment, DisplayName, ServiceTokenId, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::{credentials::CredentialStatus, schema};

/// A credential of the operator's own systems, as people see it: all but the token.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceToken {
    /// Its id.
    #[schema(value_type = schema::ServiceTokenId)]
    pub id: ServiceTokenId,
    /// What it is called.
    #[schema(value_type = String, example = "Gateway")]
    pub name: DisplayName,
    /// What it is for.
    #[schema(value_type = String)]
    pub description: Comment,
    /// Is it good?
    pub status: CredentialStatus,
    /// How it begins.
    #[schema(example = "gldop_")]
    pub prefix: String,
    /// How it ends.
    #[schema(example = "x7Qz")]
    pub last_four: String,
    /// What it may do.
    #[schema(example = json!(["operator:verify"]))]
    pub permissions: Vec<String>,
    /// The networks it may be used from; null for anywhere.
    #[schema(required, example = json!(["203.0.113.0/24"]))]
    pub addresses: Option<Vec<String>>,
    /// Requests a minute; null for no limit.
    #[schema(required)]
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<Timestamp>,
    /// The token that replaced it.
    #[schema(required, value_type = Option<schema::ServiceTokenId>)]
    pub rotated_to: Option<ServiceTokenId>,
    /// Who made it: the id of an operator or of another token; null for the command line.
    #[schema(required)]
    pub created_by: Option<String>,
    /// When it was made.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// When it was changed last.
    #[schema(value_type = schema::Timestamp)]
    pub updated_at: Timestamp,
    /// When it was used last, to the minute.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub last_used_at: Option<Timestamp>,
    /// When it was ended.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub revoked_at: Option<Timestamp>,
}

/// A new service token, with the token itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewServiceToken {
    /// The token. Told this once: keep it where it is safe. Absent when the request is answered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "gldop_…")]
    pub token: Option<String>,
    /// All else about it.
    #[serde(flatten)]
    pub about: ServiceToken,
}

/// What a service token is made from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceTokenCreate {
    /// 1 to 80 characters.
    #[schema(max_length = 80, example = "Gateway")]
    pub name: String,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// What it may do, never more than its maker. What an operator's service needs when absent: all but governing
    /// tokens, users and settings.
    #[schema(example = json!(["operator:verify"]))]
    pub permissions: Option<Vec<String>>,
    /// Addresses and networks it may be used from; anywhere when absent.
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub addresses: Option<Vec<String>>,
    /// When it ends by itself; never when absent.
    #[schema(value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<String>,
    /// Requests a minute, 1 to 1,000,000; no limit when absent.
    pub rate_limit_per_minute: Option<u32>,
}

/// What shall be different; what is absent stays as it is, and null takes a restriction away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceTokenUpdate {
    /// 1 to 80 characters.
    #[schema(max_length = 80)]
    pub name: Option<String>,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// What it may do, never more than who changes it.
    pub permissions: Option<Vec<String>>,
    /// Addresses and networks it may be used from.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<Vec<String>>)]
    pub addresses: Option<Option<Vec<String>>>,
    /// When it ends by itself.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<Option<String>>,
    /// Requests a minute.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<u32>)]
    pub rate_limit_per_minute: Option<Option<u32>>,
}

/// Which service tokens.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceTokensQuery {
    /// Only those of this status.
    #[param(inline)]
    pub status: Option<CredentialStatus>,
    /// Only those that this operator made.
    pub created_by: Option<String>,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
