//! Where the language is silent we decided; each decision has its test, named after it.

use serde_json::json;

use crate::host::{Host, check, context, fault, json_response, order, output_of, plan, refused};

#[test]
fn secrets_may_be_read_everywhere_but_only_declared_ones() {
    let body = "use: {secrets: [KEY]}\ndo: [{a: {if: $secrets.KEY == \"k\", input: {from: $secrets.KEY}, set: {s: '${ $secrets.KEY }'}, output: {as: '{s, o: $secrets.KEY}'}}}]\noutput: {as: '. + {w: $secrets.KEY}'}";
    let context = flow::RunContext {
        secrets: crate::host::value(&json!({"KEY": "k", "HIDDEN": "h"})),
        ..context()
    };
    assert_eq!(
        output_of(Host::new(plan(body), context).go(&json!({}))),
        json!({"s": "k", "o": "k", "w": "k"})
    );
    let findings = refused("use: {secrets: [KEY]}\ndo: [{a: {set: {s: '${ $secrets.KEZ }'}}}]");
    assert_eq!(findings[0].code, "undeclared_secret");
    assert_eq!(findings[0].suggestion.as_deref(), Some("did you mean `KEY`?"));
}

#[test]
fn context_is_null_until_the_first_export() {
    check(
        "do: [{a: {set: {c: '${ $context }', member: '${ $context.x }'}, export: {as: '{x: 1}'}}}, {b: {set: {before: '${ . }', now: '${ $context }'}}}]",
        json!({}),
        json!({"before": {"c": null, "member": null}, "now": {"x": 1}}),
    );
}

#[test]
fn no_result_or_several_are_an_expression_error_that_says_how_to_wrap() {
    for expression in [".x[]", "empty"] {
        let error = fault(
            &format!("do: [{{a: {{set: {{v: '${{ {expression} }}'}}}}}}]"),
            json!({"x": [1, 2]}),
        );
        assert_eq!(
            error["type"],
            "https://serverlessworkflow.io/spec/1.0.0/errors/expression"
        );
        assert_eq!(error["status"], 400);
        assert!(
            error["detail"].as_str().unwrap().contains("wrap it in [...]"),
            "{error}"
        );
    }
    check(
        "do: [{a: {set: {v: '${ [.x[]] }'}}}]",
        json!({"x": [1, 2]}),
        json!({"v": [1, 2]}),
    );
}

#[test]
fn then_of_a_skipped_task_is_ignored() {
    check(
        "do: [{a: {if: 'false', set: {}, then: end}}, {b: {set: {b: 1}}}]",
        json!({}),
        json!({"b": 1}),
    );
    check(
        "do: [{a: {if: 'false', set: {}, then: c}}, {b: {set: {b: 1}, then: end}}, {c: {set: {c: 1}}}]",
        json!({}),
        json!({"b": 1}),
    );
}

#[test]
fn attempt_count_is_the_number_of_retries_without_the_first_try() {
    let body = "do: [{t: {try: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}], catch: {retry: {delay: {seconds: 1}, limit: {attempt: {count: 2}}}, do: [{h: {set: {failed: '${ $error.status }'}}}]}}}]";
    let mut host = Host::new(plan(body), context())
        .answer(503, "{}")
        .answer(503, "{}")
        .answer(503, "{}");
    assert_eq!(output_of(host.go(&json!({}))), json!({"failed": 503}));
    assert_eq!(host.requests.len(), 3);
    assert_eq!(plan(body).outside_calls_max(), Some(3));
}

#[test]
fn linear_backoff_is_delay_times_n_and_exponential_doubles_up_to_an_hour() {
    for (backoff, expected) in [
        ("constant", vec![1000, 1000, 1000, 1000]),
        ("linear", vec![1000, 2000, 3000, 4000]),
        ("exponential", vec![1000, 2000, 4000, 8000]),
    ] {
        let body = format!(
            "do: [{{t: {{try: [{{c: {{raise: {{error: {{type: 'https://x.test/e', status: 500}}}}}}}}], catch: {{retry: {{delay: PT1S, backoff: {{{backoff}: {{}}}}, limit: {{attempt: {{count: 4}}}}}}}}}}}}]"
        );
        let mut host = Host::new(plan(&body), context());
        host.go(&json!({}));
        let waited: Vec<i64> = host.timers.iter().map(|us| us / 1000).collect();
        assert_eq!(waited, expected, "{backoff}");
    }
    let body = "do: [{t: {try: [{c: {raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {retry: {delay: PT40M, backoff: {exponential: {}}, limit: {attempt: {count: 3}}}}}}]";
    let mut host = Host::new(plan(body), context());
    host.go(&json!({}));
    let minutes: Vec<i64> = host.timers.iter().map(|us| us / 60_000_000).collect();
    assert_eq!(minutes, [40, 60, 60]);
}

