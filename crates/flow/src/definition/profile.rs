//! What the language has and this profile does not: one sentence for each, given at parse time, and what to write
//! instead.

use crate::finding::Finding;

/// A name of the language, why it is refused, what does instead.
type Refused = (&'static str, Refusal, &'static str);

/// Tasks that are refused.
const TASKS: [Refused; 5] = [
    (
        "fork",
        Refusal::Later("running branches in parallel"),
        "the branches one after the other, in `do`",
    ),
    (
        "wait",
        Refusal::Later("waiting"),
        "let the caller wait, and call a second flow then",
    ),
    (
        "listen",
        Refusal::Later("listening to events"),
        "call the flow with the event as its input",
    ),
    (
        "emit",
        Refusal::Later("emitting events"),
        "`call: http` of whoever wants to know",
    ),
    (
        "run",
        Refusal::Later("running other flows or scripts"),
        IN_THE_FLOW,
    ),
];

/// Built-in functions that are refused.
const FUNCTIONS: [Refused; 6] = [
    (
        "openapi",
        Refusal::Later("calling by an OpenAPI document"),
        "`call: http` with the method and the endpoint of the operation",
    ),
    ("grpc", Refusal::Later("gRPC"), OVER_HTTP),
    ("mcp", Refusal::Later("MCP"), OVER_HTTP),
    ("a2a", Refusal::Later("A2A"), OVER_HTTP),
    (
        "asyncapi",
        Refusal::Never("message brokers are not reachable from flows"),
        OVER_HTTP,
    ),
    ("graphql", Refusal::Later("GraphQL"), OVER_HTTP),
];

/// Ways of `run` that are refused.
const RUNS: [Refused; 4] = [
    (
        "shell",
        Refusal::Never("a flow never runs commands on a server"),
        OVER_HTTP,
    ),
    (
        "container",
        Refusal::Never("a flow never starts containers"),
        OVER_HTTP,
    ),
    ("script", Refusal::Later("running scripts"), IN_THE_FLOW),
    ("workflow", Refusal::Later("running other flows"), IN_THE_FLOW),
];

const OVER_HTTP: &str = "`call: http` of a service that does it";
const IN_THE_FLOW: &str = "a function in `use.functions`, or a jq expression";

/// Instead of an authentication policy.
pub(super) const HEADER: &str = "send a header: `Authorization: '${ \"Bearer \\($secrets.TOKEN)\" }'`";

#[derive(Clone, Copy)]
enum Refusal {
    Later(&'static str),
    Never(&'static str),
}

impl Refusal {
    fn at(self, pointer: &str, instead: &str) -> Finding {
        let finding = match self {
            Self::Later(what) => Finding::error(
                pointer,
                "not_in_profile",
                format!("{what} is not in the profile yet"),
            ),
            Self::Never(why) => Finding::error(pointer, "never_in_profile", format!("not offered: {why}")),
        };
        finding.suggest(instead)
    }
}

/// The refusal of a task keyword.
pub(super) fn task(keyword: &str, value: &serde_json::Value, pointer: &str) -> Option<Finding> {
    if keyword == "run" {
        let way = RUNS.iter().find(|(way, ..)| value.get(way).is_some());
        if let Some((_, refusal, instead)) = way {
            let python = value
                .pointer("/script/language")
                .and_then(|language| language.as_str());
            if python.is_some_and(|language| language.starts_with("python")) {
                return Some(Refusal::Never("Python scripts are not run").at(pointer, instead));
            }
            return Some(refusal.at(pointer, instead));
        }
    }
    find(&TASKS, keyword, pointer)
}

/// The refusal of a built-in function.
pub(super) fn function(name: &str, pointer: &str) -> Option<Finding> {
    find(&FUNCTIONS, name, pointer)
}

fn find(table: &[Refused], name: &str, pointer: &str) -> Option<Finding> {
    let (_, refusal, instead) = table.iter().find(|(refused, ..)| *refused == name)?;
    Some(refusal.at(pointer, instead))
}

/// The refusal of a key of the language that is not a task.
pub(super) fn key(what: &'static str, instead: &str, pointer: &str) -> Finding {
    Refusal::Later(what).at(pointer, instead)
}

/// The refusal of something for good.
pub(super) fn never(why: &'static str, instead: &str, pointer: &str) -> Finding {
    Refusal::Never(why).at(pointer, instead)
}
