//! Service tokens.

use serde_json::{Value, json};
use types::Duration;

const ALL: &str = "/v1/operator/service-tokens";
const USE: &str = "/v1/operator/workspaces";

fn path(token: &Value) -> String {
    format!("{ALL}/{}", token["id"].as_str().unwrap())
}

testkit::both! {
    async fn a_service_token_is_told_once_and_found_where_its_answer_says(app: TestApp) {
        let operator = app.operator().await;
        let body = json!({
            "name": "billing", "description": "Of the till", "permissions": ["operator:workspaces_read"],
            "addresses": ["203.0.113.0/24", "198.51.100.7"], "expires_at": "2027-01-01T00:00:00Z",
            "rate_limit_per_minute": 60,
        });
        let create = || operator.post(ALL, body.clone()).header("idempotency-key", "t1");
        let answer = create().await;
        let (location, etag) = (answer.header("location").unwrap().to_owned(), answer.header("etag").unwrap().to_owned());
        let created = answer.created();
        let token = created["token"].as_str().unwrap();
        assert!(token.starts_with("gldop_") && token.ends_with(created["last_four"].as_str().unwrap()));
        let again = create().await.created();
        assert_eq!((&again["id"], again.get("token")), (&created["id"], None), "told once");

        assert_eq!(location, path(&created));
        let viewed = operator.get(&location).await;
        assert_eq!(viewed.header("etag"), Some(etag.as_str()));
        let viewed = viewed.ok();
        for (field, value) in body.as_object().unwrap() {
            if field != "expires_at" && field != "addresses" {
                assert_eq!(&viewed[field], value, "{field}");
            }
        }
        assert_eq!(viewed["addresses"], json!(["203.0.113.0/24", "198.51.100.7/32"]));
        assert!(viewed["expires_at"].as_str().unwrap().starts_with("2027-01-01T00:00:00"));
        assert_eq!((&viewed["status"], &viewed["created_by"]), (&json!("active"), &json!(operator.user())));
        let list = operator.get(ALL).await;
        assert!(!list.text().contains(token));
        assert_eq!(list.ok()["items"], json!([viewed]));
    }

    async fn every_wrong_field_of_a_service_token_is_told_at_once(app: TestApp) {
        let operator = app.operator().await;
        let made = operator.post(ALL, json!({"name": "A"})).await.created();
        let bad = json!({"name": "", "permissions": ["operator:everything"], "addresses": ["home"], "expires_at": "soon"});
        for answer in [operator.post(ALL, bad.clone()).await, operator.patch(&path(&made), bad).await] {
            let problem = answer.problem(422, "invalid");
            let pointers: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
            assert_eq!(pointers, ["/name", "/permissions/0", "/addresses/0", "/expires_at"]);
        }
        for (field, value) in [
            ("addresses", json!([])),
            ("rate_limit_per_minute", json!(0)),
            ("rate_limit_per_minute", json!(1_000_001)),
            ("expires_at", json!("2001-01-01T00:00:00Z")),
        ] {
            let body = json!({"name": "B", field: value});
            for answer in [operator.post(ALL, body.clone()).await, operator.patch(&path(&made), body).await] {
                assert_eq!(answer.problem(422, "invalid")["errors"][0]["pointer"], format!("/{field}"));
            }
        }
        assert_eq!(operator.get(ALL).await.ok()["items"].as_array().unwrap().len(), 1);
        assert_eq!(operator.get(&path(&made)).await.ok()["name"], "A");
    }

    async fn a_service_token_is_changed_and_the_change_holds_at_once(app: TestApp) {
        let operator = app.operator().await;
        let made = operator.post(ALL, json!({"name": "A", "addresses": ["203.0.113.7"], "rate_limit_per_minute": 5})).await.created();
        let token = app.key(made["token"].as_str().unwrap());
        token.get(USE).await.problem(403, "address_denied");
        let etag = operator.get(&path(&made)).await.header("etag").unwrap().to_owned();
        let changed = operator.patch(&path(&made), json!({"name": "B", "addresses": null})).header("if-match", &etag).await.ok();
        assert_eq!((&changed["name"], &changed["addresses"], &changed["rate_limit_per_minute"]), (&"B".into(), &Value::Null, &5.into()));
        token.get(USE).await.ok();
        operator.patch(&path(&made), json!({"name": "C"})).header("if-match", &etag).await.problem(412, "stale");
        operator.patch(&path(&made), json!({"permissions": ["operator:metrics"]})).await.ok();
        token.get(USE).await.problem(403, "permission_denied");
        assert_eq!(operator.get(&path(&made)).await.ok()["permissions"], json!(["operator:metrics"]));
    }

    async fn a_service_token_works_from_its_addresses_alone(app: TestApp) {
        let operator = app.operator().await;
        let made = operator.post(ALL, json!({"name": "A", "addresses": ["203.0.113.0/24", "198.51.100.7"]})).await.created();
        let token = app.key(made["token"].as_str().unwrap());
        for (address, status) in [("203.0.113.9", 200), ("198.51.100.7", 200), ("198.51.100.8", 403)] {
            let answer = token.get(USE).from(address).await;
            assert_eq!(answer.status, status, "{address}: {}", answer.text());
        }
    }

    async fn a_service_token_over_its_limit_is_told_when_to_come_back(app: TestApp) {
        let operator = app.operator().await;
        let made = operator.post(ALL, json!({"name": "A", "rate_limit_per_minute": 2})).await.created();
        let token = app.key(made["token"].as_str().unwrap());
        let answer = token.get(USE).await;
        assert_eq!(answer.header("ratelimit-policy"), Some("\"service_token\";q=2;w=60"));
        assert!(answer.header("ratelimit").unwrap().starts_with("\"service_token\";r=1;t="));
        answer.ok();
        token.get(USE).await.ok();
        let refused = token.get(USE).await;
        assert!(refused.header("ratelimit").unwrap().starts_with("\"service_token\";r=0;t="));
        let seconds: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        refused.problem(429, "rate_limited");
        app.advance(Duration::from_seconds(seconds));
        token.get(USE).await.ok();
        assert_eq!(operator.get(USE).await.header("ratelimit"), None);
    }

    async fn a_rotated_service_token_lives_on_for_the_overlap(app: TestApp) {
        let operator = app.operator().await;
        let old = operator.post(ALL, json!({"name": "A"})).await.created();
        let rotate = |token: &Value, body: Value| operator.post(&format!("{}/rotate", path(token)), body);
        rotate(&old, json!({"overlap_seconds": 604_801})).await.problem(422, "invalid");
        let answer = rotate(&old, json!({"overlap_seconds": 60})).await;
        let location = answer.header("location").unwrap().to_owned();
        let new = answer.created();
        assert_eq!((&new["name"], &new["permissions"]), (&old["name"], &old["permissions"]));
        assert_eq!(location, path(&new));
        let use_token = |token: &Value| app.key(token["token"].as_str().unwrap()).get(USE);
        use_token(&old).await.ok();
        use_token(&new).await.ok();
        assert_eq!(operator.get(&path(&old)).await.ok()["rotated_to"], new["id"]);
        rotate(&old, json!({})).await.problem(409, "key_ended");
        app.advance(Duration::from_seconds(61));
        use_token(&old).await.problem(401, "credential_expired");
        use_token(&new).await.ok();
        let newer = operator.post_empty(&format!("{}/rotate", path(&new))).await.created();
        use_token(&new).await.problem(401, "credential_expired");
        use_token(&newer).await.ok();
    }

    async fn a_revoked_a_deleted_an_expired_and_a_mistyped_service_token_are_told_apart(app: TestApp) {
        let operator = app.operator().await;
        let revoked = operator.post(ALL, json!({"name": "A"})).await.created();
        let expires_at = app.clock_plus(Duration::from_minutes(5));
        let expiring = operator.post(ALL, json!({"name": "B", "expires_at": expires_at})).await.created();
        let use_token = |token: &Value| app.key(token["token"].as_str().unwrap()).get(USE);
        use_token(&revoked).await.ok();
        use_token(&expiring).await.ok();

        let revoke = format!("{}/revoke", path(&revoked));
        for _ in 0..2 {
            assert_eq!(operator.post_empty(&revoke).await.ok()["status"], "revoked");
        }
        use_token(&revoked).await.problem(401, "credential_revoked");
        app.advance(Duration::from_minutes(5));
        use_token(&expiring).await.problem(401, "credential_expired");
        operator.patch(&path(&expiring), json!({"name": "C"})).await.problem(409, "key_ended");
        let mut mistyped = revoked["token"].as_str().unwrap().to_owned();
        mistyped.replace_range(20..21, "!");
        app.key(&mistyped).get(USE).await.problem(401, "invalid_credential");

        for status in ["revoked", "expired"] {
            let listed = operator.get(&format!("{ALL}?status={status}")).await.ok();
            assert_eq!(listed["items"].as_array().unwrap().iter().map(|one| &one["status"]).collect::<Vec<_>>(), [status]);
        }
        assert_eq!(operator.get(&format!("{ALL}?created_by={}", operator.user())).await.ok()["items"].as_array().unwrap().len(), 2);
        operator.get(&format!("{ALL}?created_by=me")).await.problem(400, "invalid_parameter");
        operator.get(&format!("{ALL}?status=gone")).await.problem(400, "invalid_parameter");
        operator.delete(&path(&revoked)).await.no_content();
        operator.delete(&path(&expiring)).await.no_content();
        assert_eq!(operator.get(ALL).await.ok()["items"], json!([]), "hidden");
        operator.get(&path(&revoked)).await.problem(404, "not_found");
        use_token(&expiring).await.problem(401, "credential_revoked");
    }

    async fn a_service_token_gives_away_no_more_than_it_has(app: TestApp) {
        let operator = app.operator().await;
        let permissions = json!(["operator:tokens", "operator:verify"]);
        let made = operator.post(ALL, json!({"name": "A", "permissions": permissions, "rate_limit_per_minute": 60})).await.created();
        let (maker, own) = (app.key(made["token"].as_str().unwrap()), json!(["operator:verify"]));
        let child = maker.post(ALL, json!({"name": "B", "permissions": own, "rate_limit_per_minute": 60})).await.created();
        assert_eq!(child["created_by"], made["id"]);
        maker.post(ALL, json!({"name": "C", "permissions": own})).await.problem(403, "beyond_maker");
        maker.post(ALL, json!({"name": "C", "permissions": ["operator:credits"], "rate_limit_per_minute": 60})).await.problem(403, "beyond_maker");
        maker.patch(&path(&child), json!({"permissions": ["operator:credits"]})).await.problem(403, "beyond_maker");
        maker.patch(&path(&child), json!({"rate_limit_per_minute": null})).await.problem(403, "beyond_maker");
        let mighty = operator.post(ALL, json!({"name": "D"})).await.created();
        maker.post_empty(&format!("{}/rotate", path(&mighty))).await.problem(403, "beyond_maker");
        maker.post_empty(&format!("{}/revoke", path(&mighty))).await.ok();
    }

    async fn an_unknown_service_token_is_not_found(app: TestApp) {
        let operator = app.operator().await;
        for id in ["svc_00000000000000000000000000", "x"] {
            let unknown = format!("{ALL}/{id}");
            operator.get(&unknown).await.problem(404, "not_found");
            operator.patch(&unknown, json!({"name": "A"})).await.problem(404, "not_found");
            operator.post_empty(&format!("{unknown}/rotate")).await.problem(404, "not_found");
            operator.post_empty(&format!("{unknown}/revoke")).await.problem(404, "not_found");
            operator.delete(&unknown).await.problem(404, "not_found");
        }
    }
}
