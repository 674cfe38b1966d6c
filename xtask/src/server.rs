//! A Guildhall server under test: started on a free port, ended and awaited when dropped.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;

use crate::http::Request;
use crate::places::{BINARY, root, target};
use crate::process::{self, Running};
use crate::scratch::free_port;

const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How the names of settings begin in the environment.
const SETTINGS: &[u8] = b"GUILDHALL_";

/// How the binary is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

/// Where a server keeps its data.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Folder of the instance: keys, and the embedded database unless another one is named.
    pub data: PathBuf,
    /// URL of a PostgreSQL database.
    pub database: Option<String>,
}

impl Storage {
    /// A command of the binary about what is kept here, and about nothing that our own environment names.
    pub fn command(&self, binary: &Path, command: &str) -> Command {
        let mut program = Command::new(binary);
        forget_settings(&mut program, std::env::vars_os().map(|(name, _)| name));
        program.arg(command).arg("--data").arg(&self.data);
        if let Some(url) = &self.database {
            program.args(["--database", url]);
        }
        program
    }
}

/// An exported `GUILDHALL_DATABASE` is somebody's real one.
fn forget_settings(program: &mut Command, variables: impl Iterator<Item = OsString>) {
    for name in variables.filter(|name| name.as_encoded_bytes().starts_with(SETTINGS)) {
        program.env_remove(name);
    }
}

/// Builds a package's binary, with the console in it or without, and answers where it is.
pub fn build(package: &str, binary: &str, profile: Profile, with_console: bool) -> Result<PathBuf> {
    let mut command = Command::new(cargo());
    command
        .args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            package,
            "--bin",
            binary,
        ])
        .current_dir(root());
    if with_console {
        command.args(["--features", "console"]);
    }
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            command.arg("--release");
            "release"
        }
    };
    process::run(&mut command)?;
    Ok(target().join(folder).join(binary))
}

/// The cargo that runs us.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// A running server.
pub struct Server {
    running: Running,
    /// Where it listens.
    pub address: SocketAddr,
    /// From starting the process to its first answer.
    pub first_answer: Duration,
}

impl Server {
    /// Starts it, with more environment, and waits for its first answer. Its log goes to `log`.
    pub fn start(
        binary: &Path,
        storage: &Storage,
        log: &Path,
        environment: &[(&str, &str)],
    ) -> Result<Server> {
        let port = free_port()?;
        let log_file =
            std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = storage.command(binary, "serve");
        command
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file);
        let started = Instant::now();
        let mut running = Running::start(&mut command, Signal::TERM)?;
        let stdout = running.stdout().context("the server has no output")?;
        let address = process::await_line(stdout, START_TIMEOUT, listening).with_context(|| {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            format!("`{BINARY} serve` does not start; its log:\n{log}")
        })?;
        let alive = Request::new("GET", "/healthz").send(address)?;
        ensure!(alive.status == 200, "/healthz answers {alive}");
        Ok(Server {
            running,
            address,
            first_answer: started.elapsed(),
        })
    }

    /// Its process number.
    pub fn pid(&self) -> i32 {
        self.running.pid()
    }

    /// Waits until it ends by itself or by a signal.
    pub fn wait(self) -> Result<()> {
        self.running.wait().map(|_| ())
    }

    /// Asks it to end; an error if it had to be forced.
    pub fn stop(mut self) -> Result<()> {
        ensure!(
            self.running.stop(),
            "the server did not end after SIGTERM and was killed"
        );
        Ok(())
    }
}

/// Has the instance check itself; fails with what it says.
pub fn doctor(binary: &Path, storage: &Storage) -> Result<()> {
    let mut command = storage.command(binary, "doctor");
    command.stdin(Stdio::null());
    let shown = process::show(&command);
    let output = command
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let said = [output.stdout, output.stderr].concat();
    ensure!(
        output.status.success(),
        "`{shown}` says:\n{}",
        String::from_utf8_lossy(&said)
    );
    Ok(())
}

/// From the line `listening on http://127.0.0.1:7070`.
fn listening(line: &str) -> Option<SocketAddr> {
    let (_, url) = line.split_once("listening on http://")?;
    url.trim().trim_end_matches('/').parse().ok()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn an_instance_is_told_nothing_by_the_settings_in_our_environment() {
        let mut program = Command::new("guildhall");
        let variables = ["HOME", "GUILDHALL_DATABASE", "GUILDHALL_CONFIG"].map(OsString::from);
        forget_settings(&mut program, variables.into_iter());
        let forgotten: Vec<_> = program.get_envs().collect();
        assert_eq!(
            forgotten,
            [
                (OsStr::new("GUILDHALL_CONFIG"), None),
                (OsStr::new("GUILDHALL_DATABASE"), None)
            ]
        );
    }

    #[test]
    fn the_address_is_read_from_the_first_line() {
        assert_eq!(
            listening("listening on http://127.0.0.1:7070"),
            Some(SocketAddr::from(([127, 0, 0, 1], 7070)))
        );
        assert_eq!(listening("starting"), None);
    }
}
