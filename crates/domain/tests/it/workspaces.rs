//! Workspaces.

use db::Db;
use domain::{
    access::{Caller, Person, Role},
    testing::{Somebody, World},
    workspaces::{self, Error, NewWorkspace, Workspace, WorkspaceChange, WorkspaceFilter, WorkspaceRef},
};
use types::{Duration, PageLimit, Slug};

fn new_workspace(name: &str, slug: Option<&str>) -> NewWorkspace {
    NewWorkspace {
        name: name.parse().unwrap(),
        slug: slug.map(|slug| slug.parse().unwrap()),
        description: "What it is for".parse().unwrap(),
        time_zone: None,
    }
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

async fn create(world: &World, who: &Somebody, name: &str, slug: Option<&str>) -> Result<Workspace, Error> {
    workspaces::create(&world.services, &who.person, new_workspace(name, slug)).await
}

async fn enter(world: &World, person: &Person, reference: &WorkspaceRef) -> Result<Caller, Error> {
    workspaces::enter(&world.services, person, reference)
        .await
        .map(|entered| entered.caller)
}

async fn rename(world: &World, caller: &Caller, to: &str) -> Result<Workspace, Error> {
    let change = WorkspaceChange {
        slug: Some(slug(to)),
        ..WorkspaceChange::default()
    };
    workspaces::update(&world.services, caller, change).await
}

db::both! {
    async fn who_makes_a_workspace_owns_it(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let acme = create(&world, &ada, "Acme Inc.", None).await.unwrap();
        assert_eq!((acme.slug.as_str(), acme.personal), ("acme-inc", false));
        let listed = workspaces::list(&world.services, &ada.person).await.unwrap();
        let listed: Vec<_> = listed.iter().map(|m| (m.workspace.slug.as_str(), m.role)).collect();
        assert_eq!(listed, [("ada", Role::Owner), ("acme-inc", Role::Owner)], "the personal one first");
        let caller = enter(&world, &ada.person, &acme.id.into()).await.unwrap();
        assert_eq!(workspaces::view(&world.services, &caller).await.unwrap(), acme);
    }

    async fn a_taken_slug_is_refused_with_a_free_one(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        create(&world, &ada, "Acme", Some("acme")).await.unwrap();
        let refused = create(&world, &bob, "Acme", Some("ACME")).await.unwrap_err();
        let Error::SlugTaken { slug, suggestion } = refused else { panic!("{refused:?}") };
        assert_eq!(slug.as_str(), "acme");
        create(&world, &bob, "Acme", Some(suggestion.as_str())).await.unwrap();
        let unchosen = create(&world, &bob, "Acme", None).await.unwrap();
        assert!(unchosen.slug.as_str().starts_with("acme-"), "{}", unchosen.slug);
        let reserved = create(&world, &bob, "Docs", Some("docs")).await;
        assert!(matches!(reserved, Err(Error::SlugReserved { .. })), "{reserved:?}");
        assert_eq!(workspaces::list(&world.services, &bob.person).await.unwrap().len(), 3);
    }

    async fn of_two_who_take_a_slug_at_once_one_gets_it(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let (one, two) = tokio::join!(
            create(&world, &ada, "Acme", Some("acme")),
            create(&world, &ada, "Acme", Some("acme")),
        );
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
        let refused = if one.is_ok() { two } else { one };
        assert!(matches!(refused, Err(Error::SlugTaken { .. })), "{refused:?}");
    }

    async fn a_stranger_cannot_tell_a_workspace_exists(db: Db) {
        let world = World::new(db).await;
        let (ada, eve) = (world.sign_up("ada").await, world.sign_up("eve").await);
        let acme = create(&world, &ada, "Acme", None).await.unwrap();
        let unknown: WorkspaceRef = "nobody-has-this".parse().unwrap();
        let no_id = WorkspaceRef::Id(world.services.ids.next());
        for reference in [acme.id.into(), acme.slug.into(), unknown, no_id] {
            let entered = enter(&world, &eve.person, &reference).await;
            assert!(matches!(entered, Err(Error::NotFound)), "{reference}: {entered:?}");
            let restored = workspaces::restore(&world.services, &eve.person, &reference).await;
            assert!(matches!(restored, Err(Error::NotFound)), "{reference}: {restored:?}");
        }
    }

    async fn an_old_slug_redirects_for_ninety_days_and_is_nobody_elses_meanwhile(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let renamed = rename(&world, &ada.caller, "lovelace").await.unwrap();
        assert_eq!(renamed.slug.as_str(), "lovelace");
        let old = workspaces::enter(&world.services, &ada.person, &slug("ada").into()).await.unwrap();
        assert_eq!(old.moved_to, Some(slug("lovelace")));
        let new = workspaces::enter(&world.services, &ada.person, &slug("lovelace").into()).await.unwrap();
        assert_eq!((new.moved_to, new.caller.workspace), (None, ada.workspace.id));
        let seen = async || workspaces::view_any(&world.services, &world.operator(), &slug("ada").into()).await;
        assert_eq!(seen().await.unwrap().id, ada.workspace.id);
        let refused = rename(&world, &bob.caller, "ada").await;
        assert!(matches!(refused, Err(Error::SlugTaken { .. })), "{refused:?}");

        world.clock.advance(Duration::from_days(89));
        enter(&world, &ada.person, &slug("ada").into()).await.unwrap();
        world.clock.advance(Duration::from_days(1));
        assert!(enter(&world, &ada.person, &slug("ada").into()).await.is_err());
        assert!(matches!(seen().await, Err(Error::NotFound)));
        rename(&world, &bob.caller, "ada").await.unwrap();
    }

    async fn one_may_take_back_ones_own_old_slug(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        rename(&world, &ada.caller, "lovelace").await.unwrap();
        rename(&world, &ada.caller, "ada").await.unwrap();
        let entered = workspaces::enter(&world.services, &ada.person, &slug("lovelace").into()).await.unwrap();
        assert_eq!(entered.moved_to, Some(slug("ada")));
    }

    async fn renaming_without_end_does_not_hoard_names(db: Db) {
        let world = World::new(db).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        for number in 0..12 {
            world.clock.advance(Duration::from_seconds(1));
            rename(&world, &ada.caller, &format!("name-{number}")).await.unwrap();
        }
        rename(&world, &bob.caller, "ada").await.unwrap();
        assert!(rename(&world, &bob.caller, "name-10").await.is_err(), "the lately used ones redirect");
    }

    async fn a_change_of_a_stale_revision_is_refused_with_what_is_there(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let change = |name: &str, revision: i64| WorkspaceChange {
            name: Some(name.parse().unwrap()),
            time_zone: Some("Europe/Berlin".parse().unwrap()),
            picture_url: Some(Some("https://example.com/a.png".parse().unwrap())),
            if_revision: Some(revision),
            ..WorkspaceChange::default()
        };
        let first = ada.workspace.revision();
        let changed = workspaces::update(&world.services, &ada.caller, change("One", first)).await.unwrap();
        assert_ne!(changed.revision(), first);
        assert_eq!(changed.time_zone.as_str(), "Europe/Berlin");
        let refused = workspaces::update(&world.services, &ada.caller, change("Two", first)).await.unwrap_err();
        let Error::Stale { current, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(*current, changed);
        let unpictured = WorkspaceChange { picture_url: Some(None), ..WorkspaceChange::default() };
        let unpictured = workspaces::update(&world.services, &ada.caller, unpictured).await.unwrap();
        assert_eq!((unpictured.picture_url, unpictured.name.as_str()), (None, "One"));
    }

    async fn only_who_may_changes_and_deletes(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        for (role, may_change, may_delete) in
            [(Role::Admin, true, false), (Role::Member, false, false), (Role::Viewer, false, false)]
        {
            let caller = Caller::member(ada.workspace.id, ada.user.id, role, world.origin());
            let changed = workspaces::update(&world.services, &caller, WorkspaceChange::default()).await;
            assert_eq!(changed.is_ok(), may_change, "{role}: {changed:?}");
            let deleted = workspaces::delete(&world.services, &caller, "My Workspace").await;
            assert_eq!(deleted.is_ok(), may_delete, "{role}: {deleted:?}");
        }
    }

    async fn deleting_needs_the_name_and_hides_the_workspace_until_it_is_restored(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        let acme = create(&world, &ada, "Acme", None).await.unwrap();
        let caller = enter(&world, &ada.person, &acme.id.into()).await.unwrap();
        let refused = workspaces::delete(&world.services, &caller, "acme").await;
        assert!(matches!(refused, Err(Error::ConfirmationMismatch)), "{refused:?}");
        workspaces::delete(&world.services, &caller, "Acme").await.unwrap();
        assert!(matches!(enter(&world, &ada.person, &acme.id.into()).await, Err(Error::NotFound)));
        assert!(matches!(workspaces::view(&world.services, &caller).await, Err(Error::NotFound)));
        assert_eq!(workspaces::list(&world.services, &ada.person).await.unwrap().len(), 1);
        let deleted = workspaces::list_deleted(&world.services, &ada.person).await.unwrap();
        assert_eq!(deleted[0].workspace.id, acme.id);
        assert!(create(&world, &ada, "Acme", Some("acme")).await.is_err(), "it keeps its slug meanwhile");

        world.clock.advance(Duration::from_days(29));
        let ada_again = world.person(&ada.token).await.unwrap();
        let restored = workspaces::restore(&world.services, &ada_again, &acme.slug.into()).await.unwrap();
        assert_eq!(restored.deleted_at, None);
        enter(&world, &ada_again, &acme.id.into()).await.unwrap();
    }

    async fn a_deleted_workspace_is_restored_by_an_old_slug_while_that_redirects(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        rename(&world, &ada.caller, "lovelace").await.unwrap();
        let by_old = async || workspaces::restore(&world.services, &ada.person, &slug("ada").into()).await;
        let delete = async || workspaces::delete(&world.services, &ada.caller, "My Workspace").await.unwrap();
        delete().await;
        assert_eq!(by_old().await.unwrap().slug, slug("lovelace"));
        world.clock.advance(Duration::from_days(90));
        delete().await;
        let late = by_old().await;
        assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
    }

    async fn a_workspace_is_not_restored_after_thirty_days(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        workspaces::delete(&world.services, &ada.caller, "My Workspace").await.unwrap();
        world.clock.advance(Duration::from_days(30));
        let late = workspaces::restore(&world.services, &ada.person, &ada.workspace.id.into()).await;
        assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
        assert!(workspaces::list_deleted(&world.services, &ada.person).await.unwrap().is_empty());
    }

    async fn a_deleted_personal_workspace_is_replaced_at_sign_in_and_restored_as_a_shared_one(db: Db) {
        let world = World::new(db).await;
        let ada = world.sign_up("ada").await;
        workspaces::delete(&world.services, &ada.caller, "My Workspace").await.unwrap();
        let given = domain::accounts::SignIn {
            email: ada.user.email.clone(),
            password: types::SecretText::new(domain::testing::PASSWORD.to_owned()),
        };
        let again = domain::accounts::sign_in(&world.services, &world.client(), given).await.unwrap();
        assert_ne!(again.workspace.id, ada.workspace.id);
        assert!(again.workspace.personal);
        let restored = workspaces::restore(&world.services, &ada.person, &ada.workspace.id.into()).await.unwrap();
        assert!(!restored.personal);
        let listed = workspaces::list(&world.services, &ada.person).await.unwrap();
        assert_eq!(listed.iter().filter(|m| m.workspace.personal).count(), 1);
    }

    async fn the_operator_sees_and_suspends_all_workspaces(db: Db) {
        let world = World::new(db).await;
        let (ada, _) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let (services, operator) = (&*world.services, world.operator());
        let suspended = workspaces::suspend(services, &operator, ada.workspace.id).await.unwrap();
        assert!(suspended.suspended_at.is_some());
        let by_slug = workspaces::view_any(services, &operator, &slug("ada").into()).await.unwrap();
        assert_eq!(by_slug, suspended);
        let limit = PageLimit::new(1).unwrap();
        let all = WorkspaceFilter::default();
        let first = workspaces::list_all_workspaces(services, &operator, &all, limit, None).await.unwrap();
        let next = first.next.unwrap();
        let second = workspaces::list_all_workspaces(services, &operator, &all, limit, Some(&next)).await.unwrap();
        assert!(second.next.is_none());
        assert_ne!(first.items[0].id, second.items[0].id);
        let filter = WorkspaceFilter { suspended: Some(true), deleted: Some(false) };
        let only = workspaces::list_all_workspaces(services, &operator, &filter, limit, None).await.unwrap();
        assert_eq!(only.items[0].id, ada.workspace.id);
        let back = workspaces::unsuspend(services, &operator, ada.workspace.id).await.unwrap();
        assert_eq!(back.suspended_at, None);
        let unknown = workspaces::suspend(services, &operator, services.ids.next()).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
    }
}
