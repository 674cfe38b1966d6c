//! Who changes what somebody else changed meanwhile is refused, and told what is there.

use serde_json::json;

use crate::operations::{operations, takes};

#[test]
fn every_change_of_what_others_change_too_takes_if_match() {
    let without: Vec<_> = operations()
        .filter(|operation| operation.method == http::Method::PATCH && !takes(operation, "If-Match"))
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(without, ["me_update"], "a person's own name");
}

testkit::both! {
    async fn a_late_change_is_refused_with_what_is_there_now(app: TestApp) {
        let operator = app.operator().await;
        let make = async |path: &str| {
            let made = operator.post(path, json!({"name": "Zero"})).await.created();
            format!("{path}/{}", made["id"].as_str().unwrap())
        };
        let things = [
            (format!("/v1/workspaces/{}", operator.workspace()), "name"),
            (make("/v1/keys").await, "name"),
            (make("/v1/flows").await, "name"),
            (make("/v1/operator/service-tokens").await, "name"),
            ("/v1/operator/settings".to_owned(), "product_name"),
        ];
        for (path, field) in things {
            let read = operator.get(&path).await;
            let etag = read.header("etag").unwrap().to_owned();
            read.ok();
            let change = |to: &str| operator.patch(&path, json!({field: to})).header("if-match", &etag);
            let changed = change("First").await;
            let now = changed.header("etag").unwrap().to_owned();
            let changed = changed.ok();
            let stale = change("Second").await.problem(412, "stale");
            assert_eq!((&stale["current"], &stale["latest"]), (&json!(now), &changed), "{path}");
            assert_eq!(operator.get(&path).await.ok(), changed, "{path}");
            operator.patch(&path, json!({field: "Third"})).header("if-match", &now).await.ok();
            operator.patch(&path, json!({field: "Fourth"})).header("if-match", "*").await.ok();
        }
    }

    async fn a_draft_and_a_version_leave_the_tag_of_their_flow_as_it_is(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/v1/flows", json!({"name": "Greet"})).await;
        let (etag, path) = (made.header("etag").unwrap().to_owned(), made.header("location").unwrap().to_owned());
        made.created();
        let document = json!({"dsl": "1.0.3", "namespace": "test", "name": "greet", "version": "1.0.0"});
        let body = json!({"definition": {"document": document, "do": [{"greet": {"set": {"words": "Hello"}}}]}});
        owner.put(&format!("{path}/draft"), body.clone()).await.ok();
        owner.post(&format!("{path}/versions"), body).await.created();
        assert_eq!(owner.get(&path).await.header("etag"), Some(etag.as_str()));
        let changed = owner.patch(&path, json!({"slug": "hello"})).header("if-match", &etag).await;
        let changed_etag = changed.header("etag").unwrap().to_owned();
        changed.ok();
        owner.delete(&path).await.ok();
        let restored = owner.post_empty(&format!("{path}/restore")).await;
        assert_ne!(restored.header("etag"), Some(changed_etag.as_str()), "it could have another slug");
        restored.ok();
    }
}
