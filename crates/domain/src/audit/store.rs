//! SQL of the audit log and the outbox.

use db::{Result, Tx, execute};
use types::{AuditEventId, OutboxId, Timestamp};
use uuid::Uuid;

use super::Change;

pub async fn insert_event(
    tx: &mut Tx,
    id: AuditEventId,
    now: Timestamp,
    change: &Change<'_>,
    details: &str,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO audit_events (workspace_id, id, at, actor_kind, actor_id, action, resource_kind, resource_id,
                                   outcome, address, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'success', $9, $10, $11)",
        change.workspace.map_or(Uuid::nil(), |workspace| workspace.uuid()),
        id.uuid(),
        now.us(),
        change.actor.kind(),
        change.actor.id(),
        change.action,
        change.resource_kind,
        change.resource_id,
        change.origin.map(|origin| origin.address.to_string()).unwrap_or_default(),
        change.origin.map(|origin| origin.request_id.uuid()),
        details
    )?;
    Ok(())
}

pub async fn insert_outbox(
    tx: &mut Tx,
    id: OutboxId,
    now: Timestamp,
    change: &Change<'_>,
    details: &str,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO outbox (id, workspace_id, type, payload, created_at) VALUES ($1, $2, $3, $4, $5)",
        id.uuid(),
        change.workspace.map(|workspace| workspace.uuid()),
        change.action,
        details,
        now.us()
    )?;
    Ok(())
}
