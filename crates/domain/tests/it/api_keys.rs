//! API keys.

use std::net::IpAddr;

use db::{Bulk, Column, Db, Rows};
use domain::{
    Config,
    access::{Actor, Caller, Permission, PermissionSet, Role},
    accounts,
    api_keys::{
        self, AuthError, Created, Error, KEYS_MAX, KeyChange, KeyFilter, KeyKind, NewKey, Restricted,
    },
    credential::{CredentialStatus, FormError},
    environments,
    flows::{self, FlowRef, NewFlow},
    instance::InstanceKey,
    operator,
    rate_limits::RateScope,
    testing::{Somebody, World},
    workspaces,
};
use types::{ApiKeyId, Comment, Duration, FlowId, PageLimit, Timestamp};

fn new_key(name: &str) -> NewKey {
    domain::testing::new_key(name, KeyKind::Live)
}

fn with_permissions(names: &[&str]) -> NewKey {
    NewKey {
        permissions: Some(names.iter().map(|name| name.parse().unwrap()).collect()),
        ..new_key("a key")
    }
}

async fn create(world: &World, caller: &Caller) -> Created {
    api_keys::create(&world.services, caller, new_key("a key"))
        .await
        .unwrap()
}

async fn flow(world: &World, caller: &Caller, name: &str) -> FlowId {
    let new = NewFlow {
        name: name.parse().unwrap(),
        slug: Some(name.parse().unwrap()),
        description: Comment::default(),
        definition: None,
    };
    flows::create(&world.services, caller, new).await.unwrap().flow.id
}

async fn caller_of(world: &World, created: &Created) -> Caller {
    let identity = authenticate(world, created).await.unwrap();
    Caller::key(identity, world.origin())
}

async fn authenticate(
    world: &World,
    created: &Created,
) -> Result<std::sync::Arc<api_keys::KeyIdentity>, AuthError> {
    api_keys::authenticate(&world.services, created.text.expose()).await
}

/// As its workspace's end does.
static COPIES: Bulk = Bulk::new(
    "INSERT INTO api_keys (workspace_id, id, name, description, kind, prefix, last_four, permissions, expires_at,
                           lineage_id, created_kind, created_by, owner_id, created_at, updated_at)
     SELECT k.workspace_id, input.id, k.name, k.description, k.kind, k.prefix, k.last_four, k.permissions,
            input.expires_at, input.id, k.created_kind, k.created_by, k.owner_id, k.created_at, k.updated_at
     FROM {rows} CROSS JOIN api_keys AS k WHERE k.workspace_id = input.workspace_id AND k.id = input.source",
    &[
        Column::Id("workspace_id"),
        Column::Id("id"),
        Column::Id("source"),
        Column::Int("expires_at"),
    ],
);

/// So many more keys like this one, that end by themselves.
async fn copy(world: &World, of: &Caller, source: ApiKeyId, count: i64, ends_at: Timestamp) {
    use db::Error;
    let mut rows = Rows::default();
    for _ in 0..count {
        let id: ApiKeyId = world.services.ids.next();
        let row = rows.row().id(of.workspace.uuid()).id(id.uuid());
        row.id(source.uuid()).int(ends_at.us());
    }
    let copied: Result<u64, Error> = db::write!(world.services.db, |tx| COPIES.execute(tx, &rows).await);
    assert_eq!(copied.unwrap(), count as u64);
}

async fn erase(db: &Db, key: ApiKeyId) -> Result<(), db::Error> {
    use db::Error;
    db::write!(db, |tx| {
        db::execute!(tx, "DELETE FROM credentials WHERE id = $1", key.uuid())?;
        db::execute!(tx, "DELETE FROM api_keys WHERE id = $1", key.uuid())?;
        Ok(())
    })
}

fn member(world: &World, who: &Somebody, role: Role) -> Caller {
    Caller::member(who.workspace.id, who.user.id, role, world.origin())
}

