//! Deleting a flow, and taking it back.

use types::{Duration, Slug};

use super::{Error, Flow, FlowRef, FlowView, create, read, store};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
    credits,
};

/// How long a deleted flow can be restored.
pub const RESTORABLE: Duration = Duration::from_days(30);

/// Deletes a flow. What was live of it ends with the answer; its versions and runs stay, and it
/// can be restored until it is erased.
pub async fn delete(services: &Services, caller: &Caller, flow: &FlowRef) -> Result<Flow, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    let now = services.clock.now();
    let deleted = db::write!(services.db, |tx| {
        let workspace = caller.workspace;
        credits::raise_config_epoch(tx, workspace).await?;
        let mut found = read::find_to_change(tx, caller, flow).await?;
        store::flows::mark_deleted(tx, workspace, found.id, now).await?;
        let ended = store::deployments::end_all(tx, workspace, found.id, now).await?;
        let change = Change::by(caller, "flow.deleted", "flow", found.id.uuid())
            .with(serde_json::json!({ "slug": found.slug, "deployments_ended": ended }));
        audit::record(tx, services, &change).await?;
        found.deleted_at = Some(now);
        Ok(found)
    })?;
    services.flows.forget(caller.workspace);
    Ok(deleted)
}

/// Takes a deleted flow back, under another slug if one is given. Nothing is live then: what was has ended.
///
/// # Errors
/// [`Error::SlugTaken`] when another flow has its slug by now; [`Error::Unknown`] after [`RESTORABLE`];
/// [`Error::TooMany`].
pub async fn restore(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    slug: Option<&Slug>,
) -> Result<FlowView, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    let now = services.clock.now();
    let view = db::write!(services.db, |tx| {
        let workspace = caller.workspace;
        let found = store::flows::find_deleted(tx, workspace, flow, now.minus(RESTORABLE)).await?;
        let found = found.ok_or_else(|| Error::Unknown { flow: flow.clone() })?;
        read::refuse_restricted(caller, found.id)?;
        let slug = slug.unwrap_or(&found.slug);
        create::refuse_too_many(tx, workspace).await?;
        create::claim_slug(tx, workspace, slug).await?;
        create::refuse_taken(
            store::flows::mark_restored(tx, workspace, &found, slug, now).await,
            slug,
        )?;
        let change = Change::by(caller, "flow.restored", "flow", found.id.uuid())
            .with(serde_json::json!({ "slug": slug }));
        audit::record(tx, services, &change).await?;
        read::view_in(tx, caller, &FlowRef::Id(found.id)).await
    })?;
    services.flows.forget(caller.workspace);
    Ok(view)
}
