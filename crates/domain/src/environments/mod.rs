//! Environments: the places in which versions of flows are live. Owns `environments`.
//!
//! Every workspace starts with `development`, `staging` and `production`. Invariants: a name is unique within its
//! workspace and has the form of a slug; a test key never reaches the one named [`PRODUCTION`].

mod error;
mod store;

pub use error::Error;

use db::Tx;
use types::{EnvironmentId, IdOrSlug, Slug, Timestamp, WorkspaceId, kinds};

use crate::{
    Services,
    access::{Caller, Permission},
};

/// Most environments of one workspace.
pub const ENVIRONMENTS_MAX: i64 = 50;
/// Where test keys call, and drafts run, unless another one is named.
pub const DEVELOPMENT: &str = "development";
/// Where live keys call unless another one is named.
pub const PRODUCTION: &str = "production";

/// How a request names an environment.
pub type EnvironmentRef = IdOrSlug<kinds::Environment>;

/// A place in which versions are live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// What it is called, as in addresses.
    pub name: Slug,
    /// Where it stands in the list, from 0.
    pub position: i64,
    /// Since when deployments need the approval of another member.
    pub protected_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Environment {
    /// Does the reference name this one?
    pub fn is(&self, reference: &EnvironmentRef) -> bool {
        match reference {
            IdOrSlug::Id(id) => self.id == *id,
            IdOrSlug::Slug(name) => self.name == *name,
        }
    }
}

/// Makes the environments that every workspace starts with, within the transaction that makes the workspace.
pub async fn create_defaults(tx: &mut Tx, services: &Services, workspace: WorkspaceId) -> db::Result<()> {
    let created_at = services.clock.now();
    for (position, name) in (0..).zip([DEVELOPMENT, "staging", PRODUCTION]) {
        let environment = Environment {
            id: services.ids.next(),
            name: Slug::from_stored(name.to_owned()),
            position,
            protected_at: None,
            created_at,
        };
        store::insert(tx, workspace, &environment).await?;
    }
    Ok(())
}

/// The environments of the workspace, in their order; at most [`ENVIRONMENTS_MAX`].
pub async fn list(services: &Services, caller: &Caller) -> Result<Vec<Environment>, Error> {
    caller.authorize(Permission::EnvironmentsRead)?;
    db::read!(services.db, |tx| Ok(store::list(tx, caller.workspace).await?))
}

/// One environment, by id or name.
pub async fn view(
    services: &Services,
    caller: &Caller,
    environment: &EnvironmentRef,
) -> Result<Environment, Error> {
    caller.authorize(Permission::EnvironmentsRead)?;
    db::read!(services.db, |tx| find(tx, caller.workspace, environment).await)
}

/// All of a workspace, for operations of other folders on what is live where.
pub async fn all(tx: &mut Tx, workspace: WorkspaceId) -> db::Result<Vec<Environment>> {
    store::list(tx, workspace).await
}

/// One of a workspace, for operations of other folders.
pub async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    environment: &EnvironmentRef,
) -> Result<Environment, Error> {
    let environments = store::list(tx, workspace).await?;
    environments
        .into_iter()
        .find(|candidate| candidate.is(environment))
        .ok_or_else(|| Error::Unknown {
            environment: environment.clone(),
        })
}

/// The id of one of a workspace, which may have been deleted if it is named by it.
pub async fn id_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    environment: &EnvironmentRef,
) -> Result<EnvironmentId, Error> {
    match environment.id() {
        Some(id) => Ok(id),
        None => Ok(find(tx, workspace, environment).await?.id),
    }
}
