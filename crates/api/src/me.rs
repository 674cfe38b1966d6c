//! The signed-in person.

use serde::{Deserialize, Serialize};
use types::{DisplayName, Email, SecretText, SessionId, Timestamp, UserId};
use utoipa::ToSchema;

use crate::schema;

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// His id.
    #[schema(value_type = schema::UserId)]
    pub id: UserId,
    /// His mail address.
    #[schema(value_type = String, example = "ada@example.com")]
    pub email: Email,
    /// What he is called.
    #[schema(value_type = String, example = "Ada Lovelace")]
    pub name: DisplayName,
    /// Since when he runs the instance.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub operator_since: Option<Timestamp>,
    /// Since when he is kept out.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub disabled_at: Option<Timestamp>,
    /// When he signed in last.
    #[schema(required, value_type = Option<schema::Timestamp>)]
    pub last_sign_in_at: Option<Timestamp>,
    /// When he signed up.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
}

/// What shall be different about the person; what is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MeUpdate {
    /// 1 to 80 characters.
    #[schema(max_length = 80)]
    pub name: Option<String>,
}

/// The password that is, and the one that shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The current one.
    #[schema(value_type = String, format = "password")]
    pub current_password: SecretText,
    /// The new one: 10 to 256 characters, and not one of the common ones.
    #[schema(value_type = String, format = "password", min_length = 10, max_length = 256)]
    pub password: SecretText,
}

/// A place where the person is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    #[schema(value_type = schema::SessionId)]
    pub id: SessionId,
    /// Is it the one that asks?
    pub current: bool,
    /// What the browser calls itself.
    pub user_agent: String,
    /// The address it began from.
    #[schema(example = "203.0.113.9")]
    pub address: String,
    /// When it began.
    #[schema(value_type = schema::Timestamp)]
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    #[schema(value_type = schema::Timestamp)]
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = schema::Timestamp)]
    pub expires_at: Timestamp,
}
