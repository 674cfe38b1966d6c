//! `$workflow`, `$task`, `$secrets`: built only when an expression reads them.

use jaq_json::{Map, Val};

use super::context::RunContext;
use super::event::Micros;
use super::state::{Frame, State};
use crate::jq::time::civil_from_days;
use crate::plan::Plan;
use crate::value::Value;

/// `$workflow`: id, definition, raw input, start.
pub(super) fn workflow(plan: &Plan, context: &RunContext, state: &State) -> Val {
    object([
        ("id", text(&context.run_id)),
        ("definition", json(plan.canonical())),
        ("input", state.input.val.clone()),
        ("startedAt", date_time(state.started_at)),
    ])
}

/// `$task`: name, reference, definition, raw input, raw output, start.
pub(super) fn task(plan: &Plan, frame: &Frame) -> Val {
    let node = plan.node(frame.node);
    let definition = plan.canonical().pointer(&node.pointer).map_or(Val::Null, json);
    object([
        ("name", text(&node.name)),
        ("reference", text(&node.pointer)),
        ("definition", definition),
        ("input", frame.raw_input.val.clone()),
        ("output", frame.output.val.clone()),
        ("startedAt", date_time(frame.started_at)),
    ])
}

/// `$secrets`: of what the host brought, the declared names.
pub(super) fn secrets(plan: &Plan, context: &RunContext) -> Val {
    let mut map = Map::default();
    if let Val::Obj(all) = &context.secrets.val {
        for name in plan.secrets() {
            let key = text(name);
            if let Some(secret) = all.get(&key) {
                map.insert(key, secret.clone());
            }
        }
    }
    Val::obj(map)
}

/// `{iso8601, epoch: {seconds, milliseconds}}`.
fn date_time(at: Micros) -> Val {
    object([
        ("iso8601", text(&iso8601(at))),
        (
            "epoch",
            object([
                ("seconds", Value::from_int(at.div_euclid(1_000_000)).val),
                ("milliseconds", Value::from_int(at.div_euclid(1_000)).val),
            ]),
        ),
    ])
}

/// RFC 3339 in UTC with milliseconds.
fn iso8601(at: Micros) -> String {
    let seconds = at.div_euclid(1_000_000);
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    let (rest, ms) = (seconds.rem_euclid(86_400), at.rem_euclid(1_000_000) / 1_000);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

fn object<const N: usize>(members: [(&str, Val); N]) -> Val {
    let mut map = Map::default();
    for (key, member) in members {
        map.insert(text(key), member);
    }
    Val::obj(map)
}

fn text(text: &str) -> Val {
    Val::from(text.to_owned())
}

fn json(value: &serde_json::Value) -> Val {
    Value::from_serde(value).map_or(Val::Null, |value| value.val)
}
