//! What goes into a step and what comes out: plain data, no behaviour.

use crate::error::FlowError;
use crate::limits;
use crate::value::Value;

/// A point in time: microseconds since 1970-01-01 UTC.
pub type Micros = i64;

/// What happened since the last step.
#[derive(Clone, Debug)]
pub enum Event {
    /// Begins the run. Only as the first event.
    Start {
        /// Input of the flow, before `input.from`.
        input: Value,
    },
    /// Answers [`Progress::Http`].
    Http {
        /// What came back.
        result: HttpResult,
    },
    /// The time of [`Progress::Timer`] is reached.
    Timer,
    /// Go on after [`Progress::Heavy`] or [`Progress::Yield`].
    Continue,
    /// The `deadline` of an [`HttpRequest`] is reached; the request was dropped.
    Deadline,
}

/// What the run needs next.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Send this request, then step with [`Event::Http`]; when its deadline passes first, drop it and step
    /// with [`Event::Deadline`].
    Http(Box<HttpRequest>),
    /// Wait until this time, then step with [`Event::Timer`].
    Timer {
        /// When to step again.
        until: Micros,
    },
    /// An expression needs more than the inline budget: move the run to a thread with
    /// [`limits::HEAVY_THREAD_STACK_BYTES`] of stack and step with [`Event::Continue`] and [`Fuel::HEAVY`].
    Heavy,
    /// Many tasks ran without a pause: let others run, then step with [`Event::Continue`].
    Yield,
    /// The run is over.
    Done(Box<Outcome>),
}

/// What one evaluation of an expression may spend in this step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuel {
    /// Ticks: roughly one per call, pipe, loop turn, or kilobyte moved.
    pub ticks: u64,
    /// Bytes of stack below the entry of the evaluation.
    pub stack_bytes: usize,
    /// Whether spending it faults the expression (`true`) or asks for a heavy step (`false`).
    pub last: bool,
}

impl Fuel {
    /// For an ordinary thread (2 MB of stack).
    pub const INLINE: Self = Self {
        ticks: limits::INLINE_FUEL_TICKS,
        stack_bytes: limits::INLINE_STACK_BYTES,
        last: false,
    };
    /// For a thread with [`limits::HEAVY_THREAD_STACK_BYTES`] of stack.
    pub const HEAVY: Self = Self {
        ticks: limits::HEAVY_FUEL_TICKS,
        stack_bytes: limits::HEAVY_STACK_BYTES,
        last: true,
    };
}

/// An HTTP request that the host must send under its own egress policy.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRequest {
    /// Method in capitals.
    pub method: String,
    /// Absolute `http` or `https` URL, templates expanded, without the query parameters below.
    pub url: String,
    /// Query parameters to add, in order.
    pub query: Vec<(String, String)>,
    /// Headers by their names as written, in order. No `content-type` is added by the engine.
    pub headers: Vec<(String, String)>,
    /// Body, if any. A text is sent as it is when the flow set a content type other than JSON.
    pub body: Option<HttpBody>,
    /// Whether 3xx counts as success. Whether to follow redirects is the host's policy.
    pub redirect: bool,
    /// What the task makes of the response.
    pub output: HttpOutput,
    /// Parts of a key that is the same for every retry of this call of this run.
    pub idempotency: IdempotencyKey,
    /// When to give up, the nearest of all enclosing timeouts.
    pub deadline: Option<Micros>,
}

/// Body of an [`HttpRequest`].
#[derive(Clone, Debug, PartialEq)]
pub enum HttpBody {
    /// To be sent as `application/json` unless the headers say otherwise.
    Json(Vec<u8>),
    /// To be sent as it is; the headers name its type.
    Text(String),
}

/// What a call makes of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpOutput {
    /// The body, decoded by its media type.
    #[default]
    Content,
    /// The body in base64.
    Raw,
    /// An object of request, status, headers and content.
    Response,
}

