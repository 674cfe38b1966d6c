//! Changing keys.

use ipnet::IpNet;
use types::{ApiKeyId, Comment, DisplayName, Duration, Timestamp};

use super::{
    ApiKey, Error, TenantRef,
    create::{details, no_tenant, resolve_environments, resolve_flows},
    maker, store,
};
use crate::{
    Services,
    access::{Caller, PermissionName},
    audit::{self, Change},
    credential::CredentialStatus,
    credits,
    environments::EnvironmentRef,
    flows::FlowRef,
};

/// What shall be different. The outer `None` leaves it as it is; the inner one takes the restriction away.
#[derive(Debug, Clone, Default)]
pub struct KeyChange {
    /// What it is called.
    pub name: Option<DisplayName>,
    /// What it is for.
    pub description: Option<Comment>,
    /// What it may do.
    pub permissions: Option<Vec<PermissionName>>,
    /// The flows it may call.
    pub flows: Option<Option<Vec<FlowRef>>>,
    /// The environments it may call.
    pub environments: Option<Option<Vec<EnvironmentRef>>>,
    /// The tenant that it is bound to.
    pub tenant: Option<Option<TenantRef>>,
    /// The networks it may come from.
    pub addresses: Option<Option<Vec<IpNet>>>,
    /// When it ends by itself.
    pub expires_at: Option<Option<Timestamp>>,
    /// Calls a minute.
    pub rate_limit_per_minute: Option<Option<u32>>,
    /// Only if it is still the one of this revision.
    pub if_revision: Option<i64>,
}

impl KeyChange {
    /// Does it change what the key may, rather than what it is called?
    const fn changes_rights(&self) -> bool {
        self.permissions.is_some()
            || self.flows.is_some()
            || self.environments.is_some()
            || self.addresses.is_some()
            || self.expires_at.is_some()
            || self.rate_limit_per_minute.is_some()
    }
}

/// Changes a key: one's own, or any with `keys:manage`.
///
/// # Errors
/// [`Error::Ended`] when it is revoked or expired; [`Error::Stale`]; those of making one.
pub async fn update(
    services: &Services,
    caller: &Caller,
    key: ApiKeyId,
    change: KeyChange,
) -> Result<ApiKey, Error> {
    maker::authorize_change(caller)?;
    no_tenant(change.tenant.as_ref().and_then(Option::as_ref))?;
    let now = services.clock.now();
    let changed = db::write!(services.db, |tx| {
        credits::raise_config_epoch(tx, caller.workspace).await?;
        let old = store::find(tx, caller.workspace, key)
            .await?
            .ok_or(Error::NotFound)?;
        maker::authorize_change_of(caller, &old)?;
        if change
            .if_revision
            .is_some_and(|revision| revision != old.revision())
        {
            return Err(Error::Stale {
                current: Box::new(old),
                now,
            });
        }
        if old.status(now) != CredentialStatus::Active {
            return Err(Error::Ended {
                rotated_to: old.rotated_to,
            });
        }
        let mut new = change.named(&old);
        if change.changes_rights() {
            change.apply_rights(tx, caller, &mut new).await?;
            maker::check_form(&new, now)?;
            maker::check_within(caller, &new)?;
        }
        new.updated_at = now.max(old.updated_at.plus(Duration::from_us(1)));
        store::update(tx, caller.workspace, &new).await?;
        let event = Change::by(caller, "key.changed", "key", key.uuid()).with(details(&new));
        audit::record(tx, services, &event).await?;
        Ok(new)
    })?;
    services.keys.forget(caller.workspace.uuid());
    Ok(changed)
}

impl KeyChange {
    fn named(&self, old: &ApiKey) -> ApiKey {
        let mut new = old.clone();
        if let Some(name) = &self.name {
            new.name = name.clone();
        }
        if let Some(description) = &self.description {
            new.description = description.clone();
        }
        new
    }

    async fn apply_rights(&self, tx: &mut db::Tx, caller: &Caller, key: &mut ApiKey) -> Result<(), Error> {
        if let Some(names) = &self.permissions {
            (key.permissions, key.operator_permissions) = maker::resolve_permissions(tx, names).await?;
        }
        if let Some(flows) = &self.flows {
            key.flows = resolve_flows(tx, caller.workspace, flows.as_deref()).await?;
        }
        if let Some(references) = &self.environments {
            key.environments = resolve_environments(tx, caller.workspace, references.as_deref()).await?;
        }
        if let Some(addresses) = &self.addresses {
            key.addresses = addresses.clone();
        }
        if let Some(expires_at) = self.expires_at {
            key.expires_at = expires_at;
        }
        if let Some(limit) = self.rate_limit_per_minute {
            key.rate_limit_per_minute = limit;
        }
        Ok(())
    }
}
