//! The order by workspace, which SQLite keeps apart from the rows.
//!
//! Every call adds a row to `ledger_lines` and to `runs`. They stand there in the order in which they came; where those
//! of a workspace are is noted in `ledger_order` and `runs_order`, for many rows at once, and the views
//! `ledger_by_workspace` and `runs_by_workspace` have what is noted and what is not noted yet. PostgreSQL has it in its
//! primary keys. See docs/adr/0013-sqlite-orders-by-workspace-later.md.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Dialect, Result, Tx, execute, one_value};

/// So many lines wait before they are noted. More at once would write fewer pages for each, and stop the calls of that
/// moment for longer.
const NOTED_AT: usize = 512;
/// Most rows of a table that one transaction notes, where more wait than the batches of one process leave.
const NOTED_MAX: i64 = 4_096;

/// Counts the lines that wait, for whoever writes them.
#[derive(Debug)]
pub struct Order {
    waiting: AtomicUsize,
}

impl Default for Order {
    /// What the process before has left is noted with the first lines.
    fn default() -> Self {
        Self {
            waiting: AtomicUsize::new(NOTED_AT),
        }
    }
}

impl Order {
    /// Notes what waits, if that is enough. The last statements of the transaction that has added so many lines; when
    /// it is undone, they are noted a little later.
    pub async fn added(&self, tx: &mut Tx, lines: usize) -> Result<()> {
        if tx.dialect() == Dialect::Postgres {
            return Ok(());
        }
        let waiting = self.waiting.fetch_add(lines, Ordering::Relaxed) + lines;
        if lines > 0 && waiting >= NOTED_AT && note_all_workspaces(tx).await? {
            self.waiting.store(0, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Notes everything that waits, however much.
pub(crate) async fn note_everything(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        while !note_all_workspaces(tx).await? {}
    }
    Ok(())
}

/// Notes the next [`NOTED_MAX`] rows of both tables; true when none are left. A number that a workspace would have
/// twice is left to the check of the books: here it would keep everybody's calls out.
async fn note_all_workspaces(tx: &mut Tx) -> Result<bool> {
    execute!(
        tx,
        "INSERT OR IGNORE INTO ledger_order (workspace_id, seq, place)
         SELECT workspace_id, seq, place FROM ledger_lines
         WHERE place > (SELECT line_place FROM ordered) AND place <= (SELECT line_place + $1 FROM ordered)
         ORDER BY workspace_id, seq",
        NOTED_MAX
    )?;
    execute!(
        tx,
        "INSERT OR IGNORE INTO runs_order (workspace_id, id, place)
         SELECT workspace_id, id, place FROM runs
         WHERE place > (SELECT run_place FROM ordered) AND place <= (SELECT run_place + $1 FROM ordered)
         ORDER BY workspace_id, id",
        NOTED_MAX
    )?;
    // Some of the places may be free: what stood there was erased with its workspace.
    execute!(
        tx,
        "UPDATE ordered SET
           line_place = MAX(line_place, MIN(line_place + $1, COALESCE((SELECT MAX(place) FROM ledger_lines), 0))),
           run_place = MAX(run_place, MIN(run_place + $1, COALESCE((SELECT MAX(place) FROM runs), 0)))",
        NOTED_MAX
    )?;
    let left = one_value!(
        tx,
        i64,
        "SELECT line_place < COALESCE((SELECT MAX(place) FROM ledger_lines), 0)
             OR run_place < COALESCE((SELECT MAX(place) FROM runs), 0) FROM ordered"
    )?;
    Ok(left == 0)
}
