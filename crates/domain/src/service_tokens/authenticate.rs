//! From the text of a token to what it is and may.

use std::{net::IpAddr, sync::Arc};

use ipnet::IpNet;
use types::{ServiceTokenId, Timestamp};

use super::{AddressDenied, AuthError, GROUP, store};
use crate::{
    Services,
    access::OperatorPermission,
    credential::{CredentialStatus, Limits},
    credential_cache::CredentialCache,
    instance::TokenHash,
    rate_limits::{RateLimited, RateScope, RateState},
    tokens,
};

/// Service tokens by their hash, as last read.
pub type TokenCache = CredentialCache<TokenIdentity>;

/// A service token as a request needs it: read once, then kept in memory.
#[derive(Debug, Clone)]
pub struct TokenIdentity {
    /// Its id.
    pub id: ServiceTokenId,
    /// What it may do.
    pub permissions: Arc<[OperatorPermission]>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<IpNet>>,
    /// Calls a minute.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

impl TokenIdentity {
    /// What restricts it, whatever it may.
    pub fn limits(&self) -> Limits<'_> {
        Limits {
            addresses: self.addresses.as_deref(),
            expires_at: self.expires_at,
            rate_limit_per_minute: self.rate_limit_per_minute,
        }
    }
}

/// Does the text begin as service tokens do, so that it is none of another kind?
pub fn is_service_token(text: &str) -> bool {
    text.starts_with(tokens::SERVICE_TOKEN)
}

/// Which token is it, and is it good? Asks memory, and the database by one indexed read when memory is a second old.
///
/// # Errors
/// Each reason of its own; see [`AuthError`].
pub async fn authenticate(services: &Services, text: &str) -> Result<Arc<TokenIdentity>, AuthError> {
    if text.len() > tokens::LENGTH_MAX {
        return Err(AuthError::Mistyped);
    }
    let now = services.clock.now();
    let hash = services.hash_key.hash(text);
    let token = match services.service_tokens.get(&hash, now) {
        Some(token) => token,
        None if !tokens::is_well_formed(tokens::SERVICE_TOKEN, text) => return Err(AuthError::Mistyped),
        None => read(services, hash, now).await?,
    };
    match CredentialStatus::of(token.revoked_at, token.expires_at, now) {
        CredentialStatus::Active => Ok(token),
        CredentialStatus::Expired => Err(AuthError::Expired),
        CredentialStatus::Revoked => Err(AuthError::Revoked),
    }
}

/// May the token be used from there? Asked for every request with a token.
pub fn check_address(token: &TokenIdentity, address: IpAddr) -> Result<(), AddressDenied> {
    if token.limits().allow(address) {
        Ok(())
    } else {
        Err(AddressDenied { address })
    }
}

/// Counts a request of the token. `None` when no limit applies.
pub fn rate_limit(services: &Services, token: &TokenIdentity) -> Result<Option<RateState>, RateLimited> {
    let (scope, now) = (RateScope::ServiceToken, services.clock.now());
    let take = |limit| services.rate_limits.take(scope, token.id.uuid(), limit, now);
    token.rate_limit_per_minute.map(take).transpose()
}

async fn read(services: &Services, hash: TokenHash, now: Timestamp) -> Result<Arc<TokenIdentity>, AuthError> {
    use AuthError as Error;
    let reading = services.service_tokens.begin(now);
    let found = db::read!(services.db, |tx| Ok(store::find_identity(tx, &hash).await?))?;
    let Some(token) = found.map(Arc::new) else {
        services.service_tokens.remove(&hash);
        return Err(AuthError::Unknown);
    };
    services
        .service_tokens
        .insert(hash, GROUP, Arc::clone(&token), reading);
    Ok(token)
}

/// Waits until tokens age that are in use, and reads them anew, as [`crate::api_keys::refresh`] does.
pub async fn refresh(services: &Services) -> Result<u64, AuthError> {
    let aging = services.service_tokens.aging().await;
    for (hash, _) in &aging {
        match read(services, *hash, services.clock.now()).await {
            Ok(_) | Err(AuthError::Unknown) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(aging.len() as u64)
}
