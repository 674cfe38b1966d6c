//! The books: whether what is stored obeys the invariants of money. By `guildhall doctor` whole, after every test,
//! and each minute for the workspaces whose ledger has moved.

mod usage;

use std::{
    fmt,
    time::{Duration, Instant},
};

use db::{Db, Tx};
use types::WorkspaceId;
use uuid::Uuid;

use super::{
    Error,
    store::{audit, checkpoint},
};
pub(super) use usage::HELD;

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
    let held = usage::held_all_workspaces(tx).await?;
    found.extend(
        held.into_iter()
            .take(FINDINGS_MAX as usize)
            .map(|(workspace, detail)| Discrepancy {
                workspace: WorkspaceId::from_uuid(workspace),
                invariant: HELD,
                detail,
            }),
    );
    Ok(found)
}

/// How many accounts are looked at in one snapshot. Snapshots are short: one keeps SQLite from emptying its log.
const ACCOUNTS_AT_ONCE_MAX: i64 = 20;
/// And how many lines.
const LINES_AT_ONCE_MAX: i64 = 200;
/// For how many workspaces it is noted at once how far they were checked: each note is a write among the calls.
const NOTED_AT_ONCE: usize = 1_000;

/// What was looked at since the last time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// How many workspaces have new lines.
    pub workspaces: u64,
    /// What is wrong in them.
    pub found: Vec<Discrepancy>,
}

/// Checks the lines that workspaces have got since they were checked last, and that the balances, the rollup and the caps
/// follow from them. What is in order is not looked at again; what is not is found every time. Costs as much as has
/// moved, and takes a fifth of one core at most: calls come first.
///
/// Of the rollup it compares the quarters of an hour in which a workspace has moved, of the caps the current periods,
/// and neither where that is too much to be read each minute: [`check_all_workspaces`] compares them all.
pub async fn check_moved_all_workspaces(db: &Db) -> Result<Moved, Error> {
    let mut moved = Moved::default();
    let mut in_order = Vec::new();
    let mut pace = Pace::start();
    let mut after = Uuid::nil();
    loop {
        let accounts = next_moved(db, after).await?;
        pace.keep().await;
        let Some((last, _)) = accounts.last() else {
            note_verified(db, &in_order).await?;
            return Ok(moved);
        };
        after = last.workspace_id;
        moved.workspaces += accounts.len() as u64;
        for (account, mut found) in accounts {
            // Lines never change: those that an account had in one snapshot are the same in each later one.
            for (from, to) in account.lines(LINES_AT_ONCE_MAX) {
                let mut tx = db.begin_snapshot().await?;
                let wrong = look(&mut tx, &account, checkpoint::OF_LINES, from, to).await;
                tx.rollback().await?;
                found.extend(wrong?);
                pace.keep().await;
            }
            found.extend(look_at_usage(db, &account).await?);
            pace.keep().await;
            if found.is_empty() {
                in_order.push(account);
            }
            moved.found.extend(found);
        }
        if in_order.len() >= NOTED_AT_ONCE {
            note_verified(db, &in_order).await?;
            in_order.clear();
        }
    }
}

/// The next accounts with new lines, and what is wrong with them as they are, in one snapshot.
async fn next_moved(db: &Db, after: Uuid) -> Result<Vec<(checkpoint::Account, Vec<Discrepancy>)>, Error> {
    let mut tx = db.begin_snapshot().await?;
    let read = async {
        let mut moved = Vec::new();
        for account in checkpoint::moved_all_workspaces(&mut tx, after, ACCOUNTS_AT_ONCE_MAX).await? {
            let (from, to) = account.unverified();
            let found = look(&mut tx, &account, checkpoint::OF_THE_ACCOUNT, from, to).await?;
            moved.push((account, found));
        }
        Ok::<_, Error>(moved)
    }
    .await;
    tx.rollback().await?;
    read
}

/// What is wrong, by these checks, with an account and its lines after the first of these two up to the second.
async fn look(
    tx: &mut Tx,
    account: &checkpoint::Account,
    checks: &[checkpoint::Check],
    from: i64,
    to: i64,
) -> Result<Vec<Discrepancy>, Error> {
    let mut found = Vec::new();
    for check in checks {
        let wrong = check.run(tx, account.workspace_id, from, to).await?;
        found.extend(wrong.map(|detail| Discrepancy {
            workspace: WorkspaceId::from_uuid(account.workspace_id),
            invariant: check.invariant,
            detail,
        }));
    }
    Ok(found)
}

/// The same of its rollup and caps, in one snapshot.
async fn look_at_usage(db: &Db, account: &checkpoint::Account) -> Result<Vec<Discrepancy>, Error> {
    let mut tx = db.begin_snapshot().await?;
    let wrong = usage::look(&mut tx, account).await;
    tx.rollback().await?;
    let found = wrong?.into_iter().map(|(invariant, detail)| Discrepancy {
        workspace: WorkspaceId::from_uuid(account.workspace_id),
        invariant,
        detail,
    });
    Ok(found.collect())
}

async fn note_verified(db: &Db, accounts: &[checkpoint::Account]) -> Result<(), Error> {
    if accounts.is_empty() {
        return Ok(());
    }
    db::write!(db, |tx| {
        for account in accounts {
            checkpoint::note_verified(tx, account).await?;
        }
        Ok::<_, Error>(())
    })
}

/// Keeps a long work out of the way of the calls: it rests four times as long as it has worked.
struct Pace {
    began: Instant,
}

impl Pace {
    /// How long it works before it rests.
    const STRETCH: Duration = Duration::from_millis(5);
    const REST: u32 = 4;

    fn start() -> Self {
        Self {
            began: Instant::now(),
        }
    }

    async fn keep(&mut self) {
        let worked = self.began.elapsed();
        if worked >= Self::STRETCH {
            // tidy: allow sleep: calls come before the check of what they moved
            tokio::time::sleep(worked * Self::REST).await;
            self.began = Instant::now();
        }
    }
}

pub(super) type Finding = (Uuid, String);
