//! How often credentials may call.
//!
//! In memory, per node: each of several nodes allows its share, so a limit is approximate then, as calls are not spread
//! evenly and nodes come and go. What must be exact is a cap.

use std::sync::atomic::{AtomicU32, Ordering};

use types::{Duration, Timestamp};
use uuid::Uuid;

use crate::pace::{Left, Pace, Paces};

/// Who has called lately.
#[derive(Debug)]
pub struct RateLimits {
    keys: Paces,
    workspaces: Paces,
    service_tokens: Paces,
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
    /// The service token's own.
    ServiceToken,
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

/// A good credential, but too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} calls a minute")]
pub struct RateLimited {
    /// Calls a minute.
    pub limit: u32,
    /// When the next one is let in, from now.
    pub retry_after: Duration,
    /// Whose limit it is.
    pub scope: RateScope,
}

impl RateLimits {
    /// Nobody has called yet. `per_workspace`: calls a minute of all keys of one workspace; `None` for any number.
    pub fn new(per_workspace: Option<u32>) -> Self {
        Self {
            keys: Paces::default(),
            workspaces: Paces::default(),
            service_tokens: Paces::default(),
            per_workspace,
            nodes: AtomicU32::new(1),
        }
    }

    /// Calls a minute of all keys of one workspace; `None` for any number.
    pub const fn per_workspace(&self) -> Option<u32> {
        self.per_workspace
    }

    /// From now on each limit is divided by so many nodes.
    pub fn share_among(&self, nodes: u32) {
        self.nodes.store(nodes.max(1), Ordering::Relaxed);
    }

    /// How many nodes that are.
    pub fn nodes(&self) -> u32 {
        self.nodes.load(Ordering::Relaxed)
    }

    /// Counts a call on the limit of one of the scope, a minute.
    pub fn take(
        &self,
        scope: RateScope,
        id: Uuid,
        limit: u32,
        now: Timestamp,
    ) -> Result<RateState, RateLimited> {
        self.paces(scope)
            .take(id.into_bytes(), self.pace(limit), now)
            .map(|left| state(limit, left, scope))
            .map_err(|refused| RateLimited {
                limit,
                retry_after: refused.retry_after,
                scope,
            })
    }

    /// Uncounts a call that came to nothing.
    pub fn give_back(&self, scope: RateScope, id: Uuid, limit: u32) {
        self.paces(scope).give_back(id.into_bytes(), self.pace(limit));
    }

    const fn paces(&self, scope: RateScope) -> &Paces {
        match scope {
            RateScope::Key => &self.keys,
            RateScope::Workspace => &self.workspaces,
            RateScope::ServiceToken => &self.service_tokens,
        }
    }

    /// The part of a limit that this node allows: rounded up, so that a small one does not become nothing.
    fn pace(&self, limit: u32) -> Pace {
        Pace::per_minute(limit.div_ceil(self.nodes()))
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
