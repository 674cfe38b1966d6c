//! Generated flows as the language has them. Names are paths, so that orders can be compared.

use serde_json::{Map, Value as Json, json};

use super::program::{
    Condition, Edit, Filter, For, Kind, Part, Program, Raise, Retry, Task, Then, Try, target,
};

/// Root of the types that flows raise.
pub const OWN_ROOT: &str = "https://x.test/";
/// A root of the standard types that counts as equal to the one that is shown.
const OTHER_ROOT: &str = "https://open-workflow-specification.org/spec/1.0.0/errors/";

/// The whole definition.
pub fn definition(program: &Program) -> Json {
    let functions = program.functions.iter().enumerate().map(|(number, tasks)| {
        let name = format!("f{number}");
        let tasks = list(tasks, &format!("{name}_"));
        (name, json!({"do": tasks}))
    });
    let functions: Map<String, Json> = functions.collect();
    let mut flow = json!({
        "document": {"dsl": "1.0.3", "namespace": "test", "name": "generated", "version": "1.0.0"},
        "use": {"functions": functions},
        "do": list(&program.tasks, "t"),
    });
    put(
        &mut flow,
        "input",
        program.from.as_ref().map(|from| json!({"from": edit(from)})),
    );
    put(
        &mut flow,
        "output",
        program.output.as_ref().map(|output| json!({"as": edit(output)})),
    );
    put(
        &mut flow,
        "timeout",
        program.timeout.map(|after| json!({"after": {"seconds": after}})),
    );
    flow
}

fn put(object: &mut Json, key: &str, member: Option<Json>) {
    if let Some(member) = member {
        object[key] = member;
    }
}

fn list(tasks: &[Task], names: &str) -> Json {
    let items = tasks.iter().enumerate().map(|(at, task)| {
        let place = Place {
            names,
            at,
            len: tasks.len(),
        };
        json!({ place.name(at): written(task, &place) })
    });
    Json::Array(items.collect())
}

/// Where a task stands in its list.
struct Place<'a> {
    names: &'a str,
    at: usize,
    len: usize,
}

impl Place<'_> {
    fn name(&self, at: usize) -> String {
        format!("{}{at}", self.names)
    }

    /// The list in this part of the task.
    fn inside(&self, tasks: &[Task], part: &str) -> Json {
        list(tasks, &format!("{}{part}_", self.name(self.at)))
    }

    fn then(&self, then: Then) -> Json {
        match (then, target(self.at, then, self.len)) {
            (_, Some(next)) => json!(self.name(next)),
            (Then::Exit, _) => json!("exit"),
            (Then::End, _) => json!("end"),
            _ => json!("continue"),
        }
    }
}

fn written(task: &Task, place: &Place<'_>) -> Json {
    let mut json = kind(&task.kind, place);
    json["then"] = place.then(task.then);
    put(
        &mut json,
        "if",
        task.condition.map(|when| condition(when, "error")),
    );
    put(
        &mut json,
        "input",
        task.from.as_ref().map(|from| json!({"from": edit(from)})),
    );
    put(
        &mut json,
        "output",
        task.output.as_ref().map(|output| json!({"as": edit(output)})),
    );
    put(
        &mut json,
        "export",
        task.export.as_ref().map(|export| json!({"as": edit(export)})),
    );
    put(
        &mut json,
        "timeout",
        task.timeout.map(|after| json!({"after": {"seconds": after}})),
    );
    json
}

fn kind(kind: &Kind, place: &Place<'_>) -> Json {
    match kind {
        Kind::Append(text) => json!({"set": format!("${{ . + \"{text}\" }}")}),
        Kind::Recall => json!({"set": "${ . + (($context // \"\") | .[-3:]) }"}),
        Kind::Note => unreachable!("its `try` writes it, who knows the name of the error"),
        Kind::Seen => json!({"set": "${ . + ($item | tostring) + ($index | tostring) }"}),
        Kind::Do(tasks) => json!({"do": place.inside(tasks, "")}),
        Kind::Switch(cases) => {
            let cases = cases.iter().enumerate().map(|(at, (when, then))| {
                let mut case = json!({"then": place.then(*then)});
                put(&mut case, "when", when.map(|when| condition(when, "error")));
                json!({ format!("c{at}"): case })
            });
            json!({"switch": cases.collect::<Vec<_>>()})
        }
        Kind::For(task) => looped(task, place),
        Kind::Raise(error) => raise(error),
        Kind::Try(task) => tried(task, place),
        Kind::Call(number, more) => {
            let mut call = json!({"call": format!("f{number}")});
            put(&mut call, "with", more.then(|| json!("${ . + \"w\" }")));
            call
        }
        Kind::Http(redirect) => {
            let endpoint = "${ \"https://x.test/\" + .[-2:] }";
            json!({"call": "http", "with": {"method": "post", "endpoint": endpoint, "body": "${ . }", "redirect": redirect}})
        }
    }
}

