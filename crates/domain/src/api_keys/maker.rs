//! A key cannot do more than its maker.

use super::{ApiKey, Error, KeyKind, store};
use crate::{
    access::{Actor, Caller, Permission, PermissionName, PermissionSet},
    credential::{check_length, is_within},
    operator,
};

/// Who may change or end keys at all: managers any, makers their own.
pub fn authorize_change(caller: &Caller) -> Result<(), Error> {
    if caller.permissions.contains(Permission::KeysManage) {
        return Ok(());
    }
    Ok(caller.authorize(Permission::KeysCreate)?)
}

/// May the caller change or end this one?
pub fn authorize_change_of(caller: &Caller, key: &ApiKey) -> Result<(), Error> {
    let own = match caller.actor {
        Actor::User(user) => key.owner == user,
        Actor::ApiKey(id) => key.id == id || key.created_by == caller.actor,
        Actor::ServiceToken(_) | Actor::System => false,
    };
    if own {
        return authorize_change(caller);
    }
    Ok(caller.authorize(Permission::KeysManage)?)
}

/// Sorts names into permissions of ours and of the operator's own API.
pub async fn resolve_permissions(
    tx: &mut db::Tx,
    names: &[PermissionName],
) -> Result<(PermissionSet, Vec<PermissionName>), Error> {
    let (mut ours, mut others) = (PermissionSet::NONE, Vec::new());
    for name in names {
        match name.as_str().parse::<Permission>() {
            Ok(permission) if permission.is_for_keys() => ours = ours.with(permission),
            Ok(_) => return Err(Error::PermissionNotForKeys { name: name.clone() }),
            Err(_) if others.contains(name) => (),
            Err(_) => others.push(name.clone()),
        }
    }
    others.sort();
    for name in &others {
        if !operator::is_registered(tx, name).await? {
            return Err(Error::UnknownPermission { name: name.clone() });
        }
    }
    Ok((ours, others))
}

/// Refuses a key that could do what its maker cannot.
pub fn check_within(caller: &Caller, key: &ApiKey) -> Result<(), Error> {
    let lacking = |what: &str| Error::BeyondMaker {
        what: what.to_owned(),
    };
    if let Some(permission) = key
        .permissions
        .iter()
        .find(|permission| !caller.permissions.contains(*permission))
    {
        return Err(lacking(permission.as_str()));
    }
    let Some(maker) = &caller.key else { return Ok(()) };
    if let Some(name) = key
        .operator_permissions
        .iter()
        .find(|name| !maker.operator_permissions.iter().any(|own| own == name.as_str()))
    {
        return Err(lacking(name.as_str()));
    }
    let may_be_live = maker.kind == KeyKind::Live || key.kind == KeyKind::Test;
    for (holds, what) in [
        (may_be_live, "kind"),
        (
            is_within(maker.flows.as_deref(), key.flows.as_deref(), |maker, key| {
                maker == key
            }),
            "flows",
        ),
        (
            is_within(
                maker.environments.as_deref(),
                key.environments.as_deref(),
                |maker, key| maker == key,
            ),
            "environments",
        ),
    ] {
        if !holds {
            return Err(lacking(what));
        }
    }
    key.limits()
        .beyond(&maker.limits())
        .map_or(Ok(()), |what| Err(lacking(what)))
}

/// Refuses a key that is no key: restrictions to nothing, lists without end, limits and times out of range.
pub fn check_form(key: &ApiKey, now: types::Timestamp) -> Result<(), Error> {
    check_length("flows", key.flows.as_deref())?;
    check_length("environments", key.environments.as_deref())?;
    // A key without any permission is of use: `verify` may ask for none.
    if !key.operator_permissions.is_empty() {
        check_length("permissions", Some(&key.operator_permissions))?;
    }
    Ok(key.limits().check(now)?)
}

/// Refuses one more key when the workspace has as many as it may.
pub async fn check_count(
    tx: &mut db::Tx,
    workspace: types::WorkspaceId,
    now: types::Timestamp,
) -> Result<(), Error> {
    if store::count_active(tx, workspace, now).await? >= super::KEYS_MAX {
        return Err(Error::TooManyKeys { max: super::KEYS_MAX });
    }
    Ok(())
}
