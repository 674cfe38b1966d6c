//! Usage events as a file.
//!
//! Streamed: one short page is read in a transaction of its own, written, and forgotten before the next one. So an
//! export of any length holds neither a transaction nor more than a page in memory, and a client that reads slowly
//! holds up nobody. It begins at the newest event; events that come meanwhile are not in it, each of the others once.

use std::io;

use api::usage::{UsageEventQuery, UsageExportQuery};
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::{
    access::Caller,
    usage::{self, EventFilter, UsageEvent},
};
use futures_util::stream;
use http::{HeaderValue, header};
use types::{Cursor, PAGE_LIMIT_MAX, Page, PageLimit};

use super::{event, filter, ms};
use crate::{
    AppState,
    extract::{InWorkspace, Query, needed_word_parameter},
    openapi::{WorkspaceHeader, problems},
    problem::Result,
};

problems!(ExportProblems = [CREDENTIAL, CALLER]);

/// How many events a transaction reads.
const PAGE_LIMIT: PageLimit = match PageLimit::new(PAGE_LIMIT_MAX) {
    Some(limit) => limit,
    None => panic!("the most is allowed"),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ndjson,
}

impl Format {
    const ALL: &[Self] = &[Self::Csv, Self::Ndjson];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    const fn disposition(self) -> &'static str {
        match self {
            Self::Csv => "attachment; filename=\"usage.csv\"",
            Self::Ndjson => "attachment; filename=\"usage.ndjson\"",
        }
    }
}

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
    let format = needed_word_parameter("format", &query.format, Format::ALL, Format::as_str)?;
    let filter = filter(events_query(query))?;
    let export = Export {
        app,
        caller,
        filter,
        format,
    };
    // Read before the answer begins, so that whoever may not is told so.
    let first = export.page(None).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static(format.disposition()),
        ),
    ];
    let chunks = stream::try_unfold((export, Step::First(first)), |(export, step)| async move {
        let next = export.chunk(step).await?;
        Ok::<_, io::Error>(next.map(|(chunk, step)| (chunk, (export, step))))
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// What is exported, to whom.
struct Export {
    app: AppState,
    caller: Caller,
    filter: EventFilter,
    format: Format,
}

/// What is written next.
enum Step {
    First(Page<UsageEvent>),
    After(Cursor),
    Done,
}

impl Export {
    async fn page(&self, cursor: Option<&Cursor>) -> Result<Page<UsageEvent>, usage::Error> {
        usage::events(&self.app.services, &self.caller, &self.filter, cursor, PAGE_LIMIT).await
    }

    /// The next piece of the file. An error breaks the answer off, which tells the client that it is not whole.
    async fn chunk(&self, step: Step) -> io::Result<Option<(Bytes, Step)>> {
        let (is_first, page) = match step {
            Step::First(page) => (true, page),
            Step::After(cursor) => (
                false,
                self.page(Some(&cursor))
                    .await
                    .map_err(|error| self.broken(&error))?,
            ),
            Step::Done => return Ok(None),
        };
        let text = match self.format {
            Format::Csv => csv_of(page.items, is_first)?,
            Format::Ndjson => ndjson_of(page.items)?,
        };
        Ok(Some((text.into(), page.next.map_or(Step::Done, Step::After))))
    }

    fn broken(&self, error: &usage::Error) -> io::Error {
        tracing::error!(
            request_id = %self.caller.origin.request_id,
            error = error as &(dyn std::error::Error + 'static),
            "an export broke off"
        );
        io::Error::other("the export broke off")
    }
}

const COLUMNS: [&str; 15] = [
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

fn csv_of(events: Vec<UsageEvent>, with_header: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if with_header {
        writer.write_record(COLUMNS)?;
    }
    for event in events {
        let row: [String; COLUMNS.len()] = [
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
        ];
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

fn or_empty(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A text that spreadsheets show and do not run.
/// OWASP, "CSV Injection": <https://owasp.org/www-community/attacks/CSV_Injection>.
fn no_formula(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

fn ndjson_of(events: Vec<UsageEvent>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for found in events {
        serde_json::to_writer(&mut text, &event(found))?;
        text.push(b'\n');
    }
    Ok(text)
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
