//! What is changed is recorded: every operation that changes something leaves its row in the audit log and its event in
//! the outbox, and what is refused or sent again leaves nothing. A new operation needs its line here.

use std::collections::BTreeMap;

use domain::{
    access::{Actor as By, Role},
    testing::{AuditRow, Records},
};
use http::StatusCode;
use serde_json::{Value, json};
use testkit::{Actor, Answer, Call, Operation, PASSWORD, TestApp};
use types::WorkspaceId;

use crate::{
    calls::GREET,
    operations::{PUBLIC, body, body_schema, is_in_workspace, is_operators, operations, takes},
    sweep::FOR_EVERY_MEMBER,
    things::{Things, ask},
};

/// Operations that leave one row in the audit log, with its action; in an order in which each finds what it needs.
const RECORDED: &[(&str, &str)] = &[
    ("auth_sign_in", "user.signed_in"),
    ("caps_set", "cap.set"),
    ("caps_remove", "cap.removed"),
    ("flows_create", "flow.created"),
    ("flows_update", "flow.changed"),
    ("flow_draft_save", "flow.draft_saved"),
    ("flow_versions_create", "flow.version_saved"),
    ("deployments_create", "deployment.made"),
    ("flows_delete", "flow.deleted"),
    ("flows_restore", "flow.restored"),
    ("keys_create", "key.created"),
    ("keys_update", "key.changed"),
    ("keys_rotate", "key.rotated"),
    ("keys_revoke", "key.revoked"),
    ("keys_delete", "key.deleted"),
    ("me_update", "user.changed"),
    ("sessions_end", "session.ended"),
    ("me_change_password", "user.password_changed"),
    ("operator_permissions_register", "permission.registered"),
    ("operator_permissions_delete", "permission.deleted"),
    ("operator_prices_set", "price.set"),
    ("operator_prices_remove", "price.removed"),
    ("operator_service_tokens_create", "service_token.created"),
    ("operator_service_tokens_update", "service_token.changed"),
    ("operator_service_tokens_rotate", "service_token.rotated"),
    ("operator_service_tokens_revoke", "service_token.revoked"),
    ("operator_service_tokens_delete", "service_token.deleted"),
    ("operator_settings_update", "settings.changed"),
    ("operator_grants_create", "credits.granted"),
    ("operator_adjustments_create", "credits.adjusted"),
    ("operator_usage_refund", "usage.refunded"),
    ("operator_users_disable", "user.disabled"),
    ("operator_users_enable", "user.enabled"),
    ("operator_users_promote", "user.promoted"),
    ("operator_workspaces_suspend", "workspace.suspended"),
    ("operator_workspaces_unsuspend", "workspace.unsuspended"),
    ("workspaces_create", "workspace.created"),
    ("workspaces_update", "workspace.changed"),
    ("workspaces_delete", "workspace.deleted"),
    ("workspaces_restore", "workspace.restored"),
    ("auth_sign_out", "session.ended"),
];

/// Operations that leave another number of rows, with the reason. They are asked first.
const OTHERWISE: &[(&str, &[&str], &str)] = &[
    (
        "auth_sign_up",
        &["user.signed_up", "workspace.created"],
        "makes a person, and the workspace that everybody has",
    ),
    ("flow_call", &[], "the ledger is the record of a charge"),
    ("flow_draft_run", &[], "the ledger is the record of a charge"),
    ("operator_verify", &[], "the ledger is the record of a charge"),
    (
        "operator_holds_settle",
        &[],
        "the ledger is the record of a charge",
    ),
    ("operator_holds_void", &[], "the ledger is the record of a hold"),
    ("flow_check", &[], "changes nothing"),
    ("flow_quote", &[], "changes nothing"),
];

/// Every line: what an operation leaves.
fn lines() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let otherwise = OTHERWISE.iter().map(|(id, actions, _)| (*id, *actions));
    let one = |(id, action): &'static (&str, &str)| (*id, std::slice::from_ref(action));
    otherwise.chain(RECORDED.iter().map(one))
}

#[test]
fn every_operation_that_changes_something_has_its_line() {
    for operation in operations().filter(|operation| !operation.method.is_safe()) {
        let count = lines().filter(|(id, _)| *id == operation.id).count();
        assert_eq!(
            count, 1,
            "{}: give it one line, in `RECORDED` with the action of its audit row, or in `OTHERWISE` with the reason why \
             it leaves none or several",
            operation.id
        );
    }
    for (id, _) in lines() {
        let exists = operations().any(|operation| operation.id == id);
        assert!(exists, "{id} is no operation any more");
    }
}

/// A furnished workspace of somebody who may do everything, and a guest in it who may do nothing of it.
struct Scene {
    app: TestApp,
    things: Things,
    guest: Actor,
    /// By operation and field: what is not as in the furnished workspace.
    otherwise: BTreeMap<&'static str, Value>,
}

impl Scene {
    async fn of(app: &TestApp) -> Self {
        let operator = app.operator().await;
        let things = Things::of(app, &operator, &operator, "xanadu").await;
        let guest = app.member(&operator, Role::Guest).await;
        let key = operator
            .post("/v1/keys", json!({"name": "buyer"}))
            .await
            .created()["key"]
            .clone();
        let hold = json!({"key": key, "credits": "1", "mode": "hold"});
        let hold = operator.post("/v1/operator/verify", hold).await.ok()["hold"].clone();
        let otherwise = [
            (
                "auth_sign_up",
                json!({"email": "new@example.com", "password": PASSWORD}),
            ),
            ("auth_sign_in", json!({"password": PASSWORD})),
            ("operator_verify", json!({"key": key, "permission": null})),
            ("operator_holds_settle", json!({"hold": hold})),
            (
                "flow_versions_create",
                json!({"definition": GREET.replace("Hello", "Welcome")}),
            ),
            (
                "me_change_password",
                json!({"current_password": PASSWORD, "password": "another good long password"}),
            ),
        ];
        Self {
            app: app.clone(),
            things,
            guest,
            otherwise: otherwise.into(),
        }
    }

