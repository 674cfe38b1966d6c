//! Calling flows, and looking back at what became of it.

use std::{fmt::Display, str::FromStr};

use api::{
    List, ProblemCode,
    runs::{Quote, QuotedGrant, Run, RunDetails, RunsQuery, Step, Steps},
};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request, State},
    response::Response,
};
use domain::{
    access::Caller,
    api_keys::TenantRef,
    environments::EnvironmentRef,
    flows::FlowRef,
    runs::{self, Answer, CallRequest, Ended, Input, InputError, RunFilter, RunState, Surface},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::value::RawValue;
use types::RunId;

use super::credits::actor;
use crate::{
    AppState, answer,
    extract::{
        Calling, InWorkspace, Key, Path, Query, RawJson, only, page, parsed_parameter, replayed,
        word_parameter,
    },
    layers::RateSlot,
    openapi::{EnvironmentHeader, IdempotencyHeader, Output, TenantHeader, WorkspaceHeader, problems},
    problem::{Failure, Result, reached_cap, wrong_field},
};

const RUN_ID: HeaderName = HeaderName::from_static("guildhall-run-id");
const ENVIRONMENT: &str = "Guildhall-Environment";
const TENANT: &str = "Guildhall-Tenant";

/// What is asked of a flow: path, headers and body, in one.
#[derive(Debug)]
pub struct Asked {
    flow: FlowRef,
    environment: Option<EnvironmentRef>,
    tenant: Option<TenantRef>,
    idempotency_key: Option<String>,
    input: Input,
}

impl FromRequest<AppState> for Asked {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let Path(flow) = Path::from_request_parts(&mut parts, app).await?;
        let environment = named(&parts.headers, ENVIRONMENT)?;
        let tenant = named(&parts.headers, TENANT)?;
        let Key(idempotency_key) = Key::from_request_parts(&mut parts, app).await?;
        let RawJson(body) = RawJson::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self {
            flow,
            environment,
            tenant,
            idempotency_key,
            input: input(body)?,
        })
    }
}

/// What a header names, if it is there.
fn named<T: FromStr<Err: Display>>(headers: &HeaderMap, name: &str) -> Result<Option<T>> {
    let value = only(headers, name, name)?;
    parsed_parameter(name, value.map(|value| value.to_str().unwrap_or_default()))
}

impl Asked {
    /// The same for the operation. A key calls by the API; who is signed in, in the console.
    fn by(self, caller: &Caller) -> CallRequest {
        CallRequest {
            flow: self.flow,
            environment: self.environment,
            tenant: self.tenant,
            input: self.input,
            idempotency_key: self.idempotency_key,
            surface: match caller.key {
                Some(_) => Surface::Api,
                None => Surface::Console,
            },
        }
    }
}

problems!(
    CallProblems = [CREDENTIAL, CALLER, IDEMPOTENT]
        + [
            EnvironmentRequired,
            MalformedBody,
            InsufficientCredits,
            CapReached,
            FlowNotAllowed,
            EnvironmentNotAllowed,
            NotDeployed,
            BodyTooLarge,
            UnsupportedMediaType,
            InvalidInput,
            Overloaded,
            FlowFailed,
            RunInterrupted,
            TimedOut,
        ]
);

/// Call a flow: the body is the input, the answer is the output. It is charged before it is answered.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/call", operation_id = "flow_call", tag = "runs",
    params(
        ("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, EnvironmentHeader, TenantHeader,
        IdempotencyHeader,
    ),
    request_body(content = serde_json::Value, description = "The input: any JSON value."),
    security(("session" = []), ("api_key" = [])),
    responses(Output, CallProblems),
)]
pub async fn call(
    State(app): State<AppState>,
    Calling { caller, rate }: Calling,
    asked: Asked,
) -> Result<Response> {
    let answer = runs::call(&app.services, &caller, asked.by(&caller)).await?;
    respond(answer, &rate)
}

