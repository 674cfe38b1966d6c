//! Refusals that hardly ever come: of limits, of settings, of what breaks. Each is answered with its code, as documented.

use std::future::IntoFuture;

use domain::engine::{EgressPolicy, FREE_TICKS_PER_MINUTE};
use serde_json::{Value, json};
use testkit::{Actor, PASSWORD};
use tokio::{io::AsyncReadExt, net::TcpListener};
use types::{Duration, SecretText};

use crate::money::Money;

/// A definition with these tasks.
fn definition(tasks: &str) -> String {
    format!("document: {{dsl: '1.0.3', namespace: test, name: it, version: '1.0.0'}}\ndo:\n{tasks}")
}

/// Makes a flow with one version; answers its path.
async fn flow(owner: &Actor, name: &str, tasks: &str) -> String {
    let made = owner.post("/v1/flows", json!({"name": name})).await.created();
    let path = format!("/v1/flows/{}", made["slug"].as_str().unwrap());
    let body = json!({"definition": definition(tasks)});
    owner.post(&format!("{path}/versions"), body).await.created();
    path
}

fn deployment(environment: &str) -> Value {
    json!({"environment": environment, "version": 1})
}

const SAY: &str = "  - say: {set: {said: 1}}\n";

testkit::both! {
    async fn the_first_sign_up_beyond_loopback_needs_the_set_up_code(app: TestApp) {
        let settings = domain::Config { setup_code: Some(SecretText::new("sesame".to_owned())), ..domain::Config::default() };
        let app = app.restarted(&settings).await;
        let sign_up = |name: &str, code: Option<&str>| {
            let body = json!({"email": format!("{name}@example.com"), "name": name, "password": PASSWORD, "setup_code": code});
            app.anonymous().post("/v1/auth/sign-up", body)
        };
        for code in [None, Some(""), Some("sesam"), Some("sesame1"), Some("SESAME")] {
            sign_up("ada", code).await.problem(403, "setup_code_required");
        }
        let founded = sign_up("ada", Some(" sesame ")).await.created();
        assert!(founded["user"]["operator_since"].is_string());
        assert_eq!(sign_up("bob", None).await.created()["user"]["operator_since"], json!(null));
    }

    async fn sign_up_is_open_by_invitation_or_closed_as_the_operator_says(app: TestApp) {
        let operator = app.operator().await;
        let sign_up = || app.anonymous().post("/v1/auth/sign-up", json!({"email": "b@example.com", "name": "B", "password": PASSWORD}));
        for (setting, code) in [("closed", "sign_up_closed"), ("invitation", "invitation_required")] {
            operator.patch("/v1/operator/settings", json!({"sign_up": setting})).await.ok();
            sign_up().await.problem(403, code);
        }
        operator.patch("/v1/operator/settings", json!({"sign_up": "open"})).await.ok();
        sign_up().await.created();
    }

    async fn a_restricted_key_reaches_its_flows_and_environments_alone(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let owner = &money.owner;
        for name in ["One", "Two"] {
            let path = flow(owner, name, SAY).await;
            for environment in ["development", "staging", "production"] {
                owner.post(&format!("{path}/deployments"), deployment(environment)).await.created();
            }
        }
        let one = app.key_of(owner, json!({"name": "one", "flows": ["one"]})).await;
        one.post("/v1/flows/one/call", json!({})).await.ok();
        one.post("/v1/flows/two/call", json!({})).await.problem(403, "flow_not_allowed");
        let quoting = app.key_of(owner, json!({"name": "one", "flows": ["one"], "permissions": ["flows:call", "credits:read"]})).await;
        quoting.post("/v1/flows/two/quote", json!({})).await.problem(403, "flow_not_allowed");

        let early = app.key_of(owner, json!({"name": "early", "environments": ["development", "staging"]})).await;
        let unsure = early.post("/v1/flows/one/call", json!({})).await.problem(400, "environment_required");
        assert_eq!(unsure["environments"], json!(["development", "staging"]));
        early.clone().with("guildhall-environment", "staging").post("/v1/flows/one/call", json!({})).await.ok();
        let refused = early.with("guildhall-environment", "production").post("/v1/flows/one/call", json!({})).await;
        assert_eq!(refused.problem(403, "environment_not_allowed")["environments"], json!(["development", "staging"]));

        let mapped = app.key_of(owner, json!({"name": "mapped", "addresses": ["::ffff:203.0.113.0/120"]})).await;
        mapped.post("/v1/flows/one/call", json!({})).from("203.0.113.9").await.ok();
        mapped.post("/v1/flows/one/call", json!({})).from("203.0.114.9").await.problem(403, "address_denied");

        let maker = app.key_of(owner, json!({"name": "maker", "permissions": ["keys:create", "flows:call"], "flows": ["one"]})).await;
        for more in [json!({"name": "more", "permissions": ["flows:write"]}), json!({"name": "all"}), json!({"name": "two", "flows": ["two"]})] {
            maker.post("/v1/keys", more).await.problem(403, "beyond_maker");
        }
        maker.post("/v1/keys", json!({"name": "same", "flows": ["one"]})).await.created();
    }

    async fn what_cannot_be_deployed_or_run_says_why(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let owner = &money.owner;
        let needy = flow(owner, "Needy", "  - say: {set: {said: '${ $env.REGION }'}}\n").await;
        let refused = owner.post(&format!("{needy}/deployments"), deployment("staging")).await.problem(409, "cannot_deploy");
        assert_eq!(refused["errors"][0]["code"], "missing_variable");
        let endless = "  - all: {for: {in: .x}, do: [{one: {call: http, with: {method: get, endpoint: 'https://example.com/'}}}]}\n";
        owner.post("/v1/flows", json!({"name": "Endless", "definition": definition(endless)})).await.created();
        owner.post("/v1/flows/endless/draft/run", json!({"x": []})).await.problem(409, "cannot_deploy");
        owner.post("/v1/flows", json!({"name": "Empty"})).await.created();
        owner.post("/v1/flows/empty/draft/run", json!({})).await.problem(409, "no_draft");
        let fine = flow(owner, "Fine", SAY).await;
        app.sql("UPDATE environments SET protected_at = 1 WHERE name = 'production'").await;
        owner.post(&format!("{fine}/deployments"), deployment("production")).await.problem(409, "environment_protected");
        owner.post(&format!("{fine}/deployments"), deployment("staging")).await.created();
    }

    async fn what_is_held_by_keys_or_full_is_refused(app: TestApp) {
        let operator = app.operator().await;
        let register = |name: &str| operator.post("/v1/operator/permissions", json!({"name": name, "description": ""}));
        register("companies:read").await.created();
        let key = operator.post("/v1/keys", json!({"name": "k", "permissions": ["companies:read"]})).await.created();
        let path = "/v1/operator/permissions/companies:read";
        operator.delete(path).await.problem(409, "permission_in_use");
        operator.post_empty(&format!("/v1/keys/{}/revoke", key["id"].as_str().unwrap())).await.ok();
        operator.delete(path).await.no_content();
        app.sql(
            "INSERT INTO operator_permissions (name, description, created_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
             SELECT 'area:right' || i, '', 0 FROM n",
        )
        .await;
        register("companies:write").await.problem(409, "limit_reached");
        app.sql(
            "INSERT INTO prices (kind, subject, credits, per, updated_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
             SELECT 'resource', 'r' || i, 1, 1, 0 FROM n",
        )
        .await;
        let price = |subject: &str| operator.put("/v1/operator/prices", json!({"kind": "resource", "subject": subject, "credits": "2"}));
        assert_eq!(price("r7").await.ok()["credits"], "2", "what is there can be changed");
        price("more").await.problem(422, "invalid");
    }

    async fn who_computes_too_much_for_nothing_waits(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let path = flow(&money.owner, "Say", SAY).await;
        money.owner.post(&format!("{path}/deployments"), deployment("production")).await.created();
        let services = &app.state.services;
        let admission = services.engine.admit(money.owner.workspace().parse().unwrap(), services.clock.now()).unwrap();
        admission.was_free(FREE_TICKS_PER_MINUTE, services.clock.now());
        let refused = money.owner.post(&format!("{path}/call"), json!({})).await;
        let seconds = refused.header("retry-after").unwrap().parse().unwrap();
        refused.problem(429, "overloaded");
        app.advance(Duration::from_seconds(seconds));
        money.owner.post(&format!("{path}/call"), json!({})).await.ok();
    }

    async fn a_call_that_was_given_up_is_not_done_again(app: TestApp) {
        let mut settings = domain::Config::default();
        settings.engine.egress = EgressPolicy::allowing(["127.0.0.0/8".parse().unwrap()]);
        let app = app.restarted(&settings).await;
        let money = Money::with(&app, "10").await;
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fetch = format!("  - fetch: {{call: http, with: {{method: get, endpoint: 'http://{}/'}}}}\n", silent.local_addr().unwrap());
        let path = flow(&money.owner, "Fetch", &fetch).await;
        money.owner.post(&format!("{path}/deployments"), deployment("production")).await.created();
        let call = || money.owner.post(&format!("{path}/call"), json!({})).header("idempotency-key", "one");
        let first = tokio::spawn(call().into_future());
        let (mut asked, _) = silent.accept().await.unwrap();
        assert_ne!(asked.read(&mut [0; 1024]).await.unwrap(), 0);
        call().await.problem(409, "idempotency_in_progress");
        // Longer than a hold is kept for a call.
        app.advance(Duration::from_minutes(5));
        assert_eq!(domain::upkeep::run_due(&app.state.services).await.holds_voided, 1);
        call().await.problem(500, "run_interrupted");
        drop(asked);
        first.await.unwrap().problem(504, "timed_out");
    }

    async fn what_breaks_inside_is_told_to_nobody(app: TestApp) {
        let owner = app.owner().await;
        app.sql("DROP TABLE environments").await;
        let broken = owner.get("/v1/environments").await.problem(500, "internal_error");
        assert_eq!((&broken["detail"], broken.to_string().contains("environments")), (&json!(null), false), "{broken}");
        app.state.services.db.close().await;
        let away = app.anonymous().post("/v1/auth/sign-in", json!({"email": "a@example.com", "password": "x"})).await;
        assert!(away.header("retry-after").is_some());
        away.problem(503, "unavailable");
    }
}
