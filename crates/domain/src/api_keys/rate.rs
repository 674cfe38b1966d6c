//! How often keys may call: per key, and per workspace for all its keys together.
//!
//! In memory, per node: each of several nodes allows its share, so a limit is approximate then, as calls are not spread
//! evenly and nodes come and go. What must be exact is a cap.

use std::sync::atomic::{AtomicU32, Ordering};

use types::Duration;

use super::{KeyIdentity, RateLimited};
use crate::{
    Services,
    pace::{Left, Pace, Paces},
};

/// The most that a test key may call.
pub const TEST_KEY_RATE_PER_MINUTE: u32 = 100;

/// What keys and workspaces have called lately.
#[derive(Debug)]
pub struct RateLimits {
    keys: Paces,
    workspaces: Paces,
    per_workspace: Option<u32>,
    /// How many nodes a limit is divided by.
    nodes: AtomicU32,
}

/// Whose limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateScope {
    /// The key's own.
    Key,
    /// That of all keys of the workspace together.
    Workspace,
}

/// The tighter of the limits that a call counted on, after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateState {
    /// Calls a minute.
    pub limit: u32,
    /// So many more may be made now.
    pub remaining: u32,
    /// When all are regained, from now.
    pub reset: Duration,
    /// Whose limit it is.
    pub scope: RateScope,
}

impl RateLimits {
    /// Nobody has called yet. `per_workspace`: calls a minute of all keys of one workspace; `None` for any number.
    pub fn new(per_workspace: Option<u32>) -> Self {
        Self {
            keys: Paces::default(),
            workspaces: Paces::default(),
            per_workspace,
            nodes: AtomicU32::new(1),
        }
    }

    /// From now on each limit is divided by so many nodes.
    pub fn share_among(&self, nodes: u32) {
        self.nodes.store(nodes.max(1), Ordering::Relaxed);
    }

    /// How many nodes that are.
    pub fn nodes(&self) -> u32 {
        self.nodes.load(Ordering::Relaxed)
    }

    /// The part of a limit that this node allows: rounded up, so that a small one does not become nothing.
    fn pace(&self, limit: u32) -> Pace {
        Pace::per_minute(limit.div_ceil(self.nodes()))
    }
}

/// Counts a call of the key. `None` when no limit applies.
pub fn rate_limit(services: &Services, key: &KeyIdentity) -> Result<Option<RateState>, RateLimited> {
    let own = match (key.test(), key.rate_limit_per_minute) {
        (true, own) => Some(own.map_or(TEST_KEY_RATE_PER_MINUTE, |own| own.min(TEST_KEY_RATE_PER_MINUTE))),
        (false, own) => own,
    };
    let (limits, workspace) = (&services.rate_limits, key.workspace.uuid().into_bytes());
    let now = services.clock.now();
    let take = |paces: &Paces, subject, limit, scope| {
        paces
            .take(subject, limits.pace(limit), now)
            .map(|left| state(limit, left, scope))
            .map_err(|refused| RateLimited {
                limit,
                retry_after: refused.retry_after,
                scope,
            })
    };
    let of_workspace = limits
        .per_workspace
        .map(|limit| take(&limits.workspaces, workspace, limit, RateScope::Workspace))
        .transpose()?;
    let of_key = own.map(|limit| take(&limits.keys, key.id.uuid().into_bytes(), limit, RateScope::Key));
    match of_key.transpose() {
        Err(refused) => {
            // What one key does too much shall not count for the others.
            if let Some(limit) = limits.per_workspace {
                limits.workspaces.give_back(workspace, limits.pace(limit));
            }
            Err(refused)
        }
        Ok(of_key) => Ok(of_key
            .into_iter()
            .chain(of_workspace)
            .min_by_key(|state| state.remaining)),
    }
}

const fn state(limit: u32, left: Left, scope: RateScope) -> RateState {
    RateState {
        limit,
        remaining: left.remaining,
        reset: left.reset,
        scope,
    }
}
