//! `Idempotency-Key`: a request that is sent again is done once.
//!
//! For routes that move no money; those that do, do it within the ledger's transaction.

use std::{
    future::Future,
    sync::{Arc, OnceLock},
};

use api::ProblemCode;
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::idempotency::{self, Claim, KEY_CHARS_MAX, Kept, Request, Scope, Ticket};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};

use super::only;
use crate::{
    AppState,
    answer::OneTimeSecret,
    problem::{Failure, Result, wrong_parameter},
};

/// The header of the key.
pub(super) const IDEMPOTENCY_HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("guildhall-idempotent-replay");

/// What says of an answer that it was given before, to the same `Idempotency-Key`.
pub fn replayed(is_repeated: bool) -> Option<[(HeaderName, HeaderValue); 1]> {
    is_repeated.then_some([(REPLAYED, HeaderValue::from_static("true"))])
}

/// Does the work of a handler once for each key. Must be taken before the body, whose hash it compares, and that of
/// the query.
#[derive(Debug)]
pub struct Once {
    key: Option<String>,
    route: String,
    query: Option<String>,
    body: BodyHash,
}

/// Where the extractor of the body leaves its hash, if somebody wants it.
#[derive(Debug, Clone, Default)]
pub struct BodyHash(Arc<OnceLock<[u8; 32]>>);

impl BodyHash {
    /// Leaves the hash of the body.
    pub fn set(&self, body: &[u8]) {
        let _ = self.0.set(idempotency::body_hash(body));
    }

    pub(super) fn get(&self) -> [u8; 32] {
        self.0
            .get()
            .copied()
            .unwrap_or_else(|| idempotency::body_hash(&[]))
    }
}

impl FromRequestParts<AppState> for Once {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        let body = BodyHash::default();
        let key = key(&parts.headers)?;
        if key.is_some() {
            parts.extensions.insert(body.clone());
        }
        Ok(Self {
            key,
            route: format!("{} {}", parts.method, parts.uri.path()),
            query: parts.uri.query().map(ToOwned::to_owned),
            body,
        })
    }
}

pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = only(headers, IDEMPOTENCY_HEADER, "Idempotency-Key")? else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text.is_empty() || text.len() > KEY_CHARS_MAX {
        let message = format!("must be 1 to {KEY_CHARS_MAX} visible ASCII characters");
        return Err(Failure::new(ProblemCode::MalformedRequest).field(wrong_parameter(
            "Idempotency-Key",
            "invalid",
            message,
        )));
    }
    Ok(Some(text.to_owned()))
}

/// The `Idempotency-Key` alone, for operations that keep their own answers.
#[derive(Debug)]
pub struct Key(pub Option<String>);

impl FromRequestParts<AppState> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        key(&parts.headers).map(Self)
    }
}

impl Once {
    /// Does the work, unless it was done before under the same key: then its answer is given again, without any
    /// one-time secret. Without a key, the work is simply done.
    pub async fn run<T, W>(self, app: &AppState, scope: Scope, work: W) -> Result<Response>
    where
        T: IntoResponse + Send + 'static,
        W: Future<Output = Result<T>> + Send + 'static,
    {
        let body_hash = self.sent_hash();
        let Some(key) = self.key else {
            return Ok(work.await?.into_response());
        };
        let request = Request {
            scope,
            route: self.route,
            key,
            body_hash,
        };
        match idempotency::claim(&app.services, request).await? {
            Claim::Again(kept) => again(kept),
            Claim::New(ticket) => {
                // A task of its own: the work is ended and its answer kept even if the client goes away.
                let app = AppState::clone(app);
                let task = tokio::spawn(async move { record(&app, ticket, work.await).await });
                match task.await {
                    Ok(answer) => answer,
                    Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                    Err(error) => Err(Failure::internal(error)),
                }
            }
        }
    }

    /// Of the body, and of the query, which on some routes says what is to be done.
    fn sent_hash(&self) -> [u8; 32] {
        let body = self.body.get();
        self.query.as_ref().map_or(body, |query| {
            idempotency::body_hash(&[body.as_slice(), query.as_bytes()].concat())
        })
    }
}

/// What is needed to answer again.
#[derive(Debug, Serialize, Deserialize)]
struct Recording {
    headers: Vec<(String, String)>,
    body: Option<serde_json::Value>,
}

/// Headers that belong to the answer and not to the moment.
const RECORDED_HEADERS: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

async fn record<T: IntoResponse + Send>(app: &AppState, ticket: Ticket, done: Result<T>) -> Result<Response> {
    let response = match done {
        Ok(answer) => answer.into_response(),
        Err(failure) => {
            idempotency::release(&app.services, ticket).await?;
            return Err(failure);
        }
    };
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(Failure::internal)?.to_bytes();
    let kept = Kept {
        status: parts.status.as_u16(),
        answer: recording(&parts.headers, parts.extensions.get(), &bytes)?,
    };
    idempotency::complete(&app.services, ticket, &kept).await?;
    Ok(Response::from_parts(parts, bytes.into()))
}

fn recording(headers: &HeaderMap, secret: Option<&OneTimeSecret>, bytes: &Bytes) -> Result<String> {
    let mut body: Option<serde_json::Value> = if bytes.is_empty() {
        None
    } else {
        Some(serde_json::from_slice(bytes).map_err(Failure::internal)?)
    };
    if let (Some(OneTimeSecret(field)), Some(object)) =
        (secret, body.as_mut().and_then(|body| body.as_object_mut()))
    {
        object.remove(*field);
    }
    let headers = RECORDED_HEADERS
        .iter()
        .filter_map(|name| Some((name.to_string(), headers.get(name)?.to_str().ok()?.to_owned())))
        .collect();
    serde_json::to_string(&Recording { headers, body }).map_err(Failure::internal)
}

fn again(kept: Kept) -> Result<Response> {
    let recording: Recording = serde_json::from_str(&kept.answer).map_err(Failure::internal)?;
    let body = match &recording.body {
        Some(body) => serde_json::to_vec(body).map_err(Failure::internal)?,
        None => Vec::new(),
    };
    let mut response = body.into_response();
    *response.status_mut() = StatusCode::from_u16(kept.status).map_err(Failure::internal)?;
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in recording.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    Ok((replayed(true), response).into_response())
}
