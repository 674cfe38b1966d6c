//! What has to happen by itself: forgotten holds go back, grants begin and end, what is out of date is deleted.
//!
//! Owns `leases`. [`run_due`] does one round of everything; the server calls it in a loop. Every part is safe to run
//! on several nodes at once and again after a crash: it moves credits through the ledger, which decides, or deletes
//! what nobody reads any more.

mod leases;
mod store;

pub use leases::{NODE_LEASE, announce, live_nodes, withdraw};

use types::{HoldId, Timestamp, WorkspaceId};

use crate::{
    Services,
    access::Actor,
    credits::{self, Movement, Request},
    usage,
};

/// Most rows of one kind that a round deals with, so that a round is short.
const ROUND_ROWS_MAX: i64 = 1_000;
/// How long events that nobody has asked for are kept.
const OUTBOX_LIFETIME: types::Duration = types::Duration::from_days(30);

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Forgotten holds that were given back.
    pub holds_voided: usize,
    /// Workspaces in which grants began or ended.
    pub workspaces_settled: usize,
    /// Rows that were out of date.
    pub rows_deleted: u64,
}

/// For how long the node that looks after the books keeps doing so; longer than a round and the pause after it.
const BOOKS_LEASE: types::Duration = types::Duration::from_seconds(150);

/// Looks after the books of the workspaces in which credits have moved; one node does. `None` when another one does.
pub async fn check_books(services: &Services) -> Result<Option<credits::books::Moved>, Error> {
    if !leases::take(services, "books", BOOKS_LEASE).await? {
        return Ok(None);
    }
    let moved = credits::books::check_moved_all_workspaces(&services.db).await?;
    for discrepancy in &moved.found {
        tracing::error!(%discrepancy, "the books do not balance");
    }
    Ok(Some(moved))
}

/// One round. What fails is logged and left to the next round.
pub async fn run_due(services: &Services) -> Round {
    let now = services.clock.now();
    Round {
        holds_voided: logged("forgotten holds", void_forgotten(services, now).await),
        workspaces_settled: logged("due grants", settle_due(services, now).await),
        rows_deleted: logged("rows out of date", delete_outdated(services, now).await)
            + logged(
                "old samples of refused calls",
                usage::erase_refused_all_workspaces(services, ROUND_ROWS_MAX).await,
            ),
    }
}

fn logged<T: Default, E: std::error::Error + 'static>(what: &'static str, done: Result<T, E>) -> T {
    done.unwrap_or_else(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            what,
            "upkeep has failed and will be tried again"
        );
        T::default()
    })
}

type Error = credits::Error;

async fn void_forgotten(services: &Services, now: Timestamp) -> Result<usize, Error> {
    let forgotten = credits::forgotten_holds_all_workspaces(services, now, ROUND_ROWS_MAX).await?;
    let mut voided = 0;
    for (workspace, hold) in forgotten {
        voided += usize::from(void(services, workspace, hold).await?);
    }
    Ok(voided)
}

async fn void(services: &Services, workspace: WorkspaceId, hold: HoldId) -> Result<bool, Error> {
    let request = Request {
        line: services.ids.next(),
        workspace,
        actor: Actor::System,
        resolved_under: None,
        claim: None,
        note: None,
        audit: None,
        movement: Movement::Void {
            hold,
            forgotten: true,
        },
    };
    Ok(matches!(
        credits::submit(services, request).await?,
        credits::Outcome::Done(_)
    ))
}

async fn settle_due(services: &Services, now: Timestamp) -> Result<usize, Error> {
    let due = credits::due_all_workspaces(services, now, ROUND_ROWS_MAX).await?;
    for workspace in &due {
        credits::settle(services, *workspace).await?;
    }
    Ok(due.len())
}

async fn delete_outdated(services: &Services, now: Timestamp) -> Result<u64, Error> {
    db::write!(services.db, |tx| {
        let claims = store::delete_claims_all_workspaces(tx, now, ROUND_ROWS_MAX).await?;
        let events =
            store::delete_events_all_workspaces(tx, now.minus(OUTBOX_LIFETIME), ROUND_ROWS_MAX).await?;
        Ok(claims + events)
    })
}
