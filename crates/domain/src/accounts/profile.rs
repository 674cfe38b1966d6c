//! What a person does with his own account.

use types::{DisplayName, Duration, SecretText};

use super::{Error, User, password_rules, sessions, store, store::FoundUser};
use crate::{
    Services,
    access::Person,
    audit::{self, Change},
};

/// What shall be different; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// What he is called.
    pub name: Option<DisplayName>,
}

/// The password that is, and the one that shall be.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// The current one.
    pub current: SecretText,
    /// The new one.
    pub new: SecretText,
}

/// Who the person is.
pub async fn me(services: &Services, person: &Person) -> Result<User, Error> {
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_user(tx, person.user).await?
    ))?;
    found.map(|found| found.user).ok_or(Error::NotFound)
}

/// Changes the person's profile.
pub async fn update_me(services: &Services, person: &Person, change: ProfileChange) -> Result<User, Error> {
    let now = services.clock.now();
    let event = Change::by_person(person, "user.changed", "user", person.user.uuid());
    db::write!(services.db, |tx| {
        store::lock_user(tx, person.user).await?;
        let mut user = store::find_user(tx, person.user)
            .await?
            .ok_or(Error::NotFound)?
            .user;
        if let Some(name) = &change.name {
            user.name = name.clone();
        }
        user.updated_at = now.max(user.updated_at.plus(Duration::from_us(1)));
        store::update_profile(tx, &user).await?;
        audit::record(tx, services, &event).await?;
        Ok::<_, Error>(user)
    })
}

/// Changes the person's password, and ends all his other sessions.
///
/// # Errors
/// [`Error::WrongPassword`] when the current one is another; [`Error::WeakPassword`], [`Error::TooManyAttempts`],
/// [`Error::Busy`].
pub async fn change_password(
    services: &Services,
    person: &Person,
    change: PasswordChange,
) -> Result<(), Error> {
    let now = services.clock.now();
    let limits = &services.sign_in_limits;
    let attempt = limits.attempt_as(person.origin.address, person.user, now)?;
    let found = limits.ended(&attempt, check(services, person, change.current).await)?;
    let old_hash = found.password_hash;
    password_rules::check(&change.new, &found.user.email)?;
    let new_hash = services.passwords.hash(change.new).await?;
    let event = Change::by_person(person, "user.password_changed", "user", person.user.uuid());
    db::write!(services.db, |tx| {
        // Only the one that was checked is replaced: of two changes at once, one wins.
        if !store::replace_password(tx, person.user, &old_hash, &new_hash, now).await? {
            return Err(Error::WrongPassword);
        }
        sessions::end_others(tx, person.user, Some(person.session), now).await?;
        Ok::<_, Error>(audit::record(tx, services, &event).await?)
    })?;
    services.sessions.forget(person.user.uuid());
    Ok(())
}

/// The person, when it is his password.
async fn check(services: &Services, person: &Person, password: SecretText) -> Result<FoundUser, Error> {
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_user(tx, person.user).await?
    ))?;
    let found = found.ok_or(Error::NotFound)?;
    let hash = Some(found.password_hash.clone());
    if !services.passwords.verify(password, hash).await? {
        return Err(Error::WrongPassword);
    }
    Ok(found)
}
