//! The pure function against a naive model: any sequence of movements, in batches of any size, with idempotency keys,
//! caps, and changes of the configuration between them.

mod naive;

use std::sync::Arc;

use proptest::{prelude::*, test_runner::RngSeed};
use types::{ApiKeyId, Duration, FlowId, GrantId, HoldId, LineId, Microcredits, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::super::{
    CallStatus, CapSubject, CapSubjectKind, Claim, Ending, Epochs, GrantSource, HoldClaim, MeteredCall,
    Movement, NewGrant, Period, Request,
    apply::apply,
    changes::Changes,
    state::{Account, Cap, CapPeriod, CapUsage, State, Usage},
};
use crate::access::Actor;
use naive::{Model, Told};

const HOUR: Duration = Duration::from_hours(1);
/// Two days before the end of a month.
const START: Timestamp = Timestamp::from_us(1_764_374_400_000_000);

#[derive(Debug, Clone)]
enum Step {
    Grant {
        amount: i64,
        source: usize,
        later: i64,
        lasts: Option<i64>,
        external_id: Option<u8>,
        asked: Asked,
    },
    Charge(i64, Asked),
    Hold(i64, bool, Asked),
    Post(usize, Option<i64>, Asked),
    Void(usize, bool, Asked),
    Refund(usize, Asked),
    Adjust(i64, Asked),
    /// In hours.
    Wait(i64),
    SetCap(usize, bool, i64),
    RemoveCap(usize),
    /// Of the workspace or of the instance.
    Reconfigure(bool),
}

/// Who asks, for which flow, under which configuration, with which idempotency key and body.
#[derive(Debug, Clone)]
struct Asked {
    key: usize,
    flow: u64,
    resolved: Resolved,
    claim: Option<(u8, u8)>,
}

#[derive(Debug, Clone, Copy)]
enum Resolved {
    Never,
    Now,
    Before,
}

/// Keys with the first of their lineage: the second replaced the first.
const KEYS: [(u64, Option<u64>); 3] = [(7, Some(7)), (8, Some(7)), (9, None)];
const FLOWS: std::ops::Range<u64> = 20..22;
const CAP_SUBJECTS: [(CapSubjectKind, u64); 4] = [
    (CapSubjectKind::Workspace, WORKSPACE),
    (CapSubjectKind::Key, 7),
    (CapSubjectKind::Key, 9),
    (CapSubjectKind::Flow, 20),
];
const WORKSPACE: u64 = 1;
/// Of no hold and no line.
const UNKNOWN: u64 = 2;

fn asked() -> impl Strategy<Value = Asked> {
    let resolved = prop_oneof![
        2 => Just(Resolved::Never),
        8 => Just(Resolved::Now),
        1 => Just(Resolved::Before),
    ];
    let claim = proptest::option::weighted(0.3, (0..4_u8, prop_oneof![4 => Just(0_u8), 1 => Just(1_u8)]));
    (0..KEYS.len(), FLOWS, resolved, claim).prop_map(|(key, flow, resolved, claim)| Asked {
        key,
        flow,
        resolved,
        claim,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let grant = (
        1..60_i64,
        0..GrantSource::ALL.len(),
        prop_oneof![3 => Just(0_i64), 1 => 1..50_i64],
        proptest::option::of(1..100_i64),
        proptest::option::weighted(0.2, 0..3_u8),
        asked(),
    );
    let adjusted = (-20..20_i64).prop_filter("an adjustment moves something", |amount| *amount != 0);
    prop_oneof![
        3 => grant.prop_map(|(amount, source, later, lasts, external_id, asked)| {
            // As a repeated payment is.
            let (amount, source) = if external_id == Some(0) { (10, 0) } else { (amount, source) };
            Step::Grant { amount, source, later, lasts, external_id, asked }
        }),
        4 => (0..30_i64, asked()).prop_map(|(amount, asked)| Step::Charge(amount, asked)),
        4 => (0..30_i64, any::<bool>(), asked()).prop_map(|(amount, taking, asked)| Step::Hold(amount, taking, asked)),
        4 => (0..8_usize, proptest::option::of(0..30_i64), asked()).prop_map(|(hold, amount, asked)| Step::Post(hold, amount, asked)),
        2 => (0..8_usize, any::<bool>(), asked()).prop_map(|(hold, forgotten, asked)| Step::Void(hold, forgotten, asked)),
        2 => (0..8_usize, asked()).prop_map(|(call, asked)| Step::Refund(call, asked)),
        1 => (adjusted, asked()).prop_map(|(amount, asked)| Step::Adjust(amount, asked)),
        2 => (1..40_i64).prop_map(Step::Wait),
        2 => (0..CAP_SUBJECTS.len(), any::<bool>(), 0..90_i64).prop_map(|(subject, daily, limit)| Step::SetCap(subject, daily, limit)),
        1 => (0..4_usize).prop_map(Step::RemoveCap),
        1 => any::<bool>().prop_map(Step::Reconfigure),
    ]
}

fn uuid(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

struct Driver {
    state: State,
    model: Model,
    workspace: WorkspaceId,
    batch_max: usize,
    batch: Vec<Request>,
    told: Vec<Told>,
    last_id: u64,
    holds: Vec<HoldId>,
    calls: Vec<LineId>,
    last_seq: i64,
}

impl Driver {
    fn new(batch_max: usize) -> Self {
        let workspace = WorkspaceId::from_uuid(uuid(WORKSPACE));
        let mut state = State::default();
        state.accounts.insert(workspace, Account::default());
        Self {
            state,
            model: Model::new(START),
            workspace,
            batch_max,
            batch: vec![],
            told: vec![],
            last_id: 1_000,
            holds: vec![],
            calls: vec![],
            last_seq: 0,
        }
    }

    fn id(&mut self) -> Uuid {
        self.last_id += 1;
        uuid(self.last_id)
    }

    fn account(&mut self) -> &mut Account {
        self.state.accounts.get_mut(&self.workspace).unwrap()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Grant {
                amount,
                source,
                later,
                lasts,
                external_id,
                asked,
            } => {
                let source = GrantSource::ALL[*source];
                let effective_at = self.model.now.plus(Duration::from_us(HOUR.us() * later));
                let grant = NewGrant {
                    id: GrantId::from_uuid(self.id()),
                    source,
                    amount: Microcredits::new(*amount),
                    priority: source.default_priority(),
                    effective_at,
                    expires_at: lasts.map(|lasts| effective_at.plus(Duration::from_us(HOUR.us() * lasts))),
                    external_id: external_id.map(|id| id.to_string()),
                };
                self.ask(Movement::Grant(grant), Some(asked));
            }
            Step::Charge(amount, asked) => {
                let movement = Movement::Charge {
                    amount: Microcredits::new(*amount),
                    call: asked.call(),
                    ending: ending(),
                };
                self.ask(movement, Some(asked));
            }
            Step::Hold(amount, is_taking, asked) => {
                let movement = Movement::Hold {
                    amount: Microcredits::new(*amount),
                    deadline: self.model.now.plus(HOUR),
                    call: asked.call(),
                    claimed: if *is_taking {
                        HoldClaim::Taking
                    } else {
                        HoldClaim::Call
                    },
                };
                self.ask(movement, Some(asked));
            }
            Step::Post(hold, amount, asked) => {
                let movement = Movement::Post {
                    hold: self.hold(*hold),
                    amount: amount.map(Microcredits::new),
                    ending: ending(),
                };
                self.ask(movement, Some(asked));
            }
            Step::Void(hold, forgotten, asked) => {
                let movement = Movement::Void {
                    hold: self.hold(*hold),
                    forgotten: *forgotten,
                };
                self.ask(movement, Some(asked));
            }
            Step::Refund(call, asked) => {
                let of = self.calls.get(*call).copied();
                let of = of.unwrap_or(LineId::from_uuid(uuid(UNKNOWN)));
                self.ask(Movement::Refund { of }, Some(asked));
            }
            Step::Adjust(amount, asked) => {
                let grant = GrantId::from_uuid(self.id());
                let amount = Microcredits::new(*amount);
                self.ask(Movement::Adjust { amount, grant }, Some(asked));
            }
            between => {
                self.write();
                self.happen(between);
                self.ask(Movement::Settle, None);
            }
        }
    }

    fn hold(&self, number: usize) -> HoldId {
        self.holds
            .get(number)
            .copied()
            .unwrap_or(HoldId::from_uuid(uuid(UNKNOWN)))
    }

    /// What happens between batches.
    fn happen(&mut self, step: &Step) {
        match *step {
            Step::Wait(hours) => self.model.now = self.model.now.plus(Duration::from_us(HOUR.us() * hours)),
            Step::SetCap(subject, is_daily, limit) => {
                let (kind, id) = CAP_SUBJECTS[subject];
                self.set_cap(Cap {
                    subject: CapSubject { kind, id: uuid(id) },
                    period: if is_daily { Period::Day } else { Period::Month },
                    limit,
                });
                self.model.epochs.workspace += 1;
            }
            Step::RemoveCap(number) if number < self.model.caps.len() => {
                let cap = self.model.caps.remove(number);
                let account = self.account();
                account.caps.remove(number);
                account
                    .cap_usage
                    .retain(|counted, _| (counted.subject, counted.period) != (cap.subject, cap.period));
                self.model.epochs.workspace += 1;
            }
            Step::Reconfigure(true) => self.model.epochs.workspace += 1,
            Step::Reconfigure(false) => self.model.epochs.instance += 1,
            _ => {}
        }
        let epochs = self.model.epochs;
        self.state.instance_epoch = epochs.instance;
        self.account().config_epoch = epochs.workspace;
    }

    /// As it is set in the database: one that is there gets its new limit, a new one begins with what is counted.
    fn set_cap(&mut self, cap: Cap) {
        let is_it = |other: &&mut Cap| (other.subject, other.period) == (cap.subject, cap.period);
        if let Some(there) = self.model.caps.iter_mut().find(is_it) {
            *there = cap;
        } else {
            self.model.caps.push(cap);
        }
        let (used, held) = self.model.counted(&cap);
        let counted = current(&cap, self.model.now);
        let caps = self.model.caps.clone();
        let account = self.account();
        account.caps = caps;
        account.cap_usage.entry(counted).or_insert(CapUsage {
            used,
            held,
            changed: false,
        });
    }

    fn ask(&mut self, movement: Movement, asked: Option<&Asked>) {
        let current = self.model.epochs;
        let resolved_under = match asked.map(|asked| asked.resolved) {
            None | Some(Resolved::Never) => None,
            Some(Resolved::Now) => Some(current),
            Some(Resolved::Before) => Some(Epochs {
                workspace: current.workspace - 1,
                ..current
            }),
        };
        let request = Request {
            line: LineId::from_uuid(self.id()),
            workspace: self.workspace,
            actor: Actor::System,
            resolved_under,
            claim: asked.and_then(Asked::claim),
            note: None,
            audit: None,
            movement,
        };
        let told = self.model.tell(&request);
        if let (Movement::Hold { .. }, Told::Done { .. }) = (&request.movement, &told) {
            self.holds.push(request.line.cast());
        }
        self.batch.push(request);
        self.told.push(told);
        if self.batch.len() == self.batch_max {
            self.write();
        }
    }

    /// Applies the batch: each request is answered as the model says, and the books balance.
    fn write(&mut self) {
        let mut last_id = self.last_id;
        let changes = apply(&mut self.state, self.model.now, &self.batch, &mut || {
            last_id += 1;
            LineId::from_uuid(uuid(last_id))
        });
        self.last_id = last_id;
        let outcomes: Vec<_> = changes.outcomes.iter().map(Told::from).collect();
        assert_eq!(outcomes, self.told, "{:#?}", self.batch);
        if !self.batch.is_empty() {
            self.check(&changes);
        }
        self.remember_calls(&changes);
        self.batch.clear();
        self.told.clear();
    }

    /// As refunds of later batches will read them.
    fn remember_calls(&mut self, changes: &Changes) {
        for line in changes.lines.iter().filter(|line| line.kind.closes_a_call()) {
            self.calls.push(line.id);
            let parts = line.allocations.iter();
            let usage = Usage {
                charged: line.charged(),
                allocations: parts
                    .map(|part| (part.grant, -(part.remaining_delta + part.held_delta)))
                    .collect(),
                refunded: false,
            };
            self.account().usages.insert(line.id, usage);
        }
    }

    /// The books balance, and agree with the model.
    fn check(&mut self, changes: &Changes) {
        let account = &self.state.accounts[&self.workspace];
        assert_eq!(account.available, self.model.available(), "available");
        assert_eq!(account.held, self.model.held(), "held");
        let grants = account.grants.iter();
        let sums = grants.fold((0, 0), |(remaining, held), grant| {
            (remaining + grant.remaining, held + grant.held)
        });
        assert_eq!(
            (account.available, account.held),
            sums,
            "the account is the sum of its grants"
        );
        for cap in &self.model.caps {
            let counted = account.cap_usage.get(&current(cap, self.model.now));
            let counted = counted.map_or((0, 0), |usage| (usage.used, usage.held));
            assert_eq!(counted, self.model.counted(cap), "{cap:?}");
        }
        for line in &changes.lines {
            self.last_seq += 1;
            assert_eq!(line.seq, self.last_seq, "lines are numbered without gaps");
            let parts = line.allocations.iter();
            let sums = parts.fold((0, 0), |(available, held), part| {
                (available + part.remaining_delta, held + part.held_delta)
            });
            assert_eq!(
                (line.available_delta, line.held_delta),
                sums,
                "a line is the sum of its allocations"
            );
        }
        if let Some(last) = changes.lines.last() {
            let after = (last.available_after, last.held_after);
            assert_eq!(after, (account.available, account.held));
        }
        let closing = changes.lines.iter().filter(|line| line.call.is_some()).count() as i64;
        let rows = changes.rollup.values();
        assert_eq!(
            rows.map(|row| row.calls).sum::<i64>(),
            closing,
            "each closing line is counted"
        );
    }
}

impl Asked {
    fn call(&self) -> Arc<MeteredCall> {
        let (key, lineage) = KEYS[self.key];
        Arc::new(MeteredCall {
            key: Some(ApiKeyId::from_uuid(uuid(key))),
            key_lineage: lineage.map(|id| ApiKeyId::from_uuid(uuid(id))),
            flow: Some(FlowId::from_uuid(uuid(self.flow))),
            ..(*call()).clone()
        })
    }

    fn claim(&self) -> Option<Claim> {
        self.claim.map(|(key, body)| Claim {
            caller: Uuid::nil(),
            route: "flow_call".to_owned(),
            key: key.to_string(),
            body_hash: [body; 32],
        })
    }
}

fn current(cap: &Cap, now: Timestamp) -> CapPeriod {
    CapPeriod {
        subject: cap.subject,
        period: cap.period,
        start: cap.period.start(now),
    }
}

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

/// The same cases each time; `PROPTEST_CASES` asks for more of them.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases.max(1_000),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_121),
        ..default
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_ledger_moves_credits_as_coins_would_move(
        batch_max in 1..6_usize,
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        let mut driver = Driver::new(batch_max);
        for step in &steps {
            driver.step(step);
        }
        driver.write();
    }
}
