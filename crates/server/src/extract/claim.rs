//! `Idempotency-Key` of routes that move money: it is claimed within the ledger's transaction, together with the
//! movement, so that a crash leaves both or neither.

use axum::extract::FromRequestParts;
use domain::{access::Actor, credits::Claim};
use http::request::Parts;

use super::once::{BodyHash, key};
use crate::{
    AppState,
    problem::{Failure, Result},
};

/// The key of a movement, if one was sent. Must be taken before the body, whose hash it holds.
#[derive(Debug)]
pub struct Claimed(Option<Sent>);

#[derive(Debug)]
struct Sent {
    key: String,
    route: String,
    body: BodyHash,
}

impl FromRequestParts<AppState> for Claimed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        let Some(key) = key(&parts.headers)? else {
            return Ok(Self(None));
        };
        let body = BodyHash::default();
        parts.extensions.insert(body.clone());
        Ok(Self(Some(Sent {
            key,
            route: format!("{} {}", parts.method, parts.uri.path()),
            body,
        })))
    }
}

impl Claimed {
    /// What the ledger claims for whoever sent it.
    pub fn by(self, actor: Actor) -> Option<Claim> {
        self.0.map(|sent| Claim {
            caller: actor.id().unwrap_or_default(),
            route: sent.route,
            key: sent.key,
            body_hash: sent.body.get(),
        })
    }
}
