//! People and machines that use the server.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use axum::{body::Body, extract::Request};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::{Answer, TestApp};

/// Somebody who sends requests, with the credential and workspace that he always sends along.
#[derive(Clone)]
pub struct Actor {
    app: TestApp,
    headers: HeaderMap,
    address: Option<std::net::IpAddr>,
    user: String,
    workspace: String,
}

impl Actor {
    /// Somebody without a credential.
    pub(crate) fn new(app: TestApp) -> Self {
        Self {
            app,
            headers: HeaderMap::new(),
            address: None,
            user: String::new(),
            workspace: String::new(),
        }
    }

    /// Somebody who comes from an address of his own, so that limits on addresses do not make strangers share.
    pub(crate) fn at_address(mut self, address: std::net::IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// The same person, whose requests go another way.
    #[must_use]
    pub fn through(&self, app: &TestApp) -> Self {
        Self {
            app: app.clone(),
            ..self.clone()
        }
    }

    /// Somebody signed in, as the answer of sign-up says, who always names his personal workspace.
    pub fn signed_in(self, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").expect("sign-up sets a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let id = |of: &str| answer.body[of]["id"].as_str().expect("an id").to_owned();
        let mut actor = self.with("cookie", &cookie);
        actor.user = id("user");
        actor.in_workspace(&id("workspace"))
    }

    /// The same in another workspace.
    #[must_use]
    pub fn in_workspace(&self, workspace: &str) -> Self {
        let mut actor = self.clone().with("guildhall-workspace", workspace);
        actor.workspace = workspace.to_owned();
        actor
    }

    /// The id of the workspace that he names in every request.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// The id of the person.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// A header that he always sends; empty if he does not.
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// The same with a header in every request.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            value.parse().expect("a header value"),
        );
        self
    }

    /// The same without a header.
    #[must_use]
    pub fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// Posts a JSON body.
    pub fn post(&self, path: &str, body: Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    /// Posts nothing.
    pub fn post_empty(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// Changes with a JSON body.
    pub fn patch(&self, path: &str, body: Value) -> Call {
        self.call(Method::PATCH, path).json(body)
    }

    /// Puts a JSON body.
    pub fn put(&self, path: &str, body: Value) -> Call {
        self.call(Method::PUT, path).json(body)
    }

    /// Deletes.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// A request that can still be changed; awaiting it sends it.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("a path");
        *request.headers_mut() = self.headers.clone();
        if let Some(address) = self.address {
            request.extensions_mut().insert(server::Peer(address));
        }
        Call {
            app: self.app.clone(),
            request,
            body: None,
        }
    }
}

/// A request that has not been sent yet.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call {
    app: TestApp,
    request: Request,
    body: Option<Value>,
}

impl Call {
    /// With a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.request
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
        self
    }

    /// With a header besides those of the same name.
    pub fn header_again(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.request
            .headers_mut()
            .append(HeaderName::from_static(name), value);
        self
    }

    /// With a JSON body.
    pub fn json(mut self, body: Value) -> Self {
        *self.request.body_mut() = Body::from(body.to_string());
        self.body = Some(body);
        self.header("content-type", "application/json")
    }

    /// With a body of any bytes, announced as JSON.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        *self.request.body_mut() = Body::from(body.into());
        self.header("content-type", "application/json")
    }

    /// Sends it and reads nothing of the body yet.
    pub async fn unread(self) -> Body {
        match self.app.router.clone().oneshot(self.request).await {
            Ok(response) => response.into_body(),
            Err(never) => match never {},
        }
    }

    /// With another other end of the connection.
    pub fn from(mut self, address: &str) -> Self {
        let address = address.parse().expect("an address");
        self.request.extensions_mut().insert(server::Peer(address));
        self
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (method, path) = (
                self.request.method().clone(),
                self.request.uri().path().to_owned(),
            );
            let response = match self.app.router.clone().oneshot(self.request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.expect("the answer is complete").to_bytes();
            let answer = Answer::new(method, path, parts.status, parts.headers, bytes);
            self.app.contract.check(&answer, self.body.as_ref());
            answer
        })
    }
}
