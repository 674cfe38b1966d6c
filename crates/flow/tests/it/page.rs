//! The examples of a page: what goes in, what is asked of the outside, what it answers, what comes out.
#![allow(dead_code, reason = "each crate whose tests run examples uses its own part")]

use serde_json::Value as Json;

/// A block of YAML, with the comments that say what it does.
pub struct Example<'p> {
    /// The heading above it.
    pub title: &'p str,
    pub text: &'p str,
    /// Code of the complaint, if it is none that runs.
    pub refused: Option<&'p str>,
    pub runs: Vec<Run<'p>>,
}

/// From an `# input:` to the next one.
#[derive(Default)]
pub struct Run<'p> {
    pub input: &'p str,
    pub requests: Vec<Request<'p>>,
    /// Status and body.
    pub answers: Vec<(u16, &'p str)>,
    pub waits_seconds: Vec<i64>,
    pub output: Option<Json>,
    /// Members that the error has.
    pub error: Option<Json>,
}

#[derive(Debug, Default, PartialEq)]
pub struct Request<'p> {
    /// Method and URL.
    pub line: &'p str,
    /// Each `name: value`.
    pub headers: Vec<&'p str>,
    pub body: Option<Json>,
}

/// All examples of a page.
pub fn examples(page: &str) -> Vec<Example<'_>> {
    let mut title = "";
    let mut examples = Vec::new();
    for (at, part) in page.split("```").enumerate() {
        match part.strip_prefix("yaml\n") {
            Some(text) if at % 2 == 1 => examples.push(example(title, text)),
            _ => {
                let heading = part.lines().rfind(|line| line.starts_with('#'));
                title = heading.map_or(title, |line| line.trim_start_matches(['#', ' ']));
            }
        }
    }
    examples
}

fn example<'p>(title: &'p str, text: &'p str) -> Example<'p> {
    let mut refused = None;
    let mut runs: Vec<Run<'p>> = Vec::new();
    for note in text.lines().map_while(|line| line.strip_prefix("# ")) {
        let (name, rest) = note.split_once(": ").unwrap();
        match name {
            "input" => runs.push(Run {
                input: rest,
                ..Run::default()
            }),
            "refused" => refused = Some(rest),
            _ => runs.last_mut().unwrap().note(name, rest),
        }
    }
    Example {
        title,
        text,
        refused,
        runs,
    }
}

impl<'p> Run<'p> {
    fn note(&mut self, name: &str, rest: &'p str) {
        match name {
            "request" => self.requests.push(Request {
                line: rest,
                ..Request::default()
            }),
            "header" => self.requests.last_mut().unwrap().headers.push(rest),
            "body" => self.requests.last_mut().unwrap().body = Some(json(rest)),
            "answer" => self.answers.push(answer(rest)),
            "wait" => self.waits_seconds.push(seconds(rest)),
            "output" => self.output = Some(json(rest)),
            "error" => self.error = Some(json(rest)),
            _ => panic!("no example says `{name}`"),
        }
    }

    /// Is it the error that the example says?
    pub fn is_error(&self, error: &Json) -> bool {
        match &self.error {
            None => false,
            Some(Json::Object(members)) => members.iter().all(|(name, member)| error[name] == *member),
            Some(status) => error["status"] == *status,
        }
    }
}

/// A body, with a status before it unless that is 200.
fn answer(text: &str) -> (u16, &str) {
    let parts = text.split_once(' ');
    parts
        .and_then(|(status, body)| Some((status.parse().ok()?, body)))
        .unwrap_or((200, text))
}

/// `PT3S`.
fn seconds(text: &str) -> i64 {
    let digits = text.strip_prefix("PT").and_then(|text| text.strip_suffix('S'));
    digits.unwrap().parse().unwrap()
}

pub fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"))
}
