//! Secrets stay where they belong: in no log, however much is logged, in no metric, and in storage as hashes.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
};

use serde_json::{Map, Value, json};

use crate::{
    client::Client,
    instance::Instance,
    on_both,
    shop::{PASSWORD, Shop},
};

const NEW_PASSWORD: &str = "a better horse for a battery";
const WRONG_PASSWORD: &str = "a horse of nobody at all";

/// Somewhere outside that answers what is told to nobody else.
fn outside() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = BufReader::new(stream.try_clone().unwrap()).lines();
        assert!(
            head.map(Result::unwrap)
                .take_while(|line| !line.is_empty())
                .count()
                > 1
        );
        let body = "{\"told\":\"canary-of-answers\"}";
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-token: canary-of-headers-back\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).unwrap();
    });
    address
}

fn fetching(address: SocketAddr) -> String {
    format!(
        "document: {{dsl: '1.0.3', namespace: test, name: fetch, version: '1.0.0'}}
do:
  - fetch:
      call: http
      with:
        method: get
        endpoint: 'http://{address}/canary-of-paths?token=canary-of-queries'
        headers: {{authorization: 'Bearer canary-of-headers'}}
"
    )
}

/// A credential with its last character changed.
fn mistyped(credential: &str) -> String {
    let (rest, last) = credential.split_at(credential.len() - 1);
    format!("{rest}{}", if last == "a" { "b" } else { "a" })
}

/// What a server has told, in all places, after everything that has to do with secrets was done once.
struct Told {
    log: String,
    /// Of the call of a flow.
    request_id: String,
    places: Vec<(&'static str, String)>,
    secrets: Vec<String>,
}

impl Told {
    fn by(instance: &Instance, log_format: &str) -> Self {
        let server = instance.serve_telling_everything(log_format);
        let shop = Shop::open(server.address, 100);
        shop.deploy(server.address, &fetching(outside()));
        let [session, token, key] = shop.credentials();
        let mut buyer = shop.buyer(server.address);
        let mut customer = Client::bearer(server.address, key);
        let called = customer.post("/v1/flows/echo/call", &json!({"in": "canary-of-inputs"}));
        let called = called.unwrap();
        let request_id = called.header("guildhall-request-id").unwrap().to_owned();
        assert_eq!(called.done()["told"], "canary-of-answers");
        assert_eq!(buyer.verify().unwrap().done()["valid"], true);
        refused(server.address, shop.credentials());

        let made = shop
            .owner(server.address)
            .post("/v1/keys", &json!({"name": "second"}));
        let second = made.unwrap().done()["key"].as_str().unwrap().to_owned();
        let rotate = format!("/v1/keys/{}/rotate", shop.key_id);
        shop.owner(server.address)
            .post(&rotate, &json!({}))
            .unwrap()
            .done();
        let typed = format!("{NEW_PASSWORD}\n");
        let reset = ["reset-password", "ada@example.com", "--password-stdin"];
        let said = instance.run("admin", &reset, &typed).done();
        let metrics = Client::bearer(server.address, token)
            .get("/metrics")
            .unwrap()
            .text;
        assert!(metrics.contains("guildhall_http_requests_total"), "{metrics}");
        server.terminate();
        assert!(server.ended().success());

        let file = instance.beside("backup");
        let backed_up = instance.run("backup", &[file.to_str().unwrap()], "").out;
        let stored = std::fs::read_to_string(&file).unwrap();
        assert!(
            stored.contains("canary-of-inputs") && stored.contains(&shop.key_id),
            "it is all in there"
        );
        let doctor = instance.run("doctor", &[], "").done();
        let instance_key = std::fs::read_to_string(instance.key()).unwrap();
        let secrets = [
            PASSWORD,
            NEW_PASSWORD,
            WRONG_PASSWORD,
            session,
            token,
            key,
            &second,
            instance_key.trim(),
        ];
        let log = instance.logged();
        let places = [
            ("log", log.clone()),
            ("metrics", metrics),
            ("storage", stored),
            ("doctor", doctor),
            ("output", said),
            ("output", backed_up),
        ];
        Self {
            log,
            request_id,
            places: places.into(),
            secrets: secrets.map(str::to_owned).into(),
        }
    }

