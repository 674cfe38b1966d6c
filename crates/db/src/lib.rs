//! Everything that knows which database we speak to.
//!
//! One SQL text serves SQLite and PostgreSQL. [`Db`] and [`Tx`] are enums over the two concrete drivers, and
//! [`on!`] compiles the same lines for both, so a store function is written once:
//!
//! ```
//! # use db::{Error, Tx};
//! /// Counts the users who signed up since an instant, in microseconds.
//! async fn count_since(tx: &mut Tx, since_us: i64) -> Result<i64, Error> {
//!     db::one_value!(tx, i64, "SELECT COUNT(*) FROM users WHERE created_at >= $1", since_us)
//! }
//! ```
//!
//! [`execute!`], [`one!`], [`optional!`], [`all!`], [`one_value!`] and [`optional_value!`] take the transaction, the
//! type of a row (`sqlx::FromRow`) or value, the SQL as a literal, and what its placeholders are bound to.
//!
//! Rules for portable SQL: `$1` placeholders; no `now()`, `random()` or defaults with functions; `SUM` cast to
//! BIGINT; no nullable sort keys; booleans are compared by `IS TRUE` or bound; lists go through [`Bulk`]; a text
//! that must differ stands in [`forked!`], which `tidy` counts. This crate knows no business: no workspace, no key.

pub mod backup;
mod bulk;
mod error;
mod files;
mod local;
mod migrate;
mod order;
mod patience;
mod pool;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod writer;

pub use bulk::{Bulk, Column, Rows};
pub use error::Error;
pub use local::{LocalRow, LocalTx};
pub use migrate::SCHEMA_VERSION;
pub use order::Order;
pub use pool::{Attempts, Conflicts, Db, Dialect, Options, Tx};
#[doc(hidden)]
pub use rusqlite;
pub use writer::{Batch, BatchWriter, QUEUE_MAX, QueueFull, Settled};

/// The result of work on the database.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Runs the same lines on whichever database `$tx` is open on, with `$c` bound to the concrete connection; within a
/// batch on SQLite the ones after `local`.
#[macro_export]
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        $crate::on!($tx, |$c| $body, local: |l| l.no_rows())
    };
    ($tx:expr, |$c:ident| $body:expr, local: |$l:ident| $local:expr) => {
        match $tx {
            $crate::Tx::Local($l) => $local,
            $crate::Tx::Sqlite(tx, _) => {
                let $c = &mut **tx;
                ($body).map_err($crate::Error::from)
            }
            $crate::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                ($body).map_err($crate::Error::from)
            }
        }
    };
}

/// Runs a statement: `execute!(tx, "…", bound, …)`. Answers how many rows it changed.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bound:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::on!(
            &mut *$tx,
            |c| sqlx::query(sql)$(.bind($bound))*.execute(c).await.map(|done| done.rows_affected()),
            local: |l| l.execute(sql, &[$(&$bound as &dyn $crate::rusqlite::ToSql),*])
        )
    }};
}

/// Reads exactly one row: `one!(tx, Row, "…", bound, …)`.
#[macro_export]
macro_rules! one {
    ($tx:expr, $row:ty, $sql:expr $(, $bound:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::on!(&mut *$tx, |c| sqlx::query_as::<_, $row>(sql)$(.bind($bound))*.fetch_one(c).await)
    }};
}

/// Reads a row if there is one: `optional!(tx, Row, "…", bound, …)`.
#[macro_export]
macro_rules! optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bound:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::on!(&mut *$tx, |c| sqlx::query_as::<_, $row>(sql)$(.bind($bound))*.fetch_optional(c).await)
    }};
}

/// Reads all rows: `all!(tx, Row, "…", bound, …)`.
#[macro_export]
macro_rules! all {
    ($tx:expr, $row:ty, $sql:expr $(, $bound:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::on!(&mut *$tx, |c| sqlx::query_as::<_, $row>(sql)$(.bind($bound))*.fetch_all(c).await)
    }};
}

/// Reads one value: `one_value!(tx, i64, "…", bound, …)`.
#[macro_export]
macro_rules! one_value {
    ($tx:expr, $value:ty, $sql:expr $(, $bound:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::on!(
            &mut *$tx,
            |c| sqlx::query_scalar::<_, $value>(sql)$(.bind($bound))*.fetch_one(c).await,
            local: |l| l.one_value::<$value>(sql, &[$(&$bound as &dyn $crate::rusqlite::ToSql),*])
        )
    }};
}

/// Reads a value if there is a row: `optional_value!(tx, i64, "…", bound, …)`.
#[macro_export]
macro_rules! optional_value {
    ($tx:expr, $value:ty, $sql:expr $(, $bound:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::on!(
            &mut *$tx,
            |c| sqlx::query_scalar::<_, $value>(sql)$(.bind($bound))*.fetch_optional(c).await,
            local: |l| l.optional_value::<$value>(sql, &[$(&$bound as &dyn $crate::rusqlite::ToSql),*])
        )
    }};
}

/// Writes within one transaction: committed when the lines succeed, undone when they fail, repeated when another
/// transaction was in the way. The lines hold SQL only, because they may run more than once.
///
/// The type `Error` in scope must be `From<db::Error>` and [`Conflicts`]; `?` converts into it. A macro and not a
/// method, because an async closure that borrows cannot yet promise a future that may move between threads.
#[macro_export]
macro_rules! write {
    ($db:expr, |$tx:ident| $body:expr) => {
        // On the heap: a request that may come here must not carry room for a transaction wherever it goes.
        ::std::boxed::Box::pin(async {
            let mut attempts = $crate::Attempts::default();
            loop {
                let done: ::std::result::Result<_, Error> = match $db.begin_write().await {
                    ::std::result::Result::Ok(mut transaction) => {
                        let worked: ::std::result::Result<_, Error> = {
                            let $tx = &mut transaction;
                            $db.in_time(async { $body }).await
                        };
                        transaction.end(worked).await
                    }
                    ::std::result::Result::Err(error) => ::std::result::Result::Err(error.into()),
                };
                if !attempts.again(&done) {
                    break done;
                }
            }
        })
        .await
    };
}

/// Reads within one transaction. As [`write!`], but nothing is kept or repeated.
#[macro_export]
macro_rules! read {
    ($db:expr, |$tx:ident| $body:expr) => {
        ::std::boxed::Box::pin(async {
            match $db.begin_read().await {
                ::std::result::Result::Ok(mut transaction) => {
                    let found: ::std::result::Result<_, Error> = {
                        let $tx = &mut transaction;
                        $db.in_time(async { $body }).await
                    };
                    match transaction.rollback().await {
                        ::std::result::Result::Err(error) if found.is_ok() => {
                            ::std::result::Result::Err(error.into())
                        }
                        _ => found,
                    }
                }
                ::std::result::Result::Err(error) => ::std::result::Result::Err(Error::from(error)),
            }
        })
        .await
    };
}

/// A statement that must differ, both texts side by side. `tidy` counts these.
#[macro_export]
macro_rules! forked {
    ($tx:expr, sqlite: $sqlite:literal, postgres: $postgres:literal $(,)?) => {
        match $tx.dialect() {
            $crate::Dialect::Sqlite => $sqlite,
            $crate::Dialect::Postgres => $postgres,
        }
    };
}
