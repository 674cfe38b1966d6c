//! What the language has and this profile does not: one sentence for each, given at parse time.

use crate::finding::Finding;

/// Tasks that are refused, with the reason.
const TASKS: [(&str, Refusal); 5] = [
    ("fork", Refusal::Later("running branches in parallel")),
    ("wait", Refusal::Later("waiting")),
    ("listen", Refusal::Later("listening to events")),
    ("emit", Refusal::Later("emitting events")),
    ("run", Refusal::Later("running other flows or scripts")),
];

/// Built-in functions that are refused.
const FUNCTIONS: [(&str, Refusal); 6] = [
    ("openapi", Refusal::Later("calling by an OpenAPI document")),
    ("grpc", Refusal::Later("gRPC")),
    ("mcp", Refusal::Later("MCP")),
    ("a2a", Refusal::Later("A2A")),
    (
        "asyncapi",
        Refusal::Never("message brokers are not reachable from flows"),
    ),
    ("graphql", Refusal::Later("GraphQL")),
];

/// Ways of `run` that are refused for good.
const RUNS: [(&str, Refusal); 4] = [
    ("shell", Refusal::Never("a flow never runs commands on a server")),
    ("container", Refusal::Never("a flow never starts containers")),
    ("script", Refusal::Later("running scripts")),
    ("workflow", Refusal::Later("running other flows")),
];

#[derive(Clone, Copy)]
enum Refusal {
    Later(&'static str),
    Never(&'static str),
}

impl Refusal {
    fn at(self, pointer: &str) -> Finding {
        match self {
            Self::Later(what) => Finding::error(
                pointer,
                "not_in_profile",
                format!("{what} is not in the profile yet"),
            ),
            Self::Never(why) => Finding::error(pointer, "never_in_profile", format!("not offered: {why}")),
        }
    }
}

/// The refusal of a task keyword.
pub(super) fn task(keyword: &str, value: &serde_json::Value, pointer: &str) -> Option<Finding> {
    if keyword == "run" {
        let way = RUNS.iter().find(|(way, _)| value.get(way).is_some());
        if let Some((_, refusal)) = way {
            let python = value
                .pointer("/script/language")
                .and_then(|language| language.as_str());
            if python.is_some_and(|language| language.starts_with("python")) {
                return Some(Refusal::Never("Python scripts are not run").at(pointer));
            }
            return Some(refusal.at(pointer));
        }
    }
    TASKS
        .iter()
        .find(|(name, _)| *name == keyword)
        .map(|(_, refusal)| refusal.at(pointer))
}

/// The refusal of a built-in function.
pub(super) fn function(name: &str, pointer: &str) -> Option<Finding> {
    FUNCTIONS
        .iter()
        .find(|(function, _)| *function == name)
        .map(|(_, refusal)| refusal.at(pointer))
}

/// The refusal of a key of the language that is not a task.
pub(super) fn key(what: &'static str, pointer: &str) -> Finding {
    Refusal::Later(what).at(pointer)
}

/// The refusal of something for good.
pub(super) fn never(why: &'static str, pointer: &str) -> Finding {
    Refusal::Never(why).at(pointer)
}
