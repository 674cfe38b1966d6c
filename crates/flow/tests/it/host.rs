//! A small host: steps a run with a made-up clock and made-up answers.

use std::collections::VecDeque;
use std::sync::Arc;

use flow::{
    Definition, End, Event, Finding, Fuel, HttpRequest, HttpResponse, HttpResult, Outcome, Plan, Progress,
    Recording, Resources, Run, RunContext, Value, limits,
};
use serde_json::Value as Json;

/// 2025-10-09T08:53:20Z.
pub const START: i64 = 1_760_000_000_000_000;

/// Head of a definition, for tests that only care about the rest.
pub const HEAD: &str = "document: {dsl: '1.0.3', namespace: test, name: test, version: '1.0.0'}\n";

pub fn value(json: &Json) -> Value {
    Value::from_serde(json).unwrap()
}

pub fn definition(body: &str) -> Result<Definition, Vec<Finding>> {
    if body.contains("dsl:") {
        Definition::parse(body)
    } else {
        Definition::parse(&format!("{HEAD}{body}"))
    }
}

pub fn compile(body: &str) -> Result<Arc<Plan>, Vec<Finding>> {
    Plan::compile(&definition(body)?, &Resources::default())
}

pub fn plan(body: &str) -> Arc<Plan> {
    compile(body).unwrap_or_else(|findings| panic!("{findings:#?}\n{body}"))
}

/// The findings of a body that is not accepted.
pub fn refused(body: &str) -> Vec<Finding> {
    compile(body)
        .map(|_| body.to_owned())
        .expect_err("the definition must be refused")
}

/// Steps a run; answers requests from a list, moves the clock to every timer.
pub struct Host {
    pub run: Run,
    pub now: i64,
    pub answers: VecDeque<HttpResult>,
    pub requests: Vec<HttpRequest>,
    pub timers: Vec<i64>,
    pub heavy: usize,
    pub yields: usize,
}

impl Host {
    pub fn new(plan: Arc<Plan>, context: RunContext) -> Self {
        Self {
            run: Run::new(plan, context),
            now: START,
            answers: VecDeque::new(),
            requests: Vec::new(),
            timers: Vec::new(),
            heavy: 0,
            yields: 0,
        }
    }

    pub fn answer(mut self, status: u16, body: &str) -> Self {
        self.answers.push_back(json_response(status, body));
        self
    }

    pub fn go(&mut self, input: &Json) -> Outcome {
        let mut event = Event::Start { input: value(input) };
        let mut fuel = Fuel::INLINE;
        loop {
            let progress = if fuel.last {
                let (run, now) = (&mut self.run, self.now);
                std::thread::scope(|scope| {
                    let big = std::thread::Builder::new().stack_size(limits::HEAVY_THREAD_STACK_BYTES);
                    big.spawn_scoped(scope, move || run.step(event, now, fuel))
                        .unwrap()
                        .join()
                        .unwrap()
                })
            } else {
                self.run.step(event, self.now, fuel)
            };
            fuel = Fuel::INLINE;
            event = match progress {
                Progress::Done(outcome) => return *outcome,
                Progress::Http(request) => {
                    self.requests.push(*request);
                    let result = self.answers.pop_front().expect("an unexpected request");
                    Event::Http { result }
                }
                Progress::Timer { until } => {
                    self.timers.push(until - self.now);
                    self.now = until;
                    Event::Timer
                }
                Progress::Heavy => {
                    self.heavy += 1;
                    fuel = Fuel::HEAVY;
                    Event::Continue
                }
                Progress::Yield => {
                    self.yields += 1;
                    Event::Continue
                }
            };
        }
    }
}

pub fn json_response(status: u16, body: &str) -> HttpResult {
    HttpResult::Response(HttpResponse {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_vec(),
    })
}

pub fn context() -> RunContext {
    RunContext {
        recording: Recording::Values,
        ..RunContext::new("run_1")
    }
}

pub fn run(body: &str, input: &Json) -> Outcome {
    Host::new(plan(body), context()).go(input)
}

/// Runs and compares the output.
#[track_caller]
pub fn check(body: &str, input: Json, expected: Json) {
    match run(body, &input).end {
        End::Completed { output } => assert_eq!(output.to_serde(), expected, "{body}"),
        End::Faulted { error } => panic!("faulted: {error:#?}\n{body}"),
    }
}

/// Runs and gives the error as JSON.
#[track_caller]
pub fn fault(body: &str, input: Json) -> Json {
    error_of(run(body, &input))
}

#[track_caller]
pub fn error_of(outcome: Outcome) -> Json {
    match outcome.end {
        End::Completed { output } => panic!("completed: {}", output.to_serde()),
        End::Faulted { error } => serde_json::to_value(error).unwrap(),
    }
}

#[track_caller]
pub fn output_of(outcome: Outcome) -> Json {
    match outcome.end {
        End::Completed { output } => output.to_serde(),
        End::Faulted { error } => panic!("faulted: {error:#?}"),
    }
}

/// Names of the executed tasks, in order.
pub fn order(outcome: &Outcome) -> Vec<&str> {
    outcome
        .trace
        .as_ref()
        .unwrap()
        .steps
        .iter()
        .map(|step| step.name.as_str())
        .collect()
}
