//! Reading calls.

use serde_json::Value as Json;

use super::model::{Endpoint, Expression, Function, Http, Kind, Template, UriPart};
use super::profile;
use super::reader::{At, enclosed};
use super::task::Tasks;
use crate::finding::Finding;
use crate::run::HttpOutput;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// `call: http` or `call: <function>`, with `with`.
pub(super) fn read(tasks: &mut Tasks<'_>, at: &At<'_>, body: &At<'_>) -> Option<Kind> {
    let name = tasks.reader.text(body)?;
    if name == "http" {
        let with = tasks.reader.required(at, "with")?;
        return http(tasks, &with).map(|call| Kind::Http(Box::new(call)));
    }
    if let Some(finding) = profile::function(&name, &body.pointer) {
        tasks.reader.report(finding);
        return None;
    }
    if name.contains("://") || name.contains('@') {
        tasks.reader.report(profile::key(
            "calling functions of a catalog",
            "the function itself, in `use.functions`",
            &body.pointer,
        ));
        return None;
    }
    let arguments = at
        .get("with")
        .map(|with| tasks.reader.expression_or_template(&with));
    let names = tasks.reusable.function_names();
    if !names.iter().any(|known| *known == name) {
        let message = format!("there is no function `{name}` in `use.functions`");
        let finding = Finding::error(&body.pointer, "unknown_function", message);
        let near = crate::text::nearest(&name, names.iter().copied().chain(["http"]));
        tasks.reader.report(match near {
            Some(near) => finding.suggest(format!("did you mean `{near}`?")),
            None => finding,
        });
        return None;
    }
    Some(Kind::Function(Function {
        name,
        arguments: arguments.flatten(),
    }))
}

fn http(tasks: &mut Tasks<'_>, at: &At<'_>) -> Option<Http> {
    const KEYS: [&str; 7] = [
        "method", "endpoint", "headers", "query", "body", "output", "redirect",
    ];
    tasks.reader.object(at, &KEYS)?;
    let method = tasks
        .reader
        .required(at, "method")
        .and_then(|method| read_method(tasks, &method));
    let endpoint = tasks
        .reader
        .required(at, "endpoint")
        .and_then(|endpoint| read_endpoint(tasks, &endpoint));
    let headers = at.get("headers").and_then(|headers| map(tasks, &headers));
    let query = at.get("query").and_then(|query| map(tasks, &query));
    let body = at.get("body").map(|body| tasks.reader.template(&body));
    let output = at
        .get("output")
        .map_or(Some(HttpOutput::Content), |output| read_output(tasks, &output));
    let redirect = at
        .get("redirect")
        .map_or(Some(false), |redirect| tasks.reader.boolean(&redirect));
    Some(Http {
        method: method?,
        endpoint: endpoint?,
        headers,
        query,
        body,
        output: output?,
        redirect: redirect?,
    })
}

fn read_method(tasks: &mut Tasks<'_>, at: &At<'_>) -> Option<String> {
    let method = tasks.reader.text(at)?.to_uppercase();
    if METHODS.contains(&method.as_str()) {
        return Some(method);
    }
    let finding = Finding::error(
        &at.pointer,
        "unknown_method",
        format!("there is no method `{method}`"),
    );
    tasks
        .reader
        .report(finding.suggest(METHODS.join(", ").to_lowercase()));
    None
}

fn read_output(tasks: &mut Tasks<'_>, at: &At<'_>) -> Option<HttpOutput> {
    match tasks.reader.text(at)?.as_str() {
        "content" => Some(HttpOutput::Content),
        "raw" => Some(HttpOutput::Raw),
        "response" => Some(HttpOutput::Response),
        other => {
            let message = format!("there is no output `{other}`");
            let finding = Finding::error(&at.pointer, "unknown_value", message);
            tasks.reader.report(finding.suggest("content, raw or response"));
            None
        }
    }
}

/// Headers and query: an object, or an expression that gives one.
fn map(tasks: &mut Tasks<'_>, at: &At<'_>) -> Option<Template> {
    let expression = at.value.as_str().is_some_and(|text| enclosed(text).is_some());
    if at.value.is_object() || expression {
        return Some(tasks.reader.template(at));
    }
    tasks.reader.wrong_type(at, "an object or an expression");
    None
}

fn read_endpoint(tasks: &mut Tasks<'_>, at: &At<'_>) -> Option<Endpoint> {
    let Json::Object(_) = at.value else {
        return read_uri(tasks, at);
    };
    if let Some(authentication) = at.get("authentication") {
        let pointer = &authentication.pointer;
        tasks
            .reader
            .report(profile::key("an authentication policy", profile::HEADER, pointer));
    }
    tasks.reader.object(at, &["uri", "authentication"]);
    let uri = tasks.reader.required(at, "uri")?;
    read_uri(tasks, &uri)
}

fn read_uri(tasks: &mut Tasks<'_>, at: &At<'_>) -> Option<Endpoint> {
    let text = tasks.reader.text(at)?;
    if let Some(source) = enclosed(&text) {
        let source = source.trim().to_owned();
        return Some(Endpoint::Expression(Expression {
            pointer: at.pointer.clone(),
            source,
        }));
    }
    let lower = text.to_lowercase();
    if lower.starts_with("file:") {
        tasks.reader.report(profile::never(
            "files of the server are not readable",
            "`https://` or `http://`",
            &at.pointer,
        ));
        return None;
    }
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        let message = "the endpoint must begin with `https://` or `http://`";
        tasks
            .reader
            .report(Finding::error(&at.pointer, "invalid_uri", message));
        return None;
    }
    match uri_template(&text) {
        Some(parts) => Some(Endpoint::Template(parts)),
        None => {
            let message = "in a URI template only simple `{name}` places are known";
            let finding = Finding::error(&at.pointer, "invalid_uri", message);
            tasks
                .reader
                .report(finding.suggest("use an expression: '${ \"https://…/\\(.a.b | @uri)\" }'"));
            None
        }
    }
}

/// Splits `https://x/{id}/y`.
fn uri_template(text: &str) -> Option<Vec<UriPart>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let simple = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
        if name.is_empty() || !simple {
            return None;
        }
        parts.push(UriPart::Text(before.to_owned()));
        parts.push(UriPart::Name(name.to_owned()));
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    parts.push(UriPart::Text(rest.to_owned()));
    Some(parts)
}
