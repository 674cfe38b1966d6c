//! What can be seen of a run from outside: the same of the engine and of the interpreter.

use std::collections::HashMap;

use flow::StepStatus;

#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    pub output: Option<String>,
    pub fault: Option<Fault>,
    /// In the order in which they ended.
    pub steps: Vec<Step>,
    pub asked: Vec<Asked>,
    pub ended_at: i64,
}

/// An error. Its type without the root; of what the engine says, that it says something.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub kind: String,
    pub status: u16,
    pub title: Option<String>,
    pub detail: Option<String>,
    pub instance: String,
}

#[derive(Debug, PartialEq)]
pub struct Step {
    pub name: String,
    pub status: StepStatus,
    pub iteration: Vec<u32>,
    pub attempt: u32,
    pub started_at: i64,
    pub ended_at: i64,
}

#[derive(Debug, PartialEq)]
pub struct Asked {
    pub url: String,
    pub body: String,
    pub deadline: Option<i64>,
    /// The number of the first request with the same idempotency key.
    pub same_as: usize,
}

/// The requests of a run, each with what makes its idempotency key.
#[derive(Default)]
pub struct Requests {
    pub list: Vec<Asked>,
    first: HashMap<String, usize>,
}

impl Requests {
    pub fn add(&mut self, url: String, body: &str, deadline: Option<i64>, key: String) {
        let number = self.list.len();
        let same_as = *self.first.entry(key).or_insert(number);
        // The end tells two apart, and a run may ask thousands of times.
        let body = body[body.len().saturating_sub(40)..].to_owned();
        self.list.push(Asked {
            url,
            body,
            deadline,
            same_as,
        });
    }
}
