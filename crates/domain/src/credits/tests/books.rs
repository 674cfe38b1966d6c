//! The check of the books finds each thing that can be wrong with them, says where, and finds nothing where all is right.

use std::{collections::BTreeSet, sync::Arc};

use db::{Db, Dialect, Tx};
use types::{Duration, LineId, Microcredits, UserId, WorkspaceId};

use super::{
    super::{
        CallStatus, CapSubject, CapSubjectKind, Ending, GrantSource, HoldClaim, LATENCY_BUCKETS_US,
        MeteredCall, Movement, NewGrant, Outcome, Period, Receipt, Request, books, set_cap, store, submit,
    },
    model::{call, ending},
};
use crate::{
    access::Actor,
    testing::{Somebody, World},
};

/// Two customers with everything in their books that there can be, and in order.
struct Scene {
    world: World,
    ada: Somebody,
    /// Of hers, taken and not closed.
    open: Receipt,
}

impl Scene {
    async fn new(db: Db) -> Self {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        keep_busy(&world, &bob).await;
        let open = keep_busy(&world, &ada).await;
        Self { world, ada, open }
    }

    fn db(&self) -> &Db {
        &self.world.services.db
    }

    fn workspace(&self) -> WorkspaceId {
        self.ada.caller.workspace
    }

