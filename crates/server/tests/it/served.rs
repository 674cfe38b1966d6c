//! A server that is spoken to over sockets, byte by byte.

use std::{net::SocketAddr, sync::Arc};

use server::{App, Config, Limits};
use testkit::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

/// A server on a port of its own.
pub struct Served {
    pub address: SocketAddr,
    pub stop: oneshot::Sender<()>,
    pub ended: JoinHandle<()>,
}

impl Served {
    /// Serves what the test is given, within these limits.
    pub async fn start(app: &TestApp, limits: Limits) -> Self {
        let config = Config {
            limits,
            ..app.state.config.clone()
        };
        let app = App::new(Arc::clone(&app.state.services), config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            server::serve(listener, app, shutdown).await;
        });
        Self { address, stop, ended }
    }

    /// A connection to it.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes; everything that comes back until the server ends the connection.
    pub async fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        // The server may have heard enough before the end.
        let _ = stream.write_all(bytes.as_ref()).await;
        everything(&mut stream).await
    }

    /// Fails the test unless it still answers.
    pub async fn lives(&self) {
        let said = self
            .say("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await;
        assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    }
}

/// What comes until the end of the connection, however that ends.
pub async fn everything(stream: &mut TcpStream) -> String {
    let (mut bytes, mut part) = (Vec::new(), vec![0; 65_536]);
    while let Ok(read @ 1..) = stream.read(&mut part).await {
        bytes.extend_from_slice(&part[..read]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs a test against a server with these limits, which must still live afterwards.
pub fn served(limits: Limits, test: impl AsyncFnOnce(&Served)) {
    testkit::on_sqlite(async |app| {
        let served = Served::start(&app, limits).await;
        test(&served).await;
        served.lives().await;
    });
}

/// The status of each answer.
pub fn statuses(said: &str) -> Vec<&str> {
    said.match_indices("HTTP/1.1 ")
        .map(|(at, _)| &said[at + 9..at + 12])
        .collect()
}
