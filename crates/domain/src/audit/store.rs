//! SQL of the audit log and the outbox.

use db::{Result, Tx, execute};
use uuid::Uuid;

use super::Entry;

pub async fn insert_event(tx: &mut Tx, entry: &Entry) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO audit_events (workspace_id, id, at, actor_kind, actor_id, action, resource_kind, resource_id,
                                   outcome, address, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'success', $9, $10, $11)",
        entry.workspace.map_or(Uuid::nil(), |workspace| workspace.uuid()),
        entry.id.uuid(),
        entry.at.us(),
        entry.actor.kind(),
        entry.actor.id(),
        entry.action,
        entry.resource_kind,
        entry.resource_id,
        entry.origin.as_ref().map(|origin| origin.address.to_string()).unwrap_or_default(),
        entry.origin.as_ref().map(|origin| origin.request_id.uuid()),
        &entry.details
    )?;
    Ok(())
}

pub async fn insert_outbox(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let payload = payload(entry);
    execute!(
        tx,
        "INSERT INTO outbox (id, workspace_id, type, payload, created_at) VALUES ($1, $2, $3, $4, $5)",
        entry.event.uuid(),
        entry.workspace.map(|workspace| workspace.uuid()),
        entry.action,
        &payload,
        entry.at.us()
    )?;
    Ok(())
}

fn payload(entry: &Entry) -> String {
    let details: serde_json::Value = serde_json::from_str(&entry.details).unwrap_or_default();
    serde_json::json!({
        "actor": { "kind": entry.actor.kind(), "id": entry.actor.id() },
        "resource": { "kind": entry.resource_kind, "id": entry.resource_id },
        "details": details,
    })
    .to_string()
}
