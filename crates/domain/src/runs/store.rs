//! SQL of runs. Their rows are written by the ledger.

use std::collections::HashMap;

use db::{Result, Tx, all, execute, forked, one_value, optional, optional_value};
use types::{
    Cursor, DisplayName, EnvironmentId, FlowId, Microcredits, Page, PageLimit, RunId, Slug, TenantId,
    Timestamp, WorkspaceId,
};
use uuid::Uuid;

use super::{LastRun, Run, RunState, RunView, read::ResolvedFilter};
use crate::access::Actor;

/// Most runs that are looked at for one page of a filtered list.
pub const SCANNED_MAX: i64 = 10_000;

/// Among how many of a workspace's newest runs the last one of each flow is looked for.
pub const LAST_RUNS_AMONG: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct RunRow {
    id: Uuid,
    flow_id: Uuid,
    flow_name: Option<String>,
    version: i64,
    environment_id: Uuid,
    environment_name: Option<String>,
    tenant_id: Option<Uuid>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    surface: String,
    state: String,
    started_at: i64,
    ended_at: Option<i64>,
    credits: i64,
}

#[derive(sqlx::FromRow)]
struct RunViewRow {
    #[sqlx(flatten)]
    run: RunRow,
    input: Option<String>,
    output: Option<String>,
    error: Option<String>,
}

impl TryFrom<RunRow> for Run {
    type Error = db::Error;

    fn try_from(row: RunRow) -> Result<Self> {
        Ok(Self {
            id: RunId::from_uuid(row.id),
            flow: FlowId::from_uuid(row.flow_id),
            flow_name: row.flow_name.map(DisplayName::from_stored),
            version: row.version,
            environment: EnvironmentId::from_uuid(row.environment_id),
            environment_name: row.environment_name.map(Slug::from_stored),
            tenant: row.tenant_id.map(TenantId::from_uuid),
            actor: Actor::from_columns(&row.actor_kind, row.actor_id),
            surface: row.surface,
            state: RunState::parse(&row.state).ok_or_else(|| db::Error::corrupt("runs", &row.state))?,
            started_at: Timestamp::from_us(row.started_at),
            ended_at: row.ended_at.map(Timestamp::from_us),
            credits: Microcredits::new(row.credits),
        })
    }
}

/// A page of those that fit among the next [`SCANNED_MAX`].
pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    filter: &ResolvedFilter,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<Page<Run>> {
    let before = before.unwrap_or(Uuid::max());
    // Without a filter the page is full soon.
    let end = match *filter == ResolvedFilter::default() {
        true => None,
        false => scan_end(tx, workspace, before).await?,
    };
    let rows = all!(
        tx,
        RunRow,
        "SELECT r.id, r.flow_id, f.name AS flow_name, r.version, r.environment_id, e.name AS environment_name,
                r.tenant_id, r.actor_kind, r.actor_id, r.surface, r.state, r.started_at, r.ended_at, r.credits
         FROM runs_by_workspace AS r
         LEFT JOIN flows AS f ON f.workspace_id = r.workspace_id AND f.id = r.flow_id
         LEFT JOIN environments AS e ON e.workspace_id = r.workspace_id AND e.id = r.environment_id
         WHERE r.workspace_id = $1 AND r.id < $2 AND r.id >= $3
               AND ($4 IS NULL OR r.flow_id = $4) AND ($5 IS NULL OR r.environment_id = $5)
               AND ($6 IS NULL OR r.state = $6) AND ($7 IS NULL OR (r.actor_kind = $7 AND r.actor_id = $8))
         ORDER BY r.id DESC LIMIT $9",
        workspace.uuid(),
        before,
        end.unwrap_or(Uuid::nil()),
        filter.flow.map(FlowId::uuid),
        filter.environment.map(EnvironmentId::uuid),
        filter.state.map(RunState::as_str),
        filter.actor.map(Actor::kind),
        filter.actor.and_then(Actor::id),
        limit.and_one()
    )?;
    let runs = rows.into_iter().map(Run::try_from).collect::<Result<Vec<_>>>()?;
    let mut page = Page::from_rows(runs, limit, |run| Cursor::after_id(run.id.uuid()));
    // What lies behind the part that was looked at is for the next page.
    page.next = page.next.or(end.map(Cursor::after_id));
    Ok(page)
}

/// The last run of the part that is looked at; `None` when that is all there are.
async fn scan_end(tx: &mut Tx, workspace: WorkspaceId, before: Uuid) -> Result<Option<Uuid>> {
    optional_value!(
        tx,
        Uuid,
        "SELECT id FROM runs_by_workspace WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3",
        workspace.uuid(),
        before,
        SCANNED_MAX - 1
    )
}

pub async fn find(tx: &mut Tx, workspace: WorkspaceId, run: RunId) -> Result<Option<RunView>> {
    let row = optional!(
        tx,
        RunViewRow,
        "SELECT r.id, r.flow_id, f.name AS flow_name, r.version, r.environment_id, e.name AS environment_name,
                r.tenant_id, r.actor_kind, r.actor_id, r.surface, r.state, r.started_at, r.ended_at, r.credits,
                r.input, r.output, r.error
         FROM runs_by_workspace AS r
         LEFT JOIN flows AS f ON f.workspace_id = r.workspace_id AND f.id = r.flow_id
         LEFT JOIN environments AS e ON e.workspace_id = r.workspace_id AND e.id = r.environment_id
         WHERE r.workspace_id = $1 AND r.id = $2",
        workspace.uuid(),
        run.uuid()
    )?;
    row.map(|row| {
        Ok(RunView {
            run: row.run.try_into()?,
            input: row.input,
            output: row.output,
            error: row.error,
        })
    })
    .transpose()
}

