//! Single statements on accounts, grants and lines.

use db::{Error, Result, Tx, all, execute, one_value, optional, optional_value};
use types::{GrantId, HoldId, LineId, Microcredits, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::super::{GrantSource, GrantView, LineKind, LineView};
use crate::access::Actor;

pub async fn insert_account(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO accounts (workspace_id, available, held, seq, config_epoch, verified_seq)
         VALUES ($1, 0, 0, 0, 1, 0)",
        workspace.uuid()
    )?;
    Ok(())
}

pub async fn raise_config_epoch(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "UPDATE accounts SET config_epoch = config_epoch + 1 WHERE workspace_id = $1 RETURNING config_epoch",
        workspace.uuid()
    )
}

pub async fn config_epoch(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT config_epoch FROM accounts WHERE workspace_id = $1",
        workspace.uuid()
    )
}

#[derive(sqlx::FromRow)]
pub struct AccountRow {
    pub available: i64,
    pub held: i64,
}

pub async fn account(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<AccountRow>> {
    optional!(
        tx,
        AccountRow,
        "SELECT available, held FROM accounts WHERE workspace_id = $1",
        workspace.uuid()
    )
}

/// Is there a grant that should have become effective or expired?
pub async fn anything_due(tx: &mut Tx, workspace: WorkspaceId, now: Timestamp) -> Result<bool> {
    let due = one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM grants WHERE workspace_id = $1 AND closed_at IS NULL
           AND ((activated_at IS NULL AND effective_at <= $2) OR (expires_at <= $2 AND remaining > 0))",
        workspace.uuid(),
        now.us()
    )?;
    Ok(due > 0)
}

/// The workspaces in which a grant should have become effective or expired.
pub async fn due_all_workspaces(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let rows = all!(
        tx,
        (Uuid,),
        "SELECT DISTINCT workspace_id FROM grants WHERE closed_at IS NULL
           AND ((activated_at IS NULL AND effective_at <= $1) OR (expires_at <= $1 AND remaining > 0)) LIMIT $2",
        now.us(),
        limit
    )?;
    Ok(rows.into_iter().map(|(workspace,)| workspace).collect())
}

