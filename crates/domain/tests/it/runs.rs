//! Calls and runs.

use std::{collections::HashSet, sync::Arc};

use db::Db;
use domain::{
    access::{Caller, Role},
    api_keys::{self, AuthError, KeyKind, NewKey},
    credits,
    engine::{FREE_TICKS_PER_MINUTE, LoadRefusal},
    flows::{self, FlowPatch, Retention},
    runs::{self, CallRequest, Ended, Error, Input, Position, RunFilter, RunState, Surface},
    testing::{World, new_key},
};
use tokio::{runtime::Handle, sync::Semaphore};
use types::{Cursor, Duration, Microcredits, Page, PageLimit, RunId};

use crate::{
    flows::join_all,
    workshop::{
        FAULT, GREETING, Manner, Outside, PATIENCE, Workshop, calling, constant, in_environment, output,
        reaching_this_machine, request, source,
    },
};

pub const ADA: &str = r#"{"name":"Ada"}"#;

pub fn credits(whole: i64) -> Microcredits {
    Microcredits::ONE_CREDIT.checked_mul(whole).unwrap()
}

pub async fn view(shop: &Workshop, run: RunId) -> Result<runs::RunView, Error> {
    runs::view(&shop.world.services, &shop.owner.caller, run).await
}

pub async fn list(
    shop: &Workshop,
    filter: &RunFilter,
    cursor: Option<&Cursor>,
    limit: u32,
) -> Page<runs::Run> {
    let limit = PageLimit::new(limit).unwrap();
    runs::list(&shop.world.services, &shop.owner.caller, filter, cursor, limit)
        .await
        .unwrap()
}

pub async fn set(shop: &Workshop, flow: &flows::Flow, patch: FlowPatch) {
    flows::update(&shop.world.services, &shop.owner.caller, &flow.id.into(), patch)
        .await
        .unwrap();
}

/// How many ledger lines a workspace has.
async fn lines(shop: &Workshop) -> usize {
    let page = credits::ledger(
        &shop.world.services,
        &shop.owner.caller,
        None,
        None,
        PageLimit::default(),
    );
    page.await.unwrap().items.len()
}

/// A flow of one task.
fn one_task(task: &str) -> String {
    format!(
        "document: {{dsl: '1.0.3', namespace: test, name: one, version: '1.0.0'}}\ndo:\n  - only:\n      {task}\n"
    )
}

