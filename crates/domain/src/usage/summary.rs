//! Summaries: calls, credits and latency by time, flow, key, person, environment, tenant and status.

use std::collections::BTreeMap;

use types::{
    ApiKeyId, Duration, EnvironmentId, FlowId, Id, Kind, Microcredits, TenantId, TimeZone, Timestamp, UserId,
};
use uuid::Uuid;

use super::{
    Calls, Error,
    store::{self, RollupRow},
};
use crate::{
    Services,
    access::{Caller, Permission},
    credits::{LATENCY_BUCKETS_US, quarter_start},
    workspaces,
};

/// The longest span of a summary.
pub const SUMMARY_SPAN_MAX: Duration = Duration::from_days(400);

/// The most rows of a summary; who wants more asks for less time or fewer dimensions.
pub const SUMMARY_ROWS_MAX: usize = 50_000;
/// What one transaction reads at most of the rollup: what is more is read in pieces of its time.
const ROLLUP_ROWS_MAX: usize = 20_000;
/// How many pieces.
const PIECES: i64 = 8;
/// How much time is read at once where rows are apart by time, so that reads stay short.
const READ_AT_ONCE: Duration = Duration::from_days(8);

/// What a summary covers when it is not told since when.
pub const SUMMARY_SPAN_DEFAULT: Duration = Duration::from_days(30);

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct SummaryQuery {
    /// From this instant on, rounded down to a quarter of an hour; `None` for [`SUMMARY_SPAN_DEFAULT`] before the end.
    pub from: Option<Timestamp>,
    /// Before this instant, rounded up to a quarter of an hour; `None` for now, this instant included.
    pub to: Option<Timestamp>,
    /// Apart by time; `None` for the whole span.
    pub grain: Option<TimeGrain>,
    /// Where days begin; `None` for the workspace's own.
    pub time_zone: Option<TimeZone>,
    /// Apart by what else.
    pub group_by: Grouping,
    /// Only of these calls.
    pub calls: Calls,
}

/// How fine time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeGrain {
    /// By the hour.
    Hour,
    /// By the day of the time zone.
    Day,
}

/// One thing to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The hour.
    Hour,
    /// The day.
    Day,
    /// The flow.
    Flow,
    /// The API key.
    Key,
    /// The person.
    User,
    /// The tenant.
    Tenant,
    /// The environment.
    Environment,
    /// How the calls ended.
    Status,
}

impl Dimension {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Hour,
        Self::Day,
        Self::Flow,
        Self::Key,
        Self::User,
        Self::Tenant,
        Self::Environment,
        Self::Status,
    ];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Flow => "flow",
            Self::Key => "key",
            Self::User => "user",
            Self::Tenant => "tenant",
            Self::Environment => "environment",
            Self::Status => "status",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|dimension| dimension.as_str() == text)
    }
}

/// What the rows are apart by, besides time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a dimension that may be asked for by itself"
)]
pub struct Grouping {
    /// By flow.
    pub flow: bool,
    /// By key.
    pub key: bool,
    /// By person.
    pub user: bool,
    /// By environment.
    pub environment: bool,
    /// By tenant.
    pub tenant: bool,
    /// By status.
    pub status: bool,
}

/// What a row is about; what was not asked for is `None`, and so is what a call did not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// When the hour or day began.
    pub starts_at: Option<Timestamp>,
    /// The flow.
    pub flow: Option<FlowId>,
    /// The key.
    pub key: Option<ApiKeyId>,
    /// The person.
    pub user: Option<UserId>,
    /// The environment.
    pub environment: Option<EnvironmentId>,
    /// The tenant.
    pub tenant: Option<TenantId>,
    /// How the calls ended: a status of a call, or `refused_…`.
    pub status: Option<String>,
}

/// The answer: what was covered, and the sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// From this instant on.
    pub from: Timestamp,
    /// Before this instant.
    pub to: Timestamp,
    /// Where days begin.
    pub time_zone: TimeZone,
    /// By time and then by the other dimensions.
    pub rows: Vec<SummaryRow>,
    /// Over all rows.
    pub totals: Totals,
}

/// The sums of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// What they are about.
    pub group: Group,
    /// The sums.
    pub totals: Totals,
}

