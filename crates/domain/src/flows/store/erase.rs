//! SQL that deletes a flow for good, some rows at a time.

use db::{Result, Tx, all, execute};
use types::{FlowId, Timestamp, WorkspaceId};
use uuid::Uuid;

/// Rows of one transaction, so that nobody waits long behind it. Versions may be large.
const ROWS_MAX: i64 = 100;

/// What a flow has beside its own row.
pub const ERASE_PARTS: [&str; 2] = [
    "DELETE FROM deployments WHERE workspace_id = $1 AND id IN
        (SELECT id FROM deployments WHERE workspace_id = $1 AND flow_id = $2 LIMIT $3)",
    "DELETE FROM flow_versions WHERE workspace_id = $1 AND flow_id = $2 AND number IN
        (SELECT number FROM flow_versions WHERE workspace_id = $1 AND flow_id = $2 LIMIT $3)",
];

/// Runs one of [`ERASE_PARTS`] once; true when nothing is left for it.
pub async fn erase_some(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    statement: &'static str,
) -> Result<bool> {
    let deleted = execute!(tx, statement, workspace.uuid(), flow.uuid(), ROWS_MAX)?;
    Ok(deleted < ROWS_MAX.unsigned_abs())
}

/// Deletes the flow itself, with its draft.
pub async fn delete_row(tx: &mut Tx, workspace: WorkspaceId, flow: FlowId) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM flows WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NOT NULL",
        workspace.uuid(),
        flow.uuid()
    )
}

/// Deleted before then.
pub async fn due_all_workspaces(
    tx: &mut Tx,
    deleted_before: Timestamp,
    limit: i64,
) -> Result<Vec<(WorkspaceId, FlowId)>> {
    let ids = all!(
        tx,
        (Uuid, Uuid),
        "SELECT workspace_id, id FROM flows WHERE deleted_at <= $1 LIMIT $2",
        deleted_before.us(),
        limit
    )?;
    Ok(ids
        .into_iter()
        .map(|(workspace, flow)| (WorkspaceId::from_uuid(workspace), FlowId::from_uuid(flow)))
        .collect())
}
