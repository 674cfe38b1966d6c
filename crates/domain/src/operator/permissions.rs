//! Permissions of the operator's own API, such as `companies:read`, that keys may hold.

use db::Tx;
use types::{Comment, Timestamp};

use super::{Error, store};
use crate::{
    Services,
    access::{Operator, OperatorPermission, Permission, PermissionName},
    api_keys,
    audit::{self, Change},
};

/// Permissions of one instance.
pub const PERMISSIONS_MAX: i64 = 1_000;
/// Areas of Guildhall's own that have no permission of a workspace yet, or none at all.
const RESERVED_AREAS: [&str; 2] = ["operator", "guildhall"];

/// A permission of the operator's own API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredPermission {
    /// How it is spelled.
    pub name: PermissionName,
    /// What it allows, for people.
    pub description: Comment,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Registers a permission that keys may hold from now on.
///
/// # Errors
/// [`Error::NameReserved`] when its area is one of Guildhall's, so that ours to come collide with none of his;
/// [`Error::NameTaken`], [`Error::TooMany`].
pub async fn register_permission(
    services: &Services,
    operator: &Operator,
    name: PermissionName,
    description: Comment,
) -> Result<RegisteredPermission, Error> {
    operator.authorize(OperatorPermission::PermissionsManage)?;
    if is_reserved(&name) {
        return Err(Error::NameReserved { name });
    }
    let permission = RegisteredPermission {
        name,
        description,
        created_at: services.clock.now(),
    };
    let event = Change::by_operator(operator, "permission.registered", "permission", None)
        .with(serde_json::json!({ "name": permission.name.as_str() }));
    db::write!(services.db, |tx| {
        if store::count_permissions(tx).await? >= PERMISSIONS_MAX {
            return Err(Error::TooMany { max: PERMISSIONS_MAX });
        }
        if !store::insert_permission(tx, &permission).await? {
            return Err(Error::NameTaken {
                name: permission.name.clone(),
            });
        }
        Ok::<_, Error>(audit::record(tx, services, &event).await?)
    })?;
    Ok(permission)
}

/// The registered permissions, by name.
pub async fn list_permissions(
    services: &Services,
    operator: &Operator,
) -> Result<Vec<RegisteredPermission>, Error> {
    operator.authorize(OperatorPermission::PermissionsManage)?;
    db::read!(services.db, |tx| Ok::<_, Error>(registered(tx).await?))
}

/// Deletes a permission.
///
/// # Errors
/// [`Error::PermissionInUse`] while keys that are neither revoked nor expired hold it.
pub async fn delete_permission(
    services: &Services,
    operator: &Operator,
    name: &PermissionName,
) -> Result<(), Error> {
    operator.authorize(OperatorPermission::PermissionsManage)?;
    let now = services.clock.now();
    let event = Change::by_operator(operator, "permission.deleted", "permission", None)
        .with(serde_json::json!({ "name": name.as_str() }));
    db::write!(services.db, |tx| {
        if !store::delete_permission(tx, name).await? {
            return Err(Error::NotFound);
        }
        let keys = api_keys::count_holding_all_workspaces(tx, name, now).await?;
        if keys > 0 {
            return Err(Error::PermissionInUse { keys });
        }
        Ok::<_, Error>(audit::record(tx, services, &event).await?)
    })
}

/// All of them, by name. For those who show what a key may hold.
pub(crate) async fn registered(tx: &mut Tx) -> db::Result<Vec<RegisteredPermission>> {
    store::list_permissions(tx, PERMISSIONS_MAX).await
}

/// Is it registered? It stays so until the transaction ends, in which a key is given it. Whoever asks for several does
/// so in their order, or waits for one who waits for him.
pub(crate) async fn is_registered(tx: &mut Tx, name: &PermissionName) -> db::Result<bool> {
    store::lock_permission(tx, name).await
}

fn is_reserved(name: &PermissionName) -> bool {
    let area = |text: &str| text.split(':').next().map(str::to_owned);
    let wanted = area(name.as_str());
    let ours = Permission::ALL.iter().map(|permission| area(permission.as_str()));
    RESERVED_AREAS
        .iter()
        .map(|reserved| Some((*reserved).to_owned()))
        .chain(ours)
        .any(|taken| taken == wanted)
}