/// Sums of usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Accepted calls.
    pub calls: i64,
    /// Those of them that did not succeed.
    pub errors: i64,
    /// Calls that were refused: no credits, no permission, too many. They cost nothing and are in no other sum.
    pub refused: i64,
    /// What the calls cost.
    pub credits: Microcredits,
    /// Their mean latency in microseconds.
    pub latency_us_mean: i64,
    /// At most this long took half of them; the upper end of a step of the latency scale, in microseconds.
    pub latency_us_p50: i64,
    /// At most this long took 95 of 100.
    pub latency_us_p95: i64,
    /// At most this long took 99 of 100.
    pub latency_us_p99: i64,
}

/// Sums of usage in the caller's workspace, by time and then by the other dimensions.
///
/// # Errors
/// [`Error::Span`] when the span is empty or longer than [`SUMMARY_SPAN_MAX`]; [`Error::TooManyRows`].
pub async fn summary(services: &Services, caller: &Caller, query: &SummaryQuery) -> Result<Summary, Error> {
    caller.authorize(Permission::UsageRead)?;
    let span = span(query, services.clock.now())?;
    let (zone, calls) = db::read!(services.db, |tx| {
        let zone = match &query.time_zone {
            Some(zone) => zone.clone(),
            None => workspaces::time_zone(tx, caller.workspace).await?,
        };
        Ok((zone, query.calls.ids(tx, caller.workspace).await?))
    })?;
    let mut groups = Groups::new(query, &zone);
    let mut spans = read_by(query, span);
    while let Some(span) = spans.pop() {
        let rows = db::read!(services.db, |tx| Ok::<_, Error>(
            store::sums(tx, caller.workspace, query, &calls, span, ROLLUP_ROWS_MAX + 1).await?
        ))?;
        if rows.len() <= ROLLUP_ROWS_MAX {
            groups.add(&rows)?;
        } else if span.1.since(span.0) <= QUARTER {
            return Err(Error::TooManyRows);
        } else {
            spans.extend(pieces(span));
        }
    }
    let rows = groups.by.into_iter().map(|(group, sums)| SummaryRow {
        group,
        totals: sums.totals(),
    });
    Ok(Summary {
        from: span.0,
        to: span.1,
        rows: rows.collect(),
        totals: groups.totals.totals(),
        time_zone: zone,
    })
}

/// From an instant on, until before another one.
type Span = (Timestamp, Timestamp);

/// What is read one after another.
fn read_by(query: &SummaryQuery, span: Span) -> Vec<Span> {
    match query.grain {
        Some(_) => cut(span, READ_AT_ONCE).collect(),
        None => vec![span],
    }
}

/// A span that holds too much in [`PIECES`], at quarters of an hour.
fn pieces(span: Span) -> impl Iterator<Item = Span> {
    let quarters = span.1.since(span.0).us() / QUARTER.us();
    let piece = (quarters + PIECES - 1) / PIECES;
    cut(span, Duration::from_us(QUARTER.us() * piece))
}

fn cut((from, to): Span, piece: Duration) -> impl Iterator<Item = Span> {
    let starts = std::iter::successors(Some(from), move |start| Some(start.plus(piece)));
    starts
        .take_while(move |start| *start < to)
        .map(move |start| (start, start.plus(piece).min(to)))
}

/// The sums of each group, as far as was read.
struct Groups<'a> {
    query: &'a SummaryQuery,
    zone: &'a TimeZone,
    by: BTreeMap<Group, Sums>,
    totals: Sums,
    /// When the hour or day of a quarter began.
    starts: BTreeMap<i64, Timestamp>,
}

impl<'a> Groups<'a> {
    fn new(query: &'a SummaryQuery, zone: &'a TimeZone) -> Self {
        Self {
            query,
            zone,
            by: BTreeMap::new(),
            totals: Sums::default(),
            starts: BTreeMap::new(),
        }
    }

    fn add(&mut self, rows: &[RollupRow]) -> Result<(), Error> {
        for row in rows {
            let starts_at = self.query.grain.map(|grain| {
                let start = || start_of(row.quarter, grain, self.zone);
                *self.starts.entry(row.quarter).or_insert_with(start)
            });
            let group = group(row, starts_at, self.query.group_by.status);
            self.by.entry(group).or_default().add(row);
            self.totals.add(row);
            if self.by.len() > SUMMARY_ROWS_MAX {
                return Err(Error::TooManyRows);
            }
        }
        Ok(())
    }
}