db::both! {
    async fn a_key_is_its_workspace_and_calls_flows_by_default(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        let text = created.text.expose();
        assert!(text.starts_with("gld_live_") && text.starts_with(&created.key.prefix));
        assert!(text.ends_with(&created.key.last_four));
        let identity = authenticate(&world, &created).await.unwrap();
        assert_eq!((identity.workspace, identity.id), (ada.workspace.id, created.key.id));
        assert_eq!(identity.permissions, PermissionSet::NONE.with(Permission::FlowsCall));
        assert_eq!((created.key.created_by, created.key.owner), (Actor::User(ada.user.id), ada.user.id));
        let seen = api_keys::view(&world.services, &ada.caller, created.key.id).await.unwrap();
        assert_eq!(seen, created.key);
        assert!(!format!("{created:?}").contains(text), "a key does not print");
    }

    async fn a_mistyped_key_is_refused_without_a_lookup(db: Db) {
        let world = World::new(db.clone()).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        let good = created.text.expose().to_owned();
        let unknown = domain::tokens::random(domain::tokens::LIVE_KEY);
        let refused = api_keys::authenticate(&world.services, unknown.expose()).await;
        assert!(matches!(refused, Err(AuthError::Unknown)), "{refused:?}");
        // Nothing can be looked up any more.
        db.close().await;
        let last = if good.ends_with('a') { "b" } else { "a" };
        for wrong in ["", "gld_live_", &format!("{}{last}", &good[..good.len() - 1]), &good[1..], &"x".repeat(9_999)] {
            let refused = api_keys::authenticate(&world.services, wrong).await;
            assert!(matches!(refused, Err(AuthError::Mistyped)), "{refused:?}");
        }
        let unanswered = api_keys::authenticate(&world.services, &good).await;
        assert!(matches!(unanswered, Err(AuthError::Internal(_))), "{unanswered:?}");
    }

    async fn a_known_key_is_answered_from_memory_for_less_than_a_second(db: Db) {
        let world = World::new(db.clone()).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        authenticate(&world, &created).await.unwrap();
        db.close().await;
        authenticate(&world, &created).await.unwrap();
        world.clock.advance(Duration::from_seconds(1));
        assert!(authenticate(&world, &created).await.is_err());
    }

    async fn a_revoked_key_is_refused_at_once_and_stays_listed(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        authenticate(&world, &created).await.unwrap();
        let revoked = api_keys::revoke(&world.services, &ada.caller, created.key.id).await.unwrap();
        let refused = authenticate(&world, &created).await;
        assert!(matches!(refused, Err(AuthError::Revoked { .. })), "{refused:?}");
        world.clock.advance(Duration::from_minutes(1));
        let again = api_keys::revoke(&world.services, &ada.caller, created.key.id).await.unwrap();
        assert_eq!(again.revoked_at, revoked.revoked_at, "twice is once");
        let changed = api_keys::update(&world.services, &ada.caller, created.key.id, KeyChange::default()).await;
        assert!(matches!(changed, Err(Error::Ended { .. })), "{changed:?}");
        let limit = PageLimit::default();
        let all = api_keys::list(&world.services, &ada.caller, &KeyFilter::default(), limit, None).await.unwrap();
        assert_eq!(all.items, [again]);
    }

    async fn a_key_revoked_on_another_node_is_refused_within_a_second(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db, &key, &Config::default()).await;
        let ada = one.sign_up("ada").await;
        let created = create(&one, &ada.caller).await;
        let before = authenticate(&two, &created).await.unwrap().config_epoch;
        api_keys::revoke(&one.services, &ada.caller, created.key.id).await.unwrap();
        two.clock.advance(Duration::from_seconds(1));
        let Err(AuthError::Revoked { key }) = authenticate(&two, &created).await else { panic!("still good") };
        assert!(key.config_epoch > before, "and nothing is charged by it in between");
    }

    async fn keys_in_use_are_read_anew_before_a_request_has_to_wait_for_it(db: Db) {
        let key = InstanceKey::random();
        let one = World::node(db.clone(), &key, &Config::default()).await;
        let two = World::node(db.clone(), &key, &Config::default()).await;
        let ada = one.sign_up("ada").await;
        let (kept, revoked, erased) =
            (create(&one, &ada.caller).await, create(&one, &ada.caller).await, create(&one, &ada.caller).await);
        for created in [&kept, &revoked, &erased] {
            authenticate(&two, created).await.unwrap();
        }
        api_keys::revoke(&one.services, &ada.caller, revoked.key.id).await.unwrap();
        erase(&db, erased.key.id).await.unwrap();
        two.clock.advance(Duration::from_ms(600));
        for created in [&kept, &revoked, &erased] {
            authenticate(&two, created).await.unwrap();
        }
        assert_eq!(api_keys::refresh(&two.services).await.unwrap(), 3);
        let refused = authenticate(&two, &revoked).await;
        assert!(matches!(refused, Err(AuthError::Revoked { .. })), "{refused:?}");
        let refused = authenticate(&two, &erased).await;
        assert!(matches!(refused, Err(AuthError::Unknown)), "{refused:?}");
        two.clock.advance(Duration::from_ms(600));
        db.close().await;
        authenticate(&two, &kept).await.unwrap();
    }

    async fn a_deleted_key_is_refused_and_hidden_and_its_row_stays(db: Db) {
        let world = World::new(db.clone()).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        api_keys::delete(&world.services, &ada.caller, created.key.id).await.unwrap();
        let refused = authenticate(&world, &created).await;
        assert!(matches!(refused, Err(AuthError::Revoked { .. })), "{refused:?}");
        let gone = api_keys::view(&world.services, &ada.caller, created.key.id).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        let rows: Result<i64, db::Error> = {
            use db::Error;
            db::read!(db, |tx| db::one_value!(tx, i64, "SELECT COUNT(*) FROM api_keys"))
        };
        assert_eq!(rows.unwrap(), 1);
    }

    async fn a_key_expires_by_itself_to_the_instant(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let now = ada.user.created_at;
        let late = NewKey { expires_at: Some(now), ..new_key("late") };
        let refused = api_keys::create(&world.services, &ada.caller, late).await;
        assert!(matches!(refused, Err(Error::Form(FormError::ExpiryInThePast))), "{refused:?}");
        let new = NewKey { expires_at: Some(now.plus(Duration::from_ms(300))), ..new_key("short") };
        let created = api_keys::create(&world.services, &ada.caller, new).await.unwrap();
        authenticate(&world, &created).await.unwrap();
        world.clock.advance(Duration::from_ms(300));
        let refused = authenticate(&world, &created).await;
        assert!(matches!(refused, Err(AuthError::Expired { .. })), "{refused:?}");
    }

    async fn a_key_cannot_do_more_than_its_maker(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let (services, mine) = (&*world.services, &ada.caller);
        let unheld = api_keys::create(services, &member(&world, &ada, Role::Member), with_permissions(&["keys:manage"])).await;
        assert!(matches!(unheld, Err(Error::BeyondMaker { .. })), "{unheld:?}");
        let viewer = api_keys::create(services, &member(&world, &ada, Role::Viewer), new_key("x")).await;
        assert!(matches!(viewer, Err(Error::Denied(_))), "{viewer:?}");
        let never = api_keys::create(services, mine, with_permissions(&["members:manage"])).await;
        assert!(matches!(never, Err(Error::PermissionNotForKeys { .. })), "{never:?}");
        let unknown = api_keys::create(services, mine, with_permissions(&["companies:read"])).await;
        assert!(matches!(unknown, Err(Error::UnknownPermission { .. })), "{unknown:?}");

        let flow = flow(&world, mine, "one").await;
        let ends = ada.user.created_at.plus(Duration::from_days(1));
        let maker = NewKey {
            flows: Some(vec![flow.into()]),
            environments: Some(vec!["staging".parse().unwrap()]),
            addresses: Some(vec!["10.0.0.0/8".parse().unwrap()]),
            expires_at: Some(ends),
            rate_limit_per_minute: Some(60),
            ..with_permissions(&["keys:create", "flows:call"])
        };
        let maker = api_keys::create(services, mine, maker).await.unwrap();
        let maker = caller_of(&world, &maker).await;
        let within = NewKey {
            flows: Some(vec![flow.into()]),
            environments: Some(vec!["staging".parse().unwrap()]),
            addresses: Some(vec!["10.1.0.0/16".parse().unwrap()]),
            expires_at: Some(ends),
            rate_limit_per_minute: Some(10),
            ..new_key("within")
        };
        let other = self::flow(&world, mine, "another").await;
        let beyond = [
            ("flows:read", NewKey { permissions: with_permissions(&["flows:read"]).permissions, ..within.clone() }),
            ("flows", NewKey { flows: None, ..within.clone() }),
            ("flows", NewKey { flows: Some(vec![other.into()]), ..within.clone() }),
            ("environments", NewKey { environments: None, ..within.clone() }),
            ("addresses", NewKey { addresses: Some(vec!["0.0.0.0/0".parse().unwrap()]), ..within.clone() }),
            ("expires_at", NewKey { expires_at: None, ..within.clone() }),
            ("rate_limit_per_minute", NewKey { rate_limit_per_minute: Some(61), ..within.clone() }),
        ];
        for (lacking, new) in beyond {
            let refused = api_keys::create(services, &maker, new).await;
            let Err(Error::BeyondMaker { what }) = refused else { panic!("{lacking}: {refused:?}") };
            assert_eq!(what, lacking);
        }
        let made = api_keys::create(services, &maker, within).await.unwrap();
        assert_eq!((made.key.created_by, made.key.owner), (maker.actor, ada.user.id));
    }

    async fn a_key_follows_the_role_of_its_owner_and_ends_with_his_membership(db: Db) {
        let world = World::new(db.clone()).await;
        let (operator, ada) = (world.sign_up("operator").await, world.sign_up("ada").await);
        let created = api_keys::create(&world.services, &ada.caller, with_permissions(&["flows:call", "audit:read"])).await.unwrap();
        let demoted: Result<u64, db::Error> = {
            use db::Error;
            db::write!(db, |tx| db::execute!(tx, "UPDATE members SET role = 'runner' WHERE user_id = $1", ada.user.id.uuid()))
        };
        demoted.unwrap();
        let identity = authenticate(&world, &created).await.unwrap();
        assert_eq!(identity.permissions, PermissionSet::NONE.with(Permission::FlowsCall));
        let admin = operator::of_person(&operator.person).unwrap();
        accounts::disable_user(&world.services, &admin, ada.user.id).await.unwrap();
        let refused = authenticate(&world, &created).await;
        assert!(matches!(refused, Err(AuthError::Revoked { .. })), "{refused:?}");
        accounts::enable_user(&world.services, &admin, ada.user.id).await.unwrap();
        authenticate(&world, &created).await.unwrap();
        let left: Result<u64, db::Error> = {
            use db::Error;
            db::write!(db, |tx| db::execute!(tx, "DELETE FROM members WHERE user_id = $1", ada.user.id.uuid()))
        };
        left.unwrap();
        world.clock.advance(Duration::from_seconds(1));
        let refused = authenticate(&world, &created).await;
        assert!(matches!(refused, Err(AuthError::Revoked { .. })), "{refused:?}");
    }

    async fn a_member_ends_his_own_keys_and_nobody_elses(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let created = create(&world, &ada.caller).await;
        let other = Caller::member(ada.workspace.id, bob.user.id, Role::Member, world.origin());
        let refused = api_keys::revoke(&world.services, &other, created.key.id).await;
        assert!(matches!(refused, Err(Error::Denied(denied)) if denied.permission == Permission::KeysManage));
        let stranger = api_keys::revoke(&world.services, &bob.caller, created.key.id).await;
        assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
        authenticate(&world, &created).await.unwrap();
        api_keys::revoke(&world.services, &member(&world, &ada, Role::Member), created.key.id).await.unwrap();
        let third = create(&world, &ada.caller).await;
        let admin = Caller::member(ada.workspace.id, bob.user.id, Role::Admin, world.origin());
        api_keys::revoke(&world.services, &admin, third.key.id).await.unwrap();
    }

    async fn a_rotated_key_lives_on_for_the_overlap_and_its_successor_can_do_the_same(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let new = NewKey { rate_limit_per_minute: Some(5), ..with_permissions(&["flows:call", "flows:read"]) };
        let old = api_keys::create(&world.services, &ada.caller, new).await.unwrap();
        let too_long = Duration::from_days(8);
        let refused = api_keys::rotate(&world.services, &ada.caller, old.key.id, too_long).await;
        assert!(matches!(refused, Err(Error::Form(FormError::OverlapTooLong { .. }))), "{refused:?}");
        let overlap = Duration::from_hours(1);
        let new = api_keys::rotate(&world.services, &ada.caller, old.key.id, overlap).await.unwrap();
        assert_eq!(new.key.permissions, old.key.permissions);
        assert_eq!(new.key.rate_limit_per_minute, Some(5));
        let seen = api_keys::view(&world.services, &ada.caller, old.key.id).await.unwrap();
        assert_eq!(seen.rotated_to, Some(new.key.id));
        let again = api_keys::rotate(&world.services, &ada.caller, old.key.id, overlap).await;
        assert!(matches!(again, Err(Error::Ended { rotated_to: Some(id) }) if id == new.key.id), "{again:?}");
        authenticate(&world, &old).await.unwrap();
        authenticate(&world, &new).await.unwrap();
        world.clock.advance(overlap);
        assert!(matches!(authenticate(&world, &old).await, Err(AuthError::Expired { .. })));
        authenticate(&world, &new).await.unwrap();
        let at_once = api_keys::rotate(&world.services, &ada.caller, new.key.id, Duration::from_us(0)).await.unwrap();
        assert!(matches!(authenticate(&world, &new).await, Err(AuthError::Expired { .. })));
        authenticate(&world, &at_once).await.unwrap();
    }

    async fn expired_keys_do_not_count_among_those_there_may_be(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let key = create(&world, &ada.caller).await.key.id;
        let ends_at = world.services.clock.now().plus(Duration::from_hours(1));
        copy(&world, &ada.caller, key, KEYS_MAX - 1, ends_at).await;
        let refused = api_keys::create(&world.services, &ada.caller, new_key("one more")).await;
        assert!(matches!(refused, Err(Error::TooManyKeys { max: KEYS_MAX })), "{refused:?}");
        world.clock.advance(Duration::from_hours(1));
        create(&world, &ada.caller).await;
        api_keys::rotate(&world.services, &ada.caller, key, Duration::from_hours(1)).await.unwrap();
    }

    async fn rotating_a_mightier_key_is_no_way_to_its_rights(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let mighty = api_keys::create(&world.services, &ada.caller, with_permissions(&["audit:read"])).await.unwrap();
        let manager = api_keys::create(&world.services, &ada.caller, with_permissions(&["keys:manage"])).await.unwrap();
        let caller = caller_of(&world, &manager).await;
        let refused = api_keys::rotate(&world.services, &caller, mighty.key.id, Duration::from_us(0)).await;
        assert!(matches!(refused, Err(Error::BeyondMaker { .. })), "{refused:?}");
        authenticate(&world, &mighty).await.unwrap();
        let itself = api_keys::rotate(&world.services, &caller, manager.key.id, Duration::from_us(0)).await.unwrap();
        authenticate(&world, &itself).await.unwrap();
    }

    async fn keys_are_changed_under_their_revision_and_the_change_holds_at_once(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        authenticate(&world, &created).await.unwrap();
        let change = KeyChange {
            name: Some("renamed".parse().unwrap()),
            permissions: Some(vec![Permission::RunsRead.into()]),
            environments: Some(Some(vec!["production".parse().unwrap()])),
            rate_limit_per_minute: Some(Some(7)),
            if_revision: Some(created.key.revision()),
            ..KeyChange::default()
        };
        let changed = api_keys::update(&world.services, &ada.caller, created.key.id, change.clone()).await.unwrap();
        let identity = authenticate(&world, &created).await.unwrap();
        assert_eq!(identity.permissions, PermissionSet::NONE.with(Permission::RunsRead));
        assert_eq!((identity.name.as_str(), identity.rate_limit_per_minute), ("renamed", Some(7)));
        assert_eq!(identity.environments, changed.environments);
        let stale = api_keys::update(&world.services, &ada.caller, created.key.id, change).await.unwrap_err();
        let Error::Stale { current, .. } = stale else { panic!("{stale:?}") };
        assert_eq!(*current, changed);
        let freed = KeyChange { environments: Some(None), ..KeyChange::default() };
        let freed = api_keys::update(&world.services, &ada.caller, created.key.id, freed).await.unwrap();
        assert_eq!(freed.environments, None);
        let unknown = KeyChange { environments: Some(Some(vec!["moon".parse().unwrap()])), ..KeyChange::default() };
        let unknown = api_keys::update(&world.services, &ada.caller, created.key.id, unknown).await;
        assert!(matches!(unknown, Err(Error::UnknownEnvironment { .. })), "{unknown:?}");
        for (wrong, rate) in [(true, 0), (true, 1_000_001), (false, 1), (false, 1_000_000)] {
            let change = KeyChange { rate_limit_per_minute: Some(Some(rate)), ..KeyChange::default() };
            let done = api_keys::update(&world.services, &ada.caller, created.key.id, change).await;
            assert_eq!(matches!(done, Err(Error::Form(FormError::RateLimitOutOfRange { .. }))), wrong, "{done:?}");
        }
        let empty = KeyChange { flows: Some(Some(Vec::new())), ..KeyChange::default() };
        let empty = api_keys::update(&world.services, &ada.caller, created.key.id, empty).await;
        assert!(matches!(empty, Err(Error::Form(FormError::EmptyRestriction { field: "flows" }))), "{empty:?}");
    }

    async fn keys_are_listed_newest_first_by_kind_status_and_maker(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let mut ids = Vec::new();
        for number in 0..5_i64 {
            world.clock.advance(Duration::from_ms(5));
            let kind = if number % 2 == 0 { KeyKind::Live } else { KeyKind::Test };
            let now = ada.user.created_at.plus(Duration::from_ms(5 * (number + 1)));
            let expires_at = (number == 4).then(|| now.plus(Duration::from_ms(1)));
            let new = NewKey { kind, expires_at, ..new_key("a key") };
            ids.push(api_keys::create(&world.services, &ada.caller, new).await.unwrap().key.id);
        }
        world.clock.advance(Duration::from_ms(5));
        api_keys::revoke(&world.services, &ada.caller, ids[0]).await.unwrap();
        create(&world, &bob.caller).await;
        let list = async |filter: KeyFilter, limit: u32| {
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let limit = PageLimit::new(limit).unwrap();
                let page = api_keys::list(&world.services, &ada.caller, &filter, limit, cursor.as_ref()).await.unwrap();
                found.extend(page.items.iter().map(|key| ids.iter().position(|id| *id == key.id).unwrap()));
                cursor = page.next;
                if cursor.is_none() {
                    break found;
                }
            }
        };
        assert_eq!(list(KeyFilter::default(), 2).await, [4, 3, 2, 1, 0]);
        let kind = |kind| KeyFilter { kind: Some(kind), ..KeyFilter::default() };
        assert_eq!(list(kind(KeyKind::Test), 50).await, [3, 1]);
        let status = |status| KeyFilter { status: Some(status), ..KeyFilter::default() };
        assert_eq!(list(status(CredentialStatus::Revoked), 50).await, [0]);
        assert_eq!(list(status(CredentialStatus::Expired), 50).await, [4]);
        assert_eq!(list(status(CredentialStatus::Active), 1).await, [3, 2, 1]);
        let by = |user| KeyFilter { created_by: Some(user), ..KeyFilter::default() };
        assert_eq!(list(by(ada.user.id), 50).await.len(), 5);
        assert!(list(by(bob.user.id), 50).await.is_empty());
    }

    async fn flows_of_a_key_are_named_by_slug_or_id_and_must_be_there(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let (one, his) = (flow(&world, &ada.caller, "one").await, flow(&world, &bob.caller, "his").await);
        let with = |flows: Vec<FlowRef>| NewKey { flows: Some(flows), ..new_key("a key") };
        let by_both = with(vec!["one".parse().unwrap(), one.into()]);
        let created = api_keys::create(&world.services, &ada.caller, by_both).await.unwrap();
        assert_eq!(created.key.flows, Some(vec![one]));
        for unknown in ["his".parse().unwrap(), his.into()] {
            let refused = api_keys::create(&world.services, &ada.caller, with(vec![unknown])).await;
            assert!(matches!(refused, Err(Error::UnknownFlow { .. })), "{refused:?}");
        }
        let tenant = NewKey { tenant: Some("acme".parse().unwrap()), ..new_key("a key") };
        let refused = api_keys::create(&world.services, &ada.caller, tenant).await;
        assert!(matches!(refused, Err(Error::UnknownTenant { .. })), "{refused:?}");
        flows::delete(&world.services, &ada.caller, &one.into()).await.unwrap();
        let change = KeyChange { flows: Some(Some(vec![one.into()])), ..KeyChange::default() };
        let kept = api_keys::update(&world.services, &ada.caller, created.key.id, change).await.unwrap();
        assert_eq!(kept.flows, Some(vec![one]), "a deleted flow can come back");
    }

    async fn restrictions_hold_for_addresses_flows_and_environments(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let flow = flow(&world, &ada.caller, "one").await;
        let other_flow = world.services.ids.next();
        let new = NewKey {
            flows: Some(vec![flow.into()]),
            environments: Some(vec!["staging".parse().unwrap()]),
            addresses: Some(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()]),
            ..new_key("restricted")
        };
        let created = api_keys::create(&world.services, &ada.caller, new).await.unwrap();
        let key = authenticate(&world, &created).await.unwrap();
        for (address, good) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("2001:db8::1", true),
            ("11.0.0.1", false),
            ("::1", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            let verdict = api_keys::check_address(&key, address);
            assert_eq!(verdict.is_ok(), good, "{verdict:?}");
        }
        assert_eq!(api_keys::check_flow(&key, flow), Ok(()));
        assert_eq!(api_keys::check_flow(&key, other_flow), Err(Restricted::FlowNotAllowed { flow: other_flow }));
        let places = environments::list(&world.services, &ada.caller).await.unwrap();
        for place in places {
            let allowed = api_keys::check_environment(&key, &place);
            assert_eq!(allowed.is_ok(), place.name.as_str() == "staging", "{allowed:?}");
        }
    }

    async fn rate_limits_hold_per_key_per_workspace_and_for_test_keys(db: Db) {
        let config = Config { workspace_rate_limit_per_minute: Some(200), ..Config::default() };
        let world = World::with_config(db, &config).await;
        let ada = world.sign_up("ada").await;
        let slow = NewKey { rate_limit_per_minute: Some(3), ..new_key("slow") };
        let slow = api_keys::create(&world.services, &ada.caller, slow).await.unwrap();
        let slow = authenticate(&world, &slow).await.unwrap();
        for remaining in [2, 1, 0] {
            let state = api_keys::rate_limit(&world.services, &slow).unwrap().unwrap();
            assert_eq!((state.limit, state.remaining, state.scope), (3, remaining, RateScope::Key));
        }
        for _ in 0..1_000 {
            let refused = api_keys::rate_limit(&world.services, &slow).unwrap_err();
            assert_eq!((refused.scope, refused.retry_after), (RateScope::Key, Duration::from_seconds(20)));
        }
        let test = NewKey { kind: KeyKind::Test, rate_limit_per_minute: Some(1_000), ..new_key("test") };
        let test = api_keys::create(&world.services, &ada.caller, test).await.unwrap();
        assert!(test.text.expose().starts_with("gld_test_"));
        let test = authenticate(&world, &test).await.unwrap();
        assert_eq!((0..150).filter(|_| api_keys::rate_limit(&world.services, &test).is_ok()).count(), 100);
        let fast = authenticate(&world, &create(&world, &ada.caller).await).await.unwrap();
        let accepted = (0..150).filter(|_| api_keys::rate_limit(&world.services, &fast).is_ok()).count();
        assert_eq!(accepted, 97, "200 of the workspace, 103 were of the other two");
        let refused = api_keys::rate_limit(&world.services, &fast).unwrap_err();
        assert_eq!(refused.scope, RateScope::Workspace);
    }

    async fn last_use_is_noted_in_memory_and_written_in_one_go(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let (one, two) = (create(&world, &ada.caller).await, create(&world, &ada.caller).await);
        for created in [&one, &two, &one] {
            world.clock.advance(Duration::from_ms(1));
            api_keys::used(&world.services, &authenticate(&world, created).await.unwrap());
        }
        let last_used = async |created: &Created| {
            api_keys::view(&world.services, &ada.caller, created.key.id).await.unwrap().last_used_at
        };
        assert_eq!(last_used(&one).await, None);
        assert_eq!(api_keys::flush_last_used(&world.services).await.unwrap(), 2);
        let after = |ms| Some(ada.user.created_at.plus(Duration::from_ms(ms)));
        assert_eq!((last_used(&one).await, last_used(&two).await), (after(3), after(2)));
        assert_eq!(api_keys::flush_last_used(&world.services).await.unwrap(), 0);
    }

    async fn keys_of_a_suspended_or_deleted_workspace_are_told_apart(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let created = create(&world, &ada.caller).await;
        let epoch = authenticate(&world, &created).await.unwrap().config_epoch;
        workspaces::suspend(&world.services, &world.operator(), ada.workspace.id).await.unwrap();
        let Err(AuthError::WorkspaceSuspended { key }) = authenticate(&world, &created).await else {
            panic!("not suspended")
        };
        assert!(key.config_epoch > epoch);
        workspaces::unsuspend(&world.services, &world.operator(), ada.workspace.id).await.unwrap();
        authenticate(&world, &created).await.unwrap();
        workspaces::delete(&world.services, &ada.caller, "My Workspace").await.unwrap();
        assert!(matches!(authenticate(&world, &created).await, Err(AuthError::WorkspaceDeleted)));
        workspaces::restore(&world.services, &ada.person, &ada.workspace.id.into()).await.unwrap();
        authenticate(&world, &created).await.unwrap();
    }
}
