//! Calls: what is asked of the host, and what is made of the answer.

use flow::{HttpBody, HttpResponse, HttpResult, TransportError, TransportErrorKind};
use serde_json::{Value as Json, json};

use crate::host::{Host, context, error_of, fault, json_response, output_of, plan};

fn host(with: &str) -> Host {
    Host::new(
        plan(&format!("do: [{{c: {{call: http, with: {{{with}}}}}}}]")),
        context(),
    )
}

fn response(headers: &[(&str, &str)], body: &[u8]) -> HttpResult {
    HttpResult::Response(HttpResponse {
        status: 200,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_vec(),
    })
}

#[test]
fn a_request_is_built_from_templates_and_expressions() {
    let mut host = host("method: post, endpoint: 'https://x.test/pets/{id}/{missing}?q={tag}', headers: {X-Id: '${ .id }', Content-Type: application/json, Empty: '${ null }'}, query: {status: '${ .status }', page: 2, tags: '${ .tags }', none: '${ null }'}, body: {name: '${ .name }'}").answer(200, "{\"ok\":true}");
    let output = output_of(
        host.go(&json!({"id": 7, "tag": "a b/ü", "status": "sold", "name": "Rex", "tags": ["x", "y"]})),
    );
    assert_eq!(output, json!({"ok": true}));
    let request = &host.requests[0];
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("POST", "https://x.test/pets/7/?q=a%20b%2F%C3%BC")
    );
    let pairs = |list: &[(String, String)]| {
        list.iter()
            .map(|(a, b)| format!("{a}={b}"))
            .collect::<Vec<_>>()
            .join("&")
    };
    assert_eq!(pairs(&request.headers), "X-Id=7&Content-Type=application/json");
    assert_eq!(pairs(&request.query), "status=sold&page=2&tags=x&tags=y");
    assert_eq!(request.body, Some(HttpBody::Json(br#"{"name":"Rex"}"#.to_vec())));
    assert_eq!(request.idempotency.text(), "run_1:/do/0/c:0");
    assert_eq!(request.deadline, None);
}

#[test]
fn whole_parts_may_be_expressions() {
    let mut host = host("method: get, endpoint: {uri: '${ \"https://x.test/\\(.id)\" }'}, headers: '${ .headers }', query: '${ .query }'").answer(200, "1");
    host.go(&json!({"id": 3, "headers": {"A": "b"}, "query": {"q": 1.5}}));
    assert_eq!(host.requests[0].url, "https://x.test/3");
    assert_eq!(host.requests[0].query, [("q".to_owned(), "1.5".to_owned())]);
}

#[test]
fn a_text_with_another_content_type_is_sent_as_it_is() {
    let mut host = host(
        "method: post, endpoint: 'https://x.test/', headers: {content-type: text/plain}, body: '${ .t }'",
    )
    .answer(200, "1");
    host.go(&json!({"t": "plain"}));
    assert_eq!(host.requests[0].body, Some(HttpBody::Text("plain".to_owned())));
}

#[test]
fn content_is_decoded_by_its_media_type() {
    type Headers = &'static [(&'static str, &'static str)];
    let cases: [(Headers, &[u8], Json); 9] = [
        (
            &[("content-type", "application/json")],
            b"{\"a\":1}",
            json!({"a": 1}),
        ),
        (
            &[("Content-Type", "application/problem+json; charset=utf-8")],
            b"[1]",
            json!([1]),
        ),
        (
            &[("content-type", "text/plain")],
            b"{\"a\":1}",
            json!("{\"a\":1}"),
        ),
        (
            &[("content-type", "text/html; charset=utf-8")],
            b"<p>",
            json!("<p>"),
        ),
        (&[("content-type", "image/png")], b"\x89PNG", json!("iVBORw==")),
        (
            &[("content-type", "application/octet-stream")],
            b"abc",
            json!("YWJj"),
        ),
        (&[], b"{\"a\":1}", json!({"a": 1})),
        (&[], b"plain", json!("plain")),
        (&[("content-type", "application/json")], b"", json!(null)),
    ];
    for (headers, body, expected) in cases {
        let mut host = host("method: get, endpoint: 'https://x.test/'");
        host.answers.push_back(response(headers, body));
        assert_eq!(output_of(host.go(&json!({}))), expected, "{headers:?}");
    }
}

#[test]
fn raw_is_base64_and_response_has_everything_but_credentials() {
    let mut raw = host("method: get, endpoint: 'https://x.test/', output: raw").answer(200, "{}");
    assert_eq!(output_of(raw.go(&json!({}))), json!("e30="));
    let mut whole = host(
        "method: get, endpoint: 'https://x.test/a', output: response, headers: {Authorization: secret, Accept: x}",
    );
    whole.answers.push_back(response(
        &[
            ("Content-Type", "application/json"),
            ("Set-X", "1"),
            ("set-x", "2"),
        ],
        b"{\"id\":1}",
    ));
    assert_eq!(
        output_of(whole.go(&json!({}))),
        json!({"request": {"method": "get", "uri": "https://x.test/a", "headers": {"Authorization": "***", "Accept": "x"}},
            "statusCode": 200, "headers": {"content-type": "application/json", "set-x": "1, 2"}, "content": {"id": 1}})
    );
}

#[test]
fn an_error_status_becomes_a_communication_error_with_that_status() {
    let mut host = host("method: get, endpoint: 'https://user:pw@x.test/p?key=secret'").answer(404, "{}");
    let error = error_of(host.go(&json!({})));
    assert_eq!(
        error["type"],
        "https://serverlessworkflow.io/spec/1.0.0/errors/communication"
    );
    assert_eq!(
        (error["status"].clone(), error["instance"].clone()),
        (json!(404), json!("/do/0/c"))
    );
    assert_eq!(
        error["detail"],
        "GET https://x.test/p was answered with status 404"
    );
    assert_eq!(error["title"], "Communication Error");
}

#[test]
fn transport_errors_become_standard_errors() {
    for (kind, name, status) in [
        (TransportErrorKind::Connect, "communication", 502),
        (TransportErrorKind::Dns, "communication", 502),
        (TransportErrorKind::Tls, "communication", 502),
        (TransportErrorKind::TooLarge, "communication", 502),
        (TransportErrorKind::Other, "communication", 502),
        (TransportErrorKind::Refused, "authorization", 403),
        (TransportErrorKind::Timeout, "timeout", 408),
    ] {
        let mut host = host("method: get, endpoint: 'https://x.test/'");
        host.answers.push_back(HttpResult::Failed(TransportError {
            kind,
            detail: "why".to_owned(),
        }));
        let error = error_of(host.go(&json!({})));
        assert_eq!(
            error["type"],
            format!("https://serverlessworkflow.io/spec/1.0.0/errors/{name}")
        );
        assert_eq!(error["status"], status);
        assert_eq!(error["detail"], "GET https://x.test/ failed: why");
    }
}

#[test]
fn a_body_that_is_not_what_it_says_is_a_communication_error() {
    let mut broken = host("method: get, endpoint: 'https://x.test/'").answer(200, "{");
    assert_eq!(error_of(broken.go(&json!({})))["status"], 502);
    let deep = "[".repeat(200_000);
    let mut deep = host("method: get, endpoint: 'https://x.test/'").answer(200, &deep);
    assert_eq!(error_of(deep.go(&json!({})))["status"], 502);
    let large = format!("[{}]", "9".repeat(39));
    let mut large = host("method: get, endpoint: 'https://x.test/'").answer(200, &large);
    let error = error_of(large.go(&json!({})));
    let said = "it is not exact: the integer at \"/0\" has more than 128 bits";
    assert!(error["detail"].as_str().unwrap().ends_with(said), "{error}");
}

#[test]
fn endpoints_headers_and_parameters_are_checked() {
    for (with, input) in [
        ("method: get, endpoint: 'https://x.test/{o}'", json!({"o": {}})),
        ("method: get, endpoint: '${ .u }'", json!({"u": "ftp://x.test"})),
        (
            "method: get, endpoint: '${ .u }'",
            json!({"u": "file:///etc/passwd"}),
        ),
        (
            "method: get, endpoint: '${ .u }'",
            json!({"u": "https://x.test/a b"}),
        ),
        (
            "method: get, endpoint: '${ .u }'",
            json!({"u": "https://x.test/\r\nHost: y"}),
        ),
        ("method: get, endpoint: '${ .u }'", json!({"u": 5})),
        (
            "method: get, endpoint: '${ .u }'",
            json!({"u": "https://x.test/".to_owned() + &"a".repeat(9000)}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', headers: {A: '${ .h }'}",
            json!({"h": "a\r\nB: c"}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', headers: {A: '${ .h }'}",
            json!({"h": {}}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', headers: '${ .h }'",
            json!({"h": {"a b": "c"}}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', headers: {Host: other}",
            json!({}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', headers: {content-length: '5'}",
            json!({}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', headers: '${ .h }'",
            json!({"h": 1}),
        ),
        (
            "method: get, endpoint: 'https://x.test/', query: {a: '${ .q }'}",
            json!({"q": {}}),
        ),
    ] {
        let error = fault(&format!("do: [{{c: {{call: http, with: {{{with}}}}}}}]"), input);
        assert_eq!(
            error["type"], "https://serverlessworkflow.io/spec/1.0.0/errors/expression",
            "{with}: {error}"
        );
    }
}

#[test]
fn the_idempotency_key_is_stable_over_retries_and_differs_between_iterations_and_jumps() {
    let body = "do: [{l: {for: {in: '[1,2]'}, do: [{t: {try: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}], catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}}}}]}}]";
    let mut host = Host::new(plan(body), context())
        .answer(500, "{}")
        .answer(200, "{}")
        .answer(200, "{}");
    host.go(&json!({}));
    let keys: Vec<String> = host
        .requests
        .iter()
        .map(|request| request.idempotency.text())
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
    let body = "do: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}, {s: {switch: [{again: {when: .again, then: c}}]}}]";
    let mut host = Host::new(plan(body), context())
        .answer(200, "{\"again\":true}")
        .answer(200, "{\"again\":false}");
    host.go(&json!({}));
    assert_ne!(host.requests[0].idempotency, host.requests[1].idempotency);
    let body = "use: {functions: {f: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}}\ndo: [{a: {call: f}}, {b: {call: f}}]";
    let mut host = Host::new(plan(body), context())
        .answer(200, "{}")
        .answer(200, "{}");
    host.go(&json!({}));
    assert_ne!(
        host.requests[0].idempotency.text(),
        host.requests[1].idempotency.text()
    );
}

#[test]
fn an_item_keeps_its_idempotency_key_when_a_retry_of_the_loop_jumps_less_in_the_item_before_it() {
    let body = "do: [{t: {try: [{l: {for: {in: '[1,2]'}, do: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}, {s: {switch: [{again: {when: '.again == true', then: c}}]}}]}}], catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}}}}]";
    let mut host = Host::new(plan(body), context())
        .answer(200, "{\"again\":true}")
        .answer(200, "{}")
        .answer(500, "{}")
        .answer(200, "{}")
        .answer(200, "{}");
    host.go(&json!({}));
    let [first, repeated, second, first_again, second_again] = host.requests.as_slice() else {
        panic!("{} requests", host.requests.len())
    };
    assert_ne!(first.idempotency, repeated.idempotency);
    assert_eq!(first.idempotency, first_again.idempotency);
    assert_eq!(second.idempotency, second_again.idempotency);
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    let mut run = flow::Run::new(
        plan("do: [{c: {call: http, with: {method: get, endpoint: 'https://x.test/'}}}]"),
        context(),
    );
    let fuel = flow::Fuel::INLINE;
    let answer = || flow::Event::Http {
        result: json_response(200, "{\"n\":1}"),
    };
    assert!(matches!(run.step(answer(), 1, fuel), flow::Progress::Yield));
    let first = run.step(
        flow::Event::Start {
            input: flow::Value::null(),
        },
        1,
        fuel,
    );
    assert!(matches!(first, flow::Progress::Http(_)));
    assert!(matches!(
        run.step(flow::Event::Timer, 2, fuel),
        flow::Progress::Http(_)
    ));
    assert!(matches!(
        run.step(
            flow::Event::Start {
                input: flow::Value::null()
            },
            2,
            fuel
        ),
        flow::Progress::Http(_)
    ));
    let flow::Progress::Done(outcome) = run.step(answer(), 3, fuel) else {
        panic!()
    };
    assert_eq!(outcome.calls, 1);
    let flow::Progress::Done(again) = run.step(answer(), 4, fuel) else {
        panic!()
    };
    assert_eq!(outcome, again);
}

#[test]
fn metered_use_is_summed_by_unit_and_cut_at_its_bound() {
    let body = "do: [{l: {for: {in: '[10, 2.2, 5000]'}, metadata: {max_iterations: 3}, do: [{a: {set: {n: '${ $item }'}, output: {as: '{}'}, metadata: {metering: {unit: tokens, quantity: .n, max: 100}}}}]}}, {b: {set: {}, metadata: {metering: {unit: pages, quantity: 3, max: 5}}}}]";
    let outcome = Host::new(plan(body), context()).go(&json!({}));
    let used: Vec<(&str, u64, bool)> = outcome
        .used
        .iter()
        .map(|used| (used.unit.as_str(), used.quantity, used.capped))
        .collect();
    assert_eq!(used, [("tokens", 113, true), ("pages", 3, false)]);
    let bounds: Vec<(String, Option<u64>)> = plan(body)
        .metering_bounds()
        .iter()
        .map(|bound| (bound.unit.clone(), bound.max))
        .collect();
    assert_eq!(
        bounds,
        [("pages".to_owned(), Some(5)), ("tokens".to_owned(), Some(300))]
    );
    let error = fault(
        "do: [{a: {set: {n: x}, metadata: {metering: {unit: t, quantity: .n, max: 1}}}}]",
        json!({}),
    );
    assert!(
        error["detail"].as_str().unwrap().contains("metering.quantity"),
        "{error}"
    );
}
