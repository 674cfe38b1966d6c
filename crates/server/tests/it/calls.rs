//! Calling flows: every way in which a call can end, over HTTP.

use serde_json::{Value, json};
use testkit::{Actor, TestApp};

/// Greets whoever it is told, and refuses what has no name.
pub const GREET: &str = "
document: {dsl: '1.0.3', namespace: test, name: greet, version: '1.0.0'}
input:
  schema:
    document: {type: object, required: [name], properties: {name: {type: string}}}
do:
  - greet:
      set: {greeting: '${ \"Hello, \\(.name)\" }'}
";
const RAISE: &str = "
document: {dsl: '1.0.3', namespace: test, name: raise, version: '1.0.0'}
do:
  - refuse:
      raise:
        error: {type: 'https://example.com/errors/sold-out', status: 410, title: Sold out, detail: Nothing is left}
";
const ECHO: &str = "
document: {dsl: '1.0.3', namespace: test, name: echo, version: '1.0.0'}
do:
  - say:
      set: '${ . }'
";
const LOOP: &str = "
document: {dsl: '1.0.3', namespace: test, name: loop, version: '1.0.0'}
do:
  - turn:
      for: {in: '[range(.turns)]'}
      do:
        - nothing:
            set: {}
";
const REFUSE: &str = "
document: {dsl: '1.0.3', namespace: test, name: refuse, version: '1.0.0'}
do:
  - refuse:
      raise:
        error: {type: 'https://example.com/errors/refused', status: 410, title: Refused, detail: '${ .why }'}
";
const FETCH: &str = "
document: {dsl: '1.0.3', namespace: test, name: fetch, version: '1.0.0'}
do:
  - first:
      call: http
      with: {method: get, endpoint: 'https://example.com/first'}
  - second:
      call: http
      with: {method: get, endpoint: 'https://example.com/second'}
";

/// Makes a flow of the owner's workspace live in production; answers its path.
pub async fn deploy(owner: &Actor, name: &str, definition: &str) -> String {
    let flow = owner.post("/v1/flows", json!({"name": name})).await.created();
    let path = format!("/v1/flows/{}", flow["slug"].as_str().unwrap());
    let version = owner
        .post(&format!("{path}/versions"), json!({"definition": definition}))
        .await
        .created();
    let body = json!({"environment": "production", "version": version["number"]});
    owner.post(&format!("{path}/deployments"), body).await.created();
    path
}

async fn give(app: &TestApp, owner: &Actor, credits: &str) {
    use domain::credits::{Gift, GrantSource};
    let origin = domain::access::Origin {
        address: [127, 0, 0, 1].into(),
        request_id: app.state.services.ids.next(),
    };
    let operator = domain::access::Operator::full(domain::access::Actor::System, origin);
    let gift = Gift {
        credits: credits.parse().unwrap(),
        source: GrantSource::Promotion,
        effective_at: None,
        expires_at: None,
        priority: None,
        external_id: None,
        note: None,
    };
    let workspace = owner.workspace().parse().unwrap();
    domain::credits::give(&app.state.services, &operator, workspace, gift, None)
        .await
        .unwrap();
}

/// An owner with credits, a live flow, and a key that may call it.
async fn shop(app: &TestApp, credits: &str) -> (Actor, Actor, String) {
    let owner = app.owner().await;
    if credits != "0" {
        give(app, &owner, credits).await;
    }
    let path = deploy(&owner, "Greet", GREET).await;
    let key = app.key_of(&owner, json!({"name": "shop"})).await;
    (owner, key, format!("{path}/call"))
}

async fn available(owner: &Actor) -> Value {
    owner.get("/v1/credits").await.ok()["available"].clone()
}

