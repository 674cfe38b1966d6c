//! `guildhall doctor`: says what the configuration is and what is wrong with the instance.

use std::{process::ExitCode, sync::Arc};

use anyhow::Result;
use domain::{Services, credits::books};
use types::SystemClock;

use crate::{configuration::Configuration, instance_key, log, open};

pub fn run(configuration: &Configuration) -> Result<ExitCode> {
    let _log = log::start(configuration)?;
    println!("configuration\n{}", configuration.masked());
    let outcome = open::runtime()?.block_on(check(configuration));
    match outcome {
        Ok(()) => {
            println!("everything is in order");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("WRONG     {error:#}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Each check needs the ones before it. Nothing is changed.
async fn check(configuration: &Configuration) -> Result<()> {
    if let db::Options::Sqlite(file) = &configuration.database {
        // Opening would make an empty one.
        anyhow::ensure!(file.exists(), "there is no database {}", file.display());
    }
    let db = db::Db::open(&configuration.database).await?;
    println!("ok        the database answers");
    db.check_schema().await?;
    println!("ok        the schema is at version {}", db::SCHEMA_VERSION);
    let key = instance_key::find(configuration)?
        .ok_or_else(|| instance_key::missing(&configuration.data.join("instance.key")))?;
    let services = Services::start(db, &key, Arc::new(SystemClock), &domain::Config::default()).await?;
    println!("ok        the instance key belongs to the database");
    let wrong = books::check_all_workspaces(&services.db).await?;
    for discrepancy in &wrong {
        println!("WRONG     {discrepancy}");
    }
    anyhow::ensure!(wrong.is_empty(), "the books do not balance");
    println!("ok        the books of every workspace balance");
    Ok(())
}
