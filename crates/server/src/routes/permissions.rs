//! Which permissions there are.

use api::{List, permissions::Permission};
use axum::extract::State;
use domain::api_keys::{self, KnownPermission};

use crate::{
    AppState, answer,
    extract::InWorkspace,
    openapi::{WorkspaceHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the permissions, whole: those of Guildhall, then those of the operator's own API.
#[utoipa::path(
    get, path = "/v1/permissions", operation_id = "permissions_list", tag = "keys", params(WorkspaceHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "All of them.", body = List<Permission>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
) -> Result<answer::Json<List<Permission>>> {
    let found = api_keys::permissions(&app.services, &caller).await?;
    Ok(answer::Json(List::whole(found, to_wire)))
}

fn to_wire(permission: KnownPermission) -> Permission {
    let spelled = |roles: Vec<_>| roles.iter().map(ToString::to_string).collect();
    Permission {
        name: permission.name.to_string(),
        description: permission.description,
        roles: permission.roles.map(spelled),
        for_keys: permission.is_for_keys,
        grantable: permission.is_grantable,
    }
}
