//! How many charges a second the ledger takes, with nothing around it: `cargo bench -p domain --bench ledger`.
//!
//! Prints one line a case: the pure function alone, then the writer on SQLite (durable, `synchronous=FULL`) with
//! some callers at once over some workspaces. `GUILDHALL_TEST_POSTGRES_URL` adds PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a bench ends where its expectation fails")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use db::{Db, testing::TestDb};
use domain::{
    Config, Services,
    access::Actor,
    credits::{
        CallStatus, Ending, GrantSource, MeteredCall, Movement, NewGrant, Outcome, Request, open_account,
        submit,
    },
    instance::InstanceKey,
};
use types::{Clock, Microcredits, SystemClock, WorkspaceId};

const SECONDS: u64 = 4;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for (workspaces, callers) in [(1, 64), (50, 64), (50, 256), (1_000, 256)] {
            let database = TestDb::sqlite();
            case("sqlite", database.open().await, workspaces, callers).await;
            database.remove().await;
        }
        for (workspaces, callers) in [(1, 256), (50, 256)] {
            let Some(database) = TestDb::postgres().await else {
                return;
            };
            case("postgres", database.open().await, workspaces, callers).await;
            database.remove().await;
        }
    });
}

async fn case(name: &str, db: Db, workspaces: usize, callers: usize) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let services = Services::start(db, &InstanceKey::random(), clock, &Config::default())
        .await
        .unwrap();
    let mut ids = Vec::new();
    for _ in 0..workspaces {
        ids.push(open(&services).await);
    }
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let end = start + Duration::from_secs(SECONDS);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (services, done) = (Arc::clone(&services), Arc::clone(&done));
            let workspace = ids[caller % ids.len()];
            tokio::spawn(async move {
                while Instant::now() < end {
                    let outcome = submit(&services, charge(&services, workspace)).await.unwrap();
                    assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let rate = done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    println!("{name:<9} {workspaces:>5} workspaces, {callers:>4} callers: {rate:>9.0} charges/s");
    services.db.close().await;
}

async fn open(services: &Services) -> WorkspaceId {
    let workspace = services.ids.next();
    let mut tx = services.db.begin_write().await.unwrap();
    open_account(&mut tx, workspace).await.unwrap();
    tx.commit().await.unwrap();
    let grant = NewGrant {
        id: services.ids.next(),
        source: GrantSource::Purchase,
        amount: Microcredits::new(1_000_000_000_000_000),
        priority: 0,
        effective_at: services.clock.now(),
        expires_at: None,
        external_id: None,
    };
    submit(
        services,
        Request {
            movement: Movement::Grant(grant),
            ..charge(services, workspace)
        },
    )
    .await
    .unwrap();
    workspace
}

fn charge(services: &Services, workspace: WorkspaceId) -> Request {
    let call = Arc::new(MeteredCall {
        key: Some(types::Id::from_uuid(workspace.uuid())),
        key_lineage: None,
        user: None,
        flow: None,
        flow_version: None,
        environment: None,
        tenant: None,
        resource: None,
        surface: "verify".to_owned(),
        test: false,
        tags: None,
    });
    let ending = Ending {
        status: CallStatus::Succeeded,
        latency_us: 900,
        run: None,
        answer: None,
    };
    Request {
        line: services.ids.next(),
        workspace,
        actor: Actor::System,
        resolved_under: None,
        claim: None,
        note: None,
        audit: None,
        movement: Movement::Charge {
            amount: Microcredits::ONE_CREDIT,
            call,
            ending,
        },
    }
}
