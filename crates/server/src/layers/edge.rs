//! The one layer: request id, client address, deadline, panics, problems, protecting headers, log line, counters.
//!
//! One layer and not ten, because each layer of tower costs a box and a clone on every request.

use std::{
    any::Any,
    convert::Infallible,
    future::Future,
    net::IpAddr,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
    time::Instant,
};

use api::ProblemCode;
use axum::{
    extract::{MatchedPath, Request},
    response::{IntoResponse, Response},
};
use domain::access::Origin;
use futures_util::FutureExt;
use http::{HeaderValue, Method, StatusCode, header};
use tower::{Layer, Service};
use types::RequestId;

use super::{
    address::{Peer, client_address},
    headers::{REQUEST_ID, protect},
    rate::RateSlot,
};
use crate::{
    AppState,
    answer::problem_response,
    problem::{Failure, Refused},
};

/// What the layer knows of a request, for extractors.
#[derive(Debug, Clone)]
pub struct Context {
    /// What the answer and the log call the request. Always ours: what a client sends is not looked at.
    pub request_id: RequestId,
    /// The client's address.
    pub address: IpAddr,
    /// Where the extractor leaves how much of a rate limit is left.
    pub rate: RateSlot,
}

impl Context {
    /// For operations.
    pub const fn origin(&self) -> Origin {
        Origin {
            address: self.address,
            request_id: self.request_id,
        }
    }
}

/// Makes [`Edge`]s.
#[derive(Clone)]
pub struct EdgeLayer(pub AppState);

impl<S> Layer<S> for EdgeLayer {
    type Service = Edge<S>;

    fn layer(&self, inner: S) -> Edge<S> {
        Edge {
            inner,
            app: Arc::clone(&self.0),
        }
    }
}

/// The layer around a route.
#[derive(Clone)]
pub struct Edge<S> {
    inner: S,
    app: AppState,
}

impl<S> Service<Request> for Edge<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let app = Arc::clone(&self.app);
        let (started, deadline) = (Instant::now(), app.config.limits.request_deadline);
        let peer = request.extensions().get::<Peer>().copied().unwrap_or_default();
        let context = Context {
            request_id: app.services.ids.next(),
            address: client_address(peer.0, request.headers(), &app.config.trusted_proxies),
            rate: RateSlot::default(),
        };
        let about = About {
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            context: context.clone(),
            started,
        };
        if let Err(failure) = app.parameters.check(&request) {
            return Box::pin(async move { Ok(finish(&app, &about, failure.into_response())) });
        }
        request.extensions_mut().insert(context);
        // A panic in building the future is a panic of the request as well.
        let inner = std::panic::catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let answered = match inner {
                Ok(inner) => tokio::time::timeout(deadline, AssertUnwindSafe(inner).catch_unwind()).await,
                Err(panic) => Ok(Err(panic)),
            };
            let response = match answered {
                Ok(Ok(Ok(response))) => response.into_response(),
                Ok(Err(panic)) => panicked(&about, &*panic),
                Err(_) => Failure::new(ProblemCode::DeadlineExceeded).into_response(),
            };
            Ok(finish(&app, &about, response))
        })
    }
}

/// What the log line says about a request.
struct About {
    method: Method,
    route: Option<MatchedPath>,
    context: Context,
    started: Instant,
}

impl About {
    /// The pattern of the route, never the path itself, which may name secrets.
    fn route(&self) -> &str {
        self.route.as_ref().map_or("none", MatchedPath::as_str)
    }
}

fn panicked(about: &About, panic: &(dyn Any + Send)) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(
        request_id = %about.context.request_id,
        method = %about.method,
        route = about.route(),
        panic = message,
        "a belief of the program turned out wrong"
    );
    Failure::new(ProblemCode::InternalError).into_response()
}

/// Writes the problem if it is one, adds the common headers, logs and counts.
fn finish(app: &AppState, about: &About, mut response: Response) -> Response {
    let request_id = about.context.request_id.to_string();
    if let Some(refused) = response.extensions_mut().remove::<Arc<Refused>>() {
        log_cause(about, &refused);
        response = problem_response(&refused, &request_id);
    } else if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = method_not_allowed(&response, &request_id);
    }
    protect(response.headers_mut(), app.config.is_https());
    about.context.rate.write(response.headers_mut());
    if let Ok(value) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let latency = about.started.elapsed();
    app.route_metrics
        .record(&about.method, about.route(), response.status(), latency);
    tracing::info!(
        target: "guildhall::access",
        method = %about.method,
        route = about.route(),
        status = response.status().as_u16(),
        latency_us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX),
        request_id = %about.context.request_id,
        "answered"
    );
    response
}

/// The router answers 405 with `Allow` and no body.
fn method_not_allowed(response: &Response, request_id: &str) -> Response {
    let mut problem = Failure::new(ProblemCode::MethodNotAllowed);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem = problem.header(header::ALLOW, allow.clone());
    }
    problem_response(&problem.refused(), request_id)
}

fn log_cause(about: &About, refused: &Refused) {
    if let Some(cause) = &refused.cause {
        tracing::error!(
            request_id = %about.context.request_id,
            method = %about.method,
            route = about.route(),
            code = refused.problem.code.as_str(),
            error = &**cause as &(dyn std::error::Error + 'static),
            "a request failed"
        );
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt;
    use serde_json::Value;
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{App, Config, Limits};

    /// A route that believes something wrong, at once or while it works.
    async fn panics(request: Request) -> Result<Response, Infallible> {
        tokio::task::yield_now().await;
        panic!("{} was never thought of", request.uri())
    }

    fn panics_at_once(request: Request) -> std::future::Ready<Result<Response, Infallible>> {
        panic!("{} was never thought of", request.uri())
    }

    #[test]
    fn a_panic_is_one_answer_that_names_its_request_and_nothing_else() {
        testkit::on_sqlite(async |test| {
            let config = Config {
                public_url: "http://guildhall.test".to_owned(),
                trusted_proxies: Vec::new(),
                bench_ceiling: false,
                limits: Limits::default(),
            };
            let layer = EdgeLayer(App::new(Arc::clone(&test.state.services), config));
            let ask = || Request::new(Body::empty());
            let answers = [
                layer.layer(service_fn(panics)).oneshot(ask()).await,
                layer.layer(service_fn(panics_at_once)).oneshot(ask()).await,
            ];
            for answer in answers {
                let Ok(answer) = answer;
                assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
                let id = answer.headers()[REQUEST_ID].to_str().unwrap().to_owned();
                let body = answer.into_body().collect().await.unwrap().to_bytes();
                let problem: Value = serde_json::from_slice(&body).unwrap();
                assert_eq!(
                    (&problem["code"], &problem["instance"]),
                    (&"internal_error".into(), &id.into())
                );
                assert!(
                    !String::from_utf8_lossy(&body).contains("thought"),
                    "the cause is for the log"
                );
            }
        });
    }
}
