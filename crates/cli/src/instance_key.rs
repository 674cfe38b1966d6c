//! Where the instance key is kept: the environment, or the file `instance.key` beside the data.
//!
//! A key is made together with an empty database only. When a database has an instance and the key is gone, nothing
//! is made and nothing is overwritten: the key must be found again.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use db::Db;
use domain::instance::{self, InstanceKey};

use crate::configuration::{Configuration, Wrong};

/// The name of the file in the folder of the instance.
const FILE: &str = "instance.key";

/// The key of this instance; a new one for an empty database.
pub async fn find_or_make(configuration: &Configuration, db: &Db) -> Result<InstanceKey> {
    if let Some(key) = find(configuration)? {
        return Ok(key);
    }
    let path = path(configuration);
    if instance::exists(db).await? {
        return Err(missing(&path));
    }
    let key = InstanceKey::random();
    write(&path, &key).with_context(|| format!("the instance key {} cannot be written", path.display()))?;
    Ok(key)
}

/// The key of this instance, if it is where it should be.
pub fn find(configuration: &Configuration) -> Result<Option<InstanceKey>> {
    if let Some(text) = &configuration.instance_key {
        let key = text.expose().parse();
        return Ok(Some(
            key.map_err(|error| Wrong(format!("GUILDHALL_INSTANCE_KEY: {error}")))?,
        ));
    }
    let path = path(configuration);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            warn_if_readable_by_others(&path);
            let key = text
                .parse()
                .map_err(|error| Wrong(format!("{}: {error}", path.display())))?;
            Ok(Some(key))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Wrong(format!(
            "the instance key {} cannot be read: {error}",
            path.display()
        ))
        .into()),
    }
}

/// Where its file is, or should be.
pub fn path(configuration: &Configuration) -> PathBuf {
    configuration.data.join(FILE)
}

/// Why nothing can be opened without it.
pub fn missing(path: &Path) -> anyhow::Error {
    Wrong(format!(
        "the database has an instance whose key is missing: put the file back as {}, or set GUILDHALL_INSTANCE_KEY",
        path.display()
    ))
    .into()
}

/// Writes it for the owner alone, and durably: a database without its key is lost.
fn write(path: &Path, key: &InstanceKey) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(format!("{}\n", key.to_text().expose()).as_bytes())?;
    file.sync_all()?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn warn_if_readable_by_others(path: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(path)
        && std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
    {
        tracing::warn!(file = %path.display(), "the instance key can be read by others: chmod 600");
    }
}
