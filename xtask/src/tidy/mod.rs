//! `cargo xtask tidy`: the rules of this repository that no compiler holds.
//!
//! Owns: reading the tree and reporting every finding at once, each with its place and what would be
//! right. Also runs as the test `the_tree_is_tidy`, so that plain `cargo test` holds the rules too.

mod across;
mod crates;
mod forks;
mod layers;
mod length;
mod lexer;
mod migrations;
mod names;
mod operations;
mod phrases;
mod sql;
mod statements;
mod tree;
mod workspace_rule;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};
use tree::Tree;

/// A broken rule at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Relative to the repository.
    pub path: String,
    /// From 1; 0 if the whole file is meant.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub right: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>, right: impl Into<String>) -> Finding {
        Finding {
            path: path.to_owned(),
            line,
            what: what.into(),
            right: right.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}\n    right: {}",
            self.path,
            self.line.max(1),
            self.what,
            self.right
        )
    }
}

/// Checks the repository and fails with all findings.
pub fn run(root: &Path) -> Result<()> {
    let findings = check(&Tree::read(root)?);
    if findings.is_empty() {
        return Ok(());
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    bail!("tidy: {} finding(s)", findings.len())
}

fn check(tree: &Tree) -> Vec<Finding> {
    let rules = [
        across::check,
        crates::check,
        names::check,
        length::check,
        forks::check,
        layers::check,
        migrations::check,
        operations::check,
        phrases::check,
        statements::check,
        workspace_rule::check,
    ];
    let mut findings: Vec<Finding> = rules.iter().flat_map(|rule| rule(tree)).collect();
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::read(&crate::places::root()).unwrap();
        let findings: Vec<String> = check(&tree).iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
