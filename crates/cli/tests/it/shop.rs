//! What the tests start from: a customer with credits, his key, a live flow, and clients that spend.

use std::{collections::HashSet, io, net::SocketAddr};

use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    outside::Outside,
};

const FLOW: &str = "
document: {dsl: '1.0.3', namespace: test, name: echo, version: '1.0.0'}
do:
  - echo:
      set: {version: 1, order: '${ .order }'}
";

/// Requests in which what happens by itself must have happened.
const REQUESTS_MAX: usize = 100_000;

/// The operator's.
pub const PASSWORD: &str = "correct horse battery staple";

/// An operator who is his own customer. His credentials outlive the servers.
pub struct Shop {
    pub workspace: String,
    pub key_id: String,
    /// What its flow with effects asks.
    pub outside: Outside,
    cookie: String,
    token: String,
    key: String,
}

impl Shop {
    /// Signs up at a new instance, takes credits, and makes a key and two flows: one without effects and one with.
    pub fn open(server: SocketAddr, credits: u32) -> Self {
        let body = json!({"email": "ada@example.com", "name": "Ada", "password": PASSWORD});
        let signed_up = Client::new(server).post("/v1/auth/sign-up", &body).unwrap();
        let cookie = signed_up
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let workspace = text(&signed_up.done()["workspace"], "id");
        let mut shop = Self {
            workspace,
            cookie,
            outside: Outside::open(),
            key_id: String::new(),
            token: String::new(),
            key: String::new(),
        };
        let mut owner = shop.owner(server);
        let mut made = |path: &str, body: Value| owner.post(path, &body).unwrap().done();
        shop.token = text(
            &made("/v1/operator/service-tokens", json!({"name": "api"})),
            "token",
        );
        let key = made("/v1/keys", json!({"name": "customer"}));
        (shop.key_id, shop.key) = (text(&key, "id"), text(&key, "key"));
        let grants = format!("/v1/operator/workspaces/{}/grants", shop.workspace);
        made(
            &grants,
            json!({"credits": credits.to_string(), "source": "purchase"}),
        );
        for slug in ["echo", "ask"] {
            made("/v1/flows", json!({"name": slug, "slug": slug}));
        }
        shop.deploy(server, FLOW);
        shop.deploy_flow(server, "ask", &shop.outside.definition());
        shop
    }

    /// Saves a version of the flow without effects and makes it live in production.
    pub fn deploy(&self, server: SocketAddr, definition: &str) {
        self.deploy_flow(server, "echo", definition);
    }

    fn deploy_flow(&self, server: SocketAddr, slug: &str, definition: &str) {
        let mut owner = self.owner(server);
        let mut made = |what: &str, body: Value| {
            let path = format!("/v1/flows/{slug}/{what}");
            owner.post(&path, &body).unwrap().done()
        };
        let version = made("versions", json!({"definition": definition}));
        made(
            "deployments",
            json!({"environment": "production", "version": version["number"]}),
        );
    }

    /// The definition of the flow without effects that says it is this version.
    pub fn definition(version: u32) -> String {
        FLOW.replace("version: 1,", &format!("version: {version},"))
    }

    /// The credentials that its people and machines hold: session, service token, API key.
    pub fn credentials(&self) -> [&str; 3] {
        let session = self.cookie.split_once('=').unwrap().1;
        [session, &self.token, &self.key]
    }

    /// The person.
    pub fn owner(&self, server: SocketAddr) -> Client {
        Client::new(server)
            .with("cookie", &self.cookie)
            .with("guildhall-workspace", &self.workspace)
    }

    /// A client of each kind of charge.
    pub fn buyer(&self, server: SocketAddr) -> Buyer {
        Buyer {
            operator: Client::bearer(server, &self.token),
            customer: Client::bearer(server, &self.key),
            key: self.key.clone(),
        }
    }

    /// What can be spent; nothing is held.
    pub fn available(&self, server: SocketAddr) -> i64 {
        let (available, held) = self.balance(server);
        assert_eq!(held, 0, "nothing is held");
        available
    }

    /// What can be spent, and what is held.
    pub fn balance(&self, server: SocketAddr) -> (i64, i64) {
        let credits = self.owner(server).get("/v1/credits").unwrap().done();
        let whole = |field: &str| text(&credits, field).parse().unwrap();
        (whole("available"), whole("held"))
    }

    /// Waits until the server has given back all that was held.
    pub fn await_nothing_held(&self, server: SocketAddr) {
        let is_held = |_: &usize| self.balance(server).1 > 0;
        let asked = (0..REQUESTS_MAX).take_while(is_held).count();
        assert!(asked < REQUESTS_MAX, "nothing is given back");
    }

