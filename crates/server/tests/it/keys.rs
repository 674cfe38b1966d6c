//! API keys.

use domain::access::Role;
use serde_json::{Value, json};
use types::Duration;

fn id(key: &Value) -> String {
    format!("/v1/keys/{}", key["id"].as_str().unwrap())
}

testkit::both! {
    async fn a_key_is_told_once_and_opens_its_workspace(app: TestApp) {
        let owner = app.owner().await;
        let body = json!({"name": "Build", "permissions": ["environments:read", "workspace:read"]});
        let made = owner.post("/v1/keys", body.clone()).header("idempotency-key", "k1").await.created();
        let text = made["key"].as_str().unwrap();
        assert!(text.starts_with("gld_live_") && text.ends_with(made["last_four"].as_str().unwrap()), "{text}");
        let again = owner.post("/v1/keys", body).header("idempotency-key", "k1").await.created();
        assert_eq!((&again["key"], &again["id"]), (&Value::Null, &made["id"]), "told once");
        assert_eq!(owner.get(&id(&made)).await.ok()["key"], Value::Null);

        let key = app.key(text);
        key.get("/v1/environments").await.ok();
        let workspace = owner.get(&format!("/v1/workspaces/{}", owner.workspace())).await.ok();
        for name in [owner.workspace(), workspace["slug"].as_str().unwrap()] {
            key.in_workspace(name).get("/v1/environments").await.ok();
            assert_eq!(key.get(&format!("/v1/workspaces/{name}")).await.ok()["role"], Value::Null);
        }
    }

    async fn a_key_that_names_another_workspace_finds_nothing(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let key = app.key_of(&owner, json!({"name": "Build", "permissions": ["environments:read", "workspace:read"]})).await;
        key.in_workspace(stranger.workspace()).get("/v1/environments").await.problem(404, "not_found");
        key.get(&format!("/v1/environments?workspace={}", stranger.workspace())).await.problem(404, "not_found");
        key.get(&format!("/v1/workspaces/{}", stranger.workspace())).await.problem(404, "not_found");
    }

    async fn an_old_slug_leads_a_key_to_its_workspace_for_ninety_days(app: TestApp) {
        let owner = app.owner().await;
        let path = format!("/v1/workspaces/{}", owner.workspace());
        let shown = owner.get(&path).await.ok();
        let old = shown["slug"].as_str().unwrap();
        let key = app.key_of(&owner, json!({"name": "Build", "permissions": ["environments:read", "workspace:read"]})).await;
        owner.patch(&path, json!({"slug": "acme-inc"})).await.ok();
        let by_header = || key.in_workspace(old).get("/v1/environments");
        let by_query = || key.get(&format!("/v1/environments?workspace={old}"));
        let by_path = || key.get(&format!("/v1/workspaces/{old}"));
        by_header().await.ok();
        by_query().await.ok();
        assert_eq!(by_path().await.ok()["slug"], "acme-inc");

        app.advance(Duration::from_days(90));
        by_header().await.problem(404, "not_found");
        by_query().await.problem(404, "not_found");
        by_path().await.problem(404, "not_found");
        key.in_workspace("acme-inc").get("/v1/environments").await.ok();
    }

    async fn a_key_is_neither_a_person_nor_the_operator(app: TestApp) {
        let owner = app.owner().await;
        let key = app.key_of(&owner, json!({"name": "Build"})).await;
        key.get("/v1/me").await.problem(403, "credential_kind_denied");
        key.post("/v1/workspaces", json!({"name": "Mine"})).await.problem(403, "credential_kind_denied");
        key.get("/metrics").await.problem(403, "permission_denied");
        key.get("/v1/environments").await.problem(403, "permission_denied");
    }

    async fn a_revoked_an_expired_and_a_mistyped_key_are_told_apart(app: TestApp) {
        let owner = app.owner().await;
        let permissions = json!(["environments:read"]);
        let revoked = owner.post("/v1/keys", json!({"name": "A", "permissions": permissions})).await.created();
        let expires_at = app.clock_plus(Duration::from_minutes(5));
        let expiring = owner.post("/v1/keys", json!({"name": "B", "permissions": permissions, "expires_at": expires_at})).await.created();
        let use_key = |key: &Value| app.key(key["key"].as_str().unwrap()).get("/v1/environments");
        use_key(&revoked).await.ok();
        use_key(&expiring).await.ok();

        assert_eq!(owner.post_empty(&format!("{}/revoke", id(&revoked))).await.ok()["status"], "revoked");
        use_key(&revoked).await.problem(401, "credential_revoked");
        app.advance(Duration::from_minutes(5));
        use_key(&expiring).await.problem(401, "credential_expired");
        let mut mistyped = revoked["key"].as_str().unwrap().to_owned();
        mistyped.replace_range(20..21, "!");
        app.key(&mistyped).get("/v1/environments").await.problem(401, "invalid_credential");

        let statuses = owner.get("/v1/keys?status=revoked").await.ok();
        assert_eq!(statuses["items"].as_array().unwrap().len(), 1);
        owner.delete(&id(&revoked)).await.no_content();
        assert_eq!(owner.get("/v1/keys").await.ok()["items"].as_array().unwrap().len(), 1, "hidden");
        owner.patch(&id(&expiring), json!({"name": "C"})).await.problem(409, "key_ended");
    }

    async fn a_key_works_from_its_addresses_alone(app: TestApp) {
        let owner = app.owner().await;
        let body = json!({"name": "A", "permissions": ["environments:read"], "addresses": ["203.0.113.0/24", "198.51.100.7"]});
        let key = app.key_of(&owner, body).await;
        for (address, status) in [("203.0.113.9", 200), ("198.51.100.7", 200), ("198.51.100.8", 403)] {
            let answer = key.get("/v1/environments").from(address).await;
            assert_eq!(answer.status, status, "{address}: {}", answer.text());
        }
    }

    async fn a_key_over_its_limit_is_told_when_to_come_back(app: TestApp) {
        let owner = app.owner().await;
        let body = json!({"name": "A", "permissions": ["environments:read"], "rate_limit_per_minute": 2});
        let key = app.key_of(&owner, body).await;
        let answer = key.get("/v1/environments").await;
        assert_eq!(answer.header("ratelimit-policy"), Some("\"key\";q=2;w=60"));
        assert!(answer.header("ratelimit").unwrap().starts_with("\"key\";r=1;t="));
        answer.ok();
        key.get("/v1/environments").await.ok();
        let refused = key.get("/v1/environments").await;
        assert!(refused.header("ratelimit").unwrap().starts_with("\"key\";r=0;t="));
        let seconds: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        refused.problem(429, "rate_limited");
        app.advance(Duration::from_seconds(seconds));
        key.get("/v1/environments").await.ok();
    }

    async fn a_rotated_key_lives_on_for_the_overlap(app: TestApp) {
        let owner = app.owner().await;
        let old = owner.post("/v1/keys", json!({"name": "A", "permissions": ["environments:read"]})).await.created();
        let new = owner.post(&format!("{}/rotate", id(&old)), json!({"overlap_seconds": 60})).await.created();
        let use_key = |key: &Value| app.key(key["key"].as_str().unwrap()).get("/v1/environments");
        use_key(&old).await.ok();
        use_key(&new).await.ok();
        app.advance(Duration::from_seconds(61));
        assert_eq!(use_key(&old).await.status, 401);
        use_key(&new).await.ok();
        let newer = owner.post_empty(&format!("{}/rotate", id(&new))).await.created();
        assert_eq!(use_key(&new).await.status, 401);
        use_key(&newer).await.ok();
    }

    async fn every_wrong_field_of_a_key_is_told_at_once(app: TestApp) {
        let owner = app.owner().await;
        let body = json!({
            "name": " ", "permissions": ["flows:call", "Nonsense"], "flows": ["x"], "addresses": ["everywhere"],
            "expires_at": "tomorrow",
        });
        let refused = owner.post("/v1/keys", body).await.problem(422, "invalid");
        let pointers: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/name", "/permissions/1", "/flows/0", "/addresses/0", "/expires_at"]);
        for (field, value) in [
            ("permissions", json!(["members:manage"])),
            ("permissions", json!(["no:such"])),
            ("environments", json!(["nowhere"])),
            ("flows", json!([])),
            ("rate_limit_per_minute", json!(0)),
            ("expires_at", json!("2001-01-01T00:00:00Z")),
        ] {
            let mut body = json!({"name": "A"});
            body[field] = value;
            let refused = owner.post("/v1/keys", body).await.problem(422, "invalid");
            assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with(&format!("/{field}")), "{refused}");
        }
        assert!(owner.get("/v1/keys").await.ok()["items"].as_array().unwrap().is_empty());
    }

    async fn a_key_is_changed_and_its_restrictions_taken_away(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/v1/keys", json!({"name": "A", "addresses": ["203.0.113.7"], "rate_limit_per_minute": 5})).await.created();
        let etag = owner.get(&id(&made)).await.header("etag").unwrap().to_owned();
        let created = owner.post("/v1/keys", json!({"name": "E"})).await;
        let of_created = Some(created.header("etag").unwrap().to_owned());
        let read = owner.get(&id(&created.created())).await;
        assert_eq!(read.header("etag").map(str::to_owned), of_created, "who makes it need not read it to change it");
        let changed = owner.patch(&id(&made), json!({"name": "B", "addresses": null})).header("if-match", &etag).await.ok();
        assert_eq!((&changed["name"], &changed["addresses"], &changed["rate_limit_per_minute"]), (&"B".into(), &Value::Null, &5.into()));
        owner.patch(&id(&made), json!({"name": "C"})).header("if-match", &etag).await.problem(412, "stale");
    }

    async fn a_viewer_sees_keys_and_makes_none(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/v1/keys", json!({"name": "A"})).await.created();
        let viewer = app.member(&owner, Role::Viewer).await;
        viewer.get(&id(&made)).await.ok();
        viewer.post("/v1/keys", json!({"name": "B"})).await.problem(403, "permission_denied");
        viewer.post_empty(&format!("{}/revoke", id(&made))).await.problem(403, "permission_denied");
    }

    async fn a_key_may_hold_what_is_listed_as_grantable_and_nothing_else(app: TestApp) {
        let (operator, owner) = (app.operator().await, app.owner().await);
        for name in ["companies:read", "companies:write"] {
            let body = json!({"name": name, "description": "Companies."});
            operator.post("/v1/operator/permissions", body).await.created();
        }
        let member = app.member(&owner, Role::Member).await;
        let viewer = app.member(&owner, Role::Viewer).await;
        let body = json!({"name": "Maker", "permissions": ["workspace:read", "keys:create", "companies:read"]});
        let key = app.key_of(&owner, body).await;
        for (maker, count) in [(&owner, 30), (&member, 26), (&viewer, 0), (&key, 3)] {
            let listed = maker.get("/v1/permissions").await.ok();
            let listed = listed["items"].as_array().unwrap();
            assert_eq!(listed.iter().filter(|one| one["grantable"] == true).count(), count);
            for one in listed {
                let made = maker.post("/v1/keys", json!({"name": "Made", "permissions": [one["name"]]})).await;
                assert_eq!(made.status == 201, one["grantable"] == true, "{one}");
            }
        }
        let listed = owner.get("/v1/permissions").await.ok();
        let of = |name: &str| listed["items"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
        assert_eq!(of("members:manage")["roles"], json!(["owner", "admin"]));
        assert_eq!((&of("members:manage")["for_keys"], &of("companies:read")["for_keys"]), (&json!(false), &json!(true)));
        assert_eq!((&of("companies:read")["roles"], &of("companies:read")["description"]), (&Value::Null, &json!("Companies.")));
    }
}
