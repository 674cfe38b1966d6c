//! Workspaces. The finished example that docs/adding-an-endpoint.md walks through.

use api::{
    List,
    workspaces::{Workspace, WorkspaceCreate, WorkspaceDeleteQuery, WorkspaceUpdate, WorkspacesQuery},
};
use axum::{extract::State, response::Response};
use domain::{
    access::Role,
    workspaces::{self, NewWorkspace, WorkspaceChange, WorkspaceRef},
};

use crate::{
    AppState,
    answer::{self, Created, Tagged},
    extract::{Fields, IfMatch, InNamedWorkspace, Json, Once, Path, Query, SignedIn, page, page_of},
    openapi::{IdempotencyHeader, IfMatchHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL]);

/// List the workspaces that the person is in: his personal one first, then by name.
#[utoipa::path(
    get, path = "/v1/workspaces", operation_id = "workspaces_list", tag = "workspaces",
    params(WorkspacesQuery), security(("session" = [])),
    responses((status = 200, description = "A page of them.", body = List<Workspace>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    Query(query): Query<WorkspacesQuery>,
) -> Result<answer::Json<List<Workspace>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let memberships = if query.deleted {
        workspaces::list_deleted(&app.services, &person).await?
    } else {
        workspaces::list(&app.services, &person).await?
    };
    let page = page_of(memberships, limit, cursor.as_ref(), |membership| {
        membership.workspace.id.uuid()
    })?;
    Ok(answer::Json(List::from_page(page, |membership| {
        to_wire(membership.workspace, Some(membership.role))
    })))
}

problems!(CreateProblems = [CREDENTIAL, BODY, IDEMPOTENT] + [SlugTaken, LimitReached]);

/// Make a workspace, with the person as its owner.
#[utoipa::path(
    post, path = "/v1/workspaces", operation_id = "workspaces_create", tag = "workspaces",
    params(IdempotencyHeader), request_body = WorkspaceCreate, security(("session" = [])),
    responses((status = 201, description = "It is made.", body = Workspace), CreateProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    once: Once,
    Json(body): Json<WorkspaceCreate>,
) -> Result<Response> {
    let new = new_workspace(&body)?;
    once.run(&app.clone(), (&person).into(), async move {
        let workspace = workspaces::create(&app.services, &person, new).await?;
        Ok(Created {
            location: format!("/v1/workspaces/{}", workspace.id),
            revision: Some(workspace.revision()),
            body: to_wire(workspace, Some(Role::Owner)),
        })
    })
    .await
}

fn new_workspace(body: &WorkspaceCreate) -> Result<NewWorkspace> {
    let mut fields = Fields::new();
    let name = fields.parse("/name", &body.name);
    let slug = fields.parse_optional("/slug", body.slug.as_deref());
    let description = fields.parse_optional("/description", body.description.as_deref());
    let time_zone = fields.parse_optional("/time_zone", body.time_zone.as_deref());
    fields.finish(|| {
        Some(NewWorkspace {
            name: name?,
            slug: slug?,
            description: description?.unwrap_or_default(),
            time_zone: time_zone?,
        })
    })
}

problems!(ViewProblems = [CREDENTIAL, CALLER]);

/// View a workspace. An old slug leads to it for 90 days.
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}", operation_id = "workspaces_view", tag = "workspaces",
    params(("workspace" = String, Path, description = "Id or slug.")),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "The workspace.", body = Workspace), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    InNamedWorkspace(caller): InNamedWorkspace,
) -> Result<Tagged<Workspace>> {
    let workspace = workspaces::view(&app.services, &caller).await?;
    Ok(Tagged(workspace.revision(), to_wire(workspace, caller.role)))
}

problems!(UpdateProblems = [CREDENTIAL, CALLER, BODY, IF_MATCH, IDEMPOTENT] + [SlugTaken]);

