//! Making keys.

use ipnet::IpNet;
use types::{
    ApiKeyId, Comment, DisplayName, EnvironmentId, FlowId, SecretText, Timestamp, UserId, WorkspaceId,
};

use super::{ApiKey, Error, KeyKind, TenantRef, maker, store};
use crate::{
    Services,
    access::{Actor, Caller, Permission, PermissionName, PermissionSet},
    audit::{self, Change},
    credential::{self, NewSecret},
    credits,
    environments::{self, EnvironmentRef},
    flows::{self, FlowRef},
    tokens,
};

/// What a new key is made from.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is called.
    pub name: DisplayName,
    /// What it is for.
    pub description: Comment,
    /// Live or test.
    pub kind: KeyKind,
    /// What it may do; `flows:call` when missing.
    pub permissions: Option<Vec<PermissionName>>,
    /// The flows it may call; `None` for all.
    pub flows: Option<Vec<FlowRef>>,
    /// The environments it may call; `None` for all.
    pub environments: Option<Vec<EnvironmentRef>>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<IpNet>>,
    /// The tenant that it is bound to.
    pub tenant: Option<TenantRef>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Calls a minute, 1 to [`credential::RATE_LIMIT_PER_MINUTE_MAX`].
    pub rate_limit_per_minute: Option<u32>,
}

/// A key that was just made: the only time that its text is seen.
#[derive(Debug)]
pub struct Created {
    /// The key as people see it from now on.
    pub key: ApiKey,
    /// The key itself.
    pub text: SecretText,
}

/// Makes a key of the caller's workspace.
///
/// # Errors
/// [`Error::BeyondMaker`] and those about single fields; see [`Error`].
pub async fn create(services: &Services, caller: &Caller, new: NewKey) -> Result<Created, Error> {
    caller.authorize(Permission::KeysCreate)?;
    no_tenant(new.tenant.as_ref())?;
    let secret = new_secret(services, new.kind);
    let now = services.clock.now();
    let id = services.ids.next();
    let mut key = ApiKey {
        id,
        lineage: id,
        name: new.name,
        description: new.description,
        kind: new.kind,
        prefix: secret.prefix,
        last_four: secret.last_four,
        permissions: PermissionSet::NONE,
        operator_permissions: Vec::new(),
        flows: None,
        environments: None,
        addresses: new.addresses,
        tenant: None,
        rate_limit_per_minute: new.rate_limit_per_minute,
        expires_at: new.expires_at,
        rotated_to: None,
        created_by: caller.actor,
        owner: owner_of(caller)?,
        created_at: now,
        updated_at: now,
        last_used_at: None,
        revoked_at: None,
    };
    let permissions = new
        .permissions
        .unwrap_or_else(|| vec![Permission::FlowsCall.into()]);
    let key = db::write!(services.db, |tx| {
        // The account first: its lock makes changes to the keys of a workspace stand in line.
        credits::raise_config_epoch(tx, caller.workspace).await?;
        maker::check_count(tx, caller.workspace, now).await?;
        (key.permissions, key.operator_permissions) = maker::resolve_permissions(tx, &permissions).await?;
        key.flows = resolve_flows(tx, caller.workspace, new.flows.as_deref()).await?;
        key.environments = resolve_environments(tx, caller.workspace, new.environments.as_deref()).await?;
        maker::check_form(&key, now)?;
        maker::check_within(caller, &key)?;
        store::insert(tx, caller.workspace, &key, &secret.hash).await?;
        let event = Change::by(caller, "key.created", "key", key.id.uuid()).with(details(&key));
        audit::record(tx, services, &event).await?;
        Ok(key.clone())
    })?;
    services.keys.forget(caller.workspace.uuid());
    Ok(Created {
        key,
        text: secret.text,
    })
}

/// The text of a new key.
pub fn new_secret(services: &Services, kind: KeyKind) -> NewSecret {
    let prefix = match kind {
        KeyKind::Live => tokens::LIVE_KEY,
        KeyKind::Test => tokens::TEST_KEY,
    };
    NewSecret::random(services, prefix)
}

/// The environments by id, whatever they were named by.
pub async fn resolve_environments(
    tx: &mut db::Tx,
    workspace: WorkspaceId,
    references: Option<&[EnvironmentRef]>,
) -> Result<Option<Vec<EnvironmentId>>, Error> {
    let Some(references) = references else {
        return Ok(None);
    };
    let known = environments::all(tx, workspace).await?;
    let find = |reference: &EnvironmentRef| {
        known
            .iter()
            .find(|environment| environment.is(reference))
            .map(|environment| environment.id)
            .ok_or_else(|| Error::UnknownEnvironment {
                environment: reference.clone(),
            })
    };
    references.iter().map(find).collect::<Result<_, _>>().map(Some)
}

/// No workspace has tenants yet: whoever is named is not there.
pub fn no_tenant(named: Option<&TenantRef>) -> Result<(), Error> {
    match named {
        None => Ok(()),
        Some(tenant) => Err(Error::UnknownTenant {
            tenant: tenant.clone(),
        }),
    }
}

/// The flows by id, whatever they were named by.
pub async fn resolve_flows(
    tx: &mut db::Tx,
    workspace: WorkspaceId,
    references: Option<&[FlowRef]>,
) -> Result<Option<Vec<FlowId>>, Error> {
    let Some(references) = references else {
        return Ok(None);
    };
    credential::check_length("flows", Some(references))?;
    let mut ids = Vec::with_capacity(references.len());
    for reference in references {
        let found = flows::known_id(tx, workspace, reference).await?;
        let id = found.ok_or_else(|| Error::UnknownFlow {
            flow: reference.clone(),
        })?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Some(ids))
}

/// The user by whose membership the new key lives.
fn owner_of(caller: &Caller) -> Result<UserId, Error> {
    match (&caller.key, caller.actor) {
        (Some(key), _) => Ok(key.owner),
        (None, Actor::User(user)) => Ok(user),
        (None, _) => Err(Error::BeyondMaker {
            what: "only members and keys make keys".to_owned(),
        }),
    }
}

/// What the audit log keeps of a key.
pub fn details(key: &ApiKey) -> serde_json::Value {
    let permissions: Vec<_> = key.permission_names().iter().map(ToString::to_string).collect();
    serde_json::json!({
        "name": key.name,
        "kind": key.kind.as_str(),
        "last_four": key.last_four,
        "permissions": permissions,
        "flows": key.flows,
        "environments": key.environments,
        "addresses": credential::network_texts(key.addresses.as_deref()),
        "expires_at": key.expires_at,
        "rate_limit_per_minute": key.rate_limit_per_minute,
    })
}

/// The id of the key by which somebody calls, for records of who replaced what.
pub fn rotation_details(key: &ApiKey, old: ApiKeyId) -> serde_json::Value {
    let mut details = details(key);
    details["rotated_from"] = serde_json::json!(old);
    details
}
