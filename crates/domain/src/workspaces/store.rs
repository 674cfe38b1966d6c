//! SQL of workspaces, their slugs and their members.

mod erase;

pub use erase::{ERASE_OWNED, due_all_workspaces, erase_ordered, erase_some};

use db::{Bulk, Column, Result, Rows, Tx, all, execute, one_value, optional, optional_value};
use types::{Comment, DisplayName, PageLimit, Slug, TimeZone, Timestamp, UserId, WebAddress, WorkspaceId};
use uuid::Uuid;

use super::{Membership, WORKSPACES_PER_PERSON_MAX, Workspace, WorkspaceFilter};
use crate::access::Role;

/// How many old slugs of a workspace redirect; renaming without end must not hoard names.
const REDIRECTS_MAX: i64 = 10;

#[derive(sqlx::FromRow)]
struct WorkspaceRow {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    picture_url: Option<String>,
    time_zone: String,
    personal_owner: Option<Uuid>,
    created_by: Uuid,
    suspended_at: Option<i64>,
    deleted_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<WorkspaceRow> for Workspace {
    fn from(row: WorkspaceRow) -> Self {
        Self {
            id: WorkspaceId::from_uuid(row.id),
            slug: Slug::from_stored(row.slug),
            name: DisplayName::from_stored(row.name),
            description: Comment::from_stored(row.description),
            picture_url: row.picture_url.map(WebAddress::from_stored),
            time_zone: TimeZone::from_stored(row.time_zone),
            personal: row.personal_owner.is_some(),
            created_by: UserId::from_uuid(row.created_by),
            suspended_at: row.suspended_at.map(Timestamp::from_us),
            deleted_at: row.deleted_at.map(Timestamp::from_us),
            created_at: Timestamp::from_us(row.created_at),
            updated_at: Timestamp::from_us(row.updated_at),
        }
    }
}

db::row! {
    struct NameRow {
        id: Uuid,
        name: String,
    }
}

/// The names of those persons who are members of the workspace.
pub async fn names_of_members(
    tx: &mut Tx,
    workspace: WorkspaceId,
    users: &[UserId],
) -> Result<Vec<(UserId, DisplayName)>> {
    static NAMES: Bulk = Bulk::new(
        "SELECT u.id, u.name FROM {rows}
         JOIN members AS m ON m.workspace_id = input.workspace_id AND m.user_id = input.user_id
         JOIN users AS u ON u.id = m.user_id",
        &[Column::Id("workspace_id"), Column::Id("user_id")],
    );
    let mut rows = Rows::default();
    for user in users {
        rows.row().id(workspace.uuid()).id(user.uuid());
    }
    let names = NAMES.fetch::<NameRow>(tx, &rows, &[]).await?;
    let name = |row: NameRow| (UserId::from_uuid(row.id), DisplayName::from_stored(row.name));
    Ok(names.into_iter().map(name).collect())
}

#[derive(sqlx::FromRow)]
struct MembershipRow {
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
    role: String,
}

/// What a person is in which workspace.
pub struct FoundRole {
    pub workspace: WorkspaceId,
    pub slug: Slug,
    pub role: Role,
}

#[derive(sqlx::FromRow)]
struct RoleRow {
    id: Uuid,
    slug: String,
    role: String,
}

impl TryFrom<RoleRow> for FoundRole {
    type Error = db::Error;

    fn try_from(row: RoleRow) -> Result<Self> {
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.id),
            slug: Slug::from_stored(row.slug),
            role: parse_role(&row.role)?,
        })
    }
}

fn parse_role(text: &str) -> Result<Role> {
    text.parse()
        .map_err(|()| db::Error::corrupt("members", format!("the role {text}")))
}

/// False when the slug is another's. A second personal workspace of one person is a unique violation.
pub async fn insert(tx: &mut Tx, workspace: &Workspace) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO workspaces (id, slug, name, description, picture_url, time_zone, personal_owner, created_by,
                                 suspended_at, deleted_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL, $9, $9) ON CONFLICT (slug) DO NOTHING",
        workspace.id.uuid(),
        workspace.slug.as_str(),
        workspace.name.as_str(),
        workspace.description.as_str(),
        workspace.picture_url.as_ref().map(WebAddress::as_str),
        workspace.time_zone.as_str(),
        workspace.personal.then_some(workspace.created_by.uuid()),
        workspace.created_by.uuid(),
        workspace.created_at.us()
    )?;
    Ok(inserted == 1)
}

/// Takes back [`insert`], and ends [`super::erase_due_all_workspaces`].
pub async fn delete_row(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    execute!(tx, "DELETE FROM workspaces WHERE id = $1", workspace.uuid())?;
    Ok(())
}

