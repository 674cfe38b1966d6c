//! The whole content of a database as a file that either database can be filled from.
//!
//! A backup is JSON text, a value a line:
//!
//! ```text
//! {"format":"guildhall backup","version":1,"schema":1,"made_at":"2026-11-22T01:00:00Z","about":{…}}
//! {"table":"users","columns":[{"name":"id","kind":"bytes"},{"name":"email","kind":"text"},…]}
//! ["018f…","ada@example.com",…]                                     a line for each row
//! {"table":"sessions",…}
//! …
//! {"end":{"tables":{"sessions":0,"users":1,…},"rows":1,"blake3":"…"}}    over all bytes before this line
//! ```
//!
//! Values are integers (booleans too), texts, and bytes (ids too) in hexadecimal: what the two databases have in
//! common. Tables stand in an order in which each comes after those that it refers to, and rows in the order of their
//! primary key, so the same content is the same file wherever it came from.
//!
//! Tables, columns and types are read from the catalog of the database: a new table is in the next backup without
//! anybody thinking of it. All content comes from one snapshot and goes into one transaction; rows pass one by one,
//! so memory does not grow with the database.

mod catalog;
mod dump;
mod error;
mod file;
mod load;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::Timestamp;

pub use dump::dump;
pub use error::Error;
pub use file::verify;
pub use load::load;

/// The version of the format that this release writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;
const FORMAT: &str = "guildhall backup";
/// A row is a line; the longest has a run with all that flows may keep of it.
const LINE_BYTES_MAX: u64 = 256 << 20;

type Result<T, E = Error> = std::result::Result<T, E>;

/// What a backup says of itself in its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    format: String,
    version: u32,
    /// The version of the schema that the content has.
    pub schema: i64,
    /// When the snapshot was taken.
    pub made_at: Timestamp,
    /// What its maker wants to know before anything is read, by name.
    pub about: BTreeMap<String, String>,
}

/// The line before the rows of a table.
#[derive(Debug, Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<ColumnLine>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ColumnLine {
    name: String,
    kind: Kind,
}

/// What a value is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Integer,
    Text,
    Bytes,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct EndLine {
    end: End,
}

/// How much a backup holds, and the hash over everything before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How many rows each table has.
    pub tables: BTreeMap<String, u64>,
    /// How many rows there are.
    pub rows: u64,
    blake3: String,
}

/// A backup that was written or read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its first line.
    pub header: Header,
    /// Its last line.
    pub end: End,
}

impl Header {
    fn new(made_at: Timestamp, about: BTreeMap<String, String>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: FORMAT_VERSION,
            schema: crate::SCHEMA_VERSION,
            made_at,
            about,
        }
    }
}
