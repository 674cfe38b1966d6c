//! What happens to money when the database fails in the middle of it, and when several servers share one.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use db::{Db, Options, testing::TestDb};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use types::{Duration, Microcredits};

use super::{
    super::{Error, Movement, Outcome, Receipt, Refusal, Request, books},
    guarantees::{Bank, charge, hold, post},
    verification::Shop,
};
use crate::{
    Config, api_keys,
    credits::verify::{self, VerdictCode},
    instance::InstanceKey,
    testing::World,
};

/// What the proxy does with the next commit.
const FORWARD: u8 = 0;
const CUT_AFTER: u8 = 1;
const CUT_BEFORE: u8 = 2;

/// Stands between us and PostgreSQL, and can cut the line at a commit.
struct Proxy {
    url: String,
    next_commit: Arc<AtomicU8>,
}

impl Proxy {
    async fn start(server_url: &str) -> Self {
        let authority = server_url
            .split('@')
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = server_url.replace(authority, &listener.local_addr().unwrap().to_string());
        let next_commit = Arc::new(AtomicU8::new(FORWARD));
        let (server, commands) = (authority.to_owned(), Arc::clone(&next_commit));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&commands)));
            }
        });
        Self { url, next_commit }
    }
}

async fn carry(client: TcpStream, server: TcpStream, next_commit: Arc<AtomicU8>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut buffer = vec![0; 65_536];
    while let Ok(read) = from_client.read(&mut buffer).await {
        let commits = buffer[..read].windows(7).any(|bytes| bytes == b"COMMIT\0");
        let command = if commits {
            next_commit.swap(FORWARD, Ordering::SeqCst)
        } else {
            FORWARD
        };
        if command == CUT_AFTER {
            // The server is going to commit; nobody will hear of it.
            back.abort();
        }
        if read == 0 || command == CUT_BEFORE || to_server.write_all(&buffer[..read]).await.is_err() {
            break;
        }
        if command == CUT_AFTER {
            break;
        }
    }
    back.abort();
}

fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(TestDb, String) -> F) {
    db::testing::runtime().block_on(async {
        let Some(database) = TestDb::postgres().await else {
            return;
        };
        let Options::Postgres(url) = database.options().clone() else {
            unreachable!("it is PostgreSQL")
        };
        database.open().await.close().await;
        test(database, url).await;
    });
}

#[test]
fn a_connection_cut_during_the_commit_neither_loses_nor_doubles_a_charge() {
    on_postgres(async |database, url| {
        let proxy = Proxy::start(&url).await;
        let bank = Bank::open(Db::open(&Options::Postgres(proxy.url.clone())).await.unwrap()).await;
        bank.give(100).await;
        // The commit happens, its answer is lost: the charge is found and answered.
        proxy.next_commit.store(CUT_AFTER, Ordering::SeqCst);
        assert_eq!(bank.done(charge(10)).await.charged, Microcredits::new(10));
        assert_eq!(bank.available().await, 90);
        // The commit never reaches the server: the caller is told, and nothing was taken.
        proxy.next_commit.store(CUT_BEFORE, Ordering::SeqCst);
        let lost = super::super::submit(&bank.services, bank.request(charge(10))).await;
        assert!(matches!(lost, Err(Error::Unwritten(_))), "{lost:?}");
        assert_eq!(bank.available().await, 90);
        assert_eq!(
            proxy.next_commit.load(Ordering::SeqCst),
            FORWARD,
            "both cuts were made"
        );
        bank.balanced().await;
        bank.services.db.close().await;
        database.remove().await;
    });
}

#[test]
fn a_connection_cut_during_the_commit_neither_loses_nor_doubles_a_hold_or_its_price() {
    on_postgres(async |database, url| {
        let proxy = Proxy::start(&url).await;
        let bank = Bank::open(Db::open(&Options::Postgres(proxy.url.clone())).await.unwrap()).await;
        bank.give(100).await;
        let cut = |command| proxy.next_commit.store(command, Ordering::SeqCst);
        let hold = || {
            bank.request(hold(
                50,
                bank.services.clock.now().plus(Duration::from_minutes(1)),
            ))
        };
        let post = |hold: &Receipt| bank.request(post(hold.line.cast(), 20));
        // The commit happens, its answer is lost: the hold and its price are found and answered.
        cut(CUT_AFTER);
        let held = sent(&bank, &hold()).await.unwrap();
        assert_eq!((held.available.get(), held.held.get()), (50, 50));
        cut(CUT_AFTER);
        let posted = sent(&bank, &post(&held)).await.unwrap();
        assert_eq!(
            (posted.charged.get(), posted.available.get(), posted.held.get()),
            (20, 80, 0)
        );
        // The commit never reaches the server: nothing is held, and nothing was paid until it is sent again.
        let lost = hold();
        cut(CUT_BEFORE);
        assert!(matches!(sent(&bank, &lost).await, Err(Error::Unwritten(_))));
        let void = Movement::Void {
            hold: lost.line.cast(),
            forgotten: false,
        };
        assert_eq!(bank.submit(void).await, Outcome::Refused(Refusal::UnknownHold));
        let held = sent(&bank, &hold()).await.unwrap();
        let posting = post(&held);
        cut(CUT_BEFORE);
        assert!(matches!(sent(&bank, &posting).await, Err(Error::Unwritten(_))));
        assert_eq!(sent(&bank, &posting).await.unwrap().available.get(), 60);
        assert_eq!(bank.available().await, 60);
        bank.balanced().await;
        bank.services.db.close().await;
        database.remove().await;
    });
}

