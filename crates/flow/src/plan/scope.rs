//! Which variables an expression can see, by where it stands.

use super::node::Var;

/// Where an expression stands. The language has a matrix of stages and variables; this is it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `input.from` of the flow.
    FlowInput,
    /// `output.as` of the flow.
    FlowOutput,
    /// `if` and `input.from` of a task.
    TaskInput,
    /// The task itself.
    TaskBody,
    /// `output.as` and `metadata.metering` of a task.
    TaskOutput,
    /// `export.as` of a task.
    TaskExport,
}

impl Place {
    /// The variable of that name (without `$`), if it can be read here.
    pub(super) fn variable(self, name: &str) -> Option<Var> {
        let flow = matches!(self, Self::FlowInput | Self::FlowOutput);
        Some(match name {
            "workflow" => Var::Workflow,
            "runtime" => Var::Runtime,
            "secrets" => Var::Secrets,
            "env" => Var::Env,
            "tenant" => Var::Tenant,
            "context" if self != Self::FlowInput => Var::Context,
            "task" if !flow => Var::Task,
            "input" if !flow && self != Self::TaskInput => Var::Input,
            "authorization" if !flow && self != Self::TaskInput => Var::Authorization,
            "output" if self == Self::TaskExport => Var::Output,
            _ => return None,
        })
    }

    /// For messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FlowInput => "`input` of the flow",
            Self::FlowOutput => "`output` of the flow",
            Self::TaskInput => "`if` and `input` of a task",
            Self::TaskBody => "a task",
            Self::TaskOutput => "`output` of a task",
            Self::TaskExport => "`export` of a task",
        }
    }
}
