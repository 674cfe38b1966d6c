//! SQL of users and their sessions.

use db::{Result, Tx, all, execute, one_value, optional};
use types::{DisplayName, Email, Microcredits, PageLimit, SessionId, Timestamp, UserId};
use uuid::Uuid;

use super::{
    Session, SessionIdentity, User, UserFilter,
    sessions::{NewSession, SESSIONS_PER_USER_MAX},
};
use crate::instance::TokenHash;

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    email: String,
    name: String,
    password_hash: String,
    operator_since: Option<i64>,
    disabled_at: Option<i64>,
    last_sign_in_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

/// A user with what his password is checked by.
pub struct FoundUser {
    pub user: User,
    pub password_hash: String,
}

impl From<UserRow> for FoundUser {
    fn from(row: UserRow) -> Self {
        Self {
            user: User {
                id: UserId::from_uuid(row.id),
                email: Email::from_stored(row.email),
                name: DisplayName::from_stored(row.name),
                operator_since: row.operator_since.map(Timestamp::from_us),
                disabled_at: row.disabled_at.map(Timestamp::from_us),
                last_sign_in_at: row.last_sign_in_at.map(Timestamp::from_us),
                created_at: Timestamp::from_us(row.created_at),
                updated_at: Timestamp::from_us(row.updated_at),
            },
            password_hash: row.password_hash,
        }
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    user_agent: String,
    address: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: SessionId::from_uuid(row.id),
            user_agent: row.user_agent,
            address: row.address,
            created_at: Timestamp::from_us(row.created_at),
            last_seen_at: Timestamp::from_us(row.last_seen_at),
            expires_at: Timestamp::from_us(row.expires_at),
        }
    }
}

#[derive(sqlx::FromRow)]
struct SessionIdentityRow {
    id: Uuid,
    user_id: Uuid,
    operator_since: Option<i64>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl From<SessionIdentityRow> for SessionIdentity {
    fn from(row: SessionIdentityRow) -> Self {
        Self {
            session: SessionId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            is_operator: row.operator_since.is_some(),
            created_at: Timestamp::from_us(row.created_at),
            last_seen_at: Timestamp::from_us(row.last_seen_at),
            expires_at: Timestamp::from_us(row.expires_at),
        }
    }
}

pub async fn any_user(tx: &mut Tx) -> Result<bool> {
    Ok(optional!(tx, (Uuid,), "SELECT id FROM users LIMIT 1")?.is_some())
}

/// False when the mail address is taken.
pub async fn insert_user(tx: &mut Tx, user: &User, password_hash: &str) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO users (id, email, name, password_hash, password_changed_at, operator_since, disabled_at,
                            last_sign_in_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $5, $5) ON CONFLICT (email) DO NOTHING",
        user.id.uuid(),
        user.email.as_str(),
        user.name.as_str(),
        password_hash,
        user.created_at.us(),
        user.operator_since.map(Timestamp::us),
        user.last_sign_in_at.map(Timestamp::us)
    )?;
    Ok(inserted == 1)
}

/// What was promised to a user and not given yet.
pub async fn set_bonus_due(tx: &mut Tx, user: UserId, bonus: Option<Microcredits>) -> Result<()> {
    execute!(
        tx,
        "UPDATE users SET signup_bonus_due = $2 WHERE id = $1",
        user.uuid(),
        bonus.map(Microcredits::get)
    )?;
    Ok(())
}

/// Users to whom something was promised, the ones who wait longest first.
pub async fn bonuses_due(tx: &mut Tx, limit: i64) -> Result<Vec<(UserId, Microcredits)>> {
    let rows = all!(
        tx,
        (Uuid, i64),
        "SELECT id, signup_bonus_due FROM users WHERE signup_bonus_due IS NOT NULL ORDER BY id LIMIT $1",
        limit
    )?;
    Ok(rows
        .into_iter()
        .map(|(user, bonus)| (UserId::from_uuid(user), Microcredits::new(bonus)))
        .collect())
}

/// Holds the row until the transaction ends, so that what is read next stays true.
pub async fn lock_user(tx: &mut Tx, user: UserId) -> Result<()> {
    execute!(
        tx,
        "UPDATE users SET updated_at = updated_at WHERE id = $1",
        user.uuid()
    )?;
    Ok(())
}

pub async fn find_user(tx: &mut Tx, user: UserId) -> Result<Option<FoundUser>> {
    let row = optional!(
        tx,
        UserRow,
        "SELECT id, email, name, password_hash, operator_since, disabled_at, last_sign_in_at, created_at, updated_at
         FROM users WHERE id = $1",
        user.uuid()
    )?;
    Ok(row.map(FoundUser::from))
}

pub async fn find_credentials(tx: &mut Tx, email: &Email) -> Result<Option<FoundUser>> {
    let row = optional!(
        tx,
        UserRow,
        "SELECT id, email, name, password_hash, operator_since, disabled_at, last_sign_in_at, created_at, updated_at
         FROM users WHERE email = $1",
        email.as_str()
    )?;
    Ok(row.map(FoundUser::from))
}

