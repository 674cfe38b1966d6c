//! What authors are told, where, and with which advice.

use flow::Severity;

use crate::host::refused;

/// Body, pointer, code, part of the suggestion.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    // Keys and kinds.
    ("doo: []", "/doo", "unknown_key", "did you mean `do`?"),
    (
        "do: [{a: {sett: {x: 1}}}]",
        "/do/0/a",
        "unknown_task",
        "did you mean `set` instead of `sett`?",
    ),
    ("do: [{a: {}}]", "/do/0/a", "unknown_task", "one of: call"),
    (
        "do: [{a: {set: {x: 1}, call: http}}]",
        "/do/0/a",
        "ambiguous_task",
        "",
    ),
    (
        "do: [{a: {set: {x: 1}, thenn: end}}]",
        "/do/0/a/thenn",
        "unknown_key",
        "did you mean `then`?",
    ),
    (
        "do: [{a: {set: {x: 1}, input: {form: .x}}}]",
        "/do/0/a/input/form",
        "unknown_key",
        "did you mean `from`?",
    ),
    ("do: [{a: {set: 5}}]", "/do/0/a/set", "wrong_type", ""),
    (
        "do: [{a: {set: plain}}]",
        "/do/0/a/set",
        "wrong_type",
        "${ plain }",
    ),
    ("do: {a: {set: {x: 1}}}", "/do", "wrong_type", ""),
    ("do: []", "/do", "empty_list", ""),
    (
        "do: [{a: {set: {x: 1}}, b: {set: {x: 1}}}]",
        "/do/0",
        "one_key_expected",
        "indent",
    ),
    (
        "do: [{a: {set: {x: 1}}}, {a: {set: {x: 2}}}]",
        "/do/1/a",
        "duplicate_task",
        "",
    ),
    ("do: [{a: 1}]", "/do/0/a", "wrong_type", ""),
    ("metadata: {}", "", "missing_key", ""),
    (
        "do: [{a: {set: {x: 1}, if: 5}}]",
        "/do/0/a/if",
        "wrong_type",
        "quote it",
    ),
    (
        "do: [{a: {set: {x: 1}, if: ''}}]",
        "/do/0/a/if",
        "expression_syntax",
        "",
    ),
    // Jumps.
    (
        "do: [{a: {set: {x: 1}, then: bb}}, {b: {set: {x: 1}}}]",
        "/do/0/a/then",
        "unknown_target",
        "did you mean `b`?",
    ),
    (
        "do: [{a: {do: [{i: {set: {x: 1}, then: b}}]}}, {b: {set: {x: 1}}}]",
        "/do/0/a/do/0/i/then",
        "unknown_target",
        "same list",
    ),
    (
        "do: [{a: {switch: [{c: {when: .x, then: nowhere}}]}}]",
        "/do/0/a/switch/0/c/then",
        "unknown_target",
        "",
    ),
    (
        "do: [{a: {switch: [{c: {then: end}}, {d: {then: end}}]}}]",
        "/do/0/a/switch/1/d",
        "two_defaults",
        "",
    ),
    (
        "do: [{a: {switch: [{c: {when: .x}}]}}]",
        "/do/0/a/switch/0/c",
        "missing_key",
        "",
    ),
    // Expressions.
    (
        "do: [{a: {set: {x: '${ .a + }'}}}]",
        "/do/0/a/set/x",
        "expression_syntax",
        "",
    ),
    (
        "do: [{a: {set: {x: '${ (.a }'}}}]",
        "/do/0/a/set/x",
        "expression_syntax",
        "",
    ),
    (
        "do: [{a: {set: {x: '${ lenght }'}}}]",
        "/do/0/a/set/x",
        "unknown_function",
        "did you mean `length`?",
    ),
    (
        "do: [{a: {set: {x: '${ test }'}}}]",
        "/do/0/a/set/x",
        "unknown_function",
        "test/1",
    ),
    (
        "do: [{a: {set: {x: '${ env.PATH }'}}}]",
        "/do/0/a/set/x",
        "function_denied",
        "$env.NAME",
    ),
    (
        "do: [{a: {set: {x: '${ halt }'}}}]",
        "/do/0/a/set/x",
        "function_denied",
        "then: end",
    ),
    (
        "do: [{a: {set: {x: '${ $ENV.PATH }'}}}]",
        "/do/0/a/set/x",
        "unknown_variable",
        "$env.NAME",
    ),
    (
        "do: [{a: {set: {x: '${ $contxt.x }'}}}]",
        "/do/0/a/set/x",
        "unknown_variable",
        "did you mean `$context`?",
    ),
    (
        "do: [{a: {if: $input.x, set: {x: 1}}}]",
        "/do/0/a/if",
        "unavailable_variable",
        "",
    ),
    (
        "do: [{a: {set: {x: '${ $output }'}}}]",
        "/do/0/a/set/x",
        "unavailable_variable",
        "",
    ),
    (
        "input: {from: $context}\ndo: [{a: {set: {x: 1}}}]",
        "/input/from",
        "unavailable_variable",
        "",
    ),
    (
        "do: [{a: {set: {x: '${ $error }'}}}]",
        "/do/0/a/set/x",
        "unknown_variable",
        "",
    ),
    (
        "do: [{l: {for: {in: .x}, do: [{a: {set: {x: 1}}}]}}, {b: {set: {x: '${ $item }'}}}]",
        "/do/1/b/set/x",
        "unknown_variable",
        "",
    ),
    (
        "do: [{a: {set: {x: '${ $secrets.KEY }'}}}]",
        "/do/0/a/set/x",
        "undeclared_secret",
        "use:",
    ),
    (
        "use: {secrets: [key]}\ndo: [{a: {set: {x: 1}}}]",
        "/use/secrets/0",
        "invalid_name",
        "STRIPE_KEY",
    ),
    // Loops.
    (
        "do: [{l: {for: {}, do: [{a: {set: {x: 1}}}]}}]",
        "/do/0/l/for",
        "missing_key",
        "",
    ),
    ("do: [{l: {for: {in: .x}}}]", "/do/0/l", "missing_key", ""),
    (
        "do: [{l: {for: {each: $pet, in: .x}, do: [{a: {set: {x: 1}}}]}}]",
        "/do/0/l/for/each",
        "invalid_name",
        "without `$`",
    ),
    (
        "do: [{l: {for: {each: input, in: .x}, do: [{a: {set: {x: 1}}}]}}]",
        "/do/0/l/for/each",
        "reserved_name",
        "",
    ),
    (
        "do: [{l: {for: {each: a, at: a, in: .x}, do: [{a: {set: {x: 1}}}]}}]",
        "/do/0/l/for",
        "duplicate_name",
        "",
    ),
    (
        "do: [{l: {for: {in: .x}, metadata: {max_iterations: 99999}, do: [{a: {set: {x: 1}}}]}}]",
        "/do/0/l/metadata/max_iterations",
        "too_large",
        "",
    ),
    // Calls.
    ("do: [{a: {call: http}}]", "/do/0/a", "missing_key", ""),
    (
        "do: [{a: {call: http, with: {method: get}}}]",
        "/do/0/a/with",
        "missing_key",
        "",
    ),
    (
        "do: [{a: {call: http, with: {method: fetch, endpoint: 'https://x.test'}}}]",
        "/do/0/a/with/method",
        "unknown_method",
        "get",
    ),
    (
        "do: [{a: {call: http, with: {method: get, endpoint: 'x.test/a'}}}]",
        "/do/0/a/with/endpoint",
        "invalid_uri",
        "",
    ),
    (
        "do: [{a: {call: http, with: {method: get, endpoint: 'https://x.test/{a.b}'}}}]",
        "/do/0/a/with/endpoint",
        "invalid_uri",
        "@uri",
    ),
    (
        "do: [{a: {call: http, with: {method: get, endpoint: 'file:///etc/passwd'}}}]",
        "/do/0/a/with/endpoint",
        "never_in_profile",
        "",
    ),
    (
        "do: [{a: {call: http, with: {method: get, endpoint: 'https://x.test', output: all}}}]",
        "/do/0/a/with/output",
        "unknown_value",
        "content",
    ),
    (
        "do: [{a: {call: http, with: {method: get, endpoint: {uri: 'https://x.test', authentication: {basic: {}}}}}}]",
        "/do/0/a/with/endpoint/authentication",
        "not_in_profile",
        "Authorization",
    ),
    (
        "use: {functions: {getPet: {set: {x: 1}}}}\ndo: [{a: {call: getPets}}]",
        "/do/0/a/call",
        "unknown_function",
        "did you mean `getPet`?",
    ),
    (
        "use: {functions: {f: {call: g}, g: {call: f}}}\ndo: [{a: {call: f}}]",
        "/use/functions/f",
        "circular_function",
        "",
    ),
    (
        "use: {functions: {f: {set: {x: 1}, then: b}}}\ndo: [{b: {call: f}}]",
        "/use/functions/f/then",
        "unknown_target",
        "",
    ),
    // Outside of the profile.
    (
        "do: [{a: {fork: {branches: []}}}]",
        "/do/0/a/fork",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {wait: {seconds: 1}}}]",
        "/do/0/a/wait",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {listen: {to: {}}}}]",
        "/do/0/a/listen",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {emit: {event: {}}}}]",
        "/do/0/a/emit",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {run: {workflow: {}}}}]",
        "/do/0/a/run",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {run: {script: {language: js, code: '1'}}}}]",
        "/do/0/a/run",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {run: {script: {language: python, code: '1'}}}}]",
        "/do/0/a/run",
        "never_in_profile",
        "",
    ),
    (
        "do: [{a: {run: {shell: {command: ls}}}}]",
        "/do/0/a/run",
        "never_in_profile",
        "",
    ),
    (
        "do: [{a: {run: {container: {image: x}}}}]",
        "/do/0/a/run",
        "never_in_profile",
        "",
    ),
    (
        "do: [{a: {call: openapi, with: {}}}]",
        "/do/0/a/call",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {call: grpc, with: {}}}]",
        "/do/0/a/call",
        "not_in_profile",
        "",
    ),
    (
        "do: [{a: {call: asyncapi, with: {}}}]",
        "/do/0/a/call",
        "never_in_profile",
        "",
    ),
    (
        "do: [{a: {call: 'log:1.0.0@default'}}]",
        "/do/0/a/call",
        "not_in_profile",
        "",
    ),
    (
        "use: {authentications: {a: {}}}\ndo: [{a: {set: {x: 1}}}]",
        "/use/authentications",
        "not_in_profile",
        "",
    ),
    (
        "use: {extensions: []}\ndo: [{a: {set: {x: 1}}}]",
        "/use/extensions",
        "not_in_profile",
        "",
    ),
    (
        "use: {catalogs: {}}\ndo: [{a: {set: {x: 1}}}]",
        "/use/catalogs",
        "not_in_profile",
        "",
    ),
    (
        "schedule: {cron: '0 0 * * *'}\ndo: [{a: {set: {x: 1}}}]",
        "/schedule",
        "not_in_profile",
        "",
    ),
    (
        "evaluate: {language: js}\ndo: [{a: {set: {x: 1}}}]",
        "/evaluate/language",
        "not_in_profile",
        "",
    ),
    (
        "evaluate: {mode: loose}\ndo: [{a: {set: {x: 1}}}]",
        "/evaluate/mode",
        "not_in_profile",
        "",
    ),
    (
        "timeout: {after: '${ .t }'}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after",
        "not_in_profile",
        "",
    ),
    // Time.
    (
        "timeout: {after: P1Y}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after",
        "invalid_duration",
        "PT30S",
    ),
    (
        "timeout: {after: {seconds: -1}}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after/seconds",
        "wrong_type",
        "",
    ),
    (
        "timeout: {after: {second: 1}}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after/second",
        "unknown_key",
        "seconds",
    ),
    (
        "timeout: {after: {}}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after",
        "invalid_duration",
        "",
    ),
    (
        "timeout: {after: {days: 400}}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after",
        "too_large",
        "",
    ),
    (
        "timeout: {after: PT0S}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout/after",
        "invalid_duration",
        "",
    ),
    (
        "timeout: shrt\nuse: {timeouts: {short: {after: PT1S}}}\ndo: [{a: {set: {x: 1}}}]",
        "/timeout",
        "unknown_name",
        "did you mean `short`?",
    ),
    // Errors.
    (
        "do: [{a: {raise: {error: nope}}}]",
        "/do/0/a/raise/error",
        "unknown_name",
        "",
    ),
    (
        "do: [{a: {raise: {error: {type: x}}}}]",
        "/do/0/a/raise/error",
        "missing_key",
        "",
    ),
    (
        "do: [{a: {raise: {error: {type: x, status: 99}}}}]",
        "/do/0/a/raise/error/status",
        "invalid_status",
        "",
    ),
    (
        "do: [{t: {try: [{a: {set: {x: 1}}}]}}]",
        "/do/0/t",
        "missing_key",
        "",
    ),
    (
        "do: [{t: {try: [{a: {set: {x: 1}}}], catch: {retry: {backoff: {linear: {}, constant: {}}, limit: {attempt: {count: 1}}}}}}]",
        "/do/0/t/catch/retry/backoff",
        "invalid_backoff",
        "",
    ),
    (
        "do: [{t: {try: [{a: {set: {x: 1}}}], catch: {retry: {jitter: {from: PT2S, to: PT1S}, limit: {attempt: {count: 1}}}}}}]",
        "/do/0/t/catch/retry/jitter",
        "invalid_jitter",
        "",
    ),
    (
        "do: [{t: {try: [{a: {set: {x: 1}}}], catch: {retry: {limit: {attempt: {count: 1000}}}}}}]",
        "/do/0/t/catch/retry/limit/attempt/count",
        "too_large",
        "",
    ),
    (
        "do: [{t: {try: [{a: {set: {x: 1}}}], catch: {retry: none}}}]",
        "/do/0/t/catch/retry",
        "unknown_name",
        "",
    ),
    // Schemas.
    (
        "input: {schema: {document: {type: nonsense}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema/document",
        "invalid_schema",
        "",
    ),
    (
        "input: {schema: {document: {$ref: 'https://x.test/s.json'}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema/document",
        "invalid_schema",
        "",
    ),
    (
        "input: {schema: {document: {$ref: 'file:///etc/passwd'}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema/document",
        "invalid_schema",
        "",
    ),
    (
        "input: {schema: {document: {pattern: '(?=a)b'}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema/document",
        "invalid_schema",
        "",
    ),
    (
        "input: {schema: {}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema",
        "invalid_schema",
        "",
    ),
    (
        "input: {schema: {format: avro, document: {}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema/format",
        "not_in_profile",
        "",
    ),
    (
        "input: {schema: {resource: {endpoint: 'https://x.test/s.json'}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema/resource/endpoint",
        "not_in_profile",
        "model:",
    ),
    (
        "input: {schema: {resource: {endpoint: 'model:Nope@1'}}}\ndo: [{a: {set: {x: 1}}}]",
        "/input/schema",
        "unknown_model",
        "",
    ),
    // Metering.
    (
        "do: [{a: {set: {x: 1}, metadata: {metering: {unit: t, quantity: .x}}}}]",
        "/do/0/a/metadata/metering",
        "missing_key",
        "",
    ),
    (
        "do: [{a: {set: {x: 1}, metadata: {metering: {unit: t, quantity: '.x +', max: 1}}}}]",
        "/do/0/a/metadata/metering/quantity",
        "expression_syntax",
        "",
    ),
];

#[test]
fn every_mistake_has_a_place_a_code_and_advice() {
    for (body, pointer, code, suggestion) in REFUSED {
        let findings = refused(body);
        let found = findings
            .iter()
            .find(|finding| finding.pointer == *pointer && finding.code == *code);
        let Some(found) = found else {
            panic!("{body}\nwanted {code} at {pointer}, found {findings:#?}")
        };
        assert_eq!(found.severity, Severity::Error);
        assert!(found.line.is_some(), "{body}: {found:#?}");
        let given = found.suggestion.as_deref().unwrap_or_default();
        assert!(given.contains(suggestion), "{body}: {given}");
        assert!(
            !code.ends_with("in_profile") || !given.is_empty(),
            "{body}: {found:#?}"
        );
        assert!(!found.message.is_empty());
    }
}
