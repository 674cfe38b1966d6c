//! What can go wrong with API keys.

use std::{net::IpAddr, sync::Arc};

use types::{ApiKeyId, CursorError, FlowId, Slug, Timestamp};

use super::{ApiKey, KeyIdentity, TenantRef};
use crate::{
    access::{Denied, PermissionName},
    credential::FormError,
    environments::{self, EnvironmentRef},
    flows::FlowRef,
};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such key in the workspace.
    #[error("there is no such key")]
    NotFound,
    /// It is neither a permission of Guildhall nor one that the operator registered.
    #[error("{name} is not a permission")]
    UnknownPermission {
        /// What was asked for.
        name: PermissionName,
    },
    /// No key may hold it.
    #[error("a key cannot hold {name}")]
    PermissionNotForKeys {
        /// What was asked for.
        name: PermissionName,
    },
    /// The maker may not do himself what the key shall.
    #[error("a key cannot do more than its maker: {what}")]
    BeyondMaker {
        /// What he lacks: a permission, or the restriction that he is under himself.
        what: String,
    },
    /// The workspace has no such environment.
    #[error("there is no environment {environment}")]
    UnknownEnvironment {
        /// What was asked for.
        environment: EnvironmentRef,
    },
    /// The workspace has no such flow.
    #[error("there is no flow {flow}")]
    UnknownFlow {
        /// What was asked for.
        flow: FlowRef,
    },
    /// The workspace has no such tenant.
    #[error("there is no tenant {tenant}")]
    UnknownTenant {
        /// What was asked for.
        tenant: TenantRef,
    },
    /// Restrictions to nothing, lists without end, limits and times out of range.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The workspace has as many keys as a workspace may have.
    #[error("a workspace may have at most {max} keys that are not revoked")]
    TooManyKeys {
        /// How many that is.
        max: i64,
    },
    /// The key is revoked, expired or already replaced: it cannot be changed any more.
    #[error("the key has ended")]
    Ended {
        /// What replaced it, if it was rotated.
        rotated_to: Option<ApiKeyId>,
    },
    /// Somebody else changed it since it was read.
    #[error("the key was changed meanwhile")]
    Stale {
        /// As it is now.
        current: Box<ApiKey>,
        /// When that is.
        now: Timestamp,
    },
    /// The cursor is not one of this list.
    #[error(transparent)]
    BadCursor(#[from] CursorError),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);

impl From<environments::Error> for Error {
    fn from(error: environments::Error) -> Self {
        match error {
            environments::Error::Unknown { environment } => Self::UnknownEnvironment { environment },
            environments::Error::Denied(denied) => Self::Denied(denied),
            environments::Error::Internal(error) => Self::Internal(error),
        }
    }
}

/// Why a text lets nobody in. A key that is known but no good comes along, for the log and for `verify`.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Not a key at all, by its form or checksum; no database was asked.
    #[error("this is not an API key, or it was mistyped")]
    Mistyped,
    /// Nobody's key.
    #[error("the API key is unknown")]
    Unknown,
    /// It ended by itself.
    #[error("the API key has expired")]
    Expired {
        /// The key.
        key: Arc<KeyIdentity>,
    },
    /// It was ended, or the user by whose membership it lived is gone.
    #[error("the API key was revoked")]
    Revoked {
        /// The key.
        key: Arc<KeyIdentity>,
    },
    /// Nothing may be charged to its workspace.
    #[error("the workspace is suspended")]
    WorkspaceSuspended {
        /// The key.
        key: Arc<KeyIdentity>,
    },
    /// Its workspace was deleted.
    #[error("the workspace was deleted")]
    WorkspaceDeleted,
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(AuthError);

/// A good key, but not from here, or not for this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Restricted {
    /// It may not be used from this address.
    #[error("the key may not be used from {address}")]
    AddressDenied {
        /// Where the request came from.
        address: IpAddr,
    },
    /// It is not for this flow.
    #[error("the key is not for the flow {flow}")]
    FlowNotAllowed {
        /// The flow.
        flow: FlowId,
    },
    /// It is not for this environment.
    #[error("the key is not for the environment {environment}")]
    EnvironmentNotAllowed {
        /// The environment.
        environment: Slug,
    },
}
