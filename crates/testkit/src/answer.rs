//! What the server answered.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// An answer, already checked against the document.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The method that was asked.
    pub method: Method,
    /// The path that was asked.
    pub path: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Bytes,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    pub(crate) fn new(
        method: Method,
        path: String,
        status: StatusCode,
        headers: HeaderMap,
        bytes: Bytes,
    ) -> Self {
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self {
            method,
            path,
            status,
            headers,
            bytes,
            body,
        }
    }

    /// The body of a 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200)
    }

    /// The body of a 201, whose `Location` is checked to be there.
    #[track_caller]
    pub fn created(self) -> Value {
        assert!(
            self.status != 201 || self.header("location").is_some(),
            "a created thing has a Location"
        );
        self.expect(201)
    }

    /// A 204.
    #[track_caller]
    pub fn no_content(self) {
        self.expect(204);
    }

    /// The body, with this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{} {}: {}",
            self.method,
            self.path,
            self.text()
        );
        self.body
    }

    /// The body of a problem, with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status.as_u16(), self.body["code"].as_str()),
            (status, Some(code)),
            "{} {}: {}",
            self.method,
            self.path,
            self.text()
        );
        self.body
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