/// Makes the slug the current one of the workspace. False when another has it, now or as one that redirects.
pub async fn claim_slug(tx: &mut Tx, workspace: WorkspaceId, slug: &Slug, now: Timestamp) -> Result<bool> {
    let claimed = execute!(
        tx,
        "INSERT INTO workspace_slugs (slug, workspace_id, redirect_until) VALUES ($1, $2, NULL)
         ON CONFLICT (slug) DO UPDATE SET workspace_id = excluded.workspace_id, redirect_until = NULL
         WHERE workspace_slugs.redirect_until <= $3
            OR workspace_slugs.redirect_until IS NOT NULL AND workspace_slugs.workspace_id = excluded.workspace_id",
        slug.as_str(),
        workspace.uuid(),
        now.us()
    )?;
    Ok(claimed == 1)
}

pub async fn redirect_slug(tx: &mut Tx, workspace: WorkspaceId, slug: &Slug, until: Timestamp) -> Result<()> {
    execute!(
        tx,
        "UPDATE workspace_slugs SET redirect_until = $3 WHERE slug = $1 AND workspace_id = $2",
        slug.as_str(),
        workspace.uuid(),
        until.us()
    )?;
    Ok(())
}

pub async fn drop_oldest_redirects(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    execute!(
        tx,
        "DELETE FROM workspace_slugs WHERE workspace_id = $1 AND redirect_until IS NOT NULL AND slug NOT IN
            (SELECT slug FROM workspace_slugs WHERE workspace_id = $1 AND redirect_until IS NOT NULL
             ORDER BY redirect_until DESC LIMIT $2)",
        workspace.uuid(),
        REDIRECTS_MAX
    )?;
    Ok(())
}

/// Whose slug it is, as the current one or as one that redirects; deleted workspaces too.
pub async fn holder_of_slug(tx: &mut Tx, slug: &Slug, now: Timestamp) -> Result<Option<WorkspaceId>> {
    let holder = optional_value!(
        tx,
        Uuid,
        "SELECT workspace_id FROM workspace_slugs
         WHERE slug = $1 AND (redirect_until IS NULL OR redirect_until > $2)",
        slug.as_str(),
        now.us()
    )?;
    Ok(holder.map(WorkspaceId::from_uuid))
}

/// Holds the row until the transaction ends, so that what is read next stays true.
pub async fn lock(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    execute!(
        tx,
        "UPDATE workspaces SET updated_at = updated_at WHERE id = $1",
        workspace.uuid()
    )?;
    Ok(())
}

pub async fn find(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<Workspace>> {
    let row = optional!(
        tx,
        WorkspaceRow,
        "SELECT id, slug, name, description, picture_url, time_zone, personal_owner, created_by, suspended_at,
                deleted_at, created_at, updated_at
         FROM workspaces WHERE id = $1",
        workspace.uuid()
    )?;
    Ok(row.map(Workspace::from))
}

pub async fn find_personal(tx: &mut Tx, owner: UserId) -> Result<Option<Workspace>> {
    let row = optional!(
        tx,
        WorkspaceRow,
        "SELECT id, slug, name, description, picture_url, time_zone, personal_owner, created_by, suspended_at,
                deleted_at, created_at, updated_at
         FROM workspaces WHERE personal_owner = $1 AND deleted_at IS NULL",
        owner.uuid()
    )?;
    Ok(row.map(Workspace::from))
}

pub async fn update(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    execute!(
        tx,
        "UPDATE workspaces SET slug = $2, name = $3, description = $4, picture_url = $5, time_zone = $6,
                deleted_at = $7, updated_at = $8,
                personal_owner = CASE WHEN $9 THEN personal_owner ELSE NULL END
         WHERE id = $1",
        workspace.id.uuid(),
        workspace.slug.as_str(),
        workspace.name.as_str(),
        workspace.description.as_str(),
        workspace.picture_url.as_ref().map(WebAddress::as_str),
        workspace.time_zone.as_str(),
        workspace.deleted_at.map(Timestamp::us),
        workspace.updated_at.us(),
        workspace.personal
    )?;
    Ok(())
}

pub async fn update_suspended(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    execute!(
        tx,
        "UPDATE workspaces SET suspended_at = $2 WHERE id = $1",
        workspace.id.uuid(),
        workspace.suspended_at.map(Timestamp::us)
    )?;
    Ok(())
}

pub async fn page_all_workspaces(
    tx: &mut Tx,
    filter: &WorkspaceFilter,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<Vec<Workspace>> {
    let rows = all!(
        tx,
        WorkspaceRow,
        "SELECT id, slug, name, description, picture_url, time_zone, personal_owner, created_by, suspended_at,
                deleted_at, created_at, updated_at
         FROM workspaces
         WHERE ($1 IS NULL OR id < $1)
           AND ($2 IS NULL OR (suspended_at IS NOT NULL) = $2)
           AND ($3 IS NULL OR (deleted_at IS NOT NULL) = $3)
         ORDER BY id DESC LIMIT $4",
        before,
        filter.suspended,
        filter.deleted,
        limit.and_one()
    )?;
    Ok(rows.into_iter().map(Workspace::from).collect())
}

pub async fn insert_member(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
        workspace.uuid(),
        user.uuid(),
        role.as_str(),
        now.us()
    )?;
    Ok(())
}

/// In how many workspaces somebody is, deleted ones too. By user: the workspace_id is what is asked for.
pub async fn count_memberships_all_workspaces(tx: &mut Tx, user: UserId) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM members WHERE user_id = $1",
        user.uuid()
    )
}

