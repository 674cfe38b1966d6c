//! What can go wrong with the instance.

use super::Settings;
use crate::access::OperatorDenied;

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database was made with another instance key.
    #[error(
        "this database belongs to the instance key {wanted}, but the one given is {given}: use the key file or GUILDHALL_INSTANCE_KEY that the instance was made with"
    )]
    OtherInstanceKey {
        /// The id of the key that the database was made with.
        wanted: String,
        /// The id of the key at hand.
        given: String,
    },
    /// The text is no instance key.
    #[error("the instance key must be {} hexadecimal digits", super::INSTANCE_KEY_BYTES * 2)]
    MalformedInstanceKey,
    /// Somebody else changed the settings since they were read.
    #[error("the settings were changed meanwhile")]
    Stale {
        /// As they are now.
        current: Box<Settings>,
    },
    /// The operator may not.
    #[error(transparent)]
    Denied(#[from] OperatorDenied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);
