//! The books: whether what is stored obeys the invariants of money. By `guildhall doctor` whole, after every test,
//! and each minute for the workspaces whose ledger has moved.

use std::fmt;

use db::{Db, Tx};
use types::WorkspaceId;
use uuid::Uuid;

use super::{
    Error,
    store::{audit, checkpoint},
};

/// One invariant that does not hold somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Where.
    pub workspace: WorkspaceId,
    /// Which, in words.
    pub invariant: &'static str,
    /// The row, sequence number or figure.
    pub detail: String,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.workspace, self.invariant, self.detail)
    }
}

/// How many findings of one kind are reported; the first ones tell enough.
pub(super) const FINDINGS_MAX: i64 = 20;

/// Checks all workspaces. Reads in one snapshot, so it can run while credits move.
pub async fn check_all_workspaces(db: &Db) -> Result<Vec<Discrepancy>, Error> {
    let mut tx = db.begin_snapshot().await?;
    let found = check_within_all_workspaces(&mut tx).await;
    tx.rollback().await?;
    found
}

/// The same on what a transaction sees; it must see one snapshot, or nobody else may write.
pub async fn check_within_all_workspaces(tx: &mut Tx) -> Result<Vec<Discrepancy>, Error> {
    let mut found = Vec::new();
    for check in audit::CHECKS {
        for (workspace, detail) in check.run_all_workspaces(tx).await? {
            found.push(Discrepancy {
                workspace: WorkspaceId::from_uuid(workspace),
                invariant: check.invariant,
                detail,
            });
        }
    }
    Ok(found)
}

/// How many workspaces are looked at in one snapshot.
const MOVED_AT_ONCE_MAX: i64 = 100;

/// What was looked at since the last time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// How many workspaces have new lines.
    pub workspaces: u64,
    /// What is wrong in them.
    pub found: Vec<Discrepancy>,
}

/// Checks the lines that workspaces have got since they were checked last, and that the balances follow from them.
/// What is in order is not looked at again; what is not is found every time. Costs as much as has moved.
///
/// Rollup and caps are compared by [`check_all_workspaces`] alone, which has to read all lines for it.
pub async fn check_moved_all_workspaces(db: &Db) -> Result<Moved, Error> {
    let mut moved = Moved::default();
    let mut after = Uuid::nil();
    loop {
        let (accounts, found) = next_moved(db, after).await?;
        let Some(last) = accounts.last() else {
            return Ok(moved);
        };
        after = last.workspace_id;
        moved.workspaces += accounts.len() as u64;
        let is_wrong = |workspace: Uuid| found.iter().any(|wrong| wrong.workspace.uuid() == workspace);
        db::write!(db, |tx| {
            for account in accounts.iter().filter(|account| !is_wrong(account.workspace_id)) {
                checkpoint::note_verified(tx, account).await?;
            }
            Ok::<_, Error>(())
        })?;
        moved.found.extend(found);
    }
}

/// The next accounts with new lines, and what is wrong with them, in one snapshot.
async fn next_moved(db: &Db, after: Uuid) -> Result<(Vec<checkpoint::Account>, Vec<Discrepancy>), Error> {
    let mut tx = db.begin_snapshot().await?;
    let read = async {
        let accounts = checkpoint::moved_all_workspaces(&mut tx, after, MOVED_AT_ONCE_MAX).await?;
        let mut found = Vec::new();
        for account in &accounts {
            for check in checkpoint::CHECKS {
                let wrong = check.run(&mut tx, account).await?;
                found.extend(wrong.map(|detail| Discrepancy {
                    workspace: WorkspaceId::from_uuid(account.workspace_id),
                    invariant: check.invariant,
                    detail,
                }));
            }
        }
        Ok::<_, Error>((accounts, found))
    }
    .await;
    tx.rollback().await?;
    read
}

pub(super) type Finding = (Uuid, String);
