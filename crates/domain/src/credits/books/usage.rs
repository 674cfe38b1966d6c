//! What is counted of the calls, against what it was counted from: the rollup against the lines, the caps against the
//! rollup and the open holds.

use std::collections::HashMap;

use db::{Result, Tx};
use types::{Timestamp, WorkspaceId};
use uuid::Uuid;

use super::{
    super::{
        CapSubject, CapSubjectKind, Period, caps, quarter_start,
        state::CapPeriod,
        store::{
            audit,
            checkpoint::{self, Account, Span},
            held::{CountedHolds, OpenHold},
        },
    },
    Finding,
};

/// Of the rollup, for all workspaces and for one.
const ROLLUP: &str = "the usage rollup is the sum of the closing lines";
/// Of the caps.
const USED: &str = "what a cap counts as used is what the rollup says";
/// Of the caps too.
pub(in super::super) const HELD: &str = "what a cap counts as held is the sum of the open holds";

/// How many open holds are read at once.
const HOLDS_AT_ONCE_MAX: i64 = 10_000;
/// How many lines of one workspace are compared with its rollup each minute: those of the quarters of an hour in which
/// it has moved, which are read again each time. Of more it is done when the quarter is over.
const LINES_OF_A_QUARTER_MAX: i64 = 20_000;
/// And how many when a quarter is over, once. More are left to the check of all workspaces.
const LINES_OF_QUARTERS_OVER_MAX: i64 = 200_000;
/// How many rows of the rollup are looked at for caps, each as often as there are caps. More are left to the check of
/// all workspaces.
const ROWS_FOR_CAPS_MAX: i64 = 50_000;
/// The first step back to the beginning of a quarter; each further one is twice as long.
const STEP_BACK: i64 = 200;

/// What is wrong with the rollup and the caps of a workspace, as far as lines and holds that were not verified yet are
/// counted there. All in one snapshot, in which both sides are of the same moment.
pub(super) async fn look(tx: &mut Tx, account: &Account) -> Result<Vec<(&'static str, String)>> {
    let workspace = account.workspace_id;
    let mut found = Vec::new();
    if let Some(span) = quarters(tx, account).await? {
        let mut wrong = checkpoint::rollup(tx, workspace, &span).await?;
        if wrong.is_some() {
            // Lines are in the order of their times, unless a clock was set back: then the others have to be asked.
            wrong = checkpoint::rollup(tx, workspace, &Span { after: 0, ..span }).await?;
        }
        found.extend(wrong.map(|detail| (ROLLUP, detail)));
    }
    if let Some(last) = checkpoint::line_at(tx, workspace, account.unverified().1).await? {
        let rows = checkpoint::rows_for_caps(tx, workspace, last, ROWS_FOR_CAPS_MAX + 1).await?;
        if rows <= ROWS_FOR_CAPS_MAX {
            let wrong = checkpoint::caps_used(tx, workspace, last).await?;
            found.extend(wrong.map(|detail| (USED, detail)));
        }
    }
    let wrong = held(tx, workspace).await?;
    found.extend(wrong.map(|detail| (HELD, detail)));
    Ok(found)
}

/// The quarters of an hour from that of the last line that was verified on, whole, and after which line they begin.
/// `None` when there are too many lines in them.
async fn quarters(tx: &mut Tx, account: &Account) -> Result<Option<Span>> {
    let (verified, last) = account.unverified();
    let workspace = account.workspace_id;
    let (Some(first_at), Some(last_at)) = (
        checkpoint::line_at(tx, workspace, verified.max(1)).await?,
        checkpoint::line_at(tx, workspace, last).await?,
    ) else {
        return Ok(None);
    };
    let (first, until) = (quarter_start(first_at.min(last_at)), first_at.max(last_at));
    let lines_max = if first == quarter_start(until) {
        LINES_OF_A_QUARTER_MAX
    } else {
        LINES_OF_QUARTERS_OVER_MAX
    };
    let (mut after, mut step) = (verified, STEP_BACK);
    while last - after <= lines_max {
        let at = checkpoint::line_at(tx, workspace, after).await?;
        if after == 0 || at.is_none_or(|at| at < first) {
            return Ok(Some(Span {
                after,
                first,
                last: quarter_start(until),
            }));
        }
        (after, step) = ((after - step).max(0), step * 2);
    }
    Ok(None)
}

async fn held(tx: &mut Tx, workspace: Uuid) -> Result<Option<String>> {
    let holds = checkpoint::open_holds(tx, workspace, HOLDS_AT_ONCE_MAX).await?;
    if holds.len() as i64 == HOLDS_AT_ONCE_MAX {
        // There may be more: left to the check of all workspaces.
        return Ok(None);
    }
    let mut held = Held::default();
    holds.iter().try_for_each(|hold| held.add(hold))?;
    let counted = checkpoint::counted_holds(tx, workspace, held.since()).await?;
    let found = held.differing(&counted)?;
    Ok(found.into_iter().next().map(|(_, detail)| detail))
}

/// Caps that count something else as set aside than the open holds are.
pub(super) async fn held_all_workspaces(tx: &mut Tx) -> Result<Vec<Finding>> {
    let mut held = Held::default();
    let mut after = Uuid::nil();
    loop {
        let holds = audit::open_holds_all_workspaces(tx, after, HOLDS_AT_ONCE_MAX).await?;
        let Some(last) = holds.last() else { break };
        after = last.id;
        holds.iter().try_for_each(|hold| held.add(hold))?;
    }
    let counted = audit::counted_holds_all_workspaces(tx, held.since()).await?;
    held.differing(&counted)
}

/// What open holds set aside of each cap that there might be.
#[derive(Default)]
struct Held {
    sums: HashMap<(WorkspaceId, CapPeriod), i64>,
    oldest: Option<Timestamp>,
}

impl Held {
    fn add(&mut self, hold: &OpenHold) -> Result<()> {
        let (workspace, at, call) = (hold.workspace(), hold.taken_at(), hold.call()?);
        for kind in CapSubjectKind::ALL {
            let Some(id) = caps::subject_id(*kind, workspace, &call) else {
                continue;
            };
            for period in Period::ALL {
                let counted = CapPeriod {
                    subject: CapSubject { kind: *kind, id },
                    period: *period,
                    start: period.start(at),
                };
                let sum = self.sums.entry((workspace, counted)).or_default();
                *sum = sum.saturating_add(hold.amount);
            }
        }
        self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
        Ok(())
    }

    /// No period that counts one of them began before.
    fn since(&self) -> Timestamp {
        let oldest = self.oldest.map(|oldest| Period::Month.start(oldest));
        oldest.unwrap_or(Timestamp::from_us(i64::MAX))
    }

    fn differing(&self, counted: &[CountedHolds]) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        for row in counted {
            let (workspace, period) = (row.workspace(), row.period()?);
            let sum = self.sums.get(&(workspace, period)).copied().unwrap_or(0);
            if row.held != sum {
                let (subject, span) = (period.subject.kind.as_str(), period.period.as_str());
                let detail = format!("{subject} a {span}: {}, holds: {sum}", row.held);
                found.push((workspace.uuid(), detail));
            }
        }
        Ok(found)
    }
}
