//! What is restored from a backup works, on either database.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use db::{Db, backup, testing::TestDb};
use domain::{
    access::Caller,
    api_keys::{self, KeyKind},
    credits::{self, books},
    instance::{self, InstanceKey},
    testing::{World, new_key},
};
use types::Clock;

use crate::{
    by_workspace::noted,
    workshop::{Workshop, constant, reaching_this_machine},
};

db::both! {
    async fn what_is_backed_up_while_credits_move_balances_and_serves_on_either_database(db: Db) {
        let shop = Arc::new(Workshop::with_credits(db.clone(), 100_000).await);
        let flow = shop.live("Echo", &constant("1")).await;
        let key = api_keys::create(&shop.world.services, &shop.caller, new_key("A key", KeyKind::Live)).await.unwrap();
        let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let (shop, flow, stop, calls) = (Arc::clone(&shop), flow.clone(), Arc::clone(&stop), Arc::clone(&calls));
                tokio::spawn(async move {
                    while !stop.load(Ordering::SeqCst) {
                        shop.call(&flow, "null").await.unwrap();
                        calls.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        while calls.load(Ordering::SeqCst) < 20 {
            tokio::task::yield_now().await;
        }
        let (mut file, mut tx) = (Vec::new(), db.begin_snapshot().await.unwrap());
        // A statement makes the snapshot; then others commit, and only then it is read.
        let key_id = instance::stored_key_id(&mut tx).await.unwrap().unwrap();
        let seen = calls.load(Ordering::SeqCst);
        while calls.load(Ordering::SeqCst) < seen + 20 {
            tokio::task::yield_now().await;
        }
        let now = shop.world.clock.now();
        backup::dump(&mut tx, now, BTreeMap::new(), &mut file).await.unwrap();
        tx.rollback().await.unwrap();
        stop.store(true, Ordering::SeqCst);
        for caller in callers {
            caller.await.unwrap();
        }
        assert_eq!(key_id, shop.instance_key.id());
        for target in [Some(TestDb::sqlite()), TestDb::postgres().await].into_iter().flatten() {
            let restored = Db::open(target.options()).await.unwrap();
            let mut tx = restored.begin_write().await.unwrap();
            backup::load(&mut tx, &*file, &[], now).await.unwrap();
            assert_eq!(books::check_within_all_workspaces(&mut tx).await.unwrap(), []);
            instance::check_key(&mut tx, &shop.instance_key).await.unwrap();
            let other = instance::check_key(&mut tx, &InstanceKey::random()).await;
            assert!(matches!(other, Err(instance::Error::OtherInstanceKey { .. })), "{other:?}");
            tx.commit().await.unwrap();
            if let Some((noted, waiting)) = noted(&restored).await {
                assert!(noted > 0 && waiting == 0, "lists need not look through everything: {noted} and {waiting}");
            }

            let world = World::node(restored.clone(), &shop.instance_key, &reaching_this_machine()).await;
            let identity = api_keys::authenticate(&world.services, key.text.expose()).await.unwrap();
            let caller = Caller::key(identity, world.origin());
            let before = credits::balance(&world.services, &shop.owner.caller).await.unwrap().available;
            domain::runs::call(&world.services, &caller, crate::workshop::request(&flow, "null")).await.unwrap();
            let after = credits::balance(&world.services, &shop.owner.caller).await.unwrap().available;
            assert_eq!(before.checked_sub(after), Some(types::Microcredits::ONE_CREDIT));
            assert!(before > shop.available().await, "charged after the snapshot");
            assert_eq!(books::check_all_workspaces(&restored).await.unwrap(), []);
            restored.close().await;
            target.remove().await;
        }
    }
}
