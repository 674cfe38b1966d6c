//! Who tries things out, over a real socket: damaged and random headers, credentials, cursors, ids and bytes. Each is
//! refused with a problem, or is of no account; nothing is stored, and nothing breaks.
//!
//! Each case is made from a fixed seed, so that a failure comes again.

use http::Method;
use serde_json::{Value, json};
use server::Limits;
use testkit::{Actor, Contract, Operation, TestApp};

use crate::served::{Served, statuses};

/// What is made of the same seed each time.
struct Noise(fastrand::Rng);

impl Noise {
    fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.0.usize(..all.len())]
    }

    /// Any bytes that a header may have.
    fn bytes(&mut self, length_max: usize) -> Vec<u8> {
        let length = self.0.usize(..=length_max);
        let mut byte = || match self.0.u8(..) {
            byte @ (b'\t' | 0x20..=0x7e | 0x80..) => byte,
            other => b'a' + other % 26,
        };
        (0..length).map(|_| byte()).collect()
    }

    /// A header near those that mean something.
    fn value(&mut self, near: &[&str]) -> Vec<u8> {
        match self.0.u8(..4) {
            0 => self.bytes(40),
            1 => self.bytes(2_000),
            2 => self.damaged(near),
            _ => [self.one_of(near).as_bytes(), &self.bytes(8)].concat(),
        }
    }

    /// One of them with one to three characters replaced, never by what ends a header.
    fn damaged(&mut self, near: &[&str]) -> Vec<u8> {
        let mut bytes = self.one_of(near).as_bytes().to_vec();
        let first = self.0.usize(..bytes.len());
        for next in 0..self.0.usize(1..=3) {
            let at = (first + next) % bytes.len();
            bytes[at] = match bytes[at] ^ (1 << self.0.u8(..8)) {
                byte @ (0x21..=0x7e | 0x80..) => byte,
                _ => b'~',
            };
        }
        bytes
    }

    /// A segment of a path, as it is sent: no slash, no space, nothing that HTTP itself refuses.
    fn segment(&mut self) -> String {
        let id = |noise: &mut Self| -> String {
            let mut digit = || char::from(*noise.0.choice(b"0123456789abcdefghjkmnpqrstvwxyz").unwrap());
            (0..26).map(|_| digit()).collect()
        };
        let prefixes = [
            "ws_", "usr_", "key_", "flw_", "run_", "env_", "ten_", "use_", "txn_", "gra_", "hld_", "", "x_",
        ];
        match self.0.u8(..6) {
            0 | 1 => format!("{}{}", self.one_of(&prefixes), id(self)),
            2 => format!("{}7{}", self.one_of(&prefixes), &id(self)[1..]),
            3 => (0..self.0.usize(1..30))
                .map(|_| format!("%{:02X}", self.0.u8(..)))
                .collect(),
            4 => self
                .one_of(&[
                    "%00",
                    "%FF%FE",
                    "%2F",
                    "..%2F..",
                    "%C0%AE",
                    "%",
                    "%zz",
                    "%E2%82",
                    "-1",
                    "0",
                    "null",
                    "99999999999999999999",
                    "%F0%9F%8E%BA",
                    "'%20OR%201=1--",
                    "%7Bflow%7D",
                    "%0D%0AX:y",
                    "+",
                    "~",
                ])
                .to_owned(),
            _ => id(self).repeat(self.0.usize(1..60)),
        }
    }
}

/// Whoever sends, with what his requests always have.
struct Sender<'a> {
    served: &'a Served,
    cookie: String,
    workspace: String,
}

impl Sender<'_> {
    /// Sends a request with a header of his choice; what comes back.
    async fn send(&self, method: &str, path: &str, (name, value): (&str, &[u8]), body: &str) -> String {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        let usual = [
            ("host", "a"),
            ("cookie", &self.cookie),
            ("guildhall-workspace", &self.workspace),
            ("content-type", "application/json"),
        ];
        for (usual, value) in usual {
            let is_credential = usual == "cookie" && name == "authorization";
            if usual != name && !is_credential {
                head += &format!("{usual}: {value}\r\n");
            }
        }
        let bytes = [
            head.as_bytes(),
            name.as_bytes(),
            b": ",
            value,
            b"\r\n\r\n",
            body.as_bytes(),
        ];
        self.served.say(bytes.concat()).await
    }
}

/// The problem of an answer with 4xx.
#[track_caller]
fn refused(sent: &str, said: &str) -> Value {
    let [status] = statuses(said)[..] else {
        panic!("{sent}: one answer, not {said:?}")
    };
    assert!(status.starts_with('4'), "{sent}: {said}");
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("application/problem+json"), "{sent}: {said}");
    let problem: Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["status"].to_string(), status, "{sent}: {said}");
    problem
}

