//! Who did something.

use serde::Serialize;
use utoipa::ToSchema;

use crate::schema;

/// Who did something: a person, a machine, or Guildhall itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Actor {
    /// What kind of actor.
    #[schema(value_type = schema::ActorKind)]
    pub kind: &'static str,
    /// Which one; null for `system`.
    #[schema(required, example = "usr_01jd3m5x2nf9c8s7r6q5p4k3h2")]
    pub id: Option<String>,
}
