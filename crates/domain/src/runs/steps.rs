//! The steps of a run, as they are stored: short keys, times relative to the start of the run, and no value twice.
//!
//! A flow of one task has the same value as the input of the run and of the task, and another one as the output of
//! both. So a step says where its value stands already instead of repeating it: most runs are stored in little more
//! than their input and output.

use flow::{FlowError, StepStatus, Trace, Value};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use types::Timestamp;

use super::execute::text_of;

/// The steps of a run, as far as they are kept.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    /// In the order in which they ended.
    pub items: Vec<Step>,
    /// Whether steps, values or errors are missing because of the bounds of a trace.
    pub truncated: bool,
}

/// One executed task, as it is shown.
#[derive(Debug, Clone)]
pub struct Step {
    /// JSON pointer of the task.
    pub pointer: String,
    /// Its name.
    pub name: String,
    /// Its kind, such as `set`.
    pub kind: String,
    /// `completed`, `skipped`, `faulted` or `left`.
    pub status: &'static str,
    /// Indexes of the enclosing loops, outermost first.
    pub iteration: Vec<u32>,
    /// Attempt of the nearest enclosing `try`, from 1.
    pub attempt: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Timestamp,
    /// JSON; `None` where it is not kept.
    pub input: Option<String>,
    /// JSON; `None` where it is not kept.
    pub output: Option<String>,
    /// The error, when it failed.
    pub error: Option<FlowError>,
}

/// The steps as they are stored.
#[derive(Serialize, Deserialize)]
struct StoredSteps {
    s: Vec<Stored>,
    /// Whether the trace was cut.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    c: bool,
}

/// A step as it is stored. The first letters of its words, because a run of a thousand steps has a thousand of them.
#[derive(Serialize, Deserialize)]
struct Stored {
    p: String,
    /// Only where it is not the last part of the pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    k: String,
    #[serde(default, skip_serializing_if = "Status::is_completed")]
    s: Status,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    x: Vec<u32>,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    a: u32,
    /// Microseconds from the start of the run to the start of the step.
    #[serde(default, skip_serializing_if = "is_zero")]
    t: i64,
    /// Its length in microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    d: i64,
    #[serde(default, skip_serializing_if = "Place::is_missing")]
    i: Place,
    #[serde(default, skip_serializing_if = "Place::is_missing")]
    o: Place,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<FlowError>,
}

#[derive(Serialize, Deserialize, Default, Clone, Copy, PartialEq, Eq)]
enum Status {
    #[default]
    #[serde(rename = "c")]
    Completed,
    #[serde(rename = "s")]
    Skipped,
    #[serde(rename = "f")]
    Faulted,
    #[serde(rename = "l")]
    Left,
}

/// Where the value of a step stands.
#[derive(Serialize, Deserialize, Default)]
enum Place {
    /// Nowhere: it is not kept.
    #[default]
    #[serde(rename = "m")]
    Missing,
    /// It is the input of the run.
    #[serde(rename = "r")]
    RunInput,
    /// It is the output of the run.
    #[serde(rename = "q")]
    RunOutput,
    /// It is the output of the step before.
    #[serde(rename = "b")]
    StepBefore,
    /// Here.
    #[serde(rename = "v")]
    Here(Box<RawValue>),
}

impl Place {
    const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl Status {
    fn is_completed(&self) -> bool {
        *self == Self::Completed
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Skipped => "skipped",
            Self::Faulted => "faulted",
            Self::Left => "left",
        }
    }
}

