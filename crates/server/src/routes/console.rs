//! The console: files that `web/` builds, which are part of the binary. An ordinary client of the API.
//!
//! Every path that is not the API's answers the one page to whoever asks for a page, and its script looks at the
//! address. Files below `assets/app/` have a hash of their content in their name and never change.

use api::ProblemCode;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::docs::{media_type, revalidated};
use crate::problem::Failure;

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
    page_of(Built::get(PAGE), headers)
}

fn page_of(file: Option<EmbeddedFile>, headers: &HeaderMap) -> Response {
    let Some(file) = file else {
        // A release has it built in; a development build reads the folder, which may be empty or half built.
        return Failure::new(ProblemCode::Unavailable)
            .detail("The console is not built: run `cargo xtask console`, which fills web/dist.")
            .into_response();
    };
    let mut response = revalidated(PAGE, file, headers);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, POLICY);
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

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::{answer::problem_response, problem::Refused};

    #[test]
    fn a_console_that_is_not_built_says_what_to_run() {
        let mut answer = page_of(None, &HeaderMap::new());
        let refused = answer
            .extensions_mut()
            .remove::<std::sync::Arc<Refused>>()
            .unwrap();
        assert_eq!(
            problem_response(&refused, "req_1").status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert!(
            refused
                .problem
                .detail
                .as_deref()
                .unwrap()
                .contains("cargo xtask console")
        );
    }
}
