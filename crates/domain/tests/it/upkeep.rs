//! What happens by itself.

use db::{Db, Error};
use domain::{
    Config, accounts,
    api_keys::{self, KeyKind, NewKey},
    credits::{self, books},
    flows,
    instance::{self, InstanceKey, SettingsChange},
    runs,
    testing::{World, new_key},
    upkeep,
};
use types::{Duration, Microcredits, WorkspaceId};

use crate::workshop::{Workshop, constant};

const FIVE: Microcredits = Microcredits::new(5_000_000);

async fn rows(db: &Db, sql: &'static str, workspace: WorkspaceId) -> i64 {
    let counted: Result<i64, Error> = db::read!(db, |tx| db::one_value!(tx, i64, sql, workspace.uuid()));
    counted.unwrap()
}

async fn strip(world: &World) -> u64 {
    let part = runs::strip_expired_all_workspaces(&world.services, runs::Position::START)
        .await
        .unwrap();
    assert_eq!(part.next, None);
    part.runs
}

async fn promising_five(db: Db) -> World {
    let world = World::new(db).await;
    let change = SettingsChange {
        signup_bonus: Some(FIVE),
        ..SettingsChange::default()
    };
    instance::change_settings(&world.services, &world.operator(), change)
        .await
        .unwrap();
    world
}

