//! Following redirects by hand: where to, with which method, body and headers.

use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use url::Url;

use crate::client::OutboundResponse;
use crate::error::OutboundError;
use crate::limits;
use crate::policy::host_name;
use crate::transport::Hop;

/// Headers that may go to another origin. An allow-list, because any other header may be a credential.
const HARMLESS: [HeaderName; 7] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::CONTENT_LANGUAGE,
    header::CONTENT_ENCODING,
    header::USER_AGENT,
    HeaderName::from_static("idempotency-key"),
];

/// The next hop, or `None` if the response is not a redirect that can be followed.
pub(crate) fn next_hop(hop: &Hop, response: &OutboundResponse) -> Result<Option<Hop>, OutboundError> {
    if !is_redirect(response.status) {
        return Ok(None);
    }
    let Some(location) = response.headers.get(header::LOCATION) else {
        return Ok(None);
    };
    let url = target(&hop.url, location.as_bytes())?;
    let mut next = Hop { url, ..hop.clone() };
    if becomes_get(response.status, &hop.method) {
        next.method = Method::GET;
        next.body.clear();
        strip_body_headers(&mut next.headers);
    }
    if next.url.origin() != hop.url.origin() {
        keep_harmless(&mut next.headers);
    }
    Ok(Some(next))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// RFC 9110 15.4: a 303 is fetched with GET, and so, by long custom, is a POST after 301 and 302.
fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        303 => *method != Method::HEAD,
        301 | 302 => *method == Method::POST,
        _ => false,
    }
}

fn target(from: &Url, location: &[u8]) -> Result<Url, OutboundError> {
    let bad = |reason: &str| OutboundError::BadRedirect {
        host: host_name(from),
        reason: reason.to_owned(),
    };
    if location.len() > limits::URL_BYTES_MAX {
        return Err(bad("the target is too long"));
    }
    let location = std::str::from_utf8(location).map_err(|_| bad("the target is not UTF-8"))?;
    let url = from.join(location).map_err(|_| bad("the target is not a URL"))?;
    if from.scheme() == "https" && url.scheme() == "http" {
        return Err(bad("the target leaves https for http"));
    }
    Ok(url)
}

fn strip_body_headers(headers: &mut HeaderMap) {
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_LANGUAGE,
        header::CONTENT_ENCODING,
    ] {
        headers.remove(name);
    }
}

fn keep_harmless(headers: &mut HeaderMap) {
    let unsafe_names: Vec<HeaderName> = headers
        .keys()
        .filter(|name| !HARMLESS.contains(name))
        .cloned()
        .collect();
    for name in unsafe_names {
        headers.remove(name);
    }
}
