//! The invariants of money for one workspace, from the line on that was verified last. Each statement takes the
//! workspace, that line and a later one, and answers what is wrong, if anything is.

use db::{Result, Tx, all, execute, optional_value};
use uuid::Uuid;

/// An account with lines that were not verified yet.
#[derive(Debug, sqlx::FromRow)]
pub struct Account {
    pub workspace_id: Uuid,
    seq: i64,
    verified_seq: i64,
}

impl Account {
    /// The lines that were not verified yet: after the first number, up to the second.
    pub const fn unverified(&self) -> (i64, i64) {
        (self.verified_seq, self.seq)
    }

    /// The same in pieces of at most so many lines.
    pub fn lines(&self, at_once: i64) -> impl Iterator<Item = (i64, i64)> + use<> {
        let last = self.seq;
        std::iter::successors(Some(self.verified_seq), move |after| Some(after + at_once))
            .take_while(move |after| *after < last)
            .map(move |after| (after, last.min(after + at_once)))
    }
}

/// One invariant.
pub struct Check {
    pub invariant: &'static str,
    sql: &'static str,
}

impl Check {
    /// What is wrong with a workspace, looking at its lines after the one number up to the other.
    pub async fn run(&self, tx: &mut Tx, workspace: Uuid, after: i64, to: i64) -> Result<Option<String>> {
        optional_value!(tx, String, self.sql, workspace, after, to)
    }
}

/// Of the account as it stands, whatever was verified; the last line is that of the account.
pub const OF_THE_ACCOUNT: &[Check] = &[
    Check {
        invariant: "the account is what its last line says",
        sql: "SELECT 'available ' || a.available || ', held ' || a.held || ', last line ' || a.seq
              FROM accounts AS a
              WHERE a.workspace_id = $1 AND a.seq > $2 AND a.seq <= $3 AND NOT EXISTS
                (SELECT 1 FROM ledger_by_workspace AS l WHERE l.workspace_id = $1 AND l.seq = a.seq
                   AND l.available_after = a.available AND l.held_after = a.held)",
    },
    Check {
        invariant: "the account is the sum of its grants",
        sql: "SELECT 'available ' || a.available || ', held ' || a.held FROM accounts AS a
              WHERE a.workspace_id = $1 AND a.seq > $2 AND a.seq <= $3 AND
                (a.available <> (SELECT COALESCE(CAST(SUM(remaining) AS BIGINT), 0) FROM grants WHERE workspace_id = $1)
                 OR a.held <> (SELECT COALESCE(CAST(SUM(held) AS BIGINT), 0) FROM grants WHERE workspace_id = $1))",
    },
    Check {
        invariant: "what is held is the sum of the open holds",
        sql: "SELECT 'held ' || a.held FROM accounts AS a
              WHERE a.workspace_id = $1 AND a.seq > $2 AND a.seq <= $3 AND
                a.held <> (SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM holds
                           WHERE workspace_id = $1 AND closed_at IS NULL)",
    },
];

/// Of the lines after the one that was verified last up to another one.
pub const OF_LINES: &[Check] = &[
    Check {
        invariant: "lines are numbered without gaps, each balance is the one before plus the change",
        sql: "SELECT 'line ' || seq FROM
                (SELECT seq, available_after, held_after, available_delta, held_delta,
                        LAG(seq, 1, 0) OVER w AS seq_before,
                        LAG(available_after, 1, 0) OVER w AS available_before,
                        LAG(held_after, 1, 0) OVER w AS held_before
                 FROM ledger_by_workspace WHERE workspace_id = $1 AND seq >= $2 AND seq <= $3
                 WINDOW w AS (ORDER BY seq)) AS l
              WHERE seq > $2 AND (seq <> seq_before + 1 OR available_after <> available_before + available_delta
                                  OR held_after <> held_before + held_delta) LIMIT 1",
    },
    Check {
        invariant: "a line is the sum of its allocations",
        sql: "SELECT 'line ' || l.seq FROM ledger_by_workspace AS l
              WHERE l.workspace_id = $1 AND l.seq > $2 AND l.seq <= $3 AND EXISTS
                (SELECT 1 FROM line_allocations AS a WHERE a.workspace_id = $1 AND a.line_id = l.id GROUP BY a.line_id
                 HAVING SUM(a.remaining_delta) <> l.available_delta OR SUM(a.held_delta) <> l.held_delta) LIMIT 1",
    },
    Check {
        invariant: "each post and void closes a hold, which it alone does",
        sql: "SELECT 'line ' || l.seq FROM ledger_by_workspace AS l
              LEFT JOIN holds AS h ON h.workspace_id = l.workspace_id AND h.id = l.related_id
              LEFT JOIN ledger_lines AS c ON c.workspace_id = h.workspace_id AND c.id = h.closing_id
              WHERE l.workspace_id = $1 AND l.seq > $2 AND l.seq <= $3 AND l.kind IN ('post', 'void')
                -- A charge is the end of a call whose hold had been voided before.
                AND (h.id IS NULL OR h.closed_at IS NULL
                     OR (h.closing_id <> l.id AND COALESCE(c.kind, '') <> 'charge')) LIMIT 1",
    },
];

/// The next accounts that have lines after the one that was verified last.
pub async fn moved_all_workspaces(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<Account>> {
    all!(
        tx,
        Account,
        "SELECT workspace_id, seq, verified_seq FROM accounts
         WHERE seq > verified_seq AND workspace_id > $1 ORDER BY workspace_id LIMIT $2",
        after,
        limit
    )
}

/// Everything up to the last line was in order when it was looked at.
pub async fn note_verified(tx: &mut Tx, account: &Account) -> Result<u64> {
    execute!(
        tx,
        "UPDATE accounts SET verified_seq = $2 WHERE workspace_id = $1 AND verified_seq < $2",
        account.workspace_id,
        account.seq
    )
}
