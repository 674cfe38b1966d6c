//! Environments.

use serde::Serialize;
use types::{EnvironmentId, Slug, Timestamp};
use utoipa::ToSchema;

use crate::schema;

/// A place in which versions of flows are live.
#[derive(Debug, Serialize, ToSchema)]
pub struct Environment {
    /// Its id.
    #[schema(value_type = schema::EnvironmentId)]
    pub id: EnvironmentId,
    /// What it is called, as in addresses.
    #[schema(value_type = schema::Slug)]
    pub name: Slug,
    /// Where it stands in the list, from 0.
    pub position: i64,
    /// Since when deployments need the approval of another member.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub protected_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
}
