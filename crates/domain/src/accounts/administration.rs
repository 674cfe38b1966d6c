//! What the operator does with users, through the API and the command line.

use types::{Cursor, Email, Page, PageLimit, SecretText, UserId};

use super::{Error, NewUser, User, password_rules, sessions, sign_up::is_first, store};
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit::{self, Change},
    instance, workspaces,
};

/// Which users to list.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Only the one with this address.
    pub email: Option<Email>,
    /// Only operators, or only those who are not.
    pub operator: Option<bool>,
    /// Only disabled ones, or only those who are not.
    pub disabled: Option<bool>,
}

/// All users of the instance, the newest first.
pub async fn list_users(
    services: &Services,
    operator: &Operator,
    filter: &UserFilter,
    limit: PageLimit,
    cursor: Option<&Cursor>,
) -> Result<Page<User>, Error> {
    operator.authorize(OperatorPermission::WorkspacesRead)?;
    let before = cursor.map(Cursor::id).transpose()?;
    let rows = db::read!(services.db, |tx| Ok::<_, Error>(
        store::page_users(tx, filter, before, limit).await?
    ))?;
    Ok(Page::from_rows(rows, limit, |user| {
        Cursor::after_id(user.id.uuid())
    }))
}

/// The user with this mail address.
pub async fn find_user(services: &Services, operator: &Operator, email: &Email) -> Result<User, Error> {
    operator.authorize(OperatorPermission::WorkspacesRead)?;
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_credentials(tx, email).await?
    ))?;
    found.map(|found| found.user).ok_or(Error::NotFound)
}

/// Makes a user, whatever the settings say about sign-up. His personal workspace is made when he signs in. The first
/// user of the instance is its operator, as with [`sign_up`](super::sign_up()); later ones are made it by another deed,
/// [`promote_operator`].
pub async fn create_user(services: &Services, operator: &Operator, new: NewUser) -> Result<User, Error> {
    operator.authorize(OperatorPermission::UsersManage)?;
    password_rules::check(&new.password, &new.email)?;
    let password_hash = services.passwords.hash(new.password).await?;
    let now = services.clock.now();
    let mut user = User {
        id: services.ids.next(),
        email: new.email,
        name: new.name,
        operator_since: None,
        disabled_at: None,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    };
    db::write!(services.db, |tx| {
        user.operator_since = is_first(tx).await?.then_some(now);
        if !store::insert_user(tx, &user, &password_hash).await? {
            return Err(Error::EmailTaken);
        }
        let event = Change::by_operator(operator, "user.created", "user", Some(user.id.uuid()))
            .with(serde_json::json!({ "operator": user.operator_since.is_some() }));
        audit::record(tx, services, &event).await?;
        Ok(user.clone())
    })
}

/// Gives a user another password, and ends all his sessions.
pub async fn reset_password(
    services: &Services,
    operator: &Operator,
    user: UserId,
    new: SecretText,
) -> Result<(), Error> {
    operator.authorize(OperatorPermission::UsersManage)?;
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_user(tx, user).await?
    ))?;
    let email = found.ok_or(Error::NotFound)?.user.email;
    password_rules::check(&new, &email)?;
    let hash = services.passwords.hash(new).await?;
    let now = services.clock.now();
    let event = Change::by_operator(operator, "user.password_reset", "user", Some(user.uuid()));
    db::write!(services.db, |tx| {
        store::set_password(tx, user, &hash, now).await?;
        sessions::end_others(tx, user, None, now).await?;
        Ok::<_, Error>(audit::record(tx, services, &event).await?)
    })?;
    services.sessions.forget(user.uuid());
    Ok(())
}

/// Makes a user an operator of the instance. Twice is once.
pub async fn promote_operator(services: &Services, operator: &Operator, user: UserId) -> Result<User, Error> {
    operator.authorize(OperatorPermission::UsersManage)?;
    let now = services.clock.now();
    let event = Change::by_operator(operator, "user.promoted", "user", Some(user.uuid()));
    let promoted = db::write!(services.db, |tx| {
        store::lock_user(tx, user).await?;
        let mut found = store::find_user(tx, user).await?.ok_or(Error::NotFound)?.user;
        if found.operator_since.is_none() {
            found.operator_since = Some(now);
            store::update_standing(tx, &found).await?;
            audit::record(tx, services, &event).await?;
        }
        Ok::<_, Error>(found)
    })?;
    services.sessions.forget(user.uuid());
    Ok(promoted)
}

/// Keeps a user out: his sessions end, and the keys that live by his membership. Twice is once.
///
/// # Errors
/// [`Error::LastOperator`] when nobody else could run the instance.
pub async fn disable_user(services: &Services, operator: &Operator, user: UserId) -> Result<User, Error> {
    set_disabled(services, operator, user, true).await
}

/// Lets a user in again; he signs in anew. Twice is once.
pub async fn enable_user(services: &Services, operator: &Operator, user: UserId) -> Result<User, Error> {
    set_disabled(services, operator, user, false).await
}

async fn set_disabled(
    services: &Services,
    operator: &Operator,
    user: UserId,
    disabled: bool,
) -> Result<User, Error> {
    operator.authorize(OperatorPermission::UsersManage)?;
    let now = services.clock.now();
    let action = if disabled { "user.disabled" } else { "user.enabled" };
    let event = Change::by_operator(operator, action, "user", Some(user.uuid()));
    let (changed, touched) = db::write!(services.db, |tx| {
        // So that of two operators not each disables the other.
        instance::hold_exclusively(tx).await?;
        store::lock_user(tx, user).await?;
        let mut found = store::find_user(tx, user).await?.ok_or(Error::NotFound)?.user;
        if found.disabled_at.is_some() == disabled {
            return Ok((found, Vec::new()));
        }
        if disabled && found.operator_since.is_some() && !store::another_operator(tx, user).await? {
            return Err(Error::LastOperator);
        }
        found.disabled_at = disabled.then_some(now);
        store::update_standing(tx, &found).await?;
        sessions::end_others(tx, user, None, now).await?;
        let touched = workspaces::raise_epochs_of_member(tx, user).await?;
        audit::record(tx, services, &event).await?;
        Ok::<_, Error>((found, touched))
    })?;
    services.sessions.forget(user.uuid());
    for workspace in touched {
        services.keys.forget(workspace.uuid());
    }
    Ok(changed)
}
