//! `guildhall doctor`: says what the configuration is and what is wrong with the instance.

use std::process::ExitCode;

use anyhow::Result;
use domain::{credits::books, instance};

use crate::{configuration::Configuration, instance_key, log, open};

pub fn run(configuration: &Configuration) -> Result<ExitCode> {
    let _log = log::start_for_long_statements(configuration)?;
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
    let db = open::existing(configuration).await?;
    println!(
        "ok        the database answers, its schema is at version {}",
        db::SCHEMA_VERSION
    );
    let key = instance_key::find(configuration)?
        .ok_or_else(|| instance_key::missing(&instance_key::path(configuration)))?;
    let mut tx = db.begin_read().await?;
    instance::check_key(&mut tx, &key).await?;
    tx.rollback().await?;
    println!("ok        the instance key belongs to the database");
    let wrong = books::check_all_workspaces(&db).await?;
    for discrepancy in &wrong {
        println!("WRONG     {discrepancy}");
    }
    anyhow::ensure!(wrong.is_empty(), "the books do not balance");
    println!("ok        the books of every workspace balance");
    Ok(())
}
