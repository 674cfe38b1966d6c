//! Who calls: the first argument of every operation.
//!
//! - [`InWorkspace`]: somebody in the workspace that his key is, or that he names in a header.
//! - [`InNamedWorkspace`]: somebody in the workspace that the path names.
//! - [`SignedIn`]: a person, apart from any workspace.
//! - [`AsOperator`]: whoever wants to run the instance; what he may is decided by the operation.
//! - [`Anyone`]: somebody who is not known yet and wants to be.

use api::ProblemCode;
use axum::extract::{FromRequestParts, RawPathParams};
use domain::{
    access::{Actor, Caller, Operator, Origin, Person},
    accounts::{self, Client},
    api_keys::{self, AuthError, KeyIdentity},
    flows::FlowRef,
    rate_limits::RateState,
    runs::{self, AtTheDoor},
    service_tokens,
    workspaces::{self, WorkspaceRef},
};
use http::{HeaderMap, Method, header, request::Parts};
use types::IdOrSlug;

use super::{
    credential::Credential,
    origin::{is_safe, require_same_origin},
};
use crate::{
    AppState,
    layers::{Context, RateSlot},
    problem::{Failure, Result},
};

/// The header by which a person names the workspace that he means.
pub(super) const WORKSPACE_HEADER: &str = "guildhall-workspace";

/// Somebody in the workspace that his key is, or that he names.
#[derive(Debug)]
pub struct InWorkspace(pub Caller);

/// The same for the calls of flows, which count themselves against the rate limits of a key.
#[derive(Debug)]
pub struct Calling {
    /// Who.
    pub caller: Caller,
    /// Where the handler leaves what the call found of the rate limit.
    pub rate: RateSlot,
}

/// Somebody in the workspace that the path names by `{workspace}`.
#[derive(Debug)]
pub struct InNamedWorkspace(pub Caller);

/// A signed-in person.
#[derive(Debug)]
pub struct SignedIn(pub Person);

/// Whoever wants to run the instance.
#[derive(Debug)]
pub struct AsOperator(pub Operator);

/// Somebody who is not known yet. Guarded like a session, because what he is given is one.
#[derive(Debug)]
pub struct Anyone(pub Client);

/// Somebody whose credential is good.
enum Known {
    Person(Person),
    Key(Caller),
    Token(Operator),
}

impl FromRequestParts<AppState> for InWorkspace {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self> {
        in_workspace(parts, app, Counted::Here).await.map(Self)
    }
}

impl FromRequestParts<AppState> for Calling {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self> {
        let caller = in_workspace(parts, app, Counted::ByOperation).await?;
        let rate = parts
            .extensions
            .get::<Context>()
            .map(|context| context.rate.clone())
            .unwrap_or_default();
        Ok(Self { caller, rate })
    }
}

/// Who counts a request against the rate limits of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    Here,
    ByOperation,
}

async fn in_workspace(parts: &Parts, app: &AppState, counted: Counted) -> Result<Caller> {
    let named = named_workspace(parts)?;
    match authenticate_counted(parts, app, counted).await? {
        Known::Person(person) => {
            let reference = named.ok_or_else(|| Failure::new(ProblemCode::WorkspaceRequired))?;
            enter(app, &person, &reference).await
        }
        Known::Key(caller) => {
            if let Some(reference) = named {
                require_own(app, &caller, &reference).await?;
            }
            Ok(caller)
        }
        Known::Token(_) => Err(wrong_kind("This is for people and API keys of a workspace.")),
    }
}

impl FromRequestParts<AppState> for InNamedWorkspace {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self> {
        let known = authenticate(parts, app).await?;
        let reference = workspace_of_path(parts, app).await?;
        match known {
            Known::Person(person) => enter(app, &person, &reference).await.map(Self),
            Known::Key(caller) => {
                require_own(app, &caller, &reference).await?;
                Ok(Self(caller))
            }
            Known::Token(_) => Err(wrong_kind("This is for people and API keys of a workspace.")),
        }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self> {
        match authenticate(parts, app).await? {
            Known::Person(person) => Ok(Self(person)),
            Known::Key(_) | Known::Token(_) => Err(wrong_kind("This is for signed-in people.")),
        }
    }
}

impl FromRequestParts<AppState> for AsOperator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self> {
        match authenticate(parts, app).await? {
            Known::Person(person) => {
                let actor = Actor::User(person.user);
                Ok(Self(if person.is_operator {
                    Operator::full(actor, person.origin)
                } else {
                    powerless(actor, person.origin)
                }))
            }
            Known::Key(caller) => Ok(Self(powerless(caller.actor, caller.origin))),
            Known::Token(operator) => Ok(Self(operator)),
        }
    }
}

impl FromRequestParts<AppState> for Anyone {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self> {
        require_same_origin(&parts.headers, &app.config.public_url)?;
        let user_agent = parts.headers.get(header::USER_AGENT);
        Ok(Self(Client {
            origin: origin(parts)?,
            user_agent: user_agent
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .unwrap_or_default(),
        }))
    }
}

async fn enter(app: &AppState, person: &Person, reference: &WorkspaceRef) -> Result<Caller> {
    Ok(workspaces::enter(&app.services, person, reference).await?.caller)
}

/// Somebody known who runs nothing: the operation will say which right he lacks.
fn powerless(actor: Actor, origin: Origin) -> Operator {
    Operator {
        actor,
        permissions: [].into(),
        token: None,
        origin,
    }
}

