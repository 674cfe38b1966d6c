//! What every answer has in common.

use http::Method;

testkit::both! {
    async fn an_unknown_path_is_a_problem(app: TestApp) {
        let answer = app.anonymous().get("/v1/nothing/here").await;
        let id = answer.header("guildhall-request-id").unwrap().to_owned();
        assert!(id.starts_with("req_"), "{id}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem = answer.problem(404, "not_found");
        assert_eq!(problem["instance"], id.as_str());
    }

    async fn a_wrong_method_is_a_problem_that_lists_the_right_ones(app: TestApp) {
        let answer = app.anonymous().call(Method::DELETE, "/healthz").await;
        assert_eq!(answer.header("allow"), Some("GET,HEAD"));
        answer.problem(405, "method_not_allowed");
    }

    async fn a_request_id_is_always_ours(app: TestApp) {
        let call = || app.anonymous().get("/healthz").header("guildhall-request-id", "mine");
        let (first, second) = (call().await, call().await);
        let id = |answer: &testkit::Answer| answer.header("guildhall-request-id").unwrap().to_owned();
        assert_ne!(id(&first), "mine");
        assert_ne!(id(&first), id(&second));
    }

    async fn pages_run_nothing_that_is_not_ours(app: TestApp) {
        for path in ["/", "/docs"] {
            let answer = app.anonymous().get(path).await;
            let policy = answer.header("content-security-policy").unwrap();
            let is_console = cfg!(feature = "console") && path == "/";
            assert!(policy.contains("script-src 'self';"), "{policy}");
            assert!(is_console || !policy.contains("unsafe-inline"), "{policy}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("strict-transport-security"), None);
            let page = answer.text();
            for inline in ["<script>", "<style", " style=", " onclick=", "https://", "javascript:"] {
                assert!(!page.contains(inline), "{path} contains {inline}");
            }
        }
        app.anonymous().get("/assets/../Cargo.toml").await.problem(404, "not_found");
    }
}
