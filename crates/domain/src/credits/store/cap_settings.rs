//! SQL of caps.

use db::{Error, Result, Tx, all, execute, one_value, optional, optional_value};
use types::{Microcredits, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::super::{CapSubject, CapSubjectKind, Period, cap_settings::CapView};
use crate::access::Caller;

#[derive(sqlx::FromRow)]
struct Row {
    subject_kind: String,
    subject_id: Uuid,
    period: String,
    credits: i64,
    used: i64,
    held: i64,
}

impl Row {
    fn view(self, now: Timestamp) -> Result<CapView> {
        let corrupt = |text: &str| Error::corrupt("caps", text);
        let kind = CapSubjectKind::parse(&self.subject_kind).ok_or_else(|| corrupt(&self.subject_kind))?;
        let period = Period::parse(&self.period).ok_or_else(|| corrupt(&self.period))?;
        Ok(CapView {
            subject: CapSubject {
                kind,
                id: self.subject_id,
            },
            period,
            limit: Microcredits::new(self.credits),
            used: Microcredits::new(self.used),
            held: Microcredits::new(self.held),
            resets_at: period.next_start(now),
        })
    }
}

/// All caps, those of keys by the newest key of their lineage.
pub async fn list(tx: &mut Tx, workspace: WorkspaceId, now: Timestamp) -> Result<Vec<CapView>> {
    let rows = all!(
        tx,
        Row,
        "SELECT c.subject_kind, COALESCE(k.id, c.subject_id) AS subject_id, c.period, c.credits,
                COALESCE(u.used, 0) AS used, COALESCE(u.held, 0) AS held
         FROM caps AS c LEFT JOIN cap_usage AS u
           ON u.workspace_id = c.workspace_id AND u.subject_kind = c.subject_kind AND u.subject_id = c.subject_id
          AND u.period = c.period AND u.period_start = CASE c.period WHEN 'day' THEN $2 ELSE $3 END
         LEFT JOIN api_keys AS k
           ON c.subject_kind = 'key' AND k.workspace_id = c.workspace_id AND k.lineage_id = c.subject_id
          AND k.rotated_to IS NULL
         WHERE c.workspace_id = $1 ORDER BY c.subject_kind, c.subject_id, c.period",
        workspace.uuid(),
        Period::Day.start(now).us(),
        Period::Month.start(now).us()
    )?;
    rows.into_iter().map(|row| row.view(now)).collect()
}

/// The same of one, by what it is kept on.
pub async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kept: CapSubject,
    period: Period,
    now: Timestamp,
) -> Result<Option<CapView>> {
    let row = optional!(
        tx,
        Row,
        "SELECT c.subject_kind, COALESCE(k.id, c.subject_id) AS subject_id, c.period, c.credits,
                COALESCE(u.used, 0) AS used, COALESCE(u.held, 0) AS held
         FROM caps AS c LEFT JOIN cap_usage AS u
           ON u.workspace_id = c.workspace_id AND u.subject_kind = c.subject_kind AND u.subject_id = c.subject_id
          AND u.period = c.period AND u.period_start = $5
         LEFT JOIN api_keys AS k
           ON c.subject_kind = 'key' AND k.workspace_id = c.workspace_id AND k.lineage_id = c.subject_id
          AND k.rotated_to IS NULL
         WHERE c.workspace_id = $1 AND c.subject_kind = $2 AND c.subject_id = $3 AND c.period = $4",
        workspace.uuid(),
        kept.kind.as_str(),
        kept.id,
        period.as_str(),
        period.start(now).us()
    )?;
    row.map(|row| row.view(now)).transpose()
}

/// What a cap of this subject is kept on: of a key the first one of its lineage, of anything else itself.
pub async fn kept_on(tx: &mut Tx, workspace: WorkspaceId, subject: CapSubject) -> Result<CapSubject> {
    if subject.kind != CapSubjectKind::Key {
        return Ok(subject);
    }
    let first = optional_value!(
        tx,
        Uuid,
        "SELECT lineage_id FROM api_keys WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        subject.id
    )?;
    Ok(CapSubject {
        id: first.unwrap_or(subject.id),
        ..subject
    })
}

/// How many caps there are besides this one.
pub async fn count_others(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kept: CapSubject,
    period: Period,
) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM caps
         WHERE workspace_id = $1 AND NOT (subject_kind = $2 AND subject_id = $3 AND period = $4)",
        workspace.uuid(),
        kept.kind.as_str(),
        kept.id,
        period.as_str()
    )
}

