//! Which permissions there are, for whoever makes a key or asks what a role may do.

use super::Error;
use crate::{
    Services,
    access::{Caller, Permission, PermissionName, Role},
    operator::{self, RegisteredPermission},
};

/// A permission, ours or one of the operator's own API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPermission {
    /// How it is spelled.
    pub name: PermissionName,
    /// What it allows, for people.
    pub description: String,
    /// The roles that hold it; `None` for one of the operator's own API, which only keys hold.
    pub roles: Option<Vec<Role>>,
    /// May an API key hold it?
    pub is_for_keys: bool,
    /// May a key hold it that the caller makes?
    pub is_grantable: bool,
}

/// Every permission: ours in the order of the documentation, then those that the operator registered, by name.
pub async fn permissions(services: &Services, caller: &Caller) -> Result<Vec<KnownPermission>, Error> {
    caller.authorize(Permission::WorkspaceRead)?;
    let registered = db::read!(services.db, |tx| Ok::<_, Error>(operator::registered(tx).await?))?;
    let ours = Permission::ALL
        .iter()
        .map(|permission| of_ours(caller, *permission));
    let others = registered
        .into_iter()
        .map(|permission| of_operator(caller, permission));
    Ok(ours.chain(others).collect())
}

fn of_ours(caller: &Caller, permission: Permission) -> KnownPermission {
    let roles = Role::ALL.iter().copied().filter(|role| role.may(permission));
    let is_for_keys = permission.is_for_keys();
    KnownPermission {
        name: permission.into(),
        description: permission.meaning().to_owned(),
        roles: Some(roles.collect()),
        is_for_keys,
        is_grantable: is_for_keys && may_make(caller) && caller.permissions.contains(permission),
    }
}

fn of_operator(caller: &Caller, permission: RegisteredPermission) -> KnownPermission {
    let name = permission.name.as_str();
    let is_within = caller
        .key
        .as_ref()
        .is_none_or(|maker| maker.operator_permissions.iter().any(|own| own == name));
    KnownPermission {
        description: permission.description.as_str().to_owned(),
        roles: None,
        is_for_keys: true,
        is_grantable: may_make(caller) && is_within,
        name: permission.name,
    }
}

fn may_make(caller: &Caller) -> bool {
    caller.permissions.contains(Permission::KeysCreate)
}
