//! The ledger behind the batching writer: lock, read, apply, write; the writer commits and answers.

use std::{collections::HashSet, sync::Arc};

use db::{Order, Tx, optional_value};
use types::{Clock, LineId, WorkspaceId};

use super::{Movement, Outcome, Receipt, Request, apply::apply, state::State, store};
use crate::{audit, ids::Ids, instance};

/// How movements of credits are written in batches.
pub struct Ledger {
    clock: Arc<dyn Clock>,
    ids: Ids,
    order: Order,
}

impl Ledger {
    /// A ledger by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            ids: Ids::new(Arc::clone(&clock)),
            clock,
            order: Order::default(),
        }
    }
}

impl db::Batch for Ledger {
    type Request = Request;
    type Outcome = Outcome;

    async fn apply(&self, tx: &mut Tx, requests: &[Request]) -> db::Result<Vec<Outcome>> {
        let mut state = State {
            instance_epoch: instance::epoch_held(tx).await?,
            ..State::default()
        };
        state.accounts = store::load::accounts(tx, &workspaces(requests)).await?;
        // After the locks, so that the lines of an account are in the order of their times.
        let now = self.clock.now();
        store::load::details(tx, &mut state, requests, now).await?;
        let changes = apply(&mut state, now, requests, &mut || {
            self.ids.next::<types::kinds::Line>()
        });
        store::save::all(tx, &state, &changes, now).await?;
        self.order.added(tx, changes.lines.len()).await?;
        for (request, outcome) in requests.iter().zip(&changes.outcomes) {
            if let (Some(entry), Outcome::Done(_)) = (&request.audit, outcome) {
                audit::write(tx, entry).await?;
            }
        }
        Ok(changes.outcomes)
    }

    /// A batch is one transaction: if one of its lines is there, all are.
    async fn was_committed(
        &self,
        tx: &mut Tx,
        requests: &[Request],
        outcomes: &[Outcome],
    ) -> db::Result<bool> {
        store::load::accounts(tx, &workspaces(requests)).await?;
        for (request, outcome) in requests.iter().zip(outcomes) {
            // What is due is settled again by the next batch: it needs no proof.
            let proves = !matches!(request.movement, Movement::Settle);
            if proves && let Outcome::Done(receipt) = outcome {
                return is_written(tx, request.workspace, receipt).await;
            }
        }
        // Nothing was asked to be kept: the refusals stand, whatever became of the transaction.
        Ok(true)
    }
}

fn workspaces(requests: &[Request]) -> HashSet<WorkspaceId> {
    requests.iter().map(|request| request.workspace).collect()
}

async fn is_written(tx: &mut Tx, workspace: WorkspaceId, receipt: &Receipt) -> db::Result<bool> {
    // A grant for later has no line yet, but its row.
    let found = match receipt.grant {
        Some(grant) => optional_value!(
            tx,
            i64,
            "SELECT amount FROM grants WHERE workspace_id = $1 AND id = $2",
            workspace.uuid(),
            grant.uuid()
        )?,
        None => line(tx, workspace, receipt.line).await?,
    };
    Ok(found.is_some())
}

async fn line(tx: &mut Tx, workspace: WorkspaceId, id: LineId) -> db::Result<Option<i64>> {
    optional_value!(
        tx,
        i64,
        "SELECT seq FROM ledger_lines WHERE workspace_id = $1 AND id = $2",
        workspace.uuid(),
        id.uuid()
    )
}
