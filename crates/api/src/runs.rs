//! Runs: what became of calls.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use types::{DisplayName, EnvironmentId, FlowId, GrantId, Microcredits, RunId, Slug, TenantId, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::{Actor, problem::ReachedCap, schema};

/// What a call would cost now. It holds until the next movement of credits and the next change of the configuration.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quote {
    /// What would run.
    #[schema(value_type = schema::FlowId)]
    pub flow: FlowId,
    /// Its version.
    pub version: i64,
    /// Where.
    #[schema(value_type = schema::EnvironmentId)]
    pub environment: EnvironmentId,
    /// The least that a successful call costs. Equal to `most` where the price is known beforehand.
    #[schema(value_type = schema::Credits)]
    pub least: Microcredits,
    /// The most that it can cost; null where what it uses has no bound.
    #[schema(required, value_type = Option<schema::Credits>)]
    pub most: Option<Microcredits>,
    /// Is the most set aside before the flow runs? So it is where the flow has effects outside.
    pub held: bool,
    /// What the workspace can spend now.
    #[schema(value_type = schema::Credits)]
    pub available: Microcredits,
    /// Would `most` (or else `least`) be accepted now?
    pub accepted: bool,
    /// The grants that it would be taken from, in this order. They have less together where there is less.
    pub grants: Vec<QuotedGrant>,
    /// The caps that would refuse it.
    pub caps: Vec<ReachedCap>,
}

/// A part of a price.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotedGrant {
    /// Which grant.
    #[schema(value_type = schema::GrantId)]
    pub id: GrantId,
    /// Where it came from.
    #[schema(value_type = schema::GrantSource)]
    pub source: &'static str,
    /// How much of the price.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// When what is left of it ends.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<Timestamp>,
}

/// One execution of a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Run {
    /// Its id.
    #[schema(value_type = schema::RunId)]
    pub id: RunId,
    /// What ran.
    #[schema(value_type = schema::FlowId)]
    pub flow: FlowId,
    /// What the flow is called now; null when it is gone for good.
    #[schema(required, value_type = Option<String>)]
    pub flow_name: Option<DisplayName>,
    /// Its version; 0 is the draft.
    pub version: i64,
    /// Where.
    #[schema(value_type = schema::EnvironmentId)]
    pub environment: EnvironmentId,
    /// What the environment is called now; null when it is gone.
    #[schema(required, value_type = Option<schema::Slug>)]
    pub environment_name: Option<Slug>,
    /// For whom.
    #[schema(required, value_type = Option<schema::TenantId>)]
    pub tenant: Option<TenantId>,
    /// Who called.
    pub actor: Actor,
    /// Through what: `api`, `console`.
    pub surface: String,
    /// Where it stands.
    #[schema(value_type = schema::RunState)]
    pub state: &'static str,
    /// When it began.
    #[schema(value_type = schema::Timestamp)]
    pub started_at: Timestamp,
    /// When it was over.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub ended_at: Option<Timestamp>,
    /// What it cost.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
}

/// A run with what is kept of its values.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunDetails {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// What it was called with; null where it is not kept.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub input: Option<Box<RawValue>>,
    /// What it answered; null where there is none, or it is not kept.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub output: Option<Box<RawValue>>,
    /// The error that ended it.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub error: Option<Box<RawValue>>,
}

/// The steps of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct Steps {
    /// In the order in which they ended.
    pub items: Vec<Step>,
    /// Always null: they are told whole.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Whether steps, values or errors are missing because the run had more of them than are kept.
    pub truncated: bool,
}

/// One executed task of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    /// JSON Pointer of the task.
    pub pointer: String,
    /// Its name.
    pub name: String,
    /// Its kind, such as `set`.
    pub kind: String,
    /// `completed`, `skipped`, `faulted` or `left`.
    pub status: &'static str,
    /// Indexes of the enclosing loops, outermost first.
    pub iteration: Vec<u32>,
    /// Attempt of the nearest enclosing `try`, from 1.
    pub attempt: u32,
    /// When it began.
    #[schema(value_type = schema::Timestamp)]
    pub started_at: Timestamp,
    /// When it was over.
    #[schema(value_type = schema::Timestamp)]
    pub ended_at: Timestamp,
    /// What it worked on; null where it is not kept.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub input: Option<Box<RawValue>>,
    /// What it made; null where it is not kept.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub output: Option<Box<RawValue>>,
    /// The error, when it failed.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub error: Option<Box<RawValue>>,
}

/// Which runs.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct RunsQuery {
    /// Of this flow, by id or slug.
    pub flow: Option<String>,
    /// In this environment, by id or name.
    pub environment: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// Called by this key, by id.
    pub key: Option<String>,
    /// Called by this person, by id.
    pub user: Option<String>,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
