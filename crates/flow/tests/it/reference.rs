//! Generated flows against a small interpreter written separately: recursive, over plain JSON, without plans,
//! frames or stages. What they must agree on: outputs, errors and where they arose, and the order of tasks.

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
    /// Appends the end of `$context`.
    Recall,
    /// A call of that function, which is given a text more, or its caller's input as it is.
    Call(usize, bool, Then),
    /// The task with a text appended by `output.as`, and its output exported.
    Staged(Box<Task>, Option<String>, bool),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Continue,
    Exit,
    End,
    /// The task that many places further on in the same list.
    Ahead(usize),
}

/// How a task ended.
enum Went {
    On(Then),
    /// By a task inside of it that ended the flow.
    Left,
    Skipped,
    Faulted(Fault),
}

/// An error, and the pointer of the task that raised it.
#[derive(Debug, PartialEq)]
struct Fault {
    status: u16,
    instance: String,
}

/// Where a list stands: what its names begin with, its pointer, and how many tasks precede the generated ones.
struct List {
    names: String,
    pointer: String,
    before: usize,
}

/// Where a task stands. Its name is its path, so that orders can be compared.
struct Place {
    name: String,
    pointer: String,
}

impl List {
    fn place(&self, at: usize) -> Place {
        let name = format!("{}{at}", self.names);
        let pointer = format!("{}/{}/{name}", self.pointer, at + self.before);
        Place { name, pointer }
    }
}

impl Place {
    /// The list in this part of the task.
    fn list(&self, part: &str) -> List {
        List {
            names: format!("{}_", self.name),
            pointer: format!("{}/{part}", self.pointer),
            before: 0,
        }
    }

    fn handler(&self) -> List {
        List {
            names: format!("{}h_", self.name),
            before: 1,
            ..self.list("catch/do")
        }
    }
}

/// The interpreter: the data is a text to which tasks append.
struct Interpreter<'a> {
    functions: &'a [Vec<Task>],
    context: String,
    log: Vec<String>,
}