db::both! {
    async fn call_a_flow_with_an_api_key(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Greeting", GREETING).await;
        let key = shop.key(KeyKind::Live).await;
        let answer = shop.call_as(&key, request(&flow, ADA)).await.unwrap();
        assert_eq!(output(&answer), r#"{"greeting":"Hello, Ada"}"#);
        assert_eq!((answer.charged, answer.available), (credits(1), credits(99)));
        let found = view(&shop, answer.run).await.unwrap();
        assert_eq!((found.run.state, found.run.actor, found.run.version), (RunState::Succeeded, key.actor, 1));
        assert_eq!((found.input.as_deref(), found.output.as_deref()), (Some(ADA), Some(output(&answer))));
        let steps = runs::steps(&shop.world.services, &shop.caller, answer.run).await.unwrap().items;
        assert_eq!((steps.len(), steps[0].name.as_str(), steps[0].status), (1, "greet", "completed"));
        assert_eq!((steps[0].input.as_deref(), steps[0].output.as_deref()), (Some(ADA), Some(output(&answer))));
        let ledger = credits::ledger(&shop.world.services, &shop.caller, None, None, PageLimit::default()).await.unwrap();
        assert_eq!(ledger.items[0].id, answer.run.cast(), "the run is its closing line");
    }

    async fn a_flow_that_is_not_live_where_it_is_called_names_where_it_is(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.flow("Elsewhere").await;
        shop.save(&flow, GREETING).await.unwrap();
        shop.deploy(&flow, 1, "staging").await.unwrap();
        let refused = shop.call(&flow, ADA).await;
        let Err(Error::NotDeployed { environment, live_in, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!((environment.as_str(), live_in[0].as_str(), live_in.len()), ("production", "staging", 1));
        shop.call_as(&shop.caller, in_environment(request(&flow, ADA), "staging")).await.unwrap();
        assert_eq!(shop.available().await, credits(99));
    }

    async fn an_input_that_does_not_fit_is_refused_with_pointers_and_costs_nothing(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Strict", GREETING).await;
        for (body, pointer) in [(r#"{"name":7}"#, "/name"), ("{}", ""), ("", ""), ("[]", "")] {
            let refused = shop.call(&flow, body).await;
            let Err(Error::InvalidInput { violations }) = refused else { panic!("{body}: {refused:?}") };
            assert_eq!(violations[0].pointer, pointer, "{body}");
        }
        assert_eq!((shop.available().await, list(&shop, &RunFilter::default(), None, 9).await.items.len()), (credits(100), 0));
    }

    async fn without_credits_nothing_runs_and_with_new_ones_it_does_at_once(db: Db) {
        let shop = Workshop::with_credits(db, 1).await;
        let outside = Outside::that(Manner::Counts).await;
        let (pure, effects) = (shop.live("Pure", GREETING).await, shop.live("Effects", &calling(&outside.url)).await);
        shop.call(&pure, ADA).await.unwrap();
        for flow in [&pure, &effects] {
            let refused = shop.call(flow, ADA).await;
            let Err(Error::InsufficientCredits { needed, available }) = refused else { panic!("{refused:?}") };
            assert_eq!((needed, available), (credits(1), credits(0)));
        }
        assert_eq!(outside.asked(), 0);
        shop.give(2).await;
        shop.call(&pure, ADA).await.unwrap();
        shop.call(&effects, ADA).await.unwrap();
        assert_eq!((shop.available().await, outside.asked()), (credits(0), 1));
    }

    async fn of_two_hundred_calls_at_once_as_many_are_answered_as_are_paid(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Rush", GREETING).await;
        let answers = join_all((0..200).map(|_| shop.call(&flow, ADA))).await;
        let refused = answers.iter().filter(|a| matches!(a, Err(Error::InsufficientCredits { .. }))).count();
        let answered = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!((answered, refused, shop.available().await), (100, 100, credits(0)));
        assert_eq!(list(&shop, &RunFilter::default(), None, 200).await.items.len(), 100);
    }

    async fn a_fault_costs_nothing_unless_the_flow_says_so(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Fault", FAULT).await;
        let answer = shop.call(&flow, "{}").await.unwrap();
        let Ended::Failed { error } = &answer.ended else { panic!("{answer:?}") };
        assert_eq!((error.status, error.detail.as_deref()), (418, Some("nothing is left")));
        assert_eq!(error.instance.as_deref(), Some("/do/0/refuse"));
        assert_eq!((answer.charged, shop.available().await), (credits(0), credits(100)));
        let found = view(&shop, answer.run).await.unwrap();
        assert_eq!((found.run.state, found.output), (RunState::Failed, None));
        assert!(found.error.unwrap().contains("sold-out"));
        let costly = FAULT.replace("do:", "metadata: {charge_on_failure: true}\ndo:");
        let flow = shop.live("Costly fault", &costly.replace("document: {", "document: {title: Costly, ")).await;
        let answer = shop.call(&flow, "{}").await.unwrap();
        assert_eq!((answer.charged, shop.available().await), (credits(1), credits(99)));
    }

    async fn a_flow_keeps_of_its_runs_what_it_says(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Keeper", GREETING).await;
        set(&shop, &flow, FlowPatch { retention: Some(Retention::Metadata), ..FlowPatch::default() }).await;
        let answer = shop.call(&flow, ADA).await.unwrap();
        let found = view(&shop, answer.run).await.unwrap();
        assert_eq!((found.run.state, found.input, found.output), (RunState::Succeeded, None, None));
        let steps = runs::steps(&shop.world.services, &shop.caller, answer.run).await.unwrap().items;
        assert_eq!((steps[0].name.as_str(), &steps[0].input, &steps[0].output), ("greet", &None, &None));
        set(&shop, &flow, FlowPatch { retention: Some(Retention::Nothing), ..FlowPatch::default() }).await;
        let answer = shop.call(&flow, ADA).await.unwrap();
        assert!(matches!(view(&shop, answer.run).await, Err(Error::Unknown { .. })));
        assert_eq!(answer.charged, credits(1), "its usage event stays");
    }

    async fn a_run_that_failed_keeps_no_value_of_a_flow_that_keeps_none(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let quoting = [
            "raise: {error: {type: 'https://example.com/no', status: 400, title: '${ .secret }', detail: '${ .secret }'}}",
            "input: {schema: {document: {properties: {secret: {enum: [other]}}}}}\n      set: {x: 1}",
            "set: {x: '${ error(.secret) }'}",
        ];
        for (at, task) in quoting.into_iter().enumerate() {
            let flow = shop.live(&format!("Quoting {at}"), &one_task(task)).await;
            set(&shop, &flow, FlowPatch { retention: Some(Retention::Metadata), ..FlowPatch::default() }).await;
            let answer = shop.call(&flow, r#"{"secret":"hush-hush"}"#).await.unwrap();
            assert!(format!("{:?}", answer.ended).contains("hush-hush"), "whoever calls is told: {answer:?}");
            let found = view(&shop, answer.run).await.unwrap();
            let steps = runs::steps(&shop.world.services, &shop.caller, answer.run).await.unwrap().items;
            let kept = steps[0].error.as_ref().unwrap();
            assert_eq!((kept.status, kept.instance.as_deref()), (400, Some("/do/0/only")));
            assert!(!format!("{found:?} {steps:?}").contains("hush"), "{found:?} {steps:?}");
        }
    }

    async fn of_an_error_the_type_and_instance_are_kept_only_as_the_flow_writes_them(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let standard = format!("{}validation", flow::ERROR_ROOT);
        let raised = [
            ("'${ \"https://example.com/\" + .secret }'", "'${ \"/rooms/\" + .secret }'", "about:blank", None),
            ("'${ .standard + .secret }'", "/rooms/red", "about:blank", Some("/rooms/red")),
            ("'${ .standard }'", "'${ .secret }'", standard.as_str(), None),
            ("https://example.com/no", "/rooms/blue", "https://example.com/no", Some("/rooms/blue")),
        ];
        for (at, (kind, instance, kept_kind, kept_instance)) in raised.into_iter().enumerate() {
            let task = format!("raise: {{error: {{type: {kind}, status: 409, instance: {instance}}}}}");
            let flow = shop.live(&format!("Naming {at}"), &one_task(&task)).await;
            set(&shop, &flow, FlowPatch { retention: Some(Retention::Metadata), ..FlowPatch::default() }).await;
            let input = format!(r#"{{"secret":"hush-hush","standard":"{standard}"}}"#);
            let answer = shop.call(&flow, &input).await.unwrap();
            let found = view(&shop, answer.run).await.unwrap();
            let steps = runs::steps(&shop.world.services, &shop.caller, answer.run).await.unwrap().items;
            let kept = steps[0].error.as_ref().unwrap();
            assert_eq!((kept.kind.as_str(), kept.status, kept.instance.as_deref()), (kept_kind, 409, kept_instance));
            assert!(!format!("{found:?} {steps:?}").contains("hush"), "{found:?} {steps:?}");
        }
    }

    async fn values_are_taken_away_when_their_time_is_over_and_the_run_stays(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let (short, long) = (shop.live("Short", GREETING).await, shop.live("Long", GREETING).await);
        set(&shop, &short, FlowPatch { retention_days: Some(1), ..FlowPatch::default() }).await;
        let (old, kept) = (shop.call(&short, ADA).await.unwrap(), shop.call(&long, ADA).await.unwrap());
        shop.world.clock.advance(Duration::from_hours(25));
        let young = shop.call(&short, ADA).await.unwrap();
        let stripped = runs::strip_expired_all_workspaces(&shop.world.services, Position::START).await.unwrap();
        assert_eq!((stripped.runs, stripped.next), (1, None));
        for (answer, has_input) in [(&old, false), (&kept, true), (&young, true)] {
            let found = view(&shop, answer.run).await.unwrap();
            assert_eq!((found.input.is_some(), found.output.is_some()), (has_input, has_input));
        }
        assert!(runs::steps(&shop.world.services, &shop.caller, old.run).await.unwrap().items.is_empty());
    }

    async fn what_a_call_costs_is_the_price_of_the_instance_times_that_of_the_flow(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Dear", GREETING).await;
        set(&shop, &flow, FlowPatch { price_permille: Some(2_500), ..FlowPatch::default() }).await;
        assert_eq!(shop.call(&flow, ADA).await.unwrap().charged, Microcredits::new(2_500_000));
        set(&shop, &flow, FlowPatch { price_permille: Some(0), ..FlowPatch::default() }).await;
        assert_eq!(shop.call(&flow, ADA).await.unwrap().charged, credits(0));
    }

    async fn a_new_deployment_and_its_end_are_seen_by_every_call_after_the_answer_on_every_node(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 100).await;
        let flow = shop.live("Moving", &constant("1")).await;
        assert_eq!(output(&shop.call(&flow, "").await.unwrap()), r#"{"said":1}"#);
        shop.save(&flow, &constant("2")).await.unwrap();
        // This node has version 1 in memory, and nobody tells it of what the others do.
        let (services, id) = (&shop.world.services, flow.id.into());
        let known = services.flows.live(services, shop.caller.workspace, &id).await.unwrap();
        assert_eq!(known.live.len(), 1);
        elsewhere(&db, &shop, async |services| {
            let new = flows::NewDeployment {
                environment: "production".parse().unwrap(),
                version: 2,
                note: Default::default(),
            };
            flows::deploy(services, &shop.caller, &id, new).await.unwrap();
        })
        .await;
        assert_eq!(output(&shop.call(&flow, "").await.unwrap()), r#"{"said":2}"#);
        elsewhere(&db, &shop, async |services| {
            flows::delete(services, &shop.caller, &id).await.unwrap();
        })
        .await;
        let gone = shop.call(&flow, "").await;
        assert!(matches!(gone, Err(Error::Flow(flows::Error::Unknown { .. }))), "{gone:?}");
        assert_eq!(shop.available().await, credits(98));
    }

    async fn a_test_key_costs_nothing_and_never_reaches_production(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.live("Tried", GREETING).await;
        let key = shop.key(KeyKind::Test).await;
        let named = shop.call_as(&key, in_environment(request(&flow, ADA), "production")).await;
        assert!(matches!(named, Err(Error::EnvironmentNotAllowed { .. })), "{named:?}");
        let refused = shop.call_as(&key, request(&flow, ADA)).await;
        assert!(matches!(refused, Err(Error::NotDeployed { .. })), "{refused:?}");
        shop.deploy(&flow, 1, "development").await.unwrap();
        let key = shop.key(KeyKind::Test).await;
        let answer = shop.call_as(&key, request(&flow, ADA)).await.unwrap();
        assert_eq!((answer.charged, view(&shop, answer.run).await.unwrap().run.credits), (credits(0), credits(0)));
    }

    async fn a_revoked_key_calls_nothing_after_the_answer_on_any_node(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 100).await;
        let flow = shop.live("Guarded", GREETING).await;
        let key = shop.key(KeyKind::Live).await;
        shop.call_as(&key, request(&flow, ADA)).await.unwrap();
        let id = key.key.as_ref().unwrap().id;
        elsewhere(&db, &shop, async |services| {
            api_keys::revoke(services, &shop.caller, id).await.unwrap();
        })
        .await;
        // As it was known to this node before.
        let refused = shop.call_as(&key, request(&flow, ADA)).await;
        assert!(matches!(refused, Err(Error::Credential(AuthError::Revoked { .. }))), "{refused:?}");
        assert_eq!(shop.available().await, credits(99));
    }

    async fn a_key_calls_what_it_is_for_as_often_as_it_may(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let (flow, other) = (shop.live("For it", GREETING).await, shop.live("Not for it", GREETING).await);
        let new = NewKey {
            flows: Some(vec![flow.id.into()]),
            environments: Some(vec!["production".parse().unwrap()]),
            rate_limit_per_minute: Some(3),
            ..new_key("Narrow", KeyKind::Live)
        };
        let key = shop.key_of(new).await;
        let refused = shop.call_as(&key, request(&other, ADA)).await;
        assert!(matches!(refused, Err(Error::Restricted(_))), "{refused:?}");
        let refused = shop.call_as(&key, in_environment(request(&flow, ADA), "staging")).await;
        assert!(matches!(refused, Err(Error::EnvironmentNotAllowed { .. })), "{refused:?}");
        let answer = shop.call_as(&key, request(&flow, ADA)).await.unwrap();
        assert_eq!(answer.rate.unwrap().remaining, 0);
        let refused = shop.call_as(&key, request(&flow, ADA)).await;
        assert!(matches!(refused, Err(Error::RateLimited(_))), "{refused:?}");
        shop.world.clock.advance(Duration::from_minutes(1));
        shop.call_as(&key, request(&flow, ADA)).await.unwrap();
    }

    async fn who_may_not_call_does_not_and_a_flow_of_another_workspace_is_unknown(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Mine", GREETING).await;
        let stranger = shop.world.sign_up("eve").await.caller;
        let unknown = shop.call_as(&stranger, request(&flow, ADA)).await;
        assert!(matches!(unknown, Err(Error::Flow(flows::Error::Unknown { .. }))), "{unknown:?}");
        let viewer = Caller::member(shop.caller.workspace, stranger.user().unwrap(), Role::Viewer, shop.world.origin());
        assert!(matches!(shop.call_as(&viewer, request(&flow, ADA)).await, Err(Error::Denied(_))));
        let answer = shop.call(&flow, ADA).await.unwrap();
        let foreign = runs::view(&shop.world.services, &stranger, answer.run).await;
        assert!(matches!(foreign, Err(Error::Unknown { .. })), "{foreign:?}");
        let guest = Caller::member(shop.caller.workspace, stranger.user().unwrap(), Role::Guest, shop.world.origin());
        assert!(matches!(runs::view(&shop.world.services, &guest, answer.run).await, Err(Error::Unknown { .. })));
        let own = shop.call_as(&guest, request(&flow, ADA)).await.unwrap();
        let all = runs::list(&shop.world.services, &guest, &RunFilter::default(), None, PageLimit::default()).await.unwrap();
        assert_eq!(all.items.iter().map(|run| run.id).collect::<Vec<_>>(), [own.run]);
    }

    async fn a_bomb_does_not_keep_other_calls_waiting(db: Db) {
        let shop = Workshop::with_credits(db, 1_000).await;
        let greeting = shop.live("Greeting", GREETING).await;
        let bomb = shop.live("Bomb", &constant("'${ [range(1000000000000)] | length }'")).await;
        // The threads for heavy expressions are taken, as if by bombs that take for ever.
        let engine = &shop.world.services.engine;
        let (let_go, gate) = tokio::sync::watch::channel(false);
        let stuck = join_all((0..64).map(|_| {
            let mut gate = gate.clone();
            let runtime = tokio::runtime::Handle::current();
            engine.heavy().run(shop.caller.workspace, move || drop(runtime.block_on(gate.wait_for(|open| *open))))
        }));
        let bombs = join_all((0..8).map(|_| shop.call(&bomb, "{}")));
        tokio::pin!(stuck, bombs);
        let normal = join_all((0..100).map(|_| shop.call(&greeting, ADA)));
        let answers = tokio::select! {
            biased;
            _ = &mut stuck => panic!("nobody has let them go"),
            ended = &mut bombs => panic!("the bombs wait behind the others: {ended:?}"),
            answers = normal => answers,
        };
        assert!(answers.iter().all(Result::is_ok));
        let_go.send(true).unwrap();
        let (_, ended) = tokio::time::timeout(PATIENCE, async { tokio::join!(stuck, bombs) }).await.unwrap();
        for answer in ended {
            let answer = answer.unwrap();
            assert!(matches!(&answer.ended, Ended::Failed { error } if error.is(flow::ErrorKind::Expression)), "{answer:?}");
            assert_eq!(answer.charged, credits(0));
        }
    }

    async fn a_heavy_expression_has_its_turn_beside_those_of_another_workspace(db: Db) {
        let mut config = reaching_this_machine();
        config.engine.heavy_threads = 1;
        let shop = Workshop::configured(db, 10, &config).await;
        let flow = shop.live("Heavy", &constant("'${ [range(5000)] | add }'")).await;
        let flooding = shop.world.sign_up("eve").await.caller.workspace;
        let heavy = shop.world.services.engine.heavy();
        // Each takes the thread until there is a permit for it, as if it took for ever.
        let permits = Arc::new(Semaphore::new(0));
        let flood = join_all((0..64).map(|_| {
            let (permits, runtime) = (Arc::clone(&permits), Handle::current());
            heavy.run(flooding, move || runtime.block_on(permits.acquire()).unwrap().forget())
        }));
        let call = shop.call(&flow, "{}");
        tokio::pin!(flood, call);
        let waiting = async |count| {
            while heavy.waiting() != count {
                tokio::task::yield_now().await;
            }
        };
        let answer = tokio::time::timeout(PATIENCE, async {
            // The flood is there first, then the call.
            tokio::select! { biased; _ = &mut flood => panic!("nobody has let them go"), () = waiting(63) => {} }
            tokio::select! { biased; _ = &mut call => panic!("the thread is taken"), () = waiting(64) => {} }
            // What has the thread ends; one more of the flood may have its turn first.
            permits.add_permits(2);
            tokio::select! { biased; _ = &mut flood => panic!("most of it waits"), answer = &mut call => answer }
        });
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(output(&answer), r#"{"said":12497500}"#);
        permits.add_permits(62);
        flood.await;
    }

    async fn computing_that_costs_nothing_is_bounded(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Free", GREETING).await;
        let services = &shop.world.services;
        let admission = services.engine.admit(shop.caller.workspace, services.clock.now()).unwrap();
        admission.was_free(FREE_TICKS_PER_MINUTE, services.clock.now());
        let refused = shop.call(&flow, ADA).await;
        assert!(matches!(refused, Err(Error::Overloaded(LoadRefusal::FreeComputingSpent { .. }))), "{refused:?}");
        shop.world.clock.advance(Duration::from_minutes(1));
        shop.call(&flow, ADA).await.unwrap();
    }

    async fn a_draft_runs_for_who_may_edit_it_at_the_price_of_a_call(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.flow("Drafted").await;
        let (services, caller) = (&shop.world.services, &shop.caller);
        let draft = || CallRequest {
            flow: flow.id.into(),
            environment: None,
            tenant: None,
            idempotency_key: None,
            input: Input::from_body(ADA.into()).unwrap(),
            surface: Surface::Console,
        };
        let none = runs::run_draft(services, caller, draft()).await;
        assert!(matches!(none, Err(Error::Flow(flows::Error::NoDraft))), "{none:?}");
        flows::save_draft(services, caller, &flow.id.into(), &source(GREETING), None).await.unwrap();
        let answer = runs::run_draft(services, caller, draft()).await.unwrap();
        assert_eq!((output(&answer), answer.charged), (r#"{"greeting":"Hello, Ada"}"#, credits(1)));
        let run = view(&shop, answer.run).await.unwrap().run;
        assert_eq!((run.version, run.surface.as_str()), (0, "console"));
        // The draft becomes a version; what was saved last is run from then on.
        shop.save(&flow, GREETING).await.unwrap();
        assert_eq!(flows::view(services, caller, &flow.id.into()).await.unwrap().draft, None);
        let answer = runs::run_draft(services, caller, draft()).await.unwrap();
        assert_eq!(output(&answer), r#"{"greeting":"Hello, Ada"}"#);
        assert_eq!(view(&shop, answer.run).await.unwrap().run.version, 0);
        let runner = Caller::member(caller.workspace, caller.user().unwrap(), Role::Runner, shop.world.origin());
        assert!(matches!(runs::run_draft(services, &runner, draft()).await, Err(Error::Denied(_))));
    }

    async fn runs_are_listed_newest_first_by_page_flow_state_and_key(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let (good, bad) = (shop.live("Good", GREETING).await, shop.live("Bad", FAULT).await);
        let key = shop.key(KeyKind::Live).await;
        let mut ids = Vec::new();
        for number in 0..6 {
            let (flow, who) = (if number % 2 == 0 { &good } else { &bad }, if number < 2 { &key } else { &shop.caller });
            ids.insert(0, shop.call_as(who, request(flow, ADA)).await.unwrap().run);
            shop.world.clock.advance(Duration::from_ms(1));
        }
        let first = list(&shop, &RunFilter::default(), None, 4).await;
        let rest = list(&shop, &RunFilter::default(), first.next.as_ref(), 4).await;
        let listed: Vec<_> = first.items.iter().chain(&rest.items).map(|run| run.id).collect();
        assert_eq!((listed, rest.next), (ids.clone(), None));
        let (shop, key) = (&shop, key.key.as_ref().unwrap().id);
        let of = |filter: RunFilter| async move { list(shop, &filter, None, 9).await.items.len() };
        assert_eq!(of(RunFilter { flow: Some(good.id.into()), ..RunFilter::default() }).await, 3);
        assert_eq!(of(RunFilter { state: Some(RunState::Failed), ..RunFilter::default() }).await, 3);
        assert_eq!(of(RunFilter { state: Some(RunState::Running), ..RunFilter::default() }).await, 0);
        assert_eq!(of(RunFilter { key: Some(key), ..RunFilter::default() }).await, 2);
        let production = Some("production".parse().unwrap());
        assert_eq!(of(RunFilter { environment: production, ..RunFilter::default() }).await, 6);
    }

    async fn a_rare_run_is_found_behind_many_others_and_the_pages_of_a_filter_have_each_once(db: Db) {
        let shop = Workshop::with_credits(db, 1_000).await;
        let (rare, common) = (shop.live("Rare", GREETING).await, shop.live("Common", GREETING).await);
        let mut ids = Vec::new();
        for _ in 0..2 {
            shop.world.clock.advance(Duration::from_ms(1));
            ids.insert(0, shop.call(&rare, ADA).await.unwrap().run);
            join_all((0..230).map(|_| shop.call(&common, ADA))).await;
        }
        let of = |flow: &flows::Flow| RunFilter { flow: Some(flow.id.into()), ..RunFilter::default() };
        let found = list(&shop, &of(&rare), None, 9).await;
        assert_eq!(found.items.iter().map(|run| run.id).collect::<Vec<_>>(), ids);
        assert_eq!(found.next, None);
        let (mut seen, mut cursor) = (HashSet::new(), None);
        loop {
            let page = list(&shop, &of(&common), cursor.as_ref(), 100).await;
            assert!(page.items.iter().all(|run| run.flow == common.id && seen.insert(run.id)));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 460);
    }

    async fn a_refused_call_leaves_neither_line_nor_run(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.live("Refused", GREETING).await;
        let before = lines(&shop).await;
        shop.call(&flow, ADA).await.unwrap_err();
        shop.call(&flow, "7").await.unwrap_err();
        shop.call_as(&shop.caller, in_environment(request(&flow, ADA), "nowhere")).await.unwrap_err();
        assert_eq!((lines(&shop).await, list(&shop, &RunFilter::default(), None, 9).await.items.len()), (before, 0));
    }

    async fn months_ahead_have_room_and_old_runs_stay_where_they_are(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 100).await;
        let flow = shop.live("Partitioned", GREETING).await;
        let early = shop.call(&flow, ADA).await.unwrap();
        let services = &shop.world.services;
        let made = runs::make_partitions_ahead(services).await.unwrap();
        assert_eq!(runs::make_partitions_ahead(services).await.unwrap(), made, "again changes nothing");
        shop.world.clock.advance(Duration::from_days(40));
        let late = shop.call(&flow, ADA).await.unwrap();
        for answer in [early, late] {
            view(&shop, answer.run).await.unwrap();
        }
        if db.dialect() == db::Dialect::Postgres {
            assert_eq!(made, 2, "this month has begun in the default partition");
        }
    }
}

/// Does something on another node of the same instance, which shares nothing with this one but the database.
async fn elsewhere(db: &Db, shop: &Workshop, act: impl AsyncFn(&domain::Services)) {
    let node = World::node(db.clone(), &shop.instance_key, &domain::Config::default()).await;
    act(&node.services).await;
}
