//! Every operation of the document: without a credential 401, with too little 403, with what is another workspace's
//! 404. Generated from the document, so that a new route is swept from its first day.

use std::{fmt::Write, sync::LazyLock};

use domain::access::Role;
use http::Method;
use serde_json::{Value, json};
use testkit::{Actor, Answer, Contract, Operation};

/// Operations that anybody may call, with the reason.
const PUBLIC: &[(&str, &str)] = &[
    ("auth_sign_up", "makes the credential"),
    ("auth_sign_in", "gives the credential"),
    ("healthz_get", "is asked by whoever restarts the server"),
    (
        "readyz_get",
        "is asked by load balancers, and tells no more than yes or no",
    ),
    ("openapi_get", "is the public documentation"),
];

/// Operations in a workspace that every member may call, whatever his role, with the reason.
const FOR_EVERY_MEMBER: &[(&str, &str)] = &[
    ("workspaces_view", "even a guest sees where he is"),
    (
        "workspaces_restore",
        "finds deleted workspaces alone; its refusal is a test of workspaces",
    ),
    ("actors_list", "names alone, of who is in the workspace"),
    ("permissions_list", "the policy itself, which is no secret"),
    ("flows_list", "a guest runs flows"),
    ("flows_view", "a guest runs flows"),
    ("flow_versions_list", "a guest runs flows"),
    ("flow_versions_view", "a guest runs flows"),
    ("deployments_list", "a guest runs flows"),
    ("flow_call", "a guest runs flows"),
    ("runs_list", "a guest sees his own runs"),
    ("runs_view", "a guest sees his own runs"),
    ("runs_steps", "a guest sees his own runs"),
];

fn operations() -> impl Iterator<Item = &'static Operation> {
    Contract::of_this_release().operations().iter()
}

/// Does it happen in a workspace?
fn is_in_workspace(operation: &Operation) -> bool {
    let takes_header = operation.described["parameters"]
        .as_array()
        .is_some_and(|parameters| {
            parameters
                .iter()
                .any(|parameter| parameter["name"] == "Guildhall-Workspace")
        });
    takes_header || (operation.path.contains("{workspace}") && !is_operators(operation))
}

/// Is it for whoever runs the instance?
fn is_operators(operation: &Operation) -> bool {
    operation.path.starts_with("/v1/operator") || operation.path == "/metrics"
}

/// The path with ids that exist nowhere, the workspace that is given, and the query parameters that must be there.
fn path(operation: &Operation, workspace: &str) -> String {
    let parameters = operation.described["parameters"].as_array().into_iter().flatten();
    let mut path = operation.path.replace("{workspace}", workspace);
    let mut query = Vec::new();
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = match parameter["example"].as_str() {
            Some(example) => example.to_owned(),
            None => example(&parameter["schema"]).as_str().unwrap_or("1").to_owned(),
        };
        path = path.replace(&format!("{{{name}}}"), &value);
        if parameter["in"] == "query" && parameter["required"] == true {
            query.push(format!("{name}={value}"));
        }
    }
    if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// A body with what is required, as small as the document allows.
fn body(operation: &Operation) -> Option<Value> {
    let schema = &operation.described["requestBody"]["content"]["application/json"]["schema"];
    (!schema.is_null()).then(|| example(schema))
}

/// Made once: it is large.
static DOCUMENT: LazyLock<Value> = LazyLock::new(server::document);

