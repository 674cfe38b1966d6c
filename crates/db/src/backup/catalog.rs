//! Tables and columns as the database itself lists them, and the statements that read and write them whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Kind, Result};
use crate::{Dialect, Tx};

/// Belong to the database and not to its content: each has its own.
const NOT_CONTENT: [&str; 4] = ["schema_migrations", "ledger_order", "runs_order", "ordered"];
/// Where SQLite has put a row; rows are read by it, and get another where they are restored.
const PLACE: &str = "place";

#[derive(Clone)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The primary key, in its order.
    key: Vec<String>,
}

#[derive(Clone)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    stored: Stored,
}

/// The type of a column where it says more than [`Kind`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stored {
    Plain,
    /// PostgreSQL's `uuid`.
    Uuid,
    /// PostgreSQL's `boolean`.
    Boolean,
}

/// All tables, each after those that it refers to, else by name.
pub async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let columns = columns(tx).await?;
    let references = references(tx).await?;
    let mut found: BTreeMap<String, Table> = BTreeMap::new();
    let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for (table, column, kind, place_in_key) in columns {
        if NOT_CONTENT.contains(&table.as_str()) {
            continue;
        }
        if place_in_key > 0 {
            let key = keys.entry(table.clone()).or_default();
            key.insert(place_in_key, column.clone());
        }
        if column == PLACE {
            continue;
        }
        let (kind, stored) = understand(&table, &column, &kind)?;
        let entry = found.entry(table.clone()).or_insert_with(|| Table {
            name: table,
            columns: Vec::new(),
            key: Vec::new(),
        });
        entry.columns.push(Column {
            name: column,
            kind,
            stored,
        });
    }
    for (table, key) in keys {
        if let Some(table) = found.get_mut(&table) {
            table.key = key.into_values().collect();
        }
    }
    in_order(found, &references)
}

fn understand(table: &str, column: &str, kind: &str) -> Result<(Kind, Stored)> {
    Ok(match kind.to_ascii_lowercase().as_str() {
        "integer" | "int8" => (Kind::Integer, Stored::Plain),
        "bool" => (Kind::Integer, Stored::Boolean),
        "text" => (Kind::Text, Stored::Plain),
        "blob" | "bytea" => (Kind::Bytes, Stored::Plain),
        "uuid" => (Kind::Bytes, Stored::Uuid),
        other => {
            return Err(Error::Tables(format!(
                "{table}.{column} is of the type {other}, which Guildhall never makes: give it a schema of its own"
            )));
        }
    })
}

/// Table, column, type, place in the primary key or 0; columns in the order of their definition.
async fn columns(tx: &mut Tx) -> Result<Vec<(String, String, String, i64)>> {
    // Partitions are read and written through the table that they are parts of.
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name, p.name, p.type, p.pk FROM sqlite_master AS m, pragma_table_info(m.name) AS p
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             ORDER BY m.name, p.cid"
        }
        Dialect::Postgres => {
            "SELECT c.relname::text, a.attname::text, t.typname::text,
                    COALESCE((SELECT k.place FROM UNNEST(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
                              WHERE k.attnum = a.attnum), 0)
             FROM pg_class AS c
             JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             JOIN pg_type AS t ON t.oid = a.atttypid
             LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
               AND NOT c.relispartition
             ORDER BY c.relname, a.attnum"
        }
    };
    Ok(crate::all!(tx, (String, String, String, i64), sql)?)
}

/// Which table refers to which.
async fn references(tx: &mut Tx) -> Result<BTreeSet<(String, String)>> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name, f.\"table\" FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
             WHERE m.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT c.relname::text, f.relname::text FROM pg_constraint AS r
             JOIN pg_class AS c ON c.oid = r.conrelid JOIN pg_class AS f ON f.oid = r.confrelid
             WHERE r.contype = 'f' AND c.relnamespace = current_schema()::regnamespace"
        }
    };
    let pairs = crate::all!(tx, (String, String), sql)?;
    Ok(pairs.into_iter().filter(|(from, to)| from != to).collect())
}

fn in_order(
    mut tables: BTreeMap<String, Table>,
    references: &BTreeSet<(String, String)>,
) -> Result<Vec<Table>> {
    let mut ordered = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let free = tables.keys().find(|name| {
            !references
                .iter()
                .any(|(from, to)| from == *name && tables.contains_key(to))
        });
        let Some(table) = free.cloned().and_then(|name| tables.remove(&name)) else {
            let names: Vec<_> = tables.into_keys().collect();
            return Err(Error::Tables(format!("{} refer to each other", names.join(", "))));
        };
        ordered.push(table);
    }
    Ok(ordered)
}

