//! What the operator does with the workspaces of others.

use types::{Cursor, IdOrSlug, Page, PageLimit, WorkspaceId};

use super::{Error, Workspace, WorkspaceRef, store};
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit::{self, Change},
    credits,
};

/// Which workspaces to list.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceFilter {
    /// Only suspended ones, or only those that are not.
    pub suspended: Option<bool>,
    /// Only deleted ones, or only those that are not.
    pub deleted: Option<bool>,
}

/// All workspaces of the instance, the newest first.
pub async fn list_all_workspaces(
    services: &Services,
    operator: &Operator,
    filter: &WorkspaceFilter,
    limit: PageLimit,
    cursor: Option<&Cursor>,
) -> Result<Page<Workspace>, Error> {
    operator.authorize(OperatorPermission::WorkspacesRead)?;
    let before = cursor.map(Cursor::id).transpose()?;
    let rows = db::read!(services.db, |tx| Ok::<_, Error>(
        store::page_all_workspaces(tx, filter, before, limit).await?
    ))?;
    Ok(Page::from_rows(rows, limit, |workspace| {
        Cursor::after_id(workspace.id.uuid())
    }))
}

/// Any workspace, also a deleted one.
pub async fn view_any(
    services: &Services,
    operator: &Operator,
    reference: &WorkspaceRef,
) -> Result<Workspace, Error> {
    operator.authorize(OperatorPermission::WorkspacesRead)?;
    let id = id_of_any(services, operator, OperatorPermission::WorkspacesRead, reference).await?;
    let found = db::read!(services.db, |tx| Ok::<_, Error>(store::find(tx, id).await?))?;
    found.ok_or(Error::NotFound)
}

/// The id of the workspace that an operation with this permission names. Whether there is one of a given id is left
/// to the operation.
pub async fn id_of_any(
    services: &Services,
    operator: &Operator,
    permission: OperatorPermission,
    reference: &WorkspaceRef,
) -> Result<WorkspaceId, Error> {
    operator.authorize(permission)?;
    match reference {
        IdOrSlug::Id(id) => Ok(*id),
        IdOrSlug::Slug(slug) => {
            let now = services.clock.now();
            let holder = db::read!(services.db, |tx| Ok::<_, Error>(
                store::holder_of_slug(tx, slug, now).await?
            ))?;
            holder.ok_or(Error::NotFound)
        }
    }
}

/// Suspends a workspace: with the answer, nothing is charged to it any more. Twice is once.
pub async fn suspend(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
) -> Result<Workspace, Error> {
    set_suspended(services, operator, workspace, true).await
}

/// Ends the suspension. Twice is once.
pub async fn unsuspend(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
) -> Result<Workspace, Error> {
    set_suspended(services, operator, workspace, false).await
}

async fn set_suspended(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
    suspended: bool,
) -> Result<Workspace, Error> {
    operator.authorize(OperatorPermission::WorkspacesManage)?;
    let now = services.clock.now();
    let action = if suspended {
        "workspace.suspended"
    } else {
        "workspace.unsuspended"
    };
    let changed = db::write!(services.db, |tx| {
        store::lock(tx, workspace).await?;
        let mut found = store::find(tx, workspace).await?.ok_or(Error::NotFound)?;
        if found.suspended_at.is_some() == suspended {
            return Ok(found);
        }
        found.suspended_at = suspended.then_some(now);
        store::update_suspended(tx, &found).await?;
        credits::raise_config_epoch(tx, workspace).await?;
        let event = Change::by_operator(operator, action, "workspace", Some(workspace.uuid()))
            .in_workspace(workspace);
        audit::record(tx, services, &event).await?;
        Ok::<_, Error>(found)
    })?;
    services.keys.forget(workspace.uuid());
    Ok(changed)
}
