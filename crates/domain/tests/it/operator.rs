//! The operator's tokens and permissions.

use db::Db;
use domain::{
    Config,
    access::{Operator, OperatorPermission},
    api_keys::{self, KeyKind, NewKey},
    instance::{self, InstanceKey, SettingsChange, SignUp},
    operator::{self, CreatedToken, Error, NewServiceToken, TokenError},
    testing::{World, new_key},
};
use types::{Duration, PageLimit};

fn new_token(permissions: Option<Vec<OperatorPermission>>) -> NewServiceToken {
    NewServiceToken {
        name: "a service".parse().unwrap(),
        permissions,
        expires_at: None,
    }
}

async fn create(world: &World, permissions: Option<Vec<OperatorPermission>>) -> CreatedToken {
    operator::create_token(&world.services, &world.operator(), new_token(permissions))
        .await
        .unwrap()
}

async fn authenticate(world: &World, created: &CreatedToken) -> Result<Operator, TokenError> {
    operator::authenticate_service_token(&world.services, created.text.expose(), world.origin()).await
}

db::both! {
    async fn a_service_token_may_what_it_was_given_and_governs_nothing_unasked(db: Db) {
        let world = World::new(db).await;
        let created = create(&world, Some(vec![OperatorPermission::Verify])).await;
        assert!(created.text.expose().starts_with("gldop_"));
        let machine = authenticate(&world, &created).await.unwrap();
        machine.authorize(OperatorPermission::Verify).unwrap();
        assert!(machine.authorize(OperatorPermission::CreditsManage).is_err());
        let usual = authenticate(&world, &create(&world, None).await).await.unwrap();
        usual.authorize(OperatorPermission::CreditsManage).unwrap();
        assert!(usual.authorize(OperatorPermission::TokensManage).is_err());
    }

    async fn a_service_token_cannot_do_more_than_its_maker(db: Db) {
        let world = World::new(db).await;
        let maker = vec![OperatorPermission::TokensManage];
        let maker = authenticate(&world, &create(&world, Some(maker)).await).await.unwrap();
        let wanted = new_token(Some(vec![OperatorPermission::Verify]));
        let refused = operator::create_token(&world.services, &maker, wanted).await;
        assert!(matches!(refused, Err(Error::BeyondMaker { .. })), "{refused:?}");
    }

    async fn a_revoked_expired_unknown_or_mistyped_token_is_refused_at_once(db: Db) {
        let world = World::new(db).await;
        let (services, admin) = (&*world.services, world.operator());
        let created = create(&world, None).await;
        authenticate(&world, &created).await.unwrap();
        operator::revoke_token(services, &admin, created.token.id).await.unwrap();
        assert!(matches!(authenticate(&world, &created).await, Err(TokenError::Revoked)));
        operator::revoke_token(services, &admin, created.token.id).await.unwrap();

        let ends = domain::testing::BEGINNING.plus(Duration::from_ms(100));
        let short = NewServiceToken { expires_at: Some(ends), ..new_token(None) };
        let short = operator::create_token(services, &admin, short).await.unwrap();
        authenticate(&world, &short).await.unwrap();
        world.clock.advance(Duration::from_ms(100));
        assert!(matches!(authenticate(&world, &short).await, Err(TokenError::Expired)));

        let unknown = domain::tokens::random(domain::tokens::SERVICE_TOKEN);
        let refused = operator::authenticate_service_token(services, unknown.expose(), world.origin()).await;
        assert!(matches!(refused, Err(TokenError::Unknown)));
        let key = domain::tokens::random(domain::tokens::LIVE_KEY);
        for wrong in [key.expose(), "gldop_", ""] {
            let refused = operator::authenticate_service_token(services, wrong, world.origin()).await;
            assert!(matches!(refused, Err(TokenError::Mistyped)));
        }
        let unknown = operator::revoke_token(services, &admin, services.ids.next()).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
    }

    async fn tokens_in_use_are_read_anew_before_a_request_has_to_wait_for_it(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db.clone(), &key, &Config::default()).await;
        let (kept, revoked) = (create(&one, None).await, create(&one, None).await);
        authenticate(&two, &kept).await.unwrap();
        authenticate(&two, &revoked).await.unwrap();
        operator::revoke_token(&one.services, &one.operator(), revoked.token.id).await.unwrap();
        two.clock.advance(Duration::from_ms(600));
        authenticate(&two, &kept).await.unwrap();
        authenticate(&two, &revoked).await.unwrap();
        assert_eq!(operator::refresh(&two.services).await.unwrap(), 2);
        let refused = authenticate(&two, &revoked).await;
        assert!(matches!(refused, Err(TokenError::Revoked)), "{refused:?}");
        two.clock.advance(Duration::from_ms(600));
        db.close().await;
        authenticate(&two, &kept).await.unwrap();
    }

    async fn settings_in_use_are_read_anew_before_a_request_has_to_wait_for_it(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db.clone(), &key, &Config::default()).await;
        let sign_up = async || two.services.instance.get(&two.services).await.map(|known| known.settings.sign_up);
        assert_eq!(sign_up().await.unwrap(), SignUp::Open);
        let closed = SettingsChange { sign_up: Some(SignUp::Closed), ..SettingsChange::default() };
        instance::change_settings(&one.services, &one.operator(), closed).await.unwrap();
        two.clock.advance(Duration::from_ms(600));
        assert_eq!(sign_up().await.unwrap(), SignUp::Open, "within the lease");
        instance::refresh(&two.services).await.unwrap();
        assert_eq!(sign_up().await.unwrap(), SignUp::Closed);
        two.clock.advance(Duration::from_ms(600));
        db.close().await;
        assert_eq!(sign_up().await.unwrap(), SignUp::Closed);
        two.clock.advance(Duration::from_ms(400));
        assert!(sign_up().await.is_err(), "the lease has ended");
    }

    async fn service_tokens_are_listed_newest_first_with_their_last_use(db: Db) {
        let world = World::new(db).await;
        let one = create(&world, None).await;
        world.clock.advance(Duration::from_ms(1));
        let two = create(&world, None).await;
        authenticate(&world, &two).await.unwrap();
        assert_eq!(operator::flush_last_used(&world.services).await.unwrap(), 1);
        let limit = PageLimit::new(1).unwrap();
        let first = operator::list_tokens(&world.services, &world.operator(), limit, None).await.unwrap();
        assert_eq!(first.items[0].id, two.token.id);
        assert_eq!(first.items[0].last_used_at, Some(two.token.created_at));
        let next = first.next.unwrap();
        let second = operator::list_tokens(&world.services, &world.operator(), limit, Some(&next)).await.unwrap();
        assert_eq!((second.items, second.next), (vec![one.token], None));
    }

    async fn the_operators_own_permissions_are_held_by_keys_and_kept_while_they_are(db: Db) {
        let world = World::new(db).await;
        let (services, admin) = (&*world.services, world.operator());
        let ada = world.sign_up("ada").await;
        let register = async |name: &str| {
            let description = "Read companies.".parse().unwrap();
            operator::register_permission(services, &admin, name.parse().unwrap(), description).await
        };
        register("companies:read").await.unwrap();
        assert!(matches!(register("companies:read").await, Err(Error::NameTaken { .. })));
        for ours in ["flows:call", "flows:own_verb", "operator:verify"] {
            assert!(matches!(register(ours).await, Err(Error::NameReserved { .. })), "{ours}");
        }
        let new = NewKey {
            permissions: Some(vec!["companies:read".parse().unwrap(), "flows:call".parse().unwrap()]),
            ..new_key("a key", KeyKind::Live)
        };
        let created = api_keys::create(services, &ada.caller, new).await.unwrap();
        let identity = api_keys::authenticate(services, created.text.expose()).await.unwrap();
        assert_eq!(identity.operator_permissions, ["companies:read"]);

        let name = "companies:read".parse().unwrap();
        let kept = operator::delete_permission(services, &admin, &name).await;
        assert!(matches!(kept, Err(Error::PermissionInUse { keys: 1 })), "{kept:?}");
        assert_eq!(operator::list_permissions(services, &admin).await.unwrap().len(), 1);
        api_keys::revoke(services, &ada.caller, created.key.id).await.unwrap();
        operator::delete_permission(services, &admin, &name).await.unwrap();
        let gone = operator::delete_permission(services, &admin, &name).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    }

    async fn who_lacks_the_permission_does_nothing(db: Db) {
        let world = World::new(db).await;
        let machine = authenticate(&world, &create(&world, Some(vec![OperatorPermission::Verify])).await).await.unwrap();
        let services = &*world.services;
        assert!(matches!(operator::create_token(services, &machine, new_token(None)).await, Err(Error::Denied(_))));
        let limit = PageLimit::default();
        assert!(matches!(operator::list_tokens(services, &machine, limit, None).await, Err(Error::Denied(_))));
        assert!(matches!(operator::list_permissions(services, &machine).await, Err(Error::Denied(_))));
        let id = services.ids.next();
        assert!(domain::workspaces::suspend(services, &machine, id).await.is_err());
        assert!(domain::accounts::promote_operator(services, &machine, services.ids.next()).await.is_err());
    }
}
