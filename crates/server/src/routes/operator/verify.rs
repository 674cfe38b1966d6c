//! One durable answer to "may this key do this, and take n credits", for the operator's own services.
//!
//! The hottest route of all: no look-up beside those of the operation, and one small body each way.

use api::{
    operator::Movement,
    verify::{Permissions, Refund, Settle, Verdict, Verify},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    api_keys::KeyIdentity,
    credits::{
        CallStatus,
        verify::{self, HOLD_LIFETIME_DEFAULT, Mode, Settlement, Verification},
    },
};
use types::{Duration, HoldId, UsageId};

use super::credits::{answered, movement};
use crate::{
    AppState, answer,
    extract::{AsOperator, Claimed, Fields, Json, Path, replayed},
    openapi::{IdempotencyHeader, problems},
    problem::{Result, reached_cap},
};

problems!(VerifyProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NotFound]);

/// Check a customer's key, and charge or hold, in one durable step.
///
/// What the key may not do is an answer with 200 and a `code`; a problem is what you may not, or got wrong. Repeated
/// with its `Idempotency-Key`, what was accepted is answered as the first time, also when the key has ended since.
#[utoipa::path(
    post, path = "/v1/operator/verify", operation_id = "operator_verify", tag = "operator",
    params(IdempotencyHeader), request_body = Verify, security(("session" = []), ("service_token" = [])),
    responses(
        (
            status = 200, description = "Whether it may.", body = Verdict,
            headers(
                ("Guildhall-Credits-Charged" = api::schema::Credits, description = "What was charged, as in the body."),
                ("Guildhall-Credits-Available" = api::schema::Credits, description = "What the workspace can spend after it, when it is accepted or its `code` is `insufficient_credits`."),
            ),
        ),
        VerifyProblems,
    ),
)]
pub async fn verify(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    claimed: Claimed,
    Json(body): Json<Verify>,
) -> Result<Response> {
    let mut asked = verification(body)?;
    asked.claim = claimed.by(operator.actor);
    let verdict = verify::verify(&app.services, &operator, &asked).await?;
    let answer = answer::Charged {
        charged: verdict.receipt.map(|receipt| receipt.charged),
        available: verdict.available,
        body: to_wire(&verdict),
    };
    Ok((replayed(verdict.repeated), answer).into_response())
}

const MODES: &[&str] = &["charge", "hold"];

fn verification(body: Verify) -> Result<Verification> {
    let mut fields = Fields::new();
    let credits = fields.parse_optional("/credits", body.credits.as_deref());
    let environment = fields.parse_optional("/environment", body.environment.as_deref());
    let tenant = fields.parse_optional("/tenant", body.tenant.as_deref());
    let address = fields.parse_optional("/address", body.address.as_deref());
    let mode = match body.mode.as_deref() {
        None => Some("charge"),
        Some(text) => fields.word("/mode", text, MODES, |word| word),
    };
    if mode == Some("charge") && body.hold_seconds.is_some() {
        fields.refuse("/hold_seconds", "unexpected", "is for the mode hold");
    }
    let lifetime = body
        .hold_seconds
        .map_or(HOLD_LIFETIME_DEFAULT, Duration::from_seconds);
    let tags = body.tags.map(serde_json::Value::Object);
    fields.finish(|| {
        Some(Verification {
            credits: credits?,
            environment: environment?,
            tenant: tenant?,
            address: address?,
            mode: if mode? == "hold" {
                Mode::Hold { lifetime }
            } else {
                Mode::Charge
            },
            key: body.key,
            permission: body.permission,
            resource: body.resource,
            tags: tags.map(|tags| tags.to_string()),
            claim: None,
        })
    })
}

fn to_wire(verdict: &verify::Verdict) -> Verdict {
    let line = verdict.receipt.map(|receipt| receipt.line);
    Verdict {
        valid: verdict.refused.is_none(),
        code: verdict.refused.map(verify::VerdictCode::as_str),
        workspace: verdict.key.as_ref().map(|key| key.workspace),
        key: verdict.key.as_ref().map(|key| key.id),
        permissions: verdict.key.as_deref().map(permissions),
        credits_charged: verdict.receipt.map(|receipt| receipt.charged),
        credits_available: verdict.available,
        usage: line.filter(|_| !verdict.held).map(|line| line.cast()),
        hold: line.filter(|_| verdict.held).map(|line| line.cast()),
        cap: verdict.cap.as_ref().map(reached_cap),
        retry_after: verdict.retry_after.map(Duration::seconds_up),
    }
}

