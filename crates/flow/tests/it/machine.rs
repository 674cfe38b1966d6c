//! Bounds of a run: fuel, steps, sizes, and giving others a turn.

use flow::{End, Event, Fuel, Progress, Run, RunContext, Value, ValueError, limits};
use serde_json::json;

use crate::host::{Host, START, check, context, error_of, fault, output_of, plan, run};

#[test]
fn an_expression_that_needs_more_fuel_runs_again_on_a_heavy_step() {
    let mut host = Host::new(
        plan("do: [{a: {set: {sum: '${ [range(5000)] | add }'}}}, {b: {set: {s: '${ .sum + 1 }'}}}]"),
        context(),
    );
    assert_eq!(output_of(host.go(&json!({}))), json!({"s": 12_497_501}));
    assert_eq!(host.heavy, 1);
    // What follows goes on with the small budget.
    assert_eq!(host.yields, 1);
}

#[test]
fn an_endless_expression_faults_after_its_heavy_step() {
    let mut host = Host::new(
        plan(
            "do: [{t: {try: [{a: {set: {x: '${ def f: f; f }'}}}], catch: {do: [{h: {set: {caught: '${ $error.detail }'}}}]}}}]",
        ),
        context(),
    );
    let output = output_of(host.go(&json!({})));
    assert!(output["caught"].as_str().unwrap().contains("budget"), "{output}");
    assert_eq!(host.heavy, 1);
}

#[test]
fn deep_recursion_moves_to_the_big_stack_and_ends_there() {
    let mut host = Host::new(plan("do: [{a: {set: {x: '${ def f: 1 + f; f }'}}}]"), context());
    let error = error_of(host.go(&json!({})));
    assert_eq!(error["status"], 400);
    assert_eq!(host.heavy, 1);
}

#[test]
fn a_run_has_a_fuel_budget_that_no_try_escapes() {
    let body = "do: [{t: {try: [{a: {set: {x: '${ [range(40000)] | length }'}, then: a}}], catch: {do: [{h: {set: {}}}]}}}]";
    let error = fault(body, json!({}));
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("budget of 2000000 ticks"),
        "{error}"
    );
    assert_eq!(
        error["type"],
        "https://serverlessworkflow.io/spec/1.0.0/errors/runtime"
    );
}

#[test]
fn a_run_executes_a_bounded_number_of_tasks_that_no_try_escapes() {
    let error = fault(
        "do: [{t: {try: [{a: {set: {}, then: a}}], catch: {retry: {}, do: [{b: {set: {}, then: b}}]}}}]",
        json!({}),
    );
    assert_eq!(error["detail"], "the run executed more than 10000 tasks");
    let error = fault(
        "do: [{t: {try: [{a: {raise: {error: {type: 'https://x.test/e', status: 500}}}}], catch: {retry: {}, then: t}}}]",
        json!({}),
    );
    assert_eq!(error["detail"], "the run executed more than 10000 tasks");
}

#[test]
fn a_long_run_gives_others_a_turn() {
    let mut host = Host::new(
        plan("do: [{a: {set: {n: '${ .n + 1 }'}}}, {s: {switch: [{again: {when: .n < 2000, then: a}}]}}]"),
        context(),
    );
    assert_eq!(output_of(host.go(&json!({"n": 0}))), json!({"n": 2000}));
    assert!(
        host.yields >= 4000 / limits::YIELD_TASKS as usize,
        "{}",
        host.yields
    );
}

#[test]
fn a_loop_is_bounded() {
    let error = fault(
        "do: [{l: {for: {in: '[range(3)]'}, metadata: {max_iterations: 2}, do: [{a: {set: {}}}]}}]",
        json!({}),
    );
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("more than the bound of 2"),
        "{error}"
    );
    let many: Vec<u32> = (0..10_001).collect();
    let error = fault(
        "do: [{l: {for: {in: .m}, do: [{a: {set: {}}}]}}]",
        json!({"m": many}),
    );
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("more than the bound of 10000"),
        "{error}"
    );
}

#[test]
fn values_that_double_with_every_task_are_stopped() {
    let error = fault(
        "do: [{a: {set: {l: '${ . }', r: '${ . }'}, then: a}}]",
        json!({"x": "0123456789"}),
    );
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("limits of size or depth"),
        "{error}"
    );
    let error = fault("do: [{a: {set: {d: '${ . }'}, then: a}}]", json!({}));
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("limits of size or depth"),
        "{error}"
    );
    let error = fault("do: [{a: {set: '${ [.] }', then: a}}]", json!({}));
    assert!(
        error["detail"].as_str().unwrap().contains("deeper than 128"),
        "{error}"
    );
}

