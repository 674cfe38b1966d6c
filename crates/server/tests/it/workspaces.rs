//! Workspaces.

use domain::access::Role;
use serde_json::json;

testkit::both! {
    async fn a_workspace_is_made_viewed_changed_deleted_and_restored(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/v1/workspaces", json!({"name": "Acme", "time_zone": "Europe/Berlin"})).await;
        let location = made.header("location").unwrap().to_owned();
        let made = made.created();
        assert_eq!((&made["name"], &made["slug"], &made["role"]), (&"Acme".into(), &"acme".into(), &"owner".into()));
        assert_eq!(owner.get(&location).await.ok()["id"], made["id"]);
        assert_eq!(owner.get("/v1/workspaces/acme").await.ok()["id"], made["id"]);

        let changed = owner.patch(&location, json!({"slug": "acme-inc", "picture_url": "https://acme.test/a.png"})).await.ok();
        assert_eq!((&changed["slug"], &changed["name"]), (&"acme-inc".into(), &"Acme".into()));
        assert_eq!(owner.get("/v1/workspaces/acme").await.ok()["slug"], "acme-inc", "the old slug leads to it");
        let changed = owner.patch(&location, json!({"picture_url": null})).await.ok();
        assert_eq!(changed["picture_url"], json!(null));

        owner.delete(&format!("{location}?confirm=Acme%20Ltd")).await.problem(422, "invalid");
        owner.delete(&location).await.problem(400, "invalid_parameter");
        owner.delete(&format!("{location}?confirm=Acme")).await.ok();
        owner.get(&location).await.problem(404, "not_found");
        let deleted = owner.get("/v1/workspaces?deleted=true").await.ok();
        assert_eq!(deleted["items"][0]["id"], made["id"]);
        owner.post_empty(&format!("{location}/restore")).await.ok();
        owner.get(&location).await.ok();
    }

    async fn ids_of_members_and_keys_have_names_and_those_of_strangers_have_none(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let viewer = app.viewer(&owner).await;
        let key = owner.post("/v1/keys", json!({"name": "shop"})).await.created();
        let (key, user) = (key["id"].as_str().unwrap(), owner.user());
        let both = viewer.get(&format!("/v1/actors?ids={key},{user},{}", stranger.user())).await.ok();
        let kinds: Vec<_> = both["items"].as_array().unwrap().iter().map(|actor| actor["kind"].clone()).collect();
        assert_eq!(kinds, ["key", "user"]);
        assert_eq!((&both["items"][0]["name"], &both["items"][1]["id"]), (&json!("shop"), &json!(user)));
        let none = stranger.get(&format!("/v1/actors?ids={key},{user}")).await.ok();
        assert_eq!(none["items"], json!([]));
        owner.get("/v1/actors?ids=somebody").await.problem(400, "invalid_parameter");
        owner.get("/v1/actors").await.problem(400, "invalid_parameter");
        let many = vec![user; 101].join(",");
        owner.get(&format!("/v1/actors?ids={many}")).await.problem(400, "invalid_parameter");
    }

    async fn a_list_of_workspaces_is_paged(app: TestApp) {
        let owner = app.owner().await;
        for name in ["C", "A", "B"] {
            owner.post("/v1/workspaces", json!({"name": format!("Workspace {name}")})).await.created();
        }
        let mut names = Vec::new();
        let mut path = "/v1/workspaces?limit=2".to_owned();
        loop {
            let page = owner.get(&path).await.ok();
            names.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/workspaces?limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(names, ["My Workspace", "Workspace A", "Workspace B", "Workspace C"]);
        assert_eq!(owner.get("/v1/me/workspaces").await.ok()["items"].as_array().unwrap().len(), 4);
    }

    async fn a_taken_slug_is_refused_with_a_free_one_and_a_reserved_one_by_its_field(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/v1/workspaces", json!({"name": "Acme"})).await.created();
        let refused = owner.post("/v1/workspaces", json!({"name": "Other", "slug": "acme"})).await.problem(409, "slug_taken");
        let free = refused["suggestion"].as_str().unwrap();
        owner.post("/v1/workspaces", json!({"name": "Other", "slug": free})).await.created();
        let refused = owner.post("/v1/workspaces", json!({"name": "Docs", "slug": "docs"})).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/slug");
    }

    async fn every_wrong_field_is_told_at_once(app: TestApp) {
        let owner = app.owner().await;
        let body = json!({"name": "", "slug": "Not A Slug", "time_zone": "Mars/Olympus", "description": "\u{7}"});
        let refused = owner.post("/v1/workspaces", body).await.problem(422, "invalid");
        let pointers: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/name", "/slug", "/description", "/time_zone"]);
        assert_eq!(owner.get("/v1/workspaces").await.ok()["items"].as_array().unwrap().len(), 1, "nothing was stored");
    }

    async fn a_change_of_what_was_changed_meanwhile_is_refused(app: TestApp) {
        let owner = app.owner().await;
        let path = format!("/v1/workspaces/{}", owner.workspace());
        let read = owner.get(&path).await;
        let etag = read.header("etag").unwrap().to_owned();
        let change = |name: &str| owner.patch(&path, json!({"name": name})).header("if-match", &etag);
        let changed = change("First").await;
        let now = changed.header("etag").unwrap().to_owned();
        changed.ok();
        let stale = change("Second").await.problem(412, "stale");
        assert_eq!(stale["current"], now.as_str());
        owner.patch(&path, json!({"name": "Third"})).header("if-match", "W/\"x\"").await.problem(400, "malformed_request");
        owner.patch(&path, json!({"name": "Third"})).header("if-match", "\"x\"").await.problem(412, "stale");
        assert_eq!(owner.get(&path).await.ok()["name"], "First");
    }

    async fn a_stranger_learns_nothing_of_a_workspace(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let path = format!("/v1/workspaces/{}", owner.workspace());
        for path in [path.as_str(), "/v1/workspaces/ws_00000000000000000000000000", "/v1/workspaces/!"] {
            stranger.get(path).await.problem(404, "not_found");
        }
        stranger.patch(&path, json!({"name": "Mine"})).await.problem(404, "not_found");
        stranger.delete(&format!("{path}?confirm=My+Workspace")).await.problem(404, "not_found");
        stranger.post_empty(&format!("{path}/restore")).await.problem(404, "not_found");
    }

    async fn a_viewer_reads_a_workspace_and_changes_nothing(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.viewer(&owner).await;
        let path = format!("/v1/workspaces/{}", owner.workspace());
        assert_eq!(viewer.get(&path).await.ok()["role"], "viewer");
        let refused = viewer.patch(&path, json!({"name": "Mine"})).await.problem(403, "permission_denied");
        assert_eq!((&refused["permission"], &refused["roles"]), (&"workspace:manage".into(), &json!(["owner", "admin"])));
        let admin = app.member(&owner, Role::Admin).await;
        let refused = admin.delete(&format!("{path}?confirm=My+Workspace")).await.problem(403, "permission_denied");
        assert_eq!(refused["roles"], json!(["owner"]));
    }
}
