//! Usage events as a file, with everything that the list has.

use api::usage::{UsageEventQuery, UsageExportQuery};
use axum::{extract::State, response::Response};
use domain::{
    access::Caller,
    usage::{self, EventFilter, UsageEvent},
};
use types::{Cursor, Page, RequestId};

use super::{event, filter, ms};
use crate::{
    AppState,
    extract::{InWorkspace, Query},
    openapi::{WorkspaceHeader, problems},
    problem::Result,
    routes::export::{Export, Format, PAGE_LIMIT, file, no_formula, or_empty},
};

problems!(ExportProblems = [CREDENTIAL, CALLER]);

/// Usage events as a file, the newest first.
///
/// In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(
    get, path = "/v1/usage/export", operation_id = "usage_export", tag = "usage", params(WorkspaceHeader, UsageExportQuery),
    responses(
        (status = 200, description = "The file; with `format=ndjson` a usage event on each line.", content(
            (String = "text/csv"), (String = "application/x-ndjson"),
        )),
        ExportProblems,
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn export(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<UsageExportQuery>,
) -> Result<Response> {
    let format = Format::of_parameter(&query.format)?;
    let filter = filter(events_query(query))?;
    file(Events { app, caller, filter }, format).await
}

/// What is exported, to whom.
struct Events {
    app: AppState,
    caller: Caller,
    filter: EventFilter,
}

impl Export for Events {
    const NAME: &'static str = "usage";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "at",
        "key",
        "user",
        "flow",
        "flow_version",
        "environment",
        "tenant",
        "resource",
        "surface",
        "status",
        "test",
        "credits",
        "latency_ms",
        "tags",
    ];
    type Item = UsageEvent;
    type Line = api::usage::UsageEvent;
    type Error = usage::Error;

    async fn page(&self, cursor: Option<&Cursor>) -> Result<Page<UsageEvent>, usage::Error> {
        usage::events(&self.app.services, &self.caller, &self.filter, cursor, PAGE_LIMIT).await
    }

    fn cells(event: UsageEvent) -> Vec<String> {
        vec![
            event.id.to_string(),
            event.at.to_string(),
            or_empty(event.key),
            or_empty(event.user),
            or_empty(event.flow),
            or_empty(event.flow_version),
            or_empty(event.environment),
            or_empty(event.tenant),
            no_formula(event.resource.unwrap_or_default()),
            no_formula(event.surface),
            event.status.as_str().to_owned(),
            event.test.to_string(),
            event.credits.to_string(),
            ms(event.latency_us).to_string(),
            no_formula(event.tags.unwrap_or_default()),
        ]
    }

    fn line(found: UsageEvent) -> api::usage::UsageEvent {
        event(found)
    }

    fn request_id(&self) -> RequestId {
        self.caller.origin.request_id
    }
}

fn events_query(query: UsageExportQuery) -> UsageEventQuery {
    UsageEventQuery {
        key: query.key,
        flow: query.flow,
        user: query.user,
        environment: query.environment,
        tenant: query.tenant,
        resource: query.resource,
        status: query.status,
        from: query.from,
        to: query.to,
        limit: None,
        cursor: None,
    }
}
