//! The console in `web/`: built, checked, driven in a browser, and looked at as pictures.
//!
//! Everything here needs Node and npm. Nothing else in the repository does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::places::{BINARY, root, target};
use crate::process;
use crate::server::{self, Profile};

/// The oldest Node that the tools of `web/` run on.
const NODE_MAJOR_MIN: u32 = 20;
/// Where Debian puts Chromium; another place is named by [`CHROMIUM_VARIABLE`].
const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMIUM_VARIABLE: &str = "GUILDHALL_CHROMIUM";

/// Why the console cannot be built here, or nothing if it can.
pub fn missing() -> Option<String> {
    let Some(version) = said("node", "--version") else {
        return Some(format!(
            "Node {NODE_MAJOR_MIN} or newer is not installed; the console needs it"
        ));
    };
    let major = version.trim_start_matches('v').split('.').next();
    let is_new_enough = major
        .and_then(|major| major.parse::<u32>().ok())
        .is_some_and(|major| major >= NODE_MAJOR_MIN);
    if !is_new_enough {
        return Some(format!(
            "Node {NODE_MAJOR_MIN} or newer is needed for the console; this is {}",
            version.trim()
        ));
    }
    said("npm", "--version")
        .is_none()
        .then(|| "npm is not installed; the console needs it".to_owned())
}

/// `cargo xtask console`: builds what the feature `console` puts into the binary.
pub fn build() -> Result<()> {
    install_packages()?;
    npm(&["run", "--silent", "build"], &[])
}

/// Types of the API that are current, types, lint, units.
pub fn check() -> Result<()> {
    install_packages()?;
    npm(&["run", "--silent", "check"], &[])
}

/// The end-to-end suite in a browser, against the binary with the console in it.
pub fn browse() -> Result<()> {
    let binary = build_all()?;
    npm(&["run", "--silent", "e2e"], &[("GUILDHALL_BINARY", &binary)])
}

/// `cargo xtask screenshots`: every page at two widths in two colour schemes, and the picture of the README.
pub fn screenshots() -> Result<()> {
    let binary = build_all()?;
    let folder = target().join("screenshots");
    let folder = folder.display().to_string();
    npm(
        &["run", "--silent", "screenshots"],
        &[("GUILDHALL_BINARY", &binary), ("GUILDHALL_SCREENSHOTS", &folder)],
    )?;
    println!("{folder}");
    Ok(())
}

/// Opens pages on a binary with the console in it, and writes down how soon they could be used.
pub fn measure(binary: &Path, file: &Path) -> Result<()> {
    install_packages()?;
    let (binary, file) = (binary.display().to_string(), file.display().to_string());
    npm(
        &["run", "--silent", "measure"],
        &[("GUILDHALL_BINARY", &binary), ("GUILDHALL_MEASURE", &file)],
    )
}

/// Where a browser is, or why there is none. With `install`, Debian's package is fetched.
pub fn browser(install: bool) -> Result<std::result::Result<(), String>> {
    let path = std::env::var_os(CHROMIUM_VARIABLE).map_or_else(|| PathBuf::from(CHROMIUM), PathBuf::from);
    if path.is_file() {
        return Ok(Ok(()));
    }
    let absent = format!(
        "there is no browser at {}: apt-get install chromium, run with --install as root, or name one by {CHROMIUM_VARIABLE}",
        path.display()
    );
    let may_install =
        install && rustix::process::geteuid().is_root() && said("apt-get", "--version").is_some();
    if !may_install {
        return Ok(Err(absent));
    }
    eprintln!("installing chromium; this takes some minutes");
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    Ok(apt(&["update"])
        .and_then(|()| apt(&install))
        .map_err(|error| format!("{absent} ({error:#})")))
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        .arg("--quiet=2")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    process::run(&mut command)
}

/// Builds the console and the binary around it; answers where that is.
fn build_all() -> Result<String> {
    build()?;
    let binary = server::build(BINARY, BINARY, Profile::Dev, true)?;
    Ok(binary.display().to_string())
}

/// Packages are installed when the lock file is not the one they were installed from.
fn install_packages() -> Result<()> {
    if let Some(reason) = missing() {
        bail!(reason);
    }
    let lock = fs::read(web().join("package-lock.json")).context("web/package-lock.json")?;
    let stamp = web().join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    // Not `ci`: it refuses a lock file without the packages of other systems, which not every mirror has. This
    // installs what the lock file says as well, and leaves it alone.
    npm(&["install", "--no-save", "--silent"], &[])?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

fn npm(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new("npm");
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(web())
        .stdin(Stdio::null());
    process::run(&mut command)
}

fn web() -> PathBuf {
    root().join("web")
}

/// What a program says of itself; nothing if it cannot be started.
fn said(program: impl AsRef<Path>, argument: &str) -> Option<String> {
    let mut command = Command::new(program.as_ref());
    let output = command
        .arg(argument)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