fn permissions(key: &KeyIdentity) -> Permissions {
    let ours = key
        .permissions
        .iter()
        .map(|permission| permission.as_str().into());
    ours.chain(
        key.operator_permissions
            .iter()
            .map(|name| name.to_string().into()),
    )
    .collect()
}

problems!(SettleProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NotFound, HoldClosed]);

/// Close a hold with the real price; the rest returns.
#[utoipa::path(
    post, path = "/v1/operator/holds/{hold}/settle", operation_id = "operator_holds_settle", tag = "operator",
    params(("hold" = api::schema::HoldId, Path, description = "Its id."), IdempotencyHeader), request_body = Settle,
    security(("session" = []), ("service_token" = [])),
    responses(
        (
            status = 200, description = "It is charged.", body = Movement,
            headers(
                ("Guildhall-Credits-Charged" = api::schema::Credits, description = "What was charged."),
                ("Guildhall-Credits-Available" = api::schema::Credits, description = "What the workspace can spend after it."),
            ),
        ),
        SettleProblems,
    ),
)]
pub async fn settle(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(hold): Path<HoldId>,
    claimed: Claimed,
    Json(body): Json<Settle>,
) -> Result<Response> {
    let settlement = settlement(&body)?;
    let moved = verify::settle(
        &app.services,
        &operator,
        hold,
        settlement,
        claimed.by(operator.actor),
    )
    .await?;
    let answer = answer::Charged {
        charged: Some(moved.receipt.charged),
        available: Some(moved.receipt.available),
        body: movement(moved.receipt),
    };
    Ok((replayed(moved.repeated), answer).into_response())
}

const OUTCOMES: &[CallStatus] = &[CallStatus::Succeeded, CallStatus::Failed, CallStatus::TimedOut];

fn settlement(body: &Settle) -> Result<Settlement> {
    let mut fields = Fields::new();
    let outcome = fields.word("/outcome", &body.outcome, OUTCOMES, CallStatus::as_str);
    let credits = fields.parse_optional("/credits", body.credits.as_deref());
    if body.latency_ms.is_some_and(|ms| ms < 0) {
        fields.refuse("/latency_ms", "invalid", "must not be negative");
    }
    fields.finish(|| {
        Some(Settlement {
            outcome: outcome?,
            credits: credits?,
            latency: body.latency_ms.map(Duration::from_ms),
        })
    })
}

problems!(VoidProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound, HoldClosed]);

/// Close a hold without a price: all of it returns.
#[utoipa::path(
    post, path = "/v1/operator/holds/{hold}/void", operation_id = "operator_holds_void", tag = "operator",
    params(("hold" = api::schema::HoldId, Path, description = "Its id."), IdempotencyHeader), security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "It is given back.", body = Movement), VoidProblems),
)]
pub async fn void(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(hold): Path<HoldId>,
    claimed: Claimed,
) -> Result<Response> {
    let moved = verify::void(&app.services, &operator, hold, claimed.by(operator.actor)).await?;
    Ok(answered(moved))
}

problems!(RefundProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NotFound, AlreadyRefunded]);

/// Give the price of a usage event back to the grants that it came from, once; of one that cost nothing, nothing.
#[utoipa::path(
    post, path = "/v1/operator/usage/{usage}/refund", operation_id = "operator_usage_refund", tag = "operator",
    params(("usage" = api::schema::UsageId, Path, description = "Its id."), IdempotencyHeader), request_body = Refund,
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "It is given back.", body = Movement), RefundProblems),
)]
pub async fn refund(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(usage): Path<UsageId>,
    claimed: Claimed,
    Json(body): Json<Refund>,
) -> Result<Response> {
    let moved = verify::refund(
        &app.services,
        &operator,
        usage,
        body.note,
        claimed.by(operator.actor),
    )
    .await?;
    Ok(answered(moved))
}
