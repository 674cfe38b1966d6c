//! The invariants of money as statements that find what breaks them. Each answers workspace and detail.

use db::{Result, Tx, all};
use types::Timestamp;
use uuid::Uuid;

use super::{
    super::books::{FINDINGS_MAX, Finding},
    held::{CountedHolds, OpenHold},
};

/// One invariant.
pub struct Check {
    pub invariant: &'static str,
    sql: &'static str,
    /// Does the statement take the id that is all zero, which the rollup has for none, as `$2`?
    zero: bool,
}

impl Check {
    pub async fn run_all_workspaces(&self, tx: &mut Tx) -> Result<Vec<Finding>> {
        match self.zero {
            true => all!(tx, Finding, self.sql, FINDINGS_MAX, Uuid::nil()),
            false => all!(tx, Finding, self.sql, FINDINGS_MAX),
        }
    }
}

/// The lines are looked at as they stand, and their sum as workspaces find them: a line that no workspace finds, or that
/// has the number of another one, is in one of the two and not in the other.
pub const CHECKS: &[Check] = &[
    Check {
        invariant: "available and held are not negative",
        sql: "SELECT workspace_id, 'account' FROM accounts WHERE available < 0 OR held < 0
              UNION ALL SELECT workspace_id, 'a grant' FROM grants WHERE remaining < 0 OR held < 0 LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "the account is the sum of its lines",
        sql: "SELECT a.workspace_id, 'available ' || a.available || ', held ' || a.held || ', last line ' || a.seq
              FROM accounts AS a LEFT JOIN
                (SELECT workspace_id, CAST(SUM(available_delta) AS BIGINT) AS available,
                        CAST(SUM(held_delta) AS BIGINT) AS held, MAX(seq) AS seq, COUNT(*) AS lines
                 FROM ledger_by_workspace GROUP BY workspace_id) AS l
                ON l.workspace_id = a.workspace_id
              WHERE a.available <> COALESCE(l.available, 0) OR a.held <> COALESCE(l.held, 0)
                 OR a.seq <> COALESCE(l.seq, 0) OR a.seq <> COALESCE(l.lines, 0) LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "the account is the sum of its grants",
        sql: "SELECT a.workspace_id, 'available ' || a.available || ', held ' || a.held
              FROM accounts AS a LEFT JOIN
                (SELECT workspace_id, CAST(SUM(remaining) AS BIGINT) AS available, CAST(SUM(held) AS BIGINT) AS held
                 FROM grants GROUP BY workspace_id) AS g ON g.workspace_id = a.workspace_id
              WHERE a.available <> COALESCE(g.available, 0) OR a.held <> COALESCE(g.held, 0) LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "lines are numbered without gaps, each balance is the one before plus the change",
        sql: "SELECT workspace_id, 'line ' || seq FROM
                (SELECT workspace_id, seq, available_after, held_after, available_delta, held_delta,
                        LAG(seq, 1, 0) OVER w AS seq_before,
                        LAG(available_after, 1, 0) OVER w AS available_before,
                        LAG(held_after, 1, 0) OVER w AS held_before
                 FROM ledger_lines WINDOW w AS (PARTITION BY workspace_id ORDER BY seq)) AS l
              WHERE seq <> seq_before + 1 OR available_after <> available_before + available_delta
                 OR held_after <> held_before + held_delta LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "a closed grant has nothing left, and no grant has more than was given",
        sql: "SELECT workspace_id, 'a grant' FROM grants
              WHERE (closed_at IS NOT NULL AND (remaining <> 0 OR held <> 0)) OR remaining + held > amount LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "a grant is the sum of what its lines moved",
        sql: "SELECT g.workspace_id, 'remaining ' || g.remaining || ', held ' || g.held
              FROM grants AS g LEFT JOIN
                (SELECT workspace_id, grant_id, CAST(SUM(remaining) AS BIGINT) AS remaining,
                        CAST(SUM(held) AS BIGINT) AS held FROM
                   (SELECT workspace_id, grant_id, available_delta AS remaining, held_delta AS held
                    FROM ledger_lines WHERE grant_id IS NOT NULL
                    UNION ALL SELECT workspace_id, grant_id, remaining_delta, held_delta FROM line_allocations) AS part
                 GROUP BY workspace_id, grant_id) AS m ON m.workspace_id = g.workspace_id AND m.grant_id = g.id
              WHERE g.remaining <> COALESCE(m.remaining, 0) OR g.held <> COALESCE(m.held, 0) LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "a line is the sum of its allocations",
        sql: "SELECT l.workspace_id, 'line ' || l.seq FROM ledger_lines AS l JOIN
                (SELECT workspace_id, line_id, CAST(SUM(remaining_delta) AS BIGINT) AS remaining,
                        CAST(SUM(held_delta) AS BIGINT) AS held FROM line_allocations GROUP BY workspace_id, line_id) AS a
                ON a.workspace_id = l.workspace_id AND a.line_id = l.id
              WHERE l.available_delta <> a.remaining OR l.held_delta <> a.held LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "a hold is closed at most once, and each post and void closes one",
        sql: "SELECT l.workspace_id, 'line ' || l.seq FROM ledger_lines AS l
              LEFT JOIN holds AS h ON h.workspace_id = l.workspace_id AND h.id = l.related_id
              WHERE l.kind IN ('post', 'void') AND (h.id IS NULL OR h.closed_at IS NULL)
              UNION ALL SELECT workspace_id, 'line ' || MAX(seq) FROM ledger_lines WHERE kind IN ('post', 'void')
              GROUP BY workspace_id, related_id HAVING COUNT(*) > 1
              -- A charge names the hold of a call that ended after it was voided.
              UNION ALL SELECT workspace_id, 'line ' || MAX(seq) FROM ledger_lines
              WHERE kind IN ('post', 'charge') AND related_id IS NOT NULL
              GROUP BY workspace_id, related_id HAVING COUNT(*) > 1 LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "a refund gives back what one call has cost",
        sql: "SELECT r.workspace_id, 'line ' || r.seq FROM ledger_lines AS r
              LEFT JOIN ledger_lines AS c
                ON c.workspace_id = r.workspace_id AND c.id = r.related_id AND c.kind IN ('charge', 'post')
              WHERE r.kind = 'refund' AND (c.id IS NULL OR r.held_delta <> 0
                     OR r.available_delta <> -(c.available_delta + c.held_delta)) LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "what is held is the sum of the open holds",
        sql: "SELECT a.workspace_id, 'held ' || a.held FROM accounts AS a LEFT JOIN
                (SELECT workspace_id, CAST(SUM(amount) AS BIGINT) AS held FROM holds WHERE closed_at IS NULL
                 GROUP BY workspace_id) AS h ON h.workspace_id = a.workspace_id
              WHERE a.held <> COALESCE(h.held, 0) LIMIT $1",
        zero: false,
    },
    Check {
        invariant: "the usage rollup is the sum of the closing lines",
        sql: concat!(
            "SELECT workspace_id, 'quarter ' || quarter || ', status ' || status FROM
                (SELECT workspace_id, ",
            usage_of_a_line!(),
            " FROM ledger_lines WHERE status IS NOT NULL
                 UNION ALL
                 SELECT workspace_id, ",
            usage_of_the_rollup!("$2"),
            " FROM usage_rollup WHERE status NOT LIKE 'refused%') AS both_sides
              GROUP BY workspace_id, quarter, flow_id, key_id, user_id, environment_id, tenant_id, status, latency_bucket
              HAVING SUM(calls) <> 0 OR SUM(credits) <> 0 OR SUM(latency_us) <> 0 LIMIT $1"
        ),
        zero: true,
    },
    Check {
        invariant: "what a cap counts as used is what the rollup says",
        sql: "SELECT u.workspace_id, u.subject_kind || ' a ' || u.period || ': ' || u.used
              FROM cap_usage AS u LEFT JOIN usage_rollup AS r
                ON r.workspace_id = u.workspace_id AND r.quarter >= u.period_start
               AND (u.period = 'month' OR r.quarter < u.period_start + 86400000000)
               AND (u.period = 'day' OR NOT EXISTS
                     (SELECT 1 FROM cap_usage AS n WHERE n.workspace_id = u.workspace_id
                        AND n.subject_kind = u.subject_kind AND n.subject_id = u.subject_id AND n.period = u.period
                        AND n.period_start > u.period_start AND r.quarter >= n.period_start))
               AND u.subject_id = CASE u.subject_kind
                     WHEN 'workspace' THEN r.workspace_id WHEN 'member' THEN r.user_id WHEN 'tenant' THEN r.tenant_id
                     WHEN 'environment' THEN r.environment_id WHEN 'flow' THEN r.flow_id
                     WHEN 'key' THEN (SELECT k.lineage_id FROM api_keys AS k
                                      WHERE k.workspace_id = r.workspace_id AND k.id = r.key_id) END
              GROUP BY u.workspace_id, u.subject_kind, u.subject_id, u.period, u.period_start, u.used
              HAVING u.used <> COALESCE(SUM(r.credits), 0) LIMIT $1",
        zero: false,
    },
];

/// The open holds of workspaces that have caps, in the order of their ids after this one.
pub async fn open_holds_all_workspaces(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<OpenHold>> {
    all!(
        tx,
        OpenHold,
        "SELECT workspace_id, id, amount, taken_at, call FROM holds
         WHERE closed_at IS NULL AND id > $1 AND workspace_id IN (SELECT workspace_id FROM cap_usage)
         ORDER BY id LIMIT $2",
        after,
        limit
    )
}

/// What caps count as set aside: where that is something, and since an instant wherever holds are open.
pub async fn counted_holds_all_workspaces(tx: &mut Tx, since: Timestamp) -> Result<Vec<CountedHolds>> {
    all!(
        tx,
        CountedHolds,
        "SELECT workspace_id, subject_kind, subject_id, period, period_start, held FROM cap_usage
         WHERE held <> 0 OR (period_start >= $1
           AND workspace_id IN (SELECT workspace_id FROM holds WHERE closed_at IS NULL))",
        since.us()
    )
}
