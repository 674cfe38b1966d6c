//! No query on a table that a workspace owns goes without the workspace: isolation by construction.

use super::Finding;
use super::sql::{self, Statement, Table};
use super::tree::{File, Tree};

/// Tables of the instance, not of a workspace. Everything else that a migration makes is owned.
const GLOBAL: [&str; 15] = [
    "users",
    "sessions",
    "credentials",
    "workspaces",
    "workspace_slugs",
    "service_tokens",
    "operator_permissions",
    "prices",
    "jobs",
    "outbox",
    "instance",
    "leases",
    "settings",
    "ordered",
    "schema_migrations",
];

/// Tables that SQLite orders by workspace in a table of that name: docs/adr/0013-sqlite-orders-by-workspace-later.md.
const ORDERED_APART: [&str; 2] = ["ledger_lines", "runs"];

/// A function so named may look across workspaces. Who may call such: `across.rs`.
pub(super) const ACROSS: &str = "_all_workspaces";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut tables = sql::all_tables(tree);
    tables.retain(|(_, table)| !GLOBAL.contains(&table.name.as_str()));
    let mut owned: Vec<String> = tables.iter().map(|(_, table)| table.name.clone()).collect();
    owned.extend(sql::all_views(tree));
    let mut findings: Vec<Finding> = tables
        .iter()
        .filter_map(|(file, table)| check_table(file, table))
        .collect();
    findings.extend(
        tree.ending(".rs")
            .filter(|file| {
                file.path.starts_with("crates/")
                    && !file.path.starts_with("crates/testkit/")
                    && !file.is_test()
            })
            .flat_map(|file| check_file(file, &owned)),
    );
    findings
}

/// The workspace comes first in the primary key, so that the database can be divided by it.
fn check_table(file: &File, table: &Table) -> Option<Finding> {
    let body = table.body.split_whitespace().collect::<Vec<_>>().join(" ");
    let alone = body.split(',').any(|column| {
        let mut words = sql::words(column);
        words.next() == Some("workspace_id") && column.contains("PRIMARY KEY")
    });
    let first = body
        .split("PRIMARY KEY")
        .skip(1)
        .any(|rest| sql::words(rest).next() == Some("workspace_id"));
    let apart = file.path.starts_with(sql::SQLITE) && ORDERED_APART.contains(&table.name.as_str());
    if alone || first || apart {
        return None;
    }
    let what = format!(
        "the primary key of `{}` does not begin with the workspace",
        table.name
    );
    let right = "write PRIMARY KEY (workspace_id, …), or name the table in GLOBAL of xtask/src/tidy/workspace_rule.rs if it belongs to the instance";
    Some(Finding::new(&file.path, table.line, what, right))
}

fn check_file(file: &File, owned: &[String]) -> Vec<Finding> {
    sql::statements(&file.product_tokens())
        .iter()
        .filter(|statement| !across(statement))
        .filter_map(|statement| {
            let table = sql::words(&statement.text).find(|word| owned.iter().any(|name| name == word))?;
            if is_bound(&statement.text) {
                return None;
            }
            let right = format!("compare `workspace_id` in the statement, or end the function's name in `{ACROSS}` if it is for jobs, the operator or doctor");
            Some(Finding::new(&file.path, statement.line, format!("a statement on `{table}` without the workspace"), right))
        })
        .collect()
}

/// Is the workspace among what is written, or among the conditions? To select it binds nothing.
fn is_bound(text: &str) -> bool {
    let inserts = sql::words(text).any(|word| word == "INSERT");
    sql::words(text)
        .skip_while(|word| !inserts && !["WHERE", "ON", "USING"].contains(word))
        .any(|word| word == "workspace_id")
}

fn across(statement: &Statement) -> bool {
    statement
        .function
        .as_ref()
        .is_some_and(|name| name.ends_with(ACROSS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_code(code: &str) -> Vec<Finding> {
        let migration = "CREATE TABLE keys (id BLOB, workspace_id BLOB, PRIMARY KEY (workspace_id, id)) STRICT; CREATE TABLE users (id BLOB) STRICT; CREATE VIEW keys_by_name AS SELECT * FROM keys;";
        check(&Tree::of(&[
            ("crates/db/migrations/sqlite/0001_a.sql", migration),
            ("crates/domain/src/api_keys/store.rs", code),
        ]))
    }

    #[test]
    fn owned_tables_are_keyed_by_the_workspace() {
        let count =
            |table: &str| check(&Tree::of(&[("crates/db/migrations/sqlite/0001_a.sql", table)])).len();
        assert_eq!(
            count("CREATE TABLE keys (workspace_id BLOB NOT NULL PRIMARY KEY, a INTEGER) STRICT;"),
            0
        );
        assert_eq!(
            count("CREATE TABLE keys (id BLOB, PRIMARY KEY (id, workspace_id)) STRICT;"),
            1
        );
        assert_eq!(count("CREATE TABLE keys (id BLOB PRIMARY KEY) STRICT;"), 1);
    }

    #[test]
    fn owned_tables_are_asked_with_the_workspace() {
        assert_eq!(
            check_code("fn a() { q(\"SELECT * FROM keys WHERE workspace_id = $1\") }"),
            []
        );
        assert_eq!(check_code("fn a() { q(\"SELECT * FROM users\") }"), []);
        assert_eq!(
            check_code("fn count_all_workspaces() { q(\"SELECT * FROM keys\") }"),
            []
        );
        assert_eq!(
            check_code("#[cfg(test)] mod tests { fn a() { q(\"SELECT * FROM keys\") } }"),
            []
        );
        assert_eq!(
            check_code("fn a() { q(\"SELECT * FROM keys WHERE id = $1\") }").len(),
            1
        );
        assert_eq!(
            check_code("fn a() { q(\"SELECT workspace_id, COUNT(*) FROM keys WHERE id = $1\") }").len(),
            1
        );
        assert_eq!(
            check_code("fn a() { q(\"INSERT INTO keys (workspace_id, id) VALUES ($1, $2)\") }"),
            []
        );
        assert_eq!(
            check_code("fn a() { q(\"SELECT * FROM keys_by_name WHERE id = $1\") }").len(),
            1
        );
        assert_eq!(
            check_code("fn a() { q(\"SELECT * FROM users JOIN keys ON 1 = 1\") }").len(),
            1
        );
        assert_eq!(
            check_code("fn a() { q(concat!(\"DELETE FROM \", \"keys\")) }").len(),
            1
        );
    }
}
