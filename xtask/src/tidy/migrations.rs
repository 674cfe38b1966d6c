//! Migrations exist for both databases under the same names; SQLite tables are strict and keep their rowid.

use super::Finding;
use super::sql::{self, POSTGRES, SQLITE};
use super::tree::{File, Tree};

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = missing(tree, SQLITE, POSTGRES);
    findings.extend(missing(tree, POSTGRES, SQLITE));
    findings.extend(
        tree.ending(".sql")
            .filter(|file| file.path.starts_with(SQLITE))
            .flat_map(check_tables),
    );
    findings
}

fn missing(tree: &Tree, there: &str, here: &str) -> Vec<Finding> {
    tree.ending(".sql")
        .filter_map(|file| Some((file, file.path.strip_prefix(there)?)))
        .filter(|(_, name)| tree.get(&format!("{here}{name}")).is_none())
        .map(|(file, name)| {
            let what = "the migration exists for one database only";
            Finding::new(
                &file.path,
                0,
                what,
                format!("write {here}{name} with the same result"),
            )
        })
        .collect()
}

fn check_tables(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in sql::tables(&file.text) {
        let name = &table.name;
        if !table.options.contains("STRICT") {
            findings.push(Finding::new(
                &file.path,
                table.line,
                format!("the table {name} is not strict"),
                "end it with `) STRICT;`",
            ));
        }
        if table.options.contains("WITHOUT ROWID") && !name.ends_with("_order") {
            let right = "leave it a rowid table, so that appends from many workspaces land on the same pages; `…_order`, filled for many at once, need none";
            findings.push(Finding::new(
                &file.path,
                table.line,
                format!("the table {name} has no rowid"),
                right,
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_every_migration() {
        let one = Tree::of(&[("crates/db/migrations/sqlite/0001_a.sql", "")]);
        assert_eq!(check(&one).len(), 1);
        let both = Tree::of(&[
            ("crates/db/migrations/sqlite/0001_a.sql", ""),
            ("crates/db/migrations/postgres/0001_a.sql", ""),
        ]);
        assert_eq!(check(&both), []);
    }

    #[test]
    fn sqlite_tables_are_strict_and_keep_their_rowid() {
        let file = |text: &str| File {
            path: "crates/db/migrations/sqlite/1.sql".into(),
            text: text.into(),
        };
        assert_eq!(check_tables(&file("CREATE TABLE a (b INTEGER) STRICT;")), []);
        assert_eq!(check_tables(&file("CREATE TABLE a (b INTEGER);")).len(), 1);
        assert_eq!(
            check_tables(&file("CREATE TABLE a (b INTEGER) STRICT, WITHOUT ROWID;")).len(),
            1
        );
        assert_eq!(
            check_tables(&file(
                "CREATE TABLE a_order (b INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID;"
            )),
            []
        );
    }
}
