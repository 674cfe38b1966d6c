//! `cargo xtask codegen`: files that the product itself prints are committed, and equal to what it prints.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::places::{BINARY, GENERATED, root};
use crate::process;
use crate::server::{self, Profile};

/// Regenerates every generated file.
pub fn write() -> Result<()> {
    for (path, text) in generate()? {
        let full = root().join(path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&full, text).with_context(|| format!("cannot write {path}"))?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Fails if a generated file is not what the product prints now.
pub fn check() -> Result<()> {
    let stale: Vec<&str> = generate()?
        .into_iter()
        .filter(|(path, text)| fs::read_to_string(root().join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    if !stale.is_empty() {
        bail!(
            "{} not what `{BINARY}` prints: run `cargo xtask codegen` and commit",
            stale.join(", ")
        );
    }
    Ok(())
}

fn generate() -> Result<Vec<(&'static str, String)>> {
    let binary = server::build(BINARY, BINARY, Profile::Dev, false)?;
    GENERATED
        .iter()
        .map(|(arguments, path)| {
            let text = process::output(Command::new(&binary).args(*arguments))?;
            ensure!(
                !text.trim().is_empty(),
                "`{BINARY} {}` prints nothing",
                arguments.join(" ")
            );
            Ok((*path, text))
        })
        .collect()
}
