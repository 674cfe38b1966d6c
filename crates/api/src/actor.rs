//! Who did something.

use serde::{Deserialize, Serialize};
use types::DisplayName;
use utoipa::{IntoParams, ToSchema};

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

/// What somebody who did something is called.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedActor {
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// The name of the person or of the API key.
    #[schema(value_type = String, example = "Ada Lovelace")]
    pub name: DisplayName,
}

/// Whose names are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ActorsQuery {
    /// Ids of persons and API keys with commas between them, at most 100.
    #[param(example = "usr_01jd3m5x2nf9c8s7r6q5p4k3h2,key_01jd3m5x2nf9c8s7r6q5p4k3h2")]
    pub ids: String,
}
