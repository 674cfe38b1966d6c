//! Changing what a flow is called, costs and keeps.

use types::{Comment, DisplayName, Slug};

use super::{Error, FlowRef, FlowView, Retention, create, read, store};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
    credits,
};

/// What to change; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct FlowPatch {
    /// What people call it.
    pub name: Option<DisplayName>,
    /// Its name in addresses. The old one does not go on to lead here: it is free for another flow.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Option<Comment>,
    /// 0 to [`PRICE_PERMILLE_MAX`](super::PRICE_PERMILLE_MAX); the edge has checked it.
    pub price_permille: Option<i64>,
    /// What is kept of its runs from now on.
    pub retention: Option<Retention>,
    /// 1 to [`RETENTION_DAYS_MAX`](super::RETENTION_DAYS_MAX), for the runs there are too.
    pub retention_days: Option<i64>,
    /// Only if its details are still those of this revision.
    pub if_revision: Option<i64>,
}

/// Changes a flow. Calls that start after the answer see it: the price and the retention of a call are never older.
///
/// # Errors
/// [`Error::Stale`] when its details are no longer those of the revision; [`Error::SlugTaken`].
pub async fn update(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    patch: FlowPatch,
) -> Result<FlowView, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    let now = services.clock.now();
    let view = db::write!(services.db, |tx| {
        // Also takes the lock under which all changes of the flows of a workspace happen one after another.
        credits::raise_config_epoch(tx, caller.workspace).await?;
        let mut found = read::find_to_change(tx, caller, flow).await?;
        if patch
            .if_revision
            .is_some_and(|revision| revision != found.revision())
        {
            let current = read::view_in(tx, caller, &FlowRef::Id(found.id)).await?;
            return Err(Error::Stale {
                current: Box::new(current),
            });
        }
        if let Some(slug) = patch.slug.as_ref().filter(|slug| **slug != found.slug) {
            create::claim_slug(tx, caller.workspace, slug).await?;
            found.slug = slug.clone();
        }
        found.name = patch.name.clone().unwrap_or(found.name);
        found.description = patch.description.clone().unwrap_or(found.description);
        found.price_permille = patch.price_permille.unwrap_or(found.price_permille);
        found.retention = patch.retention.unwrap_or(found.retention);
        found.retention_days = patch.retention_days.unwrap_or(found.retention_days);
        found.updated_at = now;
        found.details_changed_at = found.next_change(now);
        create::refuse_taken(
            store::flows::update(tx, caller.workspace, &found).await,
            &found.slug,
        )?;
        let change = Change::by(caller, "flow.changed", "flow", found.id.uuid()).with(serde_json::json!({
            "slug": patch.slug, "name": patch.name, "price_permille": patch.price_permille,
            "retention": patch.retention.map(Retention::as_str), "retention_days": patch.retention_days,
        }));
        audit::record(tx, services, &change).await?;
        read::view_in(tx, caller, &FlowRef::Id(found.id)).await
    })?;
    services.flows.forget(caller.workspace);
    Ok(view)
}
