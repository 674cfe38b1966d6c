//! The operator: who runs the instance, and the permissions of his own API. Owns `operator_permissions`.
//!
//! His machines stand in `service_tokens`. What he does with users and workspaces stands with them:
//! `accounts::administration`, `workspaces::administration`.
//!
//! Invariant: a permission of the operator's own API is never spelled like one of Guildhall's, and is not deleted
//! while a key holds it.

mod error;
mod permissions;
mod store;
mod workspaces;

pub use error::Error;
pub use permissions::{
    PERMISSIONS_MAX, RegisteredPermission, delete_permission, list_permissions, register_permission,
};
pub(crate) use permissions::{is_registered, registered};
pub use workspaces::view_workspace;

use crate::access::{Actor, Operator, Person};

/// The person as operator, if he is one.
pub fn of_person(person: &Person) -> Option<Operator> {
    person
        .is_operator
        .then(|| Operator::full(Actor::User(person.user), person.origin.clone()))
}
