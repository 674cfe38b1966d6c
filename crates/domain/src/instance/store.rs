//! SQL of the instance.

use db::{Dialect, Result, Tx, execute, one_value, optional};
use types::Timestamp;

use super::{Error, Settings};

#[derive(sqlx::FromRow)]
pub struct InstanceRow {
    pub epoch: i64,
    pub instance_key_id: String,
    pub sealed_hash_key: Vec<u8>,
    settings: String,
}

impl InstanceRow {
    pub fn settings(&self) -> Result<Settings, Error> {
        Ok(serde_json::from_str(&self.settings).map_err(|error| db::Error::corrupt("instance", error))?)
    }
}

pub async fn find(tx: &mut Tx) -> Result<Option<InstanceRow>> {
    optional!(
        tx,
        InstanceRow,
        "SELECT epoch, instance_key_id, sealed_hash_key, settings FROM instance WHERE id = 1"
    )
}

pub async fn insert_if_none(
    tx: &mut Tx,
    key_id: &str,
    sealed_hash_key: &[u8],
    settings: &Settings,
    now: Timestamp,
) -> Result<()> {
    let settings = to_text(settings)?;
    execute!(
        tx,
        "INSERT INTO instance (id, epoch, instance_key_id, sealed_hash_key, settings, created_at)
         VALUES (1, 1, $1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
        key_id,
        sealed_hash_key,
        &settings,
        now.us()
    )?;
    Ok(())
}

pub async fn update_settings(tx: &mut Tx, settings: &Settings) -> Result<()> {
    let settings = to_text(settings)?;
    execute!(tx, "UPDATE instance SET settings = $1 WHERE id = 1", &settings)?;
    Ok(())
}

fn to_text(settings: &Settings) -> Result<String> {
    serde_json::to_string(settings).map_err(|error| db::Error::corrupt("instance", error))
}

pub async fn raise_epoch(tx: &mut Tx) -> Result<()> {
    execute!(tx, "UPDATE instance SET epoch = epoch + 1 WHERE id = 1")?;
    Ok(())
}

pub async fn epoch(tx: &mut Tx) -> Result<i64> {
    one_value!(tx, i64, "SELECT epoch FROM instance WHERE id = 1")
}

/// Charges hold the epoch together, a change of the instance waits for them and they for it. SQLite has but one
/// writer, which is lock enough.
pub async fn lock_shared(tx: &mut Tx) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => execute!(tx, "SELECT pg_advisory_xact_lock_shared(7031980551)").map(|_| ()),
    }
}

/// See [`lock_shared`].
pub async fn lock_exclusively(tx: &mut Tx) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => execute!(tx, "SELECT pg_advisory_xact_lock(7031980551)").map(|_| ()),
    }
}
