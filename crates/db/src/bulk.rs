//! Many rows in one statement, on either database.
//!
//! PostgreSQL takes the rows as one array a column (`UNNEST`), SQLite as a list of `VALUES` of a few fixed sizes, so
//! that every statement is prepared once; the last rows of a list may be empty, known by their first column. One JSON text, unpacked by either database, was tried first: most
//! of the writer's time on SQLite then went into parsing each value of each row out of its row again.

use std::sync::OnceLock;

use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};
use uuid::Uuid;

use crate::{Error, LocalRow, LocalTx, Result, Tx};

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

/// How many rows a statement takes on SQLite: the next larger of these. The largest stays below SQLite's limit of
/// 32,766 parameters for 63 columns.
const SIZES: [usize; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const ROWS_MAX: usize = SIZES[SIZES.len() - 1];

/// A statement over rows. The template names them as the table `{rows}`, which is called `input`, and further integers
/// as `{1}`, `{2}`; one that inserts them as they are names the columns in
/// their order and says `{values}`. The first column is never null.
///
/// A batch on SQLite runs it once for each row, so a template does to many rows what it does to each.
#[derive(Debug)]
pub struct Bulk {
    sqlite: &'static str,
    postgres: &'static str,
    columns: &'static [Column],
    postgres_text: OnceLock<String>,
    sqlite_texts: [OnceLock<String>; SIZES.len()],
    local_text: OnceLock<String>,
}

/// Rows for a [`Bulk`], written column by column in the order of its columns.
#[derive(Debug, Default)]
pub struct Rows {
    columns: Vec<Values>,
    count: usize,
    /// The column that is written next.
    next: usize,
}

/// The values of one column.
#[derive(Debug)]
enum Values {
    Id(Vec<Option<Uuid>>),
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bool(Vec<Option<bool>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Bulk {
    /// Prepares `template`.
    pub const fn new(template: &'static str, columns: &'static [Column]) -> Self {
        Self::forked(template, template, columns)
    }

    /// The same where the two databases need different texts. `tidy` counts these.
    pub const fn forked(sqlite: &'static str, postgres: &'static str, columns: &'static [Column]) -> Self {
        Self {
            sqlite,
            postgres,
            columns,
            postgres_text: OnceLock::new(),
            sqlite_texts: [const { OnceLock::new() }; SIZES.len()],
            local_text: OnceLock::new(),
        }
    }

    /// Runs it over the rows; nothing is sent when there are none. Answers how many rows it changed.
    pub async fn execute(&'static self, tx: &mut Tx, rows: &Rows) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        match tx {
            Tx::Postgres(tx) => {
                let (sql, arguments) = (self.on_postgres(), self.postgres_arguments(rows, &[])?);
                Ok(sqlx::query_with(sql, arguments)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected())
            }
            Tx::Local(tx) => self.execute_locally(tx, rows),
            Tx::Sqlite(tx, _) => {
                let mut changed = 0;
                for from in (0..rows.count).step_by(ROWS_MAX) {
                    let (sql, arguments) = self.on_sqlite(rows, from, &[])?;
                    changed += sqlx::query_with(sql, arguments)
                        .execute(&mut **tx)
                        .await?
                        .rows_affected();
                }
                Ok(changed)
            }
        }
    }

    /// Reads what it answers for the rows, in no particular order, with the values of `{1}`, `{2}` and so on.
    pub async fn fetch<R>(&'static self, tx: &mut Tx, rows: &Rows, further: &[i64]) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + LocalRow + Send + Unpin,
    {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        match tx {
            Tx::Postgres(tx) => {
                let (sql, arguments) = (self.on_postgres(), self.postgres_arguments(rows, further)?);
                Ok(sqlx::query_as_with(sql, arguments).fetch_all(&mut **tx).await?)
            }
            Tx::Local(tx) => self.fetch_locally(tx, rows, further),
            Tx::Sqlite(tx, _) => {
                let mut found = Vec::new();
                for from in (0..rows.count).step_by(ROWS_MAX) {
                    let (sql, arguments) = self.on_sqlite(rows, from, further)?;
                    found.extend(sqlx::query_as_with(sql, arguments).fetch_all(&mut **tx).await?);
                }
                Ok(found)
            }
        }
    }

    fn execute_locally(&'static self, tx: &LocalTx, rows: &Rows) -> Result<u64> {
        let mut statement = self.on_local(tx, rows)?;
        let mut changed = 0;
        for row in 0..rows.count {
            rows.bind(&mut statement, row)?;
            changed += statement.raw_execute()? as u64;
        }
        Ok(changed)
    }

    fn fetch_locally<R: LocalRow>(
        &'static self,
        tx: &LocalTx,
        rows: &Rows,
        further: &[i64],
    ) -> Result<Vec<R>> {
        let mut statement = self.on_local(tx, rows)?;
        let mut found = Vec::with_capacity(rows.count);
        for (index, value) in further.iter().enumerate() {
            statement.raw_bind_parameter(self.columns.len() + index + 1, value)?;
        }
        for row in 0..rows.count {
            rows.bind(&mut statement, row)?;
            let mut answered = statement.raw_query();
            while let Some(answer) = answered.next()? {
                found.push(R::read(answer)?);
            }
        }
        Ok(found)
    }

    fn on_local<'t>(&'static self, tx: &'t LocalTx, rows: &Rows) -> Result<rusqlite::CachedStatement<'t>> {
        rows.check(self.columns);
        tx.statement(
            self.local_text
                .get_or_init(|| local_text(self.sqlite, self.columns)),
        )
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "made of literals alone, see the constructors"
    )]
    fn on_postgres(&'static self) -> AssertSqlSafe<&'static str> {
        AssertSqlSafe(
            self.postgres_text
                .get_or_init(|| postgres_text(self.postgres, self.columns)),
        )
    }

    /// The statement and its arguments for as many of the rows, from one on, as fit.
    #[expect(
        clippy::disallowed_methods,
        reason = "made of literals alone, see the constructors"
    )]
    fn on_sqlite(
        &'static self,
        rows: &Rows,
        from: usize,
        further: &[i64],
    ) -> Result<(AssertSqlSafe<&'static str>, SqliteArguments)> {
        let count = (rows.count - from).min(ROWS_MAX);
        let size = SIZES
            .iter()
            .position(|size| *size >= count)
            .expect("the largest size holds the rest");
        let text =
            self.sqlite_texts[size].get_or_init(|| sqlite_text(self.sqlite, self.columns, SIZES[size]));
        Ok((
            AssertSqlSafe(text),
            self.sqlite_arguments(rows, from..from + count, SIZES[size] - count, further)?,
        ))
    }

    fn postgres_arguments(&self, rows: &Rows, further: &[i64]) -> Result<PgArguments> {
        rows.check(self.columns);
        let mut arguments = PgArguments::default();
        for values in &rows.columns {
            match values {
                Values::Id(values) => add(&mut arguments, values)?,
                Values::Int(values) => add(&mut arguments, values)?,
                Values::Text(values) => add(&mut arguments, values)?,
                Values::Bool(values) => add(&mut arguments, values)?,
                Values::Bytes(values) => add(&mut arguments, values)?,
            }
        }
        further.iter().try_for_each(|value| add(&mut arguments, *value))?;
        Ok(arguments)
    }

    fn sqlite_arguments(
        &self,
        rows: &Rows,
        range: std::ops::Range<usize>,
        empty: usize,
        further: &[i64],
    ) -> Result<SqliteArguments> {
        rows.check(self.columns);
        let mut arguments = SqliteArguments::default();
        arguments.reserve((range.len() + empty) * self.columns.len() + further.len(), 0);
        for row in range {
            for values in &rows.columns {
                match values {
                    Values::Id(values) => add(&mut arguments, values[row])?,
                    Values::Int(values) => add(&mut arguments, values[row])?,
                    Values::Text(values) => add(&mut arguments, values[row].as_deref())?,
                    Values::Bool(values) => add(&mut arguments, values[row])?,
                    Values::Bytes(values) => add(&mut arguments, values[row].as_deref())?,
                }
            }
        }
        (0..empty * self.columns.len()).try_for_each(|_| add(&mut arguments, None::<i64>))?;
        further.iter().try_for_each(|value| add(&mut arguments, *value))?;
        Ok(arguments)
    }
}

fn add<'t, A, T>(arguments: &mut A, value: T) -> Result<()>
where
    A: Arguments,
    T: Encode<'t, A::Database> + Type<A::Database>,
{
    arguments
        .add(value)
        .map_err(|error| Error::Other(sqlx::Error::Encode(error)))
}

fn postgres_text(template: &str, columns: &[Column]) -> String {
    let arrays = columns.iter().enumerate().map(|(index, column)| {
        let array = match column {
            Column::Id(_) => "uuid[]",
            Column::Int(_) => "bigint[]",
            Column::Text(_) => "text[]",
            Column::Bool(_) => "boolean[]",
            Column::Bytes(_) => "bytea[]",
        };
        format!("${}::{array}", index + 1)
    });
    let arrays = arrays.collect::<Vec<_>>().join(", ");
    let rows = format!("UNNEST({arrays}) AS input ({})", names(columns));
    let text = with_values(template, columns, || selected(columns)).replace("{rows}", &rows);
    further_parameters(text, columns.len(), '$')
}

fn sqlite_text(template: &str, columns: &[Column], rows: usize) -> String {
    let aliases = columns.iter().enumerate();
    let aliases = aliases.map(|(index, column)| format!("column{} AS {}", index + 1, column.name()));
    let aliases = aliases.collect::<Vec<_>>().join(", ");
    let row = format!("({})", vec!["?"; columns.len()].join(","));
    let values = vec![row; rows].join(",");
    let text = with_values(template, columns, || selected(columns)).replace(
        "{rows}",
        &format!("(SELECT {aliases} FROM (VALUES {values}) WHERE column1 IS NOT NULL) AS input"),
    );
    further_parameters(text, rows * columns.len(), '?')
}

/// For one row. Where every value is named as one of `input`, or inserted, the parameters stand in their places; a
/// table of one row would make SQLite keep a copy of each page that it changes, in case the statement fails half way.
fn local_text(template: &str, columns: &[Column]) -> String {
    let parameters = || (1..=columns.len()).map(|number| format!("?{number}"));
    let mut text = with_values(template, columns, || {
        format!("VALUES ({})", parameters().collect::<Vec<_>>().join(", "))
    });
    let without = text
        .replace("FROM {rows} CROSS JOIN", "FROM")
        .replace(" FROM {rows}\n", "\n");
    if without.contains("{rows}") {
        let row = columns.iter().zip(parameters());
        let row = row.map(|(column, parameter)| format!("{parameter} AS {}", column.name()));
        let row = row.collect::<Vec<_>>().join(", ");
        text = text.replace("{rows}", &format!("(SELECT {row}) AS input"));
    } else {
        text = without;
        // The longest names first, because one may begin another.
        let mut named: Vec<_> = columns.iter().zip(parameters()).collect();
        named.sort_by_key(|(column, _)| std::cmp::Reverse(column.name().len()));
        for (column, parameter) in named {
            text = text.replace(&format!("input.{}", column.name()), &parameter);
        }
    }
    further_parameters(text, columns.len(), '?')
}

/// Puts for `{values}` where they come from. The statement names the columns itself, so that it can be read and found.
fn with_values(template: &str, columns: &[Column], values: impl FnOnce() -> String) -> String {
    let Some((before, _)) = template.split_once("{values}") else {
        return template.to_owned();
    };
    let before = before.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        before.ends_with(&format!("({})", names(columns))),
        "the columns are those of the rows: {before}"
    );
    template.replace("{values}", &values())
}

