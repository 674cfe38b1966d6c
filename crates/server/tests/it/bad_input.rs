//! Whatever a stranger sends: refused with a pointer, nothing stored, no panic.

use http::Method;
use serde_json::json;

testkit::both! {
    async fn a_body_that_is_not_what_it_should_be_is_refused(app: TestApp) {
        let owner = app.owner().await;
        let deep = format!("{{\"name\":{}", "[".repeat(100_000));
        let cases: [(&[u8], u16, &str); 12] = [
            (b"", 400, "malformed_body"),
            (b"{", 400, "malformed_body"),
            (b"{\"name\":\"a\"}}", 400, "malformed_body"),
            (b"{\"name\":\"\xff\xfe\"}", 400, "malformed_body"),
            (b"\xff\xfe{\"name\":\"a\"}", 400, "malformed_body"),
            (b"{\"name\":1e999}", 400, "malformed_body"),
            (deep.as_bytes(), 422, "invalid"),
            (b"null", 422, "invalid"),
            (b"[\"a\"]", 422, "invalid"),
            (b"{\"name\":99999999999999999999999999}", 422, "invalid"),
            (b"{\"name\":\"a\",\"nam\":\"b\"}", 422, "invalid"),
            (b"{\"name\":\"a\",\"name\":\"b\"}", 422, "invalid"),
        ];
        for (body, status, code) in cases {
            let problem = owner.call(Method::POST, "/v1/workspaces").bytes(body).await.problem(status, code);
            match status {
                400 => assert!(problem["line"].is_u64(), "{problem}"),
                _ => assert!(problem["errors"][0]["pointer"].is_string(), "{problem}"),
            }
        }
        let huge = format!("{{\"name\":\"{}\"}}", "a".repeat(1024 * 1024));
        owner.call(Method::POST, "/v1/workspaces").bytes(huge).await.problem(413, "body_too_large");
        owner.call(Method::POST, "/v1/workspaces").bytes("{}").header("content-type", "text/plain").await.problem(415, "unsupported_media_type");
        owner.call(Method::POST, "/v1/workspaces").await.problem(415, "unsupported_media_type");
        assert_eq!(owner.get("/v1/workspaces").await.ok()["items"].as_array().unwrap().len(), 1, "nothing was stored");
    }

    async fn a_zero_byte_is_refused_where_it_stands(app: TestApp) {
        let owner = app.owner().await;
        let at = |problem: serde_json::Value| problem["errors"][0]["pointer"].as_str().unwrap().to_owned();
        let workspace = owner.workspace().to_owned();
        let grants = format!("/v1/operator/workspaces/{workspace}/grants");
        let grant = json!({"credits": "1", "source": "promotion", "external_id": "a\0b"});
        assert_eq!(at(owner.post(&grants, grant).await.problem(422, "invalid")), "/external_id");
        let adjustments = format!("/v1/operator/workspaces/{workspace}/adjustments");
        let adjustment = json!({"credits": "1", "note": "\0"});
        assert_eq!(at(owner.post(&adjustments, adjustment).await.problem(422, "invalid")), "/note");
        let verified = json!({"key": "x", "resource": "a\0"});
        assert_eq!(at(owner.post("/v1/operator/verify", verified).await.problem(422, "invalid")), "/resource");
        owner.post("/v1/workspaces", json!({"name": "six characters: \\u0000"})).await.created();
        for query in ["/v1/flows?search=%00", "/v1/usage/events?resource=a%00"] {
            let problem = owner.get(query).await.problem(400, "invalid_parameter");
            assert!(["search", "resource"].contains(&problem["errors"][0]["parameter"].as_str().unwrap()), "{problem}");
        }
    }

    async fn a_query_that_is_not_what_it_should_be_is_refused_by_its_parameter(app: TestApp) {
        let owner = app.owner().await;
        for (query, parameter) in [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=-1", "limit"),
            ("limit=99999999999999999999", "limit"),
            ("limit=ten", "limit"),
            ("limit=1&limit=2", "limit"),
            ("cursor=nonsense", "cursor"),
            ("cursor=c1_00", "cursor"),
            ("cursor=", "cursor"),
            ("colour=red", "colour"),
            ("deleted=perhaps", "deleted"),
        ] {
            let problem = owner.get(&format!("/v1/workspaces?{query}")).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}: {problem}");
        }
    }

    async fn no_route_ignores_a_parameter_that_it_does_not_take(app: TestApp) {
        let (anonymous, owner) = (app.anonymous(), app.owner().await);
        for operation in testkit::Contract::of_this_release().operations() {
            if operation.path.starts_with("/v1/") {
                let path = operation.path.replace(['{', '}'], "");
                let problem = anonymous.call(operation.method.clone(), &format!("{path}?colour=red")).await.problem(400, "invalid_parameter");
                assert_eq!(problem["errors"][0]["parameter"], "colour", "{}: {problem}", operation.id);
            }
        }
        let named = owner.clone().without("guildhall-workspace");
        named.get(&format!("/v1/credits?workspace={}", owner.workspace())).await.ok();
        named.get(&format!("/v1/me?workspace={}", owner.workspace())).await.problem(400, "invalid_parameter");
        app.anonymous().get("/healthz?at=1").await.ok();
    }

    async fn a_header_that_is_not_what_it_should_be_is_refused(app: TestApp) {
        let owner = app.owner().await;
        owner.get("/v1/environments").header("guildhall-workspace", "é").await.problem(400, "malformed_request");
        owner.get("/v1/me").header("authorization", "Bearer é").await.problem(401, "invalid_credential");
        owner.get("/v1/workspaces/%ff").await.problem(404, "not_found");
        owner.delete("/v1/me/sessions/%ff%fe").await.problem(400, "malformed_request");
        owner.delete("/v1/me/sessions/../../etc").await;
    }

    async fn a_path_that_names_nothing_is_not_found(app: TestApp) {
        let owner = app.owner().await;
        for session in ["x", "usr_00000000000000000000000000", "ses_8zzzzzzzzzzzzzzzzzzzzzzzzz", "%00"] {
            owner.delete(&format!("/v1/me/sessions/{session}")).await.problem(404, "not_found");
        }
        owner.post("/v1/workspaces/x%20y/restore", json!({})).await.problem(404, "not_found");
    }
}
