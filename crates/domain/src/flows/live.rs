//! What is live where, as last read: everything that a call needs to know of its flow.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use moka::sync::Cache;
use parking_lot::RwLock;
use types::{Duration, EnvironmentId, FlowId, Slug, Timestamp, WorkspaceId};

use super::{Error, FlowCaches, FlowRef, Retention, read, store};
use crate::{
    Services, credits,
    environments::{self, Environment},
};

/// How old what is known may be where no ledger looks after it: a refusal is never based on anything older.
pub const LEASE: Duration = Duration::from_seconds(1);
/// How old it may be where the ledger compares the epoch before anything is charged or has an effect.
const TRUST: Duration = Duration::from_seconds(60);
/// From this age on, one of those who ask reads anew while the others still trust: no herd when the trust ends.
const AGES_AFTER: Duration = Duration::from_seconds(30);
const WORKSPACES_KEPT_MAX: u64 = 20_000;
const FLOWS_KEPT_PER_WORKSPACE_MAX: usize = 1_000;

/// A flow as a call needs it.
#[derive(Debug, Clone)]
pub struct LiveFlow {
    /// Its id.
    pub id: FlowId,
    /// Its name in addresses.
    pub slug: Slug,
    /// See [`Flow::price_permille`](super::Flow::price_permille).
    pub price_permille: i64,
    /// What is kept of its runs.
    pub retention: Retention,
    /// The environments of the workspace, in their order.
    pub environments: Vec<Environment>,
    /// Which version is live in which of them.
    pub live: Vec<(EnvironmentId, i64)>,
    /// The configuration epoch of the workspace under which all this was read.
    pub config_epoch: i64,
    read_at: Timestamp,
}

impl LiveFlow {
    /// The version that is live in an environment.
    pub fn version_in(&self, environment: EnvironmentId) -> Option<i64> {
        self.live
            .iter()
            .find(|(place, _)| *place == environment)
            .map(|(_, version)| *version)
    }

    /// The names of the environments in which any version is live.
    pub fn live_in(&self) -> Vec<Slug> {
        let is_live = |environment: &&Environment| self.version_in(environment.id).is_some();
        self.environments
            .iter()
            .filter(is_live)
            .map(|environment| environment.name.clone())
            .collect()
    }

    /// Is it new enough to refuse a call by it?
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.read_at.plus(LEASE)
    }
}

/// The flows of one workspace. Forgotten as a whole, and replaced by another one then: what was read before a change
/// can only be put into the one that nobody asks any more.
#[derive(Debug, Default)]
struct WorkspaceFlows {
    flows: RwLock<HashMap<FlowRef, Remembered>>,
}

impl WorkspaceFlows {
    fn trusted(&self, flow: &FlowRef, now: Timestamp) -> Option<Arc<LiveFlow>> {
        let flows = self.flows.read();
        let found = flows.get(flow).filter(|found| found.is_trusted(now));
        found.map(|found| Arc::clone(&found.flow))
    }
}

#[derive(Debug)]
struct Remembered {
    flow: Arc<LiveFlow>,
    /// Somebody reads it anew.
    aging: AtomicBool,
}

impl Remembered {
    fn is_trusted(&self, now: Timestamp) -> bool {
        if now >= self.flow.read_at.plus(TRUST) {
            return false;
        }
        now < self.flow.read_at.plus(AGES_AFTER) || self.aging.swap(true, Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub(super) struct LiveCache {
    workspaces: Cache<WorkspaceId, Arc<WorkspaceFlows>>,
}

impl LiveCache {
    pub(super) fn new() -> Self {
        Self {
            workspaces: Cache::new(WORKSPACES_KEPT_MAX),
        }
    }
}

impl FlowCaches {
    /// A flow as last read, at most a minute old: good for what the ledger checks by its epoch.
    pub async fn live(
        &self,
        services: &Services,
        workspace: WorkspaceId,
        flow: &FlowRef,
    ) -> Result<Arc<LiveFlow>, Error> {
        let known = self.of(workspace);
        match known.trusted(flow, services.clock.now()) {
            Some(found) => Ok(found),
            None => load(services, workspace, flow, &known).await,
        }
    }

    /// The same flow if it is in memory, however old what is known of it may be.
    pub fn known(&self, workspace: WorkspaceId, flow: &FlowRef) -> Option<Arc<LiveFlow>> {
        let known = self.live.workspaces.get(&workspace)?;
        let flows = known.flows.read();
        flows.get(flow).map(|found| Arc::clone(&found.flow))
    }

    /// The same flow, read now.
    pub async fn live_now(
        &self,
        services: &Services,
        workspace: WorkspaceId,
        flow: &FlowRef,
    ) -> Result<Arc<LiveFlow>, Error> {
        self.forget(workspace);
        load(services, workspace, flow, &self.of(workspace)).await
    }

    /// Makes the next call of any flow of the workspace ask the database. Called after each change of what is live.
    pub fn forget(&self, workspace: WorkspaceId) {
        self.live.workspaces.invalidate(&workspace);
    }

    fn of(&self, workspace: WorkspaceId) -> Arc<WorkspaceFlows> {
        self.live.workspaces.get_with(workspace, Arc::default)
    }
}

/// Reads a flow into `known`, which was taken from the cache before: a change after that forgets `known`, not less.
async fn load(
    services: &Services,
    workspace: WorkspaceId,
    flow: &FlowRef,
    known: &WorkspaceFlows,
) -> Result<Arc<LiveFlow>, Error> {
    let read_at = services.clock.now();
    let live = db::read!(services.db, |tx| {
        // The epoch first: what is read after it is of that epoch or newer, and newer is refused as stale.
        let config_epoch = credits::config_epoch(tx, workspace).await?;
        let found = read::find(tx, workspace, flow).await?;
        Ok(LiveFlow {
            environments: environments::all(tx, workspace).await?,
            live: store::deployments::live_versions(tx, workspace, found.id).await?,
            id: found.id,
            slug: found.slug,
            price_permille: found.price_permille,
            retention: found.retention,
            config_epoch,
            read_at,
        })
    })
    .map(Arc::new)?;
    let mut flows = known.flows.write();
    if flows.len() >= FLOWS_KEPT_PER_WORKSPACE_MAX {
        flows.clear();
    }
    let remembered = Remembered {
        flow: Arc::clone(&live),
        aging: AtomicBool::new(false),
    };
    flows.insert(flow.clone(), remembered);
    Ok(live)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ages_is_read_anew_by_one_asker_while_the_others_still_trust() {
        let read_at = Timestamp::from_us(1_700_000_000_000_000);
        let flow = LiveFlow {
            id: FlowId::from_uuid(uuid::Uuid::from_u128(1)),
            slug: "a-flow".parse().unwrap(),
            price_permille: 1_000,
            retention: Retention::All,
            environments: Vec::new(),
            live: Vec::new(),
            config_epoch: 1,
            read_at,
        };
        let remembered = Remembered {
            flow: Arc::new(flow),
            aging: AtomicBool::new(false),
        };
        assert!(remembered.is_trusted(read_at));
        assert!(remembered.is_trusted(read_at.plus(AGES_AFTER).minus(Duration::from_us(1))));
        let later = read_at.plus(AGES_AFTER);
        assert!(!remembered.is_trusted(later), "the first asker reads it");
        assert!(remembered.is_trusted(later), "the others do not wait for him");
        assert!(!remembered.is_trusted(read_at.plus(TRUST)));
    }
}
