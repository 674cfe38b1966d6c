//! How much of the machine one workspace may take: runs at once, heavy expressions at once, and free computing.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

use flow::limits;
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::sync::Notify;
use types::{Duration, Timestamp, WorkspaceId};

/// Most runs of one workspace at a time, on this node.
pub const RUNNING_PER_WORKSPACE_MAX: u32 = 1_024;
/// Most heavy expressions of one workspace that run or wait at a time, on this node.
pub const HEAVY_PER_WORKSPACE_MAX: u32 = 32;
/// Computing that is not paid for, of failed, refused and test runs, in ticks of the engine: a minute's worth can be
/// spent at once. About ten seconds of one core.
pub const FREE_TICKS_PER_MINUTE: u64 = 40_000_000;
/// What a run counts that is dropped before it says what it took.
pub const ABANDONED_TICKS: u64 = limits::HEAVY_FUEL_TICKS;
/// What every free run counts besides its ticks: parsing, checking, recording.
const TICKS_PER_FREE_RUN: u64 = 500;
const WORKSPACES_KEPT_MAX: u64 = 50_000;
const ROUNDING_US: i64 = 1_000;
const MINUTE: Duration = Duration::from_minutes(1);

/// Why a workspace must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadRefusal {
    /// Too many of its runs are under way.
    #[error("{max} runs of the workspace are under way")]
    TooManyRuns {
        /// How many may be.
        max: u32,
    },
    /// Its runs that cost nothing took too much computing.
    #[error("runs that cost nothing have used up the computing of a minute")]
    FreeComputingSpent {
        /// When there is some again, from now.
        retry_after: Duration,
    },
}

/// The loads of all workspaces with runs. Forgetting one for room lets too much through, not too little.
pub(super) struct Loads {
    by_workspace: Cache<WorkspaceId, Arc<Load>>,
    all: Arc<All>,
}

/// The runs of all workspaces together.
#[derive(Debug, Default)]
struct All {
    running: AtomicUsize,
    none_left: Notify,
}

#[derive(Debug, Default)]
struct Load {
    running: AtomicU32,
    heavy: AtomicU32,
    free: Mutex<FreeComputing>,
}

/// A bucket that fills with time.
#[derive(Debug, Default)]
struct FreeComputing {
    spent: u64,
    at: Option<Timestamp>,
}

impl Loads {
    pub(super) fn new() -> Self {
        Self {
            by_workspace: Cache::new(WORKSPACES_KEPT_MAX),
            all: Arc::default(),
        }
    }

    /// Waits until nothing runs.
    pub(super) async fn none_left(&self) {
        loop {
            // Before the look, so that the end of the last one is not missed.
            let none_left = self.all.none_left.notified();
            if self.all.running.load(Ordering::SeqCst) == 0 {
                return;
            }
            none_left.await;
        }
    }

    pub(super) fn admit(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Admission, LoadRefusal> {
        let load = self.by_workspace.get_with(workspace, Arc::default);
        let spent = load.free.lock().spent_at(now);
        if spent >= FREE_TICKS_PER_MINUTE {
            let over = spent - FREE_TICKS_PER_MINUTE + 1;
            return Err(LoadRefusal::FreeComputingSpent {
                retry_after: time_to_regain(over),
            });
        }
        if !take(&load.running, RUNNING_PER_WORKSPACE_MAX) {
            return Err(LoadRefusal::TooManyRuns {
                max: RUNNING_PER_WORKSPACE_MAX,
            });
        }
        self.all.running.fetch_add(1, Ordering::SeqCst);
        Ok(Admission {
            workspace,
            load,
            all: Arc::clone(&self.all),
        })
    }
}

impl FreeComputing {
    /// What is not yet regained.
    fn spent_at(&mut self, now: Timestamp) -> u64 {
        let span = self.at.map_or(Duration::from_us(0), |at| now.since(at));
        let regained = u128::from(FREE_TICKS_PER_MINUTE) * u128::from(span.us().unsigned_abs())
            / u128::from(MINUTE.us().unsigned_abs());
        self.spent = self
            .spent
            .saturating_sub(u64::try_from(regained).unwrap_or(u64::MAX));
        // From now on, also when the clock was set back: nobody waits until it has caught up.
        self.at = Some(now);
        self.spent
    }
}

fn time_to_regain(ticks: u64) -> Duration {
    let us = u128::from(ticks) * u128::from(MINUTE.us().unsigned_abs()) / u128::from(FREE_TICKS_PER_MINUTE);
    // A little more, because what is regained is rounded down at each look.
    Duration::from_us(i64::try_from(us).unwrap_or(i64::MAX).saturating_add(ROUNDING_US))
}

/// Adds one, unless there are as many as may be.
fn take(count: &AtomicU32, max: u32) -> bool {
    count
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
            (count < max).then_some(count + 1)
        })
        .is_ok()
}

