//! What is asked of the ledger, and what it answers: data, so that it can wait in a queue and be applied in bulk.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use types::{
    ApiKeyId, Duration, EnvironmentId, FlowId, GrantId, HoldId, LineId, Microcredits, TenantId, Timestamp,
    UserId, WorkspaceId,
};
use uuid::Uuid;

use super::{CapSubject, GrantSource, Period};
use crate::{Services, access::Actor, audit};

/// One movement that is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The id of the line it will be, made beforehand: whether it was written can be looked up.
    pub line: LineId,
    /// Whose credits.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub actor: Actor,
    /// Under which configuration the call was resolved; `None` for movements that no configuration decides.
    pub resolved_under: Option<Epochs>,
    /// The caller's `Idempotency-Key`, when he sent one.
    pub claim: Option<Claim>,
    /// For people.
    pub note: Option<String>,
    /// What is written to the audit log when it is done: for movements that people decide, not for calls.
    pub audit: Option<Box<audit::Entry>>,
    /// What is to move.
    pub movement: Movement,
}

impl Request {
    /// Moves nothing but what is due. With a claim, it tells what became of the first request that had it.
    pub fn look(services: &Services, workspace: WorkspaceId, actor: Actor, claim: Option<Claim>) -> Self {
        Self {
            line: services.ids.next(),
            workspace,
            actor,
            resolved_under: None,
            claim,
            note: None,
            audit: None,
            movement: Movement::Settle,
        }
    }
}

/// The configuration that a call was resolved under. Charged under another one, it is refused as stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epochs {
    /// `accounts.config_epoch`.
    pub workspace: i64,
    /// `instance.epoch`.
    pub instance: i64,
}

/// The kinds of movement.
#[derive(Debug, Clone)]
pub enum Movement {
    /// Gives credits, now or when they become effective.
    Grant(NewGrant),
    /// Corrects the balance, either way, never below nothing.
    Adjust {
        /// How much; negative takes away.
        amount: Microcredits,
        /// The id of the grant that holds what is given.
        grant: GrantId,
    },
    /// Takes the price of a call that is over.
    Charge {
        /// The price; 0 for what is free, failed or a test.
        amount: Microcredits,
        /// What it was for.
        call: Arc<MeteredCall>,
        /// How it ended.
        ending: Ending,
    },
    /// Sets the most that a call can cost aside, before it has effects.
    Hold {
        /// The most.
        amount: Microcredits,
        /// When a forgotten hold is given back.
        deadline: Timestamp,
        /// What it is for.
        call: Arc<MeteredCall>,
        /// Whose work the `Idempotency-Key` stands for.
        claimed: HoldClaim,
    },
    /// Closes a hold with the real price; the rest returns.
    Post {
        /// Which.
        hold: HoldId,
        /// The real price, at most what is held; `None` for all of it.
        amount: Option<Microcredits>,
        /// How the call ended.
        ending: Ending,
    },
    /// Closes a hold without a price: the call did nothing.
    Void {
        /// Which.
        hold: HoldId,
        /// Nobody is going to close it any more: a later retry with its `Idempotency-Key` is told so.
        forgotten: bool,
    },
    /// Gives the price of a call back to the grants that it came from.
    Refund {
        /// The closing line of the call.
        of: LineId,
    },
    /// Moves nothing but what is due: grants that became effective or expired.
    Settle,
}

/// What an `Idempotency-Key` stands for when it comes with a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldClaim {
    /// The call that the hold is for: a repetition is under way until the hold is closed, then answered as its end.
    Call,
    /// The taking of the hold alone: a repetition is answered with the same hold.
    Taking,
}

/// Credits from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Its id.
    pub id: GrantId,
    /// Where they come from.
    pub source: GrantSource,
    /// How many; more than none.
    pub amount: Microcredits,
    /// Higher burns first.
    pub priority: i64,
    /// When they can be used.
    pub effective_at: Timestamp,
    /// When what is left of them ends.
    pub expires_at: Option<Timestamp>,
    /// What the outside calls it: the same one is granted once.
    pub external_id: Option<String>,
}

/// What a charge is for. Written to its closing line, which is the usage event of the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeteredCall {
    /// The key that called.
    pub key: Option<ApiKeyId>,
    /// The first of the keys that replaced one another up to it: its caps are theirs.
    pub key_lineage: Option<ApiKeyId>,
    /// The person who called.
    pub user: Option<UserId>,
    /// The flow that ran.
    pub flow: Option<FlowId>,
    /// Its version; 0 is the draft.
    pub flow_version: Option<i64>,
    /// Where it ran.
    pub environment: Option<EnvironmentId>,
    /// For whom.
    pub tenant: Option<TenantId>,
    /// What the operator's service charged for.
    pub resource: Option<String>,
    /// Through what: `api`, `console`, `verify`.
    pub surface: String,
    /// By a test key: costs nothing.
    pub test: bool,
    /// JSON that the operator's service attached.
    pub tags: Option<String>,
}

impl MeteredCall {
    /// Who called: a key or a person.
    pub fn actor(&self) -> Option<Actor> {
        self.key.map(Actor::ApiKey).or(self.user.map(Actor::User))
    }
}

/// How a call ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Its status.
    pub status: CallStatus,
    /// How long it took, in microseconds.
    pub latency_us: i64,
    /// The run, when it was one and its flow keeps records.
    pub run: Option<Arc<RunRecord>>,
    /// What is answered again to the same `Idempotency-Key`.
    pub answer: Option<Answer>,
}

/// The status of a metered call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// It did what was asked.
    Succeeded,
    /// It faulted.
    Failed,
    /// Its time was up.
    TimedOut,
    /// It was over, but its hold had been given back and the credits were gone.
    Uncollected,
}

