//! How often something may happen: a rate limit in memory, by the generic cell rate algorithm.
//!
//! A subject may do `count` things at once, and regains them evenly over `period`. One instant is kept for each
//! subject that is not fully rested: when it will be. Bounded: rested subjects are dropped as the table grows, and a
//! table that is still full then begins anew, which lets too much through rather than too little.
//! Source of the algorithm: ITU-T I.371, as "virtual scheduling".

use std::collections::HashMap;

use parking_lot::Mutex;
use types::{Duration, Timestamp};

const SHARDS: usize = 64;
const SUBJECTS_PER_SHARD_MAX: usize = 16_384;
const NANOS_PER_MICRO: i64 = 1_000;

/// How many in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// So many at once.
    pub count: u32,
    /// In which they are all regained.
    pub period: Duration,
}

impl Pace {
    /// So many a minute.
    pub const fn per_minute(count: u32) -> Self {
        Self {
            count,
            period: Duration::from_minutes(1),
        }
    }

    /// Nanoseconds in which one is regained.
    const fn interval_ns(self) -> i64 {
        let count = if self.count == 0 { 1 } else { self.count as i64 };
        self.period.us().saturating_mul(NANOS_PER_MICRO) / count
    }
}

/// What is left after one was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// So many more may be taken now.
    pub remaining: u32,
    /// When all are regained, from now.
    pub reset: Duration,
}

/// Too often: when one will be regained, from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften {
    /// From now.
    pub retry_after: Duration,
}

/// Who a limit counts: an id, or the hash of something.
pub type Subject = [u8; 16];

/// The subjects of one kind of limit.
pub struct Paces {
    /// By subject: when it is fully rested, in nanoseconds since 1970.
    shards: Box<[Mutex<HashMap<Subject, i64>>]>,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }
}

impl Paces {
    /// Takes one, if the subject has one left.
    pub fn take(&self, subject: Subject, pace: Pace, now: Timestamp) -> Result<Left, TooOften> {
        let now_ns = now.us().saturating_mul(NANOS_PER_MICRO);
        let (interval, period) = (
            pace.interval_ns(),
            pace.period.us().saturating_mul(NANOS_PER_MICRO),
        );
        let mut shard = self.shard(subject).lock();
        // Nobody is rested later than a period from now, unless the clock was set back: then he begins anew. Twice as
        // late, because of two at once either may have read the clock first.
        let latest = now_ns.saturating_add(period.saturating_mul(2));
        let known = shard.get(&subject).filter(|rested_at| **rested_at <= latest);
        let rested_at = known.map_or(now_ns, |rested_at| now_ns.max(*rested_at));
        let then = rested_at.saturating_add(interval);
        if then - now_ns > period {
            return Err(TooOften {
                retry_after: from_ns(then - now_ns - period),
            });
        }
        if shard.len() >= SUBJECTS_PER_SHARD_MAX && !shard.contains_key(&subject) {
            make_room(&mut shard, now_ns);
        }
        shard.insert(subject, then);
        let remaining = (period - (then - now_ns)) / interval.max(1);
        Ok(Left {
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset: from_ns(then - now_ns),
        })
    }

    /// Gives one back that was taken in vain.
    pub fn give_back(&self, subject: Subject, pace: Pace) {
        if let Some(rested_at) = self.shard(subject).lock().get_mut(&subject) {
            *rested_at = rested_at.saturating_sub(pace.interval_ns());
        }
    }

    fn shard(&self, subject: Subject) -> &Mutex<HashMap<Subject, i64>> {
        // The last byte of an id and of a hash is random alike.
        &self.shards[usize::from(subject[15]) % SHARDS]
    }
}

fn make_room(shard: &mut HashMap<Subject, i64>, now_ns: i64) {
    shard.retain(|_, rested_at| *rested_at > now_ns);
    if shard.len() >= SUBJECTS_PER_SHARD_MAX {
        shard.clear();
    }
}

const fn from_ns(ns: i64) -> Duration {
    // Up, so that who waits that long is let in.
    Duration::from_us((ns + NANOS_PER_MICRO - 1) / NANOS_PER_MICRO)
}

impl std::fmt::Debug for Paces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Paces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_us(1_700_000_000_000_000);
    const ANN: Subject = [1; 16];

    #[test]
    fn as_many_as_the_limit_pass_and_the_next_waits_exactly_as_told() {
        let paces = Paces::default();
        for count in [1, 7, 60, 1_000_000] {
            let (pace, ann) = (Pace::per_minute(count), [count as u8; 16]);
            for taken in 1..=count.min(500) {
                let left = paces.take(ann, pace, NOON).unwrap();
                assert_eq!(left.remaining, count - taken);
            }
            if count <= 500 {
                let refused = paces.take(ann, pace, NOON).unwrap_err();
                let later = NOON.plus(refused.retry_after);
                let early = later.minus(Duration::from_us(2));
                assert!(paces.take(ann, pace, early).is_err());
                assert!(paces.take(ann, pace, later).is_ok());
                assert!(paces.take(ann, pace, later).is_err());
            }
        }
    }

    #[test]
    fn subjects_do_not_count_for_each_other_and_one_taken_in_vain_comes_back() {
        let (paces, pace) = (Paces::default(), Pace::per_minute(1));
        paces.take(ANN, pace, NOON).unwrap();
        paces.take([2; 16], pace, NOON).unwrap();
        assert!(paces.take(ANN, pace, NOON).is_err());
        paces.give_back(ANN, pace);
        paces.take(ANN, pace, NOON).unwrap();
    }

    #[test]
    fn after_a_clock_is_set_back_the_limit_holds_from_then_on() {
        let (paces, pace) = (Paces::default(), Pace::per_minute(2));
        let before = NOON.minus(Duration::from_hours(1));
        for now in [NOON, before] {
            paces.take(ANN, pace, now).unwrap();
            paces.take(ANN, pace, now).unwrap();
            let refused = paces.take(ANN, pace, now).unwrap_err();
            assert_eq!(refused.retry_after, Duration::from_seconds(30));
            let read_before = now.minus(Duration::from_us(5));
            paces.take(ANN, pace, read_before).unwrap_err();
        }
    }

    #[test]
    fn the_table_does_not_grow_beyond_its_bound() {
        let (paces, pace) = (Paces::default(), Pace::per_minute(1));
        for number in 0..(SUBJECTS_PER_SHARD_MAX as u128 + 10) {
            let subject = (number << 8).to_be_bytes();
            paces.take(subject, pace, NOON).unwrap();
        }
        assert!(paces.shards[0].lock().len() <= SUBJECTS_PER_SHARD_MAX);
    }
}
