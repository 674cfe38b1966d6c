//! SQL of `flows`.

use db::{Result, Tx, all, execute, one_value, optional, optional_value};
use types::{Comment, Cursor, DisplayName, FlowId, PageLimit, Slug, Timestamp, WorkspaceId};
use uuid::Uuid;

use crate::{
    access::Actor,
    flows::{DraftMark, Flow, FlowFilter, FlowRef, Retention},
};

#[derive(sqlx::FromRow)]
struct FlowRow {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    has_draft: bool,
    draft_revision: i64,
    draft_saved_kind: Option<String>,
    draft_saved_by: Option<Uuid>,
    draft_saved_at: Option<i64>,
    latest_version: i64,
    price_permille: i64,
    retention: String,
    retention_days: i64,
    created_kind: String,
    created_by: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
    details_changed_at: i64,
    deleted_at: Option<i64>,
}

impl TryFrom<FlowRow> for Flow {
    type Error = db::Error;

    fn try_from(row: FlowRow) -> Result<Self> {
        let draft = match (row.has_draft, row.draft_saved_at) {
            (true, Some(saved_at)) => Some(DraftMark {
                revision: row.draft_revision,
                saved_by: Actor::from_columns(
                    row.draft_saved_kind.as_deref().unwrap_or_default(),
                    row.draft_saved_by,
                ),
                saved_at: Timestamp::from_us(saved_at),
            }),
            _ => None,
        };
        Ok(Self {
            id: FlowId::from_uuid(row.id),
            slug: Slug::from_stored(row.slug),
            name: DisplayName::from_stored(row.name),
            description: Comment::from_stored(row.description),
            draft,
            draft_revision: row.draft_revision,
            latest_version: (row.latest_version > 0).then_some(row.latest_version),
            live: Vec::new(),
            last_run: None,
            price_permille: row.price_permille,
            retention: Retention::parse(&row.retention)
                .ok_or_else(|| db::Error::corrupt("flows", format!("retention {}", row.retention)))?,
            retention_days: row.retention_days,
            created_by: Actor::from_columns(&row.created_kind, row.created_by),
            created_at: Timestamp::from_us(row.created_at),
            updated_at: Timestamp::from_us(row.updated_at),
            details_changed_at: Timestamp::from_us(row.details_changed_at),
            deleted_at: row.deleted_at.map(Timestamp::from_us),
        })
    }
}

/// Also of one that was deleted.
pub async fn exists(tx: &mut Tx, workspace: WorkspaceId, flow: FlowId) -> Result<bool> {
    let found = one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM flows WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        flow.uuid()
    )?;
    Ok(found > 0)
}

pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, flow: &Flow, draft: Option<&str>) -> Result<()> {
    let saved = flow.draft.map(|draft| draft.saved_by);
    execute!(
        tx,
        "INSERT INTO flows (workspace_id, id, slug, name, description, draft, draft_revision, draft_saved_kind,
                            draft_saved_by, draft_saved_at, latest_version, price_permille, retention,
                            retention_days, created_kind, created_by, created_at, updated_at, details_changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13, $14, $15, $16, $16, $16)",
        workspace.uuid(),
        flow.id.uuid(),
        flow.slug.as_str(),
        flow.name.as_str(),
        flow.description.as_str(),
        draft,
        flow.draft_revision,
        saved.map(Actor::kind),
        saved.and_then(Actor::id),
        flow.draft.map(|draft| draft.saved_at.us()),
        flow.price_permille,
        flow.retention.as_str(),
        flow.retention_days,
        flow.created_by.kind(),
        flow.created_by.id(),
        flow.created_at.us()
    )?;
    Ok(())
}

/// Everything but the text of the draft, which is long.
macro_rules! select_flow {
    ($condition:literal) => {
        concat!(
            "SELECT id, slug, name, description, draft IS NOT NULL AS has_draft, draft_revision, draft_saved_kind,
                    draft_saved_by, draft_saved_at, latest_version, price_permille, retention, retention_days,
                    created_kind, created_by, created_at, updated_at, details_changed_at, deleted_at
             FROM flows WHERE workspace_id = $1 AND ",
            $condition
        )
    };
}

/// One that is not deleted.
pub async fn find(tx: &mut Tx, workspace: WorkspaceId, flow: &FlowRef) -> Result<Option<Flow>> {
    let row = match flow {
        FlowRef::Id(id) => optional!(
            tx,
            FlowRow,
            select_flow!("id = $2 AND deleted_at IS NULL"),
            workspace.uuid(),
            id.uuid()
        ),
        FlowRef::Slug(slug) => optional!(
            tx,
            FlowRow,
            select_flow!("slug = $2 AND deleted_at IS NULL"),
            workspace.uuid(),
            slug.as_str()
        ),
    };
    row?.map(Flow::try_from).transpose()
}

/// The one that was deleted last, since `deleted_since`.
pub async fn find_deleted(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: &FlowRef,
    deleted_since: Timestamp,
) -> Result<Option<Flow>> {
    let row = match flow {
        FlowRef::Id(id) => optional!(
            tx,
            FlowRow,
            select_flow!("id = $2 AND deleted_at >= $3"),
            workspace.uuid(),
            id.uuid(),
            deleted_since.us()
        ),
        FlowRef::Slug(slug) => optional!(
            tx,
            FlowRow,
            select_flow!("slug = $2 AND deleted_at >= $3 ORDER BY deleted_at DESC, id DESC LIMIT 1"),
            workspace.uuid(),
            slug.as_str(),
            deleted_since.us()
        ),
    };
    row?.map(Flow::try_from).transpose()
}

pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    filter: &FlowFilter,
    environment: Option<Uuid>,
    deleted_since: Timestamp,
    after: Option<Uuid>,
    limit: PageLimit,
) -> Result<Vec<Flow>> {
    let pattern = filter.search.as_deref().map(contains_pattern);
    let rows = all!(
        tx,
        FlowRow,
        select_flow!(
            "(($2 AND deleted_at >= $3) OR (NOT $2 AND deleted_at IS NULL))
             AND ($4 IS NULL OR id < $4)
             AND ($5 IS NULL OR LOWER(name) LIKE $5 ESCAPE '!' OR slug LIKE $5 ESCAPE '!'
                  OR LOWER(description) LIKE $5 ESCAPE '!')
             AND ($6 IS NULL OR EXISTS (
                    SELECT 1 FROM deployments AS d
                    WHERE d.workspace_id = $1 AND d.flow_id = flows.id AND d.environment_id = $6
                          AND d.replaced_at IS NULL))
             ORDER BY id DESC LIMIT $7"
        ),
        workspace.uuid(),
        filter.deleted,
        deleted_since.us(),
        after,
        pattern.as_deref(),
        environment,
        limit.and_one()
    )?;
    rows.into_iter().map(Flow::try_from).collect()
}

/// A pattern for LIKE that finds the text anywhere, in lower case as both databases fold it: ASCII alone.
fn contains_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

pub fn cursor(flow: &Flow) -> Cursor {
    Cursor::after_id(flow.id.uuid())
}

pub async fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM flows WHERE workspace_id = $1 AND deleted_at IS NULL",
        workspace.uuid()
    )
}

pub async fn has_slug(tx: &mut Tx, workspace: WorkspaceId, slug: &Slug) -> Result<bool> {
    let found = one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM flows WHERE workspace_id = $1 AND slug = $2 AND deleted_at IS NULL",
        workspace.uuid(),
        slug.as_str()
    )?;
    Ok(found > 0)
}

#[derive(sqlx::FromRow)]
struct DraftRow {
    draft: Option<String>,
    draft_revision: i64,
}

/// The text of the draft and its revision, the last one it had when there is none.
pub async fn draft(tx: &mut Tx, workspace: WorkspaceId, flow: FlowId) -> Result<(Option<String>, i64)> {
    let row = db::one!(
        tx,
        DraftRow,
        "SELECT draft, draft_revision FROM flows WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        flow.uuid()
    )?;
    Ok((row.draft, row.draft_revision))
}

/// Saves the draft as the next revision, if its revision is still `from` where that is given.
pub async fn update_draft(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    text: &str,
    from: Option<i64>,
    by: Actor,
    now: Timestamp,
) -> Result<Option<i64>> {
    optional_value!(
        tx,
        i64,
        "UPDATE flows SET draft = $3, draft_revision = draft_revision + 1, draft_saved_kind = $4,
                          draft_saved_by = $5, draft_saved_at = $6, updated_at = $6
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL AND ($7 IS NULL OR draft_revision = $7)
         RETURNING draft_revision",
        workspace.uuid(),
        flow.uuid(),
        text,
        by.kind(),
        by.id(),
        now.us(),
        from
    )
}

/// Ends the editing of a draft that has become a version.
pub async fn clear_draft_equal_to(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    text: &str,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE flows SET draft = NULL WHERE workspace_id = $1 AND id = $2 AND draft = $3",
        workspace.uuid(),
        flow.uuid(),
        text
    )?;
    Ok(())
}

/// Gives out the next version number; savers of the same flow wait for each other here.
pub async fn next_version(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    now: Timestamp,
) -> Result<Option<i64>> {
    optional_value!(
        tx,
        i64,
        "UPDATE flows SET latest_version = latest_version + 1, updated_at = $3
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING latest_version",
        workspace.uuid(),
        flow.uuid(),
        now.us()
    )
}

/// Writes everything that [`super::super::update()`] changes.
pub async fn update(tx: &mut Tx, workspace: WorkspaceId, flow: &Flow) -> Result<u64> {
    execute!(
        tx,
        "UPDATE flows SET slug = $3, name = $4, description = $5, price_permille = $6, retention = $7,
                          retention_days = $8, updated_at = $9, details_changed_at = $10
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL",
        workspace.uuid(),
        flow.id.uuid(),
        flow.slug.as_str(),
        flow.name.as_str(),
        flow.description.as_str(),
        flow.price_permille,
        flow.retention.as_str(),
        flow.retention_days,
        flow.updated_at.us(),
        flow.details_changed_at.us()
    )
}

pub async fn mark_deleted(tx: &mut Tx, workspace: WorkspaceId, flow: FlowId, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        "UPDATE flows SET deleted_at = $3, updated_at = $3
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL",
        workspace.uuid(),
        flow.uuid(),
        now.us()
    )
}

pub async fn mark_restored(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: &Flow,
    slug: &Slug,
    now: Timestamp,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE flows SET deleted_at = NULL, slug = $3, updated_at = $4, details_changed_at = $5
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NOT NULL",
        workspace.uuid(),
        flow.id.uuid(),
        slug.as_str(),
        now.us(),
        flow.next_change(now).us()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_taken_literally() {
        assert_eq!(contains_pattern("50%_Off!"), "%50!%!_off!!%");
    }
}
