//! Time: an instant in microseconds UTC, a span in microseconds, and the clock that is passed in.

use std::{
    fmt,
    str::FromStr,
    sync::atomic::{AtomicI64, Ordering},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant: microseconds since 1970 in UTC, as stored. On the wire RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A span of time in microseconds; never negative by construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// The text is no RFC 3339 time, or outside the years that can be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a time: expected RFC 3339 such as \"2026-11-21T18:30:00Z\"")]
pub struct TimestampError;

impl Timestamp {
    /// From stored microseconds.
    pub const fn from_us(us: i64) -> Self {
        Self(us)
    }

    /// Microseconds since 1970, as stored.
    pub const fn us(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970.
    pub const fn ms(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant `span` later; stops at the end of time instead of wrapping.
    pub const fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The instant `span` earlier; stops at the beginning of time instead of wrapping.
    pub const fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub const fn since(self, earlier: Self) -> Duration {
        let span = self.0.saturating_sub(earlier.0);
        Duration(if span < 0 { 0 } else { span })
    }
}

impl Duration {
    /// A span of microseconds.
    pub const fn from_us(us: i64) -> Self {
        Self(if us < 0 { 0 } else { us })
    }
    /// A span of milliseconds.
    pub const fn from_ms(ms: i64) -> Self {
        Self::from_us(ms.saturating_mul(1_000))
    }
    /// A span of seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_us(seconds.saturating_mul(1_000_000))
    }
    /// A span of minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_seconds(minutes.saturating_mul(60))
    }
    /// A span of hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_minutes(hours.saturating_mul(60))
    }
    /// A span of days of 24 hours.
    pub const fn from_days(days: i64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }
    /// In microseconds.
    pub const fn us(self) -> i64 {
        self.0
    }
    /// In whole milliseconds.
    pub const fn ms(self) -> i64 {
        self.0 / 1_000
    }
    /// In whole seconds, rounded up: what `Retry-After` wants.
    pub const fn seconds_up(self) -> i64 {
        self.0.saturating_add(999_999) / 1_000_000
    }
    /// For timers.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_micros(self.0.unsigned_abs())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| TimestampError)?;
        Ok(Self(instant.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Where the time comes from. Passed down, so that tests can move it.
pub trait Clock: Send + Sync + 'static {
    /// The instant now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved. For tests.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Sets the clock back, as somebody who corrects it does.
    pub fn set_back(&self, span: Duration) {
        self.0.fetch_sub(span.0, Ordering::SeqCst);
    }

    /// Moves the clock ahead.
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        let instant: Timestamp = "2026-11-21T18:30:00.25Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-11-21T18:30:00.25Z");
        assert_eq!("2026-11-21T19:30:00.25+01:00".parse(), Ok(instant));
        for wrong in [
            "",
            "yesterday",
            "2026-11-21",
            "2026-13-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
    }
}
