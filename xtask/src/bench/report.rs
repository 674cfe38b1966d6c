//! The table and the JSON, with each result against its target.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::cases::Kind;
use super::console::Console;
use super::large::Large;
use super::load::Measured;
use super::options::Database;

/// A case and what is asked of it.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub kind: Kind,
    pub workspaces: usize,
    pub connections: usize,
    pub target: Target,
}

/// Must and aim, as parts of something measured in the same run.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// Of the ceiling: must and aim on either database.
    OfCeiling {
        sqlite: (f64, f64),
        postgres: (f64, f64),
    },
    /// Of the first case.
    OfFirst { must: Option<f64>, aim: f64 },
}

/// What is to be less than a figure: must and aim. They were set for SQLite.
#[derive(Debug, Clone, Copy)]
struct Below {
    must: f64,
    aim: f64,
}

/// In milliseconds, at half of the highest rate.
const P99: Below = Below { must: 10.0, aim: 5.0 };
/// In bytes of a charged call, input and output of 100 bytes each.
const DISK: Below = Below {
    must: 700.0,
    aim: 500.0,
};

impl Below {
    fn met(self, database: Database, measured: f64) -> &'static str {
        match database {
            Database::Postgres => "reported",
            Database::Sqlite if measured < self.aim => "aim",
            Database::Sqlite if measured < self.must => "must",
            Database::Sqlite => "MISSED",
        }
    }
}

/// What came of a case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    pub case: Case,
    pub database: Database,
    /// Some measurements of the highest throughput, by their part of the ceiling.
    pub highest: Vec<Highest>,
    /// At half the rate of the middle one, open loop: some runs, by their p99.
    pub halves: Vec<Measured>,
    /// The constant route at the same rate: what the machine itself adds to latency.
    pub floor: Measured,
    pub memory_bytes: u64,
}

/// The highest throughput, and the ceiling just before it.
#[derive(Debug, Clone)]
pub struct Highest {
    pub ceiling: Measured,
    pub run: Measured,
    /// Growth of the database during the run.
    pub disk_bytes: u64,
    /// Of the server and the database during the run.
    pub server_cpu_seconds: f64,
}

impl Highest {
    /// Its part of the ceiling.
    pub fn of_ceiling(&self) -> f64 {
        self.run.rps / self.ceiling.rps
    }

    fn disk_bytes_per_call(&self) -> f64 {
        self.disk_bytes as f64 / self.run.accepted.max(1) as f64
    }

    /// Part of the machine that the load process took.
    fn load_share(&self) -> f64 {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
        self.run.cpu_seconds / (self.run.wall_seconds * cores)
    }

    fn json(&self) -> Value {
        json!({
            "of_ceiling": self.of_ceiling(),
            "disk_bytes_per_call": self.disk_bytes_per_call(),
            "load_share_of_machine": self.load_share(),
            "server_cpu_seconds": self.server_cpu_seconds,
            "ceiling": self.ceiling.report,
            "run": self.run.report,
        })
    }
}

/// The one in the middle of what is in order. There is at least one.
pub fn middle<T>(ordered: &[T]) -> &T {
    &ordered[ordered.len() / 2]
}

/// All results on one database.
#[derive(Debug)]
pub struct Section {
    pub database: Database,
    pub start_ms: f64,
    pub idle_bytes: u64,
    pub results: Vec<CaseResult>,
}

/// All results.
#[derive(Debug)]
pub struct Report {
    pub sections: Vec<Section>,
    /// The large instance, where it was asked for.
    pub large: Vec<Large>,
    /// Or why it was not measured.
    pub console: std::result::Result<Console, String>,
}

impl CaseResult {
    fn failures(&self) -> u64 {
        self.reports().map(|measured| measured.failures).sum()
    }

    fn reports(&self) -> impl Iterator<Item = &Measured> {
        let highest = self
            .highest
            .iter()
            .flat_map(|highest| [&highest.ceiling, &highest.run]);
        highest.chain(&self.halves).chain([&self.floor])
    }

    /// The measurement of the highest throughput that counts.
    fn highest(&self) -> &Highest {
        middle(&self.highest)
    }

