//! Replacing keys, and ending them.

use types::{ApiKeyId, Duration};

use super::{
    ApiKey, Created, Error,
    create::{new_secret, rotation_details},
    maker, store,
};
use crate::{
    Services,
    access::{Actor, Caller},
    audit::{self, Change},
    credential::{self, CredentialStatus},
    credits,
};

/// Makes a new key with the rights of an old one, which ends by itself after the overlap.
///
/// # Errors
/// [`Error::Ended`] when the old one is revoked, expired or replaced already; [`Error::BeyondMaker`] when it can do
/// more than the caller, who would get hold of it; [`Error::Form`] about the overlap.
pub async fn rotate(
    services: &Services,
    caller: &Caller,
    key: ApiKeyId,
    overlap: Duration,
) -> Result<Created, Error> {
    maker::authorize_change(caller)?;
    credential::check_overlap(overlap)?;
    let now = services.clock.now();
    let read: Result<_, Error> = db::read!(services.db, |tx| Ok(
        store::find(tx, caller.workspace, key).await?
    ));
    let kind = read?.ok_or(Error::NotFound)?.kind;
    let (secret, id) = (new_secret(services, kind), services.ids.next());
    let new = db::write!(services.db, |tx| {
        credits::raise_config_epoch(tx, caller.workspace).await?;
        let mut old = store::find(tx, caller.workspace, key)
            .await?
            .ok_or(Error::NotFound)?;
        maker::authorize_change_of(caller, &old)?;
        if old.status(now) != CredentialStatus::Active || old.rotated_to.is_some() {
            return Err(Error::Ended {
                rotated_to: old.rotated_to,
            });
        }
        // A key that replaces itself gets hold of nothing new.
        if caller.actor != Actor::ApiKey(old.id) {
            maker::check_within(caller, &old)?;
        }
        maker::check_count(tx, caller.workspace, now).await?;
        let new = ApiKey {
            id,
            prefix: secret.prefix.clone(),
            last_four: secret.last_four.clone(),
            created_by: caller.actor,
            created_at: now,
            updated_at: now,
            last_used_at: None,
            ..old.clone()
        };
        store::insert(tx, caller.workspace, &new, &secret.hash).await?;
        let ends_at = now.plus(overlap);
        old.expires_at = Some(
            old.expires_at
                .map_or(ends_at, |expires_at| expires_at.min(ends_at)),
        );
        old.rotated_to = Some(new.id);
        old.updated_at = now.max(old.updated_at.plus(Duration::from_us(1)));
        store::update(tx, caller.workspace, &old).await?;
        let event = Change::by(caller, "key.rotated", "key", new.id.uuid()).with(rotation_details(&new, key));
        audit::record(tx, services, &event).await?;
        Ok(new)
    })?;
    services.keys.forget(caller.workspace.uuid());
    Ok(Created {
        key: new,
        text: secret.text,
    })
}

/// Ends a key at once and for good; it stays listed. Twice is once.
pub async fn revoke(services: &Services, caller: &Caller, key: ApiKeyId) -> Result<ApiKey, Error> {
    maker::authorize_change(caller)?;
    end(services, caller, key, false).await
}

/// Ends a key and hides it from lists; its row and usage stay.
pub async fn delete(services: &Services, caller: &Caller, key: ApiKeyId) -> Result<(), Error> {
    maker::authorize_change(caller)?;
    end(services, caller, key, true).await.map(|_| ())
}

async fn end(services: &Services, caller: &Caller, key: ApiKeyId, hide: bool) -> Result<ApiKey, Error> {
    let now = services.clock.now();
    let ended = db::write!(services.db, |tx| {
        credits::raise_config_epoch(tx, caller.workspace).await?;
        let mut found = store::find(tx, caller.workspace, key)
            .await?
            .ok_or(Error::NotFound)?;
        maker::authorize_change_of(caller, &found)?;
        let was_good = found.revoked_at.is_none();
        if was_good {
            found.revoked_at = Some(now);
            found.updated_at = now.max(found.updated_at.plus(Duration::from_us(1)));
            store::update(tx, caller.workspace, &found).await?;
        }
        if hide {
            store::hide(tx, caller.workspace, key, now).await?;
        }
        if was_good || hide {
            let action = if hide { "key.deleted" } else { "key.revoked" };
            audit::record(tx, services, &Change::by(caller, action, "key", key.uuid())).await?;
        }
        Ok::<_, Error>(found)
    })?;
    services.keys.forget(caller.workspace.uuid());
    Ok(ended)
}
