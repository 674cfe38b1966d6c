//! The OpenAPI document, the page that shows it, and what stands at `/`.

use api::ProblemCode;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{AppState, problem::Failure};

/// Files that are part of the binary.
#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Assets keep their address when they change, so that browsers must ask; the `ETag` makes that cheap.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "openapi_get", tag = "instance",
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value)),
)]
pub async fn openapi_get(State(app): State<AppState>) -> Response {
    (
        [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, ASK_AGAIN)],
        app.document.clone(),
    )
        .into_response()
}

/// The console, or a page that says what runs here and how the console is added.
pub async fn home(headers: HeaderMap) -> Response {
    #[cfg(feature = "console")]
    return super::console::page(&headers);
    #[cfg(not(feature = "console"))]
    embedded("home.html", &headers)
}

/// The documentation of the API.
pub async fn docs(headers: HeaderMap) -> Response {
    embedded("docs.html", &headers)
}

/// Scripts and styles.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    #[cfg(feature = "console")]
    if let Some(response) = super::console::asset(&path, &headers) {
        return response;
    }
    embedded(&path, &headers)
}

/// What is answered where no route is.
pub async fn nowhere(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    #[cfg(feature = "console")]
    if let Some(response) = super::console::page_for(&method, &uri, &headers) {
        return response;
    }
    drop((method, uri, headers));
    Failure::new(ProblemCode::NotFound)
        .detail("There is no such path.")
        .into_response()
}

fn embedded(path: &str, headers: &HeaderMap) -> Response {
    match Assets::get(path) {
        Some(file) => revalidated(path, file, headers),
        None => Failure::new(ProblemCode::NotFound).into_response(),
    }
}

/// A file that browsers ask for again each time, and are sent only when it has changed.
pub(super) fn revalidated(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = etag(&file);
    let unchanged = tag.is_some() && headers.get(header::IF_NONE_MATCH) == tag.as_ref();
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, media_type(path));
    answer.insert(header::CACHE_CONTROL, ASK_AGAIN);
    if let Some(tag) = tag {
        answer.insert(header::ETAG, tag);
    }
    response
}

fn etag(file: &EmbeddedFile) -> Option<HeaderValue> {
    let hash = file.metadata.sha256_hash();
    let digits: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("\"{digits}\"")).ok()
}

pub(super) fn media_type(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    })
}
