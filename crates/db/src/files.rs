//! The files of SQLite are where they were when they were opened.
//!
//! An open file stays good when it is moved or removed: SQLite goes on writing to it, and what it says is durable is
//! nowhere, or where nobody looks. So their place is looked at: before a transaction, and after a commit, before anybody
//! is told of it. A look costs three `stat`s, some microseconds.

use std::{
    fmt::Display,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// The database, its write-ahead log, and the index of that. Without its log or the right index, what was committed
/// is not found any more.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

/// The files of an open database.
#[derive(Debug)]
pub struct Files(Vec<(PathBuf, Identity)>);

/// Device and inode: tells a file from all others of this machine.
type Identity = (u64, u64);

impl Files {
    /// Those of the database that is open at this path; all of them must be there.
    pub fn of(path: &Path) -> Result<Self> {
        // SQLite follows links once, when it opens.
        let path = fs::canonicalize(path).map_err(|error| unavailable(path, error))?;
        let file = |ending| {
            let mut path = path.clone().into_os_string();
            path.push(ending);
            let path = PathBuf::from(path);
            let identity = identity(&path).map_err(|error| unavailable(&path, error))?;
            Ok((path, identity))
        };
        ENDINGS.into_iter().map(file).collect::<Result<_>>().map(Self)
    }

    /// Are they still there?
    ///
    /// # Errors
    /// [`Error::Unavailable`] if one is not, or is another one. It is good again when the file is back.
    pub fn are_there(&self) -> Result<()> {
        for (path, opened) in &self.0 {
            if identity(path).ok() != Some(*opened) {
                let what = "it was moved, removed or replaced while it was open: put it back, or start again";
                return Err(unavailable(path, what));
            }
        }
        Ok(())
    }
}

fn unavailable(path: &Path, what: impl Display) -> Error {
    Error::Unavailable(sqlx::Error::Io(io::Error::other(format!(
        "{}: {what}",
        path.display()
    ))))
}

fn identity(path: &Path) -> io::Result<Identity> {
    let found = fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}
