//! What a workspace finds of its own is whole and its alone, whenever it is asked for and whatever others do. SQLite
//! notes which rows are whose in rounds, so there are more calls here than it leaves for later.

use std::sync::Arc;

use db::{Db, Dialect, Error};
use domain::{
    credits::{self, books},
    flows::Flow,
    runs::{self, RunFilter},
    testing::World,
    usage::{self, EventFilter},
    workspaces,
};
use types::{Duration, Page, PageLimit, RunId};

use crate::{
    flows::join_all,
    workshop::{Workshop, constant},
};

/// More than wait before a round begins.
const CALLS: [usize; 3] = [300, 377, 400];
/// Fewer of two workspaces than lie between two pieces of a round, and more together than lie between two rounds.
const STEP: usize = 16;
const STEPS_MAX: usize = 40;

/// All items of a list, page by page.
macro_rules! all_pages {
    (|$cursor:ident, $limit:ident| $list:expr) => {{
        let ($limit, mut items, mut cursor) = (PageLimit::new(70).unwrap(), Vec::new(), None);
        loop {
            let $cursor = cursor.as_ref();
            let page: Page<_> = $list.await.unwrap();
            items.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break items;
            }
        }
    }};
}

/// A second workspace of the same instance.
async fn neighbour(shop: &Workshop) -> Workshop {
    let owner = shop.world.sign_up("bob").await;
    let neighbour = Workshop {
        world: World {
            services: Arc::clone(&shop.world.services),
            clock: Arc::clone(&shop.world.clock),
        },
        caller: owner.caller.clone(),
        owner,
        instance_key: domain::instance::InstanceKey::random(),
    };
    neighbour.give(10_000).await;
    neighbour
}

async fn calls(shop: &Workshop, flow: &Flow, count: usize) -> Vec<RunId> {
    let answers = join_all((0..count).map(|_| shop.call(flow, "null"))).await;
    answers.into_iter().map(|answer| answer.unwrap().run).collect()
}

/// Every list of the workspace has each of these calls once, and no others.
async fn has_exactly(shop: &Workshop, made: &[RunId]) {
    let (services, caller) = (&*shop.world.services, &shop.caller);
    let mut wanted: Vec<_> = made.iter().map(|run| run.uuid()).collect();
    wanted.sort_unstable_by(|one, other| other.cmp(one));

    let runs = all_pages!(|cursor, limit| runs::list(services, caller, &RunFilter::default(), cursor, limit));
    let found: Vec<_> = runs.iter().map(|run| run.id.uuid()).collect();
    assert_eq!(found, wanted, "runs, newest first");

    let lines = all_pages!(|cursor, limit| credits::ledger(services, caller, None, cursor, limit));
    let numbers: Vec<_> = lines.iter().map(|line| line.seq).collect();
    let last = i64::try_from(numbers.len()).unwrap();
    assert_eq!(
        numbers,
        (1..=last).rev().collect::<Vec<_>>(),
        "lines without gaps"
    );

    let events =
        all_pages!(|cursor, limit| usage::events(services, caller, &EventFilter::default(), cursor, limit));
    let mut found: Vec<_> = events.iter().map(|event| event.id.uuid()).collect();
    found.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(found, wanted, "usage events");
    assert_eq!(
        lines.len() - events.len(),
        1,
        "the credits that were given have a line too"
    );
}

/// How many lines SQLite has noted, and how many not yet; PostgreSQL has nothing to note.
pub async fn noted(db: &Db) -> Option<(i64, i64)> {
    if db.dialect() == Dialect::Postgres {
        return None;
    }
    let counts: Result<(i64, i64), Error> = db::read!(db, |tx| {
        let noted = db::one_value!(tx, i64, "SELECT COUNT(*) FROM ledger_order")?;
        let all = db::one_value!(tx, i64, "SELECT COUNT(*) FROM ledger_lines")?;
        Ok((noted, all - noted))
    });
    Some(counts.unwrap())
}

/// Whether a round is under way that has come through some of its workspaces and not through others.
async fn is_within_a_round(db: &Db) -> bool {
    let others: Result<i64, Error> = db::read!(db, |tx| db::one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM ledger_lines, ordered
         WHERE length(through) > 0 AND workspace_id > through AND place > line_place AND place <= line_end"
    ));
    others.unwrap() > 0
}

