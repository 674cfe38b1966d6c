//! Credits: accounts, grants, holds, caps, prices and the ledger. The part that must never be wrong.
//!
//! Owns `accounts`, `grants`, `ledger_lines`, `line_allocations`, `holds`, `usage_rollup`, `caps`, `cap_usage`,
//! `prices`. Vocabulary after TigerBeetle: hold, post, void.
//!
//! - [`submit`] is the only way in which credits move: it queues a [`Request`] at the batching writer.
//! - `apply` decides: a pure function from the accounts and requests of a batch to the new accounts and lines.
//! - `store` reads the accounts under their locks and writes what `apply` says, in one transaction.
//! - `quote` asks the same of a copy, which is not written.
//! - [`verify`](mod@verify) is one durable answer to "may this key do this and take n credits".
//! - [`books`] proves the invariants from what is stored.
//!
//! Invariants: nothing is negative; `available` and `held` of an account are the sums of its lines and of its
//! grants; lines are numbered without gaps and never changed; a hold is closed once; an accepted metered call has
//! exactly one closing line, which is its usage event; nothing is charged under a configuration that has changed.

mod account;
mod apply;
mod balance;
pub mod books;
mod cap_settings;
mod caps;
mod changes;
mod error;
mod granting;
mod holding;
mod kinds;
mod prices;
mod quote;
mod request;
mod state;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod verify;
mod writer;

pub use account::{config_epoch, open_account, raise_config_epoch, submit};
pub use apply::INTERRUPTED_STATUS;
pub use balance::{Balance, GrantView, LineView, balance, grants, ledger};
pub(crate) use balance::{balance_of, due_all_workspaces, forgotten_holds_all_workspaces, settle};
pub use cap_settings::{CapView, caps, remove_cap, set_cap, subject};
pub use error::Error;
pub use granting::{Gift, Given, adjust, give, grant_signup_bonus, view_grant};
pub use kinds::{
    CapSubject, CapSubjectKind, GrantSource, LATENCY_BUCKETS_US, LineKind, Period, latency_bucket,
    quarter_start,
};
pub use prices::{Price, PriceKind, prices, remove_price, set_price};
pub(crate) use prices::{price_of, table as price_table};
pub(crate) use quote::quote;
pub use quote::{Quote, QuotedGrant};
pub use request::{
    Answer, CallStatus, Claim, Ending, Epochs, HoldClaim, MeteredCall, Moved, Movement, NewGrant, Outcome,
    ReachedCap, Receipt, Refusal, Request, RunRecord,
};
pub use writer::Ledger;

#[cfg(test)]
mod tests;
