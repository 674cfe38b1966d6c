//! The guarantees of money on real databases.

use std::sync::Arc;

use db::{Batch, Db};
use types::{Clock, Duration, FixedClock, GrantId, HoldId, LineId, Microcredits, Timestamp, WorkspaceId};

use super::{
    super::{
        CallStatus, Claim, Ending, Epochs, Error, GrantSource, HoldClaim, Ledger, Movement, NewGrant,
        Outcome, Receipt, Refusal, Request, balance::balance_of, books, open_account, raise_config_epoch,
        submit,
    },
    model::{call, ending},
};
use crate::{Config, Services, access::Actor, instance::InstanceKey};

pub struct Bank {
    pub services: Arc<Services>,
    clock: Arc<FixedClock>,
    pub workspace: WorkspaceId,
}

impl Bank {
    pub async fn open(db: Db) -> Self {
        let clock = Arc::new(FixedClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
        let key = InstanceKey::random();
        let services = Services::start(db, &key, Arc::clone(&clock) as Arc<dyn Clock>, &Config::default())
            .await
            .unwrap();
        let workspace = services.ids.next();
        let bank = Self {
            services,
            clock,
            workspace,
        };
        bank.write_account(workspace).await.unwrap();
        bank
    }

    async fn write_account(&self, workspace: WorkspaceId) -> Result<(), Error> {
        db::write!(self.services.db, |tx| Ok(open_account(tx, workspace).await?))
    }

    async fn change_configuration(&self) -> Result<i64, Error> {
        db::write!(self.services.db, |tx| Ok(
            raise_config_epoch(tx, self.workspace).await?
        ))
    }

    pub fn request(&self, movement: Movement) -> Request {
        Request {
            line: self.services.ids.next(),
            workspace: self.workspace,
            actor: Actor::System,
            resolved_under: None,
            claim: None,
            note: None,
            audit: None,
            movement,
        }
    }

    pub async fn submit(&self, movement: Movement) -> Outcome {
        submit(&self.services, self.request(movement)).await.unwrap()
    }

    pub async fn done(&self, movement: Movement) -> Receipt {
        match self.submit(movement).await {
            Outcome::Done(receipt) => receipt,
            other => panic!("expected it to be done: {other:?}"),
        }
    }

    fn new_grant(&self, amount: i64) -> NewGrant {
        NewGrant {
            id: self.services.ids.next::<types::kinds::Grant>(),
            source: GrantSource::Promotion,
            amount: Microcredits::new(amount),
            priority: 0,
            effective_at: self.clock.now(),
            expires_at: None,
            external_id: None,
        }
    }

    pub async fn give(&self, amount: i64) -> GrantId {
        let grant = self.new_grant(amount);
        let id = grant.id;
        self.done(Movement::Grant(grant)).await;
        id
    }

    pub async fn available(&self) -> i64 {
        self.done(Movement::Settle).await.available.get()
    }

    pub async fn balanced(&self) {
        assert_eq!(
            books::check_all_workspaces(&self.services.db).await.unwrap(),
            vec![]
        );
    }
}

pub fn charge(amount: i64) -> Movement {
    Movement::Charge {
        amount: Microcredits::new(amount),
        call: call(),
        ending: ending(),
    }
}

pub fn hold(amount: i64, deadline: Timestamp) -> Movement {
    Movement::Hold {
        amount: Microcredits::new(amount),
        deadline,
        call: call(),
        claimed: HoldClaim::Call,
    }
}

pub fn post(hold: HoldId, amount: i64) -> Movement {
    Movement::Post {
        hold,
        amount: Some(Microcredits::new(amount)),
        ending: ending(),
    }
}

fn claim(key: &str, body: u8) -> Claim {
    Claim {
        caller: uuid::Uuid::nil(),
        route: "flow_call".into(),
        key: key.into(),
        body_hash: [body; 32],
    }
}

async fn remaining(bank: &Bank, grant: GrantId) -> i64 {
    let (workspace, grant) = (bank.workspace.uuid(), grant.uuid());
    let found: db::Result<i64> = {
        use db::Error;
        db::read!(bank.services.db, |tx| db::one_value!(
            tx,
            i64,
            "SELECT remaining FROM grants WHERE workspace_id = $1 AND id = $2",
            workspace,
            grant
        ))
    };
    found.unwrap()
}

db::both! {
    async fn the_highest_priority_burns_first_whatever_it_is(db: Db) {
        let bank = Bank::open(db).await;
        let mut given = Vec::new();
        for priority in [i64::MIN, i64::MAX, 0] {
            let grant = NewGrant { priority, ..bank.new_grant(10) };
            given.push(grant.id);
            bank.done(Movement::Grant(grant)).await;
        }
        for (charged, left) in [(10, [10, 0, 10]), (10, [10, 0, 0]), (4, [6, 0, 0])] {
            bank.done(charge(charged)).await;
            for (grant, left) in given.iter().zip(left) {
                assert_eq!(remaining(&bank, *grant).await, left);
            }
        }
    }

    async fn two_hundred_calls_at_once_spend_a_hundred_credits_to_exactly_nothing(db: Db) {
        let bank = Arc::new(Bank::open(db).await);
        bank.give(100).await;
        let calls: Vec<_> = (0..200).map(|_| {
            let bank = Arc::clone(&bank);
            tokio::spawn(async move { bank.submit(charge(1)).await })
        }).collect();
        let mut accepted = 0;
        for call in calls {
            match call.await.unwrap() {
                Outcome::Done(receipt) => { accepted += 1; assert!(receipt.available.get() >= 0) }
                Outcome::Refused(Refusal::Insufficient { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((accepted, bank.available().await), (100, 0));
        bank.balanced().await;
    }

    async fn equal_idempotency_keys_at_once_are_charged_once(db: Db) {
        let bank = Arc::new(Bank::open(db).await);
        bank.give(100).await;
        let calls: Vec<_> = (0..50).map(|_| {
            let bank = Arc::clone(&bank);
            tokio::spawn(async move {
                let request = Request { claim: Some(claim("same", 1)), ..bank.request(charge(7)) };
                submit(&bank.services, request).await.unwrap()
            })
        }).collect();
        let mut lines = std::collections::HashSet::new();
        let mut done = 0;
        for call in calls {
            match call.await.unwrap() {
                Outcome::Done(receipt) => { done += 1; lines.insert(receipt.line); }
                Outcome::Repeated { receipt, .. } => { lines.insert(receipt.line); assert_eq!(receipt.charged.get(), 7); }
                other @ Outcome::Refused(_) => panic!("{other:?}"),
            }
        }
        assert_eq!((done, lines.len(), bank.available().await), (1, 1, 93));
        let other_body = Request { claim: Some(claim("same", 2)), ..bank.request(charge(7)) };
        let refused = submit(&bank.services, other_body).await.unwrap();
        assert_eq!(refused, Outcome::Refused(Refusal::IdempotencyMismatch));
        bank.clock.advance(Duration::from_hours(25));
        let next_day = Request { claim: Some(claim("same", 2)), ..bank.request(charge(7)) };
        assert!(matches!(submit(&bank.services, next_day).await.unwrap(), Outcome::Done(_)));
        bank.balanced().await;
    }

    async fn a_hold_sets_aside_and_its_post_returns_the_rest(db: Db) {
        let bank = Bank::open(db).await;
        bank.give(60).await;
        bank.give(60).await;
        let deadline = bank.clock.now().plus(Duration::from_seconds(90));
        let hold = hold(100, deadline);
        let held = bank.done(hold).await;
        assert_eq!((held.available.get(), held.held.get()), (20, 100));
        assert!(matches!(bank.submit(charge(21)).await, Outcome::Refused(Refusal::Insufficient { .. })));
        let too_much = post(held.line.cast(), 101);
        assert!(matches!(bank.submit(too_much).await, Outcome::Refused(Refusal::ExceedsHold { .. })));
        let post = || post(held.line.cast(), 70);
        let posted = bank.done(post()).await;
        assert_eq!((posted.charged.get(), posted.available.get(), posted.held.get()), (70, 50, 0));
        assert_eq!(bank.submit(post()).await, Outcome::Refused(Refusal::HoldClosed));
        let void = Movement::Void { hold: held.line.cast(), forgotten: true };
        assert_eq!(bank.submit(void).await, Outcome::Refused(Refusal::HoldClosed));
        bank.balanced().await;
    }

    async fn a_post_that_is_sent_again_because_nobody_knew_is_answered_and_not_refused(db: Db) {
        let bank = Bank::open(db).await;
        bank.give(100).await;
        let deadline = bank.clock.now().plus(Duration::from_seconds(90));
        // In time, and after the hold was given back and most of it spent.
        for (is_late, charged, left) in [(false, 20, 80), (true, 10, 0)] {
            let hold = hold(50, deadline);
            let held = bank.done(hold).await;
            if is_late {
                bank.done(Movement::Void { hold: held.line.cast(), forgotten: true }).await;
                bank.done(charge(70)).await;
            }
            let posting = bank.request(post(held.line.cast(), 20));
            let Outcome::Done(posted) = submit(&bank.services, posting.clone()).await.unwrap() else { panic!("refused") };
            let again = submit(&bank.services, posting.clone()).await.unwrap();
            assert_eq!(again, Outcome::Repeated { receipt: posted, answer: None });
            assert_eq!((posted.line, posted.charged.get(), posted.available.get()), (posting.line, charged, left));
            assert_eq!(posted.uncollected, is_late);
        }
        bank.balanced().await;
    }

    async fn a_post_that_is_sent_again_proves_nothing_about_the_batch_that_it_is_in(db: Db) {
        let bank = Bank::open(db).await;
        bank.give(100).await;
        let deadline = bank.clock.now().plus(Duration::from_seconds(90));
        let hold = hold(50, deadline);
        let held = bank.done(hold).await;
        let post = post(held.line.cast(), 20);
        let posting = bank.request(post);
        submit(&bank.services, posting.clone()).await.unwrap();
        let (ledger, batch) = (Ledger::new(Arc::clone(&bank.services.clock)), [posting, bank.request(charge(1))]);
        let mut tx = bank.services.db.begin_write().await.unwrap();
        let outcomes = ledger.apply(&mut tx, &batch).await.unwrap();
        assert!(matches!(outcomes[1], Outcome::Done(_)), "{outcomes:?}");
        // As a connection that is lost before the commit.
        tx.rollback().await.unwrap();
        let mut tx = bank.services.db.begin_write().await.unwrap();
        assert!(!ledger.was_committed(&mut tx, &batch, &outcomes).await.unwrap(), "the charge is not there");
        tx.rollback().await.unwrap();
        bank.balanced().await;
    }

    async fn what_ends_next_is_all_that_ends_then(db: Db) {
        let bank = Bank::open(db).await;
        let (day, now) = (Duration::from_days(1), bank.clock.now());
        for (amount, days) in [(5, 1), (7, 2), (6, 1)] {
            let ends = now.plus(Duration::from_us(day.us() * days));
            bank.done(Movement::Grant(NewGrant { expires_at: Some(ends), ..bank.new_grant(amount) })).await;
        }
        let balance = balance_of(&bank.services, bank.workspace).await.unwrap();
        assert_eq!(balance.next_expiry, Some((now.plus(day), Microcredits::new(11))));
        assert_eq!(balance.available, balance.by_source[&GrantSource::Promotion]);
    }

    async fn a_post_after_a_void_takes_what_there_is_and_says_what_is_missing(db: Db) {
        let bank = Bank::open(db).await;
        bank.give(100).await;
        let deadline = bank.clock.now();
        let held = bank.done(hold(80, deadline)).await;
        bank.done(Movement::Void { hold: held.line.cast(), forgotten: true }).await;
        let too_much = post(held.line.cast(), 81);
        assert!(matches!(bank.submit(too_much).await, Outcome::Refused(Refusal::ExceedsHold { .. })));
        bank.done(charge(70)).await;
        let post = || post(held.line.cast(), 80);
        let late = bank.done(post()).await;
        assert_eq!((late.charged.get(), late.available.get(), late.uncollected), (30, 0, true));
        assert_eq!(bank.submit(post()).await, Outcome::Refused(Refusal::HoldClosed));
        bank.balanced().await;
    }

    async fn credits_come_when_effective_and_go_when_expired(db: Db) {
        let bank = Bank::open(db).await;
        let tomorrow = bank.clock.now().plus(Duration::from_days(1));
        let later = NewGrant {
            effective_at: tomorrow,
            expires_at: Some(tomorrow.plus(Duration::from_days(1))),
            ..bank.new_grant(50)
        };
        assert_eq!(bank.done(Movement::Grant(later)).await.available.get(), 0);
        bank.clock.advance(Duration::from_days(1));
        assert_eq!(bank.done(charge(20)).await.available.get(), 30);
        let deadline = bank.clock.now().plus(Duration::from_days(9));
        let held = bank.done(hold(10, deadline)).await;
        bank.clock.advance(Duration::from_days(1));
        assert_eq!(bank.available().await, 0);
        // What a hold gives back to an expired grant ends with it.
        let back = bank.done(Movement::Void { hold: held.line.cast(), forgotten: false }).await;
        assert_eq!((back.available.get(), back.held.get()), (0, 0));
        bank.balanced().await;
    }

    async fn a_payment_event_that_comes_twice_grants_once(db: Db) {
        let bank = Bank::open(db).await;
        let grant = || NewGrant { external_id: Some("evt_1".into()), ..bank.new_grant(50) };
        let first = bank.done(Movement::Grant(grant())).await;
        match bank.submit(Movement::Grant(grant())).await {
            Outcome::Repeated { receipt, .. } => assert_eq!(receipt.grant, first.grant),
            other => panic!("{other:?}"),
        }
        let other = NewGrant { amount: Microcredits::new(51), ..grant() };
        assert_eq!(bank.submit(Movement::Grant(other)).await, Outcome::Refused(Refusal::ExternalIdTaken));
        assert_eq!(bank.available().await, 50);
        bank.balanced().await;
    }

    async fn a_refund_gives_back_once_to_the_grants_it_came_from(db: Db) {
        let bank = Bank::open(db).await;
        bank.give(10).await;
        bank.give(10).await;
        let charged = bank.done(charge(15)).await;
        bank.done(charge(5)).await;
        let refund = || Movement::Refund { of: charged.line };
        assert_eq!(bank.done(refund()).await.available.get(), 15);
        assert_eq!(bank.submit(refund()).await, Outcome::Refused(Refusal::AlreadyRefunded));
        assert_eq!(bank.done(charge(15)).await.available.get(), 0);
        let unknown = Movement::Refund { of: bank.services.ids.next::<types::kinds::Line>() };
        assert_eq!(bank.submit(unknown).await, Outcome::Refused(Refusal::UnknownUsage));
        bank.balanced().await;
    }

    async fn nothing_is_charged_under_a_configuration_that_has_changed(db: Db) {
        let bank = Bank::open(db).await;
        bank.give(10).await;
        let instance = bank.services.instance.get(&bank.services).await.unwrap().epoch;
        let resolved = |workspace| Request {
            resolved_under: Some(Epochs { workspace, instance }),
            ..bank.request(charge(1))
        };
        let before = bank.change_configuration().await.unwrap();
        assert!(matches!(submit(&bank.services, resolved(before)).await.unwrap(), Outcome::Done(_)));
        let after = bank.change_configuration().await.unwrap();
        let stale = submit(&bank.services, resolved(before)).await.unwrap();
        assert_eq!(stale, Outcome::Refused(Refusal::Stale));
        assert!(matches!(submit(&bank.services, resolved(after)).await.unwrap(), Outcome::Done(_)));
        bank.balanced().await;
    }

    async fn a_bad_row_does_not_fail_its_neighbours(db: Db) {
        let bank = Arc::new(Bank::open(db).await);
        bank.give(100).await;
        // The same line twice: the database refuses it whatever the ledger thinks.
        let twice = LineId::from_uuid(bank.services.ids.next_uuid());
        let calls: Vec<_> = (0..40).map(|number| {
            let bank = Arc::clone(&bank);
            tokio::spawn(async move {
                let mut request = bank.request(charge(1));
                if number % 10 == 0 {
                    request.line = twice;
                }
                submit(&bank.services, request).await.is_ok()
            })
        }).collect();
        let mut written = 0;
        for call in calls {
            written += i64::from(call.await.unwrap());
        }
        assert_eq!((written, bank.available().await), (37, 63));
        bank.balanced().await;
    }

    async fn an_unknown_workspace_is_refused_and_a_failed_call_costs_nothing(db: Db) {
        let bank = Bank::open(db).await;
        let foreign = Request { workspace: bank.services.ids.next(), ..bank.request(charge(0)) };
        let refused = submit(&bank.services, foreign).await.unwrap();
        assert_eq!(refused, Outcome::Refused(Refusal::UnknownWorkspace));
        let failed = Ending { status: CallStatus::Failed, ..ending() };
        let free = Movement::Charge { amount: Microcredits::ZERO, call: call(), ending: failed };
        assert_eq!(bank.done(free).await.charged, Microcredits::ZERO);
        assert!(bank.clock.now() > Timestamp::from_us(0));
        bank.balanced().await;
    }
}