problems!(
    DraftProblems = [CREDENTIAL, CALLER, IDEMPOTENT]
        + [
            EnvironmentRequired,
            MalformedBody,
            InsufficientCredits,
            CapReached,
            FlowNotAllowed,
            EnvironmentNotAllowed,
            NoDraft,
            CannotDeploy,
            BodyTooLarge,
            UnsupportedMediaType,
            InvalidInput,
            InvalidDefinition,
            Overloaded,
            FlowFailed,
            RunInterrupted,
            TimedOut,
        ]
);

/// Run the draft of a flow, for somebody who may edit it. It costs what a call costs.
///
/// Without a draft, what was saved last is run.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/draft/run", operation_id = "flow_draft_run", tag = "runs",
    params(
        ("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, EnvironmentHeader, TenantHeader,
        IdempotencyHeader,
    ),
    request_body(content = serde_json::Value, description = "The input: any JSON value."),
    security(("session" = []), ("api_key" = [])),
    responses(Output, DraftProblems),
)]
pub async fn run_draft(
    State(app): State<AppState>,
    Calling { caller, rate }: Calling,
    asked: Asked,
) -> Result<Response> {
    let answer = runs::run_draft(&app.services, &caller, asked.by(&caller)).await?;
    respond(answer, &rate)
}

problems!(
    QuoteProblems = [CREDENTIAL, CALLER]
        + [
            EnvironmentRequired,
            MalformedBody,
            FlowNotAllowed,
            EnvironmentNotAllowed,
            NotDeployed,
            BodyTooLarge,
            UnsupportedMediaType,
            InvalidInput,
            Overloaded,
        ]
);

/// Quote a call: what it would cost with this input, which grants would pay for it, and which caps would refuse it.
/// Nothing runs and nothing is charged.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/quote", operation_id = "flow_quote", tag = "runs",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, EnvironmentHeader, TenantHeader),
    request_body(content = serde_json::Value, description = "The input: any JSON value."),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "What it would cost.", body = Quote), QuoteProblems),
)]
pub async fn quote(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    asked: Asked,
) -> Result<answer::Json<Quote>> {
    let quoted = runs::quote(&app.services, &caller, asked.by(&caller)).await?;
    Ok(answer::Json(quote_to_wire(quoted)))
}

fn quote_to_wire(quote: runs::Quote) -> Quote {
    Quote {
        accepted: quote.is_accepted(),
        flow: quote.flow,
        version: quote.version,
        environment: quote.environment,
        least: quote.least,
        most: quote.most,
        held: quote.is_held,
        available: quote.paid.available,
        grants: quote.paid.grants.into_iter().map(quoted_grant).collect(),
        caps: quote.paid.caps.iter().map(reached_cap).collect(),
    }
}

fn quoted_grant(grant: domain::credits::QuotedGrant) -> QuotedGrant {
    QuotedGrant {
        id: grant.id,
        source: grant.source.as_str(),
        credits: grant.credits,
        expires_at: grant.expires_at,
    }
}

fn input(body: Vec<u8>) -> Result<Input> {
    Input::from_body(body).map_err(|error| match error {
        InputError::IntegerTooLarge { pointer } => {
            let message = "must be an integer of at most 128 bits; a larger one can be sent as text";
            Failure::new(ProblemCode::InvalidInput).field(wrong_field(pointer, "out_of_range", message))
        }
        error => Failure::new(ProblemCode::MalformedBody).detail(format_args!("The body {error}.")),
    })
}

