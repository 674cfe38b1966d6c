//! Records of executed tasks, and what they declared to have used.

use jaq_json::Val;

use super::Machine;
use super::context::Recording;
use super::evaluate::{Step, fault};
use super::event::{StepRecord, StepStatus, Used};
use super::state::{Body, Frame};
use crate::error::{ErrorKind, FlowError};
use crate::limits::{TRACE_BYTES_MAX, TRACE_STEPS_MAX};
use crate::plan::node::{MeteringPlan, ROOT};
use crate::value::Value;

impl Machine<'_> {
    /// Records the top frame, if the host asked for a trace.
    pub(super) fn record(&mut self, status: StepStatus, error: Option<&FlowError>) {
        let Some(frame) = self.state.frames.last() else {
            return;
        };
        if self.context.recording == Recording::Off || frame.node == ROOT {
            return;
        }
        if self.state.trace.len() >= TRACE_STEPS_MAX {
            self.state.trace_truncated = true;
            return;
        }
        let node = self.plan.node(frame.node);
        let has_output = matches!(status, StepStatus::Completed | StepStatus::Skipped);
        let record = StepRecord {
            pointer: node.pointer.to_string(),
            name: node.name.to_string(),
            kind: node.kind_name,
            iteration: loop_indexes(&self.state.frames),
            attempt: attempt(&self.state.frames),
            started_at: frame.started_at,
            ended_at: self.state.now,
            status,
            input: Some(frame.raw_input.clone()),
            output: has_output.then(|| frame.output.clone()),
            error: None,
        };
        self.keep(record, error);
    }

    /// Adds a record with as much of its error and its values as may be kept and has room.
    fn keep(&mut self, mut record: StepRecord, error: Option<&FlowError>) {
        // The error first: it is what somebody looks for.
        record.error = error.and_then(|error| self.error_to_keep(error));
        let values = [&record.input, &record.output].into_iter().flatten();
        let bytes = values.map(Value::size).sum();
        if self.context.recording != Recording::Values || !self.takes(bytes) {
            (record.input, record.output) = (None, None);
        }
        self.state.trace.push(record);
    }

    /// The error whole, or without what may be or quote a value, or nothing of it.
    fn error_to_keep(&mut self, error: &FlowError) -> Option<FlowError> {
        let whole = (self.context.recording == Recording::Values).then(|| error.clone());
        let mut forms = whole.into_iter().chain([self.plan.without_values(error)]);
        forms.find(|error| self.takes(error.size()))
    }

    /// Takes room in the trace; if there is none, the trace says that it is cut.
    fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.state.trace_bytes + bytes <= TRACE_BYTES_MAX;
        if fits {
            self.state.trace_bytes += bytes;
        } else {
            self.state.trace_truncated = true;
        }
        fits
    }

    /// Adds a declared use.
    pub(super) fn meter(&mut self, metering: &MeteringPlan, quantity: &Value) -> Step<()> {
        let Some(quantity) = whole_units(quantity) else {
            let detail = format!(
                "`metering.quantity` must be a number, 0 or more, not {}",
                crate::jq::preview(&quantity.val)
            );
            return Err(fault(ErrorKind::Expression, detail));
        };
        let capped = quantity > metering.max;
        let quantity = quantity.min(metering.max);
        match self
            .state
            .used
            .iter_mut()
            .find(|used| *used.unit == *metering.unit)
        {
            Some(used) => {
                used.quantity = used.quantity.saturating_add(quantity);
                used.capped |= capped;
            }
            None => self.state.used.push(Used {
                unit: metering.unit.to_string(),
                quantity,
                capped,
            }),
        }
        Ok(())
    }
}

/// Whole units; a part of a unit counts as one.
fn whole_units(quantity: &Value) -> Option<u64> {
    match &quantity.val {
        Val::Num(_) => {
            let json = quantity.to_serde();
            json.as_u64().or_else(|| {
                let float = json.as_f64()?.ceil();
                // Beyond 2^63 the exact number does not matter: the bound cuts it.
                (float >= 0.0).then_some(if float >= 9e18 {
                    i64::MAX as u64
                } else {
                    float as u64
                })
            })
        }
        _ => None,
    }
}

/// Indexes of the loops around the top frame, outermost first.
pub(super) fn loop_indexes(frames: &[Frame]) -> Vec<u32> {
    let below = &frames[..frames.len().saturating_sub(1)];
    let indexes = below.iter().filter_map(|frame| match &frame.body {
        Body::For { index, .. } => Some(u32::try_from(*index).unwrap_or(u32::MAX)),
        _ => None,
    });
    indexes.collect()
}

/// Attempt of the nearest `try` around the top frame.
fn attempt(frames: &[Frame]) -> u32 {
    let below = &frames[..frames.len().saturating_sub(1)];
    let attempt = below.iter().rev().find_map(|frame| match &frame.body {
        Body::Try(state) => Some(state.attempt),
        _ => None,
    });
    attempt.unwrap_or(1)
}
