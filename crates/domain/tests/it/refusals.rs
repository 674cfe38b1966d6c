//! Calls that are refused are counted and a few of them kept, and nobody fills memory or disk by them.

use std::collections::{BTreeMap, BTreeSet};

use db::Db;
use domain::{
    access::{Actor, Caller, Role},
    api_keys::{KeyKind, NewKey},
    credits::{CapSubject, CapSubjectKind, Period, books, set_cap},
    runs::{self, Error},
    usage::{
        self, Calls, EventFilter, Grouping, ROWS_PER_QUARTER_MAX, Reason, Refused, SAMPLE_LIFETIME,
        SAMPLES_PER_HOUR_MAX, StatusFilter, Summary, SummaryQuery, UsageEvent, UsageStatus,
    },
};
use types::{Duration, Microcredits, PageLimit};

use crate::workshop::{GREETING, Workshop, in_environment, request};

const ADA: &str = r#"{"name":"Ada"}"#;

async fn flushed(shop: &Workshop) -> u64 {
    usage::flush_refused(&shop.world.services).await.unwrap()
}

async fn summary(shop: &Workshop, calls: Calls) -> Summary {
    let query = SummaryQuery {
        group_by: Grouping {
            status: true,
            ..Grouping::default()
        },
        calls,
        ..SummaryQuery::default()
    };
    usage::summary(&shop.world.services, &shop.caller, &query)
        .await
        .unwrap()
}

/// How many calls were refused, by status.
async fn refused(shop: &Workshop, calls: Calls) -> BTreeMap<String, i64> {
    let rows = summary(shop, calls).await.rows.into_iter();
    rows.filter(|row| row.totals.refused > 0)
        .map(|row| (row.group.status.unwrap(), row.totals.refused))
        .collect()
}

async fn samples(shop: &Workshop, reason: Option<Reason>) -> Vec<UsageEvent> {
    let filter = EventFilter {
        status: Some(StatusFilter::Refused(reason)),
        ..EventFilter::default()
    };
    let limit = PageLimit::new(200).unwrap();
    usage::events(&shop.world.services, &shop.caller, &filter, None, limit)
        .await
        .unwrap()
        .items
}

async fn balanced(shop: &Workshop) {
    assert_eq!(
        books::check_all_workspaces(&shop.world.services.db)
            .await
            .unwrap(),
        vec![]
    );
}

fn a_refusal(shop: &Workshop, reason: Reason) -> Refused {
    Refused {
        workspace: shop.caller.workspace,
        reason,
        actor: shop.caller.actor,
        flow: None,
        environment: None,
        tenant: None,
        resource: None,
        surface: "api",
        test: false,
    }
}

