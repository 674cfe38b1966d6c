//! Tasks of a list that nothing leads to.

use super::model::{Kind, Task, Then};

/// The tasks of a list that are never come to: not from the task before, by no `then` and no case, whatever the data.
pub(super) fn unreachable(tasks: &[Task]) -> impl Iterator<Item = &Task> {
    let mut reached = vec![false; tasks.len()];
    let mut next = vec![0];
    while let Some(at) = next.pop() {
        if at < tasks.len() && !std::mem::replace(&mut reached[at], true) {
            let places = ways(&tasks[at]).into_iter();
            next.extend(places.filter_map(|way| place(way, at, tasks)));
        }
    }
    tasks
        .iter()
        .zip(reached)
        .filter_map(|(task, reached)| (!reached).then_some(task))
}

/// Where a task leads. One whose `if` is false leads to the next, whatever its `then`.
fn ways(task: &Task) -> Vec<&Then> {
    let own = task.then.as_ref().unwrap_or(&Then::Continue);
    let mut ways = match &task.kind {
        Kind::Raise(_) => Vec::new(),
        Kind::Switch(cases) => {
            let has_default = cases.iter().any(|case| case.when.is_none());
            let cases = cases.iter().map(|case| &case.then);
            cases.chain((!has_default).then_some(own)).collect()
        }
        Kind::Try(body) => [own].into_iter().chain(&body.then).collect(),
        _ => vec![own],
    };
    if task.condition.is_some() {
        ways.push(&Then::Continue);
    }
    ways
}

fn place(way: &Then, at: usize, tasks: &[Task]) -> Option<usize> {
    match way {
        Then::Continue => Some(at + 1),
        Then::Exit | Then::End => None,
        Then::Task { name, .. } => tasks.iter().position(|task| task.name == *name),
    }
}
