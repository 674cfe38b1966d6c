//! Path and query parameters, and pages.

use axum::extract::{FromRequestParts, RawPathParams};
use http::{Method, request::Parts};
use serde::de::DeserializeOwned;
use types::{Cursor, PAGE_LIMIT_MAX, Page, PageLimit};
use uuid::Uuid;

use super::{body::explain, fields::find_word};
use crate::{
    AppState,
    problem::{Failure, Result, wrong_parameter},
};
use api::ProblemCode;

/// The parameters of the path, each parsed. A text that cannot be the name of anything names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        // Percent-encoded bytes that are no text are the only thing malformed about a path.
        if RawPathParams::from_request_parts(parts, state).await.is_err() {
            return Err(Failure::new(ProblemCode::MalformedRequest).detail("The path is not UTF-8."));
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Failure::new(ProblemCode::NotFound)),
        }
    }
}

/// The parameters of the query. Unknown, repeated or wrong ones are refused.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        let query = if parts.method == Method::GET {
            without_workspace(query)
        } else {
            query.into()
        };
        if let Some((name, _)) = form(&query).find(|(_, value)| value.contains('\0')) {
            let error = wrong_parameter(name, "invalid", "must not contain zero bytes");
            return Err(Failure::new(ProblemCode::InvalidParameter).field(error));
        }
        let pairs = serde_urlencoded::Deserializer::new(form(&query));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| {
                let path = error.path().to_string();
                let (field, code, message) = explain(&error.inner().to_string());
                Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter(
                    field.unwrap_or(path),
                    code,
                    message,
                ))
            })
    }
}

fn form(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// `?workspace=` belongs to the caller, who has looked at it, and not to the route.
fn without_workspace(query: &str) -> std::borrow::Cow<'_, str> {
    if !query.contains("workspace") {
        return query.into();
    }
    let rest: Vec<&str> = query
        .split('&')
        .filter(|pair| pair.split('=').next() != Some("workspace"))
        .collect();
    rest.join("&").into()
}

/// Where a page starts and how long it may be, from the parameters `limit` and `cursor`.
pub fn page(limit: Option<u32>, cursor: Option<&str>) -> Result<(PageLimit, Option<Cursor>)> {
    let limit = match limit {
        None => PageLimit::default(),
        Some(limit) => PageLimit::new(limit).ok_or_else(|| {
            let message = format!("must be from 1 to {PAGE_LIMIT_MAX}");
            Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter("limit", "invalid", message))
        })?,
    };
    let cursor = cursor.map(str::parse).transpose().map_err(wrong_cursor)?;
    Ok((limit, cursor))
}

/// A page of a list that is short enough to be read whole.
pub fn page_of<T>(
    all: Vec<T>,
    limit: PageLimit,
    cursor: Option<&Cursor>,
    id: impl Fn(&T) -> Uuid,
) -> Result<Page<T>> {
    let start = match cursor {
        None => 0,
        Some(cursor) => {
            let last = cursor.id().map_err(wrong_cursor)?;
            // What the cursor names may be gone meanwhile: then the list begins anew rather than ends.
            all.iter()
                .position(|item| id(item) == last)
                .map_or(0, |position| position + 1)
        }
    };
    let rows = all.into_iter().skip(start).take(limit.get() + 1).collect();
    Ok(Page::from_rows(rows, limit, |item| Cursor::after_id(id(item))))
}

/// The word that a query parameter has, if it is there.
pub fn word_parameter<T: Copy>(
    name: &str,
    text: Option<&str>,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<Option<T>> {
    text.map(|text| needed_word_parameter(name, text, all, as_str))
        .transpose()
}

/// The word that a query parameter has.
pub fn needed_word_parameter<T: Copy>(
    name: &str,
    text: &str,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<T> {
    find_word(text, all, as_str).map_err(|message| {
        Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter(name, "invalid", message))
    })
}

/// 400 for a cursor that is not one of this list.
pub fn wrong_cursor(error: types::CursorError) -> Failure {
    Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter("cursor", "invalid", error))
}

/// A parameter that may be absent, parsed.
pub fn parsed_parameter<T>(name: &str, text: Option<&str>) -> Result<Option<T>>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    text.map(str::parse).transpose().map_err(|error| {
        Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter(name, "invalid", error))
    })
}
