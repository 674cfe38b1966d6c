//! What is asked of both instances, and how long the answers take.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Population;
use crate::bench::load::{Load, Measured};
use crate::bench::options::Options;
use crate::bench::site::Workspace;
use crate::bench::{Programs, books, usage};
use crate::places::CEILING_PATH;
use crate::postgres::Postgres;
use crate::server::Server;

/// Keys a second when each is checked for the first time since the start, and once more.
const FIRST_CHECKS_PER_SECOND: f64 = 100.0;
const FIRST_CHECKS_CONNECTIONS: usize = 4;
/// A list is asked for one request after another, so long, and until there are so many answers.
const LIST_SECONDS: u64 = 1;
const LIST_SECONDS_MAX: u64 = 30;
const LIST_ANSWERS_MIN: f64 = 30.0;
/// A deep page comes after so many of the longest.
const DEEP_PAGES: usize = 20;
const CONNECTIONS: usize = 256;

/// A server with one of the instances.
pub struct Place<'a> {
    pub programs: &'a Programs,
    pub options: &'a Options,
    pub server: Server,
    pub workspaces: Vec<Workspace>,
    pub postgres: Option<&'a Postgres>,
    pub scratch: &'a Path,
}

/// What came of one kind of request.
#[derive(Debug, Clone)]
pub struct Answers {
    pub measured: Measured,
    /// Time of processors that one answer took, of the server and the database: what a busy machine changes least.
    pub cpu_ms: f64,
}

/// The same request to the small instance and the large one.
#[derive(Debug)]
pub struct Compared {
    pub name: String,
    pub answers: [Answers; 2],
}

/// What came of one instance as a whole.
#[derive(Debug)]
pub struct Whole {
    pub start_ms: f64,
    pub ceiling: Measured,
    pub highest: Measured,
    pub memory_bytes: u64,
}

/// Everything.
#[derive(Debug)]
pub struct Figures {
    pub compared: Vec<Compared>,
    pub whole: [Whole; 2],
}

/// Keys first, for only then none is in memory; what writes most comes last.
pub fn both(places: &[Place; 2], population: &Population) -> Result<Figures> {
    let service = &population.site.service.token;
    let checks: Vec<Value> = population.keys.iter().map(|key| check(service, key)).collect();
    let mut compared = Vec::new();
    for name in ["verify, keys not in memory", "verify, keys in memory"] {
        compared.push(compare(places, name, |place| place.each_once(&checks))?);
    }
    let [few, many] = [lists_of(&places[0].workspaces)?, lists_of(&places[1].workspaces)?];
    for (few, many) in few.iter().zip(&many) {
        let list = |place: &Place| {
            place.list(if std::ptr::eq(place, &places[0]) {
                few
            } else {
                many
            })
        };
        compared.push(compare(places, few.name, list)?);
    }
    let whole = [places[0].whole(service)?, places[1].whole(service)?];
    Ok(Figures { compared, whole })
}

fn compare(places: &[Place; 2], name: &str, ask: impl Fn(&Place) -> Result<Answers>) -> Result<Compared> {
    let [small, large] = places;
    let answers = [
        ask(small).context(name.to_owned())?,
        ask(large).context(name.to_owned())?,
    ];
    let compared = Compared {
        name: name.to_owned(),
        answers,
    };
    println!("  {}", compared.line());
    Ok(compared)
}

impl Place<'_> {
    /// Each request once.
    fn each_once(&self, requests: &[Value]) -> Result<Answers> {
        let seconds = requests.len() as f64 / FIRST_CHECKS_PER_SECOND;
        self.run(&Load {
            requests,
            connections: FIRST_CHECKS_CONNECTIONS,
            // The warm-up takes one second and its part of the requests.
            seconds: (seconds as u64).saturating_sub(1).max(1),
            rate: Some(FIRST_CHECKS_PER_SECOND),
            expect: Some("\"valid\":true"),
        })
    }

    fn list(&self, list: &List) -> Result<Answers> {
        let requests = [list.request()];
        let ask = |seconds| {
            self.run(&Load {
                requests: &requests,
                connections: 1,
                seconds,
                rate: None,
                expect: None,
            })
        };
        let answers = ask(LIST_SECONDS)?;
        if answers.measured.accepted as f64 >= LIST_ANSWERS_MIN {
            return Ok(answers);
        }
        // Without any answer after the warm-up it is too slow to guess from.
        let wanted = if answers.measured.p50_ms > 0.0 {
            (answers.measured.p50_ms * LIST_ANSWERS_MIN / 1000.0).ceil() as u64
        } else {
            LIST_SECONDS_MAX
        };
        ask(wanted.clamp(LIST_SECONDS, LIST_SECONDS_MAX))
    }

    /// The highest rate of `verify`, and of the constant route.
    fn whole(&self, service: &str) -> Result<Whole> {
        let requests: Vec<Value> = self
            .workspaces
            .iter()
            .map(|workspace| check(service, &workspace.key))
            .collect();
        let constant: Vec<Value> = requests.iter().cloned().map(to_ceiling).collect();
        let most = |requests: &[Value], expect| -> Result<Measured> {
            let answers = self.run(&Load {
                requests,
                connections: CONNECTIONS,
                seconds: self.options.seconds,
                rate: None,
                expect,
            })?;
            Ok(answers.measured)
        };
        let ceiling = most(&constant, None)?;
        let before = books::read(&self.workspaces)?;
        let highest = most(&requests, Some("\"valid\":true"))?;
        books::check(before, books::read(&self.workspaces)?, &highest)?;
        Ok(Whole {
            start_ms: self.server.first_answer.as_secs_f64() * 1000.0,
            ceiling,
            highest,
            memory_bytes: usage::resident_bytes(self.server.pid())?,
        })
    }

    fn run(&self, load: &Load) -> Result<Answers> {
        let before = self.cpu_seconds()?;
        let measured = load.run(&self.programs.load, self.server.address, self.scratch)?;
        let cpu_seconds = self.cpu_seconds()? - before;
        ensure!(
            measured.failures == 0,
            "{} requests failed, for instance: {}",
            measured.failures,
            measured.report["failure_sample"]
        );
        Ok(Answers {
            cpu_ms: cpu_seconds * 1000.0 / measured.accepted.max(1) as f64,
            measured,
        })
    }

    /// Of the server, and of the database's processes where they are others.
    fn cpu_seconds(&self) -> Result<f64> {
        let database = self
            .postgres
            .map_or(Ok(0.0), |postgres| usage::cpu_seconds(postgres.pid()))?;
        Ok(usage::cpu_seconds(self.server.pid())? + database)
    }
}

