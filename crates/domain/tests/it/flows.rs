//! Flows, versions and deployments.

use std::collections::BTreeSet;

use db::Db;
use domain::{
    access::{Caller, Role},
    api_keys::{KeyKind, NewKey, Restricted},
    flows::{
        self, DeploymentFilter, Error, Flow, FlowFilter, FlowPatch, NewDeployment, NewFlow, NewVersion,
        Obstacle, Retention,
    },
};
use types::{Duration, PageLimit, Slug};

use crate::workshop::{FAULT, GREETING, Workshop, calling, constant, source};

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

async fn all(shop: &Workshop, filter: &FlowFilter) -> Vec<String> {
    let page = flows::list(
        &shop.world.services,
        &shop.caller,
        filter,
        None,
        PageLimit::default(),
    )
    .await;
    page.unwrap()
        .items
        .iter()
        .map(|flow| flow.slug.to_string())
        .collect()
}

async fn protect(shop: &Workshop, environment: &str) -> Result<(), Error> {
    db::write!(shop.world.services.db, |tx| {
        db::execute!(
            tx,
            "UPDATE environments SET protected_at = 1 WHERE name = $1",
            environment
        )?;
        Ok(())
    })
}

db::both! {
    async fn versions_are_numbered_and_an_unchanged_definition_is_refused(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Greeting").await;
        let saved = shop.save(&flow, GREETING).await.unwrap();
        assert_eq!((saved.version.number, saved.version.author), (1, shop.caller.actor));
        let other = shop.flow("Other").await;
        let none_yet = shop.save_from(&other, GREETING, Some(1)).await;
        assert!(matches!(none_yet, Err(Error::NoVersionYet)), "{none_yet:?}");
        assert_eq!(saved.source, GREETING, "the text is kept as it was written");
        let with_a_comment = format!("# the same\n{GREETING}");
        let unchanged = shop.save(&flow, &with_a_comment).await;
        assert!(matches!(unchanged, Err(Error::Unchanged { number: 1 })), "{unchanged:?}");
        assert_eq!(shop.save(&flow, FAULT).await.unwrap().version.number, 2);
        assert_eq!(shop.save(&flow, GREETING).await.unwrap().version.number, 3, "an older one is a change");
        let (services, id, two) = (&shop.world.services, flow.id.into(), PageLimit::new(2).unwrap());
        let page = flows::list_versions(services, &shop.caller, &id, None, two).await.unwrap();
        let next = flows::list_versions(services, &shop.caller, &id, page.next.as_ref(), two).await.unwrap();
        let numbers: Vec<_> = page.items.iter().chain(&next.items).map(|version| version.number).collect();
        assert_eq!(numbers, [3, 2, 1]);
    }

    async fn of_two_savers_who_started_from_the_same_version_the_second_is_shown_both_sides(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Shared").await;
        shop.save_from(&flow, &constant("1"), Some(0)).await.unwrap();
        let (two, three) = (constant("2"), constant("3"));
        let (first, second) =
            tokio::join!(shop.save_from(&flow, &two, Some(1)), shop.save_from(&flow, &three, Some(1)));
        let (saved, refused) = if first.is_ok() { (first, second) } else { (second, first) };
        let saved = saved.unwrap();
        assert_eq!(saved.version.number, 2);
        let Err(Error::VersionConflict { latest, yours }) = refused else { panic!("{refused:?}") };
        assert_eq!(latest.source, saved.source);
        assert_ne!(yours, saved.source);
    }

    async fn savers_who_compare_nothing_get_numbers_of_their_own(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Busy").await;
        let texts: Vec<_> = (0..6).map(|number| constant(&number.to_string())).collect();
        let saves = texts.iter().map(|text| shop.save(&flow, text));
        let mut numbers = Vec::new();
        for saved in join_all(saves).await {
            numbers.push(saved.unwrap().version.number);
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    }

    async fn a_version_must_be_a_flow_and_a_draft_may_be_anything(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Draft").await;
        let broken = GREETING.replace("set:", "sett:");
        let refused = shop.save(&flow, &broken).await;
        let Err(Error::Invalid { findings }) = refused else { panic!("{refused:?}") };
        assert!(findings.iter().any(|finding| finding.pointer.starts_with("/do/0")), "{findings:?}");
        let (services, caller, id) = (&shop.world.services, &shop.caller, flow.id.into());
        let saved = flows::save_draft(services, caller, &id, &source(&broken), None).await.unwrap();
        assert_eq!((saved.revision, saved.findings.is_empty()), (1, false));
        let stale = flows::save_draft(services, caller, &id, &source(GREETING), Some(0)).await;
        let Err(Error::DraftConflict { revision: 1, latest_author, .. }) = stale else { panic!("{stale:?}") };
        assert_eq!(latest_author, Some(caller.actor));
        let saved = flows::save_draft(services, caller, &id, &source(GREETING), Some(1)).await.unwrap();
        assert_eq!((saved.revision, saved.findings.is_empty()), (2, true));
        assert_eq!(flows::view(services, caller, &id).await.unwrap().draft.as_deref(), Some(GREETING));
        shop.save(&flow, GREETING).await.unwrap();
        let view = flows::view(services, caller, &id).await.unwrap();
        assert_eq!((view.draft, view.flow.latest_version), (None, Some(1)), "nothing is pending any more");
        assert_eq!(view.flow.draft_revision, 2, "the next save can still say where it started");
    }

    async fn checking_saves_nothing(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Checked").await;
        let (services, id) = (&shop.world.services, flow.id.into());
        let checked = flows::check(services, &shop.caller, &id, &source("do: 1")).await.unwrap();
        assert!(checked.summary.is_none() && !checked.findings.is_empty());
        let outside = source(&calling("https://example.com/a"));
        let checked = flows::check(services, &shop.caller, &id, &outside).await.unwrap();
        let summary = checked.summary.unwrap();
        assert_eq!((summary.outside_effects, summary.outside_calls_max), (true, Some(1)));
        assert_eq!(flows::view(services, &shop.caller, &id).await.unwrap().flow.latest_version, None);
    }

    async fn a_slug_that_was_asked_for_is_refused_with_one_that_is_free(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        assert_eq!(shop.flow("Order intake").await.slug, slug("order-intake"));
        assert_eq!(shop.flow("Order intake").await.slug, slug("order-intake-2"));
        let new = NewFlow {
            name: "Orders".parse().unwrap(),
            slug: Some(slug("order-intake")),
            description: Default::default(),
            definition: None,
        };
        let refused = flows::create(&shop.world.services, &shop.caller, new).await;
        let Err(Error::SlugTaken { suggestion, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(suggestion, slug("order-intake-3"));
    }

    async fn flows_of_one_name_get_a_slug_each_however_many_and_whoever_is_quicker(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        for _ in 0..55 {
            shop.flow("Order").await;
        }
        assert_eq!(all(&shop, &FlowFilter::default()).await.len(), 50, "the first page");
        let at_once: BTreeSet<_> = join_all((0..8).map(|_| shop.flow("Intake"))).await.into_iter().map(|flow| flow.slug).collect();
        assert_eq!(at_once.len(), 8);
    }

    async fn a_flow_changes_its_name_slug_price_and_retention(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let (flow, other) = (shop.flow("Before").await, shop.flow("Other").await);
        let patch = FlowPatch {
            name: Some("After".parse().unwrap()),
            slug: Some(slug("after")),
            description: Some("New".parse().unwrap()),
            price_permille: Some(2_500),
            retention: Some(Retention::Metadata),
            retention_days: Some(7),
            if_revision: Some(flow.revision()),
        };
        let (services, caller) = (&shop.world.services, &shop.caller);
        flows::update(services, caller, &"before".parse().unwrap(), patch).await.unwrap();
        let view = flows::view(services, caller, &"after".parse().unwrap()).await.unwrap().flow;
        assert_eq!((view.id, view.price_permille, view.retention_days), (flow.id, 2_500, 7));
        let patch = FlowPatch { slug: Some(other.slug.clone()), ..FlowPatch::default() };
        let refused = flows::update(services, caller, &flow.id.into(), patch).await;
        assert!(matches!(refused, Err(Error::SlugTaken { .. })), "{refused:?}");
    }

    async fn a_deployment_replaces_the_one_before_and_leaves_history(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.live("Lively", &constant("1")).await;
        shop.save(&flow, &constant("2")).await.unwrap();
        shop.world.clock.advance(Duration::from_ms(1));
        shop.deploy(&flow, 2, "production").await.unwrap();
        shop.deploy(&flow, 1, "staging").await.unwrap();
        let (services, caller, id) = (&shop.world.services, &shop.caller, flow.id.into());
        let live = flows::view(services, caller, &id).await.unwrap().flow.live;
        let live: Vec<_> = live.iter().map(|place| (place.name.as_str(), place.version)).collect();
        assert_eq!(live, [("staging", 1), ("production", 2)]);
        let filter = DeploymentFilter { environment: Some("production".parse().unwrap()) };
        let page = flows::deployments(services, caller, &id, &filter, None, PageLimit::default()).await.unwrap();
        let history: Vec<_> = page.items.iter().map(|d| (d.version, d.replaced_at.is_none())).collect();
        assert_eq!(history, [(2, true), (1, false)]);
        let version = flows::view_version(services, caller, &id, 2).await.unwrap().version;
        assert_eq!(version.live.len(), 1);
        let unknown = shop.deploy(&flow, 3, "production").await;
        assert!(matches!(unknown, Err(Error::UnknownVersion { number: 3 })), "{unknown:?}");
    }

    async fn a_key_changes_and_deploys_what_it_is_restricted_to_and_nothing_else(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let (ours, other) = (shop.live("Ours", &constant("1")).await, shop.live("Other", &constant("2")).await);
        let deleted = shop.live("Deleted", &constant("3")).await;
        let services = &shop.world.services;
        flows::delete(services, &shop.caller, &deleted.id.into()).await.unwrap();
        let permissions = Some(["flows:read", "flows:write", "flows:deploy"].map(|name| name.parse().unwrap()).to_vec());
        let restricted = NewKey {
            permissions: permissions.clone(),
            flows: Some(vec![ours.id.into()]),
            environments: Some(vec!["staging".parse().unwrap()]),
            ..Workshop::new_key(KeyKind::Live)
        };
        let key = shop.key_of(restricted).await;
        let deploy = async |key: &Caller, flow: &Flow, environment: &str| {
            let new = NewDeployment { environment: environment.parse().unwrap(), version: 1, note: Default::default() };
            flows::deploy(services, key, &flow.id.into(), new).await
        };
        deploy(&key, &ours, "staging").await.unwrap();
        let elsewhere = deploy(&key, &ours, "production").await;
        let place = Restricted::EnvironmentNotAllowed { environment: slug("production") };
        assert!(matches!(&elsewhere, Err(Error::Restricted(found)) if *found == place), "{elsewhere:?}");
        let patch = FlowPatch { price_permille: Some(0), ..FlowPatch::default() };
        flows::update(services, &key, &ours.id.into(), patch.clone()).await.unwrap();
        let (id, text) = (other.id.into(), source(&constant("4")));
        let version = NewVersion {
            source: text.clone(), comment: Default::default(), label: Default::default(), if_match: None,
        };
        let refused = [
            deploy(&key, &other, "staging").await.err(),
            flows::update(services, &key, &id, patch).await.err(),
            flows::save_draft(services, &key, &id, &text, None).await.err(),
            flows::save_version(services, &key, &id, version).await.err(),
            flows::delete(services, &key, &id).await.err(),
            flows::restore(services, &key, &deleted.id.into(), None).await.err(),
        ];
        for refused in refused {
            let is_told = matches!(refused, Some(Error::Restricted(Restricted::FlowNotAllowed { .. })));
            assert!(is_told, "{refused:?}");
        }
        let test = shop.key_of(NewKey { permissions, ..Workshop::new_key(KeyKind::Test) }).await;
        deploy(&test, &other, "development").await.unwrap();
        let live = deploy(&test, &other, "production").await;
        assert!(matches!(live, Err(Error::Restricted(Restricted::EnvironmentNotAllowed { .. }))), "{live:?}");
    }

    async fn a_protected_environment_takes_no_deployment(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.live("Guarded", &constant("1")).await;
        protect(&shop, "production").await.unwrap();
        let refused = shop.deploy(&flow, 1, "production").await;
        assert!(matches!(refused, Err(Error::Protected { .. })), "{refused:?}");
        shop.deploy(&flow, 1, "staging").await.unwrap();
    }

    async fn what_has_no_bound_or_lacks_something_cannot_be_deployed_and_the_message_names_it(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Endless").await;
        let endless = "
document: {dsl: '1.0.3', namespace: test, name: endless, version: '1.0.0'}
use: {secrets: [TOKEN]}
do:
  - each:
      for: {each: item, in: '${ .items }'}
      do:
        - fetch: {call: http, with: {method: get, endpoint: 'https://example.com/'}}
  - read:
      set: {region: '${ $env.REGION }'}
";
        shop.save(&flow, endless).await.unwrap();
        let refused = shop.deploy(&flow, 1, "staging").await;
        let Err(Error::CannotDeploy { obstacles }) = refused else { panic!("{refused:?}") };
        let expected = [
            Obstacle::UnboundedCalls,
            Obstacle::MissingVariable { name: "REGION".into() },
            Obstacle::MissingSecret { name: "TOKEN".into() },
        ];
        assert_eq!(obstacles, expected);
    }

    async fn a_deleted_flow_is_gone_and_comes_back_within_thirty_days_with_its_versions(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.live("Gone", &constant("1")).await;
        let (services, caller, id) = (&shop.world.services, &shop.caller, flow.id.into());
        flows::delete(services, caller, &id).await.unwrap();
        assert!(matches!(flows::view(services, caller, &id).await, Err(Error::Unknown { .. })));
        assert_eq!(all(&shop, &FlowFilter { deleted: true, ..FlowFilter::default() }).await, ["gone"]);
        let successor = shop.flow("Gone").await;
        let taken = flows::restore(services, caller, &id, None).await;
        let Err(Error::SlugTaken { suggestion, .. }) = taken else { panic!("{taken:?}") };
        let restored = flows::restore(services, caller, &id, Some(&suggestion)).await.unwrap().flow;
        assert_eq!((restored.slug, restored.latest_version), (slug("gone-2"), Some(1)));
        assert!(restored.live.is_empty(), "what was live has ended");
        flows::delete(services, caller, &successor.id.into()).await.unwrap();
        shop.world.clock.advance(Duration::from_days(31));
        let late = flows::restore(services, caller, &successor.id.into(), None).await;
        assert!(matches!(late, Err(Error::Unknown { .. })), "{late:?}");
    }

    async fn flows_are_listed_newest_first_by_page_text_and_environment(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        for name in ["Alpha 50%", "Beta", "Gamma"] {
            shop.flow(name).await;
            shop.world.clock.advance(Duration::from_ms(1));
        }
        shop.live("Delta", &constant("1")).await;
        assert_eq!(all(&shop, &FlowFilter::default()).await, ["delta", "gamma", "beta", "alpha-50"]);
        let search = |text: &str| FlowFilter { search: Some(text.into()), ..FlowFilter::default() };
        assert_eq!(all(&shop, &search("TA")).await, ["delta", "beta"]);
        assert_eq!(all(&shop, &search("50%")).await, ["alpha-50"]);
        assert_eq!(all(&shop, &search("_")).await, Vec::<String>::new());
        let live = |name: &str| FlowFilter { environment: Some(name.parse().unwrap()), ..FlowFilter::default() };
        assert_eq!(all(&shop, &live("production")).await, ["delta"]);
        assert_eq!(all(&shop, &live("staging")).await, Vec::<String>::new());
        let (services, two) = (&shop.world.services, PageLimit::new(3).unwrap());
        let page = flows::list(services, &shop.caller, &FlowFilter::default(), None, two).await.unwrap();
        let rest = flows::list(services, &shop.caller, &FlowFilter::default(), page.next.as_ref(), two).await.unwrap();
        assert_eq!((page.items.len(), rest.items.len(), rest.next), (3, 1, None));
    }

    async fn flows_of_another_workspace_are_unknown_and_a_viewer_changes_nothing(db: Db) {
        let shop = Workshop::with_credits(db, 0).await;
        let flow = shop.flow("Mine").await;
        let (services, id) = (&shop.world.services, flow.id.into());
        let stranger = shop.world.sign_up("eve").await.caller;
        for reference in [&id, &"mine".parse().unwrap()] {
            let found = flows::view(services, &stranger, reference).await;
            assert!(matches!(found, Err(Error::Unknown { .. })), "{found:?}");
        }
        assert!(matches!(flows::delete(services, &stranger, &id).await, Err(Error::Unknown { .. })));
        let viewer = Caller::member(shop.caller.workspace, stranger.user().unwrap(), Role::Viewer, shop.world.origin());
        flows::view(services, &viewer, &id).await.unwrap();
        assert!(matches!(flows::delete(services, &viewer, &id).await, Err(Error::Denied(_))));
        let draft = flows::save_draft(services, &viewer, &id, &source("a"), None).await;
        assert!(matches!(draft, Err(Error::Denied(_))), "{draft:?}");
    }
}

/// Waits for all of some futures, which run at the same time.
pub async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *slot = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
