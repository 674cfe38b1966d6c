//! Usage: the events, their sums, and the export.

use serde::{Deserialize, Serialize};
use types::{ApiKeyId, EnvironmentId, FlowId, Microcredits, TenantId, TimeZone, Timestamp, UsageId, UserId};
use utoipa::{IntoParams, ToSchema};

use crate::schema;

/// One metered call, or a sample of those that were refused: of these a few an hour and reason are kept, for 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageEvent {
    /// Its id.
    #[schema(value_type = schema::UsageId)]
    pub id: UsageId,
    /// When it was over and charged, or refused.
    #[schema(value_type = schema::Timestamp)]
    pub at: Timestamp,
    /// The API key that called.
    #[schema(required, value_type = Option<schema::ApiKeyId>)]
    pub key: Option<ApiKeyId>,
    /// The person who called.
    #[schema(required, value_type = Option<schema::UserId>)]
    pub user: Option<UserId>,
    /// The flow that ran.
    #[schema(required, value_type = Option<schema::FlowId>)]
    pub flow: Option<FlowId>,
    /// Its version; 0 is the draft.
    #[schema(required)]
    pub flow_version: Option<i64>,
    /// Where it ran.
    #[schema(required, value_type = Option<schema::EnvironmentId>)]
    pub environment: Option<EnvironmentId>,
    /// For which tenant.
    #[schema(required, value_type = Option<schema::TenantId>)]
    pub tenant: Option<TenantId>,
    /// What the operator's service charged for.
    #[schema(required)]
    pub resource: Option<String>,
    /// Through what it was called.
    #[schema(example = "api")]
    pub surface: String,
    /// How it ended, or why it was refused.
    #[schema(value_type = schema::UsageStatus)]
    pub status: &'static str,
    /// By a test key: it cost nothing.
    pub test: bool,
    /// What it cost.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// How long it took, in milliseconds.
    pub latency_ms: f64,
    /// What the operator's service attached.
    #[schema(required, value_type = Option<Object>)]
    pub tags: Option<serde_json::Value>,
}

/// Which events, and where the page starts. Everything given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageEventQuery {
    /// By this API key.
    #[param(value_type = Option<schema::ApiKeyId>)]
    pub key: Option<ApiKeyId>,
    /// Of this flow, by id or slug.
    pub flow: Option<String>,
    /// By this person.
    #[param(value_type = Option<schema::UserId>)]
    pub user: Option<UserId>,
    /// In this environment, by id or name.
    pub environment: Option<String>,
    /// For this tenant.
    #[param(value_type = Option<schema::TenantId>)]
    pub tenant: Option<TenantId>,
    /// For this resource of the operator's service.
    pub resource: Option<String>,
    /// With this outcome. Refused calls are listed only when they are asked for: by `refused` for any reason, or by one
    /// of the reasons.
    #[param(value_type = Option<schema::UsageStatusFilter>)]
    pub status: Option<String>,
    /// From this instant on.
    #[param(value_type = Option<schema::Timestamp>)]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<schema::Timestamp>)]
    pub to: Option<Timestamp>,
    /// Most items of the page. A page may hold fewer and still have a next one.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Which events to export, and how they are written. Everything given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageExportQuery {
    /// How they are written.
    #[param(value_type = schema::ExportFormat)]
    pub format: String,
    /// By this API key.
    #[param(value_type = Option<schema::ApiKeyId>)]
    pub key: Option<ApiKeyId>,
    /// Of this flow, by id or slug.
    pub flow: Option<String>,
    /// By this person.
    #[param(value_type = Option<schema::UserId>)]
    pub user: Option<UserId>,
    /// In this environment, by id or name.
    pub environment: Option<String>,
    /// For this tenant.
    #[param(value_type = Option<schema::TenantId>)]
    pub tenant: Option<TenantId>,
    /// For this resource of the operator's service.
    pub resource: Option<String>,
    /// With this outcome. Refused calls are listed only when they are asked for: by `refused` for any reason, or by one
    /// of the reasons.
    #[param(value_type = Option<schema::UsageStatusFilter>)]
    pub status: Option<String>,
    /// From this instant on.
    #[param(value_type = Option<schema::Timestamp>)]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<schema::Timestamp>)]
    pub to: Option<Timestamp>,
}