/// Does the workspace have what the cap is to be put on? Tenants come later: none exists yet.
pub async fn subject_exists(tx: &mut Tx, workspace: WorkspaceId, subject: CapSubject) -> Result<bool> {
    let sql = match subject.kind {
        CapSubjectKind::Workspace => return Ok(subject.id == workspace.uuid()),
        CapSubjectKind::Tenant => return Ok(false),
        CapSubjectKind::Key => "SELECT COUNT(*) FROM api_keys WHERE workspace_id = $1 AND id = $2",
        CapSubjectKind::Member => "SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND user_id = $2",
        CapSubjectKind::Environment => {
            "SELECT COUNT(*) FROM environments WHERE workspace_id = $1 AND id = $2"
        }
        CapSubjectKind::Flow => "SELECT COUNT(*) FROM flows WHERE workspace_id = $1 AND id = $2",
    };
    Ok(one_value!(tx, i64, sql, workspace.uuid(), subject.id)? > 0)
}

pub async fn upsert(
    tx: &mut Tx,
    caller: &Caller,
    subject: CapSubject,
    period: Period,
    limit: Microcredits,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO caps (workspace_id, subject_kind, subject_id, period, credits, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
         ON CONFLICT (workspace_id, subject_kind, subject_id, period)
         DO UPDATE SET credits = excluded.credits, updated_at = excluded.updated_at",
        caller.workspace.uuid(),
        subject.kind.as_str(),
        subject.id,
        period.as_str(),
        limit.get(),
        caller.actor.id(),
        now.us()
    )?;
    Ok(())
}

/// A cap that is made in the middle of a period starts from what the period has used: charged by the rollup, whose
/// quarters of an hour begin where periods begin, and set aside by the open holds.
pub async fn begin_usage(
    tx: &mut Tx,
    workspace: WorkspaceId,
    subject: CapSubject,
    period: Period,
    now: Timestamp,
) -> Result<()> {
    let start = period.start(now).us();
    let used = used_since(tx, workspace, subject, start).await?;
    let held = held_since(tx, workspace, subject, start).await?;
    execute!(
        tx,
        "INSERT INTO cap_usage (workspace_id, subject_kind, subject_id, period, period_start, used, held)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace_id, subject_kind, subject_id, period, period_start) DO NOTHING",
        workspace.uuid(),
        subject.kind.as_str(),
        subject.id,
        period.as_str(),
        start,
        used,
        held
    )?;
    Ok(())
}

async fn used_since(tx: &mut Tx, workspace: WorkspaceId, subject: CapSubject, start: i64) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM usage_rollup
         WHERE workspace_id = $1 AND quarter >= $2 AND CASE $3
           WHEN 'workspace' THEN workspace_id = $4 WHEN 'member' THEN user_id = $4 WHEN 'tenant' THEN tenant_id = $4
           WHEN 'environment' THEN environment_id = $4 WHEN 'flow' THEN flow_id = $4
           WHEN 'key' THEN key_id IN (SELECT id FROM api_keys WHERE workspace_id = $1 AND lineage_id = $4) END",
        workspace.uuid(),
        start,
        subject.kind.as_str(),
        subject.id
    )
}

async fn held_since(tx: &mut Tx, workspace: WorkspaceId, subject: CapSubject, start: i64) -> Result<i64> {
    let open = all!(
        tx,
        (i64, String),
        "SELECT amount, call FROM holds WHERE workspace_id = $1 AND closed_at IS NULL AND taken_at >= $2",
        workspace.uuid(),
        start
    )?;
    open.into_iter().try_fold(0, |sum, (amount, call)| {
        let call = serde_json::from_str(&call).map_err(|error| Error::corrupt("holds", error))?;
        Ok(if super::super::caps::concerns(subject, workspace, &call) {
            sum + amount
        } else {
            sum
        })
    })
}

/// Removes the cap and what was counted for it, so that one made again counts anew.
pub async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    subject: CapSubject,
    period: Period,
) -> Result<bool> {
    execute!(
        tx,
        "DELETE FROM cap_usage WHERE workspace_id = $1 AND subject_kind = $2 AND subject_id = $3 AND period = $4",
        workspace.uuid(),
        subject.kind.as_str(),
        subject.id,
        period.as_str()
    )?;
    let removed = execute!(
        tx,
        "DELETE FROM caps WHERE workspace_id = $1 AND subject_kind = $2 AND subject_id = $3 AND period = $4",
        workspace.uuid(),
        subject.kind.as_str(),
        subject.id,
        period.as_str()
    )?;
    Ok(removed > 0)
}
