//! SQL of `deployments`.

use std::collections::HashMap;

use db::{Bulk, Column, Result, Rows, Tx, all, execute};
use types::{Comment, DeploymentId, EnvironmentId, FlowId, PageLimit, Slug, Timestamp, WorkspaceId};
use uuid::Uuid;

use crate::{
    access::Actor,
    flows::{Deployment, LiveIn},
};

/// Ends what is live of a flow in an environment.
pub async fn end(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    environment: EnvironmentId,
    now: Timestamp,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE deployments SET replaced_at = $4
         WHERE workspace_id = $1 AND flow_id = $2 AND environment_id = $3 AND replaced_at IS NULL",
        workspace.uuid(),
        flow.uuid(),
        environment.uuid(),
        now.us()
    )
}

/// Ends what is live of a flow anywhere.
pub async fn end_all(tx: &mut Tx, workspace: WorkspaceId, flow: FlowId, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        "UPDATE deployments SET replaced_at = $3
         WHERE workspace_id = $1 AND flow_id = $2 AND replaced_at IS NULL",
        workspace.uuid(),
        flow.uuid(),
        now.us()
    )
}

pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, deployment: &Deployment) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO deployments (workspace_id, id, flow_id, environment_id, version, note, created_kind, created_by,
                                  created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        workspace.uuid(),
        deployment.id.uuid(),
        deployment.flow.uuid(),
        deployment.environment.uuid(),
        deployment.version,
        deployment.note.as_str(),
        deployment.created_by.kind(),
        deployment.created_by.id(),
        deployment.created_at.us()
    )?;
    Ok(())
}

/// Environment and version of what is live of a flow.
pub async fn live_versions(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
) -> Result<Vec<(EnvironmentId, i64)>> {
    let rows = all!(
        tx,
        (Uuid, i64),
        "SELECT environment_id, version FROM deployments
         WHERE workspace_id = $1 AND flow_id = $2 AND replaced_at IS NULL",
        workspace.uuid(),
        flow.uuid()
    )?;
    let row = |(environment, version)| (EnvironmentId::from_uuid(environment), version);
    Ok(rows.into_iter().map(row).collect())
}

db::row! {
    struct LiveRow {
        flow_id: Uuid,
        environment_id: Uuid,
        name: String,
        version: i64,
        created_at: i64,
    }
}

static LIVE_OF: Bulk = Bulk::new(
    "SELECT d.flow_id, d.environment_id, e.name, d.version, d.created_at
         FROM {rows}
         JOIN deployments AS d ON d.workspace_id = input.workspace_id AND d.flow_id = input.flow_id
         JOIN environments AS e ON e.workspace_id = d.workspace_id AND e.id = d.environment_id
         WHERE d.replaced_at IS NULL ORDER BY e.position, e.id",
    &[Column::Id("workspace_id"), Column::Id("flow_id")],
);

/// Where each of some flows is live, in the order of the environments.
pub async fn live_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flows: impl Iterator<Item = FlowId>,
) -> Result<HashMap<FlowId, Vec<LiveIn>>> {
    let mut rows = Rows::default();
    for flow in flows {
        rows.row().id(workspace.uuid()).id(flow.uuid());
    }
    let mut live: HashMap<FlowId, Vec<LiveIn>> = HashMap::new();
    for row in LIVE_OF.fetch::<LiveRow>(tx, &rows, &[]).await? {
        live.entry(FlowId::from_uuid(row.flow_id))
            .or_default()
            .push(LiveIn {
                environment: EnvironmentId::from_uuid(row.environment_id),
                name: Slug::from_stored(row.name),
                version: row.version,
                since: Timestamp::from_us(row.created_at),
            });
    }
    Ok(live)
}

#[derive(sqlx::FromRow)]
struct DeploymentRow {
    id: Uuid,
    environment_id: Uuid,
    environment_name: String,
    version: i64,
    note: String,
    created_kind: String,
    created_by: Option<Uuid>,
    created_at: i64,
    replaced_at: Option<i64>,
}

/// The history of a flow, newest first, of one environment or all.
pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    environment: Option<EnvironmentId>,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<Vec<Deployment>> {
    let rows = all!(
        tx,
        DeploymentRow,
        "SELECT d.id, d.environment_id, e.name AS environment_name, d.version, d.note, d.created_kind, d.created_by,
                d.created_at, d.replaced_at
         FROM deployments AS d
         JOIN environments AS e ON e.workspace_id = d.workspace_id AND e.id = d.environment_id
         WHERE d.workspace_id = $1 AND d.flow_id = $2 AND ($3 IS NULL OR d.environment_id = $3)
               AND ($4 IS NULL OR d.id < $4)
         ORDER BY d.id DESC LIMIT $5",
        workspace.uuid(),
        flow.uuid(),
        environment.map(EnvironmentId::uuid),
        before,
        limit.and_one()
    )?;
    let deployment = |row: DeploymentRow| Deployment {
        id: DeploymentId::from_uuid(row.id),
        flow,
        environment: EnvironmentId::from_uuid(row.environment_id),
        environment_name: Slug::from_stored(row.environment_name),
        version: row.version,
        note: Comment::from_stored(row.note),
        created_by: Actor::from_columns(&row.created_kind, row.created_by),
        created_at: Timestamp::from_us(row.created_at),
        replaced_at: row.replaced_at.map(Timestamp::from_us),
    };
    Ok(rows.into_iter().map(deployment).collect())
}
