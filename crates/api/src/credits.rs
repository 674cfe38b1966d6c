//! Credits: the balance, the grants that it is made of, the ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{GrantId, LineId, Microcredits, Timestamp, UsageId};
use utoipa::{IntoParams, ToSchema};

use crate::{Actor, schema};

/// What a workspace can spend.
#[derive(Debug, Serialize, ToSchema)]
pub struct Balance {
    /// What can be spent now.
    #[schema(value_type = schema::Credits)]
    pub available: Microcredits,
    /// What is set aside for calls under way.
    #[schema(value_type = schema::Credits)]
    pub held: Microcredits,
    /// What can be spent, by where it came from.
    #[schema(value_type = BTreeMap<String, schema::Credits>)]
    pub by_source: BTreeMap<&'static str, Microcredits>,
    /// When the next part of it ends; null when nothing does.
    #[schema(required)]
    pub next_expiry: Option<NextExpiry>,
}

/// When credits end, and how many.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextExpiry {
    /// When.
    #[schema(value_type = schema::Timestamp)]
    pub at: Timestamp,
    /// How many of those that can be spent now.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
}

/// Credits from one source, as they stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct Grant {
    /// Its id.
    #[schema(value_type = schema::GrantId)]
    pub id: GrantId,
    /// Where they came from.
    #[schema(value_type = schema::GrantSource)]
    pub source: &'static str,
    /// How many were given.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// How many can still be spent.
    #[schema(value_type = schema::Credits)]
    pub remaining: Microcredits,
    /// How many are set aside for calls under way.
    #[schema(value_type = schema::Credits)]
    pub held: Microcredits,
    /// A higher one burns first.
    pub priority: i64,
    /// From when on they can be spent.
    #[schema(value_type = schema::Timestamp)]
    pub effective_at: Timestamp,
    /// When what is left of them ends; null for never.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<Timestamp>,
    /// What the system that granted them calls it.
    #[schema(required)]
    pub external_id: Option<String>,
    /// Why they were given.
    pub note: String,
    /// Who gave them.
    pub created_by: Actor,
    /// When.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
}

/// One line of the ledger. Lines are never changed; a correction is a new line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerLine {
    /// Its id.
    #[schema(value_type = schema::LineId)]
    pub id: LineId,
    /// Its number in the workspace; there are no gaps.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// What it is.
    #[schema(value_type = schema::LineKind)]
    pub kind: &'static str,
    /// What it added to what can be spent.
    #[schema(value_type = schema::Credits)]
    pub available_delta: Microcredits,
    /// What it added to what is set aside.
    #[schema(value_type = schema::Credits)]
    pub held_delta: Microcredits,
    /// What could be spent after it.
    #[schema(value_type = schema::Credits)]
    pub available_after: Microcredits,
    /// What was set aside after it.
    #[schema(value_type = schema::Credits)]
    pub held_after: Microcredits,
    /// The grant that it moved, when it was one.
    #[schema(required, value_type = Option<schema::GrantId>)]
    pub grant: Option<GrantId>,
    /// The line that it closes or gives back.
    #[schema(required, value_type = Option<schema::LineId>)]
    pub related: Option<LineId>,
    /// The usage event that it is, when it closes a call.
    #[schema(required, value_type = Option<schema::UsageId>)]
    pub usage: Option<UsageId>,
    /// Who caused it.
    pub actor: Actor,
    /// When.
    #[schema(value_type = schema::Timestamp)]
    pub at: Timestamp,
    /// For people.
    #[schema(required)]
    pub note: Option<String>,
}

/// Which lines of the ledger to export, and how they are written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LedgerExportQuery {
    /// How they are written.
    #[param(value_type = schema::ExportFormat)]
    pub format: String,
    /// Only lines of this kind.
    #[param(value_type = Option<schema::LineKind>)]
    pub kind: Option<String>,
}

/// Which lines of the ledger, and where the page starts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// Only lines of this kind.
    #[param(value_type = Option<schema::LineKind>)]
    pub kind: Option<String>,
    /// Most items of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
