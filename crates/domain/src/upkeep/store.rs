//! SQL of upkeep.

use db::{Result, Tx, execute, one_value};
use types::Timestamp;
use uuid::Uuid;

/// The names of the leases of nodes begin so.
pub const NODE_PREFIX: &str = "node:";

/// False when another holder's lease has not ended.
pub async fn take_lease(
    tx: &mut Tx,
    name: &str,
    holder: Uuid,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let taken = execute!(
        tx,
        "INSERT INTO leases (name, holder, fence, until_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1,
                                          until_at = excluded.until_at
         WHERE leases.until_at <= $4 OR leases.holder = excluded.holder",
        name,
        holder,
        until.us(),
        now.us()
    )?;
    Ok(taken == 1)
}

pub async fn delete_lease(tx: &mut Tx, name: &str) -> Result<u64> {
    execute!(tx, "DELETE FROM leases WHERE name = $1", name)
}

pub async fn delete_dead_nodes(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM leases WHERE name LIKE $1 AND until_at <= $2",
        format!("{NODE_PREFIX}%"),
        before.us()
    )
}

pub async fn count_nodes(tx: &mut Tx, now: Timestamp) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM leases WHERE name LIKE $1 AND until_at > $2",
        format!("{NODE_PREFIX}%"),
        now.us()
    )
}

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
