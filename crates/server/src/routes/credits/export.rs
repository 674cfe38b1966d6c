//! The ledger as a file, with everything that the list has.

use api::credits::LedgerExportQuery;
use axum::{extract::State, response::Response};
use domain::{
    access::Caller,
    credits::{self, LineKind, LineView},
};
use types::{Cursor, Page, RequestId};

use super::line;
use crate::{
    AppState,
    extract::{InWorkspace, Query, word_parameter},
    openapi::{WorkspaceHeader, problems},
    problem::Result,
    routes::export::{Export, Format, PAGE_LIMIT, file, no_formula, or_empty},
};

problems!(ExportProblems = [CREDENTIAL, CALLER]);

/// The ledger as a file, the newest line first.
///
/// In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(
    get, path = "/v1/credits/ledger/export", operation_id = "ledger_export", tag = "credits",
    params(WorkspaceHeader, LedgerExportQuery),
    responses(
        (status = 200, description = "The file; with `format=ndjson` a line of the ledger on each line.", content(
            (String = "text/csv"), (String = "application/x-ndjson"),
        )),
        ExportProblems,
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn export(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<LedgerExportQuery>,
) -> Result<Response> {
    let format = Format::of_parameter(&query.format)?;
    let kind = word_parameter("kind", query.kind.as_deref(), LineKind::ALL, LineKind::as_str)?;
    file(Ledger { app, caller, kind }, format).await
}

/// What is exported, to whom.
struct Ledger {
    app: AppState,
    caller: Caller,
    kind: Option<LineKind>,
}

impl Export for Ledger {
    const NAME: &'static str = "ledger";
    const COLUMNS: &'static [&'static str] = &[
        "seq",
        "id",
        "at",
        "kind",
        "available_delta",
        "held_delta",
        "available_after",
        "held_after",
        "grant",
        "related",
        "usage",
        "actor_kind",
        "actor",
        "note",
    ];
    type Item = LineView;
    type Line = api::credits::LedgerLine;
    type Error = credits::Error;

    async fn page(&self, cursor: Option<&Cursor>) -> Result<Page<LineView>, credits::Error> {
        credits::ledger(&self.app.services, &self.caller, self.kind, cursor, PAGE_LIMIT).await
    }

    fn cells(found: LineView) -> Vec<String> {
        let line = line(found);
        vec![
            line.seq.to_string(),
            line.id.to_string(),
            line.at.to_string(),
            line.kind.to_owned(),
            line.available_delta.to_string(),
            line.held_delta.to_string(),
            line.available_after.to_string(),
            line.held_after.to_string(),
            or_empty(line.grant),
            or_empty(line.related),
            or_empty(line.usage),
            line.actor.kind.to_owned(),
            or_empty(line.actor.id),
            no_formula(line.note.unwrap_or_default()),
        ]
    }

    fn line(found: LineView) -> api::credits::LedgerLine {
        line(found)
    }

    fn request_id(&self) -> RequestId {
        self.caller.origin.request_id
    }
}
