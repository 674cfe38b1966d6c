//! A workspace that has one of everything, under the names by which the parameters, headers and fields of the API name
//! it. A new kind of thing gets a line here, and is swept in every route.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};
use testkit::{Actor, Call, Operation, PASSWORD, TestApp};
use types::Duration;

use crate::{
    calls::{GREET, deploy},
    operations::{Named, body, parameters, path},
};

/// Names of parameters, headers and fields that name nothing of anybody: words, texts, amounts, times, places in lists.
/// Headers are in lower case.
pub const WORDS: &[&str] = &[
    "addresses",
    "comment",
    "credits",
    "cursor",
    "deleted",
    "description",
    "expires_at",
    "format",
    "from",
    "group_by",
    "idempotency-key",
    "if-match",
    "kind",
    "label",
    "limit",
    "name",
    "note",
    "overlap_seconds",
    "period",
    "picture_url",
    "price_permille",
    "rate_limit_per_minute",
    "retention",
    "retention_days",
    "slug",
    "state",
    "status",
    "time_zone",
    "to",
    "version",
    // There are no tenants yet. In a path it would have to be a thing.
    "guildhall-tenant",
    "tenant",
];

/// Headers that name a thing.
const HEADERS: &[&str] = &["guildhall-workspace", "guildhall-environment"];

/// What a workspace has.
pub struct Things {
    /// Who owns it.
    pub owner: Actor,
    /// What everything in it is called, and what its calls are about.
    pub word: &'static str,
    named: BTreeMap<&'static str, Value>,
}

impl Things {
    /// Furnishes a workspace by way of the API; the operator gives and sells what only he can.
    pub async fn of(app: &TestApp, operator: &Actor, owner: &Actor, word: &'static str) -> Self {
        let workspace = format!("/v1/workspaces/{}", owner.workspace());
        owner.patch(&workspace, json!({"name": word})).await.ok();
        let email = owner.get("/v1/me").await.ok()["email"].clone();
        let again = json!({"email": email, "password": PASSWORD});
        app.anonymous().post("/v1/auth/sign-in", again).await.ok();
        let sessions = owner.get("/v1/me/sessions").await.ok()["items"].clone();
        let elsewhere = sessions
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["current"] == false)
            .unwrap();
        let member = app.member(owner, domain::access::Role::Member).await;

        let instance = format!("/v1/operator/workspaces/{}", owner.workspace());
        let grant = json!({"credits": "100", "source": "purchase"});
        let grant = operator
            .post(&format!("{instance}/grants"), grant)
            .await
            .created();
        let resource = format!("{word}:search");
        let price = json!({"kind": "resource", "subject": resource, "credits": "1"});
        operator.put("/v1/operator/prices", price).await.ok();
        // Not the word: every workspace is told the permissions of the instance.
        let permission = format!("{}:read", &word[..3]);
        operator
            .post("/v1/operator/permissions", json!({"name": permission}))
            .await
            .created();
        let token = operator
            .post("/v1/operator/service-tokens", json!({"name": word}))
            .await
            .created();

        let flow = owner.get(&deploy(owner, word, GREET).await).await.ok();
        let key = owner
            .post("/v1/keys", json!({"name": word, "permissions": ["flows:call"]}))
            .await
            .created();
        let cap = json!({"subject_kind": "flow", "subject_id": flow["id"], "period": "day", "credits": "50"});
        owner.put("/v1/caps", cap).await.ok();
        let environments = owner.get("/v1/environments").await.ok()["items"].clone();
        let call = format!("/v1/flows/{}/call", flow["id"].as_str().unwrap());
        let machine = app.key(key["key"].as_str().unwrap());
        let ran = machine
            .post(&call, json!({"name": word}))
            .header("idempotency-key", word)
            .await;
        let run = ran.header("guildhall-run-id").unwrap().to_owned();
        member.post(&call, json!({"name": word})).await.ok();
        let verify = json!({"key": key["key"], "resource": resource});
        operator.post("/v1/operator/verify", verify).await.ok();
        let hold = json!({"key": key["key"], "credits": "1", "mode": "hold"});
        let held = operator.post("/v1/operator/verify", hold).await.ok();
        // What is used is written a little later.
        app.advance(Duration::from_minutes(2));

