//! Signing up, in and out.

use serde::{Deserialize, Serialize};
use types::SecretText;
use utoipa::ToSchema;

use crate::{me::User, workspaces::Workspace};

/// What somebody signs up with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// A mail address.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// 10 to 256 characters, and not one of the common ones.
    #[schema(value_type = String, format = "password", min_length = 10, max_length = 256)]
    pub password: SecretText,
    /// 1 to 80 characters.
    #[schema(max_length = 80, example = "Ada Lovelace")]
    pub name: String,
    /// The code printed at start. Asked for at the first sign-up of an instance that is reachable from outside.
    #[schema(value_type = Option<String>)]
    pub setup_code: Option<SecretText>,
}

/// What somebody signs in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The mail address of the account.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Its password.
    #[schema(value_type = String, format = "password")]
    pub password: SecretText,
}

/// Who is signed in now. The session itself is the cookie of the answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// His personal workspace.
    pub workspace: Workspace,
}
