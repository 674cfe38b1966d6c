//! The parts of the HTTP API that the demo and the bench go through, as any client would.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::http::{Request, Response};

/// A signed-in person.
pub struct Person {
    server: SocketAddr,
    cookie: String,
    /// The workspace that came with the sign-up.
    pub workspace: String,
}

/// A caller with a bearer credential: an API key or a service token.
pub struct Bearer {
    server: SocketAddr,
    /// The credential.
    pub token: String,
}

/// Signs up a new user. The first one is the operator of the instance.
pub fn sign_up(server: SocketAddr, email: &str, password: &str, name: &str) -> Result<Person> {
    let body = json!({"email": email, "password": password, "name": name});
    let response = Request::new("POST", "/v1/auth/sign-up")
        .json(&body)
        .send(server)?;
    let answer = response.success().context("sign-up")?;
    let cookie = response.header("set-cookie").context("sign-up set no cookie")?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    Ok(Person {
        server,
        cookie,
        workspace: id(&answer["workspace"])?,
    })
}

impl Person {
    /// The same person at another server that knows the session.
    pub fn on(&self, server: SocketAddr) -> Person {
        Person {
            server,
            cookie: self.cookie.clone(),
            workspace: self.workspace.clone(),
        }
    }

    /// The header that says who asks.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Asks within a workspace.
    pub fn get(&self, workspace: &str, path: &str) -> Result<Value> {
        self.request("GET", path, Some(workspace))
            .send(self.server)?
            .success()
            .with_context(|| path.to_owned())
    }

    /// Posts within a workspace.
    pub fn post(&self, workspace: &str, path: &str, body: &Value) -> Result<Value> {
        let request = self.request("POST", path, Some(workspace)).json(body);
        request
            .send(self.server)?
            .success()
            .with_context(|| path.to_owned())
    }

    /// Makes a workspace and answers its id.
    pub fn create_workspace(&self, name: &str) -> Result<String> {
        let request = self
            .request("POST", "/v1/workspaces", None)
            .json(&json!({"name": name}));
        id(&request
            .send(self.server)?
            .success()
            .context("creating a workspace")?)
    }

    /// Makes a token for the operator's own systems.
    pub fn create_service_token(&self, name: &str) -> Result<Bearer> {
        let request = self
            .request("POST", "/v1/operator/service-tokens", None)
            .json(&json!({"name": name}));
        let answer = request
            .send(self.server)?
            .success()
            .context("creating a service token")?;
        Ok(Bearer {
            server: self.server,
            token: text(&answer, "token")?,
        })
    }

    /// Makes an API key of a workspace.
    pub fn create_key(&self, workspace: &str, name: &str) -> Result<Bearer> {
        let answer = self.post(workspace, "/v1/keys", &json!({"name": name, "kind": "live"}))?;
        Ok(Bearer {
            server: self.server,
            token: text(&answer, "key")?,
        })
    }

    /// Makes a flow with a first version that is live in production.
    pub fn deploy_flow(&self, workspace: &str, name: &str, definition: &str) -> Result<Deployed> {
        let flow = self.post(workspace, "/v1/flows", &json!({"name": name, "slug": name}))?;
        let version = self.post(
            workspace,
            &format!("/v1/flows/{name}/versions"),
            &json!({"definition": definition, "comment": "First version"}),
        )?;
        let number = &version["number"];
        let deployment = self.post(
            workspace,
            &format!("/v1/flows/{name}/deployments"),
            &json!({"environment": "production", "version": number}),
        )?;
        Ok(Deployed {
            flow,
            version,
            deployment,
        })
    }

    /// Available credits of a workspace, in microcredits.
    pub fn available_microcredits(&self, workspace: &str) -> Result<i64> {
        let credits = self.get(workspace, "/v1/credits")?;
        microcredits(&text(&credits, "available")?)
    }

    fn request<'a>(&self, method: &'a str, path: &'a str, workspace: Option<&str>) -> Request<'a> {
        let request = Request::new(method, path).header("cookie", self.cookie.clone());
        match workspace {
            Some(workspace) => request.header("guildhall-workspace", workspace),
            None => request,
        }
    }
}

/// What came back when a flow was made, saved and deployed.
pub struct Deployed {
    pub flow: Value,
    pub version: Value,
    pub deployment: Value,
}

impl Bearer {
    /// Whoever has this credential.
    pub fn new(server: SocketAddr, token: String) -> Bearer {
        Bearer { server, token }
    }

    /// Posts with the credential.
    pub fn post(&self, path: &str, body: &Value) -> Result<Response> {
        Request::new("POST", path)
            .header("authorization", format!("Bearer {}", self.token))
            .json(body)
            .send(self.server)
    }

    /// Gives a workspace credits.
    pub fn grant(&self, workspace: &str, credits: &str, note: &str) -> Result<Value> {
        let body = json!({"credits": credits, "source": "promotion", "note": note});
        let path = format!("/v1/operator/workspaces/{workspace}/grants");
        self.post(&path, &body)?.success().context("granting credits")
    }
}

/// The id in an answer.
pub fn id(answer: &Value) -> Result<String> {
    text(answer, "id")
}

fn text(answer: &Value, field: &str) -> Result<String> {
    answer[field]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("no `{field}` in {answer}"))
}

/// From a decimal text such as `949.5`.
fn microcredits(text: &str) -> Result<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{whole}{fraction:0<6}");
    padded
        .parse()
        .with_context(|| format!("`{text}` is no amount of credits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_counted_in_millionths() {
        assert_eq!(microcredits("949.5").unwrap(), 949_500_000);
        assert_eq!(microcredits("0").unwrap(), 0);
        assert_eq!(microcredits("0.000001").unwrap(), 1);
        assert!(microcredits("x").is_err());
    }
}
