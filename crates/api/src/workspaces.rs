//! Workspaces.

use serde::{Deserialize, Serialize};
use types::{Comment, DisplayName, Slug, TimeZone, Timestamp, UserId, WebAddress, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use crate::schema;

/// A workspace: the unit that owns everything else.
#[derive(Debug, Serialize, ToSchema)]
pub struct Workspace {
    /// Its id.
    #[schema(value_type = schema::WorkspaceId)]
    pub id: WorkspaceId,
    /// Its name in addresses, unique on the instance.
    #[schema(value_type = schema::Slug)]
    pub slug: Slug,
    /// Its name for people.
    #[schema(value_type = String, example = "Acme")]
    pub name: DisplayName,
    /// What it is for.
    #[schema(value_type = String)]
    pub description: Comment,
    /// Where its picture is.
    #[schema(required, value_type = Option<String>, format = "uri")]
    pub picture_url: Option<WebAddress>,
    /// The zone by which its days are counted for people.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub time_zone: TimeZone,
    /// Is it somebody's personal one?
    pub personal: bool,
    /// What the caller is in it; null for API keys.
    #[schema(required, example = "owner")]
    pub role: Option<String>,
    /// Who made it.
    #[schema(value_type = schema::UserId)]
    pub created_by: UserId,
    /// Since when the operator has it suspended.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub suspended_at: Option<Timestamp>,
    /// When it was deleted.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub deleted_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// When it was changed last.
    #[schema(value_type = schema::Timestamp)]
    pub updated_at: Timestamp,
}

/// What a workspace is made from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceCreate {
    /// 1 to 80 characters.
    #[schema(max_length = 80, example = "Acme")]
    pub name: String,
    /// Made from the name when absent.
    #[schema(value_type = Option<schema::Slug>)]
    pub slug: Option<String>,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// A name of the IANA time zone database; UTC when absent.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: Option<String>,
}

/// What shall be different; what is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkspaceUpdate {
    /// 1 to 80 characters.
    #[schema(max_length = 80)]
    pub name: Option<String>,
    /// The old one leads to the workspace for 90 days.
    #[schema(value_type = Option<schema::Slug>)]
    pub slug: Option<String>,
    /// Up to 500 characters.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// An https or http address; null takes the picture away.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub picture_url: Option<Option<String>>,
    /// A name of the IANA time zone database.
    pub time_zone: Option<String>,
}

/// Which of the person's workspaces.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct WorkspacesQuery {
    /// Those that were deleted and can still be restored, instead of those in use.
    pub deleted: bool,
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The confirmation of a deletion.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceDeleteQuery {
    /// The name of the workspace, letter by letter.
    pub confirm: String,
}
