//! SQL of API keys.

use std::collections::HashMap;

use db::{Bulk, Column, Result, Rows, Tx, all, execute, one_value, optional};
use serde::{Serialize, de::DeserializeOwned};
use types::{
    ApiKeyId, Comment, DisplayName, EnvironmentId, FlowId, PageLimit, TenantId, Timestamp, UserId,
    WorkspaceId,
};
use uuid::Uuid;

use super::{ApiKey, KeyFilter, KeyIdentity, KeyKind};
use crate::{
    access::{Actor, Permission, PermissionName, PermissionSet, Role},
    credential::{self, CredentialStatus},
    instance::TokenHash,
};

const TABLE: &str = "api_keys";

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: Uuid,
    name: String,
    description: String,
    kind: String,
    prefix: String,
    last_four: String,
    permissions: String,
    flows: Option<String>,
    environments: Option<String>,
    addresses: Option<String>,
    tenant_id: Option<Uuid>,
    rate_limit_per_minute: Option<i64>,
    expires_at: Option<i64>,
    rotated_to: Option<Uuid>,
    lineage_id: Uuid,
    created_kind: String,
    created_by: Uuid,
    owner_id: Uuid,
    created_at: i64,
    updated_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = db::Error;

    fn try_from(row: KeyRow) -> Result<Self> {
        let (permissions, operator_permissions) = parse_permissions(&row.permissions)?;
        Ok(Self {
            id: ApiKeyId::from_uuid(row.id),
            name: DisplayName::from_stored(row.name),
            description: Comment::from_stored(row.description),
            kind: parse_kind(&row.kind)?,
            prefix: row.prefix,
            last_four: row.last_four,
            permissions,
            operator_permissions: operator_permissions
                .into_iter()
                .map(PermissionName::from_stored)
                .collect(),
            flows: parse_list(row.flows.as_deref())?,
            environments: parse_list(row.environments.as_deref())?,
            addresses: credential::networks_from_column(TABLE, row.addresses.as_deref())?,
            tenant: row.tenant_id.map(TenantId::from_uuid),
            rate_limit_per_minute: credential::rate_from_column(TABLE, row.rate_limit_per_minute)?,
            expires_at: row.expires_at.map(Timestamp::from_us),
            rotated_to: row.rotated_to.map(ApiKeyId::from_uuid),
            lineage: ApiKeyId::from_uuid(row.lineage_id),
            created_by: Actor::from_columns(&row.created_kind, Some(row.created_by)),
            owner: UserId::from_uuid(row.owner_id),
            created_at: Timestamp::from_us(row.created_at),
            updated_at: Timestamp::from_us(row.updated_at),
            last_used_at: row.last_used_at.map(Timestamp::from_us),
            revoked_at: row.revoked_at.map(Timestamp::from_us),
        })
    }
}

db::row! {
    struct IdentityRow {
        workspace_id: Uuid,
        id: Uuid,
        lineage_id: Uuid,
        name: String,
        kind: String,
        permissions: String,
        flows: Option<String>,
        environments: Option<String>,
        addresses: Option<String>,
        rate_limit_per_minute: Option<i64>,
        expires_at: Option<i64>,
        revoked_at: Option<i64>,
        owner_id: Uuid,
        owner_role: Option<String>,
        owner_disabled_at: Option<i64>,
        suspended_at: Option<i64>,
        deleted_at: Option<i64>,
        config_epoch: i64,
    }
}

impl TryFrom<IdentityRow> for KeyIdentity {
    type Error = db::Error;

