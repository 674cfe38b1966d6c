//! The pages for people, with the console in the binary and without.

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

testkit::both! {
    async fn a_path_of_the_api_that_is_not_there_is_a_problem_also_for_a_browser(app: TestApp) {
        for path in ["/v1/nothing", "/v1", "/assets/app/nothing.js", "/openapi.json/x", "/hooks/x"] {
            app.anonymous().get(path).header("accept", BROWSER).await.problem(404, "not_found");
        }
    }
}

#[cfg(not(feature = "console"))]
testkit::both! {
    async fn without_the_console_the_first_page_says_how_to_add_it(app: TestApp) {
        let page = app.anonymous().get("/").header("accept", BROWSER).await.text();
        assert!(page.contains("cargo xtask console"), "{page}");
        app.anonymous().get("/sign-in").header("accept", BROWSER).await.problem(404, "not_found");
    }
}

#[cfg(feature = "console")]
mod embedded {
    use super::BROWSER;

    /// The addresses of the scripts and styles that the page names.
    fn assets(page: &str) -> Vec<String> {
        let quoted = page.split('"').filter(|part| part.starts_with("/assets/app/"));
        quoted.map(str::to_owned).collect()
    }

    testkit::both! {
        async fn every_address_that_is_not_the_apis_opens_the_page(app: TestApp) {
            for path in ["/", "/sign-in", "/acme/flows/welcome/editor", "/operator/workspaces"] {
                let answer = app.anonymous().get(path).header("accept", BROWSER).await;
                assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
                assert!(answer.header("etag").is_some());
                assert!(answer.text().contains("<div id=\"root\">"), "{path}");
            }
        }

        async fn a_program_that_asks_for_no_page_gets_none(app: TestApp) {
            app.anonymous().get("/acme/flows").header("accept", "application/json").await.problem(404, "not_found");
            app.anonymous().get("/acme/flows").await.problem(404, "not_found");
            app.anonymous().post("/acme/flows", serde_json::json!({})).header("accept", BROWSER).await.problem(404, "not_found");
        }

        async fn the_page_runs_only_our_scripts_and_none_inline(app: TestApp) {
            let answer = app.anonymous().get("/acme").header("accept", BROWSER).await;
            let policy = answer.header("content-security-policy").unwrap().to_owned();
            assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"), "{policy}");
            let page = answer.text();
            for inline in ["<script>", " style=", " onclick=", "https://", "javascript:"] {
                assert!(!page.contains(inline), "the page contains {inline}");
            }
        }

        async fn what_has_a_hash_in_its_name_is_kept_for_ever_and_sent_compressed(app: TestApp) {
            let page = app.anonymous().get("/").header("accept", BROWSER).await.text();
            let assets = assets(&page);
            assert!(assets.iter().any(|path| path.ends_with(".js")), "{page}");
            for path in assets.iter().filter(|path| path.ends_with(".js") || path.ends_with(".css")) {
                let plain = app.anonymous().get(path).await;
                assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
                assert_eq!(plain.header("content-encoding"), None);
                let packed = app.anonymous().get(path).header("accept-encoding", "br, gzip;q=0.8").await;
                assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path}");
                assert_eq!(packed.header("content-type"), plain.header("content-type"));
                assert_eq!(packed.header("vary"), Some("accept-encoding"));
                app.anonymous().get(&format!("{path}.gz")).await.problem(404, "not_found");
            }
        }

        async fn the_page_is_asked_for_again_and_sent_only_when_it_changed(app: TestApp) {
            let first = app.anonymous().get("/").header("accept", BROWSER).await;
            let tag = first.header("etag").unwrap().to_owned();
            app.anonymous().get("/").header("accept", BROWSER).header("if-none-match", &tag).await.expect(304);
        }
    }
}
