//! Sums of usage.

use api::{
    ProblemCode,
    usage::{Latency, UsageSummary, UsageSummaryItem, UsageSummaryQuery, UsageSums},
};
use axum::extract::State;
use domain::usage::{self, Calls, Dimension, Group, Grouping, Summary, SummaryQuery, TimeGrain, Totals};
use types::TimeZone;

use super::ms;
use crate::{
    AppState, answer,
    extract::{InWorkspace, Query, needed_word_parameter, parsed_parameter},
    openapi::{WorkspaceHeader, problems},
    problem::{Failure, Result, wrong_parameter},
};

problems!(SummaryProblems = [CREDENTIAL, CALLER]);

/// Calls, credits and latency, apart by time, flow, key, person, tenant, environment or status.
///
/// Covers at most 400 days, in at most 50,000 rows.
#[utoipa::path(
    get, path = "/v1/usage/summary", operation_id = "usage_summarize", tag = "usage", params(WorkspaceHeader, UsageSummaryQuery),
    responses((status = 200, description = "The sums.", body = UsageSummary), SummaryProblems),
    security(("session" = []), ("api_key" = [])),
)]
pub async fn summarize(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<UsageSummaryQuery>,
) -> Result<answer::Json<UsageSummary>> {
    let asked = asked(query)?;
    let found = usage::summary(&app.services, &caller, &asked).await?;
    Ok(answer::Json(summary(found, &asked)))
}

fn asked(query: UsageSummaryQuery) -> Result<SummaryQuery> {
    let (grain, group_by) = grouping(query.group_by.as_deref().unwrap_or_default())?;
    Ok(SummaryQuery {
        from: query.from,
        to: query.to,
        grain,
        time_zone: query.time_zone.as_deref().map(time_zone).transpose()?,
        group_by,
        calls: Calls {
            key: query.key,
            user: query.user,
            flow: parsed_parameter("flow", query.flow.as_deref())?,
            environment: parsed_parameter("environment", query.environment.as_deref())?,
            tenant: query.tenant,
        },
    })
}

fn grouping(text: &str) -> Result<(Option<TimeGrain>, Grouping)> {
    let (mut grain, mut by) = (None, Grouping::default());
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let repeated = match needed_word_parameter("group_by", word, Dimension::ALL, Dimension::as_str)? {
            Dimension::Hour => grain.replace(TimeGrain::Hour).is_some(),
            Dimension::Day => grain.replace(TimeGrain::Day).is_some(),
            Dimension::Flow => std::mem::replace(&mut by.flow, true),
            Dimension::Key => std::mem::replace(&mut by.key, true),
            Dimension::User => std::mem::replace(&mut by.user, true),
            Dimension::Tenant => std::mem::replace(&mut by.tenant, true),
            Dimension::Environment => std::mem::replace(&mut by.environment, true),
            Dimension::Status => std::mem::replace(&mut by.status, true),
        };
        if repeated {
            return Err(wrong(
                "group_by",
                "must name each thing once, and either hour or day",
            ));
        }
    }
    Ok((grain, by))
}

fn time_zone(text: &str) -> Result<TimeZone> {
    text.parse::<TimeZone>()
        .map_err(|error| wrong("time_zone", error))
}

fn wrong(name: &str, message: impl std::fmt::Display) -> Failure {
    Failure::new(ProblemCode::InvalidParameter).field(wrong_parameter(name, "invalid", message))
}

fn summary(found: Summary, asked: &SummaryQuery) -> UsageSummary {
    let items = found
        .rows
        .into_iter()
        .map(|row| item(row.group, &row.totals, asked, &found.time_zone));
    UsageSummary {
        from: found.from,
        to: found.to,
        items: items.collect(),
        totals: sums(&found.totals),
        time_zone: found.time_zone,
    }
}

fn item(group: Group, totals: &Totals, asked: &SummaryQuery, zone: &TimeZone) -> UsageSummaryItem {
    let by = asked.group_by;
    let starts_at = |grain| group.starts_at.filter(|_| asked.grain == Some(grain));
    UsageSummaryItem {
        hour: starts_at(TimeGrain::Hour),
        day: starts_at(TimeGrain::Day).map(|at| zone.date_of(at)),
        flow: by.flow.then_some(group.flow),
        key: by.key.then_some(group.key),
        user: by.user.then_some(group.user),
        tenant: by.tenant.then_some(group.tenant),
        environment: by.environment.then_some(group.environment),
        status: group.status,
        sums: sums(totals),
    }
}

fn sums(totals: &Totals) -> UsageSums {
    UsageSums {
        calls: totals.calls,
        errors: totals.errors,
        refused: totals.refused,
        credits: totals.credits,
        latency_ms: Latency {
            mean: ms(totals.latency_us_mean),
            p50: ms(totals.latency_us_p50),
            p95: ms(totals.latency_us_p95),
            p99: ms(totals.latency_us_p99),
        },
    }
}
