//! People: sign-up, sign-in, sessions, passwords. Owns `users` and `sessions`.
//!
//! Invariants:
//! - The first user of the instance is its operator, and only one is the first, also of two at once.
//! - Whether a mail address has an account cannot be learnt at sign-in, neither from the answer nor from its time.
//! - A session is 256 random bits, of which the database has a keyed hash. It ends by sign-out, by a change of the
//!   password elsewhere, when its user is disabled, 30 days after it was last used and 90 days after it began.
//! - A disabled user has no session and gets none.

mod administration;
mod bonus;
mod error;
mod limits;
mod password_rules;
mod passwords;
mod profile;
mod sessions;
mod sign_in;
mod sign_up;
mod store;

pub use administration::{
    UserFilter, create_user, disable_user, enable_user, find_user, list_users, promote_operator,
    reset_password,
};
pub use bonus::give_bonuses_due;
pub use error::Error;
pub use limits::SignInLimits;
pub use password_rules::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PasswordProblem};
pub use passwords::Passwords;
pub use profile::{PasswordChange, ProfileChange, change_password, me, update_me};
pub use sessions::{
    Session, SessionCache, SessionIdentity, authenticate_session, delete_old_sessions, end_session,
    refresh_sessions, sessions,
};
pub use sign_in::{SignIn, sign_in, sign_out};
pub use sign_up::{NewUser, SignUp, has_users, sign_up};

use types::{DisplayName, Email, SecretText, Timestamp, UserId};

use crate::{access::Origin, workspaces::Workspace};

/// Somebody who is not known yet: from where he knocks, and with what.
#[derive(Debug, Clone)]
pub struct Client {
    /// Where the request came from.
    pub origin: Origin,
    /// What the client calls itself; shown in the list of sessions.
    pub user_agent: String,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// His id.
    pub id: UserId,
    /// His mail address, unique.
    pub email: Email,
    /// What he is called.
    pub name: DisplayName,
    /// Since when he runs the instance.
    pub operator_since: Option<Timestamp>,
    /// Since when he is kept out.
    pub disabled_at: Option<Timestamp>,
    /// When he signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// When he signed up.
    pub created_at: Timestamp,
    /// When his profile was changed last.
    pub updated_at: Timestamp,
}

/// What sign-up and sign-in give.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// His personal workspace.
    pub workspace: Workspace,
    /// The new session.
    pub session: Session,
    /// What proves it from now on: the value of the cookie, given out this once.
    pub token: SecretText,
}