    fn try_from(row: IdentityRow) -> Result<Self> {
        let (given, operator_permissions) = parse_permissions(&row.permissions)?;
        let role: Option<Role> = row
            .owner_role
            .map(|role| role.parse().map_err(|()| corrupt(&role)))
            .transpose()?;
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: ApiKeyId::from_uuid(row.id),
            lineage: ApiKeyId::from_uuid(row.lineage_id),
            name: DisplayName::from_stored(row.name),
            kind: parse_kind(&row.kind)?,
            permissions: role.map_or(PermissionSet::NONE, |role| given.intersection(role.permissions())),
            operator_permissions,
            flows: parse_list(row.flows.as_deref())?,
            environments: parse_list(row.environments.as_deref())?,
            addresses: credential::networks_from_column(TABLE, row.addresses.as_deref())?,
            rate_limit_per_minute: credential::rate_from_column(TABLE, row.rate_limit_per_minute)?,
            expires_at: row.expires_at.map(Timestamp::from_us),
            revoked_at: row.revoked_at.map(Timestamp::from_us),
            owner: UserId::from_uuid(row.owner_id),
            owner_gone: role.is_none() || row.owner_disabled_at.is_some(),
            workspace_suspended: row.suspended_at.is_some(),
            workspace_deleted: row.deleted_at.is_some(),
            config_epoch: row.config_epoch,
        })
    }
}

fn corrupt(what: impl ToString) -> db::Error {
    db::Error::corrupt(TABLE, what)
}

fn parse_kind(text: &str) -> Result<KeyKind> {
    match text {
        "live" => Ok(KeyKind::Live),
        "test" => Ok(KeyKind::Test),
        other => Err(corrupt(other)),
    }
}

fn parse_permissions(text: &str) -> Result<(PermissionSet, Vec<String>)> {
    let (mut ours, mut others) = (PermissionSet::NONE, Vec::new());
    for name in serde_json::from_str::<Vec<String>>(text).map_err(corrupt)? {
        match name.parse::<Permission>() {
            Ok(permission) => ours = ours.with(permission),
            Err(_) => others.push(name),
        }
    }
    Ok((ours, others))
}

fn parse_list<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<Vec<T>>> {
    text.map(serde_json::from_str).transpose().map_err(corrupt)
}

fn to_text<T: Serialize>(list: Option<&[T]>) -> Result<Option<String>> {
    list.map(serde_json::to_string).transpose().map_err(corrupt)
}

/// The columns that change, as they are stored.
struct Stored {
    permissions: String,
    flows: Option<String>,
    environments: Option<String>,
    addresses: Option<String>,
}

impl Stored {
    fn of(key: &ApiKey) -> Result<Self> {
        let names: Vec<String> = key.permission_names().iter().map(ToString::to_string).collect();
        let networks = credential::network_texts(key.addresses.as_deref());
        Ok(Self {
            permissions: serde_json::to_string(&names).map_err(corrupt)?,
            flows: to_text::<FlowId>(key.flows.as_deref())?,
            environments: to_text::<EnvironmentId>(key.environments.as_deref())?,
            addresses: to_text(networks.as_deref())?,
        })
    }
}

/// The key, and the credential by which it is found.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, key: &ApiKey, hash: &TokenHash) -> Result<()> {
    let stored = Stored::of(key)?;
    execute!(
        tx,
        "INSERT INTO api_keys (workspace_id, id, name, description, kind, prefix, last_four, permissions, flows,
                               environments, addresses, tenant_id, rate_limit_per_minute, expires_at, rotated_to,
                               lineage_id, created_kind, created_by, owner_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, $15, $16, $17, $18, $19, $19)",
        workspace.uuid(),
        key.id.uuid(),
        key.name.as_str(),
        key.description.as_str(),
        key.kind.as_str(),
        &key.prefix,
        &key.last_four,
        &stored.permissions,
        &stored.flows,
        &stored.environments,
        &stored.addresses,
        key.tenant.map(TenantId::uuid),
        key.rate_limit_per_minute.map(i64::from),
        key.expires_at.map(Timestamp::us),
        key.lineage.uuid(),
        key.created_by.kind(),
        key.created_by.id(),
        key.owner.uuid(),
        key.created_at.us()
    )?;
    execute!(
        tx,
        "INSERT INTO credentials (hash, kind, workspace_id, id) VALUES ($1, 'api_key', $2, $3)",
        hash.as_slice(),
        workspace.uuid(),
        key.id.uuid()
    )?;
    Ok(())
}

