//! Workspaces: the unit that owns everything else. Owns `workspaces`, `workspace_slugs` and `members`.
//!
//! Invariants:
//! - A person has at most one personal workspace at a time; the database's unique index holds it.
//! - A slug names one workspace, as its current one or as an old one that redirects for [`REDIRECT_DAYS`]. A deleted
//!   workspace keeps its slugs while it can be restored.
//! - Who is not a member learns nothing: unknown, foreign and deleted are all [`Error::NotFound`].
//! - Nothing is charged to a deleted or suspended workspace: both raise its epoch in their transaction.
//!
//! - [`enter()`] makes a [`Caller`] of a person. Everything in a workspace starts there.
//! - `actors`: names for the ids of those who did something.
//! - `create`, `change`, `delete`: the life of one. `erase`: its end. `administration`: what the operator does.

mod actors;
mod administration;
mod change;
mod create;
mod delete;
mod enter;
mod erase;
mod error;
mod store;

pub use actors::{ACTORS_MAX, actor_names};
pub use administration::{WorkspaceFilter, id_of_any, list_all_workspaces, suspend, unsuspend, view_any};
pub use change::{WorkspaceChange, update};
pub use create::{NewWorkspace, create};
pub(crate) use create::{create_personal, ensure_personal, personal_of};
pub use delete::{delete, restore};
pub use enter::{Entered, WorkspaceRef, enter};
pub use erase::erase_due_all_workspaces;
pub use error::Error;

use db::Tx;
use types::{Comment, DisplayName, Slug, TimeZone, Timestamp, UserId, WebAddress, WorkspaceId};

use crate::{
    Services,
    access::{Caller, Permission, Person, Role},
    credits,
};

/// What a personal workspace is called until its owner renames it.
pub const PERSONAL_NAME: &str = "My Workspace";
/// How long an old slug leads to its workspace.
pub const REDIRECT_DAYS: i64 = 90;
/// How long a deleted workspace can be restored; then it is erased.
pub const RESTORE_DAYS: i64 = 30;
/// In how many workspaces a person may be.
pub const WORKSPACES_PER_PERSON_MAX: i64 = 1_000;

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name for people.
    pub name: DisplayName,
    /// What it is for.
    pub description: Comment,
    /// Where its picture is.
    pub picture_url: Option<WebAddress>,
    /// By which its days are counted for people.
    pub time_zone: TimeZone,
    /// Is it somebody's personal one?
    pub personal: bool,
    /// Who made it.
    pub created_by: UserId,
    /// Since when nothing is charged to it.
    pub suspended_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last; later with every change.
    pub updated_at: Timestamp,
}

impl Workspace {
    /// Tells one state of it from all others, for `ETag` and `If-Match`.
    pub const fn revision(&self) -> i64 {
        self.updated_at.us()
    }
}

/// A workspace, and what somebody is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The workspace.
    pub workspace: Workspace,
    /// What he is in it.
    pub role: Role,
}

/// The person's workspaces: his personal one first, then by name.
pub async fn list(services: &Services, person: &Person) -> Result<Vec<Membership>, Error> {
    let mut memberships = db::read!(services.db, |tx| Ok::<_, Error>(
        store::memberships(tx, person.user, false).await?
    ))?;
    memberships.sort_by_key(|membership| {
        let workspace = &membership.workspace;
        (
            !workspace.personal,
            workspace.name.as_str().to_lowercase(),
            workspace.id,
        )
    });
    Ok(memberships)
}

/// The deleted workspaces that the person may still restore, the last deleted first.
pub async fn list_deleted(services: &Services, person: &Person) -> Result<Vec<Membership>, Error> {
    let now = services.clock.now();
    let mut memberships = db::read!(services.db, |tx| Ok::<_, Error>(
        store::memberships(tx, person.user, true).await?
    ))?;
    memberships.retain(|membership| {
        membership.role.may(Permission::WorkspaceDelete) && delete::is_restorable(&membership.workspace, now)
    });
    memberships.sort_by_key(|membership| std::cmp::Reverse(membership.workspace.deleted_at));
    Ok(memberships)
}

/// Raises the epoch of every workspace that somebody is in, within the transaction that changes what his keys may.
/// Forget their keys afterwards.
pub(crate) async fn raise_epochs_of_member(tx: &mut Tx, user: UserId) -> db::Result<Vec<WorkspaceId>> {
    let workspaces = store::workspaces_of(tx, user).await?;
    for workspace in &workspaces {
        credits::raise_config_epoch(tx, *workspace).await?;
    }
    Ok(workspaces)
}

/// By which the days of a workspace are counted for people.
pub(crate) async fn time_zone(tx: &mut Tx, workspace: WorkspaceId) -> db::Result<TimeZone> {
    let found = store::find(tx, workspace).await?;
    Ok(found.map_or_else(TimeZone::utc, |found| found.time_zone))
}

/// The workspace that the caller is in.
pub async fn view(services: &Services, caller: &Caller) -> Result<Workspace, Error> {
    caller.authorize(Permission::WorkspaceRead)?;
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find(tx, caller.workspace).await?
    ))?;
    found
        .filter(|workspace| workspace.deleted_at.is_none())
        .ok_or(Error::NotFound)
}

/// Is this the slug of the workspace that the caller is in, or an old one that leads there? For requests of keys that
/// name their workspace.
pub async fn is_called(services: &Services, caller: &Caller, slug: &Slug) -> Result<bool, Error> {
    let now = services.clock.now();
    let holder = db::read!(services.db, |tx| Ok::<_, Error>(
        store::holder_of_slug(tx, slug, now).await?
    ))?;
    Ok(holder == Some(caller.workspace))
}
