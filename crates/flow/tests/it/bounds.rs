//! What a plan can do outside at most.

use crate::host::plan;

const CALL: &str = "{call: http, with: {method: get, endpoint: 'https://x.test/'}}";

#[test]
fn calls_are_counted_over_loops_retries_and_functions() {
    for (body, effects, calls) in [
        ("do: [{a: {set: {x: 1}}}]".to_owned(), false, Some(0)),
        (format!("do: [{{a: {CALL}}}, {{b: {CALL}}}]"), true, Some(2)),
        // Both branches may be taken one after the other; the bound is the sum.
        (format!("do: [{{s: {{switch: [{{x: {{when: .x, then: b}}}}]}}}}, {{a: {CALL}}}, {{b: {CALL}}}]"), true, Some(2)),
        (format!("do: [{{l: {{for: {{in: .x}}, do: [{{a: {CALL}}}]}}}}]"), true, None),
        ("do: [{l: {for: {in: .x}, do: [{a: {set: {x: 1}}}]}}]".to_owned(), false, Some(0)),
        (format!("do: [{{l: {{for: {{in: .x}}, metadata: {{max_iterations: 5}}, do: [{{a: {CALL}}}, {{b: {CALL}}}]}}}}]"), true, Some(10)),
        (format!("do: [{{l: {{for: {{in: [1, 2, 3]}}, do: [{{a: {CALL}}}]}}}}]"), true, Some(3)),
        (format!("input: {{schema: {{document: {{properties: {{order: {{properties: {{lines: {{type: array, maxItems: 7}}}}}}}}}}}}}}\ndo: [{{l: {{for: {{in: $workflow.input.order.lines}}, do: [{{a: {CALL}}}]}}}}]"), true, Some(7)),
        (format!("do: [{{t: {{try: [{{a: {CALL}}}], catch: {{do: [{{b: {CALL}}}]}}}}}}]"), true, Some(2)),
        (format!("do: [{{t: {{try: [{{a: {CALL}}}], catch: {{retry: {{limit: {{attempt: {{count: 3}}}}}}, do: [{{b: {CALL}}}]}}}}}}]"), true, Some(5)),
        (format!("do: [{{t: {{try: [{{a: {CALL}}}], catch: {{retry: {{delay: PT1S, limit: {{duration: PT9S}}}}}}}}}}]"), true, None),
        ("do: [{t: {try: [{a: {set: {x: 1}}}], catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}}}}]".to_owned(), true, Some(0)),
        ("do: [{t: {try: [{a: {set: {x: 1}}}], catch: {retry: {limit: {attempt: {count: 1}}}}}}]".to_owned(), false, Some(0)),
        (format!("use: {{functions: {{f: {CALL}, g: {{do: [{{a: {{call: f}}}}, {{b: {{call: f}}}}]}}}}}}\ndo: [{{a: {{call: g}}}}, {{b: {{call: f}}}}]"), true, Some(3)),
        (format!("do: [{{a: {CALL}}}, {{s: {{switch: [{{x: {{when: .x, then: a}}}}]}}}}]"), true, None),
        (format!("do: [{{o: {{do: [{{a: {CALL}}}]}}}}, {{b: {{set: {{x: 1}}, then: b}}}}]"), true, None),
    ] {
        let plan = plan(&body);
        assert_eq!(plan.has_outside_effects(), effects, "{body}");
        assert_eq!(plan.outside_calls_max(), calls, "{body}");
    }
}

#[test]
fn functions_that_call_each_other_often_are_counted_quickly() {
    let mut functions = String::new();
    for at in 0..60 {
        functions += &format!(
            "    f{at}: {{do: [{{a: {{call: f{n}}}}}, {{b: {{call: f{n}}}}}]}}\n",
            n = at + 1
        );
    }
    let body = format!("use:\n  functions:\n{functions}    f60: {CALL}\ndo: [{{a: {{call: f0}}}}]");
    assert_eq!(plan(&body).outside_calls_max(), Some(1 << 60));
}
