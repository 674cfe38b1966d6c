//! Behind a proxy that speaks https: what changes with `public_url` and `trusted_proxies`.

use serde_json::json;
use testkit::{PASSWORD, TestApp};

fn under_https(app: &TestApp) -> TestApp {
    app.configured(|config| config.public_url = "https://guildhall.example".to_owned())
}

testkit::both! {
    async fn under_https_cookies_are_secure_and_browsers_stay_with_it(app: TestApp) {
        let app = under_https(&app);
        let ada = json!({"email": "ada@example.com", "name": "Ada", "password": PASSWORD});
        let signed_up = app.anonymous().post("/v1/auth/sign-up", ada).await;
        let cookie = signed_up.header("set-cookie").unwrap().to_owned();
        let flags: Vec<&str> = cookie.split("; ").skip(1).collect();
        for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(flags.contains(&flag), "{cookie}");
        }
        let ada = app.anonymous().signed_in(&signed_up);
        let gone = ada.post_empty("/v1/auth/sign-out").await;
        let cookie = gone.header("set-cookie").unwrap();
        assert!(cookie.contains("Max-Age=0") && cookie.contains("; Secure"), "{cookie}");
        for path in ["/", "/docs", "/healthz", "/v1/me", "/nowhere"] {
            let answer = app.anonymous().get(path).await;
            let told = answer.header("strict-transport-security").unwrap();
            assert_eq!(told, "max-age=31536000; includeSubDomains", "{path}");
        }
    }

    async fn under_https_only_its_own_https_pages_may_use_a_session(app: TestApp) {
        let owner = app.owner().await;
        let owner = owner.through(&under_https(&app));
        let from = |origin: &str| owner.post("/v1/workspaces", json!({"name": "Acme"})).header("origin", origin);
        from("https://guildhall.example").await.created();
        for origin in ["http://guildhall.example", "https://guildhall.example:8443", "https://guildhall.example.evil.example", "null"] {
            from(origin).await.problem(403, "origin_denied");
        }
    }

    async fn an_address_is_taken_from_trusted_proxies_and_from_nobody_else(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/v1/keys", json!({"name": "office", "permissions": ["flows:read"], "addresses": ["203.0.113.0/24"]})).await.created();
        let behind = app.configured(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]);
        let ask = |app: &TestApp, peer: &str, forwarded: &str| {
            app.key(made["key"].as_str().unwrap()).get("/v1/flows").from(peer).header("x-forwarded-for", forwarded)
        };
        ask(&app, "203.0.113.7", "198.51.100.1").await.ok();
        ask(&app, "10.0.0.1", "203.0.113.7").await.problem(403, "address_denied");
        ask(&behind, "10.0.0.1", "203.0.113.7").await.ok();
        ask(&behind, "10.0.0.1", "198.51.100.1, 203.0.113.7, 10.9.9.9").await.ok();
        // What the client wrote himself stands further left, and the nearest stranger counts.
        ask(&behind, "10.0.0.1", "203.0.113.7, 198.51.100.1").await.problem(403, "address_denied");
        ask(&behind, "198.51.100.1", "203.0.113.7").await.problem(403, "address_denied");
    }
}
