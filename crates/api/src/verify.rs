//! One durable answer to "may this key do this, and take n credits".

use serde::{Deserialize, Serialize};
use types::{ApiKeyId, HoldId, Microcredits, SecretText, UsageId, WorkspaceId};
use utoipa::ToSchema;

use crate::{problem::ReachedCap, schema};

/// What is asked of a customer's key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The key that the customer sent.
    #[schema(value_type = String, example = "gld_live_…")]
    pub key: SecretText,
    /// What he wants to do: a permission of yours or of Guildhall's.
    #[schema(example = "companies:read")]
    pub permission: Option<String>,
    /// The price; that of the resource, or else the usual one of the instance, when absent.
    #[schema(value_type = Option<schema::Credits>, example = "0.5")]
    pub credits: Option<String>,
    /// What it is for: priced by the price table, and kept with the usage. 1 to 100 characters.
    #[schema(max_length = 100, example = "companies:search")]
    pub resource: Option<String>,
    /// The environment that it is for, by id or name.
    pub environment: Option<String>,
    /// The tenant that it is for, by id or slug.
    pub tenant: Option<String>,
    /// The address that the customer's request came from, checked against the networks of the key.
    #[schema(example = "203.0.113.9")]
    pub address: Option<String>,
    /// Charge now, or set aside now and settle later. `charge` when absent.
    #[schema(value_type = Option<schema::VerifyMode>)]
    pub mode: Option<String>,
    /// After how long a hold that nobody settles is given back by itself: 1 to 86,400; 900 when absent.
    #[schema(minimum = 1, maximum = 86_400)]
    pub hold_seconds: Option<i64>,
    /// Kept with the usage. At most 2,048 bytes as JSON.
    #[schema(value_type = Option<Object>)]
    pub tags: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The answer: the key may and was charged, or why not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verdict {
    /// May the key do it, and is it paid for?
    pub valid: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::VerdictCode>)]
    pub code: Option<&'static str>,
    /// The workspace of the key, when the key is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::WorkspaceId>)]
    pub workspace: Option<WorkspaceId>,
    /// The id of the key, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::ApiKeyId>)]
    pub key: Option<ApiKeyId>,
    /// What the key may do, in Guildhall and in your API.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub permissions: Option<Permissions>,
    /// What was charged now; 0 for a hold, which is charged when it is settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Credits>)]
    pub credits_charged: Option<Microcredits>,
    /// What the workspace can spend after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Credits>)]
    pub credits_available: Option<Microcredits>,
    /// The usage event of the charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::UsageId>)]
    pub usage: Option<UsageId>,
    /// The hold to settle or void.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::HoldId>)]
    pub hold: Option<HoldId>,
    /// The cap that would be passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<ReachedCap>,
    /// Seconds after which it makes sense to ask again: until the cap begins anew, or the rate limit lets one more in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
}

/// Names of permissions: most are known beforehand and need no copy.
pub type Permissions = Vec<std::borrow::Cow<'static, str>>;

/// How the work of a hold ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// How it ended.
    #[schema(value_type = schema::SettleOutcome)]
    pub outcome: String,
    /// The real price, at most what is held. When absent: all of it for what succeeded, else nothing.
    #[schema(value_type = Option<schema::Credits>)]
    pub credits: Option<String>,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0)]
    pub latency_ms: Option<i64>,
}

/// Why a charge is given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// For the ledger. Up to 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}
