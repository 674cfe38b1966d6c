//! The heart of the ledger: a pure function from the loaded accounts and the requests of a batch to the new
//! accounts, the lines and the outcomes.
//!
//! Invariants, held here and checked by the database and by `doctor`: nothing goes below zero; `available` and
//! `held` are the sums over the grants; every change is a line, numbered without gaps; a hold is closed once; every
//! accepted call has exactly one closing line.

use std::{collections::BTreeMap, sync::Arc};

use types::{
    ApiKeyId, EnvironmentId, FlowId, GrantId, HoldId, LineId, Microcredits, TenantId, Timestamp, UserId,
    WorkspaceId,
};

use super::{
    Answer, CallStatus, Claim, Ending, Epochs, GrantSource, LineKind, MeteredCall, Movement, NewGrant,
    Outcome, Receipt, Refusal, Request, RunRecord, caps, latency_bucket, quarter_start,
    state::{Account, ClaimChange, ClaimKey, Claimed, Grant, GrantChange, Hold, HoldChange, State},
};
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

/// Applies `requests` in order to `state`, all at the instant `now`. `new_line_id` names the lines that nobody asked
/// for: of grants that became effective or expired.
pub fn apply(
    state: &mut State,
    now: Timestamp,
    requests: &[Request],
    new_line_id: &mut dyn FnMut() -> LineId,
) -> Changes {
    let mut changes = Changes {
        outcomes: Vec::with_capacity(requests.len()),
        ..Changes::default()
    };
    let instance_epoch = state.instance_epoch;
    for request in requests {
        let outcome = match state.accounts.get_mut(&request.workspace) {
            Some(account) => {
                let mut posting = Posting {
                    account,
                    request,
                    now,
                    changes: &mut changes,
                    new_line_id,
                };
                posting.settle_due();
                posting.run(instance_epoch).unwrap_or_else(Outcome::Refused)
            }
            None => Outcome::Refused(Refusal::UnknownWorkspace),
        };
        changes.outcomes.push(outcome);
    }
    changes
}

/// One request on its account.
struct Posting<'a> {
    account: &'a mut Account,
    request: &'a Request,
    now: Timestamp,
    changes: &'a mut Changes,
    new_line_id: &'a mut dyn FnMut() -> LineId,
}

/// A line before it is numbered.
struct Draft {
    id: LineId,
    kind: LineKind,
    allocations: Vec<Allocation>,
    related: Option<LineId>,
    call: Option<ClosedCall>,
}

