//! Timeouts and retries, with a clock that only the test moves.

use flow::{Event, Fuel, Progress, Run, RunContext};
use serde_json::{Value as Json, json};

use crate::host::{Host, START, context, error_of, json_response, output_of, plan, value};

const SECOND: i64 = 1_000_000;

fn start(body: &str) -> Run {
    Run::new(plan(body), context())
}

fn step(run: &mut Run, event: Event, at: i64) -> Progress {
    run.step(event, START + at * SECOND, Fuel::INLINE)
}

fn begin(run: &mut Run) -> Progress {
    step(
        run,
        Event::Start {
            input: value(&json!({"n": 1})),
        },
        0,
    )
}

#[track_caller]
fn request(progress: Progress) -> flow::HttpRequest {
    match progress {
        Progress::Http(request) => *request,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn done(progress: Progress) -> flow::Outcome {
    match progress {
        Progress::Done(outcome) => *outcome,
        other => panic!("{other:?}"),
    }
}

const CALL: &str = "call: http, with: {method: get, endpoint: 'https://x.test/'}";
const TIMEOUT: &str = "https://serverlessworkflow.io/spec/1.0.0/errors/timeout";

#[test]
fn a_request_carries_the_nearest_of_all_enclosing_deadlines() {
    let mut run = start(&format!(
        "timeout: {{after: PT1M}}\ndo: [{{o: {{do: [{{c: {{{CALL}, timeout: {{after: PT30S}}}}}}], timeout: {{after: {{seconds: 10}}}}}}}}]"
    ));
    assert_eq!(request(begin(&mut run)).deadline, Some(START + 10 * SECOND));
    let body =
        format!("use: {{timeouts: {{short: {{after: PT5S}}}}}}\ndo: [{{c: {{{CALL}, timeout: short}}}}]");
    assert_eq!(
        request(begin(&mut start(&body))).deadline,
        Some(START + 5 * SECOND)
    );
    let context = RunContext {
        deadline: Some(START + 3 * SECOND),
        ..context()
    };
    let mut run = Run::new(plan(&body), context);
    assert_eq!(request(begin(&mut run)).deadline, Some(START + 3 * SECOND));
}

#[test]
fn a_timeout_is_caught_by_an_enclosing_try_but_not_by_the_task_itself() {
    let body = format!(
        "do: [{{t: {{try: [{{c: {{{CALL}, timeout: {{after: PT10S}}}}}}], catch: {{errors: {{with: {{type: '{TIMEOUT}', status: 408}}}}, do: [{{h: {{set: {{at: '${{ $error.instance }}', n: '${{ .n }}'}}}}}}]}}}}}}]"
    );
    let mut run = start(&body);
    begin(&mut run);
    let outcome = done(step(&mut run, Event::Deadline, 10));
    assert_eq!(output_of(outcome), json!({"at": "/do/0/t/try/0/c", "n": 1}));
    let body = format!(
        "do: [{{t: {{try: [{{c: {{{CALL}}}}}], catch: {{do: [{{h: {{set: {{}}}}}}]}}, timeout: {{after: PT10S}}}}}}]"
    );
    let mut run = start(&body);
    begin(&mut run);
    let error = error_of(done(step(&mut run, Event::Deadline, 10)));
    assert_eq!(
        (
            error["type"].clone(),
            error["status"].clone(),
            error["instance"].clone()
        ),
        (json!(TIMEOUT), json!(408), json!("/do/0/t"))
    );
}

#[test]
fn an_answer_after_the_deadline_is_too_late() {
    let mut run = start(&format!("do: [{{c: {{{CALL}, timeout: {{after: PT10S}}}}}}]"));
    begin(&mut run);
    let error = error_of(done(step(
        &mut run,
        Event::Http {
            result: json_response(200, "{}"),
        },
        11,
    )));
    assert_eq!(error["type"], TIMEOUT);
    let mut run = start(&format!("do: [{{c: {{{CALL}, timeout: {{after: PT10S}}}}}}]"));
    begin(&mut run);
    assert_eq!(
        output_of(done(step(
            &mut run,
            Event::Http {
                result: json_response(200, "{}")
            },
            9
        ))),
        json!({})
    );
}

#[test]
fn when_several_deadlines_passed_the_outermost_counts() {
    let body = format!(
        "do: [{{o: {{do: [{{c: {{{CALL}, timeout: {{after: PT5S}}}}}}], timeout: {{after: PT10S}}}}}}]"
    );
    let mut run = start(&body);
    begin(&mut run);
    assert_eq!(
        error_of(done(step(&mut run, Event::Deadline, 60)))["instance"],
        "/do/0/o"
    );
}

#[test]
fn nobody_inside_catches_the_deadline_of_the_host() {
    let body = format!("do: [{{t: {{try: [{{c: {{{CALL}}}}}], catch: {{do: [{{h: {{set: {{}}}}}}]}}}}}}]");
    let mut run = Run::new(
        plan(&body),
        RunContext {
            deadline: Some(START + 5 * SECOND),
            ..context()
        },
    );
    begin(&mut run);
    let error = error_of(done(step(&mut run, Event::Deadline, 5)));
    assert_eq!(
        (error["type"].clone(), error["instance"].clone()),
        (json!(TIMEOUT), json!("/"))
    );
}

#[test]
fn an_early_deadline_event_counts() {
    let mut run = start(&format!("do: [{{c: {{{CALL}, timeout: {{after: PT10S}}}}}}]"));
    begin(&mut run);
    assert_eq!(
        error_of(done(step(&mut run, Event::Deadline, 9)))["type"],
        TIMEOUT
    );
}

#[test]
fn a_retry_waits_and_starts_the_list_again_with_the_input_of_the_try() {
    let body = format!(
        "do: [{{t: {{try: [{{a: {{set: {{n: '${{ .n + 1 }}'}}}}}}, {{c: {{{CALL}}}}}], catch: {{retry: {{delay: PT2S, limit: {{attempt: {{count: 3}}}}}}}}}}}}]"
    );
    let mut run = start(&body);
    begin(&mut run);
    let progress = step(
        &mut run,
        Event::Http {
            result: json_response(503, "{}"),
        },
        1,
    );
    assert!(
        matches!(progress, Progress::Timer { until } if until == START + 3 * SECOND),
        "{progress:?}"
    );
    // A timer that fires early is asked for again.
    assert!(matches!(step(&mut run, Event::Timer, 2), Progress::Timer { .. }));
    request(step(&mut run, Event::Timer, 3));
    let outcome = done(step(
        &mut run,
        Event::Http {
            result: json_response(200, "{\"ok\":1}"),
        },
        4,
    ));
    let steps = &outcome.trace.as_ref().unwrap().steps;
    let attempts: Vec<(&str, u32)> = steps
        .iter()
        .map(|step| (step.name.as_str(), step.attempt))
        .collect();
    assert_eq!(attempts, [("a", 1), ("c", 1), ("a", 2), ("c", 2), ("t", 1)]);
    assert!(
        steps
            .iter()
            .filter(|step| step.name == "a")
            .all(|step| step.output.as_ref().unwrap().to_serde() == json!({"n": 2}))
    );
}

#[test]
fn a_timeout_while_waiting_to_retry_ends_the_wait() {
    let body = format!(
        "do: [{{t: {{try: [{{c: {{{CALL}}}}}], catch: {{retry: {{delay: PT1M, limit: {{attempt: {{count: 3}}}}}}}}, timeout: {{after: PT10S}}}}}}]"
    );
    let mut run = start(&body);
    begin(&mut run);
    let progress = step(
        &mut run,
        Event::Http {
            result: json_response(503, "{}"),
        },
        1,
    );
    assert!(
        matches!(progress, Progress::Timer { until } if until == START + 10 * SECOND),
        "{progress:?}"
    );
    assert_eq!(error_of(done(step(&mut run, Event::Timer, 10)))["type"], TIMEOUT);
}

#[test]
fn an_attempt_has_its_own_time_and_its_timeout_is_retried() {
    let body = format!(
        "do: [{{t: {{try: [{{c: {{{CALL}}}}}], catch: {{retry: {{limit: {{attempt: {{count: 1, duration: PT5S}}}}}}}}}}}}]"
    );
    let mut run = start(&body);
    assert_eq!(request(begin(&mut run)).deadline, Some(START + 5 * SECOND));
    assert_eq!(
        request(step(&mut run, Event::Deadline, 5)).deadline,
        Some(START + 10 * SECOND)
    );
    // The retries are used up, and a catch without `do` passes the input of the try on.
    let outcome = done(step(&mut run, Event::Deadline, 10));
    assert_eq!(outcome.calls, 2);
    assert_eq!(output_of(outcome), json!({"n": 1}));
}

#[test]
fn the_total_duration_of_retries_is_limited() {
    let body = "do: [{t: {try: [{a: {raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {retry: {delay: PT4S, limit: {duration: PT10S}}}}}]";
    let mut host = Host::new(plan(body), context());
    host.go(&json!({}));
    assert_eq!(host.timers, [4 * SECOND, 4 * SECOND]);
}

#[test]
fn retry_conditions_see_the_error_and_retries_are_reusable_by_name() {
    let body = "use: {retries: {soon: {delay: PT1S, when: $error.status == 503, exceptWhen: $error.title == \"no\", limit: {attempt: {count: 2}}}}}\ndo: [{t: {try: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}], catch: {retry: soon, do: [{h: {set: {s: '${ $error.status }'}}}]}}}]";
    let mut host = Host::new(plan(body), context())
        .answer(503, "{}")
        .answer(500, "{}");
    assert_eq!(output_of(host.go(&json!({}))), json!({"s": 500}));
    assert_eq!(host.timers.len(), 1);
}

#[test]
fn jitter_lies_within_its_bounds_and_repeats_with_its_seed() {
    let body = "do: [{t: {try: [{a: {raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {retry: {delay: PT1S, jitter: {from: PT1S, to: PT3S}, limit: {attempt: {count: 20}}}}}}]";
    let waits = |seed: u64| -> Vec<i64> {
        let mut host = Host::new(plan(body), RunContext { seed, ..context() });
        host.go(&Json::Null);
        host.timers
    };
    let first = waits(1);
    assert!(
        first.iter().all(|wait| (2 * SECOND..=4 * SECOND).contains(wait)),
        "{first:?}"
    );
    assert_eq!(first, waits(1));
    assert_ne!(first, waits(2));
}

#[test]
fn the_clock_of_a_run_never_goes_back() {
    let mut run = start(&format!(
        "do: [{{c: {{{CALL}, timeout: {{after: PT10S}}}}}}, {{d: {{set: {{now: '${{ now }}'}}}}}}]"
    ));
    begin(&mut run);
    let output = output_of(done(step(
        &mut run,
        Event::Http {
            result: json_response(200, "{}"),
        },
        -100,
    )));
    assert_eq!(output, json!({"now": 1_760_000_000.0}));
}
