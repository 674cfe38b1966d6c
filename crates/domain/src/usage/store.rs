//! SQL of usage: reads of the closing lines and of the rollup.

use db::{Error, Result, Tx, all, one_value, optional, optional_value};
use types::{Id, Kind, Microcredits, Timestamp, UsageId, WorkspaceId};
use uuid::Uuid;

use super::{EventFilter, SummaryQuery, UsageEvent, UsageStatus, events::CallIds};
use crate::{access::Actor, credits::CallStatus};

pub mod refused;

#[derive(sqlx::FromRow)]
struct EventRow {
    id: Uuid,
    seq: i64,
    at: i64,
    actor_kind: String,
    actor_id: Option<Uuid>,
    flow_id: Option<Uuid>,
    flow_version: Option<i64>,
    environment_id: Option<Uuid>,
    tenant_id: Option<Uuid>,
    resource: Option<String>,
    surface: Option<String>,
    status: String,
    test: Option<bool>,
    credits: i64,
    latency_us: Option<i64>,
    tags: Option<String>,
}

impl EventRow {
    fn event(self) -> Result<UsageEvent> {
        let (key, user) = match Actor::from_columns(&self.actor_kind, self.actor_id) {
            Actor::ApiKey(key) => (Some(key), None),
            Actor::User(user) => (None, Some(user)),
            Actor::ServiceToken(_) | Actor::System => (None, None),
        };
        Ok(UsageEvent {
            id: UsageId::from_uuid(self.id),
            seq: self.seq,
            at: Timestamp::from_us(self.at),
            key,
            user,
            flow: self.flow_id.map(Id::from_uuid),
            flow_version: self.flow_version,
            environment: self.environment_id.map(Id::from_uuid),
            tenant: self.tenant_id.map(Id::from_uuid),
            resource: self.resource,
            surface: self.surface.unwrap_or_default(),
            status: UsageStatus::parse(&self.status)
                .ok_or_else(|| Error::corrupt("ledger_lines", &self.status))?,
            test: self.test.unwrap_or(false),
            credits: Microcredits::new(self.credits),
            latency_us: self.latency_us.unwrap_or(0),
            tags: self.tags,
        })
    }
}

fn uuid<K: Kind>(id: Option<Id<K>>) -> Option<Uuid> {
    id.map(Id::uuid)
}

/// What is looked for, by ids.
pub struct Sought<'a> {
    pub filter: &'a EventFilter,
    pub calls: &'a CallIds,
}

pub async fn last_seq(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT seq FROM accounts WHERE workspace_id = $1",
        workspace.uuid()
    )
}

pub async fn line_at(tx: &mut Tx, workspace: WorkspaceId, seq: i64) -> Result<Option<Timestamp>> {
    let at = optional_value!(
        tx,
        i64,
        "SELECT at FROM ledger_by_workspace WHERE workspace_id = $1 AND seq = $2",
        workspace.uuid(),
        seq
    )?;
    Ok(at.map(Timestamp::from_us))
}

pub async fn events(
    tx: &mut Tx,
    workspace: WorkspaceId,
    Sought { filter, calls }: &Sought<'_>,
    status: Option<CallStatus>,
    (from_seq, before_seq): (i64, i64),
    limit: i64,
) -> Result<Vec<UsageEvent>> {
    let rows = all!(
        tx,
        EventRow,
        "SELECT id, seq, at, actor_kind, actor_id, flow_id, flow_version, environment_id, tenant_id, resource,
                surface, status, test, -(available_delta + held_delta) AS credits, latency_us, tags
         FROM ledger_by_workspace
         WHERE workspace_id = $1 AND seq >= $2 AND seq < $3 AND status IS NOT NULL
           AND ($4 IS NULL OR (actor_kind = 'key' AND actor_id = $4))
           AND ($5 IS NULL OR (actor_kind = 'user' AND actor_id = $5))
           AND ($6 IS NULL OR flow_id = $6) AND ($7 IS NULL OR environment_id = $7)
           AND ($8 IS NULL OR tenant_id = $8) AND ($9 IS NULL OR resource = $9) AND ($10 IS NULL OR status = $10)
           AND ($11 IS NULL OR at >= $11) AND ($12 IS NULL OR at < $12)
         ORDER BY seq DESC LIMIT $13",
        workspace.uuid(),
        from_seq,
        before_seq,
        uuid(calls.key),
        uuid(calls.user),
        uuid(calls.flow),
        uuid(calls.environment),
        uuid(calls.tenant),
        filter.resource.as_deref(),
        status.map(CallStatus::as_str),
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
        "SELECT id, seq, at, actor_kind, actor_id, flow_id, flow_version, environment_id, tenant_id, resource,
                surface, status, test, -(available_delta + held_delta) AS credits, latency_us, tags
         FROM ledger_lines WHERE workspace_id = $1 AND id = $2 AND status IS NOT NULL",
        workspace.uuid(),
        id.uuid()
    )?;
    row.map(EventRow::event).transpose()
}

#[derive(sqlx::FromRow)]
pub struct RollupRow {
    pub quarter: i64,
    pub flow_id: Uuid,
    pub key_id: Uuid,
    pub user_id: Uuid,
    pub environment_id: Uuid,
    pub tenant_id: Uuid,
    pub status: String,
    pub latency_bucket: i64,
    pub calls: i64,
    pub credits: i64,
    pub latency_us: i64,
}

/// Sums of the rollup, apart for each value of the dimensions that are asked for; the others are one.
pub async fn sums(
    tx: &mut Tx,
    workspace: WorkspaceId,
    query: &SummaryQuery,
    calls: &CallIds,
    (from, to): (Timestamp, Timestamp),
    limit: usize,
) -> Result<Vec<RollupRow>> {
    let by = &query.group_by;
    all!(
        tx,
        RollupRow,
        "SELECT CASE WHEN $4 THEN quarter ELSE 0 END AS quarter,
                CASE WHEN $5 THEN flow_id ELSE $11 END AS flow_id,
                CASE WHEN $6 THEN key_id ELSE $11 END AS key_id,
                CASE WHEN $7 THEN user_id ELSE $11 END AS user_id,
                CASE WHEN $8 THEN environment_id ELSE $11 END AS environment_id,
                CASE WHEN $9 THEN tenant_id ELSE $11 END AS tenant_id,
                status, latency_bucket, CAST(SUM(calls) AS BIGINT) AS calls,
                CAST(SUM(credits) AS BIGINT) AS credits, CAST(SUM(latency_us) AS BIGINT) AS latency_us
         FROM usage_rollup
         WHERE workspace_id = $1 AND quarter >= $2 AND quarter < $3 AND ($10 IS NULL OR flow_id = $10)
           AND ($12 IS NULL OR key_id = $12) AND ($13 IS NULL OR environment_id = $13)
           AND ($14 IS NULL OR user_id = $14) AND ($15 IS NULL OR tenant_id = $15)
         GROUP BY 1, 2, 3, 4, 5, 6, status, latency_bucket LIMIT $16",
        workspace.uuid(),
        from.us(),
        to.us(),
        query.grain.is_some(),
        by.flow,
        by.key,
        by.user,
        by.environment,
        by.tenant,
        uuid(calls.flow),
        Uuid::nil(),
        uuid(calls.key),
        uuid(calls.environment),
        uuid(calls.user),
        uuid(calls.tenant),
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
}
