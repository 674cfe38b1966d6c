//! The requests of runs, sent through the egress policy.

use std::time::Duration;

use flow::{HttpBody, HttpRequest, HttpResponse, HttpResult, TransportError, TransportErrorKind};
use outbound::{
    HeaderMap, HeaderName, HeaderValue, HttpClient, Method, OutboundError, OutboundRequest, limits,
};
use url::Url;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const CONTENT_TYPE: HeaderName = HeaderName::from_static("content-type");

/// Sends a request within `timeout`. Redirects are not followed: what they answer is the answer.
pub(super) async fn send(client: &HttpClient, request: &HttpRequest, timeout: Duration) -> HttpResult {
    let sent = match outbound(request, timeout) {
        Ok(request) => client.send(request).await,
        Err(error) => return HttpResult::Failed(error),
    };
    match sent {
        Ok(response) => HttpResult::Response(HttpResponse {
            status: response.status.as_u16(),
            headers: readable(&response.headers),
            body: response.body.to_vec(),
        }),
        Err(error) => HttpResult::Failed(failure(&error)),
    }
}

fn outbound(request: &HttpRequest, timeout: Duration) -> Result<OutboundRequest, TransportError> {
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| other(format!("{} is no method", request.method)))?;
    let mut sent = OutboundRequest::new(method, with_query(request)?);
    sent.headers = headers(request)?;
    sent.body = match &request.body {
        Some(HttpBody::Json(bytes)) => bytes.clone().into(),
        Some(HttpBody::Text(text)) => text.clone().into_bytes().into(),
        None => Vec::new().into(),
    };
    // A moment more than the run has, so that the run's own deadline is what passes; never none.
    sent.timeout = timeout
        .saturating_add(Duration::from_millis(50))
        .min(limits::TIMEOUT_MAX);
    Ok(sent)
}

fn with_query(request: &HttpRequest) -> Result<String, TransportError> {
    if request.query.is_empty() {
        return Ok(request.url.clone());
    }
    let mut url =
        Url::parse(&request.url).map_err(|error| other(format!("the URL cannot be read: {error}")))?;
    url.query_pairs_mut().extend_pairs(&request.query);
    Ok(url.into())
}

fn headers(request: &HttpRequest) -> Result<HeaderMap, TransportError> {
    let mut headers = HeaderMap::with_capacity(request.headers.len() + 2);
    for (name, value) in &request.headers {
        let readable = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_str(value).ok());
        let (name, value) = readable.ok_or_else(|| other(format!("the header {name} cannot be sent")))?;
        headers.append(name, value);
    }
    if matches!(request.body, Some(HttpBody::Json(_))) {
        let json = HeaderValue::from_static("application/json");
        headers.entry(CONTENT_TYPE).or_insert(json);
    }
    // Hexadecimal digits can be a header.
    if let Ok(key) = HeaderValue::from_str(&idempotency_key(request)) {
        headers.entry(IDEMPOTENCY_KEY).or_insert(key);
    }
    Ok(headers)
}

/// The same for each attempt of the same call of the same run, different for every other: a hash, because names of
/// tasks can hold what a header cannot.
fn idempotency_key(request: &HttpRequest) -> String {
    let hash = blake3::hash(request.idempotency.text().as_bytes());
    format!("gld-{}", &hash.to_hex()[..32])
}

fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect()
}

/// What an author is told: the reason in words, the address behind a name not.
fn failure(error: &OutboundError) -> TransportError {
    let kind = match error {
        OutboundError::Denied { host, reason, .. } => {
            return TransportError {
                kind: TransportErrorKind::Refused,
                detail: format!("calls to {host} are refused: {reason}"),
            };
        }
        OutboundError::Resolve { .. } => TransportErrorKind::Dns,
        OutboundError::Connect { .. } => TransportErrorKind::Connect,
        OutboundError::Tls { .. } => TransportErrorKind::Tls,
        OutboundError::TimedOut { .. } => TransportErrorKind::Timeout,
        OutboundError::TooLarge { .. } | OutboundError::HeadersTooLarge { .. } => {
            TransportErrorKind::TooLarge
        }
        _ => TransportErrorKind::Other,
    };
    TransportError {
        kind,
        detail: error.to_string(),
    }
}

const fn other(detail: String) -> TransportError {
    TransportError {
        kind: TransportErrorKind::Other,
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::{HttpOutput, IdempotencyKey};

    fn request() -> HttpRequest {
        HttpRequest {
            method: "POST".into(),
            url: "http://example.com/a?b=1".into(),
            query: vec![("q".into(), "a b&c".into())],
            headers: vec![("X-One".into(), "1".into())],
            body: Some(HttpBody::Json(b"{}".to_vec())),
            redirect: false,
            output: HttpOutput::Content,
            idempotency: IdempotencyKey {
                run_id: "run_1".into(),
                pointer: "/do/0/grüße".into(),
                iteration: vec![2],
            },
            deadline: None,
        }
    }

    #[test]
    fn a_request_goes_out_with_its_query_type_and_a_stable_idempotency_key() {
        let sent = outbound(&request(), Duration::from_secs(1)).unwrap();
        assert_eq!(sent.url, "http://example.com/a?b=1&q=a+b%26c");
        assert_eq!(sent.headers["content-type"], "application/json");
        let again = outbound(&request(), Duration::from_secs(9)).unwrap();
        assert_eq!(sent.headers["idempotency-key"], again.headers["idempotency-key"]);
        let mut other = request();
        other.idempotency.iteration = vec![3];
        let other = outbound(&other, Duration::from_secs(1)).unwrap();
        assert_ne!(sent.headers["idempotency-key"], other.headers["idempotency-key"]);
    }

    #[test]
    fn what_the_author_set_is_kept_and_what_cannot_be_sent_is_told() {
        let mut chosen = request();
        chosen.headers = vec![
            ("Idempotency-Key".into(), "mine".into()),
            ("Content-Type".into(), "text/x".into()),
        ];
        let sent = outbound(&chosen, Duration::from_secs(1)).unwrap();
        assert_eq!(sent.headers["idempotency-key"], "mine");
        assert_eq!(sent.headers["content-type"], "text/x");
        chosen.headers = vec![("X-Broken".into(), "a\nb".into())];
        let refused = outbound(&chosen, Duration::from_secs(1)).unwrap_err();
        assert!(refused.detail.contains("X-Broken"));
    }
}