async fn sent(bank: &Bank, request: &Request) -> Result<Receipt, Error> {
    match super::super::submit(&bank.services, request.clone()).await? {
        Outcome::Done(receipt) => Ok(receipt),
        other => panic!("expected it to be done: {other:?}"),
    }
}

#[test]
fn two_servers_spend_one_balance_to_exactly_nothing() {
    on_postgres(async |database, _| {
        let key = InstanceKey::random();
        let first = World::node(database.open().await, &key, &Config::default()).await;
        let second = World::node(database.open().await, &key, &Config::default()).await;
        let shop = Arc::new(Shop::in_world(first, "100").await);
        let second = Arc::new(second);
        let calls: Vec<_> = (0..200)
            .map(|number| {
                let (shop, second) = (Arc::clone(&shop), Arc::clone(&second));
                tokio::spawn(async move {
                    let node = if number % 2 == 0 { &shop.world } else { &*second };
                    verify::verify(&node.services, &node.operator(), &shop.asked())
                        .await
                        .unwrap()
                })
            })
            .collect();
        let mut accepted = 0;
        for call in calls {
            match call.await.unwrap().refused {
                None => accepted += 1,
                Some(code) => assert_eq!(code, VerdictCode::InsufficientCredits),
            }
        }
        assert_eq!((accepted, shop.available().await), (100, "0".to_owned()));
        shop.balanced().await;
        shop.world.services.db.close().await;
        second.services.db.close().await;
        database.remove().await;
    });
}

#[test]
fn a_key_revoked_on_one_server_is_not_charged_on_the_other_once_the_answer_is_out() {
    on_postgres(async |database, _| {
        let key = InstanceKey::random();
        let first = World::node(database.open().await, &key, &Config::default()).await;
        let second = World::node(database.open().await, &key, &Config::default()).await;
        let shop = Shop::in_world(first, "100").await;
        let on_second = || async {
            verify::verify(&second.services, &second.operator(), &shop.asked())
                .await
                .unwrap()
                .refused
        };
        assert_eq!(on_second().await, None);
        api_keys::revoke(&shop.world.services, &shop.caller, shop.key.key.id)
            .await
            .unwrap();
        // Its clock stands still, so its cache still trusts the key: the ledger does not.
        assert_eq!(on_second().await, Some(VerdictCode::Revoked));
        assert_eq!(shop.available().await, "99");
        shop.world.services.db.close().await;
        second.services.db.close().await;
        database.remove().await;
    });
}

#[test]
fn a_full_database_refuses_and_recovers_by_itself() {
    db::testing::on_sqlite(async |db| {
        let bank = Bank::open(db.clone()).await;
        bank.give(1_000).await;
        db::testing::limit_pages(&db, 1).await;
        let mut refused = 0;
        for _ in 0..50 {
            refused += i32::from(
                super::super::submit(&bank.services, bank.request(charge(1)))
                    .await
                    .is_err(),
            );
        }
        assert!(refused > 0, "the database is full");
        db::testing::limit_pages(&db, 1_073_741_823).await;
        assert!(matches!(bank.submit(charge(1)).await, Outcome::Done(_)));
        assert_eq!(bank.available().await, i64::from(1_000 - (50 - refused) - 1));
        bank.balanced().await;
    });
}

#[test]
fn a_database_that_is_gone_refuses_without_a_panic() {
    db::testing::on_sqlite(async |db| {
        let bank = Bank::open(db.clone()).await;
        bank.give(10).await;
        db.close().await;
        let gone = super::super::submit(&bank.services, bank.request(charge(1))).await;
        assert!(matches!(gone, Err(Error::Unwritten(_))), "{gone:?}");
        assert!(books::check_all_workspaces(&db).await.is_err());
    });
}
