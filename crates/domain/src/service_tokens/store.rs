//! SQL of service tokens.

use db::{Bulk, Column, Result, Rows, Tx, all, execute, one_value, optional};
use types::{Comment, DisplayName, PageLimit, ServiceTokenId, Timestamp, UserId};
use uuid::Uuid;

use super::{ServiceToken, TokenFilter, TokenIdentity};
use crate::{
    access::{Actor, OperatorPermission},
    credential::{self, CredentialStatus},
    instance::TokenHash,
};

const TABLE: &str = "service_tokens";

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    name: String,
    description: String,
    prefix: String,
    last_four: String,
    permissions: String,
    addresses: Option<String>,
    rate_limit_per_minute: Option<i64>,
    expires_at: Option<i64>,
    rotated_to: Option<Uuid>,
    created_kind: String,
    created_by: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<TokenRow> for ServiceToken {
    type Error = db::Error;

    fn try_from(row: TokenRow) -> Result<Self> {
        Ok(Self {
            id: ServiceTokenId::from_uuid(row.id),
            name: DisplayName::from_stored(row.name),
            description: Comment::from_stored(row.description),
            prefix: row.prefix,
            last_four: row.last_four,
            permissions: parse_permissions(&row.permissions)?,
            addresses: credential::networks_from_column(TABLE, row.addresses.as_deref())?,
            rate_limit_per_minute: credential::rate_from_column(TABLE, row.rate_limit_per_minute)?,
            expires_at: row.expires_at.map(Timestamp::from_us),
            rotated_to: row.rotated_to.map(ServiceTokenId::from_uuid),
            created_by: Actor::from_columns(&row.created_kind, row.created_by),
            created_at: Timestamp::from_us(row.created_at),
            updated_at: Timestamp::from_us(row.updated_at),
            last_used_at: row.last_used_at.map(Timestamp::from_us),
            revoked_at: row.revoked_at.map(Timestamp::from_us),
        })
    }
}

#[derive(sqlx::FromRow)]
struct IdentityRow {
    id: Uuid,
    permissions: String,
    addresses: Option<String>,
    rate_limit_per_minute: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<IdentityRow> for TokenIdentity {
    type Error = db::Error;

    fn try_from(row: IdentityRow) -> Result<Self> {
        Ok(Self {
            id: ServiceTokenId::from_uuid(row.id),
            permissions: parse_permissions(&row.permissions)?.into(),
            addresses: credential::networks_from_column(TABLE, row.addresses.as_deref())?,
            rate_limit_per_minute: credential::rate_from_column(TABLE, row.rate_limit_per_minute)?,
            expires_at: row.expires_at.map(Timestamp::from_us),
            revoked_at: row.revoked_at.map(Timestamp::from_us),
        })
    }
}

fn corrupt(what: impl ToString) -> db::Error {
    db::Error::corrupt(TABLE, what)
}

fn parse_permissions(text: &str) -> Result<Vec<OperatorPermission>> {
    let names: Vec<String> = serde_json::from_str(text).map_err(corrupt)?;
    let permissions = names.iter().map(|name| name.parse().map_err(corrupt));
    permissions.collect()
}

/// The columns that change, as they are stored.
struct Stored {
    permissions: String,
    addresses: Option<String>,
}

impl Stored {
    fn of(token: &ServiceToken) -> Result<Self> {
        let names: Vec<_> = token.permissions.iter().map(|one| one.as_str()).collect();
        let networks = credential::network_texts(token.addresses.as_deref());
        let addresses = networks.map(|networks| serde_json::to_string(&networks));
        Ok(Self {
            permissions: serde_json::to_string(&names).map_err(corrupt)?,
            addresses: addresses.transpose().map_err(corrupt)?,
        })
    }
}

/// The token, and the credential by which it is found.
pub async fn insert(tx: &mut Tx, token: &ServiceToken, hash: &TokenHash) -> Result<()> {
    let stored = Stored::of(token)?;
    execute!(
        tx,
        "INSERT INTO service_tokens (id, name, description, prefix, last_four, permissions, addresses,
                                     rate_limit_per_minute, expires_at, created_kind, created_by, created_at,
                                     updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        token.id.uuid(),
        token.name.as_str(),
        token.description.as_str(),
        &token.prefix,
        &token.last_four,
        &stored.permissions,
        &stored.addresses,
        token.rate_limit_per_minute.map(i64::from),
        token.expires_at.map(Timestamp::us),
        token.created_by.kind(),
        token.created_by.id(),
        token.created_at.us()
    )?;
    execute!(
        tx,
        "INSERT INTO credentials (hash, kind, workspace_id, id) VALUES ($1, 'service_token', NULL, $2)",
        hash.as_slice(),
        token.id.uuid()
    )?;
    Ok(())
}

pub async fn update(tx: &mut Tx, token: &ServiceToken) -> Result<()> {
    let stored = Stored::of(token)?;
    execute!(
        tx,
        "UPDATE service_tokens SET name = $2, description = $3, permissions = $4, addresses = $5,
                rate_limit_per_minute = $6, expires_at = $7, rotated_to = $8, updated_at = $9, revoked_at = $10
         WHERE id = $1",
        token.id.uuid(),
        token.name.as_str(),
        token.description.as_str(),
        &stored.permissions,
        &stored.addresses,
        token.rate_limit_per_minute.map(i64::from),
        token.expires_at.map(Timestamp::us),
        token.rotated_to.map(ServiceTokenId::uuid),
        token.updated_at.us(),
        token.revoked_at.map(Timestamp::us)
    )?;
    Ok(())
}

pub async fn hide(tx: &mut Tx, token: ServiceTokenId, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "UPDATE service_tokens SET hidden_at = $2 WHERE id = $1",
        token.uuid(),
        now.us()
    )?;
    Ok(())
}

