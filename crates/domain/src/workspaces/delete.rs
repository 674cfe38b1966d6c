//! Deleting a workspace, and changing one's mind.

use types::{Duration, IdOrSlug, Timestamp};

use super::{Error, RESTORE_DAYS, Workspace, WorkspaceRef, store};
use crate::{
    Services,
    access::{Caller, Denied, Permission, Person},
    audit::{self, Change},
    credits,
};

/// Deletes the workspace that the caller is in. Its keys stop working with the answer; its owner can restore it for
/// [`RESTORE_DAYS`], then it is erased.
///
/// # Errors
/// [`Error::ConfirmationMismatch`] when `confirmation` is not the workspace's name.
pub async fn delete(services: &Services, caller: &Caller, confirmation: &str) -> Result<Workspace, Error> {
    caller.authorize(Permission::WorkspaceDelete)?;
    let now = services.clock.now();
    let deleted = db::write!(services.db, |tx| {
        store::lock(tx, caller.workspace).await?;
        let mut workspace = store::find(tx, caller.workspace)
            .await?
            .filter(|workspace| workspace.deleted_at.is_none())
            .ok_or(Error::NotFound)?;
        if confirmation.trim() != workspace.name.as_str() {
            return Err(Error::ConfirmationMismatch);
        }
        workspace.deleted_at = Some(now);
        workspace.updated_at = now.max(workspace.updated_at.plus(Duration::from_us(1)));
        store::update(tx, &workspace).await?;
        credits::raise_config_epoch(tx, workspace.id).await?;
        let event = Change::by(caller, "workspace.deleted", "workspace", workspace.id.uuid());
        audit::record(tx, services, &event).await?;
        Ok::<_, Error>(workspace)
    })?;
    services.keys.forget(deleted.id.uuid());
    Ok(deleted)
}

/// Restores a deleted workspace, with all that it had. A personal one becomes a shared one when its owner has got a
/// new personal one meanwhile.
///
/// # Errors
/// [`Error::NotFound`] when it is not deleted, not his, or it is too late; [`Error::Denied`] when he is a member who
/// may not.
pub async fn restore(
    services: &Services,
    person: &Person,
    reference: &WorkspaceRef,
) -> Result<Workspace, Error> {
    let restored = match restore_as(services, person, reference, false).await {
        Err(Error::Internal(db::Error::UniqueViolation)) => {
            restore_as(services, person, reference, true).await
        }
        done => done,
    }?;
    services.keys.forget(restored.id.uuid());
    Ok(restored)
}

async fn restore_as(
    services: &Services,
    person: &Person,
    reference: &WorkspaceRef,
    shared: bool,
) -> Result<Workspace, Error> {
    let now = services.clock.now();
    db::write!(services.db, |tx| {
        let found = match reference {
            IdOrSlug::Id(id) => store::deleted_role_by_id(tx, person.user, *id).await?,
            IdOrSlug::Slug(slug) => store::deleted_role_by_slug(tx, person.user, slug, now).await?,
        };
        let found = found.ok_or(Error::NotFound)?;
        if !found.role.may(Permission::WorkspaceDelete) {
            return Err(Error::Denied(Denied {
                permission: Permission::WorkspaceDelete,
            }));
        }
        store::lock(tx, found.workspace).await?;
        let mut workspace = store::find(tx, found.workspace)
            .await?
            .filter(|workspace| is_restorable(workspace, now))
            .ok_or(Error::NotFound)?;
        workspace.deleted_at = None;
        workspace.personal &= !shared;
        workspace.updated_at = now.max(workspace.updated_at.plus(Duration::from_us(1)));
        store::update(tx, &workspace).await?;
        credits::raise_config_epoch(tx, workspace.id).await?;
        let event = Change::by_person(person, "workspace.restored", "workspace", workspace.id.uuid())
            .in_workspace(workspace.id);
        audit::record(tx, services, &event).await?;
        Ok::<_, Error>(workspace)
    })
}

/// Was it deleted so lately that it can be restored?
pub fn is_restorable(workspace: &Workspace, now: Timestamp) -> bool {
    workspace
        .deleted_at
        .is_some_and(|deleted_at| now < deleted_at.plus(Duration::from_days(RESTORE_DAYS)))
}