db::both! {
    async fn lists_are_whole_between_any_two_calls_and_show_nothing_of_others(db: Db) {
        let ada = Workshop::with_credits(db.clone(), 10_000).await;
        let bob = neighbour(&ada).await;
        let (hers, his) = (ada.live("Echo", &constant("1")).await, bob.live("Echo", &constant("2")).await);
        let (mut of_ada, mut of_bob) = (Vec::new(), Vec::new());
        for count in CALLS {
            let (more_of_ada, more_of_bob) = tokio::join!(calls(&ada, &hers, count), calls(&bob, &his, count));
            of_ada.extend(more_of_ada);
            of_bob.extend(more_of_bob);
            has_exactly(&ada, &of_ada).await;
            has_exactly(&bob, &of_bob).await;
        }
        if let Some((_, 0)) = noted(&db).await {
            // All were just noted, which depends on the batches: the next one waits.
            of_ada.extend(calls(&ada, &hers, 1).await);
            has_exactly(&ada, &of_ada).await;
        }
        if let Some((noted, waiting)) = noted(&db).await {
            assert!(noted > 1_000 && waiting > 0, "both kinds were looked at: {noted} and {waiting}");
            let mut steps = 0;
            while !is_within_a_round(&db).await {
                steps += 1;
                assert!(steps <= STEPS_MAX, "no round begins");
                of_ada.extend(calls(&ada, &hers, STEP).await);
                of_bob.extend(calls(&bob, &his, STEP).await);
            }
            has_exactly(&ada, &of_ada).await;
            has_exactly(&bob, &of_bob).await;
        }
        assert_eq!(books::check_moved_all_workspaces(&db).await.unwrap().found, []);
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }

    async fn a_number_that_a_workspace_has_twice_is_refused_or_found_even_if_nothing_moved(db: Db) {
        let ada = Workshop::with_credits(db.clone(), 10_000).await;
        let flow = ada.live("Echo", &constant("1")).await;
        calls(&ada, &flow, 3).await;
        let twice: Result<u64, Error> = db::write!(db, |tx| db::execute!(
            tx,
            "INSERT INTO ledger_lines (workspace_id, seq, id, kind, available_delta, held_delta, available_after,
                 held_after, actor_kind, at)
             SELECT workspace_id, seq, $2, 'adjust', 0, 0, available_after, held_after, 'system', at
             FROM ledger_lines WHERE workspace_id = $1 AND seq = 3",
            ada.caller.workspace.uuid(),
            ada.world.services.ids.next::<types::kinds::Line>().uuid()
        ));
        if db.dialect() == Dialect::Postgres {
            assert!(matches!(twice, Err(Error::UniqueViolation)), "{twice:?}");
            return;
        }
        assert_eq!(twice.unwrap(), 1);
        // Before it is noted and after.
        for count in [1, 700] {
            calls(&ada, &flow, count).await;
            let found = books::check_all_workspaces(&db).await.unwrap();
            if count > 1 {
                assert!(noted(&db).await.unwrap().0 > 3, "the number was noted, once");
            }
            let numbering = found.iter().filter(|found| found.invariant.starts_with("lines are numbered without gaps"));
            assert_eq!(numbering.count(), 1, "{found:?}");
        }
    }

    async fn what_comes_after_an_erasure_is_found_too(db: Db) {
        let ada = Workshop::with_credits(db.clone(), 10_000).await;
        let bob = neighbour(&ada).await;
        let (hers, his) = (ada.live("Echo", &constant("1")).await, bob.live("Echo", &constant("2")).await);
        let mut of_ada = calls(&ada, &hers, 20).await;
        // The last rows of the tables are his, noted and not, when he goes.
        calls(&bob, &his, 700).await;
        workspaces::delete(&bob.world.services, &bob.caller, "My Workspace").await.unwrap();
        ada.world.clock.advance(Duration::from_days(31));
        assert_eq!(workspaces::erase_due_all_workspaces(&ada.world.services).await.unwrap(), 1);
        for count in CALLS {
            of_ada.extend(calls(&ada, &hers, count).await);
            has_exactly(&ada, &of_ada).await;
        }
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }
}
