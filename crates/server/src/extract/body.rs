//! JSON bodies: bounded, strict, and precise about what is wrong.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};

use super::once::BodyHash;
use crate::{
    AppState,
    problem::{Failure, Result, wrong_field},
};
use api::ProblemCode;

/// Most bytes of a body, where a route does not say otherwise.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A JSON body of at most `BYTES_MAX` bytes.
///
/// 415 for another media type, 413 for too many bytes, 400 with line and column for text that is not JSON, 422 with
/// a pointer for JSON that is not a `T`, or whose texts have zero bytes, which no column of text takes.
#[derive(Debug)]
pub struct Json<T, const BYTES_MAX: usize = BODY_BYTES_MAX>(pub T);

impl<T: DeserializeOwned, const BYTES_MAX: usize> FromRequest<AppState> for Json<T, BYTES_MAX> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &AppState) -> Result<Self> {
        require_json(request.headers())?;
        let hash = request.extensions().get::<BodyHash>().cloned();
        let bytes = read(request.into_body(), BYTES_MAX).await?;
        if let Some(hash) = hash {
            hash.set(&bytes);
        }
        parse(&bytes).map(Self)
    }
}

/// The same, where no body at all means that nothing is said.
#[derive(Debug)]
pub struct JsonOrNothing<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<AppState> for JsonOrNothing<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Result<Self> {
        if http_body::Body::is_end_stream(request.body()) {
            return Ok(Self(T::default()));
        }
        Json::<T>::from_request(request, app)
            .await
            .map(|Json(body)| Self(body))
    }
}

/// Any JSON value as it came, unparsed, of at most [`BODY_BYTES_MAX`] bytes; nothing when there is no body.
#[derive(Debug)]
pub struct RawJson(pub Vec<u8>);

impl FromRequest<AppState> for RawJson {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &AppState) -> Result<Self> {
        let is_empty = http_body::Body::size_hint(request.body()).exact() == Some(0);
        if !is_empty {
            require_json(request.headers())?;
        }
        Ok(Self(read(request.into_body(), BODY_BYTES_MAX).await?.into()))
    }
}

fn require_json(headers: &HeaderMap) -> Result<()> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    match media_type.as_deref() {
        Some("application/json") => Ok(()),
        Some(other) if other.starts_with("application/") && other.ends_with("+json") => Ok(()),
        Some(other) => Err(Failure::new(ProblemCode::UnsupportedMediaType)
            .detail(format_args!("The body was announced as {other:?}."))),
        None => Err(Failure::new(ProblemCode::UnsupportedMediaType)
            .detail("The request does not say what its body is.")),
    }
}

/// Reads a whole body.
async fn read(body: Body, bytes_max: usize) -> Result<Bytes> {
    let too_large = || {
        Failure::new(ProblemCode::BodyTooLarge)
            .detail(format_args!("This route takes at most {bytes_max} bytes."))
    };
    if http_body::Body::size_hint(&body).lower() > bytes_max as u64 {
        return Err(too_large());
    }
    match Limited::new(body, bytes_max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Failure::new(ProblemCode::MalformedRequest).detail("The body broke off.")),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // Serde would take a list as the fields of a struct in order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        let error = wrong_field("", "invalid", "must be an object");
        return Err(Failure::new(ProblemCode::Invalid).field(error));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        refuse(&pointer, error.inner())
    })?;
    deserializer.end().map_err(|error| refuse("", &error))?;
    if let Some(pointer) = zero_byte(bytes) {
        let error = wrong_field(pointer, "invalid", "must not contain zero bytes");
        return Err(Failure::new(ProblemCode::Invalid).field(error));
    }
    Ok(parsed)
}

/// Where the first text with a zero byte is, in a body that is JSON.
fn zero_byte(bytes: &[u8]) -> Option<String> {
    // JSON can only write it like this; the same after a backslash is six harmless characters.
    bytes.windows(6).find(|text| *text == b"\\u0000")?;
    in_value(&serde_json::from_slice(bytes).ok()?)
}

fn in_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => (0..)
            .zip(items)
            .find_map(|(index, item)| Some(format!("/{index}{}", in_value(item)?))),
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            let below = if key.contains('\0') {
                String::new()
            } else {
                in_value(value)?
            };
            Some(format!("/{}{below}", escape(key)))
        }),
        _ => None,
    }
}

