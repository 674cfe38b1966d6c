//! What can be wrong with a backup, or with the database that it shall go into.

use super::FORMAT_VERSION;

/// Why a backup cannot be written or restored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The first line is not the one that backups have.
    #[error("it is no backup of Guildhall")]
    NotABackup,
    /// Made by a newer release, in another format.
    #[error(
        "its format has version {version}, made by a newer release; this one knows {FORMAT_VERSION}: use the newer release"
    )]
    NewerFormat {
        /// The version it has.
        version: u32,
    },
    /// Made by a newer release, from tables that this one does not know.
    #[error(
        "its schema has version {schema}, made by a newer release; this one knows {}: use the newer release",
        crate::SCHEMA_VERSION
    )]
    NewerSchema {
        /// The version it has.
        schema: i64,
    },
    /// The end is missing.
    #[error("it is cut off after line {line}: the last line is missing")]
    Truncated {
        /// The last whole line.
        line: u64,
    },
    /// The content is not what was written.
    #[error("it was altered after it was made: {what}")]
    Altered {
        /// How it is known.
        what: String,
    },
    /// The database has a table that the backup cannot hold, or the backup one that the schema lacks.
    #[error("the tables do not fit: {0}")]
    Tables(String),
    /// The database that it shall go into is in use.
    #[error(
        "the database is not empty: {table} has {rows} rows; a backup is restored into an empty database only"
    )]
    NotEmpty {
        /// A table with content.
        table: String,
        /// How much.
        rows: i64,
    },
    /// The database did not take a row.
    #[error("the database refused rows of {table} before line {line}")]
    Refused {
        /// Which table.
        table: String,
        /// Up to where the rows had been read.
        line: u64,
        /// Why.
        #[source]
        source: crate::Error,
    },
    /// The file.
    #[error("the file cannot be read or written")]
    Io(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] crate::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
