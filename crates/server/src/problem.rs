//! From errors to problems: the only place that knows which error has which status.
//!
//! Each error enum of the domain has one exhaustive conversion here, without a wildcard arm: a new variant does not
//! compile until somebody has decided what a client is told. An internal cause goes to the log under the request
//! id and never into the answer; bodies from 500 up are constant.

use std::{error::Error, fmt::Display, sync::Arc};

use api::{FieldProblem, Problem, ProblemCode};
use axum::response::{IntoResponse, Response};
use domain::{
    DatabaseError,
    access::{Denied, OperatorDenied},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

mod flows;
mod money;

pub use flows::finding;
pub use money::reached_cap;

use crate::{
    extract::{etag, wrong_cursor},
    routes::{
        keys,
        operator::{service_tokens, settings},
        workspaces,
    },
};

/// A refused or failed request.
#[derive(Debug, Clone)]
pub struct Failure(Arc<Refused>);

/// What the outermost layer makes the answer of.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The body; the request id is still missing.
    pub problem: Problem,
    /// What else the answer carries.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log.
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Refused {
    /// The status of the answer: that of its code, except for a flow that failed with one of its own.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What handlers answer.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A problem of this code, with nothing particular to say.
    pub fn new(code: ProblemCode) -> Self {
        Self(Arc::new(Refused {
            problem: Problem::new(code),
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// With a sentence about this time.
    #[must_use]
    pub fn detail(self, detail: impl Display) -> Self {
        self.change(|refused| refused.problem.detail = Some(detail.to_string()))
    }

    /// With a wrong field or parameter.
    #[must_use]
    pub fn field(self, field: FieldProblem) -> Self {
        self.change(|refused| refused.problem.errors.push(field))
    }

    /// With details for programs.
    #[must_use]
    pub fn extras(self, set: impl FnOnce(&mut api::problem::Extras)) -> Self {
        self.change(|refused| set(&mut refused.problem.extras))
    }

    /// With a header.
    #[must_use]
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|refused| refused.headers.push((name, value)))
    }

    /// With the time after which it makes sense to come back, in the header and in the body.
    #[must_use]
    pub fn retry_after(self, seconds: i64) -> Self {
        self.extras(|extras| extras.retry_after = Some(seconds))
            .header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// A fault of ours. The cause is logged, the answer is always the same.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::new(ProblemCode::InternalError).change(|refused| refused.cause = Some(Arc::new(cause)))
    }

    /// With another status than that of the code.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        self.change(|refused| refused.problem.status = status)
    }

    /// Everything about it, for the layer that writes the answer.
    pub fn refused(&self) -> Arc<Refused> {
        Arc::clone(&self.0)
    }

    fn change(mut self, change: impl FnOnce(&mut Refused)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl IntoResponse for Failure {
    /// An answer without a body: the outermost layer, which knows the request id, writes it.
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.0.status();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// One wrong field of a body, by its JSON Pointer.
pub fn wrong_field(pointer: impl Into<String>, code: &str, message: impl Display) -> FieldProblem {
    FieldProblem {
        pointer: Some(pointer.into()),
        parameter: None,
        code: code.to_owned(),
        message: message.to_string(),
    }
}

/// One wrong parameter of the query, the path or a header.
pub fn wrong_parameter(name: impl Into<String>, code: &str, message: impl Display) -> FieldProblem {
    FieldProblem {
        pointer: None,
        parameter: Some(name.into()),
        code: code.to_owned(),
        message: message.to_string(),
    }
}

/// How long a client waits while the database is in the way, in seconds.
const UNAVAILABLE_RETRY_SECONDS: i64 = 1;

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        if error.is_unavailable() {
            return Self::new(ProblemCode::Unavailable)
                .retry_after(UNAVAILABLE_RETRY_SECONDS)
                .change(|refused| refused.cause = Some(Arc::new(error)));
        }
        Self::internal(error)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let roles: Vec<String> = denied.roles().map(|role| role.to_string()).collect();
        Self::new(ProblemCode::PermissionDenied)
            .detail(format_args!(
                "This needs the permission {}, which these roles have: {}.",
                denied.permission,
                roles.join(", ")
            ))
            .extras(|extras| {
                extras.permission = Some(denied.permission.to_string());
                extras.roles = Some(roles);
            })
    }
}

impl From<OperatorDenied> for Failure {
    fn from(denied: OperatorDenied) -> Self {
        Self::new(ProblemCode::PermissionDenied)
            .detail(format_args!(
                "This needs the permission {} of the operator or one of his service tokens.",
                denied.permission
            ))
            .extras(|extras| extras.permission = Some(denied.permission.to_string()))
    }
}

impl From<domain::instance::Error> for Failure {
    fn from(error: domain::instance::Error) -> Self {
        use domain::instance::Error as E;
        match error {
            E::Denied(denied) => denied.into(),
            E::OtherInstanceKey { .. } | E::MalformedInstanceKey => Self::internal(error),
            E::Stale { current } => stale(
                "The settings were changed meanwhile.",
                current.revision(),
                settings::to_wire(*current),
            ),
            E::Internal(error) => error.into(),
        }
    }
}

/// How long to wait for the first request of an idempotency key, in seconds.
const IN_PROGRESS_RETRY_SECONDS: i64 = 1;

impl From<domain::idempotency::Error> for Failure {
    fn from(error: domain::idempotency::Error) -> Self {
        use domain::idempotency::Error as E;
        match error {
            E::Mismatch => Self::new(ProblemCode::IdempotencyMismatch),
            E::InProgress => {
                Self::new(ProblemCode::IdempotencyInProgress).retry_after(IN_PROGRESS_RETRY_SECONDS)
            }
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::workspaces::Error> for Failure {
    fn from(error: domain::workspaces::Error) -> Self {
        use domain::workspaces::Error as E;
        match error {
            E::NotFound => Self::new(ProblemCode::NotFound),
            E::SlugTaken { slug, suggestion } => Self::new(ProblemCode::SlugTaken)
                .detail(format_args!(
                    "The slug {slug} is taken; {suggestion} was free just now."
                ))
                .field(wrong_field("/slug", "taken", "is taken"))
                .extras(|extras| extras.suggestion = Some(suggestion.to_string())),
            E::SlugReserved { slug } => Self::new(ProblemCode::Invalid).field(wrong_field(
                "/slug",
                "reserved",
                format_args!("{slug} is reserved: choose another"),
            )),
            E::ConfirmationMismatch => Self::new(ProblemCode::Invalid).field(wrong_parameter(
                "confirm",
                "mismatch",
                "must be the name of the workspace, letter by letter",
            )),
            E::Stale { current, role } => stale(
                "The workspace was changed meanwhile.",
                current.revision(),
                workspaces::to_wire(*current, role),
            ),
            E::TooMany { max } => Self::new(ProblemCode::LimitReached)
                .detail(format_args!("A person may be in at most {max} workspaces.")),
            E::BadCursor(error) => wrong_cursor(error),
            E::Denied(denied) => denied.into(),
            E::OperatorDenied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::accounts::Error> for Failure {
    fn from(error: domain::accounts::Error) -> Self {
        use domain::accounts::Error as E;
        match error {
            E::SignUpClosed => Self::new(ProblemCode::SignUpClosed),
            E::InvitationRequired => Self::new(ProblemCode::InvitationRequired),
            E::SetupCodeRequired => Self::new(ProblemCode::SetupCodeRequired),
            E::EmailTaken => Self::new(ProblemCode::EmailTaken).field(wrong_field(
                "/email",
                "taken",
                "has an account already",
            )),
            E::WeakPassword(problem) => {
                Self::new(ProblemCode::Invalid).field(wrong_field("/password", "weak", problem))
            }
            E::WrongCredentials => Self::new(ProblemCode::SignInFailed),
            E::WrongPassword => Self::new(ProblemCode::Invalid).field(wrong_field(
                "/current_password",
                "wrong",
                "is not the current password",
            )),
            E::TooManyAttempts { retry_after } => {
                Self::new(ProblemCode::TooManyAttempts).retry_after(retry_after.seconds_up())
            }
            E::Busy => Self::new(ProblemCode::Unavailable).retry_after(UNAVAILABLE_RETRY_SECONDS),
            E::NotFound => Self::new(ProblemCode::NotFound),
            E::LastOperator => Self::new(ProblemCode::LastOperator),
            E::BadCursor(error) => wrong_cursor(error),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::environments::Error> for Failure {
    fn from(error: domain::environments::Error) -> Self {
        use domain::environments::Error as E;
        match error {
            E::Unknown { environment } => Self::new(ProblemCode::NotFound)
                .detail(format_args!("There is no environment {environment}.")),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::api_keys::Error> for Failure {
    fn from(error: domain::api_keys::Error) -> Self {
        use domain::api_keys::Error as E;
        let invalid = |pointer: &str, code: &str, message: &dyn Display| {
            Self::new(ProblemCode::Invalid).field(wrong_field(pointer, code, message))
        };
        match error {
            E::NotFound => Self::new(ProblemCode::NotFound),
            E::UnknownPermission { ref name } => invalid(
                "/permissions",
                "unknown",
                &format_args!("{name} is not a permission"),
            ),
            E::PermissionNotForKeys { ref name } => invalid(
                "/permissions",
                "not_for_keys",
                &format_args!("a key cannot hold {name}"),
            ),
            E::BeyondMaker { .. } => Self::new(ProblemCode::BeyondMaker).detail(error),
            E::UnknownEnvironment { ref environment } => invalid(
                "/environments",
                "unknown",
                &format_args!("there is no environment {environment}"),
            ),
            E::UnknownFlow { ref flow } => {
                invalid("/flows", "unknown", &format_args!("there is no flow {flow}"))
            }
            E::UnknownTenant { tenant } => {
                Self::new(ProblemCode::NotFound).detail(format_args!("There is no tenant {tenant}."))
            }
            E::Form(error) => error.into(),
            E::TooManyKeys { .. } => Self::new(ProblemCode::LimitReached).detail(error),
            E::Ended { rotated_to } => ended(rotated_to),
            E::Stale { current, now } => stale(
                "The key was changed meanwhile.",
                current.revision(),
                keys::to_wire(*current, now),
            ),
            E::BadCursor(error) => wrong_cursor(error),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}

impl From<domain::credential::FormError> for Failure {
    fn from(error: domain::credential::FormError) -> Self {
        use domain::credential::FormError as E;
        let invalid = |field: &str, code: &str, message: &dyn Display| {
            Self::new(ProblemCode::Invalid).field(wrong_field(format!("/{field}"), code, message))
        };
        match error {
            E::EmptyRestriction { field } => invalid(
                field,
                "empty",
                &"must not be empty: leave it out for no restriction",
            ),
            E::TooManyEntries { field, max } => invalid(
                field,
                "too_many",
                &format_args!("must have at most {max} entries"),
            ),
            E::ExpiryInThePast => invalid("expires_at", "past", &"must lie in the future"),
            E::RateLimitOutOfRange { min, max } => invalid(
                "rate_limit_per_minute",
                "out_of_range",
                &format_args!("must be {min} to {max}"),
            ),
            E::OverlapTooLong { max } => invalid(
                "overlap_seconds",
                "out_of_range",
                &format_args!("must be at most {}", max.seconds_up()),
            ),
        }
    }
}

impl From<domain::api_keys::AuthError> for Failure {
    fn from(error: domain::api_keys::AuthError) -> Self {
        use domain::api_keys::AuthError as E;
        let code = match error {
            E::Mistyped | E::Unknown | E::WorkspaceDeleted => ProblemCode::InvalidCredential,
            E::Expired { .. } => ProblemCode::CredentialExpired,
            E::Revoked { .. } => ProblemCode::CredentialRevoked,
            E::WorkspaceSuspended { .. } => ProblemCode::WorkspaceSuspended,
            E::Internal(error) => return error.into(),
        };
        Self::new(code).detail(format_args!("{}.", capitalized(&error.to_string())))
    }
}

impl From<domain::service_tokens::Error> for Failure {
    fn from(error: domain::service_tokens::Error) -> Self {
        use domain::service_tokens::Error as E;
        match error {
            E::NotFound => Self::new(ProblemCode::NotFound),
            E::BeyondMaker { .. } => Self::new(ProblemCode::BeyondMaker).detail(error),
            E::Form(error) => error.into(),
            E::TooMany { .. } => Self::new(ProblemCode::LimitReached).detail(error),
            E::Ended { rotated_to } => ended(rotated_to),
            E::Stale { current, now } => stale(
                "The service token was changed meanwhile.",
                current.revision(),
                service_tokens::to_wire(*current, now),
            ),
            E::BadCursor(error) => wrong_cursor(error),
            E::Denied(denied) => denied.into(),
            E::Internal(error) => error.into(),
        }
    }
}

/// Somebody else was quicker; with the thing as it is now.
fn stale(detail: &str, revision: i64, latest: impl Serialize) -> Failure {
    Failure::new(ProblemCode::Stale).detail(detail).extras(|extras| {
        extras.current = Some(etag(revision));
        extras.latest = serde_json::to_value(latest).ok();
    })
}

/// A key or token that cannot be changed any more.
fn ended(rotated_to: Option<impl Display>) -> Failure {
    let ended = Failure::new(ProblemCode::KeyEnded);
    match rotated_to {
        Some(id) => ended.detail(format_args!("It was replaced by {id}.")),
        None => ended,
    }
}

impl From<domain::service_tokens::AuthError> for Failure {
    fn from(error: domain::service_tokens::AuthError) -> Self {
        use domain::service_tokens::AuthError as E;
        let code = match error {
            E::Mistyped | E::Unknown => ProblemCode::InvalidCredential,
            E::Expired => ProblemCode::CredentialExpired,
            E::Revoked => ProblemCode::CredentialRevoked,
            E::Internal(error) => return error.into(),
        };
        Self::new(code).detail(format_args!("{}.", capitalized(&error.to_string())))
    }
}

impl From<domain::service_tokens::AddressDenied> for Failure {
    fn from(denied: domain::service_tokens::AddressDenied) -> Self {
        Self::new(ProblemCode::AddressDenied).detail(format_args!("{}.", capitalized(&denied.to_string())))
    }
}

impl From<domain::api_keys::Restricted> for Failure {
    fn from(restricted: domain::api_keys::Restricted) -> Self {
        use domain::api_keys::Restricted as R;
        let code = match restricted {
            R::AddressDenied { .. } => ProblemCode::AddressDenied,
            R::FlowNotAllowed { .. } => ProblemCode::FlowNotAllowed,
            R::EnvironmentNotAllowed { .. } => ProblemCode::EnvironmentNotAllowed,
        };
        Self::new(code).detail(format_args!("{}.", capitalized(&restricted.to_string())))
    }
}

impl From<domain::rate_limits::RateLimited> for Failure {
    fn from(limited: domain::rate_limits::RateLimited) -> Self {
        let failure = Self::new(ProblemCode::RateLimited)
            .detail(format_args!("{}.", capitalized(&limited.to_string())))
            .retry_after(limited.retry_after.seconds_up());
        crate::layers::rate_refused(&limited)
            .fold(failure, |failure, (name, value)| failure.header(name, value))
    }
}

/// The first letter of a sentence.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
