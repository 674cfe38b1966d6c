//! The product: one folder per business word.
//!
//! Each folder holds `mod.rs` (what it owns, its operations), `store.rs` (its SQL, private), `error.rs` (its one
//! enum) and its tests. An operation takes [`Services`] and the caller, asks for permission in its first line, and
//! changes things in one transaction together with its audit row. Folders call each other's operations, never each
//! other's store. Nothing here knows HTTP.

pub mod access;
pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod credential;
pub mod credential_cache;
pub mod credits;
pub mod engine;
pub mod environments;
pub mod flows;
pub mod idempotency;
pub mod ids;
pub mod instance;
pub mod last_used;
pub mod operator;
pub mod pace;
pub mod rate_limits;
pub mod runs;
pub mod service_tokens;
mod services;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tokens;
pub mod upkeep;
pub mod usage;
pub mod workspaces;

pub use services::{Config, Services};

/// What can go wrong below SQL; inside the `Internal` variant of every folder's error.
pub use db::Error as DatabaseError;
