//! The console: files that `web/` builds, which are part of the binary. An ordinary client of the API.
//!
//! Every path that is not the API's answers the one page to whoever asks for a page, and its script looks at the
//! address. Files below `assets/app/` have a hash of their content in their name and never change.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::docs::{ASK_AGAIN, etag, media_type};

/// What `npm run build` made.
#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
struct Built;

const PAGE: &str = "index.html";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
/// The scripts are ours and none is inline. Styles may be: the components and the editor write `<style>` elements
/// while they run, and the one page is the same file for everybody, so that it cannot carry a nonce.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// First parts of paths that belong to programs: what is not found there is a problem and not a page.
const OF_PROGRAMS: [&str; 10] = [
    "v1",
    "assets",
    "docs",
    "openapi.json",
    "healthz",
    "readyz",
    "metrics",
    "hooks",
    "mcp",
    "bench",
];

/// The page, for a request that it can answer.
pub fn page_for(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let first = uri.path().trim_start_matches('/').split('/').next();
    let is_read = method == Method::GET || method == Method::HEAD;
    let is_ours = first.is_some_and(|first| !OF_PROGRAMS.contains(&first));
    (is_read && is_ours && wants_page(headers)).then(|| page(headers))
}

/// The page.
pub fn page(headers: &HeaderMap) -> Response {
    let Some(file) = Built::get(PAGE) else {
        // Cannot be: the build refuses to go on without it. In a development build somebody may have removed it.
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let tag = etag(&file);
    let unchanged = tag.is_some() && headers.get(header::IF_NONE_MATCH) == tag.as_ref();
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, media_type(PAGE));
    answer.insert(header::CACHE_CONTROL, ASK_AGAIN);
    answer.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    if let Some(tag) = tag {
        answer.insert(header::ETAG, tag);
    }
    response
}

/// A script, style or picture of the page, by its path below `assets/`.
pub fn asset(path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = format!("assets/{path}");
    let (file, is_compressed) = stored(&path, headers)?;
    let mut response = file.data.into_owned().into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, media_type(&path));
    answer.insert(header::CACHE_CONTROL, FOREVER);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_compressed {
        answer.insert(header::CONTENT_ENCODING, GZIP);
    }
    Some(response)
}

/// The file, compressed if it was and the client can read that.
fn stored(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, bool)> {
    if path.ends_with(".gz") {
        return None;
    }
    let packed = takes_gzip(headers)
        .then(|| Built::get(&format!("{path}.gz")))
        .flatten();
    match packed {
        Some(packed) => Some((packed, true)),
        None => Built::get(path).map(|file| (file, false)),
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    listed(headers, &header::ACCEPT_ENCODING)
        .any(|(name, parameters)| name.eq_ignore_ascii_case("gzip") && !matches!(parameters, "q=0" | "q=0.0"))
}

fn wants_page(headers: &HeaderMap) -> bool {
    listed(headers, &header::ACCEPT).any(|(name, _)| name.eq_ignore_ascii_case("text/html"))
}

/// The members of a list in a header, each with what stands behind its semicolon.
fn listed<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = (&'a str, &'a str)> {
    let values = headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|member| {
        let (name, parameters) = member.split_once(';').unwrap_or((member, ""));
        (name.trim(), parameters.trim())
    })
}
