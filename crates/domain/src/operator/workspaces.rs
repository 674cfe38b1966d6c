//! What the operator sees of a workspace.

use super::Error;
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    credits::{self, Balance},
    workspaces::{self, Workspace, WorkspaceRef},
};

/// Any workspace, also a deleted one, with what it can spend.
pub async fn view_workspace(
    services: &Services,
    operator: &Operator,
    reference: &WorkspaceRef,
) -> Result<(Workspace, Balance), Error> {
    operator.authorize(OperatorPermission::WorkspacesRead)?;
    let workspace = workspaces::view_any(services, operator, reference).await?;
    let balance = credits::balance_of(services, workspace.id).await?;
    Ok((workspace, balance))
}
