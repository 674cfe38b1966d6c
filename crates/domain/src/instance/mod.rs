//! The installation: its keys, its settings, its epoch. Owns the table `instance`.
//!
//! Invariants: there is one row. It is made together with the instance key, in an empty database only; a database
//! whose instance key is missing or another one is refused, and nothing is overwritten.

mod cache;
mod error;
mod keys;
mod settings;
mod store;

pub use cache::{InstanceCache, Known, refresh};
pub use error::Error;
pub(crate) use keys::hex;
pub use keys::{HashKey, INSTANCE_KEY_BYTES, InstanceKey, TokenHash};
pub use settings::{Settings, SettingsChange, SignUp};

use db::{Db, Tx};
use types::Clock;

use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit::{self, Change},
};

/// What is read when the instance starts.
#[derive(Debug)]
pub struct Instance {
    /// The key of the credential hashes.
    pub hash_key: HashKey,
    /// The settings as stored.
    pub settings: Settings,
    /// The epoch they belong to.
    pub epoch: i64,
}

/// Was the instance made already? Decides whether an instance key may be made.
pub async fn exists(db: &Db) -> Result<bool, Error> {
    Ok(db::read!(db, |tx| Ok(store::find(tx).await?))?.is_some())
}

/// Opens the instance of a migrated database, making it in an empty one.
///
/// # Errors
/// [`Error::OtherInstanceKey`] when the database belongs to another instance key.
pub async fn open(db: &Db, key: &InstanceKey, clock: &dyn Clock) -> Result<Instance, Error> {
    let hash_key = HashKey::random();
    let sealed = key.seal(&hash_key);
    let now = clock.now();
    let row = db::write!(db, |tx| {
        store::insert_if_none(tx, &key.id(), &sealed, &Settings::default(), now).await?;
        store::find(tx)
            .await?
            .ok_or_else(|| db::Error::corrupt("instance", "the row just made is gone").into())
    })?;
    Ok(Instance {
        hash_key: opened(key, &row)?,
        settings: row.settings()?,
        epoch: row.epoch,
    })
}

/// The id of the instance key that the database belongs to; `None` when it has no instance yet.
pub async fn stored_key_id(tx: &mut Tx) -> Result<Option<String>, Error> {
    Ok(store::find(tx).await?.map(|row| row.instance_key_id))
}

/// Does this key open what the database holds? Changes nothing.
///
/// # Errors
/// [`Error::OtherInstanceKey`] when the database belongs to another instance key.
pub async fn check_key(tx: &mut Tx, key: &InstanceKey) -> Result<(), Error> {
    let row = store::find(tx).await?;
    opened(
        key,
        &row.ok_or(db::Error::corrupt("instance", "there is no row"))?,
    )
    .map(|_| ())
}

fn opened(key: &InstanceKey, row: &store::InstanceRow) -> Result<HashKey, Error> {
    if row.instance_key_id != key.id() {
        return Err(Error::OtherInstanceKey {
            wanted: row.instance_key_id.clone(),
            given: key.id(),
        });
    }
    key.open(&row.sealed_hash_key)
}

/// The settings, for the operator.
pub async fn settings(services: &Services, operator: &Operator) -> Result<Settings, Error> {
    operator.authorize(OperatorPermission::SettingsManage)?;
    let row = db::read!(services.db, |tx| Ok(store::find(tx).await?))?;
    row.ok_or(db::Error::corrupt("instance", "there is no row"))?
        .settings()
}

/// Changes settings. Every node uses them within a second; prices and bonuses at once, by the epoch.
///
/// # Errors
/// [`Error::Stale`] when they are no longer those of the revision.
pub async fn change_settings(
    services: &Services,
    operator: &Operator,
    change: SettingsChange,
) -> Result<Settings, Error> {
    operator.authorize(OperatorPermission::SettingsManage)?;
    let now = services.clock.now();
    let event = Change::by_operator(operator, "settings.changed", "instance", None);
    let settings = db::write!(services.db, |tx| {
        // First, because it makes others who change the instance wait.
        raise_epoch(tx).await?;
        let row = store::find(tx)
            .await?
            .ok_or(db::Error::corrupt("instance", "there is no row"))?;
        let old = row.settings()?;
        if change
            .if_revision
            .is_some_and(|revision| revision != old.revision())
        {
            return Err(Error::Stale {
                current: Box::new(old),
            });
        }
        let settings = old.with(change.clone(), now);
        store::update_settings(tx, &settings).await?;
        audit::record(tx, services, &event).await?;
        Ok(settings)
    })?;
    services.instance.forget();
    Ok(settings)
}

/// Raises the epoch of the instance: every charge that was resolved before is resolved again. Called within the
/// transaction of each change that is valid for all workspaces.
pub async fn raise_epoch(tx: &mut Tx) -> Result<(), db::Error> {
    store::lock_exclusively(tx).await?;
    store::raise_epoch(tx).await
}

/// Makes transactions that decide something about the whole instance stand in line, until this one ends.
pub async fn hold_exclusively(tx: &mut Tx) -> Result<(), db::Error> {
    store::lock_exclusively(tx).await
}

/// Reads the epoch and holds it still until the transaction ends. For the batching writer.
pub async fn epoch_held(tx: &mut Tx) -> Result<i64, db::Error> {
    store::lock_shared(tx).await?;
    store::epoch(tx).await
}

/// Whether the server can do its work.
#[derive(Debug, Clone, Copy)]
pub struct Readiness {
    /// The database answers.
    pub database: bool,
    /// The schema is the one that this release needs.
    pub migrations: bool,
    /// The instance that the keys of this process belong to is still there.
    pub keys: bool,
}

impl Readiness {
    /// Is everything in order?
    pub const fn is_ready(self) -> bool {
        self.database && self.migrations && self.keys
    }
}

/// Asks the database whether the server can work. For anybody, so it tells no more than that.
pub async fn readiness(services: &Services) -> Readiness {
    let answers: Result<i64, Error> = db::read!(services.db, |tx| Ok(db::one_value!(
        tx,
        i64,
        "SELECT CAST(1 AS BIGINT)"
    )?));
    let database = answers.is_ok();
    Readiness {
        database,
        migrations: database && services.db.check_schema().await.is_ok(),
        keys: database && exists(&services.db).await.unwrap_or(false),
    }
}
