//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::admin::AdminArguments;

/// The workspace layer for AI and API products: teams, API keys, prepaid credits, flows.
#[derive(Debug, Parser)]
#[command(name = "guildhall", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub settings: SettingArguments,
}

/// Settings that the command line can give. They win over the environment and the configuration file.
#[derive(Debug, Clone, Default, Args)]
pub struct SettingArguments {
    /// Configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Folder of the instance: its key, and the embedded database.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<String>,
    /// URL of a PostgreSQL database, instead of the embedded one.
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// Scheme, host and port under which browsers reach the instance.
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// What is logged: error, warn, info, debug, or a filter such as `info,guildhall::access=warn`.
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// `text` or `json`.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API until SIGTERM.
    Serve,
    /// Bring the database to the schema of this release.
    Migrate,
    /// Check configuration, database, keys and books. Exit code 1 when something is wrong.
    Doctor,
    /// Write everything in the database to a new file, also while the server runs. The instance key is not in it.
    Backup {
        /// The file. It must not exist yet.
        file: PathBuf,
    },
    /// Fill an empty database, SQLite or PostgreSQL, with a backup. All of it or nothing; stop the server first.
    Restore {
        /// A file that `guildhall backup` has written.
        file: PathBuf,
    },
    /// Make users and operators, reset passwords, grant credits.
    Admin(AdminArguments),
    /// Print the OpenAPI document.
    Openapi {
        /// Print the list of errors instead.
        #[arg(long)]
        errors: bool,
    },
    /// Print the version.
    Version,
}
