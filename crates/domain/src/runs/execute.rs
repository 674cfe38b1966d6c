//! Running a version once.

use std::sync::LazyLock;

use flow::{Recording, RunContext, Used, Value};
use types::{RunId, Timestamp};

use super::{Ended, Input, steps, target::Target};
use crate::{
    Services,
    engine::{Admission, Driven, DrivenEnd, Stopped},
    flows::Retention,
};

/// A run that is over, and not yet charged.
#[derive(Debug)]
pub(super) struct Finished {
    /// Its id.
    pub run: RunId,
    /// How it ended.
    pub ended: Ended,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Timestamp,
    /// What its tasks used.
    pub used: Vec<Used>,
    /// How many requests it sent.
    pub calls: u64,
    /// The computing it took.
    pub ticks: u64,
    /// Its steps, as they are stored.
    pub steps: Option<String>,
}

impl Finished {
    /// Did it do what was asked?
    pub const fn succeeded(&self) -> bool {
        matches!(self.ended, Ended::Completed { .. })
    }

    /// From its beginning to its end.
    pub const fn latency_us(&self) -> i64 {
        self.ended_at.since(self.started_at).us()
    }
}

/// What expressions see as `$runtime`.
static RUNTIME: LazyLock<Value> = LazyLock::new(|| {
    let runtime =
        serde_json::json!({ "name": "guildhall", "version": env!("CARGO_PKG_VERSION"), "metadata": {} });
    Value::from_serde(&runtime).unwrap_or_default()
});

/// Runs it, to its end or its deadline.
pub(super) async fn execute(
    services: &Services,
    admission: &Admission,
    target: &Target,
    run: RunId,
    input: &Input,
) -> Result<Finished, Stopped> {
    let started_at = services.clock.now();
    let mut context = RunContext::new(run.to_string());
    context.runtime = RUNTIME.clone();
    context.deadline = Some(started_at.plus(services.engine.call_deadline()).us());
    // Different for each run, the same when a run is looked at again.
    context.seed = run.uuid().as_u64_pair().1;
    context.recording = match target.retention {
        Retention::All => Recording::Values,
        Retention::Metadata => Recording::Steps,
        Retention::Nothing => Recording::Off,
    };
    let (plan, value) = (target.plan.clone(), input.value().clone());
    let driven = services
        .engine
        .drive(&*services.clock, admission, plan, context, value)
        .await?;
    Ok(finished(run, started_at, services.clock.now(), driven, input))
}

fn finished(
    run: RunId,
    started_at: Timestamp,
    ended_at: Timestamp,
    driven: Driven,
    input: &Input,
) -> Finished {
    let output = match &driven.end {
        DrivenEnd::Completed(output) => Some(output),
        DrivenEnd::Faulted(_) | DrivenEnd::TimedOut => None,
    };
    let steps = driven
        .trace
        .as_ref()
        .map(|trace| steps::to_text(trace, started_at, input.value(), output));
    let ended = match driven.end {
        DrivenEnd::Completed(output) => Ended::Completed {
            output: text_of(&output),
        },
        DrivenEnd::Faulted(error) => Ended::Failed { error },
        DrivenEnd::TimedOut => Ended::TimedOut,
    };
    Finished {
        run,
        ended,
        started_at,
        ended_at,
        used: driven.used,
        calls: driven.calls,
        ticks: driven.ticks,
        steps,
    }
}

/// The one time that an output is written as text: for its run's record and for the answer.
pub(super) fn text_of(value: &Value) -> String {
    // A value holds nothing but text, which JSON keeps.
    String::from_utf8(value.to_json_bytes()).unwrap_or_default()
}
