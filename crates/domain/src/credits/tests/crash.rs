//! `kill -9` in the middle of charging: what was acknowledged is there, and nothing else was taken.
//!
//! The test starts itself once more as the process that charges, kills it without warning while it does, and then
//! reads the books.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::Arc,
};

use db::{BatchWriter, Db, Options, testing::TestDb};
use types::{Clock, LineId, SystemClock, WorkspaceId};

use super::{
    super::{Ledger, Outcome, Request, books},
    guarantees::{Bank, charge},
};
use crate::{access::Actor, ids::Ids};

/// Tells the process that charges what to charge: the database and the workspace.
const DATABASE: &str = "GUILDHALL_TEST_CRASH_DATABASE";
const WORKSPACE: &str = "GUILDHALL_TEST_CRASH_WORKSPACE";
const ACKNOWLEDGED: &str = "acknowledged ";
const CREDITS: i64 = 1_000_000;
const CALLERS: usize = 32;
const ACKNOWLEDGED_BEFORE_KILL: usize = 500;

#[test]
fn no_acknowledged_charge_is_lost_and_none_is_invented_on_sqlite() {
    db::testing::runtime().block_on(async {
        match std::env::var(DATABASE) {
            Ok(path) => charge_for_ever(Options::Sqlite(path.into())).await,
            Err(_) => kill_and_check(TestDb::sqlite()).await,
        }
    });
}

#[test]
fn no_acknowledged_charge_is_lost_and_none_is_invented_on_postgres() {
    db::testing::runtime().block_on(async {
        match std::env::var(DATABASE) {
            Ok(url) => charge_for_ever(Options::Postgres(url)).await,
            Err(_) => {
                let Some(database) = TestDb::postgres().await else {
                    return;
                };
                kill_and_check(database).await;
            }
        }
    });
}

/// The process that is going to be killed: charges from many callers, and says so after each answer.
async fn charge_for_ever(options: Options) {
    let workspace: WorkspaceId = std::env::var(WORKSPACE).unwrap().parse().unwrap();
    let db = Db::open(&options).await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids = Arc::new(Ids::new(Arc::clone(&clock)));
    let (ledger, writer) = BatchWriter::start(db, Arc::new(Ledger::new(clock)));
    for _ in 0..CALLERS {
        let (ledger, ids) = (ledger.clone(), Arc::clone(&ids));
        tokio::spawn(async move {
            loop {
                let request = Request {
                    line: ids.next(),
                    workspace,
                    actor: Actor::System,
                    resolved_under: None,
                    claim: None,
                    note: None,
                    audit: None,
                    movement: charge(1),
                };
                if let Ok(Ok(Outcome::Done(receipt))) = ledger.submit(request).await {
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "{ACKNOWLEDGED}{}", receipt.line).unwrap();
                    out.flush().unwrap();
                }
            }
        });
    }
    writer.await.unwrap();
}

async fn kill_and_check(database: TestDb) {
    let bank = Bank::open(database.open().await).await;
    bank.give(CREDITS).await;
    let workspace = bank.workspace;
    bank.services.db.close().await;

    let (options, place) = (database.options().clone(), place(database.options()));
    let acknowledged = tokio::task::spawn_blocking(move || charge_until_killed(&place, workspace))
        .await
        .unwrap();
    assert!(acknowledged.len() >= ACKNOWLEDGED_BEFORE_KILL);

    let db = Db::open(&options).await.unwrap();
    let charged = charged_lines(&db, workspace).await;
    let lost: Vec<_> = acknowledged.difference(&charged).collect();
    assert!(lost.is_empty(), "acknowledged, and not in the ledger: {lost:?}");
    assert!(
        charged.len() <= acknowledged.len() + CALLERS,
        "only calls under way may be charged and not acknowledged"
    );
    assert_eq!(books::check_all_workspaces(&db).await.unwrap(), vec![]);
    db.close().await;
    database.remove().await;
}

fn place(options: &Options) -> String {
    match options {
        Options::Sqlite(path) => path.display().to_string(),
        Options::Postgres(url) => url.clone(),
    }
}

/// Starts this test again as the process that charges, kills it, and answers what it had acknowledged.
fn charge_until_killed(place: &str, workspace: WorkspaceId) -> HashSet<LineId> {
    let name = match place.starts_with("postgres") {
        true => "no_acknowledged_charge_is_lost_and_none_is_invented_on_postgres",
        false => "no_acknowledged_charge_is_lost_and_none_is_invented_on_sqlite",
    };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("credits::tests::crash::{name}"),
            "--nocapture",
        ])
        .env(DATABASE, place)
        .env(WORKSPACE, workspace.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut acknowledged = HashSet::new();
    let mut is_killed = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        // The last line may be cut off: what was not written whole was not acknowledged.
        let Ok(line) = line else { break };
        let id: Option<LineId> = line.split_once(ACKNOWLEDGED).and_then(|(_, id)| id.parse().ok());
        acknowledged.extend(id);
        if acknowledged.len() >= ACKNOWLEDGED_BEFORE_KILL && !is_killed {
            child.kill().unwrap();
            is_killed = true;
        }
    }
    child.wait().unwrap();
    acknowledged
}

async fn charged_lines(db: &Db, workspace: WorkspaceId) -> HashSet<LineId> {
    use db::Error;
    let rows = db::read!(db, |tx| db::all!(
        tx,
        (uuid::Uuid,),
        "SELECT id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'charge'",
        workspace.uuid()
    ));
    rows.unwrap()
        .into_iter()
        .map(|(id,)| LineId::from_uuid(id))
        .collect()
}
