//! What whoever runs the instance does.

use domain::api_keys::KeyKind;
use serde_json::{Value, json};
use testkit::Answer;
use types::Duration;

use crate::money::Money;

/// What the headers of an answer say that it cost, and that is left.
fn cost(answer: &Answer) -> (Option<&str>, Option<&str>) {
    let header = |name| answer.header(name);
    (
        header("guildhall-credits-charged"),
        header("guildhall-credits-available"),
    )
}

testkit::both! {
    async fn verify_charges_once_and_says_so(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (id, key) = money.key(KeyKind::Live).await;
        let answer = money.operator.post("/v1/operator/verify", json!({"key": key})).header("idempotency-key", "one").await;
        assert!(answer.text().starts_with("{\"valid\":true,"), "{}", answer.text());
        assert_eq!(cost(&answer), (Some("1"), Some("9")));
        let verdict = answer.ok();
        assert_eq!((&verdict["workspace"], &verdict["key"]), (&json!(money.owner.workspace()), &json!(id)));
        assert_eq!((&verdict["credits_charged"], &verdict["credits_available"]), (&json!("1"), &json!("9")));
        assert_eq!(verdict["permissions"], json!(["flows:call"]));
        let again = || money.operator.post("/v1/operator/verify", json!({"key": key})).header("idempotency-key", "one");
        assert_eq!(cost(&again().await), (Some("1"), Some("9")));
        let again = again().await;
        assert_eq!(again.header("guildhall-idempotent-replay"), Some("true"));
        assert_eq!(again.ok(), verdict);
        money.operator.post("/v1/operator/verify", json!({"key": key, "credits": "2"})).header("idempotency-key", "one").await.problem(409, "idempotency_mismatch");
        assert_eq!(money.available().await, "9");
    }

    async fn who_repeats_an_accepted_verify_is_given_its_verdict_whatever_became_of_the_key(app: TestApp) {
        let money = Money::with(&app, "2").await;
        let body = json!({"name": "shop", "permissions": ["environments:read"], "rate_limit_per_minute": 2});
        let made = money.owner.post("/v1/keys", body).await.created();
        let (key, path) = (made["key"].as_str().unwrap(), format!("/v1/keys/{}", made["id"].as_str().unwrap()));
        let ask = |once: &'static str, permission: &str| {
            let body = json!({"key": key, "permission": permission, "address": "203.0.113.7"});
            money.operator.post("/v1/operator/verify", body).header("idempotency-key", once)
        };
        let denied = ask("refused", "keys:read").await.ok();
        assert_eq!(denied["code"], "permission_denied");
        let first = ask("accepted", "environments:read").await.ok();
        assert_eq!(ask("another", "environments:read").await.ok()["valid"], true);
        let same = async |now: &str| {
            assert_eq!(ask("new", "environments:read").await.ok()["code"], now);
            let again = ask("accepted", "environments:read").await;
            assert_eq!(again.header("guildhall-idempotent-replay"), Some("true"));
            let again = again.ok();
            assert_eq!((&again["valid"], &again["usage"], &again["credits_available"]), (&json!(true), &first["usage"], &json!("1")), "{now}");
        };
        same("rate_limited").await;
        app.advance(Duration::from_minutes(2));
        same("insufficient_credits").await;
        app.advance(Duration::from_minutes(2));
        money.owner.patch(&path, json!({"addresses": ["198.51.100.0/24"], "rate_limit_per_minute": null})).await.ok();
        same("address_denied").await;
        money.owner.patch(&path, json!({"addresses": null, "permissions": ["keys:read"]})).await.ok();
        same("permission_denied").await;
        money.operator.post_empty(&money.path("suspend")).await.ok();
        same("workspace_suspended").await;
        money.operator.post_empty(&money.path("unsuspend")).await.ok();
        money.owner.post_empty(&format!("{path}/revoke")).await.ok();
        same("revoked").await;
        money.owner.delete(&path).await.no_content();
        same("revoked").await;
        assert_eq!(ask("refused", "keys:read").await.ok()["code"], "revoked", "a refusal is decided anew");
        ask("accepted", "keys:read").await.problem(409, "idempotency_mismatch");
        app.advance(Duration::from_hours(25));
        assert_eq!(ask("accepted", "environments:read").await.ok()["code"], "revoked", "keys are kept for a day");
        assert_eq!(money.available().await, "0");
    }

    async fn verify_tells_why_a_key_may_not(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let code = async |body: Value| {
            let verdict = money.verify(body).await;
            assert_eq!(verdict["valid"], false);
            assert!(verdict.get("usage").is_none() && verdict.get("credits_charged").is_none(), "{verdict}");
            verdict["code"].as_str().unwrap().to_owned()
        };
        assert_eq!(code(json!({"key": "gld_live_nonsense"})).await, "unknown_key");
        let expires_at = app.clock_plus(Duration::from_minutes(5));
        let short = money.owner.post("/v1/keys", json!({"name": "short", "expires_at": expires_at})).await.created();
        app.advance(Duration::from_minutes(5));
        assert_eq!(code(json!({"key": short["key"]})).await, "expired");
        assert_eq!(code(json!({"key": key, "permission": "keys:read"})).await, "permission_denied");
        assert_eq!(code(json!({"key": key, "permission": "companies:read"})).await, "permission_denied");
        assert_eq!(code(json!({"key": key, "credits": "1.000001"})).await, "insufficient_credits");
        let poor = money.operator.post("/v1/operator/verify", json!({"key": key, "credits": "1.000001"})).await;
        assert_eq!(cost(&poor), (None, Some("1")));
        money.operator.post_empty(&money.path("suspend")).await.ok();
        assert_eq!(code(json!({"key": key})).await, "workspace_suspended");
        money.operator.post_empty(&money.path("unsuspend")).await.ok();
        assert_eq!(money.verify(json!({"key": key})).await["valid"], true);
        for (body, pointer) in [
            (json!({}), "/key"),
            (json!({"key": key, "credits": "-1"}), "/credits"),
            (json!({"key": key, "credits": 1}), "/credits"),
            (json!({"key": key, "mode": "steal"}), "/mode"),
            (json!({"key": key, "mode": "hold", "hold_seconds": 0}), "/hold_seconds"),
            (json!({"key": key, "hold_seconds": 5}), "/hold_seconds"),
            (json!({"key": key, "environment": "nowhere"}), "/environment"),
            (json!({"key": key, "address": "home"}), "/address"),
            (json!({"key": key, "resource": ""}), "/resource"),
        ] {
            let problem = money.operator.post("/v1/operator/verify", body).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        money.owner.post("/v1/operator/verify", json!({"key": key})).await.problem(403, "permission_denied");
    }

    async fn closing_twice_with_one_idempotency_key_is_closing_once(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let hold = async || money.verify(json!({"key": key, "credits": "4", "mode": "hold"})).await["hold"].as_str().unwrap().to_owned();
        let held = hold().await;
        let settle = |body: Value| money.operator.post(&format!("/v1/operator/holds/{held}/settle"), body).header("idempotency-key", "1");
        let first = settle(json!({"outcome": "succeeded", "credits": "1.5"})).await.ok();
        money.charge(&key, "1").await;
        assert_eq!(settle(json!({"outcome": "succeeded", "credits": "1.5"})).await.ok(), first);
        settle(json!({"outcome": "succeeded", "credits": "2"})).await.problem(409, "idempotency_mismatch");

        let held = hold().await;
        let void = || money.operator.post_empty(&format!("/v1/operator/holds/{held}/void")).header("idempotency-key", "1");
        let first = void().await.ok();
        money.charge(&key, "1").await;
        assert_eq!(void().await.ok(), first);

        let usage = money.charge(&key, "2").await["usage"].as_str().unwrap().to_owned();
        let refund = |note: &str| money.operator.post(&format!("/v1/operator/usage/{usage}/refund"), json!({"note": note})).header("idempotency-key", "1");
        let first = refund("sorry").await.ok();
        assert_eq!(refund("sorry").await.ok(), first);
        refund("very sorry").await.problem(409, "idempotency_mismatch");
        assert_eq!(money.available().await, "6.5");
    }

    async fn a_tenant_that_is_not_there_is_not_found(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (id, key) = money.key(KeyKind::Live).await;
        for tenant in ["acme", "ten_00000000000000000000000000"] {
            let body = json!({"key": key, "tenant": tenant});
            money.operator.post("/v1/operator/verify", body).await.problem(404, "not_found");
            money.owner.post("/v1/keys", json!({"name": "k", "tenant": tenant})).await.problem(404, "not_found");
            money.owner.patch(&format!("/v1/keys/{id}"), json!({"tenant": tenant})).await.problem(404, "not_found");
        }
        let malformed = json!({"key": key, "tenant": "No Name!"});
        money.operator.post("/v1/operator/verify", malformed).await.problem(422, "invalid");
        let free = money.owner.patch(&format!("/v1/keys/{id}"), json!({"tenant": null})).await.ok();
        assert_eq!(free["tenant"], json!(null));
        assert_eq!(money.available().await, "10");
    }

    async fn a_hold_is_settled_once_and_the_rest_returns(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let hold = async || {
            let verdict = money.verify(json!({"key": key, "credits": "4", "mode": "hold"})).await;
            assert_eq!(verdict["credits_charged"], "0");
            verdict["hold"].as_str().unwrap().to_owned()
        };
        let first = hold().await;
        let balance = money.owner.get("/v1/credits").await.ok();
        assert_eq!((&balance["available"], &balance["held"]), (&json!("6"), &json!("4")));
        let settle = |hold: &str, body: Value| money.operator.post(&format!("/v1/operator/holds/{hold}/settle"), body);
        let problem = settle(&first, json!({"outcome": "succeeded", "credits": "4.5"})).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/credits");
        let settled = settle(&first, json!({"outcome": "succeeded", "credits": "1.5", "latency_ms": 20})).await;
        assert_eq!(cost(&settled), (Some("1.5"), Some("8.5")));
        let settled = settled.ok();
        assert_eq!((&settled["credits_charged"], &settled["credits_available"]), (&json!("1.5"), &json!("8.5")));
        settle(&first, json!({"outcome": "succeeded"})).await.problem(409, "hold_closed");
        money.operator.post_empty(&format!("/v1/operator/holds/{first}/void")).await.problem(409, "hold_closed");

        let second = hold().await;
        settle(&second, json!({"outcome": "failed"})).await.ok();
        let third = hold().await;
        let voided = money.operator.post_empty(&format!("/v1/operator/holds/{third}/void")).await.ok();
        assert_eq!(voided["credits_available"], "8.5");
        let problem = settle(&hold().await, json!({"outcome": "lost", "credits": "x", "latency_ms": -1})).await.problem(422, "invalid");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 3);
        settle("hld_00000000000000000000000000", json!({"outcome": "succeeded"})).await.problem(404, "not_found");
        settle("x", json!({"outcome": "succeeded"})).await.problem(404, "not_found");
        let event = &money.items("/v1/usage/events?status=succeeded").await[0];
        assert_eq!((&event["credits"], &event["latency_ms"]), (&json!("1.5"), &json!(20.0)));
    }

    async fn a_usage_event_is_refunded_once(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let usage = money.charge(&key, "4").await["usage"].as_str().unwrap().to_owned();
        let refund = || money.operator.post(&format!("/v1/operator/usage/{usage}/refund"), json!({"note": "our fault"}));
        let long = json!({"note": "x".repeat(501)});
        let problem = money.operator.post(&format!("/v1/operator/usage/{usage}/refund"), long).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/note");
        assert_eq!(refund().await.ok()["credits_available"], "10");
        refund().await.problem(409, "already_refunded");
        assert_eq!(money.items("/v1/credits/ledger?kind=refund").await[0]["note"], "our fault");
        money.operator.post("/v1/operator/usage/use_00000000000000000000000000/refund", json!({})).await.problem(404, "not_found");
        money.owner.post(&format!("/v1/operator/usage/{usage}/refund"), json!({})).await.problem(403, "permission_denied");
    }

    async fn a_usage_event_that_cost_nothing_is_refunded_like_any_other(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let hold = async |credits: &str| {
            let verdict = money.verify(json!({"key": key, "credits": credits, "mode": "hold"})).await;
            let settle = format!("/v1/operator/holds/{}/settle", verdict["hold"].as_str().unwrap());
            money.operator.post(&settle, json!({"outcome": "failed"})).await.ok();
        };
        money.charge(&key, "0").await;
        hold("0").await;
        hold("4").await;
        let events = money.items("/v1/usage/events").await;
        assert_eq!(events.len(), 3);
        for event in events {
            let refund = format!("/v1/operator/usage/{}/refund", event["id"].as_str().unwrap());
            assert_eq!(money.operator.post(&refund, json!({})).await.ok()["credits_available"], "10");
            money.operator.post(&refund, json!({})).await.problem(409, "already_refunded");
        }
    }

    async fn nobody_but_the_operator_runs_the_instance(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let owner = &money.owner;
        for path in ["workspaces", "users", "prices", "permissions", "service-tokens", "settings"] {
            let path = format!("/v1/operator/{path}");
            owner.get(&path).await.problem(403, "permission_denied");
            app.anonymous().get(&path).await.problem(401, "unauthenticated");
            money.operator.get(&path).await.ok();
        }
        owner.get(money.path("").trim_end_matches('/')).await.problem(403, "permission_denied");
        owner.post(&money.path("grants"), json!({"credits": "1", "source": "purchase"})).await.problem(403, "permission_denied");
        owner.post(&money.path("adjustments"), json!({"credits": "1", "note": "x"})).await.problem(403, "permission_denied");
        owner.post_empty(&money.path("suspend")).await.problem(403, "permission_denied");
        owner.post("/v1/operator/service-tokens", json!({"name": "mine"})).await.problem(403, "permission_denied");
        owner.patch("/v1/operator/settings", json!({})).await.problem(403, "permission_denied");
        owner.put("/v1/operator/prices", json!({"kind": "resource", "subject": "a", "credits": "0"})).await.problem(403, "permission_denied");
    }

    async fn a_price_holds_for_the_calls_after_the_answer(app: TestApp) {
        let money = Money::with(&app, "100").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let charged = async || money.verify(json!({"key": key, "resource": "companies:search"})).await["credits_charged"].clone();
        assert_eq!(charged().await, "1");
        let price = json!({"kind": "resource", "subject": "companies:search", "credits": "0.25"});
        let set = money.operator.put("/v1/operator/prices", price).await.ok();
        assert_eq!((&set["credits"], &set["per"]), (&json!("0.25"), &json!(1)));
        assert_eq!(charged().await, "0.25");
        money.operator.patch("/v1/operator/settings", json!({"verify_price": "3"})).await.ok();
        assert_eq!(charged().await, "0.25");
        let path = "/v1/operator/prices?kind=resource&subject=companies:search";
        money.operator.delete(path).await.no_content();
        assert_eq!(charged().await, "3");
        money.operator.delete(path).await.problem(404, "not_found");
        assert!(money.operator.get("/v1/operator/prices").await.ok()["items"].as_array().unwrap().is_empty());
        for (body, pointer) in [
            (json!({"kind": "star", "subject": "a", "credits": "1"}), "/kind"),
            (json!({"kind": "unit", "subject": "", "credits": "1"}), "/subject"),
            (json!({"kind": "step", "subject": "set", "credits": "1"}), "/subject"),
            (json!({"kind": "unit", "subject": "a", "credits": "-1"}), "/credits"),
            (json!({"kind": "unit", "subject": "a", "credits": "1", "per": 0}), "/per"),
        ] {
            let problem = money.operator.put("/v1/operator/prices", body).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer);
        }
    }

    async fn settings_change_only_where_told(app: TestApp) {
        let operator = app.operator().await;
        let before = operator.get("/v1/operator/settings").await.ok();
        assert_eq!((&before["sign_up"], &before["signup_bonus"]), (&json!("open"), &json!("0")));
        let changed = operator.patch("/v1/operator/settings", json!({"signup_bonus": "5", "logo_url": "https://example.com/a.png"})).await.ok();
        assert_eq!((&changed["signup_bonus"], &changed["product_name"]), (&json!("5"), &before["product_name"]));
        let changed = operator.patch("/v1/operator/settings", json!({"logo_url": null, "sign_up": "closed"})).await.ok();
        assert_eq!((&changed["signup_bonus"], &changed["logo_url"], &changed["sign_up"]), (&json!("5"), &json!(null), &json!("closed")));
        assert_eq!(operator.get("/v1/operator/settings").await.ok(), changed);
        let bad = json!({"signup_bonus": "-1", "verify_price": "x", "sign_up": "maybe", "logo_url": "ftp://x", "product_name": ""});
        let problem = operator.patch("/v1/operator/settings", bad).await.problem(422, "invalid");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 5, "{problem}");
    }

    async fn a_registered_permission_is_unique_and_never_one_of_ours(app: TestApp) {
        let operator = app.operator().await;
        let register = |name: &str| operator.post("/v1/operator/permissions", json!({"name": name, "description": "Read companies."}));
        register("companies:read").await.created();
        register("companies:read").await.problem(409, "name_taken");
        for wrong in ["flows:steal", "operator:x", "Companies", ""] {
            register(wrong).await.problem(422, "invalid");
        }
        assert_eq!(operator.get("/v1/operator/permissions").await.ok()["items"][0]["name"], "companies:read");
        operator.delete("/v1/operator/permissions/companies:read").await.no_content();
        operator.delete("/v1/operator/permissions/companies:read").await.problem(404, "not_found");
        operator.delete("/v1/operator/permissions/x").await.problem(404, "not_found");
    }

    async fn the_operator_sees_every_workspace_with_its_balance(app: TestApp) {
        let money = Money::with(&app, "12.5").await;
        let list = money.operator.get("/v1/operator/workspaces?limit=1").await.ok();
        assert_eq!(list["items"][0]["id"], money.owner.workspace());
        let next = format!("/v1/operator/workspaces?limit=1&cursor={}", list["next_cursor"].as_str().unwrap());
        assert_eq!(money.operator.get(&next).await.ok()["items"].as_array().unwrap().len(), 1);
        let slug = list["items"][0]["slug"].as_str().unwrap();
        let seen = money.operator.get(&format!("/v1/operator/workspaces/{slug}")).await.ok();
        assert_eq!((&seen["id"], &seen["credits"]["available"]), (&json!(money.owner.workspace()), &json!("12.5")));
        money.operator.post_empty(&format!("/v1/operator/workspaces/{slug}/suspend")).await.ok();
        assert_eq!(money.operator.get("/v1/operator/workspaces?suspended=true").await.ok()["items"].as_array().unwrap().len(), 1);
        money.operator.get("/v1/operator/workspaces/nowhere-at-all").await.problem(404, "not_found");
        money.operator.get("/v1/operator/workspaces?suspended=maybe").await.problem(400, "invalid_parameter");
    }

    async fn an_old_slug_leads_the_operator_to_the_workspace(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let path = format!("/v1/workspaces/{}", money.owner.workspace());
        let shown = money.owner.get(&path).await.ok();
        money.owner.patch(&path, json!({"slug": "acme-inc"})).await.ok();
        let path = format!("/v1/operator/workspaces/{}", shown["slug"].as_str().unwrap());
        assert_eq!(money.operator.get(&path).await.ok()["slug"], "acme-inc");
        money.operator.post(&format!("{path}/grants"), json!({"credits": "2", "source": "purchase"})).await.created();
        assert_eq!(money.available().await, "3");
    }

    async fn a_disabled_user_is_out_and_the_last_operator_stays(app: TestApp) {
        let operator = app.operator().await;
        let owner = app.owner().await;
        let path = |deed: &str| format!("/v1/operator/users/{}/{deed}", owner.user());
        let found = operator.get("/v1/operator/users?operator=false").await.ok();
        assert_eq!(found["items"][0]["id"], owner.user());
        assert!(operator.post_empty(&path("disable")).await.ok()["disabled_at"].is_string());
        app.advance(Duration::from_seconds(1));
        owner.get("/v1/me").await.problem(401, "invalid_credential");
        assert_eq!(operator.post_empty(&path("enable")).await.ok()["disabled_at"], json!(null));
        let own = format!("/v1/operator/users/{}/disable", operator.user());
        operator.post_empty(&own).await.problem(409, "last_operator");
        assert!(operator.post_empty(&path("promote")).await.ok()["operator_since"].is_string());
        operator.post_empty("/v1/operator/users/usr_00000000000000000000000000/enable").await.problem(404, "not_found");
        operator.get("/v1/operator/users?email=x").await.problem(400, "invalid_parameter");
        let email = found["items"][0]["email"].as_str().unwrap();
        assert_eq!(operator.get(&format!("/v1/operator/users?email={email}")).await.ok()["items"].as_array().unwrap().len(), 1);
    }
}
