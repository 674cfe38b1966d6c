//! The lines of a backup: written and read one at a time, hashed on the way.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read, Write},
};

use serde::Serialize;

use super::{
    End, EndLine, Error, FORMAT, FORMAT_VERSION, Header, LINE_BYTES_MAX, Result, Summary, TableLine,
};

/// Writes lines and counts rows.
pub struct Writer<W> {
    out: W,
    hash: blake3::Hasher,
    tables: BTreeMap<String, u64>,
    /// The one that is being written, and its rows so far.
    table: Option<(String, u64)>,
}

impl<W: Write> Writer<W> {
    pub fn begin(out: W, header: &Header) -> Result<Self> {
        let mut writer = Self {
            out,
            hash: blake3::Hasher::new(),
            tables: BTreeMap::new(),
            table: None,
        };
        writer.value(header)?;
        Ok(writer)
    }

    /// Begins a table.
    pub fn table(&mut self, table: &TableLine) -> Result<()> {
        self.value(table)?;
        if let Some((name, rows)) = self.table.replace((table.table.clone(), 0)) {
            self.tables.insert(name, rows);
        }
        Ok(())
    }

    /// A row of the table, as its JSON text with the line break.
    pub fn row(&mut self, text: &[u8]) -> Result<()> {
        if let Some((_, rows)) = &mut self.table {
            *rows += 1;
        }
        self.line(text)
    }

    /// Writes the last line.
    pub fn finish(mut self) -> Result<End> {
        self.tables.extend(self.table.take());
        let end = End {
            rows: self.tables.values().sum(),
            tables: std::mem::take(&mut self.tables),
            blake3: self.hash.finalize().to_hex().to_string(),
        };
        let line = text(&EndLine { end: end.clone() })?;
        self.out.write_all(&line)?;
        self.out.flush()?;
        Ok(end)
    }

    fn value(&mut self, value: &impl Serialize) -> Result<()> {
        self.line(&text(value)?)
    }

    fn line(&mut self, line: &[u8]) -> Result<()> {
        self.hash.update(line);
        Ok(self.out.write_all(line)?)
    }
}

fn text(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value).map_err(std::io::Error::from)?;
    line.push(b'\n');
    Ok(line)
}

/// A line that was read.
pub enum Line<'l> {
    Table(TableLine),
    /// The JSON text of a row of the last table.
    Row(&'l [u8]),
    /// Everything before it was whole.
    End(End),
}

/// Reads lines, and refuses an end that does not fit what was read.
pub struct Reader<R> {
    input: R,
    line: Vec<u8>,
    pub line_number: u64,
    hash: blake3::Hasher,
    tables: BTreeMap<String, u64>,
    table: Option<String>,
}

impl<R: BufRead> Reader<R> {
    /// Reads the first line.
    pub fn begin(input: R) -> Result<(Self, Header)> {
        let mut reader = Self {
            input,
            line: Vec::new(),
            line_number: 0,
            hash: blake3::Hasher::new(),
            tables: BTreeMap::new(),
            table: None,
        };
        let header = reader.header()?;
        Ok((reader, header))
    }

    fn header(&mut self) -> Result<Header> {
        // The version is looked at first: a newer format may have other fields.
        #[derive(serde::Deserialize)]
        struct Known {
            format: String,
            version: u32,
        }
        let is_there = self.read();
        if !self.line.starts_with(b"{\"format\":") {
            return Err(Error::NotABackup);
        }
        is_there?;
        let known: Known = serde_json::from_slice(&self.line).map_err(|_| Error::NotABackup)?;
        if known.format != FORMAT {
            return Err(Error::NotABackup);
        }
        if known.version > FORMAT_VERSION {
            return Err(Error::NewerFormat {
                version: known.version,
            });
        }
        let header: Header = self.parsed("the first line")?;
        if header.schema > crate::SCHEMA_VERSION {
            return Err(Error::NewerSchema {
                schema: header.schema,
            });
        }
        self.hash.update(&self.line);
        Ok(header)
    }

    pub fn next(&mut self) -> Result<Line<'_>> {
        if !self.read()? {
            return Err(Error::Truncated {
                line: self.line_number,
            });
        }
        if self.line.starts_with(b"[") {
            let table = self.table.as_ref().and_then(|table| self.tables.get_mut(table));
            let Some(rows) = table else {
                return Err(self.altered("a row belongs to no table"));
            };
            *rows += 1;
            self.hash.update(&self.line);
            return Ok(Line::Row(&self.line));
        }
        if self.line.starts_with(b"{\"end\"") {
            return self.end().map(Line::End);
        }
        let table: TableLine = self.parsed("the line is none that a backup has")?;
        if self.tables.insert(table.table.clone(), 0).is_some() {
            return Err(self.altered("the table is there twice"));
        }
        self.table = Some(table.table.clone());
        self.hash.update(&self.line);
        Ok(Line::Table(table))
    }

    fn end(&mut self) -> Result<End> {
        let EndLine { end } = self.parsed("the last line cannot be read")?;
        let found = End {
            rows: self.tables.values().sum(),
            tables: std::mem::take(&mut self.tables),
            blake3: self.hash.finalize().to_hex().to_string(),
        };
        // Its own text too: what is not hashed is known by being what it must be.
        if end != found || text(&EndLine { end: end.clone() })? != self.line {
            let what = if end.tables == found.tables {
                "the checksum is another one"
            } else {
                "the tables have other numbers of rows"
            };
            return Err(self.altered(what));
        }
        if self.read()? {
            return Err(self.altered("something follows the last line"));
        }
        Ok(end)
    }

    /// Reads a line with its line break; `false` at the end.
    fn read(&mut self) -> Result<bool> {
        self.line.clear();
        let mut limited = (&mut self.input).take(LINE_BYTES_MAX);
        limited.read_until(b'\n', &mut self.line)?;
        match self.line.last() {
            None => Ok(false),
            Some(b'\n') => {
                self.line_number += 1;
                Ok(true)
            }
            Some(_) if self.line.len() as u64 == LINE_BYTES_MAX => {
                Err(self.altered("the next line is too long"))
            }
            Some(_) => Err(Error::Truncated {
                line: self.line_number,
            }),
        }
    }

    fn parsed<'l, T: serde::Deserialize<'l>>(&'l self, what: &str) -> Result<T> {
        serde_json::from_slice(&self.line).map_err(|error| self.altered(&format!("{what}: {error}")))
    }

    pub fn altered(&self, what: &str) -> Error {
        Error::Altered {
            what: format!("line {}: {what}", self.line_number),
        }
    }
}

/// Reads a backup to its end without a database: whether it is whole, and made for this release or an older one.
pub fn verify(input: impl BufRead) -> Result<Summary> {
    let (mut reader, header) = Reader::begin(input)?;
    loop {
        if let Line::End(end) = reader.next()? {
            return Ok(Summary { header, end });
        }
    }
}
