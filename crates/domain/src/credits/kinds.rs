//! The small words of money: sources, periods, subjects of caps, kinds of lines.

use std::fmt;

use serde::{Deserialize, Serialize};
use types::{ApiKeyId, EnvironmentId, FlowId, IdError, TenantId, Timestamp, UserId, WorkspaceId};
use uuid::Uuid;

/// Where the credits of a grant come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantSource {
    /// Given to a new user.
    SignupBonus,
    /// To try the product.
    Trial,
    /// The monthly part of a plan.
    Allowance,
    /// A gift.
    Promotion,
    /// Paid for.
    Purchase,
    /// A correction.
    Adjustment,
}

impl GrantSource {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::SignupBonus,
        Self::Trial,
        Self::Allowance,
        Self::Promotion,
        Self::Purchase,
        Self::Adjustment,
    ];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignupBonus => "signup_bonus",
            Self::Trial => "trial",
            Self::Allowance => "allowance",
            Self::Promotion => "promotion",
            Self::Purchase => "purchase",
            Self::Adjustment => "adjustment",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|source| source.as_str() == text)
    }

    /// The allowance goes first, because it does not last; what was paid for goes last.
    pub const fn default_priority(self) -> i64 {
        match self {
            Self::Allowance => 100,
            Self::SignupBonus | Self::Trial | Self::Promotion | Self::Adjustment => 50,
            Self::Purchase => 0,
        }
    }
}

/// The span that a cap is for, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From the first to the last.
    Month,
}

const DAY_US: i64 = 86_400_000_000;
const QUARTER_HOUR_US: i64 = 900_000_000;

impl Period {
    /// Both.
    pub const ALL: &[Self] = &[Self::Day, Self::Month];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|period| period.as_str() == text)
    }

    /// When the period that holds `at` began.
    pub fn start(self, at: Timestamp) -> Timestamp {
        let day = at.us().div_euclid(DAY_US);
        match self {
            Self::Day => Timestamp::from_us(day * DAY_US),
            Self::Month => {
                let (year, month) = year_and_month(day);
                Timestamp::from_us(first_day(year, month) * DAY_US)
            }
        }
    }

    /// When the period after the one that holds `at` begins.
    pub fn next_start(self, at: Timestamp) -> Timestamp {
        match self {
            Self::Day => Timestamp::from_us(self.start(at).us() + DAY_US),
            Self::Month => {
                let (year, month) = year_and_month(at.us().div_euclid(DAY_US));
                let (year, month) = if month == 12 {
                    (year + 1, 1)
                } else {
                    (year, month + 1)
                };
                Timestamp::from_us(first_day(year, month) * DAY_US)
            }
        }
    }
}

/// The start of the quarter of an hour that holds `at`: the grain of the usage rollup, fine enough for the days of
/// every time zone.
pub const fn quarter_start(at: Timestamp) -> Timestamp {
    Timestamp::from_us(at.us().div_euclid(QUARTER_HOUR_US) * QUARTER_HOUR_US)
}

/// Year and month of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
const fn year_and_month(day: i64) -> (i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month)
}

/// The first day of a month, counted from 1970-01-01. The same source, days_from_civil.
const fn first_day(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Whose spending a cap limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CapSubject {
    /// The kind.
    pub kind: CapSubjectKind,
    /// Which one; the workspace itself for [`CapSubjectKind::Workspace`].
    pub id: Uuid,
}

impl fmt::Display for CapSubject {
    /// Its id as users see it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            CapSubjectKind::Workspace => WorkspaceId::from_uuid(self.id).fmt(f),
            CapSubjectKind::Key => ApiKeyId::from_uuid(self.id).fmt(f),
            CapSubjectKind::Member => UserId::from_uuid(self.id).fmt(f),
            CapSubjectKind::Tenant => TenantId::from_uuid(self.id).fmt(f),
            CapSubjectKind::Environment => EnvironmentId::from_uuid(self.id).fmt(f),
            CapSubjectKind::Flow => FlowId::from_uuid(self.id).fmt(f),
        }
    }
}

/// What a cap can be put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapSubjectKind {
    /// All spending of the workspace.
    Workspace,
    /// One API key.
    Key,
    /// One person.
    Member,
    /// One tenant.
    Tenant,
    /// One environment.
    Environment,
    /// One flow.
    Flow,
}

