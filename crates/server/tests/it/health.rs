//! Health.

testkit::both! {
    async fn a_server_is_alive_and_ready(app: TestApp) {
        let anonymous = app.anonymous();
        assert_eq!(anonymous.get("/healthz").await.ok()["status"], "alive");
        assert_eq!(anonymous.get("/readyz").await.ok()["ready"], true);
    }

    async fn a_server_without_its_database_is_alive_but_not_ready(app: TestApp) {
        app.state.services.db.close().await;
        let anonymous = app.anonymous();
        anonymous.get("/healthz").await.ok();
        let body = anonymous.get("/readyz").await.expect(503);
        assert_eq!((&body["ready"], &body["database"]), (&false.into(), &"failed".into()));
    }
}
