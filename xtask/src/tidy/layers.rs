//! What a layer must not know: the server no SQL, the product no HTTP, the engine no outside world.

use super::Finding;
use super::lexer;
use super::sql;
use super::tree::{File, Tree};

/// Crate, phrase of tokens, and what would be right.
const REFUSED: [(&str, &str, &str); 16] = [
    (
        "server",
        "sqlx",
        "call an operation of `domain`; SQL lives in its stores",
    ),
    (
        "domain",
        "axum",
        "give back data or an error; `server` turns it into HTTP",
    ),
    (
        "domain",
        "StatusCode",
        "give back an error variant; `server/problem.rs` knows its status",
    ),
    (
        "domain",
        "http ::",
        "give back data or an error; `server` turns it into HTTP",
    ),
    (
        "domain",
        "reqwest",
        "send through `outbound`, which holds the egress policy",
    ),
    ("api", "tokio", "`api` is wire types only"),
    ("flow", "tokio", "return an effect; the host does it"),
    ("flow", "reqwest", "return an effect; the host does it"),
    ("flow", "std :: fs", "take the content as an argument"),
    ("flow", "std :: net", "return an effect; the host does it"),
    ("flow", "std :: env", "take the value as an argument"),
    ("flow", "std :: process", "return an error"),
    ("flow", "SystemTime", "take the time as an argument"),
    ("flow", "Instant", "take the time as an argument"),
    ("flow", "std :: thread", "return an effect; the host does it"),
    ("types", "tokio", "`types` does no work"),
];

/// Where `domain` may have SQL besides its stores: the ledger, and what tests are made with.
const WITH_SQL: [&str; 2] = [
    "crates/domain/src/credits/writer.rs",
    "crates/domain/src/testing.rs",
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (krate, phrase, right) in REFUSED {
        findings.extend(
            tree.sources(krate)
                .flat_map(|file| check_phrase(file, krate, phrase, right)),
        );
    }
    for krate in ["server", "api", "flow", "outbound", "cli", "testkit"] {
        findings.extend(tree.sources(krate).flat_map(|file| check_sql(file, krate)));
    }
    let outside_of_stores = tree
        .sources("domain")
        .filter(|file| !file.is_store() && !WITH_SQL.contains(&file.path.as_str()));
    findings.extend(outside_of_stores.flat_map(|file| check_sql(file, "domain")));
    findings.extend(tree.sources("domain").flat_map(check_store));
    findings
}

fn check_phrase(file: &File, krate: &str, phrase: &str, right: &str) -> Vec<Finding> {
    let tokens = file.product_tokens();
    let written = phrase.replace(" :: ", "::").replace(" ::", "::");
    (0..tokens.len())
        .filter(|&at| lexer::reads(&tokens, at, phrase))
        .map(|at| {
            Finding::new(
                &file.path,
                tokens[at].line,
                format!("`{written}` in `{krate}`"),
                right,
            )
        })
        .collect()
}

/// A store is private to its folder, and its rows never leave it as they are.
fn check_store(file: &File) -> Vec<Finding> {
    let tokens = file.product_tokens();
    let is_open = |at: usize| {
        let before = &tokens[at.saturating_sub(4)..at];
        lexer::reads(&tokens, at, "mod store") && before.iter().any(|token| token.is_word("pub"))
    };
    let is_serialized = |at: usize| {
        file.is_store()
            && lexer::reads(&tokens, at, "derive (")
            && tokens[at..]
                .iter()
                .take_while(|token| !token.is_symbol(")"))
                .any(|token| token.is_word("Serialize"))
    };
    let found = |at: usize| {
        let (what, right) = if is_open(at) {
            (
                "a store that others can reach",
                "write `mod store;` and give others an operation",
            )
        } else if is_serialized(at) {
            ("a row that is serialized", "convert it into a type of the domain")
        } else {
            return None;
        };
        Some(Finding::new(&file.path, tokens[at].line, what, right))
    };
    (0..tokens.len()).filter_map(found).collect()
}

fn check_sql(file: &File, krate: &str) -> Vec<Finding> {
    let right = "move the statement into a store of `domain`";
    sql::statements(&file.product_tokens())
        .iter()
        .map(|statement| Finding::new(&file.path, statement.line, format!("SQL in `{krate}`"), right))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_keeps_to_itself() {
        for (path, text) in [
            ("crates/server/src/a.rs", "fn f() { q(\"SELECT 1 FROM users\") }"),
            ("crates/server/src/a.rs", "use sqlx::Row;"),
            ("crates/domain/src/a.rs", "use http::Method;"),
            ("crates/domain/src/a.rs", "fn f() -> StatusCode {}"),
            ("crates/flow/src/a.rs", "use std::net::IpAddr;"),
            ("crates/flow/src/a.rs", "fn f() { let began = Instant::now(); }"),
            ("crates/cli/src/a.rs", "fn f() { q(\"SELECT 1 FROM users\") }"),
            (
                "crates/domain/src/runs/call.rs",
                "fn f() { q(\"SELECT 1 FROM users\") }",
            ),
            ("crates/domain/src/runs/mod.rs", "pub(crate) mod store;"),
            (
                "crates/domain/src/runs/store.rs",
                "#[derive(Debug, Serialize)] struct RunRow;",
            ),
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])).len(), 1, "{path}: {text}");
        }
        for (path, text) in [
            (
                "crates/domain/src/a/store.rs",
                "q(\"SELECT 1 FROM users\"); // axum",
            ),
            ("crates/domain/src/a/store/b.rs", "q(\"SELECT 1 FROM users\");"),
            (
                "crates/domain/src/a/mod.rs",
                "pub use b::C;\nmod store; #[derive(Serialize)] struct D;",
            ),
            (
                "crates/server/src/a.rs",
                "use http::StatusCode; let a = \"Select a plan\";",
            ),
            ("crates/flow/src/a.rs", "#[cfg(test)] mod tests { use std::fs; }"),
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])), [], "{path}: {text}");
        }
    }
}
