//! Every bound of the language, by name. Nothing in this crate grows without one of these.

/// Longest definition text, in bytes.
pub const DEFINITION_BYTES_MAX: usize = 1_048_576;
/// Longest single expression, in bytes.
pub const EXPRESSION_BYTES_MAX: usize = 8_192;
/// Deepest nesting of any value that crosses the engine's boundary.
pub const DEPTH_MAX: usize = 128;
/// Deepest nesting of a definition. Half of what values may have: readers of YAML use far more stack for a
/// level than readers of JSON, and must fit an ordinary thread also in builds without optimization.
pub const DEFINITION_DEPTH_MAX: usize = 64;
/// Most tasks in one definition, nested ones included.
pub const TASKS_MAX: usize = 1_000;
/// Most expressions in one definition.
pub const EXPRESSIONS_MAX: usize = 2_000;
/// Deepest nesting of operators and brackets inside one expression.
pub const EXPRESSION_DEPTH_MAX: usize = 100;
/// Most findings reported for one definition; the rest is counted in a last finding.
pub const FINDINGS_MAX: usize = 100;
/// Longest task name, in bytes.
pub const NAME_BYTES_MAX: usize = 128;
/// Most YAML nodes, aliases expanded.
pub const YAML_NODES_MAX: usize = 50_000;
/// Most YAML aliases.
pub const YAML_ALIASES_MAX: usize = 1_000;

/// Largest value that leaves an expression, enters as input or arrives as a body, in JSON bytes.
pub const VALUE_BYTES_MAX: usize = 8_388_608;
/// Largest sum of the values a run holds at once, in JSON bytes.
pub const STATE_BYTES_MAX: usize = 33_554_432;
/// Fuel of an expression evaluated on the caller's thread.
pub const INLINE_FUEL_TICKS: u64 = 2_000;
/// Stack an inline evaluation may use below its entry, in bytes.
pub const INLINE_STACK_BYTES: usize = 524_288;
/// Fuel of an expression evaluated on a big-stack thread.
pub const HEAVY_FUEL_TICKS: u64 = 100_000;
/// Stack that the host must reserve for a heavy step, in bytes.
pub const HEAVY_THREAD_STACK_BYTES: usize = 268_435_456;
/// Stack a heavy evaluation may use below its entry, in bytes (the rest is for dropping values).
pub const HEAVY_STACK_BYTES: usize = 134_217_728;
/// Fuel of a whole run, all expressions together.
pub const RUN_FUEL_TICKS: u64 = 2_000_000;
/// Tasks that a run may execute, iterations and attempts counted.
pub const RUN_TASKS_MAX: u64 = 10_000;
/// Tasks after which a step gives the scheduler a turn (`Progress::Yield`).
pub const YIELD_TASKS: u32 = 256;
/// Fuel after which a step gives the scheduler a turn.
pub const YIELD_TICKS: u64 = 4_000;
/// Deepest nesting of active tasks (`do` in `for` in `try`, ...).
pub const FRAMES_MAX: usize = 64;
/// Most iterations of one `for`.
pub const ITERATIONS_MAX: u64 = 10_000;
/// Most retries of one `try`.
pub const RETRIES_MAX: u32 = 100;
/// Longest delay between two attempts.
pub const RETRY_DELAY_MS_MAX: u64 = 3_600_000;
/// Longest duration that may be written in a definition (366 days).
pub const DURATION_MS_MAX: u64 = 31_622_400_000;

/// Longest type, title, detail or instance of an error, in bytes; what is longer is cut.
pub const ERROR_TEXT_BYTES_MAX: usize = 4_096;
/// Most step records kept for a trace.
pub const TRACE_STEPS_MAX: usize = 1_000;
/// Most bytes of inputs, outputs and errors kept for a trace.
pub const TRACE_BYTES_MAX: usize = 4_194_304;
/// Most violations listed for one schema check.
pub const VIOLATIONS_MAX: usize = 50;

/// Longest URL that a call may produce, in bytes.
pub const URL_BYTES_MAX: usize = 8_192;
/// Most headers of an outgoing request.
pub const HEADERS_MAX: usize = 64;
/// Longest header value of an outgoing request, in bytes.
pub const HEADER_BYTES_MAX: usize = 8_192;
