//! What a call with effects costs: the most is held, the real price is paid, at the prices of the moment it was held.

use std::sync::{
    Mutex,
    atomic::Ordering,
    mpsc::{self, Sender},
};

use db::Db;
use domain::{
    access::Caller,
    credits::{
        CallStatus, CapSubject, CapSubjectKind, Period, PriceKind, books, caps, remove_cap, set_cap,
        set_price,
    },
    flows::{Flow, FlowPatch},
    instance::{self, SettingsChange},
    runs::{Answer, Ended, Error, RunState},
    upkeep,
    usage::{self, EventFilter, Grouping, SummaryQuery, UsageEvent, UsageStatus},
};
use types::{Duration, Microcredits};

use crate::{
    runs::{credits, set, view},
    workshop::{Outside, PATIENCE, Workshop, calling, constant},
};

/// Something outside that answers each request when it is let.
struct Gate {
    outside: Outside,
    open: Sender<()>,
}

impl Gate {
    /// Answers that so many tokens were used.
    async fn that_used(tokens: u64) -> Self {
        let (open, opened) = mpsc::channel();
        let opened = Mutex::new(opened);
        let outside = Outside::answering(move |_, _| {
            let let_through = tokio::task::block_in_place(|| opened.lock().unwrap().recv());
            let_through.ok()?;
            Some((200, format!("{{\"tokens\":{tokens}}}")))
        })
        .await;
        Self { outside, open }
    }

    /// A flow that asks it, and says what was used: at most 1,000 tokens.
    fn metered(&self) -> String {
        calling(&self.outside.url)
            + "      metadata: {metering: {unit: tokens, quantity: .tokens, max: 1000}}\n"
    }

