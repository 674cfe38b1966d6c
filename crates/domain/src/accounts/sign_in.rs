//! Coming and going.

use types::{Email, SecretText};

use super::{Client, Error, SignedIn, bonus, sessions, store, store::FoundUser};
use crate::{
    Services,
    access::{Actor, Person},
    audit::{self, Change},
    workspaces,
};

/// What somebody signs in with.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// His mail address.
    pub email: Email,
    /// His password.
    pub password: SecretText,
}

/// Signs somebody in. Makes his personal workspace when he has none.
///
/// # Errors
/// [`Error::WrongCredentials`] for an unknown address, a wrong password and a disabled user alike, after the same
/// work; [`Error::TooManyAttempts`], [`Error::Busy`].
pub async fn sign_in(services: &Services, client: &Client, given: SignIn) -> Result<SignedIn, Error> {
    let now = services.clock.now();
    let limits = &services.sign_in_limits;
    let attempt = limits.attempt(client.origin.address, &given.email, now)?;
    let found = limits.ended(&attempt, check(services, given).await)?;
    let mut user = found.user;
    let stem = user.name.as_str();
    let workspace = workspaces::ensure_personal(services, user.id, stem, &client.origin).await?;
    let session = sessions::new_session(services, client);
    let change = Change {
        action: "user.signed_in",
        resource_kind: "session",
        resource_id: Some(session.session.id.uuid()),
        details: serde_json::Value::Null,
        workspace: None,
        actor: Actor::User(user.id),
        origin: Some(&client.origin),
    };
    // The operator made him: this is his beginning.
    let bonus = match user.last_sign_in_at {
        None => bonus::promised(&services.instance.get(services).await?.settings),
        Some(_) => None,
    };
    db::write!(services.db, |tx| {
        // He may have been disabled, or his password changed, while the password was checked.
        if !store::note_sign_in(tx, user.id, &found.password_hash, now).await? {
            return Err(Error::WrongCredentials);
        }
        if bonus.is_some() {
            store::set_bonus_due(tx, user.id, bonus).await?;
        }
        store::insert_session(tx, user.id, &session).await?;
        store::end_surplus_sessions(tx, user.id, now).await?;
        Ok::<_, Error>(audit::record(tx, services, &change).await?)
    })?;
    user.last_sign_in_at = Some(now);
    bonus::give(services, user.id, bonus, workspace.id).await;
    Ok(SignedIn {
        user,
        workspace,
        session: session.session,
        token: session.token,
    })
}

/// Whose mail address and password they are.
async fn check(services: &Services, given: SignIn) -> Result<FoundUser, Error> {
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_credentials(tx, &given.email).await?
    ))?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let is_right = services.passwords.verify(given.password, hash).await?;
    found
        .filter(|found| is_right && found.user.disabled_at.is_none())
        .ok_or(Error::WrongCredentials)
}

/// Ends the session that the person asks by. Twice is once.
pub async fn sign_out(services: &Services, person: &Person) -> Result<(), Error> {
    match sessions::end_session(services, person, person.session).await {
        Err(Error::NotFound) => Ok(()),
        done => done,
    }
}
