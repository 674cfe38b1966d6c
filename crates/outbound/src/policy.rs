//! The egress policy: which addresses and ports may be called.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use ipnet::IpNet;
use url::{Host, Url};

use crate::address::{embedded_v4, special};
use crate::error::{DenyReason, OutboundError};
use crate::host::without_trailing_dot;

/// What may be called. The default allows public unicast addresses on the ports 80, 443 and 1024 and up.
///
/// The ports below 1024 other than those of HTTP belong to other protocols (mail, name service, shells),
/// which must not be spoken to through a crafted body; services above 1023 are protected by the rule on
/// addresses, for on a public address they are public anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressPolicy {
    /// Networks that are allowed although they are not public. A metadata address is allowed only by
    /// a network that holds nothing else (`/32`, `/128`), so that a wide network cannot open it by
    /// mistake. An IPv6 form of an IPv4 address must be allowed in both forms.
    pub allow_networks: Vec<IpNet>,
    /// Ports that may be called.
    pub allow_ports: Vec<RangeInclusive<u16>>,
}

impl Default for EgressPolicy {
    fn default() -> Self {
        EgressPolicy {
            allow_networks: Vec::new(),
            allow_ports: vec![80..=80, 443..=443, 1024..=u16::MAX],
        }
    }
}

impl EgressPolicy {
    /// The default policy with some networks allowed.
    pub fn allowing(networks: impl IntoIterator<Item = IpNet>) -> Self {
        EgressPolicy {
            allow_networks: networks.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Checks an address.
    pub fn check_address(&self, address: IpAddr) -> Result<(), DenyReason> {
        let Some(reason) = special(address) else {
            return Ok(());
        };
        if !self.allows(address, reason) {
            return Err(reason);
        }
        match address {
            IpAddr::V6(v6) => embedded_v4(v6).map_or(Ok(()), |v4| self.check_address(v4.into())),
            IpAddr::V4(_) => Ok(()),
        }
    }

    /// Checks what can be known from the URL alone: scheme, user, host, port, and the address if the host is one.
    ///
    /// A host that is a name passes; its addresses are checked when the connection is made.
    pub fn check_url(&self, url: &Url) -> Result<(), OutboundError> {
        let host = check_form(url)?;
        let denied = |address, reason| OutboundError::Denied {
            host: host_name(url),
            address,
            reason,
        };
        let address = match host {
            Host::Domain(_) => None,
            Host::Ipv4(v4) => Some(IpAddr::V4(v4)),
            Host::Ipv6(v6) => Some(IpAddr::V6(v6)),
        };
        if let Some(address) = address {
            self.check_address(address)
                .map_err(|reason| denied(Some(address), reason))?;
        }
        let port = url.port_or_known_default().unwrap_or(0);
        if !self.allow_ports.iter().any(|range| range.contains(&port)) {
            return Err(denied(address, DenyReason::Port(port)));
        }
        Ok(())
    }

    fn allows(&self, address: IpAddr, reason: DenyReason) -> bool {
        let exact_only = reason == DenyReason::Metadata;
        self.allow_networks.iter().any(|network| {
            network.contains(&address) && (!exact_only || network.prefix_len() == network.max_prefix_len())
        })
    }
}

/// Host of a URL as it is named in errors.
pub(crate) fn host_name(url: &Url) -> String {
    without_trailing_dot(url.host_str().unwrap_or_default()).to_owned()
}

fn check_form(url: &Url) -> Result<Host<&str>, OutboundError> {
    let bad = |reason: &str| OutboundError::BadUrl {
        reason: reason.to_owned(),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad(&format!(
            "the scheme `{}` is not allowed; use https or http",
            url.scheme()
        )));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(
            "a user or password in the URL is not allowed; send an Authorization header",
        ));
    }
    match url.host() {
        Some(Host::Domain(name)) if without_trailing_dot(name).is_empty() => Err(bad("the host is empty")),
        Some(host) => Ok(host),
        None => Err(bad(
            "the host is missing; write for instance https://api.example.com/path",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(networks: &[&str]) -> EgressPolicy {
        EgressPolicy::allowing(networks.iter().map(|n| n.parse().expect("network")))
    }

    fn check(policy: &EgressPolicy, address: &str) -> Result<(), DenyReason> {
        policy.check_address(address.parse().expect("address"))
    }

    #[test]
    fn allowed_networks_open_only_themselves() {
        let policy = policy(&["127.0.0.0/8", "fd00::/8"]);
        assert_eq!(check(&policy, "127.0.0.1"), Ok(()));
        assert_eq!(check(&policy, "fd12::1"), Ok(()));
        assert_eq!(check(&policy, "10.0.0.1"), Err(DenyReason::Private));
        assert_eq!(check(&policy, "::1"), Err(DenyReason::Loopback));
    }

    #[test]
    fn metadata_stays_closed_under_a_wide_network() {
        let wide = policy(&["0.0.0.0/0", "::/0"]);
        assert_eq!(check(&wide, "169.254.169.254"), Err(DenyReason::Metadata));
        assert_eq!(check(&wide, "fd00:ec2::254"), Err(DenyReason::Metadata));
        assert_eq!(check(&wide, "::ffff:169.254.169.254"), Err(DenyReason::Metadata));
        assert_eq!(check(&wide, "10.0.0.1"), Ok(()));
        assert_eq!(check(&policy(&["169.254.169.254/32"]), "169.254.169.254"), Ok(()));
    }

    #[test]
    fn embedded_ipv4_needs_both_forms() {
        let nat64 = policy(&["64:ff9b::/96"]);
        assert_eq!(check(&nat64, "64:ff9b::808:808"), Ok(()));
        assert_eq!(check(&nat64, "64:ff9b::7f00:1"), Err(DenyReason::Loopback));
        let loopback = policy(&["127.0.0.0/8"]);
        assert_eq!(
            check(&loopback, "::ffff:127.0.0.1"),
            Err(DenyReason::EmbeddedIpv4)
        );
    }
}
