//! How findings are reported: all at once, with their place, bounded.

use flow::{Definition, Severity};

use crate::host::{HEAD, compile, definition, refused};

#[test]
fn the_head_is_checked() {
    for (head, pointer, code) in [
        (
            "{dsl: '1.0.3', namespace: a, name: b}",
            "/document",
            "missing_key",
        ),
        (
            "{dsl: '2.0.0', namespace: a, name: b, version: '1.0.0'}",
            "/document/dsl",
            "unknown_dsl",
        ),
        (
            "{dsl: 1.0, namespace: a, name: b, version: '1.0.0'}",
            "/document/dsl",
            "wrong_type",
        ),
        (
            "{dsl: '1.0.0-alpha5', namespace: a, name: b, version: '1.0'}",
            "/document/version",
            "invalid_version",
        ),
        (
            "{dsl: '1.0.3', namespace: a_b, name: b, version: '1.0.0'}",
            "/document/namespace",
            "invalid_name",
        ),
        (
            "{dsl: '1.0.3', namespace: a, name: '-b', version: '1.0.0'}",
            "/document/name",
            "invalid_name",
        ),
        (
            "{dsl: '1.0.3', namespace: a, name: b, version: '1.0.0', titel: x}",
            "/document/titel",
            "unknown_key",
        ),
    ] {
        let findings =
            Definition::parse(&format!("document: {head}\ndo: [{{a: {{set: {{x: 1}}}}}}]")).unwrap_err();
        assert!(
            findings
                .iter()
                .any(|finding| finding.pointer == pointer && finding.code == code),
            "{head}: {findings:#?}"
        );
    }
    for dsl in ["1.0.0", "1.0.3", "1.0.12", "1.0.0-alpha5"] {
        let text = HEAD.replace("1.0.3", dsl) + "do: [{a: {set: {x: 1}}}]";
        assert!(Definition::parse(&text).is_ok(), "{dsl}");
    }
}

#[test]
fn all_findings_are_reported_at_once_with_line_and_column() {
    let text = format!(
        "{HEAD}do:\n  - a:\n      sett: {{}}\n  - b:\n      set: {{x: 1}}\n      thn: end\n  - c:\n      wait: PT1S\n"
    );
    let findings = Definition::parse(&text).unwrap_err();
    let places: Vec<(&str, Option<u32>, Option<u32>)> = findings
        .iter()
        .map(|f| (f.pointer.as_str(), f.line, f.column))
        .collect();
    assert_eq!(
        places,
        [
            ("/do/0/a", Some(3), Some(5)),
            ("/do/1/b/thn", Some(7), Some(7)),
            ("/do/2/c/wait", Some(9), Some(7))
        ]
    );
    let findings = refused(
        "do:\n  - a: {set: {x: '${ nope }', y: '${ $nope }'}}\n  - b: {set: {x: '${ ( }'}, then: nowhere}\n",
    );
    assert_eq!(findings.len(), 4, "{findings:#?}");
    assert!(findings.iter().all(|finding| finding.line.is_some()));
}

#[test]
fn findings_are_bounded() {
    let tasks: Vec<String> = (0..500).map(|at| format!("{{t{at}: {{sett: 1}}}}")).collect();
    let findings = refused(&format!("do: [{}]", tasks.join(", ")));
    assert_eq!(findings.len(), flow::limits::FINDINGS_MAX);
}

#[test]
fn the_number_of_tasks_and_the_length_of_expressions_are_bounded() {
    let tasks: Vec<String> = (0..1001)
        .map(|at| format!("{{t{at}: {{set: {{x: 1}}}}}}"))
        .collect();
    assert_eq!(
        refused(&format!("do: [{}]", tasks.join(", ")))[0].code,
        "too_many_tasks"
    );
    let long = "1 + ".repeat(3000) + "1";
    assert_eq!(
        refused(&format!("do: [{{a: {{set: {{x: '${{ {long} }}'}}}}}}]"))[0].code,
        "expression_too_long"
    );
    let deep = "[".repeat(60) + &"]".repeat(60);
    assert_eq!(
        refused(&format!("do: [{{a: {{set: {{x: '${{ {deep} }}'}}}}}}]"))[0].code,
        "expression_too_deep"
    );
    let members: Vec<String> = (0..2001).map(|at| format!("k{at}: '${{ .x + 1 }}'")).collect();
    assert_eq!(
        refused(&format!("do: [{{a: {{set: {{{}}}}}}}]", members.join(", ")))[0].code,
        "too_many_expressions"
    );
}

