//! What can go wrong with the operator's tokens and permissions.

use types::CursorError;

use crate::{
    access::{OperatorDenied, OperatorPermission, PermissionName},
    credits, workspaces,
};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such token or permission.
    #[error("there is no such token or permission")]
    NotFound,
    /// The permission is one of Guildhall's own, or in its area.
    #[error("{name} is kept for Guildhall")]
    NameReserved {
        /// What was asked for.
        name: PermissionName,
    },
    /// The permission is registered already.
    #[error("{name} is registered already")]
    NameTaken {
        /// What was asked for.
        name: PermissionName,
    },
    /// Keys hold the permission; it is removed from them or they are revoked first.
    #[error("{keys} keys hold the permission")]
    PermissionInUse {
        /// How many.
        keys: i64,
    },
    /// A token cannot do more than its maker.
    #[error("a token cannot do more than its maker: {permission}")]
    BeyondMaker {
        /// What he lacks.
        permission: OperatorPermission,
    },
    /// The token would have ended before it is made.
    #[error("the expiry must lie in the future")]
    ExpiryInThePast,
    /// There are as many as there may be.
    #[error("there may be at most {max}")]
    TooMany {
        /// How many that is.
        max: i64,
    },
    /// The cursor is not one of this list.
    #[error(transparent)]
    BadCursor(#[from] CursorError),
    /// The workspace cannot be shown.
    #[error(transparent)]
    Workspace(#[from] workspaces::Error),
    /// Its balance cannot be shown.
    #[error(transparent)]
    Credits(#[from] credits::Error),
    /// The operator may not.
    #[error(transparent)]
    Denied(#[from] OperatorDenied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);

/// Why a text lets no machine of the operator in.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not a service token at all, by its form or checksum; no database was asked.
    #[error("this is not a service token, or it was mistyped")]
    Mistyped,
    /// Nobody's token.
    #[error("the service token is unknown")]
    Unknown,
    /// It ended by itself.
    #[error("the service token has expired")]
    Expired,
    /// It was ended.
    #[error("the service token was revoked")]
    Revoked,
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(TokenError);