async fn authenticate(parts: &Parts, app: &AppState) -> Result<Known> {
    authenticate_counted(parts, app, Counted::Here).await
}

async fn authenticate_counted(parts: &Parts, app: &AppState, counted: Counted) -> Result<Known> {
    let origin = origin(parts)?;
    match Credential::find(&parts.headers)? {
        Credential::Bearer(text) if service_tokens::is_service_token(text) => {
            authenticate_token(parts, app, text, origin)
                .await
                .map(Known::Token)
        }
        Credential::Bearer(text) => authenticate_key(parts, app, text, origin, counted)
            .await
            .map(Known::Key),
        Credential::Session(token) => {
            if !is_safe(&parts.method) {
                require_same_origin(&parts.headers, &app.config.public_url)?;
            }
            let person = accounts::authenticate_session(&app.services, token, origin).await?;
            person.map(Known::Person).ok_or_else(|| {
                Failure::new(ProblemCode::InvalidCredential).detail("The session has ended: sign in again.")
            })
        }
        Credential::None => Err(Failure::new(ProblemCode::Unauthenticated)),
    }
}

/// An API key, from where it may be used and not too often.
async fn authenticate_key(
    parts: &Parts,
    app: &AppState,
    text: &str,
    origin: Origin,
    counted: Counted,
) -> Result<Caller> {
    let refused = |key: &KeyIdentity, why| {
        if counted == Counted::ByOperation {
            runs::turned_away(&app.services, key, flow_of_path(parts).as_ref(), why);
        }
    };
    let key = api_keys::authenticate(&app.services, text)
        .await
        .inspect_err(|error| {
            if let AuthError::WorkspaceSuspended { key } = error {
                refused(key, AtTheDoor::WorkspaceSuspended);
            }
        })?;
    api_keys::check_address(&key, origin.address).inspect_err(|_| refused(&key, AtTheDoor::AddressDenied))?;
    if counted == Counted::Here {
        tell_rate(parts, api_keys::rate_limit(&app.services, &key)?);
    }
    api_keys::used(&app.services, &key);
    Ok(Caller::key(key, origin))
}

/// A service token, from where it may be used and not too often.
async fn authenticate_token(parts: &Parts, app: &AppState, text: &str, origin: Origin) -> Result<Operator> {
    let token = service_tokens::authenticate(&app.services, text).await?;
    service_tokens::check_address(&token, origin.address)?;
    tell_rate(parts, service_tokens::rate_limit(&app.services, &token)?);
    service_tokens::used(&app.services, &token);
    Ok(Operator::token(token, origin))
}

/// Leaves what a request found of a rate limit for the headers of its answer.
fn tell_rate(parts: &Parts, rate: Option<RateState>) {
    if let (Some(rate), Some(context)) = (rate, parts.extensions.get::<Context>()) {
        context.rate.set(rate);
    }
}

/// The flow of `/v1/flows/{flow}/…`.
fn flow_of_path(parts: &Parts) -> Option<FlowRef> {
    parts.uri.path().split('/').nth(3)?.parse().ok()
}

/// A key that names another workspace than its own finds nothing.
async fn require_own(app: &AppState, caller: &Caller, reference: &WorkspaceRef) -> Result<()> {
    let is_own = match reference {
        IdOrSlug::Id(id) => *id == caller.workspace,
        IdOrSlug::Slug(slug) => workspaces::is_called(&app.services, caller, slug).await?,
    };
    if is_own {
        Ok(())
    } else {
        Err(Failure::new(ProblemCode::NotFound))
    }
}

fn wrong_kind(detail: &'static str) -> Failure {
    Failure::new(ProblemCode::CredentialKindDenied).detail(detail)
}

fn origin(parts: &Parts) -> Result<Origin> {
    let context = parts.extensions.get::<Context>();
    context.map(|context| context.origin()).ok_or_else(|| {
        Failure::internal(std::io::Error::other(
            "a route stands outside of the layer that knows the request",
        ))
    })
}

/// The workspace that the header, or on a GET the query, names.
fn named_workspace(parts: &Parts) -> Result<Option<WorkspaceRef>> {
    let by_header = header_text(&parts.headers)?;
    let by_query = if parts.method == Method::GET {
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .find(|(name, _)| name == "workspace")
            .map(|(_, value)| value.into_owned())
    } else {
        None
    };
    let named = match (by_header, by_query) {
        (Some(header), Some(query)) if header != query => {
            return Err(Failure::new(ProblemCode::WorkspaceAmbiguous));
        }
        (Some(header), _) => header.to_owned(),
        (None, Some(query)) => query,
        (None, None) => return Ok(None),
    };
    // A text that cannot name a workspace names none.
    named
        .parse()
        .map(Some)
        .map_err(|_| Failure::new(ProblemCode::NotFound))
}

pub(super) fn header_text(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut values = headers.get_all(WORKSPACE_HEADER).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(
            Failure::new(ProblemCode::WorkspaceAmbiguous).detail("Guildhall-Workspace was sent twice.")
        );
    }
    first
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_| Failure::new(ProblemCode::MalformedRequest).detail("Guildhall-Workspace is not text."))
}

async fn workspace_of_path(parts: &mut Parts, app: &AppState) -> Result<WorkspaceRef> {
    let not_found = || Failure::new(ProblemCode::NotFound);
    let params = RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| not_found())?;
    params
        .iter()
        .find(|(name, _)| *name == "workspace")
        .and_then(|(_, text)| text.parse().ok())
        .ok_or_else(not_found)
}
