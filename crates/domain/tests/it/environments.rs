//! Environments.

use std::sync::Arc;

use domain::{
    Config, Services,
    access::{Caller, Origin, Role},
    environments::{self, EnvironmentRef, Error},
    instance::InstanceKey,
};
use types::{FixedClock, Timestamp};

async fn services(db: &db::Db) -> Arc<Services> {
    let clock = Arc::new(FixedClock::new(Timestamp::from_us(1_760_000_000_000_000)));
    Services::start(db.clone(), &InstanceKey::random(), clock, &Config::default())
        .await
        .unwrap()
}

/// The owner of a workspace that has the environments of the start.
async fn owner(services: &Services) -> Caller {
    let workspace = services.ids.next();
    let made: Result<(), Error> = db::write!(services.db, |tx| {
        Ok(environments::create_defaults(tx, services, workspace).await?)
    });
    made.unwrap();
    let origin = Origin {
        address: [127, 0, 0, 1].into(),
        request_id: services.ids.next(),
    };
    Caller::member(workspace, services.ids.next(), Role::Owner, origin)
}

db::both! {
    async fn a_workspace_starts_with_development_staging_and_production(db: db::Db) {
        let services = services(&db).await;
        let caller = owner(&services).await;
        let listed = environments::list(&services, &caller).await.unwrap();
        let names: Vec<_> = listed.iter().map(|environment| environment.name.as_str()).collect();
        assert_eq!(names, ["development", "staging", "production"]);
        let by_id = environments::view(&services, &caller, &EnvironmentRef::Id(listed[2].id)).await.unwrap();
        let by_name = environments::view(&services, &caller, &"production".parse().unwrap()).await.unwrap();
        assert_eq!(by_id, by_name);
    }

    async fn environments_of_another_workspace_are_unknown(db: db::Db) {
        let services = services(&db).await;
        let (mine, other) = (owner(&services).await, owner(&services).await);
        let theirs = environments::list(&services, &other).await.unwrap();
        let found = environments::view(&services, &mine, &EnvironmentRef::Id(theirs[0].id)).await;
        assert!(matches!(found, Err(Error::Unknown { .. })), "{found:?}");
        assert_eq!(environments::list(&services, &mine).await.unwrap().len(), 3);
    }
}
