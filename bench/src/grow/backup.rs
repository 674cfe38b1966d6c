//! The text format of backups, as `guildhall backup` writes it: read whole, as a small one is, and written in a stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::ids::Id;

const BUFFER_BYTES: usize = 1 << 20;

/// A backup in memory.
pub struct Backup {
    header: String,
    pub tables: Vec<Table>,
}

/// A table and its rows as they stand in the file.
pub struct Table {
    pub name: String,
    line: String,
    columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

impl Backup {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Backup> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Backup::parse(&text).with_context(|| format!("in {}", path.display()))
    }

    /// From the text of a file.
    pub fn parse(text: &str) -> Result<Backup> {
        let mut lines = text.lines();
        let header = lines.next().context("the backup is empty")?.to_owned();
        let mut tables: Vec<Table> = Vec::new();
        for line in lines {
            let value: Value = serde_json::from_str(line).context("a line is no JSON")?;
            if let Value::Array(row) = value {
                tables
                    .last_mut()
                    .context("a row belongs to no table")?
                    .rows
                    .push(row);
            } else if let Some(name) = value["table"].as_str() {
                tables.push(Table {
                    name: name.to_owned(),
                    line: line.to_owned(),
                    columns: names(&value).with_context(|| format!("{name} has no columns"))?,
                    rows: Vec::new(),
                });
            }
        }
        Ok(Backup { header, tables })
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Result<&Table> {
        let found = self.tables.iter().find(|table| table.name == name);
        found.with_context(|| format!("the backup has no table {name}"))
    }
}

fn names(line: &Value) -> Option<Vec<String>> {
    let columns = line["columns"].as_array()?;
    columns
        .iter()
        .map(|column| Some(column["name"].as_str()?.to_owned()))
        .collect()
}

impl Table {
    /// Which column has this name.
    pub fn column(&self, name: &str) -> Result<usize> {
        let found = self.columns.iter().position(|column| column == name);
        found.with_context(|| format!("{} has no column {name}", self.name))
    }

    /// Which columns have these names.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N]> {
        let mut found = [0; N];
        for (place, name) in found.iter_mut().zip(names) {
            *place = self.column(name)?;
        }
        Ok(found)
    }

    /// The rows that have this id in a column.
    pub fn rows_with(&self, column: &str, id: Id) -> Result<impl Iterator<Item = &Vec<Value>>> {
        let column = self.column(column)?;
        Ok(self
            .rows
            .iter()
            .filter(move |row| Id::of_value(&row[column]) == Some(id)))
    }
}

/// A value of a row that is written.
pub enum Cell<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Id(Id),
    Bytes(&'a [u8]),
}

/// A value and the name of its column.
pub type Named<'a> = (&'a str, Cell<'a>);

impl Cell<'_> {
    fn write(&self, line: &mut Vec<u8>) -> Result<()> {
        match self {
            Cell::Null => line.extend_from_slice(b"null"),
            Cell::Int(number) => write!(line, "{number}")?,
            Cell::Text(text) => serde_json::to_writer(line, text)?,
            Cell::Id(id) => write!(line, "\"{id}\"")?,
            Cell::Bytes(bytes) => {
                line.push(b'"');
                for byte in *bytes {
                    write!(line, "{byte:02x}")?;
                }
                line.push(b'"');
            }
        }
        Ok(())
    }
}

/// Writes a backup.
pub struct Writer {
    out: BufWriter<File>,
    hash: blake3::Hasher,
    tables: BTreeMap<String, u64>,
    table: String,
    columns: Vec<String>,
    line: Vec<u8>,
}

impl Writer {
    /// Begins with the first line of another one.
    pub fn begin(path: &Path, like: &Backup) -> Result<Writer> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut writer = Writer {
            out: BufWriter::with_capacity(BUFFER_BYTES, file),
            hash: blake3::Hasher::new(),
            tables: BTreeMap::new(),
            table: String::new(),
            columns: Vec::new(),
            line: Vec::new(),
        };
        writer.put(like.header.as_bytes())?;
        Ok(writer)
    }

    /// Begins a table, without rows.
    pub fn table(&mut self, table: &Table) -> Result<()> {
        self.table.clone_from(&table.name);
        self.columns.clone_from(&table.columns);
        self.tables.insert(table.name.clone(), 0);
        self.put(table.line.as_bytes())
    }

    /// Writes a row that was read.
    pub fn copy(&mut self, row: &[Value]) -> Result<()> {
        self.counted();
        self.put(json!(row).to_string().as_bytes())
    }

    /// Writes a row of what it has, by the names of the columns; the others are null.
    pub fn row(&mut self, named: &[Named]) -> Result<()> {
        self.counted();
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let mut found = 0;
        for (index, column) in self.columns.iter().enumerate() {
            line.push(if index == 0 { b'[' } else { b',' });
            let cell = named.iter().find(|(name, _)| name == column);
            found += usize::from(cell.is_some());
            cell.map_or(&Cell::Null, |(_, cell)| cell).write(&mut line)?;
        }
        line.push(b']');
        ensure!(
            found == named.len(),
            "{} lacks a column of {:?}: teach bench/src/grow",
            self.table,
            named.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
        let written = self.put(&line);
        self.line = line;
        written
    }

    /// Writes the last line; answers how many rows there are.
    pub fn finish(mut self) -> Result<u64> {
        let rows = self.tables.values().sum();
        let tables = serde_json::to_string(&self.tables)?;
        let hash = self.hash.finalize().to_hex();
        // By hand, because the order of the fields is part of the format.
        writeln!(
            self.out,
            r#"{{"end":{{"tables":{tables},"rows":{rows},"blake3":"{hash}"}}}}"#
        )?;
        self.out.flush()?;
        Ok(rows)
    }

    fn counted(&mut self) {
        if let Some(rows) = self.tables.get_mut(&self.table) {
            *rows += 1;
        }
    }

    fn put(&mut self, line: &[u8]) -> Result<()> {
        for part in [line, b"\n"] {
            self.hash.update(part);
            self.out.write_all(part)?;
        }
        Ok(())
    }
}
