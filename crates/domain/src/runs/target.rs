//! What is called: which flow, where, which version, at which price. Resolved from memory; a refusal never is.

use std::sync::Arc;

use flow::Plan;
use types::{EnvironmentId, FlowId, Slug};

use super::{CallRequest, Error, price::Price};
use crate::{
    Services,
    access::Caller,
    api_keys::{self, KeyIdentity, KeyKind},
    credits::Epochs,
    environments::{self, DEVELOPMENT, Environment, EnvironmentRef, PRODUCTION},
    flows::{self, LiveFlow, Retention},
};

/// The version under which the draft runs.
const DRAFT: i64 = 0;

/// A version that runs.
#[derive(Debug)]
pub(super) struct Target {
    /// Which flow.
    pub flow: FlowId,
    /// Which version; 0 is the draft.
    pub version: i64,
    /// Where.
    pub environment: EnvironmentId,
    /// What runs.
    pub plan: Arc<Plan>,
    /// What it costs.
    pub price: Price,
    /// What is kept of it.
    pub retention: Retention,
    /// The configuration that all this was read under.
    pub epochs: Epochs,
}

impl Target {
    /// Is what it would run and cost the same?
    pub fn is_the_same_as(&self, other: &Self) -> bool {
        self.flow == other.flow
            && self.version == other.version
            && self.environment == other.environment
            && self.retention == other.retention
            && self.price == other.price
            && Arc::ptr_eq(&self.plan, &other.plan)
    }
}

/// Finds what a call means, from memory where that is good enough: the ledger refuses what is stale before anything
/// is charged or has an effect. What is refused here is looked at again before it is answered.
pub(super) async fn resolve(
    services: &Services,
    caller: &Caller,
    request: &CallRequest,
) -> Result<Target, Error> {
    let known = services
        .flows
        .live(services, caller.workspace, &request.flow)
        .await?;
    match from_live(services, caller, &known, request).await {
        Err(_) if !known.is_fresh(services.clock.now()) => resolve_now(services, caller, request).await,
        resolved => resolved,
    }
}

/// The same from the database, for when what was in memory turned out to be stale.
pub(super) async fn resolve_now(
    services: &Services,
    caller: &Caller,
    request: &CallRequest,
) -> Result<Target, Error> {
    let live = services
        .flows
        .live_now(services, caller.workspace, &request.flow)
        .await?;
    from_live(services, caller, &live, request).await
}

async fn from_live(
    services: &Services,
    caller: &Caller,
    live: &LiveFlow,
    request: &CallRequest,
) -> Result<Target, Error> {
    refuse_flow(caller, live.id)?;
    let environment = choose_environment(caller, live, request, PRODUCTION)?;
    let version = live
        .version_in(environment.id)
        .ok_or_else(|| Error::NotDeployed {
            flow: live.slug.clone(),
            environment: environment.name.clone(),
            live_in: live.live_in(),
        })?;
    let plan = services
        .flows
        .plan(services, caller.workspace, live.id, version)
        .await?;
    target(services, caller, live, request, (version, environment.id, plan)).await
}

/// What the draft would run, in the environment that was chosen.
pub(super) async fn of_draft(
    services: &Services,
    caller: &Caller,
    request: &CallRequest,
) -> Result<Target, Error> {
    let (found, source) = flows::draft_source(services, caller, &request.flow).await?;
    let plan = services.flows.compile_stored(source).await?.plan;
    let live = services
        .flows
        .live_now(services, caller.workspace, &found.id.into())
        .await?;
    refuse_flow(caller, live.id)?;
    let environment = choose_environment(caller, &live, request, DEVELOPMENT)?;
    target(services, caller, &live, request, (DRAFT, environment.id, plan)).await
}

/// Checks the input and adds the price.
async fn target(
    services: &Services,
    caller: &Caller,
    live: &LiveFlow,
    request: &CallRequest,
    (version, environment, plan): (i64, EnvironmentId, Arc<Plan>),
) -> Result<Target, Error> {
    plan.validate_input(request.input.value())
        .map_err(|violations| Error::InvalidInput { violations })?;
    let known = services.instance.get(services).await?;
    // The older of the two: a key that was read before a change is not good under it.
    let read_under = caller.key.as_ref().map_or(i64::MAX, |key| key.config_epoch);
    Ok(Target {
        flow: live.id,
        version,
        environment,
        price: Price::of(&known, caller, &plan, live.price_permille),
        plan,
        retention: live.retention,
        epochs: Epochs {
            workspace: read_under.min(live.config_epoch),
            instance: known.epoch,
        },
    })
}

fn refuse_flow(caller: &Caller, flow: FlowId) -> Result<(), Error> {
    match &caller.key {
        Some(key) => Ok(api_keys::check_flow(key, flow)?),
        None => Ok(()),
    }
}

fn choose_environment<'a>(
    caller: &Caller,
    live: &'a LiveFlow,
    request: &CallRequest,
    fallback: &str,
) -> Result<&'a Environment, Error> {
    called_environment(
        caller.key.as_deref(),
        &live.environments,
        request.environment.as_ref(),
        fallback,
    )
}

