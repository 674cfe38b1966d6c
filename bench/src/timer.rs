//! A timer in the readiness list. The list's own timeout counts whole milliseconds, too coarse for latencies.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};

/// Wakes once at a time.
pub struct Timer {
    fd: OwnedFd,
    at: Option<Instant>,
}

impl Timer {
    /// A timer that is not set.
    pub fn new() -> Result<Timer> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        Ok(Timer {
            fd: rustix::time::timerfd_create(TimerfdClockId::Monotonic, flags)?,
            at: None,
        })
    }

    /// Sets it; a time that has passed wakes at once. Set to the same time again, it costs nothing.
    pub fn set(&mut self, at: Instant) -> Result<()> {
        if self.at == Some(at) {
            return Ok(());
        }
        let after = at
            .saturating_duration_since(Instant::now())
            .max(Duration::from_nanos(1));
        let value = Timespec {
            tv_sec: after.as_secs() as i64,
            tv_nsec: after.subsec_nanos() as _,
        };
        let once = Itimerspec {
            it_interval: Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            },
            it_value: value,
        };
        rustix::time::timerfd_settime(&self.fd, TimerfdTimerFlags::empty(), &once)?;
        self.at = Some(at);
        Ok(())
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
