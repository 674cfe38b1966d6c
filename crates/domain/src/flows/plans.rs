//! Compiled plans by version. A version never changes, so neither does its plan: nothing here is ever forgotten but
//! for room.

use std::sync::Arc;

use flow::Plan;
use moka::sync::Cache;
use types::{FlowId, WorkspaceId};

use super::{Error, FlowCaches, store};
use crate::Services;

/// How many tasks all kept plans may have together; what a plan takes grows with them.
const TASKS_KEPT_MAX: u64 = 200_000;

type VersionKey = (WorkspaceId, FlowId, i64);

pub(super) struct PlanCache {
    plans: Cache<VersionKey, Arc<Plan>>,
}

impl PlanCache {
    pub(super) fn new() -> Self {
        let weight = |_: &VersionKey, plan: &Arc<Plan>| {
            // One more, so that the smallest plans weigh something too.
            u32::try_from(plan.task_count())
                .unwrap_or(u32::MAX)
                .saturating_add(1)
        };
        Self {
            plans: Cache::builder()
                .max_capacity(TASKS_KEPT_MAX)
                .weigher(weight)
                .build(),
        }
    }
}

impl std::fmt::Debug for PlanCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PlanCache({})", self.plans.entry_count())
    }
}

impl FlowCaches {
    /// The plan of a version: from memory, else read and compiled.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a release that accepts less than the one that saved the version refuses it.
    pub async fn plan(
        &self,
        services: &Services,
        workspace: WorkspaceId,
        flow: FlowId,
        version: i64,
    ) -> Result<Arc<Plan>, Error> {
        let key = (workspace, flow, version);
        if let Some(plan) = self.plans.plans.get(&key) {
            return Ok(plan);
        }
        let definition = db::read!(services.db, |tx| {
            Ok(store::versions::definition(tx, workspace, flow, version).await?)
        })?;
        let definition = definition.ok_or(Error::UnknownVersion { number: version })?;
        let plan = self.compiler.compile(definition).await?.plan;
        self.plans.plans.insert(key, Arc::clone(&plan));
        Ok(plan)
    }
}
