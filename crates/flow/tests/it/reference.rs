//! Generated flows against a small interpreter written separately: recursive, over plain JSON, without plans,
//! frames or stages. What they must agree on: outputs, errors, and the order of tasks.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::host::{Host, context, order};

/// A generated task.
#[derive(Clone, Debug)]
enum Task {
    Append(String),
    Do(Vec<Task>, Then),
    Switch(Vec<(Option<usize>, Then)>, Then),
    For(usize, Option<usize>, Vec<Task>, Then),
    Raise(u16),
    Try {
        body: Vec<Task>,
        status: Option<u16>,
        retries: Option<u32>,
        handler: Option<Vec<Task>>,
        then: Then,
    },
    SkippedWhenLonger(usize, Then),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Continue,
    Exit,
    End,
    /// The task that many places further on in the same list.
    Ahead(usize),
}

/// How a list or a task ended.
enum Went {
    On(Then),
    Faulted(u16),
}

/// The interpreter: the data is a text to which tasks append.
struct Interpreter {
    log: Vec<String>,
}

impl Interpreter {
    fn list(&mut self, tasks: &[Task], path: &str, data: &mut String) -> Result<Then, u16> {
        let mut at = 0;
        while at < tasks.len() {
            match self.task(&tasks[at], &format!("{path}{at}"), data) {
                Went::Faulted(status) => return Err(status),
                Went::On(Then::Continue) => at += 1,
                Went::On(Then::Ahead(places)) => at = target(at, places, tasks.len()),
                Went::On(other) => return Ok(other),
            }
        }
        Ok(Then::Continue)
    }

    fn task(&mut self, task: &Task, path: &str, data: &mut String) -> Went {
        let went = match task {
            Task::Append(text) => {
                data.push_str(text);
                Went::On(Then::Continue)
            }
            Task::SkippedWhenLonger(limit, then) => {
                if data.len() > *limit {
                    self.log.push(path.to_owned());
                    return Went::On(Then::Continue);
                }
                data.push('s');
                Went::On(*then)
            }
            Task::Do(tasks, then) => self.scope(tasks, path, data, *then),
            Task::Switch(cases, own) => {
                let chosen = cases
                    .iter()
                    .find(|(when, _)| when.is_some_and(|limit| data.len() > limit));
                let default = cases.iter().find(|(when, _)| when.is_none());
                Went::On(chosen.or(default).map_or(*own, |(_, then)| *then))
            }
            Task::For(count, limit, tasks, then) => self.looped(*count, *limit, tasks, path, data, *then),
            Task::Raise(status) => Went::Faulted(*status),
            Task::Try {
                body,
                status,
                retries,
                handler,
                then,
            } => self.tried(body, *status, *retries, handler.as_deref(), path, data, *then),
        };
        self.log.push(path.to_owned());
        went
    }

    fn scope(&mut self, tasks: &[Task], path: &str, data: &mut String, then: Then) -> Went {
        match self.list(tasks, &format!("{path}_"), data) {
            Err(status) => Went::Faulted(status),
            Ok(Then::End) => Went::On(Then::End),
            Ok(_) => Went::On(then),
        }
    }

    fn looped(
        &mut self,
        count: usize,
        limit: Option<usize>,
        tasks: &[Task],
        path: &str,
        data: &mut String,
        then: Then,
    ) -> Went {
        for _ in 0..count {
            if limit.is_some_and(|limit| data.len() > limit) {
                break;
            }
            match self.list(tasks, &format!("{path}_"), data) {
                Err(status) => return Went::Faulted(status),
                Ok(Then::End) => return Went::On(Then::End),
                Ok(Then::Exit) => break,
                Ok(_) => {}
            }
        }
        Went::On(then)
    }

    #[allow(clippy::too_many_arguments)]
    fn tried(
        &mut self,
        body: &[Task],
        filter: Option<u16>,
        retries: Option<u32>,
        handler: Option<&[Task]>,
        path: &str,
        data: &mut String,
        then: Then,
    ) -> Went {
        let input = data.clone();
        let mut left = retries.unwrap_or(0);
        loop {
            data.clone_from(&input);
            let status = match self.list(body, &format!("{path}_"), data) {
                Ok(Then::End) => return Went::On(Then::End),
                Ok(_) => return Went::On(then),
                Err(status) => status,
            };
            if filter.is_some_and(|wanted| wanted != status) {
                return Went::Faulted(status);
            }
            if left > 0 {
                left -= 1;
                continue;
            }
            data.clone_from(&input);
            let Some(handler) = handler else {
                return Went::On(then);
            };
            data.push_str(&status.to_string());
            return match self.list(handler, &format!("{path}h_"), data) {
                Ok(Then::End) => Went::On(Then::End),
                Ok(_) => Went::On(then),
                Err(status) => Went::Faulted(status),
            };
        }
    }
}

/// Only forward, so that every generated flow ends.
fn target(at: usize, places: usize, len: usize) -> usize {
    (at + 1 + places).min(len - 1).max(at + 1).min(len)
}

/// Writes a list as the language has it. Names are paths, so that orders can be compared.
fn write(tasks: &[Task], path: &str, bound: Option<&str>) -> Json {
    let items = tasks.iter().enumerate().map(|(at, task)| {
        let name = format!("{path}{at}");
        let body = write_task(task, &name, path, at, tasks.len());
        json!({ name: body })
    });
    // The handler of a generated `try` first appends the status of its error.
    let first = bound.map(|name| json!({ name: {"set": "${ . + ($error.status | tostring) }"} }));
    Json::Array(first.into_iter().chain(items).collect())
}