#[test]
fn catch_do_runs_after_the_retries_are_used_up() {
    let body = "do: [{t: {try: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}], catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}, do: [{h: {set: {handled: true}}}]}}}]";
    let mut host = Host::new(plan(body), context())
        .answer(500, "{}")
        .answer(200, "{\"ok\":1}");
    assert_eq!(output_of(host.go(&json!({}))), json!({"ok": 1}));
    let mut host = Host::new(plan(body), context())
        .answer(500, "{}")
        .answer(500, "{}");
    let outcome = host.go(&json!({}));
    assert_eq!(order(&outcome), ["c", "c", "h", "t"]);
    assert_eq!(output_of(outcome), json!({"handled": true}));
}

#[test]
fn exit_in_the_body_of_a_for_leaves_the_loop() {
    check(
        "do: [{l: {for: {in: '[1,2,3]'}, do: [{c: {if: $item == 2, set: {left: '${ $item }'}, then: exit}}, {d: {set: {seen: '${ $item }'}}}]}}]",
        json!({}),
        json!({"left": 2}),
    );
}

#[test]
fn exit_in_a_try_leaves_the_try_and_counts_as_success() {
    check(
        "do: [{t: {try: [{a: {set: {a: 1}, then: exit}}, {b: {raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {}}}, {c: {set: {after: '${ .a }'}}}]",
        json!({}),
        json!({"after": 1}),
    );
}

#[test]
fn a_caught_error_without_do_passes_the_input_of_the_try_on() {
    check(
        "do: [{t: {try: [{a: {set: {lost: 1}}}, {b: {raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {}}}]",
        json!({"in": 1}),
        json!({"in": 1}),
    );
}

#[test]
fn catch_then_is_followed_when_an_error_was_handled() {
    let body = "do: [{t: {try: [{a: {if: .bad, raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {then: end}, then: c}}, {b: {set: {b: 1}}}, {c: {set: {c: 1}}}]";
    check(body, json!({"bad": true}), json!({"bad": true}));
    check(body, json!({"bad": false}), json!({"c": 1}));
}

#[test]
fn both_roots_of_error_types_and_that_of_the_conformance_kit_are_equal() {
    for root in [
        "https://serverlessworkflow.io/spec/1.0.0/errors/",
        "https://open-workflow-specification.org/spec/1.0.0/errors/",
        "https://serverlessworkflow.io/dsl/errors/types/",
    ] {
        let body = format!(
            "do: [{{t: {{try: [{{c: {{call: http, with: {{method: get, endpoint: 'https://x.test/'}}}}}}], catch: {{errors: {{with: {{type: '{root}communication', status: 404}}}}, do: [{{h: {{set: {{type: '${{ $error.type }}'}}}}}}]}}}}}}]"
        );
        let mut host = Host::new(plan(&body), context()).answer(404, "{}");
        // The one we show is the old root.
        assert_eq!(
            output_of(host.go(&json!({}))),
            json!({"type": "https://serverlessworkflow.io/spec/1.0.0/errors/communication"})
        );
    }
}

#[test]
fn expression_syntax_in_data_is_never_evaluated() {
    check(
        "do: [{a: {set: {v: '${ .x }'}}}, {b: {set: '${ . }'}}]",
        json!({"x": "${ 1 + 1 }"}),
        json!({"v": "${ 1 + 1 }"}),
    );
}

#[test]
fn expressions_by_nature_take_both_spellings_and_values_only_the_marked_one() {
    for when in [".x > 1", "'${ .x > 1 }'"] {
        check(
            &format!("do: [{{a: {{if: {when}, set: {{v: .x}}}}}}]"),
            json!({"x": 2}),
            json!({"v": ".x"}),
        );
    }
}

#[test]
fn a_catch_does_not_see_errors_of_its_own_try_task() {
    // The output schema belongs to the task `t` itself, not to what runs inside it.
    let error = fault(
        "do: [{t: {try: [{a: {set: {x: 1}}}], catch: {do: [{h: {set: {}}}]}, output: {schema: {document: {required: [y]}}}}}]",
        json!({}),
    );
    assert_eq!(error["instance"], "/do/0/t");
    assert_eq!(error["status"], 400);
}

#[test]
fn an_answer_outside_of_2xx_is_an_error_and_redirect_widens_to_3xx() {
    let call = |redirect: bool| {
        format!(
            "do: [{{c: {{call: http, with: {{method: get, endpoint: 'https://x.test/', redirect: {redirect}}}}}}}]"
        )
    };
    let mut host = Host::new(plan(&call(false)), context());
    host.answers.push_back(json_response(302, "{}"));
    assert_eq!(crate::host::error_of(host.go(&json!({})))["status"], 302);
    let mut host = Host::new(plan(&call(true)), context()).answer(302, "{\"moved\":1}");
    assert_eq!(output_of(host.go(&json!({}))), json!({"moved": 1}));
}
