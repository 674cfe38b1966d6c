//! A file over the limit has a second topic to move out. Exceptions are committed with their reasons.

use super::Finding;
use super::tree::{File, Tree};

const LINES_MAX: usize = 600;
const ENDINGS: [&str; 3] = [".rs", ".ts", ".tsx"];
/// One exception a line: `path: reason`. Lines with `#` are comments.
const EXCEPTIONS: &str = "xtask/tidy/long-files.txt";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let exceptions = exceptions(tree);
    let excepted = |file: &File| exceptions.iter().any(|exception| exception.path == file.path);
    let mut findings: Vec<Finding> = long_files(tree)
        .filter(|file| !excepted(file))
        .map(|file| {
            let what = format!(
                "{} lines, at most {LINES_MAX} are allowed",
                file.text.lines().count()
            );
            Finding::new(
                &file.path,
                LINES_MAX + 1,
                what,
                format!("move a topic out, or give the reason in {EXCEPTIONS}"),
            )
        })
        .collect();
    findings.extend(
        exceptions
            .iter()
            .filter_map(|exception| check_exception(tree, exception)),
    );
    findings
}

fn long_files(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| {
        ENDINGS.iter().any(|ending| file.path.ends_with(ending)) && file.text.lines().count() > LINES_MAX
    })
}

struct Exception<'a> {
    path: &'a str,
    reason: &'a str,
    line: usize,
}

fn exceptions(tree: &Tree) -> Vec<Exception<'_>> {
    let text = tree.get(EXCEPTIONS).map_or("", |file| file.text.as_str());
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            let (path, reason) = line.split_once(':').unwrap_or((line, ""));
            Exception {
                path: path.trim(),
                reason: reason.trim(),
                line: index + 1,
            }
        })
        .collect()
}

fn check_exception(tree: &Tree, exception: &Exception<'_>) -> Option<Finding> {
    let path = exception.path;
    let found = |what: String, right: &str| Some(Finding::new(EXCEPTIONS, exception.line, what, right));
    if exception.reason.is_empty() {
        return found(
            format!("the exception for {path} has no reason"),
            "write `path: reason`",
        );
    }
    if !long_files(tree).any(|file| file.path == path) {
        return found(
            format!("{path} is not longer than {LINES_MAX} lines"),
            "remove the line",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_need_a_reason_that_holds() {
        let long = "x\n".repeat(LINES_MAX + 1);
        let limit = "x\n".repeat(LINES_MAX);
        assert_eq!(check(&Tree::of(&[("crates/a/src/a.rs", &limit)])), []);
        assert_eq!(check(&Tree::of(&[("crates/a/src/a.rs", &long)])).len(), 1);
        assert_eq!(
            check(&Tree::of(&[
                ("crates/a/src/a.rs", &long),
                (EXCEPTIONS, "crates/a/src/a.rs: one table\n")
            ])),
            []
        );
        assert_eq!(
            check(&Tree::of(&[
                ("crates/a/src/a.rs", &long),
                (EXCEPTIONS, "crates/a/src/a.rs:\n")
            ]))
            .len(),
            1
        );
        assert_eq!(
            check(&Tree::of(&[
                ("crates/a/src/a.rs", &limit),
                (EXCEPTIONS, "crates/a/src/a.rs: old\n")
            ]))
            .len(),
            1
        );
    }
}
