//! Everything that leaves the machine.
//!
//! Owns the network client and the egress policy: which addresses, hosts and ports may be called.
//! Refuses private, local and metadata addresses by default, however they are spelled or resolved;
//! see [`EgressPolicy`].
//!
//! Invariants:
//! - a connection is only ever made to an address that the policy has checked;
//! - each hop of a redirect is checked like a first request;
//! - everything is bounded: sizes, counts, times (see [`limits`]).

mod address;
mod client;
mod error;
mod host;
pub mod limits;
mod policy;
mod redirect;
mod request;
mod resolve;
mod transport;

pub use client::{HttpClient, OutboundResponse};
pub use error::{DenyReason, OutboundError};
pub use host::{HostPattern, HostPatternError};
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use policy::EgressPolicy;
pub use request::{OutboundRequest, Redirect};
pub use resolve::{Resolver, Resolving, SystemResolver};