/// What there is.
async fn stored(operator: &Actor) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "/v1/workspaces",
        "/v1/keys",
        "/v1/flows",
        "/v1/caps",
        "/v1/environments",
        "/v1/credits",
        "/v1/credits/ledger",
        "/v1/usage/events",
        "/v1/runs",
        "/v1/me/sessions",
        "/v1/operator/service-tokens",
        "/v1/operator/permissions",
        "/v1/operator/prices",
        "/v1/operator/users",
    ] {
        all.push(operator.get(path).await.ok());
    }
    all
}

/// Runs a test with an operator who is his own customer; afterwards there is what there was.
async fn tried(app: TestApp, test: impl AsyncFnOnce(&Sender<'_>, &Actor)) {
    let operator = app.operator().await;
    let grants = format!("/v1/operator/workspaces/{}/grants", operator.workspace());
    for name in ["Greet", "Second", "Third"] {
        app.advance(types::Duration::from_ms(1));
        operator
            .post(&grants, json!({"credits": "10", "source": "purchase"}))
            .await
            .created();
        operator.post("/v1/flows", json!({"name": name})).await.created();
        operator.post("/v1/keys", json!({"name": "k"})).await.created();
    }
    let before = stored(&operator).await;
    let served = Served::start(&app, Limits::default()).await;
    let sender = Sender {
        served: &served,
        cookie: operator.header("cookie"),
        workspace: operator.workspace().to_owned(),
    };
    test(&sender, &operator).await;
    served.lives().await;
    assert_eq!(stored(&operator).await, before);
}

const HEADERS: &[&str] = &[
    "idempotency-key",
    "if-match",
    "if-none-match",
    "guildhall-workspace",
    "guildhall-environment",
    "guildhall-tenant",
    "guildhall-request-id",
    "content-type",
    "content-encoding",
    "accept",
    "accept-encoding",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-proto",
    "origin",
    "sec-fetch-site",
    "prefer",
    "range",
    "user-agent",
    "host",
];

const VALUES: &[&str] = &[
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "*/*;q=0.1, text/html",
    "\"3\"",
    "W/\"1\"",
    "*",
    "for=192.0.2.60;proto=http;by=\"[2001:db8::1]:80\"",
    "203.0.113.9, ::1, unknown",
    "http://guildhall.test",
    "null",
    "same-origin",
    "cross-site",
    "production",
    "greet",
    "ws_01h455vb4pex5vsknk084sn02q",
    "ten_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "gzip, br;q=1.0",
    "respond-async, wait=100000000000",
    "bytes=0-99999999999999999999",
];

testkit::both! {
    async fn a_header_of_any_bytes_is_refused_or_of_no_account(app: TestApp) {
        tried(app, async |sender, operator| {
            // Each is refused whatever its headers say.
            let workspace = format!("/v1/workspaces/{}", operator.workspace());
            let requests = [
                ("POST", "/v1/workspaces", "{}"),
                ("PATCH", &*workspace, "{\"name\":\"\"}"),
                ("POST", "/v1/keys", "{}"),
                ("POST", "/v1/flows/nowhere/call", "{}"),
                ("POST", "/v1/flows/greet/call", "{"),
                ("POST", "/v1/operator/verify", "{}"),
                ("GET", "/v1/runs/run_00000000000000000000000000", ""),
                ("DELETE", "/v1/keys/nowhere", ""),
            ];
            let mut noise = Noise::new(1);
            for name in HEADERS {
                for _ in 0..20 {
                    let (method, path, body) = *noise.one_of(&requests.each_ref());
                    let value = noise.value(VALUES);
                    let said = sender.send(method, path, (name, &value), body).await;
                    refused(&format!("{method} {path} {name}: {value:?}"), &said);
                }
            }
        }).await;
    }

    async fn a_damaged_credential_is_none(app: TestApp) {
        tried(app, async |sender, operator| {
            let mut noise = Noise::new(2);
            let token = sender.cookie.split_once('=').unwrap().1;
            let near = [token, "gld_live_", "gldop_x", "gls_", "gld_live_0000000000000000000000000000000000000000000000000"];
            for number in 0..150 {
                let (name, value) = match number % 3 {
                    0 => ("authorization", [&b"Bearer "[..], &noise.damaged(&near)].concat()),
                    1 => ("authorization", noise.value(&["Bearer", "Bearer ", "Basic dTpw", "Digest", "bearer\tx"])),
                    _ => ("cookie", noise.damaged(&[&sender.cookie, "a=b; c=\"d", "=", ";;;"])),
                };
                let path = noise.one_of(&["/v1/me", "/v1/credits", "/v1/operator/users", "/v1/keys"]);
                let said = sender.send("GET", path, (name, &value), "").await;
                let problem = refused(&format!("{path} {name}: {value:?}"), &said);
                assert!(matches!(problem["status"].as_u64(), Some(400 | 401)), "{value:?}: {problem}");
            }
            operator.get("/v1/me").await.ok();
        }).await;
    }

    async fn a_damaged_cursor_is_refused_or_another_place_in_the_list(app: TestApp) {
        tried(app, async |sender, operator| {
            let mut noise = Noise::new(3);
            let mut lists = 0;
            for operation in with_cursor() {
                let path = operation.path.replace("{workspace}", operator.workspace()).replace("{flow}", "greet");
                assert!(!path.contains('{'), "{path}: what is it of?");
                let first = operator.get(&format!("{path}?limit=1")).await.ok();
                let next = first["next_cursor"].as_str().unwrap_or("c1_0000000000000001").to_owned();
                lists += 1;
                let mut cursors: Vec<String> = ["c1_8000000000000000", "c1_7fffffffffffffff", "c1_ffffffffffffffff", "c1_00", "c1_", "c1_%00", "%FF", "c1_%F0%9F%8E%BA"].map(str::to_owned).into();
                cursors.push(format!("c1_{}", "f".repeat(32)));
                cursors.push(format!("c1_{}", "0".repeat(32)));
                cursors.push(format!("c1_{}", "0".repeat(4_000)));
                for _ in 0..8 {
                    let damaged = noise.damaged(&[&next]);
                    cursors.push(damaged.iter().map(|byte| format!("%{byte:02X}")).collect());
                }
                for cursor in cursors {
                    let said = sender.send("GET", &format!("{path}?cursor={cursor}"), ("accept", b"*/*"), "").await;
                    if statuses(&said) != ["200"] {
                        let problem = refused(&format!("{path} {cursor}"), &said);
                        assert_eq!(problem["errors"][0]["parameter"], "cursor", "{path} {cursor}: {problem}");
                    }
                }
            }
            assert!(lists > 10, "every list is looked at");
        }).await;
    }

    async fn a_path_of_nothing_that_is_there_is_refused(app: TestApp) {
        tried(app, async |sender, operator| {
            let mut noise = Noise::new(4);
            for operation in Contract::of_this_release().operations() {
                if !operation.path.contains('{') {
                    continue;
                }
                for _ in 0..6 {
                    let path = noisy_path(operation, operator, &mut noise);
                    let body = if operation.method == Method::GET { "" } else { "{}" };
                    let said = sender.send(operation.method.as_str(), &path, ("accept", b"*/*"), body).await;
                    refused(&format!("{} {path}", operation.method), &said);
                }
            }
        }).await;
    }

    async fn bytes_that_are_no_text_are_refused_in_a_query_and_a_path(app: TestApp) {
        tried(app, async |sender, _| {
            for query in ["limit=%FF", "cursor=%C3%28", "%FF=1", "flow=%E2%82", "limit=1%00", "&&=&%", "limit=1;limit=2"] {
                let path = format!("/v1/runs?{query}");
                let said = sender.send("GET", &path, ("accept", b"*/*"), "").await;
                refused(&path, &said);
            }
            for name in ["%FF", "greet%FF", "greet%00", "%E2%82"] {
                let path = format!("/v1/flows/{name}/call");
                refused(&path, &sender.send("POST", &path, ("accept", b"*/*"), "{}").await);
            }
            // What is no request at all is answered before there is one that could have an id.
            for head in [&b"GET /v1/runs?limit=\xff HTTP/1.1\r\nhost: a\r\n\r\n"[..], b"GET /v1/\xc3( HTTP/1.1\r\nhost: a\r\n\r\n"] {
                let said = sender.served.say(head).await;
                assert_eq!(statuses(&said), ["400"], "{said}");
            }
        }).await;
    }
}

/// Every list that has pages.
fn with_cursor() -> impl Iterator<Item = &'static Operation> {
    let takes_cursor = |operation: &&Operation| {
        let parameters = operation.described["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "cursor"))
    };
    Contract::of_this_release()
        .operations()
        .iter()
        .filter(takes_cursor)
}

/// The path of an operation with noise for one of its parameters at least.
fn noisy_path(operation: &Operation, operator: &Actor, noise: &mut Noise) -> String {
    let mut path = operation.path.clone();
    while let Some((before, rest)) = path.split_once('{') {
        let (name, after) = rest.split_once('}').unwrap();
        let is_last = !after.contains('{');
        // So that it also gets past the first one.
        let value = match name {
            "workspace" if !is_last => operator.workspace().to_owned(),
            "flow" if !is_last => "greet".to_owned(),
            _ => noise.segment(),
        };
        path = format!("{before}{value}{after}");
    }
    path
}
