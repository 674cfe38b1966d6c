//! SQL that deletes all rows of a workspace, table by table, some at a time.

use db::{Dialect, Result, Tx, all, execute};
use types::{Timestamp, WorkspaceId};
use uuid::Uuid;

/// Rows of one transaction, so that nobody waits long behind it.
const ROWS_MAX: i64 = 1_000;

/// One for each table that has rows of a workspace; members and slugs last, as long as they lead to it.
pub const ERASE_OWNED: [&str; 20] = [
    "DELETE FROM credentials WHERE workspace_id = $1 AND hash IN
        (SELECT hash FROM credentials WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM api_keys WHERE workspace_id = $1 AND id IN
        (SELECT id FROM api_keys WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM deployments WHERE workspace_id = $1 AND id IN
        (SELECT id FROM deployments WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM flow_versions WHERE workspace_id = $1 AND (flow_id, number) IN
        (SELECT flow_id, number FROM flow_versions WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM flows WHERE workspace_id = $1 AND id IN
        (SELECT id FROM flows WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM environments WHERE workspace_id = $1 AND id IN
        (SELECT id FROM environments WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM usage_rollup WHERE workspace_id = $1 AND
        (quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket) IN
        (SELECT quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket
         FROM usage_rollup WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM refused_calls WHERE workspace_id = $1 AND id IN
        (SELECT id FROM refused_calls WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM line_allocations WHERE workspace_id = $1 AND (line_id, grant_id) IN
        (SELECT line_id, grant_id FROM line_allocations WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM ledger_lines WHERE workspace_id = $1 AND id IN
        (SELECT id FROM ledger_by_workspace WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM holds WHERE workspace_id = $1 AND id IN
        (SELECT id FROM holds WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM grants WHERE workspace_id = $1 AND id IN
        (SELECT id FROM grants WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM caps WHERE workspace_id = $1 AND (subject_kind, subject_id, period) IN
        (SELECT subject_kind, subject_id, period FROM caps WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM cap_usage WHERE workspace_id = $1 AND (subject_kind, subject_id, period, period_start) IN
        (SELECT subject_kind, subject_id, period, period_start FROM cap_usage WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM accounts WHERE workspace_id = $1 AND workspace_id IN
        (SELECT workspace_id FROM accounts WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM idempotency_keys WHERE workspace_id = $1 AND (caller_id, route, key) IN
        (SELECT caller_id, route, key FROM idempotency_keys WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM outbox WHERE workspace_id = $1 AND id IN
        (SELECT id FROM outbox WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM audit_events WHERE workspace_id = $1 AND id IN
        (SELECT id FROM audit_events WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM members WHERE workspace_id = $1 AND user_id IN
        (SELECT user_id FROM members WHERE workspace_id = $1 LIMIT $2)",
    "DELETE FROM workspace_slugs WHERE workspace_id = $1 AND slug IN
        (SELECT slug FROM workspace_slugs WHERE workspace_id = $1 LIMIT $2)",
];

/// After them what differs: SQLite finds runs by where they stand, and has noted which rows were of the workspace.
pub const fn erase_ordered(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Sqlite => &[
            "DELETE FROM runs WHERE workspace_id = $1 AND place IN
                (SELECT place FROM runs_by_workspace WHERE workspace_id = $1 LIMIT $2)",
            "DELETE FROM runs_order WHERE workspace_id = $1 AND id IN
                (SELECT id FROM runs_order WHERE workspace_id = $1 LIMIT $2)",
            "DELETE FROM ledger_order WHERE workspace_id = $1 AND seq IN
                (SELECT seq FROM ledger_order WHERE workspace_id = $1 LIMIT $2)",
        ],
        Dialect::Postgres => &["DELETE FROM runs WHERE workspace_id = $1 AND id IN
                (SELECT id FROM runs WHERE workspace_id = $1 LIMIT $2)"],
    }
}

/// Runs one of [`ERASE_OWNED`] and [`erase_ordered`] once; true when nothing is left for it.
pub async fn erase_some(tx: &mut Tx, workspace: WorkspaceId, statement: &'static str) -> Result<bool> {
    let deleted = execute!(tx, statement, workspace.uuid(), ROWS_MAX)?;
    Ok(deleted < ROWS_MAX.unsigned_abs())
}

/// Deleted before then.
pub async fn due_all_workspaces(
    tx: &mut Tx,
    deleted_before: Timestamp,
    limit: i64,
) -> Result<Vec<WorkspaceId>> {
    let ids = all!(
        tx,
        (Uuid,),
        "SELECT id FROM workspaces WHERE deleted_at <= $1 ORDER BY deleted_at LIMIT $2",
        deleted_before.us(),
        limit
    )?;
    Ok(ids.into_iter().map(|(id,)| WorkspaceId::from_uuid(id)).collect())
}
