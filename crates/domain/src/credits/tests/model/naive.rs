//! What should happen, in the simplest way there is: every microcredit is a coin that lies somewhere, and what is used of
//! a cap is counted anew from all that ever happened.

use std::{collections::HashMap, mem, sync::Arc};

use types::{GrantId, HoldId, LineId, Microcredits, Timestamp};

use super::super::super::{
    CapSubject, CapSubjectKind, Claim, Epochs, GrantSource, HoldClaim, MeteredCall, Movement, NewGrant,
    Outcome, ReachedCap, Refusal, Request, state::Cap,
};

/// What a request is answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    Done {
        charged: i64,
        available: i64,
        held: i64,
        uncollected: bool,
    },
    Repeated(LineId),
    Refused(Refusal),
}

impl From<&Outcome> for Told {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Done(receipt) => Self::Done {
                charged: receipt.charged.get(),
                available: receipt.available.get(),
                held: receipt.held.get(),
                uncollected: receipt.uncollected,
            },
            Outcome::Repeated { receipt, .. } => Self::Repeated(receipt.line),
            Outcome::Refused(refusal) => Self::Refused(refusal.clone()),
        }
    }
}

/// A coin: its place in the burn order, with its end as the second part, and when it can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Coin {
    rank: (i64, i64, bool, i64, GrantId),
    usable_from: i64,
}

struct Hold {
    amount: i64,
    /// `None` when it is closed.
    coins: Option<Vec<Coin>>,
    is_voided: bool,
    taken_at: Timestamp,
    call: Arc<MeteredCall>,
    claim: Option<Claim>,
}

struct Call {
    coins: Vec<Coin>,
    is_refunded: bool,
}

pub struct Model {
    pub now: Timestamp,
    pub epochs: Epochs,
    pub caps: Vec<Cap>,
    coins: Vec<Coin>,
    holds: HashMap<HoldId, Hold>,
    calls: HashMap<LineId, Call>,
    spent: Vec<(Arc<MeteredCall>, Timestamp, i64)>,
    /// By key: the body, and the line that it is answered with; none while it is under way.
    claims: HashMap<String, ([u8; 32], Option<LineId>)>,
    external_ids: HashMap<String, (GrantSource, Microcredits)>,
}

