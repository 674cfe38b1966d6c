//! What flows compute: data in, data out.

use serde_json::json;

use crate::host::{check, order, run};

#[test]
fn set_replaces_the_data_and_keeps_the_order_of_keys() {
    let outcome = run(
        "do: [{a: {set: {z: 1, a: '${ .x }', m: {n: ['${ .x + 1 }', lit]}}}}]",
        &json!({"x": 2}),
    );
    let flow::End::Completed { output } = outcome.end else {
        panic!()
    };
    assert_eq!(output.to_json_bytes(), br#"{"z":1,"a":2,"m":{"n":[3,"lit"]}}"#);
    check(
        "do: [{a: {set: '${ .color }'}}]",
        json!({"color": {"r": 1}}),
        json!({"r": 1}),
    );
    check("do: [{a: {set: {x: .y}}}]", json!({"y": 1}), json!({"x": ".y"}));
}

#[test]
fn the_output_of_one_task_is_the_input_of_the_next() {
    check(
        "do: [{a: {set: {n: '${ .n + 1 }'}}}, {b: {do: [{c: {set: {n: '${ .n * 10 }'}}}, {d: {set: {n: '${ .n + 3 }'}}}]}}]",
        json!({"n": 1}),
        json!({"n": 23}),
    );
}

#[test]
fn input_from_output_as_and_export_as_are_applied_in_order() {
    check(
        "
input: {from: .outer}
do:
  - a:
      input: {from: '.inner'}
      set: {got: '${ . }', same: '${ $input }'}
      output: {as: '{got: .got, input: $input}'}
      export: {as: '{seen: .got, output: $output.input}'}
  - b:
      set: {context: '${ $context }', before: '${ . }'}
output: {as: '{context: $context, last: .before.got}'}
",
        json!({"outer": {"inner": 7}}),
        json!({"context": {"seen": 7, "output": 7}, "last": 7}),
    );
}

#[test]
fn from_and_as_take_structures_too() {
    check(
        "do: [{a: {input: {from: {x: '${ .n }'}}, set: {y: '${ .x }'}, output: {as: {z: '${ .y }'}}, export: {as: {k: '${ .z }'}}}}, {b: {set: '${ $context }'}}]",
        json!({"n": 4}),
        json!({"k": 4}),
    );
}

#[test]
fn a_task_whose_if_is_false_is_skipped_and_passes_its_raw_input_on() {
    check(
        "do: [{a: {if: .n > 5, input: {from: '{broken: 1}'}, set: {big: true}, then: end}}, {b: {set: {n: '${ .n }', b: true}}}]",
        json!({"n": 1}),
        json!({"n": 1, "b": true}),
    );
    check(
        "do: [{a: {if: '${ .n > 5 }', set: {big: true}, then: end}}, {b: {set: {b: true}}}]",
        json!({"n": 9}),
        json!({"big": true}),
    );
}

#[test]
fn switch_takes_the_first_case_that_holds() {
    let body = "
do:
  - choose:
      switch:
        - red: {when: .color == \"red\", then: setRed}
        - none: {then: setDefault}
        - green: {when: '${ .color == \"green\" }', then: setGreen}
  - setRed: {set: {c: R}, then: end}
  - setGreen: {set: {c: G}, then: end}
  - setDefault: {set: {c: '?'}}
";
    check(body, json!({"color": "red"}), json!({"c": "R"}));
    check(body, json!({"color": "green"}), json!({"c": "G"}));
    check(body, json!({"color": "blue"}), json!({"c": "?"}));
}

#[test]
fn a_switch_without_a_match_follows_its_own_then() {
    let body = "do: [{s: {switch: [{a: {when: .x == 1, then: continue}}], then: end}}, {never: {set: {reached: true}}}]";
    check(body, json!({"x": 2}), json!({"x": 2}));
    check(body, json!({"x": 1}), json!({"reached": true}));
}

#[test]
fn then_exit_leaves_the_list_and_end_the_flow() {
    check(
        "do: [{outer: {do: [{a: {set: {x: 1}, then: exit}}, {b: {set: {x: 2}}}]}}, {c: {set: {y: '${ .x }'}}}]",
        json!({}),
        json!({"y": 1}),
    );
    check(
        "do: [{outer: {do: [{a: {set: {x: 1}, then: end}}, {b: {set: {x: 2}}}]}}, {c: {set: {y: 3}}}]",
        json!({}),
        json!({"x": 1}),
    );
    check(
        "do: [{a: {set: {x: 1}, then: exit}}, {b: {set: {x: 2}}}]",
        json!({}),
        json!({"x": 1}),
    );
    check(
        "do: [{a: {set: {x: 1}, then: c}}, {b: {set: {x: 2}}}, {c: {set: {x: '${ .x + 10 }'}}}]",
        json!({}),
        json!({"x": 11}),
    );
}

#[test]
fn end_still_applies_the_output_of_the_flow_but_not_of_enclosing_tasks() {
    check(
        "do: [{o: {do: [{a: {set: {x: 1}, then: end}}], output: {as: '{wrapped: .}'}}}]\noutput: {as: '{flow: .}'}",
        json!({}),
        json!({"flow": {"x": 1}}),
    );
}

#[test]
fn jumps_backwards_loop() {
    check(
        "do: [{add: {set: {n: '${ .n + 1 }'}}}, {more: {switch: [{again: {when: .n < 5, then: add}}]}}, {done: {set: {done: '${ .n }'}}}]",
        json!({"n": 0}),
        json!({"done": 5}),
    );
}

#[test]
fn for_threads_the_data_through_its_iterations() {
    check(
        "do: [{loop: {for: {each: pet, in: .pets, at: i}, do: [{add: {set: {pets: '${ .pets }', names: '${ (.names // []) + [\"\\($i):\\($pet.name)\"] }'}}}]}}]",
        json!({"pets": [{"name": "a"}, {"name": "b"}]}),
        json!({"pets": [{"name": "a"}, {"name": "b"}], "names": ["0:a", "1:b"]}),
    );
}

#[test]
fn for_binds_item_and_index_by_default_and_indexing_null_gives_null() {
    check(
        "do: [{loop: {for: {in: .colors}, do: [{mark: {set: {colors: '${ .colors }', processed: {colors: '${ .processed.colors + [$item] }', indexes: '${ .processed.indexes + [$index] }'}}}}]}}]",
        json!({"colors": ["red", "green"]}),
        json!({"colors": ["red", "green"], "processed": {"colors": ["red", "green"], "indexes": [0, 1]}}),
    );
}

#[test]
fn for_stops_when_while_is_false_and_passes_its_input_when_there_is_nothing() {
    let body = "do: [{loop: {for: {in: '.list'}, while: '$item < 3', do: [{add: {set: {list: '${ .list }', sum: '${ .sum + $item }'}}}]}}]";
    check(
        body,
        json!({"list": [1, 2, 3, 1], "sum": 0}),
        json!({"list": [1, 2, 3, 1], "sum": 3}),
    );
    check(body, json!({"list": [], "sum": 0}), json!({"list": [], "sum": 0}));
}

#[test]
fn for_takes_a_list_written_out() {
    check(
        "do: [{loop: {for: {in: [1, '${ .two }']}, do: [{add: {set: {two: '${ .two }', s: '${ (.s // 0) + $item }'}}}]}}]",
        json!({"two": 2}),
        json!({"two": 2, "s": 3}),
    );
}

#[test]
fn loops_nest_and_see_the_outer_items() {
    check(
        "do: [{o: {for: {each: row, in: .rows}, do: [{i: {for: {each: cell, in: $row}, do: [{add: {set: {rows: '${ .rows }', s: '${ (.s // \"\") + \"\\($row | length)\\($cell) \" }'}}}]}}]}}]",
        json!({"rows": [[1, 2], [3]]}),
        json!({"rows": [[1, 2], [3]], "s": "21 22 13 "}),
    );
}

#[test]
fn functions_of_the_definition_take_arguments_as_their_input() {
    check(
        "
use:
  functions:
    double: {set: {twice: '${ .n * 2 }'}, output: {as: .twice}}
do:
  - a: {call: double, with: {n: '${ .x + 1 }'}}
  - b: {call: double, with: {n: '${ . }'}}
",
        json!({"x": 2}),
        json!(12),
    );
}

#[test]
fn functions_may_be_lists_and_call_each_other() {
    check(
        "
use:
  functions:
    inc: {set: '${ . + 1 }'}
    incTwice: {do: [{a: {call: inc}}, {b: {call: inc}}]}
do: [{go: {call: incTwice, input: {from: .n}, output: {as: '{n: .}'}}}]
",
        json!({"n": 1}),
        json!({"n": 3}),
    );
}

#[test]
fn variables_of_the_platform_are_visible() {
    let plan = crate::host::plan(
        "use: {secrets: [KEY]}\ndo: [{a: {set: {e: '${ $env.REGION }', t: '${ $tenant.slug }', s: '${ $secrets.KEY }', all: '${ $secrets | keys }', id: '${ $workflow.id }', n: '${ $task.name }', r: '${ $task.reference }', d: '${ $task.definition.metadata.m }', w: '${ $workflow.definition.document.name }', i: '${ $workflow.input.x }', at: '${ $workflow.startedAt.iso8601 }', rt: '${ $runtime.name }', auth: '${ $authorization }', now: '${ now }'}, metadata: {m: 5}}}]",
    );
    let context = flow::RunContext {
        env: crate::host::value(&json!({"REGION": "eu"})),
        tenant: crate::host::value(&json!({"id": "t1", "slug": "acme", "metadata": {}})),
        secrets: crate::host::value(&json!({"KEY": "k", "OTHER": "o"})),
        runtime: crate::host::value(&json!({"name": "guildhall"})),
        ..crate::host::context()
    };
    let output = crate::host::output_of(crate::host::Host::new(plan, context).go(&json!({"x": 1})));
    assert_eq!(
        output,
        json!({"e": "eu", "t": "acme", "s": "k", "all": ["KEY"], "id": "run_1", "n": "a", "r": "/do/0/a", "d": 5, "w": "test", "i": 1,
            "at": "2025-10-09T08:53:20.000Z", "rt": "guildhall", "auth": null, "now": 1_760_000_000.0})
    );
}

#[test]
fn the_trace_has_every_task_with_input_and_output() {
    let outcome = run(
        "do: [{a: {set: {x: 1}}}, {b: {if: 'false', set: {}}}, {l: {for: {in: '[1,2]'}, do: [{c: {set: {y: '${ $item }'}}}]}}]",
        &json!({"n": 0}),
    );
    assert_eq!(order(&outcome), ["a", "b", "c", "c", "l"]);
    let steps = &outcome.trace.as_ref().unwrap().steps;
    assert_eq!(steps[0].pointer, "/do/0/a");
    assert_eq!(steps[0].kind, "set");
    assert_eq!(steps[0].input.as_ref().unwrap().to_serde(), json!({"n": 0}));
    assert_eq!(steps[0].output.as_ref().unwrap().to_serde(), json!({"x": 1}));
    assert_eq!(steps[1].status, flow::StepStatus::Skipped);
    assert_eq!(
        (steps[2].iteration.clone(), steps[3].iteration.clone()),
        (vec![0], vec![1])
    );
    assert_eq!(steps[3].pointer, "/do/2/l/do/0/c");
    assert_eq!(outcome.tasks, 5);
}
