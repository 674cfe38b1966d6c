//! What can go wrong with the operator's permissions.

use crate::{
    access::{OperatorDenied, PermissionName},
    credits, workspaces,
};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such permission.
    #[error("there is no such permission")]
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
    /// There are as many as there may be.
    #[error("there may be at most {max}")]
    TooMany {
        /// How many that is.
        max: i64,
    },
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
