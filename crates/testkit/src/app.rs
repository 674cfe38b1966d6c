//! A server in the process of the test.

use std::{future::Future, sync::Arc};

use db::Db;
use domain::{Services, instance::InstanceKey};
use server::{App, AppState, Config, Router};
use types::{Clock, Duration, FixedClock, Timestamp};

use crate::{Actor, Contract};

/// When every test begins.
const START: &str = "2026-11-21T12:00:00Z";

/// A server over a fresh database. Cheap to clone.
#[derive(Clone)]
pub struct TestApp {
    pub(crate) router: Router,
    pub(crate) contract: &'static Contract,
    /// The state of the server, for tests that must look inside.
    pub state: AppState,
    /// The clock that the server goes by.
    pub clock: Arc<FixedClock>,
}

impl TestApp {
    /// Starts a server over a migrated database.
    pub async fn start(db: Db) -> Self {
        Self::start_with(db, |_| {}).await
    }

    /// Starts a server with a configuration of its own.
    pub async fn start_with(db: Db, configure: impl FnOnce(&mut Config)) -> Self {
        let start: Timestamp = START.parse().expect("the start is a time");
        let clock = Arc::new(FixedClock::new(start));
        let services = Services::start(
            db,
            &InstanceKey::random(),
            Arc::clone(&clock) as Arc<dyn Clock>,
            &domain::Config::default(),
        )
        .await
        .expect("the services start");
        let mut config = Config {
            public_url: "http://guildhall.test".to_owned(),
            trusted_proxies: Vec::new(),
            bench_ceiling: false,
        };
        configure(&mut config);
        let state = App::new(services, config);
        Self {
            router: server::router(AppState::clone(&state)),
            contract: Contract::of_this_release(),
            state,
            clock,
        }
    }

    /// Moves time ahead.
    pub fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Somebody without any credential.
    pub fn anonymous(&self) -> Actor {
        Actor::new(self.clone())
    }
}

/// Runs `test` against a server on SQLite.
pub fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    db::testing::on_sqlite(async |db| run(db, test).await);
}

/// Runs `test` against a server on PostgreSQL, if there is one.
pub fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    db::testing::on_postgres(async |db| run(db, test).await);
}

async fn run<F: Future<Output = ()>>(db: Db, test: impl FnOnce(TestApp) -> F) {
    let app = TestApp::start(db).await;
    test(app).await;
}
