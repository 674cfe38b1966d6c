//! The traps of YAML, and the canonical form.

use flow::Definition;

use crate::host::{HEAD, definition};

fn set(text: &str) -> serde_json::Value {
    let parsed = definition(&format!("do:\n  - a:\n      set:\n        v: {text}\n"))
        .unwrap_or_else(|f| panic!("{text}: {f:#?}"));
    parsed.canonical().pointer("/do/0/a/set/v").unwrap().clone()
}

#[test]
fn booleans_are_only_true_and_false() {
    for text in ["on", "off", "yes", "no", "y", "n", "On", "NO"] {
        assert_eq!(set(text), serde_json::json!(text), "{text}");
    }
    assert_eq!(set("true"), serde_json::json!(true));
    assert_eq!(set("false"), serde_json::json!(false));
    // A key named `on` stays a text too.
    let parsed = definition("do: [{a: {set: {on: 1, no: 2}}}]").unwrap();
    assert_eq!(
        parsed.canonical().pointer("/do/0/a/set").unwrap(),
        &serde_json::json!({"on": 1, "no": 2})
    );
}

#[test]
fn numbers_with_leading_zeros_or_underscores_are_texts() {
    assert_eq!(set("010"), serde_json::json!("010"));
    assert_eq!(set("1_000"), serde_json::json!("1_000"));
    assert_eq!(set("10"), serde_json::json!(10));
    assert_eq!(set("1.5"), serde_json::json!(1.5));
    assert_eq!(set("-3"), serde_json::json!(-3));
    assert_eq!(set("~"), serde_json::json!(null));
    assert_eq!(set("2024-01-01"), serde_json::json!("2024-01-01"));
}

#[test]
fn duplicate_keys_are_refused_with_their_place() {
    let findings = Definition::parse(&format!(
        "{HEAD}do:\n  - a:\n      set: {{x: 1}}\n      set: {{x: 2}}\n"
    ))
    .unwrap_err();
    assert_eq!(findings[0].code, "duplicate_key");
    assert_eq!(findings[0].line, Some(5));
    let json = r#"{"document": {"dsl": "1.0.3", "dsl": "1.0.3"}, "do": []}"#;
    assert_eq!(Definition::parse(json).unwrap_err()[0].code, "duplicate_key");
}

#[test]
fn alias_bombs_and_deep_nesting_are_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for at in 1..12 {
        let list = vec![format!("*a{}", at - 1); 10].join(", ");
        bomb += &format!("a{at}: &a{at} [{list}]\n");
    }
    assert_eq!(Definition::parse(&bomb).unwrap_err()[0].code, "syntax");
    for deep in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        format!("{{\"a\": {}", "[".repeat(100_000)),
    ] {
        assert!(Definition::parse(&deep).is_err());
    }
    let block: String = (0..5000)
        .map(|at| format!("{}a:\n", " ".repeat(at % 900)))
        .collect();
    assert!(Definition::parse(&block).is_err());
    let nested = format!(
        "{HEAD}do: [{{a: {{set: {{v: {}1{}}}}}}}]",
        "[".repeat(140),
        "]".repeat(140)
    );
    assert!(Definition::parse(&nested).is_err());
    let json: serde_json::Value = (0..200).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
    assert_eq!(
        Definition::from_json(serde_json::json!({"do": json})).unwrap_err()[0].code,
        "too_deep"
    );
}

#[test]
fn long_definitions_merges_and_several_documents_are_refused() {
    assert_eq!(
        Definition::parse(&"#".repeat(flow::limits::DEFINITION_BYTES_MAX + 1)).unwrap_err()[0].code,
        "definition_too_long"
    );
    assert!(Definition::parse(&format!("{HEAD}do: []\n---\n{HEAD}do: []\n")).is_err());
    assert!(definition("do: [{a: {set: {<<: {x: 1}, y: 2}}}]").is_err());
    assert!(Definition::parse("").is_err());
    assert!(Definition::parse("- 1").is_err());
    assert!(Definition::parse("text").is_err());
    assert!(definition("do: [{a: {set: {v: .inf}}}]").is_err());
}

#[test]
fn anchors_may_be_used() {
    let parsed = definition("do: [{a: {set: &s {x: 1}}}, {b: {set: *s}}]").unwrap();
    assert_eq!(parsed.canonical().pointer("/do/1/b/set/x").unwrap(), 1);
}

#[test]
fn the_canonical_form_ignores_layout_but_keeps_the_order_of_keys() {
    let one = definition("do:\n  # a comment\n  - a:\n      set: {z: 1, a: \"two\"}\n").unwrap();
    let two = definition("do: [{a: {set: {\"z\": 1, 'a': two}}}]").unwrap();
    let json = Definition::from_json(one.canonical().clone()).unwrap();
    let text = Definition::parse(one.canonical_text()).unwrap();
    assert_eq!(one.canonical_text(), two.canonical_text());
    assert_eq!(one.canonical_text(), json.canonical_text());
    assert_eq!(one.canonical_text(), text.canonical_text());
    let other = definition("do: [{a: {set: {a: two, z: 1}}}]").unwrap();
    assert_ne!(one.canonical_text(), other.canonical_text());
    assert!(one.canonical_text().contains(r#""set":{"z":1,"a":"two"}"#));
    assert_eq!(
        (
            one.name(),
            one.namespace(),
            one.version(),
            one.title(),
            one.summary()
        ),
        ("test", "test", "1.0.0", None, None)
    );
}

#[test]
fn json_texts_keep_their_escapes() {
    let text = r#"{"document": {"dsl": "1.0.3", "namespace": "a", "name": "b", "version": "1.0.0"}, "do": [{"a": {"set": {"v": "\ud83d\ude00\/\t"}}}]}"#;
    assert_eq!(
        Definition::parse(text)
            .unwrap()
            .canonical()
            .pointer("/do/0/a/set/v")
            .unwrap(),
        "😀/\t"
    );
}
