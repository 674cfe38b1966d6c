//! Whatever is wrong with a body, a header or a parameter of any operation: refused with a code, and nothing stored.
//! Generated from the document, by somebody who may do everything, about things that are there.

use serde_json::{Value, json};
use testkit::{Answer, Operation, TestApp};

use crate::{
    operations::{body, body_schema, guarded, is_in_workspace, operations, resolved, takes},
    things::{Things, ask, views},
};

/// More than any body may have.
const TOO_MANY_BYTES: usize = 9 * 1024 * 1024;
/// Far more levels than anybody means.
const TOO_DEEP: usize = 100_000;

/// Operations for which no body means that nothing is said, with the reason.
const BODY_IS_OPTIONAL: &[(&str, &str)] = &[
    ("flows_restore", "usually its own slug is free"),
    ("keys_rotate", "usually the old one ends at once"),
    ("operator_service_tokens_rotate", "as that of a key"),
];

/// Fields that take any JSON, with the reason.
const ANY_JSON: &[(&str, &str)] = &[("definition", "a draft may be anything")];

/// Runs a test with an operator's furnished workspace; afterwards there is what there was.
async fn unchanged(app: TestApp, test: impl AsyncFnOnce(&Things)) {
    let operator = app.operator().await;
    let things = Things::of(&app, &operator, &operator, "xanadu").await;
    let before = (views(&things).await, app.changes().await);
    test(&things).await;
    assert_eq!((views(&things).await, app.changes().await), before);
}

/// A body with one field as it is written here, before all others that must be there.
fn with_field(fields: &Value, name: &str, written: &str) -> Vec<u8> {
    let mut text = format!("{{{}:{written}", json!(name));
    for (other, value) in fields
        .as_object()
        .unwrap()
        .iter()
        .filter(|(other, _)| *other != name)
    {
        text += &format!(",{}:{value}", json!(other));
    }
    (text + "}").into_bytes()
}

/// Does the field take what is of this kind, as far as the document says?
fn has_kind(schema: &Value, kind: &str) -> bool {
    let schema = resolved(schema);
    let is_kind =
        |one: &Value| one == kind || one.as_array().is_some_and(|kinds| kinds.contains(&json!(kind)));
    let mut ways = schema["oneOf"].as_array().into_iter().flatten();
    is_kind(&schema["type"]) || ways.any(|way| has_kind(way, kind))
}

/// A body that is wrong for an operation.
struct Wrong {
    what: String,
    body: Vec<u8>,
    /// That says so; 0 for any that fits.
    status: u16,
    /// The JSON Pointer of what is wrong, or of what it is in, where the body is JSON.
    at: String,
}

/// All of them for an operation.
fn wrong_bodies(operation: &Operation, schema: &Value, fields: &Value) -> Vec<Wrong> {
    let text = fields.to_string();
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut add = |what: &str, body: Vec<u8>, status, at: &str| {
        let (what, at) = (what.to_owned(), at.to_owned());
        wrong.push(Wrong {
            what,
            body,
            status,
            at,
        });
    };
    if !BODY_IS_OPTIONAL.iter().any(|(id, _)| *id == operation.id) {
        add("nothing", Vec::new(), 400, "");
    }
    for broken in ["{", "nul", "{1:2}", "\u{feff}{}"] {
        add(broken, broken.into(), 400, "");
    }
    add("twice", format!("{text}{text}").into(), 400, "");
    for kind in ["[]", "\"a\"", "1", "true", "null"] {
        add(kind, kind.into(), 422, "");
    }
    add("nested lists", deep("[", "]").into(), 422, "");
    add("nested objects", deep("{\"a\":", "}").into(), 422, "/a");
    let large = format!("\"{}\"", "a".repeat(TOO_MANY_BYTES));
    add("too large", large.into(), 413, "");
    add(
        "an unknown field",
        with_field(fields, "colour", "1"),
        422,
        "/colour",
    );
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        let mut others = fields.clone();
        others.as_object_mut().unwrap().remove(name);
        add(
            &format!("no {name}"),
            others.to_string().into(),
            422,
            &format!("/{name}"),
        );
    }
    for (name, schema) in schema["properties"].as_object().unwrap() {
        for (what, body, status) in wrong_fields(name, schema, fields) {
            add(&format!("{name} {what}"), body, status, &format!("/{name}"));
        }
        if has_kind(schema, "array") {
            let body = with_field(fields, name, "[{}]");
            add(
                &format!("{name} of a list of objects"),
                body,
                422,
                &format!("/{name}/0"),
            );
        }
    }
    wrong
}

