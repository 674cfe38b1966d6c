//! Service tokens: the credentials of the operator's own systems.

use api::{
    List, PageQuery,
    operator::{ServiceToken, ServiceTokenCreate, ServiceTokenCreated},
};
use axum::{extract::State, response::Response};
use domain::operator::{self, NewServiceToken};
use types::ServiceTokenId;

use crate::{
    AppState,
    answer::{self, Created},
    extract::{AsOperator, Fields, Json, Once, Path, Query, page},
    openapi::{IdempotencyHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL, OPERATOR]);

/// List the service tokens, revoked ones too, the newest first.
#[utoipa::path(
    get, path = "/v1/operator/service-tokens", operation_id = "operator_service_tokens_list", tag = "operator",
    params(PageQuery), security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "A page of them.", body = List<ServiceToken>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Query(query): Query<PageQuery>,
) -> Result<answer::Json<List<ServiceToken>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let found = operator::list_tokens(&app.services, &operator, limit, cursor.as_ref()).await?;
    Ok(answer::Json(List::from_page(found, to_wire)))
}

problems!(CreateProblems = [CREDENTIAL, OPERATOR, BODY, IDEMPOTENT] + [LimitReached]);

/// Make a service token. The token itself is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/v1/operator/service-tokens", operation_id = "operator_service_tokens_create", tag = "operator",
    params(IdempotencyHeader), request_body = ServiceTokenCreate,
    security(("session" = []), ("service_token" = [])),
    responses((status = 201, description = "It is made.", body = ServiceTokenCreated), CreateProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    once: Once,
    Json(body): Json<ServiceTokenCreate>,
) -> Result<Response> {
    let new = new_token(&body)?;
    once.run(&app.clone(), (&operator).into(), async move {
        let created = operator::create_token(&app.services, &operator, new).await?;
        let answer = Created {
            location: format!("/v1/operator/service-tokens/{}", created.token.id),
            revision: None,
            body: ServiceTokenCreated {
                listed: to_wire(created.token),
                token: created.text.expose().to_owned(),
            },
        };
        Ok(answer.with_secret("token"))
    })
    .await
}

fn new_token(body: &ServiceTokenCreate) -> Result<NewServiceToken> {
    let mut fields = Fields::new();
    let name = fields.parse("/name", &body.name);
    let permissions = fields.parse_list("/permissions", body.permissions.as_deref());
    let expires_at = fields.parse_optional("/expires_at", body.expires_at.as_deref());
    fields.finish(|| {
        Some(NewServiceToken {
            name: name?,
            permissions: permissions?,
            expires_at: expires_at?,
        })
    })
}

problems!(RevokeProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound]);

/// Revoke a service token at once and for good; it stays listed. Twice is once.
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
        let revoked = operator::revoke_token(&app.services, &operator, token).await?;
        Ok(answer::Json(to_wire(revoked)))
    })
    .await
}

fn to_wire(token: operator::ServiceToken) -> ServiceToken {
    ServiceToken {
        id: token.id,
        name: token.name,
        prefix: token.prefix,
        last_four: token.last_four,
        permissions: token.permissions.iter().map(ToString::to_string).collect(),
        created_by: token.created_by,
        created_at: token.created_at,
        last_used_at: token.last_used_at,
        expires_at: token.expires_at,
        revoked_at: token.revoked_at,
    }
}
