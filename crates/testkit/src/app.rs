//! A server in the process of the test.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use db::Db;
use domain::{Services, access::Role, instance::InstanceKey};
use serde_json::{Value, json};
use server::{App, AppState, Config, Router};
use types::{Clock, Duration, FixedClock, Timestamp, UserId, WorkspaceId};

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
    key: Arc<InstanceKey>,
    people: Arc<AtomicU32>,
}

impl TestApp {
    /// Starts a server over a migrated database.
    pub async fn start(db: Db) -> Self {
        let start: Timestamp = START.parse().expect("the start is a time");
        let clock = Arc::new(FixedClock::new(start));
        let key = InstanceKey::random();
        let services = services(db, &key, &clock, &domain::Config::default()).await;
        let config = Config {
            public_url: "http://guildhall.test".to_owned(),
            trusted_proxies: Vec::new(),
            bench_ceiling: false,
            limits: server::Limits::default(),
        };
        let state = App::new(services, config);
        Self {
            router: server::router(AppState::clone(&state)),
            contract: Contract::of_this_release(),
            state,
            clock,
            key: Arc::new(key),
            people: Arc::default(),
        }
    }

    /// The same instance, served by a process that was started with other settings.
    pub async fn restarted(&self, settings: &domain::Config) -> Self {
        let db = self.state.services.db.clone();
        let services = services(db, &self.key, &self.clock, settings).await;
        let state = App::new(services, self.state.config.clone());
        Self {
            router: server::router(AppState::clone(&state)),
            state,
            ..self.clone()
        }
    }

    /// Runs a statement, for states that no route leads to.
    pub async fn sql(&self, statement: &'static str) {
        domain::testing::run_sql(&self.state.services, statement).await;
    }

    /// How many changes were ever recorded.
    pub async fn changes(&self) -> i64 {
        domain::testing::count_changes(&self.state.services).await
    }

    /// Takes what was recorded since it was asked last.
    pub async fn take_records(&self) -> domain::testing::Records {
        domain::testing::take_records_all_workspaces(&self.state.services).await
    }

    /// The same instance, met by the world in another way.
    #[must_use]
    pub fn configured(&self, configure: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.state.config.clone();
        configure(&mut config);
        let state = App::new(Arc::clone(&self.state.services), config);
        Self {
            router: server::router(AppState::clone(&state)),
            state,
            ..self.clone()
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

    /// The operator of the instance: who signed up first.
    pub async fn operator(&self) -> Actor {
        assert_eq!(
            self.people.load(Ordering::SeqCst),
            0,
            "the operator is the first to sign up"
        );
        self.sign_up("operator").await
    }

    /// A person with his personal workspace, who runs nothing else.
    pub async fn owner(&self) -> Actor {
        self.somebody("owner").await
    }

    /// A person who has nothing to do with the others.
    pub async fn stranger(&self) -> Actor {
        self.somebody("stranger").await
    }

    /// A person who is a member, with this role, of the workspace of another one, and names that workspace.
    pub async fn member(&self, of: &Actor, role: Role) -> Actor {
        let member = self.somebody(role.as_str()).await;
        let workspace: WorkspaceId = of.workspace().parse().expect("the id of a workspace");
        let user: UserId = member.user().parse().expect("the id of a user");
        domain::testing::add_member(&self.state.services, workspace, user, role).await;
        member.in_workspace(of.workspace())
    }

    /// Somebody who may read most and change nothing.
    pub async fn viewer(&self, of: &Actor) -> Actor {
        self.member(of, Role::Viewer).await
    }

    /// Whoever holds this key.
    pub fn key(&self, text: &str) -> Actor {
        self.anonymous().with("authorization", &format!("Bearer {text}"))
    }

    /// Whoever holds a new key of the actor's workspace, made from this body.
    pub async fn key_of(&self, of: &Actor, body: Value) -> Actor {
        let made = of.post("/v1/keys", body).await.created();
        self.key(made["key"].as_str().expect("a new key is told"))
    }

    /// The time in so long, as it is written in bodies.
    pub fn clock_plus(&self, span: Duration) -> String {
        self.clock.now().plus(span).to_string()
    }

    async fn somebody(&self, name: &str) -> Actor {
        if self.people.load(Ordering::SeqCst) == 0 {
            self.sign_up("operator").await;
        }
        self.sign_up(name).await
    }

    async fn sign_up(&self, name: &str) -> Actor {
        let [high, low] = u16::try_from(self.people.fetch_add(1, Ordering::SeqCst))
            .expect("few people")
            .to_be_bytes();
        let actor = self.anonymous().at_address([10, 0, high, low].into());
        let body = json!({
            "email": format!("{name}-{high}-{low}@example.com"), "name": name, "password": PASSWORD,
        });
        let answer = actor.post("/v1/auth/sign-up", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        actor.signed_in(&answer)
    }

    /// Fails the test when the books of any workspace do not balance.
    pub async fn assert_books_balance(&self) {
        let wrong = domain::credits::books::check_all_workspaces(&self.state.services.db).await;
        match wrong {
            Ok(wrong) => assert!(wrong.is_empty(), "the books do not balance: {wrong:#?}"),
            // A test that has closed the database has nothing more to check.
            Err(error) => eprintln!("the books could not be read: {error}"),
        }
    }
}

async fn services(
    db: Db,
    key: &InstanceKey,
    clock: &Arc<FixedClock>,
    settings: &domain::Config,
) -> Arc<Services> {
    Services::start(db, key, Arc::clone(clock) as Arc<dyn Clock>, settings)
        .await
        .expect("the services start")
}

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

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
    test(app.clone()).await;
    app.assert_books_balance().await;
}