fn names(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(Column::name).collect();
    names.join(", ")
}

/// For `{values}` where the rows are a table. `WHERE` tells `ON CONFLICT` from the condition of a join.
fn selected(columns: &[Column]) -> String {
    format!("SELECT {} FROM {{rows}} WHERE TRUE", names(columns))
}

/// Numbers `{1}`, `{2}` after the parameters of the rows.
fn further_parameters(mut text: String, after: usize, sign: char) -> String {
    for number in 1..=9 {
        text = text.replace(&format!("{{{number}}}"), &format!("{sign}{}", after + number));
    }
    text
}

impl Column {
    const fn name(&self) -> &'static str {
        let (Self::Id(name) | Self::Int(name) | Self::Text(name) | Self::Bool(name) | Self::Bytes(name)) =
            self;
        name
    }
}

impl Rows {
    fn bind(&self, statement: &mut rusqlite::Statement<'_>, row: usize) -> Result<()> {
        for (column, values) in (1..).zip(&self.columns) {
            match values {
                Values::Id(values) => statement.raw_bind_parameter(column, values[row])?,
                Values::Int(values) => statement.raw_bind_parameter(column, values[row])?,
                Values::Text(values) => statement.raw_bind_parameter(column, values[row].as_deref())?,
                Values::Bool(values) => statement.raw_bind_parameter(column, values[row])?,
                Values::Bytes(values) => statement.raw_bind_parameter(column, values[row].as_deref())?,
            }
        }
        Ok(())
    }

