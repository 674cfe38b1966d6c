//! Flows: what they are called, their drafts, and a look at definitions.

pub mod deployments;
pub mod versions;

use api::{
    List,
    flows::{
        Checked, DefinitionBody, Draft, Flow, FlowCreate, FlowRestore, FlowSummary, FlowUpdate, FlowsQuery,
        LastRun, LiveIn, SavedDraft,
    },
};
use axum::{extract::State, response::Response};
use domain::flows::{self, FlowFilter, FlowPatch, FlowRef, FlowView, NewFlow, Retention, Severity, Source};

use types::Slug;

use super::credits::actor;
use crate::{
    AppState,
    answer::{self, Created, Tagged},
    extract::{Fields, IfMatch, InWorkspace, Json, JsonOrNothing, Once, Path, Query, page, parsed_parameter},
    openapi::{IdempotencyHeader, IfMatchHeader, WorkspaceHeader, problems},
    problem::{Result, finding},
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the flows of the workspace, the newest first.
#[utoipa::path(
    get, path = "/v1/flows", operation_id = "flows_list", tag = "flows", params(WorkspaceHeader, FlowsQuery),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "A page of them.", body = List<Flow>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<FlowsQuery>,
) -> Result<answer::Json<List<Flow>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = FlowFilter {
        environment: parsed_parameter("environment", query.environment.as_deref())?,
        search: query.search,
        deleted: query.deleted,
    };
    let page = flows::list(&app.services, &caller, &filter, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(page, |flow| to_wire(flow, None))))
}

problems!(
    CreateProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT] + [SlugTaken, LimitReached, InvalidDefinition]
);

/// Make a flow.
#[utoipa::path(
    post, path = "/v1/flows", operation_id = "flows_create", tag = "flows",
    params(WorkspaceHeader, IdempotencyHeader), request_body = FlowCreate,
    security(("session" = []), ("api_key" = [])),
    responses((status = 201, description = "It is made.", body = Flow), CreateProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    once: Once,
    Json(body): Json<FlowCreate>,
) -> Result<Response> {
    let new = new_flow(&body)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let view = flows::create(&app.services, &caller, new).await?;
        Ok(Created {
            location: format!("/v1/flows/{}", view.flow.id),
            revision: Some(view.flow.revision()),
            body: view_to_wire(view),
        })
    })
    .await
}

fn new_flow(body: &FlowCreate) -> Result<NewFlow> {
    let mut fields = Fields::new();
    let name = fields.parse("/name", &body.name);
    let slug = fields.parse_optional("/slug", body.slug.as_deref());
    let description = fields.parse_optional("/description", body.description.as_deref());
    let definition = match &body.definition {
        Some(definition) => source(&mut fields, definition).map(Some),
        None => Some(None),
    };
    fields.finish(|| {
        Some(NewFlow {
            name: name?,
            slug: slug?,
            description: description?.unwrap_or_default(),
            definition: definition?,
        })
    })
}

/// The text of a definition that came as text or as an object.
pub(super) fn source(fields: &mut Fields, definition: &serde_json::Value) -> Option<Source> {
    let source = match definition {
        serde_json::Value::String(text) => Source::from_text(text.clone()),
        serde_json::Value::Object(_) => Source::from_json(definition),
        _ => {
            fields.refuse("/definition", "invalid", "must be YAML text or a JSON object");
            return None;
        }
    };
    source
        .map_err(|error| fields.refuse("/definition", "invalid", error))
        .ok()
}

problems!(ViewProblems = [CREDENTIAL, CALLER]);

/// View a flow with the text of its draft.
#[utoipa::path(
    get, path = "/v1/flows/{flow}", operation_id = "flows_view", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "The flow.", body = Flow), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
) -> Result<Tagged<Flow>> {
    let view = flows::view(&app.services, &caller, &flow).await?;
    Ok(tagged(view))
}

problems!(UpdateProblems = [CREDENTIAL, CALLER, BODY, IF_MATCH, IDEMPOTENT] + [FlowNotAllowed, SlugTaken]);

/// Change a flow. What is absent stays as it is. The `ETag` is that of what can be changed here: not of its draft.
#[utoipa::path(
    patch, path = "/v1/flows/{flow}", operation_id = "flows_update", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, IfMatchHeader, IdempotencyHeader),
    request_body = FlowUpdate, security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "As it is now.", body = Flow), UpdateProblems),
)]
pub async fn update(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    IfMatch(if_revision): IfMatch,
    once: Once,
    Json(body): Json<FlowUpdate>,
) -> Result<Response> {
    let patch = flow_patch(&body, if_revision)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let view = flows::update(&app.services, &caller, &flow, patch).await?;
        Ok(tagged(view))
    })
    .await
}

fn flow_patch(body: &FlowUpdate, if_revision: Option<i64>) -> Result<FlowPatch> {
    let mut fields = Fields::new();
    let name = fields.parse_optional("/name", body.name.as_deref());
    let slug = fields.parse_optional("/slug", body.slug.as_deref());
    let description = fields.parse_optional("/description", body.description.as_deref());
    let retention = match body.retention.as_deref() {
        Some(text) => fields
            .word("/retention", text, Retention::ALL, Retention::as_str)
            .map(Some),
        None => Some(None),
    };
    if body
        .price_permille
        .is_some_and(|permille| !(0..=flows::PRICE_PERMILLE_MAX).contains(&permille))
    {
        fields.refuse("/price_permille", "invalid", "must be between 0 and 1,000,000");
    }
    if body
        .retention_days
        .is_some_and(|days| !(1..=flows::RETENTION_DAYS_MAX).contains(&days))
    {
        fields.refuse("/retention_days", "invalid", "must be between 1 and 3,650");
    }
    fields.finish(|| {
        Some(FlowPatch {
            name: name?,
            slug: slug?,
            description: description?,
            price_permille: body.price_permille,
            retention: retention?,
            retention_days: body.retention_days,
            if_revision,
        })
    })
}

