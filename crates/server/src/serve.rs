//! Serving connections: HTTP/1.1 with a limit on everything a stranger can send or hold, and a bounded drain.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use domain::runs;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

use crate::{AppState, Router, impatient::Impatient, layers::Peer};

/// Most bytes of a head.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Most headers of a request.
const HEADERS_MAX: usize = 100;
/// Pause after the operating system refused a connection, as it does when it runs out of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What clients may hold, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; further ones wait in the backlog of the operating system.
    pub connections_max: usize,
    /// How long a client may take to send a head, which is also how long a connection may be idle. Longer than the
    /// minute for which load balancers commonly keep a connection, so that it is they who close it.
    pub head_timeout: Duration,
    /// When a request is given up, its body included. Longer than any call of a flow may take.
    pub request_deadline: Duration,
    /// How long a client may take nothing of an answer that is being sent to him.
    pub write_timeout: Duration,
    /// How long requests under way may take to end once the server is told to.
    pub drain_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            head_timeout: Duration::from_secs(75),
            request_deadline: Duration::from_secs(65),
            write_timeout: Duration::from_secs(30),
            drain_max: Duration::from_secs(25),
        }
    }
}

/// Serves until `shutdown`, then lets requests under way end for at most [`Limits::drain_max`], and calls of flows too
/// whose clients have gone.
pub async fn serve(listener: TcpListener, app: AppState, shutdown: impl Future<Output = ()>) {
    let (limits, services) = (app.config.limits, Arc::clone(&app.services));
    let router = crate::router(app);
    let connections = Arc::new(Semaphore::new(limits.connections_max));
    let (tracker, stopping) = (TaskTracker::new(), CancellationToken::new());
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            (stream, peer, permit) = accept(&listener, &connections) => {
                let connection = Connection { router: router.clone(), peer: Peer(peer.ip()) };
                tracker.spawn(handle(stream, connection, limits, stopping.clone(), permit));
            }
        }
    }
    drop(listener);
    stopping.cancel();
    tracker.close();
    let drained = async {
        tracker.wait().await;
        runs::all_ended(&services).await;
    };
    if tokio::time::timeout(limits.drain_max, drained).await.is_err() {
        tracing::warn!(
            connections = tracker.len(),
            "requests were given up at the end of the drain"
        );
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed: without a permit the connection is served all the same.
    let permit = Arc::clone(connections).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "no connection could be accepted"
                );
                // tidy: allow sleep: there is no event that tells when descriptors are free again
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The client went away before it was accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

async fn handle(
    stream: TcpStream,
    service: Connection,
    limits: Limits,
    stopping: CancellationToken,
    permit: Option<OwnedSemaphorePermit>,
) {
    // Answers are small and complete: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(
            TokioIo::new(Impatient::new(stream, limits.write_timeout)),
            service,
        );
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = &error as &dyn std::error::Error, "a connection broke");
    }
    drop(permit);
}

/// The service of one connection: the router, told who is at the other end.
struct Connection {
    router: Router,
    peer: Peer,
}

impl hyper::service::Service<http::Request<Incoming>> for Connection {
    type Response = Response;
    type Error = Infallible;
    type Future = axum::routing::future::RouteFuture<Infallible>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        self.router.clone().call(request)
    }
}
