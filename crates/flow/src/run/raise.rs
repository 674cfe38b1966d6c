//! Errors on their way up: catching, retrying, timeouts.

use std::sync::Arc;

use super::Machine;
use super::advance::earlier;
use super::evaluate::Step;
use super::event::{Micros, StepStatus};
use super::state::{Body, Phase, Stage};
use crate::definition::model::{Backoff, Filter};
use crate::error::{ErrorKind, FlowError, same_type};
use crate::limits::{RETRIES_MAX, RETRY_DELAY_MS_MAX};
use crate::plan::node::{Expr, NodeKind, RetryPlan, Slot, TryPlan};
use crate::value::Value;

impl Machine<'_> {
    /// Raises an error in the top frame.
    pub(super) fn raise(&mut self, mut error: FlowError) {
        self.place(&mut error);
        // The frame that raised it is over, also when it is a `try` (say, its schema refused): its own
        // `catch` covers only what runs inside.
        // So is one whose `catch` itself failed, or it would meet that error again and again.
        if let Some(frame) = self.state.frames.last() {
            let inside = frame.stage == Stage::Inside && matches!(&frame.body, Body::Try(_));
            if !inside || matches!(self.state.phase, Phase::Raising(_)) {
                self.record(StepStatus::Faulted, Some(&error));
                self.state.frames.pop();
            }
        }
        self.state.phase = Phase::Raising(error);
    }

    /// Bounds an error, and fills its place if it has none: the task that raised it.
    fn place(&self, error: &mut FlowError) {
        error.shorten();
        if error.instance.is_none() {
            let pointer = self
                .state
                .frames
                .last()
                .map_or("", |frame| &*self.plan.node(frame.node).pointer);
            error.instance = Some(if pointer.is_empty() {
                "/".to_owned()
            } else {
                pointer.to_owned()
            });
        }
    }

    /// Ends the run by an error that nothing catches.
    pub(super) fn give_up(&mut self, mut error: FlowError) {
        self.place(&mut error);
        while !self.state.frames.is_empty() {
            self.record(StepStatus::Faulted, Some(&error));
            self.state.frames.pop();
        }
        self.fail(error);
    }

    /// Does one step of looking for a `catch`.
    pub(super) fn unwind(&mut self, error: FlowError) -> Step<()> {
        let plan = Arc::clone(self.plan);
        let Some(frame) = self.state.frames.last() else {
            self.fail(error);
            return Ok(());
        };
        let catching = match (&plan.node(frame.node).kind, &frame.body) {
            (NodeKind::Try(task), Body::Try(state)) if !state.handling && frame.stage == Stage::Inside => {
                Some(task)
            }
            _ => None,
        };
        if let Some(task) = catching
            && matches(&task.filter, &error)
            && self.accepts(task, &error)?
        {
            return self.catch(task, error);
        }
        self.record(StepStatus::Faulted, Some(&error));
        self.state.frames.pop();
        Ok(())
    }

    /// `when` and `exceptWhen` of a `catch`.
    fn accepts(&mut self, task: &TryPlan, error: &FlowError) -> Step<bool> {
        self.bind_error(task.variable, error);
        let accepted = self.both(task.when.as_ref(), task.except_when.as_ref());
        if !matches!(accepted, Ok(true)) {
            self.forget_error();
        }
        accepted
    }

    fn both(&mut self, when: Option<&Expr>, except_when: Option<&Expr>) -> Step<bool> {
        let input = self.frame().input.clone();
        if let Some(when) = when
            && !self.condition(when, &input)?
        {
            return Ok(false);
        }
        match except_when {
            Some(except_when) => Ok(!self.condition(except_when, &input)?),
            None => Ok(true),
        }
    }

    /// Retries if the policy allows, else handles.
    fn catch(&mut self, task: &TryPlan, error: FlowError) -> Step<()> {
        let now = self.state.now;
        if let Some(retry) = &task.retry
            && self.both(retry.when.as_ref(), retry.except_when.as_ref())?
            && let Some(until) = self.next_attempt(retry)
        {
            self.forget_error();
            let frame = self.frame();
            if let Body::Try(state) = &mut frame.body {
                state.first_failure_at.get_or_insert(now);
                // No attempt runs while waiting for the next.
                state.attempt_deadline = None;
            }
            frame.next_child = None;
            self.state.phase = Phase::Retrying { until };
            if until <= now {
                self.retry_now();
            }
            return Ok(());
        }
        self.handle(task, error)
    }

    /// When to try again; none when the policy is used up.
    fn next_attempt(&mut self, retry: &RetryPlan) -> Option<Micros> {
        let now = self.state.now;
        let pointer = Arc::clone(&self.plan.node(self.frame().node).pointer);
        let seed = self.context.seed;
        let Body::Try(state) = &self.frame().body else {
            return None;
        };
        let number = state.attempt;
        if number > retry.count_max.unwrap_or(RETRIES_MAX) {
            return None;
        }
        let delay_ms = delay_ms(retry, number).saturating_add(jitter_ms(retry, seed, &pointer, number));
        let until = now.saturating_add(
            i64::try_from(delay_ms)
                .unwrap_or(i64::MAX / 1000)
                .saturating_mul(1000),
        );
        let first = state.first_failure_at.unwrap_or(now);
        if retry.total_us_max.is_some_and(|max| until - first > max) {
            return None;
        }
        Some(until)
    }

    /// Begins the next attempt: the list from its start, with the task's input.
    pub(super) fn retry_now(&mut self) {
        let plan = Arc::clone(self.plan);
        let now = self.state.now;
        self.state.phase = Phase::Running;
        let frame = self.frame();
        let NodeKind::Try(task) = &plan.node(frame.node).kind else {
            return;
        };
        frame.jumps = 0;
        let input = frame.input.clone();
        if let Body::Try(state) = &mut frame.body {
            state.attempt += 1;
            state.attempt_deadline = attempt_deadline(task, now);
        }
        // Cannot fail: it only moves data.
        let _ = self.run_list(task.first, input);
    }

    /// Runs `catch.do`, or goes on with the task's input.
    fn handle(&mut self, task: &TryPlan, error: FlowError) -> Step<()> {
        self.bind_error(task.variable, &error);
        self.state.phase = Phase::Running;
        let frame = self.frame();
        let input = frame.input.clone();
        frame.directive = task.then;
        frame.jumps = 0;
        if let Body::Try(state) = &mut frame.body {
            state.handling = true;
        }
        match task.handler {
            Some(first) => self.run_list(first, input),
            None => {
                self.forget_error();
                self.finish(input)
            }
        }
    }

    fn bind_error(&mut self, slot: Slot, error: &FlowError) {
        let value = serde_json::to_value(error)
            .ok()
            .and_then(|json| Value::from_serde(&json).ok());
        if let Body::Try(state) = &mut self.frame().body {
            state.error = Some((slot, value.unwrap_or_default()));
        }
    }

    fn forget_error(&mut self) {
        if let Body::Try(state) = &mut self.frame().body {
            state.error = None;
        }
    }

    /// The nearest deadline of what is active.
    pub(super) fn deadline(&self) -> Option<Micros> {
        let frames = self.state.frames.last().and_then(|frame| frame.inner_deadline());
        earlier(frames, self.context.deadline)
    }

    /// Raises the timeout error where a deadline passed; `at` is the time up to which they count as passed.
    pub(super) fn time_out(&mut self, at: Micros) {
        let passed = |deadline: Option<Micros>| deadline.is_some_and(|deadline| deadline <= at);
        if passed(self.context.deadline) {
            // The host's deadline is over everything: nobody inside catches it.
            while self.state.frames.len() > 1 {
                self.leave_by_timeout();
            }
            self.raise(timeout("the run did not finish in time"));
            return;
        }
        let outermost = self.state.frames.iter().position(|frame| {
            let attempt = match &frame.body {
                Body::Try(state) if !state.handling => state.attempt_deadline,
                _ => None,
            };
            passed(frame.own_deadline) || passed(attempt)
        });
        let Some(outermost) = outermost else { return };
        while self.state.frames.len() > outermost + 1 {
            self.leave_by_timeout();
        }
        let own = passed(self.frame().own_deadline);
        if own {
            // The whole task timed out, so its own `catch` must not see it.
            self.frame().stage = Stage::End;
            self.raise(timeout("the task did not finish in time"));
        } else {
            let mut error = timeout("the attempt did not finish in time");
            error.instance = Some(self.plan.node(self.frame().node).pointer.to_string());
            self.frame().stage = Stage::Inside;
            self.state.phase = Phase::Raising(error);
        }
    }

    fn leave_by_timeout(&mut self) {
        self.record(StepStatus::Left, None);
        self.state.frames.pop();
    }
}

