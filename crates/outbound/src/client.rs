//! The client: checks, sends, follows redirects, bounds the time.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::OnceCell;
use url::Url;

use crate::error::{DenyReason, OutboundError};
use crate::limits;
use crate::policy::{EgressPolicy, host_name};
use crate::redirect::next_hop;
use crate::request::{OutboundRequest, Redirect};
use crate::resolve::{Resolver, SystemResolver};
use crate::transport::{self, Hop};

/// A response, read whole.
#[derive(Clone)]
pub struct OutboundResponse {
    /// Any status; an error status is not an [`OutboundError`].
    pub status: StatusCode,
    /// Headers; if the body was compressed, without its encoding and length.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Bytes,
    /// Where the response came from, after redirects.
    pub final_url: Url,
}

/// Sizes only: headers and body may carry confidential data.
impl fmt::Debug for OutboundResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .field("host", &self.final_url.host_str())
            .finish()
    }
}

/// The network client of the instance. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct HttpClient {
    shared: Arc<Shared>,
}

struct Shared {
    policy: Arc<EgressPolicy>,
    resolver: Arc<dyn Resolver>,
    /// Made by the first call: reading the certificate authorities takes longer than the rest of the start.
    client: OnceCell<reqwest::Client>,
}

impl HttpClient {
    /// A client that resolves names with the operating system. Makes no connection and reads no file.
    pub fn new(policy: EgressPolicy) -> Self {
        Self::with_resolver(policy, SystemResolver)
    }

    /// A client with another resolver. Its answers are checked like any other.
    pub fn with_resolver(policy: EgressPolicy, resolver: impl Resolver) -> Self {
        let shared = Shared {
            policy: Arc::new(policy),
            resolver: Arc::new(resolver),
            client: OnceCell::new(),
        };
        HttpClient {
            shared: Arc::new(shared),
        }
    }

    /// The policy that holds for every call.
    pub fn policy(&self) -> &EgressPolicy {
        &self.shared.policy
    }

    /// Checks a request without sending it: form, limits, and the policy as far as it does not need
    /// name resolution.
    pub fn check(&self, request: &OutboundRequest) -> Result<(), OutboundError> {
        let url = request.check()?;
        self.check_target(request, &url)
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let url = request.check()?;
        let timeout = request.timeout;
        let result = match tokio::time::timeout(timeout, self.follow(&request, url)).await {
            Ok(result) => result,
            Err(_) => Err(OutboundError::TimedOut {
                timeout_ms: timeout.as_millis() as u64,
            }),
        };
        if let Err(error @ OutboundError::Denied { .. }) = &result {
            tracing::warn!(%error, "outgoing call refused by the egress policy");
        }
        result
    }

    async fn follow(&self, request: &OutboundRequest, url: Url) -> Result<OutboundResponse, OutboundError> {
        let mut hop = Hop {
            method: request.method.clone(),
            url,
            headers: request.headers.clone(),
            body: request.body.clone(),
        };
        for _ in 0..=limits::REDIRECTS_MAX {
            self.check_target(request, &hop.url)?;
            let client = self.client().await?;
            let response = transport::exchange(client, &hop, request.response_bytes_max).await?;
            if request.redirect == Redirect::Return {
                return Ok(response);
            }
            match next_hop(&hop, &response)? {
                Some(next) => hop = next,
                None => return Ok(response),
            }
        }
        Err(OutboundError::TooManyRedirects {
            limit: limits::REDIRECTS_MAX,
        })
    }

    /// Asked on every hop. The resolver hook sees only names, so addresses in the URL are checked here.
    fn check_target(&self, request: &OutboundRequest, url: &Url) -> Result<(), OutboundError> {
        self.shared.policy.check_url(url)?;
        match &request.allow_hosts {
            Some(hosts) if !hosts.iter().any(|host| host.matches(url)) => Err(OutboundError::Denied {
                host: host_name(url),
                address: None,
                reason: DenyReason::HostNotListed,
            }),
            _ => Ok(()),
        }
    }

    async fn client(&self) -> Result<&reqwest::Client, OutboundError> {
        let make = || async {
            let policy = Arc::clone(&self.shared.policy);
            let resolver = Arc::clone(&self.shared.resolver);
            tokio::task::spawn_blocking(move || transport::build(policy, resolver))
                .await
                .map_err(|error| OutboundError::Setup {
                    cause: error.to_string(),
                })?
        };
        self.shared.client.get_or_try_init(make).await
    }
}
