//! The signed-in person.

use api::{
    List, PageQuery,
    me::{MeUpdate, PasswordChange, Session, User},
    workspaces::{Workspace, WorkspacesQuery},
};
use axum::{extract::State, response::Response};
use domain::accounts::{self, ProfileChange};
use types::SessionId;

use super::workspaces as workspace_routes;
use crate::{
    AppState,
    answer::{self, NoContent},
    extract::{Fields, Json, Once, Path, Query, SignedIn, page, page_of},
    openapi::{IdempotencyHeader, problems},
    problem::Result,
};

problems!(ViewProblems = [CREDENTIAL]);

/// Who am I?
#[utoipa::path(
    get, path = "/v1/me", operation_id = "me_view", tag = "me", security(("session" = [])),
    responses((status = 200, description = "The signed-in person.", body = User), ViewProblems),
)]
pub async fn view(State(app): State<AppState>, SignedIn(person): SignedIn) -> Result<answer::Json<User>> {
    Ok(answer::Json(to_wire(accounts::me(&app.services, &person).await?)))
}

problems!(UpdateProblems = [CREDENTIAL, BODY, IDEMPOTENT]);

/// Change what I am called.
#[utoipa::path(
    patch, path = "/v1/me", operation_id = "me_update", tag = "me", params(IdempotencyHeader),
    request_body = MeUpdate, security(("session" = [])),
    responses((status = 200, description = "As it is now.", body = User), UpdateProblems),
)]
pub async fn update(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    once: Once,
    Json(body): Json<MeUpdate>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let name = fields.parse_optional("/name", body.name.as_deref());
    let change = fields.finish(|| Some(ProfileChange { name: name? }))?;
    once.run(&app.clone(), (&person).into(), async move {
        let user = accounts::update_me(&app.services, &person, change).await?;
        Ok(answer::Json(to_wire(user)))
    })
    .await
}

problems!(PasswordProblems = [CREDENTIAL, BODY, IDEMPOTENT] + [TooManyAttempts]);

/// Change my password. Ends all my other sessions.
#[utoipa::path(
    put, path = "/v1/me/password", operation_id = "me_change_password", tag = "me", params(IdempotencyHeader),
    request_body = PasswordChange, security(("session" = [])),
    responses((status = 204, description = "Changed."), PasswordProblems),
)]
pub async fn change_password(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    once: Once,
    Json(body): Json<PasswordChange>,
) -> Result<Response> {
    let change = accounts::PasswordChange {
        current: body.current_password,
        new: body.password,
    };
    once.run(&app.clone(), (&person).into(), async move {
        accounts::change_password(&app.services, &person, change).await?;
        Ok(NoContent)
    })
    .await
}

problems!(SessionsProblems = [CREDENTIAL]);

/// List where I am signed in.
#[utoipa::path(
    get, path = "/v1/me/sessions", operation_id = "sessions_list", tag = "me", params(PageQuery),
    security(("session" = [])),
    responses((status = 200, description = "A page of them.", body = List<Session>), SessionsProblems),
)]
pub async fn sessions(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    Query(query): Query<PageQuery>,
) -> Result<answer::Json<List<Session>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let sessions = accounts::sessions(&app.services, &person).await?;
    let page = page_of(sessions, limit, cursor.as_ref(), |session| session.id.uuid())?;
    Ok(answer::Json(List::from_page(page, |session| Session {
        id: session.id,
        current: session.id == person.session,
        user_agent: session.user_agent,
        address: session.address,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
    })))
}

problems!(EndSessionProblems = [CREDENTIAL, IDEMPOTENT] + [NotFound]);

/// End one of my sessions.
#[utoipa::path(
    delete, path = "/v1/me/sessions/{session}", operation_id = "sessions_end", tag = "me",
    params(("session" = api::schema::SessionId, Path, description = "Id of the session."), IdempotencyHeader),
    security(("session" = [])),
    responses((status = 204, description = "It has ended."), EndSessionProblems),
)]
pub async fn end_session(
    State(app): State<AppState>,
    SignedIn(person): SignedIn,
    Path(session): Path<SessionId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&person).into(), async move {
        accounts::end_session(&app.services, &person, session).await?;
        Ok(NoContent)
    })
    .await
}

problems!(WorkspacesProblems = [CREDENTIAL]);

/// List the workspaces that I am in. The same as `GET /v1/workspaces`.
#[utoipa::path(
    get, path = "/v1/me/workspaces", operation_id = "me_workspaces_list", tag = "me",
    params(WorkspacesQuery), security(("session" = [])),
    responses((status = 200, description = "A page of them.", body = List<Workspace>), WorkspacesProblems),
)]
pub async fn my_workspaces(
    app: State<AppState>,
    person: SignedIn,
    query: Query<WorkspacesQuery>,
) -> Result<answer::Json<List<Workspace>>> {
    workspace_routes::list(app, person, query).await
}

/// A person in the words of the wire.
pub fn to_wire(user: accounts::User) -> User {
    User {
        id: user.id,
        email: user.email,
        name: user.name,
        operator_since: user.operator_since,
        disabled_at: user.disabled_at,
        last_sign_in_at: user.last_sign_in_at,
        created_at: user.created_at,
    }
}
