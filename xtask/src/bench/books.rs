//! After a run: credits spent and closing lines written equal the answers that were accepted.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::load::Measured;
use super::site::Workspace;

const MICROCREDITS_PER_CALL: i64 = 1_000_000;

/// Credits and calls of some workspaces at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Books {
    available_microcredits: i64,
    calls: i64,
}

/// Reads them through the API.
pub fn read(workspaces: &[Workspace]) -> Result<Books> {
    let mut books = Books {
        available_microcredits: 0,
        calls: 0,
    };
    for workspace in workspaces {
        books.available_microcredits += workspace.owner.available_microcredits(&workspace.id)?;
        let summary = workspace
            .owner
            .get(&workspace.id, "/v1/usage/summary?group_by=status")?;
        books.calls += calls(&summary)?;
    }
    Ok(books)
}

/// Fails unless what was charged and written between two moments is what was accepted. A request without an
/// answer may have been either.
pub fn check(before: Books, after: Books, measured: &Measured) -> Result<()> {
    let accepted = measured.accepted as i64;
    let at_most = accepted + measured.unanswered as i64;
    let spent = before.available_microcredits - after.available_microcredits;
    let lines = after.calls - before.calls;
    let credits = accepted * MICROCREDITS_PER_CALL..=at_most * MICROCREDITS_PER_CALL;
    ensure!(
        credits.contains(&spent),
        "the books are wrong: {accepted} calls were accepted, {} credits were spent",
        spent as f64 / MICROCREDITS_PER_CALL as f64
    );
    ensure!(
        (accepted..=at_most).contains(&lines),
        "the books are wrong: {accepted} calls were accepted, {lines} closing lines were written"
    );
    Ok(())
}

fn calls(summary: &Value) -> Result<i64> {
    let items = summary["items"]
        .as_array()
        .with_context(|| format!("a usage summary has no `items`: {summary}"))?;
    items
        .iter()
        .map(|item| {
            item["calls"]
                .as_i64()
                .with_context(|| format!("no `calls` in {item}"))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(accepted: u64, unanswered: u64) -> Measured {
        Measured {
            rps: 0.0,
            p50_ms: 0.0,
            p99_ms: 0.0,
            accepted,
            unanswered,
            failures: unanswered,
            cpu_seconds: 0.0,
            wall_seconds: 0.0,
            report: Value::Null,
        }
    }

    #[test]
    fn books_must_agree_with_the_answers() {
        let books = |available, calls| Books {
            available_microcredits: available,
            calls,
        };
        let before = books(10_000_000, 5);
        assert!(check(before, books(7_000_000, 8), &measured(3, 0)).is_ok());
        assert!(check(before, books(7_000_000, 8), &measured(2, 1)).is_ok());
        assert!(check(before, books(7_000_000, 7), &measured(3, 0)).is_err());
        assert!(check(before, books(6_000_000, 8), &measured(3, 0)).is_err());
        assert!(check(before, books(7_500_000, 8), &measured(3, 0)).is_err());
    }
}
