//! The flow language: a published profile of the Serverless Workflow DSL 1.0, its compiler and its engine.
//!
//! Owns parsing, checking, compiling and running flows. Refuses all IO: no network, no files, no clock, no
//! threads; the host brings time and does the calls. See `docs/flow-language.md` for what authors are told.
//!
//! ```text
//! text -> Definition::parse -> Plan::compile -> Run::new -> step, step, ... -> Outcome
//! ```
//!
//! # The host's loop
//!
//! ```
//! use flow::{Definition, End, Event, Fuel, Plan, Progress, Resources, Run, RunContext, Value};
//!
//! # fn send(_: &flow::HttpRequest) -> flow::HttpResult { unreachable!() }
//! let text = "
//! document: {dsl: '1.0.3', namespace: examples, name: hello, version: '1.0.0'}
//! do:
//!   - greet:
//!       set: {greeting: '${ \"Hello, \\(.name)\" }'}
//! ";
//! let definition = Definition::parse(text).map_err(|findings| format!("{findings:?}"))?;
//! let plan = Plan::compile(&definition, &Resources::default()).map_err(|findings| format!("{findings:?}"))?;
//!
//! let now = 1_760_000_000_000_000; // microseconds, from the host's clock
//! let input = Value::from_json(br#"{"name": "Ada"}"#)?;
//! let mut run = Run::new(plan, RunContext::new("run_1"));
//! let mut event = Event::Start { input };
//! let mut fuel = Fuel::INLINE;
//! let outcome = loop {
//!     let progress = run.step(event, now, fuel);
//!     fuel = Fuel::INLINE;
//!     event = match progress {
//!         Progress::Done(outcome) => break outcome,
//!         // Send it; when `request.deadline` passes first, drop it and step with `Event::Deadline`.
//!         Progress::Http(request) => Event::Http { result: send(&request) },
//!         // Sleep until then.
//!         Progress::Timer { until: _ } => Event::Timer,
//!         // Move the run to a thread with `limits::HEAVY_THREAD_STACK_BYTES` of stack for the next step.
//!         Progress::Heavy => {
//!             fuel = Fuel::HEAVY;
//!             Event::Continue
//!         }
//!         // Let the scheduler run something else.
//!         Progress::Yield => Event::Continue,
//!     };
//! };
//! let End::Completed { output } = outcome.end else { return Err("faulted".into()) };
//! assert_eq!(output.to_json_bytes(), br#"{"greeting":"Hello, Ada"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! - A [`Plan`] never changes and is shared by all runs; nothing is compiled or serialized during a run.
//! - A [`Run`] is plain data; every step either changes it completely or, for [`Progress::Heavy`], not at all.
//! - No input, expression or definition can abort the process, run without bound, or grow without bound
//!   ([`limits`]).

mod definition;
mod error;
mod finding;
mod jq;
pub mod limits;
mod plan;
mod run;
mod text;
mod value;

pub use definition::Definition;
pub use error::{ERROR_ROOT, ErrorKind, FlowError, same_type};
pub use finding::{Finding, Severity};
pub use plan::{MeteringBound, Plan, Resources, SchemaViolation, TaskTree};
pub use run::{
    End, Event, Fuel, HttpBody, HttpOutput, HttpRequest, HttpResponse, HttpResult, IdempotencyKey, Micros,
    Outcome, Progress, Recording, Run, RunContext, StepRecord, StepStatus, Trace, TransportError,
    TransportErrorKind, Used,
};
pub use value::{Value, ValueError};