    /// Calls a flow that asks it. When it is asked, does something else first, and then lets the call go on.
    async fn call(
        &self,
        shop: &Workshop,
        flow: &Flow,
        meanwhile: impl AsyncFnOnce(),
    ) -> Result<Answer, Error> {
        let asked = self.outside.asked();
        let mut call = Box::pin(shop.call(flow, "{}"));
        let under_way = async {
            while self.outside.asked() == asked {
                tokio::select! {
                    biased;
                    answer = &mut call => panic!("it did not ask: {answer:?}"),
                    () = tokio::task::yield_now() => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, under_way).await.unwrap();
        meanwhile().await;
        self.open.send(()).unwrap();
        call.await
    }
}

fn half_credits(halves: i64) -> Microcredits {
    Microcredits::new(halves * 500_000)
}

async fn price(shop: &Workshop, kind: PriceKind, subject: &str, credits: Microcredits, per: i64) {
    let world = &shop.world;
    set_price(&world.services, &world.operator(), kind, subject, credits, per)
        .await
        .unwrap();
}

/// A call costs a credit, half a credit a request, and two credits for 100 tokens.
async fn priced(shop: &Workshop) {
    price(shop, PriceKind::Step, "call", half_credits(1), 1).await;
    price(shop, PriceKind::Unit, "tokens", credits(2), 100).await;
}

async fn balance(shop: &Workshop) -> (Microcredits, Microcredits) {
    (shop.available().await, shop.held().await)
}

async fn newest_event(shop: &Workshop) -> UsageEvent {
    let filter = EventFilter::default();
    let page = usage::events(
        &shop.world.services,
        &shop.owner.caller,
        &filter,
        None,
        Default::default(),
    );
    page.await.unwrap().items.remove(0)
}

fn whole(caller: &Caller) -> CapSubject {
    CapSubject {
        kind: CapSubjectKind::Workspace,
        id: caller.workspace.uuid(),
    }
}

async fn balanced(shop: &Workshop) {
    assert_eq!(
        books::check_all_workspaces(&shop.world.services.db)
            .await
            .unwrap(),
        []
    );
}

db::both! {
    async fn what_is_held_beyond_the_real_price_is_free_again_at_once(db: Db) {
        let shop = Workshop::with_credits(db, 26).await;
        priced(&shop).await;
        let gate = Gate::that_used(150).await;
        let flow = shop.live("Metered", &gate.metered()).await;
        // One for the call, a half for the request, 20 for as many tokens as there can be; 3 for those there are.
        let (most, real) = (half_credits(43), half_credits(9));
        let answer = gate.call(&shop, &flow, async || {
            assert_eq!(balance(&shop).await, (half_credits(9), most));
            let refused = shop.call(&flow, "{}").await;
            assert!(matches!(refused, Err(Error::InsufficientCredits { needed, .. }) if needed == most), "{refused:?}");
        }).await.unwrap();
        assert_eq!((answer.charged, answer.available), (real, most));
        assert_eq!(balance(&shop).await, (most, credits(0)));
        assert_eq!(newest_event(&shop).await.credits, real);
        let again = gate.call(&shop, &flow, async || assert_eq!(balance(&shop).await, (credits(0), most))).await;
        assert_eq!(again.unwrap().charged, real);
        balanced(&shop).await;
    }

    async fn a_call_pays_the_prices_under_which_it_was_held_and_the_next_one_those_of_then(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        priced(&shop).await;
        let gate = Gate::that_used(150).await;
        let flow = shop.live("Metered", &gate.metered()).await;
        let operator = shop.world.operator();
        let answer = gate.call(&shop, &flow, async || {
            price(&shop, PriceKind::Step, "call", credits(2), 1).await;
            price(&shop, PriceKind::Unit, "tokens", credits(1), 1_000_000).await;
            let dearer = SettingsChange { flow_call_price: Some(credits(5)), ..SettingsChange::default() };
            instance::change_settings(&shop.world.services, &operator, dearer).await.unwrap();
            set(&shop, &flow, FlowPatch { price_permille: Some(2_000), ..FlowPatch::default() }).await;
        }).await.unwrap();
        assert_eq!(answer.charged, half_credits(9));
        // The price of the flow scales that of the call alone: 5 twice, 2 for the request, 150 microcredits for tokens.
        let answer = gate.call(&shop, &flow, async || {}).await.unwrap();
        assert_eq!(answer.charged, Microcredits::new(12_000_150));
        balanced(&shop).await;
    }

    async fn a_cap_that_is_set_meanwhile_counts_what_is_held_and_does_not_refuse_its_price(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        priced(&shop).await;
        let gate = Gate::that_used(150).await;
        let flow = shop.live("Metered", &gate.metered()).await;
        let (services, caller, subject) = (&shop.world.services, &shop.caller, whole(&shop.caller));
        let cap = async || caps(services, caller).await.unwrap()[0];
        let answer = gate.call(&shop, &flow, async || {
            let set = set_cap(services, caller, subject, Period::Day, credits(1)).await.unwrap();
            assert_eq!((set.used, set.held), (credits(0), half_credits(43)));
        }).await.unwrap();
        assert_eq!(answer.charged, half_credits(9));
        assert_eq!((cap().await.used, cap().await.held), (half_credits(9), credits(0)));
        assert!(matches!(shop.call(&flow, "{}").await, Err(Error::CapReached(_))));
        balanced(&shop).await;
        let answer = {
            remove_cap(services, caller, subject, Period::Day).await.unwrap();
            set_cap(services, caller, subject, Period::Day, credits(26)).await.unwrap();
            gate.call(&shop, &flow, async || remove_cap(services, caller, subject, Period::Day).await.unwrap()).await
        };
        assert_eq!(answer.unwrap().charged, half_credits(9));
        balanced(&shop).await;
    }

    async fn a_run_that_outlives_its_hold_takes_what_is_left_and_is_uncollected(db: Db) {
        let shop = Workshop::with_credits(db, 3).await;
        let gate = Gate::that_used(0).await;
        price(&shop, PriceKind::Step, "call", credits(2), 1).await;
        let costly = calling(&gate.outside.url).replace("do:", "metadata: {charge_on_failure: true}\ndo:");
        let (flow, cheap) = (shop.live("Late", &costly).await, shop.live("Cheap", &constant("1")).await);
        let services = &shop.world.services;
        let answer = gate.call(&shop, &flow, async || {
            // Longer than the run may take and its hold lives.
            shop.world.clock.advance(Duration::from_seconds(91));
            assert_eq!(upkeep::run_due(services).await.holds_voided, 1);
            shop.call(&cheap, "{}").await.unwrap();
            assert_eq!(balance(&shop).await, (credits(2), credits(0)));
        }).await.unwrap();
        assert_eq!((&answer.ended, answer.charged, answer.available), (&Ended::TimedOut, credits(2), credits(0)));
        assert_eq!(view(&shop, answer.run).await.unwrap().run.state, RunState::TimedOut);
        let event = newest_event(&shop).await;
        assert_eq!((event.id, event.status, event.credits), (answer.run.cast(), UsageStatus::Ended(CallStatus::Uncollected), credits(2)));
        assert_eq!(services.uncollected.load(Ordering::Relaxed), 1);
        let by_status = SummaryQuery { group_by: Grouping { status: true, ..Grouping::default() }, ..SummaryQuery::default() };
        let summary = usage::summary(services, &shop.caller, &by_status).await.unwrap();
        let mut rows: Vec<_> = summary.rows.iter().map(|row| (row.group.status.as_deref().unwrap(), row.totals.calls, row.totals.credits)).collect();
        rows.sort_unstable();
        assert_eq!(rows, [("succeeded", 1, credits(1)), ("uncollected", 1, credits(2))]);
        balanced(&shop).await;
    }

    async fn a_hold_from_before_midnight_counts_on_the_day_on_which_it_is_settled(db: Db) {
        let shop = Workshop::with_credits(db, 100).await;
        priced(&shop).await;
        let gate = Gate::that_used(150).await;
        let flow = shop.live("Metered", &gate.metered()).await;
        let (services, caller) = (&shop.world.services, &shop.caller);
        let now = services.clock.now();
        let midnight = Period::Day.next_start(now);
        shop.world.clock.advance(midnight.minus(Duration::from_seconds(1)).since(now));
        set_cap(services, caller, whole(caller), Period::Day, credits(22)).await.unwrap();
        let today = async || {
            let cap = caps(services, caller).await.unwrap()[0];
            (cap.used, cap.held)
        };
        let answer = gate.call(&shop, &flow, async || {
            assert_eq!(today().await, (credits(0), half_credits(43)));
            shop.world.clock.advance(Duration::from_seconds(2));
            // What is held is yesterday's: it takes nothing from the new day until it is paid.
            assert_eq!(today().await, (credits(0), credits(0)));
        }).await.unwrap();
        assert_eq!(answer.charged, half_credits(9));
        assert_eq!(today().await, (half_credits(9), credits(0)));
        balanced(&shop).await;
    }
}