db::both! {
    async fn a_flow_deleted_thirty_days_ago_is_erased_with_what_its_runs_held_and_the_ledger_stays(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 10).await;
        let (gone, kept) = (shop.live("Gone", &constant("1")).await, shop.live("Kept", &constant("2")).await);
        for flow in [&gone, &kept] {
            shop.call(flow, "null").await.unwrap();
            // So that nothing but the erasure takes the values away.
            let patch = flows::FlowPatch { retention_days: Some(3_650), ..flows::FlowPatch::default() };
            flows::update(&shop.world.services, &shop.caller, &flow.id.into(), patch).await.unwrap();
        }
        let services = &shop.world.services;
        flows::delete(services, &shop.caller, &gone.id.into()).await.unwrap();
        shop.world.clock.advance(Duration::from_days(30));
        assert_eq!(flows::erase_due_all_workspaces(services).await.unwrap(), 0, "it can still be restored");
        assert_eq!(strip(&shop.world).await, 0);
        shop.world.clock.advance(Duration::from_hours(2));
        assert_eq!(flows::erase_due_all_workspaces(services).await.unwrap(), 1);
        assert_eq!(flows::erase_due_all_workspaces(services).await.unwrap(), 0);
        assert_eq!(strip(&shop.world).await, 1);
        let workspace = shop.caller.workspace;
        for (sql, left) in [
            ("SELECT COUNT(*) FROM flows WHERE workspace_id = $1", 1),
            ("SELECT COUNT(*) FROM flow_versions WHERE workspace_id = $1", 1),
            ("SELECT COUNT(*) FROM deployments WHERE workspace_id = $1", 1),
            ("SELECT COUNT(*) FROM runs WHERE workspace_id = $1", 2),
            ("SELECT COUNT(*) FROM runs WHERE workspace_id = $1 AND output IS NOT NULL", 1),
            ("SELECT COUNT(*) FROM ledger_lines WHERE workspace_id = $1 AND kind = 'charge'", 2),
            ("SELECT COUNT(*) FROM audit_events WHERE workspace_id = $1 AND action = 'flow.erased'", 1),
        ] {
            assert_eq!(rows(&db, sql, workspace).await, left, "{sql}");
        }
        shop.call(&kept, "null").await.unwrap();
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }

    async fn the_books_are_checked_from_where_they_were_checked_last_and_what_is_wrong_is_found_again(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 10).await;
        let flow = shop.live("Echo", &constant("1")).await;
        shop.call(&flow, "null").await.unwrap();
        let check = async || books::check_moved_all_workspaces(&db).await.unwrap();
        let first = check().await;
        assert_eq!((first.workspaces, first.found), (1, vec![]));
        assert_eq!(check().await.workspaces, 0, "nothing has moved since");
        shop.call(&flow, "null").await.unwrap();
        let spoil: Result<u64, Error> = db::write!(db, |tx| db::execute!(
            tx,
            "UPDATE accounts SET available = available + 1 WHERE workspace_id = $1",
            shop.caller.workspace.uuid()
        ));
        assert_eq!(spoil.unwrap(), 1);
        for _ in 0..2 {
            let wrong = check().await;
            assert_eq!(wrong.workspaces, 1);
            let invariants: Vec<_> = wrong.found.iter().map(|found| found.invariant).collect();
            assert_eq!(invariants, ["the account is what its last line says", "the account is the sum of its grants"]);
        }
        for (sql, invariant) in [
            ("UPDATE accounts SET available = available - 1 WHERE workspace_id = $1", None),
            ("UPDATE ledger_lines SET available_after = available_after + 1, available_delta = available_delta + 1
              WHERE workspace_id = $1 AND seq = (SELECT seq FROM accounts WHERE workspace_id = $1)",
             Some("the account is what its last line says")),
        ] {
            if invariant.is_some() {
                shop.call(&flow, "null").await.unwrap();
            }
            let done: Result<u64, Error> = db::write!(db, |tx| db::execute!(tx, sql, shop.caller.workspace.uuid()));
            assert_eq!(done.unwrap(), 1);
            let found = check().await.found;
            assert_eq!(found.first().map(|found| found.invariant), invariant, "{sql}");
        }
    }

    async fn many_lines_of_one_workspace_are_checked_in_pieces_to_the_last_one(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 10).await;
        let workspace = shop.caller.workspace;
        let one = async |sql: &'static str| rows(&db, sql, workspace).await;
        let first = one("SELECT seq FROM accounts WHERE workspace_id = $1").await;
        let available = one("SELECT available FROM accounts WHERE workspace_id = $1").await;
        let at = one("SELECT MAX(at) FROM ledger_lines WHERE workspace_id = $1").await;
        let last = first + 2_500;
        let added: Result<u64, Error> = db::write!(db, |tx| {
            for seq in first + 1..=last {
                db::execute!(
                    tx,
                    "INSERT INTO ledger_lines (workspace_id, seq, id, kind, available_delta, held_delta, available_after,
                         held_after, actor_kind, at)
                     VALUES ($1, $2, $3, 'adjust', 0, 0, $4, 0, 'system', $5)",
                    workspace.uuid(),
                    seq,
                    shop.world.services.ids.next::<types::kinds::Line>().uuid(),
                    available,
                    at
                )?;
            }
            db::execute!(tx, "UPDATE accounts SET seq = $2 WHERE workspace_id = $1", workspace.uuid(), last)
        });
        assert_eq!(added.unwrap(), 1);
        let check = async || books::check_moved_all_workspaces(&db).await.unwrap();
        let renumber = async |from: i64, to: i64| {
            let done: Result<u64, Error> = db::write!(db, |tx| db::execute!(
                tx,
                "UPDATE ledger_lines SET seq = $3 WHERE workspace_id = $1 AND seq = $2",
                workspace.uuid(),
                from,
                to
            ));
            assert_eq!(done.unwrap(), 1);
        };
        // The last of a piece, the first of one, one in between, one of the last piece, the last of all.
        for missing in [400, 401, 1_234, last - 50, last] {
            renumber(missing, -missing).await;
            let wrong = check().await;
            assert_eq!((wrong.workspaces, wrong.found.len()), (1, 1), "{missing}: {:?}", wrong.found);
            renumber(-missing, missing).await;
        }
        let right = check().await;
        assert_eq!((right.workspaces, right.found), (1, vec![]));
        assert_eq!(one("SELECT verified_seq FROM accounts WHERE workspace_id = $1").await, last);
    }

    async fn one_node_looks_after_the_books_and_another_one_when_it_is_gone(db: Db) {
        let key = InstanceKey::random();
        let (one, two) = (World::node(db.clone(), &key, &Config::default()).await, World::node(db, &key, &Config::default()).await);
        assert!(upkeep::check_books(&one.services).await.unwrap().is_some());
        assert!(upkeep::check_books(&two.services).await.unwrap().is_none());
        assert!(upkeep::check_books(&one.services).await.unwrap().is_some());
        for world in [&one, &two] {
            world.clock.advance(Duration::from_minutes(3));
        }
        assert!(upkeep::check_books(&two.services).await.unwrap().is_some());
        assert!(upkeep::check_books(&one.services).await.unwrap().is_none());
    }

    async fn a_rate_limit_is_divided_among_the_nodes_that_are_alive(db: Db) {
        let on_server = db.dialect() == db::Dialect::Postgres;
        let key = InstanceKey::random();
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(World::node(db.clone(), &key, &Config::default()).await);
        }
        let ada = nodes[0].sign_up("ada").await;
        let limited = NewKey {
            rate_limit_per_minute: Some(10),
            ..new_key("A key", KeyKind::Live)
        };
        let created = api_keys::create(&nodes[0].services, &ada.caller, limited).await.unwrap();
        let passes = async |world: &World| {
            let key = api_keys::authenticate(&world.services, created.text.expose()).await.unwrap();
            (0..50).filter(|_| api_keys::rate_limit(&world.services, &key).is_ok()).count()
        };
        for world in &nodes {
            upkeep::announce(&world.services).await.unwrap();
        }
        // Who came first learns of the others with the next round.
        for world in &nodes {
            assert_eq!(upkeep::announce(&world.services).await.unwrap(), if on_server { 3 } else { 1 });
            assert_eq!(passes(world).await, if on_server { 4 } else { 10 });
        }
        upkeep::withdraw(&nodes[1].services).await.unwrap();
        for world in &nodes {
            world.clock.advance(Duration::from_minutes(2));
        }
        // The third was killed: its lease has run out.
        assert_eq!(upkeep::announce(&nodes[0].services).await.unwrap(), 1);
        assert_eq!(passes(&nodes[0]).await, 10);
    }

    async fn a_signup_bonus_that_was_promised_is_given_once_even_if_the_process_ended_before(db: Db) {
        let world = promising_five(db.clone()).await;
        let services = &world.services;
        let ada = world.sign_up("ada").await;
        let balance = async |who: &domain::testing::Somebody| credits::balance(services, &who.caller).await.unwrap().available;
        // In the audit log by the system, and in the outbox.
        let recorded = async |who: &domain::testing::Somebody| (
            rows(&db, "SELECT COUNT(*) FROM audit_events AS e JOIN grants AS g ON g.id = e.resource_id
                       WHERE e.workspace_id = $1 AND e.action = 'credits.granted' AND e.actor_kind = 'system'
                         AND g.workspace_id = $1 AND g.source = 'signup_bonus'", who.caller.workspace).await,
            rows(&db, "SELECT COUNT(*) FROM outbox WHERE workspace_id = $1 AND type = 'credits.granted'", who.caller.workspace).await,
        );
        assert_eq!(balance(&ada).await, FIVE);
        assert_eq!(recorded(&ada).await, (1, 1));
        assert_eq!(accounts::give_bonuses_due(services).await.unwrap(), 0, "nothing is owed any more");
        // As if the process had ended after sign-up: the promise is there, the grant is not.
        let change = SettingsChange { signup_bonus: Some(Microcredits::ZERO), ..SettingsChange::default() };
        instance::change_settings(services, &world.operator(), change).await.unwrap();
        let bob = world.sign_up("bob").await;
        assert_eq!(balance(&bob).await, Microcredits::ZERO);
        let promised: Result<u64, Error> = db::write!(db, |tx| db::execute!(
            tx,
            "UPDATE users SET signup_bonus_due = $1",
            FIVE.get()
        ));
        assert_eq!(promised.unwrap(), 2);
        assert_eq!(accounts::give_bonuses_due(services).await.unwrap(), 2);
        assert_eq!((balance(&ada).await, balance(&bob).await), (FIVE, FIVE), "the one who had it has it once");
        assert_eq!((recorded(&ada).await, recorded(&bob).await), ((1, 1), (1, 1)), "as the log has it");
        assert_eq!(accounts::give_bonuses_due(services).await.unwrap(), 0);
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }
}
