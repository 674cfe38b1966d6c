//! `cargo xtask bench`: the hot path against the ceiling of this machine, in the same run, and the pages of the
//! console in a browser.
//!
//! Owns: set-up through the API, the order of the runs, and the proof after each that the books agree with
//! the answers. The load itself comes from `guildhall-bench`, a process of its own. Absolute figures drift
//! with the machine; the ratio to the ceiling is the result. A failed call or a wrong book fails the bench,
//! a missed target is only reported.

mod books;
mod cases;
mod console;
mod large;
mod load;
mod options;
mod report;
mod site;
mod usage;

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::places::{BENCH_CEILING, BINARY, GROW_BINARY, LOAD_BINARY, LOAD_PACKAGE, target};
use crate::postgres::Postgres;
use crate::scratch::Scratch;
use crate::server::{self, Profile, Server, Storage};
use crate::web;
use console::Console;
use options::{Database, Options};
use report::{Report, Section};
use site::Site;

/// Starts of the server for the median of the time to the first answer.
const STARTS: usize = 5;

/// Reads the options, measures, prints the table and writes the JSON.
pub fn run(arguments: &[&str]) -> Result<()> {
    let Some(options) = Options::parse(arguments)? else {
        println!("{}", options::USAGE);
        return Ok(());
    };
    let has_cases = !cases::all(&options).is_empty();
    ensure!(
        has_cases || options.wants(console::NAME) || options.names(large::NAME),
        "no case has this in its name: {}",
        options.only.as_deref().unwrap_or_default()
    );
    let without_console = match options.wants(console::NAME) {
        true => console::missing()?,
        false => Some("not asked for".to_owned()),
    };
    println!("Building in release; on a fresh machine this takes some minutes.");
    if without_console.is_none() {
        web::build()?;
    }
    let programs = Programs {
        server: server::build(BINARY, BINARY, Profile::Release, without_console.is_none())?,
        load: server::build(LOAD_PACKAGE, LOAD_BINARY, Profile::Release, false)?,
    };
    let mut sections = Vec::new();
    if has_cases {
        for database in &options.databases {
            sections.push(measure(&programs, &options, *database)?);
        }
    }
    let console = match without_console {
        Some(reason) => Err(reason),
        None => Ok(Console::measure(
            &programs.server,
            Scratch::new("bench-console")?.path(),
        )?),
    };
    let mut large = Vec::new();
    if options.names(large::NAME) {
        let grow = server::build(LOAD_PACKAGE, GROW_BINARY, Profile::Release, false)?;
        for database in &options.databases {
            large.push(large::measure(&programs, &grow, &options, *database)?);
        }
    }
    let report = Report {
        sections,
        large,
        console,
    };
    println!("\n{}", report.table());
    let path = target().join("bench.json");
    std::fs::write(&path, format!("{:#}\n", report.json())).context("cannot write the report")?;
    println!("As JSON: {}", path.display());
    report.verdict()
}

struct Programs {
    server: std::path::PathBuf,
    load: std::path::PathBuf,
}

fn measure(programs: &Programs, options: &Options, database: Database) -> Result<Section> {
    println!("\n==> {}", database.name());
    let scratch = Scratch::new("bench")?;
    let postgres = match database {
        Database::Sqlite => None,
        Database::Postgres => Some(Postgres::start()?),
    };
    let url = postgres
        .as_ref()
        .map(|server| server.create_database("bench"))
        .transpose()?;
    let storage = Storage {
        data: scratch.path().join("data"),
        database: url,
    };
    let (start_ms, idle_bytes) = measure_start(programs, &storage, scratch.path())?;
    println!(
        "start to first answer {start_ms:.0} ms, idle memory {:.1} MB",
        idle_bytes as f64 / 1e6
    );

    let server = Server::start(
        &programs.server,
        &storage,
        &scratch.path().join("server.log"),
        &[(BENCH_CEILING, "1")],
    )?;
    let site = Site::set_up(server.address, options.workspaces_max())?;
    let stage = cases::Stage {
        programs,
        options,
        storage: &storage,
        scratch: scratch.path(),
        server: &server,
        postgres: postgres.as_ref(),
        site: &site,
    };
    let mut results = Vec::new();
    for case in cases::all(options) {
        results.push(stage.run(&case, database)?);
    }
    server.stop()?;
    server::doctor(&programs.server, &storage).context("after the server has ended")?;
    Ok(Section {
        database,
        start_ms,
        idle_bytes,
        results,
    })
}

/// Median time from the process to its first answer, and its memory then. The first start, which makes the
/// database, is not among them.
fn measure_start(programs: &Programs, storage: &Storage, scratch: &Path) -> Result<(f64, u64)> {
    let log = scratch.join("start.log");
    Server::start(&programs.server, storage, &log, &[])?.stop()?;
    let mut times = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&programs.server, storage, &log, &[])?;
        times.push(server.first_answer.as_secs_f64() * 1000.0);
        memory.push(usage::resident_bytes(server.pid())?);
        server.stop()?;
    }
    times.sort_by(f64::total_cmp);
    memory.sort_unstable();
    Ok((times[STARTS / 2], memory[STARTS / 2]))
}
