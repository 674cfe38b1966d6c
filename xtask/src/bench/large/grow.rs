//! From a small instance to one of any size: backup, more rows, restore.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::Size;
use crate::bench::usage;
use crate::process;
use crate::server::{self, Storage};

/// What the file, the database and its log need at most for each call that is added.
const BYTES_PER_CALL: u64 = 2_500;
/// As `Site` calls its first workspace.
const HOT: &str = "Bench 0";
/// Beside the data; without it nothing that is restored can be opened.
const KEY_FILE: &str = "instance.key";

/// Fails early where the disk would fill up.
pub fn ensure_space(scratch: &Path, size: Size) -> Result<()> {
    let found = rustix::fs::statvfs(scratch).context("cannot see how much space is free")?;
    let free = found.f_bavail * found.f_frsize;
    let needed = size.calls * BYTES_PER_CALL;
    ensure!(
        free >= needed,
        "{} has {} MB free, {} MB are needed; set TMPDIR to another place, or give --quick",
        scratch.display(),
        free >> 20,
        needed >> 20
    );
    Ok(())
}

/// The backup of the small instance.
pub struct Base {
    server: PathBuf,
    grow: PathBuf,
    backup: PathBuf,
    key: PathBuf,
}

/// What making an instance took.
#[derive(Debug, Clone)]
pub struct Restored {
    pub file_bytes: u64,
    pub restore_seconds: f64,
    pub doctor_seconds: f64,
    pub data_bytes: u64,
}

impl Base {
    /// Makes it.
    pub fn back_up(server: &Path, grow: &Path, storage: &Storage, scratch: &Path) -> Result<Base> {
        let backup = scratch.join("small.backup");
        process::output(storage.command(server, "backup").arg(&backup))?;
        Ok(Base {
            server: server.to_owned(),
            grow: grow.to_owned(),
            backup,
            key: storage.data.join(KEY_FILE),
        })
    }

    /// Fills an empty database with as much as is wanted.
    pub fn grow(&self, size: Size, storage: &Storage, scratch: &Path) -> Result<Restored> {
        let file = scratch.join("grown.backup");
        let mut command = Command::new(&self.grow);
        command.arg("--from").arg(&self.backup).arg("--to").arg(&file);
        command.args(["--hot", HOT]);
        for (name, count) in [
            ("--workspaces", size.workspaces),
            ("--keys", size.keys),
            ("--calls", size.calls),
        ] {
            command.args([name, &count.to_string()]);
        }
        process::output(&mut command)?;

        std::fs::create_dir_all(&storage.data)?;
        std::fs::copy(&self.key, storage.data.join(KEY_FILE)).context("the instance key")?;
        let mut command = storage.command(&self.server, "restore");
        command.arg(&file);
        let started = Instant::now();
        process::output(&mut command)?;
        let restore_seconds = started.elapsed().as_secs_f64();
        let file_bytes = std::fs::metadata(&file)?.len();
        std::fs::remove_file(&file)?;
        Ok(Restored {
            file_bytes,
            restore_seconds,
            doctor_seconds: doctor(&self.server, storage)?,
            data_bytes: usage::folder_bytes(&storage.data)?,
        })
    }
}

impl Restored {
    /// For people.
    pub fn line(&self) -> String {
        format!(
            "a backup of {:.1} MB restored in {:.1} s, doctor {:.1} s{}",
            self.file_bytes as f64 / 1e6,
            self.restore_seconds,
            self.doctor_seconds,
            // On PostgreSQL the folder holds no tables.
            match self.data_bytes >> 20 {
                0 => String::new(),
                _ => format!(", database {:.1} MB", self.data_bytes as f64 / 1e6),
            }
        )
    }
}

/// How long the instance takes to check itself, which it must pass.
pub fn doctor(server: &Path, storage: &Storage) -> Result<f64> {
    let started = Instant::now();
    server::doctor(server, storage)?;
    Ok(started.elapsed().as_secs_f64())
}
