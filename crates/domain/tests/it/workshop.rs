//! A workspace with credits and flows, and a stub of the outside.

use std::{
    sync::{Arc, Mutex},
    time::Duration as StdDuration,
};

use db::Db;
use domain::{
    Config,
    access::Caller,
    api_keys::{self, KeyKind, NewKey},
    credits::{self, Gift, GrantSource},
    flows::{self, Deployment, Flow, FlowRef, NewDeployment, NewFlow, NewVersion, Source, VersionView},
    instance::InstanceKey,
    runs::{self, Answer, CallRequest, Ended, Input, Surface},
    testing::{Somebody, World, new_key},
};
use outbound::EgressPolicy;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use types::Microcredits;

/// Greets by name.
pub const GREETING: &str = "
document: {dsl: '1.0.3', namespace: test, name: greeting, version: '1.0.0'}
input:
  schema:
    document:
      type: object
      required: [name]
      properties: {name: {type: string}}
do:
  - greet:
      set: {greeting: '${ \"Hello, \\(.name)\" }'}
";

/// Raises an error of its own.
pub const FAULT: &str = "
document: {dsl: '1.0.3', namespace: test, name: fault, version: '1.0.0'}
do:
  - refuse:
      raise:
        error: {type: 'https://example.com/errors/sold-out', status: 418, title: Sold out, detail: nothing is left}
";

/// Answers the same whatever comes in.
pub fn constant(value: &str) -> String {
    format!(
        "document: {{dsl: '1.0.3', namespace: test, name: constant, version: '1.0.0'}}\ndo:\n  - say:\n      set: {{said: {value}}}\n"
    )
}

/// Calls an address, which is an effect.
pub fn calling(url: &str) -> String {
    format!(
        "document: {{dsl: '1.0.3', namespace: test, name: calling, version: '1.0.0'}}\ndo:\n  - fetch:\n      call: http\n      with: {{method: post, endpoint: '{url}', body: {{asked: true}}}}\n"
    )
}

/// Configuration under which flows may call this machine.
pub fn reaching_this_machine() -> Config {
    let mut config = Config::default();
    config.engine.egress = EgressPolicy::allowing(["127.0.0.0/8".parse().unwrap()]);
    config
}

pub struct Workshop {
    pub world: World,
    pub owner: Somebody,
    pub caller: Caller,
    /// For other nodes of the same instance.
    pub instance_key: InstanceKey,
}

impl Workshop {
    /// A workspace with so many credits.
    pub async fn with_credits(db: Db, credits: i64) -> Self {
        Self::configured(db, credits, &reaching_this_machine()).await
    }

    pub async fn configured(db: Db, credits: i64, config: &Config) -> Self {
        let instance_key = InstanceKey::random();
        let world = World::node(db, &instance_key, config).await;
        let owner = world.sign_up("ada").await;
        let shop = Self {
            caller: owner.caller.clone(),
            world,
            owner,
            instance_key,
        };
        if credits > 0 {
            shop.give(credits).await;
        }
        shop
    }

    pub async fn give(&self, credits: i64) {
        let gift = Gift {
            credits: Microcredits::ONE_CREDIT.checked_mul(credits).unwrap(),
            source: GrantSource::Promotion,
            effective_at: None,
            expires_at: None,
            priority: None,
            external_id: None,
            note: None,
        };
        let operator = self.world.operator();
        credits::give(&self.world.services, &operator, self.caller.workspace, gift, None)
            .await
            .unwrap();
    }

    pub async fn available(&self) -> Microcredits {
        credits::balance(&self.world.services, &self.owner.caller)
            .await
            .unwrap()
            .available
    }

    pub async fn held(&self) -> Microcredits {
        credits::balance(&self.world.services, &self.owner.caller)
            .await
            .unwrap()
            .held
    }

    pub async fn flow(&self, name: &str) -> Flow {
        let new = NewFlow {
            name: name.parse().unwrap(),
            slug: None,
            description: Default::default(),
            definition: None,
        };
        flows::create(&self.world.services, &self.caller, new)
            .await
            .unwrap()
            .flow
    }

    pub async fn save(&self, flow: &Flow, text: &str) -> Result<VersionView, flows::Error> {
        self.save_from(flow, text, None).await
    }

    pub async fn save_from(
        &self,
        flow: &Flow,
        text: &str,
        if_match: Option<i64>,
    ) -> Result<VersionView, flows::Error> {
        let new = NewVersion {
            source: source(text),
            comment: "because".parse().unwrap(),
            label: Default::default(),
            if_match,
        };
        flows::save_version(&self.world.services, &self.caller, &flow.id.into(), new).await
    }

