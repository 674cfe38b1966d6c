//! What a workspace has: the balance, its grants, its ledger.

pub mod export;

use api::{
    Actor, List, PageQuery,
    credits::{Balance, Grant, LedgerLine, LedgerQuery, NextExpiry},
};
use axum::extract::State;
use domain::{
    access,
    credits::{self, GrantView, LineKind, LineView},
};

use crate::{
    AppState, answer,
    extract::{InWorkspace, Query, page, word_parameter},
    openapi::{WorkspaceHeader, problems},
    problem::Result,
};

problems!(ReadProblems = [CREDENTIAL, CALLER]);

/// The balance.
#[utoipa::path(
    get, path = "/v1/credits", operation_id = "credits_view", tag = "credits", params(WorkspaceHeader),
    responses((status = 200, description = "What the workspace can spend.", body = Balance), ReadProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
) -> Result<answer::Json<Balance>> {
    Ok(answer::Json(balance(
        credits::balance(&app.services, &caller).await?,
    )))
}

/// The grants, the newest first.
#[utoipa::path(
    get, path = "/v1/credits/grants", operation_id = "grants_list", tag = "credits", params(WorkspaceHeader, PageQuery),
    responses((status = 200, description = "What the balance is made of, and what it was.", body = List<Grant>), ReadProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn grants(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<PageQuery>,
) -> Result<answer::Json<List<Grant>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let found = credits::grants(&app.services, &caller, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(found, grant)))
}

/// The ledger, the newest line first.
#[utoipa::path(
    get, path = "/v1/credits/ledger", operation_id = "ledger_list", tag = "credits", params(WorkspaceHeader, LedgerQuery),
    responses((status = 200, description = "Every movement of credits.", body = List<LedgerLine>), ReadProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn ledger(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<LedgerQuery>,
) -> Result<answer::Json<List<LedgerLine>>> {
    let kind = word_parameter("kind", query.kind.as_deref(), LineKind::ALL, LineKind::as_str)?;
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let found = credits::ledger(&app.services, &caller, kind, cursor.as_ref(), limit).await?;
    Ok(answer::Json(List::from_page(found, line)))
}

/// A balance on the wire.
pub fn balance(found: credits::Balance) -> Balance {
    let by_source = found.by_source.into_iter();
    Balance {
        available: found.available,
        held: found.held,
        by_source: by_source
            .map(|(source, credits)| (source.as_str(), credits))
            .collect(),
        next_expiry: found.next_expiry.map(|(at, credits)| NextExpiry { at, credits }),
    }
}

/// A grant on the wire.
pub fn grant(found: GrantView) -> Grant {
    Grant {
        id: found.id,
        source: found.source.as_str(),
        credits: found.amount,
        remaining: found.remaining,
        held: found.held,
        priority: found.priority,
        effective_at: found.effective_at,
        expires_at: found.expires_at,
        external_id: found.external_id,
        note: found.note,
        created_by: actor(found.created_by),
        created_at: found.created_at,
    }
}

fn line(found: LineView) -> LedgerLine {
    LedgerLine {
        id: found.id,
        seq: found.seq,
        kind: found.kind.as_str(),
        available_delta: found.available_delta,
        held_delta: found.held_delta,
        available_after: found.available_after,
        held_after: found.held_after,
        grant: found.grant,
        related: found.related,
        usage: found.kind.closes_a_call().then(|| found.id.cast()),
        actor: actor(found.actor),
        at: found.at,
        note: found.note,
    }
}

/// An actor on the wire.
pub fn actor(found: access::Actor) -> Actor {
    Actor {
        kind: found.kind(),
        id: match found {
            access::Actor::User(id) => Some(id.to_string()),
            access::Actor::ApiKey(id) => Some(id.to_string()),
            access::Actor::ServiceToken(id) => Some(id.to_string()),
            access::Actor::System => None,
        },
    }
}
