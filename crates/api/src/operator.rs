//! What whoever runs the instance does with workspaces, users and the permissions of his own API.

use serde::{Deserialize, Serialize};
use types::{Comment, LineId, Microcredits, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::{credits::Balance, schema, workspaces::Workspace};

/// A workspace with what it can spend.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceWithCredits {
    /// The workspace.
    #[serde(flatten)]
    pub workspace: Workspace,
    /// What it can spend.
    pub credits: Balance,
}

/// Which workspaces of the instance.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct AllWorkspacesQuery {
    /// Only suspended ones, or only those that are not.
    pub suspended: Option<bool>,
    /// Only deleted ones, or only those that are not.
    pub deleted: Option<bool>,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Which users of the instance.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct UsersQuery {
    /// Only the one with this mail address.
    pub email: Option<String>,
    /// Only operators, or only those who are not.
    pub operator: Option<bool>,
    /// Only disabled ones, or only those who are not.
    pub disabled: Option<bool>,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Credits to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantCreate {
    /// How many; more than 0.
    #[schema(value_type = schema::Credits, example = "100")]
    pub credits: String,
    /// Where they come from.
    #[schema(value_type = schema::GrantSource)]
    pub source: String,
    /// From when on they can be spent; now when absent.
    #[schema(value_type = Option<schema::Timestamp>)]
    pub effective_at: Option<String>,
    /// When what is left of them ends; never when absent.
    #[schema(value_type = Option<schema::Timestamp>)]
    pub expires_at: Option<String>,
    /// A higher one burns first; the usual one of the source when absent.
    pub priority: Option<i64>,
    /// What your system calls them: the same one is granted once. Up to 200 characters.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    /// Why. Up to 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// A correction of a balance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentCreate {
    /// How many to give, or with a minus to take. The balance never falls below 0.
    #[schema(value_type = schema::Credits, example = "-2.5")]
    pub credits: String,
    /// Why. 1 to 500 characters.
    #[schema(max_length = 500)]
    pub note: String,
}

/// A movement of credits that was made, and what is left after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Movement {
    /// The line of the ledger that it is.
    #[schema(value_type = schema::LineId)]
    pub id: LineId,
    /// What was charged by it.
    #[schema(value_type = schema::Credits)]
    pub credits_charged: Microcredits,
    /// What can be spent after it.
    #[schema(value_type = schema::Credits)]
    pub credits_available: Microcredits,
    /// Less was taken than was due, because nothing was left.
    pub uncollected: bool,
}

/// A permission of the operator's own API, which keys may hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredPermission {
    /// How it is spelled.
    #[schema(example = "companies:read")]
    pub name: String,
    /// What it allows, for people.
    #[schema(value_type = String)]
    pub description: Comment,
    /// When it was registered.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
}

/// A permission to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionRegister {
    /// An area and a deed with a colon between them. The areas of Guildhall's own permissions are reserved.
    #[schema(example = "companies:read")]
    pub name: String,
    /// What it allows, for people. Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
}
