//! The step machine: runs a plan without IO.

mod context;
mod event;

use std::sync::Arc;

pub use context::{Recording, RunContext};
pub use event::{
    End, Event, Fuel, HttpBody, HttpOutput, HttpRequest, HttpResponse, HttpResult, IdempotencyKey, Micros,
    Outcome, Progress, StepRecord, StepStatus, Trace, TransportError, TransportErrorKind, Used,
};

use crate::plan::Plan;

/// One run of a plan. Plain data; `Send`, so that the host may move it between threads.
pub struct Run {
    plan: Arc<Plan>,
    context: RunContext,
}

impl Run {
    /// A run that has not begun.
    #[must_use]
    pub fn new(plan: Arc<Plan>, context: RunContext) -> Self {
        Self { plan, context }
    }

    /// Takes the run as far as it goes without the host.
    ///
    /// `now` is the time of this step; the run's clock never goes back. After [`Progress::Done`] every
    /// further step answers the same outcome.
    pub fn step(&mut self, event: Event, now: Micros, fuel: Fuel) -> Progress {
        let _ = (event, now, fuel, &self.plan, &self.context);
        Progress::Yield
    }
}
