//! Signing up, in and out. The session is a cookie that scripts cannot read.

use api::auth::{SignIn, SignUp, SignedIn as SignedInBody};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::Role,
    accounts::{self, SignedIn},
};
use http::{HeaderValue, header};

use super::{me, workspaces};
use crate::{
    AppState,
    answer::{self, Created, NoContent},
    extract::{self, Anyone, Fields, Json, SESSION_COOKIE},
    openapi::problems,
    problem::{Failure, Result},
};

/// How long a browser keeps the cookie, in seconds: as long as the longest session. The server decides the rest.
const COOKIE_SECONDS: u64 = 90 * 24 * 60 * 60;

problems!(
    SignUpProblems = [BODY]
        + [
            OriginDenied,
            SetupCodeRequired,
            SignUpClosed,
            InvitationRequired,
            EmailTaken,
            TooManyAttempts,
        ]
);

/// Sign up: an account, its personal workspace, and the session. The first to sign up is the operator of the instance.
#[utoipa::path(
    post, path = "/v1/auth/sign-up", operation_id = "auth_sign_up", tag = "auth", request_body = SignUp, security(()),
    responses((status = 201, description = "Signed up and in.", body = SignedInBody), SignUpProblems),
)]
pub async fn sign_up(
    State(app): State<AppState>,
    Anyone(client): Anyone,
    Json(body): Json<SignUp>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let email = fields.parse("/email", &body.email);
    let name = fields.parse("/name", &body.name);
    let new = fields.finish(|| {
        Some(accounts::SignUp {
            email: email?,
            password: body.password,
            name: name?,
            setup_code: body.setup_code,
        })
    })?;
    let signed_in = accounts::sign_up(&app.services, &client, new).await?;
    let cookie = set_cookie(&app, signed_in.token.expose(), COOKIE_SECONDS)?;
    let answer = Created {
        location: "/v1/me".to_owned(),
        revision: None,
        body: to_wire(signed_in),
    };
    Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
}

problems!(SignInProblems = [BODY] + [OriginDenied, SignInFailed, TooManyAttempts]);

/// Sign in.
#[utoipa::path(
    post, path = "/v1/auth/sign-in", operation_id = "auth_sign_in", tag = "auth", request_body = SignIn, security(()),
    responses((status = 200, description = "Signed in.", body = SignedInBody), SignInProblems),
)]
pub async fn sign_in(
    State(app): State<AppState>,
    Anyone(client): Anyone,
    Json(body): Json<SignIn>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let email = fields.parse("/email", &body.email);
    let given = fields.finish(|| {
        Some(accounts::SignIn {
            email: email?,
            password: body.password,
        })
    })?;
    let signed_in = accounts::sign_in(&app.services, &client, given).await?;
    let cookie = set_cookie(&app, signed_in.token.expose(), COOKIE_SECONDS)?;
    Ok(([(header::SET_COOKIE, cookie)], answer::Json(to_wire(signed_in))).into_response())
}

problems!(SignOutProblems = [CREDENTIAL]);

/// Sign out: ends the session.
#[utoipa::path(
    post, path = "/v1/auth/sign-out", operation_id = "auth_sign_out", tag = "auth", security(("session" = [])),
    responses((status = 204, description = "Signed out."), SignOutProblems),
)]
pub async fn sign_out(
    State(app): State<AppState>,
    extract::SignedIn(person): extract::SignedIn,
) -> Result<Response> {
    accounts::sign_out(&app.services, &person).await?;
    Ok(([(header::SET_COOKIE, set_cookie(&app, "", 0)?)], NoContent).into_response())
}

fn set_cookie(app: &AppState, value: &str, seconds: u64) -> Result<HeaderValue> {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let cookie =
        format!("{SESSION_COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut cookie = HeaderValue::try_from(cookie).map_err(Failure::internal)?;
    cookie.set_sensitive(true);
    Ok(cookie)
}

fn to_wire(signed_in: SignedIn) -> SignedInBody {
    SignedInBody {
        user: me::to_wire(signed_in.user),
        workspace: workspaces::to_wire(signed_in.workspace, Some(Role::Owner)),
    }
}
