//! What can go wrong with credits.

use std::sync::Arc;

use super::Refusal;
use crate::access::{Denied, OperatorDenied};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger refused the movement.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many movements are waiting: come back.
    #[error("too many movements of credits are waiting")]
    Busy,
    /// The database did not take the movement; nothing has moved.
    #[error("the movement was not written")]
    Unwritten(#[source] Arc<db::Error>),
    /// There is no such thing in the workspace, or no such workspace.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// A cap names something that can not have one, or does not exist.
    #[error("{what}")]
    Invalid {
        /// The field, as a JSON pointer.
        pointer: &'static str,
        /// What would be right.
        what: String,
    },
    /// The cursor is none of this list.
    #[error("cursor {0}")]
    Cursor(#[from] types::CursorError),
    /// The policy says no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The policy of the instance says no.
    #[error(transparent)]
    OperatorDenied(#[from] OperatorDenied),
    /// The settings could not be read.
    #[error(transparent)]
    Instance(#[from] crate::instance::Error),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);