impl From<StepStatus> for Status {
    fn from(status: StepStatus) -> Self {
        match status {
            StepStatus::Completed => Self::Completed,
            StepStatus::Skipped => Self::Skipped,
            StepStatus::Faulted => Self::Faulted,
            StepStatus::Left => Self::Left,
        }
    }
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_one(number: &u32) -> bool {
    *number == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// Writes the steps of a run.
pub(super) fn to_text(trace: &Trace, started_at: Timestamp, input: &Value, output: Option<&Value>) -> String {
    let mut before: Option<&Value> = None;
    let steps = trace
        .steps
        .iter()
        .map(|step| {
            let stored = Stored {
                n: (last_part(&step.pointer) != step.name).then(|| step.name.clone()),
                p: step.pointer.clone(),
                k: step.kind.to_owned(),
                s: step.status.into(),
                x: step.iteration.clone(),
                a: step.attempt,
                t: step.started_at.saturating_sub(started_at.us()),
                d: step.ended_at.saturating_sub(step.started_at),
                i: place(step.input.as_ref(), before, input, output),
                o: place(step.output.as_ref(), before, input, output),
                e: step.error.clone(),
            };
            before = step.output.as_ref();
            stored
        })
        .collect();
    let stored = StoredSteps {
        s: steps,
        c: trace.truncated,
    };
    // Writing plain data into a text cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

fn place(value: Option<&Value>, before: Option<&Value>, input: &Value, output: Option<&Value>) -> Place {
    let Some(value) = value else { return Place::Missing };
    if before.is_some_and(|before| equal(before, value)) {
        Place::StepBefore
    } else if equal(input, value) {
        Place::RunInput
    } else if output.is_some_and(|output| equal(output, value)) {
        Place::RunOutput
    } else {
        // What the engine writes is JSON.
        RawValue::from_string(text_of(value)).map_or(Place::Missing, Place::Here)
    }
}

fn equal(left: &Value, right: &Value) -> bool {
    left.size() == right.size() && left == right
}

/// The last part of a pointer, as long as nothing in it is escaped.
fn last_part(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or(pointer, |(_, last)| last)
}

/// Reads the steps of a run back, each with its values.
pub(super) fn from_text(
    text: &str,
    started_at: Timestamp,
    input: Option<&str>,
    output: Option<&str>,
) -> Result<Steps, db::Error> {
    let stored: StoredSteps =
        serde_json::from_str(text).map_err(|error| db::Error::corrupt("runs", error))?;
    let mut before: Option<String> = None;
    let items = stored.s.into_iter().map(|stored| {
        let value = |place: &Place| match place {
            Place::Missing => None,
            Place::RunInput => input.map(str::to_owned),
            Place::RunOutput => output.map(str::to_owned),
            Place::StepBefore => before.clone(),
            Place::Here(value) => Some(value.get().to_owned()),
        };
        let (taken, given) = (value(&stored.i), value(&stored.o));
        before.clone_from(&given);
        let started_at = Timestamp::from_us(started_at.us().saturating_add(stored.t));
        Step {
            name: stored.n.unwrap_or_else(|| last_part(&stored.p).to_owned()),
            pointer: stored.p,
            kind: stored.k,
            status: stored.s.as_str(),
            iteration: stored.x,
            attempt: stored.a,
            started_at,
            ended_at: Timestamp::from_us(started_at.us().saturating_add(stored.d)),
            input: taken,
            output: given,
            error: stored.e,
        }
    });
    Ok(Steps {
        items: items.collect(),
        truncated: stored.c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::StepRecord;

    const START: Timestamp = Timestamp::from_us(1_000_000);

    fn value(json: &str) -> Value {
        Value::from_json(json.as_bytes()).unwrap()
    }

    fn record(name: &str, input: &str, output: Option<&str>) -> StepRecord {
        StepRecord {
            pointer: format!("/do/0/{name}"),
            name: name.to_owned(),
            kind: "set",
            iteration: Vec::new(),
            attempt: 1,
            started_at: START.us() + 10,
            ended_at: START.us() + 15,
            status: if output.is_some() {
                StepStatus::Completed
            } else {
                StepStatus::Faulted
            },
            input: Some(value(input)),
            output: output.map(value),
            error: output
                .is_none()
                .then(|| FlowError::standard(flow::ErrorKind::Runtime, "broken")),
        }
    }

    #[test]
    fn steps_read_back_and_no_value_is_stored_twice() {
        let (input, output) = (
            r#"{"in":"a long text of the input"}"#,
            r#"{"out":"a long text of the output"}"#,
        );
        let trace = Trace {
            steps: vec![
                record("first", input, Some(r#"{"between":1}"#)),
                record("second", r#"{"between":1}"#, Some(output)),
            ],
            truncated: false,
        };
        let text = to_text(&trace, START, &value(input), Some(&value(output)));
        assert!(!text.contains("long text"), "{text}");
        assert_eq!(text.matches("between").count(), 1, "{text}");
        assert!(text.len() < 150, "{text}");
        let steps = from_text(&text, START, Some(input), Some(output)).unwrap().items;
        assert_eq!(steps[0].input.as_deref(), Some(input));
        assert_eq!(steps[0].output, steps[1].input);
        assert_eq!(steps[1].output.as_deref(), Some(output));
        assert_eq!(
            (steps[1].name.as_str(), steps[1].ended_at.us()),
            ("second", START.us() + 15)
        );
    }

    #[test]
    fn a_failed_step_keeps_its_error_and_a_stripped_run_shows_no_values() {
        let trace = Trace {
            steps: vec![record("only", "1", None)],
            truncated: false,
        };
        let text = to_text(&trace, START, &value("1"), None);
        let steps = from_text(&text, START, None, None).unwrap().items;
        assert_eq!(steps[0].status, "faulted");
        assert_eq!(steps[0].error.as_ref().unwrap().detail.as_deref(), Some("broken"));
        assert_eq!(steps[0].input, None);
    }
}