/// Change a workspace. What is absent stays as it is.
#[utoipa::path(
    patch, path = "/v1/workspaces/{workspace}", operation_id = "workspaces_update", tag = "workspaces",
    params(("workspace" = String, Path, description = "Id or slug."), IfMatchHeader, IdempotencyHeader),
    request_body = WorkspaceUpdate, security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "As it is now.", body = Workspace), UpdateProblems),
)]
pub async fn update(
    State(app): State<AppState>,
    InNamedWorkspace(caller): InNamedWorkspace,
    IfMatch(if_revision): IfMatch,
    once: Once,
    Json(body): Json<WorkspaceUpdate>,
) -> Result<Response> {
    let change = workspace_change(&body, if_revision)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let workspace = workspaces::update(&app.services, &caller, change).await?;
        Ok(Tagged(workspace.revision(), to_wire(workspace, caller.role)))
    })
    .await
}

fn workspace_change(body: &WorkspaceUpdate, if_revision: Option<i64>) -> Result<WorkspaceChange> {
    let mut fields = Fields::new();
    let name = fields.parse_optional("/name", body.name.as_deref());
    let slug = fields.parse_optional("/slug", body.slug.as_deref());
    let description = fields.parse_optional("/description", body.description.as_deref());
    let picture_url = fields.parse_nullable("/picture_url", body.picture_url.as_ref().map(Option::as_deref));
    let time_zone = fields.parse_optional("/time_zone", body.time_zone.as_deref());
    fields.finish(|| {
        Some(WorkspaceChange {
            name: name?,
            slug: slug?,
            description: description?,
            picture_url: picture_url?,
            time_zone: time_zone?,
            if_revision,
        })
    })
}

problems!(DeleteProblems = [CREDENTIAL, CALLER, IDEMPOTENT] + [Invalid]);

/// Delete a workspace. Its keys stop working with the answer; its owner can restore it for 30 days, then it is erased.
#[utoipa::path(
    delete, path = "/v1/workspaces/{workspace}", operation_id = "workspaces_delete", tag = "workspaces",
    params(("workspace" = String, Path, description = "Id or slug."), WorkspaceDeleteQuery, IdempotencyHeader),
    security(("session" = [])),
    responses((status = 200, description = "As it was left.", body = Workspace), DeleteProblems),
)]
pub async fn delete(
    State(app): State<AppState>,
    InNamedWorkspace(caller): InNamedWorkspace,
    once: Once,
    Query(query): Query<WorkspaceDeleteQuery>,
) -> Result<Response> {
    once.run(&app.clone(), (&caller).into(), async move {
        let workspace = workspaces::delete(&app.services, &caller, &query.confirm).await?;
        Ok(answer::Json(to_wire(workspace, caller.role)))
    })
    .await
}

problems!(RestoreProblems = [CREDENTIAL, CALLER, IDEMPOTENT]);

/// Restore a workspace that was deleted less than 30 days ago, with all that it had.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/restore", operation_id = "workspaces_restore", tag = "workspaces",
    params(("workspace" = String, Path, description = "Id or slug."), IdempotencyHeader),
    security(("session" = [])),
    responses((status = 200, description = "As it is again.", body = Workspace), RestoreProblems),
)]
pub async fn restore(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    Path(workspace): Path<WorkspaceRef>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&person).into(), async move {
        let workspace = workspaces::restore(&app.services, &person, &workspace).await?;
        Ok(answer::Json(to_wire(workspace, Some(Role::Owner))))
    })
    .await
}

/// A workspace in the words of the wire.
pub fn to_wire(workspace: workspaces::Workspace, role: Option<Role>) -> Workspace {
    Workspace {
        id: workspace.id,
        slug: workspace.slug,
        name: workspace.name,
        description: workspace.description,
        picture_url: workspace.picture_url,
        time_zone: workspace.time_zone,
        personal: workspace.personal,
        role: role.map(|role| role.to_string()),
        created_by: workspace.created_by,
        suspended_at: workspace.suspended_at,
        deleted_at: workspace.deleted_at,
        created_at: workspace.created_at,
        updated_at: workspace.updated_at,
    }
}
