//! Reading the state of a batch. The first statement takes the locks; every other one comes after it, because a
//! statement that waited for a lock sees what was there before it waited.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use db::{Bulk, Column, Error, Result, Rows, Tx};
use types::{GrantId, HoldId, LineId, Microcredits, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::super::{
    Answer, CapSubject, CapSubjectKind, Claim, GrantSource, LineKind, Movement, Period, Receipt, Request,
    state::{
        Account, Cap, CapPeriod, CapUsage, ClaimChange, ClaimKey, Claimed, Closing, ExistingGrant, Grant,
        GrantChange, Hold, HoldChange, State, Usage,
    },
};

/// Locks and reads the accounts of the workspaces; those that do not exist are missing in the answer.
pub async fn accounts(
    tx: &mut Tx,
    workspaces: &HashSet<WorkspaceId>,
) -> Result<HashMap<WorkspaceId, Account>> {
    db::row! {
        struct Row {
            workspace_id: Uuid,
            available: i64,
            held: i64,
            seq: i64,
            config_epoch: i64,
        }
    }
    // PostgreSQL answers a locked row as it is after the wait, so the account itself may be read here.
    static ACCOUNTS: Bulk = Bulk::forked(
            "SELECT a.workspace_id, a.available, a.held, a.seq, a.config_epoch FROM {rows} CROSS JOIN accounts AS a
             WHERE a.workspace_id = input.workspace_id",
            "SELECT a.workspace_id, a.available, a.held, a.seq, a.config_epoch FROM {rows} CROSS JOIN accounts AS a
             WHERE a.workspace_id = input.workspace_id ORDER BY a.workspace_id FOR NO KEY UPDATE OF a",
            &[Column::Id("workspace_id")],
        );
    let rows = ACCOUNTS
        .fetch::<Row>(tx, &workspace_rows(workspaces.iter()), &[])
        .await?;
    let accounts = rows.into_iter().map(|row| {
        let account = Account {
            available: row.available,
            held: row.held,
            seq: row.seq,
            config_epoch: row.config_epoch,
            ..Account::default()
        };
        (WorkspaceId::from_uuid(row.workspace_id), account)
    });
    Ok(accounts.collect())
}

fn workspace_rows<'a>(workspaces: impl Iterator<Item = &'a WorkspaceId>) -> Rows {
    let mut rows = Rows::default();
    workspaces.for_each(|workspace| {
        rows.row().id(workspace.uuid());
    });
    rows
}

/// Reads everything else that the requests need.
pub async fn details(tx: &mut Tx, state: &mut State, requests: &[Request], now: Timestamp) -> Result<()> {
    let all = workspace_rows(state.accounts.keys());
    if all.is_empty() {
        return Ok(());
    }
    open_grants(tx, state, &all).await?;
    caps(tx, state, &all, now).await?;
    claims(tx, state, requests, now).await?;
    holds(tx, state, requests).await?;
    external_ids(tx, state, requests).await?;
    usages(tx, state, requests).await?;
    state.accounts.values_mut().for_each(Account::sort_grants);
    Ok(())
}

db::row! {
    struct GrantRow {
        workspace_id: Uuid,
        id: Uuid,
        source: String,
        amount: i64,
        remaining: i64,
        held: i64,
        priority: i64,
        effective_at: i64,
        activated_at: Option<i64>,
        expires_at: Option<i64>,
        created_at: i64,
    }
}

async fn open_grants(tx: &mut Tx, state: &mut State, all: &Rows) -> Result<()> {
    static OPEN: Bulk = Bulk::new(
            "SELECT g.workspace_id, g.id, g.source, g.amount, g.remaining, g.held, g.priority, g.effective_at,
                    g.activated_at, g.expires_at, g.created_at
             FROM {rows} CROSS JOIN grants AS g WHERE g.workspace_id = input.workspace_id AND g.closed_at IS NULL",
            &[Column::Id("workspace_id")],
        );
    let rows = OPEN.fetch::<GrantRow>(tx, all, &[]).await?;
    add_grants(state, rows)
}

