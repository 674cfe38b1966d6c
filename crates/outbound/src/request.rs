//! What a caller asks for, and the rules that hold before anything leaves the machine.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, header};
use url::Url;

use crate::error::OutboundError;
use crate::host::HostPattern;
use crate::limits;

/// Whether redirects are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redirect {
    /// A redirect is a response like any other.
    #[default]
    Return,
    /// Followed up to [`limits::REDIRECTS_MAX`] times, each hop checked like a first request. To another
    /// origin only harmless headers are sent along; from https to http no redirect is followed. The body
    /// goes along when the status says so (307, 308), so a body with a secret in it needs
    /// [`OutboundRequest::allow_hosts`].
    Follow,
}

/// One outgoing call. Make it with [`OutboundRequest::new`] and set the fields that differ.
#[derive(Clone)]
pub struct OutboundRequest {
    /// Any method but CONNECT and TRACE.
    pub method: Method,
    /// Absolute URL, http or https, without user and password.
    pub url: String,
    /// Headers; those that steer the connection or the length are refused.
    pub headers: HeaderMap,
    /// The body; empty means none.
    pub body: Bytes,
    /// Time for the whole call, redirects and body included.
    pub timeout: Duration,
    /// Whether redirects are followed.
    pub redirect: Redirect,
    /// Largest response body after decompression.
    pub response_bytes_max: u64,
    /// If given, the only hosts that this call may reach, on every hop. An empty list reaches nothing.
    pub allow_hosts: Option<Vec<HostPattern>>,
}

impl OutboundRequest {
    /// A request without headers and body, with the default limits, not following redirects.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        OutboundRequest {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: limits::TIMEOUT_DEFAULT,
            redirect: Redirect::Return,
            response_bytes_max: limits::RESPONSE_BYTES_DEFAULT,
            allow_hosts: None,
        }
    }

    /// Checks everything that does not depend on the policy and answers the parsed URL.
    pub(crate) fn check(&self) -> Result<Url, OutboundError> {
        if matches!(self.method, Method::CONNECT | Method::TRACE) {
            return Err(bad(format!("the method {} is not allowed", self.method)));
        }
        if self.body.len() > limits::REQUEST_BODY_BYTES_MAX {
            return Err(bad(format!(
                "the body has {} bytes, at most {} are allowed",
                self.body.len(),
                limits::REQUEST_BODY_BYTES_MAX
            )));
        }
        if self.timeout.is_zero() || self.timeout > limits::TIMEOUT_MAX {
            return Err(bad(format!(
                "the timeout must be above 0 and at most {} s",
                limits::TIMEOUT_MAX.as_secs()
            )));
        }
        if self.response_bytes_max > limits::RESPONSE_BYTES_MAX {
            return Err(bad(format!(
                "response_bytes_max must be at most {}",
                limits::RESPONSE_BYTES_MAX
            )));
        }
        check_headers(&self.headers)?;
        parse_url(&self.url)
    }
}

/// Names only: values and bodies may carry secrets, and so may the path and the query.
impl fmt::Debug for OutboundRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundRequest")
            .field("method", &self.method)
            .field(
                "host",
                &Url::parse(&self.url)
                    .ok()
                    .and_then(|url| url.host_str().map(str::to_owned)),
            )
            .field(
                "headers",
                &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(),
            )
            .field("body_bytes", &self.body.len())
            .field("timeout", &self.timeout)
            .field("redirect", &self.redirect)
            .field("response_bytes_max", &self.response_bytes_max)
            .field("allow_hosts", &self.allow_hosts)
            .finish()
    }
}

fn parse_url(text: &str) -> Result<Url, OutboundError> {
    if text.len() > limits::URL_BYTES_MAX {
        let reason = format!(
            "it has {} bytes, at most {} are allowed",
            text.len(),
            limits::URL_BYTES_MAX
        );
        return Err(OutboundError::BadUrl { reason });
    }
    Url::parse(text).map_err(|error| OutboundError::BadUrl {
        reason: format!("{error}; write for instance https://api.example.com/path"),
    })
}

fn check_headers(headers: &HeaderMap) -> Result<(), OutboundError> {
    if headers.len() > limits::REQUEST_HEADERS_MAX {
        return Err(bad(format!(
            "{} headers, at most {} are allowed",
            headers.len(),
            limits::REQUEST_HEADERS_MAX
        )));
    }
    let bytes = header_bytes(headers);
    if bytes > limits::REQUEST_HEADER_BYTES_MAX {
        return Err(bad(format!(
            "{bytes} bytes of headers, at most {} are allowed",
            limits::REQUEST_HEADER_BYTES_MAX
        )));
    }
    match headers.keys().find(|name| is_forbidden(name)) {
        Some(name) => Err(bad(format!(
            "the header `{name}` is set by the client and cannot be chosen"
        ))),
        None => Ok(()),
    }
}

/// Names and values together.
pub(crate) fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

/// Headers that steer the connection, the framing or the virtual host: with them a request could
/// reach another host behind an allowed address, or smuggle a second request.
fn is_forbidden(name: &HeaderName) -> bool {
    const FORBIDDEN: [HeaderName; 11] = [
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::TE,
        header::TRAILER,
        header::UPGRADE,
        header::EXPECT,
        header::PROXY_AUTHORIZATION,
        header::PROXY_AUTHENTICATE,
        HeaderName::from_static("keep-alive"),
    ];
    FORBIDDEN.contains(name) || name == "proxy-connection" || name == "http2-settings"
}

fn bad(reason: String) -> OutboundError {
    OutboundError::BadRequest { reason }
}
