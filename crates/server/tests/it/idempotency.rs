//! Repeated requests are done once.

use serde_json::json;
use std::future::IntoFuture;

use types::Duration;

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
