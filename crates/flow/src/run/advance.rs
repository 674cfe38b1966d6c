//! One task, stage by stage.
//!
//! The order is the language's: `if`, input schema, `input.from`, the task, `output.as`, output schema,
//! `export.as`, export schema.

use std::sync::Arc;

use jaq_json::Val;

use super::evaluate::{Step, Stop, fatal, fault};
use super::event::StepStatus;
use super::state::{Body, Frame, Phase, Stage, TryState};
use super::{Machine, raise};
use crate::error::{ErrorKind, FlowError};
use crate::limits::{FRAMES_MAX, RUN_TASKS_MAX, STATE_BYTES_MAX};
use crate::plan::SchemaViolation;
use crate::plan::node::{ForPlan, Next, NodeId, NodeKind, ROOT, RaisePlan, Template};
use crate::value::Value;

impl Machine<'_> {
    /// Does one stage of the top frame.
    pub(super) fn advance(&mut self) -> Step<()> {
        let plan = Arc::clone(self.plan);
        let Some(frame) = self.state.frames.last() else {
            return Ok(());
        };
        let node = plan.node(frame.node);
        match frame.stage {
            Stage::Condition => {
                if let Some(condition) = &node.condition {
                    let input = frame.raw_input.clone();
                    if !self.condition(condition, &input)? {
                        return self.skip();
                    }
                }
                self.go(Stage::InputSchema)
            }
            Stage::InputSchema => {
                if let Some(schema) = &node.input.schema {
                    schema
                        .check(&frame.raw_input)
                        .map_err(|found| violated("input", &found))?;
                }
                self.go(Stage::InputFrom)
            }
            Stage::InputFrom => {
                let raw = frame.raw_input.clone();
                let input = self.transformed(node.input.transform.as_ref(), raw)?;
                self.frame().input = input;
                self.go(Stage::Begin)
            }
            Stage::Begin => self.begin(&node.kind),
            Stage::Inside => self.child(),
            Stage::Iterate => match &node.kind {
                NodeKind::For(task) => self.iterate(task),
                _ => self.go(Stage::Meter),
            },
            Stage::Meter => {
                if let Some(metering) = &node.metering {
                    let output = frame.output.clone();
                    let quantity = self.evaluate(&metering.quantity, &output)?;
                    self.meter(metering, &quantity)?;
                }
                self.go(Stage::OutputAs)
            }
            Stage::OutputAs => {
                let raw = frame.output.clone();
                let output = self.transformed(node.output.transform.as_ref(), raw)?;
                self.frame().output = output;
                self.go(Stage::OutputSchema)
            }
            Stage::OutputSchema => {
                if let Some(schema) = &node.output.schema {
                    schema
                        .check(&frame.output)
                        .map_err(|found| violated("output", &found))?;
                }
                self.go(Stage::ExportAs)
            }
            Stage::ExportAs => {
                if node.export.transform.is_some() || node.export.schema.is_some() {
                    let output = frame.output.clone();
                    let context = match &node.export.transform {
                        Some(template) => self.template(template, &output)?,
                        None => self.state.context.clone(),
                    };
                    if let Some(schema) = &node.export.schema {
                        schema
                            .check(&context)
                            .map_err(|found| violated("context", &found))?;
                    }
                    self.state.context = context;
                }
                self.go(Stage::End)
            }
            Stage::End => self.end(),
        }
    }

    pub(super) fn go(&mut self, stage: Stage) -> Step<()> {
        self.frame().stage = stage;
        Ok(())
    }

    /// The top frame; stages run only while there is one.
    pub(super) fn frame(&mut self) -> &mut Frame {
        self.state.frames.last_mut().expect("a stage has a frame")
    }

    fn transformed(&mut self, template: Option<&Template>, value: Value) -> Step<Value> {
        match template {
            None => Ok(value),
            Some(template) => self.template(template, &value),
        }
    }

    fn begin(&mut self, kind: &NodeKind) -> Step<()> {
        let input = self.frame().input.clone();
        match kind {
            NodeKind::Do { first } => self.run_list(*first, input),
            NodeKind::Set(template) => {
                let output = self.template(template, &input)?;
                self.finish(output)
            }
            NodeKind::Switch(cases) => {
                // The default comes into play only when no other case holds, wherever it stands.
                let mut chosen = cases
                    .iter()
                    .find(|(when, _)| when.is_none())
                    .map(|(_, next)| *next);
                for (when, next) in cases {
                    let Some(when) = when else { continue };
                    if self.condition(when, &input)? {
                        chosen = Some(*next);
                        break;
                    }
                }
                self.frame().directive = chosen;
                self.finish(input)
            }
            NodeKind::For(task) => self.begin_for(task, input),
            NodeKind::Raise(plan) => {
                let error = self.error_to_raise(plan, &input)?;
                Err(Stop::Fault(error))
            }
            NodeKind::Try(task) => {
                let attempt_deadline = raise::attempt_deadline(task, self.state.now);
                self.frame().body = Body::Try(Box::new(TryState {
                    attempt: 1,
                    first_failure_at: None,
                    attempt_deadline,
                    handling: false,
                    error: None,
                }));
                self.run_list(task.first, input)
            }
            NodeKind::Http(call) => {
                let request = self.request(call, &input)?;
                self.state.calls += 1;
                self.frame().stage = Stage::Inside;
                self.state.phase = Phase::Calling(Box::new(request));
                Ok(())
            }
            NodeKind::Call { function, arguments } => {
                let arguments = match arguments {
                    Some(template) => self.template(template, &input)?,
                    None => input,
                };
                let frame = self.frame();
                frame.stage = Stage::Inside;
                frame.passing = arguments.clone();
                frame.next_child = None;
                self.enter(*function, arguments)
            }
        }
    }

    /// Sets the raw output.
    pub(super) fn finish(&mut self, output: Value) -> Step<()> {
        let frame = self.frame();
        frame.output = output;
        frame.passing = Value::null();
        frame.stage = Stage::Meter;
        Ok(())
    }

    /// Begins a list of tasks inside the top frame.
    pub(super) fn run_list(&mut self, first: NodeId, data: Value) -> Step<()> {
        let frame = self.frame();
        frame.stage = Stage::Inside;
        frame.passing = data;
        frame.next_child = Some(first);
        Ok(())
    }

    /// Enters the next task of the list, or ends the list.
    fn child(&mut self) -> Step<()> {
        let frame = self.frame();
        match frame.next_child.take() {
            Some(child) => {
                let data = frame.passing.clone();
                self.enter(child, data)
            }
            None => self.list_ended(false),
        }
    }

    /// The list inside the top frame is over; `left` if by `exit`.
    fn list_ended(&mut self, left: bool) -> Step<()> {
        let frame = self.frame();
        let data = frame.passing.clone();
        match &mut frame.body {
            Body::For { index, .. } if !left => {
                *index += 1;
                // Counted for each item, so that an item is called the same again however the ones before it went.
                frame.jumps = 0;
                frame.stage = Stage::Iterate;
                Ok(())
            }
            Body::Try(state) => {
                state.error = None;
                self.finish(data)
            }
            _ => self.finish(data),
        }
    }

    /// Pushes a task.
    pub(super) fn enter(&mut self, node: NodeId, input: Value) -> Step<()> {
        if node != ROOT {
            self.state.tasks += 1;
            self.step_tasks += 1;
        }
        if self.state.tasks > RUN_TASKS_MAX {
            return Err(fatal(format!("the run executed more than {RUN_TASKS_MAX} tasks")));
        }
        if self.state.frames.len() >= FRAMES_MAX {
            return Err(fatal(format!("tasks nest deeper than {FRAMES_MAX} levels")));
        }
        let now = self.state.now;
        let own_deadline = self
            .plan
            .node(node)
            .timeout_us
            .map(|timeout| now.saturating_add(timeout));
        let enclosing = self.state.frames.last().and_then(|frame| frame.inner_deadline());
        self.state.frames.push(Frame {
            node,
            input: Value::null(),
            raw_input: input,
            output: Value::null(),
            stage: Stage::Condition,
            started_at: now,
            deadline: earlier(own_deadline, enclosing),
            own_deadline,
            directive: None,
            body: Body::Plain,
            jumps: 0,
            passing: Value::null(),
            next_child: None,
        });
        self.within_memory()
    }

    /// Refuses to hold more data than a run may.
    fn within_memory(&self) -> Step<()> {
        let held: usize = self.state.frames.iter().map(Frame::bytes).sum();
        if held + self.state.context.size() > STATE_BYTES_MAX {
            return Err(fatal("the run holds more data than it may"));
        }
        Ok(())
    }

    /// `if` was false: the raw input becomes the output, and `then` is not looked at.
    fn skip(&mut self) -> Step<()> {
        let frame = self.frame();
        frame.output = frame.raw_input.clone();
        self.record(StepStatus::Skipped, None);
        self.leave(Some(Next::Continue));
        Ok(())
    }

    /// The task is over: on to where it says.
    fn end(&mut self) -> Step<()> {
        self.record(StepStatus::Completed, None);
        self.leave(None);
        Ok(())
    }

    /// Pops the top frame and hands its output to the one below.
    fn leave(&mut self, forced: Option<Next>) {
        let Some(frame) = self.state.frames.pop() else {
            return;
        };
        let node = self.plan.node(frame.node);
        let next = forced.or(frame.directive).unwrap_or(node.then);
        if self.state.frames.is_empty() {
            self.complete(frame.output);
            return;
        }
        match next {
            Next::End => self.end_run(frame.output),
            Next::Exit => {
                let parent = self.frame();
                parent.passing = frame.output;
                // Cannot fail: it only moves data.
                let _ = self.list_ended(true);
            }
            Next::Continue | Next::Task(_) => {
                let target = if let Next::Task(target) = next {
                    Some(target)
                } else {
                    node.following
                };
                let parent = self.frame();
                parent.passing = frame.output;
                if target.is_some_and(|target| target <= frame.node) {
                    parent.jumps += 1;
                }
                parent.next_child = target;
            }
        }
    }

    /// `end`: everything active is left, and the flow ends normally with this output.
    fn end_run(&mut self, output: Value) {
        while self.state.frames.len() > 1 {
            self.frame().output = output.clone();
            self.record(StepStatus::Left, None);
            self.state.frames.pop();
        }
        let _ = self.finish(output);
    }

    fn begin_for(&mut self, task: &ForPlan, input: Value) -> Step<()> {
        let items = self.template(&task.items, &input)?;
        let items_bytes = items.size();
        let items = match items.val {
            Val::Arr(items) => items,
            other => {
                let detail = format!("`for.in` gave {}, not an array", crate::jq::preview(&other));
                return Err(fault(ErrorKind::Expression, detail));
            }
        };
        if items.len() as u64 > task.max_iterations {
            let detail = format!(
                "`for.in` has {} items, more than the bound of {}",
                items.len(),
                task.max_iterations
            );
            return Err(fault(ErrorKind::Runtime, detail));
        }
        let frame = self.frame();
        frame.body = Body::For {
            items,
            items_bytes,
            index: 0,
            each: task.each,
            at: task.at,
        };
        frame.passing = input;
        frame.stage = Stage::Iterate;
        self.within_memory()
    }

    /// Looks whether there is another iteration.
    fn iterate(&mut self, task: &ForPlan) -> Step<()> {
        let frame = self.frame();
        let data = frame.passing.clone();
        let more = matches!(&frame.body, Body::For { items, index, .. } if *index < items.len());
        let goes_on = match &task.condition {
            Some(condition) if more => self.condition(condition, &data)?,
            _ => more,
        };
        if goes_on {
            self.run_list(task.first, data)
        } else {
            self.finish(data)
        }
    }

    fn error_to_raise(&mut self, plan: &RaisePlan, input: &Value) -> Step<FlowError> {
        let kind = self.text(&plan.kind, input, "type")?;
        let status = self.template(&plan.status, input)?.to_serde();
        let status = status.as_u64().and_then(|status| u16::try_from(status).ok());
        let Some(status) = status.filter(|status| (100..=599).contains(status)) else {
            return Err(fault(
                ErrorKind::Expression,
                "the status of an error is a whole number from 100 to 599",
            ));
        };
        let mut part = |template: &Option<Template>, name| match template {
            None => Ok(None),
            Some(template) => self.text(template, input, name).map(Some),
        };
        let title = part(&plan.title, "title")?;
        let detail = part(&plan.detail, "detail")?;
        let instance = part(&plan.instance, "instance")?;
        Ok(FlowError {
            kind,
            status,
            title,
            detail,
            instance,
        })
    }

    fn text(&mut self, template: &Template, input: &Value, name: &str) -> Step<String> {
        let value = self.template(template, input)?;
        match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => {
                let detail = format!(
                    "the {name} of an error must be a text, not {}",
                    crate::jq::preview(&value.val)
                );
                Err(fault(ErrorKind::Expression, detail))
            }
        }
    }
}

impl Frame {
    /// The deadline of what runs inside: that of the frame, or of the attempt of a `try`.
    pub(super) fn inner_deadline(&self) -> Option<i64> {
        match &self.body {
            Body::Try(state) if !state.handling => earlier(self.deadline, state.attempt_deadline),
            _ => self.deadline,
        }
    }
}

/// The earlier of two deadlines.
pub(super) fn earlier(left: Option<i64>, right: Option<i64>) -> Option<i64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}

fn violated(what: &str, found: &[SchemaViolation]) -> Stop {
    let first = found.iter().take(3).map(|violation| {
        let place = if violation.pointer.is_empty() {
            "/"
        } else {
            &violation.pointer
        };
        format!("{place}: {}", violation.message)
    });
    let list: Vec<String> = first.collect();
    let more = if found.len() > 3 {
        format!(" (and {} more)", found.len() - 3)
    } else {
        String::new()
    };
    fault(
        ErrorKind::Validation,
        format!("the {what} does not fit its schema: {}{more}", list.join("; ")),
    )
}
