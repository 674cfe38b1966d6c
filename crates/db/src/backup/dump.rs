//! Writing a backup.

use std::{collections::BTreeMap, io::Write};

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Row, Type};
use types::Timestamp;

use super::{
    ColumnLine, Header, Kind, Result, Summary, TableLine,
    catalog::{self, Table},
    file::Writer,
};
use crate::Tx;

/// Writes everything that the transaction sees. It must see one snapshot: see [`Db::begin_snapshot`](crate::Db::begin_snapshot).
///
/// `about` is in the first line, for whoever restores.
pub async fn dump(
    tx: &mut Tx,
    made_at: Timestamp,
    about: BTreeMap<String, String>,
    out: impl Write + Send,
) -> Result<Summary> {
    let header = Header::new(made_at, about);
    let mut writer = Writer::begin(out, &header)?;
    for table in catalog::tables(tx).await? {
        writer.table(&line(&table))?;
        rows(tx, &table, &mut writer).await?;
    }
    let end = writer.finish()?;
    Ok(Summary { header, end })
}

fn line(table: &Table) -> TableLine {
    let column = |column: &catalog::Column| ColumnLine {
        name: column.name.clone(),
        kind: column.kind,
    };
    TableLine {
        table: table.name.clone(),
        columns: table.columns.iter().map(column).collect(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "made of the names of the catalog, quoted"
)]
async fn rows<W: Write>(tx: &mut Tx, table: &Table, writer: &mut Writer<W>) -> Result<()> {
    let sql = AssertSqlSafe(table.select());
    let mut line = Vec::new();
    match tx {
        Tx::Local(tx) => return Ok(tx.no_rows()?),
        Tx::Sqlite(tx, _) => {
            let mut rows = sqlx::query(sql).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                encode(&row, table, &mut line)?;
                writer.row(&line)?;
            }
        }
        Tx::Postgres(tx) => {
            let mut rows = sqlx::query(sql).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                encode(&row, table, &mut line)?;
                writer.row(&line)?;
            }
        }
    }
    Ok(())
}

/// The JSON text of a row, with the line break.
fn encode<'r, R>(row: &'r R, table: &Table, line: &mut Vec<u8>) -> Result<()>
where
    R: Row,
    usize: ColumnIndex<R>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<&'r str>: Decode<'r, R::Database> + Type<R::Database>,
    Option<&'r [u8]>: Decode<'r, R::Database> + Type<R::Database>,
{
    line.clear();
    for (index, column) in table.columns.iter().enumerate() {
        line.push(if index == 0 { b'[' } else { b',' });
        let written = match column.kind {
            Kind::Integer => serde_json::to_writer(&mut *line, &row.try_get::<Option<i64>, _>(index)?),
            Kind::Text => serde_json::to_writer(&mut *line, &row.try_get::<Option<&str>, _>(index)?),
            Kind::Bytes => {
                let bytes: Option<&[u8]> = row.try_get(index)?;
                serde_json::to_writer(&mut *line, &bytes.map(hex))
            }
        };
        written.map_err(std::io::Error::from)?;
    }
    line.extend_from_slice(b"]\n");
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
