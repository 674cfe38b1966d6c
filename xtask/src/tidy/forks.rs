//! SQL that differs between the databases is counted, because each such statement is tested and tuned twice.

use super::Finding;
use super::lexer::{self, Token};
use super::tree::{File, Tree};

/// Below 20.
const FORKED_STATEMENTS_MAX: usize = 19;
/// Functions that ask which database it is without a statement of their own that differs: file and name.
const NO_STATEMENTS: [(&str, &str); 2] = [
    // How many nodes share a limit: on SQLite there is but one.
    ("crates/domain/src/upkeep/leases.rs", "announce"),
    // SQLite has no partitions to make.
    ("crates/domain/src/runs/maintenance.rs", "make_partitions_ahead"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let forks: Vec<(&File, usize)> = tree
        .ending(".rs")
        .filter(|file| file.path.starts_with("crates/") && !file.is_test())
        .flat_map(forks)
        .collect();
    let right = "write one text for both databases, or show in an ADR why the limit must rise";
    forks
        .iter()
        .skip(FORKED_STATEMENTS_MAX)
        .map(|(file, line)| {
            let what = format!(
                "{} forked statements, at most {FORKED_STATEMENTS_MAX} are allowed",
                forks.len()
            );
            Finding::new(&file.path, *line, what, right)
        })
        .collect()
}

fn forks(file: &File) -> Vec<(&File, usize)> {
    let tokens = file.product_tokens();
    let written = (0..tokens.len())
        .filter(|&at| lexer::reads(&tokens, at, "forked !") || lexer::reads(&tokens, at, "Bulk :: forked ("))
        .map(|at| tokens[at].line);
    let mut lines: Vec<usize> = written.chain(decisions(file, &tokens)).collect();
    lines.sort_unstable();
    lines.into_iter().map(|line| (file, line)).collect()
}

/// Where the product asks by itself which database it has, a place for each function. The crate `db` is the one that
/// knows.
fn decisions(file: &File, tokens: &[Token<'_>]) -> Vec<usize> {
    if file.path.starts_with("crates/db/") {
        return Vec::new();
    }
    let mut found: Vec<(&str, usize)> = Vec::new();
    for (at, function) in lexer::functions(tokens) {
        let is_listed = || NO_STATEMENTS.contains(&(file.path.as_str(), function));
        let is_known = found.iter().any(|(known, _)| *known == function);
        if lexer::reads(tokens, at, "Dialect ::") && !is_known && !is_listed() {
            found.push((function, tokens[at].line));
        }
    }
    found.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let findings = check(&Tree::of(&[(path, text)]));
        findings.iter().map(|finding| finding.line).collect()
    }

    /// As many as there may be.
    fn full() -> String {
        "forked!(tx, sqlite: \"a\", postgres: \"b\");\n".repeat(FORKED_STATEMENTS_MAX)
    }

    #[test]
    fn forks_beyond_the_limit_are_found_each() {
        let text = full();
        assert!(lines("crates/db/src/a.rs", &text).is_empty());
        let more = format!(
            "{text}Bulk::forked(a);\n// forked!(\n#[cfg(test)] fn f() {{ forked!(x) }}\nmacro_rules! forked {{}}"
        );
        assert_eq!(lines("crates/db/src/a.rs", &more), [FORKED_STATEMENTS_MAX + 1]);
    }

    #[test]
    fn a_function_that_asks_for_the_database_is_a_fork() {
        let asks = "use db::Dialect;\nfn a() {\n match tx.dialect() { Dialect::Sqlite => 1,\n Dialect::Postgres => 2 }\n}\nfn b() { if d == db::Dialect::Sqlite {} }";
        let text = full() + asks;
        let first = FORKED_STATEMENTS_MAX;
        assert_eq!(
            lines("crates/domain/src/a/store.rs", &text),
            [first + 3, first + 6]
        );
        assert!(lines("crates/db/src/a.rs", &text).is_empty());
        let listed =
            full() + "async fn announce() { match d { Dialect::Sqlite => 1, Dialect::Postgres => 2 } }";
        assert!(lines("crates/domain/src/upkeep/leases.rs", &listed).is_empty());
        assert_eq!(lines("crates/domain/src/upkeep/other.rs", &listed).len(), 1);
    }
}