fn add_grants(state: &mut State, rows: Vec<GrantRow>) -> Result<()> {
    for row in rows {
        let source = GrantSource::parse(&row.source).ok_or_else(|| Error::corrupt("grants", &row.source))?;
        let account = account(state, row.workspace_id)?;
        let id = GrantId::from_uuid(row.id);
        if account.grants.iter().any(|grant| grant.id == id) {
            continue;
        }
        let mut grant = Grant {
            id,
            source,
            amount: row.amount,
            remaining: row.remaining,
            held: row.held,
            priority: row.priority,
            effective_at: Timestamp::from_us(row.effective_at),
            activated_at: row.activated_at.map(Timestamp::from_us),
            expires_at: row.expires_at.map(Timestamp::from_us),
            created_at: Timestamp::from_us(row.created_at),
            was_open: false,
            change: GrantChange::None,
        };
        grant.was_open = grant.activated_at.is_some() && !grant.is_closed();
        account.grants.push(grant);
    }
    Ok(())
}

fn account(state: &mut State, workspace: Uuid) -> Result<&mut Account> {
    let account = state.accounts.get_mut(&WorkspaceId::from_uuid(workspace));
    account.ok_or_else(|| Error::corrupt("accounts", "a row of a workspace that was not asked for"))
}

async fn caps(tx: &mut Tx, state: &mut State, all: &Rows, now: Timestamp) -> Result<()> {
    db::row! {
        struct CapRow {
            workspace_id: Uuid,
            subject_kind: String,
            subject_id: Uuid,
            period: String,
            credits: i64,
        }
    }
    static CAPS: Bulk = Bulk::new(
        "SELECT c.workspace_id, c.subject_kind, c.subject_id, c.period, c.credits
             FROM {rows} CROSS JOIN caps AS c WHERE c.workspace_id = input.workspace_id",
        &[Column::Id("workspace_id")],
    );
    let rows = CAPS.fetch::<CapRow>(tx, all, &[]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    for row in rows {
        let cap = Cap {
            subject: subject(&row.subject_kind, row.subject_id)?,
            period: period(&row.period)?,
            limit: row.credits,
        };
        account(state, row.workspace_id)?.caps.push(cap);
    }
    cap_usage(tx, state, all, now).await
}

/// Of the current periods and the ones before, and wherever something is held: a hold may have been taken there.
async fn cap_usage(tx: &mut Tx, state: &mut State, all: &Rows, now: Timestamp) -> Result<()> {
    db::row! {
        struct UsageRow {
            workspace_id: Uuid,
            subject_kind: String,
            subject_id: Uuid,
            period: String,
            period_start: i64,
            used: i64,
            held: i64,
        }
    }
    static USAGE: Bulk = Bulk::new(
        "SELECT u.workspace_id, u.subject_kind, u.subject_id, u.period, u.period_start, u.used, u.held
             FROM {rows} CROSS JOIN cap_usage AS u WHERE u.workspace_id = input.workspace_id
               AND (u.held > 0 OR (u.period = 'day' AND u.period_start >= {1})
                    OR (u.period = 'month' AND u.period_start >= {2}))",
        &[Column::Id("workspace_id")],
    );
    let before = |period: Period| {
        period
            .start(period.start(now).minus(types::Duration::from_us(1)))
            .us()
    };
    let rows = USAGE
        .fetch::<UsageRow>(tx, all, &[before(Period::Day), before(Period::Month)])
        .await?;
    for row in rows {
        let key = CapPeriod {
            subject: subject(&row.subject_kind, row.subject_id)?,
            period: period(&row.period)?,
            start: Timestamp::from_us(row.period_start),
        };
        let usage = CapUsage {
            used: row.used,
            held: row.held,
            changed: false,
        };
        account(state, row.workspace_id)?.cap_usage.insert(key, usage);
    }
    Ok(())
}

pub(super) fn subject(kind: &str, id: Uuid) -> Result<CapSubject> {
    let kind = CapSubjectKind::parse(kind).ok_or_else(|| Error::corrupt("caps", kind))?;
    Ok(CapSubject { kind, id })
}

pub(super) fn period(text: &str) -> Result<Period> {
    Period::parse(text).ok_or_else(|| Error::corrupt("caps", text))
}

async fn claims(tx: &mut Tx, state: &mut State, requests: &[Request], now: Timestamp) -> Result<()> {
    db::row! {
        struct Row {
            workspace_id: Uuid,
            caller_id: Uuid,
            route: String,
            key: String,
            body_hash: Vec<u8>,
            status: Option<i64>,
            answer: Option<String>,
            reference_id: Option<Uuid>,
            charged: Option<i64>,
            kind: Option<String>,
            available_after: Option<i64>,
            held_after: Option<i64>,
        }
    }
    static CLAIMS: Bulk = Bulk::new(
            "SELECT k.workspace_id, k.caller_id, k.route, k.key, k.body_hash, k.status, k.answer, k.reference_id,
                    -(l.available_delta + l.held_delta) AS charged, l.kind, l.available_after, l.held_after
             FROM {rows} CROSS JOIN idempotency_keys AS k
             LEFT JOIN ledger_lines AS l ON l.workspace_id = k.workspace_id AND l.id = k.reference_id
             WHERE k.workspace_id = input.workspace_id AND k.caller_id = input.caller_id AND k.route = input.route
               AND k.key = input.key AND k.expires_at > {1}",
            &[Column::Id("workspace_id"), Column::Id("caller_id"), Column::Text("route"), Column::Text("key")],
        );
    let mut wanted = Rows::default();
    for request in requests {
        if let Some(claim) = &request.claim {
            let row = wanted.row().id(request.workspace.uuid()).id(claim.caller);
            row.text(claim.route.as_str()).text(claim.key.as_str());
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    for row in CLAIMS.fetch::<Row>(tx, &wanted, &[now.us()]).await? {
        let closes = row
            .kind
            .as_deref()
            .and_then(LineKind::parse)
            .is_some_and(LineKind::closes_a_call);
        let receipt = Receipt {
            line: LineId::from_uuid(row.reference_id.unwrap_or_default()),
            charged: Microcredits::new(row.charged.filter(|_| closes).unwrap_or(0)),
            available: Microcredits::new(row.available_after.unwrap_or(0)),
            held: Microcredits::new(row.held_after.unwrap_or(0)),
            // Kept with the answer: a grant for later has no line.
            grant: None,
            uncollected: false,
        };
        let answered = row.status.map(|status| {
            let status = u16::try_from(status).unwrap_or(super::super::INTERRUPTED_STATUS);
            (
                Answer {
                    status,
                    body: row.answer.unwrap_or_default(),
                },
                receipt,
            )
        });
        let body_hash = row
            .body_hash
            .try_into()
            .map_err(|_| Error::corrupt("idempotency_keys", "a hash of another length"))?;
        let key = ClaimKey {
            caller: row.caller_id,
            route: row.route,
            key: row.key,
        };
        let claimed = Claimed {
            body_hash,
            answered,
            change: ClaimChange::None,
        };
        account(state, row.workspace_id)?.claims.insert(key, claimed);
    }
    Ok(())
}

async fn holds(tx: &mut Tx, state: &mut State, requests: &[Request]) -> Result<()> {
    db::row! {
        struct Row {
            workspace_id: Uuid,
            id: Uuid,
            amount: i64,
            taken_at: i64,
            deadline: i64,
            call: String,
            claim: Option<String>,
            allocations: String,
            closing_id: Option<Uuid>,
            closing_kind: Option<String>,
            charged: Option<i64>,
        }
    }
    static HOLDS: Bulk = Bulk::new(
        "SELECT h.workspace_id, h.id, h.amount, h.taken_at, h.deadline, h.call, h.claim, h.allocations,
                    h.closing_id, l.kind AS closing_kind, -(l.available_delta + l.held_delta) AS charged
             FROM {rows} CROSS JOIN holds AS h
             LEFT JOIN ledger_lines AS l ON l.workspace_id = h.workspace_id AND l.id = h.closing_id
             WHERE h.workspace_id = input.workspace_id AND h.id = input.id",
        &[Column::Id("workspace_id"), Column::Id("id")],
    );
    let mut wanted = Rows::default();
    for request in requests {
        if let Movement::Post { hold, .. } | Movement::Void { hold, .. } = &request.movement {
            wanted.row().id(request.workspace.uuid()).id(hold.uuid());
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let corrupt = |error: serde_json::Error| Error::corrupt("holds", error);
    for row in HOLDS.fetch::<Row>(tx, &wanted, &[]).await? {
        let claim = row
            .claim
            .as_deref()
            .map(serde_json::from_str::<Claim>)
            .transpose()
            .map_err(corrupt)?;
        let closing = row.closing_id.map(LineId::from_uuid);
        let kind = row.closing_kind.as_deref().and_then(LineKind::parse);
        let hold = Hold {
            amount: row.amount,
            taken_at: Timestamp::from_us(row.taken_at),
            deadline: Timestamp::from_us(row.deadline),
            call: Arc::new(serde_json::from_str(&row.call).map_err(corrupt)?),
            claim,
            allocations: serde_json::from_str(&row.allocations).map_err(corrupt)?,
            closing: closing.zip(kind).map(|(line, kind)| Closing {
                line,
                kind,
                charged: row.charged.unwrap_or(0),
            }),
            change: HoldChange::None,
        };
        account(state, row.workspace_id)?
            .holds
            .insert(HoldId::from_uuid(row.id), hold);
    }
    Ok(())
}

async fn external_ids(tx: &mut Tx, state: &mut State, requests: &[Request]) -> Result<()> {
    db::row! {
        struct Row {
            workspace_id: Uuid,
            id: Uuid,
            source: String,
            amount: i64,
            external_id: String,
        }
    }
    static EXTERNAL: Bulk = Bulk::new(
        "SELECT g.workspace_id, g.id, g.source, g.amount, g.external_id FROM {rows} CROSS JOIN grants AS g
             WHERE g.workspace_id = input.workspace_id AND g.external_id = input.external_id",
        &[Column::Id("workspace_id"), Column::Text("external_id")],
    );
    let mut wanted = Rows::default();
    for request in requests {
        if let Movement::Grant(grant) = &request.movement
            && let Some(external_id) = &grant.external_id
        {
            wanted
                .row()
                .id(request.workspace.uuid())
                .text(external_id.as_str());
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    for row in EXTERNAL.fetch::<Row>(tx, &wanted, &[]).await? {
        let source = GrantSource::parse(&row.source).ok_or_else(|| Error::corrupt("grants", &row.source))?;
        let existing = ExistingGrant {
            id: GrantId::from_uuid(row.id),
            source,
            amount: row.amount,
        };
        account(state, row.workspace_id)?
            .external_ids
            .insert(row.external_id, existing);
    }
    Ok(())
}

/// The calls that shall be refunded, with the grants they came from, open or closed. One that moved nothing has none.
async fn usages(tx: &mut Tx, state: &mut State, requests: &[Request]) -> Result<()> {
    db::row! {
        struct Row {
            workspace_id: Uuid,
            id: Uuid,
            grant_id: Option<Uuid>,
            charged: i64,
            refunded: i64,
        }
    }
    static USAGES: Bulk = Bulk::new(
            "SELECT l.workspace_id, l.id, COALESCE(l.grant_id, a.grant_id) AS grant_id,
                    COALESCE(-(a.remaining_delta + a.held_delta), -(l.available_delta + l.held_delta)) AS charged,
                    (SELECT COUNT(*) FROM ledger_lines AS r WHERE r.workspace_id = l.workspace_id
                       AND r.related_id = l.id AND r.kind = 'refund') AS refunded
             FROM {rows} CROSS JOIN ledger_lines AS l
             LEFT JOIN line_allocations AS a ON a.workspace_id = l.workspace_id AND a.line_id = l.id
             WHERE l.workspace_id = input.workspace_id AND l.id = input.id AND l.kind IN ('charge', 'post')",
            &[Column::Id("workspace_id"), Column::Id("id")],
        );
    static GRANTS: Bulk = Bulk::new(
            "SELECT g.workspace_id, g.id, g.source, g.amount, g.remaining, g.held, g.priority, g.effective_at,
                    g.activated_at, g.expires_at, g.created_at
             FROM {rows} CROSS JOIN grants AS g WHERE g.workspace_id = input.workspace_id AND g.id = input.id",
            &[Column::Id("workspace_id"), Column::Id("id")],
        );
    let mut wanted = Rows::default();
    for request in requests {
        if let Movement::Refund { of } = request.movement {
            wanted.row().id(request.workspace.uuid()).id(of.uuid());
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let mut grants = Rows::default();
    for row in USAGES.fetch::<Row>(tx, &wanted, &[]).await? {
        let usages = &mut account(state, row.workspace_id)?.usages;
        let usage = usages.entry(LineId::from_uuid(row.id)).or_insert(Usage {
            charged: 0,
            allocations: Vec::new(),
            refunded: row.refunded > 0,
        });
        usage.charged += row.charged;
        if let Some(grant) = row.grant_id {
            usage.allocations.push((GrantId::from_uuid(grant), row.charged));
            grants.row().id(row.workspace_id).id(grant);
        }
    }
    if grants.is_empty() {
        return Ok(());
    }
    let rows = GRANTS.fetch::<GrantRow>(tx, &grants, &[]).await?;
    add_grants(state, rows)
}
