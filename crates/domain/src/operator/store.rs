//! SQL of the operator's tokens and permissions.

use db::{Bulk, Column, Result, Rows, Tx, all, execute, one_value, optional};
use types::{Comment, DisplayName, PageLimit, ServiceTokenId, Timestamp, UserId};
use uuid::Uuid;

use super::{RegisteredPermission, ServiceToken, TokenIdentity};
use crate::{
    access::{OperatorPermission, PermissionName},
    instance::TokenHash,
};

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    name: String,
    prefix: String,
    last_four: String,
    permissions: String,
    created_by: Option<Uuid>,
    created_at: i64,
    last_used_at: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<TokenRow> for ServiceToken {
    type Error = db::Error;

    fn try_from(row: TokenRow) -> Result<Self> {
        Ok(Self {
            id: ServiceTokenId::from_uuid(row.id),
            name: DisplayName::from_stored(row.name),
            prefix: row.prefix,
            last_four: row.last_four,
            permissions: parse_permissions(&row.permissions)?,
            created_by: row.created_by.map(UserId::from_uuid),
            created_at: Timestamp::from_us(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_us),
            expires_at: row.expires_at.map(Timestamp::from_us),
            revoked_at: row.revoked_at.map(Timestamp::from_us),
        })
    }
}

#[derive(sqlx::FromRow)]
struct IdentityRow {
    id: Uuid,
    permissions: String,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<IdentityRow> for TokenIdentity {
    type Error = db::Error;

    fn try_from(row: IdentityRow) -> Result<Self> {
        Ok(Self {
            id: ServiceTokenId::from_uuid(row.id),
            permissions: parse_permissions(&row.permissions)?.into(),
            expires_at: row.expires_at.map(Timestamp::from_us),
            revoked_at: row.revoked_at.map(Timestamp::from_us),
        })
    }
}

fn corrupt(what: impl ToString) -> db::Error {
    db::Error::corrupt("service_tokens", what)
}

fn parse_permissions(text: &str) -> Result<Vec<OperatorPermission>> {
    let names: Vec<String> = serde_json::from_str(text).map_err(corrupt)?;
    let permissions = names.iter().map(|name| name.parse().map_err(corrupt));
    permissions.collect()
}

/// The token, and the credential by which it is found.
pub async fn insert_token(tx: &mut Tx, token: &ServiceToken, hash: &TokenHash) -> Result<()> {
    let names: Vec<_> = token
        .permissions
        .iter()
        .map(|permission| permission.as_str())
        .collect();
    let permissions = serde_json::to_string(&names).map_err(corrupt)?;
    execute!(
        tx,
        "INSERT INTO service_tokens (id, name, prefix, last_four, permissions, created_by, created_at, last_used_at,
                                     expires_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, NULL)",
        token.id.uuid(),
        token.name.as_str(),
        &token.prefix,
        &token.last_four,
        &permissions,
        token.created_by.map(UserId::uuid),
        token.created_at.us(),
        token.expires_at.map(Timestamp::us)
    )?;
    execute!(
        tx,
        "INSERT INTO credentials (hash, kind, workspace_id, id) VALUES ($1, 'service_token', NULL, $2)",
        hash.as_slice(),
        token.id.uuid()
    )?;
    Ok(())
}

pub async fn find_identity(tx: &mut Tx, hash: &TokenHash) -> Result<Option<TokenIdentity>> {
    optional!(
        tx,
        IdentityRow,
        "SELECT t.id, t.permissions, t.expires_at, t.revoked_at
         FROM credentials AS c JOIN service_tokens AS t ON t.id = c.id
         WHERE c.hash = $1 AND c.kind = 'service_token'",
        hash.as_slice()
    )?
    .map(TokenIdentity::try_from)
    .transpose()
}

pub async fn find_token(tx: &mut Tx, token: ServiceTokenId) -> Result<Option<ServiceToken>> {
    optional!(
        tx,
        TokenRow,
        "SELECT id, name, prefix, last_four, permissions, created_by, created_at, last_used_at, expires_at, revoked_at
         FROM service_tokens WHERE id = $1",
        token.uuid()
    )?
    .map(ServiceToken::try_from)
    .transpose()
}

pub async fn page_tokens(tx: &mut Tx, before: Option<Uuid>, limit: PageLimit) -> Result<Vec<ServiceToken>> {
    let rows = all!(
        tx,
        TokenRow,
        "SELECT id, name, prefix, last_four, permissions, created_by, created_at, last_used_at, expires_at, revoked_at
         FROM service_tokens WHERE ($1 IS NULL OR id < $1) ORDER BY id DESC LIMIT $2",
        before,
        limit.and_one()
    )?;
    rows.into_iter().map(ServiceToken::try_from).collect()
}

pub async fn count_unrevoked_tokens(tx: &mut Tx) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM service_tokens WHERE revoked_at IS NULL"
    )
}

/// False when it is revoked already, or there is none.
pub async fn revoke_token(tx: &mut Tx, token: ServiceTokenId, now: Timestamp) -> Result<bool> {
    let revoked = execute!(
        tx,
        "UPDATE service_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        token.uuid(),
        now.us()
    )?;
    Ok(revoked == 1)
}

static WRITE_LAST_USED: Bulk = Bulk::new(
    "UPDATE service_tokens SET last_used_at = input.at FROM {rows}
         WHERE service_tokens.id = input.id
           AND (service_tokens.last_used_at IS NULL OR service_tokens.last_used_at < input.at)",
    &[Column::Id("id"), Column::Int("at")],
);

pub async fn write_last_used(tx: &mut Tx, uses: &[(ServiceTokenId, Timestamp)]) -> Result<u64> {
    let mut rows = Rows::default();
    for (token, at) in uses {
        rows.row().id(token.uuid()).int(at.us());
    }
    WRITE_LAST_USED.execute(tx, &rows).await
}

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

pub async fn has_permission(tx: &mut Tx, name: &PermissionName) -> Result<bool> {
    let found = optional!(
        tx,
        (String,),
        "SELECT name FROM operator_permissions WHERE name = $1",
        name.as_str()
    )?;
    Ok(found.is_some())
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
