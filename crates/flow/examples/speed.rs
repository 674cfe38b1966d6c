//! Microseconds per run of small flows: `cargo run --release -p flow --example speed`.
//!
//! One thread, plan compiled once. The second figure adds reading the input from JSON and printing the output.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use flow::{Definition, End, Event, Fuel, Outcome, Plan, Progress, Resources, Run, RunContext, Value};

const RUNS: u32 = 20_000;
const HEAD: &str = "document: {dsl: '1.0.3', namespace: speed, name: speed, version: '1.0.0'}\n";

fn main() -> Result<(), String> {
    let empty: Vec<String> = (0..40).map(|at| format!("{{t{at}: {{set: {{}}}}}}")).collect();
    let flows = [
        ("set of a constant", "do: [{a: {set: {x: 1}}}]".to_owned(), r#"{"n": 1}"#),
        ("set of a plain path", "do: [{a: {set: {x: '${ .n }'}}}]".to_owned(), r#"{"n": 1}"#),
        ("set of one program", "do: [{a: {set: {x: '${ .n + 1 }'}}}]".to_owned(), r#"{"n": 1}"#),
        (
            "program over ten items",
            "do: [{a: {set: {x: '${ [.items[] | select(. > 3) | . * 2] | add }'}}}]".to_owned(),
            r#"{"items": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}"#,
        ),
        (
            "five tasks, switch, export",
            "do: [{a: {set: {n: '${ .n + 1 }'}, export: {as: '{a: .n}'}}}, {s: {switch: [{big: {when: .n > 100, then: d}}, \
             {small: {then: b}}]}}, {b: {set: {n: '${ .n * 2 }'}}}, {c: {set: {n: '${ .n }', a: '${ $context.a }'}}}, \
             {d: {set: {r: '${ .n + .a }'}}}]"
                .to_owned(),
            r#"{"n": 1}"#,
        ),
        ("40 empty tasks in a row", format!("do: [{}]", empty.join(", ")), "{}"),
    ];
    println!(
        "{:<28} {:>10} {:>14} {:>12}",
        "", "run (µs)", "with JSON (µs)", "compile (µs)"
    );
    for (name, body, input) in flows {
        let (plan, compile_us) = compile(&body)?;
        let value = Value::from_json(input.as_bytes()).map_err(|error| error.to_string())?;
        let plain = measure(|| {
            black_box(run(&plan, value.clone()));
        });
        let whole = measure(|| {
            let value = Value::from_json(black_box(input.as_bytes())).unwrap_or_default();
            if let End::Completed { output } = run(&plan, value).end {
                black_box(output.to_json_bytes());
            }
        });
        println!("{name:<28} {plain:>10.2} {whole:>14.2} {compile_us:>12.0}");
    }
    Ok(())
}

fn compile(body: &str) -> Result<(Arc<Plan>, f64), String> {
    let start = Instant::now();
    let definition =
        Definition::parse(&format!("{HEAD}{body}")).map_err(|findings| format!("{findings:?}"))?;
    let plan =
        Plan::compile(&definition, &Resources::default()).map_err(|findings| format!("{findings:?}"))?;
    Ok((plan, start.elapsed().as_secs_f64() * 1e6))
}

fn run(plan: &Arc<Plan>, input: Value) -> Outcome {
    let mut run = Run::new(Arc::clone(plan), RunContext::new("run"));
    let mut event = Event::Start { input };
    loop {
        match run.step(event, 0, Fuel::INLINE) {
            Progress::Done(outcome) => return *outcome,
            _ => event = Event::Continue,
        }
    }
}

fn measure(mut f: impl FnMut()) -> f64 {
    (0..RUNS / 10).for_each(|_| f());
    let start = Instant::now();
    (0..RUNS).for_each(|_| f());
    start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
}
