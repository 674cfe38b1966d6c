//! Who did something: names for the ids in versions, deployments, runs and ledger lines.

use api::{ActorsQuery, List, NamedActor, ProblemCode};
use axum::extract::State;
use domain::{
    access::Actor,
    workspaces::{self, ACTORS_MAX},
};
use types::{ApiKeyId, UserId};

use super::credits::actor;
use crate::{
    AppState, answer,
    extract::{InWorkspace, Query},
    openapi::{WorkspaceHeader, problems},
    problem::{Failure, Result, wrong_parameter},
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// What persons and API keys of the workspace are called. Who is neither a member nor a key of it is missing.
#[utoipa::path(
    get, path = "/v1/actors", operation_id = "actors_list", tag = "workspaces", params(WorkspaceHeader, ActorsQuery),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "Those with a name.", body = List<NamedActor>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<ActorsQuery>,
) -> Result<answer::Json<List<NamedActor>>> {
    let asked = parse(&query.ids)?;
    let found = workspaces::actor_names(&app.services, &caller, &asked).await?;
    Ok(answer::Json(List::whole(found, |(found, name)| NamedActor {
        actor: actor(found),
        name,
    })))
}

fn parse(ids: &str) -> Result<Vec<Actor>> {
    let wrong = |message: String| {
        Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter("ids", "invalid", message))
    };
    let ids: Vec<&str> = ids.split(',').map(str::trim).collect();
    if ids.len() > ACTORS_MAX {
        return Err(wrong(format!("must name at most {ACTORS_MAX}")));
    }
    let parse = |id: &&str| {
        let user = id.parse::<UserId>().map(Actor::User);
        user.or_else(|_| id.parse::<ApiKeyId>().map(Actor::ApiKey))
            .map_err(|_| wrong(format!("{id:?} is neither the id of a person nor of an API key")))
    };
    ids.iter().map(parse).collect()
}
