//! The host of the flow engine: drives runs, sends their requests, waits for their timers, bounds what they take.
//!
//! The engine itself (crate `flow`) is a step machine without IO. Here each step runs on the thread that asked for
//! it, as long as it is short; an expression that needs more moves, with its run, to a few threads with big stacks
//! ([`heavy`]), where workspaces take turns: no input of one slows the calls of another. Nothing here knows of money.
//!
//! Time: a run's clock is [`Clock`], which a test moves. Waiting is done on the timers of the runtime, for as long
//! as the clock says at its start; a wait that is over counts as having lasted until its end, whatever the clock says.

mod heavy;
mod load;
mod request;

use std::{sync::Arc, time::Duration as StdDuration};

use flow::{End, Event, FlowError, Fuel, Plan, Progress, Run, RunContext, Trace, Used, Value};
use outbound::HttpClient;
use types::{Clock, Duration, Timestamp, WorkspaceId};

pub use heavy::{HeavyPool, PoolRefusal};
pub use load::{Admission, FREE_TICKS_PER_MINUTE, LoadRefusal, RUNNING_PER_WORKSPACE_MAX};
/// What flows may call.
pub use outbound::EgressPolicy;

/// How the engine is set up.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// What outgoing calls may reach.
    pub egress: EgressPolicy,
    /// Threads with big stacks.
    pub heavy_threads: usize,
    /// How long a synchronous call may take as a whole.
    pub call_deadline: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            egress: EgressPolicy::default(),
            // One core stays free for everything else.
            heavy_threads: cores.saturating_sub(1).max(1),
            call_deadline: Duration::from_seconds(30),
        }
    }
}

/// Drives runs.
pub struct Engine {
    client: HttpClient,
    heavy: HeavyPool,
    loads: load::Loads,
    call_deadline: Duration,
}

/// A run that is over.
#[derive(Debug)]
pub struct Driven {
    /// How it ended.
    pub end: DrivenEnd,
    /// What its tasks declared to have used.
    pub used: Vec<Used>,
    /// How many requests it sent.
    pub calls: u64,
    /// The computing it took.
    pub ticks: u64,
    /// Its steps, if they were asked for.
    pub trace: Option<Trace>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum DrivenEnd {
    /// With this output.
    Completed(Value),
    /// With an error that nothing caught.
    Faulted(FlowError),
    /// Its deadline passed.
    TimedOut,
}

/// A run that could not be brought to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub reason: StopReason,
    /// How many requests it had sent.
    pub calls: u64,
}

/// Why a run could not be brought to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// Too many heavy expressions are waiting.
    #[error("too many heavy expressions are waiting")]
    Busy,
    /// The engine has a bug.
    #[error("the engine broke")]
    Broken,
}

impl Engine {
    /// An engine with no runs. Starts its threads, makes no connection.
    pub fn new(options: &EngineOptions) -> Self {
        Self {
            client: HttpClient::new(options.egress.clone()),
            heavy: HeavyPool::start(options.heavy_threads),
            loads: load::Loads::new(),
            call_deadline: options.call_deadline,
        }
    }

    /// How long a synchronous call may take as a whole.
    pub const fn call_deadline(&self) -> Duration {
        self.call_deadline
    }

    /// The threads on which heavy expressions run.
    pub const fn heavy(&self) -> &HeavyPool {
        &self.heavy
    }

