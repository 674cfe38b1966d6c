//! SQL of `flow_versions`.

use db::{Result, Tx, all, execute, optional, optional_value};
use types::{Comment, FlowId, FlowVersionId, Label, PageLimit, Timestamp, WorkspaceId};
use uuid::Uuid;

use crate::{
    access::Actor,
    flows::{Version, VersionView},
};

#[derive(sqlx::FromRow)]
struct VersionRow {
    number: i64,
    id: Uuid,
    comment: String,
    label: String,
    created_kind: String,
    created_by: Option<Uuid>,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
struct VersionViewRow {
    #[sqlx(flatten)]
    version: VersionRow,
    source: String,
    definition: String,
}

impl VersionRow {
    fn into_version(self, flow: FlowId) -> Version {
        Version {
            id: FlowVersionId::from_uuid(self.id),
            flow,
            number: self.number,
            comment: Comment::from_stored(self.comment),
            label: Label::from_stored(self.label),
            author: Actor::from_columns(&self.created_kind, self.created_by),
            created_at: Timestamp::from_us(self.created_at),
            live: Vec::new(),
        }
    }
}

pub async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    version: &VersionView,
    hash: &[u8; 32],
) -> Result<()> {
    let VersionView {
        version,
        source,
        definition,
    } = version;
    execute!(
        tx,
        "INSERT INTO flow_versions (workspace_id, flow_id, number, id, source, definition, hash, comment, label,
                                    created_kind, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        workspace.uuid(),
        version.flow.uuid(),
        version.number,
        version.id.uuid(),
        source,
        definition,
        hash.as_slice(),
        version.comment.as_str(),
        version.label.as_str(),
        version.author.kind(),
        version.author.id(),
        version.created_at.us()
    )?;
    Ok(())
}

pub async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    number: i64,
) -> Result<Option<VersionView>> {
    let row = optional!(
        tx,
        VersionViewRow,
        "SELECT number, id, comment, label, created_kind, created_by, created_at, source, definition
         FROM flow_versions WHERE workspace_id = $1 AND flow_id = $2 AND number = $3",
        workspace.uuid(),
        flow.uuid(),
        number
    )?;
    Ok(row.map(|row| VersionView {
        version: row.version.into_version(flow),
        source: row.source,
        definition: row.definition,
    }))
}

/// The canonical JSON of a version.
pub async fn definition(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    number: i64,
) -> Result<Option<String>> {
    optional_value!(
        tx,
        String,
        "SELECT definition FROM flow_versions WHERE workspace_id = $1 AND flow_id = $2 AND number = $3",
        workspace.uuid(),
        flow.uuid(),
        number
    )
}

pub async fn hash(tx: &mut Tx, workspace: WorkspaceId, flow: FlowId, number: i64) -> Result<Option<Vec<u8>>> {
    optional_value!(
        tx,
        Vec<u8>,
        "SELECT hash FROM flow_versions WHERE workspace_id = $1 AND flow_id = $2 AND number = $3",
        workspace.uuid(),
        flow.uuid(),
        number
    )
}

/// Newest first, below the number `before`.
pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    before: Option<i64>,
    limit: PageLimit,
) -> Result<Vec<Version>> {
    let rows = all!(
        tx,
        VersionRow,
        "SELECT number, id, comment, label, created_kind, created_by, created_at
         FROM flow_versions WHERE workspace_id = $1 AND flow_id = $2 AND ($3 IS NULL OR number < $3)
         ORDER BY number DESC LIMIT $4",
        workspace.uuid(),
        flow.uuid(),
        before,
        limit.and_one()
    )?;
    Ok(rows.into_iter().map(|row| row.into_version(flow)).collect())
}