    /// The run at half the rate that counts.
    fn half(&self) -> &Measured {
        middle(&self.halves)
    }

    /// The p99 of the run in the middle, then of the quickest and the slowest.
    fn p99_at_half(&self) -> String {
        let p99 = |run: Option<&Measured>| run.map_or(0.0, |run| run.p99_ms);
        format!(
            "{:.1} ms ({:.1} to {:.1})",
            self.half().p99_ms,
            p99(self.halves.first()),
            p99(self.halves.last())
        )
    }

    /// One line, as soon as it is known.
    pub fn line(&self) -> String {
        format!(
            "  {:.0}/s of {:.0}/s = {:.2}; at half the rate p50 {:.2} ms, p99 {}, the constant \
             route {:.2} ms, {:.2} ms; {} failures",
            self.highest().run.rps,
            self.highest().ceiling.rps,
            self.highest().of_ceiling(),
            self.half().p50_ms,
            self.p99_at_half(),
            self.floor.p50_ms,
            self.floor.p99_ms,
            self.failures()
        )
    }

    fn json(&self) -> Value {
        json!({
            "case": self.case.name,
            "workspaces": self.case.workspaces,
            "connections": self.case.connections,
            "of_ceiling": self.highest().of_ceiling(),
            "memory_bytes": self.memory_bytes,
            "highest": self.highest.iter().map(Highest::json).collect::<Vec<_>>(),
            "halves": self.halves.iter().map(|run| &run.report).collect::<Vec<_>>(),
            "floor": self.floor.report,
        })
    }
}

impl Section {
    /// The ratio that the target speaks of, the target as text, and how it was met.
    fn against_target(&self, result: &CaseResult) -> (f64, String, &'static str) {
        let (ratio, must, aim) = match result.case.target {
            Target::OfCeiling { sqlite, postgres } => {
                let (must, aim) = if self.database == Database::Sqlite {
                    sqlite
                } else {
                    postgres
                };
                (result.highest().of_ceiling(), Some(must), aim)
            }
            Target::OfFirst { must, aim } => {
                let first = self.results.first().unwrap_or(result);
                (result.highest().run.rps / first.highest().run.rps, must, aim)
            }
        };
        let met = match must {
            _ if ratio >= aim => "aim",
            Some(must) if ratio < must => "BELOW",
            Some(_) => "must",
            None => "reported",
        };
        let of = if matches!(result.case.target, Target::OfFirst { .. }) {
            " of first"
        } else {
            ""
        };
        let must = must.map_or("-".to_owned(), |must| format!("{must:.2}"));
        (ratio, format!("{must} / {aim:.2}{of}"), met)
    }

    fn table(&self) -> String {
        let mut lines = vec![format!(
            "{}: start to first answer {:.0} ms (must < 150, aim < 50), idle memory {:.1} MB (must < 50, aim < 30)",
            self.database.name(),
            self.start_ms,
            self.idle_bytes as f64 / 1e6
        )];
        if self.database == Database::Sqlite {
            lines.push(format!(
                "p99 at half the rate: must < {} ms, aim < {} ms; disk per call: must < {} B, aim < {} B",
                P99.must, P99.aim, DISK.must, DISK.aim
            ));
        }
        lines.push(row([
            "case",
            "per second",
            "ceiling",
            "of ceiling",
            "ratio",
            "must / aim",
            "met",
            "p99 at half (from, to), met",
            "constant",
            "disk/call, met",
            "load CPU",
            "failures",
        ]
        .map(str::to_owned)));
        for result in &self.results {
            let (ratio, target, met) = self.against_target(result);
            let highest = result.highest();
            let disk = highest.disk_bytes_per_call();
            lines.push(row([
                result.case.name.clone(),
                format!("{:.0}", highest.run.rps),
                format!("{:.0}", highest.ceiling.rps),
                format!("{:.2}", highest.of_ceiling()),
                format!("{ratio:.2}"),
                target,
                met.to_owned(),
                format!(
                    "{} {}",
                    result.p99_at_half(),
                    P99.met(self.database, result.half().p99_ms)
                ),
                format!("{:.2} ms", result.floor.p99_ms),
                format!("{disk:.0} B {}", DISK.met(self.database, disk)),
                format!("{:.0} %", highest.load_share() * 100.0),
                result.failures().to_string(),
            ]));
        }
        lines.join("\n")
    }

