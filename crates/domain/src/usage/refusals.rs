//! Calls that were refused: all of them counted, a few of them kept to look at.
//!
//! A refusal costs whoever calls nothing, so it may cost us next to nothing: it is noted in memory, and about once a
//! second what was noted is written in bulk, apart from the ledger. Nothing of it decides about credits. A process
//! that is killed loses what it had not written.
//!
//! Bounded, so that nobody fills memory or disk by being refused: a workspace has so many rows in a quarter of an
//! hour, beyond which only the reasons are counted apart, and so many samples of each reason in an hour, which are
//! erased after [`SAMPLE_LIFETIME`]. Each node counts these bounds for itself.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;
use types::{ApiKeyId, Duration, EnvironmentId, FlowId, TenantId, Timestamp, UsageId, UserId, WorkspaceId};

use super::{Error, store};
use crate::{Services, access::Actor, credits::quarter_start};

/// How long samples are kept.
pub const SAMPLE_LIFETIME: Duration = Duration::from_days(30);
/// How many refusals of one reason a workspace keeps of an hour.
pub const SAMPLES_PER_HOUR_MAX: u32 = 20;
/// How many rows of the rollup a workspace may have in a quarter of an hour for its refusals, besides one a reason.
pub const ROWS_PER_QUARTER_MAX: usize = 500;
/// Rows that wait to be written; beyond, refusals are counted no more until the next flush.
const WAITING_ROWS_MAX: usize = 50_000;
const WAITING_SAMPLES_MAX: usize = 10_000;
const ROWS_PER_TRANSACTION_MAX: usize = 1_000;
const HOUR: Duration = Duration::from_hours(1);

/// Why a call was refused, where the answer is 402, 403 or 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Not enough credits.
    InsufficientCredits,
    /// A cap would be passed.
    CapReached,
    /// The caller lacks a permission.
    PermissionDenied,
    /// The key is for other flows.
    FlowNotAllowed,
    /// The key is for other environments.
    EnvironmentNotAllowed,
    /// The key is for other networks.
    AddressDenied,
    /// Nothing runs in the workspace.
    WorkspaceSuspended,
    /// Too many calls.
    RateLimited,
    /// Too much of the machine.
    Overloaded,
}

impl Reason {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::InsufficientCredits,
        Self::CapReached,
        Self::PermissionDenied,
        Self::FlowNotAllowed,
        Self::EnvironmentNotAllowed,
        Self::AddressDenied,
        Self::WorkspaceSuspended,
        Self::RateLimited,
        Self::Overloaded,
    ];

    /// As it is spelled, in the status of a usage event: `refused_` and the code of the problem.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InsufficientCredits => "refused_insufficient_credits",
            Self::CapReached => "refused_cap_reached",
            Self::PermissionDenied => "refused_permission_denied",
            Self::FlowNotAllowed => "refused_flow_not_allowed",
            Self::EnvironmentNotAllowed => "refused_environment_not_allowed",
            Self::AddressDenied => "refused_address_denied",
            Self::WorkspaceSuspended => "refused_workspace_suspended",
            Self::RateLimited => "refused_rate_limited",
            Self::Overloaded => "refused_overloaded",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == text)
    }
}

/// A call that was refused. What is not known of it for certain is left out: it is what the rows are apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where.
    pub workspace: WorkspaceId,
    /// Why.
    pub reason: Reason,
    /// Who called.
    pub actor: Actor,
    /// The flow.
    pub flow: Option<FlowId>,
    /// The environment.
    pub environment: Option<EnvironmentId>,
    /// For whom.
    pub tenant: Option<TenantId>,
    /// What the operator's service asked for.
    pub resource: Option<String>,
    /// Through what: `api`, `console`, `verify`.
    pub surface: &'static str,
    /// By a test key.
    pub test: bool,
}

/// What one row of the rollup counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Row {
    pub workspace: WorkspaceId,
    pub quarter: Timestamp,
    pub flow: Option<FlowId>,
    pub key: Option<ApiKeyId>,
    pub user: Option<UserId>,
    pub environment: Option<EnvironmentId>,
    pub tenant: Option<TenantId>,
    pub reason: Reason,
}

impl Row {
    fn of(refused: &Refused, at: Timestamp) -> Self {
        let (key, user) = match refused.actor {
            Actor::ApiKey(key) => (Some(key), None),
            Actor::User(user) => (None, Some(user)),
            Actor::ServiceToken(_) | Actor::System => (None, None),
        };
        Self {
            workspace: refused.workspace,
            quarter: quarter_start(at),
            flow: refused.flow,
            key,
            user,
            environment: refused.environment,
            tenant: refused.tenant,
            reason: refused.reason,
        }
    }

    /// The row of the workspace that is apart by nothing but the reason.
    const fn folded(self) -> Self {
        Self {
            flow: None,
            key: None,
            user: None,
            environment: None,
            tenant: None,
            ..self
        }
    }
}

/// One refused call as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub id: UsageId,
    pub at: Timestamp,
    pub refused: Refused,
}

