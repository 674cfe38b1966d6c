//! `guildhall backup` and `guildhall restore`.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use db::{
    Db,
    backup::{self, Header, Summary},
};
use domain::{
    credits::books,
    instance::{self, InstanceKey},
    upkeep,
};
use types::{Clock, SystemClock};

use crate::{configuration::Configuration, instance_key, log, open};

/// How large a piece of the file is read or written at once.
const BUFFER_BYTES: usize = 1 << 20;
/// In the first line of a backup: the id of the instance key that its content is sealed by.
const KEY_ID: &str = "instance_key_id";
/// What a server writes by itself into a database that nobody uses yet.
const OWN_TABLES: &[&str] = &["instance", "leases"];

/// Writes everything in the database to a new file.
pub fn back_up(configuration: &Configuration, file: &Path) -> Result<ExitCode> {
    let _log = log::start_for_long_statements(configuration)?;
    let summary = open::runtime()?.block_on(async {
        tokio::select! {
            written = write(configuration, file) => written,
            // What is half written is removed with the future.
            () = open::told_to_stop()? => bail!("interrupted, no backup was written"),
        }
    })?;
    println!("{} holds {}", file.display(), amount(&summary));
    println!(
        "it does not hold the instance key {}: keep that too, and apart from it",
        key_id(&summary.header)
    );
    Ok(ExitCode::SUCCESS)
}

async fn write(configuration: &Configuration, file: &Path) -> Result<Summary> {
    ensure!(
        !file.exists(),
        "{} exists already and is not replaced: name another file",
        file.display()
    );
    let db = open::existing(configuration).await?;
    let mut partial = Partial::new(file)?;
    let mut tx = db.begin_snapshot().await?;
    let mut about = BTreeMap::new();
    let key_id = instance::stored_key_id(&mut tx).await?;
    about.insert(
        KEY_ID.to_owned(),
        key_id.context("the database was never used: there is nothing to back up")?,
    );
    let out = BufWriter::with_capacity(BUFFER_BYTES, &mut partial.file);
    let summary = backup::dump(&mut tx, SystemClock.now(), about, out)
        .await
        .with_context(|| format!("{} was not written", file.display()))?;
    tx.rollback().await?;
    partial.finish(file)?;
    db.close().await;
    Ok(summary)
}

/// Fills an empty database with a backup.
pub fn restore(configuration: &Configuration, file: &Path) -> Result<ExitCode> {
    let _log = log::start_for_long_statements(configuration)?;
    open::runtime()?.block_on(async {
        let header = backup::verify(reader(file)?)
            .with_context(|| file.display().to_string())?
            .header;
        let key = instance_key::find(configuration)?;
        check_key_id(&header, key.as_ref())?;
        let summary = read(configuration, file, key.as_ref())
            .await
            .with_context(|| format!("nothing was restored from {}", file.display()))?;
        println!("restored {}", amount(&summary));
        println!("the books of every workspace balance");
        if key.is_none() {
            println!(
                "MISSING   the instance key {}: before `guildhall serve`, put its file back as {} or set GUILDHALL_INSTANCE_KEY",
                key_id(&header),
                instance_key::path(configuration).display()
            );
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn read(configuration: &Configuration, file: &Path, key: Option<&InstanceKey>) -> Result<Summary> {
    let db = open::database(configuration).await?;
    refuse_while_served(&db).await?;
    let mut tx = db.begin_write().await?;
    let summary = backup::load(&mut tx, reader(file)?, OWN_TABLES, SystemClock.now()).await?;
    let wrong = books::check_within_all_workspaces(&mut tx).await?;
    if let Some(first) = wrong.first() {
        bail!(
            "the books in the backup do not balance, {} times: {first}",
            wrong.len()
        );
    }
    if let Some(key) = key {
        instance::check_key(&mut tx, key).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(summary)
}

/// A server keeps in memory what the restore replaces.
async fn refuse_while_served(db: &Db) -> Result<()> {
    if db.check_schema().await.is_err() {
        return Ok(()); // nobody serves from an empty database
    }
    let mut tx = db.begin_read().await?;
    let nodes = upkeep::live_nodes(&mut tx, SystemClock.now()).await?;
    tx.rollback().await?;
    ensure!(
        nodes == 0,
        "a server works on the database: stop it first; one that was killed is forgotten after {} seconds",
        upkeep::NODE_LEASE.seconds_up()
    );
    Ok(())
}

/// Known before anything is written; a key that is missing can still be brought.
fn check_key_id(header: &Header, key: Option<&InstanceKey>) -> Result<()> {
    let wanted = key_id(header);
    match key {
        Some(key) if key.id() != wanted => bail!(
            "the backup belongs to the instance key {wanted}, but the one here is {}: bring the key of the backup first, or take this one away; nothing was written",
            key.id()
        ),
        _ => Ok(()),
    }
}

fn key_id(header: &Header) -> &str {
    header.about.get(KEY_ID).map_or("(unknown)", String::as_str)
}

fn amount(summary: &Summary) -> String {
    format!(
        "{} rows of {} tables, as of {}, schema {}",
        summary.end.rows,
        summary.end.tables.len(),
        summary.header.made_at,
        summary.header.schema
    )
}

fn reader(file: &Path) -> Result<BufReader<File>> {
    let opened = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(BufReader::with_capacity(BUFFER_BYTES, opened))
}

/// The file under another name until it is whole; removed when it does not become so.
struct Partial {
    file: File,
    path: PathBuf,
    whole: bool,
}

impl Partial {
    fn new(wanted: &Path) -> Result<Self> {
        let mut path = wanted.as_os_str().to_owned();
        path.push(".partial");
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => anyhow::anyhow!(
                "{} is there: either another backup is being written, or one was killed; then remove it",
                path.display()
            ),
            _ => anyhow::anyhow!("{} cannot be written: {error}", path.display()),
        })?;
        Ok(Self {
            file,
            path,
            whole: false,
        })
    }

    /// Durable first, then under its name, and that durable too.
    fn finish(mut self, wanted: &Path) -> Result<()> {
        self.file.flush()?;
        self.file.sync_all()?;
        std::fs::rename(&self.path, wanted).with_context(|| {
            format!(
                "{} cannot be renamed to {}",
                self.path.display(),
                wanted.display()
            )
        })?;
        self.whole = true;
        let folder = wanted.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.whole {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