/// Holds whose deadline has passed.
pub async fn forgotten_holds_all_workspaces(
    tx: &mut Tx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>> {
    all!(
        tx,
        (Uuid, Uuid),
        "SELECT workspace_id, id FROM holds WHERE closed_at IS NULL AND deadline < $1 ORDER BY deadline LIMIT $2",
        now.us(),
        limit
    )
}

pub struct SpendableGrant {
    pub source: GrantSource,
    pub remaining: Microcredits,
    pub expires_at: Option<Timestamp>,
}

pub async fn spendable_grants(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<SpendableGrant>> {
    let rows = all!(
        tx,
        (String, i64, Option<i64>),
        "SELECT source, remaining, expires_at FROM grants
         WHERE workspace_id = $1 AND closed_at IS NULL AND remaining > 0",
        workspace.uuid()
    )?;
    rows.into_iter()
        .map(|(source, remaining, expires_at)| {
            Ok(SpendableGrant {
                source: parse_source(&source)?,
                remaining: Microcredits::new(remaining),
                expires_at: expires_at.map(Timestamp::from_us),
            })
        })
        .collect()
}

fn parse_source(text: &str) -> Result<GrantSource> {
    GrantSource::parse(text).ok_or_else(|| Error::corrupt("grants", text))
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    id: Uuid,
    source: String,
    amount: i64,
    remaining: i64,
    held: i64,
    priority: i64,
    effective_at: i64,
    expires_at: Option<i64>,
    external_id: Option<String>,
    note: String,
    created_kind: String,
    created_by: Option<Uuid>,
    created_at: i64,
}

impl GrantRow {
    fn view(self) -> Result<GrantView> {
        Ok(GrantView {
            id: GrantId::from_uuid(self.id),
            source: parse_source(&self.source)?,
            amount: Microcredits::new(self.amount),
            remaining: Microcredits::new(self.remaining),
            held: Microcredits::new(self.held),
            priority: self.priority,
            effective_at: Timestamp::from_us(self.effective_at),
            expires_at: self.expires_at.map(Timestamp::from_us),
            external_id: self.external_id,
            note: self.note,
            created_by: Actor::from_columns(&self.created_kind, self.created_by),
            created_at: Timestamp::from_us(self.created_at),
        })
    }
}

pub async fn grants(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<GrantView>> {
    let rows = all!(
        tx,
        GrantRow,
        "SELECT id, source, amount, remaining, held, priority, effective_at, expires_at, external_id, note,
                created_kind, created_by, created_at
         FROM grants WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        workspace.uuid(),
        before.unwrap_or(Uuid::max()),
        limit
    )?;
    rows.into_iter().map(GrantRow::view).collect()
}

pub async fn grant(tx: &mut Tx, workspace: WorkspaceId, id: GrantId) -> Result<Option<GrantView>> {
    let row = optional!(
        tx,
        GrantRow,
        "SELECT id, source, amount, remaining, held, priority, effective_at, expires_at, external_id, note,
                created_kind, created_by, created_at
         FROM grants WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        id.uuid()
    )?;
    row.map(GrantRow::view).transpose()
}

#[derive(sqlx::FromRow)]
struct LineRow {
    seq: i64,
    id: Uuid,
    kind: String,
    available_delta: i64,
    held_delta: i64,
    available_after: i64,
    held_after: i64,
    grant_id: Option<Uuid>,
    related_id: Option<Uuid>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    at: i64,
    note: Option<String>,
}

pub async fn lines(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kind: Option<LineKind>,
    before: i64,
    limit: i64,
) -> Result<Vec<LineView>> {
    let sql = match kind {
        // As the index of the kinds that are few has it.
        Some(kind) if !kind.is_of_calls() => {
            "SELECT seq, id, kind, available_delta, held_delta, available_after, held_after, grant_id, related_id,
                    actor_kind, actor_id, at, note
             FROM ledger_lines WHERE workspace_id = $1 AND seq < $2 AND kind = $3
               AND kind NOT IN ('charge', 'hold', 'post', 'void')
             ORDER BY seq DESC LIMIT $4"
        }
        _ => {
            "SELECT seq, id, kind, available_delta, held_delta, available_after, held_after, grant_id, related_id,
                    actor_kind, actor_id, at, note
             FROM ledger_by_workspace WHERE workspace_id = $1 AND seq < $2 AND ($3 IS NULL OR kind = $3)
             ORDER BY seq DESC LIMIT $4"
        }
    };
    let rows = all!(
        tx,
        LineRow,
        sql,
        workspace.uuid(),
        before,
        kind.map(LineKind::as_str),
        limit
    )?;
    rows.into_iter().map(view).collect()
}

fn view(row: LineRow) -> Result<LineView> {
    Ok(LineView {
        seq: row.seq,
        id: LineId::from_uuid(row.id),
        kind: LineKind::parse(&row.kind).ok_or_else(|| Error::corrupt("ledger_lines", &row.kind))?,
        available_delta: Microcredits::new(row.available_delta),
        held_delta: Microcredits::new(row.held_delta),
        available_after: Microcredits::new(row.available_after),
        held_after: Microcredits::new(row.held_after),
        grant: row.grant_id.map(GrantId::from_uuid),
        related: row.related_id.map(LineId::from_uuid),
        actor: Actor::from_columns(&row.actor_kind, row.actor_id),
        at: Timestamp::from_us(row.at),
        note: row.note,
    })
}

/// Whose a hold is. Open ones are found by their own index; of a closed one every workspace is asked, which is slow
/// and rare.
pub async fn hold_workspace_all_workspaces(tx: &mut Tx, hold: HoldId) -> Result<Option<WorkspaceId>> {
    let open = optional_value!(
        tx,
        Uuid,
        "SELECT workspace_id FROM holds WHERE id = $1 AND closed_at IS NULL",
        hold.uuid()
    )?;
    if let Some(workspace) = open {
        return Ok(Some(WorkspaceId::from_uuid(workspace)));
    }
    let closed = optional_value!(
        tx,
        Uuid,
        "SELECT w.id FROM workspaces AS w
         WHERE EXISTS (SELECT 1 FROM holds AS h WHERE h.workspace_id = w.id AND h.id = $1)",
        hold.uuid()
    )?;
    Ok(closed.map(WorkspaceId::from_uuid))
}

/// Whose a line is. Every workspace is asked: slow, for what people do by hand.
pub async fn line_workspace_all_workspaces(tx: &mut Tx, line: LineId) -> Result<Option<WorkspaceId>> {
    let found = optional_value!(
        tx,
        Uuid,
        "SELECT w.id FROM workspaces AS w
         WHERE EXISTS (SELECT 1 FROM ledger_lines AS l WHERE l.workspace_id = w.id AND l.id = $1)",
        line.uuid()
    )?;
    Ok(found.map(WorkspaceId::from_uuid))
}