/// One run of a workspace that counts as running.
#[derive(Debug)]
pub struct Admission {
    workspace: WorkspaceId,
    load: Arc<Load>,
    all: Arc<All>,
}

impl Admission {
    /// Says that the run cost nothing: its computing counts on the free one.
    pub fn was_free(&self, ticks: u64, now: Timestamp) {
        let mut free = self.load.free.lock();
        free.spent_at(now);
        free.spent = free
            .spent
            .saturating_add(ticks)
            .saturating_add(TICKS_PER_FREE_RUN);
    }

    /// Whose run it is.
    pub(super) const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// May it have one more heavy expression? Counted until the answer is dropped.
    pub(super) fn heavy_slot(&self) -> Option<HeavySlot> {
        take(&self.load.heavy, HEAVY_PER_WORKSPACE_MAX).then(|| HeavySlot {
            load: Arc::clone(&self.load),
        })
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.load.running.fetch_sub(1, Ordering::Relaxed);
        if self.all.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.all.none_left.notify_waiters();
        }
    }
}

/// A heavy expression that runs or waits.
#[derive(Debug)]
pub(super) struct HeavySlot {
    load: Arc<Load>,
}

impl Drop for HeavySlot {
    fn drop(&mut self) {
        self.load.heavy.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_us(1_700_000_000_000_000);

    fn workspace(number: u128) -> WorkspaceId {
        WorkspaceId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn free_computing_ends_and_comes_back_as_told() {
        let loads = Loads::new();
        let admission = loads.admit(workspace(1), NOON).unwrap();
        admission.was_free(FREE_TICKS_PER_MINUTE * 2, NOON);
        let refused = loads.admit(workspace(1), NOON).unwrap_err();
        let LoadRefusal::FreeComputingSpent { retry_after } = refused else {
            panic!("{refused:?}")
        };
        assert!(retry_after > MINUTE && retry_after < Duration::from_seconds(62));
        assert!(
            loads
                .admit(workspace(1), NOON.plus(retry_after).minus(Duration::from_ms(1)))
                .is_err()
        );
        let before = NOON.minus(Duration::from_hours(1));
        assert!(
            loads.admit(workspace(1), before).is_err(),
            "a clock that is set back regains nothing"
        );
        assert!(
            loads.admit(workspace(1), before.plus(retry_after)).is_ok(),
            "and keeps nobody waiting for longer"
        );
        assert!(
            loads.admit(workspace(2), NOON).is_ok(),
            "others are not concerned"
        );
    }

    #[test]
    fn a_workspace_has_so_many_runs_and_heavy_expressions_at_once() {
        let loads = Loads::new();
        let admit = || loads.admit(workspace(1), NOON);
        let running: Vec<_> = (0..RUNNING_PER_WORKSPACE_MAX).map(|_| admit().unwrap()).collect();
        assert!(matches!(admit(), Err(LoadRefusal::TooManyRuns { .. })));
        let heavy: Vec<_> = (0..HEAVY_PER_WORKSPACE_MAX)
            .map(|_| running[0].heavy_slot().unwrap())
            .collect();
        assert!(running[1].heavy_slot().is_none());
        drop(heavy);
        assert!(running[1].heavy_slot().is_some());
        drop(running);
        assert!(admit().is_ok());
    }
}
