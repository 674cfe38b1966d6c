//! Patterns of hosts that a call may reach: `api.example.com`, `*.example.com`, `[2001:4860::1]:8443`.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// One allowed host: an exact name or address, or every name below a domain; any port unless one is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostPattern {
    /// Lower case, punycode, no trailing dot; addresses as `url` writes them.
    host: String,
    subdomains: bool,
    port: Option<u16>,
}

/// A text that is no host pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a host: {reason}; write for instance `api.example.com`, `*.example.com` or `api.example.com:8443`"
)]
pub struct HostPatternError {
    text: String,
    reason: &'static str,
}

impl HostPattern {
    /// Whether the URL's host and port fit.
    pub fn matches(&self, url: &Url) -> bool {
        if self.port.is_some() && self.port != url.port_or_known_default() {
            return false;
        }
        let Some(host) = url.host_str() else {
            return false;
        };
        let host = without_trailing_dot(host);
        if !self.subdomains {
            return host == self.host;
        }
        host.strip_suffix(self.host.as_str())
            .is_some_and(|below| below.len() > 1 && below.ends_with('.'))
    }
}

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |reason| HostPatternError {
            text: text.to_owned(),
            reason,
        };
        if text.contains("://") || text.contains(['/', '@', '?', '#']) {
            return Err(fail("only the host is named, no scheme, path or user"));
        }
        let (host, port) = split_port(text).map_err(fail)?;
        let (host, subdomains) = match host.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (host, false),
        };
        let host = Host::parse(host).map_err(|_| fail("neither a domain name nor an address"))?;
        let is_domain = matches!(host, Host::Domain(_));
        let host = without_trailing_dot(&host.to_string()).to_owned();
        if host.is_empty() || host.contains('*') {
            return Err(fail("a star stands only for everything before the first dot"));
        }
        if subdomains && (!is_domain || !host.contains('.')) {
            return Err(fail("a star needs a domain of at least two labels after it"));
        }
        Ok(HostPattern {
            host,
            subdomains,
            port,
        })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.subdomains { "*." } else { "" };
        write!(f, "{star}{}", self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// `example.com.` and `example.com` name the same host.
pub(crate) fn without_trailing_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), &'static str> {
    let after_address = text.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = text[after_address..].rfind(':') else {
        return Ok((text, None));
    };
    let colon = after_address + colon;
    let port = text[colon + 1..]
        .parse()
        .map_err(|_| "the port is not a number from 1 to 65535")?;
    if port == 0 {
        return Err("the port is not a number from 1 to 65535");
    }
    Ok((&text[..colon], Some(port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, url: &str) -> bool {
        pattern
            .parse::<HostPattern>()
            .expect(pattern)
            .matches(&Url::parse(url).expect(url))
    }

    #[test]
    fn exact_names_match_in_every_spelling() {
        assert!(matches("api.example.com", "https://api.example.com/x"));
        assert!(matches("API.Example.com.", "https://api.example.com/"));
        assert!(matches("api.example.com", "https://API.example.com./"));
        assert!(matches("bücher.example", "https://xn--bcher-kva.example/"));
        assert!(matches("127.0.0.1", "http://0x7f.1/"));
        assert!(matches("[::1]:8080", "http://[0:0::1]:8080/"));
        assert!(!matches("example.com", "https://api.example.com/"));
        assert!(!matches("example.com", "https://notexample.com/"));
        assert!(!matches("example.com", "https://example.com.evil.test/"));
    }

    #[test]
    fn a_star_matches_only_below_the_domain() {
        assert!(matches("*.example.com", "https://a.example.com/"));
        assert!(matches("*.example.com", "https://a.b.example.com./"));
        assert!(!matches("*.example.com", "https://example.com/"));
        assert!(!matches("*.example.com", "https://notexample.com/"));
    }

    #[test]
    fn a_named_port_is_the_only_one() {
        assert!(matches("example.com:443", "https://example.com/"));
        assert!(!matches("example.com:443", "http://example.com/"));
        assert!(matches("example.com", "http://example.com:8080/"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "*",
            "*.",
            "*.com",
            "a.*.com",
            "https://a.com",
            "a.com/x",
            "u@a.com",
            "a.com:0",
            "a.com:x",
            "*.127.0.0.1",
            "::1",
            "a b",
        ] {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }
}
