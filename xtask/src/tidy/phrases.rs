//! What must not be left in code: unfinished work, skipped tests, waiting for time instead of an event.

use super::Finding;
use super::lexer::{self, Kind, Token};
use super::tree::{File, Tree};

/// Phrase of tokens, and what would be right.
const UNFINISHED: [(&str, &str); 5] = [
    (
        "todo !",
        "finish it, or answer an error that says what is not there yet",
    ),
    (
        "unimplemented !",
        "finish it, or answer an error that says what is not there yet",
    ),
    ("# [ ignore", "make the test run everywhere, or delete it"),
    (
        "# [ should_panic",
        "assert on the error, so that the test says which panic it means",
    ),
    ("dbg !", "remove it, or use tracing"),
];

const MARKERS: [&str; 3] = ["TODO", "FIXME", "XXX"];
/// Stands with a reason on the line of a sleep or the line above.
const ALLOW_SLEEP: &str = "tidy: allow sleep: ";

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".rs").flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let tokens = file.tokens();
    let mut findings = Vec::new();
    for at in 0..tokens.len() {
        let token = &tokens[at];
        for (phrase, right) in UNFINISHED {
            if lexer::reads(&tokens, at, phrase) {
                findings.push(Finding::new(
                    &file.path,
                    token.line,
                    format!("`{}`", phrase.replace(' ', "")),
                    right,
                ));
            }
        }
        if let Some(marker) = marker(token) {
            findings.push(Finding::new(
                &file.path,
                token.line,
                format!("`{marker}` in a comment"),
                "do it, or write down as a fact what is so",
            ));
        }
        if is_sleep(&tokens, at) && !is_allowed(&tokens, token.line) {
            let right =
                format!("wait for the event, move the clock, or give the reason: `// {ALLOW_SLEEP}…`");
            findings.push(Finding::new(&file.path, token.line, "a sleep", right));
        }
    }
    findings
}

fn marker(token: &Token<'_>) -> Option<&'static str> {
    let is_marker = |marker: &&&str| {
        token
            .text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == **marker)
    };
    MARKERS
        .iter()
        .find(is_marker)
        .copied()
        .filter(|_| token.kind == Kind::Comment)
}

fn is_sleep(tokens: &[Token<'_>], at: usize) -> bool {
    let called = tokens.get(at + 1).is_some_and(|next| next.is_symbol("("));
    let declared = at > 0 && tokens[at - 1].is_word("fn");
    called
        && !declared
        && matches!(tokens[at].text, "sleep" | "sleep_until" | "sleep_ms")
        && tokens[at].kind == Kind::Word
}

fn is_allowed(tokens: &[Token<'_>], line: usize) -> bool {
    let reason = |comment: &str| {
        comment
            .split(ALLOW_SLEEP)
            .nth(1)
            .is_some_and(|reason| !reason.trim().is_empty())
    };
    tokens
        .iter()
        .filter(|token| token.kind == Kind::Comment && (token.line == line || token.line + 1 == line))
        .any(|token| reason(token.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Tree::of(&[("crates/a/src/a.rs", text)])).len()
    }

    #[test]
    fn unfinished_work_and_skipped_tests_are_found() {
        for text in [
            "todo!()",
            "#[ignore]",
            "#[ignore = \"slow\"]",
            "// FIXME: later",
            "/* XXX */",
            "/// TODO",
            "dbg!(x)",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
        for text in ["\"todo!\"", "// the XXXL size", "let ignore = 1;", "#[allow(x)]"] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn a_sleep_needs_a_reason() {
        assert_eq!(count("tokio::time::sleep(d).await"), 1);
        assert_eq!(count("sleep(d)"), 1);
        assert_eq!(count("// tidy: allow sleep: \nsleep(d)"), 1);
        assert_eq!(
            count("// tidy: allow sleep: backs off between attempts\nsleep(d)"),
            0
        );
        assert_eq!(count("sleep(d) // tidy: allow sleep: paces the poll"), 0);
        assert_eq!(count("fn sleep(d: u8) {}"), 0);
    }
}