problems!(DeleteProblems = [CREDENTIAL, CALLER, IDEMPOTENT] + [FlowNotAllowed]);

/// Delete a flow. It is not live anywhere from the answer on, and can be restored for 30 days.
#[utoipa::path(
    delete, path = "/v1/flows/{flow}", operation_id = "flows_delete", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, IdempotencyHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "As it was left.", body = Flow), DeleteProblems),
)]
pub async fn delete(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&caller).into(), async move {
        Ok(answer::Json(to_wire(
            flows::delete(&app.services, &caller, &flow).await?,
            None,
        )))
    })
    .await
}

problems!(
    RestoreProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT] + [FlowNotAllowed, SlugTaken, LimitReached]
);

/// Restore a flow that was deleted less than 30 days ago. It is live nowhere until it is deployed again.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/restore", operation_id = "flows_restore", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, IdempotencyHeader),
    request_body = FlowRestore, security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "As it is again.", body = Flow), RestoreProblems),
)]
pub async fn restore(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    once: Once,
    JsonOrNothing(body): JsonOrNothing<FlowRestore>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let slug: Option<Option<Slug>> = fields.parse_optional("/slug", body.slug.as_deref());
    let slug = fields.finish(|| slug)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let view = flows::restore(&app.services, &caller, &flow, slug.as_ref()).await?;
        Ok(tagged(view))
    })
    .await
}

problems!(DraftProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT] + [FlowNotAllowed, VersionConflict]);

/// Save the draft. It may be anything: what keeps it from being a version is in the answer.
#[utoipa::path(
    put, path = "/v1/flows/{flow}/draft", operation_id = "flow_draft_save", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader, IfMatchHeader, IdempotencyHeader),
    request_body = DefinitionBody, security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "It is kept.", body = SavedDraft), DraftProblems),
)]
pub async fn save_draft(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    IfMatch(from): IfMatch,
    once: Once,
    Json(body): Json<DefinitionBody>,
) -> Result<Response> {
    let source = definition(&body)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let saved = flows::save_draft(&app.services, &caller, &flow, &source, from).await?;
        let findings = saved.findings.into_iter().map(finding).collect();
        Ok(Tagged(
            saved.revision,
            SavedDraft {
                revision: saved.revision,
                findings,
            },
        ))
    })
    .await
}

fn definition(body: &DefinitionBody) -> Result<Source> {
    let mut fields = Fields::new();
    let source = source(&mut fields, &body.definition);
    fields.finish(|| source)
}

problems!(CheckProblems = [CREDENTIAL, CALLER, BODY]);

/// Look at a definition without saving it: all findings, and what the flow would do.
#[utoipa::path(
    post, path = "/v1/flows/{flow}/check", operation_id = "flow_check", tag = "flows",
    params(("flow" = String, Path, description = "Id or slug."), WorkspaceHeader), request_body = DefinitionBody,
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "What was found.", body = Checked), CheckProblems),
)]
pub async fn check(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(flow): Path<FlowRef>,
    Json(body): Json<DefinitionBody>,
) -> Result<answer::Json<Checked>> {
    let checked = flows::check(&app.services, &caller, &flow, &definition(&body)?).await?;
    let has_errors = checked
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(answer::Json(Checked {
        valid: !has_errors,
        findings: checked.findings.into_iter().map(finding).collect(),
        summary: checked.summary.map(|summary| FlowSummary {
            outside_effects: summary.outside_effects,
            outside_calls_max: summary.outside_calls_max,
            variables: summary.variables,
            secrets: summary.secrets,
            tasks: summary.tasks,
        }),
    }))
}

fn tagged(view: FlowView) -> Tagged<Flow> {
    Tagged(view.flow.revision(), view_to_wire(view))
}

/// A flow with the text of its draft in the words of the wire.
pub fn view_to_wire(view: FlowView) -> Flow {
    to_wire(view.flow, view.draft)
}

/// A flow in the words of the wire, with the text of its draft where that is wanted.
fn to_wire(flow: flows::Flow, draft: Option<String>) -> Flow {
    Flow {
        id: flow.id,
        slug: flow.slug,
        name: flow.name,
        description: flow.description,
        draft: flow.draft.map(|mark| Draft {
            revision: mark.revision,
            definition: draft,
            saved_by: actor(mark.saved_by),
            saved_at: mark.saved_at,
        }),
        draft_revision: flow.draft_revision,
        latest_version: flow.latest_version,
        live: live(flow.live),
        last_run: flow.last_run.map(|run| LastRun {
            id: run.id,
            state: run.state.as_str(),
            started_at: run.started_at,
        }),
        price_permille: flow.price_permille,
        retention: flow.retention.as_str(),
        retention_days: flow.retention_days,
        created_by: actor(flow.created_by),
        created_at: flow.created_at,
        updated_at: flow.updated_at,
        deleted_at: flow.deleted_at,
    }
}

fn live(live: Vec<flows::LiveIn>) -> Vec<LiveIn> {
    let places = live.into_iter().map(|place| LiveIn {
        environment: place.environment,
        environment_name: place.name,
        version: place.version,
        since: place.since,
    });
    places.collect()
}