    /// May the workspace run one more now? What is answered counts as running until it is dropped.
    pub fn admit(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Admission, LoadRefusal> {
        self.loads.admit(workspace, now)
    }

    /// Waits until no run is admitted any more.
    pub async fn none_left(&self) {
        self.loads.none_left().await;
    }

    /// Brings a run to its end, or to its deadline.
    pub async fn drive(
        &self,
        clock: &dyn Clock,
        admission: &Admission,
        plan: Arc<Plan>,
        context: RunContext,
        input: Value,
    ) -> Result<Driven, Stopped> {
        let deadline = context
            .deadline
            .map_or(clock.now().plus(self.call_deadline), Timestamp::from_us);
        let mut drive = Drive {
            engine: self,
            clock,
            admission,
            now: clock.now(),
            deadline,
            calls: 0,
        };
        let mut run = Run::new(plan, context);
        let mut progress = drive.step(&mut run, Event::Start { input });
        loop {
            progress = match progress {
                Progress::Done(outcome) => return Ok(drive.driven(*outcome)),
                Progress::Yield => {
                    tokio::task::yield_now().await;
                    drive.step(&mut run, Event::Continue)
                }
                Progress::Heavy => match drive.step_heavily(run).await? {
                    Some((back, progress)) => {
                        run = back;
                        progress
                    }
                    None => return Ok(drive.timed_out()),
                },
                Progress::Http(request) => {
                    let event = drive.send(&request).await;
                    drive.step(&mut run, event)
                }
                Progress::Timer { until } => {
                    let until = Timestamp::from_us(until);
                    drive.wait_until(until.min(drive.deadline)).await;
                    if until > drive.deadline {
                        return Ok(drive.timed_out());
                    }
                    drive.step(&mut run, Event::Timer)
                }
            };
        }
    }
}

/// One run under way.
struct Drive<'a> {
    engine: &'a Engine,
    clock: &'a dyn Clock,
    admission: &'a Admission,
    /// The run's clock: never goes back.
    now: Timestamp,
    deadline: Timestamp,
    calls: u64,
}

impl Drive<'_> {
    fn tick(&mut self) -> i64 {
        self.now = self.now.max(self.clock.now());
        self.now.us()
    }

    fn step(&mut self, run: &mut Run, event: Event) -> Progress {
        let now = self.tick();
        run.step(event, now, Fuel::INLINE)
    }

    /// The same step on a thread with a big stack; `None` when the deadline passes first.
    async fn step_heavily(&mut self, mut run: Run) -> Result<Option<(Run, Progress)>, Stopped> {
        let now = self.tick();
        let slot = self
            .admission
            .heavy_slot()
            .ok_or_else(|| self.stopped(StopReason::Busy))?;
        let work = self.engine.heavy.run(self.admission.workspace(), move || {
            // Given back when the work is done, also when nobody waits for it any more.
            let _slot = slot;
            let progress = run.step(Event::Continue, now, Fuel::HEAVY);
            (run, progress)
        });
        match tokio::time::timeout(self.left(), work).await {
            Ok(Ok(stepped)) => Ok(Some(stepped)),
            Ok(Err(PoolRefusal::Full)) => Err(self.stopped(StopReason::Busy)),
            Ok(Err(PoolRefusal::Broken)) => Err(self.stopped(StopReason::Broken)),
            Err(_) => {
                self.now = self.deadline;
                Ok(None)
            }
        }
    }

    /// Sends a request; a deadline that passes first drops it.
    async fn send(&mut self, asked: &flow::HttpRequest) -> Event {
        self.tick();
        self.calls += 1;
        let until = asked
            .deadline
            .map_or(self.deadline, Timestamp::from_us)
            .min(self.deadline);
        let sending = request::send(&self.engine.client, asked, self.span_until(until));
        match tokio::time::timeout(self.span_until(until), sending).await {
            Ok(result) => Event::Http { result },
            Err(_) => {
                self.now = self.now.max(until);
                Event::Deadline
            }
        }
    }

    async fn wait_until(&mut self, until: Timestamp) {
        self.tick();
        // tidy: allow sleep: a flow has asked for it
        tokio::time::sleep(self.span_until(until)).await;
        self.now = self.now.max(until);
    }

    const fn stopped(&self, reason: StopReason) -> Stopped {
        Stopped {
            reason,
            calls: self.calls,
        }
    }

    fn left(&self) -> StdDuration {
        self.span_until(self.deadline)
    }

    fn span_until(&self, until: Timestamp) -> StdDuration {
        until.since(self.now).to_std()
    }

    fn driven(self, outcome: flow::Outcome) -> Driven {
        let end = match outcome.end {
            End::Completed { output } => DrivenEnd::Completed(output),
            End::Faulted { .. } if self.now >= self.deadline => DrivenEnd::TimedOut,
            End::Faulted { error } => DrivenEnd::Faulted(error),
        };
        Driven {
            end,
            used: outcome.used,
            calls: outcome.calls.max(self.calls),
            ticks: outcome.ticks,
            trace: outcome.trace,
        }
    }

    /// The run is dropped where it stands.
    fn timed_out(self) -> Driven {
        Driven {
            end: DrivenEnd::TimedOut,
            used: Vec::new(),
            calls: self.calls,
            ticks: load::ABANDONED_TICKS,
            trace: None,
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("heavy", &self.heavy)
            .finish_non_exhaustive()
    }
}
