//! Writing what a batch changed, in a handful of statements over many rows.

use db::{Bulk, Column, Error, Result, Rows, Tx};
use types::{Duration, Timestamp};
use uuid::Uuid;

use super::super::{
    changes::{Changes, Line},
    state::{ClaimChange, Grant, GrantChange, Hold, HoldChange, State},
};

/// How long an idempotency key is remembered.
const CLAIM_LIFETIME: Duration = Duration::from_hours(24);

/// Writes the new state and lines.
pub async fn all(tx: &mut Tx, state: &State, changes: &Changes, now: Timestamp) -> Result<()> {
    accounts(tx, state).await?;
    grants(tx, state, now).await?;
    lines(tx, &changes.lines).await?;
    runs(tx, &changes.lines).await?;
    rollup(tx, changes).await?;
    cap_usage(tx, state).await?;
    holds(tx, state, now).await?;
    claims(tx, state, now).await
}

async fn accounts(tx: &mut Tx, state: &State) -> Result<()> {
    static UPDATE: Bulk = Bulk::new(
        "UPDATE accounts SET available = input.available, held = input.held, seq = input.seq FROM {rows}
             WHERE accounts.workspace_id = input.workspace_id",
        &[
            Column::Id("workspace_id"),
            Column::Int("available"),
            Column::Int("held"),
            Column::Int("seq"),
        ],
    );
    let mut rows = Rows::default();
    for (workspace, account) in state.accounts.iter().filter(|(_, account)| account.changed) {
        rows.row()
            .id(workspace.uuid())
            .int(account.available)
            .int(account.held)
            .int(account.seq);
    }
    UPDATE.execute(tx, &rows).await?;
    Ok(())
}

async fn grants(tx: &mut Tx, state: &State, now: Timestamp) -> Result<()> {
    // What nearly every charge does. The index of open grants is not touched by it.
    static BURN: Bulk = Bulk::new(
        "UPDATE grants SET remaining = input.remaining, held = input.held FROM {rows}
             WHERE grants.workspace_id = input.workspace_id AND grants.id = input.id",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Int("remaining"),
            Column::Int("held"),
        ],
    );
    static UPDATE: Bulk = Bulk::new(
        "UPDATE grants SET remaining = input.remaining, held = input.held, activated_at = input.activated_at,
                    closed_at = input.closed_at FROM {rows}
             WHERE grants.workspace_id = input.workspace_id AND grants.id = input.id",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Int("remaining"),
            Column::Int("held"),
            Column::Int("activated_at"),
            Column::Int("closed_at"),
        ],
    );
    static INSERT: Bulk = Bulk::new(
        "INSERT INTO grants (workspace_id, id, remaining, held, activated_at, closed_at, source, amount,
             priority, effective_at, expires_at, external_id, note, created_kind, created_by,
             created_at) {values}",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Int("remaining"),
            Column::Int("held"),
            Column::Int("activated_at"),
            Column::Int("closed_at"),
            Column::Text("source"),
            Column::Int("amount"),
            Column::Int("priority"),
            Column::Int("effective_at"),
            Column::Int("expires_at"),
            Column::Text("external_id"),
            Column::Text("note"),
            Column::Text("created_kind"),
            Column::Id("created_by"),
            Column::Int("created_at"),
        ],
    );
    let (mut burned, mut updated, mut inserted) = (Rows::default(), Rows::default(), Rows::default());
    for (workspace, account) in &state.accounts {
        for grant in &account.grants {
            match &grant.change {
                GrantChange::None => {}
                GrantChange::Updated if grant.was_open && !grant.is_closed() => {
                    figures(&mut burned, workspace.uuid(), grant);
                }
                GrantChange::Updated => {
                    figures(&mut updated, workspace.uuid(), grant);
                    times(&mut updated, grant, now);
                }
                GrantChange::Inserted(new, note, actor) => {
                    figures(&mut inserted, workspace.uuid(), grant);
                    times(&mut inserted, grant, now);
                    inserted
                        .text(grant.source.as_str())
                        .int(grant.amount)
                        .int(grant.priority);
                    inserted
                        .int(grant.effective_at.us())
                        .int(grant.expires_at.map(Timestamp::us));
                    inserted.text(new.external_id.as_deref()).text(note.as_str());
                    inserted
                        .text(actor.kind())
                        .id(actor.id())
                        .int(grant.created_at.us());
                }
            }
        }
    }
    BURN.execute(tx, &burned).await?;
    UPDATE.execute(tx, &updated).await?;
    INSERT.execute(tx, &inserted).await?;
    Ok(())
}

