//! What handlers answer when all went well.

use api::problem;
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use types::Microcredits;

use crate::{extract::etag_header, problem::Failure};

/// 200 with a JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, "application/json", &self.0)
    }
}

/// 200 with a JSON body, and in the headers what it cost and what is left.
#[derive(Debug)]
pub struct Charged<T> {
    /// What was charged, if anything was decided about it.
    pub charged: Option<Microcredits>,
    /// What the workspace can spend after it, if that is known.
    pub available: Option<Microcredits>,
    /// The body.
    pub body: T,
}

impl<T: Serialize> IntoResponse for Charged<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        response
            .headers_mut()
            .extend(cost_headers(self.charged, self.available));
        response
    }
}

/// The headers of an answer that was charged.
pub fn cost_headers(
    charged: Option<Microcredits>,
    available: Option<Microcredits>,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    [(CHARGED, charged), (AVAILABLE, available)]
        .into_iter()
        .filter_map(|(name, credits)| Some((name, HeaderValue::try_from(credits?.to_string()).ok()?)))
}

const CHARGED: HeaderName = HeaderName::from_static("guildhall-credits-charged");
const AVAILABLE: HeaderName = HeaderName::from_static("guildhall-credits-available");

/// 200 with a JSON body, and the `ETag` of its revision for a later `If-Match`.
#[derive(Debug)]
pub struct Tagged<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.1).into_response();
        if let Some(etag) = etag_header(self.0) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// 201 with the new thing and where it can be found.
#[derive(Debug)]
pub struct Created<T> {
    /// The path of the new thing.
    pub location: String,
    /// Its revision, for the `ETag` of things that are changed with `If-Match`.
    pub revision: Option<i64>,
    /// The new thing.
    pub body: T,
}

/// Marks an answer whose field is told this once: it is not kept for who asks again with the same idempotency key.
#[derive(Debug, Clone, Copy)]
pub struct OneTimeSecret(pub &'static str);

impl<T> Created<T> {
    /// The same, with a field that is told this once.
    pub fn with_secret(self, field: &'static str) -> (Extension<OneTimeSecret>, Self) {
        (Extension(OneTimeSecret(field)), self)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = json_response(StatusCode::CREATED, "application/json", &self.body);
        if let Ok(location) = HeaderValue::try_from(self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if let Some(etag) = self.revision.and_then(etag_header) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// 204: done, and nothing to tell.
#[derive(Debug)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// An answer with a JSON body of this media type.
pub fn json_response<T: Serialize>(status: StatusCode, media_type: &'static str, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (
            status,
            [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))],
            bytes,
        )
            .into_response(),
        Err(error) => Failure::internal(error).into_response(),
    }
}

/// The answer of a refused request, now that its id is known.
pub fn problem_response(refused: &crate::problem::Refused, request_id: &str) -> Response {
    let mut body = refused.problem.clone();
    body.instance = request_id.to_owned();
    let status = refused.status();
    let mut response = json_response(status, problem::MEDIA_TYPE, &body);
    for (name, value) in &refused.headers {
        response.headers_mut().append(name.clone(), value.clone());
    }
    response
}