        let named = [
            ("workspace", json!(owner.workspace())),
            ("guildhall-workspace", json!(owner.workspace())),
            ("confirm", json!(word)),
            ("search", json!(word)),
            ("definition", json!(GREET)),
            ("flow", flow["id"].clone()),
            ("flows", json!([flow["id"]])),
            ("number", json!(1)),
            ("environment", environments[2]["id"].clone()),
            ("guildhall-environment", environments[2]["id"].clone()),
            ("environments", json!([environments[2]["id"]])),
            ("key", key["id"].clone()),
            ("permissions", json!([])),
            ("user", json!(member.user())),
            ("created_by", json!(owner.user())),
            (
                "ids",
                json!(format!("{},{}", member.user(), key["id"].as_str().unwrap())),
            ),
            ("session", elsewhere["id"].clone()),
            ("run", json!(run)),
            ("usage", json!(run.replace("run_", "use_"))),
            ("resource", json!(resource)),
            ("subject_kind", json!("flow")),
            ("subject_id", flow["id"].clone()),
            ("hold", held["hold"].clone()),
            ("grant", grant["id"].clone()),
            ("subject", json!(resource)),
            ("permission", json!(permission)),
            ("service_token", token["id"].clone()),
            ("email", email),
        ];
        Self {
            owner: owner.clone(),
            word,
            named: named.into(),
        }
    }

    /// What is named by a parameter, a header in lower case or a field.
    pub fn named(&self, name: &str) -> Option<Value> {
        self.named.get(name).cloned()
    }

    /// Fails the test for a name that is neither here nor a word, and for a path that nothing here is at.
    #[track_caller]
    pub fn must_know(&self, operation: &Operation, name: &str, is_path: bool) {
        let is_word = !is_path && WORDS.contains(&name);
        assert!(
            is_word || self.named.contains_key(name),
            "{}: what is {name:?}? Add to `Things` what it names, or to `WORDS` that it names nothing",
            operation.id
        );
    }

    /// Everything by which an answer would give it away.
    pub fn marks(&self) -> impl Iterator<Item = &str> {
        let is_told_to_all = |name: &str| ["definition", "permission", "subject_kind"].contains(&name);
        let own = self.named.iter().filter(move |(name, _)| !is_told_to_all(name));
        own.flat_map(|(_, thing)| texts(thing)).chain([self.word])
    }
}

/// The ids and names in what names one thing or several.
pub fn texts(thing: &Value) -> impl Iterator<Item = &str> {
    let all = thing
        .as_array()
        .map_or(std::slice::from_ref(thing), Vec::as_slice);
    all.iter()
        .filter_map(Value::as_str)
        .flat_map(|text| text.split(','))
}

/// An id of the same kind that exists nowhere, or a text that nothing is called.
pub fn nowhere(thing: &Value) -> Value {
    const DIGITS: &str = "00000000000000000000000001";
    let one = |text: &str| match text.rsplit_once('_') {
        Some((kind, digits)) if digits.len() == DIGITS.len() => format!("{kind}_{DIGITS}"),
        // Spelled as it is: what is called `area:verb` or `name@example.com` must be.
        _ => format!("nowhere{}", text.find([':', '@']).map_or("", |at| &text[at..])),
    };
    match thing {
        Value::Array(things) => things.iter().map(nowhere).collect(),
        Value::String(text) => text.split(',').map(one).collect::<Vec<_>>().join(",").into(),
        other => other.clone(),
    }
}

/// A request of an operation about what is named, with these query parameters besides those that must be there.
pub fn ask(actor: &Actor, operation: &Operation, named: Named, also: &[&str]) -> Call {
    let mut call = actor.call(operation.method.clone(), &path(operation, named, also));
    for header in HEADERS {
        let is_taken = |parameter: &Value| {
            parameter["name"]
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case(header))
        };
        if let Some(value) = named(header)
            && parameters(operation).any(is_taken)
        {
            call = call.header(header, value.as_str().unwrap());
        }
    }
    match body(operation, named) {
        Some(body) => call.json(body),
        None => call,
    }
}

/// Everything that somebody can look at, whom the operations are asked by.
pub async fn views(things: &Things) -> BTreeMap<&'static str, String> {
    let mut seen = BTreeMap::new();
    for operation in looks() {
        let answer = ask(&things.owner, operation, &|name| things.named(name), &[]).await;
        seen.insert(operation.id.as_str(), answer.text());
    }
    seen
}

/// Operations that show and change nothing. What counts requests shows another number each time.
pub fn looks() -> impl Iterator<Item = &'static Operation> {
    crate::operations::guarded()
        .filter(|operation| operation.method == Method::GET && operation.id != "metrics_get")
}
