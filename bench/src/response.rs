//! Reads as little of an HTTP/1.1 response as is needed: status, length, body.

use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};

/// Largest response that is read.
pub const RESPONSE_BYTES_MAX: usize = 1024 * 1024;

/// A complete response at the start of a buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// Where its body is in the buffer.
    pub body: Range<usize>,
    /// Bytes of the buffer that it takes.
    pub bytes: usize,
    /// The server closes the connection after it.
    pub closes: bool,
}

/// The response at the start of the buffer, or `None` if it is not complete yet.
pub fn parse(buffer: &[u8]) -> Result<Option<Response>> {
    let Some(head_end) = find(buffer, b"\r\n\r\n") else {
        ensure!(buffer.len() < RESPONSE_BYTES_MAX, "the response has no end");
        return Ok(None);
    };
    let head = &buffer[..head_end];
    let status = status(head)?;
    let length = match header(head, b"content-length") {
        Some(text) => std::str::from_utf8(text)?
            .parse()
            .context("content-length is no number")?,
        None if matches!(status, 204 | 304) => 0,
        None => bail!("the response {status} has no content-length; only such responses can be counted"),
    };
    ensure!(
        length <= RESPONSE_BYTES_MAX,
        "the response has {length} bytes, at most {RESPONSE_BYTES_MAX} are read"
    );
    let start = head_end + 4;
    let bytes = start + length;
    if buffer.len() < bytes {
        return Ok(None);
    }
    let closes = header(head, b"connection").is_some_and(|value| value.eq_ignore_ascii_case(b"close"));
    Ok(Some(Response {
        status,
        body: start..bytes,
        bytes,
        closes,
    }))
}

/// Whether a text occurs in a body.
pub fn contains(body: &[u8], text: &[u8]) -> bool {
    find(body, text).is_some()
}

fn status(head: &[u8]) -> Result<u16> {
    let digits = head.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let status = digits
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|text| text.parse().ok());
    status.context("not an HTTP/1.1 response")
}

fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    head.split(|&byte| byte == b'\n').skip(1).find_map(|line| {
        let (start, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":")?;
        start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
    })
}

fn find(buffer: &[u8], text: &[u8]) -> Option<usize> {
    let first = *text.first()?;
    let mut from = 0;
    while let Some(offset) = buffer[from..].iter().position(|&byte| byte == first) {
        let at = from + offset;
        if buffer[at..].starts_with(text) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_complete_with_its_last_byte() {
        let text = b"HTTP/1.1 402 Payment Required\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1";
        let whole = text.len() - "HTTP/1.1".len();
        for end in 0..whole {
            assert_eq!(parse(&text[..end]).unwrap(), None, "{end}");
        }
        let expected = Response {
            status: 402,
            body: whole - 2..whole,
            bytes: whole,
            closes: false,
        };
        assert_eq!(parse(text).unwrap(), Some(expected));
    }

    #[test]
    fn what_cannot_be_counted_is_an_error() {
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n").is_err());
        assert!(parse(b"SSH-2.0\r\n\r\n").is_err());
        assert!(parse(&vec![b'x'; RESPONSE_BYTES_MAX]).is_err());
    }

    #[test]
    fn a_closing_response_says_so() {
        let text = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        assert!(parse(text).unwrap().unwrap().closes);
    }
}
