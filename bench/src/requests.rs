//! The requests that are sent in turn, rendered once to the bytes on the wire.
//!
//! File: `{"requests": [{"method": "POST", "path": "/v1/…", "headers": {"name": "value"}, "body": …}]}`.
//! A body that is a JSON string is sent as it is, any other value as JSON.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::options::Options;

const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
const REQUESTS_MAX: usize = 1_000_000;

/// Reads the file and renders each request.
pub fn read(options: &Options) -> Result<Vec<Vec<u8>>> {
    let path = &options.requests;
    let name = path.display();
    let bytes = std::fs::metadata(path)
        .with_context(|| format!("cannot read {name}"))?
        .len();
    ensure!(
        bytes <= FILE_BYTES_MAX,
        "{name} has {bytes} bytes, at most {FILE_BYTES_MAX} are taken"
    );
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    render_all(&text, &options.target.to_string()).with_context(|| format!("in {name}"))
}

fn render_all(text: &str, host: &str) -> Result<Vec<Vec<u8>>> {
    let file: Value = serde_json::from_str(text).context("not JSON")?;
    let list = file["requests"].as_array().context("`requests` must be a list")?;
    ensure!(
        (1..=REQUESTS_MAX).contains(&list.len()),
        "`requests` must hold from 1 to {REQUESTS_MAX} requests"
    );
    list.iter()
        .enumerate()
        .map(|(index, request)| render(request, host).with_context(|| format!("in requests[{index}]")))
        .collect()
}

fn render(request: &Value, host: &str) -> Result<Vec<u8>> {
    let method = request["method"].as_str().context("`method` must be a text")?;
    let path = request["path"].as_str().context("`path` must be a text")?;
    ensure!(path.starts_with('/'), "`path` must start with /");
    let body = match &request["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n");
    match &request["headers"] {
        Value::Null => {}
        Value::Object(headers) => {
            for (name, value) in headers {
                let value = value
                    .as_str()
                    .with_context(|| format!("header `{name}` must be a text"))?;
                ensure!(!value.contains(['\r', '\n']), "header `{name}` must be one line");
                write!(head, "{name}: {value}\r\n")?;
            }
        }
        _ => bail!("`headers` must be an object"),
    }
    write!(head, "content-length: {}\r\n\r\n{body}", body.len())?;
    Ok(head.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_rendered_whole() {
        let text = r#"{"requests":[{"method":"POST","path":"/a","headers":{"x":"y"},"body":{"n":1}}]}"#;
        let rendered = render_all(text, "127.0.0.1:1").unwrap();
        assert_eq!(
            String::from_utf8_lossy(&rendered[0]),
            "POST /a HTTP/1.1\r\nhost: 127.0.0.1:1\r\nx: y\r\ncontent-length: 7\r\n\r\n{\"n\":1}"
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for text in [
            "",
            "{}",
            r#"{"requests":[]}"#,
            r#"{"requests":[{}]}"#,
            r#"{"requests":[{"method":"GET","path":"x"}]}"#,
            r#"{"requests":[{"method":"GET","path":"/","headers":{"a":"b\r\nc: d"}}]}"#,
        ] {
            assert!(render_all(text, "h").is_err(), "{text}");
        }
    }
}
