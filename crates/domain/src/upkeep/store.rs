//! SQL of upkeep.

use db::{Result, Tx, execute};
use types::Timestamp;

pub async fn delete_claims_all_workspaces(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM idempotency_keys WHERE (workspace_id, caller_id, route, key) IN
           (SELECT workspace_id, caller_id, route, key FROM idempotency_keys WHERE expires_at <= $1
            ORDER BY expires_at LIMIT $2)",
        now.us(),
        limit
    )
}

pub async fn delete_events_all_workspaces(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM outbox WHERE id IN
           (SELECT id FROM outbox WHERE created_at < $1 ORDER BY id LIMIT $2)",
        before.us(),
        limit
    )
}