impl Table {
    /// The same with its columns sorted by a place.
    pub fn with_columns_by(&self, place: impl Fn(&Column) -> Option<usize>) -> Self {
        let mut table = self.clone();
        table.columns.sort_by_key(place);
        table
    }

    /// Reads all rows, as the three kinds of the file.
    pub fn select(&self) -> String {
        let columns = self.columns.iter().map(|column| {
            let name = quoted(&column.name);
            match column.stored {
                Stored::Plain => name,
                Stored::Uuid => format!("uuid_send({name})"),
                Stored::Boolean => format!("{name}::int::bigint"),
            }
        });
        let key: Vec<String> = self.key.iter().map(|name| quoted(name)).collect();
        let order = if key.is_empty() {
            "1".to_owned()
        } else {
            key.join(", ")
        };
        format!(
            "SELECT {} FROM {} ORDER BY {order}",
            columns.collect::<Vec<_>>().join(", "),
            quoted(&self.name)
        )
    }

    /// Counts its rows.
    pub fn count(&self) -> String {
        format!("SELECT COUNT(*) FROM {}", quoted(&self.name))
    }

    /// Empties it.
    pub fn delete(&self) -> String {
        format!("DELETE FROM {}", quoted(&self.name))
    }

    /// Writes so many rows on SQLite.
    pub fn insert_on_sqlite(&self, rows: usize) -> String {
        let places = format!("({})", vec!["?"; self.columns.len()].join(", "));
        format!(
            "INSERT INTO {} ({}) VALUES {}",
            quoted(&self.name),
            self.names(),
            vec![places; rows].join(", ")
        )
    }

    /// Writes rows on PostgreSQL, an array a column.
    pub fn insert_on_postgres(&self) -> String {
        let (mut arrays, mut values) = (Vec::new(), Vec::new());
        for (index, column) in self.columns.iter().enumerate() {
            let array = match column.kind {
                Kind::Integer => "bigint[]",
                Kind::Text => "text[]",
                Kind::Bytes => "bytea[]",
            };
            arrays.push(format!("${}::{array}", index + 1));
            let name = quoted(&column.name);
            values.push(match column.stored {
                Stored::Plain => name,
                Stored::Uuid => format!("encode({name}, 'hex')::uuid"),
                Stored::Boolean => format!("{name} <> 0"),
            });
        }
        format!(
            "INSERT INTO {} ({names}) SELECT {} FROM UNNEST({}) AS input ({names})",
            quoted(&self.name),
            values.join(", "),
            arrays.join(", "),
            names = self.names()
        )
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        names.join(", ")
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> (String, Table) {
        let table = Table {
            name: name.to_owned(),
            columns: vec![Column {
                name: "id".to_owned(),
                kind: Kind::Bytes,
                stored: Stored::Uuid,
            }],
            key: vec!["id".to_owned()],
        };
        (name.to_owned(), table)
    }

    fn order(names: &[&str], references: &[(&str, &str)]) -> Result<Vec<String>> {
        let tables = names.iter().map(|name| table(name)).collect();
        let references = references
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
            .collect();
        let ordered = in_order(tables, &references)?;
        Ok(ordered.into_iter().map(|table| table.name).collect())
    }

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let ordered = order(&["a", "b", "c", "d"], &[("a", "d"), ("d", "c")]).unwrap();
        assert_eq!(ordered, ["b", "c", "d", "a"]);
        assert!(matches!(
            order(&["a", "b"], &[("a", "b"), ("b", "a")]),
            Err(Error::Tables(_))
        ));
    }

    #[test]
    fn types_become_the_kinds_of_the_file_and_back() {
        let (_, table) = table("users");
        assert_eq!(
            table.select(),
            "SELECT uuid_send(\"id\") FROM \"users\" ORDER BY \"id\""
        );
        assert_eq!(
            table.insert_on_postgres(),
            "INSERT INTO \"users\" (\"id\") SELECT encode(\"id\", 'hex')::uuid FROM UNNEST($1::bytea[]) AS input (\"id\")"
        );
    }
}