    /// The ids of all usage events, each of which is one charge of one credit.
    pub fn usage(&self, server: SocketAddr) -> HashSet<String> {
        let mut owner = self.owner(server);
        let mut found = HashSet::new();
        let mut path = "/v1/usage/events?limit=200".to_owned();
        loop {
            let page = owner.get(&path).unwrap().done();
            for event in page["items"].as_array().unwrap() {
                assert_eq!(event["credits"], "1", "{event}");
                assert!(found.insert(text(event, "id")), "told twice: {event}");
            }
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/usage/events?limit=200&cursor={cursor}"),
                None => return found,
            }
        }
    }
}

/// Spends one credit at a time, in any of the ways there are.
pub struct Buyer {
    operator: Client,
    customer: Client,
    key: String,
}

/// One order: every attempt at it is charged once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Order {
    /// The operator's own API asks whether the key may.
    Verify(String),
    /// The customer calls a flow without effects.
    Call(String),
    /// The operator's own API has two credits held, and settles for one.
    Settle(String),
    /// The customer calls a flow that asks the outside.
    Ask(String),
}

impl Order {
    /// The orders of one client, all kinds in turn.
    pub fn numbered(client: usize, number: usize) -> Self {
        let name = format!("order-{client}-{number}");
        match number % 4 {
            0 => Self::Verify(name),
            1 => Self::Call(name),
            2 => Self::Settle(name),
            _ => Self::Ask(name),
        }
    }
}

impl Buyer {
    /// Sends it; an error says that nobody knows what became of it.
    pub fn order(&mut self, order: &Order) -> io::Result<Answer> {
        match order {
            Order::Verify(name) => self.operator.post_once(
                "/v1/operator/verify",
                name,
                &json!({"key": self.key, "credits": "1"}),
            ),
            Order::Call(name) => {
                self.customer
                    .post_once("/v1/flows/echo/call", name, &json!({"order": name}))
            }
            Order::Settle(name) => {
                let held = self.hold(name, 2)?;
                match held.body["hold"].as_str() {
                    Some(hold) => self.settle(hold, name, 1),
                    None => Ok(held),
                }
            }
            Order::Ask(name) => self
                .customer
                .post_once("/v1/flows/ask/call", name, &json!({"order": name})),
        }
    }

    /// Has credits held, once for each name.
    pub fn hold(&mut self, name: &str, credits: u32) -> io::Result<Answer> {
        let body = json!({"key": self.key, "credits": credits.to_string(), "mode": "hold"});
        self.operator.post_once("/v1/operator/verify", name, &body)
    }

    /// Settles a hold, once for each name.
    pub fn settle(&mut self, hold: &str, name: &str, credits: u32) -> io::Result<Answer> {
        let path = format!("/v1/operator/holds/{hold}/settle");
        let body = json!({"outcome": "succeeded", "credits": credits.to_string()});
        self.operator.post_once(&path, name, &body)
    }

    /// Calls the flow without effects.
    pub fn call(&mut self) -> io::Result<Answer> {
        self.customer
            .post("/v1/flows/echo/call", &json!({"order": "call"}))
    }

    /// Asks whether the key may.
    pub fn verify(&mut self) -> io::Result<Answer> {
        let body = json!({"key": self.key, "credits": "1"});
        self.operator.post("/v1/operator/verify", &body)
    }
}

/// What an answered order has bought: the id of its usage event. Fails the test when the answer is another.
#[track_caller]
pub fn bought(order: &Order, answer: Answer) -> String {
    assert_eq!(answer.status, 200, "{order:?}: {answer:?}");
    match order {
        Order::Verify(_) => {
            assert_eq!(answer.body["valid"], true, "{answer:?}");
            text(&answer.body, "usage")
        }
        Order::Settle(_) => {
            assert_eq!(answer.body["credits_charged"], "1", "{answer:?}");
            // The usage event is the line that closed the hold.
            text(&answer.body, "id").replace("txn_", "use_")
        }
        Order::Call(name) | Order::Ask(name) => {
            assert_eq!(answer.body["order"], name.as_str(), "{answer:?}");
            // The usage event of a call has the number of its run.
            answer.header("guildhall-run-id").unwrap().replace("run_", "use_")
        }
    }
}

/// A call with effects that the server has taken and not ended: its credits are held, and a repeat must wait.
pub fn is_under_way(order: &Order, answer: &Answer) -> bool {
    let is_under_way = answer.status == 409 && answer.body["code"] == "idempotency_in_progress";
    is_under_way && matches!(order, Order::Ask(_))
}

fn text(body: &Value, field: &str) -> String {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {body}"))
        .to_owned()
}
