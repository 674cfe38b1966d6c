//! HTTP requests out, and what comes back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jaq_json::Val;

use super::Machine;
use super::evaluate::{Step, Stop, fault};
use super::event::{
    HttpBody, HttpOutput, HttpRequest, HttpResponse, HttpResult, IdempotencyKey, TransportError,
    TransportErrorKind,
};
use super::state::{Body, Frame};
use crate::error::{ErrorKind, FlowError};
use crate::jq::preview;
use crate::limits::{HEADER_BYTES_MAX, HEADERS_MAX, URL_BYTES_MAX};
use crate::plan::node::{EndpointPlan, HttpPlan, Template, UriPiece};
use crate::value::{Value, val_str};

/// Headers that belong to the connection, not to the flow.
const FORBIDDEN_HEADERS: [&str; 8] = [
    "connection",
    "content-length",
    "host",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Headers whose values are not shown in `output: response`.
const HIDDEN_HEADERS: [&str; 4] = ["authorization", "cookie", "x-api-key", "api-key"];

impl Machine<'_> {
    /// Builds the request of a call. Pure: nothing is sent or changed.
    pub(super) fn request(&mut self, plan: &HttpPlan, input: &Value) -> Step<HttpRequest> {
        let url = self.url(&plan.endpoint, input)?;
        let headers = self.headers(plan.headers.as_ref(), input)?;
        let query = self.query(plan.query.as_ref(), input)?;
        let body = match &plan.body {
            None => None,
            Some(template) => Some(body(&self.template(template, input)?, &headers)),
        };
        Ok(HttpRequest {
            method: plan.method.clone(),
            url,
            query,
            headers,
            body,
            redirect: plan.redirect,
            output: plan.output,
            idempotency: self.idempotency(),
            deadline: self.deadline(),
        })
    }

    fn url(&mut self, endpoint: &EndpointPlan, input: &Value) -> Step<String> {
        let url = match endpoint {
            EndpointPlan::Parts(parts) => {
                let mut url = String::new();
                for part in parts {
                    match part {
                        UriPiece::Text(text) => url.push_str(text),
                        UriPiece::Member(name) => url.push_str(&place(input, name)?),
                    }
                }
                url
            }
            EndpointPlan::Expression(expr) => {
                let value = self.evaluate(expr, input)?;
                match value.as_str() {
                    Some(url) => url.to_owned(),
                    None => {
                        let detail = format!("the endpoint is {}, not a text", preview(&value.val));
                        return Err(fault(ErrorKind::Expression, detail));
                    }
                }
            }
        };
        let scheme = url.get(..8).unwrap_or(&url).to_ascii_lowercase();
        if !scheme.starts_with("http://") && !scheme.starts_with("https://") {
            return Err(fault(
                ErrorKind::Expression,
                "the endpoint does not begin with `https://` or `http://`",
            ));
        }
        if url.len() > URL_BYTES_MAX {
            return Err(fault(
                ErrorKind::Expression,
                format!("the endpoint is longer than {URL_BYTES_MAX} bytes"),
            ));
        }
        if url.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(fault(
                ErrorKind::Expression,
                "the endpoint has blanks or control characters",
            ));
        }
        Ok(url)
    }

    fn headers(&mut self, template: Option<&Template>, input: &Value) -> Step<Vec<(String, String)>> {
        let mut headers = Vec::new();
        for (name, value) in self.members(template, input, "headers")? {
            let Some(text) = scalar(&value) else {
                if matches!(value, Val::Null) {
                    continue;
                }
                return Err(fault(
                    ErrorKind::Expression,
                    format!("the header `{name}` is not a text"),
                ));
            };
            check_header(&name, &text)?;
            headers.push((name, text));
        }
        if headers.len() > HEADERS_MAX {
            return Err(fault(
                ErrorKind::Expression,
                format!("there are more than {HEADERS_MAX} headers"),
            ));
        }
        Ok(headers)
    }

    /// Parameters; a list repeats the name, null leaves it out.
    fn query(&mut self, template: Option<&Template>, input: &Value) -> Step<Vec<(String, String)>> {
        let mut query = Vec::new();
        for (name, value) in self.members(template, input, "query")? {
            let values = match &value {
                Val::Null => Vec::new(),
                Val::Arr(items) => items.to_vec(),
                one => vec![one.clone()],
            };
            for value in values {
                match scalar(&value) {
                    Some(text) => query.push((name.clone(), text)),
                    None => {
                        let detail = format!("the query parameter `{name}` is {}", preview(&value));
                        return Err(fault(ErrorKind::Expression, detail));
                    }
                }
            }
        }
        Ok(query)
    }

    fn members(
        &mut self,
        template: Option<&Template>,
        input: &Value,
        what: &str,
    ) -> Step<Vec<(String, Val)>> {
        let Some(template) = template else {
            return Ok(Vec::new());
        };
        let value = self.template(template, input)?;
        match &value.val {
            Val::Null => Ok(Vec::new()),
            Val::Obj(map) => {
                let member = |(key, member): (&Val, &Val)| {
                    (val_str(key).unwrap_or_default().to_owned(), member.clone())
                };
                Ok(map.iter().map(member).collect())
            }
            other => Err(fault(
                ErrorKind::Expression,
                format!("`{what}` is {}, not an object", preview(other)),
            )),
        }
    }

    fn idempotency(&self) -> IdempotencyKey {
        let frames = &self.state.frames;
        let below = &frames[..frames.len().saturating_sub(1)];
        let mut iteration = Vec::new();
        for frame in below {
            if let Body::For { index, .. } = &frame.body {
                iteration.push(u32::try_from(*index).unwrap_or(u32::MAX));
            }
            iteration.push(frame.jumps);
        }
        let pointer = |frame: &Frame| self.plan.node(frame.node).pointer.to_string();
        // A function is one place in the definition that may be called from several.
        let callers = below.iter().filter(|frame| frame.is_call(self.plan)).map(pointer);
        let path: Vec<String> = callers.chain(frames.last().map(pointer)).collect();
        IdempotencyKey {
            run_id: self.context.run_id.clone(),
            pointer: path.join(">"),
            iteration,
        }
    }

    /// Turns what came back into the raw output of the task.
    pub(super) fn response(&self, request: &HttpRequest, result: HttpResult) -> Step<Value> {
        let response = match result {
            HttpResult::Response(response) => response,
            HttpResult::Failed(error) => return Err(Stop::Fault(transport_fault(request, &error))),
        };
        let top = if request.redirect { 399 } else { 299 };
        if !(200..=top).contains(&response.status) {
            let detail = format!("{} was answered with status {}", shown(request), response.status);
            let status = if (100..=599).contains(&response.status) {
                response.status
            } else {
                500
            };
            let error = FlowError::standard(ErrorKind::Communication, detail).with_status(status);
            return Err(Stop::Fault(error));
        }
        let output = match request.output {
            HttpOutput::Raw => Value::from_text(STANDARD.encode(&response.body)),
            HttpOutput::Content => content(&response),
            HttpOutput::Response => {
                content(&response).and_then(|content| envelope(request, &response, content))
            }
        };
        output.map_err(|error| {
            let detail = format!("the response of {} cannot be used: it is {error}", shown(request));
            Stop::Fault(FlowError::standard(ErrorKind::Communication, detail).with_status(502))
        })
    }
}

