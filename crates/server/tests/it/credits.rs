//! Balance, grants, ledger and caps, and what the operator gives and corrects.

use domain::{api_keys::KeyKind, credits::LineKind};
use serde_json::{Value, json};
use types::Duration;

use crate::money::Money;

testkit::both! {
    async fn credits_are_decimal_strings(app: TestApp) {
        let money = Money::with(&app, "949.500001").await;
        money.give(json!({"credits": "0.5", "source": "promotion", "expires_at": "2026-12-01T00:00:00Z"})).await;
        let balance = money.owner.get("/v1/credits").await.ok();
        assert_eq!(balance, json!({
            "available": "950.000001", "held": "0",
            "by_source": {"purchase": "949.500001", "promotion": "0.5"},
            "next_expiry": {"at": "2026-12-01T00:00:00Z", "credits": "0.5"},
        }));
        for wrong in [json!(100), json!("1e3"), json!("0.0000001"), json!("0"), json!("-1"), json!("99999999999999")] {
            let refused = money.operator.post(&money.path("grants"), json!({"credits": wrong, "source": "purchase"})).await;
            let problem = refused.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/credits", "{wrong}: {problem}");
        }
    }

    async fn a_grant_with_the_same_external_id_is_given_once(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let path = money.path("grants");
        let body = json!({"credits": "10", "source": "purchase", "external_id": "payment-1", "note": "a pack"});
        let answer = money.operator.post(&path, body.clone()).await;
        let location = answer.header("location").unwrap().to_owned();
        let first = answer.created();
        assert_eq!((&first["credits"], &first["remaining"], &first["created_by"]["kind"]), (&json!("10"), &json!("10"), &json!("user")));
        assert_eq!(money.operator.get(&location).await.ok(), first);
        let again = money.operator.post(&path, body).await;
        assert_eq!(again.header("guildhall-idempotent-replay"), None, "it is another request");
        assert_eq!(again.ok(), first, "given before");
        let other = json!({"credits": "11", "source": "purchase", "external_id": "payment-1"});
        money.operator.post(&path, other).await.problem(409, "external_id_taken");
        assert_eq!(money.available().await, "11");
        assert_eq!(money.items("/v1/credits/grants").await.len(), 2);
    }

    async fn a_repeated_request_with_the_same_key_gives_once_and_answers_the_same(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let give = |credits: &str| {
            let body = json!({"credits": credits, "source": "promotion"});
            money.operator.post(&money.path("grants"), body).header("idempotency-key", "give-once")
        };
        let first = give("5").await.created();
        assert_eq!(give("5").await.created(), first);
        give("6").await.problem(409, "idempotency_mismatch");
        assert_eq!(money.available().await, "6");

        let adjust = |note: &str| {
            let body = json!({"credits": "-2", "note": note});
            money.operator.post(&money.path("adjustments"), body).header("idempotency-key", "take-once")
        };
        let first = adjust("too many").await.ok();
        assert_eq!(adjust("too many").await.ok(), first);
        adjust("another").await.problem(409, "idempotency_mismatch");
        assert_eq!(money.available().await, "4");
    }

    async fn a_grant_for_later_that_is_asked_for_again_is_the_same_grant(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let give = || {
            let body = json!({"credits": "5", "source": "promotion", "effective_at": "2026-11-21T13:00:00Z"});
            money.operator.post(&money.path("grants"), body).header("idempotency-key", "give-later")
        };
        let first = give().await.created();
        assert_eq!(give().await.created(), first);
        app.advance(Duration::from_hours(1));
        assert_eq!(money.available().await, "6");
        assert_eq!(give().await.created()["id"], first["id"], "also when it is effective");
        assert_eq!(money.available().await, "6");
    }

    async fn a_key_that_came_with_an_external_id_granted_before_gives_nothing_else(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let give = |external: &str| {
            let body = json!({"credits": "5", "source": "purchase", "external_id": external});
            money.operator.post(&money.path("grants"), body)
        };
        let first = give("payment-1").await.created();
        let with_key = |external: &str| give(external).header("idempotency-key", "give-once");
        for _ in 0..2 {
            assert_eq!(with_key("payment-1").await.ok(), first);
        }
        with_key("payment-2").await.problem(409, "idempotency_mismatch");
        assert_eq!(money.available().await, "6");
    }

    async fn a_correction_never_takes_more_than_there_is(app: TestApp) {
        let money = Money::with(&app, "3").await;
        let path = money.path("adjustments");
        let refused = money.operator.post(&path, json!({"credits": "-3.5", "note": "a mistake"})).await;
        let problem = refused.problem(402, "insufficient_credits");
        assert_eq!((&problem["credits_needed"], &problem["credits_available"]), (&json!("3.5"), &json!("3")));
        money.operator.post(&path, json!({"credits": "-3", "note": "a mistake"})).await.ok();
        let given = money.operator.post(&path, json!({"credits": "0.25", "note": "sorry"})).await.ok();
        assert_eq!(given["credits_available"], "0.25");
        for (body, pointer) in [(json!({"credits": "0", "note": "x"}), "/credits"), (json!({"credits": "1", "note": " "}), "/note")] {
            let problem = money.operator.post(&path, body).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer);
        }
        let nowhere = "/v1/operator/workspaces/nowhere-at-all/adjustments";
        money.operator.post(nowhere, json!({"credits": "1", "note": "x"})).await.problem(404, "not_found");
        let nobody = "/v1/operator/workspaces/ws_00000000000000000000000000/grants";
        money.operator.post(nobody, json!({"credits": "1", "source": "trial"})).await.problem(404, "not_found");
    }

    async fn a_grant_for_later_counts_from_when_it_is_effective_until_it_ends(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let grant = money.give(json!({
            "credits": "10", "source": "allowance",
            "effective_at": "2026-11-21T13:00:00Z", "expires_at": "2026-11-21T14:00:00Z",
        })).await;
        assert_eq!((&grant["remaining"], &grant["priority"]), (&json!("0"), &json!(100)));
        assert_eq!(money.available().await, "1");
        app.advance(Duration::from_minutes(61));
        assert_eq!(money.available().await, "11");
        app.advance(Duration::from_minutes(61));
        assert_eq!(money.available().await, "1");
        let kinds: Vec<Value> = money.items("/v1/credits/ledger").await.into_iter().map(|line| line["kind"].clone()).collect();
        assert_eq!(kinds, ["expire", "activate", "grant"]);
    }

    async fn the_ledger_explains_every_balance_and_pages_through(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        for _ in 0..3 {
            money.charge(&key, "1.5").await;
        }
        let mut lines = Vec::new();
        let mut path = "/v1/credits/ledger?limit=3".to_owned();
        loop {
            let page = money.owner.get(&path).await.ok();
            lines.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/credits/ledger?limit=3&cursor={cursor}"),
                None => break,
            }
        }
        let seqs: Vec<i64> = lines.iter().map(|line| line["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, [4, 3, 2, 1]);
        assert_eq!(lines[0]["available_after"], "5.5");
        assert_eq!(lines[0]["available_delta"], "-1.5");
        assert!(lines[0]["usage"].as_str().unwrap().starts_with("use_"));
        assert_eq!(lines[3]["usage"], json!(null));
        for kind in LineKind::ALL {
            let path = format!("/v1/credits/ledger?kind={}", kind.as_str());
            let of_it: Vec<Value> = lines.iter().filter(|line| line["kind"] == kind.as_str()).cloned().collect();
            assert_eq!(money.items(&path).await, of_it, "{path}");
        }
        let problem = money.owner.get("/v1/credits/ledger?kind=gift").await.problem(400, "invalid_parameter");
        assert_eq!(problem["errors"][0]["parameter"], "kind");
        money.owner.get("/v1/credits/ledger?cursor=c1_00").await.problem(400, "invalid_parameter");
        money.owner.get("/v1/credits/grants?cursor=c1_00").await.problem(400, "invalid_parameter");
    }

    async fn the_ledger_is_exported_whole_as_it_is_listed(app: TestApp) {
        let money = Money::with(&app, "1000").await;
        let (_, key) = money.key(KeyKind::Live).await;
        for _ in 0..250 {
            money.charge(&key, "1.5").await;
        }
        let adjust = json!({"credits": "-1", "note": "=HYPERLINK(1)"});
        money.operator.post(&money.path("adjustments"), adjust).await.ok();
        let answer = money.owner.get("/v1/credits/ledger/export?format=ndjson").await;
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"ledger.ndjson\""));
        let lines: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let seqs: Vec<i64> = lines.iter().map(|line| line["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=252).rev().collect::<Vec<_>>());
        assert_eq!(lines[..50], money.items("/v1/credits/ledger").await);
        let csv = money.owner.get("/v1/credits/ledger/export?format=csv").await.text();
        let mut rows = csv.lines();
        assert_eq!(rows.next(), Some("seq,id,at,kind,available_delta,held_delta,available_after,held_after,grant,related,usage,actor_kind,actor,note"));
        assert!(rows.next().unwrap().ends_with(",'=HYPERLINK(1)"), "{csv}");
        assert_eq!(rows.count(), 251);
        let grants = money.owner.get("/v1/credits/ledger/export?format=csv&kind=grant").await.text();
        assert_eq!(grants.lines().count(), 2);
        for (query, parameter) in [("", "format"), ("?format=xml", "format"), ("?format=csv&kind=gift", "kind")] {
            let problem = money.owner.get(&format!("/v1/credits/ledger/export{query}")).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
        }
    }

    async fn a_replaced_key_takes_its_cap_along(app: TestApp) {
        let money = Money::with(&app, "100").await;
        let (id, key) = money.key(KeyKind::Live).await;
        money.owner.put("/v1/caps", json!({"subject_kind": "key", "subject_id": id, "period": "day", "credits": "3"})).await.ok();
        money.charge(&key, "2").await;
        let next = money.owner.post(&format!("/v1/keys/{id}/rotate"), json!({"overlap_seconds": 60})).await.created();
        let cap = money.items("/v1/caps").await.remove(0);
        assert_eq!((&cap["subject_id"], &cap["used"]), (&next["id"], &json!("2")));
        let refused = money.charge(next["key"].as_str().unwrap(), "2").await;
        assert_eq!((&refused["code"], &refused["cap"]["subject_id"], &refused["cap"]["used"]), (&json!("cap_reached"), &next["id"], &json!("2")));
        assert_eq!(refused["retry_after"], 43_200);
    }

    async fn money_of_another_workspace_is_not_found_and_a_guest_sees_none(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let stranger = app.stranger().await.in_workspace(money.owner.workspace());
        let guest = app.member(&money.owner, domain::access::Role::Guest).await;
        let paths = ["/v1/credits", "/v1/credits/grants", "/v1/credits/ledger", "/v1/caps", "/v1/usage/events", "/v1/usage/summary", "/v1/usage/export?format=csv", "/v1/credits/ledger/export?format=csv"];
        for path in paths {
            stranger.get(path).await.problem(404, "not_found");
            let problem = guest.get(path).await.problem(403, "permission_denied");
            assert!(problem["roles"].as_array().unwrap().contains(&json!("viewer")), "{path}");
            app.anonymous().get(path).await.problem(401, "unauthenticated");
            let by_query = if path.contains('?') { format!("{path}&") } else { format!("{path}?") };
            let by_query = format!("{by_query}workspace={}", money.owner.workspace());
            money.owner.clone().without("guildhall-workspace").get(&by_query).await.expect(200);
        }
    }

    async fn a_cap_refuses_and_says_when_it_resets(app: TestApp) {
        let money = Money::with(&app, "100").await;
        let (id, key) = money.key(KeyKind::Live).await;
        money.charge(&key, "1").await;
        let cap = json!({"subject_kind": "key", "subject_id": id, "period": "day", "credits": "3"});
        let set = money.owner.put("/v1/caps", cap).await.ok();
        assert_eq!(set, json!({
            "subject_kind": "key", "subject_id": id, "period": "day", "credits": "3",
            "used": "1", "held": "0", "resets_at": "2026-11-22T00:00:00Z",
        }), "it starts from what the day has used");
        assert_eq!(money.charge(&key, "2").await["valid"], true);
        let refused = money.charge(&key, "0.5").await;
        assert_eq!((&refused["valid"], &refused["code"], &refused["retry_after"]), (&json!(false), &json!("cap_reached"), &json!(43_200)));
        assert_eq!(money.items("/v1/caps").await[0]["used"], "3");
        app.advance(Duration::from_hours(12));
        assert_eq!(money.charge(&key, "0.5").await["valid"], true);
        assert_eq!(money.items("/v1/caps").await[0]["used"], "0.5");

        let path = format!("/v1/caps?subject_kind=key&subject_id={id}&period=day");
        money.owner.delete(&path).await.no_content();
        money.owner.delete(&path).await.problem(404, "not_found");
        assert_eq!(money.charge(&key, "50").await["valid"], true);
    }

    async fn a_cap_of_nothing_that_exists_is_refused_field_by_field(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let viewer = app.viewer(&money.owner).await;
        let workspace = json!({"subject_kind": "workspace", "period": "month", "credits": "50"});
        money.owner.put("/v1/caps", workspace.clone()).await.ok();
        viewer.put("/v1/caps", workspace).await.problem(403, "permission_denied");
        viewer.delete("/v1/caps?subject_kind=workspace&period=month").await.problem(403, "permission_denied");
        let flow = "flw_01h455vb4pex5vsknk084sn02q";
        for (body, pointers) in [
            (json!({"subject_kind": "planet", "period": "year", "credits": "x"}), vec!["/subject_kind", "/period", "/credits"]),
            (json!({"subject_kind": "flow", "subject_id": flow, "period": "day", "credits": "1"}), vec!["/subject_id"]),
            (json!({"subject_kind": "key", "subject_id": flow, "period": "day", "credits": "1"}), vec!["/subject_id"]),
            (json!({"subject_kind": "key", "period": "day", "credits": "1"}), vec!["/subject_id"]),
            (json!({"subject_kind": "workspace", "period": "day", "credits": "-1"}), vec!["/credits"]),
        ] {
            let problem = money.owner.put("/v1/caps", body).await.problem(422, "invalid");
            let found: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
            assert_eq!(found, pointers);
        }
        for query in ["period=day", "subject_kind=key&period=day", "subject_kind=key&subject_id=x&period=day", "subject_kind=workspace&period=week"] {
            money.owner.delete(&format!("/v1/caps?{query}")).await.problem(400, "invalid_parameter");
        }
    }
}
