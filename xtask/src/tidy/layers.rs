//! What a layer must not know: the server no SQL, the product no HTTP, the engine no outside world.

use super::Finding;
use super::lexer;
use super::sql;
use super::tree::{File, Tree};

/// Crate, phrase of tokens, and what would be right.
const REFUSED: [(&str, &str, &str); 14] = [
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
    ("types", "tokio", "`types` does no work"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (krate, phrase, right) in REFUSED {
        findings.extend(
            tree.sources(krate)
                .flat_map(|file| check_phrase(file, krate, phrase, right)),
        );
    }
    for krate in ["server", "api", "flow", "outbound"] {
        findings.extend(tree.sources(krate).flat_map(|file| check_sql(file, krate)));
    }
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
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])).len(), 1, "{path}: {text}");
        }
        for (path, text) in [
            ("crates/domain/src/a.rs", "q(\"SELECT 1 FROM users\"); // axum"),
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
