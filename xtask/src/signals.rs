//! Ctrl-C and termination: what this process started ends first, then the work fails by itself and
//! cleans up on its way out. Nothing exits from within a handler.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Process groups that were started and not yet seen to end, and how each is asked to.
fn groups() -> MutexGuard<'static, BTreeMap<i32, Signal>> {
    static GROUPS: OnceLock<Mutex<BTreeMap<i32, Signal>>> = OnceLock::new();
    GROUPS
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// From now on signals end what this process started.
pub fn install() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen to signals")?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            for (&pid, &signal) in groups().iter() {
                send(pid, signal);
            }
        }
    });
    Ok(())
}

/// Fails if a signal has come.
pub fn check() -> Result<()> {
    if INTERRUPTED.load(Ordering::SeqCst) {
        bail!("interrupted");
    }
    Ok(())
}

/// Remembers a process group that this process leads to its end.
pub fn remember(pid: i32, signal: Signal) {
    groups().insert(pid, signal);
}

/// Forgets a process group that has ended, so that its number is never signalled again.
pub fn forget(pid: i32) {
    groups().remove(&pid);
}

/// Signals a process group; one that is gone is no error.
pub fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process_group(pid, signal);
    }
}
