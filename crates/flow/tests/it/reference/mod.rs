//! Generated flows against a small interpreter written separately. What they must agree on: output, or error and
//! where it arose; which tasks ran, in which order, how often, when, and how each ended; what was asked outside, with
//! which deadline and which idempotency key; when the run ended.

mod interpreter;
mod program;
mod seen;
mod write;

use std::collections::BTreeMap;

use flow::{
    Definition, End, Event, Fuel, HttpBody, HttpRequest, HttpResult, Outcome, Plan, Progress, Resources, Run,
    RunContext, TransportError, TransportErrorKind,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{RngSeed, TestRunner},
};
use serde_json::{Value as Json, json};

use crate::host::{START, context, json_response, value};
use program::{Answer, Program, What, program};
use seen::{Fault, Requests, Seen, Step};

/// How many programs are made.
const PROGRAMS: u32 = 600;
/// How many of them must do each of [`CONSTRUCTS`], or the generator has lost it.
const MET_MIN: usize = 3;
/// Everything that the interpreter counts.
const CONSTRUCTS: &[&str] = &[
    "`end` in a `catch`",
    "`end` in a `do`",
    "`end` in a `for`",
    "`end` in a `try`",
    "`end` in a function",
    "`end` of a case",
    "`end` of the flow",
    "`exit` in a `catch`",
    "`exit` in a `do`",
    "`exit` in a `for`",
    "`exit` in a `try`",
    "`exit` in a function",
    "`exit` of a case",
    "`exit` of the flow",
    "a broken connection",
    "a case",
    "a caught error",
    "a computed error",
    "a condition that fails",
    "a flow's timeout",
    "a jump ahead",
    "a jump back",
    "a loop that `while` ends",
    "a request again",
    "a retry",
    "a retry that `count` forbids",
    "a retry that `duration` forbids",
    "a retry that `when` forbids",
    "a skipped task",
    "a stage that fails",
    "a task's timeout",
    "an answer",
    "an answer from elsewhere",
    "an answer of failure",
    "an answer that cannot be read",
    "an attempt's timeout",
    "an error that `when` lets pass",
    "an error that another `errors.with` lets pass",
    "an export",
    "an iteration",
    "catch.then",
    "exceptWhen",
    "input.from",
    "no case",
    "the bound of tasks",
    "the host's deadline",
];

/// The same programs each time; `PROPTEST_CASES` asks for more of them.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases.max(PROGRAMS),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_123),
        ..default
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn generated_flows_do_what_the_reference_does(program in program()) {
        let body = write::definition(&program);
        let expected = interpreter::run(&program, &mut BTreeMap::new());
        prop_assert_eq!(drive(&program, &body), expected, "{:#}\n{:?}", body, program.answers);
    }
}

#[test]
fn the_generator_has_lost_no_construct() {
    let mut runner = TestRunner::new(config());
    let mut programs: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..PROGRAMS {
        let program = program().new_tree(&mut runner).unwrap().current();
        let mut met = BTreeMap::new();
        interpreter::run(&program, &mut met);
        for construct in met.into_keys() {
            *programs.entry(construct).or_default() += 1;
        }
    }
    assert_eq!(programs.keys().copied().collect::<Vec<_>>(), CONSTRUCTS);
    let rare = programs.iter().filter(|(_, count)| **count < MET_MIN);
    assert_eq!(rare.collect::<Vec<_>>(), [], "of {programs:#?}");
}

/// Runs it on the engine: time passes while the outside answers and while a retry waits.
fn drive(program: &Program, body: &Json) -> Seen {
    let context = RunContext {
        deadline: program.deadline.map(|after| START + after * 1_000_000),
        ..context()
    };
    let mut run = Run::new(plan(body), context);
    let mut requests = Requests::default();
    let mut now = START;
    let mut event = Event::Start {
        input: value(&json!("-")),
    };
    loop {
        event = match run.step(event, now, Fuel::INLINE) {
            Progress::Done(outcome) => return seen(*outcome, requests, now),
            Progress::Http(request) => {
                let answer = program.answer(requests.list.len());
                add(&mut requests, &request);
                let arrives = now + answer.took * 1_000_000;
                match request.deadline {
                    Some(deadline) if deadline <= arrives && !answer.late => {
                        now = deadline;
                        Event::Deadline
                    }
                    _ => {
                        now = arrives;
                        Event::Http {
                            result: result(answer),
                        }
                    }
                }
            }
            Progress::Timer { until } => {
                now = until;
                Event::Timer
            }
            Progress::Yield => Event::Continue,
            Progress::Heavy => panic!("too heavy\n{body:#}"),
        };
    }
}

fn plan(body: &Json) -> std::sync::Arc<Plan> {
    let definition = Definition::from_json(body.clone()).unwrap_or_else(|f| panic!("{f:#?}\n{body:#}"));
    Plan::compile(&definition, &Resources::default()).unwrap_or_else(|f| panic!("{f:#?}\n{body:#}"))
}

fn add(requests: &mut Requests, request: &HttpRequest) {
    let Some(HttpBody::Json(body)) = &request.body else {
        panic!("{request:?}")
    };
    let body: String = serde_json::from_slice(body).unwrap();
    requests.add(
        request.url.clone(),
        &body,
        request.deadline,
        request.idempotency.text(),
    );
}

fn result(answer: Answer) -> HttpResult {
    let failed = |kind| {
        HttpResult::Failed(TransportError {
            kind,
            detail: "as generated".to_owned(),
        })
    };
    match answer.what {
        What::Text(text) => json_response(200, &format!("\"{text}\"")),
        What::Elsewhere(text) => json_response(302, &format!("\"{text}\"")),
        What::Status(status) => json_response(status, "{}"),
        What::Garbled => json_response(200, "{"),
        What::Refused => failed(TransportErrorKind::Refused),
        What::TimedOut => failed(TransportErrorKind::Timeout),
        What::Broken => failed(TransportErrorKind::Connect),
    }
}

fn seen(outcome: Outcome, requests: Requests, ended_at: i64) -> Seen {
    let (output, fault) = match outcome.end {
        End::Completed { output } => (output.as_str().map(str::to_owned), None),
        End::Faulted { error } => (None, Some(fault(error))),
    };
    let steps = outcome.trace.unwrap().steps.into_iter().map(|step| Step {
        name: step.name,
        status: step.status,
        iteration: step.iteration,
        attempt: step.attempt,
        started_at: step.started_at,
        ended_at: step.ended_at,
    });
    Seen {
        output,
        fault,
        steps: steps.collect(),
        asked: requests.list,
        ended_at,
    }
}

fn fault(error: flow::FlowError) -> Fault {
    let root = [write::OWN_ROOT, flow::ERROR_ROOT]
        .into_iter()
        .find_map(|root| error.kind.strip_prefix(root));
    let own = |detail: &String| detail == "d0" || detail == "d1";
    Fault {
        kind: root.unwrap_or(&error.kind).to_owned(),
        status: error.status,
        title: error.title,
        detail: error
            .detail
            .map(|detail| if own(&detail) { detail } else { "*".to_owned() }),
        instance: error.instance.unwrap_or_default(),
    }
}
