//! Every operation of the document: without a credential 401, with too little 403, with what is another workspace's
//! 404. Generated from the document, so that a new route is swept from its first day.

use std::{collections::BTreeMap, fmt::Write};

use domain::access::{OperatorPermission, Role};
use http::Method;
use serde_json::{Value, json};
use testkit::{Actor, Answer, Operation, TestApp};

use crate::{
    operations::{PUBLIC, body, guarded, is_in_workspace, is_opened_by, is_operators, operations, path},
    things::{Things, ask},
};

/// Operations in a workspace that every member may call, whatever his role, with the reason.
pub const FOR_EVERY_MEMBER: &[(&str, &str)] = &[
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

/// Keys of a workspace or service tokens of the instance, each made when somebody of its permissions is needed.
struct Machines<'a> {
    app: &'a TestApp,
    maker: &'a Actor,
    /// Where they are made, and the field that tells their credential.
    made_at: (&'static str, &'static str),
    /// Every permission that they can have.
    all: Vec<String>,
    made: BTreeMap<Vec<String>, Actor>,
}

impl Machines<'_> {
    /// One that may do this and nothing else.
    async fn with(&mut self, permissions: &[String]) -> Actor {
        if let Some(machine) = self.made.get(permissions) {
            return machine.clone();
        }
        let (path, field) = self.made_at;
        let body = json!({"name": "machine", "permissions": permissions});
        let made = self.maker.post(path, body).await.created();
        let machine = self.app.key(made[field].as_str().unwrap());
        self.made.insert(permissions.to_vec(), machine.clone());
        machine
    }

    /// The permissions without which an operation is refused, whatever else a machine may do.
    async fn needed(&mut self, operation: &Operation, things: &Things) -> Vec<String> {
        let mut told: Vec<String> = Vec::new();
        while let Some(permission) = self.lacks(&told.clone(), operation, things).await {
            assert!(
                !told.contains(&permission),
                "{}: {permission} is there",
                operation.id
            );
            told.push(permission);
        }
        let mut needed = Vec::new();
        for permission in told {
            match self.lacks(&self.all_but(&permission), operation, things).await {
                Some(lacking) => assert_eq!(lacking, permission, "{}", operation.id),
                // Another one opens it as well.
                None => continue,
            }
            needed.push(permission);
        }
        let lacking = self.lacks(&needed, operation, things).await;
        assert_eq!(lacking, None, "{} needs more than {needed:?}", operation.id);
        needed
    }

    fn all_but(&self, permission: &str) -> Vec<String> {
        let others = self.all.iter().filter(|one| *one != permission);
        others.cloned().collect()
    }

    /// The permission for want of which one is refused who may do this.
    async fn lacks(
        &mut self,
        permissions: &[String],
        operation: &Operation,
        things: &Things,
    ) -> Option<String> {
        // A new one each time: what is deleted is found by nobody, whatever he may do.
        let body = json!({"name": "another", "permissions": []});
        let key = self.maker.post("/v1/keys", body).await.created()["id"].clone();
        let named = |name: &str| {
            if name == "key" {
                Some(key.clone())
            } else {
                things.named(name)
            }
        };
        lacking(&ask(&self.with(permissions).await, operation, &named, &[]).await)
    }
}

/// The permission that an answer says is missing.
fn lacking(answer: &Answer) -> Option<String> {
    if answer.body["code"] != "permission_denied" {
        assert!(
            ![401, 403].contains(&answer.status.as_u16()),
            "{}: {}",
            answer.path,
            answer.text()
        );
        return None;
    }
    Some(answer.body["permission"].as_str().unwrap().to_owned())
}

/// Fails the test unless the committed table says the same. Who asks for it has it written.
#[track_caller]
fn assert_golden(name: &str, table: &str) {
    let path = format!("{}/tests/it/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(path).unwrap_or_default());
}

/// Sends an operation with ids that exist nowhere, in this workspace.
async fn send(actor: &Actor, operation: &Operation, workspace: &str) -> Answer {
    let named = |name: &str| (name == "workspace").then(|| workspace.into());
    let call = actor.call(operation.method.clone(), &path(operation, &named, &[]));
    match body(operation, &named) {
        Some(body) => call.json(body).await,
        None => call.await,
    }
}

testkit::both! {
    async fn without_a_credential_nothing_opens(app: TestApp) {
        let anonymous = app.anonymous();
        for operation in guarded() {
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
            for operation in guarded() {
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
        assert_golden("routes.golden.txt", &table);
    }

    async fn a_machine_that_may_do_all_but_what_an_operation_needs_is_refused_as_the_golden_file_says(app: TestApp) {
        let operator = app.operator().await;
        let things = Things::of(&app, &operator, &operator, "xanadu").await;
        let listed = operator.get("/v1/permissions").await.ok()["items"].clone();
        let grantable = listed.as_array().unwrap().iter().filter(|one| one["grantable"] == true);
        let machines = |made_at, all| Machines { app: &app, maker: &operator, made_at, all, made: BTreeMap::new() };
        let mut keys = machines(("/v1/keys", "key"), grantable.map(|one| one["name"].as_str().unwrap().to_owned()).collect());
        let all = OperatorPermission::ALL.iter().map(ToString::to_string).collect();
        let mut tokens = machines(("/v1/operator/service-tokens", "token"), all);

        // What ends things comes last, and the instance, which can shut the workspace, after it.
        let mut operations: Vec<_> = guarded().collect();
        operations.sort_by_key(|operation| (is_operators(operation), operation.method == Method::DELETE));
        let mut rows = BTreeMap::new();
        for operation in operations {
            let needed = match (is_opened_by(operation, "api_key"), is_opened_by(operation, "service_token")) {
                (true, false) => keys.needed(operation, &things).await,
                (false, true) => tokens.needed(operation, &things).await,
                _ => continue,
            };
            assert!(!needed.is_empty(), "{} is open to every machine", operation.id);
            rows.insert(&operation.id, needed.join(" "));
        }
        let mut table = format!("{:<34}needs\n", "operation");
        for (id, needed) in guarded().filter_map(|operation| Some((&operation.id, rows.get(&operation.id)?))) {
            writeln!(table, "{id:<34}{needed}").unwrap();
        }
        assert_golden("permissions.golden.txt", &table);
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