    pub async fn deploy(
        &self,
        flow: &Flow,
        version: i64,
        environment: &str,
    ) -> Result<Deployment, flows::Error> {
        let new = NewDeployment {
            environment: environment.parse().unwrap(),
            version,
            note: Default::default(),
        };
        flows::deploy(&self.world.services, &self.caller, &flow.id.into(), new).await
    }

    /// A flow that is live in production.
    pub async fn live(&self, name: &str, text: &str) -> Flow {
        let flow = self.flow(name).await;
        self.save(&flow, text).await.unwrap();
        self.deploy(&flow, 1, "production").await.unwrap();
        flow
    }

    /// Somebody with a new key of the workspace.
    pub async fn key(&self, kind: KeyKind) -> Caller {
        self.key_of(Self::new_key(kind)).await
    }

    pub fn new_key(kind: KeyKind) -> NewKey {
        new_key("A key", kind)
    }

    pub async fn key_of(&self, new: NewKey) -> Caller {
        let services = &self.world.services;
        let created = api_keys::create(services, &self.caller, new).await.unwrap();
        let identity = api_keys::authenticate(services, created.text.expose())
            .await
            .unwrap();
        Caller::key(identity, self.world.origin())
    }

    pub async fn call(&self, flow: &Flow, body: &str) -> Result<Answer, runs::Error> {
        self.call_as(&self.caller, request(flow, body)).await
    }

    pub async fn call_as(&self, caller: &Caller, request: CallRequest) -> Result<Answer, runs::Error> {
        runs::call(&self.world.services, caller, request).await
    }
}

pub fn source(text: &str) -> Source {
    Source::from_text(text.to_owned()).unwrap()
}

pub fn request(flow: &Flow, body: &str) -> CallRequest {
    CallRequest {
        tenant: None,
        flow: FlowRef::Id(flow.id),
        environment: None,
        input: Input::from_body(body.as_bytes().to_vec()).unwrap(),
        idempotency_key: None,
        surface: Surface::Api,
    }
}

pub fn under_key(mut request: CallRequest, key: &str) -> CallRequest {
    request.idempotency_key = Some(key.to_owned());
    request
}

pub fn in_environment(mut request: CallRequest, environment: &str) -> CallRequest {
    request.environment = Some(environment.parse().unwrap());
    request
}

/// The output of a call that completed.
pub fn output(answer: &Answer) -> &str {
    match &answer.ended {
        Ended::Completed { output } => output,
        ended => panic!("{ended:?}"),
    }
}

/// Something outside that flows can call.
pub struct Outside {
    pub url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

/// What the outside does with a request.
#[derive(Clone, Copy)]
pub enum Manner {
    /// Answers a number, each time the next one.
    Counts,
    /// Answers an error.
    Fails,
    /// Takes the request and never answers.
    IsSilent,
}

impl Outside {
    pub async fn that(manner: Manner) -> Self {
        Self::answering(move |number, _| match manner {
            Manner::Counts => Some((200, format!("{{\"number\":{number}}}"))),
            Manner::Fails => Some((500, "{}".to_owned())),
            Manner::IsSilent => None,
        })
        .await
    }

    /// Answers the request of that number, from 1, at that address with a status and JSON, or never.
    pub async fn answering(
        answer: impl Fn(usize, &str) -> Option<(u16, String)> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/things", listener.local_addr().unwrap());
        let (seen, answer) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(answer));
        let (log, address) = (Arc::clone(&seen), Arc::<str>::from(url.as_str()));
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (log, answer, address) = (Arc::clone(&log), Arc::clone(&answer), Arc::clone(&address));
                tokio::spawn(async move {
                    while let Some(request) = taken(&mut connection).await {
                        let number = {
                            let mut log = log.lock().unwrap();
                            log.push(request);
                            log.len()
                        };
                        let Some((status, body)) = answer(number, &address) else {
                            return std::future::pending().await;
                        };
                        let answer = format!(
                            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                            body.len()
                        );
                        if connection.write_all(answer.as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { url, seen }
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// What it was asked: head and body of each request.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// The next request of a connection.
async fn taken(connection: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text.into_owned());
            }
        }
        if connection
            .read_buf(&mut request)
            .await
            .is_ok_and(|bytes| bytes > 0)
        {
            continue;
        }
        return None;
    }
}

/// Long enough for whatever must happen, so that a test that would wait for ever fails instead.
pub const PATIENCE: StdDuration = StdDuration::from_secs(30);