fn figures(rows: &mut Rows, workspace: Uuid, grant: &Grant) {
    rows.row()
        .id(workspace)
        .id(grant.id.uuid())
        .int(grant.remaining)
        .int(grant.held);
}

fn times(rows: &mut Rows, grant: &Grant, now: Timestamp) {
    rows.int(grant.activated_at.map(Timestamp::us))
        .int(grant.is_closed().then_some(now.us()));
}

async fn lines(tx: &mut Tx, lines: &[Line]) -> Result<()> {
    static INSERT: Bulk = Bulk::new(
        "INSERT INTO ledger_lines (workspace_id, seq, id, kind, available_delta, held_delta,
             available_after, held_after, grant_id, related_id, actor_kind, actor_id, at, note,
             surface, flow_id, flow_version, environment_id, tenant_id, resource, status,
             latency_us, test, tags) {values}",
        &[
            Column::Id("workspace_id"),
            Column::Int("seq"),
            Column::Id("id"),
            Column::Text("kind"),
            Column::Int("available_delta"),
            Column::Int("held_delta"),
            Column::Int("available_after"),
            Column::Int("held_after"),
            Column::Id("grant_id"),
            Column::Id("related_id"),
            Column::Text("actor_kind"),
            Column::Id("actor_id"),
            Column::Int("at"),
            Column::Text("note"),
            Column::Text("surface"),
            Column::Id("flow_id"),
            Column::Int("flow_version"),
            Column::Id("environment_id"),
            Column::Id("tenant_id"),
            Column::Text("resource"),
            Column::Text("status"),
            Column::Int("latency_us"),
            Column::Bool("test"),
            Column::Text("tags"),
        ],
    );
    static ALLOCATIONS: Bulk = Bulk::new(
        "INSERT INTO line_allocations (workspace_id, line_id, grant_id, remaining_delta, held_delta)
             {values}",
        &[
            Column::Id("workspace_id"),
            Column::Id("line_id"),
            Column::Id("grant_id"),
            Column::Int("remaining_delta"),
            Column::Int("held_delta"),
        ],
    );
    let mut rows = Rows::default();
    let mut allocations = Rows::default();
    for line in lines {
        line_row(&mut rows, line);
        if line.allocations.len() > 1 {
            for part in &line.allocations {
                allocations
                    .row()
                    .id(line.workspace.uuid())
                    .id(line.id.uuid())
                    .id(part.grant.uuid());
                allocations.int(part.remaining_delta).int(part.held_delta);
            }
        }
    }
    INSERT.execute(tx, &rows).await?;
    ALLOCATIONS.execute(tx, &allocations).await?;
    Ok(())
}

fn line_row(rows: &mut Rows, line: &Line) {
    let only_grant = match line.allocations.as_slice() {
        [only] => Some(only.grant.uuid()),
        _ => None,
    };
    rows.row()
        .id(line.workspace.uuid())
        .int(line.seq)
        .id(line.id.uuid())
        .text(line.kind.as_str());
    rows.int(line.available_delta)
        .int(line.held_delta)
        .int(line.available_after)
        .int(line.held_after);
    rows.id(only_grant).id(line.related.map(|id| id.uuid()));
    rows.text(line.actor.kind())
        .id(line.actor.id())
        .int(line.at.us())
        .text(line.note.as_deref());
    let Some(closed) = &line.call else {
        rows.text(None)
            .id(None)
            .int(None)
            .id(None)
            .id(None)
            .text(None)
            .text(None)
            .int(None)
            .bool(None)
            .text(None);
        return;
    };
    let call = &*closed.call;
    rows.text(call.surface.as_str())
        .id(call.flow.map(|id| id.uuid()))
        .int(call.flow_version);
    rows.id(call.environment.map(|id| id.uuid()))
        .id(call.tenant.map(|id| id.uuid()));
    rows.text(call.resource.as_deref())
        .text(closed.status.as_str())
        .int(closed.latency_us);
    rows.bool(call.test).text(call.tags.as_deref());
}

