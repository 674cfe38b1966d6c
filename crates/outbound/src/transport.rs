//! One request and one response over the HTTP library, bounded, without redirects.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method};
use url::Url;

use crate::client::OutboundResponse;
use crate::error::OutboundError;
use crate::limits;
use crate::policy::{EgressPolicy, host_name};
use crate::request::header_bytes;
use crate::resolve::{CheckedResolver, DeniedName, Resolver, UnknownName};

/// One request of a call: the first one or one after a redirect.
#[derive(Clone)]
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Makes the HTTP library's client: no proxy from the environment, no redirects, no cookies, no retries.
pub(crate) fn build(
    policy: Arc<EgressPolicy>,
    resolver: Arc<dyn Resolver>,
) -> Result<reqwest::Client, OutboundError> {
    // A provider may have been installed by an embedder already; any of them will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("guildhall/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(limits::CONNECT_TIMEOUT)
        .http1_max_headers(limits::RESPONSE_HEADERS_MAX)
        .http2_max_header_list_size(limits::RESPONSE_HEADER_BYTES_MAX as u32)
        .pool_max_idle_per_host(limits::IDLE_CONNECTIONS_PER_HOST_MAX)
        .pool_idle_timeout(limits::IDLE_CONNECTION_TIMEOUT)
        .dns_resolver(CheckedResolver { resolver, policy })
        .build()
        .map_err(|error| OutboundError::Setup {
            cause: innermost(&error),
        })
}

/// Sends one request and reads its response whole, up to `response_bytes_max`.
pub(crate) async fn exchange(
    client: &reqwest::Client,
    hop: &Hop,
    response_bytes_max: u64,
) -> Result<OutboundResponse, OutboundError> {
    let mut request = client
        .request(hop.method.clone(), hop.url.clone())
        .headers(hop.headers.clone());
    if !hop.body.is_empty() {
        request = request.body(hop.body.clone());
    }
    let mut response = request.send().await.map_err(|error| explain(&error, &hop.url))?;
    check_response_headers(response.headers())?;
    let body = read_body(&mut response, &hop.url, response_bytes_max).await?;
    Ok(OutboundResponse {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
        final_url: hop.url.clone(),
    })
}

fn check_response_headers(headers: &HeaderMap) -> Result<(), OutboundError> {
    if headers.len() <= limits::RESPONSE_HEADERS_MAX
        && header_bytes(headers) <= limits::RESPONSE_HEADER_BYTES_MAX
    {
        return Ok(());
    }
    Err(headers_too_large())
}

fn headers_too_large() -> OutboundError {
    OutboundError::HeadersTooLarge {
        headers_max: limits::RESPONSE_HEADERS_MAX,
        bytes_max: limits::RESPONSE_HEADER_BYTES_MAX,
    }
}

/// Counts what is kept, after decompression, so that a small compressed body cannot grow without bound.
async fn read_body(
    response: &mut reqwest::Response,
    url: &Url,
    bytes_max: u64,
) -> Result<Bytes, OutboundError> {
    let too_large = OutboundError::TooLarge {
        limit_bytes: bytes_max,
    };
    if response
        .content_length()
        .is_some_and(|announced| announced > bytes_max)
    {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error, url))? {
        if (body.len() + chunk.len()) as u64 > bytes_max {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Turns an error of the HTTP library into one of ours, by what lies at its bottom.
fn explain(error: &reqwest::Error, url: &Url) -> OutboundError {
    if let Some(denied) = find::<DeniedName>(error) {
        return OutboundError::Denied {
            host: denied.host.clone(),
            address: Some(denied.address),
            reason: denied.reason,
        };
    }
    if let Some(unknown) = find::<UnknownName>(error) {
        return OutboundError::Resolve {
            host: unknown.host.clone(),
            cause: unknown.cause.clone(),
        };
    }
    let host = host_name(url);
    if let Some(tls) = find::<rustls::Error>(error) {
        return OutboundError::Tls {
            host,
            cause: tls.to_string(),
        };
    }
    let cause = innermost(error);
    if error.is_timeout() && error.is_connect() {
        return OutboundError::Connect {
            host,
            cause: format!("no connection within {} ms", limits::CONNECT_TIMEOUT.as_millis()),
        };
    }
    if error.is_connect() {
        return OutboundError::Connect { host, cause };
    }
    if find_hyper_too_large(&cause) {
        return headers_too_large();
    }
    OutboundError::BrokenResponse { host, cause }
}

/// The library names this case by its message only.
fn find_hyper_too_large(cause: &str) -> bool {
    cause.contains("message head is too large")
}

/// Looks for an error type along the chain of causes, also inside `io::Error`, which hides its own.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = below(error);
    }
    None
}

/// The message of the last cause; the ones above it repeat the URL, which may hold a secret.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = below(last) {
        last = cause;
    }
    last.to_string()
}

fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
