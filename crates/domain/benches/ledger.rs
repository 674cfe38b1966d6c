//! How many charges a second the ledger takes, with nothing around it: `cargo bench -p domain --bench ledger`.
//!
//! Prints one line a case: the pure function alone, on one thread and without a database, by the size of its batches;
//! then the writer on SQLite (durable, `synchronous=FULL`) with some callers at once over some workspaces.
//! `GUILDHALL_TEST_POSTGRES_URL` adds PostgreSQL. `-- pure` ends after the pure function.

#![allow(clippy::unwrap_used, reason = "a bench ends where its expectation fails")]

use std::{
    hint::black_box,
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
        submit, testing::Accounts,
    },
    ids::Ids,
    instance::InstanceKey,
};
use types::{Clock, FixedClock, Microcredits, SystemClock, WorkspaceId};

const SECONDS: u64 = 4;
/// Requests of each case of the pure function.
const REQUESTS: usize = 1_000_000;
/// Workspaces that a batch is spread over, if it has as many requests.
const WORKSPACES: usize = 50;

fn main() {
    for batch in [1, 64, 512] {
        pure(batch);
    }
    if std::env::args().any(|argument| argument == "pure") {
        return;
    }
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

/// The same batch over and over, on accounts that never run dry.
fn pure(batch: usize) {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::new(SystemClock.now()));
    let ids = Ids::new(Arc::clone(&clock));
    let workspaces: Vec<WorkspaceId> = (0..WORKSPACES).map(|_| ids.next()).collect();
    let mut accounts = Accounts::open(&workspaces);
    let mut apply = |requests: &[Request]| {
        let outcomes = accounts.apply(clock.now(), requests, &mut || ids.next());
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
        black_box(outcomes);
    };
    for workspace in &workspaces {
        apply(&[grant(&ids, &*clock, *workspace)]);
    }
    let requests: Vec<Request> = (0..batch)
        .map(|number| charge(&ids, workspaces[number % WORKSPACES]))
        .collect();
    let batches = REQUESTS / batch;
    (0..batches / 10).for_each(|_| apply(&requests));
    let start = Instant::now();
    (0..batches).for_each(|_| apply(&requests));
    let each_ns = start.elapsed().as_secs_f64() * 1e9 / (batches * batch) as f64;
    let workspaces = batch.min(WORKSPACES);
    println!("pure      {workspaces:>5} workspaces, batches of {batch:>3}: {each_ns:>7.0} ns/request");
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
                    let outcome = submit(&services, charge(&services.ids, workspace)).await.unwrap();
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
    let grant = grant(&services.ids, &*services.clock, workspace);
    submit(services, grant).await.unwrap();
    workspace
}

fn grant(ids: &Ids, clock: &dyn Clock, workspace: WorkspaceId) -> Request {
    let grant = NewGrant {
        id: ids.next(),
        source: GrantSource::Purchase,
        amount: Microcredits::new(1_000_000_000_000_000),
        priority: 0,
        effective_at: clock.now(),
        expires_at: None,
        external_id: None,
    };
    Request {
        movement: Movement::Grant(grant),
        ..charge(ids, workspace)
    }
}

fn charge(ids: &Ids, workspace: WorkspaceId) -> Request {
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
        line: ids.next(),
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
