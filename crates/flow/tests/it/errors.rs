//! Raising and catching.

use serde_json::json;

use crate::host::{Host, check, context, fault, output_of, plan, run};

#[test]
fn a_raised_error_faults_the_flow_with_the_pointer_of_its_task() {
    assert_eq!(
        fault(
            "do: [{raiseError: {raise: {error: {type: 'https://x.test/errors/nope', status: 404, title: Nope, detail: '${ \"no \\(.x)\" }'}}}}]",
            json!({"x": 1})
        ),
        json!({"type": "https://x.test/errors/nope", "status": 404, "title": "Nope", "detail": "no 1", "instance": "/do/0/raiseError"})
    );
}

#[test]
fn errors_are_reusable_by_name() {
    let error = fault(
        "use: {errors: {gone: {type: 'https://x.test/gone', status: 410, detail: '${ $workflow.definition.document.name }'}}}\ndo: [{a: {raise: {error: gone}}}]",
        json!({}),
    );
    assert_eq!(
        (error["status"].clone(), error["detail"].clone()),
        (json!(410), json!("test"))
    );
}

#[test]
fn a_caught_error_is_bound_to_the_variable_and_only_there() {
    check(
        "do: [{t: {try: [{a: {raise: {error: {type: 'https://x.test/e', status: 418, title: T}}}}], catch: {as: problem, do: [{h: {set: {s: '${ $problem.status }', i: '${ $problem.instance }', in: '${ .n }'}}}]}}}]",
        json!({"n": 1}),
        json!({"s": 418, "i": "/do/0/t/try/0/a", "in": 1}),
    );
}

#[test]
fn filters_compare_static_properties() {
    for (filter, caught) in [
        ("{}", true),
        ("{with: {status: 418}}", true),
        ("{with: {status: 500}}", false),
        ("{with: {type: 'https://x.test/e'}}", true),
        ("{with: {type: 'https://x.test/f'}}", false),
        ("{with: {type: 'https://x.test/e', status: 500}}", false),
        ("{with: {title: T, detail: D, instance: /do/0/t/try/0/a}}", true),
        ("{with: {title: U}}", false),
        ("{with: {details: D}}", true),
        ("{with: {instance: /do/0/a}}", false),
    ] {
        let body = format!(
            "do: [{{t: {{try: [{{a: {{raise: {{error: {{type: 'https://x.test/e', status: 418, title: T, detail: D}}}}}}}}], catch: {{errors: {filter}, do: [{{h: {{set: {{caught: true}}}}}}]}}}}}}]"
        );
        let completed = matches!(run(&body, &json!({})).end, flow::End::Completed { .. });
        assert_eq!(completed, caught, "{filter}");
    }
}

#[test]
fn when_and_except_when_decide_with_the_error_at_hand() {
    for (catch, caught) in [
        ("when: $error.status == 418", true),
        ("when: $error.status == 500", false),
        ("exceptWhen: $error.status == 418", false),
        ("exceptWhen: $error.status == 500", true),
        ("when: .allowed", true),
        ("when: $error.status == 418, exceptWhen: .allowed", false),
    ] {
        let body = format!(
            "do: [{{t: {{try: [{{a: {{raise: {{error: {{type: 'https://x.test/e', status: 418}}}}}}}}], catch: {{{catch}}}}}}}]"
        );
        let completed = matches!(
            run(&body, &json!({"allowed": true})).end,
            flow::End::Completed { .. }
        );
        assert_eq!(completed, caught, "{catch}");
    }
}

#[test]
fn a_failing_when_replaces_the_error_and_does_not_loop() {
    let error = fault(
        "do: [{t: {try: [{a: {raise: {error: {type: 'https://x.test/e', status: 418}}}}], catch: {when: '.x.y.z'}}}]",
        json!({"x": "text"}),
    );
    assert_eq!(
        error["type"],
        "https://serverlessworkflow.io/spec/1.0.0/errors/expression"
    );
    assert_eq!(error["instance"], "/do/0/t");
}

#[test]
fn an_error_in_the_handler_goes_to_the_next_try() {
    check(
        "do: [{outer: {try: [{inner: {try: [{a: {raise: {error: {type: 'https://x.test/one', status: 500}}}}], catch: {do: [{b: {raise: {error: {type: 'https://x.test/two', status: 501}}}}]}}}], catch: {do: [{h: {set: {s: '${ $error.status }'}}}]}}}]",
        json!({}),
        json!({"s": 501}),
    );
}

#[test]
fn inner_and_outer_error_variables_do_not_mix() {
    check(
        "do: [{outer: {try: [{a: {raise: {error: {type: 'https://x.test/one', status: 500}}}}], catch: {do: [{inner: {try: [{b: {raise: {error: {type: 'https://x.test/two', status: 501}}}}], catch: {do: [{i: {set: {inner: '${ $error.status }'}}}]}}}, {o: {set: {inner: '${ .inner }', outer: '${ $error.status }'}}}]}}}]",
        json!({}),
        json!({"inner": 501, "outer": 500}),
    );
}

