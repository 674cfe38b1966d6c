//! The workspaces of the instance, for the operator.

use api::{
    List,
    operator::{AllWorkspacesQuery, WorkspaceWithCredits},
    workspaces::Workspace,
};
use axum::{extract::State, response::Response};
use domain::{
    access::OperatorPermission,
    operator,
    workspaces::{self, WorkspaceFilter, WorkspaceRef},
};

use crate::{
    AppState, answer,
    extract::{AsOperator, Once, Path, Query, page},
    openapi::{IdempotencyHeader, problems},
    problem::Result,
    routes::{credits::balance, workspaces::to_wire},
};

problems!(ListProblems = [CREDENTIAL, OPERATOR]);

/// List all workspaces, the newest first.
#[utoipa::path(
    get, path = "/v1/operator/workspaces", operation_id = "operator_workspaces_list", tag = "operator",
    params(AllWorkspacesQuery), security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "A page of them.", body = List<Workspace>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Query(query): Query<AllWorkspacesQuery>,
) -> Result<answer::Json<List<Workspace>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = WorkspaceFilter {
        suspended: query.suspended,
        deleted: query.deleted,
    };
    let found =
        workspaces::list_all_workspaces(&app.services, &operator, &filter, limit, cursor.as_ref()).await?;
    Ok(answer::Json(List::from_page(found, |workspace| {
        to_wire(workspace, None)
    })))
}

problems!(ViewProblems = [CREDENTIAL, OPERATOR] + [NotFound]);

/// View any workspace, with what it can spend.
#[utoipa::path(
    get, path = "/v1/operator/workspaces/{workspace}", operation_id = "operator_workspaces_view", tag = "operator",
    params(("workspace" = String, Path, description = "Id or slug.")),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "The workspace.", body = WorkspaceWithCredits), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(workspace): Path<WorkspaceRef>,
) -> Result<answer::Json<WorkspaceWithCredits>> {
    let (workspace, credits) = operator::view_workspace(&app.services, &operator, &workspace).await?;
    Ok(answer::Json(WorkspaceWithCredits {
        workspace: to_wire(workspace, None),
        credits: balance(credits),
    }))
}

problems!(SuspendProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound]);

/// Suspend a workspace: with the answer, nothing runs and nothing is charged in it. Twice is once.
#[utoipa::path(
    post, path = "/v1/operator/workspaces/{workspace}/suspend", operation_id = "operator_workspaces_suspend",
    tag = "operator", params(("workspace" = String, Path, description = "Id or slug."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As it is now.", body = Workspace), SuspendProblems),
)]
pub async fn suspend(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(workspace): Path<WorkspaceRef>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        let permission = OperatorPermission::WorkspacesManage;
        let id = workspaces::id_of_any(&app.services, &operator, permission, &workspace).await?;
        let suspended = workspaces::suspend(&app.services, &operator, id).await?;
        Ok(answer::Json(to_wire(suspended, None)))
    })
    .await
}

/// End the suspension of a workspace. Twice is once.
#[utoipa::path(
    post, path = "/v1/operator/workspaces/{workspace}/unsuspend", operation_id = "operator_workspaces_unsuspend",
    tag = "operator", params(("workspace" = String, Path, description = "Id or slug."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As it is now.", body = Workspace), SuspendProblems),
)]
pub async fn unsuspend(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(workspace): Path<WorkspaceRef>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        let permission = OperatorPermission::WorkspacesManage;
        let id = workspaces::id_of_any(&app.services, &operator, permission, &workspace).await?;
        let resumed = workspaces::unsuspend(&app.services, &operator, id).await?;
        Ok(answer::Json(to_wire(resumed, None)))
    })
    .await
}
