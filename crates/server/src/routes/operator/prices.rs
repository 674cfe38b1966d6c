//! The price table of the instance.

use api::{
    List,
    prices::{Price, PriceQuery, PriceSet},
};
use axum::{extract::State, response::Response};
use domain::credits::{self, PriceKind};

use crate::{
    AppState,
    answer::{self, NoContent},
    extract::{AsOperator, Fields, Json, Once, Query, needed_word_parameter},
    openapi::{IdempotencyHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL, OPERATOR]);

/// List the price table, whole.
#[utoipa::path(
    get, path = "/v1/operator/prices", operation_id = "operator_prices_list", tag = "operator",
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "By kind and subject.", body = List<Price>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
) -> Result<answer::Json<List<Price>>> {
    let found = credits::prices(&app.services, &operator).await?;
    Ok(answer::Json(List::whole(found, to_wire)))
}

problems!(SetProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT]);

/// Set a price. Calls that start after the answer pay it.
#[utoipa::path(
    put, path = "/v1/operator/prices", operation_id = "operator_prices_set", tag = "operator",
    params(IdempotencyHeader), request_body = PriceSet, security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As it holds now.", body = Price), SetProblems),
)]
pub async fn set(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    once: Once,
    Json(body): Json<PriceSet>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let kind = fields.word("/kind", &body.kind, PriceKind::ALL, PriceKind::as_str);
    let credits = fields.parse("/credits", &body.credits);
    let (kind, credits) = fields.finish(|| Some((kind?, credits?)))?;
    once.run(&app.clone(), (&operator).into(), async move {
        let per = body.per.unwrap_or(1);
        let price = credits::set_price(&app.services, &operator, kind, &body.subject, credits, per).await?;
        Ok(answer::Json(to_wire(price)))
    })
    .await
}

problems!(RemoveProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound]);

/// Remove a price. What it was for costs what is usual then.
#[utoipa::path(
    delete, path = "/v1/operator/prices", operation_id = "operator_prices_remove", tag = "operator",
    params(PriceQuery, IdempotencyHeader), security(("session" = []), ("service_token" = [])),
    responses((status = 204, description = "It holds no more."), RemoveProblems),
)]
pub async fn remove(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    once: Once,
    Query(query): Query<PriceQuery>,
) -> Result<Response> {
    let kind = needed_word_parameter("kind", &query.kind, PriceKind::ALL, PriceKind::as_str)?;
    once.run(&app.clone(), (&operator).into(), async move {
        credits::remove_price(&app.services, &operator, kind, &query.subject).await?;
        Ok(NoContent)
    })
    .await
}

fn to_wire(price: credits::Price) -> Price {
    Price {
        kind: price.kind.as_str(),
        subject: price.subject,
        credits: price.credits,
        per: price.per,
        updated_at: price.updated_at,
    }
}
