//! The batching writer's own connection to SQLite.
//!
//! The driver of the other connections runs each statement on a thread of its own and sends every row through a
//! channel: two changes of thread for a statement, an allocation for a value. A batch is some twenty statements, so
//! on SQLite it runs here instead: synchronously, on the writer's thread, its prepared statements bound row by row.
//! See docs/adr/0012-a-writer-thread-for-sqlite.md.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::{OpenFlags, ToSql, types::FromSql};
use sqlx::SqlSafeStr;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Error, Result, files::Files};

/// Whoever writes to SQLite holds this: writers queue here, in order, and not in SQLite, whose waiting is polling.
/// Inside is the connection of the batches, until it is closed.
pub type Turn = Arc<Mutex<Option<Batches>>>;

const STATEMENTS_MAX: usize = 64;
/// How long commits gather before their pages are copied into the database. The disk flushes what is copied, and who
/// commits meanwhile waits for that: little and often keeps that wait short.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(50);

/// The connection of the batches.
#[derive(Debug)]
pub struct Batches {
    pub connection: rusqlite::Connection,
    pub files: Arc<Files>,
    checkpoints: Checkpoints,
}

impl Batches {
    /// Opens it; the database must be there.
    pub fn open(path: &Path, pragmas: &[(&str, &str)], busy: Duration) -> Result<Self> {
        let checkpoints = Checkpoints::start(open(path, pragmas, busy)?);
        let connection = open(path, pragmas, busy)?;
        // With the first look into the database SQLite opens its log.
        connection.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
        Ok(Self {
            connection,
            files: Arc::new(Files::of(path)?),
            checkpoints,
        })
    }
}

fn open(path: &Path, pragmas: &[(&str, &str)], busy: Duration) -> Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    for (name, value) in pragmas {
        connection.pragma_update(None, name, value)?;
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// Copies what was committed from the write-ahead log into the database, beside the writer and not in its way. The
/// writer itself only has to do the rest when the log is full.
#[derive(Debug)]
struct Checkpoints {
    shared: Arc<Due>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Due {
    committed: AtomicBool,
    ended: AtomicBool,
}

impl Due {
    /// Waits the whole time, however often commits wake the thread, unless the end comes first.
    fn wait(&self, time: Duration) {
        let began = Instant::now();
        while !self.ended.load(Ordering::Acquire)
            && let Some(left) = time.checked_sub(began.elapsed())
        {
            std::thread::park_timeout(left);
        }
    }
}

impl Checkpoints {
    fn start(connection: rusqlite::Connection) -> Self {
        let shared = Arc::<Due>::default();
        let due = Arc::clone(&shared);
        let run = move || {
            while !due.ended.load(Ordering::Acquire) {
                if due.committed.load(Ordering::Acquire) {
                    due.wait(CHECKPOINT_EVERY);
                    due.committed.store(false, Ordering::Release);
                    // Waits for nobody; what it cannot do now the next one does.
                    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
                    {
                        tracing::warn!(error = &error as &dyn std::error::Error, "a checkpoint failed");
                    }
                } else {
                    std::thread::park();
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(run);
        // Without it the writer does all of it, as it would without this thread.
        Self {
            shared,
            thread: thread.ok(),
        }
    }

    fn committed(&self) {
        if !self.shared.committed.swap(true, Ordering::AcqRel)
            && let Some(thread) = &self.thread
        {
            thread.thread().unpark();
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

/// An open transaction of a batch. Dropped without an end, it is rolled back.
#[derive(Debug)]
pub struct LocalTx(OwnedMutexGuard<Option<Batches>>);

/// A row that a [`Bulk`](crate::Bulk) answers, its fields in the order of the columns. See [`row!`](crate::row).
pub trait LocalRow: Sized {
    /// Reads it.
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self>;
}

impl<A: FromSql, B: FromSql> LocalRow for (A, B) {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok((row.get(0)?, row.get(1)?))
    }
}

impl LocalTx {
    /// Begins one, as the only writer.
    pub fn begin(turn: OwnedMutexGuard<Option<Batches>>) -> Result<Self> {
        let tx = Self(turn);
        tx.batches()?.files.are_there()?;
        // SQLite that could not write may have kept a transaction open.
        if !tx.connection()?.is_autocommit() {
            tx.execute("ROLLBACK", &[])?;
        }
        tx.execute("BEGIN IMMEDIATE", &[]).map_err(Error::waited_for)?;
        Ok(tx)
    }

    /// Makes it durable.
    pub fn commit(self) -> Result<()> {
        self.execute("COMMIT", &[])?;
        self.batches()?.checkpoints.committed();
        self.batches()?.files.are_there()
    }

    /// Runs a statement. Answers how many rows it changed.
    pub fn execute(&self, sql: impl SqlSafeStr, bound: &[&dyn ToSql]) -> Result<u64> {
        Ok(self.statement(sql.into_sql_str().as_str())?.execute(bound)? as u64)
    }

    /// Reads a value if there is a row.
    pub fn optional_value<T: FromSql>(
        &self,
        sql: impl SqlSafeStr,
        bound: &[&dyn ToSql],
    ) -> Result<Option<T>> {
        let mut statement = self.statement(sql.into_sql_str().as_str())?;
        let mut rows = statement.query(bound)?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Reads one value.
    pub fn one_value<T: FromSql>(&self, sql: impl SqlSafeStr, bound: &[&dyn ToSql]) -> Result<T> {
        self.optional_value(sql, bound)?
            .ok_or(Error::Other(sqlx::Error::RowNotFound))
    }

    /// The error of whoever reads or writes rows another way than by [`Bulk`](crate::Bulk).
    pub fn no_rows<T>(&self) -> Result<T> {
        Err(Error::Other(sqlx::Error::AnyDriverError(
            "within a batch rows go through `Bulk`".into(),
        )))
    }

    /// The prepared statement. SQLite numbers parameters as they first appear in the text, whatever they are called,
    /// and they are bound by that number.
    pub fn statement(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        let statement = self.connection()?.prepare_cached(sql)?;
        debug_assert!(
            (1..=statement.parameter_count()).all(|number| statement
                .parameter_name(number)
                .is_none_or(|name| name[1..] == number.to_string())),
            "the first of each parameter come in order: {sql}"
        );
        Ok(statement)
    }

    fn connection(&self) -> Result<&rusqlite::Connection> {
        Ok(&self.batches()?.connection)
    }

    fn batches(&self) -> Result<&Batches> {
        self.0.as_ref().ok_or(Error::Unavailable(sqlx::Error::PoolClosed))
    }
}

impl Drop for LocalTx {
    fn drop(&mut self) {
        if let Ok(connection) = self.connection()
            && !connection.is_autocommit()
        {
            // What cannot be rolled back now is when the next one begins.
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
}

/// Declares the struct of a row that a [`Bulk`](crate::Bulk) answers, its fields named as the columns and in their
/// order.
#[macro_export]
macro_rules! row {
    ($(#[$about:meta])* $vis:vis struct $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$about])*
        #[derive(sqlx::FromRow)]
        $vis struct $name { $($field: $type),* }

        impl $crate::LocalRow for $name {
            fn read(row: &$crate::rusqlite::Row<'_>) -> $crate::rusqlite::Result<Self> {
                let mut column = 0;
                $(
                    debug_assert_eq!(row.as_ref().column_name(column)?, stringify!($field));
                    let $field = row.get(column)?;
                    column += 1;
                )*
                debug_assert_eq!(row.as_ref().column_count(), column);
                Ok(Self { $($field),* })
            }
        }
    };
}