fn deep(open: &str, close: &str) -> String {
    [open.repeat(TOO_DEEP), close.repeat(TOO_DEEP)].concat()
}

/// Bodies in which one field is wrong, with what is wrong and the status that says so.
fn wrong_fields(name: &str, schema: &Value, fields: &Value) -> Vec<(String, Vec<u8>, u16)> {
    let twice = format!("{{{0}:null,{0}:null}}", json!(name));
    let invalid = [&b"{"[..], json!(name).to_string().as_bytes(), b":\"\xff\"}"].concat();
    let with = |written: &str| with_field(fields, name, written);
    let mut wrong = vec![
        ("twice".to_owned(), twice.into(), 422),
        ("of other bytes".to_owned(), invalid, 0),
        ("of half a character".to_owned(), with("\"\\ud800\""), 0),
        ("of zero bytes".to_owned(), with("\"\\u0000\""), 422),
        ("of lists".to_owned(), with(&deep("[", "]")), 0),
        ("of an endless number".to_owned(), with("1e400"), 400),
    ];
    if ANY_JSON.iter().any(|(any, _)| *any == name) {
        return wrong;
    }
    let other = if has_kind(schema, "string") {
        "7"
    } else {
        "\"seven\""
    };
    for written in [
        "99999999999999999999",
        "-99999999999999999999",
        "-0",
        "1.5",
        "1e30",
        other,
    ] {
        wrong.push((format!("of {written}"), with(written), 422));
    }
    wrong
}

/// Is it a refusal of what was sent, and of nothing else, that points at what is wrong?
fn is_refused(answer: &Answer, status: u16, at: &str) -> bool {
    let given = answer.status.as_u16();
    let is_pointed_at = || {
        let pointer = answer.body["errors"][0]["pointer"].as_str();
        let below = pointer.and_then(|pointer| pointer.strip_prefix(at));
        below.is_some_and(|below| below.is_empty() || !at.is_empty() && below.starts_with('/'))
    };
    (given == status || status == 0 && [400, 422].contains(&given))
        && answer.body["code"].is_string()
        && (given != 422 || is_pointed_at())
}

