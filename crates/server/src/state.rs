//! What every handler can reach.

use std::sync::Arc;

use domain::Services;
use ipnet::IpNet;

use crate::{
    Limits,
    layers::{KnownParameters, metrics::RouteMetrics},
};

/// How the server meets the world; from configuration, holds until the process ends.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and port under which browsers reach the instance: `https://guildhall.example.com`, without a
    /// slash at the end. Decides cookies and the origin check.
    pub public_url: String,
    /// Networks of proxies whose `X-Forwarded-For` is believed. None: the header is ignored.
    pub trusted_proxies: Vec<IpNet>,
    /// Serve `POST /bench/ceiling`, which measures the machine.
    pub bench_ceiling: bool,
    /// What clients may hold, and for how long.
    pub limits: Limits,
}

impl Config {
    /// Is the instance reached by https? Then cookies are `Secure` and browsers are told to stay with it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The state of the server.
pub struct App {
    /// What operations are given.
    pub services: Arc<Services>,
    /// The configuration.
    pub config: Config,
    /// The OpenAPI document as it is served.
    pub(crate) document: bytes::Bytes,
    /// The query parameters that each operation takes.
    pub(crate) parameters: KnownParameters,
    /// Counters of each route.
    pub(crate) route_metrics: RouteMetrics,
}

/// How handlers hold the state.
pub type AppState = Arc<App>;

impl App {
    /// The state over started services.
    pub fn new(services: Arc<Services>, config: Config) -> AppState {
        let document = crate::openapi::served();
        Arc::new(Self {
            services,
            config,
            parameters: KnownParameters::of(&document),
            document,
            route_metrics: RouteMetrics::default(),
        })
    }
}