fn write_task(task: &Task, name: &str, path: &str, at: usize, len: usize) -> Json {
    let then = |then: Then| match then {
        Then::Continue => json!("continue"),
        Then::Exit => json!("exit"),
        Then::End => json!("end"),
        Then::Ahead(places) => match target(at, places, len) {
            next if next < len => json!(format!("{path}{next}")),
            _ => json!("continue"),
        },
    };
    let inner = format!("{name}_");
    match task {
        Task::Append(text) => json!({"set": format!("${{ . + \"{text}\" }}")}),
        Task::SkippedWhenLonger(limit, next) => {
            json!({"if": format!("length <= {limit}"), "set": "${ . + \"s\" }", "then": then(*next)})
        }
        Task::Do(tasks, next) => json!({"do": write(tasks, &inner, None), "then": then(*next)}),
        Task::Switch(cases, next) => {
            let cases = cases.iter().enumerate().map(|(at, (when, next))| match when {
                Some(limit) => {
                    json!({format!("c{at}"): {"when": format!("length > {limit}"), "then": then(*next)}})
                }
                None => json!({format!("c{at}"): {"then": then(*next)}}),
            });
            json!({"switch": cases.collect::<Vec<_>>(), "then": then(*next)})
        }
        Task::For(count, limit, tasks, next) => {
            let mut task = json!({"for": {"in": format!("[range({count})]")}, "do": write(tasks, &inner, None), "then": then(*next)});
            if let Some(limit) = limit {
                task["while"] = json!(format!("length <= {limit}"));
            }
            task
        }
        Task::Raise(status) => json!({"raise": {"error": {"type": "https://x.test/e", "status": status}}}),
        Task::Try {
            body,
            status,
            retries,
            handler,
            then: next,
        } => {
            let mut catch = json!({});
            if let Some(status) = status {
                catch["errors"] = json!({"with": {"status": status}});
            }
            if let Some(retries) = retries {
                catch["retry"] = json!({"limit": {"attempt": {"count": retries}}});
            }
            if let Some(handler) = handler {
                catch["do"] = write(handler, &format!("{name}h_"), Some("note"));
            }
            json!({"try": write(body, &inner, None), "catch": catch, "then": then(*next)})
        }
    }
}

fn then() -> impl Strategy<Value = Then> {
    prop_oneof![
        6 => Just(Then::Continue),
        2 => Just(Then::Exit),
        1 => Just(Then::End),
        3 => (0usize..3).prop_map(Then::Ahead),
    ]
}

fn task() -> impl Strategy<Value = Task> {
    let leaf = prop_oneof![
        4 => "[a-z]{1,3}".prop_map(Task::Append),
        1 => (500u16..503).prop_map(Task::Raise),
        1 => ((0usize..20), then()).prop_map(|(limit, then)| Task::SkippedWhenLonger(limit, then)),
        2 => (prop::collection::vec((0usize..20, then()), 1..3), prop::option::of(then()), then()).prop_map(|(cases, default, own)| {
            let mut cases: Vec<_> = cases.into_iter().map(|(limit, then)| (Some(limit), then)).collect();
            if let Some(default) = default {
                cases.insert(cases.len() / 2, (None, default));
            }
            Task::Switch(cases, own)
        }),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let list = prop::collection::vec(inner, 1..5);
        prop_oneof![
            (list.clone(), then()).prop_map(|(tasks, then)| Task::Do(tasks, then)),
            (0usize..4, prop::option::of(0usize..30), list.clone(), then())
                .prop_map(|(count, limit, tasks, then)| Task::For(count, limit, tasks, then)),
            (
                list.clone(),
                prop::option::of(500u16..503),
                prop::option::of(0u32..3),
                prop::option::of(list),
                then()
            )
                .prop_map(|(body, status, retries, handler, then)| Task::Try {
                    body,
                    status,
                    retries,
                    handler,
                    then
                }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_flows_do_what_the_reference_does(tasks in prop::collection::vec(task(), 1..6)) {
        let mut reference = Interpreter { log: Vec::new() };
        let mut data = String::from("-");
        let ended = reference.list(&tasks, "t", &mut data);

        let body = json!({
            "document": {"dsl": "1.0.3", "namespace": "test", "name": "generated", "version": "1.0.0"},
            "do": write(&tasks, "t", None),
        });
        let outcome = Host::new(plan_of(&body), context()).go(&json!("-"));
        match (&outcome.end, ended) {
            (flow::End::Completed { output }, Ok(_)) => prop_assert_eq!(output.to_serde(), json!(data)),
            (flow::End::Faulted { error }, Err(status)) => prop_assert_eq!(error.status, status),
            (end, _) => prop_assert!(false, "{end:?}\n{body:#}"),
        }
        // Tasks that were left by `end` or an error end in another order, and only we record the note.
        let calm = matches!(outcome.end, flow::End::Completed { .. })
            && outcome.trace.as_ref().unwrap().steps.iter().all(|step| step.status != flow::StepStatus::Left)
            && outcome.tasks < 900;
        if calm {
            let ours: Vec<&str> = order(&outcome).into_iter().filter(|name| *name != "note").collect();
            prop_assert_eq!(ours, reference.log.iter().map(String::as_str).collect::<Vec<_>>(), "{:#}", body);
        }
    }
}

fn plan_of(body: &Json) -> std::sync::Arc<flow::Plan> {
    let definition = flow::Definition::from_json(body.clone()).unwrap_or_else(|f| panic!("{f:#?}\n{body:#}"));
    flow::Plan::compile(&definition, &flow::Resources::default())
        .unwrap_or_else(|f| panic!("{f:#?}\n{body:#}"))
}
