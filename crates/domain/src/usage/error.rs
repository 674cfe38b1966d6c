//! What can go wrong with usage.

use crate::{access::Denied, environments, flows};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such usage event in the workspace.
    #[error("there is no such usage event")]
    NotFound,
    /// The time span is empty, or longer than a summary covers.
    #[error("the time span must end after it begins and cover at most {days_max} days")]
    Span {
        /// The most days that it may cover.
        days_max: i64,
    },
    /// There would be more than [`SUMMARY_ROWS_MAX`](super::SUMMARY_ROWS_MAX) rows.
    #[error("the summary would have too many rows")]
    TooManyRows,
    /// The cursor is none of this list.
    #[error("cursor {0}")]
    Cursor(#[from] types::CursorError),
    /// Something about the flow that is asked for.
    #[error(transparent)]
    Flow(#[from] flows::Error),
    /// Something about the environment that is asked for.
    #[error(transparent)]
    Environment(#[from] environments::Error),
    /// The policy says no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);
