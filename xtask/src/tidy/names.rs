//! A module is named after what it does. A name that fits everything tells nothing and collects everything.

use super::Finding;
use super::lexer::{self, Kind};
use super::tree::{File, Tree};

const FORBIDDEN: [&str; 10] = [
    "common", "commons", "util", "utils", "core", "helper", "helpers", "misc", "shared", "stuff",
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree.files.iter().flat_map(check_path).collect();
    findings.extend(tree.ending(".rs").flat_map(check_modules));
    findings.extend(tree.ending("/Cargo.toml").flat_map(check_package));
    findings
}

fn right(name: &str) -> String {
    format!("name the capability instead of `{name}`: what does it know or do?")
}

fn check_path(file: &File) -> Option<Finding> {
    let part = file.path.split('/').find(|part| {
        let stem = part.split('.').next().unwrap_or_default();
        FORBIDDEN.contains(&stem)
    })?;
    Some(Finding::new(
        &file.path,
        0,
        format!("`{part}` is no name for a file or folder"),
        right(part),
    ))
}

fn check_modules(file: &File) -> Vec<Finding> {
    let tokens = file.tokens();
    let forbidden = |at: usize| {
        let name = tokens
            .get(at + 1)
            .filter(|name| name.kind == Kind::Word && FORBIDDEN.contains(&name.text))?;
        // With a body: a module in a file of its own is found by its path.
        (tokens[at].is_word("mod") && lexer::reads(&tokens, at + 2, "{")).then(|| {
            Finding::new(
                &file.path,
                name.line,
                format!("`{}` is no name for a module", name.text),
                right(name.text),
            )
        })
    };
    (0..tokens.len()).filter_map(forbidden).collect()
}

fn check_package(file: &File) -> Option<Finding> {
    let (index, name) =
        file.text.lines().enumerate().find_map(|(index, line)| {
            Some((index, line.strip_prefix("name = ")?.trim().trim_matches('"')))
        })?;
    let bad = name.split(['-', '_']).any(|part| FORBIDDEN.contains(&part));
    bad.then(|| {
        Finding::new(
            &file.path,
            index + 1,
            format!("`{name}` is no name for a crate"),
            right(name),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_names_are_found() {
        for (path, text) in [
            ("crates/domain/src/utils.rs", ""),
            ("crates/domain/src/helpers/mod.rs", ""),
            ("web/src/shared/button.tsx", ""),
            ("crates/domain/src/lib.rs", "mod common { }"),
            ("crates/x/Cargo.toml", "name = \"guildhall-core\""),
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])).len(), 1, "{path}");
        }
        let fine = Tree::of(&[(
            "crates/domain/src/score.rs",
            "use core::fmt; mod credits; // mod utils {",
        )]);
        assert_eq!(check(&fine), []);
    }
}