#[derive(sqlx::FromRow)]
struct LastRunRow {
    id: Uuid,
    flow_id: Uuid,
    state: String,
    started_at: i64,
}

/// The newest run of each flow, of one actor or all, among the newest [`LAST_RUNS_AMONG`] of the workspace.
pub async fn last_of_flows(
    tx: &mut Tx,
    workspace: WorkspaceId,
    actor: Option<Actor>,
) -> Result<HashMap<FlowId, LastRun>> {
    let rows = all!(
        tx,
        LastRunRow,
        "SELECT id, flow_id, state, started_at
         FROM (SELECT id, flow_id, state, started_at,
                      ROW_NUMBER() OVER (PARTITION BY flow_id ORDER BY id DESC) AS place
               FROM (SELECT id, flow_id, state, started_at, actor_kind, actor_id FROM runs_by_workspace
                     WHERE workspace_id = $1 ORDER BY id DESC LIMIT $2) AS newest
               WHERE $3 IS NULL OR (actor_kind = $3 AND actor_id = $4)) AS placed
         WHERE place = 1",
        workspace.uuid(),
        LAST_RUNS_AMONG,
        actor.map(Actor::kind),
        actor.and_then(Actor::id)
    )?;
    rows.into_iter()
        .map(|row| {
            let run = LastRun {
                id: RunId::from_uuid(row.id),
                state: RunState::parse(&row.state).ok_or_else(|| db::Error::corrupt("runs", &row.state))?,
                started_at: Timestamp::from_us(row.started_at),
            };
            Ok((FlowId::from_uuid(row.flow_id), run))
        })
        .collect()
}

pub async fn steps(tx: &mut Tx, workspace: WorkspaceId, run: RunId) -> Result<Option<String>> {
    let steps = optional_value!(
        tx,
        Option<String>,
        "SELECT steps FROM runs_by_workspace WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        run.uuid()
    )?;
    Ok(steps.flatten())
}

/// The last of the next `count` runs, in the order of their key; `None` when there are fewer.
pub async fn chunk_end_all_workspaces(
    tx: &mut Tx,
    (workspace, run): (Uuid, Uuid),
    count: i64,
) -> Result<Option<(Uuid, Uuid)>> {
    optional!(
        tx,
        (Uuid, Uuid),
        "SELECT workspace_id, id FROM runs_by_workspace WHERE (workspace_id, id) > ($1, $2)
         ORDER BY workspace_id, id LIMIT 1 OFFSET $3",
        workspace,
        run,
        count - 1
    )
}

/// Takes the values of those runs of a part away that are older than their flow keeps them. A flow that was erased
/// keeps nothing.
pub async fn strip_all_workspaces(
    tx: &mut Tx,
    (after_workspace, after_run): (Uuid, Uuid),
    (last_workspace, last_run): (Uuid, Uuid),
    now: Timestamp,
) -> Result<u64> {
    let statement = forked!(
        tx,
        sqlite: "UPDATE runs SET input = NULL, output = NULL, error = NULL, steps = NULL
                 WHERE place IN
                     (SELECT r.place FROM runs_by_workspace AS r
                      WHERE (r.workspace_id, r.id) > ($1, $2) AND (r.workspace_id, r.id) <= ($3, $4)
                        AND (input IS NOT NULL OR output IS NOT NULL OR error IS NOT NULL OR steps IS NOT NULL)
                        AND r.ended_at < $5 - $6 * COALESCE((SELECT f.retention_days FROM flows AS f
                                WHERE f.workspace_id = r.workspace_id AND f.id = r.flow_id), 0))",
        postgres: "UPDATE runs SET input = NULL, output = NULL, error = NULL, steps = NULL
                   WHERE (workspace_id, id) > ($1, $2) AND (workspace_id, id) <= ($3, $4)
                     AND (input IS NOT NULL OR output IS NOT NULL OR error IS NOT NULL OR steps IS NOT NULL)
                     AND ended_at < $5 - $6 * COALESCE((SELECT f.retention_days FROM flows AS f
                             WHERE f.workspace_id = runs.workspace_id AND f.id = runs.flow_id), 0)"
    );
    execute!(
        tx,
        statement,
        after_workspace,
        after_run,
        last_workspace,
        last_run,
        now.us(),
        types::Duration::from_days(1).us()
    )
}

/// Is there a run in the default partition that a partition for these ids would have to take over?
pub async fn default_partition_holds_all_workspaces(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<bool> {
    let held = one_value!(
        tx,
        i64,
        forked!(
            tx,
            sqlite: "SELECT $1 = $2",
            postgres: "SELECT COUNT(*) FROM (SELECT 1 FROM runs_default WHERE id >= $1 AND id < $2 LIMIT 1) AS held"
        ),
        from,
        to
    )?;
    Ok(held > 0)
}

/// Makes the partition of a month. Names and bounds cannot be parameters of a definition, so they are passed as
/// settings of the transaction. SQLite has no partitions.
pub async fn make_partition(tx: &mut Tx, name: &str, from: Uuid, to: Uuid) -> Result<()> {
    let parameters = forked!(
        tx,
        sqlite: "SELECT $1, $2, $3",
        postgres: "SELECT set_config('guildhall.partition', $1, true), set_config('guildhall.from', $2, true),
                          set_config('guildhall.to', $3, true)"
    );
    execute!(tx, parameters, name, from.to_string(), to.to_string())?;
    let definition = forked!(
        tx,
        sqlite: "SELECT 1",
        postgres: "DO $$ BEGIN EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF runs FOR VALUES FROM (%L) TO (%L)',
                     current_setting('guildhall.partition'), current_setting('guildhall.from'),
                     current_setting('guildhall.to')); END $$"
    );
    execute!(tx, definition)?;
    Ok(())
}
