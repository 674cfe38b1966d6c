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
