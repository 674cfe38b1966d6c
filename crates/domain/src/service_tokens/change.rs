//! Changing service tokens.

use ipnet::IpNet;
use types::{Comment, DisplayName, Duration, ServiceTokenId, Timestamp};

use super::{
    Error, GROUP, ServiceToken,
    create::{self, check_within, details, sorted},
    store,
};
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit,
    credential::CredentialStatus,
    instance,
};

/// What shall be different. The outer `None` leaves it as it is; the inner one takes the restriction away.
#[derive(Debug, Clone, Default)]
pub struct TokenChange {
    /// What it is called.
    pub name: Option<DisplayName>,
    /// What it is for.
    pub description: Option<Comment>,
    /// What it may do.
    pub permissions: Option<Vec<OperatorPermission>>,
    /// The networks it may come from.
    pub addresses: Option<Option<Vec<IpNet>>>,
    /// When it ends by itself.
    pub expires_at: Option<Option<Timestamp>>,
    /// Calls a minute.
    pub rate_limit_per_minute: Option<Option<u32>>,
    /// Only if it is still the one of this revision.
    pub if_revision: Option<i64>,
}

/// Changes a token.
///
/// # Errors
/// [`Error::Ended`] when it is revoked or expired; [`Error::Stale`]; those of making one.
pub async fn update(
    services: &Services,
    operator: &Operator,
    token: ServiceTokenId,
    change: TokenChange,
) -> Result<ServiceToken, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let now = services.clock.now();
    let changed = db::write!(services.db, |tx| {
        instance::hold_exclusively(tx).await?;
        let old = store::find(tx, token).await?.ok_or(Error::NotFound)?;
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
        let mut new = change.applied_to(&old);
        if change.changes_rights() {
            new.limits().check(now)?;
            check_within(operator, &new)?;
        }
        new.updated_at = now.max(old.updated_at.plus(Duration::from_us(1)));
        store::update(tx, &new).await?;
        let event = create::change(operator, "service_token.changed", &new).with(details(&new));
        audit::record(tx, services, &event).await?;
        Ok(new)
    })?;
    services.service_tokens.forget(GROUP);
    Ok(changed)
}

impl TokenChange {
    /// Does it change what the token may, rather than what it is called?
    const fn changes_rights(&self) -> bool {
        self.permissions.is_some()
            || self.addresses.is_some()
            || self.expires_at.is_some()
            || self.rate_limit_per_minute.is_some()
    }

    fn applied_to(&self, old: &ServiceToken) -> ServiceToken {
        let mut new = old.clone();
        if let Some(name) = &self.name {
            new.name = name.clone();
        }
        if let Some(description) = &self.description {
            new.description = description.clone();
        }
        if let Some(permissions) = &self.permissions {
            new.permissions = sorted(permissions.clone());
        }
        if let Some(addresses) = &self.addresses {
            new.addresses = addresses.clone();
        }
        if let Some(expires_at) = self.expires_at {
            new.expires_at = expires_at;
        }
        if let Some(limit) = self.rate_limit_per_minute {
            new.rate_limit_per_minute = limit;
        }
        new
    }
}
