//! The binary `guildhall`: serves, and does what needs no server.
//!
//! Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage or configuration.

mod admin;
mod arguments;
mod backup;
mod configuration;
mod doctor;
mod generated;
mod instance_key;
mod log;
mod open;
mod serve;

use std::{
    io::{ErrorKind, Write},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::Parser;

use arguments::{Arguments, Command};
use configuration::{Configuration, Wrong};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("guildhall: {error:#}");
            if error.is::<Wrong>() {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let configuration = || Configuration::load(&arguments.settings);
    match arguments.command {
        Command::Serve => serve::run(&configuration()?),
        Command::Migrate => open::migrate(&configuration()?),
        Command::Doctor => doctor::run(&configuration()?),
        Command::Backup { file } => backup::back_up(&configuration()?, &file),
        Command::Restore { file } => backup::restore(&configuration()?, &file),
        Command::Admin(arguments) => admin::run(&configuration()?, arguments),
        Command::Openapi { errors } => {
            let text = if errors {
                api::problem::errors_markdown()
            } else {
                server::document_text()
            };
            match std::io::stdout().write_all(text.as_bytes()) {
                // Whoever reads it has read enough.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                written => written.context("cannot write the document")?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Version => {
            println!(
                "guildhall {}, schema {}",
                env!("CARGO_PKG_VERSION"),
                db::SCHEMA_VERSION
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}
