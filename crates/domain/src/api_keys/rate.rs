//! How often keys may call: per key, and per workspace for all its keys together.

use super::KeyIdentity;
use crate::{
    Services,
    rate_limits::{RateLimited, RateScope, RateState},
};

/// The most that a test key may call.
pub const TEST_KEY_RATE_PER_MINUTE: u32 = 100;

/// Counts a call of the key. `None` when no limit applies.
pub fn rate_limit(services: &Services, key: &KeyIdentity) -> Result<Option<RateState>, RateLimited> {
    let own = match (key.test(), key.rate_limit_per_minute) {
        (true, own) => Some(own.map_or(TEST_KEY_RATE_PER_MINUTE, |own| own.min(TEST_KEY_RATE_PER_MINUTE))),
        (false, own) => own,
    };
    let (limits, workspace) = (&services.rate_limits, key.workspace.uuid());
    let now = services.clock.now();
    let of_workspace = limits
        .per_workspace()
        .map(|limit| limits.take(RateScope::Workspace, workspace, limit, now))
        .transpose()?;
    let of_key = own.map(|limit| limits.take(RateScope::Key, key.id.uuid(), limit, now));
    match of_key.transpose() {
        Err(refused) => {
            // What one key does too much shall not count for the others.
            if let Some(limit) = limits.per_workspace() {
                limits.give_back(RateScope::Workspace, workspace, limit);
            }
            Err(refused)
        }
        Ok(of_key) => Ok(of_key
            .into_iter()
            .chain(of_workspace)
            .min_by_key(|state| state.remaining)),
    }
}