impl Interpreter<'_> {
    fn list(&mut self, tasks: &[Task], list: &List, data: &mut String) -> Result<Then, Fault> {
        let mut at = 0;
        while at < tasks.len() {
            match self.task(&tasks[at], &list.place(at), data) {
                Went::Faulted(fault) => return Err(fault),
                Went::Left => return Ok(Then::End),
                Went::Skipped | Went::On(Then::Continue) => at += 1,
                Went::On(Then::Ahead(places)) => at = target(at, places, tasks.len()),
                Went::On(other) => return Ok(other),
            }
        }
        Ok(Then::Continue)
    }

    fn task(&mut self, task: &Task, place: &Place, data: &mut String) -> Went {
        let went = self.body(task, place, data);
        self.log.push(place.name.clone());
        went
    }

    fn body(&mut self, task: &Task, place: &Place, data: &mut String) -> Went {
        match task {
            Task::Append(text) => {
                data.push_str(text);
                Went::On(Then::Continue)
            }
            Task::Recall => {
                let from = self.context.len().saturating_sub(3);
                data.push_str(&self.context[from..]);
                Went::On(Then::Continue)
            }
            Task::SkippedWhenLonger(limit, _) if data.len() > *limit => Went::Skipped,
            Task::SkippedWhenLonger(_, then) => {
                data.push('s');
                Went::On(*then)
            }
            Task::Do(tasks, then) => self.scope(tasks, &place.list("do"), data, *then),
            Task::Call(number, more, then) => self.called(*number, *more, data, *then),
            Task::Staged(task, text, exported) => {
                let went = self.body(task, place, data);
                if let Went::On(_) = went {
                    data.push_str(text.as_deref().unwrap_or_default());
                    if *exported {
                        self.context.clone_from(data);
                    }
                }
                went
            }
            Task::Switch(cases, own) => {
                let chosen = cases
                    .iter()
                    .find(|(when, _)| when.is_some_and(|limit| data.len() > limit));
                let default = cases.iter().find(|(when, _)| when.is_none());
                Went::On(chosen.or(default).map_or(*own, |(_, then)| *then))
            }
            Task::For(count, limit, tasks, then) => {
                self.looped(*count, *limit, tasks, &place.list("do"), data, *then)
            }
            Task::Raise(status) => Went::Faulted(Fault {
                status: *status,
                instance: place.pointer.clone(),
            }),
            Task::Try {
                body,
                status,
                retries,
                handler,
                then,
            } => self.tried(body, *status, *retries, handler.as_deref(), place, data, *then),
        }
    }

    fn called(&mut self, number: usize, more: bool, data: &mut String, then: Then) -> Went {
        if more {
            data.push('w');
        }
        let place = Place {
            name: format!("f{number}"),
            pointer: format!("/use/functions/f{number}"),
        };
        let went = self.scope(&self.functions[number], &place.list("do"), data, then);
        self.log.push(place.name);
        went
    }

    fn scope(&mut self, tasks: &[Task], list: &List, data: &mut String, then: Then) -> Went {
        match self.list(tasks, list, data) {
            Err(fault) => Went::Faulted(fault),
            Ok(Then::End) => Went::Left,
            Ok(_) => Went::On(then),
        }
    }

    fn looped(
        &mut self,
        count: usize,
        limit: Option<usize>,
        tasks: &[Task],
        list: &List,
        data: &mut String,
        then: Then,
    ) -> Went {
        for _ in 0..count {
            if limit.is_some_and(|limit| data.len() > limit) {
                break;
            }
            match self.list(tasks, list, data) {
                Err(fault) => return Went::Faulted(fault),
                Ok(Then::End) => return Went::Left,
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
        place: &Place,
        data: &mut String,
        then: Then,
    ) -> Went {
        let input = data.clone();
        let mut left = retries.unwrap_or(0);
        loop {
            data.clone_from(&input);
            let fault = match self.list(body, &place.list("try"), data) {
                Ok(Then::End) => return Went::Left,
                Ok(_) => return Went::On(then),
                Err(fault) => fault,
            };
            if filter.is_some_and(|wanted| wanted != fault.status) {
                return Went::Faulted(fault);
            }
            if left > 0 {
                left -= 1;
                continue;
            }
            data.clone_from(&input);
            let Some(handler) = handler else {
                return Went::On(then);
            };
            data.push_str(&fault.status.to_string());
            return self.scope(handler, &place.handler(), data, then);
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
        Task::Recall => json!({"set": "${ . + (($context // \"\") | .[-3:]) }"}),
        Task::Call(number, more, next) => {
            let mut call = json!({"call": format!("f{number}"), "then": then(*next)});
            if *more {
                call["with"] = json!("${ . + \"w\" }");
            }
            call
        }
        Task::Staged(task, text, exported) => {
            let mut staged = write_task(task, name, path, at, len);
            if let Some(text) = text {
                staged["output"] = json!({"as": format!(". + \"{text}\"")});
            }
            if *exported {
                staged["export"] = json!({"as": "."});
            }
            staged
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

/// A task that calls functions below this number.
fn task(functions: usize, depth_max: u32) -> impl Strategy<Value = Task> {
    let call =
        (0..functions.max(1), any::<bool>(), then()).prop_map(move |(number, more, then)| match functions {
            0 => Task::Recall,
            _ => Task::Call(number, more, then),
        });
    let leaf = prop_oneof![
        4 => "[a-z]{1,3}".prop_map(Task::Append),
        1 => Just(Task::Recall),
        1 => call,
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
    leaf.prop_recursive(depth_max, 40, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..5);
        prop_oneof![
            (inner, prop::option::of("[A-Z]"), any::<bool>())
                .prop_map(|(task, text, exported)| staged(task, text, exported)),
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

/// Once only: what is staged already takes the new stages.
fn staged(task: Task, text: Option<String>, exported: bool) -> Task {
    match task {
        Task::Staged(task, ..) => Task::Staged(task, text, exported),
        task => Task::Staged(Box::new(task), text, exported),
    }
}

/// The bodies of the functions, each of which may call those before it, and the flow.
fn program() -> impl Strategy<Value = (Vec<Vec<Task>>, Vec<Task>)> {
    let body = |functions| prop::collection::vec(task(functions, 2), 1..4);
    let functions = (body(0), body(1)).prop_map(|(first, second)| vec![first, second]);
    (functions, prop::collection::vec(task(2, 4), 1..6))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_flows_do_what_the_reference_does((functions, tasks) in program()) {
        let mut reference = Interpreter { functions: &functions, context: String::new(), log: Vec::new() };
        let mut data = String::from("-");
        let list = List { names: "t".to_owned(), pointer: "/do".to_owned(), before: 0 };
        let ended = reference.list(&tasks, &list, &mut data);
        // Far below the most that a run may execute.
        prop_assume!(reference.log.len() < 5_000);

        let functions: Vec<_> = functions.iter().enumerate().map(|(number, tasks)| {
            json!({"do": write(tasks, &format!("f{number}_"), None)})
        }).collect();
        let body = json!({
            "document": {"dsl": "1.0.3", "namespace": "test", "name": "generated", "version": "1.0.0"},
            "use": {"functions": {"f0": functions[0], "f1": functions[1]}},
            "do": write(&tasks, "t", None),
        });
        let outcome = Host::new(plan_of(&body), context()).go(&json!("-"));
        match (&outcome.end, ended) {
            (flow::End::Completed { output }, Ok(_)) => prop_assert_eq!(output.to_serde(), json!(data), "{:#}", body),
            (flow::End::Faulted { error }, Err(fault)) => {
                let instance = error.instance.clone().unwrap_or_default();
                prop_assert_eq!(Fault { status: error.status, instance }, fault, "{:#}", body);
            }
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