db::both! {
    async fn each_reason_is_counted_by_flow_key_and_environment_and_kept_as_a_sample(db: Db) {
        let shop = Workshop::with_credits(db, 2).await;
        let services = &shop.world.services;
        let (flow, other) = (shop.live("Good", GREETING).await, shop.live("Other", GREETING).await);
        let new = NewKey { flows: Some(vec![flow.id.into()]), environments: Some(vec!["production".parse().unwrap()]), ..Workshop::new_key(KeyKind::Live) };
        let key = shop.key_of(new).await;
        let key_id = key.key.as_ref().unwrap().id;

        shop.call_as(&key, request(&flow, ADA)).await.unwrap();
        let denied = shop.call_as(&key, request(&other, ADA)).await;
        assert!(matches!(denied, Err(Error::Restricted(_))), "{denied:?}");
        let elsewhere = shop.call_as(&key, in_environment(request(&flow, ADA), "staging")).await;
        assert!(matches!(elsewhere, Err(Error::EnvironmentNotAllowed { .. })), "{elsewhere:?}");
        let capped = CapSubject { kind: CapSubjectKind::Flow, id: flow.id.uuid() };
        set_cap(services, &shop.caller, capped, Period::Day, Microcredits::ONE_CREDIT).await.unwrap();
        let reached = shop.call_as(&key, request(&flow, ADA)).await;
        assert!(matches!(reached, Err(Error::CapReached { .. })), "{reached:?}");
        shop.call_as(&shop.caller, request(&other, ADA)).await.unwrap();
        let poor = shop.call_as(&shop.caller, request(&other, ADA)).await;
        assert!(matches!(poor, Err(Error::InsufficientCredits { .. })), "{poor:?}");
        let viewer = Caller::member(shop.caller.workspace, shop.caller.user().unwrap(), Role::Viewer, shop.world.origin());
        assert!(matches!(shop.call_as(&viewer, request(&other, ADA)).await, Err(Error::Denied(_))));
        // What is not one of 402, 403 and 429 is no refusal.
        shop.call_as(&shop.caller, request(&other, "7")).await.unwrap_err();

        assert!(refused(&shop, Calls::default()).await.is_empty(), "written in bulk and not with the call");
        assert!(flushed(&shop).await > 0);
        assert_eq!(flushed(&shop).await, 0);
        let all = [
            ("refused_cap_reached", 1),
            ("refused_environment_not_allowed", 1),
            ("refused_flow_not_allowed", 1),
            ("refused_insufficient_credits", 1),
            ("refused_permission_denied", 1),
        ];
        let spelled = |expected: &[(&str, i64)]| expected.iter().map(|(status, calls)| ((*status).to_owned(), *calls)).collect::<BTreeMap<_, _>>();
        assert_eq!(refused(&shop, Calls::default()).await, spelled(&all));
        let of_key = Calls { key: Some(key_id), ..Calls::default() };
        assert_eq!(refused(&shop, of_key).await, spelled(&all[..3]));
        let of_flow = Calls { flow: Some("good".parse().unwrap()), ..Calls::default() };
        assert_eq!(refused(&shop, of_flow).await, spelled(&all[..2]));
        let of_staging = Calls { environment: Some("staging".parse().unwrap()), ..Calls::default() };
        assert_eq!(refused(&shop, of_staging).await, spelled(&all[1..2]));
        let of_person = Calls { user: shop.caller.user(), ..Calls::default() };
        assert_eq!(refused(&shop, of_person).await, spelled(&all[3..]));
        let totals = summary(&shop, Calls::default()).await.totals;
        assert_eq!((totals.calls, totals.errors, totals.refused), (2, 0, 5));

        assert_eq!(samples(&shop, None).await.len(), 5);
        let [sample] = samples(&shop, Some(Reason::CapReached)).await.try_into().unwrap();
        assert_eq!((sample.status, sample.flow, sample.key), (UsageStatus::Refused(Reason::CapReached), Some(flow.id), Some(key_id)));
        assert_eq!((sample.credits, sample.surface.as_str()), (Microcredits::ZERO, "api"));
        assert_eq!(usage::event(services, &shop.caller, sample.id).await.unwrap(), sample);
        let accepted = usage::events(services, &shop.caller, &EventFilter::default(), None, PageLimit::default()).await.unwrap();
        assert_eq!(accepted.items.len(), 2, "refused ones are listed only when asked for");
        balanced(&shop).await;
    }

    async fn a_key_that_is_turned_away_at_the_door_is_counted(db: Db) {
        let shop = Workshop::with_credits(db, 2).await;
        let flow = shop.live("Good", GREETING).await;
        let key = shop.key(KeyKind::Live).await;
        shop.call_as(&key, request(&flow, ADA)).await.unwrap();
        let identity = key.key.as_ref().unwrap();
        runs::turned_away(&shop.world.services, identity, Some(&"good".parse().unwrap()), runs::AtTheDoor::AddressDenied);
        let reference = flow.id.into();
        runs::turned_away(&shop.world.services, identity, Some(&reference), runs::AtTheDoor::WorkspaceSuspended);
        flushed(&shop).await;
        let counted = refused(&shop, Calls { key: Some(identity.id), ..Calls::default() }).await;
        assert_eq!(counted.into_values().sum::<i64>(), 2);
    }

    async fn refusals_fill_neither_memory_nor_disk(db: Db) {
        let shop = Workshop::with_credits(db, 2).await;
        let services = &shop.world.services;
        let many = ROWS_PER_QUARTER_MAX as u64 + 100;
        for _ in 0..many {
            let actor = Actor::ApiKey(services.ids.next());
            usage::note_refused(services, Refused { actor, ..a_refusal(&shop, Reason::RateLimited) });
        }
        // Those beyond share one row.
        let rows = flushed(&shop).await;
        assert_eq!(rows, ROWS_PER_QUARTER_MAX as u64 + 1 + u64::from(SAMPLES_PER_HOUR_MAX));
        assert_eq!(refused(&shop, Calls::default()).await["refused_rate_limited"], many as i64);
        assert_eq!(samples(&shop, None).await.len(), SAMPLES_PER_HOUR_MAX as usize);
        // Another reason has its own samples, and the next hour again some.
        usage::note_refused(services, a_refusal(&shop, Reason::CapReached));
        shop.world.clock.advance(Duration::from_hours(1));
        usage::note_refused(services, a_refusal(&shop, Reason::RateLimited));
        flushed(&shop).await;
        assert_eq!(samples(&shop, Some(Reason::RateLimited)).await.len(), SAMPLES_PER_HOUR_MAX as usize + 1);
        assert_eq!(samples(&shop, Some(Reason::CapReached)).await.len(), 1);
        balanced(&shop).await;
    }

    async fn samples_are_erased_after_their_time_and_the_counts_stay(db: Db) {
        let shop = Workshop::with_credits(db, 2).await;
        usage::note_refused(&shop.world.services, a_refusal(&shop, Reason::RateLimited));
        flushed(&shop).await;
        shop.world.clock.advance(SAMPLE_LIFETIME);
        domain::upkeep::run_due(&shop.world.services).await;
        assert_eq!(samples(&shop, None).await.len(), 1);
        shop.world.clock.advance(Duration::from_ms(1));
        domain::upkeep::run_due(&shop.world.services).await;
        assert_eq!(samples(&shop, None).await.len(), 0);
        let query = SummaryQuery { from: Some(shop.world.services.clock.now().minus(Duration::from_days(40))), ..SummaryQuery::default() };
        let summary = usage::summary(&shop.world.services, &shop.caller, &query).await.unwrap();
        assert_eq!(summary.totals.refused, 1);
    }

    async fn what_could_not_be_written_is_written_later_and_counted_once(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 2).await;
        usage::note_refused(&shop.world.services, a_refusal(&shop, Reason::RateLimited));
        let moved = async |from: &'static str, to: &'static str| {
            let sql = match (from, to) {
                ("usage_rollup", _) => "ALTER TABLE usage_rollup RENAME TO elsewhere",
                _ => "ALTER TABLE elsewhere RENAME TO usage_rollup",
            };
            use db::Error;
            let done: Result<u64, db::Error> = db::write!(db, |tx| db::execute!(tx, sql));
            done.unwrap();
        };
        moved("usage_rollup", "elsewhere").await;
        usage::flush_refused(&shop.world.services).await.unwrap_err();
        moved("elsewhere", "usage_rollup").await;
        usage::note_refused(&shop.world.services, a_refusal(&shop, Reason::RateLimited));
        flushed(&shop).await;
        assert_eq!(refused(&shop, Calls::default()).await["refused_rate_limited"], 2);
        assert_eq!(samples(&shop, None).await.len(), 2);
    }

    async fn a_sample_that_the_database_refuses_keeps_no_other_one_from_being_written(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 2).await;
        let services = &shop.world.services;
        let refuse_poison = match db.dialect() {
            db::Dialect::Sqlite => "CREATE TRIGGER poison BEFORE INSERT ON refused_calls WHEN NEW.resource = 'poison'
                                    BEGIN SELECT RAISE(ABORT, 'refused'); END",
            db::Dialect::Postgres => "ALTER TABLE refused_calls ADD CHECK (resource <> 'poison')",
        };
        domain::testing::run_sql(services, refuse_poison).await;
        for resource in ["a", "poison", "b", "c", "poison"] {
            usage::note_refused(services, Refused { resource: Some(resource.to_owned()), ..a_refusal(&shop, Reason::RateLimited) });
        }
        flushed(&shop).await;
        let kept: BTreeSet<_> = samples(&shop, None).await.into_iter().filter_map(|sample| sample.resource).collect();
        assert_eq!(kept, ["a", "b", "c"].map(str::to_owned).into());
        assert_eq!(refused(&shop, Calls::default()).await["refused_rate_limited"], 5, "all are counted");
        assert_eq!(flushed(&shop).await, 0, "nothing waits");
    }
}