async fn runs(tx: &mut Tx, lines: &[Line]) -> Result<()> {
    static INSERT: Bulk = Bulk::new(
        "INSERT INTO runs (workspace_id, id, flow_id, version, environment_id, tenant_id, actor_kind,
             actor_id, surface, state, started_at, ended_at, credits, input, output, error, steps)
             {values}",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Id("flow_id"),
            Column::Int("version"),
            Column::Id("environment_id"),
            Column::Id("tenant_id"),
            Column::Text("actor_kind"),
            Column::Id("actor_id"),
            Column::Text("surface"),
            Column::Text("state"),
            Column::Int("started_at"),
            Column::Int("ended_at"),
            Column::Int("credits"),
            Column::Text("input"),
            Column::Text("output"),
            Column::Text("error"),
            Column::Text("steps"),
        ],
    );
    let mut rows = Rows::default();
    for line in lines {
        let Some(run) = line.call.as_ref().and_then(|call| call.run.as_deref()) else {
            continue;
        };
        rows.row()
            .id(line.workspace.uuid())
            .id(line.id.uuid())
            .id(run.flow.uuid())
            .int(run.version);
        rows.id(run.environment.uuid()).id(run.tenant.map(|id| id.uuid()));
        rows.text(line.actor.kind())
            .id(line.actor.id())
            .text(run.surface)
            .text(run.state);
        rows.int(run.started_at.us())
            .int(run.ended_at.us())
            .int(line.charged());
        rows.text(run.input.as_deref()).text(run.output.as_deref());
        rows.text(run.error.as_deref()).text(run.steps.as_deref());
    }
    INSERT.execute(tx, &rows).await?;
    Ok(())
}

async fn rollup(tx: &mut Tx, changes: &Changes) -> Result<()> {
    static ADD: Bulk = Bulk::new(
        "INSERT INTO usage_rollup (workspace_id, quarter, flow_id, key_id, user_id, environment_id,
             tenant_id, status, latency_bucket, calls, credits, latency_us) {values}
             ON CONFLICT (workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id, status,
                          latency_bucket)
             DO UPDATE SET calls = usage_rollup.calls + excluded.calls,
                           credits = usage_rollup.credits + excluded.credits,
                           latency_us = usage_rollup.latency_us + excluded.latency_us",
        &[
            Column::Id("workspace_id"),
            Column::Int("quarter"),
            Column::Id("flow_id"),
            Column::Id("key_id"),
            Column::Id("user_id"),
            Column::Id("environment_id"),
            Column::Id("tenant_id"),
            Column::Text("status"),
            Column::Int("latency_bucket"),
            Column::Int("calls"),
            Column::Int("credits"),
            Column::Int("latency_us"),
        ],
    );
    let mut rows = Rows::default();
    for (key, delta) in &changes.rollup {
        rows.row().id(key.workspace.uuid()).int(key.quarter.us());
        rows.id(key.flow.map_or(Uuid::nil(), |id| id.uuid()))
            .id(key.key.map_or(Uuid::nil(), |id| id.uuid()));
        rows.id(key.user.map_or(Uuid::nil(), |id| id.uuid()));
        rows.id(key.environment.map_or(Uuid::nil(), |id| id.uuid()));
        rows.id(key.tenant.map_or(Uuid::nil(), |id| id.uuid()));
        rows.text(key.status.as_str()).int(key.latency_bucket);
        rows.int(delta.calls).int(delta.credits).int(delta.latency_us);
    }
    ADD.execute(tx, &rows).await?;
    Ok(())
}

async fn cap_usage(tx: &mut Tx, state: &State) -> Result<()> {
    static SET: Bulk = Bulk::new(
        "INSERT INTO cap_usage (workspace_id, subject_kind, subject_id, period, period_start, used, held)
             {values}
             ON CONFLICT (workspace_id, subject_kind, subject_id, period, period_start)
             DO UPDATE SET used = excluded.used, held = excluded.held",
        &[
            Column::Id("workspace_id"),
            Column::Text("subject_kind"),
            Column::Id("subject_id"),
            Column::Text("period"),
            Column::Int("period_start"),
            Column::Int("used"),
            Column::Int("held"),
        ],
    );
    let mut rows = Rows::default();
    for (workspace, account) in &state.accounts {
        for (period, usage) in account.cap_usage.iter().filter(|(_, usage)| usage.changed) {
            rows.row()
                .id(workspace.uuid())
                .text(period.subject.kind.as_str())
                .id(period.subject.id);
            rows.text(period.period.as_str())
                .int(period.start.us())
                .int(usage.used)
                .int(usage.held);
        }
    }
    SET.execute(tx, &rows).await?;
    Ok(())
}

