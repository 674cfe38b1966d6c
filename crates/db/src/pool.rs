//! Pools and transactions over the two drivers.

use std::{future::Future, path::PathBuf, pin::pin, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Connection, Postgres, Sqlite, SqliteConnection, Transaction,
    postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions},
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
        SqliteSynchronous,
    },
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    Error, Result,
    files::Files,
    local::{Batches, LocalTx, Turn},
    patience,
};

const SQLITE_READERS_MAX: u32 = 8;
const POSTGRES_CONNECTIONS_MAX: u32 = 24;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Caches of pages, as SQLite counts them: KiB below zero.
const CACHE_OF_BATCHES: &str = "-65536";
const CACHE_OF_A_READER: &str = "-16384";
/// After so many pages of 4 KiB in the write-ahead log they are copied into the database. That stands in the writer's
/// way: done seldom, it copies a page that many batches wrote only once.
const WAL_PAGES_MAX: &str = "16384";
/// How long SQLite waits for another program that has locked the file. Our own writers take turns before that.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a server may take to begin a transaction, for the statements of one, or to end it. Ours are short; one
/// that takes longer hangs, and whoever waits is told to come back. Long work (backups, the check of all books) runs
/// its statements without this.
const PATIENCE_SECONDS: u32 = 10;
/// How often a transaction is repeated after a conflict with another one.
const CONFLICT_ATTEMPTS_MAX: u32 = 8;

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Options {
    /// The embedded one, in this file.
    Sqlite(PathBuf),
    /// A server, by its URL `postgres://…`.
    Postgres(String),
}

/// Which SQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite 3.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// One connection writes at a time, a pool reads.
    Sqlite {
        /// The connection that writes what is not a batch.
        writer: SqlitePool,
        /// Connections that may only read.
        readers: SqlitePool,
        /// Whose turn it is to write, with the connection of the batches.
        turn: Turn,
        /// What all of them have open.
        files: Arc<Files>,
    },
    /// A pool that does both.
    Postgres(PgPool),
}

