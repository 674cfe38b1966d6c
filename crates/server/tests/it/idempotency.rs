//! Repeated requests are done once.

use serde_json::json;
use std::future::IntoFuture;

use testkit::PASSWORD;
use types::Duration;

use crate::operations::{operations, takes};

/// Unsafe operations without an `Idempotency-Key`, with the reason.
const WITHOUT_KEY: &[(&str, &str)] = &[
    ("auth_sign_up", "there is nobody yet whose key it would be"),
    ("auth_sign_in", "there is nobody yet whose key it would be"),
    ("auth_sign_out", "ends the session whose key it would be"),
    ("flow_check", "changes nothing"),
    ("flow_quote", "changes nothing"),
];

#[test]
fn every_operation_that_changes_something_takes_an_idempotency_key() {
    let without: std::collections::BTreeSet<_> = operations()
        .filter(|operation| !operation.method.is_safe() && !takes(operation, "Idempotency-Key"))
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(without, WITHOUT_KEY.iter().map(|(id, _)| *id).collect());
}

testkit::both! {
    async fn the_same_request_twice_is_done_once(app: TestApp) {
        let owner = app.owner().await;
        let create = || owner.post("/v1/workspaces", json!({"name": "Acme"})).header("idempotency-key", "k1");
        let (first, second) = (create().await, create().await);
        assert_eq!(second.header("location"), first.header("location"));
        assert_eq!((first.header("guildhall-idempotent-replay"), second.header("guildhall-idempotent-replay")), (None, Some("true")));
        assert_eq!(first.created(), second.created());
        assert_eq!(owner.get("/v1/workspaces").await.ok()["items"].as_array().unwrap().len(), 2);
    }

    async fn the_same_requests_at_once_are_done_once(app: TestApp) {
        let owner = app.owner().await;
        let calls: Vec<_> = (0..10)
            .map(|_| tokio::spawn(owner.post("/v1/workspaces", json!({"name": "Acme"})).header("idempotency-key", "k1").into_future()))
            .collect();
        let mut created = 0;
        for call in calls {
            let answer = call.await.unwrap();
            match answer.status.as_u16() {
                201 => created += 1,
                _ => {
                    assert_eq!(answer.header("retry-after"), Some("1"));
                    answer.problem(409, "idempotency_in_progress");
                }
            }
        }
        assert!(created >= 1);
        assert_eq!(owner.get("/v1/workspaces").await.ok()["items"].as_array().unwrap().len(), 2);
    }

    async fn a_key_belongs_to_a_body_a_route_and_a_person(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let create = |actor: &testkit::Actor, name: &str| {
            actor.post("/v1/workspaces", json!({"name": name})).header("idempotency-key", "k1")
        };
        create(&owner, "Acme").await.created();
        create(&owner, "Other").await.problem(409, "idempotency_mismatch");
        create(&stranger, "Other").await.created();
        owner.patch("/v1/me", json!({"name": "Grace"})).header("idempotency-key", "k1").await.ok();
        app.advance(Duration::from_hours(25));
        create(&owner, "Other").await.created();
    }

    async fn a_cap_is_set_and_removed_once_for_a_key(app: TestApp) {
        let owner = app.owner().await;
        let cap = |period: &str, credits: &str| json!({"subject_kind": "workspace", "period": period, "credits": credits});
        let remove = |period: &str| {
            owner.delete(&format!("/v1/caps?subject_kind=workspace&period={period}")).header("idempotency-key", "k2")
        };
        let set = |credits: &str| owner.put("/v1/caps", cap("day", credits)).header("idempotency-key", "k1");
        let first = set("5").await.ok();
        owner.put("/v1/caps", cap("day", "7")).await.ok();
        assert_eq!(set("5").await.ok(), first);
        set("6").await.problem(409, "idempotency_mismatch");
        let caps = owner.get("/v1/caps").await.ok();
        assert_eq!(caps["items"][0]["credits"], "7", "not set again");

        remove("day").await.no_content();
        owner.put("/v1/caps", cap("day", "8")).await.ok();
        owner.put("/v1/caps", cap("month", "9")).await.ok();
        remove("day").await.no_content();
        remove("month").await.problem(409, "idempotency_mismatch");
        assert_eq!(owner.get("/v1/caps").await.ok()["items"].as_array().unwrap().len(), 2, "not removed again");
    }

    async fn a_password_is_changed_once_for_a_key(app: TestApp) {
        let owner = app.owner().await;
        let change = |new: &str| {
            let body = json!({"current_password": PASSWORD, "password": new});
            owner.put("/v1/me/password", body).header("idempotency-key", "k1")
        };
        change("another good long password").await.no_content();
        let again = change("another good long password").await;
        assert_eq!(again.header("guildhall-idempotent-replay"), Some("true"));
        again.no_content();
        change("a third good long password").await.problem(409, "idempotency_mismatch");
    }

    async fn a_failure_is_not_kept(app: TestApp) {
        let owner = app.owner().await;
        let create = |slug: &str| owner.post("/v1/workspaces", json!({"name": "Acme", "slug": slug})).header("idempotency-key", "k1");
        create("docs").await.problem(422, "invalid");
        create("acme").await.created();
    }

    async fn a_key_that_is_none_is_refused(app: TestApp) {
        let owner = app.owner().await;
        for key in ["", &"k".repeat(256), "é"] {
            owner.post("/v1/workspaces", json!({"name": "Acme"})).header("idempotency-key", key).await.problem(400, "malformed_request");
        }
    }
}
