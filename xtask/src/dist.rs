//! `cargo xtask dist`: the release binary as an archive with its checksum.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::places::{BINARY, root, target};
use crate::process;
use crate::server::{self, Profile};
use crate::web;

/// Files that go along, where they exist.
const EXTRAS: [&str; 3] = ["LICENSE", "README.md", "CHANGELOG.md"];

/// Builds and packs; prints where.
pub fn run() -> Result<()> {
    web::build()?;
    let binary = server::build(BINARY, BINARY, Profile::Release, true)?;
    let host = host()?;
    let name = format!("{BINARY}-{}-{host}", env!("CARGO_PKG_VERSION"));
    let dist = target().join("dist");
    let folder = dist.join(&name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::copy(&binary, folder.join(BINARY)).context("cannot copy the binary")?;
    for extra in EXTRAS.iter().filter(|extra| root().join(extra).is_file()) {
        fs::copy(root().join(extra), folder.join(extra))?;
    }
    let archive = format!("{name}.tar.gz");
    process::run(
        Command::new("tar")
            .current_dir(&dist)
            .args(["-czf", &archive, &name]),
    )?;
    let sum = process::output(Command::new("sha256sum").current_dir(&dist).arg(&archive))?;
    fs::write(dist.join(format!("{archive}.sha256")), &sum)?;
    println!("{}\n{}", dist.join(&archive).display(), sum.trim());
    Ok(())
}

/// The platform that we build on, and for.
fn host() -> Result<String> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc names no host")
}
