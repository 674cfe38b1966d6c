//! The committed documents are the ones that this release makes.

use std::path::PathBuf;

fn committed(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_default()
}

#[test]
fn the_committed_document_is_current() {
    assert!(
        committed("openapi.json") == server::document_text(),
        "openapi.json is not what the server describes: run `cargo xtask codegen`"
    );
}

#[test]
fn no_workspace_is_called_like_a_path_of_ours() {
    let contract = testkit::Contract::of_this_release();
    let operations = contract
        .operations()
        .iter()
        .map(|operation| operation.path.as_str());
    let pages = ["/docs", "/assets", "/bench", "/hooks", "/mcp"];
    for path in operations.chain(pages) {
        let first = path.split('/').nth(1).unwrap();
        assert!(
            types::RESERVED_SLUGS.contains(&first),
            "{first} could be the slug of a workspace"
        );
    }
}

/// What the tests of a crate say.
fn tests_of(krate: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../{krate}/tests/it"));
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn every_problem_code_is_provoked_by_a_test() {
    let told = tests_of("server");
    let missing: Vec<_> = api::ProblemCode::ALL
        .iter()
        .filter(|code| !told.contains(&format!("\"{code}\"")))
        .collect();
    assert!(missing.is_empty(), "no test over HTTP expects {missing:?}");
}

#[test]
fn the_committed_list_of_errors_is_current() {
    assert!(
        committed("docs/errors.md") == api::problem::errors_markdown(),
        "docs/errors.md is not what the table of problem codes says: run `cargo xtask codegen`"
    );
}

#[test]
fn every_operation_is_named_described_and_tagged() {
    let contract = testkit::Contract::of_this_release();
    let mut ids = std::collections::BTreeSet::new();
    for operation in contract.operations() {
        let at = format!("{} {}", operation.method, operation.path);
        assert!(ids.insert(&operation.id), "{at}: {} is taken", operation.id);
        assert!(
            operation.id.contains('_'),
            "{at}: {} is not resource_verb",
            operation.id
        );
        assert!(operation.described["summary"].is_string(), "{at} has no summary");
        assert_eq!(
            operation.described["tags"].as_array().map(Vec::len),
            Some(1),
            "{at} has not one tag"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(object) => {
                found.extend(
                    object
                        .get("$ref")
                        .and_then(|reference| Some(reference.as_str()?.to_owned())),
                );
                object.values().for_each(|value| references(value, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = server::document();
    let mut found = std::collections::BTreeSet::new();
    references(&document, &mut found);
    let dangling: Vec<_> = found
        .iter()
        .filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none())
        .collect();
    assert!(
        dangling.is_empty(),
        "inline them or name them in the components: {dangling:?}"
    );
}

#[test]
fn the_limits_of_texts_are_those_of_the_rules() {
    let document = server::document();
    let mut seen = std::collections::BTreeSet::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let is_input = [
            "Create",
            "Update",
            "Refund",
            "Register",
            "SignUp",
            "PasswordChange",
        ]
        .iter()
        .any(|ending| name.ends_with(ending));
        for (field, described) in schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|_| is_input)
        {
            let rule = match field.as_str() {
                "description" | "comment" | "note" => (None, types::COMMENT_CHARS_MAX),
                "label" => (None, types::LABEL_CHARS_MAX),
                "password" => (
                    Some(domain::accounts::PASSWORD_CHARS_MIN),
                    domain::accounts::PASSWORD_CHARS_MAX,
                ),
                "name" if name != "PermissionRegister" => (None, types::DISPLAY_NAME_CHARS_MAX),
                _ => continue,
            };
            seen.insert(field.as_str());
            let told = |word: &str| described[word].as_u64().map(|length| length as usize);
            assert_eq!(
                (told("minLength"), told("maxLength")),
                (rule.0, Some(rule.1)),
                "{name}.{field}"
            );
            let words = described["description"].as_str().unwrap();
            let length = rule.1.to_string();
            assert!(
                words.contains(&length) || field == "note",
                "{name}.{field}: {words}"
            );
        }
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}

#[test]
fn operations_that_refuse_alike_share_one_answer_named_after_its_codes() {
    let document = server::document();
    let shared = document["components"]["responses"].as_object().unwrap();
    for operation in testkit::Contract::of_this_release().operations() {
        let responses = operation.described["responses"].as_object().unwrap();
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let Some(name) = response["$ref"].as_str() else {
                let content = &response["content"]["application/problem+json"];
                assert!(
                    content.is_null(),
                    "{} {status} spells its problem out",
                    operation.id
                );
                continue;
            };
            let name = name.strip_prefix("#/components/responses/").unwrap_or_default();
            let codes = name
                .trim_start_matches("Public")
                .strip_prefix(&format!("Problem{status}."))
                .unwrap_or_default();
            let schema = &shared[name]["content"]["application/problem+json"]["schema"];
            let listed = schema["allOf"][1]["properties"]["code"]["enum"]
                .as_array()
                .unwrap();
            let listed: Vec<&str> = listed.iter().map(|code| code.as_str().unwrap()).collect();
            assert_eq!(listed.join("."), codes, "{} {status}", operation.id);
        }
    }
}

/// An answer to the question whether the server is alive, with a header.
fn alive_with(name: &'static str) -> testkit::Answer {
    let headers = ["guildhall-request-id", "content-type", name];
    testkit::Answer {
        method: http::Method::GET,
        path: "/healthz".to_owned(),
        status: http::StatusCode::OK,
        headers: headers
            .into_iter()
            .map(|name| (http::HeaderName::from_static(name), "x".parse().unwrap()))
            .collect(),
        bytes: bytes::Bytes::new(),
        body: serde_json::Value::Null,
    }
}

#[test]
fn no_answer_has_a_header_that_the_document_does_not_know() {
    for name in ["etag", "location", "ratelimit", "retry-after", "guildhall-run-id"] {
        let checked = std::panic::catch_unwind(|| {
            testkit::Contract::of_this_release().check(&alive_with(name), None);
        });
        let panic = checked.unwrap_err();
        let said = panic.downcast_ref::<String>().unwrap();
        assert!(
            said.contains(&format!(
                "has the header {name}, which the document does not know"
            )),
            "{said}"
        );
    }
}
