//! Damaged definitions, expressions and values: refused with findings or run within their bounds, never a panic.
//!
//! Each case is made from a fixed seed, so that a failure comes again; `PROPTEST_CASES` asks for more of them.

use std::{fs, path::Path};

use flow::{Definition, Event, Finding, Fuel, Progress, Run, Value, limits};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use crate::host::{START, compile, context, definition, json_response, value};

/// Most steps of one run: what is wanted is that each of them ends.
const STEPS_MAX: usize = 200;

/// What breaks parsers: openings without ends, ends of numbers and texts, words that mean something, jq that runs wild.
const WORDS: &[&str] = &[
    "${ ",
    " }",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ": ",
    "- ",
    ", ",
    "\n",
    "\n  ",
    "\t",
    "\\",
    "\u{0}",
    "\u{feff}",
    "\u{10ffff}",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "? ",
    "| ",
    ">\n",
    "%YAML 9\n",
    "---\n",
    "...\n",
    "# ",
    "~",
    ".nan",
    "-.inf",
    "1e999",
    "-9223372036854775809",
    "99999999999999999999999999",
    "0x1F",
    "then: ",
    "do: ",
    "for: ",
    "set: ",
    "try: ",
    "catch: ",
    "raise: ",
    "call: http",
    "switch: ",
    "use: ",
    "input: ",
    "export: {as: .}",
    "timeout: {after: P1Y}",
    "while: ",
    "retry: ",
    ".",
    "..",
    ".[]",
    ".[-1]",
    "| .",
    "repeat(.)",
    "range(1e9)",
    "[range(1e6)]",
    "def f: f; f",
    "def f: 1 + f; f",
    "reduce range(1e9) as $x (0; . + 1)",
    "limit(3; repeat(1))",
    "\"a\" * 1e9",
    "tojson",
    "fromjson",
    "test(\"(a*)*b\")",
    "gsub(\"\"; \"x\")",
    "@base64d",
    "input",
    "env",
    "$__loc__",
    "error(null)",
    "try error catch .",
    "getpath([1, \"a\"])",
    "splits(\"\")",
    "ltrimstr(1)",
    "implode",
    "[1114112] | implode",
    "strftime(\"%\")",
    "mktime",
    "-(1)",
    "1 / 0",
    "1 % 0",
    "infinite",
    "nan | floor",
    "$context",
    "$workflow",
    "$env",
    "as [$a, {b: $c}]",
    "?//",
    "//=",
    "label $x | break $x",
    "é",
    "\u{202e}",
];

/// What authors write.
const EXPRESSIONS: &[&str] = &[
    "[.items[] | numbers | . * 2] | add // 0",
    ".items | map(select(type == \"number\")) | sort_by(-.) | .[0:2]",
    "reduce .items[] as $item ({}; .[$item | tojson] += 1) | to_entries | from_entries",
    "[foreach range(5) as $n (0; . + $n; [$n, .])] | last",
    "try (.order.id | tonumber) catch \"no number: \\(.)\"",
    "[paths(scalars) as $path | {($path | map(tostring) | join(\".\")): getpath($path)}] | add",
    "\"\\(.order.id | @uri)-\\(now | todate | .[0:4] | @json)\"",
    "def twice(f): f | f; [.items[] | select(. == 3) | twice(. + 1)]",
    "label $out | .items[] | if . == \"a\" then ., break $out else empty end",
    ".order as {id: $id} | [limit(3; repeat($id))] | join(\",\") | test(\"x(,x)*\")",
    "(.items[3].b | first) |= . * 10 | del(.order) | walk(if type == \"array\" then length else . end)",
];

/// A change to a text, at a place given in thousandths of it.
#[derive(Debug, Clone)]
enum Damage {
    Insert(usize, &'static str),
    Remove(usize, usize),
    Repeat(usize, usize, usize),
    /// One bit of a letter.
    Flip(usize, u8),
    /// The end is missing.
    Cut(usize),
    /// A part of the text also stands elsewhere.
    Splice(usize, usize, usize),
}

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let one = prop_oneof![
        4 => (0..1000usize, prop::sample::select(WORDS)).prop_map(|(at, word)| Damage::Insert(at, word)),
        2 => (0..1000usize, 1..40usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (0..1000usize, 1..60usize, 2..50usize).prop_map(|(at, length, times)| Damage::Repeat(at, length, times)),
        2 => (0..1000usize, 0..7u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        1 => (0..1000usize).prop_map(Damage::Cut),
        2 => (0..1000usize, 1..60usize, 0..1000usize).prop_map(|(from, length, to)| Damage::Splice(from, length, to)),
    ];
    prop::collection::vec(one, 1..6)
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for damage in damages {
        let place = |at: usize| letters.len() * at / 1000;
        match *damage {
            Damage::Insert(at, word) => {
                let at = place(at);
                letters.splice(at..at, word.chars());
            }
            Damage::Remove(at, length) => {
                let at = place(at);
                letters.drain(at..letters.len().min(at + length));
            }
            Damage::Repeat(at, length, times) => {
                let at = place(at);
                let part = letters[at..letters.len().min(at + length)].repeat(times);
                letters.splice(at..at, part);
            }
            Damage::Flip(at, bit) => {
                let at = place(at);
                let flipped = letters
                    .get(at)
                    .and_then(|letter| char::from_u32(u32::from(*letter) ^ (1 << bit)));
                letters.splice(at..letters.len().min(at + 1), flipped);
            }
            Damage::Cut(at) => letters.truncate(place(at)),
            Damage::Splice(from, length, to) => {
                let (from, to) = (place(from), place(to));
                let part = letters[from..letters.len().min(from + length)].to_vec();
                letters.splice(to..to, part);
            }
        }
    }
    letters.into_iter().collect()
}

fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let is_definition = |path: &&std::path::PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
    files
        .iter()
        .filter(is_definition)
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// As deep a stack as the host gives to what is heavy.
fn on_a_deep_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(limits::HEAVY_THREAD_STACK_BYTES);
    thread.spawn(test).unwrap().join().unwrap();
}

/// Asks `judge` about as many made-up things as there are cases, the same ones each time.
fn each<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, judge: impl Fn(T)) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..runner.config().cases {
        judge(strategy.new_tree(&mut runner).unwrap().current());
    }
}

