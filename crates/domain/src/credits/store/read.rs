//! Single statements on accounts.

use db::{Result, Tx, execute, one_value};
use types::WorkspaceId;

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
