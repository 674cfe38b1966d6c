//! The batching writer's own connection to SQLite.
//!
//! The driver of the other connections runs each statement on a thread of its own and sends every row through a
//! channel: two changes of thread for a statement, an allocation for a value. A batch is some twenty statements, so
//! on SQLite it runs here instead: synchronously, on the writer's thread, its prepared statements bound row by row.
//! See docs/adr/0011-a-writer-thread-for-sqlite.md.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::{OpenFlags, ToSql, types::FromSql};
use sqlx::SqlSafeStr;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Error, Result};

/// Whoever writes to SQLite holds this: writers queue here, in order, and not in SQLite, whose waiting is polling.
/// Inside is the connection of the batches, until it is closed.
pub type Turn = Arc<Mutex<Option<rusqlite::Connection>>>;

const STATEMENTS_MAX: usize = 64;

/// Opens the connection; the database must be there.
pub fn open(path: &Path, pragmas: &[(&str, &str)], busy: Duration) -> Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    for (name, value) in pragmas {
        connection.pragma_update(None, name, value)?;
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// An open transaction of a batch. Dropped without an end, it is rolled back.
#[derive(Debug)]
pub struct LocalTx(OwnedMutexGuard<Option<rusqlite::Connection>>);

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
    pub fn begin(turn: OwnedMutexGuard<Option<rusqlite::Connection>>) -> Result<Self> {
        let tx = Self(turn);
        tx.execute("BEGIN IMMEDIATE", &[])?;
        Ok(tx)
    }

    /// Makes it durable.
    pub fn commit(self) -> Result<()> {
        self.execute("COMMIT", &[]).map(|_| ())
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

    /// A batch reads rows through [`Bulk`](crate::Bulk) alone.
    pub fn no_rows<T>(&self) -> Result<T> {
        Err(Error::Other(sqlx::Error::AnyDriverError(
            "a batch reads rows through `Bulk`".into(),
        )))
    }

    /// The prepared statement.
    pub fn statement(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        Ok(self.connection()?.prepare_cached(sql)?)
    }

    fn connection(&self) -> Result<&rusqlite::Connection> {
        self.0.as_ref().ok_or(Error::Unavailable(sqlx::Error::PoolClosed))
    }
}

impl Drop for LocalTx {
    fn drop(&mut self) {
        if let Some(connection) = &*self.0
            && !connection.is_autocommit()
        {
            // What cannot be rolled back is rolled back when the connection begins its next transaction or ends.
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
