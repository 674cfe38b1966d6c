//! The calls of a workspace in the order of time: the same ones for ledger, runs and rollup.

use std::collections::BTreeMap;

use crate::ids::{Id, Noise, What};

/// What each call costs: the price of an instance that nobody has changed.
pub const MICROCREDITS: i64 = 1_000_000;
const QUARTER_US: i64 = 15 * 60 * 1_000_000;
/// The first upper ends of the latency scale of the rollup; calls here are no slower than the last.
const BUCKETS_US: [i64; 5] = [500, 1_000, 2_000, 5_000, 10_000];

/// From when to when, in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub from: i64,
    pub until: i64,
}

/// One call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub at: i64,
    pub id: Id,
    /// Which of the workspace's flows and keys.
    pub flow: usize,
    pub key: usize,
    pub succeeded: bool,
    pub latency_us: i64,
}

impl Call {
    pub fn status(&self) -> &'static str {
        if self.succeeded { "succeeded" } else { "failed" }
    }

    fn bucket(&self) -> i64 {
        BUCKETS_US.partition_point(|end| *end < self.latency_us) as i64
    }
}

/// So many calls, spread evenly over the span, by so many keys, of so many flows.
pub fn calls(
    workspace: u64,
    count: u64,
    span: Span,
    keys: usize,
    flows: usize,
) -> impl Iterator<Item = Call> {
    let step = (span.until - span.from) / count.max(1) as i64;
    (0..count).map(move |number| {
        let mut noise = Noise::new(What::Call, workspace, number);
        let at = span.from + number as i64 * step + noise.below(step as u64) as i64;
        // Most are fast, some are slow.
        let slowest = [600, 600, 3_000, 9_000][noise.below(4) as usize];
        Call {
            at,
            id: Id::new(at, What::Line, workspace, number),
            flow: noise.below(flows as u64) as usize,
            key: noise.below(keys as u64) as usize,
            succeeded: noise.below(100) > 0,
            latency_us: 1 + noise.below(slowest) as i64,
        }
    })
}

/// What the rollup keeps apart within a quarter of an hour: flow, key, status, step of the latency scale.
pub type Kind = (usize, usize, &'static str, i64);

/// Sums of one kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    pub calls: i64,
    pub latency_us: i64,
}

/// Sums of each quarter of an hour, given away as soon as it is over.
pub fn rolled_up<E>(
    calls: impl Iterator<Item = Call>,
    mut give: impl FnMut(i64, &BTreeMap<Kind, Sums>) -> Result<(), E>,
) -> Result<(), E> {
    let mut quarter = 0;
    let mut kinds: BTreeMap<Kind, Sums> = BTreeMap::new();
    for call in calls {
        let starts = quarter_start(call.at);
        if starts != quarter {
            give(quarter, &kinds)?;
            kinds.clear();
            quarter = starts;
        }
        let sums = kinds
            .entry((call.flow, call.key, call.status(), call.bucket()))
            .or_default();
        sums.calls += 1;
        sums.latency_us += call.latency_us;
    }
    give(quarter, &kinds)
}

/// The quarter of an hour that holds an instant.
pub fn quarter_start(at: i64) -> i64 {
    at.div_euclid(QUARTER_US) * QUARTER_US
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_stand_in_the_order_of_time_and_the_rollup_has_each_once() {
        let span = Span {
            from: 1_700_000_000_000_000,
            until: 1_700_090_000_000_000,
        };
        let all: Vec<Call> = calls(7, 1000, span, 3, 2).collect();
        assert!(all.is_sorted_by_key(|call| call.at));
        assert!(
            all.iter()
                .all(|call| call.at >= span.from && call.at < span.until)
        );
        let (mut counted, mut latency, mut last) = (0, 0, 0);
        rolled_up(all.iter().copied(), |quarter, kinds| {
            assert!(quarter > last || kinds.is_empty());
            last = quarter;
            counted += kinds.values().map(|sums| sums.calls).sum::<i64>();
            latency += kinds.values().map(|sums| sums.latency_us).sum::<i64>();
            Ok::<_, std::convert::Infallible>(())
        })
        .unwrap();
        assert_eq!(counted, 1000);
        assert_eq!(latency, all.iter().map(|call| call.latency_us).sum::<i64>());
    }
}
