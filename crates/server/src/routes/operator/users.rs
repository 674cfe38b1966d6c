//! The users of the instance, for the operator.

use api::{List, ProblemCode, me::User, operator::UsersQuery};
use axum::{extract::State, response::Response};
use domain::accounts::{self, UserFilter};
use types::{Email, UserId};

use crate::{
    AppState, answer,
    extract::{AsOperator, Once, Path, Query, page},
    openapi::{IdempotencyHeader, problems},
    problem::{Failure, Result, wrong_parameter},
    routes::me::to_wire,
};

problems!(ListProblems = [CREDENTIAL, OPERATOR]);

/// List all users, the newest first.
#[utoipa::path(
    get, path = "/v1/operator/users", operation_id = "operator_users_list", tag = "operator",
    params(UsersQuery), security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "A page of them.", body = List<User>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Query(query): Query<UsersQuery>,
) -> Result<answer::Json<List<User>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = UserFilter {
        email: query.email.as_deref().map(email).transpose()?,
        operator: query.operator,
        disabled: query.disabled,
    };
    let found = accounts::list_users(&app.services, &operator, &filter, limit, cursor.as_ref()).await?;
    Ok(answer::Json(List::from_page(found, to_wire)))
}

fn email(text: &str) -> Result<Email> {
    text.parse::<Email>().map_err(|error| {
        Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter("email", "invalid", error))
    })
}

problems!(ChangeProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound]);
problems!(DisableProblems = [CREDENTIAL, OPERATOR, IDEMPOTENT] + [NotFound, LastOperator]);

/// Keep a user out: his sessions end, and the keys that live by his membership stop working. Twice is once.
#[utoipa::path(
    post, path = "/v1/operator/users/{user}/disable", operation_id = "operator_users_disable", tag = "operator",
    params(("user" = api::schema::UserId, Path, description = "Its id."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As he is now.", body = User), DisableProblems),
)]
pub async fn disable(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(user): Path<UserId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        let user = accounts::disable_user(&app.services, &operator, user).await?;
        Ok(answer::Json(to_wire(user)))
    })
    .await
}

/// Let a user in again; he signs in anew. Twice is once.
#[utoipa::path(
    post, path = "/v1/operator/users/{user}/enable", operation_id = "operator_users_enable", tag = "operator",
    params(("user" = api::schema::UserId, Path, description = "Its id."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As he is now.", body = User), ChangeProblems),
)]
pub async fn enable(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(user): Path<UserId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        let user = accounts::enable_user(&app.services, &operator, user).await?;
        Ok(answer::Json(to_wire(user)))
    })
    .await
}

/// Make a user an operator of the instance. Twice is once.
#[utoipa::path(
    post, path = "/v1/operator/users/{user}/promote", operation_id = "operator_users_promote", tag = "operator",
    params(("user" = api::schema::UserId, Path, description = "Its id."), IdempotencyHeader),
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As he is now.", body = User), ChangeProblems),
)]
pub async fn promote(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    Path(user): Path<UserId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&operator).into(), async move {
        let user = accounts::promote_operator(&app.services, &operator, user).await?;
        Ok(answer::Json(to_wire(user)))
    })
    .await
}
