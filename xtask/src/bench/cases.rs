//! What is measured: the cases, their targets, and how one is run.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::load::{Load, Measured};
use super::options::{Database, Options};
use super::report::{Case, CaseResult, Highest, Target, middle};
use super::site::{FLOW, FLOW_WORKSPACES, Site, Workspace};
use super::{Programs, books, usage};
use crate::places::CEILING_PATH;
use crate::postgres::Postgres;
use crate::server::{self, Server, Storage};

/// Input of the called flow, as JSON of 100 bytes.
const NAME: &str = "Ada Lovelace";
const NOTE: &str = "a note of the length that makes the input one hundred bytes in all.";

/// What a request of a case does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `POST /v1/operator/verify` with a charge.
    Verify,
    /// `POST /v1/flows/{flow}/call`.
    Call,
}

/// The cases in their order; the ones relative to another come after it.
pub fn all(options: &Options) -> Vec<Case> {
    let verify = "verify with a charge";
    let case = |name: String, kind, workspaces, connections, target| Case {
        name,
        kind,
        workspaces,
        connections,
        target,
    };
    let many = options.workspaces_max();
    let of_ceiling = |sqlite, postgres| Target::OfCeiling { sqlite, postgres };
    let cases = vec![
        case(
            format!("{verify}, 50 workspaces"),
            Kind::Verify,
            50,
            256,
            of_ceiling((0.25, 0.50), (0.15, 0.35)),
        ),
        case(
            format!("{verify}, one workspace"),
            Kind::Verify,
            1,
            256,
            Target::OfFirst {
                must: Some(0.9),
                aim: 1.0,
            },
        ),
        case(
            format!("{verify}, {many} workspaces"),
            Kind::Verify,
            many,
            256,
            Target::OfFirst { must: None, aim: 0.7 },
        ),
        case(
            "call a flow (set, input schema)".to_owned(),
            Kind::Call,
            FLOW_WORKSPACES,
            256,
            of_ceiling((0.15, 0.35), (0.10, 0.25)),
        ),
    ];
    cases
        .into_iter()
        .filter(|case| options.wants(&case.name))
        .collect()
}

/// The ceiling and the highest throughput are measured so often, and those with the middle ratio are the result: what
/// half the rate is hangs on one of them. Odd, so that there is a middle.
const HIGHEST_RUNS: usize = 3;
/// The latency at half the rate is measured so often, and the run in the middle is the result: on a shared machine one
/// run may have a p99 three times that of the next. Odd as well.
const HALF_RUNS: usize = 5;

/// Everything that a case runs on.
pub struct Stage<'a> {
    pub programs: &'a Programs,
    pub options: &'a Options,
    pub storage: &'a Storage,
    pub scratch: &'a Path,
    pub server: &'a Server,
    pub postgres: Option<&'a Postgres>,
    pub site: &'a Site,
}

impl Stage<'_> {
    /// The ceiling and the highest throughput, some times; then half of it at a constant rate some times, and that rate
    /// on the constant route.
    pub fn run(&self, case: &Case, database: Database) -> Result<CaseResult> {
        println!("{} ...", case.name);
        let workspaces = &self.site.workspaces[..case.workspaces];
        let requests: Vec<Value> = workspaces
            .iter()
            .map(|workspace| self.request(case.kind, workspace))
            .collect();
        let ceiling_requests: Vec<Value> = requests.iter().map(to_ceiling).collect();
        let highest = (0..HIGHEST_RUNS).map(|_| self.highest(case, &requests, &ceiling_requests));
        let mut highest: Vec<Highest> = highest.collect::<Result<_>>()?;
        highest.sort_by(|one, other| one.of_ceiling().total_cmp(&other.of_ceiling()));
        let rate = Some(middle(&highest).run.rps / 2.0);
        let halves = (0..HALF_RUNS).map(|_| self.charged(case, &requests, rate));
        let mut halves: Vec<Measured> = halves.collect::<Result<_>>()?;
        halves.sort_by(|one, other| one.p99_ms.total_cmp(&other.p99_ms));
        let floor = self.load(case, &ceiling_requests, rate, None)?;
        let memory_bytes = usage::resident_bytes(self.server.pid())?;
        let result = CaseResult {
            case: case.clone(),
            database,
            highest,
            halves,
            floor,
            memory_bytes,
        };
        println!("{}", result.line());
        Ok(result)
    }

    fn highest(&self, case: &Case, requests: &[Value], ceiling_requests: &[Value]) -> Result<Highest> {
        let ceiling = self.load(case, ceiling_requests, None, None)?;
        let cpu_before = self.server_cpu_seconds()?;
        let disk_before = self.disk_bytes()?;
        let run = self.charged(case, requests, None)?;
        Ok(Highest {
            ceiling,
            run,
            disk_bytes: self.disk_bytes()?.saturating_sub(disk_before),
            server_cpu_seconds: self.server_cpu_seconds()? - cpu_before,
        })
    }

    /// A run that is charged, and the proof that the books agree with it.
    fn charged(&self, case: &Case, requests: &[Value], rate: Option<f64>) -> Result<Measured> {
        let workspaces = &self.site.workspaces[..case.workspaces];
        let before = books::read(workspaces)?;
        let measured = self.load(case, requests, rate, Some(case.kind.expect()))?;
        let after = books::read(workspaces)?;
        books::check(before, after, &measured).context(case.name.clone())?;
        server::doctor(&self.programs.server, self.storage).context(case.name.clone())?;
        Ok(measured)
    }

    fn load(
        &self,
        case: &Case,
        requests: &[Value],
        rate: Option<f64>,
        expect: Option<&str>,
    ) -> Result<Measured> {
        let load = Load {
            requests,
            connections: case.connections,
            seconds: self.options.seconds,
            rate,
            expect,
        };
        load.run(&self.programs.load, self.server.address, self.scratch)
    }

    fn request(&self, kind: Kind, workspace: &Workspace) -> Value {
        let (path, token, body) = match kind {
            Kind::Verify => (
                "/v1/operator/verify".to_owned(),
                &self.site.service.token,
                json!({"key": workspace.key}),
            ),
            Kind::Call => (
                format!("/v1/flows/{FLOW}/call"),
                &workspace.key,
                json!({"name": NAME, "note": NOTE}),
            ),
        };
        let headers = json!({"authorization": format!("Bearer {token}"), "content-type": "application/json"});
        json!({"method": "POST", "path": path, "headers": headers, "body": body})
    }

    fn disk_bytes(&self) -> Result<u64> {
        match self.postgres {
            Some(postgres) => usage::folder_bytes(&postgres.tables_folder()),
            None => usage::folder_bytes(&self.storage.data),
        }
    }

    /// Of the server, and of the database's processes where they are others.
    fn server_cpu_seconds(&self) -> Result<f64> {
        let database = self
            .postgres
            .map_or(Ok(0.0), |postgres| usage::cpu_seconds(postgres.pid()))?;
        Ok(usage::cpu_seconds(self.server.pid())? + database)
    }
}

impl Kind {
    /// A text that only a good answer holds.
    fn expect(self) -> &'static str {
        match self {
            Kind::Verify => "\"valid\":true",
            Kind::Call => NOTE,
        }
    }
}

/// The same method, headers and body on the constant route.
fn to_ceiling(request: &Value) -> Value {
    let mut request = request.clone();
    request["path"] = json!(CEILING_PATH);
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_has_one_hundred_bytes() {
        assert_eq!(json!({"name": NAME, "note": NOTE}).to_string().len(), 100);
    }
}
