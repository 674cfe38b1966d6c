//! What can go wrong below SQL, told apart by what a caller can do about it.

use sqlx::error::ErrorKind;

/// A failed statement, transaction or connection.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique key refused the row. Which one is known from the statement: SQLite names no constraint.
    #[error("a unique key refused the row")]
    UniqueViolation,
    /// Two transactions were in each other's way; the same work may succeed when repeated.
    #[error("the transaction was in the way of another one")]
    Conflict(#[source] sqlx::Error),
    /// The database is locked, full, read-only, starting or gone. It may come back.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The server does not let us in, or not into this database: a wrong password, no such database, no right to it. It
    /// may come back when somebody has seen to it.
    #[error("the database denies access")]
    AccessDenied(#[source] sqlx::Error),
    /// The row itself is refused: a check, a type, a size. Repeating it cannot help.
    #[error("the database refused the data")]
    Data(#[source] sqlx::Error),
    /// Something stored is not what the code ever writes.
    #[error("{table} holds a value that cannot be: {what}")]
    Corrupt {
        /// The table it was read from.
        table: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The schema is not the one that this program needs.
    #[error("{0}")]
    Schema(String),
    /// A batch panicked while it was applied; nothing of it was written.
    #[error("a batch panicked: {0}")]
    Panicked(String),
    /// Anything else: a bug in a statement.
    #[error("the database answered with an error")]
    Other(#[source] sqlx::Error),
}

impl Error {
    /// A stored value that cannot be.
    pub fn corrupt(table: &'static str, what: impl ToString) -> Self {
        Self::Corrupt {
            table,
            what: what.to_string(),
        }
    }

    /// The innermost cause, for people who are to do something about it.
    pub fn reason(&self) -> String {
        if let Self::Unavailable(sqlx::Error::PoolTimedOut) = self {
            return "no connection was accepted in time".to_owned();
        }
        let mut cause: &dyn std::error::Error = self;
        while let Some(deeper) = cause.source() {
            if let Some(sqlx::Error::Database(said)) = deeper.downcast_ref() {
                // Without where in its own source the database says so.
                return said.message().to_owned();
            }
            cause = deeper;
        }
        cause.to_string()
    }

    /// What was in the way has been waited for, as long as is sensible: to repeat it would only wait again.
    #[must_use]
    pub fn waited_for(self) -> Self {
        match self {
            Self::Conflict(error) => Self::Unavailable(error),
            other => other,
        }
    }

    /// May the same transaction succeed when it is simply repeated?
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }

    /// Is the outcome unknown or the database away, rather than the request wrong?
    pub const fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Conflict(_) | Self::Unavailable(_) | Self::AccessDenied(_)
        )
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                match database.kind() {
                    ErrorKind::UniqueViolation => Self::UniqueViolation,
                    ErrorKind::NotNullViolation
                    | ErrorKind::CheckViolation
                    | ErrorKind::ForeignKeyViolation => Self::Data(error),
                    _ => classify(&code, error),
                }
            }
            _ => Self::Other(error),
        }
    }
}

/// From the connection of the batches.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map(|error| error.extended_code);
        let error = sqlx::Error::AnyDriverError(Box::new(error));
        match code {
            Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                Self::UniqueViolation
            }
            Some(code) => classify(&code.to_string(), error),
            None => Self::Other(error),
        }
    }
}

/// Sorts by the code that the database gave.
///
/// PostgreSQL: five characters, <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
/// SQLite: a number whose lowest byte is the primary code, <https://www.sqlite.org/rescode.html>.
fn classify(code: &str, error: sqlx::Error) -> Error {
    if let Ok(sqlite) = code.parse::<u32>()
        && code.len() < 5
    {
        return match sqlite & 0xff {
            5 | 6 => Error::Conflict(error),                        // BUSY, LOCKED
            7 | 8 | 10 | 13 | 14 | 15 => Error::Unavailable(error), // NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL
            18..=20 => Error::Data(error),                          // TOOBIG, CONSTRAINT, MISMATCH
            _ => Error::Other(error),
        };
    }
    match code.get(..2) {
        Some("40") => Error::Conflict(error), // serialization failure, deadlock
        Some("08" | "53" | "57" | "58") | Some("25") => Error::Unavailable(error),
        Some("22" | "23") => Error::Data(error),
        Some("28" | "3D") => Error::AccessDenied(error),
        _ if code == "55P03" => Error::Conflict(error),
        // A right that was taken away; a database that takes no connections at the moment.
        _ if code == "42501" || code == "55000" => Error::AccessDenied(error),
        _ => Error::Other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_come_back_is_told_from_what_is_broken() {
        let is_unavailable =
            |code| classify(code, sqlx::Error::AnyDriverError("of a test".into())).is_unavailable();
        // PostgreSQL: shut down, full, too many connections, read only, locked; a wrong password, no such database, no
        // right, no connections taken. SQLite: locked, full, gone, broken disk.
        let away = [
            "57P01", "53100", "53300", "25006", "55P03", "28P01", "3D000", "42501", "55000",
        ];
        for code in away.into_iter().chain(["5", "13", "14", "10", "266"]) {
            assert!(is_unavailable(code), "{code}");
        }
        // No such table, a syntax error, a value out of range; SQLite: an error, a constraint, another kind of file.
        for code in ["42P01", "42601", "22003", "1", "19", "26"] {
            assert!(!is_unavailable(code), "{code}");
        }
    }
}
