//! `guildhall-bench-grow`: makes the backup of a large instance from that of a small one.
//!
//! Owns: workspaces, keys and calls that look like those of years, in numbers that the API would take days for. Half
//! of the calls belong to one workspace that is there already, the others are spread. The books of what it writes
//! balance, and `guildhall restore` proves it. The same small backup and the same numbers give the same file.

mod backup;
mod calls;
mod ids;
mod instance;
mod money;
mod people;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use serde_json::json;

use backup::Backup;
use instance::{Instance, Size};

const USAGE: &str = "usage: guildhall-bench-grow --from BACKUP --to BACKUP --hot WORKSPACE_NAME
    --workspaces COUNT --keys COUNT --calls COUNT
The counts are of the instance that comes out; the workspace of this name gets half of the calls.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("guildhall-bench-grow: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<serde_json::Value> {
    let (mut from, mut to, mut hot) = (None, None, None);
    let (mut workspaces, mut keys, mut calls) = (None, None, None);
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .with_context(|| format!("{name} needs a value\n{USAGE}"))?;
        match name.as_str() {
            "--from" => from = Some(PathBuf::from(value)),
            "--to" => to = Some(PathBuf::from(value)),
            "--hot" => hot = Some(value),
            "--workspaces" => workspaces = Some(number(name, value)?),
            "--keys" => keys = Some(number(name, value)?),
            "--calls" => calls = Some(number(name, value)?),
            _ => bail!("unknown argument {name}\n{USAGE}"),
        }
    }
    let backup = Backup::read(&from.context(USAGE)?)?;
    let size = Size {
        workspaces: workspaces.context(USAGE)?,
        keys: keys.context(USAGE)?,
        calls: calls.context(USAGE)?,
    };
    let instance = Instance::plan(&backup, hot.context(USAGE)?, size)?;
    let rows = instance.write(&backup, &to.context(USAGE)?)?;
    Ok(json!({"rows": rows}))
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T> {
    value
        .parse()
        .ok()
        .with_context(|| format!("{name} {value}: not understood\n{USAGE}"))
}