pub async fn find_identity(tx: &mut Tx, hash: &TokenHash) -> Result<Option<TokenIdentity>> {
    optional!(
        tx,
        IdentityRow,
        "SELECT t.id, t.permissions, t.addresses, t.rate_limit_per_minute, t.expires_at, t.revoked_at
         FROM credentials AS c JOIN service_tokens AS t ON t.id = c.id
         WHERE c.hash = $1 AND c.kind = 'service_token'",
        hash.as_slice()
    )?
    .map(TokenIdentity::try_from)
    .transpose()
}

/// Not hidden.
pub async fn find(tx: &mut Tx, token: ServiceTokenId) -> Result<Option<ServiceToken>> {
    optional!(
        tx,
        TokenRow,
        "SELECT id, name, description, prefix, last_four, permissions, addresses, rate_limit_per_minute, expires_at,
                rotated_to, created_kind, created_by, created_at, updated_at, last_used_at, revoked_at
         FROM service_tokens WHERE id = $1 AND hidden_at IS NULL",
        token.uuid()
    )?
    .map(ServiceToken::try_from)
    .transpose()
}

pub async fn page(
    tx: &mut Tx,
    filter: &TokenFilter,
    now: Timestamp,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<Vec<ServiceToken>> {
    let rows = all!(
        tx,
        TokenRow,
        "SELECT id, name, description, prefix, last_four, permissions, addresses, rate_limit_per_minute, expires_at,
                rotated_to, created_kind, created_by, created_at, updated_at, last_used_at, revoked_at
         FROM service_tokens
         WHERE hidden_at IS NULL
           AND ($1 IS NULL OR id < $1)
           AND ($2 IS NULL OR (created_by = $2 AND created_kind = 'user'))
           AND ($3 IS NULL OR $3 = CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                                        WHEN expires_at <= $4 THEN 'expired' ELSE 'active' END)
         ORDER BY id DESC LIMIT $5",
        before,
        filter.created_by.map(UserId::uuid),
        filter.status.map(CredentialStatus::as_str),
        now.us(),
        limit.and_one()
    )?;
    rows.into_iter().map(ServiceToken::try_from).collect()
}

/// Neither revoked nor expired.
pub async fn count_active(tx: &mut Tx, now: Timestamp) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM service_tokens
         WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)",
        now.us()
    )
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