    fn named(&self, operation: &Operation, name: &str) -> Option<Value> {
        let otherwise = self
            .otherwise
            .get(&*operation.id)
            .and_then(|fields| fields.get(name));
        otherwise.cloned().or_else(|| self.things.named(name))
    }

    /// The request that succeeds when he sends it who may.
    fn ask(&self, actor: &Actor, operation: &Operation) -> Call {
        let call = ask(
            actor,
            operation,
            &|name| self.named(operation, name),
            &["subject_id"],
        );
        match operation.id.as_str() {
            "flow_call" | "flow_draft_run" | "flow_quote" => call.json(json!({"name": "Ada"})),
            _ => call,
        }
    }

    /// Who may.
    fn doer(&self, operation: &Operation) -> Actor {
        match PUBLIC.iter().any(|(id, _)| *id == operation.id) {
            true => self.app.anonymous(),
            false => self.things.owner.clone(),
        }
    }

    /// Who may not; `None` where everybody may.
    fn idler(&self, operation: &Operation) -> Option<Actor> {
        let is_listed = |listed: &[(&str, &str)]| listed.iter().any(|(id, _)| *id == operation.id);
        let is_by_role = is_in_workspace(operation) || is_operators(operation);
        match (is_listed(PUBLIC), is_by_role && !is_listed(FOR_EVERY_MEMBER)) {
            (true, _) => None,
            (_, true) => Some(self.guest.clone()),
            (_, false) => Some(self.app.anonymous()),
        }
    }

    /// The same with a field that there is not; `None` where any body will do.
    fn ask_wrongly(&self, operation: &Operation) -> Option<Call> {
        body_schema(operation).filter(|schema| schema["properties"].is_object())?;
        let mut body = body(operation, &|name| self.named(operation, name))?;
        body["colour"] = json!("red");
        Some(self.ask(&self.doer(operation), operation).json(body))
    }

    /// Fails the test unless the request ends like that and leaves no record.
    async fn leaves_nothing(&self, call: Call, ends: impl FnOnce(StatusCode) -> bool) -> Answer {
        let answer = call.await;
        let about = format!(
            "{} {}: {} {}",
            answer.method,
            answer.path,
            answer.status,
            answer.text()
        );
        assert!(ends(answer.status), "{about}");
        assert_eq!(self.app.take_records().await, Records::default(), "{about}");
        answer
    }

    /// What the answered request must have left.
    fn expected(&self, operation: &Operation, actions: &[&str], answer: &Answer) -> Records {
        let user = answer.body.pointer("/user/id").and_then(Value::as_str);
        let user = user.unwrap_or(self.things.owner.user()).parse().unwrap();
        let request_id = answer.header("guildhall-request-id").unwrap();
        let event = |action: &&str| ((*action).to_owned(), self.whose(operation, action, answer));
        let audit = |(action, workspace)| AuditRow {
            action,
            workspace,
            actor: By::User(user),
            request_id: Some(request_id.parse().unwrap()),
        };
        Records {
            audit: actions.iter().map(event).map(audit).collect(),
            outbox: actions.iter().map(event).collect(),
        }
    }

    /// The workspace that a change belongs to; `None` for the instance.
    fn whose(&self, operation: &Operation, action: &str, answer: &Answer) -> Option<WorkspaceId> {
        let is_of_one = |part: &&str| operation.path.contains(*part);
        let text = match action {
            "workspace.created" => {
                let made = answer.body.pointer("/workspace/id");
                made.unwrap_or(&answer.body["id"]).as_str().unwrap()
            }
            _ if is_in_workspace(operation) || ["{workspace}", "{usage}"].iter().any(is_of_one) => {
                self.things.owner.workspace()
            }
            _ => return None,
        };
        Some(text.parse().unwrap())
    }
}

testkit::both! {
    async fn what_is_changed_is_recorded_and_what_is_refused_fails_or_was_done_before_is_not(app: TestApp) {
        let scene = Scene::of(&app).await;
        app.take_records().await;
        for (id, actions) in lines() {
            let operation = operations().find(|operation| operation.id == id).unwrap();
            let idle = scene.idler(operation).map(|actor| scene.ask(&actor, operation));
            for refused in idle.into_iter().chain(scene.ask_wrongly(operation)) {
                scene.leaves_nothing(refused, |status| status.is_client_error()).await;
            }
            let ask = || scene.ask(&scene.doer(operation), operation).header("idempotency-key", id);
            if !actions.is_empty() {
                // In one transaction with what is done: without the one there is not the other.
                app.sql("ALTER TABLE outbox RENAME TO mislaid").await;
                let failed = ask().await;
                app.sql("ALTER TABLE mislaid RENAME TO outbox").await;
                assert!(failed.status.is_server_error(), "{id}: {}", failed.text());
                assert_eq!(app.take_records().await, Records::default(), "{id} failed");
            }
            let done = ask().await;
            assert!(done.status.is_success(), "{id}: {}", done.text());
            assert_eq!(app.take_records().await, scene.expected(operation, actions, &done), "{id}");
            if takes(operation, "Idempotency-Key") {
                let again = scene.leaves_nothing(ask(), |_| true).await;
                let marks = [&done, &again].map(|answer| answer.header("guildhall-idempotent-replay"));
                // What is deleted is looked for before its key.
                let is_gone = id == "workspaces_delete" && again.status == 404;
                assert!(is_gone || marks == [None, Some("true")], "{id}: {marks:?}");
            }
        }
    }
}
