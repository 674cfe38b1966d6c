//! Counters of requests, read by Prometheus.

use std::{collections::HashMap, sync::OnceLock, time::Duration};

use http::{Method, StatusCode};
use metrics::{
    Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use parking_lot::RwLock;
use types::Timestamp;

const REQUESTS: &str = "guildhall_http_requests_total";
const SECONDS: &str = "guildhall_http_request_seconds";
const BOOKS_WRONG: &str = "guildhall_books_discrepancies";
const BOOKS_CHECKED: &str = "guildhall_books_checked_timestamp_seconds";
const UNCOLLECTED: &str = "guildhall_uncollected_calls_total";
const NODES: &str = "guildhall_nodes";
/// Upper bounds of the latency histogram, in seconds.
const SECONDS_BOUNDS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Makes this process count, once. Answers what [`render`] reads.
pub fn install() -> &'static PrometheusHandle {
    INSTALLED.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), SECONDS_BOUNDS)
            .expect("the bounds are not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Somebody else's recorder means that ours renders nothing, which harms nobody.
        let _ = metrics::set_global_recorder(recorder);
        describe_counter!(REQUESTS, "Requests answered, by method, route and status.");
        describe_histogram!(
            SECONDS,
            metrics::Unit::Seconds,
            "Time from the last byte of the head to the answer."
        );
        describe_gauge!(
            BOOKS_WRONG,
            "Invariants of the ledger that did not hold when this node checked last."
        );
        describe_gauge!(
            BOOKS_CHECKED,
            metrics::Unit::Seconds,
            "When this node has checked the ledger last, since 1970."
        );
        describe_counter!(
            UNCOLLECTED,
            "Calls charged with less than their price, because their hold had been given back."
        );
        describe_gauge!(
            NODES,
            "Nodes that are alive, as this one knows: rate limits are divided by them."
        );
        handle
    })
}

static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Everything counted so far, in the text format of Prometheus.
pub fn render() -> String {
    install().render()
}

/// What the node that looks after the books has found, and when; no longer its figures when another node does.
pub fn record_books(found: Option<(usize, Timestamp)>) {
    gauge!(BOOKS_WRONG).set(found.map_or(0.0, |(wrong, _)| wrong as f64));
    if let Some((_, at)) = found {
        gauge!(BOOKS_CHECKED).set(at.ms() as f64 / 1000.0);
    }
}

/// How many calls were not charged in full since the process began, and how many nodes share the rate limits.
pub fn record_state(uncollected: u64, nodes: u32) {
    counter!(UNCOLLECTED).absolute(uncollected);
    gauge!(NODES).set(f64::from(nodes));
}

/// Folds what was measured into the histograms, so that they do not grow. Call it every few seconds.
pub fn upkeep() {
    install().run_upkeep();
}

/// The counters of each route, kept at hand, because to look one up by its labels costs more than to raise it.
#[derive(Default)]
pub struct RouteMetrics {
    routes: RwLock<HashMap<String, Vec<Counted>>>,
}

/// One method and status of a route.
struct Counted {
    method: Method,
    status: StatusCode,
    requests: Counter,
    seconds: Histogram,
}

impl RouteMetrics {
    /// Counts an answer. Routes are patterns and strange methods count as one, so there are only so many.
    pub fn record(&self, method: &Method, route: &str, status: StatusCode, latency: Duration) {
        let method = if is_known(method) { method } else { &Method::TRACE };
        if !self.raise(method, route, status, latency) {
            self.add(method, route, status);
            self.raise(method, route, status, latency);
        }
    }

    fn raise(&self, method: &Method, route: &str, status: StatusCode, latency: Duration) -> bool {
        let routes = self.routes.read();
        let counted = routes.get(route).and_then(|counted| {
            counted
                .iter()
                .find(|counted| counted.status == status && counted.method == *method)
        });
        if let Some(counted) = counted {
            counted.requests.increment(1);
            counted.seconds.record(latency.as_secs_f64());
        }
        counted.is_some()
    }

    fn add(&self, method: &Method, route: &str, status: StatusCode) {
        let labels = [("method", method.to_string()), ("route", route.to_owned())];
        let requests = counter!(
            REQUESTS,
            &[labels.as_slice(), &[("status", status.as_str().to_owned())]].concat()
        );
        let counted = Counted {
            method: method.clone(),
            status,
            requests,
            seconds: histogram!(SECONDS, &labels),
        };
        self.routes
            .write()
            .entry(route.to_owned())
            .or_default()
            .push(counted);
    }
}

fn is_known(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE
            | Method::HEAD
            | Method::OPTIONS
    )
}
