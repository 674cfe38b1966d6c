//! Service tokens: the credentials of the operator's own systems.

use std::sync::Arc;

use types::{Cursor, DisplayName, Page, PageLimit, SecretText, ServiceTokenId, Timestamp, UserId};
use uuid::Uuid;

use super::{Error, TokenError, store};
use crate::{
    Services,
    access::{Actor, Operator, OperatorPermission, Origin},
    audit::{self, Change},
    credential_cache::CredentialCache,
    instance::TokenHash,
    last_used::LastUsed,
    tokens,
};

/// Tokens that are not revoked.
pub const SERVICE_TOKENS_MAX: i64 = 1_000;
/// How much of the random part a list shows, after the prefix.
const SHOWN_CHARS: usize = 4;
/// All tokens are one group: they are few, and change seldom.
const GROUP: Uuid = Uuid::nil();

/// Service tokens by their hash, as last read.
pub type TokenCache = CredentialCache<TokenIdentity>;
/// The latest use of each since the last flush.
pub type TokenUses = LastUsed<ServiceTokenId>;

/// A service token as a request needs it.
#[derive(Debug, Clone)]
pub struct TokenIdentity {
    /// Its id.
    pub id: ServiceTokenId,
    /// What it may do.
    pub permissions: Arc<[OperatorPermission]>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// A service token as people see it: all but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    /// Its id.
    pub id: ServiceTokenId,
    /// What it is called.
    pub name: DisplayName,
    /// How it begins.
    pub prefix: String,
    /// How it ends.
    pub last_four: String,
    /// What it may do.
    pub permissions: Vec<OperatorPermission>,
    /// The operator who made it; `None` when a machine or the command line did.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last, as far as it was written.
    pub last_used_at: Option<Timestamp>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// What a new token is made from.
#[derive(Debug, Clone)]
pub struct NewServiceToken {
    /// What it is called.
    pub name: DisplayName,
    /// What it may do; what the maker may, but for governing the instance, when missing.
    pub permissions: Option<Vec<OperatorPermission>>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A token that was just made: the only time that its text is seen.
#[derive(Debug)]
pub struct CreatedToken {
    /// The token as people see it from now on.
    pub token: ServiceToken,
    /// The token itself.
    pub text: SecretText,
}

/// Makes a service token.
pub async fn create_token(
    services: &Services,
    operator: &Operator,
    new: NewServiceToken,
) -> Result<CreatedToken, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let permissions = new.permissions.unwrap_or_else(|| usual_permissions(operator));
    let beyond = permissions
        .iter()
        .find(|permission| operator.authorize(**permission).is_err());
    if let Some(permission) = beyond {
        return Err(Error::BeyondMaker {
            permission: *permission,
        });
    }
    let now = services.clock.now();
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(Error::ExpiryInThePast);
    }
    let text = tokens::random(tokens::SERVICE_TOKEN);
    let hash = services.hash_key.hash(text.expose());
    let token = ServiceToken {
        id: services.ids.next(),
        name: new.name,
        prefix: text.expose()[..tokens::SERVICE_TOKEN.len() + SHOWN_CHARS].to_owned(),
        last_four: tokens::last_four(&text),
        permissions: sorted(permissions),
        created_by: match operator.actor {
            Actor::User(user) => Some(user),
            _ => None,
        },
        created_at: now,
        last_used_at: None,
        expires_at: new.expires_at,
        revoked_at: None,
    };
    let names: Vec<_> = token.permissions.iter().map(ToString::to_string).collect();
    let details = serde_json::json!({ "name": token.name, "permissions": names });
    let event = Change::by_operator(
        operator,
        "service_token.created",
        "service_token",
        Some(token.id.uuid()),
    )
    .with(details);
    db::write!(services.db, |tx| {
        if store::count_unrevoked_tokens(tx).await? >= SERVICE_TOKENS_MAX {
            return Err(Error::TooMany {
                max: SERVICE_TOKENS_MAX,
            });
        }
        store::insert_token(tx, &token, &hash).await?;
        Ok::<_, Error>(audit::record(tx, services, &event).await?)
    })?;
    Ok(CreatedToken { token, text })
}

/// What the operator's own service needs; governing the instance must be asked for by name.
fn usual_permissions(operator: &Operator) -> Vec<OperatorPermission> {
    use OperatorPermission as P;
    let governs = |permission: &P| matches!(permission, P::TokensManage | P::UsersManage | P::SettingsManage);
    let own = operator.permissions.iter().copied();
    own.filter(|permission| !governs(permission)).collect()
}