impl CallStatus {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Succeeded, Self::Failed, Self::TimedOut, Self::Uncollected];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Uncollected => "uncollected",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.as_str() == text)
    }
}

/// A run, as it is kept. Its id is that of the closing line.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// What ran.
    pub flow: FlowId,
    /// Its version; 0 is the draft.
    pub version: i64,
    /// Where.
    pub environment: EnvironmentId,
    /// For whom.
    pub tenant: Option<TenantId>,
    /// Through what: `api`, `console`.
    pub surface: &'static str,
    /// `succeeded`, `failed`, `timed_out`.
    pub state: &'static str,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// JSON; `None` where the flow does not keep it. The same for the next three.
    pub input: Option<String>,
    /// JSON.
    pub output: Option<String>,
    /// JSON.
    pub error: Option<String>,
    /// JSON.
    pub steps: Option<String>,
}

/// An `Idempotency-Key`: who sent it, where, with which body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// The credential or person that sent it.
    pub caller: Uuid,
    /// The operation.
    pub route: String,
    /// The text sent.
    pub key: String,
    /// A hash of the body: the same key with another body is a mistake.
    pub body_hash: [u8; 32],
}

/// What is answered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of the answer.
    pub status: u16,
    /// Whatever the operation needs to answer the same.
    pub body: String,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is written.
    Done(Receipt),
    /// It was written before: for the same `Idempotency-Key` or external id, or because it was sent again itself.
    Repeated {
        /// Of the first time.
        receipt: Receipt,
        /// What was answered to the key then; `None` for an external id, and for what was sent again itself.
        answer: Option<Answer>,
    },
    /// Nothing moved.
    Refused(Refusal),
}

impl Outcome {
    /// Is it that of an earlier request with the same `Idempotency-Key`?
    pub const fn is_repeated(&self) -> bool {
        matches!(self, Self::Repeated { answer: Some(_), .. })
    }
}

/// A movement that is done, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Of the first time.
    pub receipt: Receipt,
    /// It was done before, for the same `Idempotency-Key`: nothing moved now.
    pub repeated: bool,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The line; also the id of the run, the usage event or the hold. Of a future grant: none is written yet.
    pub line: LineId,
    /// What was taken; nothing for grants, holds and voids.
    pub charged: Microcredits,
    /// What is left.
    pub available: Microcredits,
    /// What is set aside.
    pub held: Microcredits,
    /// The grant that was made.
    pub grant: Option<GrantId>,
    /// Less was taken than was due, because nothing was left.
    pub uncollected: bool,
}

/// What a receipt says beyond the line that it is for: kept, so that a request that is sent again is answered the same.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Again {
    available: Microcredits,
    uncollected: bool,
    grant: Option<GrantId>,
}

impl Again {
    /// What is kept.
    pub fn answer(receipt: &Receipt) -> Answer {
        let again = Self {
            available: receipt.available,
            uncollected: receipt.uncollected,
            grant: receipt.grant,
        };
        Answer {
            status: 200,
            // Writing plain data into a text cannot fail.
            body: serde_json::to_string(&again).unwrap_or_default(),
        }
    }

    /// The receipt as it was given the first time.
    pub fn receipt(line: Receipt, answer: Option<&Answer>) -> Receipt {
        match answer.and_then(|answer| serde_json::from_str::<Self>(&answer.body).ok()) {
            None => line,
            Some(again) => Receipt {
                available: again.available,
                uncollected: again.uncollected,
                grant: again.grant,
                ..line
            },
        }
    }
}

/// A cap that a call would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cap of {limit} credits a {} is reached", period.as_str())]
pub struct ReachedCap {
    /// Whose cap. Of a key: the one that called, whichever of those it replaced the cap was set on.
    pub subject: CapSubject,
    /// A day or a month.
    pub period: Period,
    /// How much it allows.
    pub limit: Microcredits,
    /// How much of it is used or held.
    pub used: Microcredits,
    /// When it begins anew.
    pub resets_at: Timestamp,
    /// How long that is from now.
    pub retry_after: Duration,
}

/// Why nothing moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not enough credits.
    #[error("{needed} credits are needed and {available} are available")]
    Insufficient {
        /// The price.
        needed: Microcredits,
        /// What there is.
        available: Microcredits,
    },
    /// A cap would be passed.
    #[error(transparent)]
    CapReached(ReachedCap),
    /// The configuration changed since the call was resolved: resolve and authorize it again.
    #[error("the configuration has changed")]
    Stale,
    /// There is no such account.
    #[error("there is no such workspace")]
    UnknownWorkspace,
    /// There is no such hold in the workspace.
    #[error("there is no such hold")]
    UnknownHold,
    /// The hold was closed before.
    #[error("the hold is closed")]
    HoldClosed,
    /// More was to be posted than is held.
    #[error("only {held} credits are held")]
    ExceedsHold {
        /// What is held.
        held: Microcredits,
    },
    /// There is no such call in the workspace.
    #[error("there is no such usage event")]
    UnknownUsage,
    /// The call was given back before.
    #[error("the usage event is refunded already")]
    AlreadyRefunded,
    /// Another grant has this external id.
    #[error("the external id belongs to another grant")]
    ExternalIdTaken,
    /// The same `Idempotency-Key` with another body.
    #[error("the idempotency key was used with another body")]
    IdempotencyMismatch,
    /// The first request with this `Idempotency-Key` is still under way.
    #[error("a request with this idempotency key is under way")]
    IdempotencyInProgress,
    /// The balance would be more than can be counted.
    #[error("the balance would be too large")]
    TooLarge,
}
