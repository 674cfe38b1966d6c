//! Filling a database from a backup.

use std::{io::BufRead, ops::Range};

use serde_json::Value;
use sqlx::{AssertSqlSafe, query};
use types::Timestamp;

use super::{
    Error, Header, Kind, Result, Summary, TableLine,
    catalog::{self, Table},
    file::{Line, Reader},
};
use crate::{Dialect, SCHEMA_VERSION, Tx, migrate, order};

/// Rows go to PostgreSQL in portions of at most so many, and of at most so many bytes.
const PORTION_ROWS_MAX: usize = 500;
const PORTION_BYTES_MAX: usize = 4 << 20;
/// And to SQLite by statements of so many: each statement changes threads twice.
const STATEMENT_ROWS: usize = 50;
/// SQLite's cache of pages while it is filled, in KiB: rows come in the order of the primary key, and the places in
/// other indexes lie anywhere. It takes as much as it has pages to keep.
const FILLING_CACHE: &str = "PRAGMA cache_size = -524288";

/// Fills the database with a backup, within the transaction of the caller: until that is committed nothing has
/// happened. The schema is made as the backup has it, and brought to the one of this release afterwards.
///
/// What the tables `own` hold is replaced: a server that has been started once has written them by itself. All others
/// must be empty.
pub async fn load(tx: &mut Tx, input: impl BufRead + Send, own: &[&str], now: Timestamp) -> Result<Summary> {
    let (mut reader, header) = Reader::begin(input)?;
    migrate::up_to(tx, header.schema, now).await?;
    let version = migrate::version(tx).await?;
    if version != header.schema {
        return Err(Error::Tables(format!(
            "the database has the schema {version} and the backup {}: restore it into a database without any tables",
            header.schema
        )));
    }
    let tables = catalog::tables(tx).await?;
    make_room(tx, &tables, own).await?;
    if tx.dialect() == Dialect::Sqlite {
        crate::execute!(tx, FILLING_CACHE)?;
    }
    let end = {
        let mut current: Option<Portion> = None;
        loop {
            match reader.next()? {
                Line::Row(text) => {
                    let length = text.len();
                    let values: Vec<Value> =
                        serde_json::from_slice(text).map_err(|error| Error::Altered {
                            what: format!("a row cannot be read: {error}"),
                        })?;
                    let line = reader.line_number;
                    let portion = current
                        .as_mut()
                        .ok_or_else(|| reader.altered("a row belongs to no table"))?;
                    portion.add(values, length, line)?;
                    if portion.is_full() {
                        portion.write(tx, line).await?;
                    }
                }
                Line::Table(table) => {
                    let next = Portion::new(fitting(&tables, &table)?);
                    if let Some(mut done) = current.replace(next) {
                        done.write(tx, reader.line_number).await?;
                    }
                }
                Line::End(end) => {
                    if let Some(mut done) = current.take() {
                        done.write(tx, reader.line_number).await?;
                    }
                    break end;
                }
            }
        }
    };
    let summary = Summary { header, end };
    compare_counts(tx, &tables, &summary).await?;
    finish(tx, &summary.header, now).await?;
    Ok(summary)
}

/// A restore that shares a database with anything else would mix them.
#[expect(
    clippy::disallowed_methods,
    reason = "made of the names of the catalog, quoted"
)]
async fn make_room(tx: &mut Tx, tables: &[Table], own: &[&str]) -> Result<()> {
    for table in tables {
        if own.contains(&table.name.as_str()) {
            let sql = table.delete();
            crate::execute!(tx, AssertSqlSafe(sql))?;
            continue;
        }
        let rows = count(tx, table).await?;
        if rows > 0 {
            return Err(Error::NotEmpty {
                table: table.name.clone(),
                rows,
            });
        }
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "made of the names of the catalog, quoted"
)]
async fn count(tx: &mut Tx, table: &Table) -> Result<i64> {
    let sql = table.count();
    Ok(crate::one_value!(tx, i64, AssertSqlSafe(sql))?)
}

/// The table of the schema that a table of the backup goes into, with the columns in the order of the backup.
fn fitting(tables: &[Table], line: &TableLine) -> Result<Table> {
    let Some(table) = tables.iter().find(|table| table.name == line.table) else {
        return Err(Error::Tables(format!("the schema has no table {}", line.table)));
    };
    let fits = |name: &str, kind: Kind| {
        line.columns
            .iter()
            .any(|column| column.name == name && column.kind == kind)
    };
    if line.columns.len() != table.columns.len()
        || !table.columns.iter().all(|column| fits(&column.name, column.kind))
    {
        return Err(Error::Tables(format!(
            "the columns of {} in the backup are not those of the schema",
            line.table
        )));
    }
    Ok(table.with_columns_by(|column| line.columns.iter().position(|other| other.name == column.name)))
}

/// Nothing is lost between the file and the tables, and no table is left out.
async fn compare_counts(tx: &mut Tx, tables: &[Table], summary: &Summary) -> Result<()> {
    for table in tables {
        let Some(wanted) = summary.end.tables.get(&table.name) else {
            return Err(Error::Tables(format!("the backup has no table {}", table.name)));
        };
        let found = count(tx, table).await?;
        if u64::try_from(found) != Ok(*wanted) {
            return Err(Error::Tables(format!(
                "{} has {found} rows after the restore and {wanted} in the backup",
                table.name
            )));
        }
    }
    Ok(())
}