pub async fn update(tx: &mut Tx, workspace: WorkspaceId, key: &ApiKey) -> Result<()> {
    let stored = Stored::of(key)?;
    execute!(
        tx,
        "UPDATE api_keys SET name = $3, description = $4, permissions = $5, flows = $6, environments = $7,
                addresses = $8, rate_limit_per_minute = $9, expires_at = $10, rotated_to = $11, updated_at = $12,
                revoked_at = $13
         WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        key.id.uuid(),
        key.name.as_str(),
        key.description.as_str(),
        &stored.permissions,
        &stored.flows,
        &stored.environments,
        &stored.addresses,
        key.rate_limit_per_minute.map(i64::from),
        key.expires_at.map(Timestamp::us),
        key.rotated_to.map(ApiKeyId::uuid),
        key.updated_at.us(),
        key.revoked_at.map(Timestamp::us)
    )?;
    Ok(())
}

pub async fn hide(tx: &mut Tx, workspace: WorkspaceId, key: ApiKeyId, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "UPDATE api_keys SET hidden_at = $3 WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        key.uuid(),
        now.us()
    )?;
    Ok(())
}

db::row! {
    struct NameRow {
        id: Uuid,
        name: String,
    }
}

/// What the keys are called, hidden ones too: what they did is still told.
pub async fn names_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: &[ApiKeyId],
) -> Result<Vec<(ApiKeyId, DisplayName)>> {
    static NAMES: Bulk = Bulk::new(
        "SELECT k.id, k.name FROM {rows}
         JOIN api_keys AS k ON k.workspace_id = input.workspace_id AND k.id = input.key_id",
        &[Column::Id("workspace_id"), Column::Id("key_id")],
    );
    let mut rows = Rows::default();
    for key in keys {
        rows.row().id(workspace.uuid()).id(key.uuid());
    }
    let names = NAMES.fetch::<NameRow>(tx, &rows, &[]).await?;
    let name = |row: NameRow| (ApiKeyId::from_uuid(row.id), DisplayName::from_stored(row.name));
    Ok(names.into_iter().map(name).collect())
}

/// Not hidden.
pub async fn find(tx: &mut Tx, workspace: WorkspaceId, key: ApiKeyId) -> Result<Option<ApiKey>> {
    optional!(
        tx,
        KeyRow,
        "SELECT id, name, description, kind, prefix, last_four, permissions, flows, environments, addresses,
                tenant_id, rate_limit_per_minute, expires_at, rotated_to, lineage_id, created_kind, created_by,
                owner_id, created_at, updated_at, last_used_at, revoked_at
         FROM api_keys WHERE workspace_id = $1 AND id = $2 AND hidden_at IS NULL",
        workspace.uuid(),
        key.uuid()
    )?
    .map(ApiKey::try_from)
    .transpose()
}

pub async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    filter: &KeyFilter,
    now: Timestamp,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<Vec<ApiKey>> {
    let rows = all!(
        tx,
        KeyRow,
        "SELECT id, name, description, kind, prefix, last_four, permissions, flows, environments, addresses,
                tenant_id, rate_limit_per_minute, expires_at, rotated_to, lineage_id, created_kind, created_by,
                owner_id, created_at, updated_at, last_used_at, revoked_at
         FROM api_keys
         WHERE workspace_id = $1 AND hidden_at IS NULL
           AND ($2 IS NULL OR id < $2)
           AND ($3 IS NULL OR kind = $3)
           AND ($4 IS NULL OR (created_by = $4 AND created_kind = 'user'))
           AND ($5 IS NULL OR $5 = CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                                        WHEN expires_at <= $6 THEN 'expired' ELSE 'active' END)
         ORDER BY id DESC LIMIT $7",
        workspace.uuid(),
        before,
        filter.kind.map(KeyKind::as_str),
        filter.created_by.map(UserId::uuid),
        filter.status.map(CredentialStatus::as_str),
        now.us(),
        limit.and_one()
    )?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Neither revoked nor expired.
pub async fn count_active(tx: &mut Tx, workspace: WorkspaceId, now: Timestamp) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM api_keys
         WHERE workspace_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        workspace.uuid(),
        now.us()
    )
}

