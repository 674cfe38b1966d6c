//! The state of a run: plain data, so that it can be written down between two steps.

use std::sync::Arc;

use jaq_json::Val;

use super::event::{HttpRequest, Micros, Outcome, StepRecord, Used};
use crate::error::FlowError;
use crate::plan::node::{Next, NodeId, Slot};
use crate::value::Value;

/// Everything that changes during a run.
#[derive(Default)]
pub(super) struct State {
    /// Active tasks, the flow itself first.
    pub frames: Vec<Frame>,
    pub phase: Phase,
    /// `$context`.
    pub context: Value,
    /// Raw input of the flow.
    pub input: Value,
    pub started_at: Micros,
    /// The run's clock; never goes back.
    pub now: Micros,
    pub tasks: u64,
    pub ticks: u64,
    pub calls: u64,
    pub used: Vec<Used>,
    pub trace: Vec<StepRecord>,
    pub trace_bytes: usize,
    pub trace_truncated: bool,
}

/// What the run is doing.
#[derive(Default)]
pub(super) enum Phase {
    /// Not begun.
    #[default]
    New,
    /// The top frame goes on.
    Running,
    /// An error looks for someone who catches it.
    Raising(FlowError),
    /// Waiting for the answer to a request of the top frame.
    Calling(Box<HttpRequest>),
    /// Waiting to try again.
    Retrying { until: Micros },
    /// Over.
    Done(Box<Outcome>),
}

/// One active task.
pub(super) struct Frame {
    pub node: NodeId,
    /// Raw input.
    pub raw_input: Value,
    /// Input after `input.from`: `$input`.
    pub input: Value,
    /// Raw output, then output after `output.as`: `$output`.
    pub output: Value,
    pub stage: Stage,
    pub started_at: Micros,
    /// The nearest of its own and all enclosing deadlines.
    pub deadline: Option<Micros>,
    /// Its own deadline only.
    pub own_deadline: Option<Micros>,
    /// What its own `then` is replaced by.
    pub directive: Option<Next>,
    pub body: Body,
    /// Jumps backwards taken in its list, for a `for` in that of this item; makes repeated entries different.
    pub jumps: u32,
    /// Data on its way from one task of the list to the next.
    pub passing: Value,
    /// The child that comes next.
    pub next_child: Option<NodeId>,
}

/// How far a task is. Every stage evaluates at most one thing and can be done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Condition,
    InputSchema,
    InputFrom,
    Begin,
    /// Children run, or an answer is awaited.
    Inside,
    /// A `for` looks at its next item.
    Iterate,
    Meter,
    OutputAs,
    OutputSchema,
    ExportAs,
    End,
}

/// What only some tasks need.
pub(super) enum Body {
    Plain,
    For {
        items: Arc<Vec<Val>>,
        /// Bytes of all items.
        items_bytes: usize,
        index: usize,
        each: Slot,
        at: Slot,
    },
    Try(Box<TryState>),
}

/// State of a `try`.
pub(super) struct TryState {
    /// From 1.
    pub attempt: u32,
    /// When the first error was caught.
    pub first_failure_at: Option<Micros>,
    pub attempt_deadline: Option<Micros>,
    /// Whether the handler runs, rather than the body.
    pub handling: bool,
    /// The variable, while an error is looked at or handled.
    pub error: Option<(Slot, Value)>,
}

impl Frame {
    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        let body = match &self.body {
            Body::Plain => 0,
            Body::For { items_bytes, .. } => *items_bytes,
            Body::Try(state) => state.error.as_ref().map_or(0, |(_, error)| error.size()),
        };
        self.raw_input.size() + self.input.size() + self.output.size() + self.passing.size() + body
    }
}