/// Reads a text, which is written so that it reads back as the same, compiles it and runs what comes of it.
fn survive(text: &str) {
    if let Ok(definition) = definition(text) {
        let again =
            Definition::parse(definition.canonical_text()).map(|again| again.canonical_text().to_owned());
        assert_eq!(again.as_deref(), Ok(definition.canonical_text()), "{text}");
    }
    match compile(text) {
        Ok(plan) => run(Run::new(plan, context())),
        Err(findings) => tell_something(&findings),
    }
}

fn tell_something(findings: &[Finding]) {
    assert!(!findings.is_empty() && findings.len() <= limits::FINDINGS_MAX);
    assert!(
        findings.iter().all(|finding| !finding.message.is_empty()),
        "{findings:?}"
    );
}

fn run(mut run: Run) {
    let input = value(&json!({"items": [3, "a", null, {"b": [1.5]}], "order": {"id": "x"}}));
    let (mut event, mut fuel, mut now) = (Event::Start { input }, Fuel::INLINE, START);
    for _ in 0..STEPS_MAX {
        let progress = run.step(event, now, fuel);
        fuel = Fuel::INLINE;
        event = match progress {
            Progress::Done(_) => return,
            Progress::Http(_) => Event::Http {
                result: json_response(200, "{\"ok\": true}"),
            },
            Progress::Timer { until } => {
                now = until;
                Event::Timer
            }
            Progress::Heavy => {
                fuel = Fuel::HEAVY;
                Event::Continue
            }
            Progress::Yield => Event::Continue,
        };
    }
}

#[test]
fn the_corpus_compiles_and_its_damaged_copies_break_nothing() {
    on_a_deep_stack(|| {
        for text in corpus() {
            compile(&text).unwrap_or_else(|findings| panic!("{findings:#?}\n{text}"));
            survive(&text);
            each(damage(), |damages| survive(&damaged(&text, &damages)));
        }
    });
}

#[test]
fn expressions_of_any_words_break_nothing() {
    on_a_deep_stack(|| {
        let words = prop::collection::vec(prop::sample::select(WORDS), 1..10);
        each(words, |words| {
            let expression = format!("${{ {} }}", words.join(" "));
            let text = json!({"a": {"set": {"x": expression}}});
            survive(&format!("do: [{text}]"));
        });
    });
}

#[test]
fn damaged_expressions_break_nothing() {
    on_a_deep_stack(|| {
        let flow = |expression: &str| {
            let text = json!({"a": {"set": {"x": format!("${{ {expression} }}")}}});
            format!("do: [{text}]")
        };
        for expression in EXPRESSIONS {
            compile(&flow(expression)).unwrap_or_else(|findings| panic!("{findings:#?}"));
        }
        let whole = prop::sample::select(EXPRESSIONS);
        each((whole, damage()), |(expression, damages)| {
            survive(&flow(&damaged(expression, &damages)));
        });
    });
}

#[test]
fn any_text_is_a_definition_or_has_findings() {
    on_a_deep_stack(|| {
        each(".{0,200}", |text: String| {
            if let Err(findings) = definition(&text) {
                tell_something(&findings);
            }
        });
        each(prop::collection::vec(any::<u8>(), 0..300), |bytes| {
            if let Err(findings) = definition(&String::from_utf8_lossy(&bytes)) {
                tell_something(&findings);
            }
        });
        for opening in ["[", "{a: ", "- ", "? ", "&a [", "!!map {"] {
            tell_something(&definition(&opening.repeat(100_000)).unwrap_err());
        }
    });
}

#[test]
fn any_bytes_are_a_value_that_reads_back_or_are_refused() {
    on_a_deep_stack(|| {
        let seed =
            json!({"a": [1, -0.0, 1e300, "\u{1F600}\\n", null, true], "b": {"": {"c": []}}}).to_string();
        each(damage(), |damages| {
            let text = damaged(&seed, &damages);
            if let Ok(value) = Value::from_json(text.as_bytes()) {
                let written = value.to_json_bytes();
                assert_eq!(
                    Value::from_json(&written).unwrap().to_json_bytes(),
                    written,
                    "{text}"
                );
            }
        });
        each(prop::collection::vec(any::<u8>(), 0..100), |bytes| {
            let _ = Value::from_json(&bytes);
        });
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            assert!(Value::from_json(opening.repeat(300_000).as_bytes()).is_err());
        }
    });
}
