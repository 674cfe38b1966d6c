//! From the text of a key to what it is and may.

use std::sync::Arc;

use ipnet::IpNet;
use types::{ApiKeyId, DisplayName, EnvironmentId, FlowId, Timestamp, UserId, WorkspaceId};

use super::{AuthError, Error, KeyKind, store};
use crate::{
    Services, access::PermissionSet, credential::Limits, credential_cache::CredentialCache,
    instance::TokenHash, tokens,
};

/// So many are read at once: few enough that requests which read something are not kept waiting.
const ROWS_PER_STATEMENT_MAX: usize = 128;

/// API keys by their hash, as last read. Their groups are the workspaces.
pub type KeyCache = CredentialCache<KeyIdentity>;

/// An API key as a call needs it: read once, then kept in memory.
#[derive(Debug, Clone)]
pub struct KeyIdentity {
    /// The workspace that it is.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: ApiKeyId,
    /// See [`ApiKey::lineage`](super::ApiKey::lineage).
    pub lineage: ApiKeyId,
    /// What it is called.
    pub name: DisplayName,
    /// Live or test.
    pub kind: KeyKind,
    /// What it may do in Guildhall: what it was given, as far as its owner's role goes.
    pub permissions: PermissionSet,
    /// What it may do in the operator's own API: `companies:read`.
    pub operator_permissions: Vec<String>,
    /// The flows it may call; `None` for all.
    pub flows: Option<Vec<FlowId>>,
    /// The environments it may call; `None` for all.
    pub environments: Option<Vec<EnvironmentId>>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<IpNet>>,
    /// Calls a minute.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// The user by whose membership it lives.
    pub owner: UserId,
    /// He is no member any more, or disabled: the key is as good as revoked.
    pub owner_gone: bool,
    /// The workspace is suspended: nothing is charged.
    pub workspace_suspended: bool,
    /// The workspace was deleted.
    pub workspace_deleted: bool,
    /// The epoch of the workspace under which all this was read.
    pub config_epoch: i64,
}

impl KeyIdentity {
    /// Is it for trying things out?
    pub const fn test(&self) -> bool {
        matches!(self.kind, KeyKind::Test)
    }

    /// What restricts it, whatever it may.
    pub fn limits(&self) -> Limits<'_> {
        Limits {
            addresses: self.addresses.as_deref(),
            expires_at: self.expires_at,
            rate_limit_per_minute: self.rate_limit_per_minute,
        }
    }
}

/// Whose key is it, and is it good? Asks memory, and the database by one indexed read when memory is a second old.
///
/// # Errors
/// Each reason of its own; see [`AuthError`].
pub async fn authenticate(services: &Services, text: &str) -> Result<Arc<KeyIdentity>, AuthError> {
    if text.len() > tokens::LENGTH_MAX {
        return Err(AuthError::Mistyped);
    }
    let now = services.clock.now();
    let hash = services.hash_key.hash(text);
    let key = match services.keys.get(&hash, now) {
        Some(key) => key,
        None if !is_well_formed(text) => return Err(AuthError::Mistyped),
        None => read(services, hash, now).await?,
    };
    check(key, now)
}

/// The same key as it is now, for a call that was resolved under a configuration that is gone.
///
/// # Errors
/// As [`authenticate`]: it may have ended since.
pub async fn authenticate_again(
    services: &Services,
    key: &KeyIdentity,
) -> Result<Arc<KeyIdentity>, AuthError> {
    use AuthError as Error;
    services.keys.forget(key.workspace.uuid());
    let mut found = db::read!(services.db, |tx| {
        Ok(store::find_identities(tx, std::iter::once((key.workspace, key.id))).await?)
    })?;
    let found = found.remove(&key.id).ok_or(AuthError::Unknown)?;
    check(Arc::new(found), services.clock.now())
}

/// Waits until keys age that are in use, and reads them anew, so that no request has to wait for it. Answers how many
/// that were. A job.
pub async fn refresh(services: &Services) -> Result<u64, Error> {
    let aging = services.keys.aging().await;
    for keys in aging.chunks(ROWS_PER_STATEMENT_MAX) {
        let reading = services.keys.begin(services.clock.now());
        let found = db::read!(services.db, |tx| {
            let ids = keys.iter().map(|(_, key)| (key.workspace, key.id));
            Ok::<_, Error>(store::find_identities(tx, ids).await?)
        })?;
        for (hash, key) in keys {
            match found.get(&key.id) {
                Some(key) => {
                    services
                        .keys
                        .insert(*hash, key.workspace.uuid(), Arc::new(key.clone()), reading)
                }
                None => services.keys.remove(hash),
            }
        }
    }
    Ok(aging.len() as u64)
}

fn check(key: Arc<KeyIdentity>, now: Timestamp) -> Result<Arc<KeyIdentity>, AuthError> {
    if key.workspace_deleted {
        Err(AuthError::WorkspaceDeleted)
    } else if key.revoked_at.is_some() || key.owner_gone {
        Err(AuthError::Revoked { key })
    } else if key.expires_at.is_some_and(|expires_at| expires_at <= now) {
        Err(AuthError::Expired { key })
    } else if key.workspace_suspended {
        Err(AuthError::WorkspaceSuspended { key })
    } else {
        Ok(key)
    }
}

fn is_well_formed(text: &str) -> bool {
    tokens::is_well_formed(tokens::LIVE_KEY, text) || tokens::is_well_formed(tokens::TEST_KEY, text)
}

async fn read(services: &Services, hash: TokenHash, now: Timestamp) -> Result<Arc<KeyIdentity>, AuthError> {
    use AuthError as Error;
    let reading = services.keys.begin(now);
    let found = db::read!(services.db, |tx| Ok(store::find_identity_all_workspaces(
        tx, &hash
    )
    .await?))?;
    let Some(key) = found.map(Arc::new) else {
        services.keys.remove(&hash);
        return Err(AuthError::Unknown);
    };
    services
        .keys
        .insert(hash, key.workspace.uuid(), Arc::clone(&key), reading);
    Ok(key)
}