impl CapSubjectKind {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Workspace,
        Self::Key,
        Self::Member,
        Self::Tenant,
        Self::Environment,
        Self::Flow,
    ];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Key => "key",
            Self::Member => "member",
            Self::Tenant => "tenant",
            Self::Environment => "environment",
            Self::Flow => "flow",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// The id of a subject of this kind, from the text that users see.
    pub fn parse_id(self, text: &str) -> Result<Uuid, IdError> {
        match self {
            Self::Workspace => text.parse().map(WorkspaceId::uuid),
            Self::Key => text.parse().map(ApiKeyId::uuid),
            Self::Member => text.parse().map(UserId::uuid),
            Self::Tenant => text.parse().map(TenantId::uuid),
            Self::Environment => text.parse().map(EnvironmentId::uuid),
            Self::Flow => text.parse().map(FlowId::uuid),
        }
    }
}

/// The kinds of ledger lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// Credits given, effective at once.
    Grant,
    /// Credits given earlier became effective.
    Activate,
    /// The price of a call given back.
    Refund,
    /// The price of a call.
    Charge,
    /// Credits set aside.
    Hold,
    /// A hold closed with a price.
    Post,
    /// A hold closed without one.
    Void,
    /// What was left of a grant ended.
    Expire,
    /// A correction.
    Adjust,
}

impl LineKind {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Grant,
        Self::Activate,
        Self::Refund,
        Self::Charge,
        Self::Hold,
        Self::Post,
        Self::Void,
        Self::Expire,
        Self::Adjust,
    ];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Activate => "activate",
            Self::Refund => "refund",
            Self::Charge => "charge",
            Self::Hold => "hold",
            Self::Post => "post",
            Self::Void => "void",
            Self::Expire => "expire",
            Self::Adjust => "adjust",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Is it one of those that calls make, of which there may be millions?
    pub const fn is_of_calls(self) -> bool {
        matches!(self, Self::Charge | Self::Hold | Self::Post | Self::Void)
    }

    /// Is it the line that ends a metered call?
    pub const fn closes_a_call(self) -> bool {
        matches!(self, Self::Charge | Self::Post)
    }
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Upper ends of the latency scale in microseconds; the last bucket has none. The rows of the rollup are a histogram.
pub const LATENCY_BUCKETS_US: [i64; 13] = [
    500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
    30_000_000,
];

/// The step of the latency scale that holds a latency.
pub fn latency_bucket(latency_us: i64) -> i64 {
    LATENCY_BUCKETS_US.partition_point(|end| *end < latency_us) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_and_ends_where_the_calendar_says() {
        for (at, day, month, next_month) in [
            (
                "2026-11-21T18:30:00Z",
                "2026-11-21T00:00:00Z",
                "2026-11-01T00:00:00Z",
                "2026-12-01T00:00:00Z",
            ),
            (
                "2024-02-29T23:59:59.999999Z",
                "2024-02-29T00:00:00Z",
                "2024-02-01T00:00:00Z",
                "2024-03-01T00:00:00Z",
            ),
            (
                "2026-12-31T12:00:00Z",
                "2026-12-31T00:00:00Z",
                "2026-12-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
            (
                "1969-12-31T23:00:00Z",
                "1969-12-31T00:00:00Z",
                "1969-12-01T00:00:00Z",
                "1970-01-01T00:00:00Z",
            ),
            (
                "2000-03-01T00:00:00Z",
                "2000-03-01T00:00:00Z",
                "2000-03-01T00:00:00Z",
                "2000-04-01T00:00:00Z",
            ),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(Period::Day.start(at).to_string(), day);
            assert_eq!(Period::Month.start(at).to_string(), month);
            assert_eq!(Period::Month.next_start(at).to_string(), next_month);
        }
    }

    #[test]
    fn a_latency_falls_into_the_step_that_ends_at_or_above_it() {
        assert_eq!(latency_bucket(0), 0);
        assert_eq!(latency_bucket(500), 0);
        assert_eq!(latency_bucket(501), 1);
        assert_eq!(latency_bucket(i64::MAX), 13);
    }
}
