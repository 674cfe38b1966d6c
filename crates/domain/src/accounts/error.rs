//! What can go wrong with people and their sessions.

use types::{CursorError, Duration};

use super::PasswordProblem;
use crate::{access::OperatorDenied, instance, workspaces};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody may sign up; the operator makes users.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// Only who is invited may sign up.
    #[error("sign-up is by invitation only")]
    InvitationRequired,
    /// The first sign-up needs the set-up code that was printed at start, and none or another one was given.
    #[error("the set-up code is missing or wrong")]
    SetupCodeRequired,
    /// There is a user with this mail address.
    #[error("the mail address is taken")]
    EmailTaken,
    /// The password will not do.
    #[error(transparent)]
    WeakPassword(#[from] PasswordProblem),
    /// Unknown address, wrong password or disabled user: nobody is told which.
    #[error("the mail address or the password is wrong")]
    WrongCredentials,
    /// The current password, asked for a change, is wrong.
    #[error("the current password is wrong")]
    WrongPassword,
    /// Too many attempts from this address or at this account.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When the next one is let in, from now.
        retry_after: Duration,
    },
    /// More passwords wait to be checked than can be soon.
    #[error("too many sign-ins at once")]
    Busy,
    /// There is no such user, or no such session of this person.
    #[error("there is no such user or session")]
    NotFound,
    /// The last operator cannot be disabled: nobody could run the instance.
    #[error("the last operator cannot be disabled")]
    LastOperator,
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

impl From<workspaces::Error> for Error {
    fn from(error: workspaces::Error) -> Self {
        match error {
            workspaces::Error::Internal(error) => Self::Internal(error),
            other => Self::Internal(db::Error::corrupt("workspaces", other)),
        }
    }
}

impl From<instance::Error> for Error {
    fn from(error: instance::Error) -> Self {
        match error {
            instance::Error::Internal(error) => Self::Internal(error),
            other => Self::Internal(db::Error::corrupt("instance", other)),
        }
    }
}