/// In the order in which whoever locks several of them must do so.
pub async fn workspaces_of(tx: &mut Tx, user: UserId) -> Result<Vec<WorkspaceId>> {
    let ids = all!(
        tx,
        (Uuid,),
        "SELECT workspace_id FROM members WHERE user_id = $1 ORDER BY workspace_id",
        user.uuid()
    )?;
    Ok(ids.into_iter().map(|(id,)| WorkspaceId::from_uuid(id)).collect())
}

pub async fn memberships(tx: &mut Tx, user: UserId, deleted: bool) -> Result<Vec<Membership>> {
    let rows = all!(
        tx,
        MembershipRow,
        "SELECT w.id, w.slug, w.name, w.description, w.picture_url, w.time_zone, w.personal_owner, w.created_by,
                w.suspended_at, w.deleted_at, w.created_at, w.updated_at, m.role
         FROM members AS m JOIN workspaces AS w ON w.id = m.workspace_id
         WHERE m.user_id = $1 AND (w.deleted_at IS NOT NULL) = $2
         ORDER BY w.id LIMIT $3",
        user.uuid(),
        deleted,
        WORKSPACES_PER_PERSON_MAX
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Membership {
                workspace: row.workspace.into(),
                role: parse_role(&row.role)?,
            })
        })
        .collect()
}

pub async fn role_by_id(tx: &mut Tx, user: UserId, workspace: WorkspaceId) -> Result<Option<FoundRole>> {
    optional!(
        tx,
        RoleRow,
        "SELECT w.id, w.slug, m.role FROM members AS m JOIN workspaces AS w ON w.id = m.workspace_id
         WHERE m.workspace_id = $1 AND m.user_id = $2 AND w.deleted_at IS NULL",
        workspace.uuid(),
        user.uuid()
    )?
    .map(FoundRole::try_from)
    .transpose()
}

pub async fn role_by_slug(
    tx: &mut Tx,
    user: UserId,
    slug: &Slug,
    now: Timestamp,
) -> Result<Option<FoundRole>> {
    optional!(
        tx,
        RoleRow,
        "SELECT w.id, w.slug, m.role
         FROM workspace_slugs AS s JOIN workspaces AS w ON w.id = s.workspace_id
              JOIN members AS m ON m.workspace_id = w.id AND m.user_id = $2
         WHERE s.slug = $1 AND (s.redirect_until IS NULL OR s.redirect_until > $3) AND w.deleted_at IS NULL",
        slug.as_str(),
        user.uuid(),
        now.us()
    )?
    .map(FoundRole::try_from)
    .transpose()
}

pub async fn deleted_role_by_id(
    tx: &mut Tx,
    user: UserId,
    workspace: WorkspaceId,
) -> Result<Option<FoundRole>> {
    optional!(
        tx,
        RoleRow,
        "SELECT w.id, w.slug, m.role FROM members AS m JOIN workspaces AS w ON w.id = m.workspace_id
         WHERE m.workspace_id = $1 AND m.user_id = $2 AND w.deleted_at IS NOT NULL",
        workspace.uuid(),
        user.uuid()
    )?
    .map(FoundRole::try_from)
    .transpose()
}

pub async fn deleted_role_by_slug(
    tx: &mut Tx,
    user: UserId,
    slug: &Slug,
    now: Timestamp,
) -> Result<Option<FoundRole>> {
    optional!(
        tx,
        RoleRow,
        "SELECT w.id, w.slug, m.role
         FROM workspace_slugs AS s JOIN workspaces AS w ON w.id = s.workspace_id
              JOIN members AS m ON m.workspace_id = w.id AND m.user_id = $2
         WHERE s.slug = $1 AND (s.redirect_until IS NULL OR s.redirect_until > $3) AND w.deleted_at IS NOT NULL",
        slug.as_str(),
        user.uuid(),
        now.us()
    )?
    .map(FoundRole::try_from)
    .transpose()
}
