//! Environments.

use api::{List, PageQuery, environments::Environment};
use axum::extract::State;
use domain::environments::{self, EnvironmentRef};

use crate::{
    AppState, answer,
    extract::{InWorkspace, Path, Query, page, page_of},
    openapi::{WorkspaceHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the environments of the workspace, in their order.
#[utoipa::path(
    get, path = "/v1/environments", operation_id = "environments_list", tag = "environments",
    params(WorkspaceHeader, PageQuery), security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "A page of them.", body = List<Environment>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<PageQuery>,
) -> Result<answer::Json<List<Environment>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let environments = environments::list(&app.services, &caller).await?;
    let page = page_of(environments, limit, cursor.as_ref(), |environment| {
        environment.id.uuid()
    })?;
    Ok(answer::Json(List::from_page(page, to_wire)))
}

problems!(ViewProblems = [CREDENTIAL, CALLER]);

/// View an environment.
#[utoipa::path(
    get, path = "/v1/environments/{environment}", operation_id = "environments_view", tag = "environments",
    params(("environment" = String, Path, description = "Id or name."), WorkspaceHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "The environment.", body = Environment), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(environment): Path<EnvironmentRef>,
) -> Result<answer::Json<Environment>> {
    let environment = environments::view(&app.services, &caller, &environment).await?;
    Ok(answer::Json(to_wire(environment)))
}

/// An environment in the words of the wire.
fn to_wire(environment: environments::Environment) -> Environment {
    Environment {
        id: environment.id,
        name: environment.name,
        position: environment.position,
        protected_at: environment.protected_at,
        created_at: environment.created_at,
    }
}