#[test]
fn the_data_that_a_run_holds_is_bounded() {
    let text = "x".repeat(7_000_000);
    let error = fault(
        "do: [{a: {do: [{b: {do: [{c: {do: [{d: {set: {}}}]}}]}}]}}]",
        json!({"t": text}),
    );
    assert_eq!(error["detail"], "the run holds more data than it may");
}

#[test]
fn the_items_of_loops_count_in_the_data_that_a_run_holds() {
    // Six megabytes of items in each loop, and next to nothing in the data that passes through.
    let nested = |loops: usize| {
        let mut inner = "{set: {done: true}}".to_owned();
        for at in (0..loops).rev() {
            inner = format!(
                "{{for: {{in: '[range(6) | \"x\" * 1000000]', each: e{at}}}, do: [{{l{at}: {inner}}}, {{x: {{set: {{}}, then: end}}}}]}}"
            );
        }
        format!("do: [{{a: {inner}}}]")
    };
    let error = fault(&nested(12), json!({}));
    assert_eq!(error["detail"], "the run holds more data than it may");
    // The sixth loop is the first with which they are more than 32 MiB: no task of it ran.
    assert_eq!(
        error["instance"].as_str().unwrap().matches("/do/").count(),
        6,
        "{error}"
    );
    check(&nested(5), json!({}), json!({}));
}

#[test]
fn nesting_of_calls_is_bounded() {
    let mut functions = String::new();
    for at in 0..70 {
        functions += &format!("    f{at}: {{call: f{}}}\n", at + 1);
    }
    let body =
        format!("use:\n  functions:\n{functions}    f70: {{set: {{done: true}}}}\ndo: [{{a: {{call: f0}}}}]");
    assert_eq!(
        fault(&body, json!({}))["detail"],
        "tasks nest deeper than 64 levels"
    );
    check(
        &body.replace("call: f0}}", "call: f20}}"),
        json!({}),
        json!({"done": true}),
    );
}

#[test]
fn the_trace_is_bounded_and_says_so() {
    let outcome = run(
        "do: [{l: {for: {in: '[range(1500)]'}, do: [{a: {set: {}}}]}}]",
        &json!({}),
    );
    let trace = outcome.trace.unwrap();
    assert_eq!(trace.steps.len(), limits::TRACE_STEPS_MAX);
    assert!(trace.truncated);
    let text = "x".repeat(1_000_000);
    let outcome = run(
        "do: [{l: {for: {in: '[range(5)]'}, do: [{a: {set: {t: '${ .t }'}}}]}}]",
        &json!({"t": text}),
    );
    let trace = outcome.trace.unwrap();
    assert_eq!(trace.steps.len(), 6);
    assert!(trace.truncated);
    assert!(trace.steps[0].input.is_some() && trace.steps[5].input.is_none());
}

#[test]
fn the_texts_of_an_error_are_bounded_wherever_they_come_from() {
    let long = "é".repeat(limits::ERROR_TEXT_BYTES_MAX);
    let cut = format!("{}…", &long[..limits::ERROR_TEXT_BYTES_MAX]);
    let error = fault(
        "do: [{a: {raise: {error: {type: '${ .t }', status: 500, title: '${ .t }', detail: '${ .t }', instance: '${ .t }'}}}}]",
        json!({"t": long}),
    );
    for part in ["type", "title", "detail", "instance"] {
        assert_eq!(error[part], cut, "{part}");
    }
    // A schema names the member that it refuses, as long as that is.
    let error = fault(
        "do: [{a: {input: {schema: {document: {additionalProperties: false}}}, set: {}}}]",
        json!({long: 1}),
    );
    assert!(error["detail"].as_str().unwrap().len() <= limits::ERROR_TEXT_BYTES_MAX + '…'.len_utf8());
}