/// A top-level member for a URI template: missing is empty, a structure is an error.
fn place(input: &Value, name: &Val) -> Step<String> {
    let member = match &input.val {
        Val::Obj(map) => map.get(name).cloned().unwrap_or(Val::Null),
        _ => Val::Null,
    };
    match &member {
        Val::Null => Ok(String::new()),
        member => match scalar(member) {
            Some(text) => Ok(percent_encoded(&text)),
            None => {
                let detail = format!(
                    "`{}` in the endpoint is {}",
                    val_str(name).unwrap_or_default(),
                    preview(member)
                );
                Err(fault(ErrorKind::Expression, detail))
            }
        },
    }
}

/// Unreserved characters stay (RFC 6570, simple expansion).
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Texts, numbers and booleans as text.
fn scalar(value: &Val) -> Option<String> {
    match value {
        Val::TStr(_) => val_str(value).map(str::to_owned),
        Val::Bool(value) => Some(value.to_string()),
        Val::Num(_) => {
            Some(String::from_utf8_lossy(&Value::part(value.clone()).to_json_bytes()).into_owned())
        }
        _ => None,
    }
}

fn check_header(name: &str, value: &str) -> Step<()> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(fault(
            ErrorKind::Expression,
            format!("`{}` is not a name of a header", name.escape_debug()),
        ));
    }
    if FORBIDDEN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(fault(
            ErrorKind::Expression,
            format!("the header `{name}` cannot be set by a flow"),
        ));
    }
    if value.len() > HEADER_BYTES_MAX
        || value
            .bytes()
            .any(|byte| (byte < b' ' && byte != b'\t') || byte == 0x7f)
    {
        return Err(fault(
            ErrorKind::Expression,
            format!("the value of the header `{name}` is not allowed"),
        ));
    }
    Ok(())
}