/// An open transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite, in turn if it writes.
    Sqlite(
        Transaction<'static, Sqlite>,
        Option<OwnedMutexGuard<Option<Batches>>>,
    ),
    /// On SQLite, of a batch.
    Local(LocalTx),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Connects; on SQLite the file is made when there is none. Does not migrate: see [`Db::migrate`].
    pub async fn open(options: &Options) -> Result<Self> {
        match options {
            Options::Sqlite(path) => Self::open_sqlite(path).await,
            Options::Postgres(url) => Self::open_postgres(url).await,
        }
    }

    async fn open_sqlite(path: &PathBuf) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            // Each connection is used by one thread at a time: SQLite's own locks would only cost.
            .serialized(false)
            .statement_cache_capacity(256)
            .pragma("wal_autocheckpoint", WAL_PAGES_MAX)
            .pragma("cache_size", CACHE_OF_A_READER)
            .pragma("temp_store", "memory");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(is_clean(connection)))
            .idle_timeout(None)
            .max_lifetime(None)
            // These two belong to the file. To set them takes the lock of writers, so that a connection that only reads
            // must not; incremental vacuum takes hold in a new file alone, before its first table.
            .connect_with(
                options
                    .clone()
                    .create_if_missing(true)
                    .auto_vacuum(SqliteAutoVacuum::Incremental)
                    .journal_mode(SqliteJournalMode::Wal),
            )
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(is_clean(connection)))
            .connect_lazy_with(options.pragma("query_only", "on"));
        // What a new database is made with is known by now.
        let batches = Batches::open(
            path,
            &[
                ("synchronous", "full"),
                ("foreign_keys", "on"),
                ("wal_autocheckpoint", WAL_PAGES_MAX),
                ("cache_size", CACHE_OF_BATCHES),
                ("temp_store", "memory"),
            ],
            BUSY_TIMEOUT,
        )?;
        let files = Arc::clone(&batches.files);
        let turn = Arc::new(Mutex::new(Some(batches)));
        Ok(Self::Sqlite {
            writer,
            readers,
            turn,
            files,
        })
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("guildhall")
            .statement_cache_capacity(512);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS_MAX)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(|connection, _| Box::pin(let_go_of_forgotten(connection)))
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Which SQL this database speaks.
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Opens a transaction for reading: one snapshot on SQLite, one connection on PostgreSQL. See [`read!`](crate::read).
    pub async fn begin_read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { readers, files, .. } => {
                files.are_there()?;
                Ok(Tx::Sqlite(readers.begin().await?, None))
            }
            Self::Postgres(pool) => begin_on_server(pool).await,
        }
    }

    /// Opens a transaction for reading that sees the database as it is now until it ends, whatever others commit.
    pub async fn begin_snapshot(&self) -> Result<Tx> {
        let mut tx = self.begin_read().await?;
        if tx.dialect() == Dialect::Postgres {
            // SQLite's transactions do so by themselves.
            crate::execute!(
                &mut tx,
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
            )?;
        }
        Ok(tx)
    }

    /// Opens a transaction for writing. Prefer [`write!`](crate::write), which repeats after a conflict.
    pub async fn begin_write(&self) -> Result<Tx> {
        match self {
            Self::Sqlite {
                writer, turn, files, ..
            } => {
                let waited = tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(turn).lock_owned()).await;
                let turn = waited.map_err(|_| timed_out())?;
                files.are_there()?;
                let begun = writer.begin_with("BEGIN IMMEDIATE").await;
                let tx = begun.map_err(|error| Error::from(error).waited_for())?;
                Ok(Tx::Sqlite(tx, Some(turn)))
            }
            Self::Postgres(pool) => begin_on_server(pool).await,
        }
    }

    /// Opens the transaction of a batch. On SQLite its statements run on the calling thread and stop it meanwhile.
    pub(crate) async fn begin_batch(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { turn, .. } => Ok(Tx::Local(LocalTx::begin(Arc::clone(turn).lock_owned().await)?)),
            Self::Postgres(_) => self.begin_write().await,
        }
    }

    /// Bounds the work of one transaction: a server that hangs must not hold whoever waits for it. What SQLite does is
    /// done by this process, and bounded by [`BUSY_TIMEOUT`].
    pub async fn in_time<T, E: From<Error>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        match self {
            Self::Sqlite { .. } => work.await,
            Self::Postgres(_) => patiently(work).await,
        }
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        match self {
            Self::Sqlite {
                writer,
                readers,
                turn,
                ..
            } => {
                readers.close().await;
                writer.close().await;
                drop(turn.lock().await.take());
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// The server ends transactions in which nothing happens: their node hangs or is cut off, and the others wait for what
/// it has locked. Set once connected, because poolers do not let it pass when connecting.
async fn let_go_of_forgotten(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("SET idle_in_transaction_session_timeout = '20s'")
        .execute(connection)
        .await
        .map(|_| ())
}

async fn begin_on_server(pool: &PgPool) -> Result<Tx> {
    patiently(async { Ok(Tx::Postgres(pool.begin().await?)) }).await
}

async fn patiently<T, E: From<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let done = patience::wait(pin!(work), PATIENCE_SECONDS).await;
    done.unwrap_or_else(|| Err(timed_out().into()))
}

const fn timed_out() -> Error {
    Error::Unavailable(sqlx::Error::PoolTimedOut)
}

/// Whether a connection may be used again. When a file cannot be written, SQLite may end a transaction by itself; the
/// driver then fails to roll back and believes for ever that it is open. Such a connection is replaced.
async fn is_clean(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    Ok(!connection.is_in_transaction())
}

/// Counts how often a transaction was tried.
#[derive(Debug, Default)]
pub struct Attempts(u32);

impl Attempts {
    /// Shall it be tried once more?
    pub fn again<T, E: Conflicts>(&mut self, done: &Result<T, E>) -> bool {
        self.0 += 1;
        self.0 < CONFLICT_ATTEMPTS_MAX && done.as_ref().is_err_and(Conflicts::is_conflict)
    }
}

/// An error that may wrap a conflict between transactions.
pub trait Conflicts {
    /// May the same transaction succeed when repeated?
    fn is_conflict(&self) -> bool;
}

/// Says for the error enum of a domain folder that its variant `Internal` may hold a conflict.
#[macro_export]
macro_rules! internal_conflicts {
    ($error:ty) => {
        impl $crate::Conflicts for $error {
            fn is_conflict(&self) -> bool {
                matches!(self, Self::Internal(error) if error.is_conflict())
            }
        }
    };
}

impl Conflicts for Error {
    fn is_conflict(&self) -> bool {
        Self::is_conflict(self)
    }
}

impl Tx {
    /// Which SQL this transaction speaks.
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(..) | Self::Local(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Commits when the work succeeded, and undoes it when it did not. The error of the work is the one that
    /// matters then: a connection that fails to roll back rolls back by being lost.
    pub async fn end<T, E: From<Error>>(self, worked: Result<T, E>) -> Result<T, E> {
        match worked {
            Ok(value) => {
                self.commit().await?;
                Ok(value)
            }
            Err(error) => {
                let _ = self.rollback().await;
                Err(error)
            }
        }
    }

    /// Makes the work durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx, turn) => {
                tx.commit().await?;
                match turn.as_deref() {
                    Some(Some(batches)) => batches.files.are_there(),
                    _ => Ok(()),
                }
            }
            Self::Local(tx) => tx.commit(),
            Self::Postgres(tx) => patiently(async { Ok(tx.commit().await?) }).await,
        }
    }

    /// Undoes the work.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx, _turn) => Ok(tx.rollback().await?),
            Self::Local(tx) => {
                drop(tx);
                Ok(())
            }
            Self::Postgres(tx) => patiently(async { Ok(tx.rollback().await?) }).await,
        }
    }
}
