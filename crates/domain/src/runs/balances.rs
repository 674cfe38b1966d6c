//! What workspaces could spend when the ledger last said so. Only good for refusing early what it would refuse.

use moka::sync::Cache;
use types::{Microcredits, WorkspaceId};

const WORKSPACES_KEPT_MAX: u64 = 100_000;

/// Balances as last heard.
#[derive(Debug)]
pub struct Balances {
    known: Cache<WorkspaceId, Microcredits>,
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
        self.known.get(&workspace).unwrap_or(Microcredits::ZERO)
    }

    pub(super) fn learn(&self, workspace: WorkspaceId, available: Microcredits) {
        self.known.insert(workspace, available);
    }
}

impl Default for Balances {
    fn default() -> Self {
        Self::new()
    }
}
