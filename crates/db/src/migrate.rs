//! Migrations: plain SQL, one file per step and dialect, each applied once in a transaction.

use sqlx::raw_sql;
use types::Timestamp;

use crate::{Db, Error, Result, Tx, forked, on};

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

const MIGRATIONS: &[Migration] = &[migration!(1, "0001_foundation")];

/// The version of the schema that this program reads and writes.
pub const SCHEMA_VERSION: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

impl Db {
    /// Brings the schema to [`SCHEMA_VERSION`]; answers how many steps it took. Safe to run from several nodes.
    ///
    /// Fails with [`Error::Schema`] when the database was made by a newer release.
    pub async fn migrate(&self, now: Timestamp) -> Result<usize> {
        let mut applied = 0;
        for migration in MIGRATIONS {
            let mut tx = self.begin_write().await?;
            applied += up_to(&mut tx, migration.version, now).await?;
            tx.commit().await?;
        }
        Ok(applied)
    }

    /// Checks without changing anything that the schema is the one this program needs.
    pub async fn check_schema(&self) -> Result<()> {
        let current = crate::read!(self, |tx| version_if_any(tx).await)?;
        match current {
            SCHEMA_VERSION => Ok(()),
            newer_one if newer_one > SCHEMA_VERSION => Err(newer(newer_one)),
            0 => Err(Error::Schema(
                "the database is empty: run `guildhall migrate` or `guildhall serve` first".into(),
            )),
            older => Err(Error::Schema(format!(
                "the schema is at version {older} and this release needs {SCHEMA_VERSION}: run `guildhall migrate`"
            ))),
        }
    }
}

/// Applies what is missing up to a version, within the transaction of the caller.
pub(crate) async fn up_to(tx: &mut Tx, wanted: i64, now: Timestamp) -> Result<usize> {
    lock(tx).await?;
    let current = version(tx).await?;
    if current > SCHEMA_VERSION {
        return Err(newer(current));
    }
    let missing = MIGRATIONS
        .iter()
        .filter(|step| step.version > current && step.version <= wanted);
    let mut applied = 0;
    for migration in missing {
        apply(tx, migration, now).await?;
        applied += 1;
    }
    Ok(applied)
}

fn newer(current: i64) -> Error {
    Error::Schema(format!(
        "the schema is at version {current}, made by a newer release; this one knows {SCHEMA_VERSION}: use the newer release"
    ))
}

/// Two nodes that start at once take turns. SQLite's write transaction is lock enough.
async fn lock(tx: &mut Tx) -> Result<()> {
    let sql = forked!(tx, sqlite: "SELECT 1", postgres: "SELECT 1 FROM pg_advisory_xact_lock(7031980550)");
    on!(tx, |c| sqlx::query(sql).execute(c).await.map(|_| ()))?;
    let table = forked!(
        tx,
        sqlite: "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
        postgres: "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
    );
    on!(tx, |c| sqlx::query(table).execute(c).await.map(|_| ()))
}

/// The version that the schema has.
pub(crate) async fn version(tx: &mut Tx) -> Result<i64> {
    on!(tx, |c| sqlx::query_scalar::<_, i64>(
        "SELECT COALESCE(MAX(version), 0) FROM schema_migrations"
    )
    .fetch_one(c)
    .await)
}

async fn version_if_any(tx: &mut Tx) -> Result<i64> {
    let sql = forked!(
        tx,
        sqlite: "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
        postgres: "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations'"
    );
    let tables = on!(&mut *tx, |c| sqlx::query_scalar::<_, i64>(sql).fetch_one(c).await)?;
    if tables == 0 { Ok(0) } else { version(tx).await }
}

async fn apply(tx: &mut Tx, migration: &Migration, now: Timestamp) -> Result<()> {
    match tx {
        Tx::Local(tx) => return tx.no_rows(),
        Tx::Sqlite(tx, _) => raw_sql(migration.sqlite).execute(&mut **tx).await.map(|_| ())?,
        Tx::Postgres(tx) => raw_sql(migration.postgres).execute(&mut **tx).await.map(|_| ())?,
    }
    on!(tx, |c| sqlx::query(
        "INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)"
    )
    .bind(migration.version)
    .bind(migration.name)
    .bind(now.us())
    .execute(c)
    .await
    .map(|_| ()))
}