fn sorted(mut permissions: Vec<OperatorPermission>) -> Vec<OperatorPermission> {
    permissions.sort_unstable();
    permissions.dedup();
    permissions
}

/// The service tokens, also revoked and expired ones, the newest first.
pub async fn list_tokens(
    services: &Services,
    operator: &Operator,
    limit: PageLimit,
    cursor: Option<&Cursor>,
) -> Result<Page<ServiceToken>, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let before = cursor.map(Cursor::id).transpose()?;
    let rows = db::read!(services.db, |tx| Ok::<_, Error>(
        store::page_tokens(tx, before, limit).await?
    ))?;
    Ok(Page::from_rows(rows, limit, |token| {
        Cursor::after_id(token.id.uuid())
    }))
}

/// Ends a token at once and for good; it stays listed. Twice is once.
pub async fn revoke_token(
    services: &Services,
    operator: &Operator,
    token: ServiceTokenId,
) -> Result<ServiceToken, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let now = services.clock.now();
    let event = Change::by_operator(
        operator,
        "service_token.revoked",
        "service_token",
        Some(token.uuid()),
    );
    let revoked = db::write!(services.db, |tx| {
        if store::revoke_token(tx, token, now).await? {
            audit::record(tx, services, &event).await?;
        }
        Ok::<_, Error>(store::find_token(tx, token).await?)
    })?;
    services.service_tokens.forget(GROUP);
    revoked.ok_or(Error::NotFound)
}

/// Does the text begin as service tokens do, so that it is none of another kind?
pub fn is_service_token(text: &str) -> bool {
    text.starts_with(tokens::SERVICE_TOKEN)
}

/// The machine of the operator that holds this token. Cached as API keys are.
///
/// # Errors
/// Each reason of its own; see [`TokenError`].
pub async fn authenticate_service_token(
    services: &Services,
    text: &str,
    origin: Origin,
) -> Result<Operator, TokenError> {
    if text.len() > tokens::LENGTH_MAX {
        return Err(TokenError::Mistyped);
    }
    let now = services.clock.now();
    let hash = services.hash_key.hash(text);
    let token = match services.service_tokens.get(&hash, now) {
        Some(token) => token,
        None if !tokens::is_well_formed(tokens::SERVICE_TOKEN, text) => return Err(TokenError::Mistyped),
        None => read(services, hash, now).await?,
    };
    if token.revoked_at.is_some() {
        return Err(TokenError::Revoked);
    }
    if token.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(TokenError::Expired);
    }
    services.service_token_uses.note(token.id, now);
    Ok(Operator {
        actor: Actor::ServiceToken(token.id),
        permissions: Arc::clone(&token.permissions),
        origin,
    })
}

async fn read(
    services: &Services,
    hash: TokenHash,
    now: Timestamp,
) -> Result<Arc<TokenIdentity>, TokenError> {
    use TokenError as Error;
    let reading = services.service_tokens.begin(now);
    let found = db::read!(services.db, |tx| Ok(store::find_identity(tx, &hash).await?))?;
    let Some(token) = found.map(Arc::new) else {
        services.service_tokens.remove(&hash);
        return Err(TokenError::Unknown);
    };
    services
        .service_tokens
        .insert(hash, GROUP, Arc::clone(&token), reading);
    Ok(token)
}

/// Waits until tokens age that are in use, and reads them anew, as [`crate::api_keys::refresh`] does.
pub async fn refresh(services: &Services) -> Result<u64, TokenError> {
    let aging = services.service_tokens.aging().await;
    for (hash, _) in &aging {
        match read(services, *hash, services.clock.now()).await {
            Ok(_) | Err(TokenError::Unknown) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(aging.len() as u64)
}

/// Writes when tokens were used since the last flush, and answers how many that were. A job, as
/// [`crate::api_keys::flush_last_used`].
pub async fn flush_last_used(services: &Services) -> Result<u64, Error> {
    let noted = services.service_token_uses.take();
    let written: Result<u64, Error> =
        db::write!(services.db, |tx| Ok(store::write_last_used(tx, &noted).await?));
    if let Err(error) = written {
        services.service_token_uses.put_back(&noted);
        return Err(error);
    }
    Ok(noted.len() as u64)
}
