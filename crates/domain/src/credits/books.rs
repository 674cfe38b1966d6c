//! The books: whether what is stored obeys the invariants of money. By `guildhall doctor` whole, after every test,
//! and each minute for the workspaces whose ledger has moved.

use std::{fmt, time::Instant};

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
const MOVED_AT_ONCE_MAX: i64 = 20;
/// And how many lines. Who looks for longer takes a core from the calls, and keeps the log of SQLite from being emptied.
const LINES_AT_ONCE_MAX: i64 = 500;
/// After each look it rests for so many times as long.
const REST: u32 = 4;

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
    let mut place = Place::default();
    loop {
        let began = Instant::now();
        let seen = look(db, &place).await?;
        if seen.is_empty() {
            return Ok(moved);
        }
        db::write!(db, |tx| {
            for seen in seen.iter().filter(|seen| seen.found.is_empty()) {
                checkpoint::note_verified(tx, seen.workspace, seen.to).await?;
            }
            Ok::<_, Error>(())
        })?;
        for seen in seen {
            if seen.to < seen.goal && seen.found.is_empty() {
                place.begun = Some((seen.workspace, seen.goal));
                continue;
            }
            place.after = seen.workspace;
            moved.workspaces += 1;
            moved.found.extend(seen.found);
        }
        // tidy: allow sleep: calls come before the check of what they moved
        tokio::time::sleep(began.elapsed() * REST).await;
    }
}

/// How far the check has come.
#[derive(Debug, Default)]
struct Place {
    /// Everything up to this workspace was looked at.
    after: Uuid,
    /// In this one lines up to this number are to be looked at; those that it gets meanwhile are for the next time.
    begun: Option<(Uuid, i64)>,
}

/// A workspace and its next lines.
#[derive(Debug)]
struct Seen {
    workspace: Uuid,
    /// The last line that was looked at.
    to: i64,
    /// The last one that is to be.
    goal: i64,
    /// What is wrong.
    found: Vec<Discrepancy>,
}

/// Looks at the next lines and the accounts that they belong to, in one snapshot.
async fn look(db: &Db, place: &Place) -> Result<Vec<Seen>, Error> {
    let mut tx = db.begin_snapshot().await?;
    let read = async {
        let mut seen = Vec::new();
        let mut left = LINES_AT_ONCE_MAX;
        for account in checkpoint::moved_all_workspaces(&mut tx, place.after, MOVED_AT_ONCE_MAX).await? {
            let goal = match place.begun {
                Some((workspace, goal)) if workspace == account.workspace_id => goal,
                _ => account.seq,
            };
            let to = goal.min(account.verified_seq + left);
            left -= to - account.verified_seq;
            seen.push(Seen {
                workspace: account.workspace_id,
                to,
                goal,
                found: wrong(&mut tx, &account, to).await?,
            });
            if left <= 0 {
                break;
            }
        }
        Ok::<_, Error>(seen)
    }
    .await;
    tx.rollback().await?;
    read
}

/// What is wrong with the lines of an account up to this one, or with the account as it stands.
async fn wrong(tx: &mut Tx, account: &checkpoint::Account, to: i64) -> Result<Vec<Discrepancy>, Error> {
    let mut found = Vec::new();
    let of_lines = checkpoint::OF_LINES.iter().map(|check| (check, to));
    let of_the_account = checkpoint::OF_THE_ACCOUNT
        .iter()
        .map(|check| (check, account.seq));
    for (check, to) in of_lines.chain(of_the_account) {
        let detail = check.run(tx, account, to).await?;
        found.extend(detail.map(|detail| Discrepancy {
            workspace: WorkspaceId::from_uuid(account.workspace_id),
            invariant: check.invariant,
            detail,
        }));
    }
    Ok(found)
}

pub(super) type Finding = (Uuid, String);