#[test]
fn schemas_are_checked_before_and_after() {
    let schema = "{document: {type: object, required: [n], properties: {n: {type: integer, minimum: 3}}}}";
    let error = fault(
        &format!("input: {{schema: {schema}}}\ndo: [{{a: {{set: {{}}}}}}]"),
        json!({"n": 1}),
    );
    assert_eq!(
        error["type"],
        "https://serverlessworkflow.io/spec/1.0.0/errors/validation"
    );
    assert_eq!(
        error["detail"],
        "the input does not fit its schema: /n: expected 3 or more, found 1"
    );
    assert_eq!(error["instance"], "/");
    let error = fault(
        &format!("do: [{{a: {{input: {{schema: {schema}, from: '{{}}'}}, set: {{}}}}}}]"),
        json!({}),
    );
    assert_eq!(error["instance"], "/do/0/a");
    // The raw input is checked, not what `from` makes of it.
    check(
        &format!("do: [{{a: {{input: {{schema: {schema}, from: '{{}}'}}, set: {{ok: true}}}}}}]"),
        json!({"n": 4}),
        json!({"ok": true}),
    );
    // The output is checked after `as`.
    let error = fault(
        &format!("do: [{{a: {{set: {{n: 4}}, output: {{as: '{{}}', schema: {schema}}}}}}}]"),
        json!({}),
    );
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .starts_with("the output does not fit"),
        "{error}"
    );
    let error = fault(
        &format!("do: [{{a: {{set: {{n: 4}}, export: {{as: '{{n: 0}}', schema: {schema}}}}}}}]"),
        json!({}),
    );
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .starts_with("the context does not fit"),
        "{error}"
    );
    let error = fault(
        &format!("do: [{{a: {{set: {{}}}}}}]\noutput: {{schema: {schema}}}"),
        json!({}),
    );
    assert_eq!(error["instance"], "/");
}

#[test]
fn the_input_can_be_checked_without_a_run() {
    let plan = plan(
        "input: {schema: {document: {type: object, required: [name, n], additionalProperties: false, properties: {n: {type: integer}, name: {type: string, pattern: '^[a-z]+$'}}}}}\ndo: [{a: {set: {}}}]",
    );
    assert!(
        plan.validate_input(&crate::host::value(&json!({"n": 1, "name": "x"})))
            .is_ok()
    );
    let found = plan
        .validate_input(&crate::host::value(&json!({"n": "one", "name": "X", "extra": 1})))
        .unwrap_err();
    let found: Vec<(&str, &str, &str)> = found
        .iter()
        .map(|v| (v.pointer.as_str(), v.code.as_str(), v.message.as_str()))
        .collect();
    assert!(
        found.contains(&("/n", "type", "expected integer, found \"one\"")),
        "{found:?}"
    );
    assert!(
        found.contains(&(
            "/name",
            "pattern",
            "expected a text that matches `^[a-z]+$`, found \"X\""
        )),
        "{found:?}"
    );
    assert!(
        found.contains(&(
            "/extra",
            "additionalProperties",
            "expected no further members, found `extra`"
        )),
        "{found:?}"
    );
    let found = plan
        .validate_input(&crate::host::value(&json!({"n": 1})))
        .unwrap_err();
    assert_eq!(
        (found[0].code.as_str(), found[0].message.as_str()),
        ("required", "expected a member \"name\", found none")
    );
}

#[test]
fn a_pattern_that_backtracks_elsewhere_is_matched_in_linear_time() {
    let plan = plan("input: {schema: {document: {type: string, pattern: '^(a+)+$'}}}\ndo: [{a: {set: {}}}]");
    let text = "a".repeat(50_000) + "b";
    assert!(plan.validate_input(&crate::host::value(&json!(text))).is_err());
}

#[test]
fn an_expression_error_names_the_task() {
    let error = fault(
        "do: [{l: {for: {in: '[1]'}, do: [{a: {set: {v: '${ .x + $item }'}}}]}}]",
        json!({"x": "t"}),
    );
    assert_eq!(error["instance"], "/do/0/l/do/0/a");
    assert_eq!(error["detail"], "cannot calculate \"t\" + 1");
    assert_eq!(
        fault("do: [{a: {set: {v: '${ .x.y }'}}}]", json!({"x": 3}))["detail"],
        "cannot index 3 with \"y\""
    );
    assert!(
        fault(
            "do: [{l: {for: {in: .x}, do: [{a: {set: {}}}]}}]",
            json!({"x": 3})
        )["detail"]
            .as_str()
            .unwrap()
            .contains("not an array")
    );
}

#[test]
fn a_faulted_run_has_a_trace_with_the_error() {
    let mut host = Host::new(
        plan("do: [{o: {do: [{a: {raise: {error: {type: 'https://x.test/e', status: 500}}}}]}}]"),
        context(),
    );
    let outcome = host.go(&json!({}));
    let steps = &outcome.trace.as_ref().unwrap().steps;
    assert_eq!(
        steps
            .iter()
            .map(|s| (s.name.as_str(), s.status))
            .collect::<Vec<_>>(),
        [("a", flow::StepStatus::Faulted), ("o", flow::StepStatus::Faulted)]
    );
    assert_eq!(
        steps[0].error.as_ref().unwrap().instance.as_deref(),
        Some("/do/0/o/do/0/a")
    );
    let outcome = Host::new(plan("do: [{a: {set: {x: 1}}}]"), flow::RunContext::new("r")).go(&json!({}));
    assert!(outcome.trace.is_none());
    assert_eq!(output_of(outcome), json!({"x": 1}));
}
