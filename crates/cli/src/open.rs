//! Opening the database and the services over it.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use db::Db;
use domain::{
    Services,
    engine::{EgressPolicy, EngineOptions},
};
use types::{Clock, SecretText, SystemClock};

use crate::{
    configuration::{Configuration, Wrong},
    instance_key, log,
};

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
    Db::open(&configuration.database).await.with_context(|| {
        format!(
            "the database of {} cannot be opened",
            configuration.data.display()
        )
    })
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
    Ok(Services::start(db, &key, Arc::new(SystemClock), &config).await?)
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
