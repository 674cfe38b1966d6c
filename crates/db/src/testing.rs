//! Fresh databases for tests. Only with the feature `testing`.
//!
//! ```
//! db::both! {
//!     async fn a_fresh_database_has_no_users(db: db::Db) {
//!         // runs once on SQLite and once on PostgreSQL
//!     }
//! }
//! ```
//! PostgreSQL is asked when `GUILDHALL_TEST_POSTGRES_URL` names a server on which databases may be made, which
//! `cargo xtask test` sees to; without it those tests say so and end.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{Connection, PgConnection};
use types::{Clock, SystemClock, Timestamp};

use crate::{Db, Options, Result, Tx};

mod proxy;

pub use proxy::{Cut, Proxy};

/// Where tests find a PostgreSQL server.
pub const POSTGRES_URL_VARIABLE: &str = "GUILDHALL_TEST_POSTGRES_URL";

/// A database of one test, removed when dropped by [`TestDb::remove`].
#[derive(Debug)]
pub struct TestDb {
    options: Options,
    directory: PathBuf,
    server: Option<String>,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Process ids come back and leftovers stay, so a name also tells when it was made.
fn unique_name() -> String {
    let made = SystemClock.now().us();
    format!(
        "guildhall_test_{}_{made}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    )
}

impl TestDb {
    /// An empty SQLite file in a directory of its own.
    pub fn sqlite() -> Self {
        let directory = std::env::temp_dir().join(unique_name());
        std::fs::create_dir_all(&directory).expect("the temporary directory is writable");
        Self {
            options: Options::Sqlite(directory.join("guildhall.db")),
            directory,
            server: None,
        }
    }

    /// An empty database on the server that the environment names; `None`, and said so, when it names none.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES_URL_VARIABLE) else {
            eprintln!("not run: {POSTGRES_URL_VARIABLE} is not set; `cargo xtask test` sets it");
            return None;
        };
        let name = unique_name();
        administer(&server, &format!("CREATE DATABASE {name}")).await;
        let (base, _) = server.rsplit_once('/').expect("the URL ends in a database name");
        let directory = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&directory).expect("the temporary directory is writable");
        Some(Self {
            options: Options::Postgres(format!("{base}/{name}")),
            directory,
            server: Some(server),
        })
    }

    /// How to open it.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// A directory for whatever else the test stores.
    pub const fn directory(&self) -> &PathBuf {
        &self.directory
    }

    /// Opens it, migrated.
    pub async fn open(&self) -> Db {
        let db = Db::open(&self.options).await.expect("the test database opens");
        db.migrate(Timestamp::from_us(1_700_000_000_000_000))
            .await
            .expect("the test database migrates");
        db
    }

    /// Deletes the database.
    pub async fn remove(self) {
        if let (Some(server), Options::Postgres(url)) = (&self.server, &self.options)
            && let Some((_, name)) = url.rsplit_once('/')
        {
            administer(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

#[expect(clippy::disallowed_methods, reason = "the names are made above, from numbers")]
async fn administer(server: &str, sql: &str) {
    let mut connection = PgConnection::connect(server)
        .await
        .expect("the test PostgreSQL answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .expect("the test PostgreSQL obeys");
    let _ = connection.close().await;
}

/// Runs `test` with a fresh migrated SQLite database.
pub fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Db) -> F) {
    runtime().block_on(async {
        let test_db = TestDb::sqlite();
        let db = test_db.open().await;
        test(db.clone()).await;
        db.close().await;
        test_db.remove().await;
    });
}

/// Runs `test` with a fresh migrated PostgreSQL database, if there is a server.
pub fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(Db) -> F) {
    runtime().block_on(async {
        let Some(test_db) = TestDb::postgres().await else {
            return;
        };
        let db = test_db.open().await;
        test(db.clone()).await;
        db.close().await;
        test_db.remove().await;
    });
}

/// The same behind a line that can be cut; the test gets both.
pub fn on_postgres_behind_a_proxy<F: Future<Output = ()>>(test: impl FnOnce(Db, Proxy) -> F) {
    runtime().block_on(async {
        let Some(test_db) = TestDb::postgres().await else {
            return;
        };
        test_db.open().await.close().await;
        let proxy = Proxy::start(test_db.options()).await;
        let db = Db::open(proxy.options())
            .await
            .expect("the proxy leads to the database");
        test(db.clone(), proxy).await;
        db.close().await;
        test_db.remove().await;
    });
}

/// The runtime of a test: several threads, so that races are real.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be started")
}

/// Defines tests that run on both databases, from one text.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: $ty:ty) $body:block)*) => {
        $($(#[$meta])* mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($db: $ty) $body

            #[test]
            fn sqlite() {
                $crate::testing::on_sqlite(test);
            }

            #[test]
            fn postgres() {
                $crate::testing::on_postgres(test);
            }
        })*
    };
}

/// Runs a statement, for states that no operation leads to, by those who may not speak SQL. Answers how many rows it
/// changed.
pub async fn run(tx: &mut Tx, statement: &'static str) -> Result<u64> {
    crate::execute!(tx, statement)
}

/// Lets the file of an SQLite database grow to so many pages: fewer than there are mean a full disk.
pub async fn limit_pages(db: &Db, pages: u32) {
    let Db::Sqlite { writer, turn, .. } = db else {
        unreachable!("it is SQLite")
    };
    let turn = turn.lock().await;
    let batches = turn.as_ref().expect("it is open");
    batches
        .connection
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .expect("the pragma is understood");
    #[expect(clippy::disallowed_methods, reason = "a pragma takes no parameters")]
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(pragma)
        .execute(writer)
        .await
        .expect("the pragma is understood");
}
