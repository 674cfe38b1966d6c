//! An instance with many workspaces, each with credits, a key, and some with a flow: made through the API.

use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::api::{self, Bearer, Person};

/// The flow that is called.
pub const FLOW: &str = "echo";
/// Workspaces that have the flow.
pub const FLOW_WORKSPACES: usize = 50;

const CREDITS: &str = "1000000000";
/// Validates its input and answers as many bytes as it takes.
const DEFINITION: &str = r#"document:
  dsl: '1.0.3'
  namespace: bench
  name: echo
  version: '1.0.0'
input:
  schema:
    format: json
    document:
      type: object
      required: [name, note]
      properties:
        name: { type: string, minLength: 1, maxLength: 100 }
        note: { type: string, maxLength: 1000 }
do:
  - answer:
      set:
        name: ${ .name }
        note: ${ .note }
"#;

/// The instance and who is in it.
pub struct Site {
    pub operator: Person,
    pub service: Bearer,
    pub workspaces: Vec<Workspace>,
}

/// A workspace and its key.
pub struct Workspace {
    pub id: String,
    pub key: String,
}

impl Site {
    /// Makes everything, on an instance without users.
    pub fn set_up(server: SocketAddr, workspaces: usize) -> Result<Site> {
        let operator = api::sign_up(
            server,
            "bench@example.com",
            "correct horse battery staple",
            "Bench",
        )?;
        let service = operator.create_service_token("bench")?;
        let mut made = Vec::with_capacity(workspaces);
        for number in 0..workspaces {
            let workspace = make_workspace(&operator, &service, number);
            made.push(workspace.with_context(|| format!("setting up workspace {number}"))?);
        }
        Ok(Site {
            operator,
            service,
            workspaces: made,
        })
    }
}

fn make_workspace(operator: &Person, service: &Bearer, number: usize) -> Result<Workspace> {
    let id = operator.create_workspace(&format!("Bench {number}"))?;
    service.grant(&id, CREDITS, "bench")?;
    let key = operator.create_key(&id, "bench")?.token;
    if number < FLOW_WORKSPACES {
        operator.deploy_flow(&id, FLOW, DEFINITION)?;
    }
    Ok(Workspace { id, key })
}
