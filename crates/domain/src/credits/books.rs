//! The books: whether what is stored obeys the invariants of money. By `guildhall doctor` whole, after every test,
//! and each minute for the workspaces whose ledger has moved.

use std::fmt;

use db::{Db, Tx};
use types::WorkspaceId;
use uuid::Uuid;

use super::{Error, store::audit};

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
    db::read!(db, |tx| {
        one_snapshot(tx).await?;
        let mut found = Vec::new();
        for check in audit::CHECKS {
            for (workspace, detail) in check.run(tx).await? {
                found.push(Discrepancy {
                    workspace: WorkspaceId::from_uuid(workspace),
                    invariant: check.invariant,
                    detail,
                });
            }
        }
        Ok(found)
    })
}

/// All statements of the check must see the same books. SQLite's transactions do so by themselves.
async fn one_snapshot(tx: &mut Tx) -> Result<(), db::Error> {
    let sql = db::forked!(
        tx,
        sqlite: "SELECT 1",
        postgres: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
    );
    db::execute!(tx, sql).map(|_| ())
}

pub(super) type Finding = (Uuid, String);