/// What was refused and is not written yet.
#[derive(Default)]
pub struct Refusals(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    counts: HashMap<Row, i64>,
    samples: Vec<Sample>,
    /// The rows of the current quarter of an hour, also those that are written.
    quarter: Option<Timestamp>,
    rows: HashMap<WorkspaceId, HashSet<Row>>,
    /// The samples of the current hour.
    hour: Option<i64>,
    sampled: HashMap<(WorkspaceId, Reason), u32>,
    /// Not counted, for want of room.
    lost: u64,
}

impl Noted {
    fn count(&mut self, row: Row, calls: i64) {
        if self.quarter != Some(row.quarter) {
            self.quarter = Some(row.quarter);
            self.rows.clear();
        }
        let rows = self.rows.entry(row.workspace).or_default();
        let row = if rows.contains(&row) {
            row
        } else if rows.len() < ROWS_PER_QUARTER_MAX {
            rows.insert(row);
            row
        } else {
            row.folded()
        };
        self.add(row, calls);
    }

    fn add(&mut self, row: Row, calls: i64) {
        if let Some(count) = self.counts.get_mut(&row) {
            *count += calls;
        } else if self.counts.len() < WAITING_ROWS_MAX {
            self.counts.insert(row, calls);
        } else {
            self.lost += 1;
        }
    }

    /// Is there room for one more sample of this kind in this hour?
    fn takes_sample(&mut self, refused: &Refused, at: Timestamp) -> bool {
        let hour = at.us().div_euclid(HOUR.us());
        if self.hour != Some(hour) {
            self.hour = Some(hour);
            self.sampled.clear();
        }
        let sampled = self
            .sampled
            .entry((refused.workspace, refused.reason))
            .or_default();
        if *sampled >= SAMPLES_PER_HOUR_MAX || self.samples.len() >= WAITING_SAMPLES_MAX {
            return false;
        }
        *sampled += 1;
        true
    }
}

/// Notes a refused call, in memory.
pub fn note_refused(services: &Services, refused: Refused) {
    let at = services.clock.now();
    let mut noted = services.refusals.0.lock();
    noted.count(Row::of(&refused, at), 1);
    if noted.takes_sample(&refused, at) {
        let id = services.ids.next();
        noted.samples.push(Sample { id, at, refused });
    }
}

/// Writes what was refused since the last flush, and answers how many rows that were. A job, about every second and
/// once more before the process ends. What could not be written is noted again, but for samples that never can be.
pub async fn flush_refused(services: &Services) -> Result<u64, Error> {
    let (mut counts, samples, lost) = {
        let mut noted = services.refusals.0.lock();
        let counts: Vec<(Row, i64)> = noted.counts.drain().collect();
        (
            counts,
            std::mem::take(&mut noted.samples),
            std::mem::take(&mut noted.lost),
        )
    };
    if lost > 0 {
        tracing::warn!(
            calls = lost,
            "refused calls were not counted, for there were too many kinds of them"
        );
    }
    // In order, so that nodes that write the same rows lock them in the same order.
    counts.sort_unstable();
    let mut counted = 0;
    for chunk in counts.chunks(ROWS_PER_TRANSACTION_MAX) {
        let written: Result<u64, Error> =
            db::write!(services.db, |tx| Ok(store::refused::count(tx, chunk).await?));
        if let Err(error) = written {
            put_back(services, &counts[counted..], samples);
            return Err(error);
        }
        counted += chunk.len();
    }
    let mut kept = 0;
    for chunk in samples.chunks(ROWS_PER_TRANSACTION_MAX) {
        if let Err(error) = keep(services, chunk).await {
            put_back(services, &[], samples[kept..].to_vec());
            return Err(error);
        }
        kept += chunk.len();
    }
    Ok((counted + kept) as u64)
}

/// Writes samples but for those that the database refuses for what they hold, which it would do for ever: they are
/// found by halving and left out. Samples that are written already are not written again.
async fn keep(services: &Services, samples: &[Sample]) -> Result<(), Error> {
    let mut parts = vec![samples];
    while let Some(part) = parts.pop() {
        let written: Result<u64, Error> =
            db::write!(services.db, |tx| Ok(store::refused::keep(tx, part).await?));
        match written {
            Err(Error::Internal(db::Error::Data(error))) if part.len() == 1 => tracing::warn!(
                error = &error as &dyn std::error::Error,
                sample = %part[0].id,
                "a sample of a refused call cannot be written and is left out"
            ),
            Err(Error::Internal(db::Error::Data(_))) => {
                let (front, back) = part.split_at(part.len() / 2);
                parts.extend([back, front]);
            }
            written => {
                written?;
            }
        }
    }
    Ok(())
}

fn put_back(services: &Services, counts: &[(Row, i64)], samples: Vec<Sample>) {
    let mut noted = services.refusals.0.lock();
    counts.iter().for_each(|(row, calls)| noted.add(*row, *calls));
    let room = WAITING_SAMPLES_MAX.saturating_sub(noted.samples.len());
    noted.samples.extend(samples.into_iter().take(room));
}

/// Erases samples that are older than they are kept, at most `limit` of them.
pub(crate) async fn erase_refused_all_workspaces(services: &Services, limit: i64) -> Result<u64, Error> {
    let before = services.clock.now().minus(SAMPLE_LIFETIME);
    db::write!(services.db, |tx| Ok(store::refused::erase_all_workspaces(
        tx, before, limit
    )
    .await?))
}

impl std::fmt::Debug for Refusals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refusals")
    }
}
