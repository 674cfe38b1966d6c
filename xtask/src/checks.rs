//! `cargo xtask test`: everything that must hold, on both databases, stopping at the first failure.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::places::{TEST_POSTGRES_URL, root};
use crate::postgres::Postgres;
use crate::server::cargo;
use crate::{codegen, process, signals, tidy, web};

const DENY_MISSING: &str =
    "cargo-deny is not installed: cargo install --locked cargo-deny, or run with --install";

/// What came of a step.
enum Outcome {
    Passed,
    /// Not run, with the reason; said again in the summary.
    Skipped(String),
}

struct Report {
    lines: Vec<String>,
    skipped: usize,
    started: Instant,
}

/// Runs all steps. With `install`, tools of cargo that are missing are built first, which takes minutes.
pub fn run(install: bool) -> Result<()> {
    let mut report = Report {
        lines: Vec::new(),
        skipped: 0,
        started: Instant::now(),
    };
    let done = steps(&mut report, install);
    report.print(done.is_ok());
    done
}

fn steps(report: &mut Report, install: bool) -> Result<()> {
    report.step("format", || cargo_run(&["fmt", "--all", "--check"], &[]))?;
    report.step("tidy", || tidy::run(&root()).map(|()| Outcome::Passed))?;
    report.step("clippy", || {
        cargo_run(
            &[
                "clippy",
                "--quiet",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ],
            &[],
        )
    })?;
    let mut postgres = None;
    report.step("start a private PostgreSQL", || {
        postgres = Some(Postgres::start()?);
        Ok(Outcome::Passed)
    })?;
    let url = postgres
        .as_ref()
        .map(|server| server.url("postgres"))
        .context("PostgreSQL is not there")?;
    let environment = [(TEST_POSTGRES_URL, url.as_str())];
    report.step("tests on SQLite and PostgreSQL", || tests(&environment, install))?;
    report.step("examples in the documentation", || {
        cargo_run(
            &["test", "--quiet", "--workspace", "--doc", "--locked"],
            &environment,
        )
    })?;
    drop(postgres);
    report.step("documentation", || {
        let arguments = [
            "doc",
            "--quiet",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--locked",
        ];
        cargo_run(&arguments, &[("RUSTDOCFLAGS", "-D warnings")])
    })?;
    report.step("generated files", || codegen::check().map(|()| Outcome::Passed))?;
    report.step("console: generated types, types, lint, units", || {
        with_node(web::check)
    })?;
    report.step("console: how the binary serves it", || with_node(served))?;
    report.step("console: in a browser", || {
        if let Err(reason) = web::browser(install)? {
            return Ok(Outcome::Skipped(reason));
        }
        with_node(web::browse)
    })?;
    report.step("licences and sources of dependencies", || deny(install))?;
    report.step("advisories on dependencies", advisories)
}

/// What needs Node, or why it was left out.
fn with_node(work: impl FnOnce() -> Result<()>) -> Result<Outcome> {
    match web::missing() {
        Some(reason) => Ok(Outcome::Skipped(reason)),
        None => work().map(|()| Outcome::Passed),
    }
}

/// What is compiled only with the console in the binary.
fn served() -> Result<()> {
    web::build()?;
    let feature = [
        "--quiet",
        "--locked",
        "--package",
        "server",
        "--features",
        "console",
    ];
    let lint = [
        &["clippy"],
        &feature[..],
        &["--all-targets", "--", "-D", "warnings"],
    ]
    .concat();
    cargo_run(&lint, &[])?;
    let test = [&["test"], &feature[..], &["--test", "it", "console"]].concat();
    cargo_run(&test, &[]).map(drop)
}

/// cargo-nextest runs each test in a process of its own; `cargo test` proves the same, slower.
fn tests(environment: &[(&str, &str)], install: bool) -> Result<Outcome> {
    if has_or_install("nextest", install)? {
        return cargo_run(
            &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"],
            environment,
        );
    }
    eprintln!("cargo-nextest is not installed (cargo install --locked cargo-nextest): using cargo test");
    cargo_run(
        &["test", "--quiet", "--workspace", "--all-targets", "--locked"],
        environment,
    )
}

fn deny(install: bool) -> Result<Outcome> {
    if !has_or_install("deny", install)? {
        return Ok(Outcome::Skipped(DENY_MISSING.to_owned()));
    }
    cargo_run(
        &[
            "deny",
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ],
        &[],
    )
}

/// Known weaknesses of what we depend on. The list of them is fetched, the only thing here that needs a network.
fn advisories() -> Result<Outcome> {
    if !has("deny") {
        return Ok(Outcome::Skipped(DENY_MISSING.to_owned()));
    }
    let mut command = Command::new(cargo());
    command
        .args(["deny", "--log-level", "error", "check", "advisories"])
        .current_dir(root());
    let output = command
        .stdin(Stdio::null())
        .output()
        .context("cannot start cargo-deny")?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(Outcome::Passed),
        false if said.contains("failed to fetch advisory database") => Ok(Outcome::Skipped(
            "the database of advisories cannot be fetched from here".to_owned(),
        )),
        false => bail!("cargo-deny says:\n{said}"),
    }
}

fn has_or_install(tool: &str, install: bool) -> Result<bool> {
    if has(tool) {
        return Ok(true);
    }
    if !install {
        return Ok(false);
    }
    let package = format!("cargo-{tool}");
    eprintln!("installing {package}; this takes some minutes");
    cargo_run(&["install", "--quiet", "--locked", &package], &[])?;
    Ok(has(tool))
}

fn has(tool: &str) -> bool {
    let mut command = Command::new(cargo());
    command
        .args([tool, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn cargo_run(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Outcome> {
    let mut command = Command::new(cargo());
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root())
        .stdin(Stdio::null());
    process::run(&mut command)?;
    Ok(Outcome::Passed)
}

impl Report {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        signals::check()?;
        println!("==> {name}");
        let started = Instant::now();
        let outcome = work();
        let took = seconds(started.elapsed());
        match outcome {
            Ok(Outcome::Passed) => self.lines.push(format!("passed   {took:>8}  {name}")),
            Ok(Outcome::Skipped(reason)) => {
                self.skipped += 1;
                self.lines.push(format!("SKIPPED  {took:>8}  {name}: {reason}"));
            }
            Err(error) => {
                self.lines.push(format!("FAILED   {took:>8}  {name}"));
                bail!("{name}: {error:#}");
            }
        }
        Ok(())
    }

    fn print(&self, passed: bool) {
        println!("\n{}", self.lines.join("\n"));
        let verdict = match (passed, self.skipped) {
            (false, _) => "failed".to_owned(),
            (true, 0) => "all passed".to_owned(),
            (true, skipped) => format!("passed, {skipped} skipped"),
        };
        println!("{verdict} in {}", seconds(self.started.elapsed()));
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