impl Posting<'_> {
    fn run(&mut self, instance_epoch: i64) -> Result<Outcome, Refusal> {
        let current = Epochs {
            workspace: self.account.config_epoch,
            instance: instance_epoch,
        };
        if self
            .request
            .resolved_under
            .is_some_and(|resolved| resolved != current)
        {
            return Err(Refusal::Stale);
        }
        if let Some(repeated) = self.repeated()? {
            return Ok(repeated);
        }
        match &self.request.movement {
            Movement::Grant(grant) => self.grant(grant),
            Movement::Adjust { amount, grant } => self.adjust(*amount, *grant),
            Movement::Charge { amount, call, ending } => self.charge(amount.get(), call, ending),
            Movement::Hold {
                amount,
                deadline,
                call,
            } => self.hold(amount.get(), *deadline, call),
            Movement::Post { hold, amount, ending } => self.post(*hold, *amount, ending),
            Movement::Void { hold, forgotten } => self.void(*hold, *forgotten),
            Movement::Refund { of } => self.refund(*of),
            Movement::Settle => Ok(self.done(self.request.line, 0)),
        }
    }

    /// The outcome of the first request with the same idempotency key, if there was one.
    fn repeated(&self) -> Result<Option<Outcome>, Refusal> {
        let Some(claim) = &self.request.claim else {
            return Ok(None);
        };
        let Some(claimed) = self.account.claims.get(&ClaimKey::from(claim)) else {
            return Ok(None);
        };
        if claimed.change == ClaimChange::Removed {
            return Ok(None);
        }
        if claimed.body_hash != claim.body_hash {
            return Err(Refusal::IdempotencyMismatch);
        }
        let (answer, receipt) = claimed.answered.clone().ok_or(Refusal::IdempotencyInProgress)?;
        Ok(Some(Outcome::Repeated {
            receipt,
            answer: Some(answer),
        }))
    }

    fn grant(&mut self, new: &NewGrant) -> Result<Outcome, Refusal> {
        debug_assert!(new.amount.get() > 0, "a grant gives something");
        if let Some(existing) = new
            .external_id
            .as_ref()
            .and_then(|id| self.account.external_ids.get(id))
        {
            if existing.source != new.source || existing.amount != new.amount.get() {
                return Err(Refusal::ExternalIdTaken);
            }
            let receipt = Receipt {
                grant: Some(existing.id),
                ..self.receipt(self.request.line, 0)
            };
            return Ok(Outcome::Repeated {
                receipt,
                answer: None,
            });
        }
        self.insert_grant(new)?;
        let outcome = Receipt {
            grant: Some(new.id),
            ..self.receipt(self.request.line, 0)
        };
        self.remember_answer(self.request.claim.clone(), None, outcome);
        Ok(Outcome::Done(outcome))
    }

    fn insert_grant(&mut self, new: &NewGrant) -> Result<(), Refusal> {
        let amount = new.amount.get();
        // What is granted for later counts too, so that no activation can overflow.
        let promised: i64 = self
            .account
            .grants
            .iter()
            .filter(|g| g.activated_at.is_none())
            .map(|g| g.amount)
            .sum();
        let total = [self.account.held, promised, amount]
            .iter()
            .try_fold(self.account.available, |sum, part| sum.checked_add(*part));
        if total.is_none_or(|total| total > BALANCE_MAX) {
            return Err(Refusal::TooLarge);
        }
        let effective = new.effective_at <= self.now;
        self.account.grants.push(Grant {
            id: new.id,
            source: new.source,
            amount,
            remaining: 0,
            held: 0,
            priority: new.priority,
            effective_at: new.effective_at,
            activated_at: effective.then_some(self.now),
            expires_at: new.expires_at,
            created_at: self.now,
            change: GrantChange::Inserted(
                Box::new(new.clone()),
                self.request.note.clone().unwrap_or_default(),
                self.request.actor,
            ),
        });
        self.account.sort_grants();
        if let Some(external) = &new.external_id {
            let existing = super::state::ExistingGrant {
                id: new.id,
                source: new.source,
                amount,
            };
            self.account.external_ids.insert(external.clone(), existing);
        }
        if effective {
            let kind = if matches!(self.request.movement, Movement::Adjust { .. }) {
                LineKind::Adjust
            } else {
                LineKind::Grant
            };
            let allocations = vec![Allocation {
                grant: new.id,
                remaining_delta: amount,
                held_delta: 0,
            }];
            self.write(Draft {
                id: self.request.line,
                kind,
                allocations,
                related: None,
                call: None,
            });
        }
        Ok(())
    }

    fn adjust(&mut self, amount: Microcredits, grant: GrantId) -> Result<Outcome, Refusal> {
        if amount.get() > 0 {
            self.insert_grant(&NewGrant {
                id: grant,
                source: GrantSource::Adjustment,
                amount,
                priority: GrantSource::Adjustment.default_priority(),
                effective_at: self.now,
                expires_at: None,
                external_id: None,
            })?;
        } else {
            let allocations = self.take(amount.get().checked_neg().ok_or(Refusal::TooLarge)?, 0)?;
            self.write(Draft {
                id: self.request.line,
                kind: LineKind::Adjust,
                allocations,
                related: None,
                call: None,
            });
        }
        let receipt = self.receipt(self.request.line, 0);
        self.remember_answer(self.request.claim.clone(), None, receipt);
        Ok(Outcome::Done(receipt))
    }

    fn charge(&mut self, amount: i64, call: &Arc<MeteredCall>, ending: &Ending) -> Result<Outcome, Refusal> {
        debug_assert!(amount >= 0, "a price is not negative");
        caps::check(self.account, self.request.workspace, call, amount, self.now)?;
        let allocations = self.take(amount, 0)?;
        caps::add(self.account, self.request.workspace, call, self.now, amount, 0);
        self.close(LineKind::Charge, allocations, None, call, ending.status, ending);
        let receipt = self.receipt(self.request.line, amount);
        self.remember_answer(self.request.claim.clone(), ending.answer.clone(), receipt);
        Ok(Outcome::Done(receipt))
    }

    fn hold(
        &mut self,
        amount: i64,
        deadline: Timestamp,
        call: &Arc<MeteredCall>,
    ) -> Result<Outcome, Refusal> {
        debug_assert!(amount >= 0, "a hold is not negative");
        caps::check(self.account, self.request.workspace, call, amount, self.now)?;
        let allocations = self.take(amount, amount)?;
        caps::add(self.account, self.request.workspace, call, self.now, 0, amount);
        let id: HoldId = self.request.line.cast();
        self.account.holds.insert(
            id,
            Hold {
                amount,
                taken_at: self.now,
                deadline,
                call: Arc::clone(call),
                claim: self.request.claim.clone(),
                allocations: allocations
                    .iter()
                    .map(|part| (part.grant, part.held_delta))
                    .collect(),
                closing: None,
                change: HoldChange::Inserted,
            },
        );
        self.write(Draft {
            id: self.request.line,
            kind: LineKind::Hold,
            allocations,
            related: None,
            call: None,
        });
        if let Some(claim) = &self.request.claim {
            let started = Claimed {
                body_hash: claim.body_hash,
                answered: None,
                change: ClaimChange::Written,
            };
            self.account.claims.insert(claim.into(), started);
        }
        Ok(self.done(self.request.line, 0))
    }

    fn post(
        &mut self,
        id: HoldId,
        amount: Option<Microcredits>,
        ending: &Ending,
    ) -> Result<Outcome, Refusal> {
        let hold = self.account.holds.get(&id).ok_or(Refusal::UnknownHold)?.clone();
        let amount = amount.map_or(hold.amount, Microcredits::get);
        match hold.closing {
            None => self.post_open(id, &hold, amount, ending),
            Some((_, LineKind::Void)) => self.post_late(id, &hold, amount, ending),
            Some(_) => Err(Refusal::HoldClosed),
        }
    }

    fn post_open(
        &mut self,
        id: HoldId,
        hold: &Hold,
        amount: i64,
        ending: &Ending,
    ) -> Result<Outcome, Refusal> {
        if amount > hold.amount {
            return Err(Refusal::ExceedsHold {
                held: Microcredits::new(hold.amount),
            });
        }
        let allocations = self.release(&hold.allocations, amount);
        caps::release(
            self.account,
            self.request.workspace,
            &hold.call,
            hold.taken_at,
            hold.amount,
        );
        caps::add(
            self.account,
            self.request.workspace,
            &hold.call,
            self.now,
            amount,
            0,
        );
        self.close_hold(id, LineKind::Post);
        self.close(
            LineKind::Post,
            allocations,
            Some(id.cast()),
            &hold.call,
            ending.status,
            ending,
        );
        let receipt = self.receipt(self.request.line, amount);
        self.remember_answer(hold.claim.clone(), ending.answer.clone(), receipt);
        self.settle_due();
        Ok(Outcome::Done(Receipt {
            available: Microcredits::new(self.account.available),
            ..receipt
        }))
    }

    /// The hold had been given back before its call ended: takes what there is, and says when it is not enough.
    fn post_late(
        &mut self,
        id: HoldId,
        hold: &Hold,
        amount: i64,
        ending: &Ending,
    ) -> Result<Outcome, Refusal> {
        let affordable = amount.min(self.account.available);
        let uncollected = affordable < amount;
        let allocations = self.take(affordable, 0)?;
        caps::add(
            self.account,
            self.request.workspace,
            &hold.call,
            self.now,
            affordable,
            0,
        );
        let status = if uncollected {
            CallStatus::Uncollected
        } else {
            ending.status
        };
        self.close_hold(id, LineKind::Charge);
        self.close(
            LineKind::Charge,
            allocations,
            Some(id.cast()),
            &hold.call,
            status,
            ending,
        );
        let receipt = Receipt {
            uncollected,
            ..self.receipt(self.request.line, affordable)
        };
        self.remember_answer(hold.claim.clone(), ending.answer.clone(), receipt);
        Ok(Outcome::Done(receipt))
    }

    fn void(&mut self, id: HoldId, forgotten: bool) -> Result<Outcome, Refusal> {
        let hold = self.account.holds.get(&id).ok_or(Refusal::UnknownHold)?.clone();
        if hold.closing.is_some() {
            return Err(Refusal::HoldClosed);
        }
        let allocations = self.release(&hold.allocations, 0);
        caps::release(
            self.account,
            self.request.workspace,
            &hold.call,
            hold.taken_at,
            hold.amount,
        );
        self.close_hold(id, LineKind::Void);
        self.write(Draft {
            id: self.request.line,
            kind: LineKind::Void,
            allocations,
            related: Some(id.cast()),
            call: None,
        });
        let receipt = self.receipt(self.request.line, 0);
        match (hold.claim, forgotten) {
            // Its effects may have happened: a retry must not repeat them.
            (Some(claim), true) => {
                let answer = Answer {
                    status: INTERRUPTED_STATUS,
                    body: String::new(),
                };
                self.remember_answer(Some(claim), Some(answer), receipt);
            }
            // Nothing has happened: the key is free again.
            (Some(claim), false) => {
                let removed = Claimed {
                    body_hash: claim.body_hash,
                    answered: None,
                    change: ClaimChange::Removed,
                };
                self.account.claims.insert((&claim).into(), removed);
            }
            (None, _) => {}
        }
        self.settle_due();
        Ok(Outcome::Done(Receipt {
            available: Microcredits::new(self.account.available),
            ..receipt
        }))
    }

    fn refund(&mut self, of: LineId) -> Result<Outcome, Refusal> {
        let usage = self.account.usages.get_mut(&of).ok_or(Refusal::UnknownUsage)?;
        if std::mem::replace(&mut usage.refunded, true) {
            return Err(Refusal::AlreadyRefunded);
        }
        let back = usage.allocations.clone();
        let allocations = back
            .iter()
            .map(|(grant, amount)| Allocation {
                grant: *grant,
                remaining_delta: *amount,
                held_delta: 0,
            })
            .collect();
        self.write(Draft {
            id: self.request.line,
            kind: LineKind::Refund,
            allocations,
            related: Some(of),
            call: None,
        });
        let receipt = self.receipt(self.request.line, 0);
        self.remember_answer(self.request.claim.clone(), None, receipt);
        self.settle_due();
        Ok(Outcome::Done(Receipt {
            available: Microcredits::new(self.account.available),
            ..receipt
        }))
    }

    /// Chooses in burn order the grants that `amount` comes from; `held` of it is only set aside. Changes nothing.
    fn take(&self, amount: i64, held: i64) -> Result<Vec<Allocation>, Refusal> {
        debug_assert!(
            held == 0 || held == amount,
            "a line takes or sets aside, not both"
        );
        if amount > self.account.available {
            return Err(Refusal::Insufficient {
                needed: Microcredits::new(amount),
                available: Microcredits::new(self.account.available),
            });
        }
        let mut missing = amount;
        let mut parts = Vec::new();
        for grant in &self.account.grants {
            if missing == 0 {
                break;
            }
            let part = grant.remaining.min(missing);
            if part > 0 {
                let held_delta = if held > 0 { part } else { 0 };
                parts.push(Allocation {
                    grant: grant.id,
                    remaining_delta: -part,
                    held_delta,
                });
                missing -= part;
            }
        }
        assert_eq!(
            missing, 0,
            "what is available is the sum of what remains of the grants"
        );
        Ok(parts)
    }

    /// Gives held parts back, except `consumed`, which is used up in the order the parts burn. Changes nothing.
    fn release(&self, parts: &[(GrantId, i64)], consumed: i64) -> Vec<Allocation> {
        let mut to_consume = consumed;
        let released = parts.iter().map(|(grant, amount)| {
            let used = to_consume.min(*amount);
            to_consume -= used;
            Allocation {
                grant: *grant,
                remaining_delta: amount - used,
                held_delta: -amount,
            }
        });
        released.collect()
    }

    fn close_hold(&mut self, id: HoldId, kind: LineKind) {
        let hold = self
            .account
            .holds
            .get_mut(&id)
            .expect("the caller has just read it");
        hold.closing = Some((self.request.line, kind));
        if hold.change == HoldChange::None {
            hold.change = HoldChange::Closed;
        }
    }

    /// Writes the closing line of a call and counts it as usage.
    fn close(
        &mut self,
        kind: LineKind,
        allocations: Vec<Allocation>,
        related: Option<LineId>,
        call: &Arc<MeteredCall>,
        status: CallStatus,
        ending: &Ending,
    ) {
        let closed = ClosedCall {
            call: Arc::clone(call),
            status,
            latency_us: ending.latency_us,
            run: ending.run.clone(),
        };
        self.write(Draft {
            id: self.request.line,
            kind,
            allocations,
            related,
            call: Some(closed),
        });
        let charged = self.changes.lines.last().map_or(0, Line::charged);
        let key = RollupKey {
            workspace: self.request.workspace,
            quarter: quarter_start(self.now),
            flow: call.flow,
            key: call.key,
            user: call.user,
            environment: call.environment,
            tenant: call.tenant,
            status,
            latency_bucket: latency_bucket(ending.latency_us),
        };
        let row = self.changes.rollup.entry(key).or_default();
        row.calls += 1;
        row.credits += charged;
        row.latency_us = row.latency_us.saturating_add(ending.latency_us);
    }

    /// Activates the grants that have become effective and ends those that have expired.
    fn settle_due(&mut self) {
        for index in 0..self.account.grants.len() {
            let (now, grant) = (self.now, &mut self.account.grants[index]);
            if grant.activated_at.is_none() && grant.effective_at <= now {
                grant.activated_at = Some(now);
                grant.mark();
                let (id, amount) = (grant.id, grant.amount);
                self.write_due(LineKind::Activate, id, amount);
            }
            let grant = &self.account.grants[index];
            if grant.is_expired(now) && grant.remaining > 0 {
                let (id, amount) = (grant.id, -grant.remaining);
                self.write_due(LineKind::Expire, id, amount);
            }
        }
    }

    fn write_due(&mut self, kind: LineKind, grant: GrantId, remaining_delta: i64) {
        let id = (self.new_line_id)();
        let allocations = vec![Allocation {
            grant,
            remaining_delta,
            held_delta: 0,
        }];
        self.write(Draft {
            id,
            kind,
            allocations,
            related: None,
            call: None,
        });
    }

    /// Numbers a line and moves what it says: the only place where a balance changes.
    fn write(&mut self, draft: Draft) {
        let account = &mut *self.account;
        let (mut available_delta, mut held_delta) = (0, 0);
        for part in &draft.allocations {
            let grant = account.grants.iter_mut().find(|grant| grant.id == part.grant);
            let grant = grant.expect("a line moves grants that are loaded");
            grant.remaining += part.remaining_delta;
            grant.held += part.held_delta;
            assert!(
                grant.remaining >= 0 && grant.held >= 0,
                "no grant goes below zero"
            );
            grant.mark();
            available_delta += part.remaining_delta;
            held_delta += part.held_delta;
        }
        account.available += available_delta;
        account.held += held_delta;
        account.seq += 1;
        account.changed = true;
        assert!(
            account.available >= 0 && account.held >= 0,
            "no account goes below zero"
        );
        let asked_for = draft.id == self.request.line;
        let actor = match &draft.call {
            // Usage belongs to whoever called, whoever closes the call.
            Some(closed) => closed.call.actor().unwrap_or(self.request.actor),
            None if asked_for => self.request.actor,
            None => Actor::System,
        };
        self.changes.lines.push(Line {
            workspace: self.request.workspace,
            seq: account.seq,
            id: draft.id,
            kind: draft.kind,
            available_delta,
            held_delta,
            available_after: account.available,
            held_after: account.held,
            allocations: draft.allocations,
            related: draft.related,
            actor,
            at: self.now,
            note: self.request.note.clone().filter(|_| asked_for),
            call: draft.call,
        });
    }

    fn remember_answer(&mut self, claim: Option<Claim>, answer: Option<Answer>, receipt: Receipt) {
        let Some(claim) = claim else { return };
        let answer = answer.unwrap_or(Answer {
            status: 200,
            body: String::new(),
        });
        let claimed = Claimed {
            body_hash: claim.body_hash,
            answered: Some((answer, receipt)),
            change: ClaimChange::Written,
        };
        self.account.claims.insert((&claim).into(), claimed);
    }

    fn receipt(&self, line: LineId, charged: i64) -> Receipt {
        Receipt {
            line,
            charged: Microcredits::new(charged),
            available: Microcredits::new(self.account.available),
            held: Microcredits::new(self.account.held),
            grant: None,
            uncollected: false,
        }
    }

    fn done(&self, line: LineId, charged: i64) -> Outcome {
        Outcome::Done(self.receipt(line, charged))
    }
}

/// What a retry is told whose first request was cut off after it may have had effects.
pub const INTERRUPTED_STATUS: u16 = 500;
/// Far below what 64 bits hold, so that sums of sums cannot overflow either.
const BALANCE_MAX: i64 = i64::MAX / 4;
