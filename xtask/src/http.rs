//! A small blocking HTTP/1.1 client for driving a server on this machine: one connection per request.

use std::fmt;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(30);
const RESPONSE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A request that is put together and then sent.
pub struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, String)>,
    body: Option<String>,
}

impl<'a> Request<'a> {
    /// A request without headers and body.
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Request {
            method,
            path,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string());
        self.header("content-type", "application/json")
    }

    /// Sends it and reads the answer whole.
    pub fn send(&self, server: SocketAddr) -> Result<Response> {
        self.exchange(server)
            .with_context(|| format!("{} {}", self.method, self.path))
    }

    fn exchange(&self, server: SocketAddr) -> Result<Response> {
        let mut stream = TcpStream::connect_timeout(&server, TIMEOUT).context("cannot connect")?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        stream.write_all(self.render(server).as_bytes())?;
        let mut bytes = Vec::new();
        stream
            .take(RESPONSE_BYTES_MAX)
            .read_to_end(&mut bytes)
            .context("no answer")?;
        parse(&bytes)
    }

    fn render(&self, server: SocketAddr) -> String {
        let body = self.body.as_deref().unwrap_or_default();
        let headers: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!(
            "{} {} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.method,
            self.path,
            body.len()
        )
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    /// The first header of this name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The JSON body of an answer with a 2xx status; any other answer is an error that quotes it.
    pub fn success(&self) -> Result<Value> {
        ensure!((200..300).contains(&self.status), "{self}");
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {self}"))
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

fn parse(bytes: &[u8]) -> Result<Response> {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .context("the answer has no end of headers")?;
    let head = std::str::from_utf8(&bytes[..end]).context("the headers are no text")?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .context("no status")?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut response = Response {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    if response.header("transfer-encoding") == Some("chunked") {
        response.body = join_chunks(&response.body)?;
    } else if let Some(length) = response.header("content-length") {
        ensure!(length.parse() == Ok(response.body.len()), "the body was cut off");
    }
    Ok(response)
}

fn join_chunks(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line_end = bytes
            .windows(2)
            .position(|two| two == b"\r\n")
            .context("a chunk has no length")?;
        let length = std::str::from_utf8(&bytes[..line_end])?
            .split(';')
            .next()
            .unwrap_or_default();
        let length = usize::from_str_radix(length.trim(), 16).context("a chunk has no length")?;
        let start = line_end + 2;
        if length == 0 {
            return Ok(body);
        }
        let Some(chunk) = bytes.get(start..start + length) else {
            bail!("a chunk was cut off")
        };
        body.extend_from_slice(chunk);
        bytes = bytes.get(start + length + 2..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_with_length_and_in_chunks() {
        let plain =
            parse(b"HTTP/1.1 201 Created\r\nLocation: /a\r\ncontent-length: 7\r\n\r\n{\"a\":1}").unwrap();
        assert_eq!((plain.status, plain.header("location")), (201, Some("/a")));
        assert_eq!(plain.success().unwrap()["a"], 1);
        let chunked = parse(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":2}\r\n0\r\n\r\n",
        )
        .unwrap();
        assert_eq!(chunked.success().unwrap()["a"], 2);
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort").is_err());
    }

    #[test]
    fn a_refusal_is_quoted() {
        let response = parse(b"HTTP/1.1 402 No\r\ncontent-length: 4\r\n\r\npoor").unwrap();
        assert_eq!(response.success().unwrap_err().to_string(), "402 poor");
    }
}