/// The answer of a call: its output, or the error of the flow as a problem, with what it cost.
fn respond(answer: Answer, rate: &RateSlot) -> Result<Response> {
    if let Some(state) = answer.rate {
        rate.set(state);
    }
    let run = HeaderValue::try_from(answer.run.to_string()).map_err(Failure::internal)?;
    let cost = answer::cost_headers(Some(answer.charged), Some(answer.available));
    let again = replayed(answer.repeated).into_iter().flatten();
    let cost = cost.chain([(RUN_ID, run)]).chain(again);
    let failure = match answer.ended {
        Ended::Completed { output } => {
            let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let mut response = Response::new(Body::from(output));
            response.headers_mut().extend(cost.chain([json]));
            return Ok(response);
        }
        Ended::Failed { error } => {
            let status = if (400..600).contains(&error.status) {
                error.status
            } else {
                500
            };
            let failure = Failure::new(ProblemCode::FlowFailed).with_status(status);
            let failure = match error.detail.as_ref().or(error.title.as_ref()) {
                Some(detail) => failure.detail(detail),
                None => failure,
            };
            let whole = serde_json::to_value(&error).unwrap_or_default();
            failure.extras(|extras| extras.error = Some(whole))
        }
        Ended::TimedOut => Failure::new(ProblemCode::TimedOut),
    };
    Err(cost.fold(failure, |failure, (name, value)| failure.header(name, value)))
}

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the runs of the workspace, the newest first.
///
/// A page may hold fewer runs than asked for and still have a next one: a long history is looked through in pieces.
#[utoipa::path(
    get, path = "/v1/runs", operation_id = "runs_list", tag = "runs", params(WorkspaceHeader, RunsQuery),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "A page of them.", body = List<Run>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<RunsQuery>,
) -> Result<answer::Json<List<Run>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = RunFilter {
        flow: parsed_parameter("flow", query.flow.as_deref())?,
        environment: parsed_parameter("environment", query.environment.as_deref())?,
        state: word_parameter("state", query.state.as_deref(), RunState::ALL, RunState::as_str)?,
        key: parsed_parameter("key", query.key.as_deref())?,
        user: parsed_parameter("user", query.user.as_deref())?,
    };
    let page = runs::list(&app.services, &caller, &filter, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(page, to_wire)))
}

problems!(ViewProblems = [CREDENTIAL, CALLER]);

/// View a run with what is kept of its values.
#[utoipa::path(
    get, path = "/v1/runs/{run}", operation_id = "runs_view", tag = "runs",
    params(("run" = api::schema::RunId, Path, description = "Id."), WorkspaceHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "The run.", body = RunDetails), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(run): Path<RunId>,
) -> Result<answer::Json<RunDetails>> {
    let view = runs::view(&app.services, &caller, run).await?;
    Ok(answer::Json(RunDetails {
        run: to_wire(view.run),
        input: raw(view.input),
        output: raw(view.output),
        error: raw(view.error),
    }))
}

/// The steps of a run, in the order in which they were done.
#[utoipa::path(
    get, path = "/v1/runs/{run}/steps", operation_id = "runs_steps", tag = "runs",
    params(("run" = api::schema::RunId, Path, description = "Id."), WorkspaceHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "All that are kept.", body = Steps), ViewProblems),
)]
pub async fn steps(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(run): Path<RunId>,
) -> Result<answer::Json<Steps>> {
    let steps = runs::steps(&app.services, &caller, run).await?;
    Ok(answer::Json(Steps {
        items: steps.items.into_iter().map(step).collect(),
        next_cursor: None,
        truncated: steps.truncated,
    }))
}

fn to_wire(run: runs::Run) -> Run {
    Run {
        id: run.id,
        flow: run.flow,
        flow_name: run.flow_name,
        version: run.version,
        environment: run.environment,
        environment_name: run.environment_name,
        tenant: run.tenant,
        actor: actor(run.actor),
        surface: run.surface,
        state: run.state.as_str(),
        started_at: run.started_at,
        ended_at: run.ended_at,
        credits: run.credits,
    }
}

fn step(step: runs::Step) -> Step {
    Step {
        pointer: step.pointer,
        name: step.name,
        kind: step.kind,
        status: step.status,
        iteration: step.iteration,
        attempt: step.attempt,
        started_at: step.started_at,
        ended_at: step.ended_at,
        input: raw(step.input),
        output: raw(step.output),
        error: raw(step.error.and_then(|error| serde_json::to_string(&error).ok())),
    }
}

/// A stored JSON text, as it is.
fn raw(text: Option<String>) -> Option<Box<RawValue>> {
    text.and_then(|text| RawValue::from_string(text).ok())
}