fn example(schema: &Value) -> Value {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .cloned()
            .unwrap_or_default(),
        None => schema.clone(),
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    match schema["type"].as_str() {
        Some("object") => required
            .iter()
            .filter_map(Value::as_str)
            .map(|name| (name.to_owned(), example(&schema["properties"][name])))
            .collect(),
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

async fn send(actor: &Actor, operation: &Operation, workspace: &str) -> Answer {
    let call = actor.call(operation.method.clone(), &path(operation, workspace));
    match body(operation) {
        Some(body) => call.json(body).await,
        None => call.await,
    }
}

testkit::both! {
    async fn without_a_credential_nothing_opens(app: TestApp) {
        let anonymous = app.anonymous();
        for operation in operations().filter(|operation| !PUBLIC.iter().any(|(id, _)| *id == operation.id)) {
            let answer = send(&anonymous, operation, "nowhere").await;
            assert_eq!(answer.status, 401, "{}: {}", operation.id, answer.text());
            assert_ne!(operation.described["security"], json!(null), "{} tells no way to sign in", operation.id);
        }
    }

    async fn whatever_is_another_workspaces_is_not_found(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let intruder = stranger.in_workspace(owner.workspace());
        for operation in operations().filter(|operation| is_in_workspace(operation)) {
            let answer = send(&intruder, operation, owner.workspace()).await;
            assert_eq!(answer.status, 404, "{}: {}", operation.id, answer.text());
        }
    }

    async fn who_may_little_is_refused_what_changes(app: TestApp) {
        let owner = app.owner().await;
        let guest = app.member(&owner, domain::access::Role::Guest).await;
        let in_workspace = operations().filter(|operation| is_in_workspace(operation));
        for operation in in_workspace.filter(|operation| !FOR_EVERY_MEMBER.iter().any(|(id, _)| *id == operation.id)) {
            let answer = send(&guest, operation, owner.workspace()).await;
            assert_eq!(answer.status, 403, "{}: {}", operation.id, answer.text());
        }
    }

    async fn a_service_token_is_told_that_it_is_for_the_operators_own_systems(app: TestApp) {
        let operator = app.operator().await;
        let made = operator.post("/v1/operator/service-tokens", json!({"name": "api"})).await.created();
        let token = app.key(made["token"].as_str().unwrap());
        for operation in operations().filter(|operation| is_in_workspace(operation)) {
            send(&token, operation, operator.workspace()).await.problem(403, "credential_kind_denied");
        }
        token.get("/v1/me").await.problem(403, "credential_kind_denied");
        token.get("/v1/operator/workspaces").await.ok();
    }

    async fn a_key_that_is_not_good_opens_nothing_and_is_told_why(app: TestApp) {
        let operator = app.operator().await;
        let owner = app.owner().await;
        let all = owner.get("/v1/permissions").await.ok()["items"].clone();
        let grantable = all.as_array().unwrap().iter().filter(|one| one["grantable"] == true);
        let permissions: Vec<_> = grantable.map(|one| one["name"].clone()).collect();
        let expires_at = app.clock_plus(types::Duration::from_minutes(1));
        let made = async |more: Value| {
            let mut body = json!({"name": "key", "permissions": permissions});
            body.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
            let made = owner.post("/v1/keys", body).await.created();
            (app.key(made["key"].as_str().unwrap()), format!("/v1/keys/{}", made["id"].as_str().unwrap()))
        };
        let (revoked, path) = made(json!({})).await;
        owner.post_empty(&format!("{path}/revoke")).await.ok();
        let (expired, _) = made(json!({"expires_at": expires_at})).await;
        app.advance(types::Duration::from_minutes(1));
        let (elsewhere, _) = made(json!({"addresses": ["203.0.113.0/24"]})).await;
        let (hasty, _) = made(json!({"rate_limit_per_minute": 1})).await;
        hasty.get("/v1/keys").await.ok();
        let (good, _) = made(json!({})).await;
        good.get("/v1/keys").await.ok();
        let sweep = async |key: &Actor, status: u16, code: &str| {
            for operation in operations().filter(|operation| !PUBLIC.iter().any(|(id, _)| *id == operation.id)) {
                let answer = send(key, operation, owner.workspace()).await;
                assert_eq!((answer.status.as_u16(), &answer.body["code"]), (status, &json!(code)), "{}", operation.id);
            }
        };
        sweep(&revoked, 401, "credential_revoked").await;
        sweep(&expired, 401, "credential_expired").await;
        sweep(&elsewhere, 403, "address_denied").await;
        sweep(&hasty, 429, "rate_limited").await;
        operator.post_empty(&format!("/v1/operator/workspaces/{}/suspend", owner.workspace())).await.ok();
        sweep(&good, 403, "workspace_suspended").await;
    }

    async fn who_may_use_which_route_is_as_the_golden_file_says(app: TestApp) {
        let operator = app.operator().await;
        let owner = app.owner().await;
        let mut actors = vec![("anonymous", app.anonymous())];
        for role in Role::ALL.iter().rev().filter(|role| **role != Role::Owner) {
            actors.push((role.as_str(), app.member(&owner, *role).await));
        }
        actors.push(("owner", owner.clone()));
        let listed = owner.get("/v1/permissions").await.ok()["items"].clone();
        let grantable = listed.as_array().unwrap().iter().filter(|one| one["grantable"] == true);
        let permissions: Vec<_> = grantable.map(|one| one["name"].clone()).collect();
        actors.push(("key", app.key_of(&owner, json!({"name": "all", "permissions": permissions})).await));
        let made = operator.post("/v1/operator/service-tokens", json!({"name": "all"})).await.created();
        actors.push(("token", app.key(made["token"].as_str().unwrap())));
        actors.push(("operator", operator));

        let mut table = format!("{:<34}", "operation");
        actors.iter().for_each(|(name, _)| write!(table, "{name:<10}").unwrap());
        // Who signs out or changes his password is not the same afterwards.
        for operation in operations().filter(|operation| !operation.id.starts_with("auth_")) {
            table.truncate(table.trim_end().len());
            write!(table, "\n{:<34}", operation.id).unwrap();
            for (_, actor) in &actors {
                let workspace = if actor.workspace().is_empty() { owner.workspace() } else { actor.workspace() };
                let answer = send(actor, operation, workspace).await;
                // What is not there is refused later than who may not.
                let cell = if [401, 403].contains(&answer.status.as_u16()) { answer.status.as_str() } else { "may" };
                write!(table, "{cell:<10}").unwrap();
            }
        }
        let table = table.trim_end().to_owned() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/routes.golden.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &table).unwrap();
        }
        assert_eq!(table, std::fs::read_to_string(path).unwrap_or_default());
    }

    async fn who_runs_nothing_is_refused_what_is_the_operators(app: TestApp) {
        let owner = app.owner().await;
        for operation in operations().filter(|operation| is_operators(operation)) {
            let answer = send(&owner, operation, owner.workspace()).await;
            assert_eq!(answer.status, 403, "{}: {}", operation.id, answer.text());
        }
    }
}

#[test]
fn every_exception_of_the_sweep_names_an_operation() {
    for (id, _) in PUBLIC.iter().chain(FOR_EVERY_MEMBER) {
        assert!(
            operations().any(|operation| operation.id == *id),
            "{id} is no operation any more"
        );
    }
    assert!(operations().any(|operation| operation.method == Method::POST));
}
