//! The compiled form: an arena of nodes with everything resolved that can be.

use std::sync::Arc;

use jaq_json::Val;

use super::schema::SchemaPlan;
use crate::definition::model::{Backoff, Filter};
use crate::run::HttpOutput;
use crate::value::Value;

/// Index of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub u32);

/// The whole flow, as the task it is.
pub(crate) const ROOT: NodeId = NodeId(0);

/// A task, or the flow itself.
pub(crate) struct Node {
    pub name: Arc<str>,
    pub pointer: Arc<str>,
    pub kind_name: &'static str,
    pub condition: Option<Expr>,
    pub input: StagePlan,
    pub output: StagePlan,
    pub export: StagePlan,
    pub timeout_us: Option<i64>,
    pub then: Next,
    /// The task after it in its list.
    pub following: Option<NodeId>,
    pub metering: Option<MeteringPlan>,
    pub kind: NodeKind,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Continue,
    Exit,
    End,
    Task(NodeId),
}

/// A transformation and a schema.
#[derive(Default)]
pub(crate) struct StagePlan {
    pub transform: Option<Template>,
    pub schema: Option<SchemaPlan>,
}

/// Declared use of a unit.
pub(crate) struct MeteringPlan {
    pub unit: Arc<str>,
    pub quantity: Expr,
    pub max: u64,
}

/// What a node does.
pub(crate) enum NodeKind {
    Do {
        first: NodeId,
    },
    Set(Template),
    Switch(Vec<(Option<Expr>, Next)>),
    For(Box<ForPlan>),
    Raise(Box<RaisePlan>),
    Try(Box<TryPlan>),
    Http(Box<HttpPlan>),
    Call {
        function: NodeId,
        arguments: Option<Template>,
    },
}

pub(crate) struct ForPlan {
    pub each: Slot,
    pub at: Slot,
    pub items: Template,
    pub condition: Option<Expr>,
    pub first: NodeId,
    pub max_iterations: u64,
    /// Whether the bound was declared, by the task or by the input schema.
    pub bounded: bool,
}

pub(crate) struct RaisePlan {
    pub kind: Template,
    pub status: Template,
    pub title: Option<Template>,
    pub detail: Option<Template>,
    pub instance: Option<Template>,
}

pub(crate) struct TryPlan {
    pub first: NodeId,
    pub filter: Filter,
    pub variable: Slot,
    pub when: Option<Expr>,
    pub except_when: Option<Expr>,
    pub retry: Option<RetryPlan>,
    pub handler: Option<NodeId>,
    pub then: Option<Next>,
}

pub(crate) struct RetryPlan {
    pub when: Option<Expr>,
    pub except_when: Option<Expr>,
    pub delay_ms: u64,
    pub backoff: Backoff,
    pub jitter_ms: Option<(u64, u64)>,
    pub count_max: Option<u32>,
    pub attempt_us_max: Option<i64>,
    pub total_us_max: Option<i64>,
}

pub(crate) struct HttpPlan {
    pub method: String,
    pub endpoint: EndpointPlan,
    pub headers: Option<Template>,
    pub query: Option<Template>,
    pub body: Option<Template>,
    pub output: HttpOutput,
    pub redirect: bool,
}

pub(crate) enum EndpointPlan {
    Parts(Vec<UriPiece>),
    Expression(Expr),
}

pub(crate) enum UriPiece {
    Text(String),
    Member(Val),
}

/// Number of a local variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(pub u16);

/// A variable that an expression can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Var {
    Context,
    Input,
    Output,
    Task,
    Workflow,
    Runtime,
    Secrets,
    Authorization,
    Env,
    Tenant,
    Local(Slot),
}

/// A compiled expression.
#[derive(Clone)]
pub(crate) enum Expr {
    Constant(Value),
    /// Members of `.` (no root) or of a variable.
    Path {
        root: Option<Var>,
        keys: Vec<Val>,
    },
    /// A program, and which of the plan's variables it reads.
    Program {
        program: u32,
        reads: Arc<[u16]>,
    },
}

/// A value with expressions in it.
pub(crate) enum Template {
    Constant(Value),
    Expr(Expr),
    List(Vec<Template>),
    Object(Vec<(Val, Template)>),
}