fn refuse(pointer: &str, error: &serde_json::Error) -> Failure {
    match error.classify() {
        Category::Data => {
            let (field, code, message) = explain(&error.to_string());
            let pointer = match field {
                // The path ends in a key that was read, which a missing one was not.
                Some(field) if code == "missing" || !pointer.ends_with(&format!("/{}", escape(&field))) => {
                    format!("{pointer}/{}", escape(&field))
                }
                _ => pointer.to_owned(),
            };
            Failure::new(ProblemCode::Invalid).field(wrong_field(pointer, code, message))
        }
        Category::Io | Category::Syntax | Category::Eof => Failure::new(ProblemCode::MalformedBody)
            .detail(error)
            .extras(|extras| {
                extras.line = Some(error.line());
                extras.column = Some(error.column());
            }),
    }
}

/// Sorts a message of serde: the field it is about where that is not the one being read, a code, and the message
/// without the position, which the pointer tells better.
pub(super) fn explain(message: &str) -> (Option<String>, &'static str, String) {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = || message.split('`').nth(1).map(str::to_owned);
    if message.starts_with("unknown field") {
        let expected = message.split_once(", ").map_or("", |(_, expected)| expected);
        (quoted(), "unknown", format!("is not a field here: {expected}"))
    } else if message.starts_with("missing field") {
        (quoted(), "missing", "must be given".to_owned())
    } else if message.starts_with("duplicate field") {
        (quoted(), "duplicate", "must be given once".to_owned())
    } else {
        (None, "invalid", message.to_owned())
    }
}

/// The JSON Pointer (RFC 6901) of a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut text, segment| {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                text.push('/');
                text.push_str(&escape(key));
            }
            Segment::Unknown => {}
        }
        text
    })
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        #[expect(dead_code, reason = "only parsed")]
        name: String,
        #[expect(dead_code, reason = "only parsed")]
        parts: Option<Vec<Part>>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        #[expect(dead_code, reason = "only parsed")]
        size: u8,
        #[expect(dead_code, reason = "only parsed")]
        any: Option<serde_json::Value>,
    }

    fn refused(text: &[u8]) -> (ProblemCode, Option<String>, Option<String>) {
        let response = axum::response::IntoResponse::into_response(parse::<Thing>(text).unwrap_err());
        let refused = response
            .extensions()
            .get::<std::sync::Arc<crate::problem::Refused>>()
            .unwrap();
        let problem = &refused.problem;
        let error = problem.errors.first();
        (
            problem.code,
            error.and_then(|error| error.pointer.clone()),
            error.map(|error| error.code.clone()),
        )
    }

    #[test]
    fn a_wrong_field_is_pointed_at() {
        let cases: [(&str, &str, &str); 7] = [
            (r#"{"name":5}"#, "/name", "invalid"),
            (r#"{}"#, "/name", "missing"),
            (r#"{"name":"a","n/a":1}"#, "/n~1a", "unknown"),
            (
                r#"{"name":"a","parts":[{"size":1},{"size":900}]}"#,
                "/parts/1/size",
                "invalid",
            ),
            (
                r#"{"name":"a","parts":[{"size":1,"x":1}]}"#,
                "/parts/0/x",
                "unknown",
            ),
            (r#"{"name":"a","name":"b"}"#, "/name", "duplicate"),
            (r#"["a"]"#, "", "invalid"),
        ];
        for (text, pointer, code) in cases {
            let (problem, at, what) = refused(text.as_bytes());
            assert_eq!(problem, ProblemCode::Invalid, "{text}");
            assert_eq!(
                (at.as_deref(), what.as_deref()),
                (Some(pointer), Some(code)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        let deep = format!("{}{}", r#"{"name":"a","parts":[{"any":"#, "[".repeat(100_000));
        for text in [
            "",
            "{",
            "{\"name\":\"a\"} x",
            "nul",
            "{\"name\":\"\u{1}\"}",
            &deep,
        ] {
            assert_eq!(
                refused(text.as_bytes()).0,
                ProblemCode::MalformedBody,
                "{}",
                &text[..text.len().min(40)]
            );
        }
        assert_eq!(refused(b"{\"name\":\"\xff\"}").0, ProblemCode::MalformedBody);
    }
}
