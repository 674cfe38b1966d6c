//! Runs the load process and reads its report.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::process;

const WARMUP_SECONDS: u64 = 1;

/// What is sent, by how many connections, and how.
pub struct Load<'a> {
    pub requests: &'a [Value],
    pub connections: usize,
    pub seconds: u64,
    /// Requests per second of an open loop; none for as many as can be answered.
    pub rate: Option<f64>,
    /// A text that every good answer holds.
    pub expect: Option<&'a str>,
}

/// The load's report, the parts that are computed with taken out.
#[derive(Debug, Clone)]
pub struct Measured {
    pub rps: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Good answers, the warm-up included.
    pub accepted: u64,
    /// Requests of which nobody knows whether they were accepted.
    pub unanswered: u64,
    pub failures: u64,
    pub cpu_seconds: f64,
    /// Warm-up and measured time.
    pub wall_seconds: f64,
    pub report: Value,
}

impl Load<'_> {
    /// Sends it to a server.
    pub fn run(&self, program: &Path, server: SocketAddr, scratch: &Path) -> Result<Measured> {
        let file = scratch.join("requests.json");
        std::fs::write(&file, json!({"requests": self.requests}).to_string())
            .context("cannot write the requests")?;
        let mut command = Command::new(program);
        command
            .arg("--requests")
            .arg(&file)
            .args(["--target", &server.to_string()]);
        command.args([
            "--connections",
            &self.connections.to_string(),
            "--seconds",
            &self.seconds.to_string(),
        ]);
        command.args(["--warmup-seconds", &WARMUP_SECONDS.to_string()]);
        if let Some(rate) = self.rate {
            command.args(["--rate", &rate.to_string()]);
        }
        if let Some(text) = self.expect {
            command.args(["--expect-body", text]);
        }
        let text = process::output(&mut command)?;
        let report: Value = serde_json::from_str(&text).context("the load process printed no JSON")?;
        read(report).context("the load process printed another report")
    }
}

fn read(report: Value) -> Option<Measured> {
    Some(Measured {
        rps: report["rps"].as_f64()?,
        p50_ms: report["latency_ms"]["p50"].as_f64()?,
        p99_ms: report["latency_ms"]["p99"].as_f64()?,
        accepted: report["accepted_total"].as_u64()?,
        unanswered: report["failures"]["unanswered"].as_u64()?,
        failures: report["failures"]["total"].as_u64()?,
        cpu_seconds: report["cpu_seconds"].as_f64()?,
        wall_seconds: report["seconds"].as_f64()? + WARMUP_SECONDS as f64,
        report,
    })
}