#[test]
fn suspicious_texts_are_warned_about() {
    let parsed = definition("do: [{a: {set: {x: .customer.name, y: 'Hello ${ .name }', z: plain. text}}}, {t: {try: [{b: {set: {x: 1}}}], catch: {retry: {delay: PT1S}}}}]").unwrap();
    let warnings: Vec<(&str, &str)> = parsed
        .warnings()
        .iter()
        .map(|f| (f.pointer.as_str(), f.code))
        .collect();
    assert_eq!(
        warnings,
        [
            ("/do/0/a/set/x", "literal_looks_like_expression"),
            ("/do/0/a/set/y", "expression_inside_text"),
            ("/do/1/t/catch/retry", "unbounded_retry"),
        ]
    );
    assert!(
        parsed
            .warnings()
            .iter()
            .all(|finding| finding.severity == Severity::Warning && finding.line.is_some())
    );
    assert!(compile("do: [{a: {set: {x: .customer.name}}}]").is_ok());
}

#[test]
fn a_task_that_nothing_leads_to_is_warned_about() {
    let unreachable = |body: &str| -> Vec<String> {
        let parsed = definition(body).unwrap_or_else(|findings| panic!("{findings:#?}\n{body}"));
        let warnings = parsed.warnings().iter();
        warnings
            .filter(|finding| finding.code == "unreachable_task" && finding.line.is_some())
            .map(|finding| finding.pointer.clone())
            .collect()
    };
    let (raise, rest) = (
        "raise: {error: {type: 'https://x.test/e', status: 500}}",
        "{b: {set: {x: 1}}}, {c: {set: {x: 2}}}",
    );
    for (body, expected) in [
        // What is jumped over, and what only it leads to.
        (
            format!("do: [{{a: {{set: {{x: 1}}, then: c}}}}, {rest}]"),
            &["/do/1/b"][..],
        ),
        (
            format!("do: [{{a: {{set: {{x: 1}}, then: end}}}}, {rest}]"),
            &["/do/1/b", "/do/2/c"],
        ),
        (
            format!("do: [{{a: {{{raise}}}}}, {rest}]"),
            &["/do/1/b", "/do/2/c"],
        ),
        (
            format!("do: [{{a: {{switch: [{{one: {{then: c}}}}]}}}}, {rest}]"),
            &["/do/1/b"],
        ),
        (
            format!("do: [{{o: {{do: [{{a: {{set: {{x: 1}}, then: exit}}}}, {rest}]}}}}]"),
            &["/do/0/o/do/1/b", "/do/0/o/do/2/c"],
        ),
        // Skipped, none of the cases, caught, backwards: all of them lead on.
        (
            format!("do: [{{a: {{if: .x, set: {{x: 1}}, then: end}}}}, {rest}]"),
            &[],
        ),
        (format!("do: [{{a: {{if: .x, {raise}}}}}, {rest}]"), &[]),
        (
            format!("do: [{{a: {{switch: [{{one: {{when: .x, then: c}}}}]}}}}, {rest}]"),
            &[],
        ),
        (
            format!("do: [{{a: {{try: [{{r: {{{raise}}}}}], catch: {{then: b}}, then: end}}}}, {rest}]"),
            &[],
        ),
        (
            "do: [{a: {set: {x: 1}, then: c}}, {b: {set: {x: 1}, then: end}}, {c: {set: {x: 2}, then: b}}]"
                .to_owned(),
            &[],
        ),
    ] {
        assert_eq!(unreachable(&body), expected, "{body}");
    }
}

#[test]
fn pointers_escape_names() {
    let findings = refused("do: [{'a/b~c': {sett: 1}}]");
    assert_eq!(findings[0].pointer, "/do/0/a~1b~0c");
}