impl Model {
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            epochs: Epochs {
                workspace: 0,
                instance: 0,
            },
            caps: vec![],
            coins: vec![],
            holds: HashMap::new(),
            calls: HashMap::new(),
            spent: vec![],
            claims: HashMap::new(),
            external_ids: HashMap::new(),
        }
    }

    pub fn available(&self) -> i64 {
        self.coins.iter().filter(|coin| self.is_usable(coin)).count() as i64
    }

    pub fn held(&self) -> i64 {
        self.holds
            .values()
            .flat_map(|hold| &hold.coins)
            .map(|coins| coins.len() as i64)
            .sum()
    }

    /// Used and held of a cap in the current period.
    pub fn counted(&self, cap: &Cap) -> (i64, i64) {
        let is_counted = |call: &MeteredCall, at: Timestamp| {
            concerns(cap.subject, call) && cap.period.start(at) == cap.period.start(self.now)
        };
        let used = self.spent.iter().filter(|(call, at, _)| is_counted(call, *at));
        let open = self.holds.values().filter(|hold| hold.coins.is_some());
        let held = open.filter(|hold| is_counted(&hold.call, hold.taken_at));
        (
            used.map(|(_, _, amount)| amount).sum(),
            held.map(|hold| hold.amount).sum(),
        )
    }

    /// Does what the request asks for, if it may.
    pub fn tell(&mut self, request: &Request) -> Told {
        self.decide(request).unwrap_or_else(Told::Refused)
    }

    fn decide(&mut self, request: &Request) -> Result<Told, Refusal> {
        if request.resolved_under.is_some_and(|under| under != self.epochs) {
            return Err(Refusal::Stale);
        }
        if let Some(claim) = &request.claim
            && let Some((body, line)) = self.claims.get(&claim.key)
        {
            if *body != claim.body_hash {
                return Err(Refusal::IdempotencyMismatch);
            }
            return line.map(Told::Repeated).ok_or(Refusal::IdempotencyInProgress);
        }
        if let Movement::Grant(new) = &request.movement
            && let Some(external_id) = &new.external_id
        {
            match self.external_ids.get(external_id) {
                Some(given) if *given == (new.source, new.amount) => {
                    self.claim(request, Some(request.line));
                    return Ok(Told::Repeated(request.line));
                }
                Some(_) => return Err(Refusal::ExternalIdTaken),
                None => self
                    .external_ids
                    .insert(external_id.clone(), (new.source, new.amount)),
            };
        }
        let mut answered = Some(request.line);
        let (charged, uncollected) = match &request.movement {
            Movement::Grant(new) => self.mint(new),
            Movement::Adjust { amount, grant } if amount.get() > 0 => self.mint(&NewGrant {
                id: *grant,
                source: GrantSource::Adjustment,
                amount: *amount,
                priority: GrantSource::Adjustment.default_priority(),
                effective_at: self.now,
                expires_at: None,
                external_id: None,
            }),
            Movement::Adjust { amount, .. } => self.take(-amount.get()).map(|_| (0, false))?,
            Movement::Charge { amount, call, .. } => {
                self.fits(call, amount.get())?;
                let coins = self.take(amount.get())?;
                self.spend(request.line, call, coins)
            }
            Movement::Hold {
                amount,
                call,
                claimed,
                ..
            } => {
                self.fits(call, amount.get())?;
                let claim = request.claim.clone().filter(|_| *claimed == HoldClaim::Call);
                answered = answered.filter(|_| claim.is_none());
                let hold = Hold {
                    amount: amount.get(),
                    coins: Some(self.take(amount.get())?),
                    is_voided: false,
                    taken_at: self.now,
                    call: Arc::clone(call),
                    claim,
                };
                self.holds.insert(request.line.cast(), hold);
                (0, false)
            }
            Movement::Post { hold, amount, .. } => self.post(request.line, *hold, *amount)?,
            Movement::Void { hold, forgotten } => self.void(request.line, *hold, *forgotten)?,
            Movement::Refund { of } => {
                let call = self.calls.get_mut(of).ok_or(Refusal::UnknownUsage)?;
                if mem::replace(&mut call.is_refunded, true) {
                    return Err(Refusal::AlreadyRefunded);
                }
                self.coins.extend(&call.coins);
                (0, false)
            }
            Movement::Settle => (0, false),
        };
        self.claim(request, answered);
        Ok(Told::Done {
            charged,
            available: self.available(),
            held: self.held(),
            uncollected,
        })
    }

    /// Keeps what is answered to the request's key from now on.
    fn claim(&mut self, request: &Request, answered: Option<LineId>) {
        if let Some(claim) = &request.claim {
            self.claims.insert(claim.key.clone(), (claim.body_hash, answered));
        }
    }

    fn post(
        &mut self,
        line: LineId,
        id: HoldId,
        amount: Option<Microcredits>,
    ) -> Result<(i64, bool), Refusal> {
        let available = self.available();
        let hold = self.holds.get_mut(&id).ok_or(Refusal::UnknownHold)?;
        let amount = amount.map_or(hold.amount, Microcredits::get);
        if amount > hold.amount {
            let held = Microcredits::new(hold.amount);
            return Err(Refusal::ExceedsHold { held });
        }
        let (call, claim) = (Arc::clone(&hold.call), hold.claim.clone());
        let told = if let Some(mut coins) = hold.coins.take() {
            let rest = coins.split_off(amount as usize);
            self.coins.extend(rest);
            self.spend(line, &call, coins)
        } else if mem::take(&mut hold.is_voided) {
            let coins = self.take(amount.min(available))?;
            let (charged, _) = self.spend(line, &call, coins);
            (charged, charged < amount)
        } else {
            return Err(Refusal::HoldClosed);
        };
        if let Some(claim) = claim {
            self.claims.insert(claim.key, (claim.body_hash, Some(line)));
        }
        Ok(told)
    }

    fn void(&mut self, line: LineId, id: HoldId, forgotten: bool) -> Result<(i64, bool), Refusal> {
        let hold = self.holds.get_mut(&id).ok_or(Refusal::UnknownHold)?;
        self.coins.extend(hold.coins.take().ok_or(Refusal::HoldClosed)?);
        hold.is_voided = true;
        match &hold.claim {
            Some(claim) if forgotten => {
                self.claims
                    .insert(claim.key.clone(), (claim.body_hash, Some(line)));
            }
            Some(claim) => {
                self.claims.remove(&claim.key);
            }
            None => {}
        }
        Ok((0, false))
    }

    fn is_usable(&self, coin: &Coin) -> bool {
        coin.usable_from <= self.now.us() && coin.rank.1 > self.now.us()
    }

    fn mint(&mut self, new: &NewGrant) -> (i64, bool) {
        let coin = Coin {
            rank: (
                -new.priority,
                new.expires_at.map_or(i64::MAX, Timestamp::us),
                new.source == GrantSource::Purchase,
                self.now.us(),
                new.id,
            ),
            usable_from: new.effective_at.us(),
        };
        self.coins.extend((0..new.amount.get()).map(|_| coin));
        (0, false)
    }

    fn take(&mut self, amount: i64) -> Result<Vec<Coin>, Refusal> {
        let (mut usable, rest): (Vec<_>, Vec<_>) = self.coins.iter().partition(|coin| self.is_usable(coin));
        if (usable.len() as i64) < amount {
            return Err(Refusal::Insufficient {
                needed: Microcredits::new(amount),
                available: Microcredits::new(usable.len() as i64),
            });
        }
        usable.sort();
        let left = usable.split_off(amount as usize);
        self.coins = [left, rest].concat();
        Ok(usable)
    }

    fn spend(&mut self, line: LineId, call: &Arc<MeteredCall>, coins: Vec<Coin>) -> (i64, bool) {
        let charged = coins.len() as i64;
        self.spent.push((Arc::clone(call), self.now, charged));
        let call = Call {
            coins,
            is_refunded: false,
        };
        self.calls.insert(line, call);
        (charged, false)
    }

    fn fits(&self, call: &MeteredCall, amount: i64) -> Result<(), Refusal> {
        for cap in self
            .caps
            .iter()
            .filter(|cap| amount > 0 && concerns(cap.subject, call))
        {
            let (used, held) = self.counted(cap);
            if used + held + amount > cap.limit {
                let is_of_key = cap.subject.kind == CapSubjectKind::Key;
                let key = call.key.filter(|_| is_of_key).map(|key| key.uuid());
                let resets_at = cap.period.next_start(self.now);
                return Err(Refusal::CapReached(ReachedCap {
                    subject: CapSubject {
                        id: key.unwrap_or(cap.subject.id),
                        ..cap.subject
                    },
                    period: cap.period,
                    limit: Microcredits::new(cap.limit),
                    used: Microcredits::new(used + held),
                    resets_at,
                    retry_after: resets_at.since(self.now),
                }));
            }
        }
        Ok(())
    }
}

fn concerns(subject: CapSubject, call: &MeteredCall) -> bool {
    match subject.kind {
        CapSubjectKind::Workspace => true,
        CapSubjectKind::Key => call.key_lineage.or(call.key).map(|id| id.uuid()) == Some(subject.id),
        CapSubjectKind::Flow => call.flow.map(|id| id.uuid()) == Some(subject.id),
        _ => false,
    }
}
