//! From a person and the name of a workspace to a caller in it.

use types::{IdOrSlug, Slug, kinds};

use super::{Error, store};
use crate::{
    Services,
    access::{Caller, Person},
};

/// How a request names a workspace.
pub type WorkspaceRef = IdOrSlug<kinds::Workspace>;

/// Somebody in the workspace that he named.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The member.
    pub caller: Caller,
    /// The current slug, when the workspace was named by an old one: addresses of pages should redirect.
    pub moved_to: Option<Slug>,
}

/// Lets a person into a workspace of his.
///
/// # Errors
/// [`Error::NotFound`] when there is none, it is deleted, or he is no member.
pub async fn enter(services: &Services, person: &Person, reference: &WorkspaceRef) -> Result<Entered, Error> {
    let now = services.clock.now();
    let found = db::read!(services.db, |tx| {
        Ok::<_, Error>(match reference {
            IdOrSlug::Id(id) => store::role_by_id(tx, person.user, *id).await?,
            IdOrSlug::Slug(slug) => store::role_by_slug(tx, person.user, slug, now).await?,
        })
    })?;
    let found = found.ok_or(Error::NotFound)?;
    let moved = reference.slug().is_some_and(|slug| *slug != found.slug);
    Ok(Entered {
        caller: Caller::member(found.workspace, person.user, found.role, person.origin.clone()),
        moved_to: moved.then_some(found.slug),
    })
}
