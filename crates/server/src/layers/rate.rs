//! How much of a rate limit is left, in the headers of every answer that counted against one.
//!
//! Source: draft-ietf-httpapi-ratelimit-headers-10. `q` is the quota of a window of `w` seconds, `r` what remains of
//! it, `t` the seconds until it is whole again.

use std::sync::{Arc, OnceLock};

use domain::rate_limits::{RateLimited, RateScope, RateState};
use http::{HeaderMap, HeaderName, HeaderValue};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const WINDOW_SECONDS: u32 = 60;

/// Where the extractor that counted leaves what it found.
#[derive(Debug, Clone, Default)]
pub struct RateSlot(Arc<OnceLock<RateState>>);

impl RateSlot {
    /// Leaves it; the first one counts.
    pub fn set(&self, state: RateState) {
        let _ = self.0.set(state);
    }

    /// Writes the headers, if something was counted.
    pub fn write(&self, headers: &mut HeaderMap) {
        if let Some(state) = self.0.get() {
            let seconds = state.reset.seconds_up();
            for (name, value) in rate_headers(state.scope, state.limit, state.remaining, seconds) {
                headers.insert(name, value);
            }
        }
    }
}

/// The headers of a refusal.
pub fn refused(refused: &RateLimited) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    rate_headers(refused.scope, refused.limit, 0, refused.retry_after.seconds_up())
}

fn rate_headers(
    scope: RateScope,
    limit: u32,
    remaining: u32,
    seconds: i64,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let name = match scope {
        RateScope::Key => "key",
        RateScope::Workspace => "workspace",
        RateScope::ServiceToken => "service_token",
    };
    let policy = format!("\"{name}\";q={limit};w={WINDOW_SECONDS}");
    let left = format!("\"{name}\";r={remaining};t={seconds}");
    [(POLICY, policy), (LIMIT, left)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?)))
}
