//! The operator's permissions, and what whoever lacks one may not.

use db::Db;
use domain::{
    Config,
    access::{Operator, OperatorPermission, PermissionName},
    api_keys::{self, KeyKind, NewKey},
    instance::{self, InstanceKey, SettingsChange, SignUp},
    operator::{self, Error},
    testing::{World, new_key},
};
use types::Duration;

db::both! {
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
        let ends_at = services.clock.now().plus(Duration::from_hours(1));
        let expiring = NewKey { expires_at: Some(ends_at), ..new.clone() };
        api_keys::create(services, &ada.caller, expiring).await.unwrap();
        let created = api_keys::create(services, &ada.caller, new).await.unwrap();
        let identity = api_keys::authenticate(services, created.text.expose()).await.unwrap();
        assert_eq!(identity.operator_permissions, ["companies:read"]);

        let name = "companies:read".parse().unwrap();
        let kept = operator::delete_permission(services, &admin, &name).await;
        assert!(matches!(kept, Err(Error::PermissionInUse { keys: 2 })), "{kept:?}");
        assert_eq!(operator::list_permissions(services, &admin).await.unwrap().len(), 1);
        api_keys::revoke(services, &ada.caller, created.key.id).await.unwrap();
        let kept = operator::delete_permission(services, &admin, &name).await;
        assert!(matches!(kept, Err(Error::PermissionInUse { keys: 1 })), "{kept:?}");
        world.clock.advance(Duration::from_hours(1));
        operator::delete_permission(services, &admin, &name).await.unwrap();
        let gone = operator::delete_permission(services, &admin, &name).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    }

    async fn a_permission_is_not_deleted_under_a_key_that_is_given_it(db: Db) {
        let world = World::new(db).await;
        let (services, admin) = (&*world.services, world.operator());
        let ada = world.sign_up("ada").await;
        for round in 0..20 {
            let name: PermissionName = format!("companies:read_{round}").parse().unwrap();
            let description = "Read companies.".parse().unwrap();
            operator::register_permission(services, &admin, name.clone(), description).await.unwrap();
            let new = NewKey { permissions: Some(vec![name.clone()]), ..new_key("a key", KeyKind::Live) };
            let (created, deleted) = tokio::join!(
                api_keys::create(services, &ada.caller, new),
                operator::delete_permission(services, &admin, &name),
            );
            assert!(created.is_err() || deleted.is_err(), "{name}: {created:?} {deleted:?}");
        }
    }

    async fn who_lacks_the_permission_does_nothing(db: Db) {
        let world = World::new(db).await;
        let machine = Operator { permissions: [OperatorPermission::Verify].into(), ..world.operator() };
        let services = &*world.services;
        assert!(matches!(operator::list_permissions(services, &machine).await, Err(Error::Denied(_))));
        let id = services.ids.next();
        assert!(domain::workspaces::suspend(services, &machine, id).await.is_err());
        assert!(domain::accounts::promote_operator(services, &machine, services.ids.next()).await.is_err());
    }
}
