//! What came back, counted. A failure is never a request: rate and latency count what was answered as expected.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::cpu;
use crate::options::Options;
use crate::response::{self, Response};

const LATENCY_NS_MAX: u64 = 600_000_000_000;
/// Latencies are kept with this many significant digits.
const LATENCY_DIGITS: u8 = 3;
const SAMPLE_BYTES_MAX: usize = 500;

/// The counts of one run.
pub struct Record {
    measured_from: Instant,
    measured_until: Instant,
    last_answer: Instant,
    expect_status: u16,
    expect_body: Option<Vec<u8>>,
    latency_ns: Histogram<u64>,
    statuses: BTreeMap<u16, u64>,
    accepted: u64,
    failures: Failures,
    failure_sample: Option<String>,
    cpu_before: f64,
}

#[derive(Default)]
struct Failures {
    status: u64,
    body: u64,
    unanswered: u64,
    unsent: u64,
}

impl Failures {
    fn total(&self) -> u64 {
        self.status + self.body + self.unanswered + self.unsent
    }
}

impl Record {
    /// An empty record; what is due from `measured_from` to `measured_until` is measured.
    pub fn new(options: &Options, measured_from: Instant, measured_until: Instant) -> Result<Record> {
        Ok(Record {
            measured_from,
            measured_until,
            last_answer: measured_from,
            expect_status: options.expect_status,
            expect_body: options.expect_body.clone().map(String::into_bytes),
            latency_ns: Histogram::new_with_bounds(1000, LATENCY_NS_MAX, LATENCY_DIGITS)?,
            statuses: BTreeMap::new(),
            accepted: 0,
            failures: Failures::default(),
            failure_sample: None,
            cpu_before: cpu::seconds()?,
        })
    }

    /// Counts an answer. Its latency runs from when the request was due, not from when it was sent: a
    /// stalled server must not hide the requests that waited behind the stall.
    pub fn answered(&mut self, response: &Response, body: &[u8], due: Instant, now: Instant) {
        *self.statuses.entry(response.status).or_default() += 1;
        if response.status != self.expect_status {
            self.failures.status += 1;
            return self.sample(response.status, body);
        }
        if self
            .expect_body
            .as_ref()
            .is_some_and(|text| !response::contains(body, text))
        {
            self.failures.body += 1;
            return self.sample(response.status, body);
        }
        self.accepted += 1;
        if due >= self.measured_from && due < self.measured_until {
            let latency = now.saturating_duration_since(due).as_nanos() as u64;
            self.latency_ns.saturating_record(latency);
            self.last_answer = now;
        }
    }

    /// Counts a request whose answer never came.
    pub fn unanswered(&mut self) {
        self.failures.unanswered += 1;
    }

    /// Counts requests of an open loop that were due but found no free connection before the end.
    pub fn unsent(&mut self, count: u64) {
        self.failures.unsent += count;
    }

    fn sample(&mut self, status: u16, body: &[u8]) {
        let body = &body[..body.len().min(SAMPLE_BYTES_MAX)];
        self.failure_sample
            .get_or_insert_with(|| format!("{status} {}", String::from_utf8_lossy(body)));
    }

    /// The report. `accepted_total` counts the warm-up too: it is what the books must agree with.
    pub fn report(self, options: &Options) -> Result<Value> {
        let seconds = self.last_answer.duration_since(self.measured_from).as_secs_f64();
        let requests = self.latency_ns.len();
        let quantile = |q| millis(self.latency_ns.value_at_quantile(q));
        Ok(json!({
            "mode": if options.rate_per_second.is_some() { "open" } else { "closed" },
            "rate_per_second": options.rate_per_second,
            "connections": options.connections,
            "requests": requests,
            "seconds": seconds,
            "rps": if seconds > 0.0 { requests as f64 / seconds } else { 0.0 },
            "latency_ms": {
                "p50": quantile(0.5), "p90": quantile(0.9), "p99": quantile(0.99), "p999": quantile(0.999),
                "max": millis(self.latency_ns.max()),
            },
            "accepted_total": self.accepted,
            "statuses": self.statuses.iter().map(|(status, count)| (status.to_string(), json!(count)))
                .collect::<serde_json::Map<_, _>>(),
            "failures": {
                "total": self.failures.total(),
                "status": self.failures.status,
                "body": self.failures.body,
                "unanswered": self.failures.unanswered,
                "unsent": self.failures.unsent,
            },
            "failure_sample": self.failure_sample,
            "cpu_seconds": cpu::seconds()? - self.cpu_before,
        }))
    }
}

fn millis(ns: u64) -> f64 {
    Duration::from_nanos(ns).as_secs_f64() * 1000.0
}
