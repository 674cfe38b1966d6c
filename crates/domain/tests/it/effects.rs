//! Calls that touch something outside, and calls that are sent again.

use db::{
    Db,
    testing::{Cut, on_postgres_behind_a_proxy},
};
use domain::{
    credits::{self, books},
    flows::{FlowPatch, Retention},
    runs::{self, Ended, Error, RunFilter, RunState},
    testing::{World, run_sql},
};
use types::Duration;

use crate::{
    flows::join_all,
    runs::{ADA, credits, list, set, view},
    workshop::{
        FAULT, GREETING, Manner, Outside, PATIENCE, Workshop, calling, constant, output,
        reaching_this_machine, request, under_key,
    },
};

db::both! {
    async fn a_call_with_effects_holds_the_most_and_pays_the_real_price(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Asking", &calling(&outside.url)).await;
        let answer = shop.call(&flow, "{}").await.unwrap();
        assert_eq!((output(&answer), answer.charged), (r#"{"number":1}"#, credits(1)));
        assert_eq!((shop.available().await, shop.held().await), (credits(99), credits(0)));
        assert_eq!(view(&shop, answer.run).await.unwrap().run.credits, credits(1));
        let broken = Outside::that(Manner::Fails).await;
        let flow = shop.live("Asking in vain", &calling(&broken.url)).await;
        let answer = shop.call(&flow, "{}").await.unwrap();
        let Ended::Failed { error } = &answer.ended else { panic!("{answer:?}") };
        assert_eq!((error.status, answer.charged, shop.held().await), (500, credits(0), credits(0)));
        assert_eq!(shop.available().await, credits(99));
    }

    async fn what_the_egress_policy_refuses_is_not_reached(db: Db) {
        let shop = Workshop::configured(db, 100, &domain::Config::default()).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Inward", &calling(&outside.url)).await;
        let answer = shop.call(&flow, "{}").await.unwrap();
        let Ended::Failed { error } = &answer.ended else { panic!("{answer:?}") };
        assert_eq!((error.status, outside.asked(), answer.charged), (403, 0, credits(0)));
    }

    async fn the_same_call_under_the_same_key_is_charged_once_and_answered_again(db: Db) {
        let shop = Workshop::with_credits(db, 1).await;
        let flow = shop.live("Once", GREETING).await;
        let first = shop.call_as(&shop.caller, under_key(request(&flow, ADA), "a")).await.unwrap();
        let again = shop.call_as(&shop.caller, under_key(request(&flow, ADA), "a")).await.unwrap();
        assert_eq!((again.run, &again.ended, again.charged), (first.run, &first.ended, first.charged));
        assert!(again.repeated && !first.repeated);
        let other = shop.call_as(&shop.caller, under_key(request(&flow, r#"{"name":"Eve"}"#), "a")).await;
        assert!(matches!(other, Err(Error::IdempotencyMismatch)), "{other:?}");
        assert_eq!(shop.available().await, credits(0));
        shop.give(1).await;
        set(&shop, &flow, FlowPatch { retention: Some(Retention::Nothing), ..FlowPatch::default() }).await;
        let first = shop.call_as(&shop.caller, under_key(request(&flow, ADA), "b")).await.unwrap();
        let again = shop.call_as(&shop.caller, under_key(request(&flow, ADA), "b")).await.unwrap();
        assert_eq!((again.run, again.ended), (first.run, first.ended), "also of a flow that keeps nothing");
    }

    async fn a_failure_is_answered_again_as_one_whatever_status_it_raises(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let raising = |status: u16| {
            format!("  - refuse:\n      raise: {{error: {{type: 'https://example.com/no', status: {status}}}}}\n")
        };
        for (at, retention) in [Retention::All, Retention::Metadata, Retention::Nothing].into_iter().enumerate() {
            for status in [200, 504] {
                let (name, raise) = (format!("{at} {status}"), raising(status));
                // With an effect, and without one but charged: other failures may be tried again.
                let effects = shop.live(&format!("Effects {name}"), &(calling(&outside.url) + &raise)).await;
                let costly = constant("1").replace("do:", "metadata: {charge_on_failure: true}\ndo:") + &raise;
                let pure = shop.live(&format!("Pure {name}"), &costly).await;
                for flow in [effects, pure] {
                    set(&shop, &flow, FlowPatch { retention: Some(retention), ..FlowPatch::default() }).await;
                    let key = flow.id.to_string();
                    let first = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), &key)).await.unwrap();
                    let again = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), &key)).await.unwrap();
                    let Ended::Failed { error } = &first.ended else { panic!("{first:?}") };
                    assert_eq!(error.status, status);
                    assert!(again.repeated);
                    assert_eq!((again.run, &again.ended), (first.run, &first.ended), "{retention:?}");
                }
            }
        }
    }

    async fn equal_calls_at_once_under_one_key_have_effects_once(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Once outside", &calling(&outside.url)).await;
        let calls = (0..8).map(|_| shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")));
        let answers = join_all(calls).await;
        for answer in &answers {
            match answer {
                Ok(answer) => assert_eq!(output(answer), r#"{"number":1}"#),
                Err(error) => assert!(matches!(error, Error::IdempotencyInProgress), "{error:?}"),
            }
        }
        assert!(answers.iter().any(Result::is_ok));
        assert_eq!((outside.asked(), shop.available().await), (1, credits(99)));
    }

    async fn a_failure_before_any_effect_may_be_tried_again_under_the_same_key(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let flow = shop.live("Faulty", FAULT).await;
        let first = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")).await.unwrap();
        let again = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")).await.unwrap();
        assert!(first.run != again.run && !again.repeated);
        let broken = calling("http://127.0.0.1:1/").replace("do:", "do:\n  - refuse:\n      raise: {error: {type: 'https://example.com/no', status: 400, title: No}}");
        let flow = shop.live("Faulty first", &broken).await;
        let first = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "b")).await.unwrap();
        let again = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "b")).await.unwrap();
        assert!(first.run != again.run && !again.repeated);
        assert_eq!((shop.available().await, shop.held().await), (credits(100), credits(0)));
    }

    async fn a_failure_that_costs_is_charged_once_for_a_key_before_any_effect_too(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let raise = "metadata: {charge_on_failure: true}\ndo:\n  - refuse:\n      raise: {error: {type: 'https://example.com/no', status: 400, title: No}}";
        let flow = shop.live("Costly", &calling("http://127.0.0.1:1/").replace("do:", raise)).await;
        let first = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")).await.unwrap();
        let again = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")).await.unwrap();
        assert_eq!((first.charged, again.charged), (credits(1), credits(1)));
        assert_eq!((again.run, again.repeated), (first.run, true));
        assert_eq!((shop.available().await, shop.held().await), (credits(99), credits(0)));
    }

    async fn whoever_hangs_up_at_any_moment_leaves_no_hold_behind(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Left alone", &calling(&outside.url)).await;
        for moment in 0..60 {
            let moment = std::time::Duration::from_micros(moment * 250);
            // Answered or not: who hangs up does not know.
            let _ = tokio::time::timeout(moment, shop.call(&flow, "{}")).await;
        }
        let all_ended = async {
            while shop.held().await > credits(0) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, all_ended).await.unwrap();
    }

    async fn a_call_that_takes_too_long_is_ended_and_its_effect_is_not_repeated(db: Db) {
        let mut config = reaching_this_machine();
        // Long enough for the outside to be asked on any machine.
        config.engine.call_deadline = Duration::from_ms(2_000);
        let shop = Workshop::configured(db, 100, &config).await;
        let outside = Outside::that(Manner::IsSilent).await;
        let flow = shop.live("Patient", &calling(&outside.url)).await;
        let answer = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")).await.unwrap();
        assert_eq!((&answer.ended, answer.charged), (&Ended::TimedOut, credits(0)));
        assert_eq!(view(&shop, answer.run).await.unwrap().run.state, RunState::TimedOut);
        let again = shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a")).await.unwrap();
        assert_eq!((again.run, again.ended, outside.asked()), (answer.run, Ended::TimedOut, 1));
        assert_eq!((shop.available().await, shop.held().await), (credits(100), credits(0)));
    }

    async fn a_call_with_effects_ends_even_when_nobody_waits_for_it_any_more(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Left alone", &calling(&outside.url)).await;
        let mut calling = Box::pin(shop.call(&flow, "{}"));
        // Given up as soon as the outside has been asked.
        while outside.asked() == 0 {
            tokio::select! { biased; _ = &mut calling => break, () = tokio::task::yield_now() => {} }
        }
        drop(calling);
        let charged = async {
            while list(&shop, &RunFilter::default(), None, 1).await.items.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, charged).await.unwrap();
        assert_eq!((shop.available().await, shop.held().await), (credits(99), credits(0)));
    }

    async fn a_price_that_is_not_taken_when_the_effect_has_happened_is_taken_later_and_once(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Unwritten", &calling(&outside.url)).await;
        let call = || shop.call_as(&shop.caller, under_key(request(&flow, "{}"), "a"));
        let refuse_posts = match db.dialect() {
            db::Dialect::Sqlite => "CREATE TRIGGER refused BEFORE INSERT ON ledger_lines WHEN NEW.kind = 'post'
                                    BEGIN SELECT RAISE(ABORT, 'refused'); END",
            db::Dialect::Postgres => "ALTER TABLE ledger_lines ADD CONSTRAINT refused CHECK (kind <> 'post') NOT VALID",
        };
        run_sql(&shop.world.services, refuse_posts).await;
        let unwritten = call().await;
        assert!(matches!(unwritten, Err(Error::Credits(credits::Error::Unwritten(_)))), "{unwritten:?}");
        assert!(matches!(call().await, Err(Error::IdempotencyInProgress)), "what has happened is not done again");
        let take_posts = match db.dialect() {
            db::Dialect::Sqlite => "DROP TRIGGER refused",
            db::Dialect::Postgres => "ALTER TABLE ledger_lines DROP CONSTRAINT refused",
        };
        run_sql(&shop.world.services, take_posts).await;
        // Whoever waits for the calls that are under way waits for the price too.
        tokio::time::timeout(PATIENCE, runs::all_ended(&shop.world.services)).await.unwrap();
        let answer = call().await.unwrap();
        assert_eq!((output(&answer), answer.charged, answer.repeated), (r#"{"number":1}"#, credits(1), true));
        assert_eq!((outside.asked(), shop.available().await, shop.held().await), (1, credits(99), credits(0)));
        assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
    }
}

#[test]
fn a_hold_that_was_taken_while_nobody_heard_of_it_is_given_back() {
    on_postgres_behind_a_proxy(async |db, proxy| {
        let shop = Workshop::with_credits(db, 1).await;
        let outside = Outside::that(Manner::Counts).await;
        let flow = shop.live("Unheard", &calling(&outside.url)).await;
        let call = || shop.call(&flow, "{}");
        proxy.cut(Cut::AfterAndStay);
        let unheard = call().await;
        assert!(
            matches!(unheard, Err(Error::Credits(credits::Error::Unwritten(_)))),
            "{unheard:?}"
        );
        let past_it = Db::open(proxy.database()).await.unwrap();
        let seen = World::node(past_it.clone(), &shop.instance_key, &reaching_this_machine()).await;
        let held = async || {
            let balance = credits::balance(&seen.services, &shop.caller).await;
            balance.unwrap().held
        };
        let taken = async {
            while held().await == credits(0) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, taken).await.unwrap();
        proxy.mend();
        runs::all_ended(&shop.world.services).await;
        assert_eq!(held().await, credits(0));
        assert_eq!((call().await.unwrap().charged, outside.asked()), (credits(1), 1));
        assert_eq!(books::check_all_workspaces(&past_it).await.unwrap(), []);
        past_it.close().await;
    });
}
