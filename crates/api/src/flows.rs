//! Flows: drafts, versions, deployments.

use serde::{Deserialize, Serialize};
use types::{
    Comment, DeploymentId, DisplayName, EnvironmentId, FlowId, FlowVersionId, Label, RunId, Slug, Timestamp,
};
use utoipa::{IntoParams, ToSchema};

use crate::{Actor, schema};

/// A flow: a saved workflow with its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct Flow {
    /// Its id.
    #[schema(value_type = schema::FlowId)]
    pub id: FlowId,
    /// Its name in addresses, unique in the workspace.
    #[schema(value_type = schema::Slug)]
    pub slug: Slug,
    /// Its name for people.
    #[schema(value_type = String, example = "Greet")]
    pub name: DisplayName,
    /// What it is for.
    #[schema(value_type = String)]
    pub description: Comment,
    /// What is being edited; null when nothing is. Its text comes with a single flow alone, not in lists.
    #[schema(required)]
    pub draft: Option<Draft>,
    /// The revision that the draft has or had last, 0 before the first: what `If-Match` of the next save names.
    pub draft_revision: i64,
    /// The number of the newest version; null before the first.
    #[schema(required)]
    pub latest_version: Option<i64>,
    /// Where which version is live.
    pub live: Vec<LiveIn>,
    /// Its newest run, if it is among the newest 2,000 of the workspace and the caller may see it.
    #[schema(required)]
    pub last_run: Option<LastRun>,
    /// What a call costs: the price that the instance has for one times this, in thousandths, rounded up to a
    /// microcredit. It scales the call alone: prices of requests that it sends and of units that it uses are added as
    /// they are.
    pub price_permille: i64,
    /// What is kept of its runs: `all`, `metadata` or `nothing`.
    #[schema(value_type = schema::Retention)]
    pub retention: &'static str,
    /// For how many days.
    pub retention_days: i64,
    /// Who made it.
    pub created_by: Actor,
    /// When it was made.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// When it was changed last.
    #[schema(value_type = schema::Timestamp)]
    pub updated_at: Timestamp,
    /// When it was deleted.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub deleted_at: Option<Timestamp>,
}

/// The newest run of a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastRun {
    /// Its id.
    #[schema(value_type = schema::RunId)]
    pub id: RunId,
    /// Where it stands.
    #[schema(value_type = schema::RunState)]
    pub state: &'static str,
    /// When it began.
    #[schema(value_type = schema::Timestamp)]
    pub started_at: Timestamp,
}

/// What is being edited.
#[derive(Debug, Serialize, ToSchema)]
pub struct Draft {
    /// Rises with each save; the `ETag` of the draft.
    pub revision: i64,
    /// The text as it was written; only with a single flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Who saved it last.
    pub saved_by: Actor,
    /// When.
    #[schema(value_type = schema::Timestamp)]
    pub saved_at: Timestamp,
}

/// A version that is live somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveIn {
    /// Where.
    #[schema(value_type = schema::EnvironmentId)]
    pub environment: EnvironmentId,
    /// What the environment is called.
    #[schema(value_type = schema::Slug)]
    pub environment_name: Slug,
    /// Which version.
    pub version: i64,
    /// Since when.
    #[schema(value_type = schema::Timestamp)]
    pub since: Timestamp,
}

/// What a flow is made from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowCreate {
    /// 1 to 80 characters.
    #[schema(max_length = 80, example = "Greet")]
    pub name: String,
    /// Made from the name when absent.
    #[schema(value_type = Option<schema::Slug>)]
    pub slug: Option<String>,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// The first draft: YAML text, or the definition as a JSON object.
    #[schema(value_type = Option<schema::Definition>)]
    pub definition: Option<serde_json::Value>,
}

/// What shall be different; what is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlowUpdate {
    /// 1 to 80 characters.
    #[schema(max_length = 80)]
    pub name: Option<String>,
    /// Another address.
    #[schema(value_type = Option<schema::Slug>)]
    pub slug: Option<String>,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// What a call costs: the price that the instance has for one times this, in thousandths: 0 to 1,000,000. It does
    /// not scale the prices of requests that it sends and of units that it uses.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub price_permille: Option<i64>,
    /// What is kept of its runs.
    #[schema(value_type = Option<schema::Retention>)]
    pub retention: Option<String>,
    /// For how many days, 1 to 3,650.
    #[schema(minimum = 1, maximum = 3_650)]
    pub retention_days: Option<i64>,
}