pub async fn page_users(
    tx: &mut Tx,
    filter: &UserFilter,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<Vec<User>> {
    let rows = all!(
        tx,
        UserRow,
        "SELECT id, email, name, password_hash, operator_since, disabled_at, last_sign_in_at, created_at, updated_at
         FROM users
         WHERE ($1 IS NULL OR id < $1)
           AND ($2 IS NULL OR email = $2)
           AND ($3 IS NULL OR (operator_since IS NOT NULL) = $3)
           AND ($4 IS NULL OR (disabled_at IS NOT NULL) = $4)
         ORDER BY id DESC LIMIT $5",
        before,
        filter.email.as_ref().map(Email::as_str),
        filter.operator,
        filter.disabled,
        limit.and_one()
    )?;
    Ok(rows.into_iter().map(|row| FoundUser::from(row).user).collect())
}

pub async fn update_profile(tx: &mut Tx, user: &User) -> Result<()> {
    execute!(
        tx,
        "UPDATE users SET name = $2, updated_at = $3 WHERE id = $1",
        user.id.uuid(),
        user.name.as_str(),
        user.updated_at.us()
    )?;
    Ok(())
}

pub async fn update_standing(tx: &mut Tx, user: &User) -> Result<()> {
    execute!(
        tx,
        "UPDATE users SET operator_since = $2, disabled_at = $3 WHERE id = $1",
        user.id.uuid(),
        user.operator_since.map(Timestamp::us),
        user.disabled_at.map(Timestamp::us)
    )?;
    Ok(())
}

pub async fn another_operator(tx: &mut Tx, but: UserId) -> Result<bool> {
    let count = one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM users WHERE operator_since IS NOT NULL AND disabled_at IS NULL AND id <> $1",
        but.uuid()
    )?;
    Ok(count > 0)
}

pub async fn set_password(tx: &mut Tx, user: UserId, hash: &str, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "UPDATE users SET password_hash = $2, password_changed_at = $3 WHERE id = $1",
        user.uuid(),
        hash,
        now.us()
    )?;
    Ok(())
}

/// False when the old one was replaced meanwhile.
pub async fn replace_password(
    tx: &mut Tx,
    user: UserId,
    old: &str,
    new: &str,
    now: Timestamp,
) -> Result<bool> {
    let replaced = execute!(
        tx,
        "UPDATE users SET password_hash = $3, password_changed_at = $4 WHERE id = $1 AND password_hash = $2",
        user.uuid(),
        old,
        new,
        now.us()
    )?;
    Ok(replaced == 1)
}

/// False when he may no longer sign in with this password.
pub async fn note_sign_in(tx: &mut Tx, user: UserId, password_hash: &str, now: Timestamp) -> Result<bool> {
    let noted = execute!(
        tx,
        "UPDATE users SET last_sign_in_at = $3 WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL",
        user.uuid(),
        password_hash,
        now.us()
    )?;
    Ok(noted == 1)
}

pub async fn insert_session(tx: &mut Tx, user: UserId, new: &NewSession) -> Result<()> {
    let session = &new.session;
    execute!(
        tx,
        "INSERT INTO sessions (id, user_id, token_hash, user_agent, address, created_at, last_seen_at, expires_at,
                               ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, NULL)",
        session.id.uuid(),
        user.uuid(),
        new.hash.as_slice(),
        &session.user_agent,
        &session.address,
        session.created_at.us(),
        session.expires_at.us()
    )?;
    Ok(())
}

pub async fn find_session(tx: &mut Tx, hash: &TokenHash) -> Result<Option<SessionIdentity>> {
    let row = optional!(
        tx,
        SessionIdentityRow,
        "SELECT s.id, s.user_id, u.operator_since, s.created_at, s.last_seen_at, s.expires_at
         FROM sessions AS s JOIN users AS u ON u.id = s.user_id
         WHERE s.token_hash = $1 AND s.ended_at IS NULL AND u.disabled_at IS NULL",
        hash.as_slice()
    )?;
    Ok(row.map(SessionIdentity::from))
}

pub async fn touch_session(
    tx: &mut Tx,
    session: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE sessions SET last_seen_at = $2, expires_at = $3
         WHERE id = $1 AND last_seen_at < $2 AND ended_at IS NULL",
        session.uuid(),
        now.us(),
        expires_at.us()
    )?;
    Ok(())
}

pub async fn list_sessions(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<Vec<Session>> {
    let rows = all!(
        tx,
        SessionRow,
        "SELECT id, user_agent, address, created_at, last_seen_at, expires_at FROM sessions
         WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
         ORDER BY last_seen_at DESC, id DESC LIMIT $3",
        user.uuid(),
        now.us(),
        SESSIONS_PER_USER_MAX
    )?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// False when it is not his, or ended already.
pub async fn end_session(tx: &mut Tx, user: UserId, session: SessionId, now: Timestamp) -> Result<bool> {
    let ended = execute!(
        tx,
        "UPDATE sessions SET ended_at = $3 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL",
        session.uuid(),
        user.uuid(),
        now.us()
    )?;
    Ok(ended == 1)
}

pub async fn end_sessions_but(
    tx: &mut Tx,
    user: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE sessions SET ended_at = $3
         WHERE user_id = $1 AND ended_at IS NULL AND ($2 IS NULL OR id <> $2)",
        user.uuid(),
        but.map(SessionId::uuid),
        now.us()
    )?;
    Ok(())
}

pub async fn end_surplus_sessions(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "UPDATE sessions SET ended_at = $2
         WHERE user_id = $1 AND ended_at IS NULL AND id NOT IN
            (SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
             ORDER BY last_seen_at DESC, id DESC LIMIT $3)",
        user.uuid(),
        now.us(),
        SESSIONS_PER_USER_MAX
    )?;
    Ok(())
}

pub async fn delete_sessions_ended_before(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM sessions WHERE id IN
            (SELECT id FROM sessions WHERE ended_at < $1 OR expires_at < $1 LIMIT $2)",
        before.us(),
        limit
    )
}
