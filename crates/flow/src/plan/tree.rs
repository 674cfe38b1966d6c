//! The tasks as a tree, for drawing.

use serde::Serialize;

/// One task and the tasks inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskTree {
    /// Name of the task (of a case, for the children of a `switch`).
    pub name: String,
    /// Kind: `do`, `set`, `switch`, `case`, `for`, `raise`, `try`, `catch`, `call`.
    pub kind: &'static str,
    /// JSON pointer into the definition.
    pub pointer: String,
    /// Where it goes afterwards, when that is not the next task: `exit`, `end`, or a task of the same list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    /// Tasks inside it, in order.
    pub children: Vec<TaskTree>,
}