testkit::both! {
    async fn a_wrong_body_is_refused_by_every_operation_with_a_pointer_and_nothing_is_stored(app: TestApp) {
        unchanged(app, async |things| {
            let named = |name: &str| things.named(name);
            let (mut sent, mut wrong) = (0, Vec::new());
            for operation in operations() {
                let Some(schema) = body_schema(operation).filter(|schema| schema["properties"].is_object()) else { continue };
                let fields = body(operation, &named).unwrap();
                let request = || ask(&things.owner, operation, &named, &[]);
                let mut judge = |what: &str, status, at: &str, answer: Answer| {
                    sent += 1;
                    if !is_refused(&answer, status, at) {
                        wrong.push((&operation.id, what.to_owned(), answer.status.as_u16(), answer.text()));
                    }
                };
                for Wrong { what, body, status, at } in wrong_bodies(operation, schema, &fields) {
                    judge(&what, status, &at, request().bytes(body).await);
                }
                for kind in ["text/plain", "application/x-www-form-urlencoded", "json", "é", ""] {
                    judge(kind, 415, "", request().header("content-type", kind).await);
                }
            }
            assert!(wrong.is_empty(), "{wrong:#?}");
            assert!(sent > 1_000, "{sent} bodies are few");
        }).await;
    }

    async fn a_wrong_header_is_refused_by_every_operation_that_reads_it(app: TestApp) {
        unchanged(app, async |things| {
            let (mut sent, mut wrong) = (0, Vec::new());
            for operation in guarded() {
                let named = |name: &str| things.named(name);
                let request = || ask(&things.owner, operation, &named, &[]);
                let long = "k".repeat(256);
                let mut cases = Vec::new();
                if takes(operation, "Idempotency-Key") {
                    cases.extend(["", " ", &long, "é"].map(|key| ("idempotency-key", key, 400, "malformed_request")));
                }
                if takes(operation, "If-Match") {
                    cases.extend(["", "3", "\"3", "\"1\"2\"", "W/\"1\"", "é"].map(|tag| ("if-match", tag, 400, "malformed_request")));
                }
                if takes(operation, "Guildhall-Workspace") {
                    cases.push(("guildhall-workspace", "é", 400, "malformed_request"));
                    cases.extend(["", "no name", "a/b", &long].map(|name| ("guildhall-workspace", name, 404, "not_found")));
                }
                let credentials = ["", "Bearer", "Bearer ", "Bearer é", "Basic dTpw", "Bearer\tx", "gld_live_x"];
                cases.extend(credentials.map(|text| ("authorization", text, 401, "invalid_credential")));
                for (name, value, status, code) in cases {
                    let answer = request().header(name, value).await;
                    sent += 1;
                    if answer.status != status || answer.body["code"] != code {
                        wrong.push((&operation.id, name, value.to_owned(), answer.status.as_u16(), answer.text()));
                    }
                }
                for (shown, name) in [
                    ("Idempotency-Key", "idempotency-key"),
                    ("If-Match", "if-match"),
                    ("Guildhall-Environment", "guildhall-environment"),
                    ("Guildhall-Tenant", "guildhall-tenant"),
                ] {
                    if takes(operation, shown) {
                        let twice = request().header_again(name, "\"1\"").header_again(name, "\"1\"").await;
                        let said = twice.problem(400, "malformed_request");
                        assert_eq!(said["detail"], format!("{shown} was sent twice."));
                    }
                }
                if takes(operation, "Guildhall-Workspace") && is_in_workspace(operation) {
                    let twice = request().header_again("guildhall-workspace", things.owner.workspace()).await;
                    twice.problem(400, "workspace_ambiguous");
                }
            }
            assert!(wrong.is_empty(), "{wrong:#?}");
            assert!(sent > 500, "{sent} headers are few");
        }).await;
    }

    async fn of_two_credentials_none_is_taken(app: TestApp) {
        let owner = app.owner().await;
        let key = app.key_of(&owner, json!({"name": "good", "permissions": ["keys:read"]})).await;
        let good = key.header("authorization");
        let both = |first: &str, second: &str| {
            let call = app.anonymous().get("/v1/keys").header("authorization", first);
            call.header_again("authorization", second)
        };
        for other in ["Bearer gld_live_x", "Basic dTpw", "", &good] {
            both(&good, other).await.problem(401, "invalid_credential");
            both(other, &good).await.problem(401, "invalid_credential");
        }
        key.get("/v1/keys").await.ok();
    }

    async fn a_wrong_page_is_refused_by_every_list(app: TestApp) {
        unchanged(app, async |things| {
            let mut lists = 0;
            for operation in guarded().filter(|operation| takes(operation, "cursor")) {
                lists += 1;
                let cursors = ["", "nonsense", "c1_", "c1_0", "c1_00", "c2_00000000000000000000000000000000", "0"];
                let limits = ["", "0", "-1", "1000000000", "99999999999999999999", "1.5", "abc", "201"];
                let cases = cursors.map(|text| ("cursor", text)).into_iter().chain(limits.map(|text| ("limit", text)));
                for (parameter, text) in cases {
                    let named = |name: &str| if name == parameter { Some(text.into()) } else { things.named(name) };
                    let answer = ask(&things.owner, operation, &named, &[parameter]).await;
                    let problem = answer.problem(400, "invalid_parameter");
                    assert_eq!(problem["errors"][0]["parameter"], parameter, "{} {text:?}: {problem}", operation.id);
                }
            }
            assert!(lists > 10, "{lists} lists are few");
        }).await;
    }
}

#[test]
fn every_exception_for_bodies_is_one() {
    for (id, _) in BODY_IS_OPTIONAL {
        assert!(operations().any(|operation| operation.id == *id), "{id}");
    }
    for (field, _) in ANY_JSON {
        let has = |operation: &Operation| {
            body_schema(operation).is_some_and(|schema| schema["properties"][field].is_object())
        };
        assert!(operations().any(has), "{field}");
    }
}
