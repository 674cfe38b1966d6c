//! The account of a workspace, and the way into its ledger.

use std::sync::atomic::Ordering;

use db::{Result, Tx};
use types::WorkspaceId;

use super::{Error, Outcome, Request, store};
use crate::Services;

/// Opens the account of a new workspace, in the transaction that makes it.
pub async fn open_account(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    store::read::insert_account(tx, workspace).await
}

/// Says that the configuration of a workspace changed, in the transaction of the change: every charge that was
/// resolved before is resolved again. Takes the lock of the account, so no charge under the old configuration
/// commits after the change.
///
/// Called for every change of deployments, keys, caps, prices, variables, secrets and suspension. Answers the new epoch.
pub async fn raise_config_epoch(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    store::read::raise_config_epoch(tx, workspace).await
}

/// The epoch of a workspace's configuration, for whoever resolves a call. Read it before what it stands for.
pub async fn config_epoch(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    store::read::config_epoch(tx, workspace).await
}

/// Moves credits: waits until the request is durable, or refused. A refusal is an [`Outcome`], not an error.
///
/// # Errors
/// [`Error::Busy`] when too much is waiting, [`Error::Unwritten`] when the database is away; nothing has moved then.
pub async fn submit(services: &Services, request: Request) -> Result<Outcome, Error> {
    match services.ledger.submit(request).await {
        Ok(Ok(outcome)) => {
            note_uncollected(services, &outcome);
            Ok(outcome)
        }
        Ok(Err(error)) => Err(Error::Unwritten(error)),
        Err(db::QueueFull) => Err(Error::Busy),
    }
}

/// A call that was closed after its hold had been given back, and that there was too little left for: somebody should
/// know.
fn note_uncollected(services: &Services, outcome: &Outcome) {
    // Sent again, its first answer was lost: nobody has counted it.
    if let Outcome::Done(receipt)
    | Outcome::Repeated {
        receipt,
        answer: None,
    } = outcome
        && receipt.uncollected
    {
        services.uncollected.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(line = %receipt.line, "a call could not be charged in full: its hold had been given back");
    }
}
