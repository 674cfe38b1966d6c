//! The examples of the language's own repository (its folder `examples`, as of July 2026): which of ours stands for
//! which of them, and why the others are not in the profile.

use std::collections::BTreeSet;

use crate::docs::EXAMPLES;
use crate::host::refused;
use crate::page::examples;

/// File there, heading in docs/flow-examples.md.
const IN_THE_PROFILE: &[(&str, &str)] = &[
    ("call-custom-function-inline", "Function"),
    ("call-http-endpoint-interpolation", "Endpoint from an expression"),
    ("call-http-endpoint-interpolation-shorthand", "Call"),
    (
        "call-http-query-headers-expressions",
        "Headers and query from the data",
    ),
    ("call-http-query-parameters", "Query parameters"),
    ("call-http-redirect", "Redirect as an answer"),
    ("conditional-task", "Task with a condition"),
    ("do-multiple", "Calls one after the other"),
    ("do-single", "Call"),
    // Its body listens; ours calls.
    ("for", "For each"),
    ("for-inline-array", "For each of a list written out"),
    ("raise-inline", "Raise"),
    ("raise-reusable", "Raise by name"),
    // Both are started by an event; ours have the list of events as their input.
    ("set", "Set"),
    ("set-expression", "Set to one expression"),
    ("star-wars-homeworld", "A call with what another one answered"),
    ("switch-then-string", "Switch"),
    ("try-catch", "Try"),
    ("try-catch-retry-inline", "Retry"),
    ("try-catch-retry-reusable", "Retry by name"),
    // Its handler emits an event; ours calls.
    ("try-catch-then", "Try, and do something else"),
    ("try-catch-then-directive", "Try, and go on elsewhere"),
];

/// Of ours, what upstream shows in no example.
const OURS_ALONE: &[&str] = &["Status and headers of an answer"];

