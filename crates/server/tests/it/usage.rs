//! Usage events, summaries and exports.

use std::collections::BTreeSet;

use domain::api_keys::KeyKind;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use types::{Duration, Microcredits};

use crate::{
    calls::{GREET, deploy},
    money::Money,
};

fn sum<'a>(credits: impl Iterator<Item = &'a Value>) -> i64 {
    credits
        .map(|text| text.as_str().unwrap().parse::<Microcredits>().unwrap().get())
        .sum()
}

testkit::both! {
    async fn a_charge_is_a_usage_event_with_all_that_is_known_of_it(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (id, key) = money.key(KeyKind::Live).await;
        let verdict = money.verify(json!({
            "key": key, "credits": "0.5", "resource": "companies:search", "environment": "production", "tags": {"order": 7},
        })).await;
        let usage = verdict["usage"].as_str().unwrap();
        let event = money.owner.get(&format!("/v1/usage/events/{usage}")).await.ok();
        assert_eq!(event["id"], usage);
        assert_eq!((&event["key"], &event["user"], &event["flow"]), (&json!(id), &json!(null), &json!(null)));
        assert_eq!((&event["resource"], &event["status"], &event["credits"]), (&json!("companies:search"), &json!("succeeded"), &json!("0.5")));
        assert_eq!((&event["tags"], &event["test"], &event["at"]), (&json!({"order": 7}), &json!(false), &json!("2026-11-21T12:00:00.001Z")));
        assert!(event["environment"].as_str().unwrap().starts_with("env_"));
        assert_eq!(money.items("/v1/usage/events").await, [event]);
        money.owner.get("/v1/usage/events/use_00000000000000000000000000").await.problem(404, "not_found");
        money.owner.get("/v1/usage/events/x").await.problem(404, "not_found");
    }

    async fn events_are_found_by_each_filter(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (first, first_key) = money.key(KeyKind::Live).await;
        let (_, second_key) = money.key(KeyKind::Test).await;
        money.verify(json!({"key": first_key, "resource": "a"})).await;
        app.advance(Duration::from_hours(1));
        money.verify(json!({"key": second_key, "resource": "b"})).await;
        let count = async |query: &str| money.items(&format!("/v1/usage/events?{query}")).await.len();
        assert_eq!(count("").await, 2);
        assert_eq!(count(&format!("key={first}")).await, 1);
        assert_eq!(count("resource=b").await, 1);
        assert_eq!(count("resource=b&status=failed").await, 0);
        assert_eq!(count("status=succeeded").await, 2);
        assert_eq!(count("from=2026-11-21T12:30:00Z").await, 1);
        assert_eq!(count("to=2026-11-21T13:00:00Z").await, 1);
        assert_eq!(count("limit=1").await, 1);
        assert_eq!(count(&format!("user={}", money.owner.user())).await, 0);
        assert_eq!(money.items("/v1/usage/events?resource=b").await[0]["test"], true);
        for (query, parameter) in [("status=lost", "status"), ("key=x", "key"), ("from=yesterday", "from"), ("flw=x", "flw")] {
            let problem = money.owner.get(&format!("/v1/usage/events?{query}")).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
        }
    }

    async fn events_are_found_by_the_person_and_the_flow_they_are_of(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let flow = deploy(&money.owner, "Greet", GREET).await;
        let other = deploy(&money.owner, "Greet again", GREET).await;
        let name = || json!({"name": "Ada"});
        money.owner.post(&format!("{flow}/call"), name()).await.ok();
        app.key(&key).post(&format!("{other}/call"), name()).await.ok();
        money.charge(&key, "1").await;
        let id = async |path: &str| money.owner.get(path).await.ok()["id"].as_str().unwrap().to_owned();
        let (flow, other, user) = (id(&flow).await, id(&other).await, money.owner.user().to_owned());
        let found = async |query: &str| {
            let events = money.items(&format!("/v1/usage/events?{query}")).await;
            events.iter().map(|event| (event["flow"].clone(), event["user"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(found("").await.len(), 3);
        assert_eq!(found(&format!("user={user}")).await, [(json!(flow), json!(user))]);
        assert_eq!(found(&format!("flow={flow}")).await, [(json!(flow), json!(user))]);
        assert_eq!(found(&format!("flow={other}")).await, [(json!(other), json!(null))]);
        assert_eq!(found(&format!("flow={other}&user={user}")).await, []);
    }

    async fn refused_keys_are_counted_in_the_summary_and_listed_when_asked_for(app: TestApp) {
        let money = Money::with(&app, "1").await;
        let (id, key) = money.key(KeyKind::Live).await;
        money.charge(&key, "1").await;
        for _ in 0..3 {
            assert_eq!(money.verify(json!({"key": key, "credits": "1", "resource": "a", "environment": "staging"})).await["code"], "insufficient_credits");
        }
        app.advance(types::Duration::from_ms(1));
        assert_eq!(money.verify(json!({"key": key, "permission": "companies:read"})).await["code"], "permission_denied");
        assert_eq!(money.verify(json!({"key": "gld_live_unknown"})).await["code"], "unknown_key");
        domain::usage::flush_refused(&app.state.services).await.unwrap();
        let summary = money.owner.get("/v1/usage/summary?group_by=status").await.ok();
        assert_eq!((&summary["totals"]["calls"], &summary["totals"]["refused"], &summary["totals"]["credits"]), (&json!(1), &json!(4), &json!("1")));
        let statuses: Vec<_> = summary["items"].as_array().unwrap().iter().map(|item| (item["status"].as_str().unwrap(), item["refused"].as_i64().unwrap())).collect();
        assert_eq!(statuses, [("refused_insufficient_credits", 3), ("refused_permission_denied", 1), ("succeeded", 0)]);
        let of = async |query: &str| money.owner.get(&format!("/v1/usage/summary?{query}")).await.ok()["totals"]["refused"].clone();
        assert_eq!(of("environment=staging").await, 3);
        assert_eq!(of(&format!("key={id}")).await, 4);
        assert_eq!(of(&format!("user={}", money.owner.user())).await, 0);

        assert_eq!(money.items("/v1/usage/events").await.len(), 1);
        let refused = money.items("/v1/usage/events?status=refused").await;
        assert_eq!(refused.len(), 4);
        assert_eq!((&refused[0]["status"], &refused[0]["credits"], &refused[0]["surface"], &refused[0]["key"]), (&json!("refused_permission_denied"), &json!("0"), &json!("verify"), &json!(id)));
        let path = format!("/v1/usage/events/{}", refused[0]["id"].as_str().unwrap());
        assert_eq!(money.owner.get(&path).await.ok(), refused[0]);
        assert_eq!(money.items("/v1/usage/events?status=refused_insufficient_credits&resource=a&environment=staging").await.len(), 3);
        let mut page = money.owner.get("/v1/usage/events?status=refused&limit=3").await.ok();
        let cursor = page["next_cursor"].take();
        let rest = money.items(&format!("/v1/usage/events?status=refused&limit=3&cursor={}", cursor.as_str().unwrap())).await;
        assert_eq!(rest, refused[3..]);
        let export = money.owner.get("/v1/usage/export?format=csv&status=refused").await.text();
        assert_eq!(export.lines().count(), 5);
        let stranger = app.stranger().await;
        stranger.get(&path).await.problem(404, "not_found");
    }

    async fn flows_and_environments_are_named_by_slug_or_id_in_every_filter(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let flow = money.owner.post("/v1/flows", json!({"name": "Greet"})).await.created();
        let (_, key) = money.key(KeyKind::Live).await;
        money.verify(json!({"key": key, "environment": "staging"})).await;
        let staging = money.items("/v1/usage/events").await[0]["environment"].clone();
        for path in ["/v1/usage/events", "/v1/usage/summary", "/v1/usage/export", "/v1/runs"] {
            let format = if path.ends_with("export") { "&format=csv" } else { "" };
            for query in ["flow=greet", "environment=staging", &format!("flow={}", flow["id"].as_str().unwrap()), &format!("environment={}", staging.as_str().unwrap())] {
                money.owner.get(&format!("{path}?{query}{format}")).await.expect(200);
            }
            money.owner.get(&format!("{path}?flow=nowhere{format}")).await.problem(404, "not_found");
            money.owner.get(&format!("{path}?environment=nowhere{format}")).await.problem(404, "not_found");
            money.owner.get(&format!("{path}?user={}{format}", money.owner.user())).await.expect(200);
        }
        assert_eq!(money.items("/v1/usage/events?environment=staging").await.len(), 1);
        assert_eq!(money.items("/v1/usage/events?flow=greet").await.len(), 0);
        let key = money.owner.post("/v1/keys", json!({"name": "k", "flows": ["greet"]})).await.created();
        assert_eq!(key["flows"], json!([flow["id"]]));
        let problem = money.owner.post("/v1/keys", json!({"name": "k", "flows": ["nowhere"]})).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/flows");
    }

    async fn summary_totals_equal_the_ledger(app: TestApp) {
        let money = Money::with(&app, "100").await;
        let (first, first_key) = money.key(KeyKind::Live).await;
        let (second, second_key) = money.key(KeyKind::Live).await;
        for _ in 0..5 {
            money.charge(&first_key, "0.3").await;
            app.advance(Duration::from_hours(7));
            money.charge(&second_key, "1.25").await;
        }
        let lines = money.items("/v1/credits/ledger?kind=charge&limit=200").await;
        let charged = -sum(lines.iter().map(|line| &line["available_delta"]));
        let summary = money.owner.get("/v1/usage/summary?group_by=day,key&time_zone=Europe/Berlin").await.ok();
        let items = summary["items"].as_array().unwrap();
        assert_eq!(sum(items.iter().map(|item| &item["credits"])), charged);
        assert_eq!(sum([&summary["totals"]["credits"]].into_iter()), charged);
        assert_eq!(items.iter().map(|item| item["calls"].as_i64().unwrap()).sum::<i64>(), 10);
        assert_eq!(summary["totals"]["calls"], 10);
        assert_eq!(summary["time_zone"], "Europe/Berlin");
        let keys: BTreeSet<&str> = items.iter().map(|item| item["key"].as_str().unwrap()).collect();
        assert_eq!(keys, BTreeSet::from([first.as_str(), second.as_str()]));
        let days: BTreeSet<&str> = items.iter().map(|item| item["day"].as_str().unwrap()).collect();
        assert_eq!(days, BTreeSet::from(["2026-11-21", "2026-11-22", "2026-11-23"]));
        assert!(items[0].get("hour").is_none() && items[0].get("flow").is_none(), "only what was asked for");

        let whole = money.owner.get("/v1/usage/summary").await.ok();
        assert_eq!(whole["items"].as_array().unwrap().len(), 1);
        assert_eq!(whole["totals"]["credits"], summary["totals"]["credits"]);
        assert_eq!(whole["time_zone"], "UTC", "the workspace's own");
        let one = money.owner.get(&format!("/v1/usage/summary?key={first}&group_by=hour,status")).await.ok();
        assert_eq!(one["totals"]["credits"], "1.5");
        assert_eq!((&one["items"][0]["hour"], &one["items"][0]["status"]), (&json!("2026-11-21T12:00:00Z"), &json!("succeeded")));
    }

    async fn a_summary_ends_before_its_end_and_until_now_includes_now(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let noon: types::Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let quarter = noon.plus(Duration::from_minutes(15));
        app.advance(quarter.since(app.state.services.clock.now()));
        assert_eq!(app.state.services.clock.now(), quarter);
        money.charge(&key, "1").await;
        let calls = async |query: &str| {
            let summary = money.owner.get(&format!("/v1/usage/summary?{query}")).await.ok();
            (summary["totals"]["calls"].as_i64().unwrap(), summary["to"].as_str().unwrap().to_owned())
        };
        let of = |calls: i64, to: &str| (calls, to.to_owned());
        assert_eq!(calls("").await, of(1, "2026-11-21T12:30:00Z"));
        assert_eq!(calls("from=2026-11-21T12:00:00Z&to=2026-11-21T12:15:00Z").await, of(0, "2026-11-21T12:15:00Z"));
        assert_eq!(calls("from=2026-11-21T12:15:00Z&to=2026-11-21T12:30:00Z").await, of(1, "2026-11-21T12:30:00Z"));
        assert_eq!(calls("from=2026-11-21T12:00:00Z&to=2026-11-21T12:15:00.000001Z").await, of(1, "2026-11-21T12:30:00Z"));
        // Single events are exact to the microsecond.
        let events = async |query: &str| money.items(&format!("/v1/usage/events?{query}")).await.len();
        assert_eq!(events("to=2026-11-21T12:15:00Z").await, 0);
        assert_eq!(events("to=2026-11-21T12:15:00.000001Z").await, 1);
        assert_eq!(events("from=2026-11-21T12:15:00Z").await, 1);
        assert_eq!(events("from=2026-11-21T12:15:00.000001Z").await, 0);
    }

    async fn a_summary_is_apart_by_whatever_is_asked_for(app: TestApp) {
        let money = Money::with(&app, "100").await;
        let owner = &money.owner;
        let definition = "document: {dsl: '1.0.3', namespace: test, name: it, version: '1.0.0'}\ndo: [{a: {if: .bad, raise: {error: {type: 'https://x.test/e', status: 400}}}}]";
        let flow = owner.post("/v1/flows", json!({"name": "It"})).await.created()["id"].clone();
        owner.post("/v1/flows/it/versions", json!({"definition": definition})).await.created();
        for environment in ["staging", "production"] {
            owner.post("/v1/flows/it/deployments", json!({"environment": environment, "version": 1})).await.created();
        }
        let environments = owner.get("/v1/environments").await.ok()["items"].clone();
        let id_of = |name: &str| environments.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["id"].clone();
        let (key, text) = money.key(KeyKind::Live).await;
        let by_key = app.key(&text);
        by_key.post("/v1/flows/it/call", json!({})).await.ok();
        by_key.post("/v1/flows/it/call", json!({"bad": true})).await.problem(400, "flow_failed");
        owner.post("/v1/flows/it/call", json!({})).header("guildhall-environment", "staging").await.ok();
        app.advance(Duration::from_hours(13));
        money.charge(&text, "2.5").await;
        // What a row is about, its calls and its credits, by each thing alone and by all together.
        let by = async |group_by: &str| {
            let summary = owner.get(&format!("/v1/usage/summary?group_by={group_by}")).await.ok();
            assert_eq!((&summary["totals"]["calls"], &summary["totals"]["errors"], &summary["totals"]["credits"]), (&json!(4), &json!(1), &json!("4.5")), "{group_by}");
            let rows = summary["items"].as_array().unwrap().iter();
            let mut rows: Vec<Value> = rows.map(|row| {
                let about: Vec<_> = group_by.split(',').map(|name| row[name].clone()).collect();
                json!([about, row["calls"], row["credits"]])
            }).collect();
            rows.sort_by_key(Value::to_string);
            Value::Array(rows)
        };
        let sorted = |mut rows: Vec<Value>| {
            rows.sort_by_key(Value::to_string);
            Value::Array(rows)
        };
        let (none, user) = (Value::Null, json!(owner.user()));
        let (staging, production) = (id_of("staging"), id_of("production"));
        assert_eq!(by("day").await, json!([[["2026-11-21"], 3, "2"], [["2026-11-22"], 1, "2.5"]]));
        assert_eq!(by("flow").await, sorted(vec![json!([[flow], 3, "2"]), json!([[none], 1, "2.5"])]));
        assert_eq!(by("key").await, sorted(vec![json!([[key], 3, "3.5"]), json!([[none], 1, "1"])]));
        assert_eq!(by("user").await, sorted(vec![json!([[user], 1, "1"]), json!([[none], 3, "3.5"])]));
        assert_eq!(by("environment").await, sorted(vec![json!([[staging], 1, "1"]), json!([[production], 2, "1"]), json!([[none], 1, "2.5"])]));
        assert_eq!(by("status").await, json!([[["failed"], 1, "0"], [["succeeded"], 3, "4.5"]]));
        assert_eq!(by("day,flow,key,user,environment,status").await, sorted(vec![
            json!([["2026-11-21", flow, key, none, production, "succeeded"], 1, "1"]),
            json!([["2026-11-21", flow, key, none, production, "failed"], 1, "0"]),
            json!([["2026-11-21", flow, none, user, staging, "succeeded"], 1, "1"]),
            json!([["2026-11-22", none, key, none, none, "succeeded"], 1, "2.5"]),
        ]));
    }

    async fn a_summary_of_much_usage_is_read_in_pieces_and_too_many_rows_are_refused(app: TestApp) {
        let operator = app.operator().await;
        // More rows than are read at once, in 96 quarters of an hour; then all of them in a single one.
        app.sql(
            "INSERT INTO usage_rollup
                (workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket, calls, credits, latency_us)
             WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 20999)
             SELECT id, 1795219200000000 + (i % 96) * 900000000, id, id, id, id, id, 'succeeded', i, 1, 2000000, 3000
             FROM n, workspaces",
        )
        .await;
        let hours = "/v1/usage/summary?from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z&group_by=hour,key";
        let summary = operator.get(hours).await.ok();
        let totals = &summary["totals"];
        assert_eq!((&totals["calls"], &totals["credits"], &totals["latency_ms"]["mean"]), (&json!(21_000), &json!("42000"), &json!(3.0)));
        assert_eq!(summary["items"].as_array().unwrap().len(), 24);
        app.sql("UPDATE usage_rollup SET quarter = 1795219200000000").await;
        let one = "/v1/usage/summary?from=2026-11-21T00:00:00Z&to=2026-11-21T00:30:00Z";
        let refused = operator.get(one).await.problem(400, "invalid_parameter");
        assert_eq!((&refused["errors"][0]["parameter"], &refused["errors"][0]["code"]), (&json!("group_by"), &json!("too_many")));
        app.sql("DELETE FROM usage_rollup").await;
    }

    async fn a_summary_of_nonsense_is_refused_by_its_parameter(app: TestApp) {
        let money = Money::with(&app, "1").await;
        for (query, parameter) in [
            ("group_by=planet", "group_by"),
            ("group_by=day,hour", "group_by"),
            ("group_by=flow,flow", "group_by"),
            ("time_zone=Mars/Olympus", "time_zone"),
            ("from=2026-11-21T12:00:00Z&to=2026-11-21T12:00:00Z", "to"),
            ("from=2020-01-01T00:00:00Z", "to"),
        ] {
            let problem = money.owner.get(&format!("/v1/usage/summary?{query}")).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}: {problem}");
        }
    }

    async fn export_streams_every_event_once(app: TestApp) {
        let money = Money::with(&app, "1000").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let mut charged = BTreeSet::new();
        for number in 0..205 {
            let verdict = money.verify(json!({"key": key, "credits": "1", "resource": format!("r{}", number % 2)})).await;
            charged.insert(verdict["usage"].as_str().unwrap().to_owned());
        }
        let answer = money.owner.get("/v1/usage/export?format=csv").await;
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"usage.csv\""));
        assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
        let text = answer.text();
        let ids: Vec<String> = text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
        assert_eq!(ids.len(), 205);
        assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), charged);

        let answer = money.owner.get("/v1/usage/export?format=ndjson&resource=r1").await;
        assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
        let events: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events.len(), 102);
        assert!(events.iter().all(|event| event["resource"] == "r1"));
        let first = money.owner.get(&format!("/v1/usage/events/{}", events[0]["id"].as_str().unwrap())).await.ok();
        assert_eq!(events[0], first, "a line is what the API says of the event");
    }

    async fn exports_that_nobody_reads_on_hold_nothing_open(app: TestApp) {
        let money = Money::with(&app, "1000").await;
        let (_, key) = money.key(KeyKind::Live).await;
        for _ in 0..205 {
            money.charge(&key, "1").await;
        }
        let mut begun = Vec::new();
        // More than there are connections to the database.
        for _ in 0..80 {
            let mut body = money.owner.get("/v1/usage/export?format=ndjson").unread().await;
            let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
            begun.push((body, first));
        }
        money.charge(&key, "1").await;
        assert_eq!(money.items("/v1/usage/events?limit=1").await.len(), 1);
        for (body, first) in begun {
            let rest = body.collect().await.unwrap().to_bytes();
            let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!((lines(&first), lines(&rest)), (200, 5), "what came meanwhile is not in it");
        }
    }

    async fn an_export_runs_nothing_in_a_spreadsheet(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        for resource in ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "a,\"b\""] {
            money.verify(json!({"key": key, "resource": resource})).await;
        }
        let text = money.owner.get("/v1/usage/export?format=csv").await.text();
        for cell in ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@x", "\"a,\"\"b\"\"\""] {
            assert!(text.contains(&format!(",{cell},")), "{cell}: {text}");
        }
        money.owner.get("/v1/usage/export").await.problem(400, "invalid_parameter");
        money.owner.get("/v1/usage/export?format=xml").await.problem(400, "invalid_parameter");
        let empty = money.owner.get("/v1/usage/export?format=ndjson&status=failed").await;
        assert!(empty.text().is_empty());
    }

    async fn who_follows_the_cursor_is_given_all_that_matches_over_pages_with_little_and_nothing(app: TestApp) {
        let money = Money::with(&app, "10").await;
        let (_, key) = money.key(KeyKind::Live).await;
        let mut rare = Vec::new();
        for resource in ["rare", "rare", "common", "rare"] {
            app.advance(Duration::from_hours(1));
            let verdict = money.verify(json!({"key": key, "resource": resource})).await;
            if resource == "rare" {
                rare.insert(0, verdict["usage"].as_str().unwrap().to_owned());
            }
            // More in between than a page looks through.
            let workspace = money.owner.workspace().parse().unwrap();
            domain::testing::add_idle_lines(&app.state.services, workspace).await;
        }
        // The ids on each page.
        let pages = async |query: &str| {
            let (mut pages, mut path) = (Vec::new(), format!("/v1/usage/events?{query}"));
            loop {
                let page = money.owner.get(&path).await.ok();
                let ids = page["items"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned());
                pages.push(ids.collect::<Vec<_>>());
                match page["next_cursor"].as_str() {
                    Some(cursor) => path = format!("/v1/usage/events?{query}&cursor={cursor}"),
                    None => return pages,
                }
            }
        };
        for limit in [1, 200] {
            let found = pages(&format!("resource=rare&limit={limit}")).await;
            assert_eq!(found.concat(), rare, "all of them, each once, the newest first");
            assert!(found.iter().any(Vec::is_empty), "{found:?}");
        }
        assert_eq!(pages("resource=none").await.concat(), [""; 0]);
        // Nothing is looked through that is older than what is asked for.
        assert_eq!(pages("resource=rare&from=2026-11-21T15:30:00Z").await.concat(), rare[..1]);
        let whole = pages("resource=rare").await.len();
        assert!(pages("resource=rare&from=2026-11-21T15:30:00Z").await.len() < whole);
        for (format, header) in [("csv", 1), ("ndjson", 0)] {
            let text = money.owner.get(&format!("/v1/usage/export?format={format}&resource=rare")).await.text();
            let lines: Vec<&str> = text.lines().skip(header).collect();
            assert_eq!(lines.len(), rare.len(), "{text}");
            assert!(lines.iter().zip(&rare).all(|(line, id)| line.contains(id.as_str())), "{text}");
            let none = money.owner.get(&format!("/v1/usage/export?format={format}&resource=none")).await.text();
            assert_eq!(none.lines().count(), header);
        }
    }
}