    fn has_no_secret(&self) {
        for (place, text) in &self.places {
            for secret in &self.secrets {
                for secret in [secret.clone(), mistyped(secret)] {
                    assert!(!text.contains(&secret), "{secret} is in the {place}");
                }
            }
            for line in text.lines().filter(|_| ["log", "metrics"].contains(place)) {
                assert!(!line.contains("canary"), "{line}");
            }
        }
    }
}

/// What goes wrong is logged with its cause.
fn refused(server: SocketAddr, credentials: [&str; 3]) {
    let mut anybody = Client::new(server);
    let wrong = json!({"email": "ada@example.com", "password": WRONG_PASSWORD});
    assert_eq!(anybody.post("/v1/auth/sign-in", &wrong).unwrap().status, 401);
    let wrong = json!({"email": WRONG_PASSWORD, "password": WRONG_PASSWORD});
    assert_eq!(anybody.post("/v1/auth/sign-up", &wrong).unwrap().status, 422);
    for wrong in credentials.map(mistyped) {
        let status = |mut client: Client, path: &str| client.get(path).unwrap().status;
        assert_eq!(status(Client::bearer(server, &wrong), "/v1/flows"), 401);
        assert_eq!(status(Client::new(server), &format!("/v1/keys/{wrong}")), 401);
        assert_eq!(
            status(Client::new(server), &format!("/v1/flows?key={wrong}")),
            400
        );
    }
}

on_both! {
    fn no_secret_is_logged_counted_or_stored_as_it_is(instance: Instance) {
        let told = Told::by(&instance, "text");
        assert!(told.log.contains(" TRACE "), "everything is told");
        let of_the_call = told.log.lines().find(|line| line.contains(&told.request_id)).expect("the id of the call");
        assert!(of_the_call.contains("/v1/flows/{flow}/call"), "{of_the_call}");
        told.has_no_secret();
    }

    fn a_log_in_json_is_an_object_a_line_without_secrets(instance: Instance) {
        let told = Told::by(&instance, "json");
        let parsed = told.log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
        let lines: Vec<Map<String, Value>> = parsed.collect();
        assert!(lines.iter().any(|line| line["level"] == "TRACE"), "everything is told");
        let answered = lines.iter().find(|line| line["target"] == "guildhall::access" && line["request_id"] == told.request_id);
        let answered = answered.expect("the line of the call");
        let about = ["method", "route", "status", "message"].map(|name| &answered[name]);
        assert_eq!(json!(about), json!(["POST", "/v1/flows/{flow}/call", 200, "answered"]));
        assert!(answered["latency_us"].is_u64() && answered["timestamp"].is_string(), "{answered:?}");
        told.has_no_secret();
    }

    fn beyond_loopback_the_first_sign_up_needs_the_code_that_is_printed(instance: Instance) {
        let sign_up = |server: SocketAddr, name: &str, code: &str| {
            let body = json!({"email": format!("{name}@example.com"), "name": name, "password": PASSWORD, "setup_code": code});
            Client::new(server).post("/v1/auth/sign-up", &body).unwrap()
        };
        let mut server = instance.serve_beyond_loopback();
        let words = server.next_line();
        let code = words.rsplit(' ').next().unwrap();
        assert!(words.contains("needs the set-up code") && code.len() >= 16, "{words}");
        for wrong in ["", &mistyped(code)] {
            assert_eq!(sign_up(server.address, "eve", wrong).body["code"], "setup_code_required");
        }
        drop(server);
        let mut server = instance.serve_beyond_loopback();
        assert_eq!(sign_up(server.address, "eve", code).body["code"], "setup_code_required", "each start has its own");
        let words = server.next_line();
        let code = words.rsplit(' ').next().unwrap();
        assert!(sign_up(server.address, "ada", code).done()["user"]["operator_since"].is_string());
        assert!(sign_up(server.address, "bob", "").done()["user"]["operator_since"].is_null());
        assert_eq!(server.last_words(), "");
        assert_eq!(instance.serve_beyond_loopback().last_words(), "", "who runs it is known");
        assert!(!instance.logged().contains(code), "the code is for the terminal alone");
    }
}