    /// Are there none?
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Begins the next row.
    pub fn row(&mut self) -> &mut Self {
        debug_assert!(
            self.next == self.columns.len(),
            "the row before has all its columns"
        );
        self.count += 1;
        self.next = 0;
        self
    }

    /// An id, or null.
    pub fn id(&mut self, id: impl Into<Option<Uuid>>) -> &mut Self {
        match self.column(|| Values::Id(Vec::new())) {
            Values::Id(values) => values.push(id.into()),
            other => other.is_not("an id"),
        }
        self
    }

    /// An integer, or null.
    pub fn int(&mut self, value: impl Into<Option<i64>>) -> &mut Self {
        match self.column(|| Values::Int(Vec::new())) {
            Values::Int(values) => values.push(value.into()),
            other => other.is_not("an integer"),
        }
        self
    }

    /// A truth value, or null.
    pub fn bool(&mut self, value: impl Into<Option<bool>>) -> &mut Self {
        match self.column(|| Values::Bool(Vec::new())) {
            Values::Bool(values) => values.push(value.into()),
            other => other.is_not("a truth value"),
        }
        self
    }

    /// A text, or null.
    pub fn text<'a>(&mut self, value: impl Into<Option<&'a str>>) -> &mut Self {
        match self.column(|| Values::Text(Vec::new())) {
            Values::Text(values) => values.push(value.into().map(str::to_owned)),
            other => other.is_not("a text"),
        }
        self
    }

    /// Bytes, or null.
    pub fn bytes<'a>(&mut self, value: impl Into<Option<&'a [u8]>>) -> &mut Self {
        match self.column(|| Values::Bytes(Vec::new())) {
            Values::Bytes(values) => values.push(value.into().map(<[u8]>::to_vec)),
            other => other.is_not("bytes"),
        }
        self
    }

    fn column(&mut self, make: impl FnOnce() -> Values) -> &mut Values {
        if self.next == self.columns.len() {
            debug_assert!(self.count == 1, "every row has the same columns");
            self.columns.push(make());
        }
        self.next += 1;
        &mut self.columns[self.next - 1]
    }

    /// The rows must be the ones that the statement was made for: anything else is a bug next to it.
    fn check(&self, columns: &[Column]) {
        assert_eq!(
            self.columns.len(),
            columns.len(),
            "the rows have the columns of the statement"
        );
        for (values, column) in self.columns.iter().zip(columns) {
            let (fits, length) = match (values, column) {
                (Values::Id(values), Column::Id(_)) => (true, values.len()),
                (Values::Int(values), Column::Int(_)) => (true, values.len()),
                (Values::Text(values), Column::Text(_)) => (true, values.len()),
                (Values::Bool(values), Column::Bool(_)) => (true, values.len()),
                (Values::Bytes(values), Column::Bytes(_)) => (true, values.len()),
                _ => (false, 0),
            };
            assert!(
                fits && length == self.count,
                "{column:?} is filled in every row, with its type"
            );
        }
    }
}