/// Which flows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct FlowsQuery {
    /// Part of the name or slug.
    pub search: Option<String>,
    /// Live in this environment, by id or name.
    pub environment: Option<String>,
    /// Those that were deleted and can still be restored, instead of those in use.
    pub deleted: bool,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A definition to keep or to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefinitionBody {
    /// YAML text, or the definition as a JSON object.
    #[schema(value_type = schema::Definition)]
    pub definition: serde_json::Value,
}

/// A draft that was saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedDraft {
    /// Its revision now.
    pub revision: i64,
    /// What keeps it from being a version, and what else is worth knowing.
    pub findings: Vec<Finding>,
}

/// What is wrong with a definition, or worth knowing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Finding {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// JSON Pointer into the definition; empty for the whole.
    pub pointer: String,
    /// Stable code, such as `unknown_key`.
    pub code: String,
    /// One sentence for the author.
    pub message: String,
    /// What to write instead.
    #[schema(required)]
    pub suggestion: Option<String>,
    /// Line in the text, from 1.
    #[schema(required)]
    pub line: Option<u32>,
    /// Column in the line, from 1.
    #[schema(required)]
    pub column: Option<u32>,
}

/// What a look at a definition found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// Could it be saved as a version?
    pub valid: bool,
    /// Everything that was found.
    pub findings: Vec<Finding>,
    /// What the flow would do; null when it does not compile.
    #[schema(required)]
    pub summary: Option<FlowSummary>,
}

/// What a flow does.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowSummary {
    /// Does it call anything outside? Then a call takes a hold first.
    pub outside_effects: bool,
    /// The most calls that one run can make; null for no bound.
    #[schema(required)]
    pub outside_calls_max: Option<u64>,
    /// Variables of the environment that it reads.
    pub variables: Vec<String>,
    /// Secrets that it declares.
    pub secrets: Vec<String>,
    /// How many tasks it has.
    pub tasks: usize,
}

/// An immutable numbered snapshot of a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowVersion {
    /// Its id.
    #[schema(value_type = schema::FlowVersionId)]
    pub id: FlowVersionId,
    /// Whose it is.
    #[schema(value_type = schema::FlowId)]
    pub flow: FlowId,
    /// From 1, without gaps.
    pub number: i64,
    /// Why it was saved.
    #[schema(value_type = String)]
    pub comment: Comment,
    /// A short mark.
    #[schema(value_type = String)]
    pub label: Label,
    /// Who saved it.
    pub author: Actor,
    /// When.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// Where it is live.
    pub live: Vec<LiveIn>,
    /// The text as it was written; only with a single version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The canonical JSON that runs; only with a single version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub canonical: Option<Box<serde_json::value::RawValue>>,
}

/// What a version is made from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowVersionCreate {
    /// YAML text, or the definition as a JSON object.
    #[schema(value_type = schema::Definition)]
    pub definition: serde_json::Value,
    /// Why, up to 500 characters.
    #[schema(max_length = 500)]
    pub comment: Option<String>,
    /// A short mark, up to 60 characters.
    #[schema(max_length = 60)]
    pub label: Option<String>,
}

/// One time a version was made live.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deployment {
    /// Its id.
    #[schema(value_type = schema::DeploymentId)]
    pub id: DeploymentId,
    /// Of which flow.
    #[schema(value_type = schema::FlowId)]
    pub flow: FlowId,
    /// Where.
    #[schema(value_type = schema::EnvironmentId)]
    pub environment: EnvironmentId,
    /// What the environment is called.
    #[schema(value_type = schema::Slug)]
    pub environment_name: Slug,
    /// Which version.
    pub version: i64,
    /// Why.
    #[schema(value_type = String)]
    pub note: Comment,
    /// By whom.
    pub created_by: Actor,
    /// When.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// Until when it was live; null while it is.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub replaced_at: Option<Timestamp>,
}

/// Which version shall be live where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeploymentCreate {
    /// Where, by id or name.
    #[schema(example = "production")]
    pub environment: String,
    /// Which version.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Why, up to 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// Which deployments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct DeploymentsQuery {
    /// In this environment, by id or name.
    pub environment: Option<String>,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Under which address a deleted flow comes back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlowRestore {
    /// Another slug, when its own is taken meanwhile.
    #[schema(value_type = Option<schema::Slug>)]
    pub slug: Option<String>,
}
