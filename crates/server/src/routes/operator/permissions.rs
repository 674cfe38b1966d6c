//! The permissions of the operator's own API, which keys may hold.

use api::{
    List, ProblemCode,
    operator::{PermissionRegister, RegisteredPermission},
};
use axum::{extract::State, response::Response};
use domain::{access::PermissionName, operator};

use crate::{
    AppState,
    answer::{self, Created, NoContent},
    extract::{AsOperator, Fields, Json, Once, Path},
    openapi::{IdempotencyHeader, problems},
    problem::{Failure, Result},
};

problems!(ListProblems = [CREDENTIAL, OPERATOR]);

/// List the permissions of the operator's own API, whole.
#[utoipa::path(
    get, path = "/v1/operator/permissions", operation_id = "operator_permissions_list", tag = "operator",
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "By name.", body = List<RegisteredPermission>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
) -> Result<answer::Json<List<RegisteredPermission>>> {
    let found = operator::list_permissions(&app.services, &operator).await?;
    Ok(answer::Json(List::whole(found, to_wire)))
}

problems!(RegisterProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NameTaken, LimitReached]);

/// Register a permission, so that keys may hold it.
#[utoipa::path(
    post, path = "/v1/operator/permissions", operation_id = "operator_permissions_register", tag = "operator",
    params(IdempotencyHeader), request_body = PermissionRegister,
    security(("session" = []), ("service_token" = [])),
    responses((status = 201, description = "It is registered.", body = RegisteredPermission), RegisterProblems),
)]
pub async fn register(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    once: Once,
    Json(body): Json<PermissionRegister>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let name = fields.parse::<PermissionName>("/name", &body.name);
    let description = fields.parse_optional("/description", body.description.as_deref());
    let (name, description) = fields.finish(|| Some((name?, description?.unwrap_or_default())))?;
    once.run(&app.clone(), (&operator).into(), async move {
        let made = operator::register_permission(&app.services, &operator, name, description).await?;
        Ok(Created {
            location: format!("/v1/operator/permissions/{}", made.name),
            revision: None,
            body: to_wire(made),
        })
    })
    .await
}

problems!(DeleteProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound, PermissionInUse]);

/// Delete a permission that no key holds any more.
#[utoipa::path(
    delete, path = "/v1/operator/permissions/{permission}", operation_id = "operator_permissions_delete",
    tag = "operator", params(("permission" = String, Path, description = "Its name.", example = "companies:read"), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 204, description = "It is gone."), DeleteProblems),
)]
pub async fn delete(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(name): Path<String>,
    once: Once,
) -> Result<Response> {
    // A text that cannot name a permission names none.
    let name: PermissionName = name.parse().map_err(|_| Failure::new(ProblemCode::NotFound))?;
    once.run(&app.clone(), (&operator).into(), async move {
        operator::delete_permission(&app.services, &operator, &name).await?;
        Ok(NoContent)
    })
    .await
}

fn to_wire(permission: operator::RegisteredPermission) -> RegisteredPermission {
    RegisteredPermission {
        name: permission.name.to_string(),
        description: permission.description,
        created_at: permission.created_at,
    }
}
