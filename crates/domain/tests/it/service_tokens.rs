//! Service tokens.

use std::sync::Arc;

use db::{Bulk, Column, Db, Rows};
use domain::{
    Config,
    access::{Actor, Operator, OperatorPermission},
    credential::{CredentialStatus, FormError},
    instance::InstanceKey,
    rate_limits::RateScope,
    service_tokens::{
        self, AuthError, Created, Error, NewServiceToken, SERVICE_TOKENS_MAX, ServiceToken, TokenChange,
        TokenFilter, TokenIdentity,
    },
    testing::{BEGINNING, World},
};
use types::{Comment, Duration, PageLimit, ServiceTokenId, Timestamp};

fn new_token(permissions: Option<Vec<OperatorPermission>>) -> NewServiceToken {
    NewServiceToken {
        name: "a service".parse().unwrap(),
        description: Comment::default(),
        permissions,
        addresses: None,
        expires_at: None,
        rate_limit_per_minute: None,
    }
}

async fn create(world: &World, permissions: Option<Vec<OperatorPermission>>) -> Created {
    service_tokens::create(&world.services, &world.operator(), new_token(permissions))
        .await
        .unwrap()
}

async fn authenticate(world: &World, created: &Created) -> Result<Arc<TokenIdentity>, AuthError> {
    service_tokens::authenticate(&world.services, created.text.expose()).await
}

async fn machine(world: &World, created: &Created) -> Operator {
    Operator::token(authenticate(world, created).await.unwrap(), world.origin())
}

async fn view(world: &World, token: ServiceTokenId) -> Result<ServiceToken, Error> {
    service_tokens::view(&world.services, &world.operator(), token).await
}

static COPIES: Bulk = Bulk::new(
    "INSERT INTO service_tokens (id, name, description, prefix, last_four, permissions, expires_at, created_kind,
                                 created_at, updated_at)
     SELECT input.id, t.name, t.description, t.prefix, t.last_four, t.permissions, input.expires_at, t.created_kind,
            t.created_at, t.updated_at
     FROM {rows} CROSS JOIN service_tokens AS t WHERE t.id = input.source",
    &[Column::Id("id"), Column::Id("source"), Column::Int("expires_at")],
);

/// So many more tokens like this one, that end by themselves.
async fn copy(world: &World, source: ServiceTokenId, count: i64, ends_at: Timestamp) {
    use db::Error;
    let mut rows = Rows::default();
    for _ in 0..count {
        let id: ServiceTokenId = world.services.ids.next();
        rows.row().id(id.uuid()).id(source.uuid()).int(ends_at.us());
    }
    let copied: Result<u64, Error> = db::write!(world.services.db, |tx| COPIES.execute(tx, &rows).await);
    assert_eq!(copied.unwrap(), count as u64);
}

/// How often something was done to the token, by the audit log and by the outbox.
async fn recorded(db: &Db, action: &'static str, token: ServiceTokenId) -> (i64, i64) {
    use db::Error;
    let rows: Result<_, Error> = db::read!(db, |tx| {
        let audited = db::one_value!(
            tx,
            i64,
            "SELECT COUNT(*) FROM audit_events WHERE action = $1 AND resource_id = $2",
            action,
            token.uuid()
        )?;
        let sent = db::one_value!(tx, i64, "SELECT COUNT(*) FROM outbox WHERE type = $1", action)?;
        Ok((audited, sent))
    });
    rows.unwrap()
}

