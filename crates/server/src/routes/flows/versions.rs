//! Versions of a flow: immutable, numbered.

use api::{
    List, PageQuery,
    flows::{FlowVersion, FlowVersionCreate},
};
use axum::{extract::State, response::Response};
use domain::flows::{self, FlowRef, NewVersion, Version, VersionView};
use serde_json::value::RawValue;

use crate::{
    AppState,
    answer::{self, Created, Tagged},
    extract::{Fields, IfMatch, InWorkspace, Json, Once, Path, Query, page},
    openapi::{IdempotencyHeader, IfMatchHeader, WorkspaceHeader, problems},
    problem::Result,
    routes::credits::actor,
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the versions of a flow, the newest first.
#[utoipa::path(
    get, path = "/v1/flows/{flow}/versions", operation_id = "flow_versions_list", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, PageQuery),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "A page of them.", body = List<FlowVersion>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    Query(query): Query<PageQuery>,
) -> Result<answer::Json<List<FlowVersion>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let page = flows::list_versions(&app.services, &caller, &flow, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(page, |version| {
        to_wire(version, None)
    })))
}

problems!(
    SaveProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT]
        + [FlowNotAllowed, InvalidDefinition, Unchanged, VersionConflict]
);

/// Save a version. With `If-Match` it is saved only if nobody has saved since the version of that number.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/versions", operation_id = "flow_versions_create", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, IfMatchHeader, IdempotencyHeader),
    request_body = FlowVersionCreate, security(("session" = []), ("api_key" = [])),
    responses((status = 201, description = "It is saved.", body = FlowVersion), SaveProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    IfMatch(if_match): IfMatch,
    once: Once,
    Json(body): Json<FlowVersionCreate>,
) -> Result<Response> {
    let new = new_version(&body, if_match)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let view = flows::save_version(&app.services, &caller, &flow, new).await?;
        let location = format!("/v1/flows/{}/versions/{}", view.version.flow, view.version.number);
        Ok(Created {
            location,
            revision: Some(view.version.number),
            body: view_to_wire(view),
        })
    })
    .await
}

fn new_version(body: &FlowVersionCreate, if_match: Option<i64>) -> Result<NewVersion> {
    let mut fields = Fields::new();
    let source = super::source(&mut fields, &body.definition);
    let comment = fields.parse_optional("/comment", body.comment.as_deref());
    let label = fields.parse_optional("/label", body.label.as_deref());
    fields.finish(|| {
        Some(NewVersion {
            source: source?,
            comment: comment?.unwrap_or_default(),
            label: label?.unwrap_or_default(),
            if_match,
        })
    })
}

problems!(ViewProblems = [CREDENTIAL, CALLER]);

/// View a version with its text.
#[utoipa::path(
    get, path = "/v1/flows/{flow}/versions/{number}", operation_id = "flow_versions_view", tag = "flows",
    params(
        ("flow" = String, Path, description = "Id or slug."),
        ("number" = i64, Path, description = "From 1."), WorkspaceHeader,
    ),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "The version.", body = FlowVersion), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path((flow, number)): Path<(FlowRef, i64)>,
) -> Result<Tagged<FlowVersion>> {
    let view = flows::view_version(&app.services, &caller, &flow, number).await?;
    Ok(Tagged(number, view_to_wire(view)))
}

fn view_to_wire(view: VersionView) -> FlowVersion {
    to_wire(view.version, Some((view.source, view.definition)))
}

fn to_wire(version: Version, texts: Option<(String, String)>) -> FlowVersion {
    let (definition, canonical) = texts.unzip();
    FlowVersion {
        id: version.id,
        flow: version.flow,
        number: version.number,
        comment: version.comment,
        label: version.label,
        author: actor(version.author),
        created_at: version.created_at,
        live: super::live(version.live),
        definition,
        canonical: canonical.and_then(|text| RawValue::from_string(text).ok()),
    }
}