/// A list, or sums, that somebody looks at.
struct List<'a> {
    name: &'static str,
    workspace: &'a Workspace,
    path: String,
}

impl List<'_> {
    fn request(&self) -> Value {
        let Workspace { id, owner, .. } = self.workspace;
        json!({"method": "GET", "path": self.path, "headers": {"cookie": owner.cookie(), "guildhall-workspace": id}})
    }
}

/// Of the hot workspace, of one that is the same in both instances, and of the operator.
fn lists_of(workspaces: &[Workspace]) -> Result<Vec<List<'_>>> {
    let [hot, other, ..] = workspaces else {
        anyhow::bail!("two workspaces are looked at");
    };
    let newest = hot.owner.get(&hot.id, "/v1/keys?limit=1")?;
    let idle_key = crate::api::id(&newest["items"][0])?;
    let of = |workspace, name, path: &str| List {
        name,
        workspace,
        path: path.to_owned(),
    };
    Ok(vec![
        of(hot, "usage events", "/v1/usage/events"),
        of(hot, "usage events, a deep page", &deep(hot, "/v1/usage/events")?),
        of(
            hot,
            "usage events of a key that never called",
            &format!("/v1/usage/events?key={idle_key}"),
        ),
        of(hot, "runs", "/v1/runs"),
        of(hot, "runs, a deep page", &deep(hot, "/v1/runs")?),
        of(hot, "runs that failed", "/v1/runs?state=failed"),
        of(hot, "ledger", "/v1/credits/ledger"),
        of(hot, "ledger, a deep page", &deep(hot, "/v1/credits/ledger")?),
        of(hot, "ledger, grants alone", "/v1/credits/ledger?kind=grant"),
        of(hot, "credits", "/v1/credits"),
        of(hot, "keys", "/v1/keys"),
        of(hot, "flows", "/v1/flows"),
        of(hot, "usage of 30 days by day", "/v1/usage/summary?group_by=day"),
        of(hot, "usage of 30 days by flow", "/v1/usage/summary?group_by=flow"),
        of(hot, "usage of 30 days by key", "/v1/usage/summary?group_by=key"),
        of(
            hot,
            "usage of 30 days by day and flow",
            "/v1/usage/summary?group_by=day,flow",
        ),
        of(other, "another workspace: usage events", "/v1/usage/events"),
        of(other, "another workspace: runs", "/v1/runs"),
        of(other, "another workspace: ledger", "/v1/credits/ledger"),
        of(other, "another workspace: keys", "/v1/keys"),
        of(
            other,
            "another workspace: usage of 30 days by day",
            "/v1/usage/summary?group_by=day",
        ),
        of(hot, "operator: workspaces", "/v1/operator/workspaces"),
        of(hot, "operator: users", "/v1/operator/users"),
    ])
}

/// The path of a page that is reached by following the cursors.
fn deep(workspace: &Workspace, path: &str) -> Result<String> {
    let mut cursor = None;
    for _ in 0..DEEP_PAGES {
        let from = cursor.map_or(String::new(), |cursor: String| format!("&cursor={cursor}"));
        let page = workspace
            .owner
            .get(&workspace.id, &format!("{path}?limit=200{from}"))?;
        let next = page["next_cursor"].as_str();
        cursor = Some(next.with_context(|| format!("{path} ends too soon"))?.to_owned());
    }
    Ok(format!("{path}?cursor={}", cursor.unwrap_or_default()))
}

fn check(service: &str, key: &str) -> Value {
    let headers = json!({"authorization": format!("Bearer {service}"), "content-type": "application/json"});
    json!({"method": "POST", "path": "/v1/operator/verify", "headers": headers, "body": {"key": key}})
}

fn to_ceiling(mut request: Value) -> Value {
    request["path"] = json!(CEILING_PATH);
    request
}
