//! What can go wrong with service tokens.

use std::net::IpAddr;

use types::{CursorError, ServiceTokenId, Timestamp};

use super::ServiceToken;
use crate::{access::OperatorDenied, credential::FormError};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such token.
    #[error("there is no such service token")]
    NotFound,
    /// The maker may not do himself what the token shall.
    #[error("a token cannot do more than its maker: {what}")]
    BeyondMaker {
        /// What he lacks: a permission, or the restriction that he is under himself.
        what: String,
    },
    /// Restrictions to nothing, lists without end, limits and times out of range.
    #[error(transparent)]
    Form(#[from] FormError),
    /// There are as many as there may be.
    #[error("there may be at most {max} service tokens that are not revoked")]
    TooMany {
        /// How many that is.
        max: i64,
    },
    /// The token is revoked, expired or already replaced: it cannot be changed any more.
    #[error("the service token has ended")]
    Ended {
        /// What replaced it, if it was rotated.
        rotated_to: Option<ServiceTokenId>,
    },
    /// Somebody else changed it since it was read.
    #[error("the service token was changed meanwhile")]
    Stale {
        /// As it is now.
        current: Box<ServiceToken>,
        /// When that is.
        now: Timestamp,
    },
    /// The cursor is not one of this list.
    #[error(transparent)]
    BadCursor(#[from] CursorError),
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
pub enum AuthError {
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

db::internal_conflicts!(AuthError);

/// A good token, but not from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service token may not be used from {address}")]
pub struct AddressDenied {
    /// Where the request came from.
    pub address: IpAddr,
}
