//! SQL of refused calls: what is counted of them in the rollup, and the samples.

use db::{Bulk, Column, Result, Rows, Tx, all, execute, optional};
use types::{Id, Timestamp, UsageId, WorkspaceId};
use uuid::Uuid;

use super::{EventRow, Sought, uuid};
use crate::usage::{
    UsageEvent,
    refusals::{Reason, Row, Sample},
};

/// Adds to the rows of the rollup, apart from those of accepted calls by their status. A workspace that is being
/// erased has no account any more, and gets nothing.
pub async fn count(tx: &mut Tx, counts: &[(Row, i64)]) -> Result<u64> {
    static ADD: Bulk = Bulk::new(
        "INSERT INTO usage_rollup (workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id,
                                   status, latency_bucket, calls, credits, latency_us)
         SELECT input.workspace_id, input.quarter, input.flow_id, input.key_id, input.user_id,
                input.environment_id, input.tenant_id, input.status, 0, input.calls, 0, 0
         FROM {rows} CROSS JOIN accounts AS a WHERE a.workspace_id = input.workspace_id
         ON CONFLICT (workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id, status,
                      latency_bucket)
         DO UPDATE SET calls = usage_rollup.calls + excluded.calls",
        &[
            Column::Id("workspace_id"),
            Column::Int("quarter"),
            Column::Id("flow_id"),
            Column::Id("key_id"),
            Column::Id("user_id"),
            Column::Id("environment_id"),
            Column::Id("tenant_id"),
            Column::Text("status"),
            Column::Int("calls"),
        ],
    );
    let mut rows = Rows::default();
    for (row, calls) in counts {
        rows.row().id(row.workspace.uuid()).int(row.quarter.us());
        rows.id(row.flow.map_or(Uuid::nil(), Id::uuid))
            .id(row.key.map_or(Uuid::nil(), Id::uuid))
            .id(row.user.map_or(Uuid::nil(), Id::uuid))
            .id(row.environment.map_or(Uuid::nil(), Id::uuid))
            .id(row.tenant.map_or(Uuid::nil(), Id::uuid));
        rows.text(row.reason.as_str()).int(*calls);
    }
    ADD.execute(tx, &rows).await
}

/// Keeps samples.
pub async fn keep(tx: &mut Tx, samples: &[Sample]) -> Result<u64> {
    static INSERT: Bulk = Bulk::new(
        "INSERT INTO refused_calls (workspace_id, id, at, actor_kind, actor_id, flow_id, environment_id, tenant_id,
                                    resource, surface, status, test)
         SELECT input.workspace_id, input.id, input.at, input.actor_kind, input.actor_id, input.flow_id,
                input.environment_id, input.tenant_id, input.resource, input.surface, input.status, input.test
         FROM {rows} CROSS JOIN accounts AS a WHERE a.workspace_id = input.workspace_id
         ON CONFLICT (workspace_id, id) DO NOTHING",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Int("at"),
            Column::Text("actor_kind"),
            Column::Id("actor_id"),
            Column::Id("flow_id"),
            Column::Id("environment_id"),
            Column::Id("tenant_id"),
            Column::Text("resource"),
            Column::Text("surface"),
            Column::Text("status"),
            Column::Bool("test"),
        ],
    );
    let mut rows = Rows::default();
    for Sample { id, at, refused } in samples {
        rows.row()
            .id(refused.workspace.uuid())
            .id(id.uuid())
            .int(at.us())
            .text(refused.actor.kind())
            .id(refused.actor.id());
        rows.id(uuid(refused.flow))
            .id(uuid(refused.environment))
            .id(uuid(refused.tenant));
        rows.text(refused.resource.as_deref())
            .text(refused.surface)
            .text(refused.reason.as_str())
            .bool(refused.test);
    }
    INSERT.execute(tx, &rows).await
}

/// Samples, newest first; of one reason when asked for.
pub async fn events(
    tx: &mut Tx,
    workspace: WorkspaceId,
    Sought { filter, calls }: &Sought<'_>,
    reason: Option<Reason>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<UsageEvent>> {
    let rows = all!(
        tx,
        EventRow,
        "SELECT id, CAST(0 AS BIGINT) AS seq, at, actor_kind, actor_id, flow_id, NULL AS flow_version,
                environment_id, tenant_id, resource, surface, status, test, CAST(0 AS BIGINT) AS credits, CAST(0 AS BIGINT) AS latency_us, NULL AS tags
         FROM refused_calls
         WHERE workspace_id = $1 AND ($2 IS NULL OR id < $2)
           AND ($3 IS NULL OR (actor_kind = 'key' AND actor_id = $3))
           AND ($4 IS NULL OR (actor_kind = 'user' AND actor_id = $4))
           AND ($5 IS NULL OR flow_id = $5) AND ($6 IS NULL OR environment_id = $6)
           AND ($7 IS NULL OR tenant_id = $7) AND ($8 IS NULL OR resource = $8) AND ($9 IS NULL OR status = $9)
           AND ($10 IS NULL OR at >= $10) AND ($11 IS NULL OR at < $11)
         ORDER BY id DESC LIMIT $12",
        workspace.uuid(),
        before,
        uuid(calls.key),
        uuid(calls.user),
        uuid(calls.flow),
        uuid(calls.environment),
        uuid(calls.tenant),
        filter.resource.as_deref(),
        reason.map(Reason::as_str),
        filter.from.map(Timestamp::us),
        filter.to.map(Timestamp::us),
        limit
    )?;
    rows.into_iter().map(EventRow::event).collect()
}

pub async fn event(tx: &mut Tx, workspace: WorkspaceId, id: UsageId) -> Result<Option<UsageEvent>> {
    let row = optional!(
        tx,
        EventRow,
        "SELECT id, CAST(0 AS BIGINT) AS seq, at, actor_kind, actor_id, flow_id, NULL AS flow_version,
                environment_id, tenant_id, resource, surface, status, test, CAST(0 AS BIGINT) AS credits, CAST(0 AS BIGINT) AS latency_us, NULL AS tags
         FROM refused_calls WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        id.uuid()
    )?;
    row.map(EventRow::event).transpose()
}

pub async fn erase_all_workspaces(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM refused_calls WHERE (workspace_id, id) IN
           (SELECT workspace_id, id FROM refused_calls WHERE at < $1 ORDER BY at LIMIT $2)",
        before.us(),
        limit
    )
}
