//! SQL of repeated requests.

use db::{Result, Tx, execute, optional};
use types::Timestamp;

use super::{ABANDONED_AFTER, Kept, Request};

#[derive(sqlx::FromRow)]
pub struct KeyRow {
    pub body_hash: Vec<u8>,
    status: Option<i64>,
    answer: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl KeyRow {
    /// Its time has passed, or whoever claimed it died.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let abandoned_at = Timestamp::from_us(self.created_at).plus(ABANDONED_AFTER);
        self.expires_at <= now.us() || (self.status.is_none() && abandoned_at <= now)
    }

    /// The answer; `None` while there is none.
    pub fn kept(self) -> Result<Option<Kept>> {
        let Some(status) = self.status else {
            return Ok(None);
        };
        let status = u16::try_from(status).map_err(|error| db::Error::corrupt("idempotency_keys", error))?;
        Ok(Some(Kept {
            status,
            answer: self.answer.unwrap_or_default(),
        }))
    }
}

/// False when there is such a key already.
pub async fn insert(
    tx: &mut Tx,
    request: &Request,
    created_at: Timestamp,
    expires_at: Timestamp,
) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO idempotency_keys (workspace_id, caller_id, route, key, body_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, caller_id, route, key) DO NOTHING",
        request.scope.workspace,
        request.scope.caller,
        &request.route,
        &request.key,
        request.body_hash.as_slice(),
        created_at.us(),
        expires_at.us()
    )?;
    Ok(inserted == 1)
}

pub async fn find(tx: &mut Tx, request: &Request) -> Result<Option<KeyRow>> {
    optional!(
        tx,
        KeyRow,
        "SELECT body_hash, status, answer, created_at, expires_at FROM idempotency_keys
         WHERE workspace_id = $1 AND caller_id = $2 AND route = $3 AND key = $4",
        request.scope.workspace,
        request.scope.caller,
        &request.route,
        &request.key
    )
}

/// Claims a key anew whose time is over; false when another request was quicker.
pub async fn take_over(
    tx: &mut Tx,
    request: &Request,
    old: &KeyRow,
    created_at: Timestamp,
    expires_at: Timestamp,
) -> Result<bool> {
    let taken = execute!(
        tx,
        "UPDATE idempotency_keys SET body_hash = $5, status = NULL, answer = NULL, created_at = $6, expires_at = $7
         WHERE workspace_id = $1 AND caller_id = $2 AND route = $3 AND key = $4 AND created_at = $8",
        request.scope.workspace,
        request.scope.caller,
        &request.route,
        &request.key,
        request.body_hash.as_slice(),
        created_at.us(),
        expires_at.us(),
        old.created_at
    )?;
    Ok(taken == 1)
}

/// Keeps the answer, unless the key was claimed anew meanwhile.
pub async fn complete(tx: &mut Tx, request: &Request, claimed_at: Timestamp, kept: &Kept) -> Result<()> {
    execute!(
        tx,
        "UPDATE idempotency_keys SET status = $5, answer = $6
         WHERE workspace_id = $1 AND caller_id = $2 AND route = $3 AND key = $4 AND created_at = $7",
        request.scope.workspace,
        request.scope.caller,
        &request.route,
        &request.key,
        i64::from(kept.status),
        &kept.answer,
        claimed_at.us()
    )?;
    Ok(())
}

/// Frees the key, unless it was claimed anew meanwhile.
pub async fn delete(tx: &mut Tx, request: &Request, claimed_at: Timestamp) -> Result<()> {
    execute!(
        tx,
        "DELETE FROM idempotency_keys
         WHERE workspace_id = $1 AND caller_id = $2 AND route = $3 AND key = $4 AND created_at = $5",
        request.scope.workspace,
        request.scope.caller,
        &request.route,
        &request.key,
        claimed_at.us()
    )?;
    Ok(())
}