impl Values {
    fn is_not(&self, what: &str) {
        unreachable!("{what} was written into a column of another type: {self:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[Column::Id("a"), Column::Text("b")];

    #[test]
    fn each_database_gets_its_own_table_of_rows() {
        let template = "SELECT a FROM {rows} WHERE b > {1}";
        assert_eq!(
            postgres_text(template, COLUMNS),
            "SELECT a FROM UNNEST($1::uuid[], $2::text[]) AS input (a, b) WHERE b > $3"
        );
        assert_eq!(
            sqlite_text(template, COLUMNS, 2),
            "SELECT a FROM (SELECT column1 AS a, column2 AS b FROM (VALUES (?,?),(?,?)) WHERE column1 IS NOT NULL) \
             AS input WHERE b > ?5"
        );
    }

    #[test]
    fn a_statement_for_one_row_has_its_parameters_in_place() {
        let local = |template| local_text(template, COLUMNS);
        assert_eq!(
            local("INSERT INTO t (a, b) {values} ON CONFLICT (a) DO NOTHING"),
            "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO NOTHING"
        );
        assert_eq!(
            local("UPDATE t SET b = input.b FROM {rows}\nWHERE t.a = input.a"),
            "UPDATE t SET b = ?2\nWHERE t.a = ?1"
        );
        assert_eq!(
            local("SELECT t.b FROM {rows} CROSS JOIN t WHERE t.a = input.a AND t.b > {1}"),
            "SELECT t.b FROM t WHERE t.a = ?1 AND t.b > ?3"
        );
        assert_eq!(
            local("DELETE FROM t WHERE a IN (SELECT a FROM {rows})"),
            "DELETE FROM t WHERE a IN (SELECT a FROM (SELECT ?1 AS a, ?2 AS b) AS input)"
        );
    }

    #[test]
    fn rows_of_another_statement_are_a_bug() {
        let caught = std::panic::catch_unwind(|| {
            let mut rows = Rows::default();
            rows.row().id(None);
            rows.check(COLUMNS);
        });
        let message = caught.unwrap_err().downcast::<String>().unwrap();
        assert!(
            message.contains("the rows have the columns of the statement"),
            "{message}"
        );
    }
}