/// What is outside: the files, a body with what they need, where the finding points, its code, what it says.
type Outside = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const OUTSIDE: &[Outside] = &[
    (
        &["fork"],
        "do: [{both: {fork: {compete: true, branches: [{a: {set: {x: 1}}}, {b: {set: {x: 2}}}]}}}]",
        "/do/0/both/fork",
        "not_in_profile",
        "running branches in parallel",
    ),
    (
        &["wait-duration-inline", "wait-duration-iso8601"],
        "do: [{rest: {wait: PT30S}}]",
        "/do/0/rest/wait",
        "not_in_profile",
        "waiting",
    ),
    (
        &["emit"],
        "do: [{tell: {emit: {event: {with: {source: 'https://example.com', type: com.example.packed.v1}}}}}]",
        "/do/0/tell/emit",
        "not_in_profile",
        "emitting events",
    ),
    (
        &[
            "accumulate-room-readings",
            "listen-to-all",
            "listen-to-all read-envelope",
            "listen-to-any",
            "listen-to-any-filter",
            "listen-to-any-forever-foreach",
            "listen-to-any-until-condition",
            "listen-to-any-until-consumed",
            "listen-to-one",
        ],
        "do: [{hear: {listen: {to: {one: {with: {type: com.example.packed.v1}}}}}}]",
        "/do/0/hear/listen",
        "not_in_profile",
        "listening to events",
    ),
    (
        &["run-subflow"],
        "do: [{other: {run: {workflow: {namespace: a, name: b, version: '1.0.0'}}}}]",
        "/do/0/other/run",
        "not_in_profile",
        "running other flows",
    ),
    (
        &["run-script-with-stdin-and-arguments"],
        "do: [{script: {run: {script: {language: js, code: '1'}}}}]",
        "/do/0/script/run",
        "not_in_profile",
        "running scripts",
    ),
    (
        &["run-shell-stdin-and-arguments"],
        "do: [{shell: {run: {shell: {command: cat, stdin: hello}}}}]",
        "/do/0/shell/run",
        "never_in_profile",
        "never runs commands",
    ),
    (
        &[
            "run-container",
            "run-container-cleanup-always",
            "run-container-cleanup-eventually",
            "run-container-stdin-and-arguments",
            "run-container-with-name",
            "run-container-with-pull-policy",
            "run-return-all",
            "run-return-code",
            "run-return-none",
            "run-return-stderr",
        ],
        "do: [{box: {run: {container: {image: hello-world}, return: none}}}]",
        "/do/0/box/run",
        "never_in_profile",
        "never starts containers",
    ),
    (
        &["call-openapi", "call-openapi-redirect"],
        "do: [{find: {call: openapi, with: {document: {endpoint: 'https://example.com/openapi.json'}, operationId: find}}}]",
        "/do/0/find/call",
        "not_in_profile",
        "OpenAPI",
    ),
    (
        &["call-grpc"],
        "do: [{greet: {call: grpc, with: {method: Greet}}}]",
        "/do/0/greet/call",
        "not_in_profile",
        "gRPC",
    ),
    (
        &["call-mcp"],
        "do: [{ask: {call: mcp, with: {method: tools/list}}}]",
        "/do/0/ask/call",
        "not_in_profile",
        "MCP",
    ),
    (
        &[
            "call-asyncapi-publish",
            "call-asyncapi-subscribe-consume-amount",
            "call-asyncapi-subscribe-consume-forever-foreach",
            "call-asyncapi-subscribe-consume-until",
            "call-asyncapi-subscribe-consume-while",
        ],
        "do: [{publish: {call: asyncapi, with: {operation: publish}}}]",
        "/do/0/publish/call",
        "never_in_profile",
        "message brokers",
    ),
    (
        &["call-custom-function-cataloged"],
        "do: [{log: {call: 'https://example.com/functions/log/1.0.0/function.yaml'}}]",
        "/do/0/log/call",
        "not_in_profile",
        "functions of a catalog",
    ),
    (
        &[
            "authentication-bearer",
            "authentication-bearer-uri-format",
            "authentication-oauth2",
            "authentication-oauth2-secret",
            "authentication-oidc",
            "authentication-oidc-secret",
        ],
        "do: [{read: {call: http, with: {method: get, endpoint: {uri: 'https://example.com/', authentication: {bearer: {token: x}}}}}}]",
        "/do/0/read/with/endpoint/authentication",
        "not_in_profile",
        "an authentication policy",
    ),
    (
        &["authentication-reusable"],
        "use: {authentications: {shop: {bearer: {token: x}}}}\ndo: [{a: {set: {x: 1}}}]",
        "/use/authentications",
        "not_in_profile",
        "an authentication policy",
    ),
    (
        &["mock-service-extension"],
        "use: {extensions: [{mock: {extend: call, before: [{m: {set: {x: 1}}}]}}]}\ndo: [{a: {set: {x: 1}}}]",
        "/use/extensions",
        "not_in_profile",
        "an extension",
    ),
    (
        &["schedule-cron", "schedule-event-driven"],
        "schedule: {cron: 0 0 * * *}\ndo: [{a: {set: {x: 1}}}]",
        "/schedule",
        "not_in_profile",
        "a schedule",
    ),
];

#[test]
fn every_upstream_example_in_the_profile_has_one_of_ours() {
    let ours: BTreeSet<&str> = examples(EXAMPLES).iter().map(|example| example.title).collect();
    let wanted: BTreeSet<&str> = IN_THE_PROFILE
        .iter()
        .map(|(_, title)| *title)
        .chain(OURS_ALONE.iter().copied())
        .collect();
    assert_eq!(ours, wanted);
    let outside = OUTSIDE.iter().flat_map(|(files, ..)| files.iter().copied());
    let all: Vec<&str> = IN_THE_PROFILE
        .iter()
        .map(|(file, _)| *file)
        .chain(outside)
        .collect();
    let files: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!((all.len(), files.len()), (68, 68), "each is named once");
}

#[test]
fn what_other_upstream_examples_need_is_refused_where_it_stands() {
    for (files, body, pointer, code, says) in OUTSIDE {
        let findings = refused(body);
        let [found] = &findings[..] else {
            panic!("{files:?}: {findings:#?}")
        };
        assert_eq!(
            (found.pointer.as_str(), found.code),
            (*pointer, *code),
            "{files:?}"
        );
        assert!(
            found.message.contains(says) && found.suggestion.is_some() && found.line.is_some(),
            "{files:?}: {found:#?}"
        );
    }
}
