//! The heart of the ledger: a pure function from the loaded accounts and the requests of a batch to the new
//! accounts, the lines and the outcomes.
//!
//! Invariants, held here and checked by the database and by `doctor`: nothing goes below zero; `available` and
//! `held` are the sums over the grants; every change is a line, numbered without gaps; a hold is closed once; every
//! accepted call has exactly one closing line.

use std::sync::Arc;

use types::{GrantId, LineId, Microcredits, Timestamp};

use super::{
    Answer, CallStatus, Claim, Ending, Epochs, GrantSource, LineKind, MeteredCall, Movement, NewGrant,
    Outcome, Receipt, Refusal, Request, caps,
    changes::{Allocation, Changes, ClosedCall, Line, RollupKey},
    latency_bucket, quarter_start,
    request::Again,
    state::{Account, ClaimChange, ClaimKey, Claimed, Grant, GrantChange, State},
};
use crate::access::Actor;

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
pub(super) struct Posting<'a> {
    pub(super) account: &'a mut Account,
    pub(super) request: &'a Request,
    pub(super) now: Timestamp,
    pub(super) changes: &'a mut Changes,
    pub(super) new_line_id: &'a mut dyn FnMut() -> LineId,
}

/// A line before it is numbered.
pub(super) struct Draft {
    pub(super) id: LineId,
    pub(super) kind: LineKind,
    pub(super) allocations: Vec<Allocation>,
    pub(super) related: Option<LineId>,
    pub(super) call: Option<ClosedCall>,
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
                claimed,
            } => self.hold(amount.get(), *deadline, call, *claimed),
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
        let external_ids = &self.account.external_ids;
        let existing = new.external_id.as_ref().and_then(|id| external_ids.get(id));
        if let Some(existing) = existing.copied() {
            if existing.source != new.source || existing.amount != new.amount.get() {
                return Err(Refusal::ExternalIdTaken);
            }
            let receipt = self.granted(existing.id, GIVEN_BEFORE_STATUS);
            return Ok(Outcome::Repeated {
                receipt,
                answer: None,
            });
        }
        self.insert_grant(new)?;
        Ok(Outcome::Done(self.granted(new.id, GIVEN_STATUS)))
    }

    /// The receipt of a grant, made now or found, which the request's own `Idempotency-Key` is answered with again.
    fn granted(&mut self, grant: GrantId, status: u16) -> Receipt {
        let receipt = Receipt {
            grant: Some(grant),
            ..self.receipt(self.request.line, 0)
        };
        let answer = Answer {
            status,
            ..Again::answer(&receipt)
        };
        self.remember_answer(self.request.claim.clone(), Some(answer), receipt);
        receipt
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
            was_open: false,
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
        Ok(self.closed(receipt))
    }

    /// The outcome of what gave credits back: those of an expired grant expire at once. Answered again to the request's
    /// own `Idempotency-Key` as it is answered now, which the line alone does not tell.
    pub(super) fn closed(&mut self, receipt: Receipt) -> Outcome {
        self.settle_due();
        let receipt = Receipt {
            available: Microcredits::new(self.account.available),
            ..receipt
        };
        self.remember_answer(self.request.claim.clone(), Some(Again::answer(&receipt)), receipt);
        Outcome::Done(receipt)
    }

    /// Chooses in burn order the grants that `amount` comes from; `held` of it is only set aside. Changes nothing.
    pub(super) fn take(&self, amount: i64, held: i64) -> Result<Vec<Allocation>, Refusal> {
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

    /// Writes the closing line of a call and counts it as usage.
    pub(super) fn close(
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
    pub(super) fn settle_due(&mut self) {
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
    pub(super) fn write(&mut self, draft: Draft) {
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

    pub(super) fn remember_answer(&mut self, claim: Option<Claim>, answer: Option<Answer>, receipt: Receipt) {
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

    pub(super) fn receipt(&self, line: LineId, charged: i64) -> Receipt {
        Receipt {
            line,
            charged: Microcredits::new(charged),
            available: Microcredits::new(self.account.available),
            held: Microcredits::new(self.account.held),
            grant: None,
            uncollected: false,
        }
    }

    pub(super) fn done(&self, line: LineId, charged: i64) -> Outcome {
        Outcome::Done(self.receipt(line, charged))
    }
}

/// What a retry is told whose first request was cut off after it may have had effects.
pub const INTERRUPTED_STATUS: u16 = 500;
/// What is kept of a request that gave something.
pub(super) const GIVEN_STATUS: u16 = 201;
/// What is kept of a request whose external id had been granted before.
const GIVEN_BEFORE_STATUS: u16 = 200;
/// Far below what 64 bits hold, so that sums of sums cannot overflow either.
const BALANCE_MAX: i64 = i64::MAX / 4;
