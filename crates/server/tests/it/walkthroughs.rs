//! The two walkthroughs of ARCHITECTURE.md, from end to end.

use serde_json::json;

const FLOW: &str = "
document: {dsl: '1.0.3', namespace: test, name: double, version: '1.0.0'}
do:
  - double:
      set: {result: '${ .number * 2 }'}
";

testkit::both! {
    async fn walkthrough_call_a_flow(app: TestApp) {
        let operator = app.operator().await;
        let grants = format!("/v1/operator/workspaces/{}/grants", operator.workspace());
        operator.post(&grants, json!({"credits": "10", "source": "promotion"})).await.created();
        let key = app.key_of(&operator, json!({"name": "shop"})).await;
        operator.post("/v1/flows", json!({"name": "Double"})).await.created();
        operator.post("/v1/flows/double/versions", json!({"definition": FLOW})).await.created();
        let deployment = json!({"environment": "production", "version": 1});
        operator.post("/v1/flows/double/deployments", deployment).await.created();

        let answer = key.post("/v1/flows/double/call", json!({"number": 21})).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"result": 42})));
        assert_eq!(answer.header("guildhall-credits-available"), Some("9"));
        app.assert_books_balance().await;
    }

    async fn walkthrough_create_an_api_key(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/v1/keys", json!({"name": "shop", "permissions": ["flows:read"]})).await.created();
        let text = made["key"].as_str().unwrap();
        app.key(text).get("/v1/flows").await.ok();
        let listed = owner.get("/v1/keys").await.ok();
        assert_eq!(listed["items"][0]["id"], made["id"]);
        assert!(!listed.to_string().contains(text), "the key is told once");
    }
}