db::both! {
    async fn a_service_token_may_what_it_was_given_and_governs_nothing_unasked(db: Db) {
        let world = World::new(db).await;
        let created = create(&world, Some(vec![OperatorPermission::Verify])).await;
        assert!(created.text.expose().starts_with("gldop_"));
        assert!(!format!("{created:?}").contains(created.text.expose()), "a token does not print");
        let verifier = machine(&world, &created).await;
        verifier.authorize(OperatorPermission::Verify).unwrap();
        assert!(verifier.authorize(OperatorPermission::CreditsManage).is_err());
        let usual = machine(&world, &create(&world, None).await).await;
        usual.authorize(OperatorPermission::CreditsManage).unwrap();
        assert!(usual.authorize(OperatorPermission::TokensManage).is_err());
    }

    async fn a_service_token_cannot_do_more_than_its_maker(db: Db) {
        let world = World::new(db).await;
        let services = &*world.services;
        let given = NewServiceToken {
            addresses: Some(vec!["203.0.113.0/24".parse().unwrap()]),
            expires_at: Some(BEGINNING.plus(Duration::from_hours(2))),
            rate_limit_per_minute: Some(60),
            ..new_token(Some(vec![OperatorPermission::TokensManage, OperatorPermission::Verify]))
        };
        let maker = service_tokens::create(services, &world.operator(), given.clone()).await.unwrap();
        let maker = machine(&world, &maker).await;
        let within = NewServiceToken {
            permissions: Some(vec![OperatorPermission::Verify]),
            addresses: Some(vec!["203.0.113.7/32".parse().unwrap()]),
            ..given.clone()
        };
        let made = service_tokens::create(services, &maker, within.clone()).await.unwrap();
        assert_eq!(made.token.created_by, maker.actor);
        let permission = |permission| Some(vec![permission]);
        for (wanted, lacking) in [
            (NewServiceToken { permissions: permission(OperatorPermission::MetricsRead), ..within.clone() }, "operator:metrics"),
            (NewServiceToken { addresses: None, ..within.clone() }, "addresses"),
            (NewServiceToken { addresses: Some(vec!["203.0.0.0/16".parse().unwrap()]), ..within.clone() }, "addresses"),
            (NewServiceToken { expires_at: None, ..within.clone() }, "expires_at"),
            (NewServiceToken { rate_limit_per_minute: Some(61), ..within.clone() }, "rate_limit_per_minute"),
        ] {
            let refused = service_tokens::create(services, &maker, wanted).await;
            assert!(matches!(&refused, Err(Error::BeyondMaker { what }) if what == lacking), "{refused:?}");
        }
        for change in [
            TokenChange { permissions: permission(OperatorPermission::MetricsRead), ..TokenChange::default() },
            TokenChange { addresses: Some(None), ..TokenChange::default() },
            TokenChange { expires_at: Some(None), ..TokenChange::default() },
            TokenChange { rate_limit_per_minute: Some(None), ..TokenChange::default() },
        ] {
            let refused = service_tokens::update(services, &maker, made.token.id, change).await;
            assert!(matches!(refused, Err(Error::BeyondMaker { .. })), "{refused:?}");
        }
        assert_eq!(view(&world, made.token.id).await.unwrap(), made.token);
    }

    async fn a_revoked_expired_unknown_or_mistyped_token_is_refused_at_once(db: Db) {
        let world = World::new(db).await;
        let (services, admin) = (&*world.services, world.operator());
        let created = create(&world, None).await;
        authenticate(&world, &created).await.unwrap();
        service_tokens::revoke(services, &admin, created.token.id).await.unwrap();
        assert!(matches!(authenticate(&world, &created).await, Err(AuthError::Revoked)));
        service_tokens::revoke(services, &admin, created.token.id).await.unwrap();

        let ends = BEGINNING.plus(Duration::from_ms(100));
        let short = NewServiceToken { expires_at: Some(ends), ..new_token(None) };
        let short = service_tokens::create(services, &admin, short).await.unwrap();
        authenticate(&world, &short).await.unwrap();
        world.clock.advance(Duration::from_ms(100));
        assert!(matches!(authenticate(&world, &short).await, Err(AuthError::Expired)));
        let late = NewServiceToken { expires_at: Some(ends), ..new_token(None) };
        let late = service_tokens::create(services, &admin, late).await;
        assert!(matches!(late, Err(Error::Form(FormError::ExpiryInThePast))), "{late:?}");

        let unknown = domain::tokens::random(domain::tokens::SERVICE_TOKEN);
        let refused = service_tokens::authenticate(services, unknown.expose()).await;
        assert!(matches!(refused, Err(AuthError::Unknown)));
        let key = domain::tokens::random(domain::tokens::LIVE_KEY);
        for wrong in [key.expose(), "gldop_", ""] {
            let refused = service_tokens::authenticate(services, wrong).await;
            assert!(matches!(refused, Err(AuthError::Mistyped)));
        }
    }

    async fn tokens_in_use_are_read_anew_before_a_request_has_to_wait_for_it(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db.clone(), &key, &Config::default()).await;
        let (kept, revoked) = (create(&one, None).await, create(&one, None).await);
        authenticate(&two, &kept).await.unwrap();
        authenticate(&two, &revoked).await.unwrap();
        service_tokens::revoke(&one.services, &one.operator(), revoked.token.id).await.unwrap();
        two.clock.advance(Duration::from_ms(600));
        authenticate(&two, &kept).await.unwrap();
        authenticate(&two, &revoked).await.unwrap();
        assert_eq!(service_tokens::refresh(&two.services).await.unwrap(), 2);
        let refused = authenticate(&two, &revoked).await;
        assert!(matches!(refused, Err(AuthError::Revoked)), "{refused:?}");
        two.clock.advance(Duration::from_ms(600));
        db.close().await;
        authenticate(&two, &kept).await.unwrap();
    }

    async fn a_token_is_changed_under_its_revision_and_the_change_holds_at_once(db: Db) {
        let world = World::new(db.clone()).await;
        let (services, admin) = (&*world.services, world.operator());
        let created = create(&world, None).await;
        authenticate(&world, &created).await.unwrap();
        let change = TokenChange {
            name: Some("renamed".parse().unwrap()),
            description: Some("of the gateway".parse().unwrap()),
            permissions: Some(vec![OperatorPermission::MetricsRead, OperatorPermission::Verify, OperatorPermission::Verify]),
            addresses: Some(Some(vec!["203.0.113.0/24".parse().unwrap()])),
            expires_at: Some(Some(BEGINNING.plus(Duration::from_days(1)))),
            rate_limit_per_minute: Some(Some(7)),
            if_revision: Some(created.token.revision()),
        };
        let changed = service_tokens::update(services, &admin, created.token.id, change.clone()).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.description.as_str()), ("renamed", "of the gateway"));
        assert_eq!(view(&world, created.token.id).await.unwrap(), changed);
        let identity = authenticate(&world, &created).await.unwrap();
        assert_eq!(*identity.permissions, [OperatorPermission::Verify, OperatorPermission::MetricsRead]);
        assert_eq!((&identity.addresses, identity.expires_at, identity.rate_limit_per_minute), (&changed.addresses, changed.expires_at, Some(7)));
        let stale = service_tokens::update(services, &admin, created.token.id, change).await.unwrap_err();
        let Error::Stale { current, .. } = stale else { panic!("{stale:?}") };
        assert_eq!(*current, changed);
        let freed = TokenChange { addresses: Some(None), rate_limit_per_minute: Some(None), expires_at: Some(None), ..TokenChange::default() };
        let freed = service_tokens::update(services, &admin, created.token.id, freed).await.unwrap();
        assert_eq!((freed.addresses, freed.rate_limit_per_minute, freed.expires_at), (None, None, None));
        assert_eq!(freed.name, changed.name);
        for (change, why) in [
            (TokenChange { addresses: Some(Some(Vec::new())), ..TokenChange::default() }, FormError::EmptyRestriction { field: "addresses" }),
            (TokenChange { expires_at: Some(Some(BEGINNING)), ..TokenChange::default() }, FormError::ExpiryInThePast),
            (TokenChange { rate_limit_per_minute: Some(Some(0)), ..TokenChange::default() }, FormError::RateLimitOutOfRange { min: 1, max: 1_000_000 }),
        ] {
            let refused = service_tokens::update(services, &admin, created.token.id, change).await;
            assert!(matches!(refused, Err(Error::Form(found)) if found == why), "{refused:?}");
        }
        assert_eq!(recorded(&db, "service_token.changed", created.token.id).await, (2, 2));
        service_tokens::revoke(services, &admin, created.token.id).await.unwrap();
        let ended = service_tokens::update(services, &admin, created.token.id, TokenChange::default()).await;
        assert!(matches!(ended, Err(Error::Ended { rotated_to: None })), "{ended:?}");
    }

    async fn a_rotated_token_lives_on_for_the_overlap_and_its_successor_can_do_the_same(db: Db) {
        let world = World::new(db.clone()).await;
        let (services, admin) = (&*world.services, world.operator());
        let new = NewServiceToken {
            addresses: Some(vec!["127.0.0.0/8".parse().unwrap()]),
            rate_limit_per_minute: Some(5),
            ..new_token(Some(vec![OperatorPermission::Verify]))
        };
        let old = service_tokens::create(services, &admin, new).await.unwrap();
        let refused = service_tokens::rotate(services, &admin, old.token.id, Duration::from_days(8)).await;
        assert!(matches!(refused, Err(Error::Form(FormError::OverlapTooLong { .. }))), "{refused:?}");
        authenticate(&world, &old).await.unwrap();
        let overlap = Duration::from_hours(1);
        let new = service_tokens::rotate(services, &admin, old.token.id, overlap).await.unwrap();
        let seen = view(&world, old.token.id).await.unwrap();
        assert_eq!((seen.rotated_to, seen.expires_at), (Some(new.token.id), Some(BEGINNING.plus(overlap))));
        let same = ServiceToken { id: old.token.id, prefix: old.token.prefix.clone(), last_four: old.token.last_four.clone(), ..new.token.clone() };
        assert_eq!(same, old.token);
        let again = service_tokens::rotate(services, &admin, old.token.id, overlap).await;
        assert!(matches!(again, Err(Error::Ended { rotated_to: Some(id) }) if id == new.token.id), "{again:?}");
        authenticate(&world, &old).await.unwrap();
        world.clock.advance(overlap);
        assert!(matches!(authenticate(&world, &old).await, Err(AuthError::Expired)));
        authenticate(&world, &new).await.unwrap();
        let at_once = service_tokens::rotate(services, &admin, new.token.id, Duration::from_us(0)).await.unwrap();
        assert!(matches!(authenticate(&world, &new).await, Err(AuthError::Expired)));
        authenticate(&world, &at_once).await.unwrap();
        assert_eq!(recorded(&db, "service_token.rotated", new.token.id).await, (1, 2));
    }

    async fn expired_tokens_do_not_count_among_those_there_may_be(db: Db) {
        let world = World::new(db).await;
        let token = create(&world, None).await.token.id;
        let ends_at = world.services.clock.now().plus(Duration::from_hours(1));
        copy(&world, token, SERVICE_TOKENS_MAX - 1, ends_at).await;
        let refused = service_tokens::create(&world.services, &world.operator(), new_token(None)).await;
        assert!(matches!(refused, Err(Error::TooMany { max: SERVICE_TOKENS_MAX })), "{refused:?}");
        world.clock.advance(Duration::from_hours(1));
        create(&world, None).await;
        service_tokens::rotate(&world.services, &world.operator(), token, Duration::from_hours(1)).await.unwrap();
    }

    async fn rotating_a_mightier_token_is_no_way_to_its_rights(db: Db) {
        let world = World::new(db).await;
        let mighty = create(&world, Some(vec![OperatorPermission::CreditsManage])).await;
        let manager = create(&world, Some(vec![OperatorPermission::TokensManage])).await;
        let caller = machine(&world, &manager).await;
        let refused = service_tokens::rotate(&world.services, &caller, mighty.token.id, Duration::from_us(0)).await;
        assert!(matches!(refused, Err(Error::BeyondMaker { .. })), "{refused:?}");
        authenticate(&world, &mighty).await.unwrap();
        let itself = service_tokens::rotate(&world.services, &caller, manager.token.id, Duration::from_us(0)).await.unwrap();
        authenticate(&world, &itself).await.unwrap();
    }

    async fn a_deleted_token_is_refused_and_hidden_and_its_row_stays(db: Db) {
        let world = World::new(db.clone()).await;
        let (services, admin) = (&*world.services, world.operator());
        let created = create(&world, None).await;
        authenticate(&world, &created).await.unwrap();
        service_tokens::delete(services, &admin, created.token.id).await.unwrap();
        assert!(matches!(authenticate(&world, &created).await, Err(AuthError::Revoked)));
        let listed = service_tokens::list(services, &admin, &TokenFilter::default(), PageLimit::default(), None).await.unwrap();
        assert!(listed.items.is_empty());
        assert!(matches!(view(&world, created.token.id).await, Err(Error::NotFound)));
        let again = service_tokens::delete(services, &admin, created.token.id).await;
        assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
        assert_eq!(recorded(&db, "service_token.created", created.token.id).await, (1, 1));
        assert_eq!(recorded(&db, "service_token.deleted", created.token.id).await, (1, 1));
        assert_eq!(recorded(&db, "service_token.revoked", created.token.id).await, (0, 0));
    }

    async fn a_token_is_used_from_its_addresses_alone_and_not_too_often(db: Db) {
        let world = World::new(db).await;
        let new = NewServiceToken {
            addresses: Some(vec!["203.0.113.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()]),
            rate_limit_per_minute: Some(2),
            ..new_token(None)
        };
        let created = service_tokens::create(&world.services, &world.operator(), new).await.unwrap();
        let token = authenticate(&world, &created).await.unwrap();
        for (address, may) in [
            ("203.0.113.9", true),
            ("::ffff:203.0.113.9", true),
            ("2001:db8::1", true),
            ("203.0.114.9", false),
            ("::1", false),
        ] {
            assert_eq!(service_tokens::check_address(&token, address.parse().unwrap()).is_ok(), may, "{address}");
        }
        for remaining in [1, 0] {
            let state = service_tokens::rate_limit(&world.services, &token).unwrap().unwrap();
            assert_eq!((state.limit, state.remaining, state.scope), (2, remaining, RateScope::ServiceToken));
        }
        let refused = service_tokens::rate_limit(&world.services, &token).unwrap_err();
        assert_eq!((refused.scope, refused.retry_after), (RateScope::ServiceToken, Duration::from_seconds(30)));
        let free = authenticate(&world, &create(&world, None).await).await.unwrap();
        assert_eq!(service_tokens::rate_limit(&world.services, &free).unwrap(), None);
        service_tokens::check_address(&free, "::1".parse().unwrap()).unwrap();
    }

    async fn tokens_are_listed_newest_first_by_status_and_maker_with_their_last_use(db: Db) {
        let world = World::new(db).await;
        let (services, admin) = (&*world.services, world.operator());
        let ada = world.sign_up("ada").await;
        let one = create(&world, None).await;
        world.clock.advance(Duration::from_ms(1));
        let person = Operator::full(Actor::User(ada.user.id), world.origin());
        let two = NewServiceToken { expires_at: Some(BEGINNING.plus(Duration::from_ms(5))), ..new_token(None) };
        let two = service_tokens::create(services, &person, two).await.unwrap();
        service_tokens::used(services, &authenticate(&world, &two).await.unwrap());
        assert_eq!(service_tokens::flush_last_used(services).await.unwrap(), 1);
        assert_eq!(view(&world, two.token.id).await.unwrap().last_used_at, Some(two.token.created_at));
        let limit = PageLimit::new(1).unwrap();
        let all = TokenFilter::default();
        let first = service_tokens::list(services, &admin, &all, limit, None).await.unwrap();
        assert_eq!(first.items[0].id, two.token.id);
        let next = first.next.unwrap();
        let second = service_tokens::list(services, &admin, &all, limit, Some(&next)).await.unwrap();
        assert_eq!((second.items, second.next), (vec![one.token.clone()], None));

        world.clock.advance(Duration::from_ms(10));
        let three = create(&world, None).await;
        service_tokens::revoke(services, &admin, three.token.id).await.unwrap();
        let ids = async |filter: TokenFilter| -> Vec<ServiceTokenId> {
            let page = service_tokens::list(services, &admin, &filter, PageLimit::default(), None).await.unwrap();
            page.items.iter().map(|token| token.id).collect()
        };
        let status = |status| TokenFilter { status: Some(status), ..TokenFilter::default() };
        assert_eq!(ids(status(CredentialStatus::Active)).await, [one.token.id]);
        assert_eq!(ids(status(CredentialStatus::Expired)).await, [two.token.id]);
        assert_eq!(ids(status(CredentialStatus::Revoked)).await, [three.token.id]);
        assert_eq!(ids(TokenFilter { created_by: Some(ada.user.id), ..TokenFilter::default() }).await, [two.token.id]);
    }

    async fn who_may_not_manage_tokens_does_nothing_with_them_and_an_unknown_one_is_not_found(db: Db) {
        let world = World::new(db).await;
        let services = &*world.services;
        let verifier = create(&world, Some(vec![OperatorPermission::Verify])).await;
        let (verifier, admin) = (machine(&world, &verifier).await, world.operator());
        let token = create(&world, None).await.token;
        let overlap = Duration::from_us(0);
        let outcomes = async |operator: &Operator, token: ServiceTokenId| {
            [
                service_tokens::view(services, operator, token).await.err(),
                service_tokens::update(services, operator, token, TokenChange::default()).await.err(),
                service_tokens::rotate(services, operator, token, overlap).await.err(),
                service_tokens::revoke(services, operator, token).await.err(),
                service_tokens::delete(services, operator, token).await.err(),
            ]
        };
        for refused in outcomes(&verifier, token.id).await {
            assert!(matches!(refused, Some(Error::Denied(_))), "{refused:?}");
        }
        assert!(matches!(service_tokens::create(services, &verifier, new_token(None)).await, Err(Error::Denied(_))));
        let list = service_tokens::list(services, &verifier, &TokenFilter::default(), PageLimit::default(), None).await;
        assert!(matches!(list, Err(Error::Denied(_))), "{list:?}");
        assert_eq!(view(&world, token.id).await.unwrap(), token);
        for missing in outcomes(&admin, services.ids.next()).await {
            assert!(matches!(missing, Some(Error::NotFound)), "{missing:?}");
        }
    }
}
