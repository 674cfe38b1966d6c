//! Service tokens: the credentials of the operator's own systems.

use api::{
    List,
    credentials::CredentialRotate,
    service_tokens::{
        NewServiceToken, ServiceToken, ServiceTokenCreate, ServiceTokenUpdate, ServiceTokensQuery,
    },
};
use axum::{extract::State, response::Response};
use domain::{
    credential,
    service_tokens::{self, TokenChange, TokenFilter},
};
use types::{Duration, ServiceTokenId, Timestamp};

use super::super::{
    credentials::{status, status_to_wire},
    credits::actor,
};
use crate::{
    AppState,
    answer::{self, Created, NoContent, Tagged},
    extract::{
        AsOperator, Fields, IfMatch, Json, JsonOrNothing, Network, Once, Path, Query, page, parsed_parameter,
    },
    openapi::{IdempotencyHeader, IfMatchHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL, OPERATOR]);

/// List the service tokens, the newest first, also revoked and expired ones.
#[utoipa::path(
    get, path = "/v1/operator/service-tokens", operation_id = "operator_service_tokens_list", tag = "operator",
    params(ServiceTokensQuery), security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "A page of them.", body = List<ServiceToken>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Query(query): Query<ServiceTokensQuery>,
) -> Result<answer::Json<List<ServiceToken>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = TokenFilter {
        status: query.status.map(status),
        created_by: parsed_parameter("created_by", query.created_by.as_deref())?,
    };
    let page = service_tokens::list(&app.services, &operator, &filter, limit, cursor.as_ref()).await?;
    let now = app.services.clock.now();
    Ok(answer::Json(List::from_page(page, |token| to_wire(token, now))))
}

problems!(CreateProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [BeyondMaker, LimitReached]);

/// Make a service token. The answer tells it, this once.
#[utoipa::path(
    post, path = "/v1/operator/service-tokens", operation_id = "operator_service_tokens_create", tag = "operator",
    params(IdempotencyHeader), request_body = ServiceTokenCreate,
    security(("session" = []), ("service_token" = [])),
    responses((status = 201, description = "It is made.", body = NewServiceToken), CreateProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    once: Once,
    Json(body): Json<ServiceTokenCreate>,
) -> Result<Response> {
    let new = new_token(&body)?;
    once.run(&app.clone(), (&operator).into(), async move {
        let created = service_tokens::create(&app.services, &operator, new).await?;
        Ok(created_answer(created, app.services.clock.now()))
    })
    .await
}

fn new_token(body: &ServiceTokenCreate) -> Result<service_tokens::NewServiceToken> {
    let mut fields = Fields::new();
    let name = fields.parse("/name", &body.name);
    let description = fields.parse_optional("/description", body.description.as_deref());
    let permissions = fields.parse_list("/permissions", body.permissions.as_deref());
    let addresses = fields.parse_list::<Network>("/addresses", body.addresses.as_deref());
    let expires_at = fields.parse_optional("/expires_at", body.expires_at.as_deref());
    fields.finish(|| {
        Some(service_tokens::NewServiceToken {
            name: name?,
            description: description?.unwrap_or_default(),
            permissions: permissions?,
            addresses: addresses?.map(Network::all),
            expires_at: expires_at?,
            rate_limit_per_minute: body.rate_limit_per_minute,
        })
    })
}

problems!(ViewProblems = [CREDENTIAL, OPERATOR] + [NotFound]);

/// View a service token.
#[utoipa::path(
    get, path = "/v1/operator/service-tokens/{service_token}", operation_id = "operator_service_tokens_view",
    tag = "operator", params(("service_token" = api::schema::ServiceTokenId, Path, description = "Its id.")),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "The token, without itself.", body = ServiceToken), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(token): Path<ServiceTokenId>,
) -> Result<Tagged<ServiceToken>> {
    let token = service_tokens::view(&app.services, &operator, token).await?;
    Ok(Tagged(token.revision(), to_wire(token, app.services.clock.now())))
}

problems!(
    UpdateProblems = [CREDENTIAL, OPERATOR, BODY, IF_MATCH, IDEMPOTENT] + [NotFound, BeyondMaker, KeyEnded]
);

/// Change a service token. What is absent stays as it is; null takes a restriction away.
#[utoipa::path(
    patch, path = "/v1/operator/service-tokens/{service_token}", operation_id = "operator_service_tokens_update",
    tag = "operator",
    params(("service_token" = api::schema::ServiceTokenId, Path, description = "Its id."), IfMatchHeader, IdempotencyHeader),
    request_body = ServiceTokenUpdate, security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As it is now.", body = ServiceToken), UpdateProblems),
)]
pub async fn update(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(token): Path<ServiceTokenId>,
    IfMatch(if_revision): IfMatch,
    once: Once,
    Json(body): Json<ServiceTokenUpdate>,
) -> Result<Response> {
    let change = token_change(&body, if_revision)?;
    once.run(&app.clone(), (&operator).into(), async move {
        let token = service_tokens::update(&app.services, &operator, token, change).await?;
        Ok(Tagged(token.revision(), to_wire(token, app.services.clock.now())))
    })
    .await
}

