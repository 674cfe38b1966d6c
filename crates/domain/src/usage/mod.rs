//! Usage: what was called, by whom, with which outcome and price.
//!
//! Owns no table. Events are the closing lines of the ledger, so they cannot disagree with the bill; summaries read
//! the rollup that is written in the same transactions, and nothing else.

mod error;
mod events;
mod store;
mod summary;

pub use error::Error;
pub use events::{EventFilter, UsageEvent, event, events};
pub use summary::{
    Dimension, Group, Grouping, SUMMARY_SPAN_DEFAULT, SUMMARY_SPAN_MAX, Summary, SummaryQuery, SummaryRow,
    TimeGrain, Totals, summary,
};

#[cfg(test)]
mod tests;
