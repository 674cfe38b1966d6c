//! Opening the database and the services over it.

use std::{
    fs::{File, TryLockError},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail, ensure};
use db::Db;
use domain::{
    Services,
    engine::{EgressPolicy, EngineOptions},
    instance::{self, InstanceKey},
};
use tokio::signal::unix::{SignalKind, signal};
use types::{Clock, SecretText, SystemClock};

use crate::{
    configuration::{Configuration, Wrong},
    instance_key, log,
};

/// Locked by the server of the embedded database, for as long as it runs. Not the database itself: closing any other
/// handle of that would end the locks of SQLite.
const LOCK: &str = "guildhall.lock";

/// The runtime that commands run on.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start")
}

/// Opens the database, making the folder of the instance when there is none.
pub async fn database(configuration: &Configuration) -> Result<Db> {
    make_folder(configuration)?;
    connect(configuration).await
}

async fn connect(configuration: &Configuration) -> Result<Db> {
    Db::open(&configuration.database).await.map_err(|error| {
        let sentence = format!(
            "the database {} cannot be opened: {}",
            configuration.database_name(),
            error.reason()
        );
        // What is away may come back; what says no will say it again.
        match error.is_unavailable() && !matches!(error, db::Error::AccessDenied(_)) {
            true => anyhow::anyhow!(sentence),
            false => Wrong(sentence).into(),
        }
    })
}

/// Makes sure that no other server works on the embedded database, until what is returned is dropped. Servers on
/// PostgreSQL are as many as one likes.
pub fn alone(configuration: &Configuration) -> Result<Option<File>> {
    if !matches!(configuration.database, db::Options::Sqlite(_)) {
        return Ok(None);
    }
    make_folder(configuration)?;
    let path = configuration.data.join(LOCK);
    let file = File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => bail!(
            "another server works on {}: an embedded database has one, several can share PostgreSQL",
            configuration.database_name()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// Ends when the process is told to stop, by SIGTERM or SIGINT.
pub fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be awaited")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be awaited")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Opens a database that is there, at the schema of this release, and changes nothing.
pub async fn existing(configuration: &Configuration) -> Result<Db> {
    if let db::Options::Sqlite(file) = &configuration.database {
        // Opening would make an empty one.
        ensure!(file.exists(), "there is no database {}", file.display());
    }
    let db = connect(configuration).await?;
    db.check_schema().await?;
    Ok(db)
}

/// Opens the database at the schema of this release, and the services over it.
pub async fn services(
    configuration: &Configuration,
    setup_code: Option<SecretText>,
) -> Result<Arc<Services>> {
    let db = database(configuration).await?;
    db.migrate(SystemClock.now())
        .await
        .context("the database cannot be migrated")?;
    let key = instance_key::find_or_make(configuration, &db).await?;
    let config = domain::Config {
        password_threads: configuration.password_threads,
        setup_code,
        engine: EngineOptions {
            egress: EgressPolicy::allowing(configuration.egress_allow_networks.iter().copied()),
            ..EngineOptions::default()
        },
        workspace_rate_limit_per_minute: configuration.workspace_rate_limit_per_minute,
    };
    start(db, &key, &config).await
}

/// Starts the services. A key that is not the one of the database is a wrong configuration.
pub async fn start(db: Db, key: &InstanceKey, config: &domain::Config) -> Result<Arc<Services>> {
    match Services::start(db, key, Arc::new(SystemClock), config).await {
        Err(error @ instance::Error::OtherInstanceKey { .. }) => Err(Wrong(error.to_string()).into()),
        started => started.context("the instance cannot be opened"),
    }
}

fn make_folder(configuration: &Configuration) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&configuration.data).map_err(|error| {
        Wrong(format!(
            "the folder {} cannot be made: {error}",
            configuration.data.display()
        ))
        .into()
    })
}

/// `guildhall migrate`.
pub fn migrate(configuration: &Configuration) -> Result<ExitCode> {
    let _log = log::start(configuration)?;
    runtime()?.block_on(async {
        let db = database(configuration).await?;
        let steps = db.migrate(SystemClock.now()).await?;
        println!("schema {} ({steps} steps applied)", db::SCHEMA_VERSION);
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
