//! Making service tokens.

use ipnet::IpNet;
use types::{Comment, DisplayName, SecretText, Timestamp};

use super::{Error, GROUP, SERVICE_TOKENS_MAX, ServiceToken, store};
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit::{self, Change},
    credential::{self, NewSecret},
    instance, tokens,
};

/// What a new token is made from.
#[derive(Debug, Clone)]
pub struct NewServiceToken {
    /// What it is called.
    pub name: DisplayName,
    /// What it is for.
    pub description: Comment,
    /// What it may do; what the maker may, but for governing the instance, when missing.
    pub permissions: Option<Vec<OperatorPermission>>,
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<Vec<IpNet>>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Calls a minute, 1 to [`credential::RATE_LIMIT_PER_MINUTE_MAX`].
    pub rate_limit_per_minute: Option<u32>,
}

/// A token that was just made: the only time that its text is seen.
#[derive(Debug)]
pub struct Created {
    /// The token as people see it from now on.
    pub token: ServiceToken,
    /// The token itself.
    pub text: SecretText,
}

/// Makes a service token.
///
/// # Errors
/// [`Error::BeyondMaker`], [`Error::Form`], [`Error::TooMany`].
pub async fn create(
    services: &Services,
    operator: &Operator,
    new: NewServiceToken,
) -> Result<Created, Error> {
    operator.authorize(OperatorPermission::TokensManage)?;
    let secret = NewSecret::random(services, tokens::SERVICE_TOKEN);
    let now = services.clock.now();
    let token = ServiceToken {
        id: services.ids.next(),
        name: new.name,
        description: new.description,
        prefix: secret.prefix,
        last_four: secret.last_four,
        permissions: sorted(new.permissions.unwrap_or_else(|| usual_permissions(operator))),
        addresses: new.addresses,
        rate_limit_per_minute: new.rate_limit_per_minute,
        expires_at: new.expires_at,
        rotated_to: None,
        created_by: operator.actor,
        created_at: now,
        updated_at: now,
        last_used_at: None,
        revoked_at: None,
    };
    token.limits().check(now)?;
    check_within(operator, &token)?;
    let event = change(operator, "service_token.created", &token).with(details(&token));
    db::write!(services.db, |tx| {
        instance::hold_exclusively(tx).await?;
        check_count(tx, now).await?;
        store::insert(tx, &token, &secret.hash).await?;
        Ok::<_, Error>(audit::record(tx, services, &event).await?)
    })?;
    services.service_tokens.forget(GROUP);
    Ok(Created {
        token,
        text: secret.text,
    })
}

/// What the operator's own service needs; governing the instance must be asked for by name.
fn usual_permissions(operator: &Operator) -> Vec<OperatorPermission> {
    use OperatorPermission as P;
    let governs = |permission: &P| matches!(permission, P::TokensManage | P::UsersManage | P::SettingsManage);
    let own = operator.permissions.iter().copied();
    own.filter(|permission| !governs(permission)).collect()
}

/// In the order of the documentation, each once.
pub fn sorted(mut permissions: Vec<OperatorPermission>) -> Vec<OperatorPermission> {
    permissions.sort_unstable();
    permissions.dedup();
    permissions
}

/// Refuses a token that could do what its maker cannot.
pub fn check_within(operator: &Operator, token: &ServiceToken) -> Result<(), Error> {
    let lacking = |what: &str| Error::BeyondMaker {
        what: what.to_owned(),
    };
    let beyond = token
        .permissions
        .iter()
        .find(|permission| operator.authorize(**permission).is_err());
    if let Some(permission) = beyond {
        return Err(lacking(permission.as_str()));
    }
    let Some(maker) = &operator.token else {
        return Ok(());
    };
    let beyond = token.limits().beyond(&maker.limits());
    beyond.map_or(Ok(()), |what| Err(lacking(what)))
}

/// Refuses one more token when there are as many as there may be.
pub async fn check_count(tx: &mut db::Tx, now: Timestamp) -> Result<(), Error> {
    if store::count_active(tx, now).await? >= SERVICE_TOKENS_MAX {
        return Err(Error::TooMany {
            max: SERVICE_TOKENS_MAX,
        });
    }
    Ok(())
}

/// For the audit log.
pub fn change<'a>(operator: &'a Operator, action: &'static str, token: &ServiceToken) -> Change<'a> {
    Change::by_operator(operator, action, "service_token", Some(token.id.uuid()))
}

/// What the audit log keeps of a token.
pub fn details(token: &ServiceToken) -> serde_json::Value {
    let permissions: Vec<_> = token.permissions.iter().map(ToString::to_string).collect();
    serde_json::json!({
        "name": token.name,
        "last_four": token.last_four,
        "permissions": permissions,
        "addresses": credential::network_texts(token.addresses.as_deref()),
        "expires_at": token.expires_at,
        "rate_limit_per_minute": token.rate_limit_per_minute,
    })
}