fn looped(task: &For, place: &Place<'_>) -> Json {
    let items = match task.count {
        Some(count) => format!("[range(10; {})]", 10 + count),
        None => "[range(10; 10 + length % 4)]".to_owned(),
    };
    let mut json = json!({"for": {"in": items}, "do": place.inside(&task.tasks, "")});
    put(
        &mut json,
        "while",
        task.condition.map(|when| condition(when, "error")),
    );
    json
}

fn raise(raise: &Raise) -> Json {
    let text = |before: &str, part: Part| match part {
        Part::Written(number) => json!(format!("{before}{number}")),
        Part::Computed => json!(format!("${{ \"{before}\" + (length % 2 | tostring) }}")),
    };
    let status = match raise.status {
        Part::Written(number) => json!(500 + number),
        Part::Computed => json!("${ 500 + length % 3 }"),
    };
    let mut error = json!({"type": text(&format!("{OWN_ROOT}e"), raise.kind), "status": status});
    put(&mut error, "title", raise.title.map(|part| text("t", part)));
    put(&mut error, "detail", raise.detail.map(|part| text("d", part)));
    put(
        &mut error,
        "instance",
        raise.instance.map(|part| text("/i", part)),
    );
    json!({"raise": {"error": error}})
}

fn tried(task: &Try, place: &Place<'_>) -> Json {
    let name = if task.named { "oops" } else { "error" };
    let when = |when: Option<Condition>| when.map(|when| condition(when, name));
    let mut catch = json!({"errors": {"with": filter(&task.filter)}});
    put(&mut catch, "as", task.named.then(|| json!(name)));
    put(&mut catch, "when", when(task.when));
    put(&mut catch, "exceptWhen", when(task.except_when));
    put(&mut catch, "then", task.then.map(|then| place.then(then)));
    if let Some(retry) = &task.retry {
        let mut policy = policy(retry);
        put(&mut policy, "when", when(retry.when));
        put(&mut policy, "exceptWhen", when(retry.except_when));
        catch["retry"] = policy;
    }
    if let Some(handler) = &task.handler {
        let names = format!("{}h_", place.name(place.at));
        let mut tasks = vec![json!({ format!("{names}0"): {"set": note(name)} })];
        for (at, task) in handler.iter().enumerate().skip(1) {
            let place = Place {
                names: &names,
                at,
                len: handler.len(),
            };
            tasks.push(json!({ place.name(at): written(task, &place) }));
        }
        catch["do"] = Json::Array(tasks);
    }
    json!({"try": place.inside(&task.tasks, ""), "catch": catch})
}

/// The end of each part of an error. Words of the engine count as a star.
fn note(name: &str) -> String {
    let own = "if . == \"d0\" or . == \"d1\" then . else \"*\" end";
    format!(
        "${{ . + (${name} | (.status | tostring) + .type[-2:] + .instance[-2:] + ((.title // \"-\") | .[-2:]) + (.detail | {own})) }}"
    )
}

fn filter(filter: &Filter) -> Json {
    let mut with = json!({});
    put(
        &mut with,
        "type",
        filter.kind.map(|kind| {
            let root = if kind.len() == 2 { OWN_ROOT } else { OTHER_ROOT };
            json!(format!("{root}{kind}"))
        }),
    );
    put(&mut with, "status", filter.status.map(|status| json!(status)));
    put(
        &mut with,
        "title",
        filter.title.map(|number| json!(format!("t{number}"))),
    );
    put(
        &mut with,
        "detail",
        filter.detail.map(|number| json!(format!("d{number}"))),
    );
    put(
        &mut with,
        "instance",
        filter.instance.map(|number| json!(format!("/i{number}"))),
    );
    with
}

fn policy(retry: &Retry) -> Json {
    let mut attempt = json!({"count": retry.count});
    put(
        &mut attempt,
        "duration",
        retry.attempt.map(|most| json!({"seconds": most})),
    );
    let mut limit = json!({"attempt": attempt});
    put(
        &mut limit,
        "duration",
        retry.total.map(|most| json!({"seconds": most})),
    );
    json!({"delay": {"seconds": retry.delay}, "backoff": {retry.backoff: {}}, "limit": limit})
}

fn condition(condition: Condition, error: &str) -> Json {
    json!(match condition {
        Condition::Longer(length) => format!("length > {length}"),
        Condition::Shorter(length) => format!("length <= {length}"),
        Condition::Odd => "length % 2 == 1".to_owned(),
        Condition::Status(status) => format!("${error}.status == {status}"),
        Condition::Broken => "error(\"broken\")".to_owned(),
    })
}

fn edit(edit: &Edit) -> Json {
    json!(match edit {
        Edit::Append(text) => format!(". + \"{text}\""),
        Edit::Input => ". + $input[-2:]".to_owned(),
        Edit::Broken => "error(\"broken\")".to_owned(),
    })
}
