//! The signed-in person.

use serde_json::json;
use testkit::PASSWORD;

testkit::both! {
    async fn a_person_can_be_called_something_else(app: TestApp) {
        let owner = app.owner().await;
        assert_eq!(owner.patch("/v1/me", json!({"name": "Grace"})).await.ok()["name"], "Grace");
        assert_eq!(owner.get("/v1/me").await.ok()["name"], "Grace");
        owner.patch("/v1/me", json!({"name": ""})).await.problem(422, "invalid");
        owner.patch("/v1/me", json!({"email": "x@example.com"})).await.problem(422, "invalid");
    }

    async fn a_new_password_ends_the_other_sessions(app: TestApp) {
        let owner = app.owner().await;
        let email = owner.get("/v1/me").await.ok()["email"].clone();
        let elsewhere = app.anonymous().post("/v1/auth/sign-in", json!({"email": email, "password": PASSWORD})).await;
        let cookie = elsewhere.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let elsewhere = app.anonymous().with("cookie", &cookie);
        assert_eq!(elsewhere.get("/v1/me/sessions").await.ok()["items"].as_array().unwrap().len(), 2);

        let change = |current: &str| json!({"current_password": current, "password": "another good long password"});
        let refused = owner.put("/v1/me/password", change("wrong")).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/current_password");
        owner.put("/v1/me/password", change(PASSWORD)).await.no_content();
        owner.get("/v1/me").await.ok();
        elsewhere.get("/v1/me").await.problem(401, "invalid_credential");
        app.anonymous().post("/v1/auth/sign-in", json!({"email": email, "password": PASSWORD})).await.problem(401, "sign_in_failed");
    }

    async fn a_session_can_be_ended_by_its_person_alone(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let sessions = owner.get("/v1/me/sessions").await.ok();
        assert_eq!(sessions["items"][0]["current"], true);
        let path = format!("/v1/me/sessions/{}", sessions["items"][0]["id"].as_str().unwrap());
        stranger.delete(&path).await.problem(404, "not_found");
        owner.delete(&path).await.no_content();
        owner.get("/v1/me").await.problem(401, "invalid_credential");
    }
}