/// Parts of an idempotency key. [`IdempotencyKey::text`] joins them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Id of the run.
    pub run_id: String,
    /// JSON pointer of the task.
    pub pointer: String,
    /// The place in time: for each enclosing task, outermost first, the index of its loop (for a `for`) and
    /// the number of jumps backwards taken in its list, for a `for` those of the item. Retries do not change it.
    pub iteration: Vec<u32>,
}

impl IdempotencyKey {
    /// The parts as one text; equal parts give equal texts, different parts different ones.
    #[must_use]
    pub fn text(&self) -> String {
        let iteration: Vec<String> = self.iteration.iter().map(u32::to_string).collect();
        format!("{}:{}:{}", self.run_id, self.pointer, iteration.join("."))
    }
}

/// What came back for an [`HttpRequest`].
#[derive(Clone, Debug, PartialEq)]
pub enum HttpResult {
    /// A response of any status.
    Response(HttpResponse),
    /// None; why.
    Failed(TransportError),
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpResponse {
    /// Status code.
    pub status: u16,
    /// Headers in order; names in any case.
    pub headers: Vec<(String, String)>,
    /// Body, already decompressed and bounded by the host.
    pub body: Vec<u8>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportError {
    /// The kind.
    pub kind: TransportErrorKind,
    /// A sentence that may be shown to the author of the flow. No internal addresses.
    pub detail: String,
}

/// Kinds of [`TransportError`] and what they become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// No connection, or broken: communication, 502.
    Connect,
    /// The name does not resolve: communication, 502.
    Dns,
    /// TLS failed: communication, 502.
    Tls,
    /// The egress policy forbids the address: authorization, 403.
    Refused,
    /// The host's own time limit for a request passed: timeout, 408.
    Timeout,
    /// The response is larger than the host takes: communication, 502.
    TooLarge,
    /// Anything else: communication, 502.
    Other,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its result.
    pub end: End,
    /// What tasks declared to have used (`metadata.metering`), summed by unit, in order of first use.
    pub used: Vec<Used>,
    /// HTTP requests that were issued, retries included.
    pub calls: u64,
    /// Tasks that were executed.
    pub tasks: u64,
    /// Fuel that was spent.
    pub ticks: u64,
    /// The trace, if it was asked for.
    pub trace: Option<Trace>,
}

/// Result of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// It ended normally.
    Completed {
        /// Output of the flow, after `output.as`.
        output: Value,
    },
    /// An error was raised and not caught.
    Faulted {
        /// The error; `instance` points to the task.
        error: FlowError,
    },
}

/// Use of one metered unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Name of the unit.
    pub unit: String,
    /// Whole units.
    pub quantity: u64,
    /// Whether a quantity was cut to the declared `max`.
    pub capped: bool,
}

/// The executed tasks of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Steps in the order in which they ended.
    pub steps: Vec<StepRecord>,
    /// Whether steps or values are missing because of the bounds.
    pub truncated: bool,
}

/// One executed (or skipped) task.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRecord {
    /// JSON pointer of the task.
    pub pointer: String,
    /// Its name.
    pub name: String,
    /// Its kind, such as `set`.
    pub kind: &'static str,
    /// Indexes of the enclosing loops, outermost first.
    pub iteration: Vec<u32>,
    /// Attempt of the nearest enclosing `try`, from 1; 1 outside of any.
    pub attempt: u32,
    /// When it began.
    pub started_at: Micros,
    /// When it ended.
    pub ended_at: Micros,
    /// How it ended.
    pub status: StepStatus,
    /// Raw input; missing when the trace is full.
    pub input: Option<Value>,
    /// Output after `output.as`; missing when it failed or the trace is full.
    pub output: Option<Value>,
    /// The error, when it failed.
    pub error: Option<FlowError>,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStatus {
    /// Normally.
    Completed,
    /// Its `if` was false.
    Skipped,
    /// By an error.
    Faulted,
    /// By an `exit` or `end` from inside.
    Left,
}
