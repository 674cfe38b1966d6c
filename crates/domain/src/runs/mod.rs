//! Runs: one execution of a flow each. Reads `runs`; their rows are written by the ledger, together with the line that
//! closes the call, so that neither can be without the other.
//!
//! - [`call()`] is the main job: authorize, resolve, validate, run, charge, answer. Read it first.
//! - [`run_draft`] does the same with what is being edited.
//! - [`quote()`] says what a call would cost.
//! - [`list`], [`view`] and [`steps()`] look back.
//!
//! Invariants: a run's id is that of its closing line; a run that has effects holds the most it can cost before the
//! first one; what was resolved under another configuration than the one it is charged under is resolved again.

mod answer;
mod balances;
mod call;
mod draft;
mod error;
mod execute;
mod idempotency;
mod input;
mod maintenance;
mod money;
mod price;
mod quote;
mod read;
mod record;
mod refused;
mod steps;
mod store;
mod target;

pub use answer::{Answer, Ended};
pub use balances::Balances;
pub use call::{CallRequest, all_ended, call};
pub use draft::run_draft;
pub use error::Error;
pub use input::{Input, InputError};
pub use maintenance::{
    Position, STRIPPED_AT_ONCE_MAX, Stripped, make_partitions_ahead, strip_expired_all_workspaces,
};
pub use quote::{Quote, quote};
pub(crate) use read::last_of_flows;
pub use read::{LastRun, Run, RunFilter, RunView, list, steps, view};
pub use refused::{AtTheDoor, turned_away};
pub use steps::{Step, Steps};

/// Through what a flow was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Surface {
    /// The HTTP API.
    Api,
    /// The console.
    Console,
}

impl Surface {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Console => "console",
        }
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Waiting for its turn.
    Queued,
    /// Under way.
    Running,
    /// Waiting for a time or an event.
    Waiting,
    /// Over, with an output.
    Succeeded,
    /// Over, with an error.
    Failed,
    /// Over, because somebody said so.
    Cancelled,
    /// Over, because its time was up.
    TimedOut,
}

impl RunState {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::TimedOut,
    ];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == text)
    }
}
