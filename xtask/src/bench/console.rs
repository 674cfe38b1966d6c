//! The console in a browser, on the release binary: how soon a page can be used, and what its scripts weigh.
//!
//! `web/e2e/measure.ts` does the measuring; here it is started, and its figures meet their targets.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::web;

/// By this name `--only` finds it.
pub const NAME: &str = "console";

const USABLE_MS_MAX: f64 = 1000.0;
const SCRIPT_BYTES_MAX: f64 = 350_000.0;

/// A page, opened several times by a browser that had nothing kept.
#[derive(Debug, Clone, PartialEq)]
struct Page {
    name: String,
    /// From the navigation to heading and data, the median.
    usable_ms: f64,
    /// Scripts as they were sent, compressed.
    script_bytes: f64,
}

/// What came of all pages, the first of them being what a stranger sees first.
#[derive(Debug, Clone)]
pub struct Console {
    pages: Vec<Page>,
    report: Value,
}

/// Why it cannot be measured here, or nothing if it can.
pub fn missing() -> Result<Option<String>> {
    match web::missing() {
        Some(reason) => Ok(Some(reason)),
        None => Ok(web::browser(false)?.err()),
    }
}

impl Console {
    /// Opens the pages on a server of its own.
    pub fn measure(binary: &Path, scratch: &Path) -> Result<Console> {
        println!("\n==> {NAME}");
        let file = scratch.join("console.json");
        web::measure(binary, &file)?;
        let text = std::fs::read_to_string(&file).context("the pages were measured, but not written down")?;
        let report: Value = serde_json::from_str(&text).context("the measured pages are no JSON")?;
        let pages = read(&report).with_context(|| format!("the measured pages read otherwise: {report}"))?;
        Ok(Console { pages, report })
    }

    /// For people.
    pub fn table(&self) -> String {
        let slowest = self.pages.iter().map(|page| page.usable_ms).fold(0.0, f64::max);
        let first = self.pages.first().map_or(0.0, |page| page.script_bytes);
        let mut lines = vec![
            format!(
                "Console: largest page usable after {slowest:.0} ms (must < {USABLE_MS_MAX:.0}): {}",
                met(slowest, USABLE_MS_MAX)
            ),
            format!(
                "Console: script on first load {:.0} kB gzip (must < {:.0}): {}",
                first / 1000.0,
                SCRIPT_BYTES_MAX / 1000.0,
                met(first, SCRIPT_BYTES_MAX)
            ),
            format!("{:<20} {:>10} {:>14}", "page", "usable", "script, gzip"),
        ];
        lines.extend(self.pages.iter().map(|page| {
            let (usable, script) = (page.usable_ms, page.script_bytes / 1000.0);
            format!("{:<20} {usable:>7.0} ms {script:>11.0} kB", page.name)
        }));
        lines.join("\n")
    }

    /// For machines.
    pub fn json(&self) -> Value {
        json!({
            "usable_ms_must": USABLE_MS_MAX,
            "script_bytes_must": SCRIPT_BYTES_MAX,
            "measured": self.report,
        })
    }
}

fn met(measured: f64, below: f64) -> &'static str {
    if measured < below { "must" } else { "MISSED" }
}

fn read(report: &Value) -> Option<Vec<Page>> {
    let pages = report["pages"].as_array()?;
    pages
        .iter()
        .map(|page| {
            Some(Page {
                name: page["page"].as_str()?.to_owned(),
                usable_ms: page["usable_ms"].as_f64()?,
                script_bytes: page["script_bytes"].as_f64()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_too_slow_is_named_a_miss() {
        let report = json!({"pages": [
            {"page": "sign-in", "usable_ms": 300, "script_bytes": 200_000},
            {"page": "usage", "usable_ms": 1200, "script_bytes": 400_000},
        ]});
        let console = Console {
            pages: read(&report).unwrap(),
            report,
        };
        let table = console.table();
        assert!(
            table.contains("usable after 1200 ms (must < 1000): MISSED"),
            "{table}"
        );
        assert!(
            table.contains("first load 200 kB gzip (must < 350): must"),
            "{table}"
        );
        assert_eq!(read(&json!({"pages": [{"page": "usage"}]})), None);
    }
}
