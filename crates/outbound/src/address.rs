//! Classifies addresses: which of them are no public unicast address, and why.
//!
//! Sources: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), and
//! the fixed addresses at which clouds serve instance metadata.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::DenyReason;

/// Metadata and host services of clouds that live in otherwise ordinary or shared ranges.
const METADATA_V4: [Ipv4Addr; 4] = [
    Ipv4Addr::new(169, 254, 169, 254), // AWS, Google, Azure, OpenStack, DigitalOcean, Hetzner
    Ipv4Addr::new(169, 254, 170, 2),   // AWS container credentials
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba
    Ipv4Addr::new(168, 63, 129, 16),   // Azure host service: a public address, answered locally
];

const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), // AWS
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),  // Google
];

/// Says why an address is not a public one; `None` for a public unicast address.
pub(crate) fn special(address: IpAddr) -> Option<DenyReason> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

/// The IPv4 address that traffic to this IPv6 address would end at, if it is a form of one.
pub(crate) fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let last = Ipv4Addr::from(((s[6] as u32) << 16) | s[7] as u32);
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None, // `::` and `::1` are addresses of their own
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _] => Some(last),
        [0, 0, 0, 0, 0xffff, 0, _, _] => Some(last), // translated (RFC 2765)
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] | [0x64, 0xff9b, 1, _, _, _, _, _] => Some(last),
        [0x2002, a, b, ..] => Some(Ipv4Addr::from(((a as u32) << 16) | b as u32)),
        _ => None,
    }
}

fn special_v4(address: Ipv4Addr) -> Option<DenyReason> {
    if METADATA_V4.contains(&address) {
        return Some(DenyReason::Metadata);
    }
    match address.octets() {
        [0, 0, 0, 0] => Some(DenyReason::Unspecified),
        [0, ..] => Some(DenyReason::Reserved),
        [127, ..] => Some(DenyReason::Loopback),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some(DenyReason::Private),
        [100, 64..=127, ..] => Some(DenyReason::SharedAddressSpace),
        [169, 254, ..] => Some(DenyReason::LinkLocal),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some(DenyReason::Documentation),
        [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] => Some(DenyReason::Reserved),
        [255, 255, 255, 255] => Some(DenyReason::Broadcast),
        [224..=239, ..] => Some(DenyReason::Multicast),
        [240..=255, ..] => Some(DenyReason::Reserved),
        _ => None,
    }
}

fn special_v6(address: Ipv6Addr) -> Option<DenyReason> {
    if METADATA_V6.contains(&address) {
        return Some(DenyReason::Metadata);
    }
    if embedded_v4(address).is_some() {
        return Some(DenyReason::EmbeddedIpv4);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(DenyReason::Unspecified),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(DenyReason::Loopback),
        [0xfe80..=0xfebf, ..] => Some(DenyReason::LinkLocal),
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Some(DenyReason::Private),
        [0xff00..=0xffff, ..] => Some(DenyReason::Multicast),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some(DenyReason::Documentation),
        [0x2001, 0..=0x1ff, ..] => Some(DenyReason::Reserved), // Teredo, ORCHID, benchmarking
        [0x2000..=0x3fff, ..] => None,
        _ => Some(DenyReason::Reserved), // only 2000::/3 is given out for unicast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<DenyReason> {
        special(text.parse().expect(text))
    }

    #[test]
    fn special_addresses_are_named() {
        use DenyReason::*;
        let cases = [
            ("0.0.0.0", Unspecified),
            ("0.1.2.3", Reserved),
            ("10.0.0.1", Private),
            ("100.64.0.1", SharedAddressSpace),
            ("100.127.255.255", SharedAddressSpace),
            ("100.100.100.200", Metadata),
            ("127.0.0.1", Loopback),
            ("127.255.255.254", Loopback),
            ("168.63.129.16", Metadata),
            ("169.254.169.254", Metadata),
            ("169.254.0.1", LinkLocal),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("192.0.0.1", Reserved),
            ("192.0.2.1", Documentation),
            ("192.88.99.1", Reserved),
            ("192.168.1.1", Private),
            ("198.18.0.1", Reserved),
            ("198.51.100.1", Documentation),
            ("203.0.113.1", Documentation),
            ("224.0.0.1", Multicast),
            ("240.0.0.1", Reserved),
            ("255.255.255.255", Broadcast),
            ("::", Unspecified),
            ("::1", Loopback),
            ("::2", EmbeddedIpv4),
            ("::127.0.0.1", EmbeddedIpv4),
            ("::ffff:127.0.0.1", EmbeddedIpv4),
            ("::ffff:8.8.8.8", EmbeddedIpv4),
            ("::ffff:0:127.0.0.1", EmbeddedIpv4),
            ("64:ff9b::7f00:1", EmbeddedIpv4),
            ("64:ff9b:1::7f00:1", EmbeddedIpv4),
            ("2002:7f00:1::", EmbeddedIpv4),
            ("100::1", Reserved),
            ("2001::1", Reserved),
            ("2001:10::1", Reserved),
            ("2001:20::1", Reserved),
            ("2001:db8::1", Documentation),
            ("3fff::1", Documentation),
            ("5f00::1", Reserved),
            ("fc00::1", Private),
            ("fd00:ec2::254", Metadata),
            ("fd12:3456::1", Private),
            ("fe80::1", LinkLocal),
            ("fec0::1", Private),
            ("ff02::1", Multicast),
        ];
        for (text, expected) in cases {
            assert_eq!(reason(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
        ] {
            assert_eq!(reason(text), None, "{text}");
        }
        for text in [
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:4860:4860::8888",
            "2001:200::1",
        ] {
            assert_eq!(reason(text), None, "{text}");
        }
    }
}
