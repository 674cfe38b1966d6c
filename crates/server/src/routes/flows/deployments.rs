//! Deployments: which version is live where, now and before.

use api::{
    List,
    flows::{Deployment, DeploymentCreate, DeploymentsQuery},
};
use axum::{extract::State, response::Response};
use domain::flows::{self, DeploymentFilter, FlowRef, NewDeployment};

use crate::{
    AppState,
    answer::{self, Created},
    extract::{Fields, InWorkspace, Json, Once, Path, Query, page, parsed_parameter},
    openapi::{IdempotencyHeader, WorkspaceHeader, problems},
    problem::Result,
    routes::credits::actor,
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the deployments of a flow, the newest first.
#[utoipa::path(
    get, path = "/v1/flows/{flow}/deployments", operation_id = "deployments_list", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, DeploymentsQuery),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "A page of them.", body = List<Deployment>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    Query(query): Query<DeploymentsQuery>,
) -> Result<answer::Json<List<Deployment>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let environment = parsed_parameter("environment", query.environment.as_deref())?;
    let filter = DeploymentFilter { environment };
    let page = flows::deployments(&app.services, &caller, &flow, &filter, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(page, to_wire)))
}

problems!(
    DeployProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT]
        + [
            FlowNotAllowed,
            EnvironmentNotAllowed,
            EnvironmentProtected,
            CannotDeploy
        ]
);

/// Make a version live in an environment. Every charged call that starts after the answer runs it.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/deployments", operation_id = "deployments_create", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, IdempotencyHeader),
    request_body = DeploymentCreate, security(("session" = []), ("api_key" = [])),
    responses((status = 201, description = "It is live.", body = Deployment), DeployProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    once: Once,
    Json(body): Json<DeploymentCreate>,
) -> Result<Response> {
    let new = new_deployment(&body)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let deployment = flows::deploy(&app.services, &caller, &flow, new).await?;
        let location = format!("/v1/flows/{}/deployments", deployment.flow);
        Ok(Created {
            location,
            revision: None,
            body: to_wire(deployment),
        })
    })
    .await
}

fn new_deployment(body: &DeploymentCreate) -> Result<NewDeployment> {
    let mut fields = Fields::new();
    let environment = fields.parse("/environment", &body.environment);
    let note = fields.parse_optional("/note", body.note.as_deref());
    fields.finish(|| {
        Some(NewDeployment {
            environment: environment?,
            version: body.version,
            note: note?.unwrap_or_default(),
        })
    })
}

fn to_wire(deployment: flows::Deployment) -> Deployment {
    Deployment {
        id: deployment.id,
        flow: deployment.flow,
        environment: deployment.environment,
        environment_name: deployment.environment_name,
        version: deployment.version,
        note: deployment.note,
        created_by: actor(deployment.created_by),
        created_at: deployment.created_at,
        replaced_at: deployment.replaced_at,
    }
}
