//! What a call sends, follows and gives back, and where its bounds are.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::time::Duration;

use outbound::{HeaderMap, Method, OutboundError, OutboundRequest, Redirect, limits};
use support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn get(url: String) -> OutboundRequest {
    OutboundRequest::new(Method::GET, url)
}

fn following(url: String) -> OutboundRequest {
    OutboundRequest {
        redirect: Redirect::Follow,
        ..get(url)
    }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_call_sends_what_was_asked_and_names_itself() {
    let stub = Stub::start(|_| response(201, "x-answer: 42\r\n", "made")).await;
    let mut request = OutboundRequest::new(Method::POST, stub.url("/things?q=1"));
    request.headers = headers(&[
        ("authorization", "Bearer t"),
        ("content-type", "application/json"),
    ]);
    request.body = "{}".into();
    let response = client().send(request).await.unwrap();
    assert_eq!(
        (response.status.as_u16(), &response.body[..]),
        (201, &b"made"[..])
    );
    assert_eq!(response.headers["x-answer"], "42");
    assert_eq!(response.final_url.as_str(), stub.url("/things?q=1"));
    let seen = stub.requests().remove(0);
    assert!(seen.starts_with("POST /things?q=1 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("authorization: Bearer t\r\n"), "{seen}");
    assert!(
        seen.contains(concat!(
            "user-agent: guildhall/",
            env!("CARGO_PKG_VERSION"),
            "\r\n"
        )),
        "{seen}"
    );
    assert!(seen.ends_with("\r\n\r\n{}"), "{seen}");
}

#[tokio::test]
async fn an_error_status_is_a_response() {
    let stub = Stub::start(|_| response(503, "", "busy")).await;
    assert_eq!(client().send(get(stub.url("/"))).await.unwrap().status, 503);
}

#[tokio::test]
async fn a_redirect_is_returned_unless_following_is_asked_for() {
    let stub = Stub::start(|_| redirect(302, "/next")).await;
    let response = client().send(get(stub.url("/"))).await.unwrap();
    assert_eq!(
        (response.status.as_u16(), &response.headers["location"]),
        (302, &"/next".parse().unwrap())
    );
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_headers_and_by_status_method_and_body() {
    for (status, expected) in [
        (301, "GET"),
        (302, "GET"),
        (303, "GET"),
        (307, "POST"),
        (308, "POST"),
    ] {
        let stub = Stub::start(move |request| {
            if request.contains(" /old ") {
                redirect(status, "new")
            } else {
                ok("done")
            }
        })
        .await;
        let mut request = following(stub.url("/old"));
        request.method = Method::POST;
        request.headers = headers(&[("authorization", "Bearer t"), ("content-type", "text/plain")]);
        request.body = "text".into();
        let response = client().send(request).await.unwrap();
        assert_eq!(response.final_url.path(), "/new");
        let second = stub.requests().remove(1);
        assert!(
            second.starts_with(&format!("{expected} /new ")),
            "{status}: {second}"
        );
        assert!(second.contains("authorization: Bearer t"), "{status}: {second}");
        assert_eq!(second.ends_with("text"), expected == "POST", "{status}: {second}");
        assert_eq!(
            second.contains("content-type"),
            expected == "POST",
            "{status}: {second}"
        );
    }
}

#[tokio::test]
async fn no_credential_goes_to_another_origin() {
    let second = Stub::start(|_| ok("done")).await;
    let to = second.url("/there");
    let first = Stub::start(move |_| redirect(307, &to)).await;
    let mut request = following(first.url("/"));
    request.headers = headers(&[
        ("authorization", "Bearer secret"),
        ("cookie", "session=secret"),
        ("x-api-key", "secret"),
        ("x-anything", "secret"),
        ("accept", "text/plain"),
    ]);
    client().send(request).await.unwrap();
    let seen = second.requests().remove(0);
    assert!(
        !seen.contains("secret") && seen.contains("accept: text/plain"),
        "{seen}"
    );
}

#[tokio::test]
async fn the_host_list_holds_on_every_hop() {
    let second = Stub::start(|_| ok("done")).await;
    let to = second.url("/");
    let first = Stub::start(move |_| redirect(307, &to)).await;
    let mut request = following(first.url("/"));
    request.allow_hosts = Some(vec![first.address.to_string().parse().unwrap()]);
    let error = client().send(request).await.unwrap_err();
    assert!(matches!(error, OutboundError::Denied { .. }), "{error:?}");
    assert!(second.requests().is_empty());
}

#[tokio::test]
async fn redirects_end() {
    let stub = Stub::start(|_| redirect(302, "/again")).await;
    let error = client().send(following(stub.url("/"))).await.unwrap_err();
    assert_eq!(
        error,
        OutboundError::TooManyRedirects {
            limit: limits::REDIRECTS_MAX
        }
    );
    assert_eq!(stub.requests().len(), limits::REDIRECTS_MAX + 1);
}

#[tokio::test]
async fn a_large_response_is_cut_off_announced_or_not() {
    let announced = Stub::start(|_| ok(vec![b'x'; 1001])).await;
    let streamed = Stub::start(|_| [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[b'x'; 1001]].concat()).await;
    for stub in [announced, streamed] {
        let mut request = get(stub.url("/"));
        request.response_bytes_max = 1000;
        let error = client().send(request.clone()).await.unwrap_err();
        assert_eq!(error, OutboundError::TooLarge { limit_bytes: 1000 });
        request.response_bytes_max = 1001;
        assert_eq!(client().send(request).await.unwrap().body.len(), 1001);
    }
}

/// 1 MiB of zeros in about 1 kB.
#[tokio::test]
async fn the_response_limit_counts_decompressed_bytes() {
    let bomb = gzip_of_zeros(1024 * 1024);
    assert!(bomb.len() < 10_000);
    let stub = Stub::start(move |_| response(200, "content-encoding: gzip\r\n", &bomb)).await;
    let mut request = get(stub.url("/"));
    request.response_bytes_max = 100_000;
    let error = client().send(request.clone()).await.unwrap_err();
    assert_eq!(error, OutboundError::TooLarge { limit_bytes: 100_000 });
    request.response_bytes_max = 1024 * 1024;
    assert_eq!(client().send(request).await.unwrap().body.len(), 1024 * 1024);
}

#[tokio::test]
async fn too_many_or_too_large_response_headers_are_refused() {
    let many: String = (0..limits::RESPONSE_HEADERS_MAX + 1)
        .map(|n| format!("x-{n}: y\r\n"))
        .collect();
    let large = format!("x-large: {}\r\n", "y".repeat(limits::RESPONSE_HEADER_BYTES_MAX));
    let huge = format!("x-huge: {}\r\n", "y".repeat(1024 * 1024));
    for headers in [many, large, huge] {
        let stub = Stub::start(move |_| response(200, &headers, "")).await;
        let error = client().send(get(stub.url("/"))).await.unwrap_err();
        assert!(
            matches!(error, OutboundError::HeadersTooLarge { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = get(format!("http://{}/", listener.local_addr().unwrap()));
    request.timeout = Duration::from_millis(50);
    let error = client().send(request).await.unwrap_err();
    assert_eq!(error, OutboundError::TimedOut { timeout_ms: 50 });
}

#[tokio::test]
async fn the_causes_of_failure_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = client().send(get(format!("http://{closed}/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::Connect { .. }), "{error:?}");

    let plain = speaks_first(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let error = client().send(get(format!("https://{plain}/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::Tls { .. }), "{error:?}");

    let junk = Stub::start(|_| b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()).await;
    let error = client().send(get(junk.url("/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::BrokenResponse { .. }), "{error:?}");

    let cut = Stub::start(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec()).await;
    let error = client().send(get(cut.url("/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::BrokenResponse { .. }), "{error:?}");
}

#[tokio::test]
async fn requests_beyond_their_limits_are_refused_before_sending() {
    let base = get("http://127.0.0.1:9/".to_owned());
    let many = (0..=limits::REQUEST_HEADERS_MAX).map(|n| format!("x-{n}"));
    let many: HeaderMap = many
        .map(|name| (name.parse().unwrap(), "y".parse().unwrap()))
        .collect();
    let forbidden = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "proxy-authorization",
    ];
    let mut bad = vec![
        OutboundRequest {
            body: vec![0; limits::REQUEST_BODY_BYTES_MAX + 1].into(),
            ..base.clone()
        },
        OutboundRequest {
            timeout: Duration::ZERO,
            ..base.clone()
        },
        OutboundRequest {
            timeout: limits::TIMEOUT_MAX * 2,
            ..base.clone()
        },
        OutboundRequest {
            response_bytes_max: limits::RESPONSE_BYTES_MAX + 1,
            ..base.clone()
        },
        OutboundRequest {
            method: Method::CONNECT,
            ..base.clone()
        },
        OutboundRequest {
            method: Method::TRACE,
            ..base.clone()
        },
        OutboundRequest {
            headers: many,
            ..base.clone()
        },
    ];
    bad.extend(forbidden.map(|name| OutboundRequest {
        headers: headers(&[(name, "x")]),
        ..base.clone()
    }));
    for request in bad {
        let error = client().send(request).await.unwrap_err();
        assert!(matches!(error, OutboundError::BadRequest { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_request_prints_no_values() {
    let mut request = get("https://example.com/secret-path?token=secret".to_owned());
    request.headers = headers(&[("authorization", "Bearer secret")]);
    request.body = "secret".into();
    assert!(!format!("{request:?}").contains("secret"));
}

/// A server that does not wait for a request.
async fn speaks_first(text: &'static [u8]) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(text).await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    address
}

/// Stored deflate blocks do not compress, so the zeros are written as one fixed-Huffman block of
/// matches: literal 0, then copies of length 258 at distance 1.
fn gzip_of_zeros(length: usize) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.write(0b1, 1); // last block
    bits.write(0b01, 2); // fixed codes
    bits.write_code(0x30, 8); // literal 0
    let mut left = length - 1;
    while left >= 258 {
        bits.write_code(0b1100_0101, 8); // length code 285 = 258
        bits.write_code(0, 5); // distance 1
        left -= 258;
    }
    for _ in 0..left {
        bits.write_code(0x30, 8);
    }
    bits.write_code(0, 7); // end of block
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.finish());
    out.extend(crc32_of_zeros(length).to_le_bytes());
    out.extend((length as u32).to_le_bytes());
    out
}

fn crc32_of_zeros(length: usize) -> u32 {
    let mut crc = u32::MAX;
    for _ in 0..length * 8 {
        crc = (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
    }
    !crc
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    filled: usize,
}

impl BitWriter {
    /// Lowest bit first, as deflate packs numbers.
    fn write(&mut self, value: u32, count: usize) {
        for at in 0..count {
            if self.filled.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = (value >> at & 1) as u8;
            *self.bytes.last_mut().unwrap() |= bit << (self.filled % 8);
            self.filled += 1;
        }
    }

    /// Highest bit first, as deflate packs Huffman codes.
    fn write_code(&mut self, code: u32, count: usize) {
        for at in (0..count).rev() {
            self.write(code >> at & 1, 1);
        }
    }

    fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
