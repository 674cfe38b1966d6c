//! The order by workspace, which SQLite keeps apart from the rows.
//!
//! Every call adds a row to `ledger_lines` and to `runs`. They stand there in the order in which they came; where those
//! of a workspace are is noted in `ledger_order` and `runs_order`, and the views `ledger_by_workspace` and
//! `runs_by_workspace` have what is noted and what is not noted yet. PostgreSQL has it in its primary keys. See
//! docs/adr/0013-sqlite-orders-by-workspace-later.md.
//!
//! Rows are noted in rounds, for what came since the round before: many rows at once find more of their workspace on a
//! page, and fewer pages are written. A round goes through its workspaces in order, some in each piece, as all of it at
//! once would keep the calls of that moment waiting. `ordered` has how far the last round and the one under way have
//! come.

use std::sync::atomic::{AtomicUsize, Ordering};

use uuid::Uuid;

use crate::{Dialect, Result, Tx, execute, one_value, optional_value};

/// So many rows of a table that wait begin a round.
const ROUND: i64 = 512;
/// Most rows of a table in one round, where more wait than the batches of one process leave.
const ROUND_MAX: i64 = 4_096;
/// So many new lines are followed by a piece of the round, of at least as many.
const PIECE: usize = 64;

/// Counts the lines since the last piece, for whoever writes them.
#[derive(Debug, Default)]
pub struct Order {
    lines: AtomicUsize,
}

impl Order {
    /// Notes a piece, if it is time. The last statements of the transaction that has added so many lines; when it is
    /// undone, they are noted a little later.
    pub async fn added(&self, tx: &mut Tx, lines: usize) -> Result<()> {
        if tx.dialect() == Dialect::Postgres {
            return Ok(());
        }
        let lines = self.lines.fetch_add(lines, Ordering::Relaxed) + lines;
        if lines >= PIECE {
            note_piece_of_all_workspaces(tx, ROUND, lines).await?;
            self.lines.store(0, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Notes everything that waits, however much.
pub(crate) async fn note_everything(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        while note_piece_of_all_workspaces(tx, 1, usize::MAX).await? {}
    }
    Ok(())
}

/// Notes the next piece of the round: the next workspaces which together have `lines`. Where no round is under way, one
/// begins if `round` rows of a table wait; false if not. A number that a workspace would have twice is left to the
/// check of the books: here it would keep everybody's calls out.
async fn note_piece_of_all_workspaces(tx: &mut Tx, round: i64, lines: usize) -> Result<bool> {
    // Some of the places may be free: what stood there was erased with its workspace.
    execute!(
        tx,
        "UPDATE ordered SET
           line_end = MAX(line_place, MIN(line_place + $1, (SELECT COALESCE(MAX(place), 0) FROM ledger_lines))),
           run_end = MAX(run_place, MIN(run_place + $1, (SELECT COALESCE(MAX(place), 0) FROM runs)))
         WHERE line_place = line_end AND run_place = run_end
           AND ((SELECT COALESCE(MAX(place), 0) FROM ledger_lines) >= line_place + $2
             OR (SELECT COALESCE(MAX(place), 0) FROM runs) >= run_place + $2)",
        ROUND_MAX,
        round
    )?;
    if one_value!(
        tx,
        i64,
        "SELECT line_place < line_end OR run_place < run_end FROM ordered"
    )? == 0
    {
        return Ok(false);
    }
    // None: the rest of the round.
    let through = optional_value!(
        tx,
        Uuid,
        "SELECT workspace_id FROM ledger_lines NOT INDEXED
         WHERE place > (SELECT line_place FROM ordered) AND place <= (SELECT line_end FROM ordered)
           AND workspace_id > (SELECT through FROM ordered)
         ORDER BY workspace_id LIMIT 1 OFFSET $1 - 1",
        i64::try_from(lines).unwrap_or(i64::MAX)
    )?;
    execute!(
        tx,
        "INSERT OR IGNORE INTO ledger_order (workspace_id, seq, place)
         SELECT workspace_id, seq, place FROM ledger_lines NOT INDEXED
         WHERE place > (SELECT line_place FROM ordered) AND place <= (SELECT line_end FROM ordered)
           AND workspace_id > (SELECT through FROM ordered) AND ($1 IS NULL OR workspace_id <= $1)
         ORDER BY workspace_id, seq",
        through
    )?;
    execute!(
        tx,
        "INSERT OR IGNORE INTO runs_order (workspace_id, id, place)
         SELECT workspace_id, id, place FROM runs NOT INDEXED
         WHERE place > (SELECT run_place FROM ordered) AND place <= (SELECT run_end FROM ordered)
           AND workspace_id > (SELECT through FROM ordered) AND ($1 IS NULL OR workspace_id <= $1)
         ORDER BY workspace_id, id",
        through
    )?;
    execute!(
        tx,
        "UPDATE ordered SET
           line_place = CASE WHEN $1 IS NULL THEN line_end ELSE line_place END,
           run_place = CASE WHEN $1 IS NULL THEN run_end ELSE run_place END,
           through = COALESCE($1, x'')",
        through
    )?;
    Ok(true)
}