    fn json(&self) -> Value {
        json!({
            "database": self.database.name(),
            "start_ms": self.start_ms,
            "idle_memory_bytes": self.idle_bytes,
            "cases": self.results.iter().map(CaseResult::json).collect::<Vec<_>>(),
        })
    }
}

impl Report {
    /// For people.
    pub fn table(&self) -> String {
        let console = match &self.console {
            Ok(console) => console.table(),
            Err(reason) => format!("Console: not measured, {reason}"),
        };
        let sections = self.sections.iter().map(Section::table);
        let large = self.large.iter().map(Large::table);
        sections
            .chain(large)
            .chain([console])
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// For machines.
    pub fn json(&self) -> Value {
        json!({
            "databases": self.sections.iter().map(Section::json).collect::<Vec<_>>(),
            "large": self.large.iter().map(Large::json).collect::<Vec<_>>(),
            "console": self.console.as_ref().ok().map(Console::json),
        })
    }

    /// Fails if any request failed.
    pub fn verdict(&self) -> Result<()> {
        for result in self.sections.iter().flat_map(|section| &section.results) {
            let sample = result
                .reports()
                .find_map(|measured| measured.report["failure_sample"].as_str());
            ensure!(
                result.failures() == 0,
                "{}, {}: {} requests failed, for instance: {}",
                result.database.name(),
                result.case.name,
                result.failures(),
                sample.unwrap_or("without an answer")
            );
        }
        Ok(())
    }
}

fn row(cells: [String; 12]) -> String {
    const WIDTHS: [usize; 12] = [40, 11, 9, 10, 6, 22, 9, 33, 10, 14, 9, 9];
    let padded = cells
        .iter()
        .zip(WIDTHS)
        .enumerate()
        .map(|(index, (cell, width))| match index {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
    padded.collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(p99_ms: f64) -> Measured {
        Measured {
            rps: 1_000.0,
            p50_ms: 1.0,
            p99_ms,
            accepted: 1_000,
            unanswered: 0,
            failures: 0,
            cpu_seconds: 1.0,
            wall_seconds: 1.0,
            report: Value::Null,
        }
    }

    fn table(database: Database, p99_ms: f64, disk_bytes: u64) -> String {
        let case = Case {
            name: "call a flow".to_owned(),
            kind: Kind::Call,
            workspaces: 1,
            connections: 1,
            target: Target::OfFirst { must: None, aim: 1.0 },
        };
        let highest = Highest {
            ceiling: measured(1.0),
            run: measured(1.0),
            disk_bytes,
            server_cpu_seconds: 1.0,
        };
        let result = CaseResult {
            case,
            database,
            highest: vec![highest],
            halves: vec![measured(p99_ms)],
            floor: measured(1.0),
            memory_bytes: 0,
        };
        let section = Section {
            database,
            start_ms: 1.0,
            idle_bytes: 0,
            results: vec![result],
        };
        section.table()
    }

    #[test]
    fn calls_that_are_too_slow_or_too_large_are_named_a_miss() {
        let missed = table(Database::Sqlite, 10.0, 700_000);
        for words in [
            "must < 10 ms",
            "must < 700 B",
            "10.0 ms (10.0 to 10.0) MISSED",
            " 700 B MISSED ",
        ] {
            assert!(missed.contains(words), "{words:?} in {missed}");
        }
        let met = table(Database::Sqlite, 9.9, 499_000);
        assert!(
            met.contains("9.9 ms (9.9 to 9.9) must") && met.contains(" 499 B aim "),
            "{met}"
        );
        let elsewhere = table(Database::Postgres, 10.0, 700_000);
        assert!(
            elsewhere.contains("(10.0 to 10.0) reported") && !elsewhere.contains("MISSED"),
            "the limits are those of SQLite: {elsewhere}"
        );
    }
}
