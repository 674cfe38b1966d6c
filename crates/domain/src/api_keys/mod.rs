//! API keys: the machine credentials of a workspace. Owns `api_keys`, and `credentials` of kind `api_key`.
//!
//! Invariants:
//! - Only the keyed hash of a key is stored; the key itself is shown once, to its maker.
//! - A key cannot do more than its maker: neither when it is made or changed, nor later, for its permissions are
//!   those of its owner's role at most. It ends with its owner's membership.
//! - A revoked key stays revoked, is refused with the answer to its revocation on this node, and within a second
//!   everywhere; nothing is charged by it from the answer on, anywhere: the epoch of the workspace sees to that.
//! - A mistyped key is told from an unknown one by its checksum, without asking the database.
//!
//! - `authenticate`, `restrictions`, `rate`: what each call asks. `usage`: when keys were used last.
//! - `create`, `change`, `end`: the life of one; `maker` holds it within the rights of who makes it.
//! - `permissions`: which there are.

mod authenticate;
mod change;
mod create;
mod end;
mod error;
mod maker;
mod permissions;
mod rate;
mod restrictions;
mod store;
mod usage;

pub use authenticate::{KeyCache, KeyIdentity, authenticate, authenticate_again, refresh};
pub use change::{KeyChange, update};
pub use create::{Created, NewKey, create};
pub use end::{delete, revoke, rotate};
pub use error::{AuthError, Error, Restricted};
pub use permissions::{KnownPermission, permissions};
pub use rate::{TEST_KEY_RATE_PER_MINUTE, rate_limit};
pub use restrictions::{check_address, check_environment, check_flow};
pub(crate) use store::{count_holding_all_workspaces, names_of};
pub use usage::{KeyUses, flush_last_used, used};

use ipnet::IpNet;
use types::{
    ApiKeyId, Comment, Cursor, DisplayName, EnvironmentId, FlowId, IdOrSlug, Page, PageLimit, TenantId,
    Timestamp, UserId, kinds,
};

use crate::{
    Services,
    access::{Actor, Caller, Permission, PermissionName, PermissionSet},
    credential::{CredentialStatus, Limits},
};

/// How a request names a tenant.
pub type TenantRef = IdOrSlug<kinds::Tenant>;

/// Keys of one workspace that are neither revoked nor expired.
pub const KEYS_MAX: i64 = 10_000;
/// Is a key for real use or for trying things out?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Charged.
    Live,
    /// Costs nothing, and never reaches the environment `production`.
    Test,
}

impl KeyKind {
    /// Both.
    pub const ALL: &[Self] = &[Self::Live, Self::Test];

    /// The column `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

/// An API key as people see it: all but the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: DisplayName,
    /// What it is for.
    pub description: Comment,
    /// Live or test.
    pub kind: KeyKind,
    /// How it begins.
    pub prefix: String,
    /// How it ends.
    pub last_four: String,
    /// What it was given; it can do what its owner's role can, too.
    pub permissions: PermissionSet,
    /// What it may do in the operator's own API.
    pub operator_permissions: Vec<PermissionName>,
    /// The flows it may call; `None` for all.
    pub flows: Option<Vec<FlowId>>,
    /// The environments it may call; `None` for all.
    pub environments: Option<Vec<EnvironmentId>>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<IpNet>>,
    /// The tenant that it is bound to.
    pub tenant: Option<TenantId>,
    /// Calls a minute; `None` for no limit of its own.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The key that replaced it.
    pub rotated_to: Option<ApiKeyId>,
    /// The first of the keys that replaced one another up to this one; itself, if it replaced none. Caps of a key are
    /// put on it.
    pub lineage: ApiKeyId,
    /// Who made it: a user or another key.
    pub created_by: Actor,
    /// The user by whose membership it lives.
    pub owner: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last; later with every change.
    pub updated_at: Timestamp,
    /// When it was used last, as far as it was written.
    pub last_used_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
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

    /// All permissions by name, ours first.
    pub fn permission_names(&self) -> Vec<PermissionName> {
        let ours = self.permissions.iter().map(PermissionName::from);
        ours.chain(self.operator_permissions.iter().cloned()).collect()
    }
}

/// Which keys to list.
#[derive(Debug, Clone, Default)]
pub struct KeyFilter {
    /// Only live ones, or only test ones.
    pub kind: Option<KeyKind>,
    /// Only those of this status.
    pub status: Option<CredentialStatus>,
    /// Only those that this user made.
    pub created_by: Option<UserId>,
}

/// The keys of the workspace, also revoked and expired ones, the newest first.
pub async fn list(
    services: &Services,
    caller: &Caller,
    filter: &KeyFilter,
    limit: PageLimit,
    cursor: Option<&Cursor>,
) -> Result<Page<ApiKey>, Error> {
    caller.authorize(Permission::KeysRead)?;
    let before = cursor.map(Cursor::id).transpose()?;
    let now = services.clock.now();
    let rows = db::read!(services.db, |tx| Ok::<_, Error>(
        store::page(tx, caller.workspace, filter, now, before, limit).await?
    ))?;
    Ok(Page::from_rows(rows, limit, |key| {
        Cursor::after_id(key.id.uuid())
    }))
}

/// One key of the workspace.
pub async fn view(services: &Services, caller: &Caller, key: ApiKeyId) -> Result<ApiKey, Error> {
    caller.authorize(Permission::KeysRead)?;
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find(tx, caller.workspace, key).await?
    ))?;
    found.ok_or(Error::NotFound)
}