/// Which sums.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageSummaryQuery {
    /// What the sums are apart by: some of `hour` or `day`, `flow`, `key`, `user`, `tenant`, `environment`,
    /// `status`, with commas between them. Nothing: one sum.
    #[param(example = "day,flow")]
    pub group_by: Option<String>,
    /// From this instant on; 30 days before `to` when not given. Rounded down to a quarter of an hour.
    #[param(value_type = Option<schema::Timestamp>)]
    pub from: Option<Timestamp>,
    /// Before this instant; when not given, until now and including it. Rounded up to a quarter of an hour.
    #[param(value_type = Option<schema::Timestamp>)]
    pub to: Option<Timestamp>,
    /// Where days begin: a name of the IANA database. The workspace's own when not given.
    #[param(example = "Europe/Berlin")]
    pub time_zone: Option<String>,
    /// Only of this flow, by id or slug.
    pub flow: Option<String>,
    /// Only by this API key.
    #[param(value_type = Option<schema::ApiKeyId>)]
    pub key: Option<ApiKeyId>,
    /// Only in this environment, by id or name.
    pub environment: Option<String>,
    /// Only by this person.
    #[param(value_type = Option<schema::UserId>)]
    pub user: Option<UserId>,
    /// Only for this tenant.
    #[param(value_type = Option<schema::TenantId>)]
    pub tenant: Option<TenantId>,
}

/// Sums of usage.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageSummary {
    /// From this instant on.
    #[schema(value_type = schema::Timestamp)]
    pub from: Timestamp,
    /// Before this instant.
    #[schema(value_type = schema::Timestamp)]
    pub to: Timestamp,
    /// Where days begin.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub time_zone: TimeZone,
    /// By time, then by the other things they are apart by.
    pub items: Vec<UsageSummaryItem>,
    /// Over all items.
    pub totals: UsageSums,
}

/// The sums of one group. It has the fields that were asked for in `group_by`; null where the calls had none.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageSummaryItem {
    /// When the hour began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Timestamp>)]
    pub hour: Option<Timestamp>,
    /// The day in the time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-11-21")]
    pub day: Option<String>,
    /// The flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::FlowId>)]
    pub flow: Option<Option<FlowId>>,
    /// The API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::ApiKeyId>)]
    pub key: Option<Option<ApiKeyId>>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::UserId>)]
    pub user: Option<Option<UserId>>,
    /// The tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::TenantId>)]
    pub tenant: Option<Option<TenantId>>,
    /// The environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::EnvironmentId>)]
    pub environment: Option<Option<EnvironmentId>>,
    /// How the calls ended: `succeeded`, `failed`, `timed_out`, `uncollected`, or why they were refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "succeeded")]
    pub status: Option<String>,
    /// The sums.
    #[serde(flatten)]
    pub sums: UsageSums,
}

/// Sums of usage.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageSums {
    /// Accepted calls.
    pub calls: i64,
    /// Those of them that did not succeed.
    pub errors: i64,
    /// Calls that were refused: no credits, no permission, too many. They cost nothing and are in no other sum. Counted
    /// about a second later.
    pub refused: i64,
    /// What the calls cost.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// How long they took.
    pub latency_ms: Latency,
}

/// How long calls took, in milliseconds. The quantiles are upper ends of the steps of a scale.
#[derive(Debug, Serialize, ToSchema)]
pub struct Latency {
    /// On the average.
    pub mean: f64,
    /// At most so long took half of them.
    pub p50: f64,
    /// At most so long took 95 of 100.
    pub p95: f64,
    /// At most so long took 99 of 100.
    pub p99: f64,
}
