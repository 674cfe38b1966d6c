//! The bounds of an outgoing call. A caller may choose less, never more.

use std::time::Duration;

/// Longest URL, in bytes.
pub const URL_BYTES_MAX: usize = 8 * 1024;
/// Largest request body.
pub const REQUEST_BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most request headers.
pub const REQUEST_HEADERS_MAX: usize = 64;
/// Size of all request headers together, names and values.
pub const REQUEST_HEADER_BYTES_MAX: usize = 64 * 1024;
/// Largest response body after decompression, unless the request asks for another bound.
pub const RESPONSE_BYTES_DEFAULT: u64 = 4 * 1024 * 1024;
/// The highest bound that a request may ask for.
pub const RESPONSE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most response headers.
pub const RESPONSE_HEADERS_MAX: usize = 100;
/// Size of all response headers together, names and values.
pub const RESPONSE_HEADER_BYTES_MAX: usize = 64 * 1024;
/// Time to resolve a name, connect and shake hands.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for a whole call with all its redirects, unless the request asks for another bound.
pub const TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);
/// The longest time that a request may ask for.
pub const TIMEOUT_MAX: Duration = Duration::from_secs(300);
/// Most redirects followed in one call.
pub const REDIRECTS_MAX: usize = 5;
/// Most addresses of one name that are looked at.
pub const ADDRESSES_PER_NAME_MAX: usize = 32;
/// Idle connections kept per host.
pub const IDLE_CONNECTIONS_PER_HOST_MAX: usize = 32;
/// How long an idle connection is kept.
pub const IDLE_CONNECTION_TIMEOUT: Duration = Duration::from_secs(30);
