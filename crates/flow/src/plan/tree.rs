//! The tasks as a tree, for drawing.

use serde::Serialize;

use crate::definition::model::{Kind, Task, Then};

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

/// The tree of a list.
pub(super) fn trees(tasks: &[Task]) -> Vec<TaskTree> {
    tasks.iter().map(tree).collect()
}

fn tree(task: &Task) -> TaskTree {
    let children = match &task.kind {
        Kind::Do(tasks) => trees(tasks),
        Kind::For(task) => trees(&task.tasks),
        Kind::Switch(cases) => cases
            .iter()
            .map(|case| TaskTree {
                name: case.name.clone(),
                kind: "case",
                pointer: case.pointer.clone(),
                then: directive(Some(&case.then)),
                children: Vec::new(),
            })
            .collect(),
        Kind::Try(task) => {
            let mut children = trees(&task.tasks);
            children.push(TaskTree {
                name: "catch".to_owned(),
                kind: "catch",
                pointer: task.catch_pointer.clone(),
                then: directive(task.then.as_ref()),
                children: trees(task.handler.as_deref().unwrap_or_default()),
            });
            children
        }
        _ => Vec::new(),
    };
    TaskTree {
        name: task.name.clone(),
        kind: task.kind.name(),
        pointer: task.pointer.clone(),
        then: directive(task.then.as_ref()),
        children,
    }
}

fn directive(then: Option<&Then>) -> Option<String> {
    match then? {
        Then::Continue => None,
        Then::Exit => Some("exit".to_owned()),
        Then::End => Some("end".to_owned()),
        Then::Task { name, .. } => Some(name.clone()),
    }
}
