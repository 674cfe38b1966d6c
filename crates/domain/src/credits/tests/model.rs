//! The pure function against a model in which every microcredit is a coin that lies somewhere.

use std::{collections::HashMap, sync::Arc};

use proptest::prelude::*;
use types::{ApiKeyId, Duration, GrantId, HoldId, LineId, Microcredits, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::super::{
    CallStatus, Ending, GrantSource, HoldClaim, MeteredCall, Movement, NewGrant, Outcome, Request,
    apply::apply,
    changes::Changes,
    state::{Account, State},
};
use crate::access::Actor;

#[derive(Debug, Clone)]
enum Step {
    Grant {
        amount: i64,
        source: usize,
        later: i64,
        lasts: Option<i64>,
    },
    Charge(i64),
    Hold(i64),
    Post {
        hold: usize,
        amount: i64,
    },
    Void(usize),
    Adjust(i64),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (
            1..40_i64,
            0..6_usize,
            prop_oneof![Just(0_i64), 1..50_i64],
            proptest::option::of(1..100_i64)
        )
            .prop_map(|(amount, source, later, lasts)| Step::Grant {
                amount,
                source,
                later,
                lasts
            }),
        (0..30_i64).prop_map(Step::Charge),
        (0..30_i64).prop_map(Step::Hold),
        (0..8_usize, 0..30_i64).prop_map(|(hold, amount)| Step::Post { hold, amount }),
        (0..8_usize).prop_map(Step::Void),
        (-20..20_i64)
            .prop_filter("an adjustment moves something", |amount| *amount != 0)
            .prop_map(Step::Adjust),
        (1..40_i64).prop_map(Step::Wait),
    ]
}

/// A coin: when it can be used and when it ends, and its place in the burn order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Coin {
    rank: (i64, i64, bool, i64, GrantId),
    usable_from: i64,
}

/// What should happen, in the simplest way there is.
#[derive(Default)]
struct Model {
    coins: Vec<Coin>,
    holds: HashMap<HoldId, Option<Vec<Coin>>>,
}

impl Model {
    fn available(&self, now: i64) -> i64 {
        self.coins
            .iter()
            .filter(|coin| coin.usable_from <= now && coin.rank.1 > now)
            .count() as i64
    }
    fn take(&mut self, amount: i64, now: i64) -> Option<Vec<Coin>> {
        self.coins.retain(|coin| coin.rank.1 > now);
        self.coins.sort();
        let (mut usable, later): (Vec<_>, Vec<_>) =
            self.coins.iter().partition(|coin| coin.usable_from <= now);
        if (usable.len() as i64) < amount {
            return None;
        }
        let taken = usable.drain(..amount as usize).collect();
        self.coins = [usable, later].concat();
        Some(taken)
    }
    fn held(&self) -> i64 {
        self.holds
            .values()
            .flatten()
            .map(|coins| coins.len() as i64)
            .sum()
    }
}

