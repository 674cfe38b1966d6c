//! Service tokens: the credentials of the operator's own systems. Owns `service_tokens`, and `credentials` of kind
//! `service_token`.
//!
//! Invariants:
//! - Only the keyed hash of a token is stored; the token itself is shown once, to its maker.
//! - A token cannot do more than its maker when it is made, changed or replaced.
//! - A revoked token stays revoked, and is refused with the answer to its revocation on this node, and within a second
//!   everywhere. The same holds for every change.
//! - A mistyped token is told from an unknown one by its checksum, without asking the database.
//!
//! - `authenticate`: what each request asks. `usage`: when tokens were used last.
//! - `create`, `change`, `end`: the life of one, as that of [`crate::api_keys`].

mod authenticate;
mod change;
mod create;
mod end;
mod error;
mod store;
mod usage;

pub use authenticate::{
    TokenCache, TokenIdentity, authenticate, check_address, is_service_token, rate_limit, refresh,
};
pub use change::{TokenChange, update};
pub use create::{Created, NewServiceToken, create};
pub use end::{delete, revoke, rotate};
pub use error::{AddressDenied, AuthError, Error};
pub use usage::{TokenUses, flush_last_used, used};

use ipnet::IpNet;
use types::{Comment, Cursor, DisplayName, Page, PageLimit, ServiceTokenId, Timestamp, UserId};
use uuid::Uuid;

use crate::{
    Services,
    access::{Actor, Operator, OperatorPermission},
    credential::{CredentialStatus, Limits},
};

/// Tokens that are neither revoked nor expired.
pub const SERVICE_TOKENS_MAX: i64 = 1_000;
/// All tokens are one group of the cache: they are few, and change seldom.
const GROUP: Uuid = Uuid::nil();

/// A service token as people see it: all but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    /// Its id.
    pub id: ServiceTokenId,
    /// What it is called.
    pub name: DisplayName,
    /// What it is for.
    pub description: Comment,
    /// How it begins.
    pub prefix: String,
    /// How it ends.
    pub last_four: String,
    /// What it may do.
    pub permissions: Vec<OperatorPermission>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<IpNet>>,
    /// Calls a minute; `None` for no limit.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The token that replaced it.
    pub rotated_to: Option<ServiceTokenId>,
    /// Who made it: an operator, another token or the command line.
    pub created_by: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last; later with every change.
    pub updated_at: Timestamp,
    /// When it was used last, as far as it was written.
    pub last_used_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

impl ServiceToken {
    /// Is it good?
    pub fn status(&self, now: Timestamp) -> CredentialStatus {
        CredentialStatus::of(self.revoked_at, self.expires_at, now)
    }

    /// What restricts it, whatever it may.
    pub fn limits(&self) -> Limits<'_> {
        Limits {
            addresses: self.addresses.as_deref(),
            expires_at: self.expires_at,
            rate_limit_per_minute: self.rate_limit_per_minute,
        }
    }

    /// Tells one state of it from all others, for `ETag` and `If-Match`.
    pub const fn revision(&self) -> i64 {
        self.updated_at.us()
    }
}

/// Which tokens to list.
#[derive(Debug, Clone, Default)]
pub struct TokenFilter {
    /// Only those of this status.
    pub status: Option<CredentialStatus>,
    /// Only those that this operator made.
    pub created_by: Option<UserId>,
}

/// The service tokens, also revoked and expired ones, the newest first.
pub async fn list(
    services: &Services,
    operator: &Operator,
    filter: &TokenFilter,
    limit: PageLimit,
    cursor: Option<&Cursor>,
) -> Result<Page<ServiceToken>, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let before = cursor.map(Cursor::id).transpose()?;
    let now = services.clock.now();
    let rows = db::read!(services.db, |tx| Ok::<_, Error>(
        store::page(tx, filter, now, before, limit).await?
    ))?;
    Ok(Page::from_rows(rows, limit, |token| {
        Cursor::after_id(token.id.uuid())
    }))
}

/// One service token.
pub async fn view(
    services: &Services,
    operator: &Operator,
    token: ServiceTokenId,
) -> Result<ServiceToken, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let found = db::read!(services.db, |tx| Ok::<_, Error>(store::find(tx, token).await?))?;
    found.ok_or(Error::NotFound)
}
