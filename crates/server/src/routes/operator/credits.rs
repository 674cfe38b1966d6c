//! Credits that the operator gives and corrects.

use api::{
    credits::Grant,
    operator::{AdjustmentCreate, GrantCreate, Movement},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::OperatorPermission,
    credits::{self, Gift, GrantSource, Moved, Receipt},
    workspaces::{self, WorkspaceRef},
};
use types::GrantId;

use crate::{
    AppState, answer,
    answer::Created,
    extract::{AsOperator, Claimed, Fields, Json, Path, replayed},
    openapi::{IdempotencyHeader, problems},
    problem::Result,
    routes::credits::grant,
};

problems!(GrantProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NotFound, ExternalIdTaken]);

/// Give credits to a workspace.
///
/// With an `external_id` that was granted before, nothing is given and that grant is answered, with 200.
#[utoipa::path(
    post, path = "/v1/operator/workspaces/{workspace}/grants", operation_id = "operator_grants_create", tag = "operator",
    params(("workspace" = String, Path, description = "Id or slug."), IdempotencyHeader),
    request_body = GrantCreate, security(("session" = []), ("service_token" = [])),
    responses(
        (status = 201, description = "It is given.", body = Grant),
        (status = 200, description = "It was given before.", body = Grant),
        GrantProblems,
    ),
)]
pub async fn give(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(workspace): Path<WorkspaceRef>,
    claimed: Claimed,
    Json(body): Json<GrantCreate>,
) -> Result<Response> {
    let gift = gift(body)?;
    let permission = OperatorPermission::CreditsManage;
    let workspace = workspaces::id_of_any(&app.services, &operator, permission, &workspace).await?;
    let claim = claimed.by(operator.actor);
    let given = credits::give(&app.services, &operator, workspace, gift, claim).await?;
    let (again, body) = (replayed(given.repeated), grant(given.grant));
    Ok(if given.is_new {
        let location = format!("/v1/operator/workspaces/{workspace}/grants/{}", body.id);
        let created = Created {
            location,
            revision: None,
            body,
        };
        (again, created).into_response()
    } else {
        (again, answer::Json(body)).into_response()
    })
}

fn gift(body: GrantCreate) -> Result<Gift> {
    let mut fields = Fields::new();
    let credits = fields.parse("/credits", &body.credits);
    let source = fields.word("/source", &body.source, GrantSource::ALL, GrantSource::as_str);
    let effective_at = fields.parse_optional("/effective_at", body.effective_at.as_deref());
    let expires_at = fields.parse_optional("/expires_at", body.expires_at.as_deref());
    fields.finish(|| {
        Some(Gift {
            credits: credits?,
            source: source?,
            effective_at: effective_at?,
            expires_at: expires_at?,
            priority: body.priority,
            external_id: body.external_id,
            note: body.note,
        })
    })
}

problems!(ViewProblems = [CREDENTIAL, OPERATOR] + [NotFound]);

/// View a grant of a workspace.
#[utoipa::path(
    get, path = "/v1/operator/workspaces/{workspace}/grants/{grant}", operation_id = "operator_grants_view",
    tag = "operator",
    params(("workspace" = String, Path, description = "Id or slug."), ("grant" = api::schema::GrantId, Path, description = "Its id.")),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As it stands.", body = Grant), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path((workspace, id)): Path<(WorkspaceRef, GrantId)>,
) -> Result<answer::Json<Grant>> {
    let permission = OperatorPermission::CreditsManage;
    let workspace = workspaces::id_of_any(&app.services, &operator, permission, &workspace).await?;
    let found = credits::view_grant(&app.services, &operator, workspace, id).await?;
    Ok(answer::Json(grant(found)))
}

problems!(AdjustProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NotFound, InsufficientCredits]);

/// Correct the balance of a workspace, either way, never below 0.
#[utoipa::path(
    post, path = "/v1/operator/workspaces/{workspace}/adjustments", operation_id = "operator_adjustments_create",
    tag = "operator",
    params(("workspace" = String, Path, description = "Id or slug."), IdempotencyHeader),
    request_body = AdjustmentCreate, security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "It is corrected.", body = Movement), AdjustProblems),
)]
pub async fn adjust(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(workspace): Path<WorkspaceRef>,
    claimed: Claimed,
    Json(body): Json<AdjustmentCreate>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let amount = fields.parse("/credits", &body.credits);
    let amount = fields.finish(|| amount)?;
    let permission = OperatorPermission::CreditsManage;
    let workspace = workspaces::id_of_any(&app.services, &operator, permission, &workspace).await?;
    let claim = claimed.by(operator.actor);
    let moved = credits::adjust(&app.services, &operator, workspace, amount, body.note, claim).await?;
    Ok(answered(moved))
}

/// The answer to a movement that takes nothing from who asked.
pub fn answered(moved: Moved) -> Response {
    let body = answer::Json(movement(moved.receipt));
    (replayed(moved.repeated), body).into_response()
}

/// A movement on the wire.
pub fn movement(receipt: Receipt) -> Movement {
    Movement {
        id: receipt.line,
        credits_charged: receipt.charged,
        credits_available: receipt.available,
        uncollected: receipt.uncollected,
    }
}
