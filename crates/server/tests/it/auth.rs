//! Signing up, in and out.

use serde_json::{Value, json};
use testkit::PASSWORD;
use types::Duration;

fn ada() -> Value {
    json!({"email": "ada@example.com", "name": "Ada", "password": PASSWORD})
}

testkit::both! {
    async fn who_signs_up_is_signed_in_and_has_a_workspace(app: TestApp) {
        let answer = app.anonymous().post("/v1/auth/sign-up", ada()).await;
        let cookie = answer.header("set-cookie").unwrap().to_owned();
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "not under http: {cookie}");
        let body = answer.created();
        assert_eq!(body["workspace"]["name"], "My Workspace");
        assert!(body["user"]["operator_since"].is_string(), "the first is the operator");
        let me = app.anonymous().with("cookie", cookie.split(';').next().unwrap());
        assert_eq!(me.get("/v1/me").await.ok()["email"], "ada@example.com");

        app.anonymous().post("/v1/auth/sign-up", ada()).await.problem(409, "email_taken");
        let second = json!({"email": "b@example.com", "name": "B", "password": PASSWORD});
        let second = app.anonymous().post("/v1/auth/sign-up", second).await.created();
        assert_eq!(second["user"]["operator_since"], json!(null));
    }

    async fn a_session_ends_at_sign_out(app: TestApp) {
        let owner = app.owner().await;
        let answer = owner.post_empty("/v1/auth/sign-out").await;
        assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
        answer.no_content();
        owner.get("/v1/me").await.problem(401, "invalid_credential");
    }

    async fn an_unknown_account_and_a_wrong_password_are_the_same_answer(app: TestApp) {
        app.anonymous().post("/v1/auth/sign-up", ada()).await.created();
        let sign_in = |email: &str, password: &str| {
            app.anonymous().post("/v1/auth/sign-in", json!({"email": email, "password": password}))
        };
        sign_in("ada@example.com", PASSWORD).await.ok();
        let mut wrong = sign_in("ada@example.com", "not the password at all").await.problem(401, "sign_in_failed");
        let mut unknown = sign_in("bob@example.com", PASSWORD).await.problem(401, "sign_in_failed");
        (wrong["instance"], unknown["instance"]) = (json!(null), json!(null));
        assert_eq!(wrong, unknown);
    }

    async fn who_guesses_passwords_has_to_wait(app: TestApp) {
        app.anonymous().post("/v1/auth/sign-up", ada()).await.created();
        let guess = || app.anonymous().post("/v1/auth/sign-in", json!({"email": "ada@example.com", "password": "guess"}));
        let mut answer = guess().await;
        for _ in 0..100 {
            if answer.status == 429 {
                break;
            }
            answer = guess().await;
        }
        let seconds: i64 = answer.header("retry-after").unwrap().parse().unwrap();
        let problem = answer.problem(429, "too_many_attempts");
        assert_eq!(problem["retry_after"], seconds);
        app.advance(Duration::from_seconds(seconds));
        guess().await.problem(401, "sign_in_failed");
    }

    async fn a_weak_password_is_refused_by_its_field(app: TestApp) {
        let body = json!({"email": "ada@example.com", "name": "Ada", "password": "password"});
        let refused = app.anonymous().post("/v1/auth/sign-up", body).await.problem(422, "invalid");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&"/password".into(), &"weak".into()));
        assert!(!refused.to_string().contains("\"password\":\"password\""));
    }

    async fn a_page_of_another_site_can_neither_sign_in_nor_use_a_session(app: TestApp) {
        let owner = app.owner().await;
        let evil = |call: testkit::Call| call.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
        evil(app.anonymous().post("/v1/auth/sign-up", ada())).await.problem(403, "origin_denied");
        evil(app.anonymous().post("/v1/auth/sign-in", json!({"email": "a@b.c", "password": "x"}))).await.problem(403, "origin_denied");
        evil(owner.post("/v1/workspaces", json!({"name": "Evil"}))).await.problem(403, "origin_denied");
        evil(owner.get("/v1/me")).await.ok();
        owner.post("/v1/workspaces", json!({"name": "Mine"})).header("origin", "http://guildhall.test").await.created();
        owner.post("/v1/workspaces", json!({"name": "Mine"})).header("sec-fetch-site", "same-origin").await.created();
    }

    async fn a_credential_that_is_none_is_told_apart_from_a_wrong_one(app: TestApp) {
        let anonymous = app.anonymous();
        anonymous.get("/v1/me").await.problem(401, "unauthenticated");
        for wrong in ["Basic YTpi", "Bearer", "Bearer nonsense", "gld_live_x"] {
            anonymous.get("/v1/me").header("authorization", wrong).await.problem(401, "invalid_credential");
        }
        anonymous.get("/v1/me").header("cookie", "guildhall_session=gls_x").await.problem(401, "invalid_credential");
        anonymous.get("/v1/me").header("cookie", "other=1; ;; guildhall_session=").await.problem(401, "unauthenticated");
    }

    async fn a_bearer_wins_over_a_cookie(app: TestApp) {
        let owner = app.owner().await;
        owner.get("/v1/me").header("authorization", "Bearer nonsense").await.problem(401, "invalid_credential");
    }
}