testkit::both! {
    async fn a_key_calls_a_deployed_flow_and_is_charged(app: TestApp) {
        let (owner, key, call) = shop(&app, "2").await;
        let answer = key.post(&call, json!({"name": "Ada"})).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"greeting": "Hello, Ada"})));
        assert_eq!(answer.header("guildhall-credits-charged"), Some("1"));
        assert_eq!(answer.header("guildhall-credits-available"), Some("1"));
        let run = answer.header("guildhall-run-id").unwrap().to_owned();

        let kept = owner.get(&format!("/v1/runs/{run}")).await.ok();
        assert_eq!((&kept["input"], &kept["output"]), (&json!({"name": "Ada"}), &json!({"greeting": "Hello, Ada"})));
        assert_eq!((&kept["state"], &kept["credits"], &kept["version"]), (&json!("succeeded"), &json!("1"), &json!(1)));
        let steps = owner.get(&format!("/v1/runs/{run}/steps")).await.ok();
        assert_eq!(steps["items"][0]["output"], json!({"greeting": "Hello, Ada"}));
        assert_eq!(owner.get("/v1/runs?state=succeeded").await.ok()["items"].as_array().unwrap().len(), 1);
        let events = owner.get("/v1/usage/events").await.ok();
        assert_eq!(events["items"][0]["id"].as_str().unwrap()[4..], run[4..], "the usage event is the run's");
        assert_eq!(available(&owner).await, json!("1"));
        app.assert_books_balance().await;
    }

    async fn runs_tell_names_and_flows_their_last_run_to_who_may_see_it(app: TestApp) {
        let (owner, key, call) = shop(&app, "3").await;
        let unused = deploy(&owner, "Unused", GREET).await;
        for name in ["Ada", "Bob"] {
            key.post(&call, json!({"name": name})).await.ok();
        }
        let runs = owner.get("/v1/runs").await.ok();
        let newest = &runs["items"][0];
        assert_eq!((&newest["flow_name"], &newest["environment_name"]), (&json!("Greet"), &json!("production")));
        let last = &owner.get(call.trim_end_matches("/call")).await.ok()["last_run"];
        assert_eq!((&last["id"], &last["state"]), (&newest["id"], &json!("succeeded")));
        assert_eq!(owner.get(&unused).await.ok()["last_run"], Value::Null);
        let listed = owner.get("/v1/flows?search=greet").await.ok();
        assert_eq!(listed["items"][0]["last_run"]["id"], newest["id"]);
        // A guest sees his own runs alone, and a key without the right none.
        let guest = app.member(&owner, domain::access::Role::Guest).await;
        assert_eq!(guest.get("/v1/flows?search=greet").await.ok()["items"][0]["last_run"], Value::Null);
        let reader = app.key_of(&owner, json!({"name": "reader", "permissions": ["flows:read"]})).await;
        assert_eq!(reader.get("/v1/flows?search=greet").await.ok()["items"][0]["last_run"], Value::Null);
    }

    async fn each_way_a_call_is_refused_has_its_status_and_costs_nothing(app: TestApp) {
        let (owner, key, call) = shop(&app, "1").await;
        key.call(http::Method::POST, &call).bytes("{").await.problem(400, "malformed_body");
        app.anonymous().post(&call, json!({})).await.problem(401, "unauthenticated");
        let reader = app.key_of(&owner, json!({"name": "reader", "permissions": ["flows:read"]})).await;
        reader.post(&call, json!({"name": "Ada"})).await.problem(403, "permission_denied");
        key.post("/v1/flows/unknown/call", json!({})).await.problem(404, "not_found");
        let staging = key.clone().with("guildhall-environment", "staging");
        let refused = staging.post(&call, json!({"name": "Ada"})).await.problem(404, "not_deployed");
        assert_eq!(refused["live_in"], json!(["production"]));
        let too_large = format!("{{\"name\":\"{}\"}}", "x".repeat(1_100_000));
        key.call(http::Method::POST, &call).bytes(too_large).await.problem(413, "body_too_large");
        let invalid = key.post(&call, json!({"name": 5})).await.problem(422, "invalid_input");
        assert_eq!(invalid["errors"][0]["pointer"], json!("/name"));
        let test_key = app.key_of(&owner, json!({"name": "test", "kind": "test"})).await;
        let to_production = test_key.with("guildhall-environment", "production");
        to_production.post(&call, json!({"name": "Ada"})).await.problem(403, "environment_not_allowed");
        let limited = app.key_of(&owner, json!({"name": "slow", "rate_limit_per_minute": 1})).await;
        assert!(limited.post(&call, json!({"name": "Ada"})).await.header("ratelimit").is_some());
        let too_often = limited.post(&call, json!({"name": "Ada"})).await;
        assert!(too_often.header("retry-after").is_some());
        too_often.problem(429, "rate_limited");
        // The one credit is gone with the call that the slow key was allowed.
        let broke = key.post(&call, json!({"name": "Ada"})).await.problem(402, "insufficient_credits");
        assert_eq!((&broke["credits_needed"], &broke["credits_available"]), (&json!("1"), &json!("0")));
        app.assert_books_balance().await;
    }

    async fn a_reached_cap_tells_which_and_when_to_come_back(app: TestApp) {
        let (owner, key, call) = shop(&app, "5").await;
        let flow = owner.get("/v1/flows/greet").await.ok()["id"].clone();
        owner.put("/v1/caps", json!({"subject_kind": "flow", "subject_id": flow, "period": "day", "credits": "1.5"})).await.ok();
        key.post(&call, json!({"name": "Ada"})).await.ok();
        let reached = key.post(&call, json!({"name": "Ada"})).await;
        assert_eq!(reached.header("retry-after"), Some("43200"));
        let problem = reached.problem(402, "cap_reached");
        assert_eq!(problem["retry_after"], 43_200);
        assert_eq!(problem["cap"], json!({
            "subject_kind": "flow", "subject_id": flow, "period": "day", "credits": "1.5", "used": "1",
            "resets_at": "2026-11-22T00:00:00Z",
        }));
        app.advance(types::Duration::from_seconds(43_200));
        key.post(&call, json!({"name": "Ada"})).await.ok();
        app.assert_books_balance().await;
    }

    async fn a_quote_tells_what_a_call_would_cost_and_from_what_and_takes_nothing(app: TestApp) {
        let (owner, _, call) = shop(&app, "0.75").await;
        let quote = call.replace("/call", "/quote");
        let poor = owner.post(&quote, json!({"name": "Ada"})).await.ok();
        assert_eq!((&poor["accepted"], &poor["available"]), (&json!(false), &json!("0.75")));
        assert_eq!(poor["grants"][0]["credits"], "0.75");
        app.advance(types::Duration::from_seconds(1));
        give(&app, &owner, "5").await;
        let quoted = owner.post(&quote, json!({"name": "Ada"})).await.ok();
        assert_eq!((&quoted["least"], &quoted["most"], &quoted["held"]), (&json!("1"), &json!("1"), &json!(false)));
        assert_eq!((&quoted["accepted"], &quoted["available"], &quoted["version"]), (&json!(true), &json!("5.75"), &json!(1)));
        let grants = owner.get("/v1/credits/grants").await.ok()["items"].clone();
        let by = |quoted: &Value| json!([quoted["id"], quoted["credits"]]);
        let parts: Vec<_> = quoted["grants"].as_array().unwrap().iter().map(by).collect();
        assert_eq!(parts, [json!([grants[1]["id"], "0.75"]), json!([grants[0]["id"], "0.25"])]);
        assert_eq!(available(&owner).await, json!("5.75"));

        owner.post(&call, json!({"name": "Ada"})).await.ok();
        let left = owner.get("/v1/credits/grants").await.ok()["items"].clone();
        assert_eq!((&left[1]["remaining"], &left[0]["remaining"]), (&json!("0"), &json!("4.75")));
        for period in ["day", "month"] {
            owner.put("/v1/caps", json!({"subject_kind": "workspace", "period": period, "credits": "1.5"})).await.ok();
        }
        let capped = owner.post(&quote, json!({"name": "Ada"})).await.ok();
        assert_eq!(capped["accepted"], false);
        let caps: Vec<_> = capped["caps"].as_array().unwrap().iter().map(|cap| json!([cap["period"], cap["used"]])).collect();
        assert_eq!(caps.len(), 2, "{caps:?}");
        assert!(caps.contains(&json!(["day", "1"])) && caps.contains(&json!(["month", "1"])));

        owner.post(&quote, json!({"name": 1})).await.problem(422, "invalid_input");
        owner.post(&quote.replace("greet", "nothing"), json!({})).await.problem(404, "not_found");
        app.viewer(&owner).await.post(&quote, json!({"name": "Ada"})).await.problem(403, "permission_denied");
        app.assert_books_balance().await;
    }

    async fn a_quote_of_a_flow_with_effects_is_what_would_be_set_aside(app: TestApp) {
        let operator = app.operator().await;
        give(&app, &operator, "10").await;
        operator.put("/v1/operator/prices", json!({"kind": "step", "subject": "call", "credits": "0.25"})).await.ok();
        let path = deploy(&operator, "Fetch", FETCH).await;
        let quoted = operator.post(&format!("{path}/quote"), json!({})).await.ok();
        assert_eq!((&quoted["least"], &quoted["most"], &quoted["held"]), (&json!("1"), &json!("1.5"), &json!(true)));
        assert_eq!((&quoted["accepted"], &quoted["grants"][0]["credits"]), (&json!(true), &json!("1.5")));
    }

    async fn a_call_for_a_tenant_that_is_not_there_is_not_made(app: TestApp) {
        let (owner, key, call) = shop(&app, "5").await;
        let for_acme = |actor: &Actor| actor.post(&call, json!({"name": "Ada"})).header("guildhall-tenant", "acme");
        for_acme(&key).await.problem(404, "not_found");
        for_acme(&owner).await.problem(404, "not_found");
        assert_eq!(available(&owner).await, json!("5"));
    }

    async fn calls_that_are_refused_are_counted_also_those_that_get_no_further_than_the_door(app: TestApp) {
        let (owner, key, call) = shop(&app, "1").await;
        let limited = app.key_of(&owner, json!({"name": "slow", "rate_limit_per_minute": 1})).await;
        let elsewhere = app.key_of(&owner, json!({"name": "elsewhere", "addresses": ["203.0.113.0/24"]})).await;
        limited.post(&call, json!({"name": "Ada"})).await.ok();
        limited.post(&call, json!({"name": "Ada"})).await.problem(429, "rate_limited");
        elsewhere.post(&call, json!({"name": "Ada"})).await.problem(403, "address_denied");
        key.post(&call, json!({"name": "Ada"})).await.problem(402, "insufficient_credits");
        domain::usage::flush_refused(&app.state.services).await.unwrap();
        app.advance(types::Duration::from_ms(1));
        let summary = owner.get("/v1/usage/summary?group_by=status&flow=greet").await.ok();
        let counted: Vec<_> = summary["items"].as_array().unwrap().iter().map(|item| (item["status"].as_str().unwrap(), item["refused"].as_i64().unwrap())).collect();
        assert_eq!(counted, [("refused_address_denied", 1), ("refused_insufficient_credits", 1), ("refused_rate_limited", 1), ("succeeded", 0)]);
        let listed = owner.get("/v1/usage/events?status=refused&flow=greet").await.ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), 3);
        app.assert_books_balance().await;
    }

    async fn a_run_of_a_draft_is_refused_limited_and_counted_as_a_call_is(app: TestApp) {
        let owner = app.owner().await;
        give(&app, &owner, "1").await;
        owner.post("/v1/flows", json!({"name": "Greet", "definition": GREET})).await.created();
        let path = "/v1/flows/greet/draft/run";
        let may = json!(["flows:call", "flows:write"]);
        let limited = app.key_of(&owner, json!({"name": "slow", "permissions": may, "rate_limit_per_minute": 1})).await;
        let elsewhere = app.key_of(&owner, json!({"name": "elsewhere", "permissions": may, "addresses": ["203.0.113.0/24"]})).await;
        let run = limited.post(path, json!({"name": "Ada"})).await;
        assert_eq!((run.status.as_u16(), run.header("ratelimit-policy")), (200, Some("\"key\";q=1;w=60")));
        limited.post(path, json!({"name": "Ada"})).await.problem(429, "rate_limited");
        elsewhere.post(path, json!({"name": "Ada"})).await.problem(403, "address_denied");
        owner.post(path, json!({"name": "Ada"})).await.problem(402, "insufficient_credits");
        app.viewer(&owner).await.post(path, json!({"name": "Ada"})).await.problem(403, "permission_denied");
        domain::usage::flush_refused(&app.state.services).await.unwrap();
        let summary = owner.get("/v1/usage/summary?group_by=status").await.ok();
        let counted: Vec<_> = summary["items"].as_array().unwrap().iter().map(|item| (item["status"].as_str().unwrap(), item["refused"].as_i64().unwrap())).collect();
        assert_eq!(counted, [("refused_address_denied", 1), ("refused_insufficient_credits", 1), ("refused_permission_denied", 1), ("refused_rate_limited", 1), ("succeeded", 0)]);
        assert_eq!(available(&owner).await, json!("0"));
    }

    async fn a_flow_that_fails_answers_its_own_error_and_costs_nothing(app: TestApp) {
        let (owner, key, _) = shop(&app, "1").await;
        let path = deploy(&owner, "Raise", RAISE).await;
        let failed = key.post(&format!("{path}/call"), json!({})).await;
        assert_eq!(failed.header("guildhall-credits-charged"), Some("0"));
        let problem = failed.problem(410, "flow_failed");
        assert_eq!((&problem["error"]["title"], &problem["error"]["instance"]), (&json!("Sold out"), &json!("/do/0/refuse")));
        assert_eq!(available(&owner).await, json!("1"));
        assert_eq!(owner.get("/v1/runs?state=failed").await.ok()["items"].as_array().unwrap().len(), 1);
        app.assert_books_balance().await;
    }

    async fn a_flow_fails_with_any_status_from_400_to_599(app: TestApp) {
        let owner = app.owner().await;
        give(&app, &owner, "1").await;
        for status in [402, 405, 406, 412, 413, 415, 451, 501, 507, 599] {
            let definition = RAISE.replace("410", &status.to_string());
            let path = deploy(&owner, &format!("Raise {status}"), &definition).await;
            for way in ["call", "draft/run"] {
                let failed = owner.post(&format!("{path}/{way}"), json!({})).await;
                assert_eq!(failed.problem(status, "flow_failed")["error"]["status"], status);
            }
        }
    }

    async fn whatever_json_a_flow_is_called_with_is_kept_as_it_came(app: TestApp) {
        let owner = app.owner().await;
        give(&app, &owner, "100").await;
        let call = format!("{}/call", deploy(&owner, "Echo", ECHO).await);
        let deep = |levels: usize| ["[".repeat(levels), "]".repeat(levels)].concat();
        let fine = [
            "{\"a\":\"zero \\u0000 byte\",\"\\u0000\":1}",
            "\"\\ud83c\\udfba\"",
            "{\"a\":1,\"a\":2}",
            "[-0,1.50,1e2,99999999999999999999,-0.0,0.1]",
            " \n[ null , true ]\t",
            "null",
            &deep(100),
        ];
        for sent in fine {
            let answer = owner.call(http::Method::POST, &call).bytes(sent).await;
            assert_eq!(answer.status, 200, "{sent}: {}", answer.text());
            let run = format!("/v1/runs/{}", answer.header("guildhall-run-id").unwrap());
            let kept = owner.get(&run).await;
            assert!(kept.text().contains(&format!("\"input\":{}", sent.trim())), "{sent}: {}", kept.text());
            assert_eq!(kept.ok()["output"], answer.body, "{sent}");
            assert_eq!(answer.body, serde_json::from_str::<Value>(sent).unwrap(), "{sent}");
            let large = "99999999999999999999";
            assert_eq!(answer.text().contains(large), sent.contains(large), "{sent}: {}", answer.text());
            owner.get(&format!("{run}/steps")).await.ok();
        }
        assert_eq!(owner.post_empty(&call).await.ok(), json!({}));

        let runs = owner.get("/v1/runs").await.ok();
        let broken: [&[u8]; 9] = [
            b"{", b"{} {}", b"nul", b"\xff\xfe{}", b"\"\xff\"", b"\"\\ud800\"", b"1e400", b"{\"a\":01}", b"{\"a\":NaN}",
        ];
        let deepest = deep(100_000).into_bytes();
        for body in broken.into_iter().chain([&deepest[..]]) {
            for way in ["call", "quote", "draft/run"] {
                let path = call.replace("call", way);
                owner.call(http::Method::POST, &path).bytes(body).await.problem(400, "malformed_body");
            }
        }
        let too_large = format!("{{\"a\":[{}]}}", "9".repeat(39));
        for way in ["call", "quote", "draft/run"] {
            let path = call.replace("call", way);
            let refused = owner.call(http::Method::POST, &path).bytes(too_large.as_str()).await;
            assert_eq!(refused.problem(422, "invalid_input")["errors"][0]["pointer"], json!("/a/0"), "{way}");
        }
        owner.post(&call, json!({})).header("content-type", "text/plain").await.problem(415, "unsupported_media_type");
        assert_eq!(owner.get("/v1/runs").await.ok(), runs, "nothing was run");
        app.assert_books_balance().await;
    }

    async fn the_steps_of_a_run_say_when_they_are_cut(app: TestApp) {
        let owner = app.owner().await;
        give(&app, &owner, "2").await;
        let call = format!("{}/call", deploy(&owner, "Loop", LOOP).await);
        // The loop itself is a step too.
        for (turns, kept, truncated) in [(999, 1_000, false), (1_000, 1_000, true)] {
            let answer = owner.post(&call, json!({"turns": turns})).await;
            let run = answer.header("guildhall-run-id").unwrap().to_owned();
            let steps = owner.get(&format!("/v1/runs/{run}/steps")).await.ok();
            assert_eq!((steps["items"].as_array().unwrap().len(), &steps["truncated"]), (kept, &json!(truncated)));
        }
    }

    async fn a_zero_byte_in_what_a_flow_says_is_told_and_kept(app: TestApp) {
        let owner = app.owner().await;
        give(&app, &owner, "1").await;
        let call = format!("{}/call", deploy(&owner, "Refuse", REFUSE).await);
        let failed = owner.post(&call, json!({"why": "zero \0 byte"})).await;
        let run = failed.header("guildhall-run-id").unwrap().to_owned();
        assert_eq!(failed.problem(410, "flow_failed")["error"]["detail"], "zero \0 byte");
        let kept = owner.get(&format!("/v1/runs/{run}")).await.ok();
        assert_eq!((&kept["state"], &kept["error"]["detail"]), (&json!("failed"), &json!("zero \0 byte")));
        assert_eq!(owner.get(&format!("/v1/runs/{run}/steps")).await.ok()["items"][0]["error"]["detail"], "zero \0 byte");
    }

    async fn the_same_idempotency_key_is_answered_again_and_charged_once(app: TestApp) {
        let (owner, key, call) = shop(&app, "5").await;
        let send = |name: &str| key.post(&call, json!({"name": name})).header("idempotency-key", "order-1");
        let (first, second) = (send("Ada").await, send("Ada").await);
        assert_eq!((first.status, &first.body), (second.status, &second.body));
        assert_eq!(first.header("guildhall-run-id"), second.header("guildhall-run-id"));
        let replayed = |answer: &testkit::Answer| answer.header("guildhall-idempotent-replay") == Some("true");
        assert!(!replayed(&first) && replayed(&second));
        send("Bob").await.problem(409, "idempotency_mismatch");
        assert_eq!(available(&owner).await, json!("4"));
        app.assert_books_balance().await;
    }

    async fn a_flow_is_edited_saved_and_its_history_kept(app: TestApp) {
        let owner = app.owner().await;
        let flow = owner.post("/v1/flows", json!({"name": "Greet", "definition": GREET})).await.created();
        let path = format!("/v1/flows/{}", flow["id"].as_str().unwrap());
        assert_eq!(owner.get(&path).await.ok()["draft"]["definition"], json!(GREET));
        let broken = owner.put(&format!("{path}/draft"), json!({"definition": "do: [{a: {sett: 1}}]"})).await.ok();
        assert!(!broken["findings"].as_array().unwrap().is_empty(), "a draft may be anything");
        let checked = owner.post(&format!("{path}/check"), json!({"definition": GREET})).await.ok();
        assert_eq!((&checked["valid"], &checked["summary"]["tasks"]), (&json!(true), &json!(1)));
        let versions = format!("{path}/versions");
        owner.post(&versions, json!({"definition": "nonsense: ["})).await.problem(422, "invalid_definition");
        owner.post(&versions, json!({"definition": GREET, "comment": "first"})).await.created();
        owner.post(&versions, json!({"definition": GREET})).await.problem(409, "unchanged");
        let second = owner.post(&versions, json!({"definition": RAISE})).header("if-match", "\"1\"").await.created();
        assert_eq!(second["number"], json!(2));
        let late = owner.post(&versions, json!({"definition": GREET})).header("if-match", "\"1\"").await;
        let late = late.problem(412, "version_conflict");
        assert_eq!((&late["conflict"]["latest"], &late["conflict"]["latest_definition"]), (&json!(2), &json!(RAISE)));
        let listed = owner.get(&versions).await.ok();
        assert_eq!(listed["items"][1]["comment"], json!("first"));
        assert_eq!(owner.get(&format!("{versions}/1")).await.ok()["definition"], json!(GREET));
        owner.delete(&path).await.ok();
        owner.get(&path).await.problem(404, "not_found");
        assert_eq!(owner.post_empty(&format!("{path}/restore")).await.ok()["latest_version"], json!(2));
    }

    async fn the_deployments_of_a_flow_are_listed_the_newest_first_each_until_it_was_replaced(app: TestApp) {
        let owner = app.owner().await;
        let path = deploy(&owner, "Greet", GREET).await;
        let (versions, deployments) = (format!("{path}/versions"), format!("{path}/deployments"));
        owner.post(&versions, json!({"definition": RAISE})).await.created();
        for (environment, version, note) in [("staging", 1, "try"), ("production", 2, "new"), ("production", 1, "back")] {
            app.advance(types::Duration::from_minutes(1));
            let body = json!({"environment": environment, "version": version, "note": note});
            owner.post(&deployments, body).await.created();
        }
        let list = async |query: &str| owner.get(&format!("{deployments}{query}")).await.ok();
        let told = |listed: &Value| -> Vec<Value> {
            let items = listed["items"].as_array().unwrap().iter();
            items.map(|one| json!([one["environment_name"], one["version"], one["created_at"], one["replaced_at"]])).collect()
        };
        let minute = |minute: u32| format!("2026-11-21T12:0{minute}:00Z");
        let all = [
            json!(["production", 1, minute(3), null]),
            json!(["production", 2, minute(2), minute(3)]),
            json!(["staging", 1, minute(1), null]),
            json!(["production", 1, minute(0), minute(2)]),
        ];
        let listed = list("").await;
        assert_eq!(told(&listed), all);
        assert_eq!((&listed["items"][0]["note"], &listed["items"][3]["note"]), (&json!("back"), &json!("")));
        assert_eq!(listed["items"][0]["created_by"], json!({"kind": "user", "id": owner.user()}));
        assert_eq!(listed["next_cursor"], Value::Null);

        let first = list("?limit=3").await;
        assert_eq!(told(&first), all[..3]);
        let rest = list(&format!("?limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
        assert_eq!((told(&rest).as_slice(), &rest["next_cursor"]), (&all[3..], &Value::Null));
        assert_eq!(told(&list("?environment=staging").await), all[2..3]);
        owner.get(&format!("{deployments}?environment=nowhere")).await.problem(404, "not_found");
        owner.get("/v1/flows/nothing/deployments").await.problem(404, "not_found");
        assert_eq!(told(&app.viewer(&owner).await.get(&deployments).await.ok()), all);
    }

    async fn a_person_runs_the_draft_and_it_is_charged_as_a_call(app: TestApp) {
        let owner = app.owner().await;
        give(&app, &owner, "1").await;
        let flow = owner.post("/v1/flows", json!({"name": "Greet", "definition": GREET})).await.created();
        let path = format!("/v1/flows/{}/draft/run", flow["slug"].as_str().unwrap());
        let answer = owner.post(&path, json!({"name": "Ada"})).await;
        assert_eq!((answer.status.as_u16(), answer.header("guildhall-credits-available")), (200, Some("0")));
        owner.post(&path, json!({"name": "Ada"})).await.problem(402, "insufficient_credits");
        give(&app, &owner, "5").await;
        let send = |name: &str| owner.post(&path, json!({"name": name})).header("idempotency-key", "1");
        let (first, again) = (send("Ada").await, send("Ada").await);
        assert_eq!((first.header("guildhall-run-id"), first.status), (again.header("guildhall-run-id"), again.status));
        send("Bob").await.problem(409, "idempotency_mismatch");
        assert_eq!(available(&owner).await, json!("4"));
        app.assert_books_balance().await;
    }
}
