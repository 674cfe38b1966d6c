//! Repeated requests are done once. Owns `idempotency_keys`, of all routes that move no money.
//!
//! A key belongs to a workspace (or to none), a caller and a route, for 24 hours. Whoever comes first claims it, does
//! the work and leaves the answer; who comes again with the same body is given that answer. Failures leave nothing:
//! their work was undone, so that the same request may be tried again.
//!
//! Of a body only a hash is stored, under the instance's key for hashes: a body may be short and hold a password.
//!
//! Keys whose time is over are deleted by the upkeep. Routes that move money claim theirs within the ledger's transaction instead, because a charge must be exact
//! across a crash. Here the claim is a transaction of its own: after a crash between claim and answer, the key is
//! free again once [`ABANDONED_AFTER`] has passed.

mod error;
mod store;

pub use error::Error;

use types::{Duration, Timestamp};
use uuid::Uuid;

use crate::{
    Services,
    access::{Caller, Operator, Person},
};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);
/// Longer than any request may take: a claim that is still open then belongs to a process that died.
pub const ABANDONED_AFTER: Duration = Duration::from_minutes(2);
/// Most characters of a key.
pub const KEY_CHARS_MAX: usize = 255;

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    workspace: Uuid,
    caller: Uuid,
}

impl From<&Caller> for Scope {
    fn from(caller: &Caller) -> Self {
        Self {
            workspace: caller.workspace.uuid(),
            caller: caller.actor.id().unwrap_or_default(),
        }
    }
}

impl From<&Person> for Scope {
    fn from(person: &Person) -> Self {
        Self {
            workspace: Uuid::nil(),
            caller: person.user.uuid(),
        }
    }
}

impl From<&Operator> for Scope {
    fn from(operator: &Operator) -> Self {
        Self {
            workspace: Uuid::nil(),
            caller: operator.actor.id().unwrap_or_default(),
        }
    }
}

/// A request that carries a key.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whose it is.
    pub scope: Scope,
    /// Method and path.
    pub route: String,
    /// The key, at most [`KEY_CHARS_MAX`] characters.
    pub key: String,
    /// The hash of the body, and of the query where there is one: [`body_hash`].
    pub body_hash: [u8; 32],
}

/// An answer that was given and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its status.
    pub status: u16,
    /// What the server needs to give it again, as JSON.
    pub answer: String,
}

/// What a request with a key is told to do.
#[derive(Debug)]
pub enum Claim {
    /// Do the work, then [`complete`] or [`release`].
    New(Ticket),
    /// Answer this.
    Again(Kept),
}

/// The right to do the work of a claimed key.
#[derive(Debug)]
pub struct Ticket {
    request: Request,
    claimed_at: Timestamp,
}

/// The hash by which bodies are compared.
pub fn body_hash(body: &[u8]) -> [u8; 32] {
    *blake3::hash(body).as_bytes()
}

/// Claims the key of a request.
///
/// # Errors
/// [`Error::Mismatch`] when the key came with another body, [`Error::InProgress`] while the first is under way.
pub async fn claim(services: &Services, request: Request) -> Result<Claim, Error> {
    let now = services.clock.now();
    let request = Request {
        body_hash: services.hash_key.digest(&request.body_hash),
        ..request
    };
    let found = db::write!(services.db, |tx| {
        if store::insert(tx, &request, now, now.plus(KEPT)).await? {
            return Ok(None);
        }
        let row = store::find(tx, &request)
            .await?
            .ok_or_else(|| db::Error::corrupt("idempotency_keys", "the row that was in the way is gone"))?;
        if row.is_over(now) && store::take_over(tx, &request, &row, now, now.plus(KEPT)).await? {
            return Ok(None);
        }
        Ok::<_, Error>(Some(row))
    })?;
    match found {
        None => Ok(Claim::New(Ticket {
            request,
            claimed_at: now,
        })),
        Some(row) if row.body_hash != request.body_hash => Err(Error::Mismatch),
        Some(row) => row.kept()?.map(Claim::Again).ok_or(Error::InProgress),
    }
}

/// Keeps the answer of the work.
pub async fn complete(services: &Services, ticket: Ticket, kept: &Kept) -> Result<(), Error> {
    db::write!(services.db, |tx| Ok::<_, Error>(
        store::complete(tx, &ticket.request, ticket.claimed_at, kept).await?
    ))
}

/// Frees the key: the work failed and left nothing.
pub async fn release(services: &Services, ticket: Ticket) -> Result<(), Error> {
    db::write!(services.db, |tx| Ok::<_, Error>(
        store::delete(tx, &ticket.request, ticket.claimed_at).await?
    ))
}