/// The whole check of a key in one read: the key, its workspace, its epoch, and whether its owner is still there.
/// The one place that looks into the tables of other folders, for each of those reads would cost every call.
pub async fn find_identity_all_workspaces(tx: &mut Tx, hash: &TokenHash) -> Result<Option<KeyIdentity>> {
    optional!(
        tx,
        IdentityRow,
        "SELECT k.workspace_id, k.id, k.lineage_id, k.name, k.kind, k.permissions, k.flows, k.environments,
                k.addresses, k.rate_limit_per_minute, k.expires_at, k.revoked_at, k.owner_id, m.role AS owner_role,
                u.disabled_at AS owner_disabled_at, w.suspended_at, w.deleted_at, a.config_epoch
         FROM credentials AS c
              JOIN api_keys AS k ON k.workspace_id = c.workspace_id AND k.id = c.id
              JOIN workspaces AS w ON w.id = c.workspace_id
              JOIN accounts AS a ON a.workspace_id = c.workspace_id
              LEFT JOIN members AS m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id
              LEFT JOIN users AS u ON u.id = k.owner_id
         WHERE c.hash = $1 AND c.kind = 'api_key'",
        hash.as_slice()
    )?
    .map(KeyIdentity::try_from)
    .transpose()
}

/// The same of keys that are known already; those that are gone are missing in the answer.
pub async fn find_identities(
    tx: &mut Tx,
    keys: impl Iterator<Item = (WorkspaceId, ApiKeyId)>,
) -> Result<HashMap<ApiKeyId, KeyIdentity>> {
    static IDENTITIES: Bulk = Bulk::new(
        "SELECT k.workspace_id, k.id, k.lineage_id, k.name, k.kind, k.permissions, k.flows, k.environments,
                k.addresses, k.rate_limit_per_minute, k.expires_at, k.revoked_at, k.owner_id, m.role AS owner_role,
                u.disabled_at AS owner_disabled_at, w.suspended_at, w.deleted_at, a.config_epoch
         FROM {rows} CROSS JOIN api_keys AS k
              JOIN workspaces AS w ON w.id = k.workspace_id
              JOIN accounts AS a ON a.workspace_id = k.workspace_id
              LEFT JOIN members AS m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id
              LEFT JOIN users AS u ON u.id = k.owner_id
         WHERE k.workspace_id = input.workspace_id AND k.id = input.id",
        &[Column::Id("workspace_id"), Column::Id("id")],
    );
    let mut rows = Rows::default();
    for (workspace, key) in keys {
        rows.row().id(workspace.uuid()).id(key.uuid());
    }
    let found = IDENTITIES.fetch::<IdentityRow>(tx, &rows, &[]).await?;
    let identities = found.into_iter().map(KeyIdentity::try_from);
    identities.map(|key| key.map(|key| (key.id, key))).collect()
}

/// How many keys that are neither revoked nor expired hold a permission of the operator's own API. Reads all keys: for
/// the rare end of one.
pub(crate) async fn count_holding_all_workspaces(
    tx: &mut Tx,
    name: &PermissionName,
    now: Timestamp,
) -> Result<i64> {
    // An underscore in the name matches any character, which may count a key too many but never one too few.
    let quoted = format!("%\"{name}\"%");
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM api_keys
         WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) AND permissions LIKE $1",
        &quoted,
        now.us()
    )
}

static WRITE_LAST_USED: Bulk = Bulk::new(
    "UPDATE api_keys SET last_used_at = input.at FROM {rows}
         WHERE api_keys.workspace_id = input.workspace_id AND api_keys.id = input.id
           AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < input.at)",
    &[Column::Id("workspace_id"), Column::Id("id"), Column::Int("at")],
);

pub async fn write_last_used(tx: &mut Tx, uses: &[((WorkspaceId, ApiKeyId), Timestamp)]) -> Result<u64> {
    let mut rows = Rows::default();
    for ((workspace, key), at) in uses {
        rows.row().id(workspace.uuid()).id(key.uuid()).int(at.us());
    }
    WRITE_LAST_USED.execute(tx, &rows).await
}
