//! The operator: who runs the instance, his machines, and the permissions of his own API. Owns `service_tokens`,
//! `operator_permissions`, and `credentials` of kind `service_token`.
//!
//! What he does with users and workspaces stands with them: `accounts::administration`, `workspaces::administration`.
//!
//! Invariants: only the keyed hash of a service token is stored; a token cannot do more than its maker; a permission
//! of the operator's own API is never spelled like one of Guildhall's, and is not deleted while a key holds it.

mod error;
mod permissions;
mod store;
mod tokens;
mod workspaces;

pub use error::{Error, TokenError};
pub use permissions::{
    PERMISSIONS_MAX, RegisteredPermission, delete_permission, list_permissions, register_permission,
};
pub(crate) use permissions::{is_registered, registered};
pub use tokens::{
    CreatedToken, NewServiceToken, SERVICE_TOKENS_MAX, ServiceToken, TokenCache, TokenIdentity, TokenUses,
    authenticate_service_token, create_token, flush_last_used, is_service_token, list_tokens, refresh,
    revoke_token,
};
pub use workspaces::view_workspace;

use crate::access::{Actor, Operator, Person};

/// The person as operator, if he is one.
pub fn of_person(person: &Person) -> Option<Operator> {
    person
        .is_operator
        .then(|| Operator::full(Actor::User(person.user), person.origin.clone()))
}
