//! Changing a workspace.

use types::{Comment, DisplayName, Duration, Slug, TimeZone, WebAddress};

use super::{Error, REDIRECT_DAYS, Workspace, create, store};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
};

/// What shall be different; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChange {
    /// Its name for people.
    pub name: Option<DisplayName>,
    /// Its name in addresses. The old one redirects for [`REDIRECT_DAYS`].
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Option<Comment>,
    /// Where its picture is; `Some(None)` takes it away.
    pub picture_url: Option<Option<WebAddress>>,
    /// By which its days are counted.
    pub time_zone: Option<TimeZone>,
    /// Only if it is still the one of this revision.
    pub if_revision: Option<i64>,
}

/// Changes the workspace that the caller is in.
///
/// # Errors
/// [`Error::Stale`] when it is no longer the one of the revision; [`Error::SlugTaken`], [`Error::SlugReserved`].
pub async fn update(
    services: &Services,
    caller: &Caller,
    change: WorkspaceChange,
) -> Result<Workspace, Error> {
    caller.authorize(Permission::WorkspaceManage)?;
    if let Some(slug) = change.slug.as_ref().filter(|slug| slug.is_reserved()) {
        return Err(Error::SlugReserved { slug: slug.clone() });
    }
    let now = services.clock.now();
    let changed = db::write!(services.db, |tx| {
        store::lock(tx, caller.workspace).await?;
        let old = store::find(tx, caller.workspace)
            .await?
            .filter(|workspace| workspace.deleted_at.is_none())
            .ok_or(Error::NotFound)?;
        if change
            .if_revision
            .is_some_and(|revision| revision != old.revision())
        {
            return Err(Error::Stale {
                current: Box::new(old),
                role: caller.role,
            });
        }
        let mut new = change.applied_to(&old);
        new.updated_at = now.max(old.updated_at.plus(Duration::from_us(1)));
        if new.slug != old.slug {
            if !store::claim_slug(tx, new.id, &new.slug, now).await? {
                return Ok(None);
            }
            let until = now.plus(Duration::from_days(REDIRECT_DAYS));
            store::redirect_slug(tx, new.id, &old.slug, until).await?;
            store::drop_oldest_redirects(tx, new.id).await?;
        }
        store::update(tx, &new).await?;
        let details = serde_json::json!({ "name": new.name, "slug": new.slug, "old_slug": old.slug });
        let event = Change::by(caller, "workspace.changed", "workspace", new.id.uuid()).with(details);
        audit::record(tx, services, &event).await?;
        Ok(Some(new))
    })?;
    match (changed, change.slug) {
        (Some(workspace), _) => Ok(workspace),
        (None, Some(slug)) => Err(create::taken(services, slug).await),
        (None, None) => unreachable!("only a new slug can be taken"),
    }
}

impl WorkspaceChange {
    fn applied_to(&self, old: &Workspace) -> Workspace {
        let mut new = old.clone();
        if let Some(name) = &self.name {
            new.name = name.clone();
        }
        if let Some(slug) = &self.slug {
            new.slug = slug.clone();
        }
        if let Some(description) = &self.description {
            new.description = description.clone();
        }
        if let Some(picture_url) = &self.picture_url {
            new.picture_url = picture_url.clone();
        }
        if let Some(time_zone) = &self.time_zone {
            new.time_zone = time_zone.clone();
        }
        new
    }
}
