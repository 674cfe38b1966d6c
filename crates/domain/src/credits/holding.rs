//! The part of [`apply`](super::apply) that is about holds: taking one, closing it with a price or without.

use std::sync::Arc;

use types::{GrantId, HoldId, Microcredits, Timestamp};

use super::{
    Answer, CallStatus, Ending, HoldClaim, INTERRUPTED_STATUS, LineKind, MeteredCall, Outcome, Receipt,
    Refusal,
    apply::{Draft, Posting},
    caps,
    changes::Allocation,
    state::{ClaimChange, Claimed, Closing, Hold, HoldChange},
};

impl Posting<'_> {
    pub(super) fn hold(
        &mut self,
        amount: i64,
        deadline: Timestamp,
        call: &Arc<MeteredCall>,
        claimed: HoldClaim,
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
                claim: self.request.claim.clone().filter(|_| claimed == HoldClaim::Call),
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
        let receipt = self.receipt(self.request.line, 0);
        match (&self.request.claim, claimed) {
            (Some(claim), HoldClaim::Call) => {
                let started = Claimed {
                    body_hash: claim.body_hash,
                    answered: None,
                    change: ClaimChange::Written,
                };
                self.account.claims.insert(claim.into(), started);
            }
            (claim, _) => self.remember_answer(claim.clone(), None, receipt),
        }
        Ok(Outcome::Done(receipt))
    }

    pub(super) fn post(
        &mut self,
        id: HoldId,
        amount: Option<Microcredits>,
        ending: &Ending,
    ) -> Result<Outcome, Refusal> {
        let hold = self.account.holds.get(&id).ok_or(Refusal::UnknownHold)?.clone();
        let amount = amount.map_or(hold.amount, Microcredits::get);
        // Also when it is late: nobody pays more than what he has agreed to.
        if amount > hold.amount {
            return Err(Refusal::ExceedsHold {
                held: Microcredits::new(hold.amount),
            });
        }
        match hold.closing {
            None => Ok(self.post_open(id, &hold, amount, ending)),
            Some(closing) if closing.kind == LineKind::Void => self.post_late(id, &hold, amount, ending),
            // Sent again because nobody could say whether it was written: it was, and not by this batch.
            Some(closing) if closing.line == self.request.line => Ok(Outcome::Repeated {
                receipt: Receipt {
                    uncollected: closing.charged < amount,
                    ..self.receipt(closing.line, closing.charged)
                },
                answer: None,
            }),
            Some(_) => Err(Refusal::HoldClosed),
        }
    }

    fn post_open(&mut self, id: HoldId, hold: &Hold, amount: i64, ending: &Ending) -> Outcome {
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
        self.close_hold(id, LineKind::Post, amount);
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
        self.closed(receipt)
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
        self.close_hold(id, LineKind::Charge, affordable);
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
        Ok(self.closed(receipt))
    }

    pub(super) fn void(&mut self, id: HoldId, forgotten: bool) -> Result<Outcome, Refusal> {
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
        self.close_hold(id, LineKind::Void, 0);
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
        Ok(self.closed(receipt))
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

    fn close_hold(&mut self, id: HoldId, kind: LineKind, charged: i64) {
        let hold = self
            .account
            .holds
            .get_mut(&id)
            .expect("the caller has just read it");
        hold.closing = Some(Closing {
            line: self.request.line,
            kind,
            charged,
        });
        if hold.change == HoldChange::None {
            hold.change = HoldChange::Closed;
        }
    }
}
