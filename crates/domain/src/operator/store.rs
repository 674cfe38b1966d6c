//! SQL of the operator's permissions.

use db::{Result, Tx, all, execute, one_value};
use types::{Comment, Timestamp};

use super::RegisteredPermission;
use crate::access::PermissionName;

/// False when it is registered already.
pub async fn insert_permission(tx: &mut Tx, permission: &RegisteredPermission) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO operator_permissions (name, description, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO NOTHING",
        permission.name.as_str(),
        permission.description.as_str(),
        permission.created_at.us()
    )?;
    Ok(inserted == 1)
}

pub async fn count_permissions(tx: &mut Tx) -> Result<i64> {
    one_value!(tx, i64, "SELECT COUNT(*) FROM operator_permissions")
}

pub async fn list_permissions(tx: &mut Tx, limit: i64) -> Result<Vec<RegisteredPermission>> {
    let rows = all!(
        tx,
        (String, String, i64),
        "SELECT name, description, created_at FROM operator_permissions ORDER BY name LIMIT $1",
        limit
    )?;
    let permission = |(name, description, created_at)| RegisteredPermission {
        name: PermissionName::from_stored(name),
        description: Comment::from_stored(description),
        created_at: Timestamp::from_us(created_at),
    };
    Ok(rows.into_iter().map(permission).collect())
}

/// Holds the row until the transaction ends, so that nobody deletes it under who takes it. False when there is none.
pub async fn lock_permission(tx: &mut Tx, name: &PermissionName) -> Result<bool> {
    let held = execute!(
        tx,
        "UPDATE operator_permissions SET name = name WHERE name = $1",
        name.as_str()
    )?;
    Ok(held == 1)
}

/// False when there is none.
pub async fn delete_permission(tx: &mut Tx, name: &PermissionName) -> Result<bool> {
    let deleted = execute!(
        tx,
        "DELETE FROM operator_permissions WHERE name = $1",
        name.as_str()
    )?;
    Ok(deleted == 1)
}
