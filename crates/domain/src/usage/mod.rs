//! Usage: what was called, by whom, with which outcome and price.
//!
//! Events are the closing lines of the ledger, so they cannot disagree with the bill; summaries read the rollup that is
//! written in the same transactions, and nothing else. Of the rollup this folder writes the rows of refused calls, which
//! cost nothing and have no line, and it owns `refused_calls`, the samples of them.

mod error;
mod events;
mod refusals;
mod store;
mod summary;

pub use error::Error;
pub use events::{Calls, EventFilter, StatusFilter, UsageEvent, UsageStatus, event, events};
pub(crate) use refusals::erase_refused_all_workspaces;
pub use refusals::{
    ROWS_PER_QUARTER_MAX, Reason, Refusals, Refused, SAMPLE_LIFETIME, SAMPLES_PER_HOUR_MAX, flush_refused,
    note_refused,
};
pub use summary::{
    Dimension, Group, Grouping, SUMMARY_ROWS_MAX, SUMMARY_SPAN_DEFAULT, SUMMARY_SPAN_MAX, Summary,
    SummaryQuery, SummaryRow, TimeGrain, Totals, summary,
};
