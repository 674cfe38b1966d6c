//! What a batch writes: lines, allocations, and what is added to the usage rollup.

use std::{collections::BTreeMap, sync::Arc};

use types::{ApiKeyId, EnvironmentId, FlowId, GrantId, LineId, TenantId, Timestamp, UserId, WorkspaceId};

use super::{CallStatus, LineKind, MeteredCall, Outcome, RunRecord};
use crate::access::Actor;

/// What a batch wrote.
#[derive(Debug, Default)]
pub struct Changes {
    /// New lines, in order.
    pub lines: Vec<Line>,
    /// What is added to the usage rollup.
    pub rollup: BTreeMap<RollupKey, RollupDelta>,
    /// The answer to each request, in order.
    pub outcomes: Vec<Outcome>,
}

/// One new ledger line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its number in the workspace.
    pub seq: i64,
    /// Its id.
    pub id: LineId,
    /// What it is.
    pub kind: LineKind,
    /// What it added to what can be spent.
    pub available_delta: i64,
    /// What it added to what is set aside.
    pub held_delta: i64,
    /// What could be spent after it.
    pub available_after: i64,
    /// What was set aside after it.
    pub held_after: i64,
    /// What it moved in which grants.
    pub allocations: Vec<Allocation>,
    /// The hold it closes or the line it gives back.
    pub related: Option<LineId>,
    /// Who caused it.
    pub actor: Actor,
    /// When it was written.
    pub at: Timestamp,
    /// For people.
    pub note: Option<String>,
    /// What for, when it closes a call.
    pub call: Option<ClosedCall>,
}

/// The part of a closing line that makes it a usage event.
#[derive(Debug, Clone)]
pub struct ClosedCall {
    /// What was called.
    pub call: Arc<MeteredCall>,
    /// How it ended.
    pub status: CallStatus,
    /// How long it took.
    pub latency_us: i64,
    /// Its run, when it is kept.
    pub run: Option<Arc<RunRecord>>,
}

impl Line {
    /// What a closing line took.
    pub const fn charged(&self) -> i64 {
        if self.kind.closes_a_call() {
            -(self.available_delta + self.held_delta)
        } else {
            0
        }
    }
}

/// What a line moved in one grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// Which grant.
    pub grant: GrantId,
    /// Added to what can be spent.
    pub remaining_delta: i64,
    /// Added to what is set aside.
    pub held_delta: i64,
}

/// A row of the usage rollup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupKey {
    /// Whose.
    pub workspace: WorkspaceId,
    /// When.
    pub quarter: Timestamp,
    /// Of what, by whom, where, for whom.
    pub flow: Option<FlowId>,
    /// The key.
    pub key: Option<ApiKeyId>,
    /// The person.
    pub user: Option<UserId>,
    /// The environment.
    pub environment: Option<EnvironmentId>,
    /// The tenant.
    pub tenant: Option<TenantId>,
    /// How it ended.
    pub status: CallStatus,
    /// The step of the latency scale.
    pub latency_bucket: i64,
}

/// What is added to a row of the usage rollup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RollupDelta {
    /// How many calls.
    pub calls: i64,
    /// What they cost together, in microcredits.
    pub credits: i64,
    /// How long they took together, in microseconds.
    pub latency_us: i64,
}
