//! What a call is answered with.

use flow::FlowError;
use types::{Microcredits, RunId};

use crate::rate_limits::RateState;

/// A call that is over, charged and recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The run; also its line in the ledger and its usage event.
    pub run: RunId,
    /// How it ended.
    pub ended: Ended,
    /// What it cost.
    pub charged: Microcredits,
    /// What is left.
    pub available: Microcredits,
    /// It is the answer of an earlier call with the same `Idempotency-Key`.
    pub repeated: bool,
    /// What is left of the rate limit of the key; `None` when there is none.
    pub rate: Option<RateState>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// With an output, as JSON text.
    Completed {
        /// Any JSON value.
        output: String,
    },
    /// With an error that nothing in the flow caught.
    Failed {
        /// The error, with the pointer of the task that raised it.
        error: FlowError,
    },
    /// Its time was up.
    TimedOut,
}
