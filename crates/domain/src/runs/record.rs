//! What is kept of a run.

use std::sync::Arc;

use super::{CallRequest, Ended, RunState, execute::Finished, target::Target};
use crate::{credits::RunRecord, flows::Retention};

/// The record of a run, by what its flow keeps; `None` for nothing but the usage event.
pub(super) fn record(target: &Target, request: &CallRequest, finished: &Finished) -> Option<Arc<RunRecord>> {
    let keeps_values = match target.retention {
        Retention::All => true,
        Retention::Metadata => false,
        Retention::Nothing => return None,
    };
    let (state, output, error) = match &finished.ended {
        Ended::Completed { output } => (RunState::Succeeded, Some(output.clone()), None),
        // Writing plain data into a text cannot fail.
        Ended::Failed { error } => (RunState::Failed, None, serde_json::to_string(error).ok()),
        Ended::TimedOut => (RunState::TimedOut, None, None),
    };
    Some(Arc::new(RunRecord {
        flow: target.flow,
        version: target.version,
        environment: target.environment,
        tenant: None,
        surface: request.surface.as_str(),
        state: state.as_str(),
        started_at: finished.started_at,
        ended_at: finished.ended_at,
        input: keeps_values.then(|| request.input.text().to_owned()),
        output: output.filter(|_| keeps_values),
        error: error.filter(|_| keeps_values),
        steps: finished.steps.clone(),
    }))
}
