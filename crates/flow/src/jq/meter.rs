//! What one evaluation may spend, and the brake that everything in it pulls.
//!
//! The expression engine calls our value type and our natives from deep inside, without a place to pass a
//! budget through. So the budget of the *current* evaluation of this thread lives in a thread-local; it is set
//! by [`begin`] and cleared when the guard drops. Two brakes share it:
//! - natives and ticks return the halting exception, which `try` cannot catch;
//! - operations of values, which cannot return it, turn into cheap no-ops once the meter has stopped, until
//!   control reaches the next tick. Between two ticks only a statically bounded amount of work is possible.
//!
//! Units: 64 units make one tick of fuel.

use std::cell::Cell;

/// Units in one tick of fuel.
pub(crate) const UNITS_PER_TICK: u64 = 64;

/// Why an evaluation was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The fuel is spent.
    Fuel,
    /// The stack is used up.
    Stack,
}

struct Meter {
    units: Cell<u64>,
    stack_base: Cell<usize>,
    stack_bytes: Cell<usize>,
    stop: Cell<Option<Stop>>,
    now: Cell<i64>,
}

thread_local! {
    static METER: Meter = const {
        Meter {
            units: Cell::new(0),
            stack_base: Cell::new(0),
            stack_bytes: Cell::new(0),
            stop: Cell::new(None),
            now: Cell::new(0),
        }
    };
}

/// Clears the meter when the evaluation is over, also when it panics.
pub(crate) struct Guard {
    units: u64,
}

/// Begins an evaluation on this thread.
pub(crate) fn begin(ticks: u64, stack_bytes: usize, now: i64) -> Guard {
    let units = ticks.saturating_mul(UNITS_PER_TICK);
    METER.with(|meter| {
        meter.units.set(units);
        meter.stack_base.set(address_of_frame());
        meter.stack_bytes.set(stack_bytes);
        meter.stop.set(None);
        meter.now.set(now);
    });
    Guard { units }
}

impl Guard {
    /// Ticks spent so far, rounded up.
    pub(crate) fn spent(&self) -> u64 {
        METER.with(|meter| (self.units - meter.units.get()).div_ceil(UNITS_PER_TICK))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        METER.with(|meter| {
            meter.units.set(0);
            meter.stop.set(None);
        });
    }
}

/// Takes units; false once anything is used up.
#[inline]
pub(crate) fn charge(units: u64) -> bool {
    METER.with(|meter| {
        if meter.stop.get().is_some() {
            return false;
        }
        let left = meter.units.get();
        if left < units {
            meter.units.set(0);
            meter.stop.set(Some(Stop::Fuel));
            return false;
        }
        meter.units.set(left - units);
        true
    })
}

/// Takes the units of moving this many bytes.
#[inline]
pub(crate) fn charge_bytes(bytes: usize) -> bool {
    charge(4 + (bytes as u64) / 16)
}

/// Takes one tick and looks at the stack.
#[inline]
pub(crate) fn tick() -> bool {
    charge(UNITS_PER_TICK) && stack_left()
}

/// Whether there is stack left below the entry of the evaluation. Recursive walks ask at every level.
#[inline]
pub(crate) fn stack_left() -> bool {
    METER.with(|meter| {
        // Stacks grow downwards on every platform we build for; where one grew upwards, this would only be
        // too strict or too lax by the distance, not unsafe.
        let used = meter.stack_base.get().abs_diff(address_of_frame());
        if used > meter.stack_bytes.get() {
            if meter.stop.get().is_none() {
                meter.stop.set(Some(Stop::Stack));
            }
            return false;
        }
        true
    })
}

/// Whether the evaluation was stopped, and why.
pub(crate) fn stopped() -> Option<Stop> {
    METER.with(|meter| meter.stop.get())
}

/// The run's clock, in microseconds.
pub(crate) fn now() -> i64 {
    METER.with(|meter| meter.now.get())
}

/// The address of a local: where the stack is now.
#[inline(never)]
fn address_of_frame() -> usize {
    let local = 0u8;
    std::ptr::from_ref(std::hint::black_box(&local)) as usize
}
