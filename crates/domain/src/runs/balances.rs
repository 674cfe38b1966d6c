//! What workspaces could spend when the ledger last said so. Only good for refusing early what it would refuse.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use moka::sync::Cache;
use types::{Microcredits, WorkspaceId};

const WORKSPACES_KEPT_MAX: u64 = 100_000;

/// Balances as last heard.
#[derive(Debug)]
pub struct Balances {
    known: Cache<WorkspaceId, Arc<AtomicI64>>,
}

impl Balances {
    /// Nothing heard yet.
    pub fn new() -> Self {
        Self {
            known: Cache::new(WORKSPACES_KEPT_MAX),
        }
    }

    /// As last heard; nothing where nothing was: who looks at it then looks at the account.
    pub(super) fn last_known(&self, workspace: WorkspaceId) -> Microcredits {
        let known = self.known.get(&workspace);
        known.map_or(Microcredits::ZERO, |known| {
            Microcredits::new(known.load(Ordering::Relaxed))
        })
    }

    pub(super) fn learn(&self, workspace: WorkspaceId, available: Microcredits) {
        match self.known.get(&workspace) {
            Some(known) => known.store(available.get(), Ordering::Relaxed),
            None => self
                .known
                .insert(workspace, Arc::new(AtomicI64::new(available.get()))),
        }
    }
}

impl Default for Balances {
    fn default() -> Self {
        Self::new()
    }
}
