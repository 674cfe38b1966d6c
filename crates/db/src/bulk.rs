//! Many rows in one statement, on either database.

use std::{fmt::Write, sync::LazyLock};

use uuid::Uuid;

use crate::{Dialect, Result, Tx, on};

/// A column of the rows that are passed to a statement.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// A 16-byte id.
    Id(&'static str),
    /// A 64-bit integer.
    Int(&'static str),
    /// A text.
    Text(&'static str),
    /// A truth value.
    Bool(&'static str),
    /// A hash or other bytes.
    Bytes(&'static str),
}

/// A statement over rows that are passed as one JSON text. The template names them as the table `{rows}`,
/// and may take further parameters from `$2` on.
pub struct Bulk {
    sqlite: LazyLock<String, Box<dyn FnOnce() -> String + Send>>,
    postgres: LazyLock<String, Box<dyn FnOnce() -> String + Send>>,
}

/// Rows for a [`Bulk`], written column by column in the order of its columns.
#[derive(Debug, Default)]
pub struct Rows {
    json: String,
    count: usize,
}

impl Bulk {
    /// Prepares `template`, in which `{rows}` stands for the table of rows.
    pub fn new(template: &'static str, columns: &'static [Column]) -> Self {
        Self::forked(template, template, columns)
    }

    /// The same where the two databases need different texts. `tidy` counts these.
    pub fn forked(sqlite: &'static str, postgres: &'static str, columns: &'static [Column]) -> Self {
        assert!(
            sqlite.contains("{rows}") && postgres.contains("{rows}"),
            "a bulk statement reads from {{rows}}"
        );
        let text = move |dialect, template: &str| template.replace("{rows}", &rows_table(dialect, columns));
        Self {
            sqlite: LazyLock::new(Box::new(move || text(Dialect::Sqlite, sqlite))),
            postgres: LazyLock::new(Box::new(move || text(Dialect::Postgres, postgres))),
        }
    }

    /// The text for one database; `$1` is the rows. For statements that return rows or take more parameters.
    #[expect(clippy::disallowed_methods, reason = "made of literals alone, see Bulk::new")]
    pub fn sql(&'static self, dialect: Dialect) -> sqlx::AssertSqlSafe<&'static str> {
        sqlx::AssertSqlSafe(match dialect {
            Dialect::Sqlite => self.sqlite.as_str(),
            Dialect::Postgres => self.postgres.as_str(),
        })
    }

    /// Runs it over the rows; nothing is sent when there are none. Answers how many rows it changed.
    pub async fn execute(&'static self, tx: &mut Tx, rows: &Rows) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let sql = self.sql(tx.dialect());
        on!(tx, |c| sqlx::query(sql)
            .bind(rows.json())
            .execute(c)
            .await
            .map(|done| done.rows_affected()))
    }
}

fn rows_table(dialect: Dialect, columns: &[Column]) -> String {
    let list = columns
        .iter()
        .enumerate()
        .map(|(index, column)| match (dialect, column) {
            (Dialect::Sqlite, Column::Id(name) | Column::Bytes(name)) => {
                format!("unhex(value ->> {index}) AS {name}")
            }
            (Dialect::Sqlite, Column::Int(name) | Column::Text(name) | Column::Bool(name)) => {
                format!("value ->> {index} AS {name}")
            }
            (Dialect::Postgres, Column::Id(name)) => format!("(value ->> {index})::uuid AS {name}"),
            (Dialect::Postgres, Column::Int(name)) => format!("(value ->> {index})::bigint AS {name}"),
            (Dialect::Postgres, Column::Text(name)) => format!("value ->> {index} AS {name}"),
            (Dialect::Postgres, Column::Bool(name)) => format!("(value ->> {index})::boolean AS {name}"),
            (Dialect::Postgres, Column::Bytes(name)) => format!("decode(value ->> {index}, 'hex') AS {name}"),
        });
    let list = list.collect::<Vec<_>>().join(", ");
    match dialect {
        Dialect::Sqlite => format!("(SELECT {list} FROM json_each($1)) AS input"),
        Dialect::Postgres => format!("(SELECT {list} FROM json_array_elements($1::json)) AS input"),
    }
}

impl Rows {
    /// No rows yet, with room for `bytes` of text.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            json: String::with_capacity(bytes),
            count: 0,
        }
    }

    /// Are there none?
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Begins the next row.
    pub fn row(&mut self) -> &mut Self {
        self.json.push_str(if self.count == 0 { "[[" } else { "],[" });
        self.count += 1;
        self
    }

    fn comma(&mut self) {
        if !self.json.ends_with('[') {
            self.json.push(',');
        }
    }

    fn null(&mut self) -> &mut Self {
        self.comma();
        self.json.push_str("null");
        self
    }

    /// An id, or null.
    pub fn id(&mut self, id: impl Into<Option<Uuid>>) -> &mut Self {
        let Some(id) = id.into() else { return self.null() };
        self.comma();
        let mut buffer = [0; 32];
        self.json.push('"');
        self.json.push_str(id.simple().encode_lower(&mut buffer));
        self.json.push('"');
        self
    }

    /// An integer, or null.
    pub fn int(&mut self, value: impl Into<Option<i64>>) -> &mut Self {
        let Some(value) = value.into() else {
            return self.null();
        };
        self.comma();
        // Writing to a String cannot fail.
        let _ = write!(self.json, "{value}");
        self
    }

    /// A truth value, or null.
    pub fn bool(&mut self, value: impl Into<Option<bool>>) -> &mut Self {
        let Some(value) = value.into() else {
            return self.null();
        };
        self.comma();
        self.json.push_str(if value { "true" } else { "false" });
        self
    }

    /// A text, or null.
    pub fn text<'a>(&mut self, value: impl Into<Option<&'a str>>) -> &mut Self {
        let Some(value) = value.into() else {
            return self.null();
        };
        self.comma();
        match serde_json::to_string(value) {
            Ok(quoted) => self.json.push_str(&quoted),
            Err(_) => self.json.push_str("null"),
        }
        self
    }

    /// Bytes, or null.
    pub fn bytes<'a>(&mut self, value: impl Into<Option<&'a [u8]>>) -> &mut Self {
        let Some(value) = value.into() else {
            return self.null();
        };
        self.comma();
        self.json.push('"');
        for byte in value {
            let _ = write!(self.json, "{byte:02x}");
        }
        self.json.push('"');
        self
    }

    /// The rows as the JSON text that `$1` takes.
    pub fn json(&self) -> String {
        if self.count == 0 {
            return "[]".to_owned();
        }
        let mut json = String::with_capacity(self.json.len() + 2);
        json.push_str(&self.json);
        json.push_str("]]");
        json
    }
}

/// Reads the rows of a [`Bulk`] statement: `bulk_fetch!(tx, Row, BULK, rows, bound, …)`.
#[macro_export]
macro_rules! bulk_fetch {
    ($tx:expr, $row:ty, $bulk:expr, $rows:expr $(, $bound:expr)* $(,)?) => {{
        let (sql, json) = ($bulk.sql($tx.dialect()), $rows.json());
        $crate::on!(&mut *$tx, |c| sqlx::query_as::<_, $row>(sql).bind(&json)$(.bind($bound))*.fetch_all(c).await)
    }};
}

impl std::fmt::Debug for Bulk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bulk")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_one_json_text() {
        let mut rows = Rows::default();
        assert_eq!(rows.json(), "[]");
        rows.row()
            .id(Uuid::nil())
            .int(-5)
            .text("a \"quoted\" line\n")
            .bool(true);
        rows.row().id(None).int(None).text(None).bool(None);
        let zeros = "0".repeat(32);
        assert_eq!(
            rows.json(),
            format!("[[\"{zeros}\",-5,\"a \\\"quoted\\\" line\\n\",true],[null,null,null,null]]")
        );
    }
}
