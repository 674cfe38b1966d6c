//! What `verify`, settle, void and refund guarantee.

use db::Db;
use types::{Duration, HoldId, Microcredits, SecretText};

use super::super::{
    CallStatus, CapSubject, CapSubjectKind, Claim, Error, Gift, GrantSource, Moved, Period, PriceKind,
    Refusal, balance, books, caps, give, remove_cap, set_cap, set_price,
    verify::{self, Mode, Settlement, Verdict, VerdictCode, Verification},
};
use crate::{
    access::Caller,
    api_keys::{self, KeyKind, NewKey},
    testing::World,
    usage::{EventFilter, UsageStatus, events},
};

pub struct Shop {
    pub world: World,
    pub caller: Caller,
    pub key: api_keys::Created,
}

fn new_key(kind: KeyKind) -> NewKey {
    crate::testing::new_key("shop", kind)
}

impl Shop {
    async fn open(db: Db, credits: &str) -> Self {
        Self::with_key(db, credits, new_key(KeyKind::Live)).await
    }

    async fn with_key(db: Db, credits: &str, key: NewKey) -> Self {
        Self::in_world_with_key(World::new(db).await, credits, key).await
    }

    pub async fn in_world(world: World, credits: &str) -> Self {
        Self::in_world_with_key(world, credits, new_key(KeyKind::Live)).await
    }

    async fn in_world_with_key(world: World, credits: &str, key: NewKey) -> Self {
        let caller = world.sign_up("ada").await.caller;
        let key = api_keys::create(&world.services, &caller, key).await.unwrap();
        let gift = Gift {
            credits: credits.parse().unwrap(),
            source: GrantSource::Purchase,
            effective_at: None,
            expires_at: None,
            priority: None,
            external_id: None,
            note: None,
        };
        give(&world.services, &world.operator(), caller.workspace, gift, None)
            .await
            .unwrap();
        Self { world, caller, key }
    }

    pub fn asked(&self) -> Verification {
        Verification {
            key: SecretText::new(self.key.text.expose().to_owned()),
            permission: None,
            credits: None,
            resource: None,
            environment: None,
            tenant: None,
            address: None,
            mode: Mode::Charge,
            tags: None,
            claim: None,
        }
    }

    async fn verify(&self, asked: Verification) -> Verdict {
        verify::verify(&self.world.services, &self.world.operator(), &asked)
            .await
            .unwrap()
    }

    async fn refused(&self, asked: Verification) -> Option<VerdictCode> {
        self.verify(asked).await.refused
    }

    pub async fn available(&self) -> String {
        balance(&self.world.services, &self.caller)
            .await
            .unwrap()
            .available
            .to_string()
    }

    pub async fn balanced(&self) {
        assert_eq!(
            books::check_all_workspaces(&self.world.services.db)
                .await
                .unwrap(),
            vec![]
        );
    }
}

fn settlement(outcome: CallStatus, credits: Option<&str>) -> Settlement {
    Settlement {
        outcome,
        credits: credits.map(|credits| credits.parse().unwrap()),
        latency: Some(Duration::from_ms(12)),
    }
}

