//! What can go wrong with environments.

use types::{IdOrSlug, kinds};

use crate::access::Denied;

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace has no such environment.
    #[error("there is no environment {environment}")]
    Unknown {
        /// What was asked for.
        environment: IdOrSlug<kinds::Environment>,
    },
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);