/// The environment that a call was about, also if it may not reach it; `None` where that cannot be told.
pub(super) fn environment_asked_for(
    key: Option<&KeyIdentity>,
    all: &[Environment],
    named: Option<&EnvironmentRef>,
    fallback: &str,
) -> Option<EnvironmentId> {
    match named {
        Some(named) => all.iter().find(|place| place.is(named)),
        None => called_environment(key, all, None, fallback).ok(),
    }
    .map(|place| place.id)
}

/// The rule of the called environment: the one that is named, if the key may; else the key's only one; else for a
/// test key `development`, for everybody else `fallback`; else it must be named.
fn called_environment<'a>(
    key: Option<&KeyIdentity>,
    all: &'a [Environment],
    named: Option<&EnvironmentRef>,
    fallback: &str,
) -> Result<&'a Environment, Error> {
    let allowed: Vec<&Environment> = all.iter().filter(|place| may_reach(key, place)).collect();
    let only = |places: &[&'a Environment]| match places {
        [only] if key.is_some_and(|key| key.environments.is_some()) => Some(*only),
        _ => None,
    };
    let chosen = match named {
        Some(named) => {
            let place = all.iter().find(|place| place.is(named));
            Some(place.ok_or_else(|| environments::Error::Unknown {
                environment: named.clone(),
            })?)
        }
        None => only(&allowed).or_else(|| {
            let is_test = key.is_some_and(|key| key.kind == KeyKind::Test);
            let name = if is_test { DEVELOPMENT } else { fallback };
            allowed.iter().copied().find(|place| place.name.as_str() == name)
        }),
    };
    match chosen {
        Some(place) if may_reach(key, place) => Ok(place),
        Some(place) => Err(Error::EnvironmentNotAllowed {
            environment: place.name.clone(),
            allowed: names(&allowed),
        }),
        None => Err(Error::EnvironmentRequired {
            allowed: names(&allowed),
        }),
    }
}

fn may_reach(key: Option<&KeyIdentity>, place: &Environment) -> bool {
    key.is_none_or(|key| api_keys::check_environment(key, place).is_ok())
}

fn names(environments: &[&Environment]) -> Vec<Slug> {
    environments.iter().map(|place| place.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::PermissionSet;
    use types::{ApiKeyId, Timestamp, UserId, WorkspaceId};
    use uuid::Uuid;

    fn environments() -> Vec<Environment> {
        (0..)
            .zip([DEVELOPMENT, "staging", PRODUCTION])
            .map(|(position, name)| Environment {
                id: EnvironmentId::from_uuid(Uuid::from_u128(position as u128)),
                name: name.parse().unwrap(),
                position,
                protected_at: None,
                created_at: Timestamp::from_us(0),
            })
            .collect()
    }

    fn key(kind: KeyKind, environments: Option<&[usize]>, all: &[Environment]) -> KeyIdentity {
        KeyIdentity {
            workspace: WorkspaceId::from_uuid(Uuid::nil()),
            id: ApiKeyId::from_uuid(Uuid::nil()),
            lineage: ApiKeyId::from_uuid(Uuid::nil()),
            name: "a key".parse().unwrap(),
            kind,
            permissions: PermissionSet::NONE,
            operator_permissions: Vec::new(),
            flows: None,
            environments: environments.map(|places| places.iter().map(|place| all[*place].id).collect()),
            addresses: None,
            rate_limit_per_minute: None,
            expires_at: None,
            revoked_at: None,
            owner: UserId::from_uuid(Uuid::nil()),
            owner_gone: false,
            workspace_suspended: false,
            workspace_deleted: false,
            config_epoch: 1,
        }
    }

    #[test]
    fn the_called_environment_follows_the_rule() {
        use KeyKind::{Live, Test};
        let all = environments();
        type Case = (
            KeyKind,
            Option<&'static [usize]>,
            Option<&'static str>,
            &'static str,
        );
        let cases: &[Case] = &[
            (Live, None, None, "production"),
            (Live, None, Some("staging"), "staging"),
            (Live, Some(&[1]), None, "staging"),
            (Live, Some(&[0, 2]), None, "production"),
            (Live, Some(&[0, 1]), None, "required"),
            (Live, Some(&[0, 1]), Some("production"), "refused"),
            (Live, None, Some("nowhere"), "unknown"),
            (Test, None, None, "development"),
            (Test, None, Some("staging"), "staging"),
            (Test, None, Some("production"), "refused"),
            (Test, Some(&[1, 2]), None, "staging"),
            (Test, Some(&[2]), None, "required"),
            (Test, Some(&[2]), Some("production"), "refused"),
        ];
        for (kind, places, named, expected) in cases {
            let key = key(*kind, *places, &all);
            let named = named.map(|name| name.parse().unwrap());
            let chosen = match called_environment(Some(&key), &all, named.as_ref(), PRODUCTION) {
                Ok(place) => place.name.as_str().to_owned(),
                Err(Error::EnvironmentRequired { .. }) => "required".to_owned(),
                Err(Error::EnvironmentNotAllowed { .. }) => "refused".to_owned(),
                Err(Error::Environment(_)) => "unknown".to_owned(),
                Err(error) => panic!("{error}"),
            };
            assert_eq!(chosen, *expected, "{kind:?} {places:?} {named:?}");
        }
    }
}
