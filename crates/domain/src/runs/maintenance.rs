//! What jobs do with runs: values that are too old are taken away, and room is made for the months ahead.

use db::Dialect;
use types::Timestamp;
use uuid::{Builder, Uuid};

use super::{Error, store};
use crate::{Services, credits::Period};

/// Most runs that one transaction looks at.
pub const STRIPPED_AT_ONCE_MAX: i64 = 1_000;
/// How many months ahead there is a partition.
const MONTHS_AHEAD: usize = 2;

/// Where the last part of a round ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(Uuid, Uuid);

impl Position {
    /// Before the first run.
    pub const START: Self = Self(Uuid::nil(), Uuid::nil());
}

/// What a part of a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stripped {
    /// How many runs have lost their values.
    pub runs: u64,
    /// Where the next part begins; `None` when the round is over.
    pub next: Option<Position>,
}

/// Takes inputs, outputs, errors and steps away from runs that are older than their flow keeps them: the next part of
/// a round over all runs, in one short transaction. That they ran stays.
pub async fn strip_expired_all_workspaces(services: &Services, from: Position) -> Result<Stripped, Error> {
    let now = services.clock.now();
    let after = (from.0, from.1);
    db::write!(services.db, |tx| {
        let end = store::chunk_end_all_workspaces(tx, after, STRIPPED_AT_ONCE_MAX).await?;
        let last = end.unwrap_or((Uuid::max(), Uuid::max()));
        Ok(Stripped {
            runs: store::strip_all_workspaces(tx, after, last, now).await?,
            next: end.map(|(workspace, run)| Position(workspace, run)),
        })
    })
}

/// Makes the partitions of this month and the next ones, where there are partitions. Answers how many were looked
/// after. A month that has begun in the default partition stays there.
pub async fn make_partitions_ahead(services: &Services) -> Result<usize, Error> {
    if services.db.dialect() == Dialect::Sqlite {
        return Ok(0);
    }
    let mut start = Period::Month.start(services.clock.now());
    let mut made = 0;
    for _ in 0..=MONTHS_AHEAD {
        let next = Period::Month.next_start(start);
        let (name, from, to) = (partition_name(start), first_id(start), first_id(next));
        made += db::write!(services.db, |tx| {
            if store::default_partition_holds_all_workspaces(tx, from, to).await? {
                return Ok(0);
            }
            store::make_partition(tx, &name, from, to).await?;
            Ok::<usize, Error>(1)
        })?;
        start = next;
    }
    Ok(made)
}

/// `runs_2026_11`.
fn partition_name(month: Timestamp) -> String {
    let text = month.to_string();
    format!("runs_{}", text.get(..7).unwrap_or("default").replace('-', "_"))
}

/// The smallest UUIDv7 of an instant: its milliseconds, then nothing.
fn first_id(at: Timestamp) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.ms().unsigned_abs().to_be_bytes()[2..]);
    Builder::from_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_a_month_lie_between_its_bounds() {
        let month: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        assert_eq!(partition_name(month), "runs_2026_11");
        let id = |ms: u64| Builder::from_unix_timestamp_millis(ms, &[0xff; 10]).into_uuid();
        let begin = month.ms().unsigned_abs();
        assert!(id(begin) > first_id(month));
        assert!(id(begin - 1) < first_id(month));
    }
}
