//! Usage: what was called, by whom, with which outcome and price.

pub mod export;
pub mod summary;

use api::{
    List,
    schema::UsageStatusFilter,
    usage::{UsageEvent, UsageEventQuery},
};
use axum::extract::State;
use domain::usage::{self, Calls, EventFilter, StatusFilter, UsageStatus};
use types::UsageId;

use crate::{
    AppState, answer,
    extract::{InWorkspace, Path, Query, needed_word_parameter, page, parsed_parameter},
    openapi::{WorkspaceHeader, problems},
    problem::Result,
};

problems!(ReadProblems = [CREDENTIAL, CALLER]);

/// Usage events, the newest first.
///
/// A page may hold fewer events than asked for and still have a next one: a long ledger is looked through in pieces.
/// With a status that begins with `refused`, samples of refused calls: of these all are counted in the summary, and a
/// few of each hour and reason are kept, for 30 days.
#[utoipa::path(
    get, path = "/v1/usage/events", operation_id = "usage_list", tag = "usage", params(WorkspaceHeader, UsageEventQuery),
    responses((status = 200, description = "Metered calls.", body = List<UsageEvent>), ReadProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<UsageEventQuery>,
) -> Result<answer::Json<List<UsageEvent>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = filter(query)?;
    let found = usage::events(&app.services, &caller, &filter, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(found, event)))
}

/// One usage event.
#[utoipa::path(
    get, path = "/v1/usage/events/{usage}", operation_id = "usage_view", tag = "usage",
    params(WorkspaceHeader, ("usage" = api::schema::UsageId, Path, description = "Its id.")),
    responses((status = 200, description = "A metered call.", body = UsageEvent), ReadProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(id): Path<UsageId>,
) -> Result<answer::Json<UsageEvent>> {
    Ok(answer::Json(event(
        usage::event(&app.services, &caller, id).await?,
    )))
}

fn filter(query: UsageEventQuery) -> Result<EventFilter> {
    Ok(EventFilter {
        calls: Calls {
            key: query.key,
            user: query.user,
            flow: parsed_parameter("flow", query.flow.as_deref())?,
            environment: parsed_parameter("environment", query.environment.as_deref())?,
            tenant: query.tenant,
        },
        status: query.status.as_deref().map(status).transpose()?,
        resource: query.resource,
        from: query.from,
        to: query.to,
    })
}

fn status(text: &str) -> Result<StatusFilter> {
    let words = UsageStatusFilter::WORDS;
    let word = needed_word_parameter("status", text, words, |word| word)?;
    Ok(match UsageStatus::parse(word) {
        Some(UsageStatus::Ended(status)) => StatusFilter::Ended(status),
        Some(UsageStatus::Refused(reason)) => StatusFilter::Refused(Some(reason)),
        None => StatusFilter::Refused(None),
    })
}

/// A usage event on the wire.
fn event(found: usage::UsageEvent) -> UsageEvent {
    UsageEvent {
        id: found.id,
        at: found.at,
        key: found.key,
        user: found.user,
        flow: found.flow,
        flow_version: found.flow_version,
        environment: found.environment,
        tenant: found.tenant,
        resource: found.resource,
        surface: found.surface,
        status: found.status.as_str(),
        test: found.test,
        credits: found.credits,
        latency_ms: ms(found.latency_us),
        tags: found.tags.and_then(|tags| serde_json::from_str(&tags).ok()),
    }
}

/// Microseconds as milliseconds, exact to the microsecond.
#[expect(
    clippy::cast_precision_loss,
    reason = "latencies are far below what a double counts exactly"
)]
fn ms(us: i64) -> f64 {
    us as f64 / 1_000.0
}
