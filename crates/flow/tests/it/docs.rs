//! The examples of docs/flow-language.md do what the page says.

use serde_json::Value as Json;

use crate::host::{Host, compile, context, error_of, output_of};

const PAGE: &str = include_str!("../../../../docs/flow-language.md");

#[test]
fn every_example_of_the_page_does_what_it_says() {
    let examples: Vec<&str> = PAGE
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(examples.len() > 10);
    for example in examples {
        let notes = |name: &str| -> Vec<&str> {
            let prefix = format!("# {name}: ");
            example
                .lines()
                .filter_map(|line| line.strip_prefix(&prefix))
                .collect()
        };
        let json = |text: &str| -> Json { serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}")) };
        if let [code] = notes("refused")[..] {
            let findings = compile(example).map(|_| ()).expect_err(example);
            assert_eq!(findings[0].code, code, "{example}");
            continue;
        }
        let plan = compile(example).unwrap_or_else(|findings| panic!("{findings:#?}\n{example}"));
        assert!(plan.outside_calls_max().is_some(), "{example}");
        let mut host = Host::new(plan, context());
        for answer in notes("answer") {
            host = host.answer(200, answer);
        }
        let outcome = host.go(&json(notes("input")[0]));
        match (&notes("output")[..], &notes("error")[..]) {
            ([output], []) => assert_eq!(output_of(outcome), json(output), "{example}"),
            ([], [status]) => assert_eq!(error_of(outcome)["status"], json(status), "{example}"),
            _ => panic!("an example has one output or one error:\n{example}"),
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
