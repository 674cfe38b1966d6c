//! An instance with many workspaces, each with credits, a key, and some with a flow: made through the API.

use std::{net::SocketAddr, rc::Rc};

use anyhow::{Context, Result};

use crate::api::{self, Bearer, Person};

/// The flow that is called.
pub const FLOW: &str = "echo";
/// Workspaces that have the flow.
pub const FLOW_WORKSPACES: usize = 50;

const CREDITS: &str = "1000000000";
/// Validates its input and answers as many bytes as it takes.
pub const DEFINITION: &str = r#"document:
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

/// Workspaces of one owner; a person may be in no more than 1,000.
const WORKSPACES_PER_OWNER: usize = 500;

/// The instance and who is in it.
pub struct Site {
    pub service: Bearer,
    pub workspaces: Vec<Workspace>,
}

/// A workspace, its key and its owner.
pub struct Workspace {
    pub id: String,
    pub key: String,
    pub owner: Rc<Person>,
}

impl Site {
    /// Makes everything, on an instance without users.
    pub fn set_up(server: SocketAddr, workspaces: usize) -> Result<Site> {
        let mut owner = Rc::new(sign_up(server, 0)?);
        let service = owner.create_service_token("bench")?;
        let mut made = Vec::with_capacity(workspaces);
        for number in 0..workspaces {
            if number > 0 && number % WORKSPACES_PER_OWNER == 0 {
                owner = Rc::new(sign_up(server, number)?);
            }
            let workspace = make_workspace(&owner, &service, number);
            made.push(workspace.with_context(|| format!("setting up workspace {number}"))?);
        }
        Ok(Site {
            service,
            workspaces: made,
        })
    }
}

fn sign_up(server: SocketAddr, number: usize) -> Result<Person> {
    let email = format!("bench-{number}@example.com");
    api::sign_up(server, &email, "correct horse battery staple", "Bench")
}

fn make_workspace(owner: &Rc<Person>, service: &Bearer, number: usize) -> Result<Workspace> {
    let id = owner.create_workspace(&format!("Bench {number}"))?;
    service.grant(&id, CREDITS, "bench")?;
    let key = owner.create_key(&id, "bench")?.token;
    if number < FLOW_WORKSPACES {
        owner.deploy_flow(&id, FLOW, DEFINITION)?;
    }
    let owner = Rc::clone(owner);
    Ok(Workspace { id, key, owner })
}
