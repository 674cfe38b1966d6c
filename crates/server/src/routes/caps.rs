//! Caps: who may spend how much in a day or a month.

use api::{
    List, ProblemCode,
    caps::{Cap, CapQuery, CapSet},
};
use axum::{extract::State, response::Response};
use domain::{
    access::Caller,
    credits::{self, CapSubject, CapSubjectKind, CapView, Period},
};
use types::Microcredits;
use uuid::Uuid;

use crate::{
    AppState,
    answer::{self, NoContent},
    extract::{Fields, InWorkspace, Json, Once, Query, needed_word_parameter},
    openapi::{IdempotencyHeader, WorkspaceHeader, problems},
    problem::{Failure, Result, wrong_parameter},
};

problems!(ReadProblems = [CREDENTIAL, CALLER]);
problems!(SetProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT]);
problems!(RemoveProblems = [CREDENTIAL, CALLER, IDEMPOTENT]);

/// List all caps, whole, with what is used of them.
#[utoipa::path(
    get, path = "/v1/caps", operation_id = "caps_list", tag = "credits", params(WorkspaceHeader),
    responses((status = 200, description = "By subject.", body = List<Cap>), ReadProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
) -> Result<answer::Json<List<Cap>>> {
    let found = credits::caps(&app.services, &caller).await?;
    Ok(answer::Json(List::whole(found, cap)))
}

/// Set a cap, or change it.
///
/// In the middle of a period it starts from what the period has used so far.
#[utoipa::path(
    put, path = "/v1/caps", operation_id = "caps_set", tag = "credits",
    params(WorkspaceHeader, IdempotencyHeader), request_body = CapSet,
    responses((status = 200, description = "The cap as it holds now.", body = Cap), SetProblems),
    security(("session" = [])),
)]
pub async fn set(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    once: Once,
    Json(body): Json<CapSet>,
) -> Result<Response> {
    let (subject, period, limit) = wanted(&caller, &body)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let set = credits::set_cap(&app.services, &caller, subject, period, limit).await?;
        Ok(answer::Json(cap(set)))
    })
    .await
}

fn wanted(caller: &Caller, body: &CapSet) -> Result<(CapSubject, Period, Microcredits)> {
    let mut fields = Fields::new();
    let kind = fields.word(
        "/subject_kind",
        &body.subject_kind,
        CapSubjectKind::ALL,
        CapSubjectKind::as_str,
    );
    let id = match (kind, &body.subject_id) {
        (Some(kind), Some(text)) => match kind.parse_id(text) {
            Ok(id) => Some(Some(id)),
            Err(error) => {
                fields.refuse("/subject_id", "invalid", error);
                None
            }
        },
        _ => Some(None),
    };
    let period = fields.word("/period", &body.period, Period::ALL, Period::as_str);
    let limit = fields.parse("/credits", &body.credits);
    let (kind, id, period, limit) = fields.finish(|| Some((kind?, id?, period?, limit?)))?;
    Ok((credits::subject(caller, kind, id)?, period, limit))
}

/// Remove a cap.
#[utoipa::path(
    delete, path = "/v1/caps", operation_id = "caps_remove", tag = "credits",
    params(WorkspaceHeader, CapQuery, IdempotencyHeader),
    responses((status = 204, description = "It holds no more."), RemoveProblems),
    security(("session" = [])),
)]
pub async fn remove(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    once: Once,
    Query(query): Query<CapQuery>,
) -> Result<Response> {
    let kind = needed_word_parameter(
        "subject_kind",
        &query.subject_kind,
        CapSubjectKind::ALL,
        CapSubjectKind::as_str,
    )?;
    let period = needed_word_parameter("period", &query.period, Period::ALL, Period::as_str)?;
    let id = subject_parameter(kind, query.subject_id.as_deref())?;
    let subject = credits::subject(&caller, kind, id)?;
    once.run(&app.clone(), (&caller).into(), async move {
        credits::remove_cap(&app.services, &caller, subject, period).await?;
        Ok(NoContent)
    })
    .await
}

fn subject_parameter(kind: CapSubjectKind, text: Option<&str>) -> Result<Option<Uuid>> {
    let wrong = |code, message: &str| {
        Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter("subject_id", code, message))
    };
    match text {
        Some(text) => kind
            .parse_id(text)
            .map(Some)
            .map_err(|error| wrong("invalid", &error.to_string())),
        None if kind == CapSubjectKind::Workspace => Ok(None),
        None => Err(wrong("missing", "must be given")),
    }
}

fn cap(found: CapView) -> Cap {
    Cap {
        subject_kind: found.subject.kind.as_str(),
        subject_id: found.subject.to_string(),
        period: found.period.as_str(),
        credits: found.limit,
        used: found.used,
        held: found.held,
        resets_at: found.resets_at,
    }
}
