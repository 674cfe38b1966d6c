//! `If-Match`: change only what is still as it was read.

use api::ProblemCode;
use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, header, request::Parts};

use super::only;
use crate::{
    AppState,
    problem::{Failure, Result},
};

/// The revision that the client read; `None` when it does not mind.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i64>);

/// What no revision is: an `ETag` of somebody else's making matches nothing.
const NEVER: i64 = i64::MIN;

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        Self::find(&parts.headers)
    }
}

impl IfMatch {
    /// Finds it in the headers.
    ///
    /// # Errors
    /// 400 for what is neither one strong `ETag` nor `*`.
    pub(super) fn find(headers: &HeaderMap) -> Result<Self> {
        let Some(value) = only(headers, header::IF_MATCH, "If-Match")? else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match tag {
            Some(tag) if !tag.contains('"') => Ok(Self(Some(revision(tag).unwrap_or(NEVER)))),
            _ => Err(Failure::new(ProblemCode::MalformedRequest)
                .detail("If-Match must be one ETag in quotes, as it was answered, or *.")),
        }
    }
}

/// Only as [`etag`] writes it: `+3` is no tag of revision 3.
fn revision(tag: &str) -> Option<i64> {
    let revision: i64 = tag.parse().ok()?;
    (revision.to_string() == tag).then_some(revision)
}

/// The `ETag` of a revision.
pub fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The same as a header.
pub fn etag_header(revision: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(etag(revision)).ok()
}
