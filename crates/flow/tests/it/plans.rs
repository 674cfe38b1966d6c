//! What a host can ask a plan without running it.

use flow::{Plan, Resources};
use serde_json::json;

use crate::host::{check, definition, plan, value};

#[test]
fn a_plan_answers_what_it_needs() {
    let plan = plan("
document:
  dsl: '1.0.3'
  namespace: shop
  name: order
  version: '1.2.0'
  metadata: {charge_on_failure: true, per_tenant: [TOKEN]}
use: {secrets: [TOKEN, KEY]}
timeout: {after: PT30S}
input: {schema: {document: {type: object}}}
output: {schema: {document: {type: object, title: out}}}
do:
  - a: {set: {r: '${ $env.REGION }', u: '${ $env[\"URL\"] }', t: '${ $tenant.id }'}, metadata: {anything: [1]}}
  - l: {for: {in: .x}, do: [{b: {set: {x: 1}}}], then: exit}
");
    assert_eq!(plan.variables(), ["REGION", "URL"]);
    assert_eq!(plan.secrets(), ["KEY", "TOKEN"]);
    assert_eq!(plan.secrets_per_tenant(), ["TOKEN"]);
    assert!(plan.uses_tenant() && plan.charges_on_failure());
    assert_eq!(plan.timeout_ms(), Some(30_000));
    assert_eq!(plan.task_count(), 3);
    assert_eq!(plan.input_schema(), Some(&json!({"type": "object"})));
    assert_eq!(
        plan.output_schema(),
        Some(&json!({"type": "object", "title": "out"}))
    );
    assert_eq!(
        serde_json::to_value(plan.tree()).unwrap(),
        json!([
            {"name": "a", "kind": "set", "pointer": "/do/0/a", "children": []},
            {"name": "l", "kind": "for", "pointer": "/do/1/l", "then": "exit", "children": [
                {"name": "b", "kind": "set", "pointer": "/do/1/l/do/0/b", "children": []}]}
        ])
    );
}

#[test]
fn the_tree_shows_cases_and_catches() {
    let plan = plan(
        "do: [{s: {switch: [{one: {when: .x, then: t}}]}}, {t: {try: [{a: {set: {x: 1}}}], catch: {do: [{h: {set: {x: 1}}}], then: end}}}]",
    );
    let tree = plan.tree();
    assert_eq!(
        (tree[0].children[0].kind, tree[0].children[0].then.as_deref()),
        ("case", Some("t"))
    );
    let catch = &tree[1].children[1];
    assert_eq!(
        (catch.kind, catch.pointer.as_str(), catch.then.as_deref()),
        ("catch", "/do/1/t/catch", Some("end"))
    );
    assert_eq!(catch.children[0].name, "h");
}

#[test]
fn models_are_brought_by_the_host() {
    let body = "input: {schema: {resource: {endpoint: 'model:Customer@3'}}}\ndo: [{a: {output: {schema: {resource: {endpoint: {uri: 'model:Name'}}}}, set: {x: 1}}}]";
    let definition = definition(body).unwrap();
    assert_eq!(definition.schema_references(), ["model:Customer@3", "model:Name"]);
    let mut resources = Resources::default();
    resources.schemas.insert(
        "model:Customer@3".to_owned(),
        json!({"type": "object", "required": ["id"]}),
    );
    assert_eq!(
        Plan::compile(&definition, &resources).unwrap_err()[0].code,
        "unknown_model"
    );
    resources.schemas.insert("model:Name".to_owned(), json!(true));
    let plan = Plan::compile(&definition, &resources).unwrap();
    assert!(plan.validate_input(&value(&json!({}))).is_err());
    assert_eq!(plan.input_schema().unwrap()["required"], json!(["id"]));
}

#[test]
fn plans_and_runs_can_be_shared_and_sent() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Plan>();
    shared::<flow::Definition>();
    shared::<flow::Value>();
    sent::<flow::Run>();
}

#[test]
fn one_plan_serves_many_threads() {
    let plan = plan("do: [{a: {set: {y: '${ [.xs[] * 2] | add }'}}}]");
    let threads: Vec<_> = (0..4u32)
        .map(|at| {
            let plan = plan.clone();
            std::thread::spawn(move || {
                for _ in 0..50 {
                    let mut host = crate::host::Host::new(plan.clone(), crate::host::context());
                    assert_eq!(
                        crate::host::output_of(host.go(&json!({"xs": [at, 1]}))),
                        json!({"y": at * 2 + 2})
                    );
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_whole_example_runs() {
    check(
        "
document: {dsl: '1.0.3', namespace: shop, name: discount, version: '0.1.0'}
do:
  - total:
      set: {items: '${ .items }', total: '${ [.items[] | .price * .quantity] | add // 0 }'}
  - rate:
      switch:
        - big: {when: .total >= 100, then: ten}
        - rest: {then: none}
  - ten: {set: {total: '${ .total }', discount: '${ .total / 10 }'}, then: done}
  - none: {set: {total: '${ .total }', discount: 0}}
  - done: {set: {pay: '${ .total - .discount }'}}
",
        json!({"items": [{"price": 30, "quantity": 4}]}),
        json!({"pay": 108}),
    );
}
