//! Sessions: the proof that somebody signed in, and the list of them.

use std::sync::Arc;

use db::Tx;
use types::{Duration, SecretText, SessionId, Timestamp, UserId};

use super::{Client, Error, store};
use crate::{
    Services,
    access::{Origin, Person},
    audit::{self, Change},
    credential_cache::CredentialCache,
    instance::TokenHash,
    tokens,
};

/// A session ends when it was not used for so long.
const IDLE_MAX: Duration = Duration::from_days(30);
/// A session ends when it is so old, however much it is used.
const AGE_MAX: Duration = Duration::from_days(90);
/// That somebody was there is written at most so often.
const TOUCH_EVERY: Duration = Duration::from_minutes(1);
/// Ended sessions are kept for so long, then deleted.
const KEEP_ENDED: Duration = Duration::from_days(30);
/// Most sessions of one user; signing in again ends the one that was not used for longest.
pub(super) const SESSIONS_PER_USER_MAX: i64 = 100;
const USER_AGENT_CHARS_MAX: usize = 300;
const DELETED_PER_RUN_MAX: i64 = 1_000;

/// Sessions by their hash, as last read.
pub type SessionCache = CredentialCache<SessionIdentity>;

/// A session as a request needs it.
#[derive(Debug, Clone, Copy)]
pub struct SessionIdentity {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// May he run the instance?
    pub is_operator: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, as far as it was written.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// What the client called itself at sign-in.
    pub user_agent: String,
    /// From where it was made.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
}

/// A session that is not stored yet, and its secret.
pub(super) struct NewSession {
    pub session: Session,
    pub token: SecretText,
    pub hash: TokenHash,
}

/// Makes a session, before the transaction that stores it.
pub(super) fn new_session(services: &Services, client: &Client) -> NewSession {
    let now = services.clock.now();
    let token = tokens::random(tokens::SESSION);
    let hash = services.hash_key.hash(token.expose());
    let user_agent = client.user_agent.chars().filter(|c| !c.is_control());
    NewSession {
        session: Session {
            id: services.ids.next(),
            user_agent: user_agent.take(USER_AGENT_CHARS_MAX).collect(),
            address: client.origin.address.to_string(),
            created_at: now,
            last_seen_at: now,
            expires_at: expiry(now, now),
        },
        token,
        hash,
    }
}

/// Who holds the session; `None` when nobody does: unknown, mistyped, ended, expired, or its user is disabled.
pub async fn authenticate_session(
    services: &Services,
    token: &str,
    origin: Origin,
) -> Result<Option<Person>, Error> {
    let now = services.clock.now();
    let hash = services.hash_key.hash(token);
    let identity = match services.sessions.get(&hash, now) {
        Some(identity) => identity,
        None if !tokens::is_well_formed(tokens::SESSION, token) => return Ok(None),
        None => match read(services, hash, now).await? {
            Some(identity) => identity,
            None => return Ok(None),
        },
    };
    Ok((now < identity.expires_at).then(|| Person {
        user: identity.user,
        session: identity.session,
        is_operator: identity.is_operator,
        origin,
    }))
}

async fn read(
    services: &Services,
    hash: TokenHash,
    now: Timestamp,
) -> Result<Option<Arc<SessionIdentity>>, Error> {
    let reading = services.sessions.begin(now);
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_session(tx, &hash).await?
    ))?;
    let Some(mut identity) = found.filter(|identity| now < identity.expires_at) else {
        services.sessions.remove(&hash);
        return Ok(None);
    };
    if now >= identity.last_seen_at.plus(TOUCH_EVERY) {
        let expires_at = expiry(identity.created_at, now);
        let touched: Result<(), Error> = db::write!(services.db, |tx| Ok(store::touch_session(
            tx,
            identity.session,
            now,
            expires_at
        )
        .await?));
        match touched {
            Ok(()) => (identity.last_seen_at, identity.expires_at) = (now, expires_at),
            // Nobody is turned away because it could not be written that he was here.
            Err(error) => tracing::warn!(%error, session = %identity.session, "a session was not touched"),
        }
    }
    let identity = Arc::new(identity);
    services
        .sessions
        .insert(hash, identity.user.uuid(), Arc::clone(&identity), reading);
    Ok(Some(identity))
}

/// Waits until sessions age that are in use, and reads them anew, as [`crate::api_keys::refresh`] does for keys.
pub async fn refresh_sessions(services: &Services) -> Result<u64, Error> {
    let aging = services.sessions.aging().await;
    for (hash, _) in &aging {
        read(services, *hash, services.clock.now()).await?;
    }
    Ok(aging.len() as u64)
}

fn expiry(created_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    seen_at.plus(IDLE_MAX).min(created_at.plus(AGE_MAX))
}

/// The person's sessions, the last used first.
pub async fn sessions(services: &Services, person: &Person) -> Result<Vec<Session>, Error> {
    let now = services.clock.now();
    db::read!(services.db, |tx| Ok::<_, Error>(
        store::list_sessions(tx, person.user, now).await?
    ))
}

/// Ends one of the person's sessions; it may be the one he asks by.
///
/// # Errors
/// [`Error::NotFound`] when it is not his, or ended already.
pub async fn end_session(services: &Services, person: &Person, session: SessionId) -> Result<(), Error> {
    let now = services.clock.now();
    let change = Change::by_person(person, "session.ended", "session", session.uuid());
    db::write!(services.db, |tx| {
        if !store::end_session(tx, person.user, session, now).await? {
            return Err(Error::NotFound);
        }
        Ok::<_, Error>(audit::record(tx, services, &change).await?)
    })?;
    services.sessions.forget(person.user.uuid());
    Ok(())
}

/// Ends a user's sessions but one, within the transaction that gives the reason. Forget him afterwards.
pub(super) async fn end_others(
    tx: &mut Tx,
    user: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> db::Result<()> {
    store::end_sessions_but(tx, user, but, now).await
}

/// Deletes some of the sessions that ended long ago, and answers how many. A job.
pub async fn delete_old_sessions(services: &Services) -> Result<u64, Error> {
    let before = services.clock.now().minus(KEEP_ENDED);
    db::write!(services.db, |tx| Ok::<_, Error>(
        store::delete_sessions_ended_before(tx, before, DELETED_PER_RUN_MAX).await?
    ))
}
