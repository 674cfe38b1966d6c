//! Becoming a user.

use db::Tx;
use subtle::ConstantTimeEq;
use types::{DisplayName, Email, SecretText};

use super::{Client, Error, SignedIn, User, bonus, password_rules, sessions, store};
use crate::{
    Services,
    access::Actor,
    audit::{self, Change},
    instance::{self, SignUp as Mode},
    workspaces,
};

/// What somebody signs up with.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// His mail address.
    pub email: Email,
    /// The password that he chose.
    pub password: SecretText,
    /// What he is called.
    pub name: DisplayName,
    /// The code that was printed at start; asked for at the first sign-up of an instance that listens beyond loopback.
    pub setup_code: Option<SecretText>,
}

/// What a user is made from by the operator.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// His mail address.
    pub email: Email,
    /// His first password.
    pub password: SecretText,
    /// What he is called.
    pub name: DisplayName,
}

/// Has anybody signed up? If not, the next who does runs the instance.
pub async fn has_users(services: &Services) -> Result<bool, Error> {
    db::read!(services.db, |tx| Ok::<_, Error>(store::any_user(tx).await?))
}

/// Makes a user with his personal workspace, and signs him in. The first user of the instance is its operator.
///
/// # Errors
/// [`Error::SignUpClosed`], [`Error::InvitationRequired`], [`Error::SetupCodeRequired`], [`Error::EmailTaken`],
/// [`Error::WeakPassword`], [`Error::TooManyAttempts`], [`Error::Busy`].
pub async fn sign_up(services: &Services, client: &Client, new: SignUp) -> Result<SignedIn, Error> {
    services
        .sign_in_limits
        .sign_up(client.origin.address, services.clock.now())?;
    let known = services.instance.get(services).await?;
    let bonus = bonus::promised(&known.settings);
    match known.settings.sign_up {
        Mode::Open => (),
        Mode::Invitation => return Err(Error::InvitationRequired),
        Mode::Closed => return Err(Error::SignUpClosed),
    }
    password_rules::check(&new.password, &new.email)?;
    let password_hash = services.passwords.hash(new.password).await?;
    let may_found = is_setup_code(services.setup_code.as_ref(), new.setup_code.as_ref());
    let now = services.clock.now();
    let session = sessions::new_session(services, client);
    let mut user = User {
        id: services.ids.next(),
        email: new.email,
        name: new.name,
        operator_since: None,
        disabled_at: None,
        last_sign_in_at: Some(now),
        created_at: now,
        updated_at: now,
    };
    let (user, workspace) = db::write!(services.db, |tx| {
        let is_first = is_first(tx).await?;
        if is_first && !may_found {
            return Err(Error::SetupCodeRequired);
        }
        user.operator_since = is_first.then_some(now);
        if !store::insert_user(tx, &user, &password_hash).await? {
            return Err(Error::EmailTaken);
        }
        let change = Change {
            action: "user.signed_up",
            resource_kind: "user",
            resource_id: Some(user.id.uuid()),
            details: serde_json::json!({ "operator": user.operator_since.is_some() }),
            workspace: None,
            actor: Actor::User(user.id),
            origin: Some(&client.origin),
        };
        audit::record(tx, services, &change).await?;
        if bonus.is_some() {
            store::set_bonus_due(tx, user.id, bonus).await?;
        }
        let stem = user.name.as_str();
        let workspace = workspaces::create_personal(tx, services, user.id, stem, &client.origin).await?;
        store::insert_session(tx, user.id, &session).await?;
        Ok((user.clone(), workspace))
    })?;
    bonus::give(services, user.id, bonus, workspace.id).await;
    Ok(SignedIn {
        user,
        workspace,
        session: session.session,
        token: session.token,
    })
}

/// Will the user that this transaction makes be the first? Of two at once one waits here, and finds the other.
pub(super) async fn is_first(tx: &mut Tx) -> db::Result<bool> {
    if store::any_user(tx).await? {
        return Ok(false);
    }
    instance::hold_exclusively(tx).await?;
    Ok(!store::any_user(tx).await?)
}

/// May the giver of this code found the instance? In constant time, for the code is a secret.
fn is_setup_code(wanted: Option<&SecretText>, given: Option<&SecretText>) -> bool {
    match (wanted, given) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wanted), Some(given)) => {
            let given = given.expose().trim().as_bytes();
            wanted.expose().as_bytes().ct_eq(given).into()
        }
    }
}
