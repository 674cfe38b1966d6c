//! What the host gives a run.

use super::Micros;
use crate::value::Value;

/// Surroundings of one run.
#[derive(Clone, Debug)]
pub struct RunContext {
    /// Id of the run: `$workflow.id` and part of idempotency keys.
    pub run_id: String,
    /// `$env`: the variables of the environment, an object.
    pub env: Value,
    /// `$tenant`: an object, or null.
    pub tenant: Value,
    /// `$secrets`: an object; only names that the definition declares can be reached.
    pub secrets: Value,
    /// `$runtime`: name, version, metadata.
    pub runtime: Value,
    /// When the whole run must be over, besides the timeouts of the definition.
    pub deadline: Option<Micros>,
    /// Seed of the jitter of retries, so that a run can be repeated exactly.
    pub seed: u64,
    /// Whether to collect a trace.
    pub recording: Recording,
}

/// What the trace holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recording {
    /// No trace; costs nothing.
    #[default]
    Off,
    /// Steps without inputs and outputs; of an error its status, and its type and instance as far as they are no
    /// values: a type that the flow computed becomes `about:blank`, such an instance is left out.
    Steps,
    /// Steps with inputs and outputs, within the limits.
    Values,
}

impl RunContext {
    /// A context without variables, secrets, tenant or trace.
    #[must_use]
    pub fn new(run_id: impl Into<String>) -> Self {
        Self {
            run_id: run_id.into(),
            env: Value::empty_object(),
            tenant: Value::null(),
            secrets: Value::empty_object(),
            runtime: Value::null(),
            deadline: None,
            seed: 0,
            recording: Recording::Off,
        }
    }
}