/// From when to when, in whole quarters of an hour: the grain of the rollup.
fn span(query: &SummaryQuery, now: Timestamp) -> Result<Span, Error> {
    let to = query.to.unwrap_or(now);
    let from = query.from.unwrap_or(to.minus(SUMMARY_SPAN_DEFAULT));
    if to <= from || to.since(from) > SUMMARY_SPAN_MAX {
        return Err(Error::Span {
            days_max: SUMMARY_SPAN_MAX.seconds_up() / 86_400,
        });
    }
    let end = quarter_start(to);
    // What happens at this very instant has happened until now; who names an end does not mean the end itself.
    let end = if end < to || query.to.is_none() {
        end.plus(QUARTER)
    } else {
        end
    };
    Ok((quarter_start(from), end))
}

const QUARTER: Duration = Duration::from_minutes(15);

fn group(row: &RollupRow, starts_at: Option<Timestamp>, by_status: bool) -> Group {
    Group {
        starts_at,
        flow: some(row.flow_id),
        key: some(row.key_id),
        user: some(row.user_id),
        environment: some(row.environment_id),
        tenant: some(row.tenant_id),
        status: by_status.then(|| row.status.clone()),
    }
}

fn some<K: Kind>(id: Uuid) -> Option<Id<K>> {
    (!id.is_nil()).then(|| Id::from_uuid(id))
}

/// The start of the hour or day that holds a quarter of an hour, where the clocks show the time zone.
fn start_of(quarter_us: i64, grain: TimeGrain, zone: &TimeZone) -> Timestamp {
    let start = || -> Result<i64, jiff::Error> {
        let local = jiff::Timestamp::from_microsecond(quarter_us)?.in_tz(zone.as_str())?;
        let start = match grain {
            TimeGrain::Day => local.start_of_day()?,
            TimeGrain::Hour => local.round(
                jiff::ZonedRound::new()
                    .smallest(jiff::Unit::Hour)
                    .mode(jiff::RoundMode::Trunc),
            )?,
        };
        Ok(start.timestamp().as_microsecond())
    };
    Timestamp::from_us(start().unwrap_or(quarter_us))
}

#[derive(Default)]
struct Sums {
    calls: i64,
    errors: i64,
    refused: i64,
    credits: i64,
    latency_us: i64,
    buckets: [i64; LATENCY_BUCKETS_US.len() + 1],
}

impl Sums {
    fn add(&mut self, row: &RollupRow) {
        if row.status.starts_with("refused") {
            self.refused += row.calls;
            return;
        }
        self.calls += row.calls;
        self.credits += row.credits;
        self.latency_us = self.latency_us.saturating_add(row.latency_us);
        if row.status != "succeeded" {
            self.errors += row.calls;
        }
        let last = self.buckets.len() - 1;
        let bucket = usize::try_from(row.latency_bucket).unwrap_or(last).min(last);
        self.buckets[bucket] += row.calls;
    }

    /// The upper end of the step of the latency scale below which this share of the calls lies.
    fn quantile_us(&self, percent: i64) -> i64 {
        let rank = (self.calls * percent + 99) / 100;
        let mut seen = 0;
        for (bucket, calls) in self.buckets.iter().enumerate() {
            seen += calls;
            if seen >= rank {
                return LATENCY_BUCKETS_US[bucket.min(LATENCY_BUCKETS_US.len() - 1)];
            }
        }
        0
    }

    fn totals(&self) -> Totals {
        let or_none = |value: i64| if self.calls == 0 { 0 } else { value };
        Totals {
            calls: self.calls,
            errors: self.errors,
            refused: self.refused,
            credits: Microcredits::new(self.credits),
            latency_us_mean: self.latency_us / self.calls.max(1),
            latency_us_p50: or_none(self.quantile_us(50)),
            latency_us_p95: or_none(self.quantile_us(95)),
            latency_us_p99: or_none(self.quantile_us(99)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_in_pieces_without_gap_or_overlap_down_to_a_quarter() {
        let from = Timestamp::from_us(1_795_219_200_000_000);
        for quarters in [1, 2, 3, 7, 8, 9, 96, 2_881, 38_400] {
            let to = from.plus(Duration::from_us(QUARTER.us() * quarters));
            for cut in [
                pieces((from, to)).collect::<Vec<_>>(),
                cut((from, to), READ_AT_ONCE).collect(),
            ] {
                assert_eq!((cut[0].0, cut[cut.len() - 1].1), (from, to));
                assert!(cut.windows(2).all(|pair| pair[0].1 == pair[1].0), "{cut:?}");
                assert!(
                    cut.iter()
                        .all(|(from, to)| from < to && quarter_start(*from) == *from)
                );
            }
            let longest = pieces((from, to)).map(|(from, to)| to.since(from)).max();
            assert!(longest < Some(to.since(from)) || quarters == 1, "{quarters}");
        }
    }
}