fn uuid(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

struct Driver {
    state: State,
    model: Model,
    workspace: WorkspaceId,
    now: i64,
    next: u64,
    holds: Vec<HoldId>,
    lines_seen: i64,
}

impl Driver {
    fn new() -> Self {
        let workspace = WorkspaceId::from_uuid(uuid(1));
        let mut state = State::default();
        state.accounts.insert(workspace, Account::default());
        Self {
            state,
            model: Model::default(),
            workspace,
            now: 1,
            next: 1_000,
            holds: vec![],
            lines_seen: 0,
        }
    }

    fn id(&mut self) -> Uuid {
        self.next += 1;
        uuid(self.next)
    }

    fn run(&mut self, movement: Movement) -> (Outcome, Changes) {
        let line = LineId::from_uuid(self.id());
        let request = Request {
            line,
            workspace: self.workspace,
            actor: Actor::System,
            resolved_under: None,
            claim: None,
            note: None,
            audit: None,
            movement,
        };
        let mut due = self.next + 1_000_000;
        let mut changes = apply(
            &mut self.state,
            Timestamp::from_us(self.now),
            &[request],
            &mut || {
                due += 1;
                LineId::from_uuid(uuid(due))
            },
        );
        self.next = due;
        (changes.outcomes.remove(0), changes)
    }

    fn step(&mut self, step: &Step) {
        let accepted = match step {
            Step::Wait(span) => {
                self.now += span;
                let (_, changes) = self.run(Movement::Settle);
                self.check(&changes);
                return;
            }
            _ => self.movement(step),
        };
        let Some((movement, expected)) = accepted else {
            return;
        };
        let (outcome, changes) = self.run(movement);
        assert_eq!(
            matches!(outcome, Outcome::Done(_)),
            expected,
            "{step:?}: {outcome:?}"
        );
        if let (Step::Hold(_), Outcome::Done(receipt)) = (step, &outcome) {
            let hold: HoldId = receipt.line.cast();
            let coins = self.model.holds.remove(&PENDING).flatten();
            self.model.holds.insert(hold, coins);
            self.holds.push(hold);
        }
        self.check(&changes);
    }

    /// The movement of a step and whether the model accepts it; `None` when there is nothing to do it to.
    fn movement(&mut self, step: &Step) -> Option<(Movement, bool)> {
        match *step {
            Step::Grant {
                amount,
                source,
                later,
                lasts,
            } => {
                let source = GrantSource::ALL[source];
                let effective = self.now + later;
                let expires = lasts.map(|lasts| effective + lasts);
                let id = GrantId::from_uuid(self.id());
                self.mint(id, source, amount, effective, expires);
                let grant = NewGrant {
                    id,
                    source,
                    amount: Microcredits::new(amount),
                    priority: source.default_priority(),
                    effective_at: Timestamp::from_us(effective),
                    expires_at: expires.map(Timestamp::from_us),
                    external_id: None,
                };
                Some((Movement::Grant(grant), true))
            }
            Step::Charge(amount) => {
                let taken = self.model.take(amount, self.now).is_some();
                let movement = Movement::Charge {
                    amount: Microcredits::new(amount),
                    call: call(),
                    ending: ending(),
                };
                Some((movement, taken))
            }
            Step::Hold(amount) => {
                let taken = self.model.take(amount, self.now);
                let accepted = taken.is_some();
                if accepted {
                    self.model.holds.insert(PENDING, taken);
                }
                let deadline = Timestamp::from_us(self.now).plus(Duration::from_seconds(60));
                Some((
                    Movement::Hold {
                        amount: Microcredits::new(amount),
                        deadline,
                        call: call(),
                        claimed: HoldClaim::Call,
                    },
                    accepted,
                ))
            }
            Step::Post { hold, amount } => {
                let id = *self.holds.get(hold)?;
                let coins = self.model.holds.get(&id)?.clone();
                let accepted = coins.as_ref().is_some_and(|coins| coins.len() as i64 >= amount);
                if accepted {
                    let returned = coins.into_iter().flatten().skip(amount as usize);
                    self.model.coins.extend(returned);
                    self.model.holds.insert(id, None);
                }
                // A closed hold is another test: posting after a void charges.
                if self.model.holds[&id].is_none() && !accepted {
                    return None;
                }
                Some((
                    Movement::Post {
                        hold: id,
                        amount: Some(Microcredits::new(amount)),
                        ending: ending(),
                    },
                    accepted,
                ))
            }
            Step::Void(hold) => {
                let id = *self.holds.get(hold)?;
                let coins = self.model.holds.insert(id, None)?;
                let accepted = coins.is_some();
                self.model.coins.extend(coins.into_iter().flatten());
                Some((
                    Movement::Void {
                        hold: id,
                        forgotten: false,
                    },
                    accepted,
                ))
            }
            Step::Adjust(amount) => {
                let grant = GrantId::from_uuid(self.id());
                let accepted = if amount > 0 {
                    self.mint(grant, GrantSource::Adjustment, amount, self.now, None);
                    true
                } else {
                    self.model.take(-amount, self.now).is_some()
                };
                Some((
                    Movement::Adjust {
                        amount: Microcredits::new(amount),
                        grant,
                    },
                    accepted,
                ))
            }
            Step::Wait(_) => None,
        }
    }

    fn mint(&mut self, id: GrantId, source: GrantSource, amount: i64, effective: i64, expires: Option<i64>) {
        let rank = (
            -source.default_priority(),
            expires.unwrap_or(i64::MAX),
            source == GrantSource::Purchase,
            self.now,
            id,
        );
        self.model.coins.extend((0..amount).map(|_| Coin {
            rank,
            usable_from: effective,
        }));
    }

    /// The books balance, and agree with the model.
    fn check(&mut self, changes: &Changes) {
        let account = &self.state.accounts[&self.workspace];
        assert_eq!(
            account.available,
            self.model.available(self.now),
            "available at {}",
            self.now
        );
        assert_eq!(account.held, self.model.held(), "held");
        assert_eq!(
            account.available,
            account.grants.iter().map(|grant| grant.remaining).sum::<i64>()
        );
        assert_eq!(
            account.held,
            account.grants.iter().map(|grant| grant.held).sum::<i64>()
        );
        for line in &changes.lines {
            self.lines_seen += 1;
            assert_eq!(line.seq, self.lines_seen, "lines are numbered without gaps");
            assert_eq!(
                line.available_delta,
                line.allocations
                    .iter()
                    .map(|part| part.remaining_delta)
                    .sum::<i64>()
            );
            assert_eq!(
                line.held_delta,
                line.allocations.iter().map(|part| part.held_delta).sum::<i64>()
            );
        }
        if let Some(last) = changes.lines.last() {
            assert_eq!(
                (last.available_after, last.held_after),
                (account.available, account.held)
            );
        }
    }
}

const PENDING: HoldId = HoldId::from_uuid(Uuid::nil());

pub fn call() -> Arc<MeteredCall> {
    Arc::new(MeteredCall {
        key: Some(ApiKeyId::from_uuid(uuid(7))),
        key_lineage: None,
        user: None,
        flow: None,
        flow_version: None,
        environment: None,
        tenant: None,
        resource: None,
        surface: "api".to_owned(),
        test: false,
        tags: None,
    })
}

pub const fn ending() -> Ending {
    Ending {
        status: CallStatus::Succeeded,
        latency_us: 1_000,
        run: None,
        answer: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_moves_credits_as_coins_would_move(steps in proptest::collection::vec(step(), 1..60)) {
        let mut driver = Driver::new();
        for step in &steps {
            driver.step(step);
        }
    }
}
