//! What SQL must not say: the time and randomness, which come as arguments, and amounts that are not whole numbers.

use super::Finding;
use super::lexer::{self, Kind, Token};
use super::sql::{self, POSTGRES, SQLITE};
use super::tree::{File, Tree};

/// Functions and words by which a database would decide for itself, in capitals.
const AMBIENT: [&str; 15] = [
    "NOW",
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "LOCALTIMESTAMP",
    "CLOCK_TIMESTAMP",
    "STATEMENT_TIMESTAMP",
    "TRANSACTION_TIMESTAMP",
    "UNIXEPOCH",
    "JULIANDAY",
    "STRFTIME",
    "RANDOM",
    "RANDOMBLOB",
    "GEN_RANDOM_UUID",
    "UUID_GENERATE_V4",
];
/// Types of columns that do not count exactly.
const INEXACT: [&str; 7] = [
    "REAL", "DOUBLE", "FLOAT", "FLOAT4", "FLOAT8", "NUMERIC", "DECIMAL",
];
/// Tables that change seldom. The others are written with every call, and a foreign key costs a look each time.
const WITH_FOREIGN_KEYS: [&str; 4] = ["sessions", "workspaces", "workspace_slugs", "members"];
/// What runs a statement.
const MACROS: [&str; 6] = ["execute", "one", "optional", "all", "one_value", "optional_value"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let code = tree
        .ending(".rs")
        .filter(|file| file.path.starts_with("crates/") && !file.is_test());
    let migrations = tree
        .ending(".sql")
        .filter(|file| file.path.starts_with(SQLITE) || file.path.starts_with(POSTGRES));
    code.flat_map(check_code)
        .chain(migrations.flat_map(check_migration))
        .collect()
}

fn check_code(file: &File) -> Vec<Finding> {
    let tokens = file.product_tokens();
    let mut findings: Vec<Finding> = sql::statements(&tokens)
        .iter()
        .filter_map(|statement| ambient(file, statement.line, &statement.text))
        .collect();
    for at in 0..tokens.len() {
        let runs = MACROS
            .iter()
            .any(|name| tokens[at].is_word(name) && lexer::reads(&tokens, at + 1, "! ("));
        if !runs {
            continue;
        }
        let text = own_text(&tokens[at + 2..]);
        let first = text.and_then(|text| sql::words(text.text).next());
        if let (Some(text), Some(first)) = (text, first)
            && first != first.to_ascii_uppercase()
        {
            let right = "write keywords in capitals: statements are known by them";
            findings.push(Finding::new(
                &file.path,
                text.line,
                format!("a statement that begins with `{first}`"),
                right,
            ));
        }
    }
    findings
}

/// The text among the arguments of a call, not within parentheses of their own: those are of another macro.
fn own_text<'a, 't>(call: &'a [Token<'t>]) -> Option<&'a Token<'t>> {
    let mut depth = 0;
    for token in call {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        if depth == 0 {
            return None;
        }
        if depth == 1 && token.kind == Kind::Text {
            return Some(token);
        }
    }
    None
}

fn check_migration(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in sql::tables(&file.text) {
        findings.extend(ambient(file, table.line, &table.body));
        let words: Vec<String> = sql::words(&table.body).map(str::to_ascii_uppercase).collect();
        if let Some(word) = words.iter().find(|word| INEXACT.contains(&word.as_str())) {
            let right = "count in whole numbers: microcredits, microseconds";
            findings.push(Finding::new(
                &file.path,
                table.line,
                format!("`{}` has a column of type {word}", table.name),
                right,
            ));
        }
        let is_free = !WITH_FOREIGN_KEYS.contains(&table.name.as_str());
        if is_free && words.iter().any(|word| word == "REFERENCES") {
            let right = "leave it out, or name the table in WITH_FOREIGN_KEYS of xtask/src/tidy/statements.rs if it is seldom written";
            findings.push(Finding::new(
                &file.path,
                table.line,
                format!("`{}` has a foreign key", table.name),
                right,
            ));
        }
    }
    findings
}

fn ambient(file: &File, line: usize, text: &str) -> Option<Finding> {
    let word = sql::words(text).find(|word| AMBIENT.contains(&word.to_ascii_uppercase().as_str()))?;
    let right = "bind it as an argument: time and randomness come from `Services`";
    Some(Finding::new(&file.path, line, format!("`{word}` in SQL"), right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn the_time_and_randomness_are_arguments_of_sql() {
        let store = "crates/domain/src/a/store.rs";
        assert_eq!(
            count(store, "fn a() { q(\"UPDATE a SET at = now() WHERE b = 1\") }"),
            1
        );
        assert_eq!(
            count(store, "fn a() { q(\"SELECT a FROM b ORDER BY random()\") }"),
            1
        );
        assert_eq!(
            count(
                store,
                "fn a() { q(\"UPDATE a SET at = $1 WHERE b = 1\"); clock.now() }"
            ),
            0
        );
    }

    #[test]
    fn statements_are_written_so_that_they_are_known() {
        let store = "crates/domain/src/a/store.rs";
        assert_eq!(
            count(store, "fn a() { db::execute!(tx, \"delete from keys\") }"),
            1
        );
        assert_eq!(
            count(store, "fn a() { one!(tx, (i64,), \"select 1\", f(\"x\")) }"),
            1
        );
        assert_eq!(
            count(
                store,
                "fn a() { all!(tx, Row, \"SELECT a FROM b\", f(\"lower\")) }"
            ),
            0
        );
        assert_eq!(count(store, "fn a() { execute!(tx, self.sql); f(\"lower\") }"), 0);
    }

    #[test]
    fn tables_count_in_whole_numbers_and_hot_ones_have_no_foreign_keys() {
        let migration = "crates/db/migrations/sqlite/0001_a.sql";
        assert_eq!(count(migration, "CREATE TABLE a (credits REAL) STRICT;"), 1);
        assert_eq!(
            count(
                migration,
                "CREATE TABLE a (at INTEGER DEFAULT (unixepoch())) STRICT;"
            ),
            1
        );
        assert_eq!(
            count(migration, "CREATE TABLE runs (b BLOB REFERENCES c (d)) STRICT;"),
            1
        );
        assert_eq!(
            count(
                migration,
                "CREATE TABLE members (b BLOB REFERENCES c (d)) STRICT;"
            ),
            0
        );
    }
}