fn timeout(detail: &str) -> FlowError {
    FlowError::standard(ErrorKind::Timeout, detail)
}

/// When an attempt that begins now must be over.
pub(super) fn attempt_deadline(task: &TryPlan, now: Micros) -> Option<Micros> {
    task.retry
        .as_ref()?
        .attempt_us_max
        .map(|max| now.saturating_add(max))
}

/// Static comparison of `catch.errors.with`.
fn matches(filter: &Filter, error: &FlowError) -> bool {
    let same = |wanted: &Option<String>, found: Option<&str>| {
        wanted
            .as_ref()
            .is_none_or(|wanted| found == Some(wanted.as_str()))
    };
    filter
        .kind
        .as_ref()
        .is_none_or(|kind| same_type(kind, &error.kind))
        && filter.status.is_none_or(|status| status == error.status)
        && same(&filter.instance, error.instance.as_deref())
        && same(&filter.title, error.title.as_deref())
        && same(&filter.detail, error.detail.as_deref())
}

/// Delay before retry `number` (from 1), capped.
fn delay_ms(retry: &RetryPlan, number: u32) -> u64 {
    let factor = match retry.backoff {
        Backoff::Constant => 1,
        Backoff::Linear => u64::from(number),
        Backoff::Exponential => 1u64.checked_shl(number - 1).unwrap_or(u64::MAX),
    };
    retry.delay_ms.saturating_mul(factor).min(RETRY_DELAY_MS_MAX)
}

/// A number between the bounds that is the same whenever the run is repeated.
fn jitter_ms(retry: &RetryPlan, seed: u64, pointer: &str, number: u32) -> u64 {
    let Some((from, to)) = retry.jitter_ms else {
        return 0;
    };
    let place = pointer.bytes().fold(seed ^ u64::from(number), |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // SplitMix64's finalizer (Steele, Lea, Flood 2014): spreads the hash evenly.
    let mut mixed = place.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    from + mixed % (to - from + 1)
}
