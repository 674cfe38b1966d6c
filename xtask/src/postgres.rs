//! A private PostgreSQL: own folder, own port, own processes, gone when dropped. A server that is already
//! there is never touched.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::process::{self, Running};
use crate::scratch::{Scratch, free_port};

const VERSION_MIN: u32 = 15;
const CONNECTIONS_MAX: u32 = 400;
const START_TIMEOUT: Duration = Duration::from_secs(60);
const USER: &str = "guildhall";
/// Users of the system that the server may run as when we are root, which PostgreSQL refuses to be.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// A running server.
pub struct Postgres {
    // Dropped in this order: the server ends before its folder goes.
    server: Running,
    folder: Scratch,
    port: u16,
}

impl Postgres {
    /// Starts a server, installing its programs first where that is possible.
    pub fn start() -> Result<Postgres> {
        let programs = find_or_install()?;
        let folder = Scratch::new("postgres")?;
        let owner = unprivileged()?;
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group)).context("cannot give the scratch folder away")?;
        }
        let port = free_port()?;
        initialize(&programs, folder.path(), owner)?;
        let server = start(&programs, folder.path(), owner, port)?;
        Ok(Postgres { server, folder, port })
    }

    /// URL of a database on it, as the user who may do everything.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and answers its URL.
    pub fn create_database(&self, name: &str) -> Result<String> {
        let mut command = Command::new(
            find()
                .context("the programs of PostgreSQL are gone")?
                .join("createdb"),
        );
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", USER, name]);
        process::run(&mut command)?;
        Ok(self.url(name))
    }

    /// Where its tables are kept.
    pub fn tables_folder(&self) -> PathBuf {
        self.folder.path().join("data/base")
    }

    /// Process number of the server's first process.
    pub fn pid(&self) -> i32 {
        self.server.pid()
    }
}

fn initialize(programs: &Path, folder: &Path, owner: Option<(u32, u32)>) -> Result<()> {
    let mut command = owned(Command::new(programs.join("initdb")), folder, owner);
    command.arg("-D").arg(folder.join("data"));
    command.args([
        "-U",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    process::output(&mut command)
        .map(|_| ())
        .context("cannot make a PostgreSQL cluster")
}

fn start(programs: &Path, folder: &Path, owner: Option<(u32, u32)>, port: u16) -> Result<Running> {
    let mut command = owned(Command::new(programs.join("postgres")), folder, owner);
    command
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()]);
    let settings = [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        format!("max_connections={CONNECTIONS_MAX}"),
        "lc_messages=C".to_owned(),
        "logging_collector=off".to_owned(),
    ];
    for setting in settings {
        command.arg("-c").arg(setting);
    }
    // SIGINT is its "fast" end: open sessions are not waited for.
    let mut server = Running::start(command.stderr(Stdio::piped()), Signal::INT)?;
    let log = server.stderr().context("PostgreSQL has no log")?;
    let ready = |line: &str| line.contains("ready to accept connections").then_some(());
    process::await_line(log, START_TIMEOUT, ready).context("PostgreSQL does not start")?;
    Ok(server)
}

fn owned(mut command: Command, folder: &Path, owner: Option<(u32, u32)>) -> Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// User and group to run as: none if we are not root.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let number = |user: &str, flag: &str| -> Option<u32> {
        let text = process::output(Command::new("id").args([flag, user]).stderr(Stdio::null())).ok()?;
        text.trim().parse().ok()
    };
    let found = UNPRIVILEGED
        .iter()
        .find_map(|user| Some((number(user, "-u")?, number(user, "-g")?)));
    match found {
        Some(owner) => Ok(Some(owner)),
        None => bail!(
            "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`: make one, or run as another user"
        ),
    }
}

fn find_or_install() -> Result<PathBuf> {
    if let Some(programs) = find() {
        return Ok(programs);
    }
    let named = format!(
        "PostgreSQL {VERSION_MIN} or newer is missing: install its server programs (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or put them on PATH"
    );
    let can_install = rustix::process::geteuid().is_root() && Path::new("/usr/bin/apt-get").exists();
    if !can_install {
        bail!(named);
    }
    eprintln!("installing PostgreSQL with apt-get");
    let apt = |arguments: &[&str]| {
        process::run(
            Command::new("apt-get")
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    apt(&["update", "-qq"])
        .and_then(|()| apt(&["install", "-y", "-qq", "--no-install-recommends", "postgresql"]))
        .context(named.clone())?;
    find().context(named)
}

/// The folder of the newest server programs that are new enough.
fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for parent in [
        "/usr/lib/postgresql",
        "/usr/local/opt",
        "/opt/homebrew/opt",
        "/usr",
    ] {
        let versions = std::fs::read_dir(parent).into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join("bin")));
    }
    let found = folders
        .into_iter()
        .filter_map(|folder| Some((version(&folder)?, folder)));
    found
        .filter(|(version, _)| *version >= VERSION_MIN)
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
}

fn version(folder: &Path) -> Option<u32> {
    if !["initdb", "postgres", "createdb"]
        .iter()
        .all(|program| folder.join(program).is_file())
    {
        return None;
    }
    let text = process::output(Command::new(folder.join("postgres")).arg("--version")).ok()?;
    parse_version(&text)
}

/// From `postgres (PostgreSQL) 15.18 (Debian …)`.
fn parse_version(text: &str) -> Option<u32> {
    let after = text.split("PostgreSQL) ").nth(1)?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_distributions_write_them() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("postgres\n"), None);
    }
}
