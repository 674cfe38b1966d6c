//! What [`apply`](super::apply::apply) reads and changes: the accounts of a batch, as loaded under their locks.
//!
//! Amounts are microcredits in plain integers here: this is the inside, where every sum is checked or bounded.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use types::{GrantId, HoldId, LineId, Timestamp, WorkspaceId};

use super::{Answer, CapSubject, Claim, GrantSource, LineKind, MeteredCall, NewGrant, Period, Receipt};

/// All accounts of a batch.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The epoch of the instance, held still.
    pub instance_epoch: i64,
    /// By workspace; those that do not exist are missing.
    pub accounts: HashMap<WorkspaceId, Account>,
}

/// One account with everything that decides about its requests.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// What can be spent.
    pub available: i64,
    /// What is set aside.
    pub held: i64,
    /// The number of the last line.
    pub seq: i64,
    /// See [`Epochs`](super::Epochs).
    pub config_epoch: i64,
    /// Open grants, in burn order.
    pub grants: Vec<Grant>,
    /// Its caps.
    pub caps: Vec<Cap>,
    /// What is used of them, by period.
    pub cap_usage: HashMap<CapPeriod, CapUsage>,
    /// The holds that requests of the batch name or make.
    pub holds: HashMap<HoldId, Hold>,
    /// The idempotency keys that requests of the batch name.
    pub claims: HashMap<ClaimKey, Claimed>,
    /// The external ids that grants of the batch name.
    pub external_ids: HashMap<String, ExistingGrant>,
    /// The lines that refunds of the batch name.
    pub usages: HashMap<LineId, Usage>,
    /// Was anything of it changed?
    pub changed: bool,
}

/// A grant as charges see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Where it came from.
    pub source: GrantSource,
    /// What was given.
    pub amount: i64,
    /// What can still be spent.
    pub remaining: i64,
    /// What is set aside.
    pub held: i64,
    /// Higher burns first.
    pub priority: i64,
    /// When it can be used.
    pub effective_at: Timestamp,
    /// Were its credits added to the account?
    pub activated_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Was it activated and not closed when it was read? Then a charge that leaves something moves figures alone.
    pub was_open: bool,
    /// Is it to be written back, or written for the first time?
    pub change: GrantChange,
}

/// What a batch did to a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantChange {
    /// Nothing.
    None,
    /// It has other figures.
    Updated,
    /// It is new.
    Inserted(Box<NewGrant>, String, crate::access::Actor),
}

impl Grant {
    /// Burn order: the highest priority, then the soonest expiry, then what was not paid for, then the oldest.
    pub fn burn_order(&self) -> impl Ord + use<> {
        (
            Reverse(self.priority),
            self.expires_at.map_or(i64::MAX, Timestamp::us),
            self.source == GrantSource::Purchase,
            self.created_at,
            self.id,
        )
    }

    /// What can be spent of it once what is due at `now` has happened.
    pub fn spendable(&self, now: Timestamp) -> i64 {
        if self.is_expired(now) {
            0
        } else if self.activated_at.is_none() && self.effective_at <= now {
            self.amount
        } else {
            self.remaining
        }
    }

    /// Is its time over?
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Will no charge ever read it again?
    pub const fn is_closed(&self) -> bool {
        self.activated_at.is_some() && self.remaining == 0 && self.held == 0
    }

    pub(super) fn mark(&mut self) {
        if self.change == GrantChange::None {
            self.change = GrantChange::Updated;
        }
    }
}

/// A limit on spending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// Whose.
    pub subject: CapSubject,
    /// For how long.
    pub period: Period,
    /// How much.
    pub limit: i64,
}

/// Which usage of a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CapPeriod {
    /// Whose.
    pub subject: CapSubject,
    /// For how long.
    pub period: Period,
    /// From when.
    pub start: Timestamp,
}

/// How much of a cap is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CapUsage {
    /// Charged.
    pub used: i64,
    /// Set aside.
    pub held: i64,
    /// Is it to be written back?
    pub changed: bool,
}

/// A hold.
#[derive(Debug, Clone)]
pub struct Hold {
    /// How much.
    pub amount: i64,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// When it is given back by itself.
    pub deadline: Timestamp,
    /// What for.
    pub call: Arc<MeteredCall>,
    /// By which idempotency key.
    pub claim: Option<Claim>,
    /// From which grants, in the order they burn.
    pub allocations: Vec<(GrantId, i64)>,
    /// What closed it.
    pub closing: Option<Closing>,
    /// What the batch did to it.
    pub change: HoldChange,
}

/// The line that closed a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// Its id.
    pub line: LineId,
    /// Of which kind it is.
    pub kind: LineKind,
    /// What it charged.
    pub charged: i64,
}

/// What a batch did to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldChange {
    /// Nothing.
    None,
    /// It is new.
    Inserted,
    /// It was closed.
    Closed,
}

/// Names an idempotency key within a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimKey {
    /// Who sent it.
    pub caller: uuid::Uuid,
    /// Where.
    pub route: String,
    /// The text.
    pub key: String,
}

impl From<&Claim> for ClaimKey {
    fn from(claim: &Claim) -> Self {
        Self {
            caller: claim.caller,
            route: claim.route.clone(),
            key: claim.key.clone(),
        }
    }
}

/// What an idempotency key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The body it was first sent with.
    pub body_hash: [u8; 32],
    /// The answer; `None` while the first request is under way.
    pub answered: Option<(Answer, Receipt)>,
    /// What the batch did to it.
    pub change: ClaimChange,
}

/// What a batch did to an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimChange {
    /// Nothing.
    None,
    /// It is new, or has its answer now.
    Written,
    /// It may be used again.
    Removed,
}

/// A grant that has an external id already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExistingGrant {
    /// Its id.
    pub id: GrantId,
    /// Where it came from.
    pub source: GrantSource,
    /// How much.
    pub amount: i64,
}

/// The closing line of a call that shall be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// What was charged.
    pub charged: i64,
    /// From which grants; none when it moved nothing.
    pub allocations: Vec<(GrantId, i64)>,
    /// Was it given back before?
    pub refunded: bool,
}

impl Account {
    /// The grants in burn order; called once after loading, and when one is added.
    pub fn sort_grants(&mut self) {
        self.grants.sort_by_key(Grant::burn_order);
    }
}
