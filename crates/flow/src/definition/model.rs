//! The strict model: what a definition means, before anything is compiled.
//!
//! Built by the readers beside it; read by the compiler of plans. Every part that can be wrong later keeps its
//! JSON pointer.

use serde_json::Value as Json;

/// A whole definition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub namespace: String,
    pub name: String,
    pub version: String,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub input: Stage,
    pub output: Stage,
    pub timeout_ms: Option<u64>,
    pub tasks: Vec<Task>,
    pub functions: Vec<Task>,
    pub secrets: Vec<String>,
    pub secrets_per_tenant: Vec<String>,
    pub charge_on_failure: bool,
}

/// A `from` or `as`, and a schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stage {
    pub transform: Option<Template>,
    pub schema: Option<Schema>,
}

/// A schema, written out or by reference.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub pointer: String,
    pub source: SchemaSource,
}

/// Where a schema comes from.
#[derive(Clone, Debug)]
pub(crate) enum SchemaSource {
    Document(Json),
    Resource(String),
}

/// An expression, without `${ }`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    pub pointer: String,
    pub source: String,
}

/// A value with expressions in it.
#[derive(Clone, Debug)]
pub(crate) enum Template {
    Literal(Json),
    Expression(Expression),
    List(Vec<Template>),
    Object(Vec<(String, Template)>),
}

/// One task.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub name: String,
    pub pointer: String,
    pub condition: Option<Expression>,
    pub input: Stage,
    pub output: Stage,
    pub export: Stage,
    pub timeout_ms: Option<u64>,
    pub then: Option<Then>,
    pub metering: Option<Metering>,
    pub kind: Kind,
}

/// A flow directive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Then {
    Continue,
    Exit,
    End,
    /// A task of the same list, and where the name stands.
    Task {
        name: String,
        pointer: String,
    },
}

/// Declared use.
#[derive(Clone, Debug)]
pub(crate) struct Metering {
    pub unit: String,
    pub quantity: Expression,
    pub max: u64,
}

/// What a task does.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Do(Vec<Task>),
    Set(Template),
    Switch(Vec<Case>),
    For(Box<For>),
    Raise(Box<Raise>),
    Try(Box<Try>),
    Http(Box<Http>),
    Function(Function),
}

impl Kind {
    /// Name as in the language.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Do(_) => "do",
            Self::Set(_) => "set",
            Self::Switch(_) => "switch",
            Self::For(_) => "for",
            Self::Raise(_) => "raise",
            Self::Try(_) => "try",
            Self::Http(_) | Self::Function(_) => "call",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub name: String,
    pub pointer: String,
    pub when: Option<Expression>,
    pub then: Then,
}

#[derive(Clone, Debug)]
pub(crate) struct For {
    pub each: String,
    pub at: String,
    pub items: Template,
    pub condition: Option<Expression>,
    pub tasks: Vec<Task>,
    pub max_iterations: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Raise {
    pub kind: Template,
    pub status: Template,
    pub title: Option<Template>,
    pub detail: Option<Template>,
    pub instance: Option<Template>,
}

#[derive(Clone, Debug)]
pub(crate) struct Try {
    pub tasks: Vec<Task>,
    pub filter: Filter,
    pub variable: String,
    pub when: Option<Expression>,
    pub except_when: Option<Expression>,
    pub retry: Option<Retry>,
    pub handler: Option<Vec<Task>>,
    pub catch_pointer: String,
    pub then: Option<Then>,
}

/// Static properties that an error must have to be caught.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub kind: Option<String>,
    pub status: Option<u16>,
    pub instance: Option<String>,
    pub title: Option<String>,
    pub detail: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Retry {
    pub when: Option<Expression>,
    pub except_when: Option<Expression>,
    pub delay_ms: u64,
    pub backoff: Backoff,
    pub jitter_ms: Option<(u64, u64)>,
    /// Retries after the first try.
    pub count_max: Option<u32>,
    pub attempt_ms_max: Option<u64>,
    pub total_ms_max: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Backoff {
    #[default]
    Constant,
    Linear,
    Exponential,
}

#[derive(Clone, Debug)]
pub(crate) struct Http {
    pub method: String,
    pub endpoint: Endpoint,
    pub headers: Option<Template>,
    pub query: Option<Template>,
    pub body: Option<Template>,
    pub output: crate::run::HttpOutput,
    pub redirect: bool,
}

/// A URL: text with `{name}` places, or an expression.
#[derive(Clone, Debug)]
pub(crate) enum Endpoint {
    Template(Vec<UriPart>),
    Expression(Expression),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UriPart {
    Text(String),
    Name(String),
}

/// A call of `use.functions`.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub name: String,
    pub arguments: Option<Template>,
}

impl Task {
    /// Tasks directly inside it, in order.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Task> {
        let (first, second): (&[Task], &[Task]) = match &self.kind {
            Kind::Do(tasks) => (tasks, &[]),
            Kind::For(task) => (&task.tasks, &[]),
            Kind::Try(task) => (&task.tasks, task.handler.as_deref().unwrap_or_default()),
            _ => (&[], &[]),
        };
        first.iter().chain(second)
    }
}