#[test]
fn errors_count_in_the_room_of_the_trace_and_of_one_too_long_its_place_is_kept() {
    let outcome = run(
        "do: [{l: {for: {in: '[range(500)]'}, do: [{t: {try: [{a: {raise: {error: {type: 'https://x.test/e', status: 500, detail: '${ .why }', instance: /a}}}}], catch: {}}}]}}]",
        &json!({"why": "\0".repeat(1 << 20)}),
    );
    let trace = outcome.trace.unwrap();
    assert!(trace.truncated);
    let errors = trace.steps.iter().filter_map(|step| step.error.as_ref());
    let sizes = errors
        .clone()
        .map(|error| serde_json::to_vec(error).unwrap().len());
    let kept: usize = sizes.sum();
    assert!(kept <= limits::TRACE_BYTES_MAX, "{kept}");
    let brief = errors.filter(|error| error.detail.is_none() && error.instance.as_deref() == Some("/a"));
    assert!(brief.count() > 0);
}

#[test]
fn input_is_bounded_in_depth_and_size() {
    assert!(Value::from_json("[".repeat(200_000).as_bytes()).is_err());
    assert!(Value::from_json(format!("{}{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_ok());
    assert!(Value::from_json(format!("{}{}", "[".repeat(129), "]".repeat(129)).as_bytes()).is_err());
    assert!(Value::from_json(&vec![b' '; limits::VALUE_BYTES_MAX + 1]).is_err());
    assert!(Value::from_json(b"{\"a\":1} x").is_err());
    assert!(Value::from_json(b"\"\xff\"").is_err());
}

#[test]
fn values_print_as_they_came() {
    for json in [
        "null",
        "true",
        "1",
        "-1.5",
        "1e300",
        "18446744073709551615",
        "\"a\\\"\\n\\u0001ü\"",
        "[1,[2,{}]]",
        "{\"z\":1,\"a\":{\"b\":[]}}",
    ] {
        let value = Value::from_json(json.as_bytes()).unwrap();
        let printed = String::from_utf8(value.to_json_bytes()).unwrap();
        let again: serde_json::Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert_eq!(value.to_serde(), again);
        assert_eq!(Value::from_serde(&again).unwrap(), value);
        assert!(value.size() >= 1);
    }
    assert_eq!(
        Value::from_json(b"{\"z\":1,\"a\":2}").unwrap().to_json_bytes(),
        b"{\"z\":1,\"a\":2}"
    );
}

#[test]
fn an_integer_comes_out_as_it_came_in_or_is_refused_with_its_place() {
    let exact = r#"{"a":[18446744073709551616,-9223372036854775809,-170141183460469231731687303715884105728],"b":{"c":170141183460469231731687303715884105727},"d":1.5,"e":1e+300,"f":"\u00fc12345678901234567890\"","g":[],"g":{}}"#;
    let value = Value::from_json(exact.as_bytes()).unwrap();
    let printed = String::from_utf8(value.to_json_bytes()).unwrap();
    let expected = exact.replace("\\u00fc", "ü").replace(r#""g":[],"#, "");
    assert_eq!(printed, expected);
    let mut host = Host::new(
        plan("do: [{a: {set: '${ . }'}}, {b: {set: {kept: '${ .b.c }', more: '${ .a[0] + 1 }'}}}]"),
        context(),
    );
    let Progress::Done(outcome) = host.run.step(Event::Start { input: value }, START, Fuel::INLINE) else {
        panic!("it waits")
    };
    let End::Completed { output } = outcome.end else {
        panic!("{outcome:?}")
    };
    let expected = r#"{"kept":170141183460469231731687303715884105727,"more":18446744073709551617}"#;
    assert_eq!(output.to_json_bytes(), expected.as_bytes());
    for (json, place) in [
        ("170141183460469231731687303715884105728", ""),
        (
            r#"[{"a/b":[0,-170141183460469231731687303715884105729]}]"#,
            "/0/a~1b/1",
        ),
    ] {
        let refused = Value::from_json(json.as_bytes());
        assert_eq!(
            refused,
            Err(ValueError::IntegerTooLarge {
                pointer: place.to_owned()
            })
        );
    }
}

#[test]
fn a_run_can_move_between_threads() {
    let mut run = Run::new(
        plan("do: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}]"),
        RunContext::new("r"),
    );
    assert!(matches!(
        run.step(Event::Start { input: Value::null() }, 0, Fuel::INLINE),
        Progress::Http(_)
    ));
    let outcome = std::thread::spawn(move || {
        let result = crate::host::json_response(200, "{\"n\":1}");
        run.step(Event::Http { result }, 1, Fuel::INLINE)
    });
    assert!(matches!(outcome.join().unwrap(), Progress::Done(_)));
}
