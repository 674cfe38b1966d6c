//! What can go wrong with workspaces.

use types::{CursorError, Slug};

use super::Workspace;
use crate::access::{Denied, OperatorDenied, Role};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such workspace, or it is not the person's, or it was deleted: the same answer.
    #[error("there is no such workspace")]
    NotFound,
    /// Another workspace has this slug, or had it lately.
    #[error("the slug {slug} is taken")]
    SlugTaken {
        /// The one that was asked for.
        slug: Slug,
        /// One that was free just now.
        suggestion: Slug,
    },
    /// The slug is kept for the product itself.
    #[error("the slug {slug} is reserved")]
    SlugReserved {
        /// The one that was asked for.
        slug: Slug,
    },
    /// What was typed to confirm the deletion is not the workspace's name.
    #[error("the confirmation is not the name of the workspace")]
    ConfirmationMismatch,
    /// Somebody else changed it since it was read.
    #[error("the workspace was changed meanwhile")]
    Stale {
        /// As it is now.
        current: Box<Workspace>,
        /// What the caller is in it.
        role: Option<Role>,
    },
    /// The person is in as many workspaces as a person may be.
    #[error("a person may be in at most {max} workspaces")]
    TooMany {
        /// How many that is.
        max: i64,
    },
    /// The cursor is not one of this list.
    #[error(transparent)]
    BadCursor(#[from] CursorError),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The operator may not.
    #[error(transparent)]
    OperatorDenied(#[from] OperatorDenied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);