    /// Free calls, all at once.
    async fn charges(&self, count: usize) {
        let calls: Vec<_> = (0..count)
            .map(|_| {
                let services = Arc::clone(&self.world.services);
                let charge = Request {
                    movement: Movement::Charge {
                        amount: Microcredits::ZERO,
                        call: by_user(self.ada.user.id),
                        ending: ending(),
                    },
                    ..Request::look(&services, self.workspace(), Actor::System, None)
                };
                tokio::spawn(async move { submit(&services, charge).await.unwrap() })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
    }

    /// What the job of each minute finds.
    async fn of_the_minute(&self) -> Vec<&'static str> {
        let moved = books::check_moved_all_workspaces(self.db()).await.unwrap();
        assert!(
            moved
                .found
                .iter()
                .all(|found| found.workspace == self.workspace()),
            "{:?}",
            moved.found
        );
        moved.found.iter().map(|found| found.invariant).collect()
    }

    async fn change(&self, statement: &'static str) {
        use db::Error;
        let changed: Result<u64, Error> =
            db::write!(self.db(), |tx| change(tx, statement, self.workspace()).await);
        assert_eq!(changed.unwrap(), 1, "{statement}");
    }
}

async fn change(tx: &mut Tx, statement: &'static str, workspace: WorkspaceId) -> db::Result<u64> {
    db::execute!(tx, statement, workspace.uuid())
}

fn by_user(user: UserId) -> Arc<MeteredCall> {
    Arc::new(MeteredCall {
        key: None,
        user: Some(user),
        ..(*call()).clone()
    })
}

async fn done(world: &World, workspace: WorkspaceId, movement: Movement) -> Receipt {
    let request = Request {
        movement,
        ..Request::look(&world.services, workspace, Actor::System, None)
    };
    match submit(&world.services, request).await.unwrap() {
        Outcome::Done(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

/// Caps, two grants, calls of a key and of a person, a refund, and holds: posted, voided and then charged, and open.
/// Answers the open one.
async fn keep_busy(world: &World, somebody: &Somebody) -> Receipt {
    let (services, workspace) = (&world.services, somebody.caller.workspace);
    let whole = CapSubject {
        kind: CapSubjectKind::Workspace,
        id: workspace.uuid(),
    };
    let limit = Microcredits::new(1_000);
    set_cap(services, &somebody.caller, whole, Period::Day, limit)
        .await
        .unwrap();
    for _ in 0..2 {
        let grant = NewGrant {
            id: services.ids.next(),
            source: GrantSource::Promotion,
            amount: Microcredits::new(100),
            priority: 0,
            effective_at: services.clock.now(),
            expires_at: None,
            external_id: None,
        };
        done(world, workspace, Movement::Grant(grant)).await;
    }
    let charge = |amount, call| Movement::Charge {
        amount: Microcredits::new(amount),
        call,
        ending: ending(),
    };
    let hold = || Movement::Hold {
        amount: Microcredits::new(10),
        deadline: services.clock.now().plus(Duration::from_days(9)),
        call: by_user(somebody.user.id),
        claimed: HoldClaim::Taking,
    };
    // Of both grants.
    done(world, workspace, charge(120, call())).await;
    let charged = done(world, workspace, charge(5, by_user(somebody.user.id))).await;
    done(world, workspace, Movement::Refund { of: charged.line }).await;
    let posted = done(world, workspace, hold()).await;
    let failed = Ending {
        status: CallStatus::Failed,
        ..ending()
    };
    done(world, workspace, post(posted.line, 7, failed)).await;
    let voided = done(world, workspace, hold()).await;
    done(world, workspace, void(voided.line)).await;
    done(world, workspace, post(voided.line, 3, ending())).await;
    done(world, workspace, hold()).await
}

fn post(hold: LineId, amount: i64, ending: Ending) -> Movement {
    Movement::Post {
        hold: hold.cast(),
        amount: Some(Microcredits::new(amount)),
        ending,
    }
}

fn void(hold: LineId) -> Movement {
    Movement::Void {
        hold: hold.cast(),
        forgotten: false,
    }
}

/// What the database itself would refuse.
async fn without_checks(tx: &mut Tx) -> db::Result<u64> {
    match tx.dialect() {
        Dialect::Sqlite => db::execute!(tx, "PRAGMA ignore_check_constraints = on"),
        Dialect::Postgres => db::execute!(tx, "ALTER TABLE accounts DROP CONSTRAINT accounts_held_check"),
    }
}

const NOT_NEGATIVE: &str = "available and held are not negative";
const NUMBERED: &str = "lines are numbered without gaps, each balance is the one before plus the change";
const ROLLUP: &str = "the usage rollup is the sum of the closing lines";
const REFUND: &str = "a refund gives back what one call has cost";
const USED: &str = "what a cap counts as used is what the rollup says";

/// One row spoiled each, and what does not hold then.
const SPOILS: &[(&str, &str)] = &[
    (NOT_NEGATIVE, "UPDATE accounts SET held = -1 WHERE workspace_id = $1"),
    ("the account is the sum of its lines", "UPDATE accounts SET available = available + 1 WHERE workspace_id = $1"),
    (
        "the account is the sum of its lines",
        "DELETE FROM ledger_lines WHERE workspace_id = $1 AND seq = (SELECT seq FROM accounts WHERE workspace_id = $1)",
    ),
    ("the account is the sum of its grants", "UPDATE grants SET remaining = remaining + 1 WHERE workspace_id = $1 AND remaining > 0"),
    (NUMBERED, "DELETE FROM ledger_lines WHERE workspace_id = $1 AND seq = 4"),
    (NUMBERED, "UPDATE ledger_lines SET available_after = available_after + 1 WHERE workspace_id = $1 AND seq = 4"),
    (NUMBERED, "UPDATE ledger_lines SET held_delta = held_delta + 1 WHERE workspace_id = $1 AND seq = 4"),
    (
        "a closed grant has nothing left, and no grant has more than was given",
        "UPDATE grants SET closed_at = 1 WHERE workspace_id = $1 AND remaining > 0",
    ),
    (
        "a grant is the sum of what its lines moved",
        "UPDATE ledger_lines SET grant_id = NULL WHERE workspace_id = $1 AND kind = 'post'",
    ),
    (
        "a line is the sum of its allocations",
        "UPDATE line_allocations SET remaining_delta = remaining_delta - 1 WHERE workspace_id = $1 AND remaining_delta = -20",
    ),
    (
        "a hold is closed at most once, and each post and void closes one",
        "UPDATE ledger_lines SET related_id = (SELECT related_id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'void')
         WHERE workspace_id = $1 AND kind = 'post'",
    ),
    (
        "a hold is closed at most once, and each post and void closes one",
        "UPDATE ledger_lines SET related_id = NULL WHERE workspace_id = $1 AND kind = 'void'",
    ),
    // Charged twice, once by a post, and twice after it was voided.
    (
        "a hold is closed at most once, and each post and void closes one",
        "UPDATE ledger_lines SET related_id = (SELECT related_id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'post')
         WHERE workspace_id = $1 AND kind = 'charge' AND available_delta = -5",
    ),
    (
        "a hold is closed at most once, and each post and void closes one",
        "UPDATE ledger_lines SET related_id = (SELECT related_id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'void')
         WHERE workspace_id = $1 AND kind = 'charge' AND available_delta = -5",
    ),
    (
        REFUND,
        "UPDATE ledger_lines SET related_id = (SELECT id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'void')
         WHERE workspace_id = $1 AND kind = 'refund'",
    ),
    (
        REFUND,
        "UPDATE ledger_lines SET related_id = (SELECT id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'post')
         WHERE workspace_id = $1 AND kind = 'refund'",
    ),
    (
        "what is held is the sum of the open holds",
        "UPDATE holds SET amount = amount + 1 WHERE workspace_id = $1 AND closed_at IS NULL",
    ),
    (
        ROLLUP,
        "UPDATE ledger_lines SET status = NULL WHERE workspace_id = $1 AND kind = 'post'",
    ),
    (ROLLUP, "UPDATE usage_rollup SET quarter = quarter + 900000000 WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET flow_id = workspace_id WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET key_id = workspace_id WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET user_id = workspace_id WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET environment_id = workspace_id WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET tenant_id = workspace_id WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET status = 'timed_out' WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET latency_bucket = 2 WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET calls = calls + 1 WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET credits = credits - 1 WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "UPDATE usage_rollup SET latency_us = latency_us + 1 WHERE workspace_id = $1 AND status = 'failed'"),
    (ROLLUP, "DELETE FROM usage_rollup WHERE workspace_id = $1 AND status = 'failed'"),
    (USED, "UPDATE cap_usage SET used = used + 1 WHERE workspace_id = $1"),
    (books::HELD, "UPDATE cap_usage SET held = held + 1 WHERE workspace_id = $1"),
    (books::HELD, "UPDATE cap_usage SET held = 0 WHERE workspace_id = $1"),
];

/// What the job of each minute finds of holds, refunds, the rollup and the caps, and how it is put right again.
const SPOILS_OF_THE_MINUTE: &[(&str, &str, &str)] = &[
    (
        "each post and void closes a hold, which it alone does",
        "UPDATE ledger_lines SET related_id = (SELECT related_id FROM ledger_lines WHERE workspace_id = $1 AND kind = 'void')
         WHERE workspace_id = $1 AND kind = 'charge' AND available_delta = -5",
        "UPDATE ledger_lines SET related_id = NULL WHERE workspace_id = $1 AND kind = 'charge' AND available_delta = -5",
    ),
    (
        REFUND,
        "UPDATE ledger_lines SET related_id = workspace_id WHERE workspace_id = $1 AND kind = 'refund'",
        "UPDATE ledger_lines SET related_id = (SELECT id FROM ledger_lines
                                               WHERE workspace_id = $1 AND kind = 'charge' AND available_delta = -5)
         WHERE workspace_id = $1 AND kind = 'refund'",
    ),
    (
        ROLLUP,
        "UPDATE usage_rollup SET tenant_id = workspace_id WHERE workspace_id = $1 AND status = 'failed'",
        "UPDATE usage_rollup SET tenant_id = flow_id WHERE workspace_id = $1 AND status = 'failed'",
    ),
    (
        ROLLUP,
        "UPDATE usage_rollup SET latency_bucket = 2 WHERE workspace_id = $1 AND status = 'failed'",
        "UPDATE usage_rollup SET latency_bucket = 1 WHERE workspace_id = $1 AND status = 'failed'",
    ),
    (
        ROLLUP,
        "UPDATE usage_rollup SET calls = calls + 1 WHERE workspace_id = $1 AND status = 'failed'",
        "UPDATE usage_rollup SET calls = calls - 1 WHERE workspace_id = $1 AND status = 'failed'",
    ),
    (
        USED,
        "UPDATE cap_usage SET used = used + 1 WHERE workspace_id = $1",
        "UPDATE cap_usage SET used = used - 1 WHERE workspace_id = $1",
    ),
    (
        books::HELD,
        "UPDATE cap_usage SET held = held + 1 WHERE workspace_id = $1",
        "UPDATE cap_usage SET held = held - 1 WHERE workspace_id = $1",
    ),
];

db::both! {
    async fn each_invariant_is_found_broken_where_it_is_and_nowhere_else(db: Db) {
        let scene = Scene::new(db.clone()).await;
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
        for (invariant, spoil) in SPOILS {
            let mut tx = db.begin_write().await.unwrap();
            if *invariant == NOT_NEGATIVE {
                without_checks(&mut tx).await.unwrap();
            }
            assert_eq!(change(&mut tx, spoil, scene.workspace()).await.unwrap(), 1, "{spoil}");
            let found = books::check_within_all_workspaces(&mut tx).await.unwrap();
            tx.rollback().await.unwrap();
            assert!(found.iter().any(|found| found.invariant == *invariant), "{spoil}: {found:?}");
            assert!(found.iter().all(|found| found.workspace == scene.workspace()), "{spoil}: {found:?}");
        }
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
        let spoiled: BTreeSet<_> = SPOILS.iter().map(|(invariant, _)| *invariant).collect();
        let checked: BTreeSet<_> = store::audit::CHECKS.iter().map(|check| check.invariant).chain([books::HELD]).collect();
        assert_eq!(spoiled, checked, "each one is spoiled once at least");
    }

    async fn the_check_of_each_minute_finds_what_is_wrong_with_holds_refunds_rollup_and_caps(db: Db) {
        let scene = Scene::new(db).await;
        for (invariant, spoil, repair) in SPOILS_OF_THE_MINUTE {
            scene.change(spoil).await;
            for _ in 0..2 {
                assert_eq!(scene.of_the_minute().await, [*invariant], "{spoil}");
            }
            scene.change(repair).await;
        }
        assert_eq!(scene.of_the_minute().await, [""; 0]);
    }

    async fn the_check_of_each_minute_compares_a_quarter_of_an_hour_once_more_when_it_is_over(db: Db) {
        let scene = Scene::new(db).await;
        assert_eq!(scene.of_the_minute().await, [""; 0]);
        scene.change("UPDATE usage_rollup SET calls = calls + 1 WHERE workspace_id = $1 AND status = 'failed'").await;
        assert_eq!(scene.of_the_minute().await, [""; 0], "nothing has moved");
        scene.world.clock.advance(Duration::from_minutes(15));
        scene.charges(1).await;
        assert_eq!(scene.of_the_minute().await, [ROLLUP]);
    }

    async fn a_clock_that_was_set_back_makes_no_books_wrong(db: Db) {
        let scene = Scene::new(db.clone()).await;
        // One line came while it was an hour ahead, and more after it than the first look goes back.
        for ahead in [
            "UPDATE ledger_lines SET at = at + 3600000000 WHERE workspace_id = $1 AND status = 'failed'",
            "UPDATE usage_rollup SET quarter = quarter + 3600000000 WHERE workspace_id = $1 AND status = 'failed'",
        ] {
            scene.change(ahead).await;
        }
        scene.charges(250).await;
        assert_eq!(scene.of_the_minute().await, [""; 0]);
        scene.world.clock.advance(Duration::from_hours(1));
        for _ in 0..2 {
            scene.charges(1).await;
            assert_eq!(scene.of_the_minute().await, [""; 0]);
        }
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }

    async fn a_latency_at_either_end_of_each_step_is_counted_where_the_check_expects_it(db: Db) {
        let scene = Scene::new(db.clone()).await;
        for latency_us in LATENCY_BUCKETS_US.into_iter().flat_map(|end| [end, end + 1]).chain([0, i64::from(u32::MAX)]) {
            let movement = Movement::Charge { amount: Microcredits::ZERO, call: call(), ending: Ending { latency_us, ..ending() } };
            done(&scene.world, scene.workspace(), movement).await;
        }
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
        assert_eq!(scene.of_the_minute().await, [""; 0]);
    }

    async fn a_cap_gets_back_what_a_hold_has_set_aside_however_late_that_is(db: Db) {
        let scene = Scene::new(db.clone()).await;
        scene.world.clock.advance(Duration::from_days(5));
        done(&scene.world, scene.workspace(), void(scene.open.line)).await;
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }
}
