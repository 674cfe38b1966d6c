//! A stub server and resolvers that lie. Loopback only.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use outbound::{EgressPolicy, HttpClient, Resolver, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a stub has been sent: one text per request, head and body.
pub type Seen = Arc<Mutex<Vec<String>>>;

/// A server that answers each connection's one request by a function of its text.
pub struct Stub {
    pub address: SocketAddr,
    pub seen: Seen,
}

impl Stub {
    pub async fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Stub {
        Stub::start_on("127.0.0.1:0".parse().unwrap(), answer).await
    }

    pub async fn start_on(
        address: SocketAddr,
        answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    ) -> Stub {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Seen::default();
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                tokio::spawn(async move {
                    let _ = serve(stream, &*answer, &log).await;
                });
            }
        });
        Stub { address, seen }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(&str) -> Vec<u8> + ?Sized),
    seen: &Seen,
) -> io::Result<()> {
    let mut request = Vec::new();
    while !is_complete(&request) {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            n => request.extend_from_slice(&buffer[..n]),
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let response = answer(&request);
    seen.lock().unwrap().push(request);
    stream.write_all(&response).await?;
    stream.shutdown().await
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// A response with a body of its own length.
pub fn response(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut text = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    text.extend_from_slice(body);
    text
}

pub fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    response(200, "", body)
}

pub fn redirect(status: u16, to: &str) -> Vec<u8> {
    response(status, &format!("location: {to}\r\n"), "")
}

pub fn policy(networks: &[&str]) -> EgressPolicy {
    EgressPolicy::allowing(networks.iter().map(|network| network.parse().unwrap()))
}

/// A client that may call 127.0.0.1 alone of all that is not public.
pub fn client() -> HttpClient {
    HttpClient::new(policy(&["127.0.0.1/32"]))
}

/// Gives its answers one after the other, then none; counts the questions.
#[derive(Clone, Default)]
pub struct Script {
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    pub fn new(answers: &[&[&str]]) -> Script {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Script {
            answers: Arc::new(Mutex::new(answers.iter().map(parse).collect())),
            asked: Arc::default(),
        }
    }

    pub fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Resolver for Script {
    fn resolve(&self, host: &str) -> Resolving {
        self.asked.lock().unwrap().push(host.to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move { Ok(answer.unwrap_or_default()) })
    }
}
