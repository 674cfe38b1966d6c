//! What the product promises, on both databases.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod accounts;
mod api_keys;
mod by_workspace;
mod clock;
mod effects;
mod environments;
mod erasure;
mod examples;
mod flows;
mod idempotency;
mod operator;
#[path = "../../../flow/tests/it/page.rs"]
mod page;
mod prices;
mod refusals;
mod restore;
mod runs;
mod service_tokens;
mod upkeep;
mod workshop;
mod workspaces;
