//! Name resolution with the policy in it.
//!
//! The client connects to what [`CheckedResolver`] answers and to nothing else, and asks once per
//! connection. A name that changes its answer between a check and the connection gains nothing.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving as ReqwestResolving};

use crate::error::DenyReason;
use crate::host::without_trailing_dot;
use crate::limits;
use crate::policy::EgressPolicy;

/// The answer of a [`Resolver`].
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Turns a host name into addresses. Injected, so that tests can lie.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of a name, in the order in which they are to be tried.
    fn resolve(&self, host: &str) -> Resolving;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: &str) -> Resolving {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The hook of the HTTP library: resolves, then keeps only the addresses that the policy allows.
pub(crate) struct CheckedResolver {
    pub(crate) resolver: Arc<dyn Resolver>,
    pub(crate) policy: Arc<EgressPolicy>,
}

/// None of a name's addresses may be called. Found again in the error of the HTTP library.
#[derive(Debug, thiserror::Error)]
#[error("{host} resolves to {address}: {reason}")]
pub(crate) struct DeniedName {
    pub(crate) host: String,
    pub(crate) address: IpAddr,
    pub(crate) reason: DenyReason,
}

/// The resolver failed. Found again in the error of the HTTP library.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub(crate) struct UnknownName {
    pub(crate) host: String,
    pub(crate) cause: String,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> ReqwestResolving {
        let host = without_trailing_dot(name.as_str()).to_owned();
        let policy = Arc::clone(&self.policy);
        let answer = self.resolver.resolve(name.as_str());
        Box::pin(async move {
            let addresses = answer.await.map_err(|error| UnknownName {
                host: host.clone(),
                cause: error.to_string(),
            })?;
            keep_allowed(&policy, host, addresses)
        })
    }
}

fn keep_allowed(
    policy: &EgressPolicy,
    host: String,
    addresses: Vec<IpAddr>,
) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
    let mut allowed = Vec::new();
    let mut refused = None;
    for address in addresses.into_iter().take(limits::ADDRESSES_PER_NAME_MAX) {
        match policy.check_address(address) {
            // Port 0 means the port of the URL.
            Ok(()) => allowed.push(SocketAddr::new(address, 0)),
            Err(reason) => refused = refused.or(Some((address, reason))),
        }
    }
    if !allowed.is_empty() {
        return Ok(Box::new(allowed.into_iter()));
    }
    match refused {
        Some((address, reason)) => Err(Box::new(DeniedName {
            host,
            address,
            reason,
        })),
        None => Err(Box::new(UnknownName {
            host,
            cause: "the name has no address".to_owned(),
        })),
    }
}
