//! Environments, and how a person names the workspace that he means.

testkit::both! {
    async fn a_workspace_starts_with_three_environments(app: TestApp) {
        let owner = app.owner().await;
        let list = owner.get("/v1/environments").await.ok();
        let names: Vec<&str> = list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["development", "staging", "production"]);
        let id = list["items"][1]["id"].as_str().unwrap();
        assert_eq!(owner.get(&format!("/v1/environments/{id}")).await.ok()["name"], "staging");
        owner.get("/v1/environments/nowhere").await.problem(404, "not_found");
    }

    async fn a_person_must_name_the_workspace_and_only_one(app: TestApp) {
        let owner = app.owner().await;
        let other = app.stranger().await;
        let nowhere = owner.clone().without("guildhall-workspace");
        nowhere.get("/v1/environments").await.problem(400, "workspace_required");
        nowhere.get(&format!("/v1/environments?workspace={}", owner.workspace())).await.ok();
        owner.get(&format!("/v1/environments?workspace={}", owner.workspace())).await.ok();
        owner.get(&format!("/v1/environments?workspace={}", other.workspace())).await.problem(400, "workspace_ambiguous");
        owner.in_workspace(other.workspace()).get("/v1/environments").await.problem(404, "not_found");
        owner.in_workspace("not a name").get("/v1/environments").await.problem(404, "not_found");
    }
}