db::both! {
    async fn a_good_key_is_charged_and_the_charge_is_its_usage_event(db: Db) {
        let shop = Shop::open(db, "10").await;
        let asked = Verification { credits: Some("2.5".parse().unwrap()), resource: Some("search".into()), ..shop.asked() };
        let verdict = shop.verify(asked).await;
        assert_eq!(verdict.refused, None);
        assert_eq!(shop.available().await, "7.5");
        let page = events(&shop.world.services, &shop.caller, &EventFilter::default(), None, Default::default()).await.unwrap();
        let event = &page.items[0];
        assert_eq!((page.items.len(), event.id), (1, verdict.receipt.unwrap().line.cast()));
        assert_eq!((event.key, event.resource.as_deref()), (Some(shop.key.key.id), Some("search")));
        assert_eq!((event.credits.to_string().as_str(), event.status), ("2.5", UsageStatus::Ended(CallStatus::Succeeded)));
        shop.balanced().await;
    }

    async fn each_reason_has_its_own_code_and_costs_nothing(db: Db) {
        let restricted = NewKey { addresses: Some(vec!["10.0.0.0/8".parse().unwrap()]), rate_limit_per_minute: Some(5), ..new_key(KeyKind::Live) };
        let shop = Shop::with_key(db, "1", restricted).await;
        let unknown = Verification { key: SecretText::new("gld_live_nonsense".into()), ..shop.asked() };
        assert_eq!(shop.refused(unknown).await, Some(VerdictCode::UnknownKey));
        let permission = Verification { permission: Some("companies:read".into()), ..shop.asked() };
        assert_eq!(shop.refused(permission).await, Some(VerdictCode::PermissionDenied));
        let address = Verification { address: Some([192, 0, 2, 1].into()), ..shop.asked() };
        assert_eq!(shop.refused(address).await, Some(VerdictCode::AddressDenied));
        let dear = Verification { credits: Some("1.000001".parse().unwrap()), ..shop.asked() };
        assert_eq!(shop.refused(dear).await, Some(VerdictCode::InsufficientCredits));
        let free = || Verification { credits: Some(Microcredits::ZERO), ..shop.asked() };
        for _ in 0..4 {
            assert_eq!(shop.refused(free()).await, None);
        }
        let limited = shop.verify(free()).await;
        assert_eq!(limited.refused, Some(VerdictCode::RateLimited));
        assert!(limited.retry_after.is_some());
        api_keys::revoke(&shop.world.services, &shop.caller, shop.key.key.id).await.unwrap();
        assert_eq!(shop.refused(shop.asked()).await, Some(VerdictCode::Revoked));
        assert_eq!(shop.available().await, "1");
        shop.balanced().await;
    }

    async fn a_revoked_key_is_not_charged_even_where_the_cache_still_knows_it(db: Db) {
        let shop = Shop::open(db, "10").await;
        assert_eq!(shop.refused(shop.asked()).await, None);
        // Another node revokes: this one's cache is not told.
        let changed: Result<u64, db::Error> = {
            use db::Error;
            db::write!(shop.world.services.db, |tx| {
                crate::credits::raise_config_epoch(tx, shop.caller.workspace).await?;
                db::execute!(tx, "UPDATE api_keys SET revoked_at = 1 WHERE workspace_id = $1", shop.caller.workspace.uuid())
            })
        };
        assert_eq!(changed.unwrap(), 1);
        assert_eq!(shop.refused(shop.asked()).await, Some(VerdictCode::Revoked));
        assert_eq!(shop.available().await, "9");
        shop.balanced().await;
    }

    async fn a_test_key_costs_nothing(db: Db) {
        let shop = Shop::with_key(db, "1", new_key(KeyKind::Test)).await;
        let dear = Verification { credits: Some("500".parse().unwrap()), ..shop.asked() };
        assert_eq!(shop.verify(dear).await.receipt.unwrap().charged, Microcredits::ZERO);
        assert_eq!(shop.available().await, "1");
        shop.balanced().await;
    }

    async fn a_hold_is_settled_once_with_the_real_price(db: Db) {
        let shop = Shop::open(db, "10").await;
        let (services, operator) = (&shop.world.services, shop.world.operator());
        let hold = || Verification {
            mode: Mode::Hold { lifetime: Duration::from_minutes(1) },
            credits: Some("6".parse().unwrap()),
            ..shop.asked()
        };
        let held: HoldId = shop.verify(hold()).await.receipt.unwrap().line.cast();
        assert_eq!(shop.refused(hold()).await, Some(VerdictCode::InsufficientCredits));
        let settled = verify::settle(services, &operator, held, settlement(CallStatus::Succeeded, Some("1.5")), None).await.unwrap();
        assert_eq!((settled.receipt.charged.to_string(), settled.receipt.available.to_string()), ("1.5".into(), "8.5".into()));
        let again = verify::settle(services, &operator, held, settlement(CallStatus::Succeeded, None), None).await;
        assert!(matches!(again, Err(Error::Refused(Refusal::HoldClosed))), "{again:?}");
        let failed: HoldId = shop.verify(hold()).await.receipt.unwrap().line.cast();
        verify::settle(services, &operator, failed, settlement(CallStatus::Failed, None), None).await.unwrap();
        let voided: HoldId = shop.verify(hold()).await.receipt.unwrap().line.cast();
        verify::void(services, &operator, voided, None).await.unwrap();
        assert_eq!(shop.available().await, "8.5");
        shop.balanced().await;
    }

    async fn a_hold_is_settled_for_what_was_held_however_dear_its_resource_has_become(db: Db) {
        let shop = Shop::open(db, "100").await;
        let (services, operator) = (&shop.world.services, shop.world.operator());
        let price = async |credits: &str| {
            set_price(services, &operator, PriceKind::Resource, "search", credits.parse().unwrap(), 1).await.unwrap()
        };
        let hold = || Verification {
            mode: Mode::Hold { lifetime: Duration::from_minutes(1) },
            resource: Some("search".into()),
            ..shop.asked()
        };
        price("4").await;
        let held: HoldId = shop.verify(hold()).await.receipt.unwrap().line.cast();
        price("9").await;
        let dearer = verify::settle(services, &operator, held, settlement(CallStatus::Succeeded, Some("9")), None).await;
        assert!(matches!(dearer, Err(Error::Refused(Refusal::ExceedsHold { .. }))), "{dearer:?}");
        let settled = verify::settle(services, &operator, held, settlement(CallStatus::Succeeded, None), None).await.unwrap().receipt;
        assert_eq!((settled.charged.to_string(), settled.available.to_string()), ("4".into(), "96".into()));
        assert_eq!(shop.verify(hold()).await.receipt.unwrap().held.to_string(), "9");
        shop.balanced().await;
    }

    async fn a_forgotten_hold_is_given_back_after_its_deadline(db: Db) {
        let shop = Shop::open(db, "10").await;
        let hold = Verification { mode: Mode::Hold { lifetime: Duration::from_minutes(1) }, ..shop.asked() };
        shop.verify(hold).await;
        assert_eq!(crate::upkeep::run_due(&shop.world.services).await.holds_voided, 0);
        shop.world.clock.advance(Duration::from_seconds(61));
        assert_eq!(crate::upkeep::run_due(&shop.world.services).await.holds_voided, 1);
        assert_eq!(shop.available().await, "10");
        shop.balanced().await;
    }

    async fn the_same_idempotency_key_is_charged_once(db: Db) {
        let shop = Shop::open(db, "10").await;
        let claim = |body| Some(Claim { caller: uuid::Uuid::nil(), route: "verify".into(), key: "1".into(), body_hash: [body; 32] });
        let first = shop.verify(Verification { claim: claim(1), ..shop.asked() }).await;
        let second = shop.verify(Verification { claim: claim(1), ..shop.asked() }).await;
        assert_eq!(first.receipt.unwrap().line, second.receipt.unwrap().line);
        assert_eq!((first.repeated, second.repeated), (false, true));
        let other = verify::verify(&shop.world.services, &shop.world.operator(), &Verification { claim: claim(2), ..shop.asked() }).await;
        assert!(matches!(other, Err(Error::Refused(Refusal::IdempotencyMismatch))));
        assert_eq!(shop.available().await, "9");
        shop.balanced().await;
    }

    async fn a_hold_that_is_asked_for_again_is_the_same_hold_before_and_after_it_is_settled(db: Db) {
        let shop = Shop::open(db, "10").await;
        let (services, operator) = (&shop.world.services, shop.world.operator());
        let hold = || Verification {
            mode: Mode::Hold { lifetime: Duration::from_minutes(1) },
            claim: Some(Claim { caller: uuid::Uuid::nil(), route: "verify".into(), key: "1".into(), body_hash: [1; 32] }),
            ..shop.asked()
        };
        let first = shop.verify(hold()).await.receipt.unwrap().line;
        assert_eq!(shop.verify(hold()).await.receipt.unwrap().line, first);
        verify::settle(services, &operator, first.cast(), settlement(CallStatus::Succeeded, None), None).await.unwrap();
        assert_eq!(shop.verify(hold()).await.receipt.unwrap().line, first);
        assert_eq!(shop.available().await, "9");
        shop.balanced().await;
    }

    async fn a_cap_counts_what_was_used_before_it_was_made_and_resets(db: Db) {
        let shop = Shop::open(db, "100").await;
        let services = &shop.world.services;
        for _ in 0..3 {
            assert_eq!(shop.refused(shop.asked()).await, None);
        }
        let key = CapSubject { kind: CapSubjectKind::Key, id: shop.key.key.id.uuid() };
        let cap = set_cap(services, &shop.caller, key, Period::Day, "5".parse().unwrap()).await.unwrap();
        assert_eq!(cap.used.to_string(), "3");
        for _ in 0..2 {
            assert_eq!(shop.refused(shop.asked()).await, None);
        }
        let reached = shop.verify(shop.asked()).await;
        assert_eq!(reached.refused, Some(VerdictCode::CapReached));
        shop.balanced().await;
        shop.world.clock.advance(reached.retry_after.unwrap());
        assert_eq!(shop.refused(shop.asked()).await, None);
        let foreign = CapSubject { kind: CapSubjectKind::Flow, id: uuid::Uuid::max() };
        assert!(set_cap(services, &shop.caller, foreign, Period::Day, Microcredits::ZERO).await.is_err());
        shop.balanced().await;
    }

    async fn closing_is_done_once_for_each_idempotency_key_and_answered_again_as_the_first_time(db: Db) {
        let shop = Shop::open(db, "10").await;
        let (services, operator) = (&shop.world.services, shop.world.operator());
        let claim = |route: &str, body| Some(Claim { caller: uuid::Uuid::nil(), route: route.into(), key: "1".into(), body_hash: [body; 32] });
        let hold = || Verification { mode: Mode::Hold { lifetime: Duration::from_minutes(1) }, credits: Some("6".parse().unwrap()), ..shop.asked() };
        let held: HoldId = shop.verify(hold()).await.receipt.unwrap().line.cast();
        let settle = |body, credits| verify::settle(services, &operator, held, settlement(CallStatus::Succeeded, credits), claim("settle", body));
        let first = settle(1, Some("2")).await.unwrap();
        // What is left changes meanwhile; the answer does not.
        shop.verify(shop.asked()).await;
        assert!(!first.repeated);
        assert_eq!(settle(1, Some("2")).await.unwrap(), Moved { repeated: true, ..first });
        let other = settle(2, Some("3")).await;
        assert!(matches!(other, Err(Error::Refused(Refusal::IdempotencyMismatch))), "{other:?}");

        let voided: HoldId = shop.verify(hold()).await.receipt.unwrap().line.cast();
        let first = verify::void(services, &operator, voided, claim("void", 1)).await.unwrap();
        assert_eq!(verify::void(services, &operator, voided, claim("void", 1)).await.unwrap(), Moved { repeated: true, ..first });
        let other = verify::void(services, &operator, voided, claim("void", 2)).await;
        assert!(matches!(other, Err(Error::Refused(Refusal::IdempotencyMismatch))), "{other:?}");

        let usage = shop.verify(shop.asked()).await.receipt.unwrap().line;
        let refund = |body| verify::refund(services, &operator, usage.cast(), None, claim("refund", body));
        let first = refund(1).await.unwrap();
        assert_eq!(refund(1).await.unwrap(), Moved { repeated: true, ..first });
        assert!(matches!(refund(2).await, Err(Error::Refused(Refusal::IdempotencyMismatch))));
        assert_eq!(shop.available().await, "7");
        shop.balanced().await;
    }

    async fn what_returns_to_a_grant_that_has_expired_is_answered_the_same_twice(db: Db) {
        let shop = Shop::open(db, "10").await;
        let (services, operator) = (&shop.world.services, shop.world.operator());
        let ends = Some(services.clock.now().plus(Duration::from_seconds(30)));
        let gift = Gift { credits: "5".parse().unwrap(), source: GrantSource::Trial, effective_at: None, expires_at: ends, priority: None, external_id: None, note: None };
        give(services, &operator, shop.caller.workspace, gift, None).await.unwrap();
        let hold = Verification { mode: Mode::Hold { lifetime: Duration::from_minutes(5) }, credits: Some("4".parse().unwrap()), ..shop.asked() };
        let held: HoldId = shop.verify(hold).await.receipt.unwrap().line.cast();
        shop.world.clock.advance(Duration::from_minutes(1));
        let claim = || Some(Claim { caller: uuid::Uuid::nil(), route: "settle".into(), key: "1".into(), body_hash: [1; 32] });
        let settle = || verify::settle(services, &operator, held, settlement(CallStatus::Succeeded, Some("1")), claim());
        let first = settle().await.unwrap();
        assert_eq!((first.receipt.charged.to_string().as_str(), first.receipt.available.to_string().as_str()), ("1", "10"));
        assert_eq!(settle().await.unwrap(), Moved { repeated: true, ..first });
        shop.balanced().await;
    }

    async fn keys_that_replace_one_another_share_their_cap(db: Db) {
        let shop = Shop::open(db, "100").await;
        let services = &shop.world.services;
        let by = |created: &api_keys::Created| Verification { key: SecretText::new(created.text.expose().to_owned()), ..shop.asked() };
        let of = |key: &api_keys::ApiKey| CapSubject { kind: CapSubjectKind::Key, id: key.id.uuid() };
        shop.verify(shop.asked()).await;
        set_cap(services, &shop.caller, of(&shop.key.key), Period::Day, "4".parse().unwrap()).await.unwrap();
        let next = api_keys::rotate(services, &shop.caller, shop.key.key.id, Duration::from_hours(1)).await.unwrap();
        // Both are good during the overlap, and count together.
        assert_eq!(shop.refused(shop.asked()).await, None);
        assert_eq!(shop.refused(by(&next)).await, None);
        let last = api_keys::rotate(services, &shop.caller, next.key.id, Duration::from_hours(1)).await.unwrap();
        let listed = caps(services, &shop.caller).await.unwrap();
        assert_eq!((listed.len(), listed[0].subject, listed[0].used.to_string().as_str()), (1, of(&last.key), "3"));
        assert_eq!(shop.refused(by(&last)).await, None);
        for key in [&shop.key, &next, &last] {
            let reached = shop.verify(by(key)).await;
            assert_eq!(reached.refused, Some(VerdictCode::CapReached));
            assert_eq!(reached.cap.unwrap().subject, of(&key.key));
        }
        // By whichever of them it is named, it is the same cap.
        let raised = set_cap(services, &shop.caller, of(&last.key), Period::Day, "5".parse().unwrap()).await.unwrap();
        assert_eq!((raised.subject, raised.used.to_string().as_str()), (of(&last.key), "4"));
        let begun = set_cap(services, &shop.caller, of(&next.key), Period::Month, "9".parse().unwrap()).await.unwrap();
        assert_eq!((begun.subject, begun.used.to_string().as_str()), (of(&last.key), "4"), "from what all of them used");
        assert_eq!(shop.refused(by(&last)).await, None);
        remove_cap(services, &shop.caller, of(&shop.key.key), Period::Day).await.unwrap();
        assert_eq!(caps(services, &shop.caller).await.unwrap().len(), 1);
        shop.balanced().await;
    }

    async fn a_workspace_with_as_many_caps_as_it_may_have_can_still_change_one(db: Db) {
        let shop = Shop::open(db, "1").await;
        let (services, workspace) = (&shop.world.services, shop.caller.workspace);
        let whole = CapSubject { kind: CapSubjectKind::Workspace, id: workspace.uuid() };
        set_cap(services, &shop.caller, whole, Period::Day, "4".parse().unwrap()).await.unwrap();
        let filled: Result<(), db::Error> = {
            use db::Error;
            db::write!(services.db, |tx| {
                for _ in 1..1_000 {
                    db::execute!(
                        tx,
                        "INSERT INTO caps (workspace_id, subject_kind, subject_id, period, credits, created_at, updated_at)
                         VALUES ($1, 'flow', $2, 'day', 1, 0, 0)",
                        workspace.uuid(),
                        services.ids.next::<types::kinds::Flow>().uuid()
                    )?;
                }
                Ok(())
            })
        };
        filled.unwrap();
        let changed = set_cap(services, &shop.caller, whole, Period::Day, "7".parse().unwrap()).await.unwrap();
        assert_eq!(changed.limit.to_string(), "7");
        let more = set_cap(services, &shop.caller, whole, Period::Month, "7".parse().unwrap()).await;
        assert!(matches!(more, Err(Error::Invalid { .. })), "{more:?}");
    }

    async fn no_workspace_has_tenants_and_who_names_one_is_told_so(db: Db) {
        let shop = Shop::open(db, "1").await;
        let asked = Verification { tenant: Some("acme".parse().unwrap()), ..shop.asked() };
        let refused = verify::verify(&shop.world.services, &shop.world.operator(), &asked).await;
        assert!(matches!(refused, Err(Error::NotFound { what: "tenant" })), "{refused:?}");
        assert_eq!(shop.available().await, "1");
    }

    async fn a_refund_is_given_by_the_id_of_the_usage_event_alone(db: Db) {
        let shop = Shop::open(db, "10").await;
        let charged = shop.verify(shop.asked()).await.receipt.unwrap();
        let (services, operator) = (&shop.world.services, shop.world.operator());
        verify::refund(services, &operator, charged.line.cast(), Some("sorry".into()), None).await.unwrap();
        assert_eq!(shop.available().await, "10");
        let again = verify::refund(services, &operator, charged.line.cast(), None, None).await;
        assert!(matches!(again, Err(Error::Refused(Refusal::AlreadyRefunded))));
        shop.balanced().await;
    }
}
