//! What looks across workspaces is called by jobs, the operator and `doctor`, and by whom else is named here.

use super::Finding;
use super::lexer::{self, Kind, Token};
use super::tree::{File, Tree};
use super::workspace_rule::ACROSS;

/// Who may call a function that is named so: file and function. Others so named may, as they are asked themselves.
const CALLERS: [(&str, &str); 19] = [
    // Jobs.
    ("crates/cli/src/serve.rs", "upkeep"),
    ("crates/cli/src/serve.rs", "once_a_day"),
    ("crates/domain/src/upkeep/mod.rs", "check_books"),
    ("crates/domain/src/upkeep/mod.rs", "run_due"),
    ("crates/domain/src/upkeep/mod.rs", "void_forgotten"),
    ("crates/domain/src/upkeep/mod.rs", "settle_due"),
    ("crates/domain/src/upkeep/mod.rs", "delete_outdated"),
    ("crates/domain/src/runs/maintenance.rs", "make_partitions_ahead"),
    // Of the check of the books that is a job.
    ("crates/domain/src/credits/books.rs", "next_moved"),
    // SQLite notes whose the rows are for all at once (ADR 13).
    ("crates/db/src/order.rs", "added"),
    ("crates/db/src/order.rs", "note_everything"),
    // The operator, on the command line and over HTTP.
    ("crates/cli/src/doctor.rs", "check"),
    ("crates/cli/src/backup.rs", "read"),
    ("crates/server/src/routes/operator/workspaces.rs", "list"),
    ("crates/domain/src/operator/permissions.rs", "delete_permission"),
    // The operator's counter, which is told a hold or a line and finds whose it is.
    ("crates/domain/src/credits/verify/closing.rs", "refund"),
    ("crates/domain/src/credits/verify/closing.rs", "workspace_of_hold"),
    // Before a caller is known there is no workspace: the key says which.
    ("crates/domain/src/api_keys/authenticate.rs", "read"),
    // Counts the workspaces of the person who asks, and tells him no more than that.
    ("crates/domain/src/workspaces/create.rs", "create"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".rs")
        .filter(|file| {
            file.path.starts_with("crates/") && !file.path.starts_with("crates/testkit/") && !file.is_test()
        })
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let tokens = without_imports(file.product_tokens());
    let calls = lexer::functions(&tokens).filter(|&(at, function)| {
        let is_across = tokens[at].kind == Kind::Word && tokens[at].text.ends_with(ACROSS);
        let is_definition = || {
            at.checked_sub(1)
                .is_some_and(|before| tokens[before].is_word("fn"))
        };
        let is_known = || function.ends_with(ACROSS) || CALLERS.contains(&(file.path.as_str(), function));
        is_across && !is_definition() && !is_known()
    });
    calls
        .map(|(at, _)| {
            let what = format!("`{}`, which looks across workspaces, is called", tokens[at].text);
            let right = "ask with the caller's workspace, or name the function with its reason in CALLERS of xtask/src/tidy/across.rs";
            Finding::new(&file.path, tokens[at].line, what, right)
        })
        .collect()
}

/// An import calls nothing, unless it gives another name.
fn without_imports(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut is_import = false;
    let mut kept = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        is_import = (is_import || token.is_word("use")) && !token.is_symbol(";");
        let is_renamed = tokens.get(at + 1).is_some_and(|next| next.is_word("as"));
        if !is_import || is_renamed {
            kept.push(*token);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn only_who_is_named_calls_across_workspaces() {
        let route = "crates/server/src/routes/runs.rs";
        assert_eq!(
            count(
                route,
                "async fn list() { runs::strip_all_workspaces(services).await }"
            ),
            1
        );
        assert_eq!(count(route, "fn list() { pages.map(strip_all_workspaces) }"), 1);
        assert_eq!(
            count(
                route,
                "use runs::strip_all_workspaces as strip; fn list() { strip() }"
            ),
            1
        );
        assert_eq!(
            count(
                route,
                "use runs::{strip_all_workspaces, x};\nfn list() { /* x_all_workspaces */ x() }"
            ),
            0
        );
        assert_eq!(
            count(
                route,
                "pub fn due_all_workspaces() { store::due_all_workspaces() }"
            ),
            0
        );
        let listed = "async fn list() { workspaces::list_all_workspaces(app).await }";
        assert_eq!(
            count("crates/server/src/routes/operator/workspaces.rs", listed),
            0
        );
        assert_eq!(count("crates/server/src/routes/workspaces.rs", listed), 1);
        assert_eq!(count("crates/domain/src/a/tests.rs", listed), 0);
    }
}
