//! The step machine: runs a plan without IO.
//!
//! Owns the state of a run and the order in which things happen in it. Refuses to wait, to look at a clock, to
//! send anything: it says what it needs and is stepped again.
//! Invariants: a step ends after a bounded amount of work; a stage either changes the state completely or, when
//! an expression asks for a heavy step, not at all.

mod advance;
mod context;
mod descriptor;
mod evaluate;
mod event;
mod http;
mod raise;
mod state;
mod trace;

use std::sync::Arc;

pub use context::{Recording, RunContext};
pub use event::{
    End, Event, Fuel, HttpBody, HttpOutput, HttpRequest, HttpResponse, HttpResult, IdempotencyKey, Micros,
    Outcome, Progress, StepRecord, StepStatus, Trace, TransportError, TransportErrorKind, Used,
};

use crate::error::FlowError;
use crate::limits::{YIELD_TASKS, YIELD_TICKS};
use crate::plan::Plan;
use crate::plan::node::{NodeKind, ROOT};
use crate::value::Value;
use evaluate::{Step, Stop};
use state::{Frame, Phase, State};

/// One run of a plan. Plain data; `Send`, so that the host may move it between threads.
pub struct Run {
    plan: Arc<Plan>,
    context: RunContext,
    state: State,
}

impl Run {
    /// A run that has not begun.
    #[must_use]
    pub fn new(plan: Arc<Plan>, context: RunContext) -> Self {
        Self {
            plan,
            context,
            state: State::default(),
        }
    }

    /// Takes the run as far as it goes without the host.
    ///
    /// `now` is the time of this step; the run's clock never goes back. An event that does not fit what the run
    /// waits for changes nothing: the step answers what it waits for again. After [`Progress::Done`] every
    /// further step answers the same outcome.
    pub fn step(&mut self, event: Event, now: Micros, fuel: Fuel) -> Progress {
        self.state.now = self.state.now.max(now);
        let mut machine = Machine {
            plan: &self.plan,
            context: &self.context,
            state: &mut self.state,
            fuel,
            step_tasks: 0,
            step_ticks: 0,
            pause: false,
        };
        machine.accept(event);
        machine.run()
    }

    /// The plan that it runs.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }
}

/// One step.
struct Machine<'r> {
    plan: &'r Arc<Plan>,
    context: &'r RunContext,
    state: &'r mut State,
    fuel: Fuel,
    step_tasks: u32,
    step_ticks: u64,
    pause: bool,
}

impl Machine<'_> {
    /// Takes in what happened.
    fn accept(&mut self, event: Event) {
        let now = self.state.now;
        if let (Phase::New, Event::Start { input }) = (&self.state.phase, &event) {
            self.begin_run(input.clone());
            return;
        }
        if matches!(self.state.phase, Phase::New | Phase::Done(_)) {
            return;
        }
        // The nearest deadline comes before whatever else arrived; when the host says that one passed, it did,
        // even if its clock and ours differ by a little.
        if let Some(deadline) = self.deadline()
            && (deadline <= now || matches!(event, Event::Deadline))
        {
            self.state.phase = Phase::Running;
            self.time_out(deadline.max(now));
            return;
        }
        match (std::mem::take(&mut self.state.phase), event) {
            (Phase::Calling(request), Event::Http { result }) => {
                self.state.phase = Phase::Running;
                let output = self.response(&request, result);
                let result = output.and_then(|output| self.finish(output));
                self.stopped(result);
            }
            (Phase::Retrying { until }, Event::Timer) if until <= now => self.retry_now(),
            (phase, _) => self.state.phase = phase,
        }
    }

    fn begin_run(&mut self, input: Value) {
        self.state.phase = Phase::Running;
        self.state.started_at = self.state.now;
        self.state.input = input.clone();
        let result = self.enter(ROOT, input);
        self.stopped(result);
    }

    /// Acts on what stopped a stage; true if a heavy step is needed.
    fn stopped(&mut self, result: Step<()>) -> bool {
        match result {
            Ok(()) => {}
            Err(Stop::Heavy) => return true,
            Err(Stop::Fault(error)) => self.raise(error),
            Err(Stop::Fatal(error)) => self.give_up(error),
        }
        false
    }

    /// Goes on until something is needed.
    fn run(&mut self) -> Progress {
        loop {
            let result = match &self.state.phase {
                Phase::New => return Progress::Yield,
                Phase::Done(outcome) => return Progress::Done(outcome.clone()),
                Phase::Calling(request) => return Progress::Http(request.clone()),
                Phase::Retrying { until } => {
                    let until = self.deadline().map_or(*until, |deadline| deadline.min(*until));
                    return Progress::Timer { until };
                }
                Phase::Running => self.advance(),
                Phase::Raising(error) => {
                    let error = error.clone();
                    self.unwind(error)
                }
            };
            if self.stopped(result) {
                return Progress::Heavy;
            }
            let busy = matches!(self.state.phase, Phase::Running | Phase::Raising(_));
            let enough = self.step_tasks >= YIELD_TASKS || self.step_ticks >= YIELD_TICKS;
            if busy && (self.pause || enough) {
                return Progress::Yield;
            }
        }
    }

    fn complete(&mut self, output: Value) {
        self.over(End::Completed { output });
    }

    fn fail(&mut self, error: FlowError) {
        self.over(End::Faulted { error });
    }

    fn over(&mut self, end: End) {
        let state = &mut *self.state;
        let trace = (self.context.recording != Recording::Off).then(|| Trace {
            steps: std::mem::take(&mut state.trace),
            truncated: state.trace_truncated,
        });
        state.phase = Phase::Done(Box::new(Outcome {
            end,
            used: std::mem::take(&mut state.used),
            calls: state.calls,
            tasks: state.tasks,
            ticks: state.ticks,
            trace,
        }));
        state.frames.clear();
    }
}

impl Frame {
    /// Whether it calls a function of the definition.
    fn is_call(&self, plan: &Plan) -> bool {
        matches!(plan.node(self.node).kind, NodeKind::Call { .. })
    }
}
