//! What can go wrong with calls and runs. That a flow faults is no error: see [`Answer`](super::Answer).

use flow::SchemaViolation;
use types::{CursorError, Microcredits, RunId, Slug};

use crate::{
    access::Denied,
    api_keys::{AuthError, Restricted, TenantRef},
    credits::{self, ReachedCap},
    engine::{LoadRefusal, StopReason},
    environments, flows, instance,
    rate_limits::RateLimited,
};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace has no such run, or keeps none of it.
    #[error("there is no run {run}")]
    Unknown {
        /// What was asked for.
        run: RunId,
    },
    /// The workspace has no such tenant.
    #[error("there is no tenant {tenant}")]
    UnknownTenant {
        /// What was asked for.
        tenant: TenantRef,
    },
    /// The flow is not live in the environment that was called.
    #[error("the flow {flow} is not live in {environment}")]
    NotDeployed {
        /// Which flow.
        flow: Slug,
        /// Where it was called.
        environment: Slug,
        /// Where it is live.
        live_in: Vec<Slug>,
    },
    /// The key is not for this environment, or a test key was to reach production.
    #[error("the key may not call the environment {environment}")]
    EnvironmentNotAllowed {
        /// Which environment.
        environment: Slug,
        /// Those that it may call.
        allowed: Vec<Slug>,
    },
    /// Which environment is meant must be said.
    #[error("the environment must be named")]
    EnvironmentRequired {
        /// Those that can be named.
        allowed: Vec<Slug>,
    },
    /// The input does not fit the flow's schema.
    #[error("the input does not fit")]
    InvalidInput {
        /// Everything that does not.
        violations: Vec<SchemaViolation>,
    },
    /// The flow has effects without a bound, so no hold can cover it. Only a draft can come this far.
    #[error("the flow can make outgoing calls or use units without end")]
    Unbounded,
    /// The key is not for this flow or environment.
    #[error(transparent)]
    Restricted(#[from] Restricted),
    /// The key has ended since the call began.
    #[error(transparent)]
    Credential(#[from] AuthError),
    /// Too many calls by the key, or by all keys of the workspace.
    #[error(transparent)]
    RateLimited(#[from] RateLimited),
    /// The workspace takes too much of the machine.
    #[error(transparent)]
    Overloaded(#[from] LoadRefusal),
    /// Not enough credits.
    #[error("{needed} credits are needed and {available} are available")]
    InsufficientCredits {
        /// The price, or the most that it can be.
        needed: Microcredits,
        /// What there is.
        available: Microcredits,
    },
    /// A cap would be passed.
    #[error(transparent)]
    CapReached(ReachedCap),
    /// The `Idempotency-Key` was used with another body.
    #[error("the idempotency key was used with another request")]
    IdempotencyMismatch,
    /// The first call with this `Idempotency-Key` is still under way.
    #[error("a call with this idempotency key is under way")]
    IdempotencyInProgress,
    /// The first call with this `Idempotency-Key` was cut off; its effects may have happened.
    #[error("the first call with this idempotency key was interrupted")]
    Interrupted,
    /// The configuration changed again and again while the call was resolved: come back.
    #[error("the configuration keeps changing")]
    Unsettled,
    /// Too much is waiting: come back.
    #[error("too much is waiting")]
    Busy,
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// Something about the environment.
    #[error(transparent)]
    Environment(#[from] environments::Error),
    /// Something about the flow.
    #[error(transparent)]
    Flow(#[from] flows::Error),
    /// Something about the credits that the call does not answer itself.
    #[error(transparent)]
    Credits(credits::Error),
    /// The settings could not be read.
    #[error(transparent)]
    Instance(#[from] instance::Error),
    /// The engine has a bug.
    #[error("the engine broke")]
    EngineBroke,
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

db::internal_conflicts!(Error);

impl From<StopReason> for Error {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::Busy => Self::Busy,
            StopReason::Broken => Self::EngineBroke,
        }
    }
}