fn body(value: &Value, headers: &[(String, String)]) -> HttpBody {
    let media_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    match (media_type, value.as_str()) {
        (Some((_, media_type)), Some(text)) if !is_json(media_type) => HttpBody::Text(text.to_owned()),
        _ => HttpBody::Json(value.to_json_bytes()),
    }
}

/// The body by its media type: JSON parsed, text as text, anything else in base64.
fn content(response: &HttpResponse) -> Result<Value, crate::value::ValueError> {
    let body = &response.body;
    let media_type = header(response, "content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if body.is_empty() {
        return Ok(Value::null());
    }
    if is_json(&media_type) {
        return Value::from_json(body);
    }
    let text = std::str::from_utf8(body);
    match text {
        // Without a type, JSON is the best guess.
        Ok(text) if media_type.is_empty() => Value::from_json(body).or_else(|_| Value::from_text(text)),
        Ok(text) if is_text(&media_type) => Value::from_text(text),
        _ => Value::from_text(STANDARD.encode(body)),
    }
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let known = [
        "application/xml",
        "application/yaml",
        "application/x-www-form-urlencoded",
        "application/javascript",
    ];
    essence.starts_with("text/") || essence.ends_with("+xml") || known.contains(&essence)
}

fn header<'r>(response: &'r HttpResponse, name: &str) -> Option<&'r str> {
    let found = response
        .headers
        .iter()
        .find(|(header, _)| header.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

/// `output: response`.
fn envelope(
    request: &HttpRequest,
    response: &HttpResponse,
    content: Value,
) -> Result<Value, crate::value::ValueError> {
    let sent = request.headers.iter().map(|(name, value)| {
        let hidden = HIDDEN_HEADERS.contains(&name.to_ascii_lowercase().as_str());
        (
            name.clone(),
            if hidden { "***".to_owned() } else { value.clone() },
        )
    });
    let came = response
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let object = object([
        (
            "request",
            object([
                ("method", text(&request.method.to_lowercase())),
                ("uri", text(&request.url)),
                ("headers", joined(sent)),
            ]),
        ),
        ("statusCode", Value::from_int(i64::from(response.status)).val),
        ("headers", joined(came)),
        ("content", content.val),
    ]);
    Value::from_val(object)
}

/// Headers as an object; repeated ones are joined.
fn joined(headers: impl Iterator<Item = (String, String)>) -> Val {
    let mut map: jaq_json::Map<String, String> = jaq_json::Map::default();
    for (name, value) in headers {
        map.entry(name)
            .and_modify(|all| {
                all.push_str(", ");
                all.push_str(&value);
            })
            .or_insert(value);
    }
    Val::obj(
        map.into_iter()
            .map(|(name, value)| (Val::from(name), Val::from(value)))
            .collect(),
    )
}

fn object<const N: usize>(members: [(&str, Val); N]) -> Val {
    Val::obj(
        members
            .into_iter()
            .map(|(key, member)| (text(key), member))
            .collect(),
    )
}

fn text(text: &str) -> Val {
    Val::from(text.to_owned())
}

/// Method and URL for messages, without what may be secret in the query.
fn shown(request: &HttpRequest) -> String {
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    // User names and passwords stand before an @ in the authority.
    let url = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    };
    format!("{} {}", request.method, url.chars().take(200).collect::<String>())
}

fn transport_fault(request: &HttpRequest, error: &TransportError) -> FlowError {
    let (kind, status) = match error.kind {
        TransportErrorKind::Refused => (ErrorKind::Authorization, 403),
        TransportErrorKind::Timeout => (ErrorKind::Timeout, 408),
        _ => (ErrorKind::Communication, 502),
    };
    FlowError::standard(kind, format!("{} failed: {}", shown(request), error.detail)).with_status(status)
}
