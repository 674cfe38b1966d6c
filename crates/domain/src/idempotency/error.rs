//! What can go wrong with repeated requests.

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key came before with another body.
    #[error("the idempotency key was used for another request")]
    Mismatch,
    /// The first request with the key is still under way.
    #[error("the first request with the idempotency key is still under way")]
    InProgress,
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);