fn token_change(body: &ServiceTokenUpdate, if_revision: Option<i64>) -> Result<TokenChange> {
    let mut fields = Fields::new();
    let name = fields.parse_optional("/name", body.name.as_deref());
    let description = fields.parse_optional("/description", body.description.as_deref());
    let permissions = fields.parse_list("/permissions", body.permissions.as_deref());
    let addresses = fields.parse_nullable_list::<Network>("/addresses", body.addresses.as_ref());
    let expires_at = fields.parse_nullable("/expires_at", body.expires_at.as_ref().map(Option::as_deref));
    fields.finish(|| {
        Some(TokenChange {
            name: name?,
            description: description?,
            permissions: permissions?,
            addresses: addresses?.map(|addresses| addresses.map(Network::all)),
            expires_at: expires_at?,
            rate_limit_per_minute: body.rate_limit_per_minute,
            if_revision,
        })
    })
}

problems!(
    RotateProblems =
        [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [NotFound, BeyondMaker, KeyEnded, LimitReached]
);

/// Replace a service token by a new one that may do the same. The old one lives on for the overlap.
#[utoipa::path(
    post, path = "/v1/operator/service-tokens/{service_token}/rotate",
    operation_id = "operator_service_tokens_rotate", tag = "operator",
    params(("service_token" = api::schema::ServiceTokenId, Path, description = "Its id."), IdempotencyHeader),
    request_body = CredentialRotate, security(("session" = []), ("service_token" = [])),
    responses((status = 201, description = "The new token, told this once.", body = NewServiceToken), RotateProblems),
)]
pub async fn rotate(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(token): Path<ServiceTokenId>,
    once: Once,
    JsonOrNothing(body): JsonOrNothing<CredentialRotate>,
) -> Result<Response> {
    let overlap = Duration::from_seconds(i64::from(body.overlap_seconds));
    once.run(&app.clone(), (&operator).into(), async move {
        let created = service_tokens::rotate(&app.services, &operator, token, overlap).await?;
        Ok(created_answer(created, app.services.clock.now()))
    })
    .await
}

problems!(RevokeProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound]);

/// End a service token at once and for good. It stays listed.
#[utoipa::path(
    post, path = "/v1/operator/service-tokens/{service_token}/revoke",
    operation_id = "operator_service_tokens_revoke", tag = "operator",
    params(("service_token" = api::schema::ServiceTokenId, Path, description = "Its id."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As it is now.", body = ServiceToken), RevokeProblems),
)]
pub async fn revoke(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(token): Path<ServiceTokenId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        let token = service_tokens::revoke(&app.services, &operator, token).await?;
        Ok(answer::Json(to_wire(token, app.services.clock.now())))
    })
    .await
}

problems!(DeleteProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound]);

/// End a service token and hide it from lists. What it did stays.
#[utoipa::path(
    delete, path = "/v1/operator/service-tokens/{service_token}", operation_id = "operator_service_tokens_delete",
    tag = "operator",
    params(("service_token" = api::schema::ServiceTokenId, Path, description = "Its id."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 204, description = "It has ended and is hidden."), DeleteProblems),
)]
pub async fn delete(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(token): Path<ServiceTokenId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        service_tokens::delete(&app.services, &operator, token).await?;
        Ok(NoContent)
    })
    .await
}

fn created_answer(
    created: service_tokens::Created,
    now: Timestamp,
) -> impl axum::response::IntoResponse + Send + 'static {
    let answer = Created {
        location: format!("/v1/operator/service-tokens/{}", created.token.id),
        revision: Some(created.token.revision()),
        body: NewServiceToken {
            // The one place that shows a token.
            token: Some(created.text.expose().to_owned()),
            about: to_wire(created.token, now),
        },
    };
    answer.with_secret("token")
}

/// A token in the words of the wire.
pub fn to_wire(token: service_tokens::ServiceToken, now: Timestamp) -> ServiceToken {
    ServiceToken {
        status: status_to_wire(token.status(now)),
        permissions: token.permissions.iter().map(ToString::to_string).collect(),
        id: token.id,
        name: token.name,
        description: token.description,
        prefix: token.prefix,
        last_four: token.last_four,
        addresses: credential::network_texts(token.addresses.as_deref()),
        rate_limit_per_minute: token.rate_limit_per_minute,
        expires_at: token.expires_at,
        rotated_to: token.rotated_to,
        created_by: actor(token.created_by).id,
        created_at: token.created_at,
        updated_at: token.updated_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}
