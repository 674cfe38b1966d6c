//! SQL that differs between the databases is counted, because each such statement is tested and tuned twice.

use super::Finding;
use super::lexer;
use super::tree::{File, Tree};

/// Below 20.
const FORKED_STATEMENTS_MAX: usize = 19;

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
    (0..tokens.len())
        .filter(|&at| lexer::reads(&tokens, at, "forked !") || lexer::reads(&tokens, at, "db :: forked ("))
        .map(|at| (file, tokens[at].line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forks_beyond_the_limit_are_found_each() {
        let text = "forked!(tx, sqlite: \"a\", postgres: \"b\");\n".repeat(FORKED_STATEMENTS_MAX);
        assert_eq!(check(&Tree::of(&[("crates/db/src/a.rs", &text)])), []);
        let more = format!(
            "{text}db::forked(a);\n// forked!(\n#[cfg(test)] fn f() {{ forked!(x) }}\nmacro_rules! forked {{}}"
        );
        let findings = check(&Tree::of(&[("crates/db/src/a.rs", &more)]));
        assert_eq!(
            findings.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            [FORKED_STATEMENTS_MAX + 1]
        );
    }
}
