//! The examples of docs/flow-language.md and docs/flow-examples.md do what the pages say.

use flow::{End, HttpBody, HttpRequest};

use crate::host::{Host, compile, context};
use crate::page::{Example, Request, Run, examples, json};

const PAGE: &str = include_str!("../../../../docs/flow-language.md");
pub const EXAMPLES: &str = include_str!("../../../../docs/flow-examples.md");

#[test]
fn every_example_of_the_pages_does_what_it_says() {
    let all: Vec<Example<'_>> = [PAGE, EXAMPLES].into_iter().flat_map(examples).collect();
    assert!(all.len() > 30);
    for example in all {
        if let Some(code) = example.refused {
            let findings = compile(example.text).map(|_| ()).expect_err(example.text);
            assert_eq!(findings[0].code, code, "{}", example.text);
            continue;
        }
        assert!(!example.runs.is_empty(), "{}", example.text);
        for run in &example.runs {
            does_what_it_says(&example, run);
        }
    }
}

fn does_what_it_says(example: &Example<'_>, run: &Run<'_>) {
    let text = example.text;
    let plan = compile(text).unwrap_or_else(|findings| panic!("{findings:#?}\n{text}"));
    assert!(plan.outside_calls_max().is_some(), "{text}");
    let mut host = Host::new(plan, context());
    for (status, body) in &run.answers {
        host = host.answer(*status, body);
    }
    match host.go(&json(run.input)).end {
        End::Completed { output } => assert_eq!(Some(output.to_serde()), run.output, "{text}"),
        End::Faulted { error } => {
            let error = serde_json::to_value(error).unwrap();
            assert!(run.is_error(&error), "{error:#}\n{text}");
        }
    }
    assert!(host.answers.is_empty(), "{text}");
    let waited: Vec<i64> = host.timers.iter().map(|us| us / 1_000_000).collect();
    assert_eq!(waited, run.waits_seconds, "{text}");
    if example.text.contains("# request:") {
        let sent: Vec<Sent> = host.requests.iter().map(Sent::of).collect();
        assert_eq!(
            sent,
            run.requests.iter().map(Sent::said).collect::<Vec<_>>(),
            "{text}"
        );
    }
}

/// A request as the pages write it.
#[derive(Debug, PartialEq)]
struct Sent {
    line: String,
    headers: Vec<String>,
    body: Option<serde_json::Value>,
}

impl Sent {
    fn of(request: &HttpRequest) -> Self {
        let query: Vec<String> = request
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        Self {
            line: format!("{} {}{mark}{}", request.method, request.url, query.join("&")),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect(),
            body: request.body.as_ref().map(|body| match body {
                HttpBody::Json(bytes) => serde_json::from_slice(bytes).unwrap(),
                HttpBody::Text(text) => text.as_str().into(),
            }),
        }
    }

    fn said(request: &Request<'_>) -> Self {
        Self {
            line: request.line.to_owned(),
            headers: request.headers.iter().map(|&header| header.to_owned()).collect(),
            body: request.body.clone(),
        }
    }
}

#[test]
fn the_page_says_the_bounds_as_they_are() {
    use flow::limits;
    let grouped = |number: u64| {
        let digits = number.to_string();
        let (head, tail) = digits.split_at(digits.len().saturating_sub(3));
        if head.is_empty() {
            tail.to_owned()
        } else {
            format!("{head},{tail}")
        }
    };
    for bound in [
        format!(
            "{} levels, {} tasks, {} expressions",
            limits::DEFINITION_DEPTH_MAX,
            grouped(limits::TASKS_MAX as u64),
            grouped(limits::EXPRESSIONS_MAX as u64)
        ),
        format!(
            "{} KiB, {} nested operators",
            limits::EXPRESSION_BYTES_MAX / 1024,
            limits::EXPRESSION_DEPTH_MAX
        ),
        format!(
            "{} MiB as JSON, {} levels",
            limits::VALUE_BYTES_MAX >> 20,
            limits::DEPTH_MAX
        ),
        format!("at once | {} MiB", limits::STATE_BYTES_MAX >> 20),
        format!("executes | {}", grouped(limits::RUN_TASKS_MAX)),
        format!("active tasks | {}", limits::FRAMES_MAX),
        format!("one `for` | {}", grouped(limits::ITERATIONS_MAX)),
        format!("one `try` | {}", limits::RETRIES_MAX),
        format!("expression | {} ticks", grouped(limits::HEAVY_FUEL_TICKS)),
        format!("{} headers", limits::HEADERS_MAX),
        format!("Trace | {} steps", grouped(limits::TRACE_STEPS_MAX as u64)),
    ] {
        assert!(PAGE.contains(&bound), "the page does not say: {bound}");
    }
}
