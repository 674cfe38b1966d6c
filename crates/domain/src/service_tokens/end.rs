//! Replacing service tokens, and ending them.

use types::{Duration, ServiceTokenId};

use super::{
    Created, Error, GROUP, ServiceToken,
    create::{change, check_count, check_within, details},
    store,
};
use crate::{
    Services,
    access::{Actor, Operator, OperatorPermission},
    audit,
    credential::{self, CredentialStatus, NewSecret},
    instance, tokens,
};

/// Makes a new token with the rights of an old one, which ends by itself after the overlap.
///
/// # Errors
/// [`Error::Ended`] when the old one is revoked, expired or replaced already; [`Error::BeyondMaker`] when it can do
/// more than the caller, who would get hold of it; [`Error::Form`] about the overlap.
pub async fn rotate(
    services: &Services,
    operator: &Operator,
    token: ServiceTokenId,
    overlap: Duration,
) -> Result<Created, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    credential::check_overlap(overlap)?;
    let now = services.clock.now();
    let (secret, id) = (
        NewSecret::random(services, tokens::SERVICE_TOKEN),
        services.ids.next(),
    );
    let new = db::write!(services.db, |tx| {
        instance::hold_exclusively(tx).await?;
        let mut old = store::find(tx, token).await?.ok_or(Error::NotFound)?;
        if old.status(now) != CredentialStatus::Active || old.rotated_to.is_some() {
            return Err(Error::Ended {
                rotated_to: old.rotated_to,
            });
        }
        // A token that replaces itself gets hold of nothing new.
        if operator.actor != Actor::ServiceToken(old.id) {
            check_within(operator, &old)?;
        }
        check_count(tx, now).await?;
        let new = ServiceToken {
            id,
            prefix: secret.prefix.clone(),
            last_four: secret.last_four.clone(),
            created_by: operator.actor,
            created_at: now,
            updated_at: now,
            last_used_at: None,
            ..old.clone()
        };
        store::insert(tx, &new, &secret.hash).await?;
        let ends_at = now.plus(overlap);
        old.expires_at = Some(
            old.expires_at
                .map_or(ends_at, |expires_at| expires_at.min(ends_at)),
        );
        old.rotated_to = Some(new.id);
        old.updated_at = now.max(old.updated_at.plus(Duration::from_us(1)));
        store::update(tx, &old).await?;
        let mut kept = details(&new);
        kept["rotated_from"] = serde_json::json!(old.id);
        let event = change(operator, "service_token.rotated", &new).with(kept);
        audit::record(tx, services, &event).await?;
        Ok(new)
    })?;
    services.service_tokens.forget(GROUP);
    Ok(Created {
        token: new,
        text: secret.text,
    })
}

/// Ends a token at once and for good; it stays listed. Twice is once.
pub async fn revoke(
    services: &Services,
    operator: &Operator,
    token: ServiceTokenId,
) -> Result<ServiceToken, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    end(services, operator, token, false).await
}

/// Ends a token and hides it from lists; its row stays.
pub async fn delete(services: &Services, operator: &Operator, token: ServiceTokenId) -> Result<(), Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    end(services, operator, token, true).await.map(|_| ())
}

async fn end(
    services: &Services,
    operator: &Operator,
    token: ServiceTokenId,
    hide: bool,
) -> Result<ServiceToken, Error> {
    let now = services.clock.now();
    let ended = db::write!(services.db, |tx| {
        instance::hold_exclusively(tx).await?;
        let mut found = store::find(tx, token).await?.ok_or(Error::NotFound)?;
        let was_good = found.revoked_at.is_none();
        if was_good {
            found.revoked_at = Some(now);
            found.updated_at = now.max(found.updated_at.plus(Duration::from_us(1)));
            store::update(tx, &found).await?;
        }
        if hide {
            store::hide(tx, token, now).await?;
        }
        if was_good || hide {
            let action = if hide {
                "service_token.deleted"
            } else {
                "service_token.revoked"
            };
            audit::record(tx, services, &change(operator, action, &found)).await?;
        }
        Ok::<_, Error>(found)
    })?;
    services.service_tokens.forget(GROUP);
    Ok(ended)
}
