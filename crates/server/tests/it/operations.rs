//! Requests made of the OpenAPI document: the smallest that each operation takes.

use std::sync::LazyLock;

use serde_json::{Value, json};
use testkit::{Contract, Operation};

/// What stands for a parameter or a field of this name, if it is known; else an example of the document does.
pub type Named<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// Operations that anybody may call, with the reason.
pub const PUBLIC: &[(&str, &str)] = &[
    ("auth_sign_up", "makes the credential"),
    ("auth_sign_in", "gives the credential"),
    ("healthz_get", "is asked by whoever restarts the server"),
    (
        "readyz_get",
        "is asked by load balancers, and tells no more than yes or no",
    ),
    ("openapi_get", "is the public documentation"),
];

/// Every operation of the document.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    Contract::of_this_release().operations().iter()
}

/// Those that need a credential.
pub fn guarded() -> impl Iterator<Item = &'static Operation> {
    operations().filter(|operation| !PUBLIC.iter().any(|(id, _)| *id == operation.id))
}

/// Does it happen in a workspace?
pub fn is_in_workspace(operation: &Operation) -> bool {
    takes(operation, "Guildhall-Workspace")
        || (operation.path.contains("{workspace}") && !is_operators(operation))
}

/// Is it for whoever runs the instance?
pub fn is_operators(operation: &Operation) -> bool {
    operation.path.starts_with("/v1/operator") || operation.path == "/metrics"
}

/// Does this kind of credential open it?
pub fn is_opened_by(operation: &Operation, credential: &str) -> bool {
    let mut ways = operation.described["security"].as_array().into_iter().flatten();
    ways.any(|way| way.get(credential).is_some())
}

/// Its parameters of path, query and headers.
pub fn parameters(operation: &Operation) -> impl Iterator<Item = &Value> {
    operation.described["parameters"].as_array().into_iter().flatten()
}

/// Has it a parameter of this name?
pub fn takes(operation: &Operation, name: &str) -> bool {
    parameters(operation).any(|parameter| parameter["name"] == name)
}

/// The path with every parameter in it, and the query with those that must be there and those asked for.
pub fn path(operation: &Operation, named: Named, also: &[&str]) -> String {
    let mut path = operation.path.clone();
    let mut query = Vec::new();
    for parameter in parameters(operation) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = named(name).unwrap_or_else(|| match &parameter["example"] {
            Value::Null => example(&parameter["schema"], named),
            example => example.clone(),
        });
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        path = path.replace(&format!("{{{name}}}"), &value);
        if parameter["in"] == "query" && (parameter["required"] == true || also.contains(&name)) {
            query.push(format!("{name}={value}"));
        }
    }
    if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// The schema of the body that it takes.
pub fn body_schema(operation: &Operation) -> Option<&Value> {
    let schema = &operation.described["requestBody"]["content"]["application/json"]["schema"];
    (!schema.is_null()).then(|| resolved(schema))
}

/// A body with what is required and what is known, as small as the document allows.
pub fn body(operation: &Operation, named: Named) -> Option<Value> {
    body_schema(operation).map(|schema| example(schema, named))
}

/// Made once: it is large.
static DOCUMENT: LazyLock<Value> = LazyLock::new(server::document);

/// What a reference leads to; anything else is itself.
pub fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(&Value::Null),
        None => schema,
    }
}

fn example(schema: &Value, named: Named) -> Value {
    let schema = resolved(schema);
    let is_required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|required| required.iter().any(|one| one == name))
    };
    match schema["type"].as_str() {
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let given = |(name, schema): (&String, &Value)| match named(name) {
                Some(value) => Some((name.clone(), value)),
                None => is_required(name).then(|| (name.clone(), example(schema, named))),
            };
            fields.filter_map(given).collect()
        }
        Some("array") => json!([]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        _ => schema["examples"][0]
            .as_str()
            .or(schema["example"].as_str())
            .or(schema["enum"][0].as_str())
            .unwrap_or("example")
            .into(),
    }
}
