//! What happens to money when the database fails in the middle of it, and when several servers share one.

use std::sync::Arc;

use db::testing::{Cut, TestDb, on_postgres_behind_a_proxy};
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

/// With a database that several servers can open.
fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(TestDb) -> F) {
    db::testing::runtime().block_on(async {
        if let Some(database) = TestDb::postgres().await {
            test(database).await;
        }
    });
}

#[test]
fn a_connection_cut_during_the_commit_neither_loses_nor_doubles_a_charge() {
    on_postgres_behind_a_proxy(async |db, proxy| {
        let bank = Bank::open(db).await;
        bank.give(100).await;
        // The commit happens, its answer is lost: the charge is found and answered.
        proxy.cut(Cut::After);
        assert_eq!(bank.done(charge(10)).await.charged, Microcredits::new(10));
        assert_eq!(bank.available().await, 90);
        // The commit never reaches the server: the caller is told, and nothing was taken.
        proxy.cut(Cut::Before);
        let lost = super::super::submit(&bank.services, bank.request(charge(10))).await;
        assert!(matches!(lost, Err(Error::Unwritten(_))), "{lost:?}");
        assert_eq!(bank.available().await, 90);
        assert!(proxy.was_cut(), "both cuts were made");
        bank.balanced().await;
    });
}

#[test]
fn a_connection_cut_during_the_commit_neither_loses_nor_doubles_a_hold_or_its_price() {
    on_postgres_behind_a_proxy(async |db, proxy| {
        let bank = Bank::open(db).await;
        bank.give(100).await;
        let hold = || {
            bank.request(hold(
                50,
                bank.services.clock.now().plus(Duration::from_minutes(1)),
            ))
        };
        let post = |hold: &Receipt| bank.request(post(hold.line.cast(), 20));
        // The commit happens, its answer is lost: the hold and its price are found and answered.
        proxy.cut(Cut::After);
        let held = sent(&bank, &hold()).await.unwrap();
        assert_eq!((held.available.get(), held.held.get()), (50, 50));
        proxy.cut(Cut::After);
        let posted = sent(&bank, &post(&held)).await.unwrap();
        assert_eq!(
            (posted.charged.get(), posted.available.get(), posted.held.get()),
            (20, 80, 0)
        );
        // The commit never reaches the server: nothing is held, and nothing was paid until it is sent again.
        let lost = hold();
        proxy.cut(Cut::Before);
        assert!(matches!(sent(&bank, &lost).await, Err(Error::Unwritten(_))));
        let void = Movement::Void {
            hold: lost.line.cast(),
            forgotten: false,
        };
        assert_eq!(bank.submit(void).await, Outcome::Refused(Refusal::UnknownHold));
        let held = sent(&bank, &hold()).await.unwrap();
        let posting = post(&held);
        proxy.cut(Cut::Before);
        assert!(matches!(sent(&bank, &posting).await, Err(Error::Unwritten(_))));
        assert_eq!(sent(&bank, &posting).await.unwrap().available.get(), 60);
        assert_eq!(bank.available().await, 60);
        bank.balanced().await;
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
    on_postgres(async |database| {
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
    on_postgres(async |database| {
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
