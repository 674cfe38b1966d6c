//! Who is calling, and what he may do. The one policy: operations ask here, nobody decides elsewhere.
//!
//! - [`Permission`] and [`OperatorPermission`]: the rights, spelled `flows:write`.
//! - [`Role`]: named sets of them; [`Role::permissions`] is the whole policy table.
//! - [`Caller`]: somebody in a workspace. An operation on something that a workspace owns takes one, so it cannot
//!   run without a workspace id. [`Person`] is a signed-in user apart from any workspace, [`Operator`] runs the
//!   instance.
//!
//! Across workspaces, unknown and forbidden are the same answer: not found.

mod caller;
mod permission;
mod role;

pub use caller::{Actor, Caller, Denied, Operator, OperatorDenied, Origin, Person};
pub use permission::{
    NotAPermissionName, OperatorPermission, Permission, PermissionName, PermissionSet, UnknownPermission,
};
pub use role::Role;
