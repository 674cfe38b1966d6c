//! Why an outgoing call did not give a response. Each variant is something a caller may act on.
//!
//! No variant holds a URL, a header value or a body: these may carry secrets.

use std::net::IpAddr;

/// Why an address, host or port is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DenyReason {
    /// 0.0.0.0 or `::`.
    #[error("the address is the unspecified address")]
    Unspecified,
    /// 127.0.0.0/8 or `::1`.
    #[error("the address is a loopback address")]
    Loopback,
    /// RFC 1918, unique local or site-local.
    #[error("the address is a private address")]
    Private,
    /// 100.64.0.0/10, carrier-grade NAT.
    #[error("the address is in the shared address space of carriers")]
    SharedAddressSpace,
    /// 169.254.0.0/16 or fe80::/10.
    #[error("the address is a link-local address")]
    LinkLocal,
    /// Instance metadata of a cloud.
    #[error("the address serves instance metadata")]
    Metadata,
    /// Multicast.
    #[error("the address is a multicast address")]
    Multicast,
    /// 255.255.255.255.
    #[error("the address is the broadcast address")]
    Broadcast,
    /// Set aside for documentation.
    #[error("the address is set aside for documentation")]
    Documentation,
    /// Any other range that is not given out for unicast.
    #[error("the address is in a reserved range")]
    Reserved,
    /// An IPv6 form of an IPv4 address (mapped, compatible, translated, NAT64, 6to4).
    #[error("the address is an IPv6 form of an IPv4 address")]
    EmbeddedIpv4,
    /// The port is outside the policy's `allow_ports`.
    #[error("the port {0} is not among the allowed ports")]
    Port(u16),
    /// The host is not in the call's `allow_hosts`.
    #[error("the host is not in the list of hosts that this call may reach")]
    HostNotListed,
}

impl DenyReason {
    /// True if an operator can lift the refusal by `allow_networks`.
    pub fn is_address(self) -> bool {
        !matches!(self, DenyReason::Port(_) | DenyReason::HostNotListed)
    }
}

/// An outgoing call that gave no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutboundError {
    /// The URL cannot be called at all.
    #[error("bad URL: {reason}")]
    BadUrl {
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The request breaks a rule or a limit of its own, for instance a forbidden header.
    #[error("bad request: {reason}")]
    BadRequest {
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The egress policy refuses the target.
    #[error("{host}{} is refused: {reason}", .address.map(|a| format!(" ({a})")).unwrap_or_default())]
    Denied {
        /// Host of the URL, without port.
        host: String,
        /// The refused address; none if the host or the port is refused.
        address: Option<IpAddr>,
        /// Why.
        reason: DenyReason,
    },
    /// A redirect that is not followed: its target is no URL, or it would leave https.
    #[error("bad redirect from {host}: {reason}")]
    BadRedirect {
        /// Host that answered with the redirect.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// More redirects than are followed.
    #[error("more than {limit} redirects")]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
    /// The name has no address.
    #[error("cannot resolve {host}: {cause}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        cause: String,
    },
    /// No connection.
    #[error("cannot connect to {host}: {cause}")]
    Connect {
        /// Host of the URL.
        host: String,
        /// What the system said.
        cause: String,
    },
    /// The TLS handshake failed, for instance an unknown or expired certificate.
    #[error("no secure connection to {host}: {cause}")]
    Tls {
        /// Host of the URL.
        host: String,
        /// What the TLS library said.
        cause: String,
    },
    /// The whole call took longer than its timeout.
    #[error("no complete answer within {timeout_ms} ms")]
    TimedOut {
        /// The timeout of the call.
        timeout_ms: u64,
    },
    /// The response body is larger than asked for.
    #[error("the response body is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit after decompression.
        limit_bytes: u64,
    },
    /// The response has too many or too large headers.
    #[error("the response has more than {headers_max} headers or more than {bytes_max} bytes of headers")]
    HeadersTooLarge {
        /// Most headers.
        headers_max: usize,
        /// Most bytes of names and values.
        bytes_max: usize,
    },
    /// The connection broke, or what came back is not HTTP.
    #[error("broken response from {host}: {cause}")]
    BrokenResponse {
        /// Host of the URL.
        host: String,
        /// What the HTTP library said.
        cause: String,
    },
    /// The client itself cannot be made, for instance without certificate authorities.
    #[error("outgoing calls are not possible on this machine: {cause}")]
    Setup {
        /// What is missing.
        cause: String,
    },
}

impl OutboundError {
    /// True if the same call may succeed later without any change to it or to the policy.
    pub fn is_transient(&self) -> bool {
        use OutboundError::*;
        matches!(
            self,
            Resolve { .. } | Connect { .. } | TimedOut { .. } | BrokenResponse { .. }
        )
    }
}