async fn holds(tx: &mut Tx, state: &State, now: Timestamp) -> Result<()> {
    static INSERT: Bulk = Bulk::new(
        "INSERT INTO holds (workspace_id, id, amount, taken_at, deadline, call, claim, allocations,
             closed_at, closing_id) {values}",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Int("amount"),
            Column::Int("taken_at"),
            Column::Int("deadline"),
            Column::Text("call"),
            Column::Text("claim"),
            Column::Text("allocations"),
            Column::Int("closed_at"),
            Column::Id("closing_id"),
        ],
    );
    static CLOSE: Bulk = Bulk::new(
        "UPDATE holds SET closed_at = input.closed_at, closing_id = input.closing_id FROM {rows}
             WHERE holds.workspace_id = input.workspace_id AND holds.id = input.id",
        &[
            Column::Id("workspace_id"),
            Column::Id("id"),
            Column::Int("closed_at"),
            Column::Id("closing_id"),
        ],
    );
    let (mut inserted, mut closed) = (Rows::default(), Rows::default());
    for (workspace, account) in &state.accounts {
        for (id, hold) in &account.holds {
            let closing = hold.closing.map(|closing| closing.line.uuid());
            let closed_at = closing.map(|_| now.us());
            match hold.change {
                HoldChange::None => {}
                HoldChange::Inserted => {
                    inserted.row().id(workspace.uuid()).id(id.uuid()).int(hold.amount);
                    hold_texts(&mut inserted, hold)?;
                    inserted.int(closed_at).id(closing);
                }
                HoldChange::Closed => {
                    closed
                        .row()
                        .id(workspace.uuid())
                        .id(id.uuid())
                        .int(closed_at)
                        .id(closing);
                }
            }
        }
    }
    INSERT.execute(tx, &inserted).await?;
    CLOSE.execute(tx, &closed).await?;
    Ok(())
}

fn hold_texts(rows: &mut Rows, hold: &Hold) -> Result<()> {
    let corrupt = |error: serde_json::Error| Error::corrupt("holds", error);
    let claim = hold
        .claim
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(corrupt)?;
    let call = serde_json::to_string(&*hold.call).map_err(corrupt)?;
    let allocations = serde_json::to_string(&hold.allocations).map_err(corrupt)?;
    rows.int(hold.taken_at.us()).int(hold.deadline.us());
    rows.text(call.as_str())
        .text(claim.as_deref())
        .text(allocations.as_str());
    Ok(())
}

async fn claims(tx: &mut Tx, state: &State, now: Timestamp) -> Result<()> {
    static WRITE: Bulk = Bulk::new(
        "INSERT INTO idempotency_keys (workspace_id, caller_id, route, key, body_hash, status, answer,
             reference_id, created_at, expires_at) {values}
             ON CONFLICT (workspace_id, caller_id, route, key)
             DO UPDATE SET body_hash = excluded.body_hash, status = excluded.status, answer = excluded.answer,
                           reference_id = excluded.reference_id, expires_at = excluded.expires_at",
        &[
            Column::Id("workspace_id"),
            Column::Id("caller_id"),
            Column::Text("route"),
            Column::Text("key"),
            Column::Bytes("body_hash"),
            Column::Int("status"),
            Column::Text("answer"),
            Column::Id("reference_id"),
            Column::Int("created_at"),
            Column::Int("expires_at"),
        ],
    );
    static REMOVE: Bulk = Bulk::new(
        "DELETE FROM idempotency_keys WHERE (workspace_id, caller_id, route, key) IN
               (SELECT workspace_id, caller_id, route, key FROM {rows})",
        &[
            Column::Id("workspace_id"),
            Column::Id("caller_id"),
            Column::Text("route"),
            Column::Text("key"),
        ],
    );
    let (mut written, mut removed) = (Rows::default(), Rows::default());
    for (workspace, account) in &state.accounts {
        for (key, claimed) in &account.claims {
            let rows = match claimed.change {
                ClaimChange::None => continue,
                ClaimChange::Written => &mut written,
                ClaimChange::Removed => &mut removed,
            };
            rows.row()
                .id(workspace.uuid())
                .id(key.caller)
                .text(key.route.as_str())
                .text(key.key.as_str());
            if claimed.change == ClaimChange::Written {
                let answer = claimed.answered.as_ref();
                rows.bytes(claimed.body_hash.as_slice())
                    .int(answer.map(|(answer, _)| i64::from(answer.status)));
                rows.text(answer.map(|(answer, _)| answer.body.as_str()));
                rows.id(answer.map(|(_, receipt)| receipt.line.uuid()));
                rows.int(now.us()).int(now.plus(CLAIM_LIFETIME).us());
            }
        }
    }
    WRITE.execute(tx, &written).await?;
    REMOVE.execute(tx, &removed).await?;
    Ok(())
}