/// What has to follow before anybody works with it.
async fn finish(tx: &mut Tx, header: &Header, now: Timestamp) -> Result<()> {
    if header.schema < SCHEMA_VERSION {
        migrate::up_to(tx, SCHEMA_VERSION, now).await?;
    }
    order::note_everything(tx).await?;
    if tx.dialect() == Dialect::Postgres {
        // Else the first statements over the new rows are planned as if there were none.
        crate::execute!(tx, "ANALYZE")?;
    }
    Ok(())
}

/// Rows of a table that were read and not yet written.
struct Portion {
    table: Table,
    columns: Vec<Values>,
    rows: usize,
    bytes: usize,
}

/// The values of one column.
enum Values {
    Integer(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Portion {
    fn new(table: Table) -> Self {
        let mut portion = Self {
            table,
            columns: Vec::new(),
            rows: 0,
            bytes: 0,
        };
        portion.clear();
        portion
    }

    fn clear(&mut self) {
        let empty = |column: &catalog::Column| match column.kind {
            Kind::Integer => Values::Integer(Vec::new()),
            Kind::Text => Values::Text(Vec::new()),
            Kind::Bytes => Values::Bytes(Vec::new()),
        };
        self.columns = self.table.columns.iter().map(empty).collect();
        (self.rows, self.bytes) = (0, 0);
    }

    const fn is_full(&self) -> bool {
        self.rows >= PORTION_ROWS_MAX || self.bytes >= PORTION_BYTES_MAX
    }

    fn add(&mut self, row: Vec<Value>, bytes: usize, line: u64) -> Result<()> {
        let malformed = |what: &str| Error::Altered {
            what: format!("line {line}: {what}"),
        };
        if row.len() != self.columns.len() {
            return Err(malformed(
                "the row has another number of values than the table has columns",
            ));
        }
        for (value, column) in row.into_iter().zip(&mut self.columns) {
            match (column, value) {
                (Values::Integer(values), Value::Null) => values.push(None),
                (Values::Text(values), Value::Null) => values.push(None),
                (Values::Bytes(values), Value::Null) => values.push(None),
                (Values::Integer(values), Value::Number(number)) => {
                    values.push(Some(
                        number
                            .as_i64()
                            .ok_or_else(|| malformed("a number is no integer"))?,
                    ));
                }
                (Values::Text(values), Value::String(text)) => values.push(Some(text)),
                (Values::Bytes(values), Value::String(text)) => {
                    values.push(Some(
                        unhex(&text).ok_or_else(|| malformed("bytes are not hexadecimal"))?,
                    ));
                }
                _ => return Err(malformed("a value is of another kind than its column")),
            }
        }
        self.rows += 1;
        self.bytes += bytes;
        Ok(())
    }

    /// Writes the rows and forgets them.
    async fn write(&mut self, tx: &mut Tx, line: u64) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let refused = |source| Error::Refused {
            table: self.table.name.clone(),
            line,
            source,
        };
        match tx {
            Tx::Local(tx) => return Ok(tx.no_rows()?),
            Tx::Sqlite(tx, _) => self.write_on_sqlite(tx).await,
            Tx::Postgres(tx) => self.write_on_postgres(tx).await,
        }
        .map_err(|error| refused(error.into()))?;
        self.clear();
        Ok(())
    }

    async fn write_on_sqlite(&self, tx: &mut sqlx::SqliteConnection) -> Result<(), sqlx::Error> {
        // What is left over goes row by row, so that there are two texts to prepare and not one for each number.
        let whole = self.rows - self.rows % STATEMENT_ROWS;
        let many = self.table.insert_on_sqlite(STATEMENT_ROWS);
        for start in (0..whole).step_by(STATEMENT_ROWS) {
            self.insert_on_sqlite(tx, &many, start..start + STATEMENT_ROWS)
                .await?;
        }
        let one = self.table.insert_on_sqlite(1);
        for row in whole..self.rows {
            self.insert_on_sqlite(tx, &one, row..row + 1).await?;
        }
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "made of the names of the catalog, quoted"
    )]
    async fn insert_on_sqlite(
        &self,
        tx: &mut sqlx::SqliteConnection,
        sql: &str,
        rows: Range<usize>,
    ) -> Result<(), sqlx::Error> {
        let mut statement = query(AssertSqlSafe(sql));
        for row in rows {
            for values in &self.columns {
                statement = match values {
                    Values::Integer(values) => statement.bind(values[row]),
                    Values::Text(values) => statement.bind(values[row].as_deref()),
                    Values::Bytes(values) => statement.bind(values[row].as_deref()),
                };
            }
        }
        statement.execute(tx).await.map(|_| ())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "made of the names of the catalog, quoted"
    )]
    async fn write_on_postgres(&self, tx: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
        let mut statement = query(AssertSqlSafe(self.table.insert_on_postgres()));
        for values in &self.columns {
            statement = match values {
                Values::Integer(values) => statement.bind(values),
                Values::Text(values) => statement.bind(values),
                Values::Bytes(values) => statement.bind(values),
            };
        }
        statement.execute(tx).await.map(|_| ())
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_as_bytes_or_not_at_all() {
        assert_eq!(unhex("00ff7A"), Some(vec![0, 255, 122]));
        assert_eq!(unhex(""), Some(Vec::new()));
        for wrong in ["0", "0g", "é", "+1"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
