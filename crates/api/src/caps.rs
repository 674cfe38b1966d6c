//! Caps: how much a workspace, key, member, tenant, environment or flow may spend in a day or a month.

use serde::{Deserialize, Serialize};
use types::{Microcredits, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::schema;

/// A cap, and what is used of it in the current period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cap {
    /// Whose spending it limits.
    #[schema(value_type = schema::CapSubjectKind)]
    pub subject_kind: &'static str,
    /// The id of whose.
    #[schema(example = "key_01jd3m5x2nf9c8s7r6q5p4k3h2")]
    pub subject_id: String,
    /// A day or a month, in UTC.
    #[schema(value_type = schema::Period)]
    pub period: &'static str,
    /// How much may be spent in a period.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// What was charged in the current one. A refund does not lower it.
    #[schema(value_type = schema::Credits)]
    pub used: Microcredits,
    /// What is set aside in the current one for calls under way. It counts like what was charged.
    #[schema(value_type = schema::Credits)]
    pub held: Microcredits,
    /// When the next period begins.
    #[schema(value_type = schema::Timestamp)]
    pub resets_at: Timestamp,
}

/// A cap to set. It replaces the one of the same subject and period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapSet {
    /// Whose spending it limits.
    #[schema(value_type = schema::CapSubjectKind)]
    pub subject_kind: String,
    /// The id of whose; not needed for the workspace.
    pub subject_id: Option<String>,
    /// A day or a month, in UTC.
    #[schema(value_type = schema::Period)]
    pub period: String,
    /// How much may be spent in a period.
    #[schema(value_type = schema::Credits)]
    pub credits: String,
}

/// Which cap.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CapQuery {
    /// Whose spending it limits.
    #[param(value_type = schema::CapSubjectKind)]
    pub subject_kind: String,
    /// The id of whose; not needed for the workspace.
    pub subject_id: Option<String>,
    /// A day or a month.
    #[param(value_type = schema::Period)]
    pub period: String,
}
