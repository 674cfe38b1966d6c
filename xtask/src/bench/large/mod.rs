//! The same requests on a small instance and on a large one: whether what is there already makes anything slower.
//!
//! A small instance is set up through the API and backed up. `guildhall-bench-grow` makes two backups of that one,
//! with few and with many workspaces, keys and calls of 90 days; each is restored and has to pass `guildhall doctor`
//! before and after. Both serve at the same time and are asked in turn, so that what else the machine does meets both.

mod grow;
mod measure;
mod report;

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Programs;
use super::options::{Database, Options};
use super::site::{FLOW, Site, Workspace};
use crate::places::BENCH_CEILING;
use crate::postgres::Postgres;
use crate::scratch::Scratch;
use crate::server::{self, Server, Storage};
use grow::{Base, Restored};
use measure::Place;
pub use report::Large;

/// By this name `--only` finds it; without it, it is not run.
pub const NAME: &str = "large";

/// Workspaces that are set up through the API, and keys of each that work.
const WORKSPACES: usize = 50;
const KEYS_EACH: usize = 10;
/// Flows and keys of the hot workspace, which is the first one.
const HOT_FLOWS: usize = 3;
const HOT_KEYS: usize = 60;
/// Calls and checks of keys that are made in the first two.
const CALLS: usize = 20;

/// How much an instance holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub workspaces: u64,
    pub keys: u64,
    pub calls: u64,
}

impl Size {
    const SMALL: Size = Size {
        workspaces: 100,
        keys: 1_000,
        calls: 10_000,
    };
    const LARGE: Size = Size {
        workspaces: 100_000,
        keys: 1_000_000,
        calls: 10_000_000,
    };
    const LARGE_QUICK: Size = Size {
        workspaces: 10_000,
        keys: 100_000,
        calls: 1_000_000,
    };

    /// The large one.
    pub fn large(options: &Options) -> Size {
        if options.quick {
            Size::LARGE_QUICK
        } else {
            Size::LARGE
        }
    }
}

/// Who is in the small instance, and with what.
struct Population {
    site: Site,
    /// Keys that work, of all its workspaces.
    keys: Vec<String>,
}

/// Both sizes on one database.
pub fn measure(programs: &Programs, grow: &Path, options: &Options, database: Database) -> Result<Large> {
    println!("\n==> {NAME}, {}", database.name());
    let scratch = Scratch::new("bench-large")?;
    let size = Size::large(options);
    grow::ensure_space(scratch.path(), size)?;
    let postgres = match database {
        Database::Sqlite => None,
        Database::Postgres => Some(Postgres::start()?),
    };
    let storage = |name: &str| -> Result<Storage> {
        let made = postgres.as_ref().map(|server| server.create_database(name));
        Ok(Storage {
            data: scratch.path().join(name),
            database: made.transpose()?,
        })
    };
    let base = storage("base")?;
    let log = scratch.path().join("server.log");
    let server = Server::start(&programs.server, &base, &log, &[])?;
    let population = Population::set_up(&server).context("setting up the small instance")?;
    server.stop()?;
    let base = Base::back_up(&programs.server, grow, &base, scratch.path())?;

    let grown = |name: &str, size: Size| -> Result<(Storage, Restored)> {
        let storage = storage(name)?;
        let restored = base
            .grow(size, &storage, scratch.path())
            .with_context(|| format!("growing the {name} instance"))?;
        println!("  {name}: {}", restored.line());
        Ok((storage, restored))
    };
    let (small, large) = (grown("small", Size::SMALL)?, grown("large", size)?);
    let place = |(storage, _): &(Storage, Restored)| -> Result<Place<'_>> {
        let server = Server::start(&programs.server, storage, &log, &[(BENCH_CEILING, "1")])?;
        Ok(Place {
            programs,
            options,
            workspaces: population.on(&server),
            server,
            postgres: postgres.as_ref(),
            scratch: scratch.path(),
        })
    };
    let places = [place(&small)?, place(&large)?];
    let figures = measure::both(&places, &population)?;
    for place in places {
        place.server.stop()?;
    }
    for (storage, _) in [&small, &large] {
        server::doctor(&programs.server, storage).context("after all requests")?;
    }
    Ok(Large {
        database,
        size,
        restored: [small.1, large.1],
        figures,
    })
}

impl Population {
    fn set_up(server: &Server) -> Result<Population> {
        let site = Site::set_up(server.address, WORKSPACES)?;
        let mut keys = Vec::new();
        for (number, workspace) in site.workspaces.iter().enumerate() {
            keys.push(workspace.key.clone());
            let more = if number == 0 { HOT_KEYS } else { KEYS_EACH } - 1;
            let made = (0..more).map(|_| workspace.owner.create_key(&workspace.id, "bench"));
            let made = made.collect::<Result<Vec<_>>>()?;
            keys.extend(made.into_iter().take(KEYS_EACH - 1).map(|key| key.token));
        }
        let hot = site.workspaces.first().context("there is no workspace")?;
        let definition = super::site::DEFINITION;
        for number in 1..HOT_FLOWS {
            let name = format!("{FLOW}-{number}");
            hot.owner
                .deploy_flow(&hot.id, &name, definition)
                .with_context(|| name.clone())?;
        }
        for workspace in &site.workspaces[..2] {
            for _ in 0..CALLS {
                call(&site, workspace, server)?;
            }
        }
        Ok(Population { site, keys })
    }

    /// The same people and workspaces on another server that has them.
    fn on(&self, server: &Server) -> Vec<Workspace> {
        let workspaces = self.site.workspaces.iter();
        let workspaces = workspaces.map(|workspace| Workspace {
            id: workspace.id.clone(),
            key: workspace.key.clone(),
            owner: Rc::new(workspace.owner.on(server.address)),
        });
        workspaces.collect()
    }
}

/// A call of the flow and a check of the key.
fn call(site: &Site, workspace: &Workspace, server: &Server) -> Result<()> {
    let verified = site
        .service
        .post("/v1/operator/verify", &json!({"key": workspace.key}))?
        .success()?;
    ensure!(verified["valid"] == true, "the key is not valid: {verified}");
    let key = crate::api::Bearer::new(server.address, workspace.key.clone());
    key.post(
        &format!("/v1/flows/{FLOW}/call"),
        &json!({"name": "Ada", "note": "a note"}),
    )?
    .success()?;
    Ok(())
}
