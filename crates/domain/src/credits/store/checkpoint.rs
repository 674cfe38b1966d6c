//! The invariants of money for one workspace, from the line on that was verified last. Each statement takes the
//! workspace, that line and a later one, and answers what is wrong, if anything is.

use db::{Result, Tx, all, execute, one_value, optional_value};
use types::{Duration, Timestamp};
use uuid::Uuid;

use super::{
    super::Period,
    held::{CountedHolds, OpenHold},
};

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
              WHERE l.workspace_id = $1 AND l.seq > $2 AND l.seq <= $3
                AND (l.kind IN ('post', 'void') OR (l.kind = 'charge' AND l.related_id IS NOT NULL))
                -- A charge is the end of a call whose hold had been voided before.
                AND (h.id IS NULL OR h.closed_at IS NULL
                     OR (h.closing_id <> l.id AND (l.kind <> 'void' OR COALESCE(c.kind, '') <> 'charge'))) LIMIT 1",
    },
    Check {
        invariant: "a refund gives back what one call has cost",
        sql: "SELECT 'line ' || l.seq FROM ledger_by_workspace AS l
              LEFT JOIN ledger_lines AS c
                ON c.workspace_id = l.workspace_id AND c.id = l.related_id AND c.kind IN ('charge', 'post')
              WHERE l.workspace_id = $1 AND l.seq > $2 AND l.seq <= $3 AND l.kind = 'refund'
                AND (c.id IS NULL OR l.held_delta <> 0
                     OR l.available_delta <> -(c.available_delta + c.held_delta)) LIMIT 1",
    },
];

/// Quarters of an hour of a workspace, and the line after which theirs begin.
#[derive(Debug)]
pub struct Span {
    pub after: i64,
    pub first: Timestamp,
    pub last: Timestamp,
}

const QUARTER: Duration = Duration::from_minutes(15);

/// When a line was written.
pub async fn line_at(tx: &mut Tx, workspace: Uuid, seq: i64) -> Result<Option<Timestamp>> {
    let at = optional_value!(
        tx,
        i64,
        "SELECT at FROM ledger_by_workspace WHERE workspace_id = $1 AND seq = $2",
        workspace,
        seq
    )?;
    Ok(at.map(Timestamp::from_us))
}

/// Where the rollup of these quarters says something else than their lines.
pub async fn rollup(tx: &mut Tx, workspace: Uuid, span: &Span) -> Result<Option<String>> {
    optional_value!(
        tx,
        String,
        concat!(
            "SELECT 'quarter ' || quarter || ', status ' || status FROM
                (SELECT ",
            usage_of_a_line!(),
            " FROM ledger_by_workspace
                 WHERE workspace_id = $1 AND seq > $2 AND at >= $3 AND at < $4 AND status IS NOT NULL
                 UNION ALL
                 SELECT ",
            usage_of_the_rollup!("$5"),
            " FROM usage_rollup
                 WHERE workspace_id = $1 AND quarter >= $3 AND quarter < $4 AND status NOT LIKE 'refused%') AS both_sides
              GROUP BY quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket
              HAVING SUM(calls) <> 0 OR SUM(credits) <> 0 OR SUM(latency_us) <> 0 LIMIT 1"
        ),
        workspace,
        span.after,
        span.first.us(),
        span.last.plus(QUARTER).us(),
        Uuid::nil()
    )
}

/// How many rows of the rollup [`caps_used`] would look at, each as often as there are caps; counted up to a limit.
pub async fn rows_for_caps(tx: &mut Tx, workspace: Uuid, at: Timestamp, limit: i64) -> Result<i64> {
    one_value!(
        tx,
        i64,
        "SELECT COUNT(*) FROM
           (SELECT r.quarter FROM cap_usage AS u CROSS JOIN usage_rollup AS r
            WHERE u.workspace_id = $1 AND u.period_start = CASE u.period WHEN 'day' THEN $2 ELSE $3 END
              AND r.workspace_id = $1 AND r.quarter >= $3 LIMIT $4) AS pairs",
        workspace,
        Period::Day.start(at).us(),
        Period::Month.start(at).us(),
        limit
    )
}

/// A cap that counts something else as used than the rollup says, in the periods that hold this instant.
pub async fn caps_used(tx: &mut Tx, workspace: Uuid, at: Timestamp) -> Result<Option<String>> {
    optional_value!(
        tx,
        String,
        "SELECT u.subject_kind || ' a ' || u.period || ': ' || u.used
         FROM cap_usage AS u LEFT JOIN usage_rollup AS r
           ON r.workspace_id = $1 AND r.quarter >= CASE u.period WHEN 'day' THEN $2 ELSE $3 END
          AND r.quarter < CASE u.period WHEN 'day' THEN $4 ELSE $5 END
          AND u.subject_id = CASE u.subject_kind
                WHEN 'workspace' THEN r.workspace_id WHEN 'member' THEN r.user_id WHEN 'tenant' THEN r.tenant_id
                WHEN 'environment' THEN r.environment_id WHEN 'flow' THEN r.flow_id
                WHEN 'key' THEN (SELECT k.lineage_id FROM api_keys AS k WHERE k.workspace_id = $1 AND k.id = r.key_id) END
         WHERE u.workspace_id = $1 AND u.period_start = CASE u.period WHEN 'day' THEN $2 ELSE $3 END
         GROUP BY u.subject_kind, u.subject_id, u.period, u.used
         HAVING u.used <> COALESCE(SUM(r.credits), 0) LIMIT 1",
        workspace,
        Period::Day.start(at).us(),
        Period::Month.start(at).us(),
        Period::Day.next_start(at).us(),
        Period::Month.next_start(at).us()
    )
}

/// Some open holds of a workspace, if it has caps.
pub async fn open_holds(tx: &mut Tx, workspace: Uuid, limit: i64) -> Result<Vec<OpenHold>> {
    all!(
        tx,
        OpenHold,
        "SELECT workspace_id, id, amount, taken_at, call FROM holds
         WHERE workspace_id = $1 AND closed_at IS NULL AND EXISTS (SELECT 1 FROM cap_usage WHERE workspace_id = $1)
         LIMIT $2",
        workspace,
        limit
    )
}

/// What its caps count as set aside: where that is something, and since an instant.
pub async fn counted_holds(tx: &mut Tx, workspace: Uuid, since: Timestamp) -> Result<Vec<CountedHolds>> {
    all!(
        tx,
        CountedHolds,
        "SELECT workspace_id, subject_kind, subject_id, period, period_start, held FROM cap_usage
         WHERE workspace_id = $1 AND (held <> 0 OR period_start >= $2)",
        workspace,
        since.us()
    )
}

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
